//! The append-only trail, a hash chain per organisation. Only `audit.append` writes it.

use crate::{Origin, StoreError};
use chrono::{DateTime, Utc};
use domain::accounts::Account;
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It was done.
    Done,
    /// The rules or the permissions refused it.
    Refused,
    /// A fault stopped it.
    Failed,
}

impl Outcome {
    fn code(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Refused => "refused",
            Self::Failed => "failed",
        }
    }
}

/// What was done to what.
#[derive(Debug, Clone)]
pub struct Record {
    /// Dotted kind, `subsidy.application.submit`.
    pub kind: &'static str,
    /// Kind and key of the object.
    pub object: Option<(&'static str, String)>,
    /// Before, after, reason: whatever explains the act.
    pub content: Value,
    /// How it ended.
    pub outcome: Outcome,
    /// Another chain than that of the actor's organisation.
    pub chain: Option<Uuid>,
    /// Who did it, where the transaction is the program's own: at the sign-in.
    pub by: Option<By>,
}

/// Who did something, in which session.
#[derive(Debug, Clone)]
pub struct By {
    /// The organisation.
    pub organisation: Uuid,
    /// The account.
    pub account: Uuid,
    /// The person.
    pub person: Uuid,
    /// The session.
    pub session: Option<String>,
}

impl From<&Account> for By {
    fn from(account: &Account) -> Self {
        Self { organisation: account.organisation, account: account.id, person: account.person, session: account.session.clone() }
    }
}

impl Record {
    /// A command that was done.
    pub fn done(kind: &'static str, object_kind: &'static str, object: impl ToString, content: Value) -> Self {
        Self { kind, object: Some((object_kind, object.to_string())), content, outcome: Outcome::Done, chain: None, by: None }
    }

    /// An event without an object.
    pub fn event(kind: &'static str, outcome: Outcome, content: Value) -> Self {
        Self { kind, object: None, content, outcome, chain: None, by: None }
    }

    /// The same record, done by somebody, in the chain of the organisation.
    #[must_use]
    pub fn done_by(mut self, by: By) -> Self {
        self.chain = Some(by.organisation);
        self.by = Some(by);
        self
    }

    /// The same record in the chain of an organisation.
    #[must_use]
    pub fn in_chain_of(mut self, organisation: Uuid) -> Self {
        self.chain = Some(organisation);
        self
    }
}

pub(crate) async fn append(
    conn: &mut PgConnection,
    chain: &str,
    at: DateTime<Utc>,
    account: Option<&Account>,
    origin: &Origin,
    record: &Record,
) -> Result<(), StoreError> {
    let (object_kind, object_id) = match &record.object {
        Some((kind, id)) => (Some(*kind), Some(id.as_str())),
        None => (None, None),
    };
    let by = record.by.clone().or_else(|| account.map(By::from));
    let by = by.as_ref();
    sqlx::query!(
        "select audit.append($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        chain,
        at,
        record.kind,
        object_kind,
        object_id,
        by.map(|by| by.organisation),
        by.map(|by| by.account),
        by.map(|by| by.person),
        by.and_then(|by| by.session.as_deref()),
        origin.address.as_deref(),
        origin.device.as_deref(),
        record.outcome.code(),
        record.content,
    )
    .fetch_one(conn)
    .await?;
    Ok(())
}

/// A link of a chain that does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// Organisation, or `system`.
    pub chain: String,
    /// Number in the chain.
    pub seq: i64,
    /// `gap`, `link`, `content`, `expired` (emptied although it may not be yet, or never) or `head`.
    pub fault: String,
}

