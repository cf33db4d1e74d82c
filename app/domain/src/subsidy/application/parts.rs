//! What each asked kraj gets at submission: a frozen document of its own, with its own requests and the others' sum as one number.

use super::{Applicant, Application, BankAccount, BudgetLine, Capacity, Person, ServiceFacts, SourceLine};
use crate::{
    codelists::{FormGroup, Kraj},
    subsidy::amount::{Crowns, Share},
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The part of an application that one kraj gets; assessment, awards and publication hang on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// The kraj.
    pub kraj: Kraj,
    /// The subsidy year.
    pub year: i32,
    /// Who applies.
    pub applicant: Applicant,
    /// Where the money goes.
    pub account: Option<BankAccount>,
    /// Who acts for the applicant.
    pub representative: Person,
    /// Whom the kraj may ask.
    pub contact: Person,
    /// The services that ask this kraj.
    pub services: Vec<ServicePart>,
}

/// One service of a part. Costs, sources and other public money are of the whole service, requests of this kraj only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServicePart {
    /// The service in the register.
    pub facts: ServiceFacts,
    /// Name in the application.
    pub name: String,
    /// Prevailing target group.
    pub target_group: String,
    /// Capacity and units.
    pub capacity: BTreeMap<FormGroup, Capacity>,
    /// Note on them.
    pub capacity_note: String,
    /// The budget: costs of the whole service, request of this kraj.
    pub budget: BTreeMap<String, BudgetLine>,
    /// Sources of the whole service; the plan of this subsidy (all kraje) is filled in.
    pub sources: BTreeMap<String, SourceLine>,
    /// Other public money (Z).
    pub public_money: Option<Crowns>,
    /// Where it comes from.
    pub public_money_note: String,
    /// Share of this kraj.
    pub share: Share,
    /// Request of this kraj: the sum of its rows (P).
    pub request: Crowns,
    /// What all other kraje are asked for, as one number.
    pub others: Crowns,
}

impl ServicePart {
    /// All costs of the service.
    pub fn costs(&self) -> Crowns {
        self.budget.values().filter_map(|line| line.costs).sum()
    }

    /// What each row requests of this kraj; rows without a request are absent.
    pub fn requests(&self) -> BTreeMap<String, Crowns> {
        self.budget.iter().filter_map(|(key, line)| Some((key.clone(), line.request.filter(|request| !request.is_zero())?))).collect()
    }
}

impl Application {
    /// The part of one kraj; without services if it is not asked.
    pub fn part(&self, kraj: Kraj) -> Part {
        let services = self.services.iter().filter_map(|service| {
            let share = *service.shares().get(&kraj)?;
            let rows = service.rows_to(kraj);
            let request = rows.values().copied().sum();
            let budget = service
                .budget
                .iter()
                .map(|(key, line)| {
                    let request = line.request.map(|_| rows.get(key).copied().unwrap_or_default());
                    (key.clone(), BudgetLine { request, ..line.clone() })
                })
                .collect();
            let sources = crate::codelists::financing_rows()
                .iter()
                .map(|row| (row.key.to_owned(), service.source(row)))
                .filter(|(_, line)| *line != SourceLine::default())
                .collect();
            Some(ServicePart {
                facts: service.facts.clone(),
                name: service.name.clone(),
                target_group: service.target_group.clone(),
                capacity: service.capacity.clone(),
                capacity_note: service.capacity_note.clone(),
                budget,
                sources,
                public_money: service.public_money,
                public_money_note: service.public_money_note.clone(),
                share,
                request,
                others: service.request().less(request),
            })
        });
        Part {
            kraj,
            year: self.year,
            applicant: self.applicant.clone(),
            account: self.account.clone(),
            representative: self.representative.clone(),
            contact: self.contact.clone(),
            services: services.collect(),
        }
    }

    /// The parts of all asked kraje, lower codes first.
    pub fn parts(&self) -> Vec<Part> {
        self.asked().into_iter().map(|kraj| self.part(kraj)).collect()
    }
}

#[cfg(test)]
mod tests {
    use crate::subsidy::application::examples::{application, kraj};

    #[test]
    fn a_kraj_sees_its_own_requests_and_one_number() {
        let parts = application().parts();
        assert_eq!(parts.iter().map(|part| part.kraj).collect::<Vec<_>>(), [kraj(60), kraj(78)]);
        let [usti, liberec] = [0, 1].map(|n| &parts[n].services[0]);
        // 3 000 001 is split 1 500 001 + 1 500 000 (tie to the lower code), 50 000 in halves.
        assert_eq!((usti.request.get(), usti.others.get()), (1_525_001, 1_525_000));
        assert_eq!((liberec.request.get(), liberec.others.get()), (1_525_000, 1_525_001));
        assert_eq!(usti.requests()["1.1"].get(), 1_500_001);
        assert_eq!(usti.requests().values().copied().sum::<super::Crowns>(), usti.request);
        assert_eq!(usti.costs(), liberec.costs());
        assert_eq!(usti.sources["pozadavek"].plan.map(super::Crowns::get), Some(3_050_001));
        assert_eq!(usti.share.to_string(), "50,00\u{a0}%");
        assert!(application().part(kraj(19)).services.is_empty());
    }
}
