//! The application itself: its document, its state, and what happened to it.

use super::windows::Round;
use crate::{StoreError, Tx, new_id};
use chrono::{DateTime, Utc};
use domain::subsidy::application::{Application, Draft, State};
use serde_json::Value;
use sqlx::types::Json;
use uuid::Uuid;

/// An application as it is stored.
#[derive(Debug, Clone)]
pub struct Stored {
    /// Key.
    pub id: Uuid,
    /// Its round.
    pub round: Round,
    /// The provider.
    pub provider: Uuid,
    /// State with the document.
    pub state: State,
    /// Number of the last change.
    pub row_version: i64,
    /// When it was begun.
    pub created_at: DateTime<Utc>,
    /// Last change.
    pub updated_at: DateTime<Utc>,
    /// Who made it.
    pub updated_by: String,
}

/// An application in a list.
#[derive(Debug, Clone)]
pub struct Listed {
    /// Key.
    pub id: Uuid,
    /// Its round.
    pub round: Uuid,
    /// State with the document.
    pub state: State,
    /// Last change.
    pub updated_at: DateTime<Utc>,
    /// Who made it.
    pub updated_by: String,
}

/// What happened to an application.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventKind {
    /// Begun.
    Created,
    /// Facts loaded from the register again.
    RegisterLoaded,
    /// A service was added.
    ServiceAdded,
    /// A service was taken out; the event keeps what was typed for it.
    ServiceRemoved,
    /// A service was put back.
    ServiceRestored,
    /// Locked.
    Locked,
    /// Unlocked.
    Unlocked,
    /// Submitted; the event carries the frozen copy.
    Submitted,
    /// Withdrawn.
    Withdrawn,
}

impl EventKind {
    const ALL: [(Self, &'static str, &'static str); 9] = [
        (Self::Created, "created", "založena"),
        (Self::RegisterLoaded, "register_loaded", "údaje načteny z registru"),
        (Self::ServiceAdded, "service_added", "přidána služba"),
        (Self::ServiceRemoved, "service_removed", "odebrána služba"),
        (Self::ServiceRestored, "service_restored", "služba vrácena"),
        (Self::Locked, "locked", "uzamčena"),
        (Self::Unlocked, "unlocked", "odemčena"),
        (Self::Submitted, "submitted", "podána"),
        (Self::Withdrawn, "withdrawn", "vzata zpět"),
    ];

    /// As it is stored.
    pub fn code(self) -> &'static str {
        Self::ALL.iter().find(|(kind, _, _)| *kind == self).map_or("", |(_, code, _)| code)
    }

    /// As a person reads it, of an application (žádost).
    pub fn label(self) -> &'static str {
        Self::ALL.iter().find(|(kind, _, _)| *kind == self).map_or("", |(_, _, label)| label)
    }

    fn of_code(code: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, other, _)| *other == code).map(|(kind, _, _)| *kind)
    }
}

/// One event of the history.
#[derive(Debug, Clone)]
pub struct Event {
    /// Key.
    pub id: Uuid,
    /// When.
    pub at: DateTime<Utc>,
    /// What.
    pub kind: EventKind,
    /// Who.
    pub person_name: String,
    /// What it was about: name of a service, reference of a submission.
    pub subject: Option<String>,
}

fn assembled(document: Json<Application>, state: Option<Json<State>>) -> State {
    state.map_or(State::Draft(Draft { application: document.0 }), |state| state.0)
}

/// Begins an application; gives the one that is there already, if the provider has one in this round.
pub async fn create(
    tx: &mut Tx,
    round: Uuid,
    provider: Uuid,
    application: &Application,
    by: &str,
    at: DateTime<Utc>,
) -> Result<(Uuid, bool), StoreError> {
    let id = new_id();
    let made = sqlx::query!(
        "insert into application (id, round_id, provider_id, state, document, created_at, updated_at, updated_by)
         values ($1, $2, $3, 'draft', $4, $5, $5, $6) on conflict (round_id, provider_id) do nothing",
        id,
        round,
        provider,
        Json(application) as _,
        at,
        by
    )
    .execute(&mut **tx)
    .await?;
    if made.rows_affected() == 1 {
        return Ok((id, true));
    }
    let there = sqlx::query_scalar!("select id from application where round_id = $1 and provider_id = $2", round, provider)
        .fetch_optional(&mut **tx)
        .await?
        .ok_or(StoreError::NotFound)?;
    Ok((there, false))
}

