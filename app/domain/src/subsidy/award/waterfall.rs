//! The way from costs to the award as bars: what a step starts from, what it takes away, what is left.

use crate::subsidy::{
    amount::Crowns,
    calculation::{
        Named, Part, Report, Value,
        formula::{Formula, NodeKind, Operator},
        names::folded,
    },
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Most bars of a chart, the award with them.
const MOST: usize = 8;

/// What a bar shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BarKind {
    /// A result on the way, from zero.
    Total,
    /// What is taken away, from where the bar before ends.
    Minus,
    /// The award.
    Award,
}

/// A bar of the chart, in whole crowns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bar {
    /// What it is called.
    pub label: String,
    /// What it shows.
    pub kind: BarKind,
    /// Where it ends on the left, at least 0.
    pub from: u64,
    /// Where it ends on the right.
    pub to: u64,
    /// The value, rounded down to whole crowns; what is taken away is not negative here.
    pub value: i64,
}

impl Bar {
    /// The amount at which the bar leaves off.
    fn level(&self) -> i64 {
        let end = match self.kind {
            BarKind::Total | BarKind::Award => return self.value,
            BarKind::Minus if self.value >= 0 => self.from,
            BarKind::Minus => self.to,
        };
        i64::try_from(end).unwrap_or(i64::MAX)
    }
}

/// A name and what is subtracted from it, `N - V - Z`.
#[derive(Clone)]
struct Chain {
    first: String,
    minus: Vec<String>,
}

/// The bars of a service: every step that is an amount in Kč and not 0, what it subtracts, and the award at the end. Steps without a unit are
/// amounts only in a scheme where no step says its unit; even there a group of the allocation is none.
pub fn bars(report: Report<'_>, service: usize, award: Crowns) -> Vec<Bar> {
    let scheme = report.compiled.scheme();
    let programs: Vec<Option<&Formula>> =
        (0..scheme.step.len()).map(|at| report.compiled.program(at, Part::Formula).map(|program| program.formula())).collect();
    let chains: Vec<Vec<Chain>> = programs.iter().map(|formula| formula.map(chains).unwrap_or_default()).collect();
    let place = |name: &String| report.compiled.named(name).map(Place::from);
    let subtracted: BTreeSet<Place> = chains.iter().flatten().flat_map(|chain| &chain.minus).filter_map(place).collect();
    let summed: BTreeSet<Place> =
        programs.iter().flatten().filter_map(|formula| summands(formula)).flatten().filter_map(|n| place(&n)).collect();
    let units = scheme.step.iter().any(|step| step.unit.as_deref().is_some_and(is_crowns));
    let mut drawing = Drawing { report, service, units, shown: BTreeSet::new(), bars: Vec::new() };
    for (at, of_step) in chains.iter().enumerate() {
        for chain in of_step {
            drawing.chain(chain);
        }
        let named = Named::Step(at);
        if !subtracted.contains(&Place::from(named)) {
            drawing.total(named);
        }
    }
    let mut found = drawing.bars;
    if distinct(found.clone()).len() >= MOST {
        // A part of a sum is told by the sum.
        found.retain(|(place, _)| !summed.contains(place));
    }
    let mut bars: Vec<Bar> = distinct(found).into_iter().map(|(_, bar)| bar).collect();
    let skipped = bars.len().saturating_sub(MOST - 1);
    bars.drain(..skipped);
    // What is taken away says nothing without what it is taken from.
    let hanging = bars.iter().take_while(|bar| bar.kind == BarKind::Minus).count();
    if skipped > 0 {
        bars.drain(..hanging);
    }
    bars.push(Bar {
        label: "Přiznáno".to_owned(),
        kind: BarKind::Award,
        from: 0,
        to: award.get(),
        value: i64::try_from(award.get()).unwrap_or(i64::MAX),
    });
    bars
}

/// The same number twice in a row says nothing.
fn distinct(mut bars: Vec<(Place, Bar)>) -> Vec<(Place, Bar)> {
    bars.dedup_by(|(_, b), (_, a)| a.kind == BarKind::Total && b.kind == BarKind::Total && a.value == b.value);
    bars
}

fn is_crowns(unit: &str) -> bool {
    unit.trim() == "Kč"
}

/// The names of a formula that is nothing but their sum.
fn summands(formula: &Formula) -> Option<Vec<String>> {
    formula
        .fold(|node, operands: Vec<Option<Vec<String>>>| match &node.kind {
            NodeKind::Name(name) => Some(vec![name.clone()]),
            NodeKind::Parentheses | NodeKind::Binary(Operator::Add) => {
                operands.into_iter().collect::<Option<Vec<_>>>().map(|names| names.concat())
            }
            _ => None,
        })
        .flatten()
        .filter(|names| names.len() > 1)
}

