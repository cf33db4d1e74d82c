//! The whole version is replaced by a text in TOML.

use super::{
    create_scheme::read,
    edit_scheme::{editable, save},
};
use crate::{
    error::AppError,
    request::{self, Begun, Command},
};
use domain::accounts::{Permission, Right};
use leptos::prelude::*;

/// Replaces version `schema` by the text `toml`.
#[server(name = ReplaceToml, prefix = "/prikaz", endpoint = "dotace/nahradit-schema")]
pub async fn replace_toml(
    klic: Option<String>,
    verze: Option<String>,
    schema: Option<String>,
    toml: Option<String>,
) -> Result<(), AppError> {
    let text = Option::unwrap_or_default;
    let request = (text(verze), text(schema), text(toml));
    let permission = Permission::Has(Right::SchemeEdit);
    let mut command = match Command::begin::<String>("subsidy.scheme.replace", permission, &text(klic), &request).await? {
        Begun::New(command) => command,
        Begun::Earlier(address) => {
            request::go_to(&address);
            return Ok(());
        }
    };
    let found = editable(&mut command.tx, &request.1).await?;
    let document = read(&request.2)?;
    let (actor, at) = (command.actor.clone(), command.at);
    let (account, _) = actor.kraj()?;
    let by = (account.person_name.as_str(), at);
    save(&mut command.tx, &found, &document, request.0.parse().unwrap_or(0), by).await.map_err(|error| match error.fields.first() {
        // The version stands in the text here.
        Some((_, sentence)) => AppError::field("toml", sentence.clone()),
        None => error,
    })?;
    let address = format!("/dotace/schemata/{}/{}?cast=toml&hotovo=ulozeno", found.row.scheme_id, found.row.id);
    command.finish(address.clone()).await?;
    request::go_to(&address);
    Ok(())
}
permit!(ReplaceToml => Permission::Has(Right::SchemeEdit));
