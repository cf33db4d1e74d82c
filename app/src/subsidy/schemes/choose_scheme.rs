//! „Použít v kole“: a version of a scheme is chosen for a round of the kraj.

use crate::{
    error::AppError,
    request::{self, Begun, Command},
    subsidy::tabs,
};
use domain::accounts::{Permission, Right};
use leptos::prelude::*;
use serde_json::json;
use store::{
    audit,
    subsidy::{rounds, schemes},
};
use uuid::Uuid;

/// Chooses version `schema` for the kraj's round `kolo`.
#[server(name = ChooseScheme, prefix = "/prikaz", endpoint = "dotace/pouzit-schema")]
pub async fn choose_scheme(klic: Option<String>, schema: Option<String>, kolo: Option<String>) -> Result<(), AppError> {
    let request = (schema.unwrap_or_default(), kolo.unwrap_or_default());
    let id = request.0.parse::<Uuid>().map_err(|_| AppError::not_found("Verzi schématu"))?;
    let permission = Permission::Has(Right::RoundAdministration);
    let mut command = match Command::begin::<String>("subsidy.scheme.choose", permission, &klic.unwrap_or_default(), &request).await? {
        Begun::New(command) => command,
        Begun::Earlier(address) => {
            request::go_to(&address);
            return Ok(());
        }
    };
    let actor = command.actor.clone();
    let (_, kraj) = actor.kraj()?;
    let version = schemes::version(&mut command.tx, id).await.map_err(|e| tabs::missing(e, "Verzi schématu"))?;
    let round = request.1.parse().map_err(|_| AppError::field("kolo", "Vyberte kolo, ve kterém se má schéma použít."))?;
    let own = rounds::kraj_round(&mut command.tx, round).await.map_err(|e| tabs::missing(e, "Dotační kolo"))?;
    if own.kraj_code != kraj {
        return Err(AppError::not_found("Dotační kolo"));
    }
    tabs::still_open(&own)?;
    if let Err(faults) = version.document.compile() {
        let message = faults.first().map(|fault| fault.message.clone()).unwrap_or_default();
        return Err(AppError::field("kolo", format!("Schéma má chyby, v kole ho použít nejde. První z nich: {message}")));
    }
    schemes::choose(&mut command.tx, own.id, id).await?;
    let content = json!({ "drive": own.scheme_version_id, "nyni": id });
    command.tx.audit(audit::Record::done("subsidy.scheme.choose", "kraj_round", own.id, content));
    let address = format!("/dotace/schemata/{}/{id}?hotovo=vybrano", version.row.scheme_id);
    command.finish(address.clone()).await?;
    request::go_to(&address);
    Ok(())
}
permit!(ChooseScheme => Permission::Has(Right::RoundAdministration));
