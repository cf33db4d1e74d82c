//! The scheme as data: what the file holds, the database keeps and the editor edits.
//!
//! The shape says nothing about correctness; [`Scheme::compile`](super::Compiled) does.

use super::{fraction::Fraction, number};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// The only format there is.
pub const FORMAT: u32 = 1;

/// A number as it was written down: digits that end.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Number(pub Fraction);

impl Number {
    /// A whole number.
    pub fn whole(n: i64) -> Self {
        Self(Fraction::whole(n))
    }

    /// Reads a number as it stands in files.
    pub fn read(text: &str) -> Option<Self> {
        number::read(text).map(Self)
    }

    /// All its digits, with a decimal point.
    pub fn written(&self) -> String {
        self.0.exact_decimal().unwrap_or_else(|| self.0.shown())
    }
}

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.written())
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::read(&text).ok_or_else(|| D::Error::custom(format!("„{text}“ není číslo")))
    }
}

/// A method of one kraj for one year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scheme {
    /// The version of the format, [`FORMAT`].
    pub format: u32,
    /// Name for people.
    pub name: String,
    /// Version for people.
    pub version: String,
    /// The subsidy year.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub year: Option<i64>,
    /// Columns of the services.
    #[serde(default)]
    pub input: Vec<Input>,
    /// Values that hold for all services.
    #[serde(default)]
    pub param: Vec<Param>,
    /// Rates by keys.
    #[serde(default)]
    pub table: Vec<RateTable>,
    /// The computation, in order.
    #[serde(default)]
    pub step: Vec<Step>,
    /// How the money is divided.
    pub allocation: Allocation,
}

/// A number or a text, as inputs and parameters hold it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// An exact number.
    #[default]
    Number,
    /// A text, compared exactly.
    Text,
}

/// A value written into a scheme.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Written {
    /// A number.
    Number(Number),
    /// A text.
    Text(String),
}

/// A column of the services.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// Its name in formulas and in the header of a file.
    pub name: String,
    /// A number or a text.
    #[serde(default, rename = "type")]
    pub kind: Kind,
    /// What people call it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// The unit for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Why it is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// The smallest value allowed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<Number>,
    /// The largest value allowed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<Number>,
    /// A field of the assessment, points from `min` to `max`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub criterion: bool,
    /// What an empty cell or a missing column stands for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<Written>,
}

/// A value that holds for all services.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Param {
    /// Its name in formulas.
    pub name: String,
    /// What people call it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// The unit for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Why it is what it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// The value; its kind is the kind of the parameter.
    pub value: Written,
}

/// How the last key of a table is looked up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Match {
    /// The row with this key.
    #[default]
    Exact,
    /// The row with the greatest key that is not greater.
    From,
}

/// Rates by keys.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RateTable {
    /// Its name in formulas.
    pub name: String,
    /// What people call it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// The unit of the rates.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Where the rates come from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// Names of the keys for people; as many as the arguments.
    pub keys: Vec<String>,
    /// How the last key is looked up.
    #[serde(default, rename = "match", skip_serializing_if = "is_exact")]
    pub matching: Match,
    /// The rate for keys without a row; without it a missing row is a fault.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<Number>,
    /// The rates.
    pub rows: Vec<Row>,
}

fn is_exact(matching: &Match) -> bool {
    *matching == Match::Exact
}

/// A row of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// The keys.
    pub keys: Vec<Written>,
    /// The rate.
    pub rate: Number,
}

/// A named value of every service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Its name in later formulas and in results.
    pub name: String,
    /// What people call it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// The unit for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Why it is computed so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// How it is computed.
    #[serde(flatten)]
    pub rule: Rule,
}

/// How a step is computed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// From the service alone.
    Formula(String),
    /// From all services of the run.
    Statistic(Statistic),
}

/// A value over all services with the same values of `per`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Statistic {
    /// Which.
    #[serde(rename = "fn")]
    pub function: StatisticFunction,
    /// Of what; `count` needs none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<String>,
    /// Which services are taken.
    #[serde(default, rename = "where", skip_serializing_if = "Option::is_none")]
    pub condition: Option<String>,
    /// Inputs, parameters and earlier steps that make groups.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub per: Vec<String>,
    /// Values that there must be at least.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_count: Option<u64>,
    /// What holds where there are fewer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub otherwise: Option<String>,
}

/// Which statistic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StatisticFunction {
    /// The sum; of none it is zero.
    Sum,
    /// How many services.
    Count,
    /// The arithmetic mean.
    Mean,
    /// The median.
    Median,
    /// The least.
    Min,
    /// The greatest.
    Max,
    /// The first quartile, as QUARTILE.INC.
    Quartile1,
    /// The third quartile, as QUARTILE.INC.
    Quartile3,
}

impl StatisticFunction {
    /// All, as they are listed.
    pub const ALL: [Self; 8] = [Self::Sum, Self::Count, Self::Mean, Self::Median, Self::Min, Self::Max, Self::Quartile1, Self::Quartile3];

    /// As it is written in a scheme.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sum => "sum",
            Self::Count => "count",
            Self::Mean => "mean",
            Self::Median => "median",
            Self::Min => "min",
            Self::Max => "max",
            Self::Quartile1 => "quartile1",
            Self::Quartile3 => "quartile3",
        }
    }

    /// As people say it.
    pub fn czech(self) -> &'static str {
        match self {
            Self::Sum => "součet",
            Self::Count => "počet služeb",
            Self::Mean => "průměr",
            Self::Median => "medián",
            Self::Min => "nejmenší hodnota",
            Self::Max => "největší hodnota",
            Self::Quartile1 => "první kvartil",
            Self::Quartile3 => "třetí kvartil",
        }
    }
}

/// How the money is divided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Allocation {
    /// Name of the value that is asked for.
    pub base: String,
    /// Name of the weight; 1 without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weight: Option<String>,
    /// Name of the most that a service can get; no limit without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cap: Option<String>,
    /// Name of the value that makes groups with an allocation of their own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// The unit of awards, in Kč.
    pub round_to: Number,
    /// The least award, a multiple of `round_to`; 0 without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minimum: Option<Number>,
}
