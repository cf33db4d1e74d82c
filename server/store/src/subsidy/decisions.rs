//! The proposal of a kraj's round on its way through the chain of decision.

use crate::{StoreError, Tx};
use chrono::{DateTime, Utc};
use domain::subsidy::{amount::Crowns, decision::Decision};
use sqlx::types::Json;
use uuid::Uuid;

/// The proposal as it is stored. Services have the keys of their rows in the part.
#[derive(Debug, Clone)]
pub struct Stored {
    /// The run it came from.
    pub run_id: Uuid,
    /// Number of the run.
    pub run_number: i32,
    /// Name of the run.
    pub run_name: String,
    /// The chain with its changes.
    pub document: Json<Decision>,
    /// Version for a change.
    pub row_version: i64,
    /// When it was changed last.
    pub updated_at: DateTime<Utc>,
    /// Who changed it.
    pub updated_by: String,
}

/// The proposal of a kraj's round, if a run became one, with the allocation as it is now.
pub async fn decision(tx: &mut Tx, kraj_round: Uuid) -> Result<Option<Stored>, StoreError> {
    let row = sqlx::query!(
        r#"select d.run_id, r.number, r.name, d.document as "document: Json<Decision>", d.row_version, d.updated_at, d.updated_by, k.allocation
           from decision d join calculation_run r on r.id = d.run_id join kraj_round k on k.id = d.kraj_round_id where d.kraj_round_id = $1"#,
        kraj_round
    )
    .fetch_optional(&mut **tx)
    .await?;
    Ok(row.map(|row| {
        let mut document = row.document;
        document.set_allocation(Crowns::new(u64::try_from(row.allocation).unwrap_or_default()));
        Stored {
            run_id: row.run_id,
            run_number: row.number,
            run_name: row.name,
            document,
            row_version: row.row_version,
            updated_at: row.updated_at,
            updated_by: row.updated_by,
        }
    }))
}

/// Keeps the proposal. `seen` is the version the person saw, 0 when no run was the proposal yet.
pub async fn save(
    tx: &mut Tx,
    (kraj_round, run): (Uuid, Uuid),
    decision: &Decision,
    seen: i64,
    (by, at): (&str, DateTime<Utc>),
) -> Result<(), StoreError> {
    let document = serde_json::to_value(decision)?;
    let done = if seen == 0 {
        sqlx::query!(
            "insert into decision (kraj_round_id, kraj_code, run_id, document, updated_at, updated_by) values ($1, app.kraj(), $2, $3, $4, $5)
             on conflict (kraj_round_id) do nothing",
            kraj_round,
            run,
            document,
            at,
            by
        )
        .execute(&mut **tx)
        .await?
    } else {
        sqlx::query!(
            "update decision set run_id = $2, document = $3, updated_at = $4, updated_by = $5, row_version = row_version + 1
             where kraj_round_id = $1 and row_version = $6",
            kraj_round,
            run,
            document,
            at,
            by,
            seen
        )
        .execute(&mut **tx)
        .await?
    };
    if done.rows_affected() == 1 { Ok(()) } else { Err(StoreError::Stale { seen, found: seen + 1 }) }
}
