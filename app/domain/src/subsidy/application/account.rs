//! Domestic bank accounts: `prefix-number/bank`, prefix and number with a checksum modulo 11 (vyhláška č. 169/2011 Sb.).

use crate::subsidy::amount::shown;
use serde::{Deserialize, Serialize};
use std::fmt;

/// An account that can be read; whether its checksums hold is a check of its own (Z04).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct BankAccount {
    prefix: String,
    number: String,
    bank: String,
}

/// Why a text is no account.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotAnAccount {
    /// The shape.
    #[error("„{0}“ není číslo účtu. Napište je jako 19-2000145399/0800: předčíslí (může chybět), číslo, lomítko a čtyřmístný kód banky.")]
    Shape(String),
    /// No slash.
    #[error("Za číslem účtu „{0}“ chybí kód banky. Doplňte lomítko a čtyři číslice, například /0800.")]
    NoBank(String),
}

/// Which part of an account fails its checksum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrong {
    /// The prefix.
    Prefix,
    /// The number.
    Number,
    /// Fewer than two digits that are not zero.
    TooFew,
}

impl BankAccount {
    /// Reads `19-2000145399/0800` or `2000145399/0800`; spaces are ignored.
    pub fn parse(text: &str) -> Result<Self, NotAnAccount> {
        let compact: String = text.chars().filter(|c| !matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '\t')).collect();
        let shape = || NotAnAccount::Shape(shown(text));
        let digits = |s: &str, least: usize, most: usize| (least..=most).contains(&s.len()) && s.bytes().all(|b| b.is_ascii_digit());
        let Some((account, bank)) = compact.split_once('/') else {
            let only_digits = compact.bytes().all(|b| b.is_ascii_digit() || b == b'-') && compact.len() >= 2;
            return Err(if only_digits { NotAnAccount::NoBank(shown(text)) } else { shape() });
        };
        let (prefix, number) = account.split_once(['-', '\u{2013}']).unwrap_or(("", account));
        if !digits(prefix, 0, 6) || !digits(number, 2, 10) || !digits(bank, 4, 4) {
            return Err(shape());
        }
        Ok(Self { prefix: prefix.trim_start_matches('0').to_owned(), number: number.to_owned(), bank: bank.to_owned() })
    }

    /// Four digits.
    pub fn bank(&self) -> &str {
        &self.bank
    }

    /// The first part whose checksum fails; none if the account is right.
    pub fn wrong(&self) -> Option<Wrong> {
        const WEIGHTS: [u32; 10] = [6, 3, 7, 9, 10, 5, 8, 4, 2, 1];
        let holds = |digits: &str| {
            let weights = WEIGHTS.iter().skip(10_usize.saturating_sub(digits.len()));
            let sum: u32 = digits.bytes().zip(weights).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
            sum.is_multiple_of(11)
        };
        if self.number.bytes().filter(|digit| *digit != b'0').count() < 2 {
            Some(Wrong::TooFew)
        } else if !holds(&self.prefix) {
            Some(Wrong::Prefix)
        } else if !holds(&self.number) {
            Some(Wrong::Number)
        } else {
            None
        }
    }
}

impl fmt::Display for BankAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.prefix.is_empty() {
            write!(f, "{}-", self.prefix)?;
        }
        write!(f, "{}/{}", self.number, self.bank)
    }
}

impl TryFrom<String> for BankAccount {
    type Error = NotAnAccount;
    fn try_from(text: String) -> Result<Self, NotAnAccount> {
        Self::parse(&text)
    }
}

impl From<BankAccount> for String {
    fn from(account: BankAccount) -> Self {
        account.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_accounts_pass_and_changed_ones_fail() {
        for (text, printed, wrong) in [
            ("19-2000145399/0800", "19-2000145399/0800", None),
            (" 000019 - 2000145399 / 0800", "19-2000145399/0800", None),
            ("19-2000145398/0800", "19-2000145398/0800", Some(Wrong::Number)),
            ("18-2000145399/0800", "18-2000145399/0800", Some(Wrong::Prefix)),
            ("2000145399/0800", "2000145399/0800", None),
            ("0000000001/0800", "0000000001/0800", Some(Wrong::TooFew)),
        ] {
            let account = BankAccount::parse(text).unwrap();
            assert_eq!((account.to_string().as_str(), account.wrong()), (printed, wrong), "{text}");
        }
    }

    #[test]
    fn refuses_other_shapes_with_a_sentence() {
        for text in ["", "abc", "1/0800", "12345678901/0800", "1234567-19/0800", "19/080", "19-19-19/0800", "CZ65 0800 0000 1920 0014 5399"]
        {
            assert!(matches!(BankAccount::parse(text), Err(NotAnAccount::Shape(_))), "{text}");
        }
        assert!(matches!(BankAccount::parse("2000145399"), Err(NotAnAccount::NoBank(_))));
    }

    proptest::proptest! {
        /// Each weight is prime to 11, so one changed digit is always noticed.
        #[test]
        fn one_wrong_digit_is_noticed(number in 10_u64..9_999_999_000, at in 0_usize..10, step in 1_u8..10) {
            let read = |text: &str| BankAccount::parse(&format!("{text}/0800")).unwrap();
            let text = (number..).map(|number| format!("{number:010}")).find(|text| read(text).wrong().is_none()).unwrap();
            let mut digits = text.into_bytes();
            digits[at] = b'0' + (digits[at] - b'0' + step) % 10;
            proptest::prop_assert!(read(std::str::from_utf8(&digits).unwrap()).wrong().is_some());
        }

        #[test]
        fn nothing_typed_panics(text in "\\PC*") {
            let _ = BankAccount::parse(&text);
        }
    }
}
