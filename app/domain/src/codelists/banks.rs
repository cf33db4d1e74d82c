//! Four-digit codes of banks in the domestic payment system. The list is not complete, so an unknown code is a warning, never an error.

use super::{Validity, lines};
use std::sync::LazyLock;

pub(super) const LIST: &str = include_str!("../../../../server/store/codelists/kody_bank.csv");

static ROWS: LazyLock<Vec<Bank>> = LazyLock::new(|| {
    lines(LIST)
        .filter_map(|row| {
            let [code, name, from, to, source] = row[..] else { return None };
            Some(Bank { code, name, validity: Validity::of_columns(from, to), source })
        })
        .collect()
});

/// A bank of the code list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bank {
    /// Four digits.
    pub code: &'static str,
    /// Name in Czech.
    pub name: &'static str,
    /// When the code was in use.
    pub validity: Validity,
    /// Where the row comes from, and what remains to be verified.
    pub source: &'static str,
}

/// All rows.
pub fn banks() -> &'static [Bank] {
    &ROWS
}

/// The bank with a code, valid or not.
pub fn bank(code: &str) -> Option<&'static Bank> {
    ROWS.iter().find(|bank| bank.code == code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_have_four_digits() {
        assert!(banks().iter().all(|b| b.code.len() == 4 && b.code.bytes().all(|d| d.is_ascii_digit())));
        assert_eq!(bank("0710").map(|b| b.name), Some("Česká národní banka"));
        assert!(bank("9999").is_none());
        assert!(!bank("6800").unwrap().validity.in_year(2026));
    }
}
