//! What an application copies from the register, and what changed there since ("načíst znovu" with the differences).

use crate::{
    codelists::{Form, FormGroup, Kraj},
    ico::Ico,
};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The provider as the register has it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Applicant {
    /// Name.
    pub name: String,
    /// IČO; a provider may have none.
    pub ico: Option<Ico>,
    /// Legal form, its name in Czech.
    pub legal_form: String,
    /// Seat, or place of business of a natural person.
    pub address: String,
    /// Telephone.
    pub phone: String,
    /// E-mail.
    pub email: String,
    /// Web.
    pub web: String,
}

/// A service as the register has it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ServiceFacts {
    /// Key of the service inside the product (UUID as text); part of the paths of its fields.
    pub service: String,
    /// Identifikátor; the registering kraj may not have entered it yet.
    pub identifier: Option<String>,
    /// Name, else that of its first facility.
    pub name: String,
    /// Paragraph without the sign: `49`, `60a`.
    pub paragraph: String,
    /// Service type in words.
    pub kind: String,
    /// Forms of provision.
    pub forms: BTreeSet<Form>,
    /// First day of provision.
    #[serde(with = "crate::time::iso_day", default)]
    pub from: Option<NaiveDate>,
    /// Last day of provision.
    #[serde(with = "crate::time::iso_day", default)]
    pub to: Option<NaiveDate>,
    /// The kraj that registered it; none if that is MPSV or not known.
    pub registering: Option<Kraj>,
    /// Kraje in which it works: those of its facilities and of an extended operation. Empty when the register has no address.
    pub area: BTreeSet<Kraj>,
    /// Registered capacity in words, by form group, to be shown beside the fields.
    pub registered: BTreeMap<FormGroup, String>,
}

/// A fact that the application and the register have differently.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// What it is, in Czech.
    pub label: String,
    /// In the application.
    pub kept: String,
    /// In the register today.
    pub register: String,
    /// It identifies the applicant or the service, so the application cannot be locked with it (Z03).
    pub binding: bool,
}

fn compare(facts: impl IntoIterator<Item = (&'static str, String, String, bool)>) -> Vec<Difference> {
    facts
        .into_iter()
        .filter(|(_, kept, register, _)| kept != register)
        .map(|(label, kept, register, binding)| Difference { label: label.to_owned(), kept, register, binding })
        .collect()
}

fn text<T: ToString>(value: Option<&T>) -> String {
    value.map(ToString::to_string).unwrap_or_default()
}

impl Applicant {
    /// What the register has differently today.
    pub fn differences(&self, register: &Self) -> Vec<Difference> {
        compare([
            ("název", self.name.clone(), register.name.clone(), true),
            ("IČO", text(self.ico.as_ref()), text(register.ico.as_ref()), true),
            ("právní forma", self.legal_form.clone(), register.legal_form.clone(), true),
            ("adresa", self.address.clone(), register.address.clone(), true),
            ("telefon", self.phone.clone(), register.phone.clone(), false),
            ("e-mail", self.email.clone(), register.email.clone(), false),
            ("web", self.web.clone(), register.web.clone(), false),
        ])
    }
}

impl ServiceFacts {
    /// Whether the service runs on some day of a year.
    pub fn runs_in(&self, year: i32) -> bool {
        use chrono::Datelike;
        self.from.is_none_or(|from| from.year() <= year) && self.to.is_none_or(|to| year <= to.year())
    }

    /// Why a service can't be part of an application of this year: it doesn't run in it. `name` is what the page calls the service.
    pub fn idle_in(&self, year: i32, name: &str) -> Option<String> {
        use chrono::Datelike;
        if self.runs_in(year) {
            return None;
        }
        let day =
            |day: Option<chrono::NaiveDate>, word: &str| day.map(|day| format!(" {word} {}", crate::time::date(day))).unwrap_or_default();
        Some(if self.from.is_some_and(|from| from.year() > year) {
            format!("Služba {name} se v roce {year} ještě neposkytuje (v registru{}).", day(self.from, "od"))
        } else {
            format!("Služba {name} se v roce {year} už neposkytuje (v registru{}).", day(self.to, "do"))
        })
    }

    /// What the register has differently today.
    pub fn differences(&self, register: &Self) -> Vec<Difference> {
        let forms = |facts: &Self| facts.forms.iter().map(|form| form.name()).collect::<Vec<_>>().join(", ");
        let area = |facts: &Self| facts.area.iter().map(|kraj| kraj.name()).collect::<Vec<_>>().join(", ");
        let day = |day: Option<NaiveDate>| day.map(crate::time::date).unwrap_or_default();
        compare([
            ("identifikátor", text(self.identifier.as_ref()), text(register.identifier.as_ref()), true),
            ("název", self.name.clone(), register.name.clone(), false),
            ("druh služby", self.kind.clone(), register.kind.clone(), true),
            ("formy", forms(self), forms(register), true),
            ("poskytuje se od", day(self.from), day(register.from), false),
            ("poskytuje se do", day(self.to), day(register.to), true),
            ("registrující kraj", text(self.registering.as_ref()), text(register.registering.as_ref()), true),
            ("působnost v krajích", area(self), area(register), true),
        ])
    }
}
