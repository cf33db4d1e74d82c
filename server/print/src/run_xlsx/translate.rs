//! Formulas of a scheme as formulas of a spreadsheet.
//!
//! Texts are compared by EXACT, which alone minds upper and lower case. Computed numbers carry binary noise, so they are compared and rounded
//! only after a ROUND that takes it away; inputs, parameters and numbers written down are compared as they are.

use super::{
    helper::Helper,
    number::float,
    place::{FIRST_PARAM, PARAM_VALUE, Tab, fixed, own},
    rates::RatePlace,
};
use domain::subsidy::calculation::{
    Compiled, Named, Program,
    formula::{Function, Node, NodeKind, Operator},
    scheme,
};

/// What a formula gives, as far as it can be told without data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Number,
    Text,
    Truth,
    /// Different kinds for different services.
    Unknown,
}

/// A piece of a formula.
#[derive(Debug, Clone)]
pub struct Piece {
    pub text: String,
    pub kind: Kind,
    /// Holds a number just as it was written, without noise.
    plain: bool,
    depth: u32,
}

/// Characters after which a piece gets a column of its own; a formula holds 8,192.
const LONG: usize = 1_800;
/// Levels after which it does; a formula holds 64.
const DEEP: u32 = 40;
/// Arguments after which they are put together in parts; a function takes 255.
const MANY: usize = 200;

/// Turns programs of one scheme into templates.
pub struct Translator<'a> {
    pub compiled: &'a Compiled,
    pub rates: &'a [RatePlace],
    pub helper: &'a mut Helper,
    /// Kinds of the steps so far.
    pub steps: Vec<Kind>,
}

impl Piece {
    fn new(text: String, kind: Kind, depth: u32) -> Self {
        Self { text, kind, plain: false, depth }
    }
}

impl Translator<'_> {
    /// The value of an input, parameter or step by its name.
    pub fn named(&self, name: &str) -> Piece {
        let scheme = self.compiled.scheme();
        let (text, kind, plain) = match self.compiled.named(name) {
            Some(Named::Input(at)) => (own(Tab::Services, column(at + 1)), of_kind(scheme.input[at].kind), true),
            Some(Named::Param(at)) => {
                let row = FIRST_PARAM + u32::try_from(at).unwrap_or_default();
                (fixed(Tab::Params, row, PARAM_VALUE), of_kind(scheme.param[at].value.kind()), true)
            }
            Some(Named::Step(at)) => {
                let kind = self.steps.get(at).copied().unwrap_or(Kind::Unknown);
                (own(Tab::Services, column(at + 1 + scheme.input.len())), kind, false)
            }
            // The compiled scheme has no such name in a formula.
            Some(Named::Table(_)) | None => ("NA()".to_owned(), Kind::Unknown, false),
        };
        Piece { text, kind, plain, depth: 0 }
    }

    /// A whole program.
    pub fn program(&mut self, program: &Program) -> Piece {
        let piece = program.formula().fold(|node, operands| {
            let piece = self.node(node, operands);
            self.short(piece)
        });
        piece.unwrap_or_else(|| Piece::new("NA()".to_owned(), Kind::Unknown, 1))
    }

    fn short(&mut self, piece: Piece) -> Piece {
        if piece.text.len() < LONG && piece.depth < DEEP { piece } else { self.spill(piece) }
    }

    fn spill(&mut self, piece: Piece) -> Piece {
        let at = self.helper.between(piece.text);
        Piece { text: own(Tab::Helper, at), depth: 0, ..piece }
    }

    fn node(&mut self, node: &Node, mut operands: Vec<Piece>) -> Piece {
        let total: usize = operands.iter().map(|piece| piece.text.len()).sum();
        if total > 3 * LONG {
            operands = operands.into_iter().map(|piece| if piece.text.len() > 100 { self.spill(piece) } else { piece }).collect();
        }
        let depth = operands.iter().map(|piece| piece.depth).max().unwrap_or_default();
        match &node.kind {
            NodeKind::Number(number) => {
                let text = number.exact_decimal().unwrap_or_else(|| float(number).to_string());
                Piece { plain: true, ..Piece::new(text, Kind::Number, 0) }
            }
            NodeKind::Text(text) => Piece::new(quoted(text), Kind::Text, 0),
            NodeKind::Truth(truth) => Piece::new(if *truth { "TRUE" } else { "FALSE" }.to_owned(), Kind::Truth, 0),
            NodeKind::Name(name) => self.named(name),
            NodeKind::Plus => operands.pop().unwrap_or_else(|| self.named("")),
            NodeKind::Minus => Piece { plain: operands[0].plain, ..Piece::new(format!("-{}", operands[0].text), Kind::Number, depth) },
            NodeKind::Percent => Piece::new(format!("({}/100)", operands[0].text), Kind::Number, depth + 1),
            NodeKind::Parentheses => {
                let inner = &operands[0];
                Piece { text: format!("({})", inner.text), depth: depth + 1, ..inner.clone() }
            }
            NodeKind::Binary(operator) if operator.binding() > 1 => {
                Piece::new(format!("{}{}{}", operands[0].text, operator.sign(), operands[1].text), Kind::Number, depth)
            }
            NodeKind::Binary(operator) => Piece::new(compared(*operator, &operands[0], &operands[1]), Kind::Truth, depth + 2),
            NodeKind::Call(function, _) => self.call(*function, operands, depth),
            NodeKind::Lookup(name, _) => match self.compiled.named(name) {
                Some(Named::Table(at)) => Piece::new(self.rates[at].lookup(&operands), Kind::Number, depth + 4),
                _ => Piece::new("NA()".to_owned(), Kind::Number, 1),
            },
        }
    }

    fn call(&mut self, function: Function, operands: Vec<Piece>, depth: u32) -> Piece {
        let (name, kind) = match function {
            Function::If => {
                let kind = if operands[1].kind == operands[2].kind { operands[1].kind } else { Kind::Unknown };
                ("IF", kind)
            }
            Function::And => ("AND", Kind::Truth),
            Function::Or => ("OR", Kind::Truth),
            Function::Not => ("NOT", Kind::Truth),
            Function::Min => ("MIN", Kind::Number),
            Function::Max => ("MAX", Kind::Number),
            Function::Sum => ("SUM", Kind::Number),
            Function::Abs => ("ABS", Kind::Number),
            Function::Average => {
                let count = operands.len();
                return Piece::new(format!("({}/{count})", self.many("SUM", operands)), Kind::Number, depth + 2);
            }
            Function::Int => return Piece::new(format!("INT({})", clean(&operands[0], "6")), Kind::Number, depth + 2),
            Function::Round => return rounded("ROUND", &operands, depth),
            Function::RoundDown => return rounded("ROUNDDOWN", &operands, depth),
            Function::RoundUp => return rounded("ROUNDUP", &operands, depth),
        };
        Piece::new(self.many(name, operands), kind, depth + 1)
    }

    /// A function of any number of arguments.
    fn many(&mut self, name: &str, operands: Vec<Piece>) -> String {
        let mut texts: Vec<String> = operands.into_iter().map(|piece| piece.text).collect();
        while texts.len() > MANY {
            texts = texts.chunks(MANY).map(|part| own(Tab::Helper, self.helper.between(format!("{name}({})", part.join(","))))).collect();
        }
        format!("{name}({})", texts.join(","))
    }
}

