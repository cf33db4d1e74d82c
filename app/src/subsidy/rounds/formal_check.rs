//! A kraj answers the formal check of one application.

use crate::{
    error::AppError,
    form::Fields,
    request::{self, Begun, Command},
    subsidy::tabs::{self, number},
};
use domain::{
    accounts::{Permission, Right},
    subsidy::assessment::Outcome,
};
use leptos::prelude::*;
use serde_json::json;
use store::{
    audit,
    subsidy::{parts, rounds},
};

/// How an outcome is stored.
pub fn code(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Open(_) => "open",
        Outcome::Passed => "passed",
        Outcome::Failed(_) => "failed",
    }
}

/// Keeps the answers of the part `zadost`. `pole`: an item by its key (`ano`, `ne`, nothing) and its comment by `<key>.komentar`.
#[server(name = SaveCheck, prefix = "/prikaz", endpoint = "dotace/formalni-kontrola")]
pub async fn save_check(
    klic: Option<String>,
    verze: Option<String>,
    rok: Option<String>,
    kolo: Option<String>,
    zadost: Option<String>,
    pole: Option<Fields>,
) -> Result<(), AppError> {
    let request = (
        verze.unwrap_or_default(),
        rok.unwrap_or_default(),
        kolo.unwrap_or_default(),
        zadost.unwrap_or_default(),
        pole.unwrap_or_default(),
    );
    let (year, round) = (number(&request.1)?, number(&request.2)?);
    let back = format!("/dotace/{year}/{round}/formalni?hotovo=ulozeno");
    let permission = Permission::Has(Right::Assessment);
    let Begun::New(mut command) = Command::begin::<()>("subsidy.formal.save", permission, &klic.unwrap_or_default(), &request).await?
    else {
        request::go_to(&back);
        return Ok(());
    };
    let actor = command.actor.clone();
    let (account, _) = actor.kraj()?;
    let id = request.3.parse().map_err(|_| AppError::not_found("Žádost"))?;
    let part = parts::part(&mut command.tx, id).await.map_err(|e| tabs::missing(e, "Žádost"))?;
    let own = rounds::kraj_round(&mut command.tx, part.kraj_round_id).await?;
    if (own.year, own.number) != (year, round) {
        return Err(AppError::not_found("Žádost"));
    }
    tabs::still_open(&own)?;
    let items = &own.formal_items.0;
    let before = part.check.map(|check| check.0).unwrap_or_default();
    let mut check = before.clone();
    // Answers first: a comment belongs to one.
    let wrong: Vec<(String, String)> =
        request.4.iter().filter_map(|(path, text)| check.apply(items, path, text).err()).map(|e| (e.path, e.sentence)).collect();
    if !wrong.is_empty() {
        return Err(AppError::fields(wrong));
    }
    let missing: Vec<(String, String)> = check
        .answers
        .iter()
        .filter(|(_, answer)| answer.passed == Some(false) && answer.comment.is_empty())
        .map(|(key, _)| (format!("{key}.komentar"), "K odpovědi ne napište komentář: co chybí, nebo co je špatně.".to_owned()))
        .collect();
    if !missing.is_empty() {
        return Err(AppError::fields(missing));
    }
    let outcome = check.outcome(items);
    let seen = request.0.parse().unwrap_or(0);
    parts::save_check(&mut command.tx, part.id, &check, code(&outcome), seen, (&account.person_name, command.at)).await?;
    let content = json!({ "drive": before, "nyni": check, "vysledek": code(&outcome) });
    command.tx.audit(audit::Record::done("subsidy.formal.save", "application_part", part.id, content));
    command.finish(()).await?;
    request::go_to(&back);
    Ok(())
}
permit!(SaveCheck => Permission::Has(Right::Assessment));
