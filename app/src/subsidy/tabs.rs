//! The steps of a kraj's round as tabs, and the state of the round in one word.

use crate::{components::*, error::AppError, request, subsidy::dates};
use chrono::{DateTime, Utc};
use leptos::prelude::*;
use store::{
    Tx,
    subsidy::rounds::{self, KrajRound, Progress, Round},
};

/// A step of the round; its address is that of the round and its own name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Where the round stands.
    Overview,
    /// Window, purpose, money, lists.
    Terms,
    /// Parts of applications.
    Applications,
    /// Formal check.
    Formal,
    /// Assessment of services.
    Assessment,
    /// Runs of the calculation.
    Calculation,
    /// Steps of decision.
    Proposals,
    /// Publication of results.
    Publication,
}

impl Step {
    const ALL: [(Self, &'static str, &'static str); 8] = [
        (Self::Overview, "", "Přehled kola"),
        (Self::Terms, "/terminy", "Termíny"),
        (Self::Applications, "/zadosti", "Žádosti"),
        (Self::Formal, "/formalni", "Formální kontrola"),
        (Self::Assessment, "/hodnoceni", "Hodnocení"),
        (Self::Calculation, "/vypocet", "Výpočet"),
        (Self::Proposals, "/navrhy", "Návrhy"),
        (Self::Publication, "/zverejneni", "Zveřejnění"),
    ];
}

/// Year and number in the address of the page.
pub fn address() -> Result<(i32, i32), AppError> {
    let number = |name| request::path_param(name).and_then(|text| text.parse().ok());
    number("rok").zip(number("kolo")).ok_or_else(|| AppError::not_found("Dotační kolo"))
}

/// A number of the address; whoever changes the hidden field gets "not found".
pub fn number(text: &str) -> Result<i32, AppError> {
    text.parse().map_err(|_| AppError::not_found("Dotační kolo"))
}

/// Address of a page of a round, `rest` with its slash.
pub fn href(year: i32, number: i32, rest: &str) -> String {
    format!("/dotace/{year}/{number}{rest}")
}

/// The round of the address, and what the actor's kraj set for it.
pub async fn load(tx: &mut Tx) -> Result<(Round, Option<KrajRound>), AppError> {
    let (year, number) = address()?;
    let actor = request::actor();
    let (_, kraj) = actor.kraj()?;
    let round = rounds::round(tx, year, number).await.map_err(|e| missing(e, "Dotační kolo"))?;
    let own = rounds::kraj_round_of(tx, round.id, kraj).await?;
    Ok((round, own))
}

/// The round of the address with what the actor's kraj set; a kraj that set nothing yet is told to.
pub async fn load_set(tx: &mut Tx) -> Result<(Round, KrajRound), AppError> {
    let (round, own) = load(tx).await?;
    let own = own.ok_or_else(|| {
        AppError::new(
            crate::error::Code::NotFound,
            "Váš kraj pro toto kolo ještě nic nenastavil. Začněte na kartě Termíny: nastavte okno pro podávání, účel a alokaci.",
        )
    })?;
    Ok((round, own))
}

/// A row that is not there, by its name.
pub fn missing(error: store::StoreError, what: &str) -> AppError {
    match error {
        store::StoreError::NotFound => AppError::not_found(what),
        other => other.into(),
    }
}

/// Refuses a change after publication.
pub fn still_open(own: &KrajRound) -> Result<(), AppError> {
    match own.results_published_at {
        None => Ok(()),
        Some(at) => Err(AppError::invalid(format!(
            "Výsledky kola byly zveřejněny {}, od té doby se v něm nic nemění.",
            domain::time::date_time(store::prague::local(at))
        ))),
    }
}

/// Crumbs of a page inside a round.
pub fn crumbs(round: &Round) -> Vec<(String, String)> {
    vec![
        ("/dotace".to_owned(), "Dotace".to_owned()),
        (format!("/dotace#rok-{}", round.year), round.year.to_string()),
        (href(round.year, round.number, ""), round.label.clone()),
    ]
}

/// The state of a kraj's round: tone, icon, words.
pub fn state(own: Option<&KrajRound>, now: DateTime<Utc>) -> (Tone, &'static str, String) {
    let Some(own) = own else { return (Tone::Warn, "clock", "termín nenastaven".to_owned()) };
    if own.results_published_at.is_some() {
        (Tone::Ok, "eye", "výsledky zveřejněny".to_owned())
    } else if own.window_published_at.is_none() {
        (Tone::Neutral, "pencil", "termín nezveřejněn".to_owned())
    } else if now < own.opens_at {
        (Tone::Info, "clock", "termín zveřejněn".to_owned())
    } else if now < own.closes_at {
        (Tone::Info, "send", "přijímá žádosti".to_owned())
    } else {
        (Tone::Violet, "half", "kolo se hodnotí".to_owned())
    }
}

/// The state as a pill with the window beside it.
#[component]
pub fn RoundState(
    /// What the kraj set.
    own: Option<KrajRound>,
) -> impl IntoView {
    let now = request::info().received_at;
    let (tone, icon, word) = state(own.as_ref(), now);
    let words = own.filter(|own| own.window_published_at.is_some()).map(|own| {
        let end = domain::time::deadline_when(dates::last_minute(own.closes_at));
        match (now < own.opens_at, dates::remaining(own.closes_at, now)) {
            (true, _) => format!("Podávání začíná {}", domain::time::deadline_when(store::prague::local(own.opens_at))),
            (false, Some(left)) => format!("Podávání končí {end}, {left}"),
            (false, None) => format!("Podávání skončilo {end}"),
        }
    });
    view! { <Pill tone icon word/> {words.map(|words| view! { <span class="meta">{words}</span> })} }
}

/// The tabs of a round.
#[component]
pub fn RoundTabs(
    /// The round.
    round: Round,
    /// The step that is shown.
    step: Step,
    /// Counts beside the words.
    progress: Progress,
) -> impl IntoView {
    let count = |step| match step {
        Step::Applications => Some(progress.parts),
        Step::Formal => Some(progress.formal_open).filter(|n| *n > 0),
        Step::Assessment => Some(progress.to_assess),
        _ => None,
    };
    view! {
        <nav class="tabs" aria-label="Kroky kola">
            {Step::ALL
                .into_iter()
                .map(|(other, rest, words)| {
                    view! {
                        <a href=href(round.year, round.number, rest) aria-current=(other == step).then_some("page")>
                            {words}
                            {count(other).map(|n| view! { " "<span class="count">{n}</span> })}
                        </a>
                    }
                })
                .collect_view()}
        </nav>
    }
}
