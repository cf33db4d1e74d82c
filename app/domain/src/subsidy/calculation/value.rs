//! Values of a run: numbers, texts and truth values, never converted silently.

use super::fraction::Fraction;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A value of an input, a parameter or a step.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    /// An exact number.
    Number(Fraction),
    /// A text.
    #[serde(with = "text")]
    Text(Arc<str>),
    /// PRAVDA or NEPRAVDA.
    Truth(bool),
}

impl Value {
    /// A text.
    pub fn text(text: &str) -> Self {
        Self::Text(text.into())
    }

    /// The number, if it is one.
    pub fn number(&self) -> Option<&Fraction> {
        match self {
            Self::Number(number) => Some(number),
            Self::Text(_) | Self::Truth(_) => None,
        }
    }

    /// What kind it is, in Czech.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Number(_) => "číslo",
            Self::Text(_) => "text",
            Self::Truth(_) => "pravdivostní hodnota",
        }
    }

    /// As people see it: `1 234,5`, the text, PRAVDA.
    pub fn for_people(&self) -> String {
        match self {
            Self::Number(number) => super::number::for_people(number),
            Self::Text(text) => text.to_string(),
            Self::Truth(truth) => czech_truth(*truth).to_owned(),
        }
    }
}

/// PRAVDA or NEPRAVDA.
pub(super) fn czech_truth(truth: bool) -> &'static str {
    if truth { "PRAVDA" } else { "NEPRAVDA" }
}

mod text {
    use serde::{Deserialize, Deserializer, Serializer};
    use std::sync::Arc;

    pub fn serialize<S: Serializer>(text: &Arc<str>, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(text)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Arc<str>, D::Error> {
        String::deserialize(deserializer).map(Into::into)
    }
}
