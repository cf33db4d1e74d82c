//! Runs of the calculation: everything that explains them is kept with them, and nothing of it is ever changed.

use crate::{StoreError, Tx, new_id};
use chrono::{DateTime, Utc};
use domain::subsidy::calculation::{Amounts, Scheme, Sheet, StoredRun};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sqlx::types::Json;
use uuid::Uuid;

/// A run in the list of a round. Amounts are whole crowns.
#[derive(Debug, Clone)]
pub struct RunRow {
    /// Its key.
    pub id: Uuid,
    /// Number within the kraj's round, from 1.
    pub number: i32,
    /// Name.
    pub name: String,
    /// The version of the scheme.
    pub scheme_version_id: Uuid,
    /// The scheme.
    pub scheme_id: Uuid,
    /// Name of the scheme.
    pub scheme_name: String,
    /// Version for people.
    pub scheme_version: String,
    /// Money to divide.
    pub allocated: i64,
    /// Sum of the awards.
    pub awarded: i64,
    /// Number of services.
    pub services: i64,
    /// Number of the run that this one was tried on.
    pub based_on: Option<i32>,
    /// When it ran.
    pub created_at: DateTime<Utc>,
    /// Who started it.
    pub created_by: String,
}

/// A service of a run; they stand in the order of the rows of its inputs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunService {
    /// The service in its part.
    pub part_service: Uuid,
    /// Identifikátor, as the inputs have it.
    pub identifikator: String,
    /// Name in the application.
    pub name: String,
    /// Name of the provider.
    pub provider: String,
    /// Paragraph without the sign.
    pub paragraph: String,
}

/// A run with everything that explains it.
#[derive(Debug, Clone)]
pub struct RunDetail {
    /// What the list shows.
    pub row: RunRow,
    /// The kraj's round.
    pub kraj_round_id: Uuid,
    /// What it was made of; computed again it gives the same.
    pub stored: StoredRun,
    /// The result, as the command line writes it with `--json`.
    pub result: Value,
    /// Its services, in the order of the rows.
    pub services: Vec<RunService>,
    /// By what two computations are compared.
    pub digest: String,
}

/// A run to be kept.
#[derive(Debug)]
pub struct NewRun<'a> {
    /// Name.
    pub name: &'a str,
    /// The frozen version of the scheme.
    pub scheme_version: Uuid,
    /// What it was made of.
    pub stored: &'a StoredRun,
    /// The result as JSON.
    pub result: &'a Value,
    /// Its services, in the order of the rows.
    pub services: &'a [RunService],
    /// Money to divide, whole crowns.
    pub allocated: i64,
    /// Sum of the awards, whole crowns.
    pub awarded: i64,
    /// By what two computations are compared.
    pub digest: &'a str,
    /// The run that it was tried on.
    pub based_on: Option<Uuid>,
}

