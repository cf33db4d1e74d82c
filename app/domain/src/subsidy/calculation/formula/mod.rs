//! Formulas, as a clerk writes them in a Czech spreadsheet.
//!
//! A [`Formula`] is its text and its nodes in the order of evaluation: the operands of a node stand before it. Formulas may be 4,000
//! characters long and lean to one side, so nothing here walks them by recursion; [`Formula::fold`] does it for everybody.

mod functions;
mod lexer;
mod parser;

pub use functions::{Described, FUNCTIONS, Function};
pub use lexer::{Token, TokenKind, tokens};
pub use parser::{LONGEST, NESTED};

use super::{fault::Fault, fraction::Fraction};
use std::cmp::Ordering;

/// A formula that could be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Formula {
    text: String,
    nodes: Vec<Node>,
}

/// A node of a formula.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// What it is.
    pub kind: NodeKind,
    /// Its place, in code points from 1: of the operator, of the name of the function or table, of the operand itself.
    pub at: usize,
}

/// What a node is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NodeKind {
    /// A number.
    Number(Fraction),
    /// A text.
    Text(String),
    /// A truth value.
    Truth(bool),
    /// The name of an input, a parameter or a step, as written.
    Name(String),
    /// `+` before its operand.
    Plus,
    /// `-` before its operand.
    Minus,
    /// `%` after its operand.
    Percent,
    /// An operator between its two operands.
    Binary(Operator),
    /// A function of so many arguments.
    Call(Function, usize),
    /// A table, its name as written, looked up by so many keys.
    Lookup(String, usize),
    /// Parentheses around one operand.
    Parentheses,
}

/// An operator between two operands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Operator {
    /// `^`
    Power,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `=`
    Equal,
    /// `<>`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}

impl Operator {
    /// As it is written.
    pub fn sign(self) -> &'static str {
        match self {
            Self::Power => "^",
            Self::Multiply => "*",
            Self::Divide => "/",
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Equal => "=",
            Self::NotEqual => "<>",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
        }
    }

    /// The operator of a sign.
    pub fn of(sign: &str) -> Option<Self> {
        Some(match sign {
            "^" => Self::Power,
            "*" => Self::Multiply,
            "/" => Self::Divide,
            "+" => Self::Add,
            "-" => Self::Subtract,
            "=" => Self::Equal,
            "<>" => Self::NotEqual,
            "<" => Self::Less,
            "<=" => Self::LessOrEqual,
            ">" => Self::Greater,
            ">=" => Self::GreaterOrEqual,
            _ => return None,
        })
    }

    /// How tightly it binds: 4 `^`, 3 `* /`, 2 `+ -`, 1 comparisons.
    pub fn binding(self) -> u8 {
        match self {
            Self::Power => 4,
            Self::Multiply | Self::Divide => 3,
            Self::Add | Self::Subtract => 2,
            _ => 1,
        }
    }

    /// Whether a comparison with this outcome holds; nothing for an operator that compares nothing.
    pub fn holds(self, ordering: Ordering) -> Option<bool> {
        Some(match self {
            Self::Equal => ordering.is_eq(),
            Self::NotEqual => ordering.is_ne(),
            Self::Less => ordering.is_lt(),
            Self::LessOrEqual => ordering.is_le(),
            Self::Greater => ordering.is_gt(),
            Self::GreaterOrEqual => ordering.is_ge(),
            _ => return None,
        })
    }
}

impl Node {
    /// How many operands stand before it.
    pub fn operands(&self) -> usize {
        match &self.kind {
            NodeKind::Number(_) | NodeKind::Text(_) | NodeKind::Truth(_) | NodeKind::Name(_) => 0,
            NodeKind::Plus | NodeKind::Minus | NodeKind::Percent | NodeKind::Parentheses => 1,
            NodeKind::Binary(_) => 2,
            NodeKind::Call(_, count) | NodeKind::Lookup(_, count) => *count,
        }
    }
}

impl Formula {
    /// Reads a formula. Names are not looked up.
    ///
    /// # Errors
    /// `syntax` at the first token that cannot follow, else `limit`.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        parser::parse(text).map(|nodes| Self { text: text.to_owned(), nodes })
    }

    /// The formula as written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The nodes in the order of evaluation.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// Builds something from the leaves up: `make` gets a node and what was made of its operands, from the left.
    pub fn fold<T>(&self, mut make: impl FnMut(&Node, Vec<T>) -> T) -> Option<T> {
        let mut made: Vec<T> = Vec::new();
        for node in &self.nodes {
            let operands = made.split_off(made.len().checked_sub(node.operands())?);
            made.push(make(node, operands));
        }
        made.pop()
    }
}

#[cfg(test)]
mod tests;
