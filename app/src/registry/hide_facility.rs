//! The registering authority makes the address of a facility secret.

use crate::error::AppError;
use domain::accounts::{Permission, Right};
use leptos::prelude::*;

/// Takes the address of a facility out of everything public, older versions included. An import never opens it again.
#[server(name = HideFacility, prefix = "/prikaz", endpoint = "registr/utajit-adresu")]
pub async fn hide_facility(
    klic: Option<String>,
    verze: Option<String>,
    zpet: Option<String>,
    sluzba: Option<String>,
    zarizeni: Option<String>,
) -> Result<(), AppError> {
    use super::correcting::{self, Back};
    use crate::request::{self, Begun, Command};
    use store::{audit, registry::corrections as c};

    let back = Back::to(zpet);
    let (service, seen) = (correcting::id(sluzba)?, correcting::version(verze)?);
    let facility: Option<uuid::Uuid> = zarizeni.unwrap_or_default().parse().ok();
    let permission = Permission::Has(Right::RegisterEdit);
    let Begun::New(mut command) =
        Command::begin::<()>("registry.facility.hide", permission, &klic.unwrap_or_default(), &(service, seen, facility)).await?
    else {
        request::go_to(&back.done("utajeno"));
        return Ok(());
    };
    let before = c::corrigible(&mut command.tx, service).await.map_err(correcting::foreign)?;
    let Some(facility) = facility.filter(|id| before.open_facilities.iter().any(|(open, _)| open == id)) else {
        return Err(AppError::field("zarizeni", "Vyberte zařízení, jehož adresa se má utajit."));
    };
    let today = store::prague::day(command.at);
    c::correct(&mut command.tx, service, before, &c::Correction::SecretFacility(facility), seen, today, command.at).await?;
    let content = serde_json::json!({ "facility": facility });
    command.tx.audit(audit::Record::done("registry.facility.hide", "service", service, content));
    command.finish(()).await?;
    request::go_to(&back.done("utajeno"));
    Ok(())
}
permit!(HideFacility => Permission::Has(Right::RegisterEdit));
