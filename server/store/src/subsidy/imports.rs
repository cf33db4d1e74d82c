//! Applications that a kraj loads from a file: what was read waits here, and becomes parts by a second command.

use super::applications::register;
use crate::{StoreError, Tx, new_id};
use chrono::{DateTime, NaiveDate, Utc};
use domain::subsidy::application::{Applicant, Part, ServiceFacts};
use serde_json::json;
use sqlx::types::Json;
use std::collections::{BTreeMap, btree_map::Entry};
use uuid::Uuid;

/// A file that waits.
#[derive(Debug, Clone)]
pub struct Import {
    /// Its key.
    pub id: Uuid,
    /// The kraj's round.
    pub kraj_round_id: Uuid,
    /// Name of the file, or words for a pasted text.
    pub file_name: String,
    /// The text.
    pub content: String,
    /// When it came.
    pub created_at: DateTime<Utc>,
    /// When it became parts.
    pub done_at: Option<DateTime<Utc>>,
}

/// Keeps a text for its dry run.
pub async fn keep(
    tx: &mut Tx,
    kraj_round: Uuid,
    file_name: &str,
    content: &str,
    (by, at): (&str, DateTime<Utc>),
) -> Result<Uuid, StoreError> {
    let id = new_id();
    sqlx::query!(
        "insert into application_import (id, kraj_round_id, kraj_code, file_name, content, created_at, created_by) values ($1, $2, app.kraj(), $3, $4, $5, $6)",
        id,
        kraj_round,
        file_name,
        content,
        at,
        by
    )
    .execute(&mut **tx)
    .await?;
    Ok(id)
}

/// A file that waits, by its key.
pub async fn import(tx: &mut Tx, id: Uuid) -> Result<Import, StoreError> {
    sqlx::query_as!(Import, "select id, kraj_round_id, file_name, content, created_at, done_at from application_import where id = $1", id)
        .fetch_optional(&mut **tx)
        .await?
        .ok_or(StoreError::NotFound)
}

/// Notes that the file became parts.
pub async fn mark_done(tx: &mut Tx, id: Uuid, at: DateTime<Utc>) -> Result<(), StoreError> {
    sqlx::query!("update application_import set done_at = $2 where id = $1 and done_at is null", id, at).execute(&mut **tx).await?;
    Ok(())
}

/// A service of the register that a file names, with its provider.
#[derive(Debug, Clone)]
pub struct Registered {
    /// The service.
    pub service_id: Uuid,
    /// The provider.
    pub provider_id: Uuid,
    /// The service as an application copies it.
    pub facts: ServiceFacts,
    /// The provider as an application copies it.
    pub applicant: Applicant,
}

/// Services with these identifikátory as the register has them on a day (one that starts later as it will start), by identifikátor (digits
/// without leading zeros). Service and provider are copied by the functions that copy them for a form, so that both ways say the same.
pub async fn registered(tx: &mut Tx, identifikatory: &[String], on: NaiveDate) -> Result<BTreeMap<String, Vec<Registered>>, StoreError> {
    let rows = sqlx::query!(
        r#"select distinct on (s.id) s.id, s.provider_id, ltrim(v.identifikator, '0') as "key!"
           from service_version v join service s on s.id = v.service_id
           where ltrim(v.identifikator, '0') = any ($1) and v.superseded_at is null and (v.valid @> $2::date or lower(v.valid) > $2::date)
           order by s.id, v.valid @> $2::date desc, lower(v.valid)"#,
        identifikatory,
        on
    )
    .fetch_all(&mut **tx)
    .await?;
    let mut providers: BTreeMap<Uuid, (Applicant, BTreeMap<String, ServiceFacts>)> = BTreeMap::new();
    let mut found: BTreeMap<String, Vec<Registered>> = BTreeMap::new();
    for row in rows {
        let (applicant, services) = match providers.entry(row.provider_id) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => {
                let applicant = register::applicant(tx, row.provider_id, on).await?.unwrap_or_default();
                new.insert((applicant, register::services(tx, row.provider_id, on).await?))
            }
        };
        let Some(facts) = services.get(&row.id.to_string()) else { continue };
        let registered =
            Registered { service_id: row.id, provider_id: row.provider_id, facts: facts.clone(), applicant: applicant.clone() };
        found.entry(row.key).or_default().push(registered);
    }
    Ok(found)
}

/// A live part of an applicant, as an import has to compare it.
#[derive(Debug, Clone)]
pub struct LivePart {
    /// Its key.
    pub id: Uuid,
    /// `form` or `csv`.
    pub source: String,
    /// What it says.
    pub document: Json<Part>,
    /// Somebody began its formal check or an assessment.
    pub touched: bool,
}

/// The live parts of a round by applicant.
pub async fn live_parts(tx: &mut Tx, kraj_round: Uuid) -> Result<BTreeMap<Uuid, LivePart>, StoreError> {
    let rows = sqlx::query!(
        r#"select p.id, p.provider_id, p.source, p.document as "document: Json<Part>",
                  exists (select from formal_check f where f.part_id = p.id)
                  or exists (select from part_service s join assessment a on a.part_service_id = s.id where s.part_id = p.id) as "touched!"
           from application_part p where p.kraj_round_id = $1 and p.withdrawn_at is null"#,
        kraj_round
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| (r.provider_id, LivePart { id: r.id, source: r.source, document: r.document, touched: r.touched }))
        .collect())
}

/// Takes a part of a file back, because a newer file says something else.
pub async fn withdraw(tx: &mut Tx, part: Uuid, at: DateTime<Utc>) -> Result<(), StoreError> {
    let done =
        sqlx::query!("update application_part set withdrawn_at = $2 where id = $1 and source = 'csv' and withdrawn_at is null", part, at)
            .execute(&mut **tx)
            .await?;
    if done.rows_affected() == 1 { Ok(()) } else { Err(StoreError::NotFound) }
}

/// Writes a part that came from a file.
pub async fn insert(
    tx: &mut Tx,
    kraj_round: Uuid,
    provider: Uuid,
    reference: &str,
    part: &Part,
    (by, at): (&str, DateTime<Utc>),
) -> Result<Uuid, StoreError> {
    let id = new_id();
    let crowns = |amount: domain::subsidy::amount::Crowns| i64::try_from(amount.get()).unwrap_or(i64::MAX);
    let request: i64 = part.services.iter().map(|s| crowns(s.request)).sum();
    sqlx::query!(
        "insert into application_part (id, kraj_round_id, kraj_code, provider_id, source, reference, submitted_at, document, declaration, request)
         values ($1, $2, app.kraj(), $3, 'csv', $4, $5, $6, $7, $8)",
        id,
        kraj_round,
        provider,
        reference,
        at,
        serde_json::to_value(part)?,
        json!({ "by": by, "text": "Načteno krajem ze souboru." }),
        request
    )
    .execute(&mut **tx)
    .await?;
    for service in &part.services {
        let Ok(service_id) = service.facts.service.parse::<Uuid>() else { return Err(StoreError::NotFound) };
        sqlx::query!(
            "insert into part_service (id, part_id, kraj_round_id, kraj_code, provider_id, service_id, identifikator, name, paragraph, request, document)
             values ($1, $2, $3, app.kraj(), $4, $5, $6, $7, $8, $9, $10)",
            new_id(),
            id,
            kraj_round,
            provider,
            service_id,
            service.facts.identifier.clone().unwrap_or_default(),
            service.name,
            service.facts.paragraph,
            crowns(service.request),
            serde_json::to_value(service)?
        )
        .execute(&mut **tx)
        .await?;
    }
    Ok(id)
}
