//! A kraj writes the assessment of one service: keeps it, takes over the proposal of the latest run, or finishes it.

use super::{
    filter::Filter,
    view::{self, Ground, State},
};
use crate::{
    error::AppError,
    form::Fields,
    request::{self, Begun, Command},
    subsidy::tabs::{self, number},
};
use domain::{
    accounts::{Permission, Right},
    subsidy::assessment::{Assessment, AssessmentContext, AssessmentField},
};
use leptos::prelude::*;
use serde_json::json;
use std::collections::BTreeMap;
use store::{
    audit,
    subsidy::{assessments, rounds},
};

/// Keeps the fields `pole` of the service `sluzba`. `prevzit` takes over the proposal of the latest run, `dokoncit` finishes and goes on to the next
/// unfinished service of the filter `filtr`.
#[server(name = SaveAssessment, prefix = "/prikaz", endpoint = "dotace/hodnotit")]
pub async fn save_assessment(
    klic: Option<String>,
    verze: Option<String>,
    rok: Option<String>,
    kolo: Option<String>,
    sluzba: Option<String>,
    filtr: Option<String>,
    prevzit: Option<String>,
    dokoncit: Option<String>,
    pole: Option<Fields>,
) -> Result<(), AppError> {
    let text = Option::unwrap_or_default;
    let key = [verze, rok, kolo, sluzba].map(text);
    let request = (&key, prevzit.is_some(), dokoncit.is_some(), pole.unwrap_or_default());
    let (year, round) = (number(&key[1])?, number(&key[2])?);
    let grid = format!("/dotace/{year}/{round}/hodnoceni");
    let filter: Filter = filtr.and_then(|query| serde_urlencoded::from_str(query.trim_start_matches('?')).ok()).unwrap_or_default();
    let to = |target: Option<uuid::Uuid>, done: &str| {
        let query = filter.query();
        let joint = if query.is_empty() { "?" } else { "&" };
        format!("{grid}{}{query}{joint}hotovo={done}", target.map(|id| format!("/{id}")).unwrap_or_default())
    };
    let id: uuid::Uuid = key[3].parse().map_err(|_| AppError::not_found("Službu"))?;
    let permission = Permission::Has(Right::Assessment);
    let mut command = match Command::begin::<Option<uuid::Uuid>>("subsidy.assessment.save", permission, &text(klic), &request).await? {
        Begun::New(command) => command,
        Begun::Earlier(target) => {
            request::go_to(&to(target, "ulozeno"));
            return Ok(());
        }
    };
    let actor = command.actor.clone();
    let (account, _) = actor.kraj()?;
    let (row, kraj_round) = assessments::service(&mut command.tx, id).await.map_err(|e| tabs::missing(e, "Službu"))?;
    let own = rounds::kraj_round(&mut command.tx, kraj_round).await?;
    if (own.year, own.number) != (year, round) {
        return Err(AppError::not_found("Službu"));
    }
    tabs::still_open(&own)?;
    if row.outcome == "failed" {
        return Err(AppError::invalid(
            "Žádost neprošla formální kontrolou, proto se její služby nehodnotí. Opravte nejdřív formální kontrolu.",
        ));
    }
    let ground = Ground::of(&mut command.tx, &own).await?;
    let context = ground.context(&row);
    let before = row.assessment.as_ref().map(|a| a.0.clone()).unwrap_or_default();
    let mut assessment = before.clone();
    fill(&mut assessment, &request.3, &context)?;
    if prevzit.is_some() {
        take_over(&mut assessment, &context)?;
    }
    let can_finish = assessment.can_finish(&context);
    if dokoncit.is_some() && !can_finish {
        return Err(missing(&assessment, &context));
    }
    let finished = can_finish && (dokoncit.is_some() || row.finished);
    let seen = key[0].parse().unwrap_or(0);
    assessments::save(&mut command.tx, (id, kraj_round), &assessment, finished, seen, (&account.person_name, command.at)).await?;
    let content = json!({ "zmeny": changes(&before, &assessment), "dokonceno": finished });
    command.tx.audit(audit::Record::done("subsidy.assessment.save", "part_service", id, content));
    // The next one is looked up before the command ends, so that a repeated post leads to the same page.
    let target = if dokoncit.is_some() {
        let all = filter.apply(view::lines(&mut command.tx, &own, &ground).await?, Some(account.person));
        let at = all.iter().position(|line| line.row.id == id).unwrap_or(0);
        let open = |line: &&view::Line| line.row.id != id && !line.row.finished && line.state != State::Failed;
        all.iter().skip(at + 1).find(open).or_else(|| all.iter().find(open)).map(|line| line.row.id)
    } else {
        Some(id)
    };
    command.finish(target).await?;
    request::go_to(&to(target, if dokoncit.is_some() { "dokonceno" } else { "ulozeno" }));
    Ok(())
}
permit!(SaveAssessment => Permission::Has(Right::Assessment));

/// Puts the typed texts in. One that cannot be read is kept beside its sentence; one that cannot even be kept is refused.
pub fn fill(assessment: &mut Assessment, pole: &Fields, context: &AssessmentContext) -> Result<(), AppError> {
    let mut refused = Vec::new();
    for (path, text) in pole {
        if let Ok(AssessmentField::Points(name)) = path.parse()
            && !context.criteria.iter().any(|criterion| criterion.name == name)
        {
            refused.push((path.clone(), "Toto kritérium schéma nemá. Načtěte stránku znovu, schéma se mezitím mohlo změnit.".to_owned()));
            continue;
        }
        if let Err(error) = assessment.apply(path, text)
            && !error.kept
        {
            refused.push((error.path, error.sentence));
        }
    }
    if refused.is_empty() { Ok(()) } else { Err(AppError::fields(refused)) }
}

/// The optimum becomes what the latest run proposes, at most the maximum.
fn take_over(assessment: &mut Assessment, context: &AssessmentContext) -> Result<(), AppError> {
    let Some(run) = context.latest_run else {
        return Err(AppError::field("optimum", "Výpočet ještě neproběhl, není co převzít. Spusťte ho na kartě Výpočet."));
    };
    let value = assessment.maximum(context).map_or(run, |maximum| run.min(maximum));
    assessment.apply("optimum", &value.plain()).map_err(|e| AppError::field(e.path, e.sentence))
}

/// What keeps an assessment from being finished, at its fields.
fn missing(assessment: &Assessment, context: &AssessmentContext) -> AppError {
    let objections = assessment.objections(context).into_iter().map(|o| (o.path, o.sentence));
    let paths = ["sprss", "podpora", "efektivita", "maximum", "optimum"];
    let conditions =
        assessment.finished(context).into_iter().zip(paths).filter(|(c, _)| !c.met).map(|(c, path)| (path.to_owned(), c.sentence));
    let mut fields: Vec<(String, String)> = objections.chain(conditions).collect();
    fields.dedup_by(|a, b| a.0 == b.0);
    let mut error = AppError::fields(fields);
    let what: Vec<String> = error.fields.iter().map(|(_, sentence)| sentence.clone()).collect();
    error.sentence = format!("Hodnocení zatím nejde dokončit. {}", what.join(" "));
    error
}

/// Fields that changed, with both texts, for the trail.
fn changes(before: &Assessment, after: &Assessment) -> BTreeMap<String, [String; 2]> {
    let (old, new) = (before.values(), after.values());
    let paths: std::collections::BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let text = |all: &BTreeMap<String, String>, path: &String| all.get(path).cloned().unwrap_or_default();
    paths.into_iter().map(|path| (path.clone(), [text(&old, path), text(&new, path)])).filter(|(_, [a, b])| a != b).collect()
}
