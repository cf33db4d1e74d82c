//! The structure of a scheme: names, bounds, limits. Formulas are another matter.

use super::{
    fault::{Code, Fault},
    fraction::Fraction,
    names,
    scheme::{FORMAT, Input, Kind, Rule, Scheme, Written},
};
use std::collections::HashMap;

/// Steps of the longest scheme.
pub const STEPS: usize = 200;
/// Tables of the largest scheme.
pub const TABLES: usize = 100;
/// Rows of the longest table, and of the services.
pub const ROWS: usize = 100_000;

/// What a name in a scheme is; the number is its place among its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Named {
    /// An input.
    Input(usize),
    /// A parameter.
    Param(usize),
    /// A table.
    Table(usize),
    /// A step.
    Step(usize),
}

fn fault(message: impl Into<String>) -> Fault {
    Fault::new(Code::Scheme, message)
}

/// Checks the structure and gives what every folded name is.
///
/// # Errors
/// The first structural fault.
pub fn check(scheme: &Scheme) -> Result<HashMap<String, Named>, Fault> {
    if scheme.format != FORMAT {
        return Err(fault(format!("Formát schématu {} není znám. Tento program čte formát {FORMAT}.", scheme.format)));
    }
    let limit = |count: usize, most: usize, what: &str| {
        (count > most).then(|| Fault::new(Code::Limit, format!("Schéma má {count} {what}, může jich mít nejvýš {most}.")))
    };
    if let Some(fault) = limit(scheme.table.len(), TABLES, "tabulek").or_else(|| limit(scheme.step.len(), STEPS, "kroků")) {
        return Err(fault);
    }
    let names = all_names(scheme)?;
    scheme.input.iter().try_for_each(input)?;
    for table in &scheme.table {
        if table.rows.len() > ROWS {
            return Err(Fault::new(
                Code::Limit,
                format!("Tabulka „{}“ má {} řádků, může jich mít nejvýš {ROWS}.", table.name, table.rows.len()),
            ));
        }
    }
    for step in &scheme.step {
        let Rule::Statistic(statistic) = &step.rule else { continue };
        if statistic.of.is_none() && statistic.function != super::scheme::StatisticFunction::Count {
            return Err(fault(format!("Statistice v kroku „{}“ chybí „of“, vzorec hodnoty, ze které se počítá. Doplňte jej.", step.name)));
        }
        if statistic.min_count == Some(0) {
            return Err(fault(format!("V kroku „{}“ má být „min_count“ celé číslo od 1.", step.name)));
        }
    }
    allocation(scheme)?;
    Ok(names)
}

fn all_names(scheme: &Scheme) -> Result<HashMap<String, Named>, Fault> {
    let inputs = scheme.input.iter().enumerate().map(|(at, part)| (&part.name, Named::Input(at)));
    let params = scheme.param.iter().enumerate().map(|(at, part)| (&part.name, Named::Param(at)));
    let tables = scheme.table.iter().enumerate().map(|(at, part)| (&part.name, Named::Table(at)));
    let steps = scheme.step.iter().enumerate().map(|(at, part)| (&part.name, Named::Step(at)));
    let mut names = HashMap::new();
    for (name, named) in inputs.chain(params).chain(tables).chain(steps) {
        if !names::is_name(&names::composed(name)) {
            return Err(fault(format!(
                "„{name}“ nemůže být jméno. Jméno začíná písmenem, pak má písmena, číslice a podtržítka, nejvýš {} znaků.",
                names::LONGEST
            )));
        }
        let folded = names::folded(name);
        if names::is_taken(&folded) {
            return Err(fault(format!("Jméno „{name}“ je vyhrazeno programu. Zvolte jiné.")));
        }
        if matches!(named, Named::Table(_)) && names::is_function(&folded) {
            return Err(fault(format!("Tabulka se nemůže jmenovat „{name}“, tak se jmenuje funkce. Zvolte jiné jméno.")));
        }
        if names.insert(folded, named).is_some() {
            return Err(Fault::new(
                Code::DuplicateName,
                format!("Jméno „{name}“ je ve schématu dvakrát (velká a malá písmena se nerozlišují). Jedno z nich změňte."),
            ));
        }
    }
    Ok(names)
}

fn input(input: &Input) -> Result<(), Fault> {
    let name = &input.name;
    if input.kind == Kind::Text && (input.min.is_some() || input.max.is_some() || input.criterion) {
        return Err(fault(format!(
            "Vstup „{name}“ je text, nemůže mít „min“, „max“ ani být kritériem. Smažte je, nebo změňte druh na číslo."
        )));
    }
    if let (Some(min), Some(max)) = (&input.min, &input.max)
        && min.0 > max.0
    {
        return Err(fault(format!("Vstup „{name}“ má „min“ větší než „max“. Opravte je.")));
    }
    match &input.default {
        None => Ok(()),
        Some(default) if default.kind() != input.kind => {
            Err(fault(format!("„default“ vstupu „{name}“ je jiného druhu než vstup. Opravte jej.")))
        }
        Some(Written::Number(number)) if !allowed(input, &number.0) => {
            Err(fault(format!("„default“ vstupu „{name}“ leží mimo „min“ a „max“. Opravte jej.")))
        }
        Some(_) => Ok(()),
    }
}

/// Whether a number lies between the bounds of an input.
pub fn allowed(input: &Input, value: &Fraction) -> bool {
    input.min.as_ref().is_none_or(|min| *value >= min.0) && input.max.as_ref().is_none_or(|max| *value <= max.0)
}

fn allocation(scheme: &Scheme) -> Result<(), Fault> {
    let unit = &scheme.allocation.round_to.0;
    if !unit.is_whole() || unit.signum() <= 0 {
        return Err(fault("„round_to“ v [allocation] má být celé číslo větší než nula."));
    }
    let Some(minimum) = &scheme.allocation.minimum else { return Ok(()) };
    if minimum.0.is_negative() || !minimum.0.div(unit).is_some_and(|steps| steps.is_whole()) {
        return Err(fault("„minimum“ v [allocation] má být násobek „round_to“, nula nebo více."));
    }
    Ok(())
}
