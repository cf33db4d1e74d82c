//! Parts of applications as the asked kraj gets them, and their formal check.

use crate::{StoreError, Tx};
use chrono::{DateTime, Utc};
use domain::subsidy::{application::Part, assessment::FormalCheck};
use sqlx::types::Json;
use uuid::Uuid;

/// A part in the list of a round.
#[derive(Debug, Clone)]
pub struct PartRow {
    /// Its key.
    pub id: Uuid,
    /// The applicant.
    pub provider_id: Uuid,
    /// Name of the applicant.
    pub provider_name: String,
    /// IČO.
    pub ico: Option<String>,
    /// `form` or `csv`.
    pub source: String,
    /// Reference number.
    pub reference: String,
    /// When it was submitted.
    pub submitted_at: DateTime<Utc>,
    /// Sum of the requests, whole crowns.
    pub request: i64,
    /// Number of services.
    pub services: i64,
    /// How many of them are assessed to the end.
    pub finished: i64,
    /// Outcome of the formal check: `open`, `passed`, `failed`.
    pub outcome: String,
    /// Its answers.
    pub check: Option<Json<FormalCheck>>,
}

/// The live parts of a kraj's round by name of the applicant.
pub async fn parts(tx: &mut Tx, kraj_round: Uuid) -> Result<Vec<PartRow>, StoreError> {
    Ok(sqlx::query_as!(
        PartRow,
        r#"select p.id, p.provider_id, v.name as provider_name, v.ico, p.source, p.reference, p.submitted_at, p.request,
                  (select count(*) from part_service s where s.part_id = p.id) as "services!",
                  (select count(*) from part_service s join assessment a on a.part_service_id = s.id where s.part_id = p.id and a.finished) as "finished!",
                  coalesce(f.outcome, 'open') as "outcome!", f.document as "check?: Json<FormalCheck>"
           from application_part p join provider v on v.id = p.provider_id left join formal_check f on f.part_id = p.id
           where p.kraj_round_id = $1 and p.withdrawn_at is null
           order by v.name collate cs, p.id"#,
        kraj_round
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// A part with its document and formal check.
#[derive(Debug, Clone)]
pub struct PartDetail {
    /// Its key.
    pub id: Uuid,
    /// The kraj's round.
    pub kraj_round_id: Uuid,
    /// Name of the applicant.
    pub provider_name: String,
    /// IČO.
    pub ico: Option<String>,
    /// `form` or `csv`.
    pub source: String,
    /// Reference number.
    pub reference: String,
    /// When it was submitted.
    pub submitted_at: DateTime<Utc>,
    /// Sum of the requests, whole crowns.
    pub request: i64,
    /// What was submitted.
    pub document: Json<Part>,
    /// The formal check, when somebody began it.
    pub check: Option<Json<FormalCheck>>,
    /// Its outcome.
    pub outcome: String,
    /// Its version, 0 when nobody began it.
    pub check_version: i64,
    /// Who changed it last.
    pub checked_by: Option<String>,
    /// When.
    pub checked_at: Option<DateTime<Utc>>,
}

/// A live part by its key, if the actor's kraj was asked.
pub async fn part(tx: &mut Tx, id: Uuid) -> Result<PartDetail, StoreError> {
    sqlx::query_as!(
        PartDetail,
        r#"select p.id, p.kraj_round_id, v.name as provider_name, v.ico, p.source, p.reference, p.submitted_at, p.request,
                  p.document as "document: Json<Part>", f.document as "check?: Json<FormalCheck>", coalesce(f.outcome, 'open') as "outcome!",
                  coalesce(f.row_version, 0) as "check_version!", f.updated_by as "checked_by?", f.updated_at as "checked_at?"
           from application_part p join provider v on v.id = p.provider_id left join formal_check f on f.part_id = p.id
           where p.id = $1 and p.withdrawn_at is null and p.kraj_code = app.kraj()"#,
        id
    )
    .fetch_optional(&mut **tx)
    .await?
    .ok_or(StoreError::NotFound)
}

/// Another outcome of a formal check, because its list changed.
pub async fn set_outcome(tx: &mut Tx, part: Uuid, outcome: &str) -> Result<(), StoreError> {
    sqlx::query!("update formal_check set outcome = $2, row_version = row_version + 1 where part_id = $1", part, outcome)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Keeps a formal check. `seen` is the version the person saw, 0 for the first.
pub async fn save_check(
    tx: &mut Tx,
    part: Uuid,
    check: &FormalCheck,
    outcome: &str,
    seen: i64,
    (by, at): (&str, DateTime<Utc>),
) -> Result<(), StoreError> {
    let document = serde_json::to_value(check)?;
    let done = if seen == 0 {
        sqlx::query!(
            "insert into formal_check (part_id, kraj_code, document, outcome, updated_at, updated_by) values ($1, app.kraj(), $2, $3, $4, $5)
             on conflict (part_id) do nothing",
            part,
            document,
            outcome,
            at,
            by
        )
        .execute(&mut **tx)
        .await?
    } else {
        sqlx::query!(
            "update formal_check set document = $2, outcome = $3, updated_at = $4, updated_by = $5, row_version = row_version + 1
             where part_id = $1 and row_version = $6",
            part,
            document,
            outcome,
            at,
            by,
            seen
        )
        .execute(&mut **tx)
        .await?
    };
    if done.rows_affected() == 1 { Ok(()) } else { Err(StoreError::Stale { seen, found: seen + 1 }) }
}
