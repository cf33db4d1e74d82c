//! The application for a subsidy in programme A (žádost o dotaci): one document per provider, programme and round.
//!
//! The document is plain data: a draft is stored as it is, and the same code fills it ([`fields`]), computes it ([`shares`]) and checks it
//! ([`checks`]) in the browser and on the server. [`states`] knows what may happen to it, [`parts`] what each asked kraj gets.

pub mod account;
pub mod checks;
pub mod fields;
pub mod parts;
pub mod shares;
pub mod snapshot;
pub mod states;

#[cfg(test)]
pub(crate) mod examples;

pub use account::BankAccount;
pub use checks::{Code, Context, Finding, Level, check};
pub use fields::{Field, FieldError};
pub use parts::{Part, ServicePart};
pub use snapshot::{Applicant, Difference, ServiceFacts};
pub use states::{Declaration, Draft, Locked, State, Submitted};

use super::amount::{Crowns, Share, Units};
use crate::{
    codelists::{FormGroup, Kraj, Unit, budget_row, budget_rows, unit},
    order::Inserted as _,
};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Most services in one application.
pub const MAX_SERVICES: usize = 200;

/// An application as it is drafted, locked and submitted.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Application {
    /// The subsidy year.
    pub year: i32,
    /// Who applies: copied from the register when the draft was made, or loaded again.
    pub applicant: Applicant,
    /// Where the money goes.
    pub account: Option<BankAccount>,
    /// Who acts for the applicant.
    pub representative: Person,
    /// Whom the kraj may ask.
    pub contact: Person,
    /// The services, in the order in which they were added.
    pub services: Vec<ServiceApplication>,
    /// What was typed and cannot be read, by the path of its field: nothing that a person typed is lost.
    pub unread: BTreeMap<String, Unread>,
}

/// A text that its field cannot read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unread {
    /// As it was typed.
    pub text: String,
    /// What is wrong with it and what to do.
    pub sentence: String,
}

/// A person with their contacts.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Person {
    /// Name with titles.
    pub name: String,
    /// Function, e.g. ředitelka.
    pub role: String,
    /// Telephone.
    pub phone: String,
    /// E-mail.
    pub email: String,
}

/// The application for one service (dílčí žádost).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ServiceApplication {
    /// The service in the register when it was added, or loaded again.
    pub facts: ServiceFacts,
    /// Name of the service in this application.
    pub name: String,
    /// Prevailing target group, in words.
    pub target_group: String,
    /// Capacity and units by form group.
    pub capacity: BTreeMap<FormGroup, Capacity>,
    /// Note on the capacity.
    pub capacity_note: String,
    /// The budget by key of its row; rows without anything are absent.
    pub budget: BTreeMap<String, BudgetLine>,
    /// Sources of financing by key of their row; rows without anything are absent.
    pub sources: BTreeMap<String, SourceLine>,
    /// Other public money for the service in the subsidy year (Z of the calculation).
    pub public_money: Option<Crowns>,
    /// Where it comes from.
    pub public_money_note: String,
    /// How the request is divided.
    pub division: Division,
    /// The kraje on the list: asked ones, and those whose typed share waits in case they are asked again.
    pub kraje: BTreeMap<Kraj, Asked>,
}

/// Capacity of one form group (users or beds) and what the calculation counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Capacity {
    /// In the year before last.
    pub before_last: Option<u32>,
    /// Estimate of last year.
    pub last: Option<u32>,
    /// Plan for the subsidy year.
    pub plan: Option<u32>,
    /// Units of the computation group (J): lůžka or úvazky.
    pub units: Option<Units>,
    /// Months of operation in the subsidy year, 0 … 12.
    pub months: Option<u8>,
}

/// A row of the budget, whole crowns.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct BudgetLine {
    /// Expected costs.
    pub costs: Option<Crowns>,
    /// Of it requested.
    pub request: Option<Crowns>,
    /// Specification.
    pub note: String,
}

/// A row of the sources of financing, whole crowns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SourceLine {
    /// What was received in the year before last.
    pub before_last: Option<Crowns>,
    /// Estimate of last year.
    pub last: Option<Crowns>,
    /// Plan for the subsidy year.
    pub plan: Option<Crowns>,
}

/// Sums of the three columns of sources.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SourceSums {
    /// The year before last.
    pub before_last: Crowns,
    /// Last year.
    pub last: Crowns,
    /// The subsidy year.
    pub plan: Crowns,
}

/// How a request is divided among the asked kraje.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Division {
    /// Rovnoměrně.
    #[default]
    Evenly,
    /// By shares that the provider types.
    Own,
}

/// A kraj on the list of a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// It is asked.
    pub asked: bool,
    /// The share that was typed for it.
    pub share: Option<Share>,
}

/// Why a service cannot be added.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CannotAdd {
    /// It is there already.
    #[error("Tato služba v žádosti už je. Upravte ji v seznamu služeb.")]
    Twice,
    /// [`MAX_SERVICES`] are there.
    #[error("V jedné žádosti může být nejvýše {MAX_SERVICES} služeb. Některou odeberte.")]
    TooMany,
    /// The key cannot stand in a path of a field.
    #[error("Služba nemá platný klíč registru. Vyberte ji znovu ze seznamu svých služeb.")]
    BadKey,
}

