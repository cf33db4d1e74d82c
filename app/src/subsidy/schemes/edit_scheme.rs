//! One part of a scheme is saved from its form; its items are added, moved and taken away.

use crate::{
    error::AppError,
    form::Fields,
    request::{self, Begun, Command},
    subsidy::tabs,
};
use chrono::{DateTime, Utc};
use domain::{
    accounts::{Permission, Right},
    subsidy::{
        calculation::Scheme,
        scheme_edit::{self, Act, Part},
    },
};
use leptos::prelude::*;
use serde_json::json;
use store::{
    StoreError, Tx, audit,
    subsidy::schemes::{self, Version},
};

/// Saves part `cast` of version `schema` from `pole`; `co` says what is done with its items besides.
#[server(name = EditScheme, prefix = "/prikaz", endpoint = "dotace/upravit-schema")]
pub async fn edit_scheme(
    klic: Option<String>,
    verze: Option<String>,
    schema: Option<String>,
    cast: Option<String>,
    co: Option<String>,
    pole: Option<Fields>,
) -> Result<(), AppError> {
    let text = Option::unwrap_or_default;
    let request = (text(verze), text(schema), text(cast), text(co), pole.unwrap_or_default());
    let part = Part::of_key(&request.2).ok_or_else(|| AppError::not_found("Část schématu"))?;
    let act = Act::read(&request.3);
    let permission = Permission::Has(Right::SchemeEdit);
    let mut command = match Command::begin::<String>("subsidy.scheme.edit", permission, &text(klic), &request).await? {
        Begun::New(command) => command,
        Begun::Earlier(address) => {
            request::go_to(&address);
            return Ok(());
        }
    };
    let found = editable(&mut command.tx, &request.1).await?;
    let mut document = found.document.clone();
    scheme_edit::apply(&mut document, part, &request.4).map_err(AppError::fields)?;
    if let Some(act) = act {
        act.apply(&mut document, part);
    }
    let (actor, at) = (command.actor.clone(), command.at);
    let (account, _) = actor.kraj()?;
    let seen = request.0.parse().unwrap_or(0);
    save(&mut command.tx, &found, &document, seen, (&account.person_name, at)).await?;
    let address = back(&found, part, act, &document);
    command.finish(address.clone()).await?;
    request::go_to(&address);
    Ok(())
}
permit!(EditScheme => Permission::Has(Right::SchemeEdit));

/// A version that may be changed.
///
/// # Errors
/// There is none of this kraj, or it is frozen.
pub async fn editable(tx: &mut Tx, id: &str) -> Result<Version, AppError> {
    let id = id.parse().map_err(|_| AppError::not_found("Verzi schématu"))?;
    let found = schemes::version(tx, id).await.map_err(|e| tabs::missing(e, "Verzi schématu"))?;
    match found.row.frozen_at {
        None => Ok(found),
        Some(_) => Err(AppError::invalid(format!(
            "Verze {} je zmrazená, protože podle ní běžel výpočet. Založte novou verzi a změňte ji.",
            found.row.version
        ))),
    }
}

/// Keeps a changed version with its audit record.
pub async fn save(tx: &mut Tx, found: &Version, document: &Scheme, seen: i64, (by, at): (&str, DateTime<Utc>)) -> Result<(), AppError> {
    let changes: Vec<_> = scheme_edit::differences(&found.document, document)
        .into_iter()
        .take(200)
        .map(|d| json!({ "cast": d.part, "co": d.name, "drive": d.before, "nyni": d.after }))
        .collect();
    schemes::save(tx, found.row.id, document, seen, (by, at)).await.map_err(taken)?;
    let content = json!({ "schema": found.row.scheme_id, "verze": document.version, "zmeny": changes });
    tx.audit(audit::Record::done("subsidy.scheme.edit", "scheme_version", found.row.id, content));
    Ok(())
}

/// The refusal of a version whose name is taken.
pub fn taken(error: StoreError) -> AppError {
    match error.constraint() {
        Some("scheme_version_scheme_id_version_key") => {
            AppError::field("rozdeleni.verze", "Takovou verzi už schéma má. Zvolte jiné označení verze.")
        }
        _ => error.into(),
    }
}

/// Where the person goes on: at the item that was added or moved.
fn back(found: &Version, part: Part, act: Option<Act>, document: &Scheme) -> String {
    let place = match act {
        Some(Act::Add | Act::AddStatistic) => Some(part.count(document).saturating_sub(1)),
        Some(Act::Up(at)) => Some(at.saturating_sub(1)),
        Some(Act::Down(at)) => Some((at + 1).min(part.count(document).saturating_sub(1))),
        Some(Act::Remove(_)) | None => None,
    };
    let anchor = place.map(|at| format!("#{}-{at}", part.key())).unwrap_or_default();
    format!("/dotace/schemata/{}/{}?cast={}&hotovo=ulozeno{anchor}", found.row.scheme_id, found.row.id, part.key())
}
