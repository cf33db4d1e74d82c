//! What stands between the inputs and the steps: conditions, values and keys of statistics, and pieces of long formulas.
//!
//! A statistic is computed once for each group of services, at the first of them; the others refer to it. MATCH finds the first one, though
//! it does not mind upper and lower case, so what it finds is compared by EXACT, and a service that is not the same computes for itself.

use super::{
    number,
    place::{AT, FIRST, Tab, above, fixed, own, resolve, stretch},
    translate::{Kind, Translator, column},
};
use crate::{
    PrintError,
    table::{cell_text, put_text},
};
use domain::subsidy::calculation::{
    Found, Named, Part, Report, Value,
    scheme::{Statistic, StatisticFunction},
};
use rust_xlsxwriter::{Format, Formula, Worksheet};

/// A column of the sheet.
struct HelperColumn {
    head: String,
    template: String,
    /// Another one for the first service.
    first: Option<String>,
    /// Computed as an array.
    array: bool,
    /// The values as stored; none where they are not known.
    stored: Vec<String>,
}

/// The columns of the sheet, the first one holding the identifiers.
#[derive(Default)]
pub struct Helper {
    columns: Vec<HelperColumn>,
    head: String,
}

/// A statistic ready to be a step.
pub struct Written {
    /// How many values there are.
    pub count: String,
    /// The statistic of them.
    pub value: String,
}

impl Helper {
    /// Columns that follow belong to this step.
    pub fn of_step(&mut self, name: &str) {
        name.clone_into(&mut self.head);
    }

    /// A column for a piece of a formula.
    pub fn between(&mut self, template: String) -> u16 {
        let head = format!("{}: mezivýpočet", self.head);
        self.add(HelperColumn { head, template, first: None, array: false, stored: Vec::new() })
    }

    fn add(&mut self, column_of: HelperColumn) -> u16 {
        self.columns.push(column_of);
        column(self.columns.len())
    }

    /// Writes the sheet.
    pub fn write(&self, sheet: &mut Worksheet, identifiers: &[&str], bold: &Format) -> Result<(), PrintError> {
        sheet.write_string_with_format(FIRST - 1, 0, "identifikator", bold)?;
        for (row, identifier) in (FIRST..).zip(identifiers) {
            sheet.write_string(row, 0, *identifier)?;
        }
        for (at, column_of) in (1_u16..).zip(&self.columns) {
            put_text(sheet, FIRST - 1, at, &column_of.head, Some(bold))?;
            for place in 0..identifiers.len() {
                let row = FIRST + u32::try_from(place).unwrap_or_default();
                let template = column_of.first.as_ref().filter(|_| place == 0).unwrap_or(&column_of.template);
                let stored = column_of.stored.get(place).map_or("0", String::as_str);
                let formula = Formula::new(format!("={}", resolve(template, Tab::Helper, row))).set_result(cell_text(stored));
                if column_of.array {
                    sheet.write_array_formula(row, at, row, at, formula)?;
                } else {
                    sheet.write_formula(row, at, formula)?;
                }
            }
        }
        sheet.set_freeze_panes(FIRST, 1)?;
        Ok(())
    }
}

