//! The three numbers of an application: whole crowns, units, and shares in percent. Each reads what people type and says in Czech what is
//! wrong with the rest.

use crate::{
    money::{Money, NotMoney, group_thousands},
    text::plain_number,
};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::{fmt, iter::Sum, ops};

/// Whole crowns, never below zero (check Z14).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Crowns(u64);

/// Why a text is no amount in whole crowns.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotCrowns {
    /// Not an amount at all.
    #[error(transparent)]
    NotMoney(#[from] NotMoney),
    /// Haléře.
    #[error("Částky se uvádějí v celých korunách. Zaokrouhlete {0} na celé koruny.")]
    Fraction(Money),
    /// Below zero.
    #[error("Částka nemůže být záporná. Napište nulu nebo kladnou částku.")]
    Negative,
}

impl Crowns {
    /// Nothing.
    pub const ZERO: Self = Self(0);
    /// The highest amount of one field.
    pub const MAX: Self = Self(999_999_999_999);

    /// So many crowns.
    pub const fn new(crowns: u64) -> Self {
        Self(crowns)
    }

    /// The number.
    pub const fn get(self) -> u64 {
        self.0
    }

    /// Nothing.
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// Reads `1 234`, `1234 Kč`, `1234,00`; 0 … 999 999 999 999.
    pub fn parse(text: &str) -> Result<Self, NotCrowns> {
        let amount = Money::parse(text)?;
        if amount.is_negative() {
            return Err(NotCrowns::Negative);
        }
        let crowns = amount.whole().ok_or(NotCrowns::Fraction(amount))?;
        u64::try_from(crowns).map(Self).map_err(|_| NotCrowns::Negative)
    }

    /// Whole crowns of an amount; none if it is negative or has haléře.
    pub fn of_money(amount: Money) -> Option<Self> {
        amount.whole().and_then(|crowns| u64::try_from(crowns).ok()).map(Self)
    }

    /// As money.
    pub fn money(self) -> Money {
        Money::from_decimal(Decimal::from(self.0))
    }

    /// `1 234 567`, without the unit.
    pub fn plain(self) -> String {
        group_thousands(&self.0.to_string())
    }

    /// The difference, nothing if the other is larger.
    pub const fn less(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl fmt::Display for Crowns {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\u{a0}Kč", self.plain())
    }
}

impl ops::Add for Crowns {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl ops::AddAssign for Crowns {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sum for Crowns {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, ops::Add::add)
    }
}

/// Units of a computation group (lůžko or úvazek) in thousandths; 0 … 99 999,999.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Units(u32);

/// Why a text is no number of units.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotUnits {
    /// No number, or more than three decimals.
    #[error("„{0}“ není počet jednotek. Napište číslo s nejvýše třemi desetinnými místy, například 8,5.")]
    Unreadable(String),
    /// Beyond the limit.
    #[error("Počet jednotek je příliš vysoký. Nejvyšší možný je 99 999,999.")]
    TooLarge,
}

impl Units {
    /// So many thousandths.
    pub const fn thousandths(thousandths: u32) -> Self {
        Self(thousandths)
    }

    /// The exact number.
    pub fn decimal(self) -> Decimal {
        Decimal::new(i64::from(self.0), 3).normalize()
    }

    /// None at all.
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// Reads `8,5`, `60`.
    pub fn parse(text: &str) -> Result<Self, NotUnits> {
        let thousandths = fixed(text, 3).ok_or_else(|| NotUnits::Unreadable(shown(text)))?;
        u32::try_from(thousandths).ok().filter(|n| *n <= 99_999_999).map(Self).ok_or(NotUnits::TooLarge)
    }
}

impl fmt::Display for Units {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&printed(u64::from(self.0), 3, false))
    }
}

/// A share in hundredths of a percent, 0 … 10 000 (100,00 %).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u16", into = "u16")]
pub struct Share(u16);

/// Why something is no share.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotShare {
    /// No number, or more than two decimals.
    #[error("„{0}“ není podíl. Napište procenta s nejvýše dvěma desetinnými místy, například 33,34.")]
    Unreadable(String),
    /// Over the whole.
    #[error("Podíl může být nejvýše 100 %. Opravte jej, aby součet podílů dával 100,00 %.")]
    TooLarge,
}

impl Share {
    /// 100,00 %.
    pub const WHOLE: Self = Self(10_000);

    /// So many hundredths of a percent.
    pub fn hundredths(hundredths: u16) -> Result<Self, NotShare> {
        if hundredths <= 10_000 { Ok(Self(hundredths)) } else { Err(NotShare::TooLarge) }
    }

    /// Hundredths of a percent.
    pub const fn get(self) -> u16 {
        self.0
    }

    /// The share as a fraction of one, e.g. 0.3334.
    pub fn fraction(self) -> Decimal {
        Decimal::new(i64::from(self.0), 4).normalize()
    }

