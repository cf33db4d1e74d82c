//! `/dotace/{rok}/{kolo}/vysledek/{sluzba}/proc-tolik`: how an amount came about. The kraj sees it from the run on, the provider after
//! publication.

use super::{
    chart::{Waterfall, Years},
    why_parts::{AssessmentFacts, StepTable, Summary, WrongItems},
};
use crate::{
    components::*,
    error::AppError,
    layout::*,
    request,
    subsidy::{
        calculation::gains::signed,
        decision::proposal::{assessed, crowns},
        tabs,
    },
};
use chrono::{DateTime, Utc};
use domain::{
    accounts::{Actor, OrganisationKind, Permission, Right},
    subsidy::{
        amount::Crowns,
        assessment::Assessment,
        award::{AwardExplanation, Effect, Explaining, effects},
    },
    time::date,
};
use leptos::prelude::*;
use store::{
    StoreError, Tx,
    subsidy::{
        assessments, awards, decisions,
        rounds::{self, KrajRound},
        runs,
    },
};
use uuid::Uuid;

permit_page!("/dotace/{rok}/{kolo}/vysledek/{sluzba}/proc-tolik" => Permission::SignedIn);

/// Rights that show a round from the inside.
const READERS: &[Right] = &[Right::RoundView, Right::RoundAdministration, Right::YearAdministration, Right::Assessment, Right::Decision];

/// What the page shows.
struct Shown {
    own: KrajRound,
    service: Uuid,
    identifikator: String,
    name: String,
    published: Option<DateTime<Utc>>,
    explanation: AwardExplanation,
    assessment: Assessment,
}

/// From the award once there is one; before that, or for the run of `?beh=`, from the run, which only the kraj sees.
async fn load(tx: &mut Tx, id: Uuid) -> Result<Shown, AppError> {
    let asked = request::query_pairs().into_iter().find(|(name, _)| name == "beh").and_then(|(_, number)| number.parse::<i32>().ok());
    let asked = asked.filter(|_| request::actor().kraj().is_ok());
    let detail = if asked.is_none() { awards::detail(tx, id).await? } else { None };
    if let Some(detail) = detail {
        let own = rounds::kraj_round(tx, detail.award.kraj_round_id).await?;
        return Ok(Shown {
            own,
            service: detail.award.service_id,
            identifikator: detail.award.identifikator,
            name: detail.award.name,
            published: detail.award.published_at,
            explanation: detail.explanation,
            assessment: detail.assessment,
        });
    }
    let (row, kraj_round) = assessments::service(tx, id).await.map_err(|e| tabs::missing(e, "Výsledek"))?;
    let own = rounds::kraj_round(tx, kraj_round).await?;
    // The steps of decision belong to the run that is their ground.
    let decision = if asked.is_none() { decisions::decision(tx, own.id).await? } else { None };
    let run = match (asked, &decision, runs::runs(tx, own.id).await?.first()) {
        (Some(number), ..) => runs::run_by_number(tx, own.id, number).await.map_err(|e| tabs::missing(e, "Běh výpočtu"))?,
        (None, Some(decision), _) => runs::run(tx, decision.run_id).await?,
        (None, None, Some(latest)) => runs::run(tx, latest.id).await?,
        (None, None, None) => return Err(AppError::not_found("Výsledek výpočtu")),
    };
    let place = run.services.iter().position(|service| service.part_service == id);
    let place = place.ok_or_else(|| AppError::not_found("Službu v běhu výpočtu"))?;
    let calculation = run.stored.calculate().map_err(|_| AppError::fault())?;
    let (assessment, context) = assessed(&row);
    let key = id.to_string();
    let service = Explaining { place, key: &key, assessment: &assessment, context: &context };
    let decision = decision.as_ref().map(|stored| &stored.document.0);
    let explanation =
        AwardExplanation::new(calculation.report(), (run.row.number, &run.row.name), service, decision).ok_or_else(AppError::fault)?;
    Ok(Shown { own, service: row.service_id, identifikator: row.identifikator, name: row.name, published: None, explanation, assessment })
}

/// What would change the amount. The run is the kraj's; whoever may see the award may know what becomes of it, so the program reads it.
async fn effects_of(shown: &Shown) -> Vec<Effect> {
    let run = async {
        let mut tx = request::deps().store.begin(&Actor::System).await?;
        runs::stored(&mut tx, shown.own.id, shown.explanation.run_number).await
    };
    match run.await {
        Ok(run) => {
            let identifikator = shown.identifikator.clone();
            tokio::task::spawn_blocking(move || effects(&run, &identifikator)).await.unwrap_or_default()
        }
        Err(error) => {
            tracing::error!(%error, "run of an award not read");
            Vec::new()
        }
    }
}

