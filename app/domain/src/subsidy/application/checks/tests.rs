use super::*;
use crate::subsidy::application::examples::{SERVICE, applicant, application, at, context, facts, kraj, path};

fn codes(application: &Application, context: &Context) -> Vec<(Code, Level, String)> {
    check(application, context).into_iter().map(|f| (f.code, f.level, f.path)).collect()
}

#[test]
fn a_complete_application_passes() {
    assert_eq!(check(&application(), &context()), []);
}

/// One change, one finding, at its field.
#[test]
fn every_field_has_its_check() {
    for (field, text, code, level, at) in [
        ("rozpocet.1.1.pozadavek", "5 000 001", Code::Z09a, Level::Error, "rozpocet.1.1.pozadavek"),
        ("rozpocet.1.4.upresneni", "", Code::Z08, Level::Error, "rozpocet.1.4.upresneni"),
        ("rozpocet.2.7.pozadavek", "1", Code::Z14, Level::Error, "rozpocet.2.7.pozadavek"),
        ("zdroje.obec_dotace.plan", "1", Code::Z09b, Level::Warning, ""),
        ("kapacita.at.jednotky", "", Code::Z06, Level::Error, "kapacita.at.jednotky"),
        ("kapacita.pob.mesice", "", Code::Z06, Level::Error, "kapacita.pob.mesice"),
        ("kapacita.poznamka", "", Code::Z06, Level::Error, "kapacita.poznamka"),
        ("kapacita.pob.plan", "mnoho", Code::Unread, Level::Error, "kapacita.pob.plan"),
        ("kraj.19.zadano", "ano", Code::Z02, Level::Error, "kraj.19.zadano"),
    ] {
        let mut application = application();
        let _ = application.apply(&path(field), text);
        let mut context = context();
        context.terms.insert(kraj(19), context.terms[&kraj(60)].clone());
        let expected = if at.is_empty() { String::new() } else { path(at) };
        let found = codes(&application, &context);
        assert!(found.contains(&(code, level, expected)), "{field}: {found:?}");
        assert!(found.iter().all(|(other, ..)| *other == code || matches!(other, Code::Z09b | Code::Z06)), "{field}: {found:?}");
    }
}

#[test]
fn bank_accounts_are_checked() {
    for (text, level, words) in [
        ("19-2000145398/0800", Level::Error, "Číslo účtu"),
        ("18-2000145399/0800", Level::Error, "Předčíslí"),
        ("00000001/0800", Level::Error, "nenulové"),
        ("19-2000145399/9999", Level::Warning, "číselníku není"),
        ("19-2000145399/6800", Level::Warning, "už nepoužívá"),
        ("", Level::Error, "Chybí bankovní spojení"),
    ] {
        let mut application = application();
        application.apply("ucet", text).unwrap();
        let found = check(&application, &context());
        assert_eq!(found.len(), 1, "{text}: {found:?}");
        assert_eq!((found[0].code, found[0].level, found[0].path.as_str()), (Code::Z04, level, "ucet"));
        assert!(found[0].sentence.contains(words), "{}", found[0].sentence);
    }
}

#[test]
fn own_shares_give_exactly_the_whole() {
    for (first, second, expected) in [
        ("66,66", "33,34", None),
        ("66,66", "33,33", Some("chybí 0,01")),
        ("90", "20", Some("přebývá 10,00")),
        ("100", "0", Some("chybí podíl")),
        ("100", "", Some("chybí podíl")),
    ] {
        let mut application = application();
        for (field, text) in [("rozdeleni", "vlastni"), ("kraj.60.podil", first), ("kraj.78.podil", second)] {
            application.apply(&path(field), text).unwrap();
        }
        let found = check(&application, &context());
        assert!(found.iter().all(|f| f.code == Code::Z05));
        assert_eq!(found.len(), usize::from(expected.is_some()), "{found:?}");
        assert!(expected.is_none_or(|words| found[0].sentence.contains(words)), "{found:?}");
    }
}

