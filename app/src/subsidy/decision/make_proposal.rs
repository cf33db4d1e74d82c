//! A finished run becomes the proposal of the first step. Another run can take its place until a step is closed.

use super::proposal::{assessed, crowns};
use crate::{
    error::AppError,
    request::{self, Begun, Command},
    subsidy::{
        assessment::view::{Ground, still_finished},
        tabs,
    },
};
use domain::{
    accounts::{Permission, Right},
    subsidy::{
        amount::Crowns,
        award,
        decision::{Decision, Row},
    },
    text::plural,
};
use leptos::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use store::{
    Tx, audit,
    subsidy::{
        assessments::{self, ServiceRow},
        decisions,
        rounds::{self, KrajRound},
        runs::{self, RunDetail},
    },
};
use uuid::Uuid;

/// The kraj's round of a command by the year and number of its form, still to be decided.
pub(crate) async fn own_round(tx: &mut Tx, year: &str, number: &str) -> Result<KrajRound, AppError> {
    let own = any_round(tx, year, number).await?;
    tabs::still_open(&own)?;
    Ok(own)
}

/// The same, also after publication.
pub(crate) async fn any_round(tx: &mut Tx, year: &str, number: &str) -> Result<KrajRound, AppError> {
    let not_found = || AppError::not_found("Dotační kolo");
    let (year, number) = year.parse().ok().zip(number.parse().ok()).ok_or_else(not_found)?;
    let round = rounds::round(tx, year, number).await.map_err(|e| tabs::missing(e, "Dotační kolo"))?;
    let actor = request::actor();
    let (_, kraj) = actor.kraj()?;
    rounds::kraj_round_of(tx, round.id, kraj).await?.ok_or_else(not_found)
}

/// Makes run `beh` the proposal of round `kolo` of year `rok`.
#[server(name = MakeProposal, prefix = "/prikaz", endpoint = "dotace/navrh-z-behu")]
pub async fn make_proposal(
    klic: Option<String>,
    verze: Option<String>,
    rok: Option<String>,
    kolo: Option<String>,
    beh: Option<String>,
) -> Result<(), AppError> {
    let request = (verze.unwrap_or_default(), rok.unwrap_or_default(), kolo.unwrap_or_default(), beh.unwrap_or_default());
    let permission = Permission::Has(Right::Decision);
    let Begun::New(mut command) = Command::begin::<()>("subsidy.proposal.make", permission, &klic.unwrap_or_default(), &request).await?
    else {
        request::go_to(&format!("/dotace/{}/{}/navrhy?hotovo=navrh", request.1, request.2));
        return Ok(());
    };
    let (verze, rok, kolo, beh) = request;
    let own = own_round(&mut command.tx, &rok, &kolo).await?;
    let beh = beh.parse().map_err(|_| AppError::field("beh", "Vyberte běh výpočtu, který se má stát návrhem."))?;
    let run = runs::run(&mut command.tx, beh).await.map_err(|e| tabs::missing(e, "Běh výpočtu"))?;
    if run.kraj_round_id != own.id {
        return Err(AppError::not_found("Běh výpočtu"));
    }
    let before = decisions::decision(&mut command.tx, own.id).await?;
    if let Some(closed) = before.as_ref().and_then(|stored| stored.document.steps().iter().find(|step| step.closed.is_some())) {
        return Err(AppError::invalid(format!(
            "Krok „{}“ je už uzavřen, návrh se nedá vyměnit. Změňte jednotlivé částky v dalším kroku.",
            closed.name
        )));
    }
    let rows = rows(&run, &services(&mut command.tx, &own).await?)?;
    let rules = award::rules(&run.stored.scheme, crowns(own.allocation))
        .ok_or_else(|| AppError::invalid("Schéma běhu nezaokrouhluje na celé koruny. Spusťte běh podle schématu, které ano."))?;
    let decision = Decision::new(&own.chain.0, rules, rows).map_err(|e| AppError::invalid(e.to_string()))?;
    let seen = verze.parse().unwrap_or(0);
    let by = command.actor.account()?.person_name.clone();
    decisions::save(&mut command.tx, (own.id, run.row.id), &decision, seen, (&by, command.at)).await?;
    let content = json!({ "beh": run.row.number, "soucet": decision.sum(), "drive": before.map(|stored| stored.run_number) });
    command.tx.audit(audit::Record::done("subsidy.proposal.make", "kraj_round", own.id, content));
    command.finish(()).await?;
    request::go_to(&tabs::href(own.year, own.number, "/navrhy?hotovo=navrh"));
    Ok(())
}
permit!(MakeProposal => Permission::Has(Right::Decision));

