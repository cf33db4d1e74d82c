//! The edge where exact numbers become what a spreadsheet can hold.

use domain::subsidy::calculation::{Fraction, Value};
use num_traits::ToPrimitive as _;

/// The nearest number of a spreadsheet.
pub fn float(value: &Fraction) -> f64 {
    if let Some(n) = value.exact_decimal().and_then(|text| text.parse().ok()) {
        return n;
    }
    value.numerator().to_f64().unwrap_or(f64::MAX) / value.denominator().to_f64().unwrap_or(1.0)
}

/// The result of a formula as it is stored beside it.
pub fn result(value: &Value) -> String {
    match value {
        Value::Number(number) => of_number(number),
        Value::Text(text) => text.to_string(),
        Value::Truth(true) => "TRUE".to_owned(),
        Value::Truth(false) => "FALSE".to_owned(),
    }
}

/// A number as the result of a formula.
pub fn of_number(value: &Fraction) -> String {
    float(value).to_string()
}
