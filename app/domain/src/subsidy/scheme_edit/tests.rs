use super::*;
use crate::subsidy::calculation::{BUILTIN, scheme::Number};

fn scheme() -> Scheme {
    let mut scheme = Scheme::from_toml(BUILTIN[1].toml).unwrap();
    Act::AddStatistic.apply(&mut scheme, Part::Steps);
    scheme
}

fn changed(part: Part, changes: &[(&str, &str)]) -> Result<Scheme, Wrong> {
    let mut scheme = scheme();
    let mut all = fields(&scheme, part);
    for (path, text) in changes {
        all.insert((*path).to_owned(), (*text).to_owned());
    }
    apply(&mut scheme, part, &all).map(|()| scheme)
}

#[test]
fn what_is_shown_gives_the_same_scheme() {
    for builtin in &BUILTIN {
        let scheme = Scheme::from_toml(builtin.toml).unwrap();
        for part in Part::ALL {
            let mut same = scheme.clone();
            apply(&mut same, part, &fields(&scheme, part)).unwrap();
            assert_eq!(same, scheme, "{} {}", builtin.key, part.key());
        }
    }
}

#[test]
fn takes_over_what_is_typed() {
    let inputs = changed(Part::Inputs, &[("vstupy.1.max", "1 000,5"), ("vstupy.1.popis", ""), ("vstupy.1.vychozi", "0,5")]).unwrap();
    assert_eq!(inputs.input[1].max, Number::read("1000,5"));
    assert_eq!((inputs.input[1].label.as_ref(), &inputs.input[1].default), (None, &Some(Written::Number(Number::read("0,5").unwrap()))));
    let tables = changed(Part::Tables, &[("tabulky.0.radky", "49\tpob\t520 000\n\n40;at;640000,5")]).unwrap();
    assert_eq!(tables.table[0].rows.len(), 2);
    assert_eq!(tables.table[0].rows[1].rate, Number::read("640000.5").unwrap());
    let last = scheme().step.len() - 1;
    let steps = changed(
        Part::Steps,
        &[
            (&format!("kroky.{last}.z"), "N / J_at"),
            (&format!("kroky.{last}.kde"), "J_at > 0"),
            (&format!("kroky.{last}.podle"), "druh; "),
            (&format!("kroky.{last}.nejmene"), "5"),
            (&format!("kroky.{last}.jak"), "quartile1"),
            ("kroky.0.vzorec", "J_pob *"),
        ],
    )
    .unwrap();
    let Rule::Statistic(statistic) = &steps.step[last].rule else { panic!() };
    assert_eq!(
        (statistic.function, statistic.per.as_slice(), statistic.min_count),
        (StatisticFunction::Quartile1, ["druh".to_owned()].as_slice(), Some(5))
    );
    // A faulty formula is kept; the fault is found when the scheme is compiled.
    assert_eq!(steps.compile().unwrap_err()[0].step.as_deref(), Some("C_pob"));
    let formula = changed(Part::Steps, &[(&format!("kroky.{last}.z"), "N"), (&format!("kroky.{last}.jak"), "vzorec")]).unwrap();
    assert_eq!(formula.step[last].rule, Rule::Formula("N".to_owned()));
    let allocation =
        changed(Part::Allocation, &[("rozdeleni.rok", "2028"), ("rozdeleni.skupina", "druh"), ("rozdeleni.strop", "")]).unwrap();
    assert_eq!(
        (allocation.year, allocation.allocation.group.as_deref(), allocation.allocation.cap.as_deref()),
        (Some(2028), Some("druh"), None)
    );
}

#[test]
fn says_what_cannot_be_read() {
    for (part, path, text, words) in [
        (Part::Inputs, "vstupy.1.min", "málo", "není číslo"),
        (Part::Tables, "tabulky.0.radky", "49\tpob", "Řádek 1 má 2 sloupců"),
        (Part::Tables, "tabulky.0.radky", "49\tpob\t1\n40\tat\tmoc", "Řádek 2: „moc“ není číslo"),
        (Part::Tables, "tabulky.0.klice", "", "aspoň jeden klíč"),
        (Part::Tables, "tabulky.0.cisla", "obec", "„obec“ v tabulce není"),
        (Part::Allocation, "rozdeleni.zaokrouhlit", "0", "větší než nula"),
        (Part::Allocation, "rozdeleni.nazev", " ", "Vyplňte"),
        (Part::Allocation, "rozdeleni.rok", "27", "čtyřmi číslicemi"),
        (Part::Steps, "kroky.0.popis", "a\0", "řídicí znak"),
    ] {
        let wrong = changed(part, &[(path, text)]).unwrap_err();
        assert!(wrong.iter().any(|(at, sentence)| at == path && sentence.contains(words)), "{wrong:?}");
    }
}

#[test]
fn items_move() {
    let mut scheme = scheme();
    let names = |scheme: &Scheme| scheme.table.iter().map(|table| table.name.clone()).collect::<Vec<_>>();
    for (button, expected) in [
        ("pridat", vec!["cena", "uprava", "tabulka_3"]),
        ("vys-2", vec!["cena", "tabulka_3", "uprava"]),
        ("vys-0", vec!["cena", "tabulka_3", "uprava"]),
        ("niz-0", vec!["tabulka_3", "cena", "uprava"]),
        ("smazat-0", vec!["cena", "uprava"]),
        ("smazat-7", vec!["cena", "uprava"]),
    ] {
        Act::read(button).unwrap().apply(&mut scheme, Part::Tables);
        assert_eq!(names(&scheme), expected, "{button}");
    }
    assert_eq!(Act::read("smazat-x"), None);
}

#[test]
fn differences_name_what_changed() {
    let before = scheme();
    let mut after = before.clone();
    after.input[1].max = Some(Number::whole(500));
    after.table[0].rows[0].rate = Number::whole(700_000);
    after.table[0].rows.remove(1);
    after.step.swap(0, 1);
    after.step[3].rule = Rule::Formula("N".to_owned());
    after.allocation.minimum = Some(Number::whole(30_000));
    let found = differences(&before, &after);
    let names: Vec<(&str, &str)> = found.iter().map(|difference| (difference.part, difference.name.as_str())).collect();
    assert_eq!(
        names,
        [
            ("Vstupy", "J_pob"),
            ("Tabulky sazeb", "cena(37; at)"),
            ("Tabulky sazeb", "cena(39; at)"),
            ("Kroky", "V"),
            ("Kroky", "Pořadí kroků"),
            ("Rozdělení", "Nejmenší dotace"),
        ]
    );
    assert_eq!((found[1].before.as_deref(), found[1].after.as_deref()), (Some("684000"), Some("700000")));
    assert_eq!(found[2].after, None);
    assert!(differences(&before, &before).is_empty());
}

#[test]
fn versions_follow_each_other() {
    for (version, taken, next) in [
        ("2027.1", vec![], "2027.2"),
        ("2027.1", vec!["2027.2", "2027.3"], "2027.4"),
        ("zkouška", vec![], "zkouška.2"),
        ("", vec![], ".2"),
        ("99999999999999", vec![], "99999999999999.2"),
    ] {
        let taken: Vec<String> = taken.into_iter().map(str::to_owned).collect();
        assert_eq!(next_version(version, &taken), next);
    }
}
