//! The worked examples of the computation of support: a home for seniors, home care, social activation services asked of two kraje, and the
//! division of a kraj's money among them. The numbers come from the published examples, not from this program.

#![expect(clippy::unwrap_used, reason = "a test may stop at anything unexpected")]

use domain::subsidy::calculation::{Amounts, BUILTIN, Calculation, Fraction, LeftReason, Reason, Scheme, Sheet};

const HOME: &[(&str, &str)] = &[
    ("identifikator", "1000001"),
    ("druh", "49"),
    ("J_pob", "60"),
    ("obloznost", "0,95"),
    ("uhrada_den", "455"),
    ("stupen_1", "6"),
    ("stupen_2", "12"),
    ("stupen_3", "20"),
    ("stupen_4", "19"),
    ("zp_luzko", "24 000"),
    ("Z", "2100000"),
    ("P", "9800000"),
    ("E", "150000"),
    ("podporit", "1"),
];

const HOME_CARE: &[(&str, &str)] = &[
    ("identifikator", "1000002"),
    ("druh", "40"),
    ("J_at", "8,5"),
    ("hodiny_uvazek", "1000"),
    ("uhrada_hodina", "130"),
    ("vytizeni", "0,9"),
    ("Z", "1300000"),
    ("P", "3400000"),
    ("podporit", "1"),
];

/// Social activation services for families from 1 April, as one of two kraje is asked.
fn activation(share: &'static str, request: &'static str, others: &'static str) -> Vec<(&'static str, &'static str)> {
    vec![
        ("identifikator", "1000003"),
        ("druh", "65"),
        ("J_at", "4,2"),
        ("mesice_at", "9"),
        ("Z", others),
        ("P", request),
        ("podil", share),
        ("podporit", "1"),
    ]
}

