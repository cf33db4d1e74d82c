//! What happens if: changed money, parameters, rates and weights over a stored run. The browser and the server compute it by the same code.

use super::calculation::{
    Amounts, StoredRun,
    names::{folded, is_name},
    scheme::{Kind, Match, Number, Param, RateTable, Row, Rule, Scheme, Step, Written},
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The table that weights by service type are kept in.
pub const WEIGHTS: &str = "vaha_druhu";
/// The step that multiplies by them.
const WEIGHTED: &str = "vaha_s_druhem";
/// The input that they go by.
const TYPE: &str = "druh";

/// What is changed against a run; what is not here stays.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Changes {
    /// The money, where the scheme has no groups. In Kč.
    pub amount: Option<Number>,
    /// The money of groups. In Kč.
    pub groups: BTreeMap<String, Number>,
    /// The least award. In Kč.
    pub minimum: Option<Number>,
    /// Parameters by name.
    pub params: BTreeMap<String, Number>,
    /// Rates of tables.
    pub rates: Vec<RateChange>,
    /// Weights by service type (paragraph without the sign).
    pub weights: BTreeMap<String, Number>,
}

/// A changed rate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RateChange {
    /// Name of the table.
    pub table: String,
    /// The keys of the row.
    pub keys: Vec<Written>,
    /// The new rate.
    pub rate: Number,
}

/// Why a change cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CannotChange {
    /// No such parameter, or one that is a text.
    #[error("Schéma nemá číselný parametr „{0}“. Načtěte stránku znovu.")]
    NoParam(String),
    /// No such row of a table.
    #[error("Tabulka „{0}“ takový řádek nemá. Načtěte stránku znovu.")]
    NoRate(String),
    /// No such group.
    #[error("Běh nemá skupinu „{0}“. Načtěte stránku znovu.")]
    NoGroup(String),
    /// No input that tells the type of a service.
    #[error("Schéma nemá textový vstup „druh“, váhy podle druhu proto nejdou použít. Přidejte ho do schématu.")]
    NoType,
    /// The names that weights need are taken by something else.
    #[error("Jména „vaha_druhu“ a „vaha_s_druhem“ ve schématu znamenají něco jiného. Přejmenujte je, aby šly váhy podle druhu použít.")]
    Taken,
}

impl Changes {
    /// Nothing is changed.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The scheme is changed, not just the money: it needs a new version.
    pub fn change_scheme(&self) -> bool {
        self.minimum.is_some() || !self.params.is_empty() || !self.rates.is_empty() || !self.weights.is_empty()
    }

    /// The run with the changes made.
    ///
    /// # Errors
    /// A change of something that the run does not have.
    pub fn apply(&self, run: &StoredRun) -> Result<StoredRun, CannotChange> {
        let mut changed = run.clone();
        match &mut changed.amounts {
            Amounts::One(amount) => {
                if let Some(group) = self.groups.keys().next() {
                    return Err(CannotChange::NoGroup(group.clone()));
                }
                if let Some(new) = &self.amount {
                    *amount = new.0.clone();
                }
            }
            Amounts::Groups(groups) => {
                for (group, new) in &self.groups {
                    let amount = groups.get_mut(group).ok_or_else(|| CannotChange::NoGroup(group.clone()))?;
                    *amount = new.0.clone();
                }
            }
        }
        self.scheme(&mut changed.scheme)?;
        Ok(changed)
    }

    fn scheme(&self, scheme: &mut Scheme) -> Result<(), CannotChange> {
        if let Some(minimum) = &self.minimum {
            scheme.allocation.minimum = Some(minimum.clone());
        }
        for (name, new) in &self.params {
            let param = scheme.param.iter_mut().find(|param| folded(&param.name) == folded(name));
            match param {
                Some(Param { value: Written::Number(value), .. }) => *value = new.clone(),
                _ => return Err(CannotChange::NoParam(name.clone())),
            }
        }
        for change in &self.rates {
            let table = scheme.table.iter_mut().find(|table| folded(&table.name) == folded(&change.table));
            let row = table.and_then(|table| table.rows.iter_mut().find(|row| row.keys == change.keys));
            row.ok_or_else(|| CannotChange::NoRate(change.table.clone()))?.rate = change.rate.clone();
        }
        if self.weights.is_empty() { Ok(()) } else { weigh(scheme, &self.weights) }
    }
}

/// Writes weights by service type into a scheme: a table, and a step after all others that multiplies the weight by it.
fn weigh(scheme: &mut Scheme, weights: &BTreeMap<String, Number>) -> Result<(), CannotChange> {
    if !scheme.input.iter().any(|input| folded(&input.name) == TYPE && input.kind == Kind::Text) {
        return Err(CannotChange::NoType);
    }
    let weighted = scheme.allocation.weight.as_deref().is_some_and(|weight| folded(weight) == WEIGHTED);
    if !weighted {
        let parts = [
            scheme.input.iter().map(|part| &part.name).collect::<Vec<_>>(),
            scheme.param.iter().map(|part| &part.name).collect(),
            scheme.table.iter().map(|part| &part.name).collect(),
            scheme.step.iter().map(|part| &part.name).collect(),
        ];
        if parts.iter().flatten().any(|name| [WEIGHTS, WEIGHTED].contains(&folded(name).as_str())) {
            return Err(CannotChange::Taken);
        }
        let formula = match scheme.allocation.weight.as_ref().filter(|weight| is_name(weight)) {
            Some(weight) => format!("{weight} * {WEIGHTS}({TYPE})"),
            None => format!("{WEIGHTS}({TYPE})"),
        };
        scheme.table.push(RateTable {
            name: WEIGHTS.to_owned(),
            label: Some("Váha podle druhu služby".to_owned()),
            why: Some("druhy, které tu nejsou, mají váhu 1".to_owned()),
            keys: vec![TYPE.to_owned()],
            matching: Match::Exact,
            default: Some(Number::whole(1)),
            ..RateTable::default()
        });
        scheme.step.push(Step {
            name: WEIGHTED.to_owned(),
            label: Some("Váha služby s váhou druhu".to_owned()),
            unit: None,
            why: Some("váha při rozdělení, vynásobená váhou druhu služby".to_owned()),
            rule: Rule::Formula(formula),
        });
        scheme.allocation.weight = Some(WEIGHTED.to_owned());
    }
    let table = scheme.table.iter_mut().find(|table| folded(&table.name) == WEIGHTS).ok_or(CannotChange::Taken)?;
    for (kind, weight) in weights {
        let keys = vec![Written::Text(kind.clone())];
        match table.rows.iter_mut().find(|row| row.keys == keys) {
            Some(row) => row.rate = weight.clone(),
            None => table.rows.push(Row { keys, rate: weight.clone() }),
        }
    }
    Ok(())
}

