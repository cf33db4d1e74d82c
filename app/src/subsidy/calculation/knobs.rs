//! What can be turned in a what-if: the money, parameters, rates and weights of a run, each with its number as it was.

use domain::{
    order::take_out,
    subsidy::{
        calculation::{
            Amounts, Fraction, Rounding, StoredRun,
            names::folded,
            number::{for_people, read},
            scheme::{Kind, Number, Written},
        },
        what_if::{Changes, RateChange, WEIGHTS, weight_of},
    },
};

/// Positions of a slider to each side of what was.
pub const HALF: i64 = 1_000;

/// One thing that can be turned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// The money.
    Amount,
    /// The money of a group.
    Group(String),
    /// The least award.
    Minimum,
    /// A parameter.
    Param(String),
    /// A rate: table and keys.
    Rate(String, Vec<Written>),
    /// The weight of a service type.
    Weight(String),
}

/// A thing that can be turned, with its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Knob {
    /// What it turns.
    pub subject: Subject,
    /// What it is called.
    pub label: String,
    /// The unit.
    pub unit: String,
    /// The number of the run.
    pub was: Fraction,
}

fn key(keys: &[Written]) -> String {
    let keys = keys.iter().map(|key| match key {
        Written::Number(number) => for_people(&number.0),
        Written::Text(text) => text.clone(),
    });
    keys.collect::<Vec<_>>().join(", ")
}

impl Knob {
    fn new(subject: Subject, label: impl Into<String>, unit: Option<&str>, was: Fraction) -> Self {
        Self { subject, label: label.into(), unit: unit.unwrap_or_default().to_owned(), was }
    }

    /// Tells knobs apart; two may be called the same. The parts of a key are told apart, too.
    pub fn key(&self) -> String {
        let parts: Vec<String> = match &self.subject {
            Subject::Amount => vec!["castka".to_owned()],
            Subject::Minimum => vec!["nejmene".to_owned()],
            Subject::Group(group) => vec!["skupina".to_owned(), group.clone()],
            Subject::Param(name) => vec!["parametr".to_owned(), name.clone()],
            Subject::Weight(kind) => vec!["vaha".to_owned(), kind.clone()],
            Subject::Rate(table, keys) => {
                let keys = keys.iter().map(|key| match key {
                    Written::Number(number) => format!("n{}", number.0),
                    Written::Text(text) => format!("t{text}"),
                });
                ["sazba".to_owned(), table.clone()].into_iter().chain(keys).collect()
            }
        };
        parts.iter().map(|part| format!("{}:{part}", part.len())).collect()
    }

    /// An identifier of an element for the knob: the key with everything but ASCII letters and digits as its number.
    pub fn id(&self) -> String {
        let shown = |c: char| if c.is_ascii_alphanumeric() { c.to_string() } else { format!("-{:x}-", u32::from(c)) };
        format!("knob-{}", self.key().chars().map(shown).collect::<String>())
    }

    /// Only a parameter may be below zero; money, rates and weights are not.
    fn may_be_negative(&self) -> bool {
        matches!(self.subject, Subject::Param(_))
    }

    /// Reads a number as it is typed.
    ///
    /// # Errors
    /// What is wrong and what to do.
    pub fn typed(&self, text: &str) -> Result<Fraction, String> {
        let text = text.trim().replace('\u{2212}', "-");
        let value = read(&text).ok_or_else(|| "Napište číslo, například 1 234,5.".to_owned())?;
        if value.is_negative() && !self.may_be_negative() { Err("Napište nulu nebo kladné číslo.".to_owned()) } else { Ok(value) }
    }

