//! A complete application that passes every check, for tests: one service of § 40 and § 49 each would do, one with both form groups does more.

use super::{Applicant, Application, Context, ServiceFacts};
use crate::{
    codelists::{Form, Kraj},
    ico::Ico,
    subsidy::window::{Terms, Window},
};
use chrono::{DateTime, Utc};
use std::collections::{BTreeMap, BTreeSet};

pub const SERVICE: &str = "0198a2b4-0000-7000-8000-000000000040";

pub fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

pub fn kraj(code: u16) -> Kraj {
    Kraj::of_code(code).unwrap()
}

pub fn applicant() -> Applicant {
    Applicant {
        name: "Senior Teplice z. s.".to_owned(),
        ico: Some(Ico::parse("63504260").unwrap()),
        legal_form: "spolek".to_owned(),
        address: "Duchcovská 1, 415 01 Teplice".to_owned(),
        ..Applicant::default()
    }
}

pub fn facts() -> ServiceFacts {
    ServiceFacts {
        service: SERVICE.to_owned(),
        identifier: Some("7907052".to_owned()),
        name: "Odlehčovací služba".to_owned(),
        paragraph: "44".to_owned(),
        kind: "odlehčovací služby".to_owned(),
        forms: BTreeSet::from([Form::Residential, Form::Field]),
        from: "2010-01-01".parse().ok(),
        to: None,
        registering: Some(kraj(60)),
        area: BTreeSet::from([kraj(60), kraj(78)]),
        registered: BTreeMap::new(),
    }
}

/// Path of a field of the service.
pub fn path(field: &str) -> String {
    format!("sluzba.{SERVICE}.{field}")
}

pub fn application() -> Application {
    let mut application = Application::new(2027, applicant());
    application.add_service(facts()).unwrap();
    for (field, text) in [
        ("ucet", "19-2000145399/0800"),
        ("zastupce.jmeno", "Mgr. Alena Benešová"),
        ("zastupce.funkce", "ředitelka"),
        ("kontakt.jmeno", "Petr Dvořák"),
        ("kontakt.telefon", "+420 475 657 111"),
        ("kontakt.email", "dvorak@example.cz"),
    ] {
        application.apply(field, text).unwrap();
    }
    for (field, text) in [
        ("cilova_skupina", "senioři"),
        ("kapacita.pob.predminuly", "10"),
        ("kapacita.pob.minuly", "10"),
        ("kapacita.pob.plan", "12"),
        ("kapacita.pob.jednotky", "12"),
        ("kapacita.pob.mesice", "12"),
        ("kapacita.at.predminuly", "0"),
        ("kapacita.at.minuly", "20"),
        ("kapacita.at.plan", "30"),
        ("kapacita.at.jednotky", "2,5"),
        ("kapacita.at.mesice", "12"),
        ("kapacita.poznamka", "Terénní forma začala v roce 2026."),
        ("rozpocet.1.1.naklady", "5 000 000"),
        ("rozpocet.1.1.pozadavek", "3 000 001"),
        ("rozpocet.1.4.naklady", "100000"),
        ("rozpocet.1.4.pozadavek", "50000"),
        ("rozpocet.1.4.upresneni", "zákonné pojištění"),
        ("rozpocet.2.7.naklady", "10 000"),
        ("zdroje.obec_dotace.plan", "2 059 999"),
        ("verejne.castka", "2 059 999"),
        ("verejne.poznamka", "město Teplice"),
        ("kraj.60.zadano", "ano"),
        ("kraj.78.zadano", "ano"),
    ] {
        application.apply(&path(field), text).unwrap();
    }
    application
}

pub fn context() -> Context {
    let terms = |closes: &str| Terms {
        regular: Some(Window::new(at("2026-10-31T23:00:00Z"), at(closes)).unwrap()),
        extraordinary: Vec::new(),
        label: "1. 11. 2026 0.00 – 30. 11. 2026 23.59".to_owned(),
    };
    Context {
        now: at("2026-11-15T10:00:00Z"),
        terms: BTreeMap::from([(kraj(60), terms("2026-11-30T23:00:00Z")), (kraj(78), terms("2026-11-20T23:00:00Z"))]),
        applicant: Some(applicant()),
        services: BTreeMap::from([(SERVICE.to_owned(), facts())]),
    }
}
