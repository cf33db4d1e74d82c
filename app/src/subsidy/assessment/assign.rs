//! Who works on services: one for oneself, or a selection for a colleague.

use crate::{
    error::AppError,
    form::Fields,
    request::{self, Begun, Command},
    subsidy::tabs::{self, number},
};
use domain::accounts::{Permission, Right};
use leptos::prelude::*;
use serde_json::json;
use store::{
    audit,
    subsidy::{assessments, rounds},
};
use uuid::Uuid;

/// Assigns the ticked services (`pole`, by key) to `komu` (key of a person, `ja`, `nikdo`), or the one service `jen` to oneself.
#[server(name = Assign, prefix = "/prikaz", endpoint = "dotace/pridelit")]
pub async fn assign(
    klic: Option<String>,
    rok: Option<String>,
    kolo: Option<String>,
    komu: Option<String>,
    jen: Option<String>,
    filtr: Option<String>,
    pole: Option<Fields>,
) -> Result<(), AppError> {
    let request = (rok.unwrap_or_default(), kolo.unwrap_or_default(), komu.unwrap_or_default(), jen, pole.unwrap_or_default());
    let (year, round) = (number(&request.0)?, number(&request.1)?);
    let query = filtr.filter(|query| query.starts_with('?') && query.len() < 1_000).unwrap_or_default();
    let joint = if query.is_empty() { "?" } else { "&" };
    let back = format!("/dotace/{year}/{round}/hodnoceni{query}{joint}hotovo=prideleno");
    let permission = Permission::Has(Right::Assessment);
    let Begun::New(mut command) =
        Command::begin::<()>("subsidy.assessment.assign", permission, &klic.unwrap_or_default(), &request).await?
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
    let (_, _, whom, only, ticked) = request;
    let (services, person): (Vec<Uuid>, Option<Uuid>) = match only.as_deref().and_then(|id| id.parse().ok()) {
        Some(id) => (vec![id], Some(account.person)),
        None => {
            let person = match whom.as_str() {
                "nikdo" => None,
                "ja" => Some(account.person),
                "" => return Err(AppError::field("komu", "Vyberte, komu služby přidělit.")),
                id => {
                    let people = assessments::assessors(&mut command.tx, store::prague::day(at)).await?;
                    let person = people.into_iter().find(|person| person.id.to_string() == id);
                    Some(person.ok_or_else(|| AppError::field("komu", "Tento pracovník hodnotit nemůže. Vyberte jiného."))?.id)
                }
            };
            (ticked.keys().filter_map(|path| path.strip_prefix("sluzba.")?.parse().ok()).collect(), person)
        }
    };
    if services.is_empty() {
        return Err(AppError::invalid("Nevybrali jste žádnou službu. Zaškrtněte je v prvním sloupci."));
    }
    let count = assessments::assign(&mut command.tx, own.id, &services, person, (&account.person_name, at)).await?;
    if count != services.len() as u64 {
        return Err(AppError::not_found("Službu"));
    }
    let content = json!({ "sluzby": services, "komu": person });
    command.tx.audit(audit::Record::done("subsidy.assessment.assign", "kraj_round", own.id, content));
    command.finish(()).await?;
    request::go_to(&back);
    Ok(())
}
permit!(Assign => Permission::Has(Right::Assessment));
