use super::*;
use crate::subsidy::{
    assessment::WrongItem,
    calculation::command::{Calculation, calculate},
};
use std::collections::BTreeMap;

const SCHEME: &str = r#"
format = 1
name = "Základní"
version = "2027.1"
input = [{ name = "N", label = "Obvyklé náklady", unit = "Kč" }, { name = "V", label = "Obvyklé výnosy", unit = "Kč" },
  { name = "Z", label = "Jiné veřejné zdroje", unit = "Kč" }, { name = "P", label = "Požadavek", unit = "Kč" },
  { name = "E", label = "Chybné položky", unit = "Kč" }]
[[step]]
name = "VP"
label = "Chybí na provoz"
unit = "Kč"
formula = "MAX(0; (N-V-Z)*1)"
[[step]]
name = "MAXIM"
label = "Nejvýše lze dát"
unit = "Kč"
formula = "P-E"
[[step]]
name = "OPT"
label = "Optimální návrh"
unit = "Kč"
formula = "MIN(VP; MAXIM)"
[allocation]
base = "OPT"
round_to = 1000
"#;

fn calculation() -> Calculation {
    let services = "identifikator;N;V;Z;P;E\n1;78300000;47850000;5200000;25400000;412000\n2;30000000;10000000;0;9000000;0\n";
    calculate(SCHEME.as_bytes(), services.as_bytes(), Some("30000000"), None).unwrap()
}

fn explained(decision: Option<&Decision>) -> AwardExplanation {
    let calculation = calculation();
    let wrong = BTreeMap::from([(
        "2.5".to_owned(),
        WrongItem { kind: Verdict::Overvalued, amount: Some(Crowns::new(412_000)), reason: "dražší než obvykle".to_owned() },
    )]);
    let assessment = Assessment { wrong, ..Assessment::default() };
    let requests = BTreeMap::from([("2.5".to_owned(), Crowns::new(500_000)), ("1.1".to_owned(), Crowns::new(24_900_000))]);
    let context = AssessmentContext { requests, ..AssessmentContext::default() };
    let service = Explaining { place: 0, key: "a", assessment: &assessment, context: &context };
    AwardExplanation::new(calculation.report(), (7, "návrh odboru"), service, decision).unwrap()
}

#[test]
fn bars_go_from_costs_to_the_award() {
    let explained = explained(None);
    let bars: Vec<(&str, u64, u64, i64)> = explained.bars.iter().map(|bar| (bar.label.as_str(), bar.from, bar.to, bar.value)).collect();
    assert_eq!(
        bars,
        [
            ("Obvyklé náklady", 0, 78_300_000, 78_300_000),
            ("Obvyklé výnosy", 30_450_000, 78_300_000, 47_850_000),
            ("Jiné veřejné zdroje", 25_250_000, 30_450_000, 5_200_000),
            ("Chybí na provoz", 0, 25_250_000, 25_250_000),
            ("Požadavek", 0, 25_400_000, 25_400_000),
            ("Chybné položky", 24_988_000, 25_400_000, 412_000),
            ("Nejvýše lze dát", 0, 24_988_000, 24_988_000),
            ("Přiznáno", 0, 22_056_000, 22_056_000),
        ]
    );
    assert_eq!(explained.of_each_crown().as_deref(), Some("88,27"));
    assert_eq!((explained.maximum.get(), explained.wrong_sum().get()), (24_988_000, 412_000));
    assert!(explained.wrong[0].row.starts_with("2.5 ") && explained.wrong[0].verdict == "nadhodnocená");
    assert_eq!(serde_json::from_str::<AwardExplanation>(&serde_json::to_string(&explained).unwrap()).unwrap(), explained);
}

