use super::*;
use crate::subsidy::application::examples::{self, SERVICE, application, path};
use proptest::prelude::*;

#[test]
fn paths_go_both_ways() {
    for field in ServiceField::all(2027) {
        assert_eq!(ServiceField::of_path(&field.to_string()), Some(field));
        assert_eq!(field.at(SERVICE).parse(), Ok(Field::Service(SERVICE.to_owned(), field)));
    }
    assert_eq!(ServiceField::of_path("rozpocet.2.6.10.naklady"), Some(ServiceField::Budget("2.6.10", BudgetColumn::Costs)));
    for path in
        ["", "ucet.x", "zastupce", "zastupce.vek", "sluzba", "sluzba.x", "sluzba.x.y", "sluzba.x.kraj.1.podil", "sluzba.x.kraj.060.podil"]
    {
        assert!(path.parse::<Field>().is_err(), "{path}");
    }
    // Sums and the plan that is the request itself are not typed.
    for path in ["rozpocet.1.naklady", "rozpocet.2.6.pozadavek", "zdroje.pozadavek.plan", "rozpocet.9.naklady"] {
        assert_eq!(ServiceField::of_path(path), None, "{path}");
    }
}

#[test]
fn sums_follow_what_is_typed() {
    let application = application();
    let service = application.service(SERVICE).unwrap();
    let amounts = |key| {
        let (costs, request) = service.row(key);
        (costs.get(), request.get())
    };
    assert_eq!(amounts("1"), (5_100_000, 3_050_001));
    assert_eq!(amounts("1.1"), (5_000_000, 3_000_001));
    assert_eq!(amounts("2"), (10_000, 0));
    assert_eq!((service.costs().get(), service.request().get()), (5_110_000, 3_050_001));
    assert_eq!(service.source_sums(None).plan.get(), 5_110_000);
    assert_eq!(service.source_sums(Some("Resorty státní správy")).plan.get(), 3_050_001);
}

#[test]
fn what_cannot_be_read_is_kept_beside_its_error() {
    let mut application = application();
    let costs = path("rozpocet.1.1.naklady");
    let error = application.apply(&costs, "5 milionů").unwrap_err();
    assert!(error.kept && error.sentence.contains("5 milionů"), "{error:?}");
    assert_eq!(application.values()[&costs], "5 milionů");
    assert_eq!(application.service(SERVICE).unwrap().row("1.1").0, Crowns::ZERO);
    // It survives being stored, and goes away with a text that can be read.
    let mut stored: Application = serde_json::from_str(&serde_json::to_string(&application).unwrap()).unwrap();
    assert_eq!(stored, application);
    stored.apply(&costs, "5 000 000 Kč").unwrap();
    assert!(stored.unread.is_empty());
    assert_eq!(stored.values()[&costs], "5\u{202f}000\u{202f}000");
    // A removed service takes its unread texts along.
    application.remove_service(SERVICE);
    assert!(application.unread.is_empty());
}

#[test]
fn hostile_texts_are_refused_with_a_sentence() {
    let mut application = application();
    let before = application.clone();
    for (field, text, kept, words) in [
        ("rozpocet.1.1.naklady", "-5", true, "záporná"),
        ("rozpocet.1.1.naklady", "1e400", true, "není částka"),
        ("rozpocet.1.1.naklady", "1000000000000", true, "příliš vysoká"),
        ("rozpocet.1.1.naklady", "10,50", true, "celé koruny"),
        ("rozpocet.1.1.naklady", "5\0", false, "řídicí znak"),
        ("rozpocet.1.4.upresneni", "a\u{202e}b", true, "řídicí znak"),
        ("kapacita.pob.plan", "-1", true, "celé číslo"),
        ("kapacita.pob.plan", "99999999999999999999", true, "příliš vysoká"),
        ("kapacita.pob.mesice", "13", true, "od 0 do 12"),
        ("kapacita.at.jednotky", "2,5555", true, "třemi desetinnými"),
        ("kraj.60.podil", "100,5", true, "nejvýše 100"),
        ("kraj.60.zadano", "snad", true, "ano, nebo ne"),
        ("rozdeleni", "jinak", true, "rovnoměrně"),
        ("nazev", "dva\nřádky", true, "jednom řádku"),
        ("neni", "x", false, "v žádosti není"),
    ] {
        let error = application.apply(&path(field), text).unwrap_err();
        assert!(error.kept == kept && error.sentence.contains(words), "{field}: {error:?}");
        assert_eq!(application.unread.contains_key(&path(field)), kept);
        application = before.clone();
    }
    let megabyte = "x".repeat(1 << 20);
    let error = application.apply(&path("kapacita.poznamka"), &megabyte).unwrap_err();
    assert!(!error.kept && error.sentence.contains("1048576"));
    assert!(application.apply("sluzba.cizi.nazev", "x").is_err_and(|e| !e.kept));
    assert_eq!(application, before);
    application.apply(&path("kapacita.poznamka"), "</textarea><script>alert(1)</script>").unwrap();
    assert!(application.apply("kontakt.email", "a@b").is_err() && application.apply("kontakt.telefon", "12").is_err());
}

