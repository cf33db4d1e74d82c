//! „Proč tolik?“: how one service came to its award, in words that a provider understands.

use super::{
    allocation::{LeftReason, Reason},
    compile::{ReadyStatistic, ReadyStep, Slot},
    evaluate::Columns,
    fraction::Fraction,
    number,
    output::Report,
    put_in::put_in,
    scheme::{Rule, Statistic},
    statistics::Found,
    value::Value,
};
use crate::text::plural;
use serde::{Deserialize, Serialize};
use std::fmt::Write as _;

/// The whole explanation of one service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explained {
    /// The service, as written.
    pub identifikator: String,
    /// Name of the scheme.
    pub scheme: String,
    /// Version of the scheme.
    pub version: String,
    /// What the computation started from.
    pub inputs: Vec<ExplainedInput>,
    /// The steps, in order.
    pub steps: Vec<ExplainedStep>,
    /// Its part in the allocation.
    pub share: ExplainedShare,
}

/// An input of a service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExplainedInput {
    /// Name in formulas.
    pub name: String,
    /// What people call it; the name where it has no label.
    pub label: String,
    /// The value for people.
    pub value: String,
    /// The unit.
    pub unit: Option<String>,
}

/// A step of a service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExplainedStep {
    /// Name in formulas.
    pub name: String,
    /// What people call it; the name where it has no label.
    pub label: String,
    /// The formula as the scheme has it; for a statistic a sentence.
    pub formula: String,
    /// The formula with numbers put in; for a statistic what it was made of.
    pub with_numbers: String,
    /// The value for people.
    pub value: String,
    /// The unit.
    pub unit: Option<String>,
    /// Why it is computed so.
    pub why: Option<String>,
    /// The value itself.
    pub exact: Value,
}

/// The part of a service in the allocation. Amounts are texts for people, in Kč.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExplainedShare {
    /// The group, where the scheme has groups.
    pub group: Option<String>,
    /// The money of the group.
    pub allocation: String,
    /// What all services of the group could get at most.
    pub asked: String,
    /// The coefficient as a reduced fraction.
    pub k: String,
    /// The coefficient as a decimal number.
    pub k_decimal: String,
    /// The base, with what it is called.
    pub base: String,
    /// What the base is called.
    pub base_label: String,
    /// The weight, where the scheme has one.
    pub weight: Option<String>,
    /// The cap, where the scheme has one.
    pub cap: Option<String>,
    /// The most it could get.
    pub ceiling: String,
    /// Its share of the money before rounding.
    pub share: String,
    /// The award.
    pub award: String,
    /// What happened besides, in a word.
    pub reason: Option<Reason>,
    /// All this in sentences.
    pub sentences: Vec<String>,
}

