//! Forms of provision, and the computation group with its unit by paragraph and form group.

use super::lines;
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

pub(super) const LIST: &str = include_str!("../../../../server/store/codelists/vypocetni_skupiny.csv");

static ROWS: LazyLock<Vec<ComputationGroup>> = LazyLock::new(|| {
    lines(LIST)
        .filter_map(|row| {
            let [paragraph, forms, key, unit, source] = row[..] else { return None };
            let unit = match unit {
                "lůžko" => Unit::Bed,
                "úvazek" => Unit::FullTime,
                _ => return None,
            };
            Some(ComputationGroup { paragraph, forms: FormGroup::of_key(forms)?, key, unit, source })
        })
        .collect()
});

/// A form of provision (§ 33 zákona č. 108/2006 Sb.).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Form {
    /// Pobytová.
    #[serde(rename = "pob")]
    Residential,
    /// Ambulantní.
    #[serde(rename = "amb")]
    Ambulatory,
    /// Terénní.
    #[serde(rename = "ter")]
    Field,
}

impl Form {
    /// By the last part of its open-data code (`FormaSocialniSluzby/pob`) or the bare key.
    pub fn of_key(key: &str) -> Option<Self> {
        match key.rsplit('/').next()? {
            "pob" => Some(Self::Residential),
            "amb" => Some(Self::Ambulatory),
            "ter" => Some(Self::Field),
            _ => None,
        }
    }

    /// `pobytová`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Residential => "pobytová",
            Self::Ambulatory => "ambulantní",
            Self::Field => "terénní",
        }
    }

    /// The group that the form is counted in.
    pub fn group(self) -> FormGroup {
        match self {
            Self::Residential => FormGroup::Residential,
            Self::Ambulatory | Self::Field => FormGroup::AmbulatoryAndField,
        }
    }
}

/// Forms as an application counts them: pobytová, or ambulantní and terénní together. In schemes `forma` is `pob` or `at`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum FormGroup {
    /// `pob`
    #[serde(rename = "pob")]
    Residential,
    /// `at`
    #[serde(rename = "at")]
    AmbulatoryAndField,
}

impl FormGroup {
    /// Both, residential first.
    pub const ALL: [Self; 2] = [Self::Residential, Self::AmbulatoryAndField];

    /// `pob` or `at`.
    pub fn key(self) -> &'static str {
        match self {
            Self::Residential => "pob",
            Self::AmbulatoryAndField => "at",
        }
    }

    /// The group with a key.
    pub fn of_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|group| group.key() == key)
    }

    /// `pobytová`, `ambulantní a terénní`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Residential => "pobytová",
            Self::AmbulatoryAndField => "ambulantní a terénní",
        }
    }
}

/// What a computation group counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Unit {
    /// Lůžko.
    #[serde(rename = "lůžko")]
    Bed,
    /// Úvazek of přímá péče.
    #[serde(rename = "úvazek")]
    FullTime,
}

impl Unit {
    /// `lůžko`, `úvazek`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Bed => "lůžko",
            Self::FullTime => "úvazek",
        }
    }

    /// `lůžek`, `úvazků přímé péče`.
    pub fn many(self) -> &'static str {
        match self {
            Self::Bed => "lůžek",
            Self::FullTime => "úvazků přímé péče",
        }
    }
}

/// The group that a paragraph and form group is computed in, as a start for a kraj; its scheme may say otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ComputationGroup {
    /// Number of the paragraph without the sign, e.g. `60a`.
    pub paragraph: &'static str,
    /// Form group.
    pub forms: FormGroup,
    /// `G1` … `G5`.
    pub key: &'static str,
    /// What is counted.
    pub unit: Unit,
    /// Where the row comes from.
    pub source: &'static str,
}

#[cfg(test)]
pub(super) fn all() -> &'static [ComputationGroup] {
    &ROWS
}

/// The computation group of a paragraph and form group; none for a type in no group (as centrum duševního zdraví).
pub fn computation_group(paragraph: &str, forms: FormGroup) -> Option<&'static ComputationGroup> {
    ROWS.iter().find(|row| row.paragraph == paragraph && row.forms == forms)
}

/// The unit of the computation group; outside the groups beds for pobytová and úvazky for the other.
pub fn unit(paragraph: &str, forms: FormGroup) -> Unit {
    computation_group(paragraph, forms).map_or(
        match forms {
            FormGroup::Residential => Unit::Bed,
            FormGroup::AmbulatoryAndField => Unit::FullTime,
        },
        |row| row.unit,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_follow_the_group() {
        use FormGroup::{AmbulatoryAndField as At, Residential as Pob};
        for (paragraph, forms, key, counted) in [
            ("49", Pob, Some("G5"), Unit::Bed),
            ("40", At, Some("G2"), Unit::FullTime),
            ("41", At, Some("G3"), Unit::FullTime),
            ("63", At, Some("G4"), Unit::Bed),
            ("60a", Pob, Some("G4"), Unit::Bed),
            ("60a", At, Some("G1"), Unit::FullTime),
            ("70", Pob, Some("G4"), Unit::Bed),
            ("36", At, None, Unit::FullTime),
            ("36", Pob, None, Unit::Bed),
        ] {
            assert_eq!(computation_group(paragraph, forms).map(|g| g.key), key, "{paragraph}");
            assert_eq!(unit(paragraph, forms), counted, "{paragraph}");
        }
        assert_eq!(Form::of_key("FormaSocialniSluzby/ter"), Some(Form::Field));
    }
}
