//! Runs of the calculation: kept with scheme, inputs and amounts, never changed.

use crate::{StoreError, Tx, new_id};
use chrono::{DateTime, Utc};
use domain::subsidy::calculation::{Amounts, Scheme, Sheet};
use serde_json::Value;
use sqlx::types::Json;
use uuid::Uuid;

/// A run in the list of a round.
#[derive(Debug, Clone)]
pub struct RunRow {
    /// Its key.
    pub id: Uuid,
    /// Number in the kraj's round.
    pub number: i32,
    /// Its name.
    pub name: String,
    /// Sum of the awards, whole crowns.
    pub awarded: i64,
    /// When it ran.
    pub created_at: DateTime<Utc>,
    /// Who ran it.
    pub created_by: String,
    /// Name and version of the scheme.
    pub scheme: String,
}

/// A run with everything that explains it.
#[derive(Debug, Clone)]
pub struct Run {
    /// Its key.
    pub id: Uuid,
    /// The kraj's round.
    pub kraj_round_id: Uuid,
    /// Number in the kraj's round.
    pub number: i32,
    /// Its name.
    pub name: String,
    /// The frozen version of the scheme.
    pub scheme_version_id: Uuid,
    /// The scheme itself.
    pub scheme: Json<Scheme>,
    /// The services with the columns they came with.
    pub inputs: Json<Sheet>,
    /// The money.
    pub amounts: Json<Amounts>,
    /// The result in the form of the command line.
    pub result: Value,
    /// Sum of the awards, whole crowns.
    pub awarded: i64,
    /// When it ran.
    pub created_at: DateTime<Utc>,
    /// Who ran it.
    pub created_by: String,
}

/// The runs of a kraj's round, newest first.
pub async fn runs(tx: &mut Tx, kraj_round: Uuid) -> Result<Vec<RunRow>, StoreError> {
    Ok(sqlx::query_as!(
        RunRow,
        r#"select r.id, r.number, r.name, r.awarded, r.created_at, r.created_by, s.name || ' ' || v.version as "scheme!"
           from calculation_run r join scheme_version v on v.id = r.scheme_version_id join scheme s on s.id = v.scheme_id
           where r.kraj_round_id = $1 order by r.number desc"#,
        kraj_round
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// A run by its key.
pub async fn run(tx: &mut Tx, id: Uuid) -> Result<Run, StoreError> {
    sqlx::query_as!(
        Run,
        r#"select id, kraj_round_id, number, name, scheme_version_id, scheme as "scheme: Json<Scheme>", inputs as "inputs: Json<Sheet>",
                  amounts as "amounts: Json<Amounts>", result, awarded, created_at, created_by
           from calculation_run where id = $1"#,
        id
    )
    .fetch_optional(&mut **tx)
    .await?
    .ok_or(StoreError::NotFound)
}

/// A run that was computed.
#[derive(Debug, Clone)]
pub struct NewRun<'a> {
    /// The kraj's round.
    pub kraj_round: Uuid,
    /// Its name.
    pub name: &'a str,
    /// The version of the scheme; it is frozen by this.
    pub scheme_version: Uuid,
    /// The scheme itself.
    pub scheme: &'a Scheme,
    /// The services with the columns they came with.
    pub inputs: &'a Sheet,
    /// The money.
    pub amounts: &'a Amounts,
    /// The result in the form of the command line.
    pub result: Value,
    /// Sum of the awards, whole crowns.
    pub awarded: i64,
}

/// Keeps a run under the next number and freezes its version of the scheme. Runs of one round are numbered one after another.
pub async fn keep(tx: &mut Tx, run: NewRun<'_>, (by, at): (&str, DateTime<Utc>)) -> Result<(Uuid, i32), StoreError> {
    let id = new_id();
    sqlx::query!("select id from kraj_round where id = $1 for update", run.kraj_round)
        .fetch_optional(&mut **tx)
        .await?
        .ok_or(StoreError::NotFound)?;
    sqlx::query!(
        "update scheme_version set frozen_at = $2 where id = $1 and kraj_code = app.kraj() and frozen_at is null",
        run.scheme_version,
        at
    )
    .execute(&mut **tx)
    .await?;
    let number = sqlx::query_scalar!(
        "insert into calculation_run (id, kraj_round_id, kraj_code, number, name, scheme_version_id, scheme, inputs, amounts, result, awarded, created_at, created_by)
         values ($1, $2, app.kraj(), (select coalesce(max(number), 0) + 1 from calculation_run where kraj_round_id = $2), $3, $4, $5, $6, $7, $8, $9, $10, $11)
         returning number",
        id,
        run.kraj_round,
        run.name,
        run.scheme_version,
        serde_json::to_value(run.scheme)?,
        serde_json::to_value(run.inputs)?,
        serde_json::to_value(run.amounts)?,
        run.result,
        run.awarded,
        at,
        by
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok((id, number))
}
