//! A table as a page shows it, as a workbook with one sheet.

use crate::PrintError;
use domain::subsidy::amount::Crowns;
use rust_xlsxwriter::{Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError};

/// A cell of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// A text, also an identifier made of digits.
    Text(String),
    /// Whole crowns, or another whole number.
    Whole(i64),
    /// A decimal number as digits with a point.
    Decimal(String),
    /// Nothing.
    Empty,
}

/// A table for export: what the page shows, in its order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Name of the sheet, at most 31 characters.
    pub name: String,
    /// Lines above the table in the workbook: what it is, filters, when. CSV has none, so that programs can read it.
    pub about: Vec<String>,
    /// Heads of the columns.
    pub header: Vec<String>,
    /// The rows, as many cells as the header has.
    pub rows: Vec<Vec<Cell>>,
    /// A last row of sums, if the page shows one.
    pub total: Option<Vec<Cell>>,
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<Crowns> for Cell {
    fn from(amount: Crowns) -> Self {
        Self::Whole(i64::try_from(amount.get()).unwrap_or(i64::MAX))
    }
}

impl<T: Into<Cell>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Empty, Into::into)
    }
}

impl From<i64> for Cell {
    fn from(number: i64) -> Self {
        Self::Whole(number)
    }
}

/// The name of a sheet as spreadsheets take it: 31 characters, none of `[]:*?/\`, no apostrophe at its ends.
pub(crate) fn sheet_name(name: &str) -> String {
    let kept: String = name.chars().map(|c| if "[]:*?/\\".contains(c) || c.is_control() { ' ' } else { c }).take(31).collect();
    let kept = kept.trim().trim_matches('\'').trim();
    if kept.is_empty() { "List".to_owned() } else { kept.to_owned() }
}

/// A text without the characters that XML cannot hold, at most as long as a cell takes.
pub(crate) fn cell_text(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).take(32_000).collect()
}

/// Writes a text that stays a text: what would become a formula once somebody edits the cell is marked as one.
pub(crate) fn put_text(sheet: &mut Worksheet, row: u32, column: u16, words: &str, format: Option<&Format>) -> Result<(), XlsxError> {
    let words = cell_text(words);
    if domain::text::is_formula(&words) {
        let quoted = format.cloned().unwrap_or_default().set_quote_prefix();
        sheet.write_string_with_format(row, column, words, &quoted)?;
    } else if let Some(format) = format {
        sheet.write_string_with_format(row, column, words, format)?;
    } else {
        sheet.write_string(row, column, words)?;
    }
    Ok(())
}

/// The table as a workbook.
///
/// # Errors
/// More rows or columns than a sheet holds.
pub fn table_xlsx(table: &Table) -> Result<Vec<u8>, PrintError> {
    let mut workbook = Workbook::new();
    let head = Format::new().set_bold().set_text_wrap().set_border_bottom(FormatBorder::Thin).set_align(FormatAlign::Top);
    let bold = Format::new().set_bold();
    let whole = Format::new().set_num_format("#,##0");
    let whole_bold = Format::new().set_num_format("#,##0").set_bold();
    let plain = Format::new();
    let sheet = workbook.add_worksheet();
    sheet.set_name(sheet_name(&table.name))?;
    let mut at: u32 = 0;
    for line in &table.about {
        put_text(sheet, at, 0, line, Some(if at == 0 { &bold } else { &plain }))?;
        at += 1;
    }
    at += u32::from(at > 0);
    for (column, words) in (0_u16..).zip(&table.header) {
        put_text(sheet, at, column, words, Some(&head))?;
        let wide = table.rows.iter().filter_map(|row| row.get(usize::from(column))).map(|cell| match cell {
            Cell::Text(text) => text.chars().count(),
            Cell::Whole(_) | Cell::Decimal(_) => 14,
            Cell::Empty => 0,
        });
        let wide = wide.max().unwrap_or_default().max(words.chars().count() / 2).clamp(8, 60);
        sheet.set_column_width(column, u32::try_from(wide + 2).unwrap_or(60))?;
    }
    sheet.set_freeze_panes(at + 1, 0)?;
    let total = table.total.iter().map(|row| (row, true));
    for (row, is_total) in table.rows.iter().map(|row| (row, false)).chain(total) {
        at += 1;
        let (text, number) = if is_total { (&bold, &whole_bold) } else { (&plain, &whole) };
        for (column, cell) in (0_u16..).zip(row) {
            match cell {
                Cell::Text(words) => put_text(sheet, at, column, words, Some(text))?,
                Cell::Whole(n) => {
                    sheet.write_number_with_format(at, column, *n as f64, number)?;
                }
                Cell::Decimal(digits) => match digits.parse::<f64>() {
                    Ok(n) => {
                        sheet.write_number_with_format(at, column, n, text)?;
                    }
                    Err(_) => put_text(sheet, at, column, digits, Some(text))?,
                },
                Cell::Empty => {}
            }
        }
    }
    Ok(workbook.save_to_buffer()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Cursor, Read as _};

    /// A part of the workbook of a table with one text.
    fn part(words: &str, name: &str) -> String {
        let table = Table {
            name: "x".to_owned(),
            about: vec!["nahoře".to_owned()],
            header: vec!["Služba".to_owned(), "Částka".to_owned()],
            rows: vec![vec![words.into(), Cell::Whole(-1)]],
            total: None,
        };
        let mut archive = zip::ZipArchive::new(Cursor::new(table_xlsx(&table).unwrap())).unwrap();
        let mut text = String::new();
        archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
        text
    }

    #[test]
    fn nothing_becomes_a_formula() {
        for words in ["=HYPERLINK(\"a\")", "+420 1", "-1", "@x", "\tx", "\r=x"] {
            assert!(part(words, "xl/styles.xml").contains("quotePrefix=\"1\""), "{words:?}");
            assert!(!part(words, "xl/worksheets/sheet1.xml").contains("<f"), "{words:?}");
        }
        for words in ["Domov", "1-2", "'x", ""] {
            assert!(!part(words, "xl/styles.xml").contains("quotePrefix"), "{words:?}");
        }
    }
}
