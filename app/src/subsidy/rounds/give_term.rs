//! A kraj gives one applicant an extraordinary term (mimořádný termín), with a reason.

use crate::{
    error::AppError,
    request::{self, Begun, Command},
    subsidy::{
        dates,
        tabs::{self, number},
    },
};
use domain::{
    accounts::{Permission, Right},
    text::typed,
};
use leptos::prelude::*;
use serde_json::json;
use store::{audit, subsidy::rounds};

/// Gives the provider `zadatel` a term in round `kolo` of year `rok`.
#[server(name = GiveTerm, prefix = "/prikaz", endpoint = "dotace/mimoradny-termin")]
pub async fn give_term(
    klic: Option<String>,
    rok: Option<String>,
    kolo: Option<String>,
    zadatel: Option<String>,
    od_den: Option<String>,
    od_cas: Option<String>,
    do_den: Option<String>,
    do_cas: Option<String>,
    duvod: Option<String>,
) -> Result<(), AppError> {
    let text = Option::unwrap_or_default;
    let request = [rok, kolo, zadatel, od_den, od_cas, do_den, do_cas, duvod].map(text);
    let permission = Permission::Has(Right::RoundAdministration);
    let (year, round) = (number(&request[0])?, number(&request[1])?);
    let back = format!("/dotace/{year}/{round}/terminy?hotovo=mimoradny-termin");
    let Begun::New(mut command) = Command::begin::<()>("subsidy.term.give", permission, &text(klic), &request).await? else {
        request::go_to(&back);
        return Ok(());
    };
    let [_, _, applicant, from_day, from_time, to_day, to_time, reason] = request;
    let actor = command.actor.clone();
    let (_, kraj) = actor.kraj()?;
    let round = rounds::round(&mut command.tx, year, round).await.map_err(|e| tabs::missing(e, "Dotační kolo"))?;
    let own = rounds::kraj_round_of(&mut command.tx, round.id, kraj)
        .await?
        .ok_or_else(|| AppError::invalid("Nejdřív nastavte a uložte termín kola, potom povolte mimořádný."))?;
    tabs::still_open(&own)?;
    if own.window_published_at.is_none() {
        return Err(AppError::invalid("Nejdřív zveřejněte termín kola. Mimořádný termín by žadatel do té doby neviděl."));
    }
    let mut wrong = Vec::new();
    let window = dates::read_window((&from_day, &from_time), (&to_day, &to_time)).map_err(|mut all| wrong.append(&mut all)).ok();
    if window.is_some_and(|window| window.closes() <= command.at) {
        wrong.push(("do_den".to_owned(), "Tento termín už skončil. Zadejte konec, který teprve přijde.".to_owned()));
    }
    let reason = match typed(&reason, 2_000) {
        Ok(reason) if !reason.is_empty() => Some(reason),
        Ok(_) => {
            wrong.push(("duvod".to_owned(), "Napište, proč žadatel dostává mimořádný termín.".to_owned()));
            None
        }
        Err(e) => {
            wrong.push(("duvod".to_owned(), e.to_string()));
            None
        }
    };
    let (Some(window), Some(reason), true) = (window, reason, wrong.is_empty()) else { return Err(AppError::fields(wrong)) };
    let applicant = applicant.parse().map_err(|_| AppError::field("zadatel", "Vyberte žadatele ze seznamu."))?;
    let provider = rounds::provider(&mut command.tx, applicant).await.map_err(|e| tabs::missing(e, "Žadatele"))?;
    let id = rounds::give_term(&mut command.tx, own.id, provider.id, window, &reason, command.at).await?;
    let content = json!({
        "zadatel": provider.id, "nazev": provider.name, "od": window.opens(), "do": window.closes(), "duvod": reason,
    });
    command.tx.audit(audit::Record::done("subsidy.term.give", "extraordinary_term", id, content));
    command.finish(()).await?;
    request::go_to(&back);
    Ok(())
}
permit!(GiveTerm => Permission::Has(Right::RoundAdministration));
