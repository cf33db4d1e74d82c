//! Publication: everybody sees the awards, providers their assessment and explanation, and nothing of the round changes any more.

use crate::{
    error::AppError,
    request::{self, Begun, Command},
    subsidy::{decision::make_proposal::any_round, tabs},
};
use domain::{
    accounts::{Permission, Right},
    subsidy::amount::Crowns,
};
use leptos::prelude::*;
use serde_json::json;
use store::{
    audit,
    subsidy::{awards, decisions},
};

/// Who may publish.
pub const PUBLISHES: Permission = Permission::AnyOf(&[Right::Decision, Right::RoundAdministration]);

/// Publishes the results of round `kolo` of year `rok`; `verze` is the version of the kraj's round that the person saw.
#[server(name = PublishResults, prefix = "/prikaz", endpoint = "dotace/zverejnit-vysledky")]
pub async fn publish_results(
    klic: Option<String>,
    verze: Option<String>,
    rok: Option<String>,
    kolo: Option<String>,
) -> Result<(), AppError> {
    let request: [String; 3] = [verze, rok, kolo].map(Option::unwrap_or_default);
    let Begun::New(mut command) = Command::begin::<u64>("subsidy.results.publish", PUBLISHES, &klic.unwrap_or_default(), &request).await?
    else {
        request::go_to(&format!("/dotace/{}/{}/zverejneni?hotovo=zverejneno", request[1], request[2]));
        return Ok(());
    };
    let [verze, rok, kolo] = request;
    let own = any_round(&mut command.tx, &rok, &kolo).await?;
    tabs::still_open(&own)?;
    let decided = decisions::decision(&mut command.tx, own.id).await?;
    let Some(awarded) = decided.as_ref().and_then(|stored| stored.document.awards()) else {
        return Err(AppError::invalid("Dotace ještě nejsou přiznané. Uzavřete všechny kroky rozhodování, pak půjdou zveřejnit."));
    };
    let (_, over) = decided.as_ref().map(|stored| stored.document.left_and_over()).unwrap_or_default();
    if over > Crowns::ZERO {
        return Err(AppError::invalid(format!(
            "Součet dotací je o {over} vyšší než alokace kola. Nejdřív opravte alokaci na kartě Termíny."
        )));
    }
    let count = awards::publish(&mut command.tx, own.id, verze.parse().unwrap_or(0), command.at)
        .await?
        .ok_or_else(|| AppError::invalid("Výsledky už jsou zveřejněné. Načtěte stránku znovu."))?;
    if usize::try_from(count).ok() != Some(awarded.len()) {
        return Err(AppError::fault());
    }
    let sum = decided.map(|stored| stored.document.sum());
    command.tx.audit(audit::Record::done("subsidy.results.publish", "kraj_round", own.id, json!({ "dotaci": count, "soucet": sum })));
    command.finish(count).await?;
    request::go_to(&tabs::href(own.year, own.number, "/zverejneni?hotovo=zverejneno"));
    Ok(())
}
permit!(PublishResults => PUBLISHES);