#[test]
fn unticking_keeps_the_typed_share() {
    let mut application = application();
    application.apply(&path("rozdeleni"), "vlastni").unwrap();
    application.apply(&path("kraj.60.podil"), "90").unwrap();
    application.apply(&path("kraj.60.zadano"), "").unwrap();
    let service = application.service(SERVICE).unwrap();
    assert_eq!(service.asked().collect::<Vec<_>>(), [examples::kraj(78)]);
    assert_eq!(application.values()[&path("kraj.60.podil")], "90,00");
}

#[test]
fn a_kraj_without_common_time_is_not_added() {
    let mut application = application();
    let context = examples::context();
    let errors =
        application.patch([(path("kraj.19.zadano").as_str(), "ano"), (path("nazev").as_str(), "Nový")], &context.terms, context.now);
    assert_eq!(errors.len(), 1);
    assert!(errors[0].sentence.contains("Hlavní město Praha ještě nezveřejnil"), "{errors:?}");
    assert_eq!(application.asked().len(), 2);
    assert_eq!(application.service(SERVICE).unwrap().name, "Nový");
    // What is asked already is not refused again.
    assert!(application.patch([(path("kraj.60.zadano").as_str(), "ano")], &BTreeMap::new(), context.now).is_empty());
}

fn some_path() -> impl Strategy<Value = String> {
    let mut paths: Vec<String> = ServiceField::all(2027).into_iter().map(|field| field.at(SERVICE)).collect();
    paths.extend(["ucet", "zastupce.jmeno", "kontakt.telefon", "kontakt.email", "neni"].map(str::to_owned));
    proptest::sample::select(paths)
}

fn some_text() -> impl Strategy<Value = String> {
    prop_oneof![
        "\\PC{0,30}",
        "[0-9]{1,13}",
        "[0-9]{1,3}(,[0-9]{1,4})?",
        "[ \t\r\na-z]{0,9}",
        proptest::sample::select(vec!["ano", "ne", "vlastni", "rovnomerne", "", "19-2000145399/0800", "a@b.cz", "475 657 111", "\0"])
            .prop_map(str::to_owned),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Whatever is typed: nothing panics, every kept text is shown again as it was, and the shown texts give the same draft.
    #[test]
    fn what_is_shown_gives_the_same_draft(typed in proptest::collection::vec((some_path(), some_text()), 0..40)) {
        let mut application = application();
        for (path, text) in &typed {
            match application.apply(path, text) {
                Err(error) if error.kept => prop_assert_eq!(&application.values()[path], text),
                _ => {}
            }
        }
        let mut again = Application::new(application.year, application.applicant.clone());
        again.add_service(examples::facts()).unwrap();
        again.apply(&path("nazev"), "").unwrap();
        for (path, text) in application.values() {
            let _ = again.apply(&path, &text);
        }
        prop_assert_eq!(&again, &application);
        let stored: Application = serde_json::from_str(&serde_json::to_string(&application).unwrap()).unwrap();
        prop_assert_eq!(&stored, &application);
        let _ = crate::subsidy::application::check(&application, &examples::context());
    }

    #[test]
    fn no_path_panics(path in "\\PC*", text in "\\PC*") {
        let _ = application().apply(&path, &text);
    }
}