/// Adds the columns of a statistic.
pub fn statistic(
    translator: &mut Translator<'_>,
    report: Report<'_>,
    step: usize,
    statistic: &Statistic,
    found: &Found,
    count: usize,
) -> Written {
    let name = report.compiled.scheme().step.get(step).map(|step| step.name.clone()).unwrap_or_default();
    let last = (FIRST + u32::try_from(count).unwrap_or_default()).saturating_sub(1);
    let all = |at: u16| stretch(Tab::Helper, FIRST, last, at);
    let condition = report.compiled.program(step, Part::Where);
    let taken: Vec<bool> =
        (0..count).map(|at| condition.is_none_or(|program| report.evaluate(program, at) == Some(Value::Truth(true)))).collect();
    let template = condition.map_or_else(|| "1".to_owned(), |program| format!("IF({},1,0)", translator.program(program).text));
    let weight = translator.helper.add(HelperColumn {
        head: format!("{name}: počítá se"),
        template,
        first: None,
        array: false,
        stored: taken.iter().map(|taken| u8::from(*taken).to_string()).collect(),
    });
    let summed = matches!(statistic.function, StatisticFunction::Sum | StatisticFunction::Mean);
    let nothing = if summed { "0" } else { "\"\"" };
    let value = report.compiled.program(step, Part::Of).filter(|_| statistic.function != StatisticFunction::Count).map(|program| {
        let of = translator.program(program).text;
        let stored = (0..count).map(|at| match report.evaluate(program, at) {
            Some(value) if taken[at] => number::result(&value),
            _ => nothing.trim_matches('"').to_owned(),
        });
        let stored = stored.collect();
        let template = format!("IF({}=1,{of},{nothing})", own(Tab::Helper, weight));
        translator.helper.add(HelperColumn { head: format!("{name}: hodnota"), template, first: None, array: false, stored })
    });
    let group = |at: usize| found.group.get(at).and_then(|group| found.groups.get(*group as usize));
    let counts: Vec<String> = (0..count).map(|at| group(at).map_or(0, |group| group.count).to_string()).collect();
    let values: Vec<String> =
        (0..count).map(|at| group(at).and_then(|group| group.value.as_ref()).map_or_else(|| "0".to_owned(), number::of_number)).collect();
    let same = same_group(translator, report, statistic, found, &name, count);
    let mut shared = |head: &str, template: String, array: bool, stored: Vec<String>| {
        let at = column(translator.helper.columns.len() + 1);
        let (template, first, array) = match &same {
            None => (fixed(Tab::Helper, FIRST, at), template, false),
            Some(same) => {
                let first_of = own(Tab::Helper, same.first);
                (format!("IF({first_of}<{AT},INDEX({},{first_of}),{template})", above(Tab::Helper, at)), template, array)
            }
        };
        translator.helper.add(HelperColumn { head: format!("{name}: {head}"), template, first: Some(first), array, stored })
    };
    let in_group = |of: String| match &same {
        None => format!("SUM({of})"),
        Some(same) => format!("SUMPRODUCT({}*{of})", same.condition),
    };
    let counted = shared("počet", in_group(all(weight)), false, counts);
    let count_cell = own(Tab::Helper, counted);
    let Some(value) = value else { return Written { count: count_cell.clone(), value: count_cell } };
    let quartile = |part: u8| match &same {
        None => format!("QUARTILE({},{part})", all(value)),
        Some(same) => format!("QUARTILE(IF({}*{}=1,{},\"\"),{part})", same.condition, all(weight), all(value)),
    };
    let template = match statistic.function {
        StatisticFunction::Count | StatisticFunction::Sum => in_group(all(value)),
        StatisticFunction::Mean => format!("{}/{count_cell}", in_group(all(value))),
        StatisticFunction::Min => quartile(0),
        StatisticFunction::Quartile1 => quartile(1),
        StatisticFunction::Median => quartile(2),
        StatisticFunction::Quartile3 => quartile(3),
        StatisticFunction::Max => quartile(4),
    };
    let result = shared("statistika", template, !summed, values);
    Written { count: count_cell, value: own(Tab::Helper, result) }
}

/// Services with the same values of `per`.
struct Same {
    /// Array of whether each service is in the group of this one.
    condition: String,
    /// The place of the first one of the group.
    first: u16,
}

fn same_group(
    translator: &mut Translator<'_>,
    report: Report<'_>,
    statistic: &Statistic,
    found: &Found,
    name: &str,
    count: usize,
) -> Option<Same> {
    if statistic.per.is_empty() {
        return None;
    }
    let parts: Vec<String> = statistic
        .per
        .iter()
        .map(|per| {
            let piece = translator.named(per);
            let x = piece.text;
            let (text, truth, number) =
                (format!("\"t\"&LEN({x})&\":\"&{x}"), format!("IF({x},\"p\",\"q\")"), format!("\"n\"&ROUND({x},9)"));
            match piece.kind {
                Kind::Text => text,
                Kind::Truth => truth,
                Kind::Number => number,
                Kind::Unknown => format!("IF(ISTEXT({x}),{text},IF(ISLOGICAL({x}),{truth},{number}))"),
            }
        })
        .collect();
    let stored = (0..count).map(|at| statistic.per.iter().map(|per| key(report, per, at)).collect::<Vec<_>>().join("|"));
    let stored = stored.collect();
    let key = translator.helper.add(HelperColumn {
        head: format!("{name}: skupina"),
        template: parts.join("&\"|\"&"),
        first: None,
        array: false,
        stored,
    });
    let last = (FIRST + u32::try_from(count).unwrap_or_default()).saturating_sub(1);
    let (all, mine) = (stretch(Tab::Helper, FIRST, last, key), own(Tab::Helper, key));
    let place = format!("MATCH({mine},{all},0)");
    let firsts = (0..count).map(|at| {
        let first = found.group.iter().position(|group| Some(group) == found.group.get(at));
        (first.unwrap_or(at) + 1).to_string()
    });
    let firsts = firsts.collect();
    let first = translator.helper.add(HelperColumn {
        head: format!("{name}: první ze skupiny"),
        template: format!("IFERROR(IF(EXACT(INDEX({all},{place}),{mine}),{place},{AT}),{AT})"),
        first: None,
        array: false,
        stored: firsts,
    });
    Some(Same { condition: format!("EXACT({all},{mine})"), first })
}

/// The key of a service, as the formula makes it.
fn key(report: Report<'_>, per: &str, at: usize) -> String {
    let value = match report.compiled.named(per) {
        Some(Named::Input(input)) => report.services.input(input).get(at),
        Some(Named::Param(param)) => report.compiled.param(param),
        Some(Named::Step(step)) => report.run.steps.get(step).and_then(|column| column.get(at)),
        Some(Named::Table(_)) | None => None,
    };
    match value {
        Some(Value::Text(text)) => format!("t{}:{text}", text.encode_utf16().count()),
        Some(Value::Truth(truth)) => if *truth { "p" } else { "q" }.to_owned(),
        Some(Value::Number(number)) => format!("n{}", number.round(9, domain::subsidy::calculation::Rounding::HalfAway).shown()),
        None => String::new(),
    }
}