impl Report<'_> {
    /// Explains the result of the service at this place.
    pub fn explain(&self, service: usize) -> Option<Explained> {
        let id = self.services.identifiers.get(service)?;
        let scheme = &self.compiled.scheme;
        let inputs = scheme.input.iter().zip(&self.services.inputs).map(|(input, column)| ExplainedInput {
            name: input.name.clone(),
            label: input.label.clone().unwrap_or_else(|| input.name.clone()),
            value: column[service].for_people(),
            unit: input.unit.clone(),
        });
        let columns = Columns {
            scheme,
            inputs: &self.services.inputs,
            params: &self.compiled.params,
            tables: &self.compiled.tables,
            steps: &self.run.steps,
        };
        let steps = self.run.steps.iter().enumerate().filter_map(|(at, column)| {
            let (step, ready) = (scheme.step.get(at)?, self.compiled.steps.get(at)?);
            let (formula, with_numbers) = match (&step.rule, ready) {
                (Rule::Formula(text), ReadyStep::Formula(program)) => {
                    (text.trim().to_owned(), put_in(self.compiled, program, &columns, service))
                }
                (Rule::Statistic(statistic), ReadyStep::Statistic(ready)) => {
                    let found = self.run.found.get(at)?.as_ref()?;
                    (described(statistic), self.found(ready, found, &columns, service))
                }
                _ => return None,
            };
            Some(ExplainedStep {
                name: step.name.clone(),
                label: step.label.clone().unwrap_or_else(|| step.name.clone()),
                formula,
                with_numbers,
                value: column[service].for_people(),
                unit: step.unit.clone(),
                why: step.why.clone(),
                exact: column[service].clone(),
            })
        });
        Some(Explained {
            identifikator: id.written.clone(),
            scheme: scheme.name.clone(),
            version: scheme.version.clone(),
            inputs: inputs.collect(),
            steps: steps.collect(),
            share: self.share(service)?,
        })
    }

    /// What a statistic was made of, as far as this service is concerned.
    fn found(&self, ready: &ReadyStatistic, found: &Found, columns: &Columns<'_>, service: usize) -> String {
        let Some(group) = found.group.get(service).and_then(|group| found.groups.get(*group as usize)) else { return String::new() };
        let same: Vec<String> = ready
            .per
            .iter()
            .map(|slot| format!("{} = {}", self.compiled.slot_name(*slot), columns.value(*slot, service).for_people()))
            .collect();
        let count = i64::try_from(group.count).unwrap_or(i64::MAX);
        let services = plural(count, "služby", "služeb", "služeb");
        let of = if same.is_empty() { String::new() } else { format!(", kde {}", same.join(" a ")) };
        match (&group.value, &ready.otherwise) {
            (None, Some(otherwise)) => {
                let instead = put_in(self.compiled, otherwise, columns, service);
                format!("vyhovuje jen {count} z potřebných {} hodnot{of}, proto platí {instead}", ready.min_count)
            }
            _ => format!("{} z {count} {services}{of}", ready.function.czech()),
        }
    }

    fn label(&self, slot: Slot) -> &str {
        let scheme = &self.compiled.scheme;
        let label = match slot {
            Slot::Input(at) => scheme.input[at].label.as_deref(),
            Slot::Param(at) => scheme.param[at].label.as_deref(),
            Slot::Step(at) => scheme.step[at].label.as_deref(),
        };
        label.unwrap_or_else(|| self.compiled.slot_name(slot))
    }

    fn share(&self, service: usize) -> Option<ExplainedShare> {
        let allocation = &self.compiled.allocation;
        let result = self.run.results.get(service)?;
        let group = self.run.groups.get(result.group)?;
        let members = self.run.results.iter().filter(|other| other.group == result.group);
        let asked = Fraction::sum(members.map(|other| &other.ceiling));
        let people = number::for_people;
        let mut share = ExplainedShare {
            group: group.group.clone(),
            allocation: people(&group.allocation),
            asked: people(&asked),
            k: group.k.to_string(),
            k_decimal: people(&group.k),
            base: people(&result.base),
            base_label: self.label(allocation.base).to_owned(),
            weight: allocation.weight.map(|_| people(&result.weight)),
            cap: result.cap.as_ref().map(people),
            ceiling: people(&result.ceiling),
            share: people(&result.share),
            award: people(&result.award),
            reason: result.reason,
            sentences: Vec::new(),
        };
        share.sentences = self.sentences(&share, &group.k, group.left_reason, &group.left);
        Some(share)
    }

    fn sentences(&self, share: &ExplainedShare, k: &Fraction, left_reason: Option<LeftReason>, left: &Fraction) -> Vec<String> {
        let allocation = &self.compiled.allocation;
        let unit = number::for_people(&allocation.unit);
        let mut sentences = Vec::new();
        if let Some(group) = &share.group {
            sentences.push(format!("Služba patří do skupiny „{group}“, která má vlastní částku."));
        }
        let mut most = format!("Základ rozdělení ({}) je {} Kč", share.base_label, share.base);
        if let Some(weight) = &share.weight {
            let _ = write!(most, ", váha {weight}");
        }
        if let Some(cap) = &share.cap {
            let _ = write!(most, ", strop {cap} Kč");
        }
        sentences.push(format!("{most}. Nejvýš tedy může dostat {} Kč.", share.ceiling));
        sentences.push(if *k == Fraction::ONE {
            format!("K rozdělení je {} Kč, což na každého v plné výši stačí: koeficient k je 1.", share.allocation)
        } else {
            format!(
                "K rozdělení je {} Kč a všichni dohromady mohou dostat nejvýš {} Kč. Proto se krátí koeficientem k = {} (přibližně {}).",
                share.allocation, share.asked, share.k, share.k_decimal
            )
        });
        match share.reason {
            Some(Reason::Minimum) => {
                let minimum = number::for_people(&allocation.minimum);
                sentences.push(format!(
                    "Podíl služby vyšel pod nejnižší dotaci {minimum} Kč, proto nedostává nic a její podíl se rozdělil mezi ostatní."
                ));
            }
            Some(Reason::Remainder) => {
                sentences.push(format!("Podíl služby je {} Kč a zaokrouhluje se dolů na celé násobky {unit} Kč.", share.share));
                sentences.push(format!(
                    "Co po zaokrouhlení zbylo, se rozdělilo po {unit} Kč službám, kterým zaokrouhlení vzalo nejvíc; tato služba je mezi nimi."
                ));
            }
            None => sentences.push(format!("Podíl služby je {} Kč a zaokrouhluje se dolů na celé násobky {unit} Kč.", share.share)),
        }
        sentences.push(format!("Výsledek: {} Kč.", share.award));
        if let Some(reason) = left_reason {
            sentences.push(format!("Z částky zůstává {} Kč: {}.", number::for_people(left), reason.words()));
        }
        sentences
    }
}

