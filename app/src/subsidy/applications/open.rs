//! An application with everything that its pages and commands ask about it.

use crate::{error::AppError, request};
use chrono::{DateTime, Utc};
use domain::{
    accounts::{Actor, Right},
    codelists::Kraj,
    subsidy::{
        application::{Application, Context, Draft, Finding, Level, State, check},
        window::{Window, common},
    },
    time::deadline_bound,
};
use store::{
    Tx,
    subsidy::applications::{Stored, drafts, register, windows},
};
use uuid::Uuid;

/// An application that a page shows or a command changes.
pub struct Opened {
    /// As it is stored.
    pub stored: Stored,
    /// What the checks compare it with.
    pub context: Context,
    /// What they find.
    pub findings: Vec<Finding>,
    /// Who asks.
    pub actor: Actor,
}

/// Opens an application for a page.
pub async fn open(tx: &mut Tx, id: Uuid) -> Result<Opened, AppError> {
    let stored = drafts::load(tx, id).await.map_err(not_found)?;
    with_context(tx, stored).await
}

/// Opens an application for a change.
pub async fn open_for_update(tx: &mut Tx, id: &Option<String>) -> Result<Opened, AppError> {
    let id = id.as_deref().and_then(|text| text.parse().ok()).ok_or_else(|| AppError::not_found("Žádost"))?;
    let stored = drafts::load_for_update(tx, id).await.map_err(not_found)?;
    with_context(tx, stored).await
}

fn not_found(error: store::StoreError) -> AppError {
    match error {
        store::StoreError::NotFound => AppError::not_found("Žádost"),
        other => other.into(),
    }
}

async fn with_context(tx: &mut Tx, stored: Stored) -> Result<Opened, AppError> {
    let info = request::info();
    let context = context(tx, &stored, info.received_at).await?;
    let findings = check(stored.state.application(), &context);
    Ok(Opened { stored, context, findings, actor: info.actor })
}

/// What an application is checked with at an instant.
async fn context(tx: &mut Tx, stored: &Stored, now: DateTime<Utc>) -> Result<Context, AppError> {
    let today = store::prague::day(now);
    Ok(Context {
        now,
        terms: windows::terms(tx, stored.round.id, stored.provider).await?,
        applicant: register::applicant(tx, stored.provider, today).await?,
        services: register::services(tx, stored.provider, today).await?,
    })
}

impl Opened {
    /// Key of the application as its addresses have it.
    pub fn id(&self) -> String {
        self.stored.id.to_string()
    }

    /// The document.
    pub fn application(&self) -> &Application {
        self.stored.state.application()
    }

    /// Whether whoever asks can change its fields.
    pub fn editable(&self) -> bool {
        matches!(self.stored.state, State::Draft(_)) && self.actor.has(Right::ApplicationWork)
    }

    /// The draft, or why its fields cannot be changed.
    pub fn draft(&self) -> Result<Draft, AppError> {
        match &self.stored.state {
            State::Draft(draft) => Ok(draft.clone()),
            State::Locked(_) => {
                Err(AppError::invalid("Žádost je uzamčená. Chcete-li ji měnit, nejdřív ji odemkněte v části Kontrola a podání."))
            }
            State::Submitted(_) => {
                Err(AppError::invalid("Žádost je podaná. Chcete-li ji měnit, nejdřív ji vezměte zpět v části Kontrola a podání."))
            }
        }
    }

    /// Number of errors.
    pub fn errors(&self) -> usize {
        self.findings.iter().filter(|finding| finding.level == Level::Error).count()
    }

    /// The time in which all asked kraje take the application; empty without any asked kraj.
    pub fn common(&self) -> Vec<Window> {
        let nothing = domain::subsidy::window::Terms::default();
        common(self.application().asked().iter().map(|kraj| self.context.terms.get(kraj).unwrap_or(&nothing)))
    }

    /// Until when it can be submitted: the end of the common time that runs or comes next; of all published terms while no kraj is asked.
    pub fn until(&self) -> Option<Window> {
        let asked = self.application().asked();
        let windows = if asked.is_empty() {
            let mut all: Vec<Window> = self.context.terms.values().flat_map(|terms| terms.windows()).collect();
            all.sort_by_key(|window| window.closes());
            all
        } else {
            self.common()
        };
        windows.into_iter().find(|window| self.context.now < window.closes())
    }

    /// Asked kraje that do not take applications now.
    pub fn closed(&self) -> Vec<Kraj> {
        let open = |kraj: &Kraj| self.context.terms.get(kraj).is_some_and(|terms| terms.open_at(self.context.now));
        self.application().asked().into_iter().filter(|kraj| !open(kraj)).collect()
    }
}

/// The last minute of a window after „do“: `čtvrtka 10. 12. 2026, 23.59`.
pub fn last_minute(window: Window) -> String {
    deadline_bound(windows::last_minute(window.closes()))
}

/// `ve 14.32`, `v 9.05`: the preposition follows the spoken hour.
pub fn at_hour(local: chrono::NaiveDateTime) -> String {
    use chrono::Timelike;
    let preposition = if matches!(local.hour(), 2..=4 | 12..=14 | 20..=23) { "ve" } else { "v" };
    format!("{preposition}\u{a0}{}.{:02}", local.hour(), local.minute())
}

/// `dnes ve 14.32`, else with the date.
pub fn moment(at: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let (local, today) = (store::prague::local(at), store::prague::day(now));
    let day = if local.date() == today { "dnes".to_owned() } else { domain::time::date(local.date()) };
    format!("{day} {}", at_hour(local))
}

/// `23. 11. 2026 ve 14.32.05`: time to the second.
pub fn to_the_second(at: DateTime<Utc>) -> String {
    let local = store::prague::local(at);
    format!("{} {}.{}", domain::time::date(local.date()), at_hour(local), local.format("%S"))
}

/// Who delegated the submission to the actor; none for the statutory representative.
pub async fn delegated_by(
    tx: &mut store::Tx,
    actor: &domain::accounts::Actor,
    at: chrono::DateTime<chrono::Utc>,
) -> Result<Option<String>, AppError> {
    if actor.has(Right::ApplicationSubmit) {
        return Ok(None);
    }
    let account = actor.account()?.id;
    let today = store::prague::day(at);
    let grant = store::accounts::grants(tx, account)
        .await?
        .into_iter()
        .find(|grant| grant.right_code == Right::ApplicationDelegated.code() && grant.on(today));
    Ok(grant.and_then(|grant| grant.granted_by))
}