fn basic(services: &[&[(&'static str, &str)]], allocation: i64) -> Calculation {
    let compiled = Scheme::from_toml(BUILTIN[0].toml).unwrap().compile().unwrap();
    let rows = services.iter().map(|row| row.iter().map(|(name, cell)| (*name, (*cell).to_owned())).collect());
    let services = compiled.services(&Sheet::of_named(rows)).unwrap();
    let run = compiled.run(&services, &Amounts::One(Fraction::whole(allocation))).unwrap();
    Calculation { compiled, services, run }
}

fn step(calculation: &Calculation, name: &str, service: usize) -> i64 {
    let step = calculation.compiled.scheme().step.iter().position(|step| step.name == name).unwrap();
    calculation.run.steps[step][service].number().unwrap().to_i64().unwrap()
}

#[test]
fn example_1_home_for_seniors() {
    let run = basic(&[HOME], 100_000_000);
    for (name, value) in [
        ("skupina", 5),
        ("N", 31_200_000),
        ("V_pobyt", 9_461_088),
        ("V_pece", 8_146_560),
        ("V_zp", 1_440_000),
        ("V", 19_047_648),
        ("VP", 12_152_352),
        ("MAX", 9_650_000),
        ("OPT", 9_650_000),
    ] {
        assert_eq!(step(&run, name, 0), value, "{name}");
    }
    assert_eq!(step(&run, "VP", 0) - 2_100_000, 10_052_352);
}

#[test]
fn example_2_home_care() {
    let run = basic(&[HOME_CARE], 100_000_000);
    for (name, value) in [("skupina", 2), ("N", 5_440_000), ("V", 994_500), ("VP", 4_445_500), ("OPT", 3_145_500)] {
        assert_eq!(step(&run, name, 0), value, "{name}");
    }
}

#[test]
fn example_3_two_kraje() {
    let x = basic(&[&activation("0,7", "1400000", "0")], 100_000_000);
    assert_eq!((step(&x, "N", 0), step(&x, "OPT", 0)), (2_173_500, 1_400_000));
    let y = basic(&[&activation("0,3", "600000", "0")], 100_000_000);
    assert_eq!(step(&y, "OPT", 0), 600_000);
}

#[test]
fn example_3b_with_money_of_the_municipality() {
    let x = basic(&[&activation("0,7", "1400000", "373500")], 100_000_000);
    assert_eq!(step(&x, "OPT", 0), 1_260_000);
    let y = basic(&[&activation("0,3", "600000", "373500")], 100_000_000);
    assert_eq!(step(&y, "OPT", 0), 540_000);
}

#[test]
fn example_4_reduction() {
    let run = basic(&[HOME, HOME_CARE, &activation("0,7", "1400000", "0")], 12_000_000);
    let results = &run.run.results;
    let group = &run.run.groups[0];
    assert_eq!(group.k, "24000/28391".parse().unwrap());
    assert_eq!((group.awarded.to_i64(), group.left_reason), (Some(12_000_000), None::<LeftReason>));
    let shares: Vec<String> =
        results.iter().map(|result| result.share.round(2, domain::subsidy::calculation::Rounding::HalfAway).shown()).collect();
    assert_eq!(shares, ["8157514.71", "2659011.66", "1183473.64"]);
    let awards: Vec<Option<i64>> = results.iter().map(|result| result.award.to_i64()).collect();
    assert_eq!(awards, [Some(8_158_000), Some(2_659_000), Some(1_183_000)]);
    assert_eq!(results.iter().map(|result| result.reason).collect::<Vec<_>>(), [Some(Reason::Remainder), None, None]);
}

/// What a provider got too much in the year, by a scheme as a kraj can write it: the home of example 1 after its year.
#[test]
fn example_5_too_much_compensation() {
    const SETTLEMENT: &str = r#"
format = 1
name = "Nadměrná vyrovnávací platba"
version = "1"
input = [{ name = "naklady", unit = "Kč" }, { name = "vynosy", unit = "Kč" }, { name = "verejne", unit = "Kč" }]
param = [{ name = "mez", value = "0,1" }]
step = [
    { name = "cista", unit = "Kč", formula = "naklady - vynosy" },
    { name = "navic", unit = "Kč", formula = "MAX(0; verejne - cista)" },
    { name = "cast", formula = "navic / verejne" },
    { name = "prevest", unit = "Kč", formula = "KDYŽ(cast <= mez; navic; 0)" },
    { name = "vratit", unit = "Kč", formula = "navic - prevest" },
]
allocation = { base = "vratit", round_to = 1 }
"#;
    let compiled = Scheme::from_toml(SETTLEMENT).unwrap().compile().unwrap();
    let settled = |public: i64| {
        let row = [("identifikator", "1"), ("naklady", "30400000"), ("vynosy", "19600000")].map(|(name, cell)| (name, cell.to_owned()));
        let row = row.into_iter().chain([("verejne", public.to_string())]).collect();
        let services = compiled.services(&Sheet::of_named([row])).unwrap();
        let run = compiled.run(&services, &Amounts::One(Fraction::whole(100_000_000))).unwrap();
        run.steps.iter().map(|step| step[0].number().cloned().unwrap()).collect::<Vec<_>>()
    };
    let crowns = |steps: &[Fraction]| [0, 1, 3, 4].map(|at| steps[at].to_i64().unwrap());
    let example = settled(8_158_000 + 2_100_000 + 1_000_000);
    assert_eq!(crowns(&example), [10_800_000, 458_000, 458_000, 0]);
    assert_eq!(example[2].round(4, domain::subsidy::calculation::Rounding::HalfAway).shown(), "0.0407");
    let boundary = settled(12_000_000);
    assert_eq!((crowns(&boundary), boundary[2].shown()), ([10_800_000, 1_200_000, 1_200_000, 0], "0.1".to_owned()));
    assert_eq!(crowns(&settled(12_000_001)), [10_800_000, 1_200_001, 0, 1_200_001]);
    assert_eq!(crowns(&settled(10_000_000)), [10_800_000, 0, 0, 0]);
}

#[test]
fn the_lower_of_computation_and_assessor_holds() {
    let with = |name: &'static str, cell: &'static str| {
        let mut row = HOME_CARE.to_vec();
        row.retain(|(known, _)| *known != name);
        row.push((name, cell));
        step(&basic(&[&row], 100_000_000), "OPT", 0)
    };
    assert_eq!(with("optimum_hodnotitele", ""), 3_145_500);
    assert_eq!(with("optimum_hodnotitele", "3000000"), 3_000_000);
    assert_eq!(with("optimum_hodnotitele", "9000000"), 3_145_500);
    assert_eq!(with("optimum_hodnotitele", "0"), 0);
    assert_eq!(with("podporit", "0"), 0);
}

#[test]
fn a_service_with_both_forms_belongs_to_the_larger() {
    let both = [("identifikator", "1"), ("druh", "60a"), ("J_pob", "3"), ("J_at", "2"), ("P", "9000000"), ("podporit", "1")];
    let run = basic(&[&both], 100_000_000);
    assert_eq!((step(&run, "skupina_pob", 0), step(&run, "skupina_at", 0)), (4, 1));
    assert_eq!(step(&run, "skupina", 0), if step(&run, "N_pob", 0) >= step(&run, "N_at", 0) { 4 } else { 1 });
    assert_eq!(step(&run, "N", 0), step(&run, "N_pob", 0) + step(&run, "N_at", 0));
    assert_eq!(run.run.results.len(), 1);
}

#[test]
fn a_type_in_no_group_is_an_error() {
    let compiled = Scheme::from_toml(BUILTIN[0].toml).unwrap().compile().unwrap();
    let row = [("identifikator", "1"), ("druh", "36"), ("J_at", "2"), ("P", "1"), ("podporit", "1")];
    let services = compiled.services(&Sheet::of_named([row.map(|(name, cell)| (name, cell.to_owned())).to_vec()])).unwrap();
    let faults = compiled.run(&services, &Amounts::One(Fraction::ONE)).unwrap_err();
    assert_eq!(faults[0].code.as_str(), "missing_rate");
}

#[test]
fn criteria_move_the_price_by_a_fifth() {
    let compiled = Scheme::from_toml(BUILTIN[1].toml).unwrap().compile().unwrap();
    for (points, optimum) in [("0", 800_000), ("10", 1_200_000)] {
        let cells = [
            ("identifikator", "1"),
            ("druh", "49"),
            ("J_pob", "10"),
            ("uhrady_uzivatelu", "3000000"),
            ("Z", "940000"),
            ("P", "5000000"),
            ("podporit", "1"),
            ("body_personal", points),
            ("body_nepretrzite", points),
            ("body_skupina", points),
        ];
        let services = compiled.services(&Sheet::of_named([cells.map(|(name, cell)| (name, cell.to_owned())).to_vec()])).unwrap();
        let run = compiled.run(&services, &Amounts::One(Fraction::whole(10_000_000))).unwrap();
        // 10 beds of 494,000 Kč without 3,000,000 and 940,000 Kč are 1,000,000 Kč.
        assert_eq!(run.results[0].award.to_i64(), Some(optimum));
    }
}
