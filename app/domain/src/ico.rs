//! IČO, the identification number of a person in the Czech registers: eight digits, the last one a checksum.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Eight digits as text; leading zeros matter. A wrong checksum is possible in real data and is a warning only.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Ico(String);

/// Why a text is not an IČO.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("IČO má 8 číslic, zadáno je „{0}“. Zkontrolujte je, prosím, v registru ekonomických subjektů.")]
pub struct NotAnIco(pub String);

impl Ico {
    /// Reads eight digits; spaces are ignored and missing leading zeros are added from seven digits on down.
    pub fn parse(text: &str) -> Result<Self, NotAnIco> {
        let digits: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        if digits.is_empty() || digits.len() > 8 || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(NotAnIco(text.chars().take(40).collect()));
        }
        Ok(Self(format!("{digits:0>8}")))
    }

    /// The eight digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the last digit is the modulo 11 checksum of the first seven.
    pub fn checksum_holds(&self) -> bool {
        let digits: Vec<u32> = self.0.bytes().map(|b| u32::from(b - b'0')).collect();
        let sum: u32 = digits[..7].iter().zip((2..=8).rev()).map(|(d, w)| d * w).sum();
        let check = match sum % 11 {
            0 => 1,
            1 => 0,
            r => 11 - r,
        };
        digits[7] == check
    }
}

impl fmt::Display for Ico {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for Ico {
    type Error = NotAnIco;
    fn try_from(text: String) -> Result<Self, NotAnIco> {
        Self::parse(&text)
    }
}

impl From<Ico> for String {
    fn from(ico: Ico) -> Self {
        ico.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_digits_and_keeps_leading_zeros() {
        // 00551023 is the Ministry of Labour and Social Affairs, 70891508 the Ústí region is not used here: known numbers.
        for (text, digits, holds) in
            [("00551023", "00551023", true), ("551023", "00551023", true), ("63504260", "63504260", true), ("63504261", "63504261", false)]
        {
            let ico = Ico::parse(text).unwrap();
            assert_eq!((ico.as_str(), ico.checksum_holds()), (digits, holds), "{text}");
        }
    }

    #[test]
    fn refuses_what_is_no_number() {
        for text in ["", "123456789", "12a45678", "-1234567", "１２３４５６７８"] {
            assert!(Ico::parse(text).is_err(), "{text}");
        }
    }
}
