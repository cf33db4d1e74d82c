//! Runs the program of a formula for one service.

use super::{
    compile::{Op, Program, Slot},
    fault::{Code, Fault},
    formula::{Function, Operator},
    fraction::{Fraction, Rounding},
    rates::{NoRate, Rates},
    scheme::Scheme,
    value::Value,
};

/// What programs read: columns of inputs and of the steps done so far, each with a value for every service.
#[derive(Clone, Copy)]
pub(super) struct Columns<'a> {
    pub scheme: &'a Scheme,
    pub inputs: &'a [Vec<Value>],
    pub params: &'a [Value],
    pub tables: &'a [Rates],
    pub steps: &'a [Vec<Value>],
}

impl<'a> Columns<'a> {
    pub fn value(&self, slot: Slot, service: usize) -> &'a Value {
        match slot {
            Slot::Input(at) => &self.inputs[at][service],
            Slot::Param(at) => &self.params[at],
            Slot::Step(at) => &self.steps[at][service],
        }
    }
}

/// Why a program gives no value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Trouble {
    pub code: Code,
    pub at: Option<usize>,
    pub message: String,
}

impl Trouble {
    fn new(code: Code, at: u32, message: impl Into<String>) -> Box<Self> {
        Box::new(Self { code, at: Some(at as usize), message: message.into() })
    }

    /// A fault of a whole formula, with no place in it.
    pub fn whole(code: Code, message: impl Into<String>) -> Box<Self> {
        Box::new(Self { code, at: None, message: message.into() })
    }

    pub fn fault(&self) -> Fault {
        let fault = Fault::new(self.code, self.message.clone());
        match self.at {
            Some(at) => fault.at(at),
            None => fault,
        }
    }
}

pub(super) type Outcome<T> = Result<T, Box<Trouble>>;

/// Runs a program for one service. The stack is only lent, so that it is not made anew for each of thousands of services.
pub(super) fn evaluate(program: &Program, columns: &Columns<'_>, service: usize, stack: &mut Vec<Value>) -> Outcome<Value> {
    stack.clear();
    let mut next = 0;
    while let Some(op) = program.code.get(next) {
        next += 1;
        match op {
            Op::Constant(value) => stack.push(value.clone()),
            Op::Load(slot) => stack.push(columns.value(*slot, service).clone()),
            Op::Binary { operator, at } => {
                if let (Some(right), Some(left)) = (stack.pop(), stack.pop()) {
                    stack.push(binary(*operator, &left, &right, *at)?);
                }
            }
            Op::Plus { at } => {
                number(stack.last(), *at, "+")?;
            }
            Op::Minus { at } => {
                let value = number(stack.last(), *at, "-")?.neg();
                replace(stack, 1, Value::Number(value));
            }
            Op::Percent { at } => {
                let hundred = Fraction::whole(100);
                let value = number(stack.last(), *at, "%")?.div(&hundred).unwrap_or(Fraction::ZERO);
                let value = bounded(value, *at)?;
                replace(stack, 1, value);
            }
            Op::Call { function, count, at } => {
                let count = *count as usize;
                let value = call(*function, &stack[stack.len().saturating_sub(count)..], *at)?;
                replace(stack, count, value);
            }
            Op::Lookup { table, count, at } => {
                let count = *count as usize;
                let value = lookup(columns, *table as usize, &stack[stack.len().saturating_sub(count)..], *at)?;
                replace(stack, count, value);
            }
            Op::SkipUnless { skip, at } => match stack.pop() {
                Some(Value::Truth(true)) => {}
                Some(Value::Truth(false)) => next += *skip as usize,
                other => {
                    let kind = other.as_ref().map_or("nic", Value::kind);
                    return Err(Trouble::new(Code::Type, *at, format!("Podmínka ve funkci KDYŽ má být porovnání, a je to {kind}.")));
                }
            },
            Op::Skip(skip) => next += *skip as usize,
        }
    }
    stack.pop().ok_or_else(|| Trouble::whole(Code::Syntax, "Vzorec je prázdný."))
}