impl LeftReason {
    /// Why money stays, in Czech.
    pub fn words(self) -> &'static str {
        match self {
            Self::Rounding => "je to méně, než kolik je jeden krok zaokrouhlení",
            Self::Ceilings => "nikdo už nemá do svého stropu místo na další krok",
            Self::Minimum => "některé služby nedosáhly na nejnižší dotaci a ostatní mají vše, co mohou dostat",
            Self::Covered => "všichni mají vše, co mohou dostat",
        }
    }
}

impl Reason {
    /// What happened to a service, in Czech.
    pub fn words(self) -> &'static str {
        match self {
            Self::Minimum => "podíl pod nejnižší dotací",
            Self::Remainder => "přidáno ze zbytku po zaokrouhlení",
        }
    }
}

/// A statistic as a sentence.
fn described(statistic: &Statistic) -> String {
    let mut text = statistic.function.czech().to_owned();
    if let Some(of) = statistic.of.as_ref().filter(|_| statistic.function != super::scheme::StatisticFunction::Count) {
        let _ = write!(text, " z {}", of.trim());
    }
    if let Some(condition) = &statistic.condition {
        let _ = write!(text, ", kde {}", condition.trim());
    }
    if !statistic.per.is_empty() {
        let _ = write!(text, ", zvlášť pro každé {}", statistic.per.join(", "));
    }
    if let Some(otherwise) = &statistic.otherwise {
        let _ = write!(text, "; při méně než {} hodnotách {}", statistic.min_count.unwrap_or(1), otherwise.trim());
    }
    text
}

impl Explained {
    /// The explanation as plain text, for a terminal.
    pub fn to_text(&self) -> String {
        let mut out = String::new();
        // Writing to a String cannot fail.
        let _ = writeln!(out, "Služba {} · {} (verze {})\n", self.identifikator, self.scheme, self.version);
        let unit = |unit: &Option<String>| unit.as_ref().map_or_else(String::new, |unit| format!("\u{a0}{unit}"));
        if !self.inputs.is_empty() {
            let _ = writeln!(out, "Vstupy");
            for input in &self.inputs {
                let _ = writeln!(out, "  {} [{}]: {}{}", input.label, input.name, input.value, unit(&input.unit));
            }
            let _ = writeln!(out);
        }
        for (at, step) in self.steps.iter().enumerate() {
            let _ = writeln!(out, "{}. {} [{}]", at + 1, step.label, step.name);
            let _ = writeln!(out, "   vzorec: {}", step.formula);
            let _ = writeln!(out, "   čísla:  {}", step.with_numbers);
            let _ = writeln!(out, "   = {}{}", step.value, unit(&step.unit));
            if let Some(why) = &step.why {
                let _ = writeln!(out, "   proč:   {why}");
            }
        }
        let _ = writeln!(out, "\nRozdělení peněz");
        for sentence in &self.share.sentences {
            let _ = writeln!(out, "  {sentence}");
        }
        out
    }
}
