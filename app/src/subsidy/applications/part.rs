//! The parts of an application: their addresses, and which part a field or a finding belongs to.

use domain::subsidy::application::{Application, Code, Finding, Level};
use std::{fmt, str::FromStr};

/// A part of the form. Printed and parsed as the end of its address.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// `spolecne`: the applicant as the register has it.
    Common,
    /// `ucet`: bank account and people.
    Account,
    /// `sluzby`: which services are in it.
    Services,
    /// `sluzba/{key}/kapacita`
    Capacity(String),
    /// `sluzba/{key}/rozpocet`
    Budget(String),
    /// `sluzba/{key}/zdroje`
    Sources(String),
    /// `sluzba/{key}/kraje`
    Kraje(String),
    /// `podani`: checks, lock, submission, history.
    Submission,
}

/// Makes the part of a service with a key.
pub type OfService = fn(String) -> Part;

/// The parts of one service, in their order.
pub const OF_SERVICE: [OfService; 4] = [Part::Capacity, Part::Budget, Part::Sources, Part::Kraje];

impl Part {
    /// The name of the part.
    pub fn title(&self) -> &'static str {
        match self {
            Self::Common => "Společné údaje",
            Self::Account => "Bankovní spojení a osoby",
            Self::Services => "Služby v žádosti",
            Self::Capacity(_) => "Kapacita a jednotky",
            Self::Budget(_) => "Rozpočet",
            Self::Sources(_) => "Zdroje financování",
            Self::Kraje(_) => "Kraje a podíly",
            Self::Submission => "Kontrola a podání",
        }
    }

    /// Key of the service, for the parts of a service.
    pub fn service(&self) -> Option<&str> {
        match self {
            Self::Capacity(key) | Self::Budget(key) | Self::Sources(key) | Self::Kraje(key) => Some(key),
            _ => None,
        }
    }

    /// The address of the part in an application.
    pub fn address(&self, application: &str) -> String {
        format!("/dotace/zadosti/{application}/{self}")
    }

    /// All parts of an application in the order in which they are filled.
    pub fn all(application: &Application) -> Vec<Self> {
        let services = application.services.iter().flat_map(|s| OF_SERVICE.map(|part| part(s.facts.service.clone())));
        [Self::Common, Self::Account, Self::Services].into_iter().chain(services).chain([Self::Submission]).collect()
    }

    /// The part in which a field stands.
    pub fn of_path(path: &str) -> Self {
        let Some((service, field)) = path.strip_prefix("sluzba.").and_then(|rest| rest.split_once('.')) else { return Self::Account };
        let key = service.to_owned();
        match field.split('.').next().unwrap_or_default() {
            "rozpocet" => Self::Budget(key),
            "zdroje" | "verejne" => Self::Sources(key),
            "rozdeleni" | "kraj" => Self::Kraje(key),
            _ => Self::Capacity(key),
        }
    }

    /// The part that a finding belongs to.
    pub fn of_finding(finding: &Finding) -> Self {
        if !finding.path.is_empty() {
            return Self::of_path(&finding.path);
        }
        match (&finding.service, finding.code) {
            (Some(service), Code::Z06) => Self::Capacity(service.clone()),
            (Some(service), Code::Empty | Code::Z08 | Code::Z09a | Code::Z14 | Code::Limit) => Self::Budget(service.clone()),
            (Some(service), Code::Z09b) => Self::Sources(service.clone()),
            (Some(service), Code::Z05) => Self::Kraje(service.clone()),
            (Some(_), _) => Self::Services,
            (None, Code::Z02 | Code::Z03) => Self::Common,
            (None, Code::Z04 | Code::People) => Self::Account,
            (None, Code::Empty) => Self::Services,
            (None, _) => Self::Submission,
        }
    }

    /// Whether anything was filled in here: an empty part is "not begun", not "wrong".
    pub fn begun(&self, application: &Application) -> bool {
        let prefix_unread = |part: &Self| application.unread.keys().any(|path| Self::of_path(path) == *part);
        let service = self.service().and_then(|key| application.service(key));
        match self {
            Self::Common | Self::Submission => true,
            Self::Account => {
                application.account.is_some()
                    || application.representative != Default::default()
                    || application.contact != Default::default()
                    || prefix_unread(self)
            }
            Self::Services => !application.services.is_empty(),
            Self::Capacity(_) => service.is_some_and(|s| !s.capacity.is_empty() || !s.target_group.is_empty()) || prefix_unread(self),
            Self::Budget(_) => service.is_some_and(|s| !s.budget.is_empty()) || prefix_unread(self),
            Self::Sources(_) => service.is_some_and(|s| !s.sources.is_empty() || s.public_money.is_some()) || prefix_unread(self),
            Self::Kraje(_) => service.is_some_and(|s| s.asked().next().is_some()) || prefix_unread(self),
        }
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Common => f.write_str("spolecne"),
            Self::Account => f.write_str("ucet"),
            Self::Services => f.write_str("sluzby"),
            Self::Capacity(key) => write!(f, "sluzba/{key}/kapacita"),
            Self::Budget(key) => write!(f, "sluzba/{key}/rozpocet"),
            Self::Sources(key) => write!(f, "sluzba/{key}/zdroje"),
            Self::Kraje(key) => write!(f, "sluzba/{key}/kraje"),
            Self::Submission => f.write_str("podani"),
        }
    }
}