/// The application with a key, as far as the actor may see it.
pub async fn load(tx: &mut Tx, id: Uuid) -> Result<Stored, StoreError> {
    let row = sqlx::query!(
        r#"select a.id, a.provider_id, a.document as "document: Json<Application>", a.state_document as "state_document: Json<State>",
                  a.row_version, a.created_at, a.updated_at, a.updated_by, r.id as round_id, r.year, r.number, r.label
           from application a join subsidy_round r on r.id = a.round_id where a.id = $1"#,
        id
    )
    .fetch_optional(&mut **tx)
    .await?
    .ok_or(StoreError::NotFound)?;
    Ok(Stored {
        id: row.id,
        round: Round { id: row.round_id, year: row.year, number: row.number, label: row.label },
        provider: row.provider_id,
        state: assembled(row.document, row.state_document),
        row_version: row.row_version,
        created_at: row.created_at,
        updated_at: row.updated_at,
        updated_by: row.updated_by,
    })
}

/// The same for a change: whoever changes it at the same time waits.
pub async fn load_for_update(tx: &mut Tx, id: Uuid) -> Result<Stored, StoreError> {
    let found = sqlx::query_scalar!("select id from application where id = $1 for update", id).fetch_optional(&mut **tx).await?;
    load(tx, found.ok_or(StoreError::NotFound)?).await
}

/// The applications of a provider, newest round first.
pub async fn of_provider(tx: &mut Tx, provider: Uuid) -> Result<Vec<Listed>, StoreError> {
    let rows = sqlx::query!(
        r#"select a.id, a.round_id, a.document as "document: Json<Application>", a.state_document as "state_document: Json<State>",
                  a.updated_at, a.updated_by
           from application a join subsidy_round r on r.id = a.round_id where a.provider_id = $1 order by r.year desc, r.number desc"#,
        provider
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Listed {
            id: row.id,
            round: row.round_id,
            state: assembled(row.document, row.state_document),
            updated_at: row.updated_at,
            updated_by: row.updated_by,
        })
        .collect())
}

/// Writes the state with its document over the version that the caller has read; gives the new version.
pub async fn put(tx: &mut Tx, id: Uuid, seen: i64, state: &State, by: &str, at: DateTime<Utc>) -> Result<i64, StoreError> {
    let (code, submitted_at) = match state {
        State::Draft(_) => ("draft", None),
        State::Locked(_) => ("locked", None),
        State::Submitted(submitted) => ("submitted", Some(submitted.submitted_at)),
    };
    let beside = match state {
        State::Draft(_) => None,
        State::Locked(_) | State::Submitted(_) => Some(Json(state)),
    };
    let version = sqlx::query_scalar!(
        "update application set state = $3, document = $4, state_document = $5, submitted_at = $6, updated_at = $7, updated_by = $8,
                row_version = row_version + 1
         where id = $1 and row_version = $2 returning row_version",
        id,
        seen,
        code,
        Json(state.application()) as _,
        beside as _,
        submitted_at,
        at,
        by
    )
    .fetch_optional(&mut **tx)
    .await?;
    match version {
        Some(version) => Ok(version),
        None => {
            let found = sqlx::query_scalar!("select row_version from application where id = $1", id).fetch_optional(&mut **tx).await?;
            Err(found.map_or(StoreError::NotFound, |found| StoreError::Stale { seen, found }))
        }
    }
}

/// Notes what happened. `content` holds `subject` for the list, and whatever belongs to the kind.
pub async fn add_event(
    tx: &mut Tx,
    application: &Stored,
    kind: EventKind,
    person_name: &str,
    content: Value,
    at: DateTime<Utc>,
) -> Result<Uuid, StoreError> {
    let id = new_id();
    sqlx::query!(
        "insert into application_event (id, application_id, provider_id, at, kind, person_name, content) values ($1, $2, $3, $4, $5, $6, $7)",
        id,
        application.id,
        application.provider,
        at,
        kind.code(),
        person_name,
        content
    )
    .execute(&mut **tx)
    .await?;
    Ok(id)
}

/// The history, newest first.
pub async fn events(tx: &mut Tx, application: Uuid) -> Result<Vec<Event>, StoreError> {
    let rows = sqlx::query!(
        r#"select id, at, kind, person_name, content->>'subject' as subject from application_event
           where application_id = $1 order by at desc, id desc"#,
        application
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows
        .into_iter()
        .filter_map(|row| {
            let kind = EventKind::of_code(&row.kind)?;
            Some(Event { id: row.id, at: row.at, kind, person_name: row.person_name, subject: row.subject })
        })
        .collect())
}

/// The content of one event of an application.
pub async fn event_content(tx: &mut Tx, application: Uuid, event: Uuid, kind: EventKind) -> Result<Value, StoreError> {
    sqlx::query_scalar!(
        "select content from application_event where application_id = $1 and id = $2 and kind = $3",
        application,
        event,
        kind.code()
    )
    .fetch_optional(&mut **tx)
    .await?
    .ok_or(StoreError::NotFound)
}
