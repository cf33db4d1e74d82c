//! A kraj pastes its columns from a spreadsheet: all lines, or nothing.

use super::{columns_save::read, view::Ground};
use crate::{
    error::AppError,
    request::{self, Begun, Command},
    subsidy::{
        rounds::import_read::table,
        tabs::{self, number},
    },
};
use chrono::{DateTime, Utc};
use domain::{
    accounts::{Actor, Permission, Right},
    subsidy::intake::comparable,
};
use leptos::prelude::*;
use serde_json::json;
use std::collections::BTreeMap;
use store::{
    Tx, audit,
    subsidy::{assessments, inputs, rounds},
};

/// Faults that are told at once.
const SHOWN: usize = 20;

/// Reads `text`: a header with `identifikator` and names of inputs, a line per service. Cells that the text does not name stay.
#[server(name = LoadColumns, prefix = "/prikaz", endpoint = "dotace/sloupce-nacist")]
pub async fn load_columns(klic: Option<String>, rok: Option<String>, kolo: Option<String>, text: Option<String>) -> Result<(), AppError> {
    let request = (rok.unwrap_or_default(), kolo.unwrap_or_default(), text.unwrap_or_default());
    let (year, round) = (number(&request.0)?, number(&request.1)?);
    let back = format!("/dotace/{year}/{round}/hodnoceni/sloupce?hotovo=ulozeno");
    let permission = Permission::Has(Right::Assessment);
    let Begun::New(mut command) = Command::begin::<()>("subsidy.columns.load", permission, &klic.unwrap_or_default(), &request).await?
    else {
        request::go_to(&back);
        return Ok(());
    };
    let (actor, at) = (command.actor.clone(), command.at);
    load(&mut command.tx, &actor, (year, round), &request.2, at).await?;
    command.finish(()).await?;
    request::go_to(&back);
    Ok(())
}
permit!(LoadColumns => Permission::Has(Right::Assessment));

/// Reads a table into the columns of a kraj's round and notes it in the trail; nothing is written when a line is wrong.
///
/// # Errors
/// A sentence with every fault and its line, for the field `text`.
pub async fn load(tx: &mut Tx, actor: &Actor, (year, round): (i32, i32), text: &str, at: DateTime<Utc>) -> Result<(), AppError> {
    let (account, kraj) = actor.kraj()?;
    let found = rounds::round(tx, year, round).await.map_err(|e| tabs::missing(e, "Dotační kolo"))?;
    let own = rounds::kraj_round_of(tx, found.id, kraj).await?.ok_or_else(|| AppError::not_found("Dotační kolo"))?;
    tabs::still_open(&own)?;
    let columns = Ground::of(tx, &own).await?.columns();
    let services: BTreeMap<String, uuid::Uuid> =
        assessments::services(tx, own.id).await?.into_iter().map(|row| (comparable(&row.identifikator), row.id)).collect();
    let table = table(text).map_err(|sentence| AppError::field("text", sentence))?;
    let names: Vec<String> = table.header.iter().map(|name| name.trim().to_lowercase()).collect();
    let Some(key) = names.iter().position(|name| name == "identifikator") else {
        return Err(AppError::field("text", "Chybí sloupec identifikator. První řádek musí být záhlaví s názvy sloupců."));
    };
    let mut faults: Vec<String> = Vec::new();
    let wanted: Vec<_> = names.iter().map(|name| columns.iter().find(|input| input.name.to_lowercase() == *name)).collect();
    for (at, name) in names.iter().enumerate().filter(|(at, _)| *at != key) {
        if wanted[at].is_none() {
            let shown: String = name.chars().take(40).collect();
            faults.push(format!("sloupec „{shown}“ schéma nepotřebuje, vymažte ho"));
        }
    }
    let stored = inputs::inputs(tx, own.id).await?;
    let mut new = BTreeMap::new();
    for (line, cells) in &table.lines {
        if cells.len() != names.len() {
            faults.push(format!("řádek {line} má {} buněk, záhlaví {}", cells.len(), names.len()));
            continue;
        }
        let Some(service) = services.get(&comparable(&cells[key])) else {
            let shown: String = cells[key].chars().take(40).collect();
            faults.push(format!("řádek {line}: služba „{shown}“ v tomto kole není"));
            continue;
        };
        let row = stored.get(service);
        let mut filled = row.map(|row| row.cells.0.clone()).unwrap_or_default();
        for (text, input) in cells.iter().zip(&wanted).filter_map(|(text, input)| input.map(|input| (text, input))) {
            match read(input, text) {
                Ok(None) => {
                    filled.remove(&input.name);
                }
                Ok(Some(value)) => {
                    filled.insert(input.name.clone(), value);
                }
                Err(sentence) => faults.push(format!("řádek {line}, {}: {sentence}", input.name)),
            }
        }
        if new.insert(*service, (filled, row.map_or(0, |row| row.row_version))).is_some() {
            faults.push(format!("řádek {line}: služba je v textu dvakrát"));
        }
    }
    if new.is_empty() && faults.is_empty() {
        return Err(AppError::field("text", "Pod záhlavím není žádný řádek se službou."));
    }
    if !faults.is_empty() {
        let more = if faults.len() > SHOWN { format!(" A dalších {}.", faults.len() - SHOWN) } else { String::new() };
        let told = faults.into_iter().take(SHOWN).collect::<Vec<_>>().join("; ");
        return Err(AppError::field("text", format!("Nenačetlo se nic. Opravte: {told}.{more}")));
    }
    let mut count = 0;
    for (service, (cells, seen)) in new {
        if stored.get(&service).map(|row| &row.cells.0) != Some(&cells) {
            inputs::save(tx, (service, own.id), &cells, seen, (&account.person_name, at)).await?;
            count += 1;
        }
    }
    tx.audit(audit::Record::done("subsidy.columns.load", "kraj_round", own.id, json!({ "sluzeb": count, "text": text })));
    Ok(())
}
