//! A kraj takes an application out that it had loaded from a file, so that the applicant can submit one of its own.

use crate::{
    error::AppError,
    request::{self, Begun, Command},
    subsidy::tabs::{self, number},
};
use domain::{
    accounts::{Permission, Right},
    text::typed,
};
use leptos::prelude::*;
use serde_json::json;
use store::{
    audit,
    subsidy::{imports, parts, rounds},
};

/// Takes the part `zadost` of round `kolo` of year `rok` out, for the reason `duvod`.
#[server(name = RemoveImported, prefix = "/prikaz", endpoint = "dotace/odebrat-nactenou")]
pub async fn remove_imported(
    klic: Option<String>,
    rok: Option<String>,
    kolo: Option<String>,
    zadost: Option<String>,
    duvod: Option<String>,
) -> Result<(), AppError> {
    let request = [rok, kolo, zadost, duvod].map(Option::unwrap_or_default);
    let (year, round) = (number(&request[0])?, number(&request[1])?);
    let back = format!("/dotace/{year}/{round}/zadosti?hotovo=odebrano");
    let permission = Permission::Has(Right::RoundAdministration);
    let Begun::New(mut command) = Command::begin::<()>("subsidy.import.remove", permission, &klic.unwrap_or_default(), &request).await?
    else {
        request::go_to(&back);
        return Ok(());
    };
    let id = request[2].parse().map_err(|_| AppError::not_found("Žádost"))?;
    let part = parts::part(&mut command.tx, id).await.map_err(|e| tabs::missing(e, "Žádost"))?;
    let own = rounds::kraj_round(&mut command.tx, part.kraj_round_id).await?;
    if (own.year, own.number) != (year, round) {
        return Err(AppError::not_found("Žádost"));
    }
    tabs::still_open(&own)?;
    if part.source != "csv" {
        return Err(AppError::invalid("Odebrat jde jen žádost načtenou ze souboru. Podanou žádost bere zpět žadatel."));
    }
    let reason = typed(&request[3], 2_000).map_err(|e| AppError::field("duvod", e.to_string()))?;
    if reason.is_empty() {
        return Err(AppError::field("duvod", "Napište, proč žádost odebíráte; důvod zůstane v auditní stopě."));
    }
    imports::withdraw(&mut command.tx, part.id, command.at).await?;
    let content = json!({ "cislo": part.reference, "zadatel": part.provider_name, "pozadavek": part.request, "duvod": reason });
    command.tx.audit(audit::Record::done("subsidy.import.remove", "application_part", part.id, content));
    command.finish(()).await?;
    request::go_to(&back);
    Ok(())
}
permit!(RemoveImported => Permission::Has(Right::RoundAdministration));