/// The runs of a kraj's round, newest first.
pub async fn runs(tx: &mut Tx, kraj_round: Uuid) -> Result<Vec<RunRow>, StoreError> {
    Ok(sqlx::query_as!(
        RunRow,
        r#"select r.id, r.number, r.name, r.scheme_version_id, v.scheme_id, s.name as scheme_name, v.version as scheme_version, r.allocated, r.awarded,
                  jsonb_array_length(r.services)::bigint as "services!", b.number as "based_on?", r.created_at, r.created_by
           from calculation_run r join scheme_version v on v.id = r.scheme_version_id join scheme s on s.id = v.scheme_id
           left join calculation_run b on b.id = r.based_on
           where r.kraj_round_id = $1 and r.kraj_code = app.kraj() order by r.number desc"#,
        kraj_round
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// A run by its number within the kraj's round.
pub async fn run_by_number(tx: &mut Tx, kraj_round: Uuid, number: i32) -> Result<RunDetail, StoreError> {
    let id = sqlx::query_scalar!("select id from calculation_run where kraj_round_id = $1 and number = $2", kraj_round, number)
        .fetch_optional(&mut **tx)
        .await?
        .ok_or(StoreError::NotFound)?;
    run(tx, id).await
}

/// What a run was made of, for the program itself: to compute it again for somebody who may see its result.
pub async fn stored(tx: &mut Tx, kraj_round: Uuid, number: i32) -> Result<StoredRun, StoreError> {
    let row = sqlx::query!(
        r#"select scheme as "scheme: Json<Scheme>", inputs as "inputs: Json<Sheet>", amounts as "amounts: Json<Amounts>"
           from calculation_run where kraj_round_id = $1 and number = $2"#,
        kraj_round,
        number
    )
    .fetch_optional(&mut **tx)
    .await?
    .ok_or(StoreError::NotFound)?;
    Ok(StoredRun { scheme: row.scheme.0, inputs: row.inputs.0, amounts: row.amounts.0 })
}

/// A run by its key, if it is of the actor's kraj.
pub async fn run(tx: &mut Tx, id: Uuid) -> Result<RunDetail, StoreError> {
    let r = sqlx::query!(
        r#"select r.id, r.number, r.name, r.scheme_version_id, v.scheme_id, s.name as scheme_name, v.version as scheme_version, r.allocated, r.awarded,
                  b.number as "based_on?", r.created_at, r.created_by, r.kraj_round_id, r.scheme as "scheme: Json<Scheme>",
                  r.inputs as "inputs: Json<Sheet>", r.amounts as "amounts: Json<Amounts>", r.result, r.services as "services: Json<Vec<RunService>>",
                  r.digest
           from calculation_run r join scheme_version v on v.id = r.scheme_version_id join scheme s on s.id = v.scheme_id
           left join calculation_run b on b.id = r.based_on
           where r.id = $1 and r.kraj_code = app.kraj()"#,
        id
    )
    .fetch_optional(&mut **tx)
    .await?
    .ok_or(StoreError::NotFound)?;
    let row = RunRow {
        id: r.id,
        number: r.number,
        name: r.name,
        scheme_version_id: r.scheme_version_id,
        scheme_id: r.scheme_id,
        scheme_name: r.scheme_name,
        scheme_version: r.scheme_version,
        allocated: r.allocated,
        awarded: r.awarded,
        services: i64::try_from(r.services.0.len()).unwrap_or(i64::MAX),
        based_on: r.based_on,
        created_at: r.created_at,
        created_by: r.created_by,
    };
    let stored = StoredRun { scheme: r.scheme.0, inputs: r.inputs.0, amounts: r.amounts.0 };
    Ok(RunDetail { row, kraj_round_id: r.kraj_round_id, stored, result: r.result, services: r.services.0, digest: r.digest })
}

/// Keeps a run and gives its key and number. Two at once get two numbers.
pub async fn insert(tx: &mut Tx, kraj_round: Uuid, run: &NewRun<'_>, (by, at): (&str, DateTime<Utc>)) -> Result<(Uuid, i32), StoreError> {
    sqlx::query_scalar!("select id from kraj_round where id = $1 and kraj_code = app.kraj() for update", kraj_round)
        .fetch_optional(&mut **tx)
        .await?
        .ok_or(StoreError::NotFound)?;
    let id = new_id();
    let number = sqlx::query_scalar!(
        r#"insert into calculation_run (id, kraj_round_id, kraj_code, number, name, scheme_version_id, scheme, inputs, amounts, result, services,
             allocated, awarded, based_on, digest, created_at, created_by)
           select $1, $2, app.kraj(), coalesce(max(number), 0) + 1, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15
           from calculation_run where kraj_round_id = $2 returning number"#,
        id,
        kraj_round,
        run.name,
        run.scheme_version,
        serde_json::to_value(&run.stored.scheme)?,
        serde_json::to_value(&run.stored.inputs)?,
        serde_json::to_value(&run.stored.amounts)?,
        run.result,
        serde_json::to_value(run.services)?,
        run.allocated,
        run.awarded,
        run.based_on,
        run.digest,
        at,
        by
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok((id, number))
}
