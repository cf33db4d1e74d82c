//! Calculation schemes of a kraj and their versions. A version is frozen by the first run that uses it.

use crate::{StoreError, Tx, new_id};
use chrono::{DateTime, Utc};
use domain::subsidy::calculation::Scheme;
use sqlx::types::Json;
use uuid::Uuid;

/// A version of a scheme in a list.
#[derive(Debug, Clone)]
pub struct VersionRow {
    /// Its key.
    pub id: Uuid,
    /// The scheme.
    pub scheme_id: Uuid,
    /// Name of the scheme.
    pub scheme_name: String,
    /// Version for people.
    pub version: String,
    /// The version it was made from.
    pub based_on: Option<Uuid>,
    /// Since when it cannot be changed.
    pub frozen_at: Option<DateTime<Utc>>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was changed last.
    pub updated_at: DateTime<Utc>,
    /// Who changed it last.
    pub updated_by: String,
    /// Runs that used it.
    pub runs: i64,
    /// Rounds that have chosen it, e.g. `2027, Program A, 1. kolo`.
    pub rounds: Vec<String>,
}

/// A version with its document.
#[derive(Debug, Clone)]
pub struct Version {
    /// What the list shows.
    pub row: VersionRow,
    /// The scheme itself.
    pub document: Scheme,
    /// Version of the row for a change.
    pub row_version: i64,
}

async fn select(tx: &mut Tx, scheme: Option<Uuid>, version: Option<Uuid>) -> Result<Vec<VersionRow>, StoreError> {
    Ok(sqlx::query_as!(
        VersionRow,
        r#"select v.id, v.scheme_id, s.name as scheme_name, v.version, v.based_on, v.frozen_at, v.created_at, v.updated_at, v.updated_by,
                  (select count(*) from calculation_run c where c.scheme_version_id = v.id) as "runs!",
                  coalesce((select array_agg(r.year || ', ' || r.label order by r.year desc, r.number) from kraj_round k
                            join subsidy_round r on r.id = k.round_id
                            where k.scheme_version_id = v.id and k.kraj_code = v.kraj_code), '{}') as "rounds!"
           from scheme_version v join scheme s on s.id = v.scheme_id
           where (v.scheme_id = $1 or $1 is null) and (v.id = $2 or $2 is null) and v.kraj_code = app.kraj()
           order by s.name collate cs, s.id, v.created_at desc, v.id desc"#,
        scheme,
        version
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// All versions of the schemes of the actor's kraj, by scheme, newest first.
pub async fn versions(tx: &mut Tx) -> Result<Vec<VersionRow>, StoreError> {
    select(tx, None, None).await
}

/// The versions of one scheme, newest first.
pub async fn versions_of(tx: &mut Tx, scheme: Uuid) -> Result<Vec<VersionRow>, StoreError> {
    select(tx, Some(scheme), None).await
}

/// A version by its key, if it is of the actor's kraj.
pub async fn version(tx: &mut Tx, id: Uuid) -> Result<Version, StoreError> {
    let row = select(tx, None, Some(id)).await?.pop().ok_or(StoreError::NotFound)?;
    let found = sqlx::query!(r#"select document as "document: Json<Scheme>", row_version from scheme_version where id = $1"#, id)
        .fetch_one(&mut **tx)
        .await?;
    Ok(Version { row, document: found.document.0, row_version: found.row_version })
}

/// A version by its key, held until the transaction ends: what was read stays as it is until it is frozen.
pub async fn held_version(tx: &mut Tx, id: Uuid) -> Result<Version, StoreError> {
    sqlx::query_scalar!("select id from scheme_version where id = $1 and kraj_code = app.kraj() for update", id)
        .fetch_optional(&mut **tx)
        .await?
        .ok_or(StoreError::NotFound)?;
    version(tx, id).await
}

/// Makes a scheme with its first version; gives both keys.
pub async fn create(tx: &mut Tx, document: &Scheme, (by, at): (&str, DateTime<Utc>)) -> Result<(Uuid, Uuid), StoreError> {
    let scheme = new_id();
    sqlx::query!("insert into scheme (id, kraj_code, name, created_at) values ($1, app.kraj(), $2, $3)", scheme, document.name, at)
        .execute(&mut **tx)
        .await?;
    let version = add_version(tx, scheme, document, None, (by, at)).await?;
    Ok((scheme, version))
}

/// Adds a version beside the others. The version of the document must not be taken (constraint `scheme_version_scheme_id_version_key`).
pub async fn add_version(
    tx: &mut Tx,
    scheme: Uuid,
    document: &Scheme,
    based_on: Option<Uuid>,
    (by, at): (&str, DateTime<Utc>),
) -> Result<Uuid, StoreError> {
    let id = new_id();
    sqlx::query!(
        "insert into scheme_version (id, scheme_id, kraj_code, version, document, based_on, created_at, updated_at, updated_by)
         values ($1, $2, app.kraj(), $3, $4, $5, $6, $6, $7)",
        id,
        scheme,
        document.version,
        serde_json::to_value(document)?,
        based_on,
        at,
        by
    )
    .execute(&mut **tx)
    .await?;
    Ok(id)
}

/// Keeps a changed version that is not frozen; the scheme takes over its name. `seen` is the row version the person saw.
pub async fn save(tx: &mut Tx, id: Uuid, document: &Scheme, seen: i64, (by, at): (&str, DateTime<Utc>)) -> Result<(), StoreError> {
    let scheme = sqlx::query_scalar!(
        "update scheme_version set document = $2, version = $3, updated_at = $4, updated_by = $5, row_version = row_version + 1
         where id = $1 and row_version = $6 and kraj_code = app.kraj() and frozen_at is null returning scheme_id",
        id,
        serde_json::to_value(document)?,
        document.version,
        at,
        by,
        seen
    )
    .fetch_optional(&mut **tx)
    .await?
    .ok_or(StoreError::Stale { seen, found: seen + 1 })?;
    sqlx::query!("update scheme set name = $2 where id = $1 and name <> $2", scheme, document.name).execute(&mut **tx).await?;
    Ok(())
}

/// Freezes a version for the first run that uses it; true when it was not frozen before.
pub async fn freeze(tx: &mut Tx, id: Uuid, at: DateTime<Utc>) -> Result<bool, StoreError> {
    let done = sqlx::query!(
        "update scheme_version set frozen_at = $2, row_version = row_version + 1 where id = $1 and kraj_code = app.kraj() and frozen_at is null",
        id,
        at
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Chooses a version for a kraj's round, unless its results are published.
pub async fn choose(tx: &mut Tx, kraj_round: Uuid, version: Uuid) -> Result<(), StoreError> {
    let done = sqlx::query!(
        "update kraj_round set scheme_version_id = $2, row_version = row_version + 1
         where id = $1 and kraj_code = app.kraj() and results_published_at is null",
        kraj_round,
        version
    )
    .execute(&mut **tx)
    .await?;
    if done.rows_affected() == 1 { Ok(()) } else { Err(StoreError::NotFound) }
}
