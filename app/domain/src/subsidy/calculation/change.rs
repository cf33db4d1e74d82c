//! „Co kdyby“: the same scheme with other params, rates or rules of the allocation.

use super::{
    fault::{Code, Fault},
    names,
    scheme::{Number, Scheme, Written},
};
use serde::{Deserialize, Serialize};

/// One change of a scheme. Names are the same in any case of letters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// Another value of a parameter, of the same kind.
    Param {
        /// The parameter.
        name: String,
        /// The value as written.
        value: String,
    },
    /// Another rate in a row of a table.
    Rate {
        /// The table.
        table: String,
        /// The row, from 0.
        row: usize,
        /// The rate as written.
        value: String,
    },
    /// Another unit of awards.
    RoundTo(String),
    /// Another least award; an empty text is none.
    Minimum(String),
    /// Another weight: the name of an input, a parameter or a step; nothing is 1.
    Weight(Option<String>),
    /// Another cap: the name of an input, a parameter or a step; nothing is none.
    Cap(Option<String>),
}

impl Scheme {
    /// The scheme with these changes. Inputs stay as they are, so services that were read for the scheme serve the changed one too.
    ///
    /// # Errors
    /// `unknown_name`: no such parameter, table or row; `number`: a value that is no number.
    pub fn changed(&self, changes: &[Change]) -> Result<Self, Fault> {
        let mut scheme = self.clone();
        for change in changes {
            scheme.change(change)?;
        }
        Ok(scheme)
    }

    fn change(&mut self, change: &Change) -> Result<(), Fault> {
        let same = |left: &str, right: &str| names::folded(left) == names::folded(right);
        match change {
            Change::Param { name, value } => {
                let param = self.param.iter_mut().find(|param| same(&param.name, name)).ok_or_else(|| unknown(name))?;
                param.value = match param.value {
                    Written::Number(_) => Written::Number(number(value)?),
                    Written::Text(_) => Written::Text(value.clone()),
                };
            }
            Change::Rate { table, row, value } => {
                let found = self.table.iter_mut().find(|known| same(&known.name, table)).ok_or_else(|| unknown(table))?;
                let row = found.rows.get_mut(*row).ok_or_else(|| unknown(table))?;
                row.rate = number(value)?;
            }
            Change::RoundTo(value) => self.allocation.round_to = number(value)?,
            Change::Minimum(value) if value.trim().is_empty() => self.allocation.minimum = None,
            Change::Minimum(value) => self.allocation.minimum = Some(number(value)?),
            Change::Weight(name) => self.allocation.weight.clone_from(name),
            Change::Cap(name) => self.allocation.cap.clone_from(name),
        }
        Ok(())
    }
}

fn unknown(name: &str) -> Fault {
    Fault::new(Code::UnknownName, format!("„{name}“ ve schématu není, nebo nemá takový řádek. Načtěte schéma znovu."))
}

fn number(text: &str) -> Result<Number, Fault> {
    let shown: String = text.chars().take(40).collect();
    Number::read(text.trim())
        .ok_or_else(|| Fault::new(Code::Number, format!("„{shown}“ není číslo. Napište je číslicemi, například 1 234,5.")))
}
