//! Amounts in Czech crowns. Never a float: haléře are exact, and whole crowns stand where the law wants them.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::{fmt, iter::Sum, ops};

/// An amount in Kč with two decimals at most (NUMERIC(14,2) in the database).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Money(Decimal);

/// Why a text is not an amount.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotMoney {
    /// Letters, several separators, too many decimals.
    #[error("„{0}“ není částka. Napište ji číslicemi, například 1 234 567 nebo 1234567,50.")]
    Unreadable(String),
    /// Beyond NUMERIC(14,2).
    #[error("Částka je příliš vysoká. Nejvyšší možná je 999 999 999 999,99 Kč.")]
    TooLarge,
}

/// No-break space between thousands.
pub const GROUP: char = '\u{202f}';

impl Money {
    /// Nothing.
    pub const ZERO: Self = Self(Decimal::ZERO);

    /// Whole crowns.
    pub fn crowns(crowns: i64) -> Self {
        Self(Decimal::from(crowns))
    }

    /// An exact decimal amount; more than two decimals are rounded half away from zero.
    pub fn from_decimal(value: Decimal) -> Self {
        Self(value.round_dp_with_strategy(2, rust_decimal::RoundingStrategy::MidpointAwayFromZero))
    }

    /// The amount as a decimal number.
    pub fn decimal(self) -> Decimal {
        self.0
    }

    /// The whole crowns, when there are no haléře.
    pub fn whole(self) -> Option<i64> {
        if self.0.fract().is_zero() { i64::try_from(self.0.trunc().mantissa() / 10_i128.pow(self.0.trunc().scale())).ok() } else { None }
    }

    /// Below zero.
    pub fn is_negative(self) -> bool {
        self.0 < Decimal::ZERO
    }

    /// Zero.
    pub fn is_zero(self) -> bool {
        self.0.is_zero()
    }

    /// Reads what a clerk types or pastes: `1 234,50`, `1234.5`, `1 234 Kč`, also with no-break spaces and U+2212.
    pub fn parse(text: &str) -> Result<Self, NotMoney> {
        let shown = || NotMoney::Unreadable(text.chars().take(40).collect());
        let trimmed = text.trim();
        let trimmed = trimmed.strip_suffix("Kč").or_else(|| trimmed.strip_suffix("kč")).unwrap_or(trimmed).trim();
        let (sign, digits) = match trimmed.strip_prefix(['-', '\u{2212}']) {
            Some(rest) => ("-", rest),
            None => ("", trimmed.strip_prefix('+').unwrap_or(trimmed)),
        };
        let plain = crate::text::plain_number(digits).ok_or_else(shown)?;
        if plain.split('.').next().is_some_and(|whole| whole.trim_start_matches('0').len() > 12) {
            return Err(NotMoney::TooLarge);
        }
        if plain.split_once('.').is_some_and(|(_, decimals)| decimals.trim_end_matches('0').len() > 2) {
            return Err(shown());
        }
        format!("{sign}{plain}").parse::<Decimal>().map(Self::from_decimal).map_err(|_| shown())
    }

    /// `1 234 567` or `1 234 567,50`, thousands by a narrow no-break space, minus as U+2212; without the unit.
    pub fn plain(self) -> String {
        let text = if self.0.fract().is_zero() { self.0.trunc().abs().normalize().to_string() } else { format!("{:.2}", self.0.abs()) };
        let (whole, decimals) = text.split_once('.').map_or((text.as_str(), None), |(w, d)| (w, Some(d)));
        let mut out = String::new();
        if self.is_negative() {
            out.push('\u{2212}');
        }
        out.push_str(&group_thousands(whole));
        if let Some(decimals) = decimals {
            out.push(',');
            out.push_str(decimals);
        }
        out
    }
}

/// Puts a narrow no-break space between groups of three digits.
pub fn group_thousands(digits: &str) -> String {
    let mut out = String::with_capacity(digits.len() + digits.len() / 3 * 3);
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(GROUP);
        }
        out.push(c);
    }
    out
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\u{a0}Kč", self.plain())
    }
}

impl ops::Add for Money {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl ops::Sub for Money {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl ops::Neg for Money {
    type Output = Self;
    fn neg(self) -> Self {
        Self(-self.0)
    }
}

impl ops::AddAssign for Money {
    fn add_assign(&mut self, other: Self) {
        self.0 += other.0;
    }
}

impl Sum for Money {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, ops::Add::add)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_people_write() {
        for (text, shown) in [
            ("1 234,50", "1\u{202f}234,50"),
            ("1234.5", "1\u{202f}234,50"),
            ("1 234 Kč", "1\u{202f}234"),
            ("1\u{a0}234\u{202f}567", "1\u{202f}234\u{202f}567"),
            ("0", "0"),
            ("000", "0"),
            ("-12", "\u{2212}12"),
            ("\u{2212}0,5", "\u{2212}0,50"),
            ("999999999999,99", "999\u{202f}999\u{202f}999\u{202f}999,99"),
            ("100000", "100\u{202f}000"),
        ] {
            assert_eq!(Money::parse(text).unwrap().plain(), shown, "{text}");
        }
    }

    #[test]
    fn refuses_the_rest() {
        for text in ["", " ", "1e400", "1.234.567", "12,345", "1,2,3", "abc", "1\0", "٣", "--1", "+-1", "12 34", "1000000000000"] {
            assert!(Money::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn knows_whole_crowns() {
        assert_eq!(Money::parse("1200").unwrap().whole(), Some(1200));
        assert_eq!(Money::parse("12,00").unwrap().whole(), Some(12));
        assert_eq!(Money::parse("12,10").unwrap().whole(), None);
    }

    proptest::proptest! {
        #[test]
        fn what_is_shown_is_read_back(crowns in -999_999_999_999_i64..999_999_999_999, hundredths in 0_i64..100) {
            let amount = Money::from_decimal(Decimal::new(crowns, 0) + Decimal::new(hundredths, 2));
            proptest::prop_assert_eq!(Money::parse(&amount.to_string()).unwrap(), amount);
        }
    }
}
