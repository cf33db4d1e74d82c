use super::*;
use crate::subsidy::application::examples::{application, kraj};
use proptest::prelude::*;

fn context() -> AssessmentContext {
    let part = application().part(kraj(60));
    let criteria = vec![Criterion {
        name: "vicezdroj".to_owned(),
        label: "vícezdrojové financování".to_owned(),
        from: Decimal::ZERO,
        to: Decimal::TEN,
    }];
    AssessmentContext::of_part(&part.services[0], criteria, Some(Crowns::new(1_400_000)))
}

fn assessment(fields: &[(&str, &str)]) -> Assessment {
    let mut assessment = Assessment::default();
    for (path, text) in fields {
        assessment.apply(path, text).unwrap();
    }
    assessment
}

const COMPLETE: [(&str, &str); 9] = [
    ("sprss", "ano"),
    ("podpora", "ano"),
    ("podpora.komentar", "Základní síť."),
    ("efektivita", "Pod mediánem kraje."),
    ("chyba.1.1.druh", "nadhodnocena"),
    ("chyba.1.1.castka", "100 001"),
    ("chyba.1.1.duvod", "Mzdy nad tabulkou."),
    ("body.vicezdroj", "7,5"),
    ("optimum", "1 400 000"),
];

#[test]
fn five_conditions_finish_it() {
    let context = context();
    assert_eq!(context.request().get(), 1_525_001);
    let complete = assessment(&COMPLETE);
    assert!(complete.can_finish(&context), "{:?}", complete.finished(&context));
    assert_eq!(complete.maximum(&context).map(Crowns::get), Some(1_425_000));
    for (path, text, unmet, words) in [
        ("sprss", "", 0, "souladu"),
        ("podpora", "", 1, "zda službu podpořit"),
        ("podpora.komentar", "", 1, "komentář k podpoře"),
        ("efektivita", "", 2, "efektivitě"),
        ("chyba.1.1.castka", "", 3, "chybných položek"),
        ("chyba.1.1.castka", "1 500 002", 3, "chybných položek"),
        ("chyba.1.1.druh", "neuznatelna", 4, "vyšší než maximální 25\u{202f}000"),
        ("optimum", "", 4, "Převezměte"),
        ("optimum", "1 400 001", 4, "vyšší než návrh výpočtu"),
        ("optimum", "1 425 001", 4, "vyšší než maximální"),
        ("optimum", "1 399 999", 4, "Doplňte důvod"),
    ] {
        let mut changed = complete.clone();
        changed.apply(path, text).unwrap();
        let conditions = changed.finished(&context);
        let open: Vec<usize> = (0..5).filter(|n| !conditions[*n].met).collect();
        assert_eq!(open, [unmet], "{path} {text}: {conditions:?}");
        assert!(conditions[unmet].sentence.contains(words), "{:?}", conditions[unmet]);
        assert!(!changed.can_finish(&context));
    }
    assert!(!complete.can_finish(&AssessmentContext { latest_run: None, ..context }));
}

#[test]
fn a_lower_optimum_with_a_reason_enters_the_next_run() {
    let context = context();
    let mut assessment = assessment(&COMPLETE);
    assert_eq!(assessment.lowered_optimum(&context), None);
    assessment.apply("optimum", "1 000 000").unwrap();
    assessment.apply("optimum.duvod", "Přesah do jiného projektu.").unwrap();
    assert!(assessment.can_finish(&context));
    assert_eq!(assessment.lowered_optimum(&context).map(Crowns::get), Some(1_000_000));
}

#[test]
fn a_criterion_may_have_a_czech_name() {
    let mut assessment = Assessment::default();
    assessment.apply("body.kvalita_péče", "7,5").unwrap();
    // The same name typed with a combining mark is the same criterion.
    assessment.apply("body.kvalita_pe\u{301}če", "8").unwrap();
    assert_eq!(assessment.values(), BTreeMap::from([("body.kvalita_péče".to_owned(), "8".to_owned())]));
}

#[test]
fn an_ineligible_row_loses_its_whole_request() {
    let context = context();
    let assessment = assessment(&[("chyba.1.1.druh", "neuznatelna"), ("chyba.1.4.druh", "castecne"), ("chyba.1.4.castka", "5000")]);
    assert_eq!(assessment.wrong_amount("1.1", &context).map(Crowns::get), Some(1_500_001));
    assert_eq!(assessment.wrong_sum(&context).map(Crowns::get), Some(1_505_001));
    assert_eq!(assessment.maximum(&context).map(Crowns::get), Some(20_000));
}

