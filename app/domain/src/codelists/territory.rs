//! The fourteen kraje by their code in RÚIAN.

use super::lines;
use serde::{Deserialize, Serialize};
use std::{fmt, sync::LazyLock};

pub(super) const LIST: &str = include_str!("../../../../server/store/codelists/kraje.csv");

static ROWS: LazyLock<Vec<(u16, &'static str)>> =
    LazyLock::new(|| lines(LIST).filter_map(|row| Some((row.first()?.parse().ok()?, *row.get(2)?))).collect());

/// A kraj (or Prague) by its RÚIAN code; only codes of the list exist. "Lower" kraj means the lower code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u16", into = "u16")]
pub struct Kraj(u16);

/// A number that is no code of a kraj.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("Kraj s kódem {0} v číselníku není. Vyberte kraj ze seznamu.")]
pub struct UnknownKraj(pub u16);

impl Kraj {
    /// All of them, lower codes first.
    pub fn all() -> impl Iterator<Item = Self> {
        ROWS.iter().map(|(code, _)| Self(*code))
    }

    /// The kraj with a code.
    pub fn of_code(code: u16) -> Result<Self, UnknownKraj> {
        Self::all().find(|kraj| kraj.0 == code).ok_or(UnknownKraj(code))
    }

    /// RÚIAN code (VÚSC), e.g. 60.
    pub fn code(self) -> u16 {
        self.0
    }

    /// `Ústecký kraj`.
    pub fn name(self) -> &'static str {
        ROWS.iter().find(|(code, _)| *code == self.0).map_or("", |(_, name)| name)
    }
}

impl fmt::Display for Kraj {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl TryFrom<u16> for Kraj {
    type Error = UnknownKraj;
    fn try_from(code: u16) -> Result<Self, UnknownKraj> {
        Self::of_code(code)
    }
}

impl From<Kraj> for u16 {
    fn from(kraj: Kraj) -> Self {
        kraj.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kraje_are_known_by_code() {
        assert_eq!(Kraj::all().count(), 14);
        assert!(Kraj::all().is_sorted());
        assert_eq!(Kraj::of_code(60).unwrap().to_string(), "Ústecký kraj");
        assert_eq!(Kraj::of_code(61), Err(UnknownKraj(61)));
        let map: std::collections::BTreeMap<Kraj, u8> = serde_json::from_str(r#"{"19":1,"60":2}"#).unwrap();
        assert_eq!(serde_json::to_string(&map).unwrap(), r#"{"19":1,"60":2}"#);
        assert!(serde_json::from_str::<Kraj>("1").is_err());
    }
}
