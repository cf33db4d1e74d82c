//! Statistics over all services of a run.

use super::{
    compile::ReadyStatistic,
    evaluate::{Columns, OVERFLOW, Outcome, Trouble, evaluate},
    fault::{Code, Part},
    fraction::Fraction,
    scheme::StatisticFunction,
    value::Value,
};
use crate::order;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// What a statistic found, kept so that it can be explained.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// The group of each service.
    pub group: Vec<u32>,
    /// The groups.
    pub groups: Vec<FoundGroup>,
}

/// Services with the same values of `per`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundGroup {
    /// How many of them the condition took.
    pub count: u64,
    /// The result; nothing where there were too few.
    pub value: Option<Fraction>,
}

/// The trouble of one service, and where in the statistic it was.
pub(super) type Troubles = Vec<(usize, Option<Part>, Box<Trouble>)>;

/// A column of results and the troubles of single services, whose values are placeholders.
pub(super) type Column = (Vec<Value>, Found, Troubles);

/// Computes a statistic for every service.
///
/// # Errors
/// The troubles of `where` and `of`, which stop the run.
pub(super) fn statistic(statistic: &ReadyStatistic, columns: &Columns<'_>, services: usize) -> Result<Column, Troubles> {
    let mut stack = Vec::new();
    let mut troubles: Troubles = Vec::new();
    let mut found = Found { group: Vec::with_capacity(services), groups: Vec::new() };
    let mut values: Vec<Vec<Fraction>> = Vec::new();
    let mut known: HashMap<Vec<&Value>, u32> = HashMap::new();
    for service in 0..services {
        let key: Vec<&Value> = statistic.per.iter().map(|slot| columns.value(*slot, service)).collect();
        let group = *known.entry(key).or_insert_with(|| {
            found.groups.push(FoundGroup::default());
            values.push(Vec::new());
            (values.len() - 1) as u32
        });
        found.group.push(group);
        match taken(statistic, columns, service, &mut stack) {
            Ok(None) => {}
            Ok(Some(value)) => {
                found.groups[group as usize].count += 1;
                values[group as usize].extend(value);
            }
            Err((part, trouble)) => troubles.push((service, Some(part), trouble)),
        }
    }
    if !troubles.is_empty() {
        return Err(troubles);
    }
    let mut overflow = vec![false; found.groups.len()];
    for ((group, values), overflow) in found.groups.iter_mut().zip(&mut values).zip(&mut overflow) {
        if group.count >= statistic.min_count {
            group.value = of_values(statistic.function, group.count, values);
            *overflow = group.value.as_ref().is_some_and(Fraction::overflows);
        }
    }
    let mut column = Vec::with_capacity(services);
    for (service, group) in found.group.iter().enumerate() {
        let group = *group as usize;
        let value = match &found.groups[group].value {
            Some(_) if overflow[group] => Err((None, Trouble::whole(Code::Overflow, OVERFLOW))),
            Some(value) => Ok(Value::Number(value.clone())),
            None => otherwise(statistic, columns, service, found.groups[group].count, &mut stack),
        };
        column.push(value.unwrap_or_else(|(part, trouble)| {
            troubles.push((service, part, trouble));
            Value::Number(Fraction::ZERO)
        }));
    }
    Ok((column, found, troubles))
}

/// Whether the condition takes a service, and its value where the statistic needs one.
fn taken(
    statistic: &ReadyStatistic,
    columns: &Columns<'_>,
    service: usize,
    stack: &mut Vec<Value>,
) -> Result<Option<Option<Fraction>>, (Part, Box<Trouble>)> {
    if let Some(condition) = &statistic.condition {
        match evaluate(condition, columns, service, stack).map_err(|trouble| (Part::Where, trouble))? {
            Value::Truth(true) => {}
            Value::Truth(false) => return Ok(None),
            other => {
                let message = format!("Podmínka „where“ má být porovnání, a je to {}.", other.kind());
                return Err((Part::Where, Trouble::whole(Code::Type, message)));
            }
        }
    }
    let Some(of) = &statistic.of else { return Ok(Some(None)) };
    match evaluate(of, columns, service, stack).map_err(|trouble| (Part::Of, trouble))? {
        Value::Number(number) => Ok(Some(Some(number))),
        other => {
            let message = format!("Statistika se počítá z čísel, a „of“ je {}.", other.kind());
            Err((Part::Of, Trouble::whole(Code::Type, message)))
        }
    }
}

fn otherwise(
    statistic: &ReadyStatistic,
    columns: &Columns<'_>,
    service: usize,
    count: u64,
    stack: &mut Vec<Value>,
) -> Result<Value, (Option<Part>, Box<Trouble>)> {
    let Some(otherwise) = &statistic.otherwise else {
        let message = format!(
            "Statistika potřebuje aspoň {} hodnot a má jich {count}. Doplňte „otherwise“, co platí místo ní, nebo snižte „min_count“.",
            statistic.min_count
        );
        return Err((None, Trouble::whole(Code::TooFew, message)));
    };
    let outcome: Outcome<Value> = evaluate(otherwise, columns, service, stack);
    outcome.map_err(|trouble| (Some(Part::Otherwise), trouble))
}

/// The statistic of some values; of none it is nothing, except for a sum and a count.
fn of_values(function: StatisticFunction, count: u64, values: &mut [Fraction]) -> Option<Fraction> {
    let whole = |n: u64| i64::try_from(n).ok().map(Fraction::whole);
    match function {
        StatisticFunction::Count => whole(count),
        StatisticFunction::Sum => Some(Fraction::sum(values.iter())),
        StatisticFunction::Mean => Fraction::sum(values.iter()).div(&whole(count)?),
        StatisticFunction::Min => values.iter().min().cloned(),
        StatisticFunction::Max => values.iter().max().cloned(),
        StatisticFunction::Quartile1 => quantile(values, 1),
        StatisticFunction::Median => quantile(values, 2),
        StatisticFunction::Quartile3 => quantile(values, 3),
    }
}

/// By linear interpolation at `quarters / 4 · (n − 1)`, as QUARTILE.INC.
fn quantile(values: &mut [Fraction], quarters: usize) -> Option<Fraction> {
    let order = order::positions(values.len(), &mut |a, b| values[a].cmp(&values[b]));
    let place = quarters * values.len().checked_sub(1)?;
    let (at, rest) = (place / 4, place % 4);
    let below = &values[order[at]];
    if rest == 0 {
        return Some(below.clone());
    }
    let part = Fraction::ratio(rest.into(), 4.into())?;
    Some(values[order[at + 1]].sub(below).mul(&part).add(below))
}
