//! One run: the steps for all services, then the allocation.

use super::{
    allocation::{Claim, LeftReason, Reason, divide_amount},
    amounts::Amounts,
    compile::{Compiled, ReadyStep, Slot},
    evaluate::{Columns, Trouble, evaluate},
    fault::{Code, Fault, Part, REPORTED},
    fraction::Fraction,
    number,
    services::Services,
    statistics::{self, Found},
    value::Value,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a run found, complete enough to be explained and repeated years later.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// The values of each step, in the order of the services.
    pub steps: Vec<Vec<Value>>,
    /// What the statistics found; nothing for other steps.
    pub found: Vec<Option<Found>>,
    /// The groups, by code point; one without a name where the scheme has no groups.
    pub groups: Vec<Group>,
    /// The results, in the order of the services.
    pub results: Vec<ServiceResult>,
}

/// An amount and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// The name; nothing where the scheme has no groups.
    pub group: Option<String>,
    /// The amount, in Kč.
    pub allocation: Fraction,
    /// The coefficient, 0…1.
    pub k: Fraction,
    /// The sum of awards, in Kč.
    pub awarded: Fraction,
    /// What stays, in Kč.
    pub left: Fraction,
    /// Why it stays.
    pub left_reason: Option<LeftReason>,
}

/// A service in the allocation. Amounts are in Kč.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceResult {
    /// Its group, an index.
    pub group: usize,
    /// The base `B`.
    pub base: Fraction,
    /// The weight `w`.
    pub weight: Fraction,
    /// The cap `C`.
    pub cap: Option<Fraction>,
    /// `x(1)`, the most it could get.
    pub ceiling: Fraction,
    /// `x(k)` as shown, at most 12 places. Exactly it is the smaller of `C` and `B·w·k`.
    pub share: Fraction,
    /// The award.
    pub award: Fraction,
    /// Why the award is not the share rounded down.
    pub reason: Option<Reason>,
}

/// The first trouble of each service.
struct Troubled(Vec<Option<Noted>>);

/// A trouble with its step and part.
type Noted = (Option<usize>, Option<Part>, Box<Trouble>);

/// The values of all steps.
pub(super) struct Computed {
    pub steps: Vec<Vec<Value>>,
    found: Vec<Option<Found>>,
}

impl Troubled {
    fn note(&mut self, service: usize, step: Option<usize>, part: Option<Part>, trouble: Box<Trouble>) {
        if let Some(place) = self.0.get_mut(service) {
            place.get_or_insert((step, part, trouble));
        }
    }

    fn has(&self, service: usize) -> bool {
        self.0[service].is_some()
    }

    fn none(&self) -> bool {
        self.0.iter().all(Option::is_none)
    }

    fn faults(&self, compiled: &Compiled, services: &Services) -> Vec<Fault> {
        let troubled = self.0.iter().zip(&services.identifiers).filter_map(|(trouble, id)| Some((trouble.as_ref()?, id)));
        troubled
            .take(REPORTED)
            .map(|((step, part, trouble), id)| {
                let mut fault = trouble.fault().of_service(&id.written);
                fault.step = step.map(|at| compiled.scheme.step[at].name.clone());
                fault.part = *part;
                fault
            })
            .collect()
    }
}

impl Compiled {
    /// Computes every step for every service and divides the money.
    ///
    /// # Errors
    /// What is wrong with the amounts; otherwise the first fault of each service, up to [`REPORTED`], in their order; otherwise a fault for
    /// each group without an amount.
    pub fn run(&self, services: &Services, amounts: &Amounts) -> Result<Run, Vec<Fault>> {
        self.fits(services)?;
        self.amounts_fit(amounts)?;
        let computed = self.steps(services)?;
        self.allocate(services, amounts, computed)
    }

    fn fits(&self, services: &Services) -> Result<(), Vec<Fault>> {
        let kinds = self.scheme.input.iter().zip(&services.inputs).all(|(input, column)| {
            let number = input.kind == super::scheme::Kind::Number;
            column.iter().all(|value| matches!(value, Value::Number(_)) == number)
        });
        if services.inputs.len() == self.scheme.input.len() && kinds {
            return Ok(());
        }
        Err(vec![Fault::new(Code::Services, "Služby byly načteny pro jiné vstupy, než má toto schéma. Načtěte je znovu.")])
    }