#[test]
fn every_asked_kraj_must_be_open() {
    for (now, errors) in [
        ("2026-10-31T22:59:59.999Z", 2),
        ("2026-10-31T23:00:00Z", 0),
        ("2026-11-20T22:59:59.999Z", 0),
        // Liberec has closed, and so is the common time over: both sentences.
        ("2026-11-20T23:00:00Z", 2),
        ("2026-11-30T23:00:00Z", 3),
    ] {
        let found = check(&application(), &Context { now: at(now), ..context() });
        assert!(found.iter().all(|f| f.code == Code::Z01 && f.level == Level::Error), "{found:?}");
        assert_eq!(found.len(), errors, "{now}: {found:?}");
    }
}

#[test]
fn the_register_decides_who_may_apply() {
    let with = |change: &dyn Fn(&mut Context)| {
        let mut context = context();
        change(&mut context);
        check(&application(), &context)
    };
    let one = |found: &[Finding], code: Code, words: &str| {
        assert!(found.iter().any(|f| f.code == code && f.level == Level::Error && f.sentence.contains(words)), "{code}: {found:?}");
    };
    one(&with(&|c| c.applicant = None), Code::Z02, "není v registru");
    one(&with(&|c| c.applicant = Some(Applicant { name: "Senior Bílina".to_owned(), ..applicant() })), Code::Z03, "Senior Bílina");
    // A changed telephone is a difference to be loaded, not an error.
    assert_eq!(with(&|c| c.applicant = Some(Applicant { phone: "475 111 222".to_owned(), ..applicant() })), []);
    one(&with(&|c| c.services.clear()), Code::Z02, "mezi vašimi službami není");
    let of = |change: &dyn Fn(&mut ServiceFacts)| {
        let mut facts = facts();
        change(&mut facts);
        let mut application = application();
        application.service_mut(SERVICE).unwrap().facts = facts.clone();
        check(&application, &Context { services: BTreeMap::from([(SERVICE.to_owned(), facts)]), ..context() })
    };
    let day = |text: &str| text.parse().ok();
    one(&of(&|f| f.identifier = None), Code::Identifier, "registrující kraj (Ústecký kraj)");
    one(&of(&|f| f.to = day("2026-12-31")), Code::Z02, "v roce 2027 už neposkytuje (v registru do 31.");
    one(&of(&|f| f.from = day("2028-01-01")), Code::Z02, "ještě neposkytuje");
    assert_eq!(of(&|f| f.to = day("2027-01-01")), []);
    assert_eq!(of(&|f| f.from = day("2027-12-31")), []);
    // A service without forms and address: both sentences name what is missing in the register.
    let found = of(&|f| {
        f.forms.clear();
        f.area.clear();
    });
    one(&found, Code::Z02, "chybí v registru adresa");
    one(&found, Code::Z06, "chybí v registru forma");
    assert_eq!(found.len(), 2, "{found:?}");
}

#[test]
fn an_empty_draft_says_what_to_fill() {
    let mut application = Application::new(2027, applicant());
    let found = codes(&application, &context());
    assert_eq!(
        found.iter().filter(|(_, level, _)| *level == Level::Error).map(|(code, ..)| *code).collect::<Vec<_>>(),
        [Code::Z04, Code::Empty]
    );
    application.add_service(facts()).unwrap();
    let found: Vec<Code> = codes(&application, &context()).into_iter().filter(|f| f.1 == Level::Error).map(|f| f.0).collect();
    assert_eq!(found, [Code::Z04, Code::Z06, Code::Z06, Code::Empty, Code::Z05]);
    assert_eq!(summary(&check(&application, &context())), "5 chyb, 2 varování");
    assert_eq!(summary(&[]), "");
}

#[test]
fn sums_have_a_limit() {
    let mut application = application();
    application.apply(&path("rozpocet.1.1.naklady"), "999 999 999 999").unwrap();
    let found = check(&application, &context());
    assert_eq!(found.iter().filter(|f| f.code == Code::Limit).count(), 2, "{found:?}");
}
