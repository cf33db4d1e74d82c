//! Tables as CSV for Czech spreadsheets: `;`, UTF-8 with a byte order mark, CRLF, decimal comma.

use crate::table::{Cell, Table};

/// The table as CSV, without its lines above and its sums.
pub fn csv(table: &Table) -> Vec<u8> {
    let mut out = String::from("\u{feff}");
    line(&mut out, table.header.iter().map(|words| text(words)));
    for row in &table.rows {
        line(
            &mut out,
            row.iter().map(|cell| match cell {
                Cell::Text(words) => text(words),
                Cell::Whole(n) => n.to_string(),
                Cell::Decimal(digits) => digits.replace('.', ","),
                Cell::Empty => String::new(),
            }),
        );
    }
    out.into_bytes()
}

fn line(out: &mut String, cells: impl Iterator<Item = String>) {
    for (at, cell) in cells.enumerate() {
        if at > 0 {
            out.push(';');
        }
        out.push_str(&cell);
    }
    out.push_str("\r\n");
}

/// A text that stays a text: what a spreadsheet would take for a formula gets an apostrophe in front, inside quotation marks.
pub fn text(words: &str) -> String {
    let formula = domain::text::is_formula(words);
    if formula || words.contains([';', '"', '\n', '\r', ',']) || words.trim() != words {
        format!("\"{}{}\"", if formula { "'" } else { "" }, words.replace('"', "\"\""))
    } else {
        words.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_becomes_a_formula() {
        let table = Table {
            name: "x".to_owned(),
            about: vec!["nahoře".to_owned()],
            header: vec!["Služba".to_owned(), "Částka".to_owned(), "Podíl".to_owned()],
            rows: vec![
                vec!["=HYPERLINK(\"a\")".into(), Cell::Whole(-1_000), Cell::Decimal("33.34".to_owned())],
                vec!["A; B".into(), Cell::Empty, Cell::Empty],
                vec!["+420 1".into(), Cell::Whole(5), Cell::Empty],
            ],
            total: Some(vec!["Celkem".into(), Cell::Whole(4), Cell::Empty]),
        };
        assert_eq!(
            String::from_utf8(csv(&table)).unwrap(),
            "\u{feff}Služba;Částka;Podíl\r\n\"'=HYPERLINK(\"\"a\"\")\";-1000;33,34\r\n\"A; B\";;\r\n\"'+420 1\";5;\r\n"
        );
    }
}