#[test]
fn what_cannot_stand_is_objected_to() {
    let context = context();
    for (path, text, at, words) in [
        ("body.vicezdroj", "10,5", "body.vicezdroj", "od 0 do 10"),
        ("body.vicezdroj", "-1", "body.vicezdroj", "od 0 do 10"),
        ("jednotky.pob", "13", "jednotky.pob", "nejvýše 12"),
        ("jednotky.at", "2", "jednotky.at.duvod", "2 místo 2,5"),
        ("chyba.1.1.castka", "1 500 002", "chyba.1.1.castka", "nejvýše 1\u{202f}500\u{202f}001"),
        ("chyba.1.1.castka", "", "chyba.1.1.castka", "jaká část"),
        ("chyba.1.1.castka", "moc", "chyba.1.1.castka", "není částka"),
        ("optimum", "-5", "optimum", "záporná"),
    ] {
        let mut changed = assessment(&COMPLETE);
        let _ = changed.apply(path, text);
        let objections = changed.objections(&context);
        assert_eq!(objections.len(), 1, "{path}: {objections:?}");
        assert!(objections[0].path == at && objections[0].sentence.contains(words), "{objections:?}");
        assert!(!changed.can_finish(&context));
    }
    let mut fewer = assessment(&COMPLETE);
    fewer.apply("jednotky.at", "2").unwrap();
    fewer.apply("jednotky.at.duvod", "Síť kraje má 2 úvazky.").unwrap();
    assert!(fewer.can_finish(&context));
    assert_eq!(fewer.accepted_units(FormGroup::AmbulatoryAndField, &context), Some(Units::thousandths(2_000)));
    assert_eq!(fewer.accepted_units(FormGroup::Residential, &context), Some(Units::thousandths(12_000)));
}

#[test]
fn only_a_no_excludes_from_a_run() {
    for (sprss, support, supported) in [("", "", true), ("ano", "", true), ("ano", "ano", true), ("ne", "ano", false), ("", "ne", false)] {
        assert_eq!(assessment(&[("sprss", sprss), ("podpora", support)]).supported(), supported, "{sprss} {support}");
    }
}

#[test]
fn paths_go_both_ways() {
    let mut full = assessment(&COMPLETE);
    full.apply("zdroje.dotace_od_kraju", "Roste podíl kraje.").unwrap();
    full.apply("jednotky.pob.duvod", "x").unwrap();
    for path in full.values().keys() {
        assert_eq!(&path.parse::<AssessmentField>().unwrap().to_string(), path);
    }
    for path in ["", "sprss.", "sprss.x", "chyba.1.druh", "chyba.1.1", "zdroje.jine", "body.", "body.a b", "body.2x", "jednotky.ter"] {
        assert!(path.parse::<AssessmentField>().is_err(), "{path}");
    }
}

proptest! {
    /// Whatever is typed: nothing panics, and what is shown gives the same assessment.
    #[test]
    fn what_is_shown_gives_the_same_assessment(
        typed in proptest::collection::vec(
            (
                proptest::sample::select(vec![
                    "sprss", "podpora", "podpora.komentar", "efektivita", "chyba.1.1.druh", "chyba.1.1.castka", "chyba.2.6.10.duvod",
                    "zdroje.jine_zdroje", "body.kvalita", "jednotky.at", "jednotky.pob.duvod", "optimum", "optimum.duvod", "neni",
                ]),
                prop_oneof![
                    "\\PC{0,20}", "[0-9]{1,13}", "-?[0-9]{1,3}(,[0-9]{1,5})?",
                    proptest::sample::select(vec!["ano", "ne", "castecne", "uznatelna", "", "\0"]).prop_map(str::to_owned),
                ],
            ),
            0..30,
        ),
    ) {
        let mut assessment = Assessment::default();
        for (path, text) in &typed {
            let _ = assessment.apply(path, text);
        }
        let mut again = Assessment::default();
        for (path, text) in assessment.values() {
            let _ = again.apply(&path, &text);
        }
        prop_assert_eq!(&again, &assessment);
        prop_assert_eq!(&serde_json::from_str::<Assessment>(&serde_json::to_string(&assessment).unwrap()).unwrap(), &assessment);
        let _ = (assessment.finished(&context()), assessment.objections(&context()));
    }
}
