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
}

impl Record {
    /// A command that was done.
    pub fn done(kind: &'static str, object_kind: &'static str, object: impl ToString, content: Value) -> Self {
        Self { kind, object: Some((object_kind, object.to_string())), content, outcome: Outcome::Done, chain: None }
    }

    /// An event without an object.
    pub fn event(kind: &'static str, outcome: Outcome, content: Value) -> Self {
        Self { kind, object: None, content, outcome, chain: None }
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
    sqlx::query!(
        "select audit.append($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        chain,
        at,
        record.kind,
        object_kind,
        object_id,
        account.map(|a| a.organisation),
        account.map(|a| a.id),
        account.map(|a| a.person),
        account.and_then(|a| a.session.as_deref()),
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
    /// `gap`, `link`, `content` or `head`.
    pub fault: String,
}

/// Every broken link of every chain.
pub async fn broken(conn: &mut PgConnection) -> Result<Vec<Broken>, StoreError> {
    Ok(sqlx::query_as!(Broken, r#"select chain as "chain!", seq as "seq!", fault as "fault!" from audit.broken()"#).fetch_all(conn).await?)
}

/// One event, as the page of the trail shows it.
#[derive(Debug, Clone)]
pub struct Event {
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
    /// Who, when it can be seen.
    pub person_name: Option<String>,
    /// `done`, `refused`, `failed`.
    pub outcome: String,
    /// The content, unless it expired.
    pub content: Option<Value>,
}

/// The newest events of the actor's chain, of one object when it is named.
pub async fn events(conn: &mut PgConnection, object: Option<&str>, limit: i64) -> Result<Vec<Event>, StoreError> {
    Ok(sqlx::query_as!(
        Event,
        r#"select e.seq, e.at, e.kind, e.object_kind, e.object_id, p.name as "person_name?", e.outcome, e.content
           from audit.event e left join person p on p.id = e.person_id
           where e.object_id = $1 or $1 is null
           order by e.at desc, e.seq desc limit $2"#,
        object,
        limit
    )
    .fetch_all(conn)
    .await?)
}
