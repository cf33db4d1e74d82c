//! A sheet of texts with a header, as it comes from CSV or from a page.

use super::{
    check::ROWS,
    fault::{Code, Fault},
    names,
};
use serde::{Deserialize, Serialize};

/// A header and rows of cells. Cells are trimmed, rows of empty cells are not there.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sheet {
    /// Names of the columns; an empty name is a column to ignore.
    pub header: Vec<String>,
    /// Rows, as many cells as there were.
    pub rows: Vec<SheetRow>,
}

/// A row of a sheet.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SheetRow {
    /// The line of the file on which it begins, from 1.
    pub line: usize,
    /// Its cells.
    pub cells: Vec<String>,
}

impl Sheet {
    /// An empty sheet with these columns.
    pub fn new(columns: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self { header: columns.into_iter().map(Into::into).collect(), rows: Vec::new() }
    }

    /// Adds a row, its cells in the order of the header. A row of empty cells is passed over.
    pub fn push(&mut self, cells: impl IntoIterator<Item = impl AsRef<str>>) {
        let cells: Vec<String> = cells.into_iter().map(|cell| cell.as_ref().trim().to_owned()).collect();
        if cells.iter().any(|cell| !cell.is_empty()) {
            self.rows.push(SheetRow { line: self.rows.len() + 2, cells });
        }
    }

    /// A sheet out of rows of named cells; a name that a row lacks is an empty cell there.
    pub fn of_named<'a>(rows: impl IntoIterator<Item = Vec<(&'a str, String)>>) -> Self {
        let mut sheet = Self::default();
        for row in rows {
            let mut cells = vec![String::new(); sheet.header.len()];
            for (name, cell) in row {
                let at = sheet.header.iter().position(|known| known == name).unwrap_or_else(|| {
                    sheet.header.push(name.to_owned());
                    cells.push(String::new());
                    sheet.header.len() - 1
                });
                cells[at] = cell;
            }
            sheet.push(cells);
        }
        let width = sheet.header.len();
        sheet.rows.iter_mut().for_each(|row| row.cells.resize(width, String::new()));
        sheet
    }

    /// Reads CSV: UTF-8 with or without a byte order mark, `;` or `,` by the first line, quotes by RFC 4180.
    ///
    /// # Errors
    /// With `code`: not UTF-8, no header, a quotation mark that is not closed or has something after it; `limit`: too many rows.
    pub fn from_csv(bytes: &[u8], code: Code) -> Result<Self, Fault> {
        let fault = |message: String| Fault::new(code, message);
        let text = std::str::from_utf8(bytes)
            .map_err(|_| fault("Soubor není v kódování UTF-8. Uložte jej jako „CSV UTF-8“ a načtěte znovu.".to_owned()))?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut reader = Reader { text, offset: 0, line: 1, separator: separator(text) };
        let mut header: Option<Vec<String>> = None;
        let mut rows = Vec::new();
        while let Some(row) = reader.row().map_err(|line| {
            fault(format!("Na řádku {line} nekončí uvozovky, nebo za nimi stojí další znaky. Opravte uvozovky a načtěte soubor znovu."))
        })? {
            if row.cells.iter().all(String::is_empty) {
                continue;
            }
            if header.is_none() {
                header = Some(row.cells);
                continue;
            }
            if rows.len() == ROWS {
                return Err(Fault::new(Code::Limit, format!("Soubor má víc než {ROWS} řádků. Rozdělte jej.")));
            }
            rows.push(row);
        }
        let header = header.ok_or_else(|| fault("Soubor je prázdný. První řádek má mít názvy sloupců.".to_owned()))?;
        Ok(Self { header, rows })
    }

    /// The places of named columns, by folded names; a nameless column is not there.
    ///
    /// # Errors
    /// With `code`: two columns of one name.
    pub(super) fn columns(&self, code: Code) -> Result<Vec<(String, usize)>, Fault> {
        let mut columns: Vec<(String, usize)> = Vec::with_capacity(self.header.len());
        let mut known = std::collections::HashSet::new();
        for (at, name) in self.header.iter().enumerate().filter(|(_, name)| !name.is_empty()) {
            let folded = names::folded(name);
            if !known.insert(folded.clone()) {
                let message = format!("Sloupec „{name}“ je v souboru dvakrát (velká a malá písmena se nerozlišují). Jeden smažte.");
                return Err(Fault::new(code, message));
            }
            columns.push((folded, at));
        }
        Ok(columns)
    }
}

/// `;` when it stands in the first line with any text outside quotes, else `,` when that does, else `;`.
fn separator(text: &str) -> char {
    let (mut quoted, mut comma, mut content, mut cell_begins) = (false, false, false, true);
    for c in text.chars() {
        // A quotation mark inside an unquoted cell is an ordinary character.
        let quote = c == '"' && (quoted || cell_begins);
        cell_begins = false;
        match c {
            _ if quote => quoted = !quoted,
            _ if quoted => content = true,
            ';' => return ';',
            ',' => (comma, cell_begins) = (true, true),
            '\n' | '\r' if content => break,
            '\n' | '\r' => cell_begins = true,
            c => content |= !c.is_whitespace(),
        }
    }
    if comma { ',' } else { ';' }
}

