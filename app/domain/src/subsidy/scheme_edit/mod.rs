//! A scheme as forms: the fields of each of its parts by path, what was typed put back into it, parts added, moved and taken away, and what
//! differs between two versions.

mod differences;
mod read;

pub use differences::{Difference, differences};

use super::calculation::scheme::{Input, Kind, Match, Param, RateTable, Rule, Scheme, Statistic, StatisticFunction, Step, Written};
use read::Reader;
use std::collections::BTreeMap;

/// Texts by path, as they are typed.
pub type Fields = BTreeMap<String, String>;
/// What cannot be taken over: path and sentence.
pub type Wrong = Vec<(String, String)>;

/// Most inputs, and most parameters, of a scheme that is edited.
pub const MOST: usize = 200;

/// A part of a scheme that one form edits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Part {
    /// Columns of the services.
    Inputs,
    /// Parameters.
    Params,
    /// Tables of rates.
    Tables,
    /// The computation.
    Steps,
    /// Name, version, year, and how the money is divided.
    Allocation,
}

impl Part {
    /// All parts in the order in which people read them.
    pub const ALL: [Self; 5] = [Self::Inputs, Self::Params, Self::Tables, Self::Steps, Self::Allocation];

    /// As it stands in addresses and paths.
    pub fn key(self) -> &'static str {
        match self {
            Self::Inputs => "vstupy",
            Self::Params => "parametry",
            Self::Tables => "tabulky",
            Self::Steps => "kroky",
            Self::Allocation => "rozdeleni",
        }
    }

    /// The part of a key.
    pub fn of_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|part| part.key() == key)
    }

    /// As people call it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Inputs => "Vstupy",
            Self::Params => "Parametry",
            Self::Tables => "Tabulky sazeb",
            Self::Steps => "Kroky",
            Self::Allocation => "Rozdělení",
        }
    }

    /// How many items of it a scheme has; 0 for the allocation, which has none.
    pub fn count(self, scheme: &Scheme) -> usize {
        match self {
            Self::Inputs => scheme.input.len(),
            Self::Params => scheme.param.len(),
            Self::Tables => scheme.table.len(),
            Self::Steps => scheme.step.len(),
            Self::Allocation => 0,
        }
    }
}

/// The path of a field of the item at a place.
pub fn path(part: Part, at: usize, field: &str) -> String {
    format!("{}.{at}.{field}", part.key())
}

/// What is done with the items of a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// A new one at the end; a new step is a formula.
    Add,
    /// A new statistic at the end of the steps.
    AddStatistic,
    /// One place towards the beginning.
    Up(usize),
    /// One place towards the end.
    Down(usize),
    /// Away.
    Remove(usize),
}

impl Act {
    /// Reads what a button says: `pridat`, `pridat-statistiku`, `vys-3`, `niz-3`, `smazat-3`.
    pub fn read(text: &str) -> Option<Self> {
        let at = |rest: Option<&str>| rest?.parse::<usize>().ok();
        match text {
            "pridat" => Some(Self::Add),
            "pridat-statistiku" => Some(Self::AddStatistic),
            _ => at(text.strip_prefix("vys-"))
                .map(Self::Up)
                .or_else(|| at(text.strip_prefix("niz-")).map(Self::Down))
                .or_else(|| at(text.strip_prefix("smazat-")).map(Self::Remove)),
        }
    }

    /// Does it; a place that is not there is passed over, and so is one item too many.
    pub fn apply(self, scheme: &mut Scheme, part: Part) {
        match part {
            Part::Inputs => self.on(&mut scheme.input, MOST, |n| Input { name: format!("vstup_{n}"), ..Input::default() }),
            Part::Params => self.on(&mut scheme.param, MOST, |n| Param {
                name: format!("parametr_{n}"),
                label: None,
                unit: None,
                why: None,
                value: Written::Number(super::calculation::scheme::Number::whole(0)),
            }),
            Part::Tables => self.on(&mut scheme.table, super::calculation::TABLES, |n| RateTable {
                name: format!("tabulka_{n}"),
                keys: vec!["druh".to_owned()],
                ..RateTable::default()
            }),
            Part::Steps => self.on(&mut scheme.step, super::calculation::STEPS, |n| Step {
                name: format!("krok_{n}"),
                label: None,
                unit: None,
                why: None,
                rule: match self {
                    Self::AddStatistic => Rule::Statistic(Statistic {
                        function: StatisticFunction::Median,
                        of: Some(String::new()),
                        condition: None,
                        per: Vec::new(),
                        min_count: None,
                        otherwise: None,
                    }),
                    _ => Rule::Formula(String::new()),
                },
            }),
            Part::Allocation => {}
        }
    }

    fn on<T>(self, items: &mut Vec<T>, most: usize, new: impl Fn(usize) -> T) {
        let count = items.len();
        match self {
            Self::Add | Self::AddStatistic if count < most => items.push(new(count + 1)),
            Self::Up(at) if at > 0 && at < count => items.swap(at, at - 1),
            Self::Down(at) if at + 1 < count => items.swap(at, at + 1),
            Self::Remove(at) if at < count => {
                items.remove(at);
            }
            _ => {}
        }
    }
}

