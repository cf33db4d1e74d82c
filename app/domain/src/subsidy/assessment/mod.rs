//! Assessment (hodnocení) of one service of a part: what the kraj thinks of the request, and what follows for the support.

pub mod fields;
pub mod formal;

pub use fields::AssessmentField;
pub use formal::{FormalAnswer, FormalCheck, FormalItem, Outcome};

use super::{
    amount::{Crowns, Units},
    application::{ServicePart, Unread},
};
use crate::codelists::FormGroup;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The assessment of a service as it is written and stored.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Assessment {
    /// In line with the medium-term plan (SPRSS).
    pub sprss: Option<bool>,
    /// To be supported.
    pub support: Option<bool>,
    /// Why, or why not.
    pub support_comment: String,
    /// Wrong items by budget row.
    pub wrong: BTreeMap<String, WrongItem>,
    /// Comments on the sources of financing by key of their group.
    pub source_comments: BTreeMap<String, String>,
    /// Comment on efficiency.
    pub efficiency: String,
    /// Points of the criteria by name of the scheme's input.
    pub points: BTreeMap<String, Decimal>,
    /// Accepted units where they differ from the requested ones, or a reason waits for them.
    pub units: BTreeMap<FormGroup, AcceptedUnits>,
    /// The optimum proposal.
    pub optimum: Option<Crowns>,
    /// Why it is lower than the latest run.
    pub optimum_reason: String,
    /// What was typed and cannot be read, by path of the field.
    pub unread: BTreeMap<String, Unread>,
}

/// What is wrong with the request of a budget row.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct WrongItem {
    /// How it is wrong.
    pub kind: Verdict,
    /// The wrong amount of a partly eligible or overvalued row; of an ineligible row it is the whole request.
    pub amount: Option<Crowns>,
    /// Why.
    pub reason: String,
}

/// Verdict on a budget row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Uznatelná.
    #[default]
    Eligible,
    /// Neuznatelná: the whole request via this kraj is wrong.
    Ineligible,
    /// Částečně neuznatelná.
    Partly,
    /// Nadhodnocená.
    Overvalued,
}

/// Units that the kraj accepts.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct AcceptedUnits {
    /// At most the requested ones.
    pub units: Option<Units>,
    /// Why fewer.
    pub reason: String,
}

/// A criterion: an input that the scheme marks so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Criterion {
    /// Name of the scheme's input.
    pub name: String,
    /// In Czech.
    pub label: String,
    /// Fewest points.
    pub from: Decimal,
    /// Most points.
    pub to: Decimal,
}

/// What an assessment is measured against.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct AssessmentContext {
    /// Requests of the budget rows via this kraj.
    pub requests: BTreeMap<String, Crowns>,
    /// Requested units.
    pub units: BTreeMap<FormGroup, Units>,
    /// Criteria of the scheme.
    pub criteria: Vec<Criterion>,
    /// What the latest run proposes.
    pub latest_run: Option<Crowns>,
}

/// One of the five things that finish an assessment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Condition {
    /// `Soulad s plánem rozvoje (SPRSS)`, …
    pub label: String,
    /// It holds.
    pub met: bool,
    /// What is missing, empty when it holds.
    pub sentence: String,
}

/// An entry that cannot stand as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Objection {
    /// Path of the field.
    pub path: String,
    /// What is wrong and what to do.
    pub sentence: String,
}

impl AssessmentContext {
    /// Of a service of a submitted part.
    pub fn of_part(part: &ServicePart, criteria: Vec<Criterion>, latest_run: Option<Crowns>) -> Self {
        let units = part.capacity.iter().filter_map(|(forms, capacity)| Some((*forms, capacity.units?))).collect();
        Self { requests: part.requests(), units, criteria, latest_run }
    }

    /// The request via this kraj (P).
    pub fn request(&self) -> Crowns {
        self.requests.values().copied().sum()
    }

    fn request_of(&self, row: &str) -> Crowns {
        self.requests.get(row).copied().unwrap_or_default()
    }
}

impl Assessment {
    /// The wrong amount of a row; none while it is not entered, or above the request of the row.
    pub fn wrong_amount(&self, row: &str, context: &AssessmentContext) -> Option<Crowns> {
        let request = context.request_of(row);
        match self.wrong.get(row) {
            None => Some(Crowns::ZERO),
            Some(item) => match item.kind {
                Verdict::Eligible => Some(Crowns::ZERO),
                Verdict::Ineligible => Some(request),
                Verdict::Partly | Verdict::Overvalued => item.amount.filter(|amount| *amount <= request),
            },
        }
    }

    /// Sum of the wrong amounts (E); none while one is missing or cannot be read.
    pub fn wrong_sum(&self, context: &AssessmentContext) -> Option<Crowns> {
        if self.unread.keys().any(|path| path.starts_with("chyba.")) {
            return None;
        }
        self.wrong.keys().map(|row| self.wrong_amount(row, context)).sum()
    }

    /// The maximum proposal: request via this kraj minus wrong amounts.
    pub fn maximum(&self, context: &AssessmentContext) -> Option<Crowns> {
        self.wrong_sum(context).map(|wrong| context.request().less(wrong))
    }

    /// Units that enter the calculation: the accepted ones where they are set, else the requested ones.
    pub fn accepted_units(&self, forms: FormGroup, context: &AssessmentContext) -> Option<Units> {
        let requested = context.units.get(&forms).copied()?;
        Some(self.units.get(&forms).and_then(|accepted| accepted.units).map_or(requested, |accepted| accepted.min(requested)))
    }

