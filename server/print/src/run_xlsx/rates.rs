//! Tables of rates side by side on one sheet, and how they are looked up.

use super::{
    number::float,
    place::{Tab, fixed, resolve, stretch},
    translate::{Piece, column},
};
use crate::{PrintError, table::put_text};
use domain::subsidy::calculation::scheme::{self, Match, RateTable, Row, Written};
use rust_xlsxwriter::{Format, Formula, Worksheet};

/// Row (from 0) of the first rate.
pub const FIRST_RATE: u32 = 3;

/// Where a table stands.
pub struct RatePlace {
    /// The columns of keys, with their kinds.
    keys: Vec<(u16, scheme::Kind)>,
    /// The column that says where a band ends.
    until: Option<u16>,
    rate: u16,
    /// The last row, from 0; nothing for a table without rows.
    last: Option<u32>,
    /// The cell of the rate that holds where there is no row.
    default: Option<String>,
}

impl RatePlace {
    /// The rate for these keys: keys are unique, so a sum of matching rows is the row. Without a row and a default it is an error.
    pub fn lookup(&self, keys: &[Piece]) -> String {
        let otherwise = self.default.clone().unwrap_or_else(|| "NA()".to_owned());
        let Some(last) = self.last else { return otherwise };
        let rows = |at: u16| stretch(Tab::Rates, FIRST_RATE, last, at);
        let bands = if self.until.is_some() { self.keys.len().checked_sub(1) } else { None };
        let mut matches: Vec<String> = Vec::new();
        for (at, ((place, kind), key)) in self.keys.iter().zip(keys).enumerate() {
            let (range, key) = (rows(*place), &key.text);
            matches.push(match (kind, self.until) {
                (_, Some(until)) if bands == Some(at) => {
                    format!("(ROUND({range}-({key}),9)<=0)*(ROUND({}-({key}),9)>0)", rows(until))
                }
                (scheme::Kind::Text, _) => format!("EXACT({range},{key})"),
                (scheme::Kind::Number, _) => format!("(ROUND({range}-({key}),9)=0)"),
            });
        }
        let found = matches.join("*");
        format!("IF(SUMPRODUCT(1*{found})=0,{otherwise},SUMPRODUCT({found}*{}))", rows(self.rate))
    }
}

/// Writes the tables and says where they are.
pub fn write(sheet: &mut Worksheet, tables: &[RateTable], bold: &Format, input: &Format) -> Result<Vec<RatePlace>, PrintError> {
    let mut places = Vec::with_capacity(tables.len());
    let mut at = 0_u16;
    for table in tables {
        let place = one(sheet, table, at, bold, input)?;
        at = place.rate + 2;
        places.push(place);
    }
    sheet.set_freeze_panes(FIRST_RATE, 0)?;
    Ok(places)
}

fn one(sheet: &mut Worksheet, table: &RateTable, from: u16, bold: &Format, input: &Format) -> Result<RatePlace, PrintError> {
    let keys = table.keys.len();
    let banded = table.matching == Match::From;
    let until = banded.then(|| from + column(keys));
    let rate = from + column(keys) + u16::from(banded);
    let title = match &table.label {
        Some(label) => format!("{label} [{}]", table.name),
        None => table.name.clone(),
    };
    put_text(sheet, 0, from, &title, Some(bold))?;
    for (at, key) in table.keys.iter().enumerate() {
        let words = if banded && at + 1 == keys { format!("{key} od") } else { key.clone() };
        put_text(sheet, 2, from + column(at), &words, Some(bold))?;
    }
    if let Some(until) = until {
        sheet.write_string_with_format(2, until, "pod", bold)?;
    }
    put_text(sheet, 2, rate, table.unit.as_deref().unwrap_or("sazba"), Some(bold))?;
    let default = match &table.default {
        None => None,
        Some(default) => {
            sheet.write_string(1, from, "kde řádek chybí")?;
            sheet.write_number_with_format(1, rate, float(&default.0), input)?;
            Some(fixed(Tab::Rates, 1, rate))
        }
    };
    let mut rows: Vec<&Row> = table.rows.iter().collect();
    if banded {
        rows.sort_by(|a, b| ordered(a).cmp(&ordered(b)));
    }
    for (row, rates) in (FIRST_RATE..).zip(&rows) {
        for (at, key) in rates.keys.iter().enumerate() {
            match key {
                Written::Text(text) => put_text(sheet, row, from + column(at), text, Some(input))?,
                Written::Number(number) => {
                    sheet.write_number_with_format(row, from + column(at), float(&number.0), input)?;
                }
            }
        }
        sheet.write_number_with_format(row, rate, float(&rates.rate.0), input)?;
        if let Some(until) = until {
            let next = rows.get((row - FIRST_RATE + 1) as usize).filter(|next| next.keys[..keys - 1] == rates.keys[..keys - 1]);
            let value = next.and_then(|next| number_of(next.keys.last()?)).unwrap_or(1e300);
            sheet.write_formula(row, until, Formula::new(ends(row, from, rates)).set_result(value.to_string()))?;
        }
    }
    let kind = |at: usize| {
        let first = table.rows.first().and_then(|row| row.keys.get(at)).map(Written::kind);
        first.unwrap_or(scheme::Kind::Number)
    };
    Ok(RatePlace {
        keys: (0..keys).map(|at| (from + column(at), kind(at))).collect(),
        until,
        rate,
        last: u32::try_from(rows.len()).ok().filter(|count| *count > 0).map(|count| FIRST_RATE + count - 1),
        default,
    })
}

/// A band ends where the next one with the same other keys begins.
fn ends(row: u32, from: u16, rates: &Row) -> String {
    let others = rates.keys.len().saturating_sub(1);
    let cell = |row: u32, at: usize| fixed(Tab::Rates, row, from + column(at));
    let mut same: Vec<String> = rates.keys[..others]
        .iter()
        .enumerate()
        .map(|(at, key)| match key {
            Written::Text(_) => format!("EXACT({},{})", cell(row, at), cell(row + 1, at)),
            Written::Number(_) => format!("{}={}", cell(row, at), cell(row + 1, at)),
        })
        .collect();
    same.push(format!("ISNUMBER({})", cell(row + 1, others)));
    resolve(&format!("IF(AND({}),{},1E+300)", same.join(","), cell(row + 1, others)), Tab::Rates, row)
}

fn number_of(key: &Written) -> Option<f64> {
    match key {
        Written::Number(number) => Some(float(&number.0)),
        Written::Text(_) => None,
    }
}

type Ordered<'a> = Vec<(Option<&'a str>, Option<&'a domain::subsidy::calculation::Fraction>)>;

fn ordered(row: &Row) -> Ordered<'_> {
    row.keys
        .iter()
        .map(|key| match key {
            Written::Text(text) => (Some(text.as_str()), None),
            Written::Number(number) => (None, Some(&number.0)),
        })
        .collect()
}
