//! A new version of a scheme beside the old one, as its copy.

use crate::{
    error::AppError,
    request::{self, Begun, Command},
    subsidy::tabs,
};
use chrono::{DateTime, Utc};
use domain::{
    accounts::{Permission, Right},
    subsidy::{calculation::Scheme, scheme_edit::next_version},
};
use leptos::prelude::*;
use serde_json::json;
use store::{
    Tx, audit,
    subsidy::schemes::{self, VersionRow},
};
use uuid::Uuid;

/// Copies version `schema` into a new one and leads to its editor.
#[server(name = NewVersion, prefix = "/prikaz", endpoint = "dotace/nova-verze-schematu")]
pub async fn new_version(klic: Option<String>, schema: Option<String>) -> Result<(), AppError> {
    let request = schema.unwrap_or_default();
    let permission = Permission::Has(Right::SchemeEdit);
    let mut command =
        match Command::begin::<(Uuid, Uuid)>("subsidy.scheme.new_version", permission, &klic.unwrap_or_default(), &request).await? {
            Begun::New(command) => command,
            Begun::Earlier(made) => {
                request::go_to(&address(made));
                return Ok(());
            }
        };
    let id = request.parse().map_err(|_| AppError::not_found("Verzi schématu"))?;
    let actor = command.actor.clone();
    let (account, _) = actor.kraj()?;
    let found = schemes::version(&mut command.tx, id).await.map_err(|e| tabs::missing(e, "Verzi schématu"))?;
    let at = command.at;
    let made = add(&mut command.tx, &found.row, found.document, (&account.person_name, at)).await?;
    let answer = (found.row.scheme_id, made);
    command.finish(answer).await?;
    request::go_to(&address(answer));
    Ok(())
}
permit!(NewVersion => Permission::Has(Right::SchemeEdit));

fn address((scheme, version): (Uuid, Uuid)) -> String {
    format!("/dotace/schemata/{scheme}/{version}?hotovo=schema")
}

/// Adds a document as the next version after `from`.
pub async fn add(tx: &mut Tx, from: &VersionRow, mut document: Scheme, (by, at): (&str, DateTime<Utc>)) -> Result<Uuid, AppError> {
    let taken: Vec<String> = schemes::versions_of(tx, from.scheme_id).await?.into_iter().map(|version| version.version).collect();
    document.version = next_version(&from.version, &taken);
    let made = schemes::add_version(tx, from.scheme_id, &document, Some(from.id), (by, at)).await?;
    let content = json!({ "schema": from.scheme_id, "z_verze": from.version, "verze": document.version });
    tx.audit(audit::Record::done("subsidy.scheme.new_version", "scheme_version", made, content));
    Ok(made)
}