/// `/dotace/{rok}/{kolo}/vysledek/{sluzba}/proc-tolik`.
#[component]
pub fn WhyPage() -> impl IntoView {
    loaded(async {
        // The kraj's people see what is not decided yet, so they need a right to the round; a provider sees its own awards.
        let authority = request::actor().account()?.kind != OrganisationKind::Provider;
        let permission = if authority { Permission::AnyOf(READERS) } else { Permission::SignedIn };
        let mut tx = request::read(permission).await?;
        let id = request::path_id("sluzba")?;
        let shown = load(&mut tx, id).await.map_err(|error| {
            // Who may not see it is told the same as where there is nothing.
            if error.code == crate::error::Code::Forbidden { StoreError::NotFound.into() } else { error }
        })?;
        if tabs::address()? != (shown.own.year, shown.own.number) {
            return Err(AppError::not_found("Výsledek"));
        }
        let before = awards::years_before(&mut tx, shown.service, &shown.own.kraj_code, shown.own.year).await?;
        let actor = request::actor();
        let is_provider = actor.account()?.kind == OrganisationKind::Provider;
        let year = shown.own.year;
        let amount = shown.explanation.amount();
        let mut years: Vec<(i32, Crowns)> = before.iter().map(|sum| (sum.year, crowns(sum.amount))).collect();
        let last_year = years.iter().find(|(of, _)| *of == year - 1).copied();
        years.push((year, amount));
        let computed = &shown.explanation.computed;
        let sub = format!(
            "{}, {} · dotace na rok {year}, {} · schéma {} {}, běh č. {} {}",
            shown.name,
            shown.identifikator,
            shown.own.organisation_name,
            computed.scheme,
            computed.version,
            shown.explanation.run_number,
            shown.explanation.run_name
        );
        let pill = match shown.published {
            Some(at) => view! { <Pill tone=Tone::Ok icon="eye" word=format!("zveřejněno {}", date(store::prague::day(at)))/> },
            None => view! { <Pill tone=Tone::Neutral icon="pencil" word="nezveřejněno" draft=true/> },
        };
        let inside = actor.require(crate::subsidy::ROUND_VIEW).is_ok();
        let workbook = inside.then(|| {
            let href = tabs::href(year, shown.own.number, &format!("/vypocet/{}/sesit.xlsx", shown.explanation.run_number));
            view! { <div class="pagehead__actions"><a class="btn" href=href download><Icon name="down"/>"Výpočet v Excelu"</a></div> }
        });
        let beside = view! { {pill}{workbook} }.into_any();
        let crumbs = if is_provider {
            vec![("/dotace/vysledky".to_owned(), "Výsledky dotačních řízení".to_owned())]
        } else if !inside {
            Vec::new()
        } else {
            vec![
                ("/dotace".to_owned(), "Dotace".to_owned()),
                (tabs::href(year, shown.own.number, ""), format!("{year}, {}", shown.own.label)),
                (tabs::href(year, shown.own.number, "/navrhy"), "Návrhy".to_owned()),
            ]
        };
        let effects = effects_of(&shown).await;
        let explanation = shown.explanation;
        Ok(view! {
            <Page title=format!("Proč {amount}?") sub=sub crumbs=crumbs beside=beside calm=true>
                <div class="main main--calm">
                    <div class="cols cols--side">
                        <div class="stack">
                            <Summary explanation=explanation.clone() before=last_year/>
                            <section class="card"><h2>"Od nákladů k dotaci"</h2><Waterfall bars=explanation.bars.clone()/></section>
                            <StepTable explanation=explanation.clone()/>
                        </div>
                        <aside class="stack" aria-label="Souvislosti">
                            {(years.len() > 1).then(|| view! { <section class="card"><h2>"Dotace v čase"</h2><Years years/></section> })}
                            {(!effects.is_empty()).then(|| view! {
                                <section class="card">
                                    <h2>"Co by částku změnilo"</h2>
                                    <dl class="facts facts--sum">{effects.into_iter().map(|effect| {
                                        let tone = if effect.difference < 0 { "neg" } else { "" };
                                        view! { <dt>{effect.label}</dt><dd class=tone>{if effect.difference == 0 { "beze změny".to_owned() } else { signed(effect.difference) }}</dd> }
                                    }).collect_view()}</dl>
                                    <p class="meta">"V korunách. Každý řádek je celý výpočet kraje znovu, s jedinou změnou a bez pozdějších rozhodnutí."</p>
                                </section>
                            })}
                            <WrongItems explanation=explanation.clone()/>
                            <section class="card"><h2>"Hodnocení"</h2><AssessmentFacts assessment=shown.assessment explanation/></section>
                            {is_provider.then(|| view! {
                                <section class="card">
                                    <h2>"Nesouhlasíte?"</h2>
                                    <p>{format!("Zeptejte se hodnotitele ({}). Číslo v žádosti už měnit nelze, chybu ve výpočtu kraj opraví změnou dotace.", shown.own.organisation_name)}</p>
                                </section>
                            })}
                        </aside>
                    </div>
                </div>
            </Page>
        }
        .into_any())
    })
}
