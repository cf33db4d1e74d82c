//! A kraj makes a scheme: from a built-in one, or from TOML.

use crate::{
    error::AppError,
    request::{self, Begun, Command},
};
use chrono::{DateTime, Utc};
use domain::{
    accounts::{Actor, Permission, Right},
    subsidy::calculation::{BUILTIN, Scheme},
};
use leptos::prelude::*;
use serde_json::json;
use store::{Tx, audit, subsidy::schemes};
use uuid::Uuid;

/// Largest text of a scheme.
pub const MAX_BYTES: usize = 1_500_000;

/// Makes a scheme from the built-in one with the key `vychozi`, or from the text `toml`.
#[server(name = CreateScheme, prefix = "/prikaz", endpoint = "dotace/zalozit-schema")]
pub async fn create_scheme(klic: Option<String>, vychozi: Option<String>, toml: Option<String>) -> Result<(), AppError> {
    let request = (vychozi.unwrap_or_default(), toml.unwrap_or_default());
    let permission = Permission::Has(Right::SchemeEdit);
    let mut command = match Command::begin::<(Uuid, Uuid)>("subsidy.scheme.create", permission, &klic.unwrap_or_default(), &request).await?
    {
        Begun::New(command) => command,
        Begun::Earlier(made) => {
            request::go_to(&address(made));
            return Ok(());
        }
    };
    let scheme = match (BUILTIN.iter().find(|builtin| builtin.key == request.0), request.1.trim()) {
        (Some(builtin), _) => Scheme::from_toml(builtin.toml).map_err(|_| AppError::fault())?,
        (None, "") => return Err(AppError::field("toml", "Vložte text schématu v TOML, nebo vyberte vestavěné schéma.")),
        (None, text) => read(text)?,
    };
    let (actor, at) = (command.actor.clone(), command.at);
    let made = make(&mut command.tx, &actor, &scheme, at).await?;
    command.finish(made).await?;
    request::go_to(&address(made));
    Ok(())
}
permit!(CreateScheme => Permission::Has(Right::SchemeEdit));

fn address((scheme, version): (Uuid, Uuid)) -> String {
    format!("/dotace/schemata/{scheme}/{version}?hotovo=schema")
}

/// Reads a scheme that was typed or pasted.
///
/// # Errors
/// Not TOML, or not the shape of a scheme: the sentence says where.
pub fn read(text: &str) -> Result<Scheme, AppError> {
    if text.len() > MAX_BYTES {
        return Err(AppError::field("toml", "Schéma je delší než 1,5 MB. Zkraťte tabulky sazeb."));
    }
    if text.contains('\0') {
        return Err(AppError::field("toml", "Text obsahuje řídicí znak, který nejde uložit. Vložte ho znovu."));
    }
    let scheme = Scheme::from_toml(text).map_err(|fault| AppError::field("toml", fault.message))?;
    if scheme.version.chars().count() > 40 || scheme.name.chars().count() > 200 || scheme.name.is_empty() || scheme.version.is_empty() {
        return Err(AppError::field("toml", "Název schématu má mít 1 až 200 znaků a verze 1 až 40 znaků. Upravte klíče name a version."));
    }
    if toml_has_nul(&scheme) {
        return Err(AppError::field("toml", "Text obsahuje řídicí znak, který nejde uložit. Vložte ho znovu."));
    }
    Ok(scheme)
}

/// TOML can write a NUL by its number; the database cannot keep it.
fn toml_has_nul(scheme: &Scheme) -> bool {
    serde_json::to_string(scheme).is_ok_and(|json| json.contains("\\u0000"))
}

/// Writes the scheme with its first version.
pub async fn make(tx: &mut Tx, actor: &Actor, scheme: &Scheme, at: DateTime<Utc>) -> Result<(Uuid, Uuid), AppError> {
    let (account, _) = actor.kraj()?;
    let made = schemes::create(tx, scheme, (&account.person_name, at)).await?;
    let content = json!({ "schema": made.0, "nazev": scheme.name, "verze": scheme.version });
    tx.audit(audit::Record::done("subsidy.scheme.create", "scheme_version", made.1, content));
    Ok(made)
}
