//! Where things stand in the workbook, and how formulas refer to them.

use rust_xlsxwriter::utility::column_number_to_name;

/// Row (from 0) of the first service on every sheet that has a row per service.
pub const FIRST: u32 = 3;
/// Row (from 0) of the first group on the sheet of the money.
pub const FIRST_GROUP: u32 = 6;
/// Column of a parameter's value.
pub const PARAM_VALUE: u16 = 2;
/// Row (from 0) of the first parameter.
pub const FIRST_PARAM: u32 = 3;
/// Column of the coefficient on the sheet of the money.
pub const K: u16 = 3;
/// Column of the award on the sheet of the division.
pub const AWARD: u16 = 16;

/// A sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tab {
    /// Parameters of the scheme.
    Params,
    /// Tables of rates.
    Rates,
    /// Inputs and steps.
    Services,
    /// What stands between the inputs and the steps.
    Helper,
    /// Groups with their money and coefficient.
    Money,
    /// The division among services.
    Split,
}

impl Tab {
    /// The name of the sheet.
    pub fn name(self) -> &'static str {
        match self {
            Self::Params => "Parametry",
            Self::Rates => "Sazby",
            Self::Services => "Služby",
            Self::Helper => "Pomocné",
            Self::Money => "Alokace",
            Self::Split => "Rozdělení",
        }
    }

    /// Stands for the name of this sheet in a template.
    fn mark(self) -> char {
        match self {
            Self::Params => '\u{11}',
            Self::Rates => '\u{12}',
            Self::Services => '\u{13}',
            Self::Helper => '\u{14}',
            Self::Money => '\u{15}',
            Self::Split => '\u{16}',
        }
    }

    fn of_mark(mark: char) -> Option<Self> {
        [Self::Params, Self::Rates, Self::Services, Self::Helper, Self::Money, Self::Split].into_iter().find(|tab| tab.mark() == mark)
    }
}

/// Stands for the row of the service, as spreadsheets count.
pub const ROW: char = '\u{1}';
/// Stands for the row above it.
pub const ABOVE: char = '\u{2}';
/// Stands for the place of the service, from 1.
pub const AT: char = '\u{3}';

/// The cell of a service in a column.
pub fn own(tab: Tab, column: u16) -> String {
    format!("{}${}{ROW}", tab.mark(), column_number_to_name(column))
}

/// One cell, row from 0.
pub fn fixed(tab: Tab, row: u32, column: u16) -> String {
    format!("{}${}${}", tab.mark(), column_number_to_name(column), row + 1)
}

/// A stretch of a column, rows from 0, the last one included.
pub fn stretch(tab: Tab, first: u32, last: u32, column: u16) -> String {
    let column = column_number_to_name(column);
    format!("{}${column}${}:${column}${}", tab.mark(), first + 1, last + 1)
}

/// The rows above that of the service.
pub fn above(tab: Tab, column: u16) -> String {
    let column = column_number_to_name(column);
    format!("{}${column}${}:${column}{ABOVE}", tab.mark(), FIRST + 1)
}

/// The formula of a template on a sheet, in a row from 0.
pub fn resolve(template: &str, home: Tab, row: u32) -> String {
    let mut out = String::with_capacity(template.len() + 16);
    for c in template.chars() {
        match c {
            ROW => out.push_str(&(row + 1).to_string()),
            ABOVE => out.push_str(&row.to_string()),
            AT => out.push_str(&(row + 1).saturating_sub(FIRST).to_string()),
            mark => match Tab::of_mark(mark) {
                Some(tab) if tab == home => {}
                Some(tab) => {
                    out.push_str(tab.name());
                    out.push('!');
                }
                None => out.push(c),
            },
        }
    }
    out
}
