//! The registering authority enters the identifikátor of a service.

use crate::error::AppError;
use domain::accounts::{Permission, Right};
use leptos::prelude::*;

/// Enters or corrects the number of a service: seven digits that no other service has.
#[server(name = EnterNumber, prefix = "/prikaz", endpoint = "registr/zapsat-cislo")]
pub async fn enter_number(
    klic: Option<String>,
    verze: Option<String>,
    zpet: Option<String>,
    sluzba: Option<String>,
    cislo: Option<String>,
) -> Result<(), AppError> {
    use super::correcting::{self, Back};
    use crate::request::{self, Begun, Command};
    use store::{audit, registry::corrections as c};

    let back = Back::to(zpet);
    let (service, seen) = (correcting::id(sluzba)?, correcting::version(verze)?);
    let number: String = cislo.unwrap_or_default().chars().filter(|c| !c.is_whitespace()).collect();
    let permission = Permission::Has(Right::RegisterEdit);
    let Begun::New(mut command) =
        Command::begin::<()>("registry.identifikator.enter", permission, &klic.unwrap_or_default(), &(service, seen, &number)).await?
    else {
        request::go_to(&back.done("cislo"));
        return Ok(());
    };
    if number.len() != 7 || !number.bytes().all(|b| b.is_ascii_digit()) {
        let shown: String = number.chars().take(20).collect();
        return Err(AppError::field(
            "cislo",
            format!("Číslo služby má 7 číslic, napsáno je „{shown}“. Opište je z rozhodnutí o registraci."),
        ));
    }
    let before = c::corrigible(&mut command.tx, service).await.map_err(correcting::foreign)?;
    if let Some((_, portal_id)) = c::number_taken(&mut command.tx, service, &number).await? {
        let other = portal_id.map_or_else(String::new, |id| format!(" (portalId {id})"));
        return Err(AppError::field(
            "cislo",
            format!("Číslo {number} už má jiná služba{other}. Zkontrolujte ho v rozhodnutí o registraci."),
        ));
    }
    let content = serde_json::json!({ "before": before.facts.identifikator, "after": number });
    let today = store::prague::day(command.at);
    c::correct(&mut command.tx, service, before, &c::Correction::Identifikator(number), seen, today, command.at).await?;
    command.tx.audit(audit::Record::done("registry.identifikator.enter", "service", service, content));
    command.finish(()).await?;
    request::go_to(&back.done("cislo"));
    Ok(())
}
permit!(EnterNumber => Permission::Has(Right::RegisterEdit));