#[test]
fn only_money_that_is_not_nothing_is_drawn() {
    let step = |name: &str, unit: &str, formula: &str| format!("[[step]]\nname = \"{name}\"\n{unit}formula = \"{formula}\"\n");
    let scheme = |unit: &str| {
        let steps = [
            step("skupina", "", "5"),
            step("a", unit, "1000"),
            step("b", unit, "2000"),
            step("c", unit, "3000"),
            step("d", unit, "0"),
            step("soucet", unit, "a + (b + c) + d"),
            step("e", unit, "P - 1"),
            step("f", unit, "P - 2"),
            step("g", unit, "P - 3"),
            step("h", unit, "P - 4"),
        ];
        let input = "input = [{ name = \"P\", unit = \"Kč\" }]\n";
        let allocation = "[allocation]\nbase = \"h\"\ngroup = \"skupina\"\nround_to = 1\n";
        format!("format = 1\nname = \"x\"\nversion = \"1\"\n{input}{}{allocation}", steps.concat())
    };
    for unit in ["unit = \"Kč\"\n", ""] {
        let scheme = Scheme::from_toml(&scheme(unit)).unwrap();
        let mut inputs = crate::subsidy::calculation::Sheet::new(["identifikator", "P"]);
        inputs.push(["1", "9000"]);
        let amounts = crate::subsidy::calculation::Amounts::Groups(BTreeMap::from([("5".to_owned(), Fraction::whole(9_000))]));
        let calculation = crate::subsidy::calculation::StoredRun { scheme, inputs, amounts }.calculate().unwrap();
        let labels: Vec<String> = bars(calculation.report(), 0, Crowns::new(8_996)).into_iter().map(|bar| bar.label).collect();
        assert_eq!(labels, ["soucet", "e", "f", "g", "h", "Přiznáno"], "{unit}");
    }
}

/// As in the basic scheme, where the request stands between the costs and what is taken from them.
#[test]
fn what_is_taken_away_follows_what_it_is_taken_from() {
    let scheme = "format = 1
name = \"x\"
version = \"1\"
input = [{ name = \"P\", unit = \"Kč\" }, { name = \"Z\", unit = \"Kč\" }]
step = [
    { name = \"N\", unit = \"Kč\", formula = \"16000\" },
    { name = \"V\", unit = \"Kč\", formula = \"3000\" },
    { name = \"VP\", unit = \"Kč\", formula = \"MAX(0; N - V)\" },
    { name = \"nejvic\", unit = \"Kč\", formula = \"P\" },
    { name = \"OPT\", unit = \"Kč\", formula = \"MIN(nejvic; N - V - Z)\" },
]
[allocation]
base = \"OPT\"
round_to = 1
";
    let scheme = Scheme::from_toml(scheme).unwrap();
    let mut inputs = crate::subsidy::calculation::Sheet::new(["identifikator", "P", "Z"]);
    inputs.push(["1", "9000", "2000"]);
    let amounts = crate::subsidy::calculation::Amounts::One(Fraction::whole(9_000));
    let calculation = crate::subsidy::calculation::StoredRun { scheme, inputs, amounts }.calculate().unwrap();
    let labels: Vec<String> = bars(calculation.report(), 0, Crowns::new(9_000)).into_iter().map(|bar| bar.label).collect();
    assert_eq!(labels, ["N", "V", "VP", "Z", "nejvic", "Přiznáno"]);
}

#[test]
fn steps_of_decision_are_told_with_their_reasons() {
    let rules = rules(calculation().compiled.scheme(), Crowns::new(30_000_000)).unwrap();
    let row = super::super::decision::Row { maximum: Crowns::new(24_988_000), proposed: Crowns::new(22_056_000) };
    let chain = ["odbor".to_owned(), "rada".to_owned(), "zastupitelstvo".to_owned()];
    let mut decision = Decision::new(&chain, rules, BTreeMap::from([("a".to_owned(), row)])).unwrap();
    decision = decision.close("2026-12-01".parse().unwrap(), "1").unwrap();
    decision.change("a", Crowns::new(20_000_000), "menší kapacita").unwrap();
    let explained = explained(Some(&decision));
    assert_eq!(explained.amount().get(), 20_000_000);
    assert_eq!(explained.decided.len(), 2);
    assert_eq!(explained.changed_by().map(|step| (step.step.as_str(), step.reason.as_deref())), Some(("rada", Some("menší kapacita"))));
    assert_eq!(explained.bars.last().map(|bar| bar.to), Some(20_000_000));
}
