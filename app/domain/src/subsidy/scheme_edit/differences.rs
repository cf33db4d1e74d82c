//! What differs between two versions of a scheme.

use super::read;
use crate::subsidy::calculation::{
    names::folded,
    scheme::{Input, Kind, Match, RateTable, Rule, Scheme, Statistic, Step},
};
use std::collections::HashMap;

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// In which part, as people call it.
    pub part: &'static str,
    /// Name of what differs.
    pub name: String,
    /// How it was; nothing where it is new.
    pub before: Option<String>,
    /// How it is; nothing where it is gone.
    pub after: Option<String>,
}

/// The differences between two versions, in the order of the parts and of the newer version.
pub fn differences(before: &Scheme, after: &Scheme) -> Vec<Difference> {
    let mut out = Vec::new();
    let head = |scheme: &Scheme| {
        let a = &scheme.allocation;
        let name = |name: &Option<String>| name.clone().unwrap_or_else(|| "–".to_owned());
        vec![
            ("Název".to_owned(), scheme.name.clone()),
            ("Rok".to_owned(), scheme.year.map_or_else(|| "–".to_owned(), |year| year.to_string())),
            ("Základ".to_owned(), a.base.clone()),
            ("Váha".to_owned(), name(&a.weight)),
            ("Strop".to_owned(), name(&a.cap)),
            ("Skupina".to_owned(), name(&a.group)),
            ("Zaokrouhlit na".to_owned(), read::number(Some(&a.round_to))),
            ("Nejmenší dotace".to_owned(), a.minimum.as_ref().map_or_else(|| "–".to_owned(), |minimum| read::number(Some(minimum)))),
        ]
    };
    compare(
        "Vstupy",
        named(&before.input, |input| (&input.name, described_input(input))),
        named(&after.input, |input| (&input.name, described_input(input))),
        &mut out,
    );
    let param = |scheme: &Scheme| {
        named(&scheme.param, |param| (&param.name, with_people(read::written(&param.value), [&param.label, &param.unit, &param.why])))
    };
    compare("Parametry", param(before), param(after), &mut out);
    compare("Tabulky sazeb", tables(before), tables(after), &mut out);
    let step = |scheme: &Scheme| named(&scheme.step, |step| (&step.name, described_step(step)));
    compare("Kroky", step(before), step(after), &mut out);
    let order = |scheme: &Scheme, other: &Scheme| -> String {
        let kept = |name: &String| other.step.iter().any(|step| folded(&step.name) == folded(name));
        scheme.step.iter().map(|step| step.name.clone()).filter(kept).collect::<Vec<_>>().join(", ")
    };
    let (was, is) = (order(before, after), order(after, before));
    if folded(&was) != folded(&is) {
        out.push(Difference { part: "Kroky", name: "Pořadí kroků".to_owned(), before: Some(was), after: Some(is) });
    }
    compare("Rozdělení", head(before), head(after), &mut out);
    out
}

fn named<'a, T>(items: &'a [T], describe: impl Fn(&'a T) -> (&'a String, String)) -> Vec<(String, String)> {
    items
        .iter()
        .map(|item| {
            let (name, text) = describe(item);
            (name.clone(), text)
        })
        .collect()
}

fn compare(part: &'static str, before: Vec<(String, String)>, after: Vec<(String, String)>, out: &mut Vec<Difference>) {
    let mut old: HashMap<String, (String, String)> =
        before.iter().map(|(name, text)| (folded(name), (name.clone(), text.clone()))).collect();
    for (name, text) in after {
        match old.remove(&folded(&name)) {
            Some((_, was)) if was == text => {}
            found => out.push(Difference { part, name, before: found.map(|(_, was)| was), after: Some(text) }),
        }
    }
    // What is gone stands after the rest, in its old order.
    for (name, text) in before.into_iter().filter(|(name, _)| old.contains_key(&folded(name))) {
        out.push(Difference { part, name, before: Some(text), after: None });
    }
}

fn with_people(text: String, people: [&Option<String>; 3]) -> String {
    [Some(text)].into_iter().chain(people.map(Clone::clone)).flatten().collect::<Vec<_>>().join(" · ")
}

fn described_input(input: &Input) -> String {
    let kind = if input.kind == Kind::Text { "text" } else { "číslo" };
    let mut text = kind.to_owned();
    for (word, bound) in [("od", &input.min), ("do", &input.max)] {
        if let Some(bound) = bound {
            text.push_str(&format!(" {word} {}", read::number(Some(bound))));
        }
    }
    if input.criterion {
        text.push_str(", kritérium");
    }
    if let Some(default) = &input.default {
        text.push_str(&format!(", výchozí {}", read::written(default)));
    }
    with_people(text, [&input.label, &input.unit, &input.why])
}

/// A table as its heads and each of its rows.
fn tables(scheme: &Scheme) -> Vec<(String, String)> {
    scheme
        .table
        .iter()
        .flat_map(|table: &RateTable| {
            let how = if table.matching == Match::From { "od hodnoty výš" } else { "přesně" };
            let default = table.default.as_ref().map_or_else(String::new, |default| format!(", výchozí {}", read::number(Some(default))));
            let head = with_people(format!("klíče {}, {how}{default}", table.keys.join(", ")), [&table.label, &table.unit, &table.why]);
            let rows = table.rows.iter().map(|row| {
                let keys: Vec<String> = row.keys.iter().map(read::written).collect();
                (format!("{}({})", table.name, keys.join("; ")), read::number(Some(&row.rate)))
            });
            [(table.name.clone(), head)].into_iter().chain(rows).collect::<Vec<_>>()
        })
        .collect()
}

fn described_step(step: &Step) -> String {
    let rule = match &step.rule {
        Rule::Formula(formula) => formula.clone(),
        Rule::Statistic(statistic) => described_statistic(statistic),
    };
    with_people(rule, [&step.label, &step.unit, &step.why])
}

fn described_statistic(statistic: &Statistic) -> String {
    let mut text = statistic.function.czech().to_owned();
    let mut add = |word: &str, value: Option<String>| {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            text.push_str(&format!(" {word} {value}"));
        }
    };
    add("z", statistic.of.clone());
    add("kde", statistic.condition.clone());
    add("podle", Some(statistic.per.join(", ")));
    add("nejméně", statistic.min_count.map(|count| count.to_string()));
    add("jinak", statistic.otherwise.clone());
    text
}
