//! Tables of rates, made for looking up.

use super::{
    fault::{Code, Fault},
    fraction::Fraction,
    scheme::{Kind, Match, RateTable, Written},
    value::Value,
};
use crate::order;
use std::collections::HashMap;

/// A table ready for looking up.
#[derive(Debug, Clone)]
pub struct Rates {
    /// The kind of each column of keys; nothing where there is no row to tell it.
    kinds: Vec<Option<Kind>>,
    rows: Rows,
    default: Option<Fraction>,
}

#[derive(Debug, Clone)]
enum Rows {
    Exact(HashMap<Box<[Value]>, Fraction>),
    /// The bands of each combination of the other keys, by their beginnings.
    From(HashMap<Box<[Value]>, Vec<(Fraction, Fraction)>>),
}

/// Why a table gives no rate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoRate {
    /// The key with this index is of another kind than its column.
    Kind(usize),
    /// There is no row and no default.
    Missing,
}

impl Rates {
    /// Builds the index of a table.
    ///
    /// # Errors
    /// `scheme`: a row of the wrong length, a column of two kinds, a key of a band that is no number, two rows with the same keys.
    pub fn new(table: &RateTable) -> Result<Self, Fault> {
        let fault = |message: String| Fault::new(Code::Scheme, format!("Tabulka „{}“: {message}", table.name));
        let count = table.keys.len();
        if count == 0 {
            return Err(fault("nemá žádný klíč. Doplňte „keys“.".to_owned()));
        }
        let mut kinds: Vec<Option<Kind>> = vec![None; count];
        if table.matching == Match::From {
            kinds[count - 1] = Some(Kind::Number);
        }
        let mut exact = HashMap::new();
        let mut bands: HashMap<Box<[Value]>, Vec<(Fraction, Fraction)>> = HashMap::new();
        for (at, row) in table.rows.iter().enumerate() {
            if row.keys.len() != count {
                return Err(fault(format!("řádek {} má {} klíčů místo {count}. Opravte jej.", at + 1, row.keys.len())));
            }
            for (column, key) in row.keys.iter().enumerate() {
                if *kinds[column].get_or_insert(key.kind()) != key.kind() {
                    return Err(fault(format!(
                        "sloupec klíčů „{}“ má v řádku {} jiný druh hodnoty než výše. V jednom sloupci mohou být jen čísla, nebo jen texty v uvozovkách.",
                        table.keys[column],
                        at + 1
                    )));
                }
            }
            let mut keys: Vec<Value> = row.keys.iter().map(Value::from).collect();
            let twice = if table.matching == Match::From {
                let Some(Value::Number(from)) = keys.pop() else {
                    return Err(fault(format!("řádek {} nemá jako poslední klíč číslo.", at + 1)));
                };
                let bands = bands.entry(keys.into()).or_default();
                bands.push((from, row.rate.0.clone()));
                false
            } else {
                exact.insert(keys.into_boxed_slice(), row.rate.0.clone()).is_some()
            };
            if twice {
                return Err(fault(format!("řádek {} má stejné klíče jako některý předchozí. Jeden z nich smažte.", at + 1)));
            }
        }
        for rows in bands.values_mut() {
            let order = order::positions(rows.len(), &mut |a, b| rows[a].0.cmp(&rows[b].0));
            *rows = order.into_iter().map(|at| rows[at].clone()).collect();
            if let Some(pair) = rows.windows(2).find(|pair| pair[0].0 == pair[1].0) {
                return Err(fault(format!("dva řádky začínají stejnou hodnotou {}. Jeden z nich smažte.", pair[0].0.shown())));
            }
        }
        let rows = if table.matching == Match::From { Rows::From(bands) } else { Rows::Exact(exact) };
        Ok(Self { kinds, rows, default: table.default.as_ref().map(|number| number.0.clone()) })
    }

    /// The kind of a column of keys, where a row tells it.
    pub fn kind(&self, column: usize) -> Option<Kind> {
        self.kinds.get(column).copied().flatten()
    }

    /// The rate for these keys.
    pub fn rate(&self, keys: &[Value]) -> Result<&Fraction, NoRate> {
        for (at, (key, kind)) in keys.iter().zip(&self.kinds).enumerate() {
            let fits = match key {
                Value::Number(_) => *kind != Some(Kind::Text),
                Value::Text(_) => *kind != Some(Kind::Number),
                Value::Truth(_) => false,
            };
            if !fits {
                return Err(NoRate::Kind(at));
            }
        }
        let found = match &self.rows {
            Rows::Exact(rows) => rows.get(keys),
            Rows::From(bands) => keys.split_last().and_then(|(last, others)| {
                let (bands, value) = (bands.get(others)?, last.number()?);
                let above = bands.partition_point(|(from, _)| from <= value);
                Some(&bands[above.checked_sub(1)?].1)
            }),
        };
        found.or(self.default.as_ref()).ok_or(NoRate::Missing)
    }
}

impl Written {
    /// A number or a text.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Number(_) => Kind::Number,
            Self::Text(_) => Kind::Text,
        }
    }
}

impl From<&Written> for Value {
    fn from(written: &Written) -> Self {
        match written {
            Written::Number(number) => Self::Number(number.0.clone()),
            Written::Text(text) => Self::text(text),
        }
    }
}
