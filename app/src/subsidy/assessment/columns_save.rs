//! A kraj fills its own columns: values of the scheme's inputs that nothing binds.

use super::view::Ground;
use crate::{
    error::AppError,
    form::Fields,
    request::{self, Begun, Command},
    subsidy::tabs::{self, number},
};
use domain::{
    accounts::{Permission, Right},
    subsidy::calculation::{
        number,
        scheme::{Input, Kind},
    },
    text::typed,
};
use leptos::prelude::*;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use store::{
    audit,
    subsidy::{
        assessments,
        inputs::{self, Cells},
        rounds,
    },
};
use uuid::Uuid;

/// Keeps the cells of a page. `pole`: a cell by `sluzba.<service>.<input>`, the version that was seen by `verze.<service>`.
/// `strana` and `hledano` are the page and the search to go back to.
#[server(name = SaveColumns, prefix = "/prikaz", endpoint = "dotace/sloupce-ulozit")]
pub async fn save_columns(
    klic: Option<String>,
    rok: Option<String>,
    kolo: Option<String>,
    strana: Option<String>,
    hledano: Option<String>,
    pole: Option<Fields>,
) -> Result<(), AppError> {
    let request = (rok.unwrap_or_default(), kolo.unwrap_or_default(), pole.unwrap_or_default());
    let (year, round) = (number(&request.0)?, number(&request.1)?);
    let page: usize = strana.and_then(|text| text.parse().ok()).unwrap_or(1);
    let asked = super::columns::search(&hledano.unwrap_or_default());
    let back = format!("/dotace/{year}/{round}/hodnoceni/sloupce?strana={page}{asked}&hotovo=ulozeno");
    let permission = Permission::Has(Right::Assessment);
    let Begun::New(mut command) = Command::begin::<()>("subsidy.columns.save", permission, &klic.unwrap_or_default(), &request).await?
    else {
        request::go_to(&back);
        return Ok(());
    };
    let actor = command.actor.clone();
    let (account, kraj) = actor.kraj()?;
    let at = command.at;
    let found = rounds::round(&mut command.tx, year, round).await.map_err(|e| tabs::missing(e, "Dotační kolo"))?;
    let own = rounds::kraj_round_of(&mut command.tx, found.id, kraj).await?.ok_or_else(|| AppError::not_found("Dotační kolo"))?;
    tabs::still_open(&own)?;
    let columns = Ground::of(&mut command.tx, &own).await?.columns();
    let services: BTreeSet<Uuid> = assessments::services(&mut command.tx, own.id).await?.into_iter().map(|row| row.id).collect();
    let stored = inputs::inputs(&mut command.tx, own.id).await?;
    let mut new: BTreeMap<Uuid, Cells> = BTreeMap::new();
    let mut wrong = Vec::new();
    for (path, text) in request.2.iter().filter(|(path, _)| !path.starts_with("verze.")) {
        let cell = path.strip_prefix("sluzba.").and_then(|rest| rest.split_once('.')).and_then(|(service, name)| {
            let service = service.parse().ok().filter(|id| services.contains(id))?;
            Some((service, columns.iter().find(|input| input.name == name)?))
        });
        let Some((service, input)) = cell else {
            return Err(AppError::invalid("Schéma nebo služby se mezitím změnily. Načtěte stránku znovu."));
        };
        let cells = new.entry(service).or_insert_with(|| stored.get(&service).map(|row| row.cells.0.clone()).unwrap_or_default());
        match read(input, text) {
            Ok(None) => {
                cells.remove(&input.name);
            }
            Ok(Some(value)) => {
                cells.insert(input.name.clone(), value);
            }
            Err(sentence) => wrong.push((path.clone(), sentence)),
        }
    }
    if !wrong.is_empty() {
        return Err(AppError::fields(wrong));
    }
    let mut changed = BTreeMap::new();
    for (service, cells) in new {
        let before = stored.get(&service).map(|row| row.cells.0.clone()).unwrap_or_default();
        if before == cells {
            continue;
        }
        let seen = request.2.get(&format!("verze.{service}")).and_then(|text| text.parse().ok()).unwrap_or(0);
        inputs::save(&mut command.tx, (service, own.id), &cells, seen, (&account.person_name, at)).await?;
        changed.insert(service, [before, cells]);
    }
    command.tx.audit(audit::Record::done("subsidy.columns.save", "kraj_round", own.id, json!({ "zmeny": changed })));
    command.finish(()).await?;
    request::go_to(&back);
    Ok(())
}
permit!(SaveColumns => Permission::Has(Right::Assessment));

/// A cell as it is kept: nothing for an empty one, otherwise a value that the calculation reads.
pub fn read(input: &Input, text: &str) -> Result<Option<String>, String> {
    let text = typed(text, 200).map_err(|e| e.to_string())?;
    if text.is_empty() {
        return Ok(None);
    }
    if input.kind == Kind::Text {
        return Ok(Some(text));
    }
    let shown: String = text.chars().take(40).collect();
    let value = number::read(&text).ok_or_else(|| format!("„{shown}“ není číslo. Napište je číslicemi, například 12,5."))?;
    let low = input.min.as_ref().filter(|min| value < min.0);
    let high = input.max.as_ref().filter(|max| value > max.0);
    match (low, high) {
        (None, None) => Ok(Some(text)),
        (Some(min), _) => {
            Err(format!("„{shown}“ je méně než {}. Napište alespoň {}.", number::for_people(&min.0), number::for_people(&min.0)))
        }
        (None, Some(max)) => {
            Err(format!("„{shown}“ je více než {}. Napište nejvýše {}.", number::for_people(&max.0), number::for_people(&max.0)))
        }
    }
}