    /// Puts a number into the changes; the number of the run takes the change away.
    pub fn set(&self, changes: &mut Changes, value: &Fraction) {
        let new = (*value != self.was).then(|| Number(value.clone()));
        fn keep(map: &mut std::collections::BTreeMap<String, Number>, name: &str, new: Option<Number>) {
            match new {
                Some(new) => map.insert(name.to_owned(), new),
                None => take_out(map, name),
            };
        }
        match &self.subject {
            Subject::Amount => changes.amount = new,
            Subject::Minimum => changes.minimum = new,
            Subject::Group(group) => keep(&mut changes.groups, group, new),
            Subject::Param(name) => keep(&mut changes.params, name, new),
            Subject::Weight(kind) => keep(&mut changes.weights, kind, new),
            Subject::Rate(table, keys) => {
                changes.rates.retain(|change| change.table != *table || change.keys != *keys);
                changes.rates.extend(new.map(|rate| RateChange { table: table.clone(), keys: keys.clone(), rate }));
            }
        }
    }

    /// The number at a position of the slider: from nothing to twice what was, money in whole crowns. Nothing when what was is nothing.
    pub fn at(&self, position: i64, unit: &Fraction) -> Option<Fraction> {
        if self.was.is_zero() {
            return None;
        }
        let value = self.was.mul(&Fraction::whole(position)).div(&Fraction::whole(HALF))?;
        Some(match self.subject {
            // The least award is a multiple of the unit of awards; the money is turned by the same steps.
            Subject::Amount | Subject::Group(_) | Subject::Minimum => value.div(unit)?.floor().mul(unit),
            _ if self.was >= Fraction::whole(1_000) || self.was <= Fraction::whole(-1_000) => value.round(0, Rounding::HalfAway),
            _ => value.round(4, Rounding::HalfAway),
        })
    }

    /// The position of the slider for a number, within its range.
    pub fn position(&self, value: &Fraction) -> i64 {
        let position = value.mul(&Fraction::whole(HALF)).div(&self.was).and_then(|position| position.round(0, Rounding::HalfAway).to_i64());
        position.unwrap_or(HALF).clamp(0, 2 * HALF)
    }

    /// What stands beside a turned knob: `bylo 522 000 · −3,1 %`.
    pub fn was_words(&self, value: &Fraction) -> String {
        if *value == self.was {
            return "beze změny".to_owned();
        }
        let was = format!("bylo {}", for_people(&self.was));
        // Of a number below zero, more is towards zero.
        let size = if self.was.is_negative() { Fraction::ZERO.sub(&self.was) } else { self.was.clone() };
        let change = value.sub(&self.was).mul(&Fraction::whole(100)).div(&size).map(|change| change.round(1, Rounding::HalfAway));
        match change {
            Some(change) if change > Fraction::ZERO => format!("{was} · +{}\u{a0}%", for_people(&change)),
            Some(change) => format!("{was} · {}\u{a0}%", for_people(&change)),
            None => was,
        }
    }
}

/// The knobs of a run that are shown at first: money, least award, parameters.
pub fn first(run: &StoredRun) -> Vec<Knob> {
    let mut knobs = match &run.amounts {
        Amounts::One(amount) => vec![Knob::new(Subject::Amount, "K rozdělení", Some("Kč"), amount.clone())],
        Amounts::Groups(groups) => groups
            .iter()
            .map(|(group, amount)| {
                Knob::new(Subject::Group(group.clone()), format!("K rozdělení, skupina {group}"), Some("Kč"), amount.clone())
            })
            .collect(),
    };
    let minimum = run.scheme.allocation.minimum.as_ref().map_or(Fraction::ZERO, |minimum| minimum.0.clone());
    knobs.push(Knob::new(Subject::Minimum, "Nejmenší dotace", Some("Kč"), minimum));
    for param in &run.scheme.param {
        if let Written::Number(value) = &param.value {
            let label = param.label.clone().unwrap_or_else(|| param.name.clone());
            knobs.push(Knob::new(Subject::Param(param.name.clone()), label, param.unit.as_deref(), value.0.clone()));
        }
    }
    knobs
}