    /// Reads `33,34` or `33.34 %`.
    pub fn parse(text: &str) -> Result<Self, NotShare> {
        let number = text.trim().trim_end_matches('%').trim_end();
        let hundredths = fixed(number, 2).ok_or_else(|| NotShare::Unreadable(shown(text)))?;
        u16::try_from(hundredths).map_err(|_| NotShare::TooLarge).and_then(Self::hundredths)
    }

    /// `33,34`, without the sign.
    pub fn plain(self) -> String {
        printed(u64::from(self.0), 2, true)
    }
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\u{a0}%", self.plain())
    }
}

impl TryFrom<u16> for Share {
    type Error = NotShare;
    fn try_from(hundredths: u16) -> Result<Self, NotShare> {
        Self::hundredths(hundredths)
    }
}

impl From<Share> for u16 {
    fn from(share: Share) -> Self {
        share.0
    }
}

/// A number with at most so many decimals, scaled to a whole number.
fn fixed(text: &str, decimals: usize) -> Option<u64> {
    let plain = plain_number(text.trim())?;
    let (whole, rest) = plain.split_once('.').unwrap_or((&plain, ""));
    let rest = rest.trim_end_matches('0');
    if rest.len() > decimals {
        return None;
    }
    format!("{whole}{rest:0<decimals$}").parse().ok().or(Some(u64::MAX))
}

fn printed(scaled: u64, decimals: u32, keep_zeros: bool) -> String {
    let one = 10_u64.pow(decimals);
    let whole = group_thousands(&(scaled / one).to_string());
    let rest = format!("{:0>width$}", scaled % one, width = decimals as usize);
    let rest = if keep_zeros { rest.as_str() } else { rest.trim_end_matches('0') };
    if rest.is_empty() { whole } else { format!("{whole},{rest}") }
}

/// The start of a text as an error shows it.
pub(crate) fn shown(text: &str) -> String {
    text.trim().chars().filter(|c| !c.is_control()).take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crowns_are_whole_and_not_negative() {
        assert_eq!(Crowns::parse("1 234 567 Kč"), Ok(Crowns::new(1_234_567)));
        assert_eq!(Crowns::parse("999 999 999 999"), Ok(Crowns::MAX));
        assert_eq!(Crowns::parse("12,00"), Ok(Crowns::new(12)));
        assert_eq!(Crowns::parse("-1"), Err(NotCrowns::Negative));
        assert!(matches!(Crowns::parse("12,50"), Err(NotCrowns::Fraction(_))));
        for text in ["", "1e400", "1000000000000", "12a", "NaN"] {
            assert!(matches!(Crowns::parse(text), Err(NotCrowns::NotMoney(_))), "{text}");
        }
        assert_eq!(Crowns::new(1_234).to_string(), "1\u{202f}234\u{a0}Kč");
        assert_eq!(Crowns::of_money(Crowns::MAX.money()), Some(Crowns::MAX));
    }

    #[test]
    fn shares_have_two_decimals() {
        for (text, hundredths) in [("33,34", 3334), ("33.34 %", 3334), ("100", 10_000), ("0,5", 50), ("7,10", 710), ("50,000", 5000)] {
            assert_eq!(Share::parse(text).map(Share::get), Ok(hundredths), "{text}");
        }
        assert_eq!(Share::parse("100,01"), Err(NotShare::TooLarge));
        assert_eq!(Share::parse("99999999999999999999999"), Err(NotShare::TooLarge));
        for text in ["", "%", "33,345", "-1", "abc"] {
            assert!(matches!(Share::parse(text), Err(NotShare::Unreadable(_))), "{text}");
        }
        assert_eq!(Share::WHOLE.to_string(), "100,00\u{a0}%");
        assert!(serde_json::from_str::<Share>("10001").is_err());
    }

    #[test]
    fn units_have_three_decimals() {
        for (text, thousandths, printed) in [("8,5", 8_500, "8,5"), ("60", 60_000, "60"), ("0.125", 125, "0,125")] {
            let units = Units::parse(text).unwrap();
            assert_eq!((units, units.to_string().as_str()), (Units::thousandths(thousandths), printed));
        }
        assert_eq!(Units::parse("8,5").unwrap().decimal(), Decimal::new(85, 1));
        assert_eq!(Units::parse("100000"), Err(NotUnits::TooLarge));
        assert!(matches!(Units::parse("1,2345"), Err(NotUnits::Unreadable(_))));
    }

    proptest::proptest! {
        #[test]
        fn what_is_printed_is_read_back(crowns in 0_u64..=999_999_999_999, share in 0_u16..=10_000, units in 0_u32..=99_999_999) {
            let share = Share::hundredths(share).unwrap();
            proptest::prop_assert_eq!(Crowns::parse(&Crowns::new(crowns).plain()).unwrap(), Crowns::new(crowns));
            proptest::prop_assert_eq!(Share::parse(&share.plain()).unwrap(), share);
            proptest::prop_assert_eq!(Units::parse(&Units::thousandths(units).to_string()).unwrap(), Units::thousandths(units));
        }

        #[test]
        fn nothing_typed_panics(text in "\\PC*") {
            let _ = (Crowns::parse(&text), Share::parse(&text), Units::parse(&text));
        }
    }
}
