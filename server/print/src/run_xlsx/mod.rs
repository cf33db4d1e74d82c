//! A run as a workbook: every step is a live formula over cells of inputs, parameters and rates, so that a clerk can change a number and see
//! what it does. Functions are those that Excel 2010 and LibreOffice both compute; statistics by groups are array formulas.

mod helper;
mod number;
pub mod place;
mod rates;
mod split;
mod translate;

use crate::{
    PrintError,
    table::{cell_text, put_text},
};
use domain::subsidy::calculation::{
    Part, Report,
    scheme::{Param, Rule, Written},
};
use helper::Helper;
use place::{FIRST, FIRST_PARAM, PARAM_VALUE, Tab, resolve};
use rust_xlsxwriter::{Color, Format, FormatBorder, Formula, Workbook, Worksheet};
use split::{Formats, Sources};
use translate::{Kind, Translator, column};

/// What the workbook says of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct About {
    /// What was computed: kraj, year and round.
    pub title: String,
    /// Number and name of the run, who made it and when.
    pub run: String,
}

/// The run as a workbook.
///
/// # Errors
/// More services or columns than a sheet holds; a run of another scheme.
pub fn run_xlsx(report: Report<'_>, about: &About) -> Result<Vec<u8>, PrintError> {
    let scheme = report.compiled.scheme();
    if report.run.steps.len() != scheme.step.len() || report.run.results.len() != report.services.len() {
        return Err(PrintError::Foreign);
    }
    let bold = Format::new().set_bold().set_text_wrap().set_border_bottom(FormatBorder::Thin);
    let input = Format::new().set_background_color(Color::RGB(0x00FF_F7D6));
    let money = Format::new().set_num_format("#,##0.00######");
    let general = Format::new();
    let count = report.services.len();

    let mut params = Worksheet::new();
    params.set_name(Tab::Params.name())?;
    write_params(&mut params, report, about, &bold, &input)?;
    let mut rates = Worksheet::new();
    rates.set_name(Tab::Rates.name())?;
    let rate_places = rates::write(&mut rates, &scheme.table, &bold, &input)?;

    let mut helper = Helper::default();
    let mut services = Worksheet::new();
    services.set_name(Tab::Services.name())?;
    write_inputs(&mut services, report, &bold, &input)?;
    let mut translator = Translator { compiled: report.compiled, rates: &rate_places, helper: &mut helper, steps: Vec::new() };
    for (at, step) in scheme.step.iter().enumerate() {
        let place = column(1 + scheme.input.len() + at);
        translator.helper.of_step(&step.name);
        let (template, kind) = step_template(&mut translator, report, at, &step.rule, count);
        translator.steps.push(kind);
        // A truth value in a format of numbers would be shown as 1.
        let format = if kind == Kind::Number { &money } else { &general };
        heads(&mut services, place, step.label.as_deref(), step.unit.as_deref(), &step.name, &bold)?;
        for (service, value) in report.run.steps[at].iter().enumerate() {
            let row = FIRST + u32::try_from(service).unwrap_or_default();
            let formula =
                Formula::new(format!("={}", resolve(&template, Tab::Services, row))).set_result(cell_text(&number::result(value)));
            services.write_formula_with_format(row, place, formula, format)?;
        }
    }
    let allocation = &scheme.allocation;
    let named = |name: &Option<String>| name.as_deref().map(|name| translator.named(name));
    let sources = Sources {
        base: translator.named(&allocation.base),
        weight: named(&allocation.weight),
        cap: named(&allocation.cap),
        group: named(&allocation.group),
    };
    let identifiers: Vec<&str> = report.services.identifiers().iter().map(|id| id.written.as_str()).collect();
    let mut helper_sheet = Worksheet::new();
    helper_sheet.set_name(Tab::Helper.name())?;
    helper.write(&mut helper_sheet, &identifiers, &bold)?;
    let (mut money_sheet, mut split_sheet) = (Worksheet::new(), Worksheet::new());
    money_sheet.set_name(Tab::Money.name())?;
    split_sheet.set_name(Tab::Split.name())?;
    split::write(&mut money_sheet, &mut split_sheet, report, &sources, &Formats { bold: &bold, input: &input, money: &money })?;

    let mut workbook = Workbook::new();
    for sheet in [params, rates, services, helper_sheet, money_sheet, split_sheet] {
        workbook.push_worksheet(sheet);
    }
    Ok(workbook.save_to_buffer()?)
}