    /// The input `podporit`: false once SPRSS or support is a no. What is not decided yet does not exclude a service from a run.
    pub fn supported(&self) -> bool {
        self.sprss != Some(false) && self.support != Some(false)
    }

    /// The input `optimum_hodnotitele`: the chosen optimum where it is lower than the latest run.
    pub fn lowered_optimum(&self, context: &AssessmentContext) -> Option<Crowns> {
        self.optimum.filter(|optimum| context.latest_run.is_some_and(|run| *optimum < run))
    }

    /// Entries that cannot stand: unread texts, amounts above the request, missing reasons, points and units out of their bounds.
    pub fn objections(&self, context: &AssessmentContext) -> Vec<Objection> {
        let mut all: Vec<Objection> =
            self.unread.iter().map(|(path, unread)| Objection { path: path.clone(), sentence: unread.sentence.clone() }).collect();
        let mut object = |path: String, sentence: String| all.push(Objection { path, sentence });
        for (row, item) in &self.wrong {
            let request = context.request_of(row);
            if matches!(item.kind, Verdict::Partly | Verdict::Overvalued) {
                let path = format!("chyba.{row}.castka");
                match item.amount {
                    None if self.unread.contains_key(&path) => {}
                    None => object(path, format!("Položka {row}: napište, jaká část požadavku {request} je chybná.")),
                    Some(amount) if amount > request => object(
                        path,
                        format!("Položka {row}: chybná část {amount} je vyšší než požadavek {request}. Napište nejvýše {request}."),
                    ),
                    Some(_) => {}
                }
            }
        }
        for (name, points) in &self.points {
            match context.criteria.iter().find(|criterion| criterion.name == *name) {
                Some(c) if c.from <= *points && *points <= c.to => {}
                Some(c) => object(
                    format!("body.{name}"),
                    format!("Kritérium {}: napište body od {} do {}.", c.label, fields::printed(c.from), fields::printed(c.to)),
                ),
                // A criterion of an older version of the scheme: kept, but nobody asks for it.
                None => {}
            }
        }
        for (forms, accepted) in &self.units {
            let (Some(units), Some(requested)) = (accepted.units, context.units.get(forms).copied()) else { continue };
            if units > requested {
                object(
                    format!("jednotky.{}", forms.key()),
                    format!("Forma {}: jednotek jde uznat nejvýše {requested}, tolik jich žadatel uvádí.", forms.name()),
                );
            } else if units < requested && accepted.reason.is_empty() {
                object(
                    format!("jednotky.{}.duvod", forms.key()),
                    format!("Forma {}: uznáváte méně jednotek ({units} místo {requested}). Napište proč.", forms.name()),
                );
            }
        }
        all
    }

    /// The five conditions of a finished assessment, each with what is missing.
    pub fn finished(&self, context: &AssessmentContext) -> [Condition; 5] {
        let condition = |label: &str, missing: Option<String>| Condition {
            label: label.to_owned(),
            met: missing.is_none(),
            sentence: missing.unwrap_or_default(),
        };
        let said = |sentence: &str| Some(sentence.to_owned());
        let maximum = self.maximum(context);
        [
            condition(
                "Soulad s plánem rozvoje (SPRSS)",
                self.sprss.is_none().then(|| "Vyberte, zda je služba v souladu s plánem rozvoje.".to_owned()),
            ),
            condition(
                "Podpořit, s komentářem",
                match (self.support, self.support_comment.is_empty()) {
                    (None, _) => said("Vyberte, zda službu podpořit."),
                    (Some(_), true) => said("Doplňte komentář k podpoře."),
                    (Some(_), false) => None,
                },
            ),
            condition("Komentář k efektivitě", self.efficiency.is_empty().then(|| "Doplňte komentář k efektivitě.".to_owned())),
            condition(
                "Maximální návrh spočten",
                maximum.is_none().then(|| "Doplňte částky chybných položek, nejvýše do výše požadavku položky.".to_owned()),
            ),
            condition("Optimální návrh zadán", self.optimum_missing(maximum, context)),
        ]
    }

    /// Whether the assessment can be finished: all five hold and nothing written is objected to.
    pub fn can_finish(&self, context: &AssessmentContext) -> bool {
        self.finished(context).iter().all(|condition| condition.met) && self.objections(context).is_empty()
    }

    fn optimum_missing(&self, maximum: Option<Crowns>, context: &AssessmentContext) -> Option<String> {
        let Some(run) = context.latest_run else {
            return Some("Nejdřív spusťte výpočet, optimální návrh z něj vychází.".to_owned());
        };
        let Some(optimum) = self.optimum else {
            return Some(format!("Převezměte návrh výpočtu {run}, nebo zadejte nižší s důvodem."));
        };
        if maximum.is_some_and(|maximum| optimum > maximum) {
            let maximum = maximum.unwrap_or_default();
            Some(format!("Optimální návrh {optimum} je vyšší než maximální {maximum}. Zadejte nejvýše {maximum}."))
        } else if optimum > run {
            Some(format!("Optimální návrh {optimum} je vyšší než návrh výpočtu {run}. Zadejte nejvýše {run}."))
        } else if optimum < run && self.optimum_reason.is_empty() {
            Some(format!("Optimální návrh je nižší než návrh výpočtu {run}. Doplňte důvod."))
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests;
