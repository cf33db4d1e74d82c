//! The money to divide.

use super::{
    fault::{Code, Fault},
    fraction::Fraction,
    number,
    sheet::Sheet,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The money to divide, in Kč.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Amounts {
    /// One amount for all services.
    One(Fraction),
    /// An amount for each group.
    Groups(BTreeMap<String, Fraction>),
}

fn fault(message: impl Into<String>) -> Fault {
    Fault::new(Code::Groups, message)
}

fn amount(text: &str) -> Result<Fraction, Fault> {
    let shown: String = text.chars().take(40).collect();
    let value = number::read(text)
        .ok_or_else(|| fault(format!("„{shown}“ není částka. Napište ji číslicemi, například 1 234 567 nebo 1234567,50.")))?;
    if value.is_negative() {
        return Err(fault(format!("Částka {} je záporná. Rozdělit jde jen nulu a více.", number::for_people(&value))));
    }
    Ok(value)
}

impl Amounts {
    /// Reads one amount.
    ///
    /// # Errors
    /// `groups`: no number, or below zero.
    pub fn one(text: &str) -> Result<Self, Fault> {
        amount(text.trim()).map(Self::One)
    }

    /// Reads the columns `group` and `allocation` of a sheet.
    ///
    /// # Errors
    /// `groups`: a missing column, a row of another length, a group twice, an amount that is no number or below zero.
    pub fn groups(sheet: &Sheet) -> Result<Self, Fault> {
        let columns = sheet.columns(Code::Groups)?;
        let place = |name: &str| {
            let found = columns.iter().find(|(folded, _)| folded == name).map(|(_, at)| *at);
            found.ok_or_else(|| fault(format!("Soubor částek nemá sloupec „{name}“. Má mít sloupce group a allocation.")))
        };
        let (group, allocation) = (place("group")?, place("allocation")?);
        let mut amounts = BTreeMap::new();
        for row in &sheet.rows {
            if row.cells.len() != sheet.header.len() {
                return Err(fault(format!("Řádek {} souboru částek má jiný počet buněk než hlavička. Opravte jej.", row.line)));
            }
            let name = row.cells[group].clone();
            let value = amount(&row.cells[allocation])
                .map_err(|fault| Fault { message: format!("Řádek {} souboru částek: {}", row.line, fault.message), ..fault })?;
            if amounts.insert(name, value).is_some() {
                return Err(fault(format!("Skupina „{}“ má v souboru částek dva řádky. Jeden smažte.", row.cells[group])));
            }
        }
        Ok(Self::Groups(amounts))
    }
}