/// The services of the round, finished where they still are.
pub(super) async fn services(tx: &mut Tx, own: &KrajRound) -> Result<Vec<ServiceRow>, AppError> {
    let ground = Ground::of(tx, own).await?;
    let mut services = assessments::services(tx, own.id).await?;
    for row in &mut services {
        row.finished = still_finished(row, &ground);
    }
    Ok(services)
}

/// The rows of the proposal, or why the run cannot be one: it must hold exactly the services of the round, all assessed to the end, nobody
/// above the maximum.
pub(super) fn rows(run: &RunDetail, services: &[ServiceRow]) -> Result<BTreeMap<String, Row>, AppError> {
    let known: BTreeMap<Uuid, &ServiceRow> = services.iter().map(|row| (row.id, row)).collect();
    let mut rows = BTreeMap::new();
    let mut above = Vec::new();
    let list = run.result.get("services").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let again = "Spusťte nový běh a udělejte návrh z něj.";
    if list.len() != run.services.len() {
        return Err(AppError::fault());
    }
    for (service, result) in run.services.iter().zip(list) {
        let row = known.get(&service.part_service).ok_or_else(|| {
            AppError::invalid(format!("Služba {} už v kole není, její žádost byla vzata zpět. {again}", service.identifikator))
        })?;
        if row.outcome == "failed" {
            return Err(AppError::invalid(format!("Služba {} po běhu neprošla formální kontrolou. {again}", row.identifikator)));
        }
        let proposed = Crowns::parse(result.get("award").and_then(Value::as_str).unwrap_or_default())
            .map_err(|_| AppError::invalid(format!("Návrh služby {} není v celých korunách. {again}", row.identifikator)))?;
        let (assessment, context) = assessed(row);
        let maximum = assessment.maximum(&context).unwrap_or(context.request());
        if proposed > maximum {
            above.push(format!("{} ({proposed}, nejvýše {maximum})", row.identifikator));
        }
        rows.insert(row.id.to_string(), Row { maximum, proposed });
    }
    let missing: Vec<&str> = services
        .iter()
        .filter(|row| row.outcome != "failed" && !rows.contains_key(&row.id.to_string()))
        .map(|row| row.identifikator.as_str())
        .collect();
    if !missing.is_empty() {
        return Err(AppError::invalid(format!("V běhu chybí {}: {}. {again}", counted(missing.len()), first(&missing))));
    }
    if !above.is_empty() {
        let above: Vec<&str> = above.iter().map(String::as_str).collect();
        return Err(AppError::invalid(format!("Běh dává víc než maximální návrh: {}. {again}", first(&above))));
    }
    let open: Vec<&str> =
        services.iter().filter(|row| row.outcome != "failed" && !row.finished).map(|row| row.identifikator.as_str()).collect();
    if !open.is_empty() {
        return Err(AppError::invalid(format!(
            "Hodnocení není dokončené u {}: {}. Dokončete je, pak půjde z běhu udělat návrh.",
            match open.len() {
                1 => "1 služby".to_owned(),
                n => format!("{n} služeb"),
            },
            first(&open)
        )));
    }
    Ok(rows)
}

fn counted(count: usize) -> String {
    format!("{count} {}", plural(i64::try_from(count).unwrap_or(5), "služba", "služby", "služeb"))
}

/// The first few, the others by their number.
fn first(all: &[&str]) -> String {
    const SHOWN: usize = 5;
    let shown = all.iter().take(SHOWN).copied().collect::<Vec<_>>().join(", ");
    match all.len().checked_sub(SHOWN).filter(|rest| *rest > 0) {
        Some(rest) => format!("{shown} a dalších {rest}"),
        None => shown,
    }
}
