//! Windows (termíny podávání): when a kraj takes applications. What counts is the instant at which the server received the request.
//! Instants are UTC; the server makes them from hours in Europe/Prague and gives the printed text along.

use crate::{codelists::Kraj, order};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// From the first instant on, up to but without the last: `[opens, closes)`. Never empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "Span", into = "Span")]
pub struct Window {
    opens: DateTime<Utc>,
    closes: DateTime<Utc>,
}

#[derive(Serialize, Deserialize)]
struct Span {
    #[serde(with = "chrono::serde::ts_milliseconds")]
    opens: DateTime<Utc>,
    #[serde(with = "chrono::serde::ts_milliseconds")]
    closes: DateTime<Utc>,
}

/// The end is not after the start.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("Termín musí končit později, než začíná. Opravte začátek, nebo konec.")]
pub struct EmptyWindow;

impl Window {
    /// A window between two instants.
    pub fn new(opens: DateTime<Utc>, closes: DateTime<Utc>) -> Result<Self, EmptyWindow> {
        if opens < closes { Ok(Self { opens, closes }) } else { Err(EmptyWindow) }
    }

    /// The first instant that is in.
    pub fn opens(self) -> DateTime<Utc> {
        self.opens
    }

    /// The first instant that is out.
    pub fn closes(self) -> DateTime<Utc> {
        self.closes
    }

    /// Whether something received at this instant is in time.
    pub fn contains(self, at: DateTime<Utc>) -> bool {
        self.opens <= at && at < self.closes
    }

    /// The time common to both.
    pub fn intersect(self, other: Self) -> Option<Self> {
        Self::new(self.opens.max(other.opens), self.closes.min(other.closes)).ok()
    }
}

impl TryFrom<Span> for Window {
    type Error = EmptyWindow;
    fn try_from(span: Span) -> Result<Self, EmptyWindow> {
        Self::new(span.opens, span.closes)
    }
}

impl From<Window> for Span {
    fn from(window: Window) -> Self {
        Self { opens: window.opens, closes: window.closes }
    }
}

/// When one kraj takes the application of one applicant.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Terms {
    /// The published window of the round; none until the kraj publishes it.
    pub regular: Option<Window>,
    /// Extraordinary terms given to this applicant (mimořádné termíny), beside the window.
    #[serde(default)]
    pub extraordinary: Vec<Window>,
    /// The terms as people read them (Prague time), e.g. `1. 11. 2026 0.00 – 30. 11. 2026 23.59`.
    #[serde(default)]
    pub label: String,
}

impl Terms {
    /// All windows in order, overlapping and touching ones as one.
    pub fn windows(&self) -> Vec<Window> {
        let windows: Vec<Window> = self.regular.iter().chain(&self.extraordinary).copied().collect();
        let mut merged: Vec<Window> = Vec::with_capacity(windows.len());
        for at in order::positions(windows.len(), &mut |a, b| windows[a].cmp(&windows[b])) {
            let window = windows[at];
            match merged.last_mut() {
                Some(last) if window.opens <= last.closes => last.closes = last.closes.max(window.closes),
                _ => merged.push(window),
            }
        }
        merged
    }

    /// Whether something received at this instant is in time.
    pub fn open_at(&self, at: DateTime<Utc>) -> bool {
        self.regular.iter().chain(&self.extraordinary).any(|window| window.contains(at))
    }

    /// Whether the applicant may start a draft: a term is known.
    pub fn published(&self) -> bool {
        self.regular.is_some() || !self.extraordinary.is_empty()
    }
}

/// The time common to all terms, in order; empty without any common time and without any terms.
pub fn common<'a>(terms: impl IntoIterator<Item = &'a Terms>) -> Vec<Window> {
    let mut terms = terms.into_iter();
    let Some(first) = terms.next() else { return Vec::new() };
    terms.fold(first.windows(), |so_far, next| {
        let next = next.windows();
        so_far.iter().flat_map(|a| next.iter().filter_map(|b| a.intersect(*b))).collect()
    })
}

/// Why a kraj cannot be asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CannotAsk {
    /// No window yet.
    #[error("{0} ještě nezveřejnil termín podávání. Požádat jej půjde, jakmile termín zveřejní.")]
    NotPublished(Kraj),
    /// Its window is over.
    #[error("{kraj} už žádosti nepřijímá{term}. Požádat jej půjde, jen když vám povolí mimořádný termín.")]
    Over {
        /// The kraj.
        kraj: Kraj,
        /// Its terms in brackets, or nothing.
        term: String,
    },
    /// No instant at which all asked kraje are open.
    #[error(
        "{kraj}{term} nepřijímá žádosti ve stejné době jako {others}. Žádost se podává všem krajům najednou, proto {kraj} přidejte, \
         jen když vám některý z nich povolí mimořádný termín."
    )]
    NoCommonTime {
        /// The kraj that was to be added.
        kraj: Kraj,
        /// Its terms in brackets, or nothing.
        term: String,
        /// The kraje asked already.
        others: String,
    },
}

/// The terms of a kraj in brackets after a sentence's subject, or nothing.
pub(super) fn in_brackets(terms: &Terms) -> String {
    if terms.label.is_empty() { String::new() } else { format!(" (termín {})", terms.label) }
}

