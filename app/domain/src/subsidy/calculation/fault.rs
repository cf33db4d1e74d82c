//! What can be wrong with a scheme, its data or a run, as one shape for the command, the pages and the tests.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Faults reported at once; the rest is found after these are mended.
pub const REPORTED: usize = 100;

/// The kind of a fault, stable for machines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// The scheme is not built as a scheme is.
    Scheme,
    /// Two parts of a scheme with one name.
    DuplicateName,
    /// A formula that cannot be read.
    Syntax,
    /// A name that is nothing here.
    UnknownName,
    /// A step that needs itself or a later one.
    Cycle,
    /// A wrong number of arguments or keys.
    Arity,
    /// Too long, too deep or too many.
    Limit,
    /// The file with services cannot be used.
    Services,
    /// The amounts cannot be used.
    Groups,
    /// A cell that is no number.
    Number,
    /// An empty cell without a default.
    MissingInput,
    /// Outside what is allowed.
    Range,
    /// A number, a text or a truth value where another is needed.
    Type,
    /// A division by zero.
    DivisionByZero,
    /// A value too large for exact counting.
    Overflow,
    /// A table without a row for these keys.
    MissingRate,
    /// A statistic of too few services.
    TooFew,
    /// A base, weight or cap below zero.
    Negative,
}

impl Code {
    /// The code as it is written in results.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Scheme => "scheme",
            Self::DuplicateName => "duplicate_name",
            Self::Syntax => "syntax",
            Self::UnknownName => "unknown_name",
            Self::Cycle => "cycle",
            Self::Arity => "arity",
            Self::Limit => "limit",
            Self::Services => "services",
            Self::Groups => "groups",
            Self::Number => "number",
            Self::MissingInput => "missing_input",
            Self::Range => "range",
            Self::Type => "type",
            Self::DivisionByZero => "division_by_zero",
            Self::Overflow => "overflow",
            Self::MissingRate => "missing_rate",
            Self::TooFew => "too_few",
            Self::Negative => "negative",
        }
    }
}

/// The formula of a step in which a fault is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// The formula of an ordinary step.
    Formula,
    /// What a statistic is of.
    Of,
    /// The condition of a statistic.
    Where,
    /// What holds where a statistic has too few services.
    Otherwise,
}

/// One fault; what does not apply is `None`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// What kind of fault.
    pub code: Code,
    /// The step.
    pub step: Option<String>,
    /// The formula of the step.
    pub part: Option<Part>,
    /// The service, its identifikátor as written.
    pub identifikator: Option<String>,
    /// Place in the formula, in code points from 1.
    pub position: Option<usize>,
    /// A Czech sentence for people.
    pub message: String,
}

impl Fault {
    /// A fault with a sentence, of nothing in particular.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, step: None, part: None, identifikator: None, position: None, message: message.into() }
    }

    /// Of a step.
    pub fn in_step(mut self, step: &str) -> Self {
        self.step = Some(step.to_owned());
        self
    }

    /// In one formula of a step.
    pub fn in_part(mut self, part: Part) -> Self {
        self.part = Some(part);
        self
    }

    /// Of a service.
    pub fn of_service(mut self, identifikator: &str) -> Self {
        self.identifikator = Some(identifikator.to_owned());
        self
    }

    /// At a place of the formula.
    pub fn at(mut self, position: usize) -> Self {
        self.position = Some(position);
        self
    }
}

/// One line for a terminal.
impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(identifikator) = &self.identifikator {
            write!(f, "služba {identifikator}: ")?;
        }
        if let Some(step) = &self.step {
            write!(f, "krok {step}")?;
            match self.part {
                Some(Part::Of) => write!(f, ", of")?,
                Some(Part::Where) => write!(f, ", where")?,
                Some(Part::Otherwise) => write!(f, ", otherwise")?,
                Some(Part::Formula) | None => {}
            }
            if let Some(position) = self.position {
                write!(f, ", znak {position}")?;
            }
            write!(f, ": ")?;
        }
        write!(f, "{} [{}]", self.message, self.code.as_str())
    }
}
