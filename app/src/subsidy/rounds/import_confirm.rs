//! A file that was read becomes parts of applications: all of it, or nothing.

use super::import::{Effect, dry_run};
use crate::{
    error::AppError,
    request::{self, Begun, Command},
    subsidy::tabs::{self, number},
};
use domain::accounts::{Permission, Right};
use leptos::prelude::*;
use serde_json::json;
use store::{
    audit,
    subsidy::{imports, rounds},
};

/// Writes the parts of the file `davka`.
#[server(name = ConfirmImport, prefix = "/prikaz", endpoint = "dotace/nacist-zadosti")]
pub async fn confirm_import(
    klic: Option<String>,
    rok: Option<String>,
    kolo: Option<String>,
    davka: Option<String>,
) -> Result<(), AppError> {
    let request = (rok.unwrap_or_default(), kolo.unwrap_or_default(), davka.unwrap_or_default());
    let (year, round) = (number(&request.0)?, number(&request.1)?);
    let back = format!("/dotace/{year}/{round}/zadosti?hotovo=nacteno");
    let permission = Permission::Has(Right::RoundAdministration);
    let Begun::New(mut command) = Command::begin::<()>("subsidy.import.confirm", permission, &klic.unwrap_or_default(), &request).await?
    else {
        request::go_to(&back);
        return Ok(());
    };
    let actor = command.actor.clone();
    let (account, kraj) = actor.kraj()?;
    let at = command.at;
    let id = request.2.parse().map_err(|_| AppError::not_found("Soubor"))?;
    let import = imports::import(&mut command.tx, id).await.map_err(|e| tabs::missing(e, "Soubor"))?;
    let own = rounds::kraj_round(&mut command.tx, import.kraj_round_id).await?;
    if (own.year, own.number) != (year, round) || own.kraj_code != kraj {
        return Err(AppError::not_found("Soubor"));
    }
    tabs::still_open(&own)?;
    let run = dry_run(&mut command.tx, &own, &import.content, store::prague::day(at)).await?;
    if !run.read.faults.is_empty() {
        return Err(AppError::invalid("V souboru jsou chyby, proto jsme z něj nenačetli nic. Opravte je a vložte soubor znovu."));
    }
    let (mut new, mut replaced) = (0, 0);
    for preview in &run.previews {
        let Some(part) = run.read.parts.get(&preview.provider) else { continue };
        match preview.effect {
            Effect::Same => continue,
            Effect::New => new += 1,
            Effect::Replaces(old) => {
                imports::withdraw(&mut command.tx, old, at).await?;
                replaced += 1;
            }
        }
        let provider = preview.provider.parse().map_err(|_| AppError::fault())?;
        let reference = format!(
            "CSV-{year}/{round}-{}",
            part.applicant.ico.as_ref().map_or_else(|| preview.provider[..8].to_owned(), ToString::to_string)
        );
        imports::insert(&mut command.tx, own.id, provider, &reference, part, (&account.person_name, at)).await?;
    }
    imports::mark_done(&mut command.tx, id, at).await?;
    let content =
        json!({ "soubor": import.file_name, "novych": new, "nahrazenych": replaced, "beze_zmeny": run.previews.len() - new - replaced });
    command.tx.audit(audit::Record::done("subsidy.import.confirm", "application_import", id, content));
    command.finish(()).await?;
    request::go_to(&back);
    Ok(())
}
permit!(ConfirmImport => Permission::Has(Right::RoundAdministration));