/// Whether a kraj may be added to those that an application asks: there must be an instant after `now` at which all of them are open.
pub fn admit(asked: &BTreeSet<Kraj>, kraj: Kraj, terms: &BTreeMap<Kraj, Terms>, now: DateTime<Utc>) -> Result<(), CannotAsk> {
    let Some(own) = terms.get(&kraj).filter(|own| own.published()) else { return Err(CannotAsk::NotPublished(kraj)) };
    if own.windows().iter().all(|window| window.closes <= now) {
        return Err(CannotAsk::Over { kraj, term: in_brackets(own) });
    }
    let nothing = Terms::default();
    let others: Vec<Kraj> = asked.iter().copied().filter(|other| *other != kraj).collect();
    let all = others.iter().map(|other| terms.get(other).unwrap_or(&nothing)).chain([own]);
    if common(all).iter().any(|window| now < window.closes) {
        Ok(())
    } else {
        let names: Vec<&str> = others.iter().map(|other| other.name()).collect();
        Err(CannotAsk::NoCommonTime { kraj, term: in_brackets(own), others: names.join(", ") })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn window(opens: &str, closes: &str) -> Window {
        Window::new(at(opens), at(closes)).unwrap()
    }

    fn terms(opens: &str, closes: &str) -> Terms {
        Terms { regular: Some(window(opens, closes)), ..Terms::default() }
    }

    /// Closing on 30 November at midnight in Prague is 23:00 UTC; on the days of the time change the offset is +2 before and +1 after.
    #[test]
    fn the_last_millisecond_is_in_and_midnight_is_out() {
        for (opens, closes) in [
            ("2026-10-31T23:00:00Z", "2026-11-30T23:00:00Z"),
            ("2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"),
            ("2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"),
        ] {
            let window = window(opens, closes);
            let millisecond = chrono::TimeDelta::milliseconds(1);
            assert!(window.contains(at(opens)) && !window.contains(at(opens) - millisecond));
            assert!(window.contains(at(closes) - millisecond) && !window.contains(at(closes)));
        }
        assert_eq!(Window::new(at("2026-01-01T00:00:00Z"), at("2026-01-01T00:00:00Z")), Err(EmptyWindow));
        assert!(serde_json::from_str::<Window>(r#"{"opens":"2026-02-01T00:00:00Z","closes":"2026-01-01T00:00:00Z"}"#).is_err());
    }

    #[test]
    fn extraordinary_terms_join_the_window() {
        let mut own = terms("2026-11-01T00:00:00Z", "2026-11-10T00:00:00Z");
        own.extraordinary.push(window("2026-11-10T00:00:00Z", "2026-11-12T00:00:00Z"));
        own.extraordinary.push(window("2026-12-01T00:00:00Z", "2026-12-02T00:00:00Z"));
        assert_eq!(
            own.windows(),
            [window("2026-11-01T00:00:00Z", "2026-11-12T00:00:00Z"), window("2026-12-01T00:00:00Z", "2026-12-02T00:00:00Z")]
        );
        assert!(own.open_at(at("2026-11-11T00:00:00Z")) && !own.open_at(at("2026-11-20T00:00:00Z")));
    }

    #[test]
    fn a_kraj_without_common_time_is_refused_until_an_extraordinary_term() {
        let [usti, liberec, praha] = [60, 78, 19].map(|code| Kraj::of_code(code).unwrap());
        let mut all = BTreeMap::from([
            (usti, terms("2026-11-01T00:00:00Z", "2026-11-10T00:00:00Z")),
            (liberec, terms("2026-11-20T00:00:00Z", "2026-11-30T00:00:00Z")),
        ]);
        let asked = BTreeSet::from([usti]);
        let now = at("2026-11-05T00:00:00Z");
        assert_eq!(admit(&asked, praha, &all, now), Err(CannotAsk::NotPublished(praha)));
        let refused = admit(&asked, liberec, &all, now).unwrap_err();
        assert!(matches!(refused, CannotAsk::NoCommonTime { .. }) && refused.to_string().contains("mimořádný termín"));
        assert_eq!(admit(&BTreeSet::new(), liberec, &all, now), Ok(()));
        all.entry(usti).or_default().extraordinary.push(window("2026-11-25T00:00:00Z", "2026-11-26T00:00:00Z"));
        assert_eq!(admit(&asked, liberec, &all, now), Ok(()));
        assert_eq!(common(all.values()), [window("2026-11-25T00:00:00Z", "2026-11-26T00:00:00Z")]);
        // What is common but over helps nobody.
        assert!(matches!(admit(&asked, liberec, &all, at("2026-11-27T00:00:00Z")), Err(CannotAsk::NoCommonTime { .. })));
        assert!(matches!(admit(&asked, liberec, &all, at("2027-01-01T00:00:00Z")), Err(CannotAsk::Over { .. })));
    }

    proptest::proptest! {
        /// An instant is in the common time exactly when every kraj is open at it.
        #[test]
        fn common_time_is_where_all_are_open(
            spans in proptest::collection::vec(proptest::collection::vec((0_i64..50, 1_i64..20), 1..4), 1..4),
            instant in 0_i64..80,
        ) {
            let at = |seconds: i64| DateTime::from_timestamp(seconds, 0).unwrap();
            let all: Vec<Terms> = spans
                .iter()
                .map(|kraj| Terms {
                    extraordinary: kraj.iter().map(|(from, long)| Window::new(at(*from), at(from + long)).unwrap()).collect(),
                    ..Terms::default()
                })
                .collect();
            let everyone = all.iter().all(|terms| terms.open_at(at(instant)));
            proptest::prop_assert_eq!(common(&all).iter().any(|window| window.contains(at(instant))), everyone);
        }
    }
}