/// The weight of a service type in a scheme that has such weights, else 1.
pub fn weight_of(scheme: &Scheme, kind: &str) -> Number {
    let weighted = scheme.allocation.weight.as_deref().is_some_and(|weight| folded(weight) == WEIGHTED);
    let table = scheme.table.iter().find(|table| weighted && folded(&table.name) == WEIGHTS);
    let row = table.and_then(|table| table.rows.iter().find(|row| row.keys == [Written::Text(kind.to_owned())]));
    row.map_or_else(|| Number::whole(1), |row| row.rate.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::subsidy::calculation::{Fraction, Sheet};

    fn run() -> StoredRun {
        let scheme = Scheme::from_toml(
            r#"
format = 1
name = "Zkušební"
version = "1"
[[input]]
name = "druh"
type = "text"
[[input]]
name = "J"
[[param]]
name = "cast"
value = "0,5"
[[table]]
name = "sazba"
keys = ["druh"]
rows = [["40", 1000], ["49", 2000]]
[[step]]
name = "OPT"
formula = "sazba(druh) * J * cast"
[allocation]
base = "OPT"
round_to = 1
"#,
        )
        .unwrap();
        let mut inputs = Sheet::new(["identifikator", "druh", "J"]);
        inputs.push(["1", "40", "10"]);
        inputs.push(["2", "49", "10"]);
        StoredRun { scheme, inputs, amounts: Amounts::one("6000").unwrap() }
    }

    fn awards(run: &StoredRun) -> Vec<String> {
        run.calculate().unwrap().run.results.iter().map(|result| result.award.shown()).collect()
    }

    fn number(text: &str) -> Number {
        Number::read(text).unwrap()
    }

    #[test]
    fn changes_reach_the_awards() {
        let run = run();
        assert_eq!(awards(&run), ["2000", "4000"]);
        let changed = |changes: Changes| awards(&changes.apply(&run).unwrap());
        assert_eq!(changed(Changes { amount: Some(number("15 000")), ..Changes::default() }), ["5000", "10000"]);
        assert_eq!(
            changed(Changes { params: BTreeMap::from([("CAST".to_owned(), number("0,05"))]), ..Changes::default() }),
            ["500", "1000"]
        );
        let rate = RateChange { table: "sazba".to_owned(), keys: vec![Written::Text("49".to_owned())], rate: number("1000") };
        assert_eq!(changed(Changes { rates: vec![rate], ..Changes::default() }), ["3000", "3000"]);
        assert_eq!(changed(Changes { minimum: Some(number("2001")), ..Changes::default() }), ["0", "6000"]);
        assert_eq!(changed(Changes { weights: BTreeMap::from([("40".to_owned(), number("2"))]), ..Changes::default() }), ["3000", "3000"]);
    }

    #[test]
    fn weights_can_be_changed_again() {
        let weights = |weight: &str| Changes { weights: BTreeMap::from([("40".to_owned(), number(weight))]), ..Changes::default() };
        let once = weights("3").apply(&run()).unwrap();
        assert_eq!((weight_of(&once.scheme, "40"), weight_of(&once.scheme, "49")), (number("3"), number("1")));
        let twice = weights("2").apply(&once).unwrap();
        assert_eq!((twice.scheme.step.len(), twice.scheme.table[1].rows.len()), (2, 1));
        assert_eq!(awards(&twice), ["3000", "3000"]);
        assert_eq!(Scheme::from_toml(&twice.scheme.to_toml()).unwrap(), twice.scheme);
    }

    #[test]
    fn only_what_is_there_can_be_changed() {
        let run = run();
        let group = Changes { groups: BTreeMap::from([("G1".to_owned(), number("1"))]), ..Changes::default() };
        assert_eq!(group.apply(&run), Err(CannotChange::NoGroup("G1".to_owned())));
        let param = Changes { params: BTreeMap::from([("neni".to_owned(), number("1"))]), ..Changes::default() };
        assert_eq!(param.apply(&run), Err(CannotChange::NoParam("neni".to_owned())));
        assert!(Changes::default().is_empty() && !group.change_scheme() && param.change_scheme());
        assert_eq!(Changes::default().apply(&run).unwrap(), run);
        let amount = Fraction::whole(1);
        let groups = StoredRun { amounts: Amounts::Groups(BTreeMap::from([("G1".to_owned(), Fraction::ZERO)])), ..run };
        assert_eq!(group.apply(&groups).unwrap().amounts, Amounts::Groups(BTreeMap::from([("G1".to_owned(), amount)])));
    }
}
