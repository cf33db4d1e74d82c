//! Names of inputs, parameters, tables and steps: any alphabet, in NFC, upper and lower case the same.

use super::formula::Function;
use crate::unicode::{is_combining_mark, nfc};

/// Characters of the longest name.
pub const LONGEST: usize = 64;
/// The column that names the service; never a value.
pub const IDENTIFIKATOR: &str = "identifikator";
/// How the columns that a run adds begin.
pub const RESULT_PREFIX: &str = "vysledek_";

/// The form in which names are compared: NFC, lower case.
pub fn folded(name: &str) -> String {
    if name.is_ascii() {
        return name.to_ascii_lowercase();
    }
    nfc(&nfc(name).chars().flat_map(char::to_lowercase).collect::<String>())
}

/// The form in which a name is kept: NFC.
pub fn composed(name: &str) -> String {
    nfc(name)
}

/// A letter, then letters, digits and `_`, in NFC and of a length that fits.
pub fn is_name(name: &str) -> bool {
    let mut chars = name.chars();
    chars.next().is_some_and(starts_name) && chars.all(continues_name) && name.chars().count() <= LONGEST
}

/// A letter of any alphabet.
pub fn starts_name(c: char) -> bool {
    c.is_alphabetic() && !is_combining_mark(c)
}

/// A letter, a digit or `_`.
pub fn continues_name(c: char) -> bool {
    starts_name(c) || c.is_ascii_digit() || c == '_'
}

/// The truth value that a folded name is.
pub fn truth(folded: &str) -> Option<bool> {
    match folded {
        "pravda" | "true" => Some(true),
        "nepravda" | "false" => Some(false),
        _ => None,
    }
}

/// A folded name that nothing in a scheme may bear.
pub fn is_taken(folded: &str) -> bool {
    truth(folded).is_some() || folded == IDENTIFIKATOR || folded.starts_with(RESULT_PREFIX)
}

/// A folded name that a table may not bear.
pub fn is_function(folded: &str) -> bool {
    Function::named(folded).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compares_names_as_people_do() {
        assert_eq!(folded("Průměr"), folded("PRU\u{30a}MĚR"));
        assert!(is_name("sazba_2") && is_name("ž") && is_name("δ1"));
        for name in ["", "2x", "_x", "a b", "a.b", "a-b", &"x".repeat(65)] {
            assert!(!is_name(name), "{name}");
        }
        assert!(is_taken("nepravda") && is_taken("vysledek_k") && !is_taken("vysledek"));
    }
}
