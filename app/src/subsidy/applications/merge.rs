//! Two people save the same application: what one changed is kept beside what the other changed; a field that both changed is a dispute.

use domain::subsidy::application::{Application, Field};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A field that two people changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dispute {
    /// The path.
    pub path: String,
    /// What this person wrote.
    pub mine: String,
    /// What is stored.
    pub theirs: String,
}

/// What a save does.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Merged {
    /// Fields to be written, with their texts.
    pub write: BTreeMap<String, String>,
    /// Fields that two people changed to different texts; they stay as they are stored.
    pub disputes: Vec<Dispute>,
    /// Fields that only the other one changed: path and stored text.
    pub theirs: BTreeMap<String, String>,
}

/// The text that a field shows once a text was typed into it: `1234` is `1 234`. Texts that mean the same are no change.
fn shown(scratch: &mut Application, path: &str, text: &str) -> String {
    let Ok(field) = path.parse::<Field>() else { return text.to_owned() };
    let before = scratch.value(&field);
    let taken = scratch.apply(path, text);
    let shown = if taken.as_ref().is_err_and(|e| !e.kept) { text.to_owned() } else { scratch.value(&field) };
    // Restores the field, so that the next question starts from the same document.
    let _ = scratch.apply(path, &before);
    shown
}

/// Compares what was typed (`mine`) with what the person saw (`base`, absent is empty) and with what is stored.
pub fn merge(stored: &Application, base: &BTreeMap<String, String>, mine: &BTreeMap<String, String>) -> Merged {
    let mut merged = Merged::default();
    let mut scratch = stored.clone();
    let stored_text = |path: &str| path.parse::<Field>().map(|field| stored.value(&field)).unwrap_or_default();
    for (path, text) in mine {
        let seen = base.get(path).map_or("", String::as_str);
        let theirs = stored_text(path);
        let text_shown = shown(&mut scratch, path, text);
        if text == seen || text_shown == seen || text_shown == theirs {
            continue;
        }
        if theirs == seen {
            merged.write.insert(path.clone(), text.clone());
        } else {
            merged.disputes.push(Dispute { path: path.clone(), mine: text_shown, theirs });
        }
    }
    let disputed = |path: &str| merged.disputes.iter().any(|dispute| dispute.path == path) || merged.write.contains_key(path);
    merged.theirs = base
        .iter()
        .map(|(path, seen)| (path, seen, stored_text(path)))
        .filter(|(path, seen, theirs)| *seen != theirs && !disputed(path))
        .map(|(path, _, theirs)| (path.clone(), theirs))
        .collect();
    merged
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::subsidy::application::ServiceFacts;

    fn map(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect()
    }

    #[test]
    fn different_fields_merge_and_the_same_field_is_a_dispute() {
        let mut stored = Application::default();
        stored.add_service(ServiceFacts { service: "a".to_owned(), ..ServiceFacts::default() }).unwrap();
        for (path, text) in [("ucet", "19-2000145399/0800"), ("sluzba.a.rozpocet.1.1.naklady", "5000"), ("kontakt.jmeno", "Nová")] {
            stored.apply(path, text).unwrap();
        }
        let base =
            map(&[("ucet", ""), ("sluzba.a.rozpocet.1.1.naklady", "4\u{202f}000"), ("kontakt.jmeno", "Stará"), ("zastupce.jmeno", "")]);
        let mine = map(&[
            ("ucet", "19-2000145399 / 0800"), // both wrote the same
            ("sluzba.a.rozpocet.1.1.naklady", "4 500"),
            ("kontakt.jmeno", "Stará"),     // only the other one
            ("zastupce.jmeno", "Benešová"), // only I
        ]);
        let merged = merge(&stored, &base, &mine);
        assert_eq!(merged.write, map(&[("zastupce.jmeno", "Benešová")]));
        assert_eq!(merged.theirs, map(&[("ucet", "19-2000145399/0800"), ("kontakt.jmeno", "Nová")]));
        let [dispute] = merged.disputes.as_slice() else { panic!("{merged:?}") };
        assert_eq!((dispute.mine.as_str(), dispute.theirs.as_str()), ("4\u{202f}500", "5\u{202f}000"));
        // The same number in other writing is no change.
        let same = merge(
            &stored,
            &map(&[("sluzba.a.rozpocet.1.1.naklady", "5\u{202f}000")]),
            &map(&[("sluzba.a.rozpocet.1.1.naklady", "5000 Kč")]),
        );
        assert_eq!(same, Merged::default());
    }
}