/// The knobs that can be added: rates, then weights by the service types of the run.
pub fn further(run: &StoredRun, kinds: &[String]) -> Vec<Knob> {
    let mut knobs = Vec::new();
    for table in run.scheme.table.iter().filter(|table| folded(&table.name) != WEIGHTS) {
        let label = table.label.clone().unwrap_or_else(|| table.name.clone());
        for row in table.rows.iter().filter(|row| !row.rate.0.is_negative()) {
            let words = format!("{label}: {}", key(&row.keys));
            knobs.push(Knob::new(Subject::Rate(table.name.clone(), row.keys.clone()), words, table.unit.as_deref(), row.rate.0.clone()));
        }
    }
    let typed = run.scheme.input.iter().any(|input| folded(&input.name) == "druh" && input.kind == Kind::Text);
    for kind in kinds.iter().filter(|_| typed) {
        knobs.push(Knob::new(Subject::Weight(kind.clone()), format!("Váha druhu § {kind}"), None, weight_of(&run.scheme, kind).0));
    }
    knobs
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::subsidy::calculation::{BUILTIN, Scheme, Sheet};

    fn run() -> StoredRun {
        StoredRun {
            scheme: Scheme::from_toml(BUILTIN[0].toml).unwrap(),
            inputs: Sheet::default(),
            amounts: Amounts::one("460000000").unwrap(),
        }
    }

    #[test]
    fn a_turned_knob_changes_and_changes_back() {
        let run = run();
        let all: Vec<Knob> = first(&run).into_iter().chain(further(&run, &["49".to_owned()])).collect();
        assert_eq!(all.len(), 1 + 1 + 4 + 39 + 39 + 4 + 1);
        let mut changes = Changes::default();
        for knob in &all {
            knob.set(&mut changes, &Fraction::whole(7_000));
        }
        assert_eq!((changes.params.len(), changes.rates.len(), changes.weights.len()), (4, 82, 1));
        assert!(changes.apply(&run).is_ok());
        for knob in &all {
            knob.set(&mut changes, &knob.was);
        }
        assert!(changes.is_empty());
    }

    #[test]
    fn the_slider_goes_from_nothing_to_twice() {
        let run = run();
        let unit = Fraction::whole(1_000);
        let amount = &first(&run)[0];
        assert_eq!(amount.at(1_001, &unit), Some(Fraction::whole(460_460_000)));
        assert_eq!((amount.at(0, &unit), amount.position(&Fraction::whole(230_000_000))), (Some(Fraction::ZERO), 500));
        assert_eq!(amount.was_words(&Fraction::whole(460_460_000)), "bylo 460\u{202f}000\u{202f}000 · +0,1\u{a0}%");
        let minimum = &first(&run)[1];
        assert_eq!((minimum.at(1_500, &unit), minimum.was_words(&Fraction::ZERO)), (None, "beze změny".to_owned()));
        let rate = &further(&run, &[])[45];
        assert_eq!(
            rate.at(970, &unit),
            rate.was.mul(&Fraction::whole(97)).div(&Fraction::whole(100)).map(|rate| rate.round(0, Rounding::HalfAway))
        );
        let typed = |text: &str| amount.typed(text);
        assert!(typed("-5").is_err() && typed("pět").is_err() && typed(" 1 234,5 ").is_ok());
    }

    #[test]
    fn knobs_are_told_apart_and_a_parameter_may_be_negative() {
        let mut run = run();
        run.scheme.param[0].value = Written::Number(Number(Fraction::whole(-4)));
        run.scheme.param[1].label = run.scheme.param[0].label.clone();
        let all: Vec<Knob> = first(&run).into_iter().chain(further(&run, &["49".to_owned()])).collect();
        let keys: std::collections::BTreeSet<String> = all.iter().map(Knob::key).collect();
        let ids: std::collections::BTreeSet<String> = all.iter().map(Knob::id).collect();
        assert_eq!((keys.len(), ids.len()), (all.len(), all.len()));
        let negative = all.iter().find(|knob| knob.was == Fraction::whole(-4)).unwrap();
        assert_eq!(negative.typed("\u{2212}5"), Ok(Fraction::whole(-5)));
        assert_eq!((negative.at(1_500, &Fraction::ONE), negative.position(&Fraction::whole(-6))), (Some(Fraction::whole(-6)), 1_500));
        assert_eq!(negative.was_words(&Fraction::whole(-2)), "bylo \u{2212}4 · +50\u{a0}%");
    }
}