/// The fields of a part, as a form shows them.
pub fn fields(scheme: &Scheme, part: Part) -> Fields {
    let mut out = Fields::new();
    match part {
        Part::Inputs => scheme.input.iter().enumerate().for_each(|(at, input)| {
            let mut put = |field: &str, text: String| out.insert(path(part, at, field), text);
            put("jmeno", input.name.clone());
            put("typ", if input.kind == Kind::Text { "text" } else { "cislo" }.to_owned());
            put("popis", input.label.clone().unwrap_or_default());
            put("jednotka", input.unit.clone().unwrap_or_default());
            put("proc", input.why.clone().unwrap_or_default());
            put("min", read::number(input.min.as_ref()));
            put("max", read::number(input.max.as_ref()));
            put("kriterium", if input.criterion { "ano" } else { "ne" }.to_owned());
            put("vychozi", input.default.as_ref().map(read::written).unwrap_or_default());
        }),
        Part::Params => scheme.param.iter().enumerate().for_each(|(at, param)| {
            let mut put = |field: &str, text: String| out.insert(path(part, at, field), text);
            put("jmeno", param.name.clone());
            put("typ", if matches!(param.value, Written::Text(_)) { "text" } else { "cislo" }.to_owned());
            put("popis", param.label.clone().unwrap_or_default());
            put("jednotka", param.unit.clone().unwrap_or_default());
            put("proc", param.why.clone().unwrap_or_default());
            put("hodnota", read::written(&param.value));
        }),
        Part::Tables => scheme.table.iter().enumerate().for_each(|(at, table)| {
            let mut put = |field: &str, text: String| out.insert(path(part, at, field), text);
            put("jmeno", table.name.clone());
            put("popis", table.label.clone().unwrap_or_default());
            put("jednotka", table.unit.clone().unwrap_or_default());
            put("proc", table.why.clone().unwrap_or_default());
            put("klice", table.keys.join("; "));
            put("cisla", read::numeric_keys(table).join("; "));
            put("hledani", if table.matching == Match::From { "od" } else { "presne" }.to_owned());
            put("vychozi", read::number(table.default.as_ref()));
            put("radky", read::rows(table));
        }),
        Part::Steps => scheme.step.iter().enumerate().for_each(|(at, step)| {
            let mut put = |field: &str, text: String| out.insert(path(part, at, field), text);
            put("jmeno", step.name.clone());
            put("popis", step.label.clone().unwrap_or_default());
            put("jednotka", step.unit.clone().unwrap_or_default());
            put("proc", step.why.clone().unwrap_or_default());
            match &step.rule {
                Rule::Formula(formula) => {
                    put("jak", "vzorec".to_owned());
                    put("vzorec", formula.clone());
                }
                Rule::Statistic(statistic) => {
                    put("jak", statistic.function.as_str().to_owned());
                    put("z", statistic.of.clone().unwrap_or_default());
                    put("kde", statistic.condition.clone().unwrap_or_default());
                    put("podle", statistic.per.join("; "));
                    put("nejmene", statistic.min_count.map(|count| count.to_string()).unwrap_or_default());
                    put("jinak", statistic.otherwise.clone().unwrap_or_default());
                }
            }
        }),
        Part::Allocation => {
            let allocation = &scheme.allocation;
            let mut put = |field: &str, text: String| out.insert(format!("{}.{field}", part.key()), text);
            put("nazev", scheme.name.clone());
            put("verze", scheme.version.clone());
            put("rok", scheme.year.map(|year| year.to_string()).unwrap_or_default());
            put("zaklad", allocation.base.clone());
            put("vaha", allocation.weight.clone().unwrap_or_default());
            put("strop", allocation.cap.clone().unwrap_or_default());
            put("skupina", allocation.group.clone().unwrap_or_default());
            put("zaokrouhlit", read::number(Some(&allocation.round_to)));
            put("nejmene", read::number(allocation.minimum.as_ref()));
        }
    }
    out
}

/// Puts what was typed into a part. A field that is not there stays as it is.
///
/// # Errors
/// What cannot be read; the scheme is then not to be used. Formulas and names are taken over with their faults, those are found by
/// [`Scheme::compile`].
pub fn apply(scheme: &mut Scheme, part: Part, fields: &Fields) -> Result<(), Wrong> {
    let mut reader = Reader::new(fields);
    match part {
        Part::Inputs => scheme.input.iter_mut().enumerate().for_each(|(at, input)| reader.input(at, input)),
        Part::Params => scheme.param.iter_mut().enumerate().for_each(|(at, param)| reader.param(at, param)),
        Part::Tables => scheme.table.iter_mut().enumerate().for_each(|(at, table)| reader.table(at, table)),
        Part::Steps => scheme.step.iter_mut().enumerate().for_each(|(at, step)| reader.step(at, step)),
        Part::Allocation => reader.allocation(scheme),
    }
    if reader.wrong.is_empty() { Ok(()) } else { Err(reader.wrong) }
}

/// The version after this one that is not taken: `2027.1` → `2027.2`, `zkouška` → `zkouška.2`.
pub fn next_version(version: &str, taken: &[String]) -> String {
    let digits = version.bytes().rev().take_while(u8::is_ascii_digit).count();
    let (head, tail) = version.split_at(version.len() - digits);
    let (head, from) = match tail.parse::<u32>() {
        Ok(number) if digits <= 6 && number < 1_000_000 => (head.to_owned(), number + 1),
        _ => (format!("{}.", version.chars().take(30).collect::<String>()), 2),
    };
    let mut number = from;
    loop {
        let next = format!("{head}{number}");
        if !taken.contains(&next) {
            return next;
        }
        number += 1;
    }
}

#[cfg(test)]
mod tests;
