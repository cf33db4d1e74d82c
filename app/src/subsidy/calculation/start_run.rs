//! „Spustit výpočet“: a version of a scheme is computed on the round as it stands, frozen, and kept with everything that explains it.

use super::keep::{self, Computed, RoundRows};
use crate::{
    error::AppError,
    form::Fields,
    request::{self, Begun, Command},
    subsidy::{rounds::set_window::number, tabs},
};
use domain::{
    accounts::{Permission, Right},
    subsidy::{
        amount::Crowns,
        calculation::{Amounts, Fraction, StoredRun},
    },
};
use leptos::prelude::*;
use std::collections::BTreeMap;
use store::subsidy::{rounds, schemes};

/// Starts a run named `nazev` of version `schema` in round `kolo` of year `rok`. The money is `castka`, or for a scheme with groups the fields
/// `skupina.<n>` (name) and `castka.<n>` of `pole`.
#[server(name = StartRun, prefix = "/prikaz", endpoint = "dotace/spustit-vypocet")]
pub async fn start_run(
    klic: Option<String>,
    rok: Option<String>,
    kolo: Option<String>,
    schema: Option<String>,
    nazev: Option<String>,
    castka: Option<String>,
    pole: Option<Fields>,
) -> Result<(), AppError> {
    let text = Option::unwrap_or_default;
    let request = (text(rok), text(kolo), text(schema), text(nazev), text(castka), pole.unwrap_or_default());
    let (year, number) = (number(&request.0)?, number(&request.1)?);
    let permission = Permission::Has(Right::Decision);
    let mut command = match Command::begin::<i32>("subsidy.run.start", permission, &text(klic), &request).await? {
        Begun::New(command) => command,
        Begun::Earlier(run) => {
            request::go_to(&address(year, number, run));
            return Ok(());
        }
    };
    let (_, _, schema, name, amount, pole) = request;
    let (actor, at) = (command.actor.clone(), command.at);
    let (account, kraj) = actor.kraj()?;
    let tx = &mut command.tx;
    let round = rounds::round(tx, year, number).await.map_err(|e| tabs::missing(e, "Dotační kolo"))?;
    let own = rounds::kraj_round_of(tx, round.id, kraj).await?.ok_or_else(|| AppError::not_found("Dotační kolo"))?;
    tabs::still_open(&own)?;
    let name = keep::name(&name)?;
    let id = schema.parse().map_err(|_| AppError::field("schema", "Vyberte schéma, podle kterého se má počítat."))?;
    // An edit of the same version waits, and then finds it frozen.
    let version = schemes::held_version(tx, id).await.map_err(|e| tabs::missing(e, "Schéma"))?;
    let rows = RoundRows::read(tx, own.id).await?;
    if rows.is_empty() {
        return Err(AppError::invalid("V kole není žádná služba k výpočtu. Nejdřív přijměte žádosti a dokončete formální kontrolu."));
    }
    let scheme = version.document;
    let amounts = if scheme.allocation.group.is_some() { groups(&pole)? } else { one(&amount)? };
    let inputs = rows.table(&scheme).map_err(|faults| keep::refused(&faults))?;
    let stored = StoredRun { scheme, inputs, amounts };
    let calculation = stored.calculate().map_err(|faults| keep::refused(&faults))?;
    let services = rows.services();
    let computed = Computed { stored: &stored, calculation: &calculation, services: &services };
    let run = keep::keep(tx, &own, (id, None), &name, computed, (&account.person_name, at)).await?;
    command.finish(run).await?;
    request::go_to(&address(year, number, run));
    Ok(())
}
permit!(StartRun => Permission::Has(Right::Decision));

fn address(year: i32, number: i32, run: i32) -> String {
    tabs::href(year, number, &format!("/vypocet/{run}?hotovo=beh"))
}

fn crowns(name: &str, text: &str) -> Result<Fraction, AppError> {
    let amount = Crowns::parse(text).map_err(|error| AppError::field(name, error.to_string()))?;
    let amount = i64::try_from(amount.get()).map_err(|_| AppError::field(name, "Částka je příliš vysoká."))?;
    Ok(Fraction::whole(amount))
}

fn one(text: &str) -> Result<Amounts, AppError> {
    crowns("castka", text).map(Amounts::One)
}

fn groups(pole: &Fields) -> Result<Amounts, AppError> {
    let mut amounts = BTreeMap::new();
    for (path, group) in pole.iter().filter(|(path, _)| path.starts_with("skupina.")) {
        let field = path.replacen("skupina.", "castka.", 1);
        let amount = pole.get(&field).map_or("", String::as_str);
        amounts.insert(group.clone(), crowns(&field, amount)?);
    }
    Ok(Amounts::Groups(amounts))
}
