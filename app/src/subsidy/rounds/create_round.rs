//! The MPSV makes a round of a year.

use crate::{
    error::AppError,
    request::{self, Begun, Command},
};
use domain::accounts::{Permission, Right};
use leptos::prelude::*;
use serde_json::json;
use store::{audit, subsidy::rounds};

/// Makes round number `cislo` of the year `rok`.
#[server(name = CreateRound, prefix = "/prikaz", endpoint = "dotace/zalozit-kolo")]
pub async fn create_round(klic: Option<String>, rok: Option<String>, cislo: Option<String>, nazev: Option<String>) -> Result<(), AppError> {
    let typed = (rok.unwrap_or_default(), cislo.unwrap_or_default(), nazev.unwrap_or_default());
    let permission = Permission::Has(Right::YearAdministration);
    let Begun::New(mut command) = Command::begin::<()>("subsidy.round.create", permission, &klic.unwrap_or_default(), &typed).await? else {
        request::go_to("/dotace?hotovo=zalozeno");
        return Ok(());
    };
    let (rok, cislo, nazev) = typed;
    let year: i32 = rok.trim().parse().map_err(|_| AppError::field("rok", "Rok napište čtyřmi číslicemi."))?;
    if !rounds::years(&mut command.tx).await?.contains(&year) {
        return Err(AppError::field("rok", format!("Dotační rok {year} ještě není otevřený. Nejdřív ho otevřete.")));
    }
    let mut wrong = Vec::new();
    let number: Option<i32> = cislo.trim().parse().ok().filter(|n| (1..=20).contains(n));
    if number.is_none() {
        wrong.push(("cislo".to_owned(), "Číslo kola je od 1 do 20.".to_owned()));
    }
    let label = match domain::text::typed(&nazev, 200) {
        Ok(label) if !label.is_empty() => Some(label),
        Ok(_) => {
            wrong.push(("nazev".to_owned(), "Kolo pojmenujte, například Program A, 1. kolo.".to_owned()));
            None
        }
        Err(e) => {
            wrong.push(("nazev".to_owned(), e.to_string()));
            None
        }
    };
    let (Some(number), Some(label)) = (number, label) else { return Err(AppError::fields(wrong)) };
    let Some(id) = rounds::create_round(&mut command.tx, year, number, &label, command.at).await? else {
        return Err(AppError::field("cislo", format!("Kolo {number} roku {year} už je. Zvolte jiné číslo.")));
    };
    let content = json!({ "rok": year, "cislo": number, "nazev": label });
    command.tx.audit(audit::Record::done("subsidy.round.create", "subsidy_round", id, content));
    command.finish(()).await?;
    request::go_to("/dotace?hotovo=zalozeno");
    Ok(())
}
permit!(CreateRound => Permission::Has(Right::YearAdministration));
