//! Every case of `data/calculation_cases.json`, whose results come from an independent program in exact fractions.

#![expect(clippy::unwrap_used, reason = "a test may stop at anything unexpected")]

use domain::subsidy::calculation::{command::calculate, faults_to_json};
use serde_json::Value;
use std::io::Write as _;

/// Errors are compared by code, step and service; their order, position and message are not.
fn errors(of: &Value) -> Vec<[String; 3]> {
    let mut errors: Vec<[String; 3]> = of["errors"]
        .as_array()
        .map(|errors| errors.iter().map(|error| ["code", "step", "identifikator"].map(|key| error[key].to_string())).collect())
        .unwrap_or_default();
    errors.sort();
    errors
}

fn outcome(case: &Value) -> Value {
    let text = |key: &str| case[key].as_str().unwrap_or_default();
    let outcome = calculate(
        text("scheme").as_bytes(),
        text("services").as_bytes(),
        case["allocation"].as_str(),
        case["groups"].as_str().map(str::as_bytes),
    );
    let json = match outcome {
        Ok(calculation) => calculation.report().to_json(),
        Err(faults) => faults_to_json(&faults),
    };
    serde_json::from_str(&json.unwrap()).unwrap()
}

#[test]
fn all_cases_agree() {
    let cases: Vec<Value> = serde_json::from_str(include_str!("data/calculation_cases.json")).unwrap();
    let mut wrong = Vec::new();
    for case in &cases {
        let (expected, outcome) = (&case["expected"], outcome(case));
        let agrees = if expected["errors"].is_array() { errors(expected) == errors(&outcome) } else { *expected == outcome };
        if !agrees {
            wrong.push(format!("{}\n  expected {expected}\n  got      {outcome}", case["name"]));
        }
    }
    // Not println!: of a test that passes its output is not shown.
    writeln!(std::io::stderr(), "{} cases ran natively, {} disagree", cases.len(), wrong.len()).unwrap();
    assert_eq!(cases.len(), 128);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