struct Reader<'a> {
    text: &'a str,
    offset: usize,
    line: usize,
    separator: char,
}

impl Reader<'_> {
    /// The next row; the line of a wrong quotation mark as the error.
    fn row(&mut self) -> Result<Option<SheetRow>, usize> {
        if self.offset >= self.text.len() {
            return Ok(None);
        }
        let mut row = SheetRow { line: self.line, cells: Vec::new() };
        loop {
            let cell = if self.text[self.offset..].starts_with('"') { self.quoted()? } else { self.unquoted() };
            row.cells.push(cell);
            let mut after = self.text[self.offset..].chars();
            match after.next() {
                Some(c) if c == self.separator => self.offset += c.len_utf8(),
                Some('\r') => {
                    self.offset += if after.next() == Some('\n') { 2 } else { 1 };
                    self.line += 1;
                    return Ok(Some(row));
                }
                Some(_) => {
                    self.offset += 1;
                    self.line += 1;
                    return Ok(Some(row));
                }
                None => return Ok(Some(row)),
            }
        }
    }

    fn unquoted(&mut self) -> String {
        let rest = &self.text[self.offset..];
        let end = rest.find([self.separator, '\n', '\r']).unwrap_or(rest.len());
        self.offset += end;
        rest[..end].trim().to_owned()
    }

    fn quoted(&mut self) -> Result<String, usize> {
        let begun = self.line;
        let mut cell = String::new();
        self.offset += 1;
        loop {
            let rest = &self.text[self.offset..];
            let end = rest.find('"').ok_or(begun)?;
            cell.push_str(&rest[..end]);
            self.line += rest[..end].matches('\n').count();
            self.offset += end + 1;
            let rest = &self.text[self.offset..];
            if rest.starts_with('"') {
                cell.push('"');
                self.offset += 1;
                continue;
            }
            let end = rest.find([self.separator, '\n', '\r']).unwrap_or(rest.len());
            if !rest[..end].trim().is_empty() {
                return Err(begun);
            }
            self.offset += end;
            return Ok(cell.trim().to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(csv: &str) -> Vec<Vec<String>> {
        let sheet = Sheet::from_csv(csv.as_bytes(), Code::Services).unwrap();
        [sheet.header].into_iter().chain(sheet.rows.into_iter().map(|row| row.cells)).collect()
    }

    #[test]
    fn reads_csv_as_spreadsheets_write_it() {
        for (csv, rows) in [
            ("\u{feff}a;b\r\n1;2\r\n", vec![vec!["a", "b"], vec!["1", "2"]]),
            ("a,b\n\"1,5\",2", vec![vec!["a", "b"], vec!["1,5", "2"]]),
            ("\"a;x\",b\n1,2\n", vec![vec!["a;x", "b"], vec!["1", "2"]]),
            ("a;b,c\n1;2\n", vec![vec!["a", "b,c"], vec!["1", "2"]]),
            ("a\";b\n 5\" ;\"x \"\"y\"\"\nz\" \n;\n\n", vec![vec!["a\"", "b"], vec!["5\"", "x \"y\"\nz"]]),
            ("a\r1\r2", vec![vec!["a"], vec!["1"], vec!["2"]]),
            ("a;b;\n1;2;\n", vec![vec!["a", "b", ""], vec!["1", "2", ""]]),
            ("\n ; \na;b\n1\n", vec![vec!["a", "b"], vec!["1"]]),
        ] {
            assert_eq!(cells(csv), rows, "{csv:?}");
        }
        for csv in ["", "\n;\n", "a;b\n\"1;2\n", "a\n\"1\"x\n"] {
            assert_eq!(Sheet::from_csv(csv.as_bytes(), Code::Services).unwrap_err().code, Code::Services, "{csv:?}");
        }
        assert!(Sheet::from_csv(b"a;\xff", Code::Services).is_err());
    }

    #[test]
    fn takes_named_cells() {
        let sheet =
            Sheet::of_named([vec![("identifikator", "1".to_owned())], vec![("B", "5".to_owned()), ("identifikator", "2".to_owned())]]);
        assert_eq!(sheet.header, ["identifikator", "B"]);
        assert_eq!(sheet.rows[0].cells, ["1", ""]);
        assert_eq!(sheet.rows[1].cells, ["2", "5"]);
    }

    proptest::proptest! {
        #[test]
        fn never_panics(csv in "[a1;,\"\r\n ž]{0,60}") {
            let _ = Sheet::from_csv(csv.as_bytes(), Code::Services);
        }
    }
}