    fn amounts_fit(&self, amounts: &Amounts) -> Result<(), Vec<Fault>> {
        let fault = |message: String| Err(vec![Fault::new(Code::Groups, message)]);
        match (amounts, &self.scheme.allocation.group) {
            (Amounts::One(_), Some(group)) => {
                fault(format!("Schéma dělí peníze po skupinách podle „{group}“, zadejte částku pro každou skupinu."))
            }
            (Amounts::Groups(_), None) => fault("Schéma skupiny nemá, zadejte jednu částku.".to_owned()),
            (Amounts::One(amount), None) if amount.is_negative() => fault("Částka nemůže být záporná.".to_owned()),
            (Amounts::Groups(groups), Some(_)) if groups.values().any(Fraction::is_negative) => {
                fault("Žádná z částek nemůže být záporná.".to_owned())
            }
            _ => Ok(()),
        }
    }

    fn columns<'a>(&'a self, services: &'a Services, steps: &'a [Vec<Value>]) -> Columns<'a> {
        Columns { scheme: &self.scheme, inputs: &services.inputs, params: &self.params, tables: &self.tables, steps }
    }

    pub(super) fn steps(&self, services: &Services) -> Result<Computed, Vec<Fault>> {
        let count = services.len();
        let mut steps: Vec<Vec<Value>> = Vec::with_capacity(self.steps.len());
        let mut found = Vec::with_capacity(self.steps.len());
        let mut troubled = Troubled(vec![None; count]);
        let mut stack = Vec::new();
        for (at, step) in self.steps.iter().enumerate() {
            let columns = self.columns(services, &steps);
            match step {
                ReadyStep::Formula(program) => {
                    let mut column = Vec::with_capacity(count);
                    for service in 0..count {
                        // A service with an error stays in its place with a value that nobody will see.
                        let value = if troubled.has(service) {
                            Value::Truth(false)
                        } else {
                            evaluate(program, &columns, service, &mut stack).unwrap_or_else(|trouble| {
                                troubled.note(service, Some(at), Some(Part::Formula), trouble);
                                Value::Truth(false)
                            })
                        };
                        column.push(value);
                    }
                    steps.push(column);
                    found.push(None);
                }
                ReadyStep::Statistic(statistic) => {
                    if !troubled.none() {
                        break;
                    }
                    match statistics::statistic(statistic, &columns, count) {
                        Err(troubles) => {
                            troubles.into_iter().for_each(|(service, part, trouble)| troubled.note(service, Some(at), part, trouble));
                            break;
                        }
                        Ok((column, memory, troubles)) => {
                            troubles.into_iter().for_each(|(service, part, trouble)| troubled.note(service, Some(at), part, trouble));
                            steps.push(column);
                            found.push(Some(memory));
                        }
                    }
                }
            }
        }
        if troubled.none() { Ok(Computed { steps, found }) } else { Err(troubled.faults(self, services)) }
    }

    fn allocate(&self, services: &Services, amounts: &Amounts, computed: Computed) -> Result<Run, Vec<Fault>> {
        let mut troubled = Troubled(vec![None; services.len()]);
        let mut claims = Vec::with_capacity(services.len());
        let mut parts: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for service in 0..services.len() {
            match self.claim(services, &computed.steps, service) {
                Err(trouble) => troubled.note(service, None, None, trouble),
                Ok((claim, group)) => {
                    claims.push(claim);
                    if let Some(group) = group {
                        parts.entry(group).or_default().push(service);
                    }
                }
            }
        }
        if !troubled.none() {
            return Err(troubled.faults(self, services));
        }
        let pots: Vec<(Option<String>, &Fraction, Vec<usize>)> = match amounts {
            Amounts::One(amount) => vec![(None, amount, (0..services.len()).collect())],
            Amounts::Groups(amounts) => {
                let without = parts.keys().filter(|group| !amounts.contains_key(*group));
                let faults: Vec<Fault> = without
                    .map(|group| Fault::new(Code::Groups, format!("Skupina „{group}“ nemá částku. Doplňte ji mezi částky skupin.")))
                    .collect();
                if !faults.is_empty() {
                    return Err(faults);
                }
                amounts
                    .iter()
                    .map(|(group, amount)| (Some(group.clone()), amount, parts.get_mut(group).map(std::mem::take).unwrap_or_default()))
                    .collect()
            }
        };
        Ok(self.divide(services, pots, claims, computed))
    }

    fn divide(
        &self,
        services: &Services,
        pots: Vec<(Option<String>, &Fraction, Vec<usize>)>,
        claims: Vec<Asked>,
        computed: Computed,
    ) -> Run {
        let mut results: Vec<ServiceResult> = claims.into_iter().map(ServiceResult::from).collect();
        let mut groups = Vec::with_capacity(pots.len());
        for (at, (group, amount, members)) in pots.into_iter().enumerate() {
            let claims: Vec<Claim> = members
                .iter()
                .map(|service| {
                    let asked = &results[*service];
                    let number = services.identifiers[*service].number;
                    Claim { number, weighted: asked.base.mul(&asked.weight), cap: asked.cap.clone() }
                })
                .collect();
            let division = divide_amount(&claims, amount, &self.allocation.unit, &self.allocation.minimum);
            for (service, share) in members.into_iter().zip(division.shares) {
                let result = &mut results[service];
                result.group = at;
                result.ceiling = share.ceiling;
                result.share = share.share;
                result.award = share.award;
                result.reason = share.reason;
            }
            groups.push(Group {
                group,
                allocation: amount.clone(),
                k: division.k,
                awarded: division.awarded,
                left: division.left,
                left_reason: division.left_reason,
            });
        }
        Run { steps: computed.steps, found: computed.found, groups, results }
    }

    /// The groups that the services fall into, by code point; none where the scheme has no groups.
    ///
    /// # Errors
    /// The first fault of each service, up to [`REPORTED`], in their order.
    pub fn groups(&self, services: &Services) -> Result<Vec<String>, Vec<Fault>> {
        if self.allocation.group.is_none() {
            return Ok(Vec::new());
        }
        self.fits(services)?;
        let computed = self.steps(services)?;
        let mut troubled = Troubled(vec![None; services.len()]);
        let mut groups = std::collections::BTreeSet::new();
        for service in 0..services.len() {
            match self.claim(services, &computed.steps, service) {
                Err(trouble) => troubled.note(service, None, None, trouble),
                Ok((_, group)) => groups.extend(group),
            }
        }
        if troubled.none() { Ok(groups.into_iter().collect()) } else { Err(troubled.faults(self, services)) }
    }

    /// What a service asks for, and its group.
    fn claim(&self, services: &Services, steps: &[Vec<Value>], service: usize) -> Result<(Asked, Option<String>), Box<Trouble>> {
        let columns = self.columns(services, steps);
        let part = |slot: Slot, what: &str| match columns.value(slot, service) {
            Value::Number(number) if number.is_negative() => {
                let message = format!("{what} „{}“ je {}. Nesmí být menší než nula.", self.slot_name(slot), number::for_people(number));
                Err(Trouble::whole(Code::Negative, message))
            }
            Value::Number(number) => Ok(number.clone()),
            other => {
                let message = format!("{what} „{}“ má být číslo, a je to {}.", self.slot_name(slot), other.kind());
                Err(Trouble::whole(Code::Type, message))
            }
        };
        let base = part(self.allocation.base, "Základ rozdělení")?;
        let weight = self.allocation.weight.map(|slot| part(slot, "Váha")).transpose()?.unwrap_or(Fraction::ONE);
        let cap = self.allocation.cap.map(|slot| part(slot, "Strop")).transpose()?;
        let group = match self.allocation.group.map(|slot| (slot, columns.value(slot, service))) {
            None => None,
            Some((_, Value::Number(number))) => Some(number.shown()),
            Some((_, Value::Text(text))) => Some(text.to_string()),
            Some((slot, Value::Truth(_))) => {
                let message = format!("Skupina „{}“ má být text nebo číslo, a je to pravdivostní hodnota.", self.slot_name(slot));
                return Err(Trouble::whole(Code::Type, message));
            }
        };
        Ok((Asked { base, weight, cap }, group))
    }

    /// The name of a place, as the scheme writes it.
    pub(super) fn slot_name(&self, slot: Slot) -> &str {
        match slot {
            Slot::Input(at) => &self.scheme.input[at].name,
            Slot::Param(at) => &self.scheme.param[at].name,
            Slot::Step(at) => &self.scheme.step[at].name,
        }
    }
}

struct Asked {
    base: Fraction,
    weight: Fraction,
    cap: Option<Fraction>,
}

impl From<Asked> for ServiceResult {
    fn from(asked: Asked) -> Self {
        Self {
            group: 0,
            base: asked.base,
            weight: asked.weight,
            cap: asked.cap,
            ceiling: Fraction::ZERO,
            share: Fraction::ZERO,
            award: Fraction::ZERO,
            reason: None,
        }
    }
}