impl Application {
    /// An empty draft for a provider.
    pub fn new(year: i32, applicant: Applicant) -> Self {
        Self { year, applicant, ..Self::default() }
    }

    /// Adds a service as the register has it; its name is taken over.
    pub fn add_service(&mut self, facts: ServiceFacts) -> Result<(), CannotAdd> {
        if facts.service.is_empty() || !facts.service.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
            return Err(CannotAdd::BadKey);
        }
        if self.service(&facts.service).is_some() {
            return Err(CannotAdd::Twice);
        }
        if self.services.len() >= MAX_SERVICES {
            return Err(CannotAdd::TooMany);
        }
        self.services.push(ServiceApplication { name: facts.name.clone(), facts, ..ServiceApplication::default() });
        Ok(())
    }

    /// Takes a service out with everything typed for it; gives it back, so that the page can offer to undo.
    pub fn remove_service(&mut self, service: &str) -> Option<ServiceApplication> {
        let at = self.services.iter().position(|s| s.facts.service == service)?;
        let prefix = format!("sluzba.{service}.");
        self.unread.retain(|path, _| !path.starts_with(&prefix));
        Some(self.services.remove(at))
    }

    /// The service with a key.
    pub fn service(&self, service: &str) -> Option<&ServiceApplication> {
        self.services.iter().find(|s| s.facts.service == service)
    }

    /// The service with a key, to be changed.
    pub fn service_mut(&mut self, service: &str) -> Option<&mut ServiceApplication> {
        self.services.iter_mut().find(|s| s.facts.service == service)
    }

    /// Every kraj that some service asks.
    pub fn asked(&self) -> BTreeSet<Kraj> {
        self.services.iter().flat_map(ServiceApplication::asked).inserted()
    }

    /// Costs of all services.
    pub fn costs(&self) -> Crowns {
        self.services.iter().map(ServiceApplication::costs).sum()
    }

    /// Request of all services to all kraje.
    pub fn request(&self) -> Crowns {
        self.services.iter().map(ServiceApplication::request).sum()
    }

    /// What all services request of one kraj.
    pub fn request_to(&self, kraj: Kraj) -> Crowns {
        self.services.iter().map(|service| service.request_to(kraj)).sum()
    }
}

impl ServiceApplication {
    /// Form groups that the service has in the register, residential first.
    pub fn form_groups(&self) -> BTreeSet<FormGroup> {
        self.facts.forms.iter().map(|form| form.group()).inserted()
    }

    /// What is counted in a form group.
    pub fn unit(&self, forms: FormGroup) -> Unit {
        unit(&self.facts.paragraph, forms)
    }

    /// The asked kraje, lower codes first.
    pub fn asked(&self) -> impl Iterator<Item = Kraj> + '_ {
        self.kraje.iter().filter(|(_, asked)| asked.asked).map(|(kraj, _)| *kraj)
    }

    /// Costs and request of a row; of a sum row, those of the rows below it.
    pub fn row(&self, key: &str) -> (Crowns, Crowns) {
        let below = budget_row(key).filter(|row| row.is_sum);
        self.budget
            .iter()
            .filter(|(other, _)| below.map_or(other.as_str() == key, |sum| sum.contains(other)))
            .fold((Crowns::ZERO, Crowns::ZERO), |(costs, request), (_, line)| {
                (costs + line.costs.unwrap_or_default(), request + line.request.unwrap_or_default())
            })
    }

    /// All costs.
    pub fn costs(&self) -> Crowns {
        self.budget.values().filter_map(|line| line.costs).sum()
    }

    /// The whole request.
    pub fn request(&self) -> Crowns {
        self.budget.values().filter_map(|line| line.request).sum()
    }

    /// Rows with an amount or a note, in the order of the budget.
    pub fn lines(&self) -> impl Iterator<Item = (&'static crate::codelists::BudgetRow, &BudgetLine)> {
        budget_rows().iter().filter_map(|row| self.budget.get(row.key).map(|line| (row, line)))
    }

    /// A row of the sources; the plan of the row for this subsidy is the request of the budget.
    pub fn source(&self, row: &crate::codelists::FinancingRow) -> SourceLine {
        let line = self.sources.get(row.key).copied().unwrap_or_default();
        if row.plan_is_request { SourceLine { plan: Some(self.request()), ..line } } else { line }
    }

    /// Sums of the sources, of one group or of all.
    pub fn source_sums(&self, group: Option<&str>) -> SourceSums {
        let rows = crate::codelists::financing_rows().iter().filter(|row| group.is_none_or(|group| row.group == group));
        rows.map(|row| self.source(row)).fold(SourceSums::default(), |sums, line| SourceSums {
            before_last: sums.before_last + line.before_last.unwrap_or_default(),
            last: sums.last + line.last.unwrap_or_default(),
            plan: sums.plan + line.plan.unwrap_or_default(),
        })
    }
}
