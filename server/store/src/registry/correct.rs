//! What the registering authority enters itself. A corrected record is not overwritten by imports any more; they list how they differ.

use super::detail::{ServiceKey, service};
use super::search::AsOf;
use crate::{StoreError, Tx, audit, new_id};
use chrono::{DateTime, NaiveDate, Utc};
use serde_json::json;
use uuid::Uuid;

/// Sets the registering authority of a provider, as MPSV does where it is not known; no import changes it again.
pub async fn set_registrar(
    tx: &mut Tx,
    provider: Uuid,
    organisation: Uuid,
    seen: i64,
    reason: &str,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let before = sqlx::query!("select registrar_id, row_version from provider where id = $1 for update", provider)
        .fetch_optional(&mut **tx)
        .await?
        .ok_or(StoreError::NotFound)?;
    if before.row_version != seen {
        return Err(StoreError::Stale { seen, found: before.row_version });
    }
    let done = sqlx::query!(
        "update provider set registrar_id = $2, registrar_source = 'set', row_version = row_version + 1 where id = $1",
        provider,
        organisation
    )
    .execute(&mut **tx)
    .await?;
    if done.rows_affected() != 1 {
        return Err(StoreError::NotFound);
    }
    let content = json!({ "before": before.registrar_id, "after": organisation, "reason": reason, "at": at });
    tx.audit(audit::Record::done("registry.provider.set_registrar", "provider", provider, content));
    Ok(())
}

/// Enters or corrects the identifikátor of a service from `today` on: seven digits, which the caller checked.
pub async fn set_identifikator(
    tx: &mut Tx,
    id: Uuid,
    identifikator: &str,
    seen: i64,
    today: NaiveDate,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let found = sqlx::query_scalar!("select row_version from service where id = $1 for update", id)
        .fetch_optional(&mut **tx)
        .await?
        .ok_or(StoreError::NotFound)?;
    if found != seen {
        return Err(StoreError::Stale { seen, found });
    }
    let before = service(tx, ServiceKey::Id(id), AsOf::Today(today)).await?;
    let new = new_id();
    let touched = sqlx::query!("update service set row_version = row_version + 1 where id = $1", id).execute(&mut **tx).await?;
    // A version that begins today or later would not have held a day: it is superseded, not closed.
    let ended = sqlx::query!(
        "update service_version set valid = case when lower(valid) < $2 then daterange(lower(valid), $2) else valid end,
           superseded_at = case when lower(valid) < $2 then null else $3::timestamptz end
         where id = $1",
        before.version,
        today,
        at
    )
    .execute(&mut **tx)
    .await?;
    if touched.rows_affected() != 1 || ended.rows_affected() != 1 {
        return Err(StoreError::NotFound);
    }
    sqlx::query!(
        r#"insert into service_version (id, service_id, provider_id, valid, recorded_at, source, identifikator, provided_from, provided_to, kind, forms,
             groups, kraje, okresy, obce, capacities, provider_name, facility_name, place, address_line, facilities, search_text)
           select $2, service_id, provider_id, daterange(case when superseded_at is null then $4 else lower(valid) end, null), $5, 'registrar', $3,
             provided_from, provided_to, kind, forms, groups, kraje, okresy, obce, capacities, provider_name, facility_name, place, address_line,
             facilities, $3 || E'\n' || search_text
           from service_version where id = $1"#,
        before.version,
        new,
        identifikator,
        today,
        at
    )
    .execute(&mut **tx)
    .await?;
    let changes = json!([{ "field": "identifikátor", "before": before.facts.identifikator, "after": identifikator }]);
    sqlx::query!(
        "insert into service_document (version_id, facts, changes)
         select $2, facts || jsonb_build_object('identifikator', $3::text), $4 from service_document where version_id = $1",
        before.version,
        new,
        identifikator,
        changes
    )
    .execute(&mut **tx)
    .await?;
    sqlx::query!(
        "insert into service_private (version_id, service_id, data) select $2, service_id, data from service_private where version_id = $1",
        before.version,
        new
    )
    .execute(&mut **tx)
    .await?;
    tx.audit(audit::Record::done("registry.service.set_identifikator", "service", id, changes));
    Ok(())
}