/// Every broken link of every chain.
pub async fn broken(conn: &mut PgConnection) -> Result<Vec<Broken>, StoreError> {
    Ok(sqlx::query_as!(Broken, r#"select chain as "chain!", seq as "seq!", fault as "fault!" from audit.broken()"#).fetch_all(conn).await?)
}

/// One event, as the page of the trail shows it.
#[derive(Debug, Clone)]
pub struct Event {
    /// Organisation, or `system`.
    pub chain: String,
    /// Number in the chain.
    pub seq: i64,
    /// When.
    pub at: DateTime<Utc>,
    /// What kind.
    pub kind: String,
    /// Kind of the object.
    pub object_kind: Option<String>,
    /// Key of the object.
    pub object_id: Option<String>,
    /// The person who did it.
    pub person: Option<Uuid>,
    /// Who, when it can be seen.
    pub person_name: Option<String>,
    /// The account that they did it with.
    pub account: Option<Uuid>,
    /// Name of the organisation that they did it for.
    pub organisation: Option<String>,
    /// Session.
    pub session: Option<String>,
    /// Address of the client, unless it expired.
    pub address: Option<String>,
    /// What the client called itself, unless it expired.
    pub device: Option<String>,
    /// `done`, `refused`, `failed`.
    pub outcome: String,
    /// The content, unless it expired.
    pub content: Option<Value>,
}

/// What the trail is searched by; nothing of it set means everything.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Search {
    /// Key of an object.
    pub object: Option<String>,
    /// Beginning of the kind: `accounts.`.
    pub kind: Option<String>,
    /// Part of the name of the person, or of the organisation of a person who cannot be seen.
    pub person: Option<String>,
    /// `done`, `refused`, `failed`.
    pub outcome: Option<String>,
    /// From this instant on.
    pub from: Option<DateTime<Utc>>,
    /// Before this instant.
    pub until: Option<DateTime<Utc>>,
    /// Older than this event: the end of the page before.
    pub older_than: Option<(DateTime<Utc>, i64)>,
}

/// The newest events that the actor may see and that fit.
pub async fn events(conn: &mut PgConnection, search: &Search, limit: i64) -> Result<Vec<Event>, StoreError> {
    Ok(sqlx::query_as!(
        Event,
        r#"select e.chain, e.seq, e.at, e.kind, e.object_kind, e.object_id, e.person_id as person, p.name as "person_name?",
                  e.account_id as account, o.name as "organisation?", e.session_digest as session, e.address, e.device, e.outcome, e.content
           from audit.event e left join person p on p.id = e.person_id left join organisation o on o.id = e.organisation_id
           where (e.object_id = $1 or $1 is null) and (starts_with(e.kind, $2) or $2 is null)
             and (position(lower($3) in lower(coalesce(p.name, o.name))) > 0 or $3 is null) and (e.outcome = $4 or $4 is null)
             and (e.at >= $5 or $5 is null) and (e.at < $6 or $6 is null) and ((e.at, e.seq) < ($7, $8) or $7 is null)
           order by e.at desc, e.seq desc limit $9"#,
        search.object,
        search.kind,
        search.person,
        search.outcome,
        search.from,
        search.until,
        search.older_than.map(|(at, _)| at),
        search.older_than.map(|(_, seq)| seq),
        limit
    )
    .fetch_all(conn)
    .await?)
}

/// One event.
pub async fn event(conn: &mut PgConnection, chain: &str, seq: i64) -> Result<Event, StoreError> {
    sqlx::query_as!(
        Event,
        r#"select e.chain, e.seq, e.at, e.kind, e.object_kind, e.object_id, e.person_id as person, p.name as "person_name?",
                  e.account_id as account, o.name as "organisation?", e.session_digest as session, e.address, e.device, e.outcome, e.content
           from audit.event e left join person p on p.id = e.person_id left join organisation o on o.id = e.organisation_id
           where e.chain = $1 and e.seq = $2"#,
        chain,
        seq
    )
    .fetch_optional(conn)
    .await?
    .ok_or(StoreError::NotFound)
}

/// Empties what has expired: security events after `security`, acts after `acts`, but never those of the register and of subsidies, which live
/// as long as their records. Time, kind, object, who, digest and link stay. Gives how many.
pub async fn expire(conn: &mut PgConnection, security: DateTime<Utc>, acts: DateTime<Utc>) -> Result<i64, StoreError> {
    Ok(sqlx::query_scalar!(r#"select audit.expire($1, $2) as "expired!""#, security, acts).fetch_one(conn).await?)
}
