//! The registering authority enters the last day of a service.

use crate::error::AppError;
use domain::accounts::{Permission, Right};
use leptos::prelude::*;

/// Sets the last day on which a service is provided; an empty day takes it back.
#[server(name = EndService, prefix = "/prikaz", endpoint = "registr/ukoncit-sluzbu")]
pub async fn end_service(
    klic: Option<String>,
    verze: Option<String>,
    zpet: Option<String>,
    sluzba: Option<String>,
    konec: Option<String>,
) -> Result<(), AppError> {
    use super::correcting::{self, Back};
    use crate::request::{self, Begun, Command};
    use store::{audit, registry::corrections as c};

    let back = Back::to(zpet);
    let (service, seen) = (correcting::id(sluzba)?, correcting::version(verze)?);
    let typed = konec.unwrap_or_default();
    let permission = Permission::Has(Right::RegisterEdit);
    let Begun::New(mut command) =
        Command::begin::<()>("registry.service.end", permission, &klic.unwrap_or_default(), &(service, seen, &typed)).await?
    else {
        request::go_to(&back.done("konec"));
        return Ok(());
    };
    let end = match typed.trim() {
        "" => None,
        text => Some(domain::time::parse_date(text).map_err(|e| AppError::field("konec", e.to_string()))?),
    };
    let before = c::corrigible(&mut command.tx, service).await.map_err(correcting::foreign)?;
    if let (Some(end), Some(from)) = (end, before.facts.datum_poskytovani_od)
        && end < from
    {
        let (end, from) = (domain::time::date(end), domain::time::date(from));
        return Err(AppError::field("konec", format!("Konec {end} je před začátkem poskytování {from}. Opravte den ukončení.")));
    }
    if before.facts.datum_poskytovani_do == end {
        return Err(AppError::field("konec", "Tento den už je v registru zapsaný. Změňte ho, nebo stránku opusťte."));
    }
    let content = serde_json::json!({ "before": before.facts.datum_poskytovani_do, "after": end });
    let today = store::prague::day(command.at);
    c::correct(&mut command.tx, service, before, &c::Correction::End(end), seen, today, command.at).await?;
    command.tx.audit(audit::Record::done("registry.service.end", "service", service, content));
    command.finish(()).await?;
    request::go_to(&back.done("konec"));
    Ok(())
}
permit!(EndService => Permission::Has(Right::RegisterEdit));
