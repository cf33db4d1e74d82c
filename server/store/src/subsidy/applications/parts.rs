//! The frozen parts that the kraje get at submission.

use super::{Stored, windows::of_code};
use crate::{StoreError, Tx, new_id};
use chrono::{DateTime, Utc};
use domain::{
    codelists::Kraj,
    subsidy::{
        amount::Crowns,
        application::{Part, Submitted},
    },
};
use sqlx::types::Json;
use uuid::Uuid;

/// A part that a kraj got.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartRow {
    /// The kraj.
    pub kraj: Kraj,
    /// Its number.
    pub reference: String,
    /// What is requested of it.
    pub request: Crowns,
    /// When it was submitted.
    pub submitted_at: DateTime<Utc>,
    /// When it was taken back.
    pub withdrawn_at: Option<DateTime<Utc>>,
}

fn bigint(amount: Crowns) -> i64 {
    i64::try_from(amount.get()).unwrap_or(i64::MAX)
}

fn crowns(amount: i64) -> Crowns {
    Crowns::new(u64::try_from(amount).unwrap_or_default())
}

/// The number of a submission: year, round, key of the applicant, and from the second one on which it is: `A-2027-1-63504260`.
pub async fn reference(tx: &mut Tx, application: &Stored) -> Result<String, StoreError> {
    let before = sqlx::query_scalar!(
        r#"select count(*) as "count!" from application_event where application_id = $1 and kind = 'submitted'"#,
        application.id
    )
    .fetch_one(&mut **tx)
    .await?;
    let ico = application.state.application().applicant.ico.as_ref().map(ToString::to_string);
    let applicant = ico.unwrap_or_else(|| application.provider.simple().to_string().chars().rev().take(8).collect());
    let base = format!("A-{}-{}-{applicant}", application.round.year, application.round.number);
    Ok(if before == 0 { base } else { format!("{base}-{}", before + 1) })
}

/// Writes the part of every asked kraj with its services. `reference` is that of the submission; a part adds the code of its kraj.
pub async fn submit(tx: &mut Tx, application: &Stored, submitted: &Submitted, reference: &str) -> Result<(), StoreError> {
    for part in &submitted.parts {
        let code = part.kraj.code().to_string();
        let kraj_round =
            sqlx::query_scalar!("select id from kraj_round where round_id = $1 and kraj_code = $2", application.round.id, code)
                .fetch_optional(&mut **tx)
                .await?
                .ok_or(StoreError::NotFound)?;
        let id = new_id();
        let request: Crowns = part.services.iter().map(|service| service.request).sum();
        sqlx::query!(
            "insert into application_part (id, kraj_round_id, kraj_code, provider_id, application_id, source, reference, submitted_at, document,
                                           declaration, request)
             values ($1, $2, $3, $4, $5, 'form', $6, $7, $8, $9, $10)",
            id,
            kraj_round,
            code,
            application.provider,
            application.id,
            format!("{reference}/{code}"),
            submitted.submitted_at,
            Json(part) as _,
            Json(&submitted.declaration) as _,
            bigint(request)
        )
        .execute(&mut **tx)
        .await?;
        services(tx, application, part, (id, kraj_round, &code)).await?;
    }
    Ok(())
}

async fn services(tx: &mut Tx, application: &Stored, part: &Part, (id, kraj_round, code): (Uuid, Uuid, &str)) -> Result<(), StoreError> {
    for service in &part.services {
        let key: Uuid = service.facts.service.parse().map_err(|_| StoreError::NotFound)?;
        sqlx::query!(
            "insert into part_service (id, part_id, kraj_round_id, kraj_code, provider_id, service_id, identifikator, name, paragraph, request, document)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
            new_id(),
            id,
            kraj_round,
            code,
            application.provider,
            key,
            service.facts.identifier.as_deref().unwrap_or_default(),
            service.name,
            service.facts.paragraph,
            bigint(service.request),
            Json(service) as _
        )
        .execute(&mut **tx)
        .await?;
    }
    Ok(())
}

/// Marks the parts of an application as taken back; gives how many.
pub async fn withdraw(tx: &mut Tx, application: Uuid, at: DateTime<Utc>) -> Result<u64, StoreError> {
    let done =
        sqlx::query!("update application_part set withdrawn_at = $2 where application_id = $1 and withdrawn_at is null", application, at)
            .execute(&mut **tx)
            .await?;
    Ok(done.rows_affected())
}

/// The parts of an application, newest submission first, lower kraje first.
pub async fn of_application(tx: &mut Tx, application: Uuid) -> Result<Vec<PartRow>, StoreError> {
    let rows = sqlx::query!(
        "select kraj_code, reference, request, submitted_at, withdrawn_at from application_part where application_id = $1
         order by submitted_at desc, kraj_code::integer",
        application
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows
        .into_iter()
        .filter_map(|row| {
            Some(PartRow {
                kraj: of_code(&row.kraj_code)?,
                reference: row.reference,
                request: crowns(row.request),
                submitted_at: row.submitted_at,
                withdrawn_at: row.withdrawn_at,
            })
        })
        .collect())
}
