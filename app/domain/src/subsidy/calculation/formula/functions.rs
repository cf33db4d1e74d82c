//! The functions of the formula language, in Czech and in English.

use serde::{Deserialize, Serialize};

/// A function of the formula language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Function {
    /// KDYŽ: only the chosen branch is evaluated.
    If,
    /// A: all are true.
    And,
    /// NEBO: one is true.
    Or,
    /// NE: it is not true.
    Not,
    /// The least.
    Min,
    /// The greatest.
    Max,
    /// The sum.
    Sum,
    /// The arithmetic mean.
    Average,
    /// Without sign.
    Abs,
    /// The greatest whole number that is not greater.
    Int,
    /// Half away from zero.
    Round,
    /// Towards zero.
    RoundDown,
    /// Away from zero.
    RoundUp,
}

/// A function as people look it up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Described {
    /// The function.
    #[serde(skip)]
    pub function: Function,
    /// Its Czech name.
    pub czech: &'static str,
    /// Its English name.
    pub english: &'static str,
    /// How it is called.
    pub usage: &'static str,
    /// What it gives, in Czech.
    pub meaning: &'static str,
}

/// Every function, as a page lists them.
pub const FUNCTIONS: [Described; 13] = [
    described(Function::If, "KDYŽ", "IF", "KDYŽ(podmínka; a; b)", "Hodnota a, když podmínka platí, jinak b. Druhá z nich se nepočítá."),
    described(Function::And, "A", "AND", "A(x; y; …)", "PRAVDA, když platí všechny podmínky."),
    described(Function::Or, "NEBO", "OR", "NEBO(x; y; …)", "PRAVDA, když platí aspoň jedna podmínka."),
    described(Function::Not, "NE", "NOT", "NE(x)", "PRAVDA, když podmínka neplatí."),
    described(Function::Min, "MIN", "MIN", "MIN(x; y; …)", "Nejmenší z čísel."),
    described(Function::Max, "MAX", "MAX", "MAX(x; y; …)", "Největší z čísel."),
    described(Function::Sum, "SUMA", "SUM", "SUMA(x; y; …)", "Součet čísel."),
    described(Function::Average, "PRŮMĚR", "AVERAGE", "PRŮMĚR(x; y; …)", "Aritmetický průměr čísel."),
    described(Function::Abs, "ABS", "ABS", "ABS(x)", "Číslo bez znaménka."),
    described(Function::Int, "CELÁ.ČÁST", "INT", "CELÁ.ČÁST(x)", "Nejbližší celé číslo, které není větší: CELÁ.ČÁST(-1,5) je −2."),
    described(Function::Round, "ZAOKROUHLIT", "ROUND", "ZAOKROUHLIT(x; n)", "Zaokrouhlí na n míst, polovinu od nuly. Bez n na celé číslo."),
    described(Function::RoundDown, "ROUNDDOWN", "ROUNDDOWN", "ROUNDDOWN(x; n)", "Zaokrouhlí na n míst směrem k nule."),
    described(Function::RoundUp, "ROUNDUP", "ROUNDUP", "ROUNDUP(x; n)", "Zaokrouhlí na n míst směrem od nuly."),
];

const fn described(
    function: Function,
    czech: &'static str,
    english: &'static str,
    usage: &'static str,
    meaning: &'static str,
) -> Described {
    Described { function, czech, english, usage, meaning }
}

impl Function {
    /// The function of a folded name.
    pub fn named(folded: &str) -> Option<Self> {
        Some(match folded {
            "když" | "if" => Self::If,
            "a" | "and" => Self::And,
            "nebo" | "or" => Self::Or,
            "ne" | "not" => Self::Not,
            "min" => Self::Min,
            "max" => Self::Max,
            "suma" | "sum" => Self::Sum,
            "průměr" | "average" => Self::Average,
            "abs" => Self::Abs,
            "celá.část" | "int" => Self::Int,
            "zaokrouhlit" | "round" => Self::Round,
            "rounddown" => Self::RoundDown,
            "roundup" => Self::RoundUp,
            _ => return None,
        })
    }

    /// Its names and its meaning.
    pub fn described(self) -> &'static Described {
        &FUNCTIONS[self as usize]
    }

    /// How many arguments it takes, at least and at most.
    pub fn arity(self) -> (usize, usize) {
        match self {
            Self::If => (3, 3),
            Self::Not | Self::Abs | Self::Int => (1, 1),
            Self::Round | Self::RoundDown | Self::RoundUp => (1, 2),
            Self::And | Self::Or | Self::Min | Self::Max | Self::Sum | Self::Average => (1, usize::MAX),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::subsidy::calculation::names::folded;

    #[test]
    fn every_function_is_found_by_both_names() {
        for described in &FUNCTIONS {
            assert_eq!(Function::named(&folded(described.czech)), Some(described.function));
            assert_eq!(Function::named(&folded(described.english)), Some(described.function));
            assert_eq!(described.function.described(), described);
        }
    }
}