/// No part has this name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoPart;

impl FromStr for Part {
    type Err = NoPart;
    fn from_str(text: &str) -> Result<Self, NoPart> {
        let key = |key: &str| {
            let fits = !key.is_empty() && key.len() <= 60 && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
            fits.then(|| key.to_owned()).ok_or(NoPart)
        };
        match text.split('/').collect::<Vec<_>>().as_slice() {
            ["spolecne"] => Ok(Self::Common),
            ["ucet"] => Ok(Self::Account),
            ["sluzby"] => Ok(Self::Services),
            ["podani"] => Ok(Self::Submission),
            ["sluzba", service, "kapacita"] => key(service).map(Self::Capacity),
            ["sluzba", service, "rozpocet"] => key(service).map(Self::Budget),
            ["sluzba", service, "zdroje"] => key(service).map(Self::Sources),
            ["sluzba", service, "kraje"] => key(service).map(Self::Kraje),
            _ => Err(NoPart),
        }
    }
}

/// How a part stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Nothing is filled in yet.
    NotBegun,
    /// So many errors.
    Errors(usize),
    /// So many warnings, no error.
    Warnings(usize),
    /// In order.
    Fine,
}

/// How a part stands after a check of the whole application.
pub fn standing(part: &Part, application: &Application, findings: &[Finding]) -> Standing {
    let mine = || findings.iter().filter(|finding| Part::of_finding(finding) == *part);
    let errors = mine().filter(|finding| finding.level == Level::Error).count();
    match (part.begun(application), errors, mine().count()) {
        (false, ..) => Standing::NotBegun,
        (true, 0, 0) => Standing::Fine,
        (true, 0, warnings) => Standing::Warnings(warnings),
        (true, errors, _) => Standing::Errors(errors),
    }
}

/// Identifier of the element of a field: the path inside its service with hyphens.
pub fn field_id(path: &str) -> String {
    let inside = path.strip_prefix("sluzba.").and_then(|rest| rest.split_once('.')).map_or(path, |(_, field)| field);
    inside.replace('.', "-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_read_from_their_address() {
        let key = "0198a2b4-0000-7000-8000-000000000040".to_owned();
        let all =
            [Part::Common, Part::Account, Part::Services, Part::Submission].into_iter().chain(OF_SERVICE.map(|part| part(key.clone())));
        for part in all {
            assert_eq!(part.to_string().parse(), Ok(part.clone()));
        }
        for text in ["", "sluzba", "sluzba//rozpocet", "sluzba/../rozpocet", "sluzba/a/b", "podani/x"] {
            assert_eq!(text.parse::<Part>(), Err(NoPart), "{text}");
        }
        assert_eq!(Part::of_path("sluzba.a.rozpocet.1.1.naklady"), Part::Budget("a".to_owned()));
        assert_eq!(Part::of_path("sluzba.a.verejne.castka"), Part::Sources("a".to_owned()));
        assert_eq!(Part::of_path("zastupce.jmeno"), Part::Account);
        assert_eq!(field_id("sluzba.a.rozpocet.1.1.naklady"), "rozpocet-1-1-naklady");
    }
}