fn replace(stack: &mut Vec<Value>, count: usize, value: Value) {
    stack.truncate(stack.len().saturating_sub(count));
    stack.push(value);
}

fn number<'a>(value: Option<&'a Value>, at: u32, what: &str) -> Outcome<&'a Fraction> {
    match value {
        Some(Value::Number(number)) => Ok(number),
        other => Err(not_a_number(other, at, what)),
    }
}

#[cold]
fn not_a_number(value: Option<&Value>, at: u32, what: &str) -> Box<Trouble> {
    let kind = value.map_or("nic", Value::kind);
    Trouble::new(Code::Type, at, format!("„{what}“ počítá jen s čísly, a tady je {kind}. Opravte vzorec, nebo druh vstupu."))
}

fn bounded(value: Fraction, at: u32) -> Outcome<Value> {
    if value.overflows() {
        return Err(Trouble::new(Code::Overflow, at, OVERFLOW));
    }
    Ok(Value::Number(value))
}

/// What is said of a value beyond 2^256.
pub(super) const OVERFLOW: &str =
    "Výsledek je příliš velký nebo má příliš mnoho číslic. Zkontrolujte vstupy, nebo mezivýsledek zaokrouhlete.";

pub(super) fn binary(operator: Operator, left: &Value, right: &Value, at: u32) -> Outcome<Value> {
    let (a, b) = match (left, right) {
        (Value::Number(a), Value::Number(b)) => (a, b),
        _ => return other_binary(operator, left, right, at),
    };
    let value = match operator {
        Operator::Add => a.add(b),
        Operator::Subtract => a.sub(b),
        Operator::Multiply => a.mul(b),
        Operator::Divide => a.div(b).ok_or_else(|| division(at))?,
        Operator::Power => power(a, b, at)?,
        comparison => return Ok(Value::Truth(comparison.holds(a.cmp(b)).unwrap_or_default())),
    };
    bounded(value, at)
}

fn other_binary(operator: Operator, left: &Value, right: &Value, at: u32) -> Outcome<Value> {
    if operator.binding() > 1 {
        let wrong = if matches!(left, Value::Number(_)) { right } else { left };
        return Err(not_a_number(Some(wrong), at, operator.sign()));
    }
    let same = match (left, right) {
        (Value::Text(a), Value::Text(b)) => a == b,
        (Value::Truth(a), Value::Truth(b)) => a == b,
        _ => {
            let message = format!("Nejde porovnat {} a {}. Porovnávejte hodnoty stejného druhu.", left.kind(), right.kind());
            return Err(Trouble::new(Code::Type, at, message));
        }
    };
    match operator {
        Operator::Equal => Ok(Value::Truth(same)),
        Operator::NotEqual => Ok(Value::Truth(!same)),
        _ => {
            let message = format!("Texty a pravdivostní hodnoty jde porovnat jen pomocí = a <>, ne „{}“.", operator.sign());
            Err(Trouble::new(Code::Type, at, message))
        }
    }
}

fn division(at: u32) -> Box<Trouble> {
    Trouble::new(Code::DivisionByZero, at, "Dělí se nulou. Ošetřete tento případ funkcí KDYŽ, nebo opravte vstup.")
}

fn power(base: &Fraction, exponent: &Fraction, at: u32) -> Outcome<Fraction> {
    let out_of_range = |message: &str| Trouble::new(Code::Range, at, message);
    let exponent = exponent
        .to_i64()
        .and_then(|n| i32::try_from(n).ok())
        .filter(|n| (-64..=64).contains(n))
        .ok_or_else(|| out_of_range("Mocnina má být celé číslo od −64 do 64."))?;
    if base.is_zero() && exponent == 0 {
        return Err(out_of_range("Nula na nultou nemá hodnotu. Ošetřete tento případ funkcí KDYŽ."));
    }
    base.pow(exponent).ok_or_else(|| division(at))
}

