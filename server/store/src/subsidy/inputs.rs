//! Columns that a kraj fills itself: values of the scheme's inputs that no field of an application, an assessment or the register gives.

use crate::{StoreError, Tx};
use chrono::{DateTime, Utc};
use sqlx::types::Json;
use std::collections::BTreeMap;
use uuid::Uuid;

/// Typed values by name of the input, as text.
pub type Cells = BTreeMap<String, String>;

/// The cells of a service.
#[derive(Debug, Clone)]
pub struct InputRow {
    /// The service in its part.
    pub part_service_id: Uuid,
    /// Its cells.
    pub cells: Json<Cells>,
    /// Version, 0 when there are none yet.
    pub row_version: i64,
}

/// The filled cells of a kraj's round, by service.
pub async fn inputs(tx: &mut Tx, kraj_round: Uuid) -> Result<BTreeMap<Uuid, InputRow>, StoreError> {
    let rows = sqlx::query_as!(
        InputRow,
        r#"select part_service_id, cells as "cells: Json<Cells>", row_version from service_input where kraj_round_id = $1"#,
        kraj_round
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.into_iter().map(|row| (row.part_service_id, row)).collect())
}

/// Keeps the cells of a service. `seen` is the version the person saw, 0 for the first.
pub async fn save(
    tx: &mut Tx,
    (service, kraj_round): (Uuid, Uuid),
    cells: &Cells,
    seen: i64,
    (by, at): (&str, DateTime<Utc>),
) -> Result<(), StoreError> {
    let cells = serde_json::to_value(cells)?;
    let done = if seen == 0 {
        sqlx::query!(
            "insert into service_input (part_service_id, kraj_round_id, kraj_code, cells, updated_at, updated_by) values ($1, $2, app.kraj(), $3, $4, $5)
             on conflict (part_service_id) do nothing",
            service,
            kraj_round,
            cells,
            at,
            by
        )
        .execute(&mut **tx)
        .await?
    } else {
        sqlx::query!(
            "update service_input set cells = $2, updated_at = $3, updated_by = $4, row_version = row_version + 1
             where part_service_id = $1 and row_version = $5",
            service,
            cells,
            at,
            by,
            seen
        )
        .execute(&mut **tx)
        .await?
    };
    if done.rows_affected() == 1 { Ok(()) } else { Err(StoreError::Stale { seen, found: seen + 1 }) }
}
