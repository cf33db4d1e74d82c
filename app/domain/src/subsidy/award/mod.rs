//! What explains an award to its provider: the run it came from, the wrong items of its assessment, and what the steps of decision changed.

mod effects;
mod waterfall;

pub use effects::{Effect, effects};
pub use waterfall::{Bar, BarKind, bars};

use super::{
    amount::Crowns,
    assessment::{Assessment, AssessmentContext, Verdict, fields::VERDICTS},
    calculation::{Explained, Fraction, Report, Scheme},
    decision::{Decision, Rules},
};
use crate::codelists::budget_row;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// The explanation of one amount, complete in itself: it is stored with the award and shown years later.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AwardExplanation {
    /// Number of the run in its round.
    pub run_number: i32,
    /// Its name.
    pub run_name: String,
    /// The steps with numbers put in, and the part in the allocation.
    pub computed: Explained,
    /// The way from costs to the award, for a chart.
    pub bars: Vec<Bar>,
    /// Request via this kraj (P).
    pub request: Crowns,
    /// Maximum proposal: the request without wrong amounts.
    pub maximum: Crowns,
    /// Wrong items of the budget.
    pub wrong: Vec<WrongLine>,
    /// What the run proposed.
    pub proposed: Crowns,
    /// The steps of decision so far.
    pub decided: Vec<Decided>,
    /// Unit of the amounts.
    pub rounding: Crowns,
}

/// A wrong item of the budget.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WrongLine {
    /// `2.5 ochranné pomůcky`
    pub row: String,
    /// `nadhodnocená`
    pub verdict: String,
    /// The wrong amount.
    pub amount: Crowns,
    /// Why.
    pub reason: String,
}

/// What a step of decision did to the amount.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decided {
    /// `rada`
    pub step: String,
    /// Day of the resolution; nothing while the step is open.
    pub date: Option<NaiveDate>,
    /// Number of the resolution.
    pub resolution: Option<String>,
    /// The amount after the step.
    pub amount: Crowns,
    /// Why the step changed it; nothing where it did not.
    pub reason: Option<String>,
}

/// A service whose amount is explained.
#[derive(Debug, Clone, Copy)]
pub struct Explaining<'a> {
    /// Its place in the run.
    pub place: usize,
    /// Its key in the decision.
    pub key: &'a str,
    /// Its assessment.
    pub assessment: &'a Assessment,
    /// What the assessment is measured against.
    pub context: &'a AssessmentContext,
}

impl AwardExplanation {
    /// Explains the amount of a service of a run, and what the decision made of it, if there is one.
    pub fn new(report: Report<'_>, (number, name): (i32, &str), service: Explaining<'_>, decision: Option<&Decision>) -> Option<Self> {
        let computed = report.explain(service.place)?;
        let proposed = crowns(&report.run.results.get(service.place)?.award)?;
        let decided = decision.map(|decision| decided(decision, service.key)).unwrap_or_default();
        let amount = decided.last().map_or(proposed, |last| last.amount);
        let wrong = service
            .assessment
            .wrong
            .iter()
            .filter(|(_, item)| item.kind != Verdict::Eligible)
            .filter_map(|(row, item)| {
                let words = VERDICTS.iter().find(|(kind, _, _)| *kind == item.kind).map_or("", |(_, _, words)| words);
                let amount = service.assessment.wrong_amount(row, service.context)?;
                let name = budget_row(row).map_or("", |row| row.name);
                Some(WrongLine { row: format!("{row} {name}"), verdict: words.to_owned(), amount, reason: item.reason.clone() })
            })
            .collect();
        let request = service.context.request();
        Some(Self {
            run_number: number,
            run_name: name.to_owned(),
            bars: bars(report, service.place, amount),
            computed,
            request,
            maximum: service.assessment.maximum(service.context).unwrap_or(request),
            wrong,
            proposed,
            decided,
            rounding: rules(report.compiled.scheme(), Crowns::ZERO).map_or(Crowns::new(1), |rules| rules.rounding),
        })
    }

    /// The amount as it stands: after the last step, else what the run proposed.
    pub fn amount(&self) -> Crowns {
        self.decided.last().map_or(self.proposed, |last| last.amount)
    }

    /// Sum of the wrong items.
    pub fn wrong_sum(&self) -> Crowns {
        self.wrong.iter().map(|line| line.amount).sum()
    }

    /// The last step that changed the amount.
    pub fn changed_by(&self) -> Option<&Decided> {
        self.decided.iter().rev().find(|step| step.reason.is_some())
    }

    /// The coefficient in haléře of each crown with two places, `92,89`; nothing where nothing was cut.
    pub fn of_each_crown(&self) -> Option<String> {
        let k: Fraction = self.computed.share.k.parse().ok()?;
        if k >= Fraction::ONE {
            return None;
        }
        let rounded = k.mul(&Fraction::whole(100)).round(2, super::calculation::Rounding::HalfAway);
        Some(super::calculation::number::for_people(&rounded))
    }
}

fn decided(decision: &Decision, key: &str) -> Vec<Decided> {
    decision
        .steps()
        .iter()
        .enumerate()
        .filter_map(|(at, step)| {
            let amount = decision.amount_after(key, at + 1)?;
            let change = step.changes.get(key);
            if step.closed.is_none() && change.is_none() {
                return None;
            }
            Some(Decided {
                step: step.name.clone(),
                date: step.closed.as_ref().map(|closed| closed.date),
                resolution: step.closed.as_ref().map(|closed| closed.resolution.clone()),
                amount,
                reason: change.map(|change| change.reason.clone()),
            })
        })
        .collect()
}

/// Whole crowns of an exact amount; nothing for another one.
pub fn crowns(amount: &Fraction) -> Option<Crowns> {
    amount.to_i64().and_then(|n| u64::try_from(n).ok()).map(Crowns::new)
}

/// The bounds of a decision over a run of this scheme; nothing where its amounts are no whole crowns.
pub fn rules(scheme: &Scheme, allocation: Crowns) -> Option<Rules> {
    let minimum = match &scheme.allocation.minimum {
        Some(minimum) => crowns(&minimum.0)?,
        None => Crowns::ZERO,
    };
    Some(Rules { allocation, minimum, rounding: crowns(&scheme.allocation.round_to.0)? })
}

#[cfg(test)]
mod tests;