pub(super) fn call(function: Function, arguments: &[Value], at: u32) -> Outcome<Value> {
    let name = function.described().czech;
    let truths = |combine: fn(bool, bool) -> bool, start: bool| {
        arguments.iter().try_fold(start, |all, argument| match argument {
            Value::Truth(truth) => Ok(combine(all, *truth)),
            other => {
                let message = format!("Funkce {name} počítá jen s podmínkami, a tady je {}.", other.kind());
                Err(Trouble::new(Code::Type, at, message))
            }
        })
    };
    match function {
        Function::And => return Ok(Value::Truth(truths(|a, b| a && b, true)?)),
        Function::Or => return Ok(Value::Truth(truths(|a, b| a || b, false)?)),
        Function::Not => return Ok(Value::Truth(!truths(|a, b| a && b, true)?)),
        _ => {}
    }
    for argument in arguments {
        number(Some(argument), at, name)?;
    }
    let mut numbers = arguments.iter().filter_map(Value::number);
    let first = numbers.next().unwrap_or(&Fraction::ZERO);
    let value = match function {
        Function::Min => numbers.fold(first, |least, n| least.min(n)).clone(),
        Function::Max => numbers.fold(first, |most, n| most.max(n)).clone(),
        Function::Sum => Fraction::sum(arguments.iter().filter_map(Value::number)),
        Function::Average => {
            let count = Fraction::whole(arguments.len() as i64);
            Fraction::sum(arguments.iter().filter_map(Value::number)).div(&count).unwrap_or(Fraction::ZERO)
        }
        Function::Abs => first.abs(),
        Function::Int => first.floor(),
        Function::Round => first.round(places(numbers.next(), at)?, Rounding::HalfAway),
        Function::RoundDown => first.round(places(numbers.next(), at)?, Rounding::Down),
        Function::RoundUp => first.round(places(numbers.next(), at)?, Rounding::Up),
        // Chosen by skips and decided above.
        Function::If | Function::And | Function::Or | Function::Not => return Ok(Value::Truth(false)),
    };
    bounded(value, at)
}

fn places(value: Option<&Fraction>, at: u32) -> Outcome<i32> {
    let Some(value) = value else { return Ok(0) };
    value
        .to_i64()
        .and_then(|n| i32::try_from(n).ok())
        .filter(|n| (-12..=12).contains(n))
        .ok_or_else(|| Trouble::new(Code::Range, at, "Počet míst pro zaokrouhlení má být celé číslo od −12 do 12."))
}

pub(super) fn lookup(columns: &Columns<'_>, table: usize, keys: &[Value], at: u32) -> Outcome<Value> {
    columns.tables[table].rate(keys).map(|rate| Value::Number(rate.clone())).map_err(|no| no_rate(columns.scheme, table, keys, at, &no))
}

#[cold]
fn no_rate(scheme: &Scheme, table: usize, keys: &[Value], at: u32, no: &NoRate) -> Box<Trouble> {
    let table = &scheme.table[table];
    match no {
        NoRate::Kind(column) => {
            let message = format!(
                "Klíč „{}“ tabulky „{}“ je {}, v tabulce je jiný druh hodnoty. Opravte vzorec, nebo klíče v tabulce.",
                table.keys.get(*column).map_or("", String::as_str),
                table.name,
                keys.get(*column).map_or("nic", Value::kind)
            );
            Trouble::new(Code::Type, at, message)
        }
        NoRate::Missing => {
            let shown: Vec<String> = keys.iter().map(Value::for_people).collect();
            let message = format!("V tabulce „{}“ není řádek pro {}. Doplňte sazbu.", table.name, shown.join("; "));
            Trouble::new(Code::MissingRate, at, message)
        }
    }
}
