//! A kraj publishes its window: from then on applicants see it and can draft.

use crate::{
    error::AppError,
    request::{self, Begun, Command},
    subsidy::tabs::{self, number},
};
use domain::accounts::{Permission, Right};
use leptos::prelude::*;
use serde_json::json;
use store::{audit, subsidy::rounds};

/// Publishes the window of the actor's kraj in round `kolo` of year `rok`.
#[server(name = PublishWindow, prefix = "/prikaz", endpoint = "dotace/zverejnit-termin")]
pub async fn publish_window(klic: Option<String>, rok: Option<String>, kolo: Option<String>) -> Result<(), AppError> {
    let request = (rok.unwrap_or_default(), kolo.unwrap_or_default());
    let (year, round) = (number(&request.0)?, number(&request.1)?);
    let back = format!("/dotace/{year}/{round}/terminy?hotovo=termin-zverejnen");
    let permission = Permission::Has(Right::RoundAdministration);
    let Begun::New(mut command) = Command::begin::<()>("subsidy.window.publish", permission, &klic.unwrap_or_default(), &request).await?
    else {
        request::go_to(&back);
        return Ok(());
    };
    let actor = command.actor.clone();
    let (_, kraj) = actor.kraj()?;
    let round = rounds::round(&mut command.tx, year, round).await.map_err(|e| tabs::missing(e, "Dotační kolo"))?;
    let own = rounds::kraj_round_of(&mut command.tx, round.id, kraj)
        .await?
        .ok_or_else(|| AppError::invalid("Nejdřív nastavte a uložte termín, potom ho zveřejněte."))?;
    tabs::still_open(&own)?;
    if own.closes_at <= command.at {
        return Err(AppError::invalid("Termín už skončil, zveřejnit ho nejde. Nastavte konec, který teprve přijde."));
    }
    if !rounds::publish_window(&mut command.tx, own.id, command.at).await? {
        return Err(AppError::invalid("Termín už je zveřejněný. Změny uložte tlačítkem Uložit, žadatelé je uvidí hned."));
    }
    let content = json!({ "od": own.opens_at, "do": own.closes_at });
    command.tx.audit(audit::Record::done("subsidy.window.publish", "kraj_round", own.id, content));
    command.finish(()).await?;
    request::go_to(&back);
    Ok(())
}
permit!(PublishWindow => Permission::Has(Right::RoundAdministration));