/// A name that can be kept in a set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Input(usize),
    Param(usize),
    Table(usize),
    Step(usize),
}

impl From<Named> for Place {
    fn from(named: Named) -> Self {
        match named {
            Named::Input(at) => Self::Input(at),
            Named::Param(at) => Self::Param(at),
            Named::Table(at) => Self::Table(at),
            Named::Step(at) => Self::Step(at),
        }
    }
}

/// Every longest subtraction of names in a formula.
fn chains(formula: &Formula) -> Vec<Chain> {
    let mut found: Vec<Chain> = Vec::new();
    let last = formula.fold(|node, mut operands: Vec<Option<Chain>>| match &node.kind {
        NodeKind::Name(name) => Some(Chain { first: name.clone(), minus: Vec::new() }),
        NodeKind::Parentheses => operands.pop().flatten(),
        NodeKind::Binary(Operator::Subtract) => match (operands.pop().flatten(), operands.pop().flatten()) {
            (Some(right), Some(mut left)) if right.minus.is_empty() => {
                left.minus.push(right.first);
                Some(left)
            }
            (right, left) => {
                found.extend([left, right].into_iter().flatten());
                None
            }
        },
        _ => {
            found.extend(operands.into_iter().flatten());
            None
        }
    });
    found.extend(last.flatten());
    found.retain(|chain| !chain.minus.is_empty());
    found
}

struct Drawing<'a> {
    report: Report<'a>,
    service: usize,
    /// Steps of the scheme say their units.
    units: bool,
    shown: BTreeSet<Place>,
    bars: Vec<(Place, Bar)>,
}

impl Drawing<'_> {
    /// Label and value of a name that is an amount.
    fn amount(&self, named: Named) -> Option<(String, i64)> {
        let scheme = self.report.compiled.scheme();
        let label = |label: &Option<String>, name: &str| label.clone().unwrap_or_else(|| name.to_owned());
        let (label, value) = match named {
            Named::Input(at) => {
                let input = scheme.input.get(at).filter(|input| input.unit.as_deref().is_none_or(is_crowns))?;
                (label(&input.label, &input.name), self.report.services.input(at).get(self.service)?)
            }
            Named::Step(at) => {
                let step = scheme.step.get(at)?;
                let group = scheme.allocation.group.as_ref().is_some_and(|group| folded(group) == folded(&step.name));
                let amount = step.unit.as_deref().map_or(!self.units && !group, is_crowns);
                if !amount {
                    return None;
                }
                (label(&step.label, &step.name), self.report.run.steps.get(at)?.get(self.service)?)
            }
            Named::Param(_) | Named::Table(_) => return None,
        };
        match value {
            Value::Number(number) => Some((label, number.floor().to_i64()?)),
            Value::Text(_) | Value::Truth(_) => None,
        }
    }

    fn total(&mut self, named: Named) {
        let Some((label, value)) = self.amount(named) else { return };
        if value != 0 && self.shown.insert(named.into()) {
            let bar = Bar { label, kind: BarKind::Total, from: 0, to: u64::try_from(value).unwrap_or_default(), value };
            self.bars.push((named.into(), bar));
        }
    }

    fn chain(&mut self, chain: &Chain) {
        let named = |name: &String| self.report.compiled.named(name);
        let (Some(first), Some(minus)) = (named(&chain.first), chain.minus.iter().map(named).collect::<Option<Vec<_>>>()) else { return };
        if self.amount(first).is_none() || minus.iter().any(|named| self.amount(*named).is_none()) {
            return;
        }
        // Where everything was shown already, nothing is repeated.
        if minus.iter().all(|named| self.shown.contains(&(*named).into())) {
            return;
        }
        self.total(first);
        let mut at = self.amount(first).map_or(0, |(_, value)| value);
        for named in minus {
            let Some((label, value)) = self.amount(named) else { continue };
            let end = at - value;
            if value != 0 && self.shown.insert(named.into()) {
                let place = |n: i64| u64::try_from(n).unwrap_or_default();
                let bar = Bar { label, kind: BarKind::Minus, from: place(at.min(end)), to: place(at.max(end)), value };
                // It stands where what it is taken from ends, also when other steps came in between.
                let before = self.bars.iter().rposition(|(_, bar)| bar.level() == at);
                self.bars.insert(before.map_or(self.bars.len(), |before| before + 1), (named.into(), bar));
            }
            at = end;
        }
    }
}
