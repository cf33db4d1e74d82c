//! A scheme made ready for running: names become places, formulas become short programs.

use super::{
    check::{self, Named},
    fault::{Code, Fault, Part},
    formula::{Formula, Function, Node, NodeKind, Operator},
    fraction::Fraction,
    names,
    rates::Rates,
    scheme::{Rule, Scheme, Statistic, StatisticFunction},
    value::Value,
};
use std::collections::HashMap;

/// Where a formula takes a value from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Slot {
    /// The input with this index.
    Input(usize),
    /// The parameter with this index.
    Param(usize),
    /// The step with this index.
    Step(usize),
}

/// An instruction of a program. Places (`at`) are those of the formula, in code points from 1.
#[derive(Debug, Clone)]
pub(super) enum Op {
    Constant(Value),
    Load(Slot),
    Plus {
        at: u32,
    },
    Minus {
        at: u32,
    },
    Percent {
        at: u32,
    },
    Binary {
        operator: Operator,
        at: u32,
    },
    Call {
        function: Function,
        count: u32,
        at: u32,
    },
    Lookup {
        table: u32,
        count: u32,
        at: u32,
    },
    /// Takes a truth value; passes over so many instructions if it is false.
    SkipUnless {
        skip: u32,
        at: u32,
    },
    Skip(u32),
}

/// A formula with its names looked up.
#[derive(Debug, Clone)]
pub struct Program {
    formula: Formula,
    pub(super) code: Vec<Op>,
}

impl Program {
    /// The formula it was made of.
    pub fn formula(&self) -> &Formula {
        &self.formula
    }
}

/// A step ready for running.
#[derive(Debug, Clone)]
pub(super) enum ReadyStep {
    Formula(Program),
    Statistic(ReadyStatistic),
}

#[derive(Debug, Clone)]
pub(super) struct ReadyStatistic {
    pub function: StatisticFunction,
    pub of: Option<Program>,
    pub condition: Option<Program>,
    pub per: Vec<Slot>,
    pub min_count: u64,
    pub otherwise: Option<Program>,
}

#[derive(Debug, Clone)]
pub(super) struct ReadyAllocation {
    pub base: Slot,
    pub weight: Option<Slot>,
    pub cap: Option<Slot>,
    pub group: Option<Slot>,
    pub unit: Fraction,
    pub minimum: Fraction,
}

/// A scheme without structural faults, ready for running.
#[derive(Debug, Clone)]
pub struct Compiled {
    pub(super) scheme: Scheme,
    pub(super) names: HashMap<String, Named>,
    pub(super) params: Vec<Value>,
    pub(super) tables: Vec<Rates>,
    pub(super) steps: Vec<ReadyStep>,
    pub(super) allocation: ReadyAllocation,
}

impl Scheme {
    /// Checks the scheme and makes it ready for running.
    ///
    /// # Errors
    /// The first structural fault; otherwise the first fault of each step and of each name in the allocation.
    pub fn compile(&self) -> Result<Compiled, Vec<Fault>> {
        let names = check::check(self).map_err(|fault| vec![fault])?;
        let tables = self.table.iter().map(Rates::new).collect::<Result<_, _>>().map_err(|fault| vec![fault])?;
        let mut faults = Vec::new();
        let mut steps = Vec::with_capacity(self.step.len());
        for (at, step) in self.step.iter().enumerate() {
            let scope = Scope { scheme: self, names: &names, earlier: at };
            match scope.step(&step.rule) {
                Ok(ready) => steps.push(ready),
                Err(fault) => faults.push(fault.in_step(&step.name)),
            }
        }
        let scope = Scope { scheme: self, names: &names, earlier: self.step.len() };
        let allocation = scope.allocation(&mut faults);
        match allocation {
            Some(allocation) if faults.is_empty() => {
                let params = self.param.iter().map(|param| Value::from(&param.value)).collect();
                Ok(Compiled { scheme: self.clone(), names, params, tables, steps, allocation })
            }
            _ => Err(faults),
        }
    }
}

impl Compiled {
    /// The scheme.
    pub fn scheme(&self) -> &Scheme {
        &self.scheme
    }

    /// What a name is, in any case of letters.
    pub fn named(&self, name: &str) -> Option<Named> {
        self.names.get(&names::folded(name)).copied()
    }

