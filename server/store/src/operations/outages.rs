//! Odstávky.

use crate::{StoreError, Tx, new_id};
use chrono::{DateTime, Utc};
use domain::operations::{Module, Outage};
use uuid::Uuid;

/// An outage as it is written.
#[derive(Debug, Clone)]
pub struct NewOutage {
    /// Its start.
    pub starts_at: DateTime<Utc>,
    /// Its planned end.
    pub ends_at: DateTime<Utc>,
    /// The end is a guess.
    pub approximate: bool,
    /// Why.
    pub reason: String,
    /// Codes of the modules.
    pub modules: Vec<String>,
    /// Reading goes on meanwhile.
    pub read_only: bool,
}

/// An outage with its key and its reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutageRow {
    /// Its key.
    pub id: Uuid,
    /// Why.
    pub reason: String,
    /// The rest.
    pub outage: Outage,
    /// Row version.
    pub version: i64,
}

struct Raw {
    id: Uuid,
    starts_at: DateTime<Utc>,
    ends_at: DateTime<Utc>,
    approximate: bool,
    reason: String,
    modules: Vec<String>,
    read_only: bool,
    ended_at: Option<DateTime<Utc>>,
    cancelled_at: Option<DateTime<Utc>>,
    version: i64,
}

impl From<Raw> for OutageRow {
    fn from(raw: Raw) -> Self {
        let Raw { id, starts_at, ends_at, approximate, reason, modules, read_only, ended_at, cancelled_at, version } = raw;
        let modules = modules.iter().filter_map(|code| Module::from_code(code)).collect();
        let outage = Outage { starts_at, ends_at, approximate, modules, read_only, ended_at, cancelled_at };
        Self { id, reason, outage, version }
    }
}

/// Outages that were not over before an instant, and those after it; the latest first.
pub async fn outages(tx: &mut Tx, since: DateTime<Utc>, limit: i64) -> Result<Vec<OutageRow>, StoreError> {
    let rows = sqlx::query_as!(
        Raw,
        "select id, starts_at, ends_at, approximate, reason, modules, read_only, ended_at, cancelled_at, version from outage
         where coalesce(cancelled_at, ended_at, case when approximate then 'infinity' else ends_at end) >= $1
         order by starts_at desc, id desc limit $2",
        since,
        limit
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// One outage.
pub async fn outage(tx: &mut Tx, id: Uuid) -> Result<OutageRow, StoreError> {
    Ok(sqlx::query_as!(
        Raw,
        "select id, starts_at, ends_at, approximate, reason, modules, read_only, ended_at, cancelled_at, version from outage where id = $1",
        id
    )
    .fetch_optional(&mut **tx)
    .await?
    .ok_or(StoreError::NotFound)?
    .into())
}

/// Plans an outage.
pub async fn create_outage(tx: &mut Tx, new: &NewOutage, by: Uuid, at: DateTime<Utc>) -> Result<Uuid, StoreError> {
    let id = new_id();
    sqlx::query!(
        "insert into outage (id, starts_at, ends_at, approximate, reason, modules, read_only, made_at, made_by)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        id,
        new.starts_at,
        new.ends_at,
        new.approximate,
        new.reason,
        &new.modules,
        new.read_only,
        at,
        by
    )
    .execute(&mut **tx)
    .await?;
    Ok(id)
}

/// Changes an outage that is still as the person saw it, and not over.
pub async fn save_outage(tx: &mut Tx, id: Uuid, new: &NewOutage, seen: i64) -> Result<(), StoreError> {
    let saved = sqlx::query!(
        "update outage set starts_at = $2, ends_at = $3, approximate = $4, reason = $5, modules = $6, read_only = $7, version = version + 1
         where id = $1 and version = $8 and ended_at is null and cancelled_at is null",
        id,
        new.starts_at,
        new.ends_at,
        new.approximate,
        new.reason,
        &new.modules,
        new.read_only,
        seen
    )
    .execute(&mut **tx)
    .await?;
    if saved.rows_affected() == 0 {
        return Err(StoreError::Stale { seen, found: outage(tx, id).await?.version });
    }
    Ok(())
}

/// It is over.
pub async fn end(tx: &mut Tx, id: Uuid, at: DateTime<Utc>) -> Result<(), StoreError> {
    let done = sqlx::query!(
        "update outage set ended_at = $2, version = version + 1 where id = $1 and ended_at is null and cancelled_at is null and starts_at <= $2",
        id,
        at
    )
    .execute(&mut **tx)
    .await?;
    if done.rows_affected() == 0 { Err(StoreError::NotFound) } else { Ok(()) }
}

/// It is called off before its start.
pub async fn cancel(tx: &mut Tx, id: Uuid, at: DateTime<Utc>) -> Result<(), StoreError> {
    let done = sqlx::query!(
        "update outage set cancelled_at = $2, version = version + 1 where id = $1 and ended_at is null and cancelled_at is null and starts_at > $2",
        id,
        at
    )
    .execute(&mut **tx)
    .await?;
    if done.rows_affected() == 0 { Err(StoreError::NotFound) } else { Ok(()) }
}