fn step_template(translator: &mut Translator<'_>, report: Report<'_>, at: usize, rule: &Rule, count: usize) -> (String, Kind) {
    let missing = || ("NA()".to_owned(), Kind::Unknown);
    match rule {
        Rule::Formula(_) => report.compiled.program(at, Part::Formula).map_or_else(missing, |program| {
            let piece = translator.program(program);
            (piece.text, piece.kind)
        }),
        Rule::Statistic(statistic) => {
            let Some(found) = report.run.found.get(at).and_then(Option::as_ref) else { return missing() };
            let written = helper::statistic(translator, report, at, statistic, found, count);
            let least = match statistic.function {
                domain::subsidy::calculation::scheme::StatisticFunction::Count => 0,
                domain::subsidy::calculation::scheme::StatisticFunction::Sum => statistic.min_count.unwrap_or(0),
                _ => statistic.min_count.unwrap_or(1),
            };
            if least == 0 {
                return (written.value, Kind::Number);
            }
            let (otherwise, kind) = match report.compiled.program(at, Part::Otherwise) {
                Some(program) => {
                    let piece = translator.program(program);
                    (piece.text, if piece.kind == Kind::Number { Kind::Number } else { Kind::Unknown })
                }
                None => ("NA()".to_owned(), Kind::Number),
            };
            (format!("IF({}<{least},{otherwise},{})", written.count, written.value), kind)
        }
    }
}

fn write_params(sheet: &mut Worksheet, report: Report<'_>, about: &About, bold: &Format, input: &Format) -> Result<(), PrintError> {
    let scheme = report.compiled.scheme();
    put_text(sheet, 0, 0, &about.title, Some(&Format::new().set_bold()))?;
    put_text(sheet, 1, 0, &format!("{} · schéma {}, verze {}", about.run, scheme.name, scheme.version), None)?;
    for (at, words) in (0_u16..).zip(["parametr", "jméno ve vzorcích", "hodnota", "jednotka", "proč"]) {
        sheet.write_string_with_format(FIRST_PARAM - 1, at, words, bold)?;
    }
    for (row, param) in (FIRST_PARAM..).zip(&scheme.param) {
        let Param { name, label, unit, why, value } = param;
        put_text(sheet, row, 0, label.as_deref().unwrap_or(name), None)?;
        put_text(sheet, row, 1, name, None)?;
        match value {
            Written::Number(value) => {
                sheet.write_number_with_format(row, PARAM_VALUE, number::float(&value.0), input)?;
            }
            Written::Text(value) => put_text(sheet, row, PARAM_VALUE, value, Some(input))?,
        }
        put_text(sheet, row, 3, unit.as_deref().unwrap_or_default(), None)?;
        put_text(sheet, row, 4, why.as_deref().unwrap_or_default(), None)?;
    }
    sheet.set_column_width(0, 36)?.set_column_width(1, 22)?.set_column_width(PARAM_VALUE, 16)?.set_column_width(4, 60)?;
    Ok(())
}

fn heads(sheet: &mut Worksheet, at: u16, label: Option<&str>, unit: Option<&str>, name: &str, bold: &Format) -> Result<(), PrintError> {
    put_text(sheet, 0, at, label.unwrap_or(name), None)?;
    put_text(sheet, 1, at, unit.unwrap_or_default(), None)?;
    put_text(sheet, 2, at, name, Some(bold))?;
    sheet.set_column_width(at, 16)?;
    Ok(())
}

fn write_inputs(sheet: &mut Worksheet, report: Report<'_>, bold: &Format, input: &Format) -> Result<(), PrintError> {
    use domain::subsidy::calculation::Value;
    let scheme = report.compiled.scheme();
    sheet.write_string_with_format(FIRST - 1, 0, "identifikator", bold)?;
    for (row, id) in (FIRST..).zip(report.services.identifiers()) {
        sheet.write_string(row, 0, &id.written)?;
    }
    for (at, described) in scheme.input.iter().enumerate() {
        let place = column(at + 1);
        heads(sheet, place, described.label.as_deref(), described.unit.as_deref(), &described.name, bold)?;
        for (row, value) in (FIRST..).zip(report.services.input(at)) {
            match value {
                Value::Number(value) => {
                    sheet.write_number_with_format(row, place, number::float(value), input)?;
                }
                Value::Text(text) => put_text(sheet, row, place, text, Some(input))?,
                Value::Truth(truth) => {
                    sheet.write_boolean_with_format(row, place, *truth, input)?;
                }
            }
        }
    }
    sheet.set_freeze_panes(FIRST, 1)?;
    Ok(())
}
