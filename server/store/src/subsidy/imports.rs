//! Applications that a kraj loads from a file: what was read waits here, and becomes parts by a second command.

use crate::{StoreError, Tx, new_id};
use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    codelists::{Form, Kraj},
    ico::Ico,
    subsidy::application::{Applicant, Part, ServiceFacts},
};
use serde_json::json;
use sqlx::types::Json;
use std::collections::BTreeMap;
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

/// Services with these identifikátory as the register has them on a day, by identifikátor (digits without leading zeros).
pub async fn registered(tx: &mut Tx, identifikatory: &[String], on: NaiveDate) -> Result<BTreeMap<String, Vec<Registered>>, StoreError> {
    let rows = sqlx::query!(
        r#"select v.service_id, v.provider_id, v.identifikator as "identifikator!", v.provided_from, v.provided_to, v.forms, v.kraje,
                  coalesce(v.facility_name, v.provider_name) as "name!", k.name as "kind?", k.data ->> 'paragraf' as paragraph,
                  p.name as provider_name, p.ico, o.kraj_code as "registrar?"
           from service_version v join provider p on p.id = v.provider_id
           left join codelist_row k on k.list = 'druhy' and (k.key = v.kind or k.code = v.kind) and k.valid @> $2::date
           left join organisation o on o.id = p.registrar_id
           where ltrim(v.identifikator, '0') = any($1) and v.superseded_at is null and v.valid @> $2::date"#,
        identifikatory,
        on
    )
    .fetch_all(&mut **tx)
    .await?;
    let kraj = |code: &str| code.rsplit('/').next().and_then(|code| code.parse().ok()).and_then(|code| Kraj::of_code(code).ok());
    let mut found: BTreeMap<String, Vec<Registered>> = BTreeMap::new();
    for row in rows {
        let facts = ServiceFacts {
            service: row.service_id.to_string(),
            identifier: Some(row.identifikator.clone()),
            name: row.name,
            paragraph: row.paragraph.as_deref().and_then(|p| p.split_whitespace().next()).unwrap_or_default().to_owned(),
            kind: row.kind.unwrap_or_default(),
            forms: row.forms.iter().filter_map(|form| Form::of_key(form)).collect(),
            from: row.provided_from,
            to: row.provided_to,
            registering: row.registrar.as_deref().and_then(kraj),
            area: row.kraje.iter().filter_map(|code| kraj(code)).collect(),
            registered: BTreeMap::new(),
        };
        let applicant = Applicant { name: row.provider_name, ico: row.ico.and_then(|ico| Ico::parse(&ico).ok()), ..Applicant::default() };
        let key = row.identifikator.trim_start_matches('0').to_owned();
        found.entry(key).or_default().push(Registered { service_id: row.service_id, provider_id: row.provider_id, facts, applicant });
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
