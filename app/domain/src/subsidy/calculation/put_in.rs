//! A formula with numbers put in, for people: `520 000 × 60 × 12 / 12`.

use super::{
    check::Named,
    compile::{Compiled, Program, Slot},
    evaluate::{Columns, binary, call, lookup},
    formula::{Function, Node, NodeKind, Operator},
    fraction::Fraction,
    value::Value,
};

/// A part of a formula as text, and its value where it has one.
struct Part {
    text: String,
    value: Option<Value>,
}

/// Prints a formula for one service: names give way to their values, tables to the rates found, the rest stays.
pub(super) fn put_in(compiled: &Compiled, program: &Program, columns: &Columns<'_>, service: usize) -> String {
    let printer = Printer { compiled, columns, service };
    program.formula().fold(|node, operands| printer.part(node, operands)).map_or_else(String::new, |part| part.text)
}

struct Printer<'a> {
    compiled: &'a Compiled,
    columns: &'a Columns<'a>,
    service: usize,
}

impl Printer<'_> {
    fn part(&self, node: &Node, operands: Vec<Part>) -> Part {
        let values: Option<Vec<Value>> = operands.iter().map(|operand| operand.value.clone()).collect();
        let texts: Vec<&str> = operands.iter().map(|operand| operand.text.as_str()).collect();
        let first = texts.first().copied().unwrap_or_default();
        let number = |change: fn(&Fraction) -> Fraction| Some(Value::Number(change(values.as_ref()?.first()?.number()?)));
        let at = node.at as u32;
        match &node.kind {
            NodeKind::Number(number) => Part::of(Value::Number(number.clone())),
            NodeKind::Text(text) => Part::of(Value::text(text)),
            NodeKind::Truth(truth) => Part::of(Value::Truth(*truth)),
            NodeKind::Name(name) => self.named(name).map_or_else(|| Part { text: name.clone(), value: None }, Part::of),
            NodeKind::Plus => Part { text: first.to_owned(), value: values.and_then(|values| values.into_iter().next()) },
            NodeKind::Minus => Part { text: format!("\u{2212}{first}"), value: number(Fraction::neg) },
            NodeKind::Percent => {
                Part { text: format!("{first}\u{a0}%"), value: number(|value| value.div(&Fraction::whole(100)).unwrap_or(Fraction::ZERO)) }
            }
            NodeKind::Parentheses => Part { text: format!("({first})"), value: values.and_then(|values| values.into_iter().next()) },
            NodeKind::Binary(operator) => Part {
                text: texts.join(&format!(" {} ", sign(*operator))),
                value: values.and_then(|values| match values.as_slice() {
                    [left, right] => binary(*operator, left, right, at).ok(),
                    _ => None,
                }),
            },
            NodeKind::Call(function, _) => Part {
                text: format!("{}({})", function.described().czech, texts.join("; ")),
                value: match function {
                    Function::If => chosen(&operands),
                    _ => values.and_then(|values| call(*function, &values, at).ok()),
                },
            },
            NodeKind::Lookup(name, _) => {
                let table = match self.compiled.named(name) {
                    Some(Named::Table(table)) => Some(table),
                    _ => None,
                };
                let rate = table.zip(values).and_then(|(table, keys)| lookup(self.columns, table, &keys, at).ok());
                rate.map_or_else(|| Part { text: format!("{name}({})", texts.join("; ")), value: None }, Part::of)
            }
        }
    }

    fn named(&self, name: &str) -> Option<Value> {
        let slot = match self.compiled.named(name)? {
            Named::Input(at) => Slot::Input(at),
            Named::Param(at) => Slot::Param(at),
            Named::Step(at) => Slot::Step(at),
            Named::Table(_) => return None,
        };
        Some(self.columns.value(slot, self.service).clone())
    }
}

impl Part {
    fn of(value: Value) -> Self {
        let text = match &value {
            Value::Number(number) if number.is_negative() => format!("({})", value.for_people()),
            Value::Text(text) => format!("„{text}“"),
            _ => value.for_people(),
        };
        Self { text, value: Some(value) }
    }
}

/// The value of the branch that holds.
fn chosen(operands: &[Part]) -> Option<Value> {
    match (operands, operands.first()?.value.as_ref()?) {
        ([_, yes, _], Value::Truth(true)) => yes.value.clone(),
        ([_, _, no], Value::Truth(false)) => no.value.clone(),
        _ => None,
    }
}

fn sign(operator: Operator) -> &'static str {
    match operator {
        Operator::Multiply => "×",
        Operator::Subtract => "−",
        Operator::NotEqual => "≠",
        Operator::LessOrEqual => "≤",
        Operator::GreaterOrEqual => "≥",
        other => other.sign(),
    }
}