    /// The formula of a step that has this part, with its names looked up. `of` of a count is not there, since it is ignored.
    pub fn program(&self, step: usize, part: Part) -> Option<&Program> {
        match (self.steps.get(step)?, part) {
            (ReadyStep::Formula(program), Part::Formula) => Some(program),
            (ReadyStep::Statistic(statistic), Part::Of) => statistic.of.as_ref(),
            (ReadyStep::Statistic(statistic), Part::Where) => statistic.condition.as_ref(),
            (ReadyStep::Statistic(statistic), Part::Otherwise) => statistic.otherwise.as_ref(),
            _ => None,
        }
    }

    /// The table with this index, for looking up.
    pub fn rates(&self, table: usize) -> Option<&Rates> {
        self.tables.get(table)
    }

    /// The value of a parameter.
    pub fn param(&self, param: usize) -> Option<&Value> {
        self.params.get(param)
    }
}

/// What a formula can see.
struct Scope<'a> {
    scheme: &'a Scheme,
    names: &'a HashMap<String, Named>,
    earlier: usize,
}

impl Scope<'_> {
    fn step(&self, rule: &Rule) -> Result<ReadyStep, Fault> {
        match rule {
            Rule::Formula(text) => {
                let formula = Formula::parse(text).map_err(|fault| fault.in_part(Part::Formula))?;
                self.program(formula).map(ReadyStep::Formula).map_err(|fault| fault.in_part(Part::Formula))
            }
            Rule::Statistic(statistic) => self.statistic(statistic).map(ReadyStep::Statistic),
        }
    }

    fn statistic(&self, statistic: &Statistic) -> Result<ReadyStatistic, Fault> {
        let counts = statistic.function == StatisticFunction::Count;
        let of = statistic.of.as_ref().filter(|_| !counts);
        let read =
            |text: Option<&String>, part: Part| text.map(|text| Formula::parse(text).map_err(|fault| fault.in_part(part))).transpose();
        let parsed =
            [read(of, Part::Of), read(statistic.condition.as_ref(), Part::Where), read(statistic.otherwise.as_ref(), Part::Otherwise)];
        if let Some(Err(fault)) = parsed.iter().find(|read| read.as_ref().is_err_and(|fault| fault.code == Code::Syntax)) {
            return Err(fault.clone());
        }
        let [of, condition, otherwise] = parsed;
        let resolve = |formula: Result<Option<Formula>, Fault>, part: Part| {
            formula?.map(|formula| self.program(formula).map_err(|fault| fault.in_part(part))).transpose()
        };
        let of = resolve(of, Part::Of)?;
        let condition = resolve(condition, Part::Where)?;
        let per = statistic.per.iter().map(|name| self.slot(name)).collect::<Result<_, _>>()?;
        let otherwise = resolve(otherwise, Part::Otherwise)?;
        let least = u64::from(statistic.function != StatisticFunction::Sum);
        let min_count = if counts { 0 } else { statistic.min_count.unwrap_or(least) };
        Ok(ReadyStatistic { function: statistic.function, of, condition, per, min_count, otherwise })
    }

    fn allocation(&self, faults: &mut Vec<Fault>) -> Option<ReadyAllocation> {
        let allocation = &self.scheme.allocation;
        let mut slot = |name: &str| {
            self.slot(name).map_err(|fault| faults.push(Fault { message: format!("Rozdělení peněz: {}", fault.message), ..fault })).ok()
        };
        let base = slot(&allocation.base);
        let weight = allocation.weight.as_deref().map(&mut slot);
        let cap = allocation.cap.as_deref().map(&mut slot);
        let group = allocation.group.as_deref().map(&mut slot);
        Some(ReadyAllocation {
            base: base?,
            weight: weight.flatten(),
            cap: cap.flatten(),
            group: group.flatten(),
            unit: allocation.round_to.0.clone(),
            minimum: allocation.minimum.as_ref().map_or(Fraction::ZERO, |minimum| minimum.0.clone()),
        })
    }

    /// Where a name takes its value from.
    fn slot(&self, name: &str) -> Result<Slot, Fault> {
        match self.names.get(&names::folded(name)) {
            Some(Named::Input(at)) => Ok(Slot::Input(*at)),
            Some(Named::Param(at)) => Ok(Slot::Param(*at)),
            Some(Named::Step(at)) if *at < self.earlier => Ok(Slot::Step(*at)),
            Some(Named::Step(at)) if *at == self.earlier => {
                Err(Fault::new(Code::Cycle, format!("Krok „{name}“ potřebuje sám sebe. Použijte jen vstupy, parametry a kroky výše.")))
            }
            Some(Named::Step(_)) => {
                Err(Fault::new(Code::Cycle, format!("Krok „{name}“ se počítá až později. Přesuňte jej výš, nebo použijte jen kroky výše.")))
            }
            Some(Named::Table(at)) => Err(Fault::new(
                Code::UnknownName,
                format!("„{name}“ je tabulka. Použijte ji s klíči: {name}({}).", self.scheme.table[*at].keys.join("; ")),
            )),
            None => Err(Fault::new(
                Code::UnknownName,
                format!("Jméno „{name}“ tu není známo. Zkontrolujte je, nebo přidejte vstup, parametr či krok toho jména."),
            )),
        }
    }

    fn program(&self, formula: Formula) -> Result<Program, Fault> {
        let mut first: Option<Fault> = None;
        let mut note = |fault: Fault, at: usize| {
            if first.as_ref().and_then(|fault| fault.position).is_none_or(|place| at < place) {
                first = Some(fault.at(at));
            }
        };
        let code = formula.fold(|node, operands: Vec<Vec<Op>>| match self.op(node) {
            Ok(op) => joined(node, operands, op),
            Err(fault) => {
                note(fault, node.at);
                Vec::new()
            }
        });
        match first {
            Some(fault) => Err(fault),
            None => Ok(Program { formula, code: code.unwrap_or_default() }),
        }
    }

    /// The instruction of a node; nothing for parentheses.
    fn op(&self, node: &Node) -> Result<Option<Op>, Fault> {
        let at = node.at as u32;
        Ok(Some(match &node.kind {
            NodeKind::Number(number) => Op::Constant(Value::Number(number.clone())),
            NodeKind::Text(text) => Op::Constant(Value::text(text)),
            NodeKind::Truth(truth) => Op::Constant(Value::Truth(*truth)),
            NodeKind::Name(name) => Op::Load(self.slot(name)?),
            NodeKind::Plus => Op::Plus { at },
            NodeKind::Minus => Op::Minus { at },
            NodeKind::Percent => Op::Percent { at },
            NodeKind::Binary(operator) => Op::Binary { operator: *operator, at },
            NodeKind::Parentheses => return Ok(None),
            NodeKind::Call(function, count) => {
                let (least, most) = function.arity();
                if *count < least || *count > most {
                    let described = function.described();
                    return Err(Fault::new(
                        Code::Arity,
                        format!("Funkce {} má jiný počet údajů: píše se {}.", described.czech, described.usage),
                    ));
                }
                Op::Call { function: *function, count: *count as u32, at }
            }
            NodeKind::Lookup(name, count) => {
                let Some(Named::Table(table)) = self.names.get(&names::folded(name)) else {
                    return Err(Fault::new(
                        Code::UnknownName,
                        format!("Funkce ani tabulka „{name}“ tu není. Zkontrolujte jméno podle seznamu funkcí a tabulek."),
                    ));
                };
                let keys = &self.scheme.table[*table].keys;
                if *count != keys.len() {
                    return Err(Fault::new(
                        Code::Arity,
                        format!("Tabulka „{name}“ má jiný počet klíčů: píše se {name}({}).", keys.join("; ")),
                    ));
                }
                Op::Lookup { table: *table as u32, count: *count as u32, at }
            }
        }))
    }
}

/// The code of a node after the code of its operands.
fn joined(node: &Node, operands: Vec<Vec<Op>>, op: Option<Op>) -> Vec<Op> {
    let mut operands = operands.into_iter();
    let mut code = operands.next().unwrap_or_default();
    if matches!(node.kind, NodeKind::Call(Function::If, _)) {
        let (mut yes, mut no) = (operands.next().unwrap_or_default(), operands.next().unwrap_or_default());
        code.push(Op::SkipUnless { skip: yes.len() as u32 + 1, at: node.at as u32 });
        code.append(&mut yes);
        code.push(Op::Skip(no.len() as u32));
        code.append(&mut no);
        return code;
    }
    for mut operand in operands {
        code.append(&mut operand);
    }
    code.extend(op);
    code
}
