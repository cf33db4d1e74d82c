//! A what-if is saved: the server computes it again and keeps it only when it comes out the same. A changed scheme becomes a new version.

use crate::error::AppError;
use domain::accounts::{Permission, Right};
use leptos::prelude::*;

/// Saves changes (`zmeny`, JSON) over run `beh` as a run named `nazev`; `otisk` is the digest that the browser came to. Gives the number of the run.
#[server(name = SaveWhatIf, prefix = "/prikaz", endpoint = "dotace/ulozit-co-kdyby")]
pub async fn save_what_if(
    klic: Option<String>,
    rok: Option<String>,
    kolo: Option<String>,
    beh: Option<String>,
    nazev: Option<String>,
    zmeny: Option<String>,
    otisk: Option<String>,
) -> Result<i32, AppError> {
    use super::keep::{self, Computed};
    use crate::{
        request::{Begun, Command},
        subsidy::{rounds::set_window::number, schemes::new_version, tabs},
    };
    use domain::subsidy::what_if::Changes;
    use store::subsidy::{rounds, runs, schemes};

    let text = Option::unwrap_or_default;
    let request = [rok, kolo, beh, nazev, zmeny, otisk].map(text);
    let permission = Permission::Has(Right::Decision);
    let mut command = match Command::begin::<i32>("subsidy.run.what_if", permission, &text(klic), &request).await? {
        Begun::New(command) => command,
        Begun::Earlier(run) => return Ok(run),
    };
    let [year, round, run, name, changes, digest] = request;
    let (actor, at) = (command.actor.clone(), command.at);
    let (account, kraj) = actor.kraj()?;
    let by = (account.person_name.as_str(), at);
    let tx = &mut command.tx;
    let round = rounds::round(tx, number(&year)?, number(&round)?).await.map_err(|e| tabs::missing(e, "Dotační kolo"))?;
    let own = rounds::kraj_round_of(tx, round.id, kraj).await?.ok_or_else(|| AppError::not_found("Dotační kolo"))?;
    tabs::still_open(&own)?;
    let run = run.parse().map_err(|_| AppError::not_found("Běh výpočtu"))?;
    let base = runs::run_by_number(tx, own.id, run).await.map_err(|e| tabs::missing(e, "Běh výpočtu"))?;
    let name = keep::name(&name)?;
    let changes: Changes =
        serde_json::from_str(&changes).map_err(|_| AppError::invalid("Změny se nepodařilo přečíst. Načtěte stránku znovu."))?;
    if changes.is_empty() {
        return Err(AppError::invalid("Proti běhu jste nic nezměnili. Změňte aspoň jednu hodnotu, potom zkoušku uložte."));
    }
    let mut stored = changes.apply(&base.stored).map_err(|error| AppError::invalid(error.to_string()))?;
    let calculation = stored.calculate().map_err(|faults| keep::refused(&faults))?;
    if calculation.digest() != digest {
        return Err(AppError::invalid(
            "Server došel k jinému výsledku než váš prohlížeč, proto se nic neuložilo. Načtěte stránku znovu a zkoušku zopakujte.",
        ));
    }
    let version = if changes.change_scheme() {
        actor.require(Permission::Has(Right::SchemeEdit))?;
        let from = schemes::version(tx, base.row.scheme_version_id).await?.row;
        let id = new_version::add(tx, &from, stored.scheme.clone(), by).await?;
        stored.scheme = schemes::version(tx, id).await?.document;
        id
    } else {
        base.row.scheme_version_id
    };
    // The version got its own name; the numbers are the same.
    let calculation = stored.calculate().map_err(|faults| keep::refused(&faults))?;
    let computed = Computed { stored: &stored, calculation: &calculation, services: &base.services };
    let run = keep::keep(tx, &own, (version, Some(base.row.id)), &name, computed, by).await?;
    command.finish(run).await
}
permit!(SaveWhatIf => Permission::Has(Right::Decision));