/// A column by its number.
pub fn column(at: usize) -> u16 {
    u16::try_from(at).unwrap_or(u16::MAX)
}

fn of_kind(kind: scheme::Kind) -> Kind {
    match kind {
        scheme::Kind::Number => Kind::Number,
        scheme::Kind::Text => Kind::Text,
    }
}

/// A text in quotation marks, in parts that a formula takes.
fn quoted(text: &str) -> String {
    let kept: Vec<char> = text.chars().filter(|c| !c.is_control()).collect();
    if kept.is_empty() {
        return "\"\"".to_owned();
    }
    let parts: Vec<String> = kept.chunks(120).map(|part| format!("\"{}\"", part.iter().collect::<String>().replace('"', "\"\""))).collect();
    if parts.len() == 1 { parts.concat() } else { format!("({})", parts.join("&")) }
}

/// Without binary noise.
fn clean(piece: &Piece, places: &str) -> String {
    if piece.plain { piece.text.clone() } else { format!("ROUND({},{places})", piece.text) }
}

fn rounded(function: &str, operands: &[Piece], depth: u32) -> Piece {
    let places = operands.get(1).map_or("0", |piece| piece.text.as_str());
    let finer = places.parse::<i64>().map_or_else(|_| format!("({places})+6"), |n| (n + 6).to_string());
    Piece::new(format!("{function}({},{places})", clean(&operands[0], &finer)), Kind::Number, depth + 2)
}

fn compared(operator: Operator, left: &Piece, right: &Piece) -> String {
    let (a, b, sign) = (&left.text, &right.text, operator.sign());
    let exact = |text: String| if operator == Operator::NotEqual { format!("NOT({text})") } else { text };
    match (left.kind, right.kind) {
        (Kind::Text, _) | (_, Kind::Text) => exact(format!("EXACT({a},{b})")),
        (Kind::Truth, _) | (_, Kind::Truth) => format!("({a}{sign}{b})"),
        (Kind::Unknown, Kind::Unknown) if matches!(operator, Operator::Equal | Operator::NotEqual) => {
            exact(format!("IF(ISTEXT({a}),EXACT({a},{b}),{a}={b})"))
        }
        _ if left.plain && right.plain => format!("({a}{sign}{b})"),
        _ if b == "0" => format!("(ROUND({a},9){sign}0)"),
        _ => format!("(ROUND({a}-({b}),9){sign}0)"),
    }
}
