//! A step closes with the day and number of its resolution, within the allocation. The last one makes the awards (§ 101a zákona č. 108/2006 Sb.).

use super::{
    make_proposal::{own_round, rows, services},
    proposal::assessed,
};
use crate::{
    error::AppError,
    request::{self, Begun, Command},
    subsidy::tabs,
};
use domain::{
    accounts::{Permission, Right},
    subsidy::{
        award::{AwardExplanation, Explaining},
        decision::{CloseRefused, Decision},
    },
    time::parse_date,
};
use leptos::prelude::*;
use serde_json::json;
use std::collections::BTreeMap;
use store::{
    Tx, audit,
    subsidy::{
        assessments::{self, ServiceRow},
        awards::{self, NewAward},
        decisions,
        rounds::KrajRound,
        runs::{self, RunDetail},
    },
};
use uuid::Uuid;

/// Closes the current step with the day `datum` and the number `usneseni` of its resolution.
#[server(name = CloseStep, prefix = "/prikaz", endpoint = "dotace/uzavrit-krok")]
pub async fn close_step(
    klic: Option<String>,
    verze: Option<String>,
    rok: Option<String>,
    kolo: Option<String>,
    datum: Option<String>,
    usneseni: Option<String>,
) -> Result<(), AppError> {
    let request: [String; 5] = [verze, rok, kolo, datum, usneseni].map(Option::unwrap_or_default);
    let permission = Permission::Has(Right::Decision);
    let Begun::New(mut command) =
        Command::begin::<bool>("subsidy.proposal.close_step", permission, &klic.unwrap_or_default(), &request).await?
    else {
        request::go_to(&format!("/dotace/{}/{}/navrhy?hotovo=krok", request[1], request[2]));
        return Ok(());
    };
    let [verze, rok, kolo, datum, usneseni] = request;
    let own = own_round(&mut command.tx, &rok, &kolo).await?;
    let stored = decisions::decision(&mut command.tx, own.id)
        .await?
        .ok_or_else(|| AppError::invalid("Návrh ještě není. Nejdřív ho udělejte z běhu výpočtu."))?;
    let date = parse_date(datum.trim()).map_err(|e| AppError::field("datum", e.to_string()))?;
    if date > store::prague::day(command.at) {
        return Err(AppError::field("datum", "Datum usnesení je v budoucnosti. Krok uzavřete, až se o návrhu rozhodne."));
    }
    if stored.document.steps().iter().all(|step| step.closed.is_none()) {
        still_assessed(&mut command.tx, &own, &stored).await?;
    }
    let at = stored.document.current();
    let name = at.and_then(|at| stored.document.steps().get(at)).map(|step| step.name.clone()).unwrap_or_default();
    let decision = stored.document.0.clone().close(date, &usneseni).map_err(|(_, refused)| match refused {
        CloseRefused::NoResolution => AppError::field("usneseni", refused.to_string()),
        CloseRefused::TooEarly(_) => AppError::field("datum", refused.to_string()),
        CloseRefused::Decided | CloseRefused::OverAllocation { .. } => AppError::invalid(refused.to_string()),
    })?;
    let seen = verze.parse().unwrap_or(0);
    let by = command.actor.account()?.person_name.clone();
    decisions::save(&mut command.tx, (own.id, stored.run_id), &decision, seen, (&by, command.at)).await?;
    let awarded = decision.awards().is_some();
    if awarded {
        let run = runs::run(&mut command.tx, stored.run_id).await?;
        write_awards(&mut command.tx, own.id, &run, &decision).await?;
    }
    let content = json!({ "krok": name, "datum": date, "usneseni": usneseni, "soucet": decision.sum(), "priznano": awarded });
    command.tx.audit(audit::Record::done("subsidy.proposal.close_step", "kraj_round", own.id, content));
    command.finish(awarded).await?;
    let done = if awarded { "/navrhy?hotovo=priznano" } else { "/navrhy?hotovo=krok" };
    request::go_to(&tabs::href(own.year, own.number, done));
    Ok(())
}
permit!(CloseStep => Permission::Has(Right::Decision));

/// The first step closes over what the proposal was made of: assessments and formal checks may have changed since. From then on they are frozen.
async fn still_assessed(tx: &mut Tx, own: &KrajRound, stored: &decisions::Stored) -> Result<(), AppError> {
    let run = runs::run(tx, stored.run_id).await?;
    let rows = rows(&run, &services(tx, own).await?)?;
    let document = &stored.document;
    let changed = rows.iter().filter(|(key, row)| document.maximum(key) != Some(row.maximum)).count();
    if changed == 0 {
        return Ok(());
    }
    let services = match changed {
        1 => "1 služby".to_owned(),
        n => format!("{n} služeb"),
    };
    Err(AppError::invalid(format!("Maximální návrh {services} se od návrhu změnil. Udělejte z běhu nový návrh, nebo spusťte nový běh.")))
}

/// Writes every award with its assessment and what explains it, so that nothing of it has to be computed or looked up later.
async fn write_awards(tx: &mut Tx, kraj_round: Uuid, run: &RunDetail, decision: &Decision) -> Result<(), AppError> {
    let services: BTreeMap<Uuid, ServiceRow> = assessments::services(tx, kraj_round).await?.into_iter().map(|row| (row.id, row)).collect();
    let calculation = run.stored.calculate().map_err(|_| AppError::fault())?;
    let amounts = decision.awards().unwrap_or_default();
    let mut written = 0;
    for (place, service) in run.services.iter().enumerate() {
        let key = service.part_service.to_string();
        let (Some(row), Some(amount)) = (services.get(&service.part_service), amounts.get(&key)) else { continue };
        let (assessment, context) = assessed(row);
        let explaining = Explaining { place, key: &key, assessment: &assessment, context: &context };
        let explanation = AwardExplanation::new(calculation.report(), (run.row.number, &run.row.name), explaining, Some(decision))
            .ok_or_else(AppError::fault)?;
        let amount = i64::try_from(amount.get()).map_err(|_| AppError::fault())?;
        awards::add(tx, NewAward { part_service: row.id, amount, assessment: &assessment, explanation: &explanation }).await?;
        written += 1;
    }
    if written != amounts.len() {
        return Err(AppError::invalid(
            "Některá žádost byla mezitím vzata zpět, návrh proto neodpovídá kolu. Spusťte nový běh a udělejte návrh z něj.",
        ));
    }
    Ok(())
}
