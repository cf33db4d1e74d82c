//! Awards (přiznaná dotace): written when the last step of decision closes, seen by everybody once they are published.

use crate::{StoreError, Tx};
use chrono::{DateTime, Utc};
use domain::subsidy::{assessment::Assessment, award::AwardExplanation};
use sqlx::types::Json;
use uuid::Uuid;

/// An award in a table.
#[derive(Debug, Clone)]
pub struct AwardRow {
    /// Key of the service in its part.
    pub id: Uuid,
    /// The provider.
    pub provider_id: Uuid,
    /// Name of the provider.
    pub provider_name: String,
    /// IČO of the provider.
    pub ico: Option<String>,
    /// The service in the register.
    pub service_id: Uuid,
    /// Identifikátor.
    pub identifikator: String,
    /// Name in the application.
    pub name: String,
    /// Paragraph without the sign.
    pub paragraph: String,
    /// Request via this kraj, whole crowns.
    pub request: i64,
    /// What was awarded, whole crowns.
    pub amount: i64,
    /// When it was published.
    pub published_at: Option<DateTime<Utc>>,
}

/// The awards of a kraj's round that the actor may see, by names of providers and services.
pub async fn awards(tx: &mut Tx, kraj_round: Uuid) -> Result<Vec<AwardRow>, StoreError> {
    Ok(sqlx::query_as!(
        AwardRow,
        "select a.part_service_id as id, a.provider_id, p.name as provider_name, p.ico, a.service_id, a.identifikator, a.name, a.paragraph, a.request,
                a.amount, a.published_at
         from award a join provider p on p.id = a.provider_id
         where a.kraj_round_id = $1
         order by p.name collate cs, a.name collate cs, a.identifikator",
        kraj_round
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// An award that the last step makes.
#[derive(Debug, Clone)]
pub struct NewAward<'a> {
    /// Key of the service in its part.
    pub part_service: Uuid,
    /// What is awarded, whole crowns.
    pub amount: i64,
    /// Its assessment.
    pub assessment: &'a Assessment,
    /// What explains it.
    pub explanation: &'a AwardExplanation,
}

/// Writes the award of a service of the actor's kraj with what explains it. An award that is there already is a fault of the caller.
pub async fn add(tx: &mut Tx, award: NewAward<'_>) -> Result<(), StoreError> {
    let done = sqlx::query!(
        "insert into award (part_service_id, kraj_round_id, kraj_code, provider_id, service_id, identifikator, name, paragraph, request, amount)
         select s.id, s.kraj_round_id, s.kraj_code, s.provider_id, s.service_id, s.identifikator, s.name, s.paragraph, s.request, $2
         from part_service s where s.id = $1 and s.kraj_code = app.kraj()",
        award.part_service,
        award.amount
    )
    .execute(&mut **tx)
    .await?;
    if done.rows_affected() != 1 {
        return Err(StoreError::NotFound);
    }
    sqlx::query!(
        "insert into award_detail (part_service_id, kraj_code, provider_id, assessment, explanation)
         select s.id, s.kraj_code, s.provider_id, $2, $3 from part_service s where s.id = $1",
        award.part_service,
        serde_json::to_value(award.assessment)?,
        serde_json::to_value(award.explanation)?
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Publishes the results of a kraj's round; nothing of it changes afterwards. Gives how many awards were published, nothing when they were
/// published before.
pub async fn publish(tx: &mut Tx, kraj_round: Uuid, seen: i64, at: DateTime<Utc>) -> Result<Option<u64>, StoreError> {
    let row = sqlx::query!(
        "select results_published_at, row_version from kraj_round where id = $1 and kraj_code = app.kraj() for update",
        kraj_round
    )
    .fetch_optional(&mut **tx)
    .await?
    .ok_or(StoreError::NotFound)?;
    if row.results_published_at.is_some() {
        return Ok(None);
    }
    if row.row_version != seen {
        return Err(StoreError::Stale { seen, found: row.row_version });
    }
    sqlx::query!("update kraj_round set results_published_at = $2, row_version = row_version + 1 where id = $1", kraj_round, at)
        .execute(&mut **tx)
        .await?;
    let done = sqlx::query!("update award set published_at = $2 where kraj_round_id = $1 and kraj_code = app.kraj()", kraj_round, at)
        .execute(&mut **tx)
        .await?;
    sqlx::query!(
        "update award_detail set published_at = $2
         where kraj_code = app.kraj() and part_service_id in (select part_service_id from award where kraj_round_id = $1)",
        kraj_round,
        at
    )
    .execute(&mut **tx)
    .await?;
    Ok(Some(done.rows_affected()))
}

/// An award of a provider, with the round it belongs to.
#[derive(Debug, Clone)]
pub struct OwnAward {
    /// Key of the service in its part.
    pub id: Uuid,
    /// The subsidy year.
    pub year: i32,
    /// Number of the round.
    pub number: i32,
    /// Name of the round.
    pub label: String,
    /// RÚIAN code of the kraj.
    pub kraj_code: String,
    /// Name of the kraj.
    pub kraj_name: String,
    /// The service in the register.
    pub service_id: Uuid,
    /// Identifikátor.
    pub identifikator: String,
    /// Name in the application.
    pub name: String,
    /// Paragraph without the sign.
    pub paragraph: String,
    /// Request via this kraj, whole crowns.
    pub request: i64,
    /// What was awarded, whole crowns.
    pub amount: i64,
    /// When it was published.
    pub published_at: DateTime<Utc>,
    /// The assessment that it rests on.
    pub assessment: Option<Json<Assessment>>,
    /// How the amount came about.
    pub explanation: Option<Json<AwardExplanation>>,
}

/// The published awards of a provider, newest year first.
pub async fn of_provider(tx: &mut Tx, provider: Uuid) -> Result<Vec<OwnAward>, StoreError> {
    Ok(sqlx::query_as!(
        OwnAward,
        r#"select a.part_service_id as id, r.year, r.number, r.label, a.kraj_code, o.name as kraj_name, a.service_id, a.identifikator, a.name, a.paragraph, a.request,
                  a.amount, a.published_at as "published_at!", d.assessment as "assessment?: Json<Assessment>",
                  d.explanation as "explanation?: Json<AwardExplanation>"
           from award a join kraj_round k on k.id = a.kraj_round_id join subsidy_round r on r.id = k.round_id
           join organisation o on o.id = k.organisation_id left join award_detail d on d.part_service_id = a.part_service_id
           where a.provider_id = $1 and a.published_at is not null
           order by r.year desc, r.number desc, o.name collate cs, a.name collate cs, a.identifikator"#,
        provider
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// What explains an award, for its provider after publication and for its kraj.
#[derive(Debug, Clone)]
pub struct Detail {
    /// The award.
    pub award: AwardHead,
    /// The explanation.
    pub explanation: AwardExplanation,
    /// The assessment.
    pub assessment: Assessment,
}

/// The head of an award.
#[derive(Debug, Clone)]
pub struct AwardHead {
    /// The kraj's round.
    pub kraj_round_id: Uuid,
    /// The service in the register.
    pub service_id: Uuid,
    /// Identifikátor.
    pub identifikator: String,
    /// Name in the application.
    pub name: String,
    /// When it was published.
    pub published_at: Option<DateTime<Utc>>,
}

/// The award of a service of a part with what explains it, if there is one that the actor may see.
pub async fn detail(tx: &mut Tx, part_service: Uuid) -> Result<Option<Detail>, StoreError> {
    let row = sqlx::query!(
        r#"select a.kraj_round_id, a.service_id, a.identifikator, a.name, a.published_at, d.explanation as "explanation: Json<AwardExplanation>",
                  d.assessment as "assessment: Json<Assessment>"
           from award a join award_detail d on d.part_service_id = a.part_service_id where a.part_service_id = $1"#,
        part_service
    )
    .fetch_optional(&mut **tx)
    .await?;
    Ok(row.map(|row| Detail {
        award: AwardHead {
            kraj_round_id: row.kraj_round_id,
            service_id: row.service_id,
            identifikator: row.identifikator,
            name: row.name,
            published_at: row.published_at,
        },
        explanation: row.explanation.0,
        assessment: row.assessment.0,
    }))
}

/// A sum of awards in a year.
#[derive(Debug, Clone)]
pub struct YearSum {
    /// The subsidy year.
    pub year: i32,
    /// Whole crowns, all rounds.
    pub amount: i64,
}

/// What a service got from a kraj in the years before, oldest first.
pub async fn years_before(tx: &mut Tx, service: Uuid, kraj: &str, year: i32) -> Result<Vec<YearSum>, StoreError> {
    Ok(sqlx::query_as!(
        YearSum,
        r#"select r.year, sum(a.amount)::bigint as "amount!" from award a
           join kraj_round k on k.id = a.kraj_round_id join subsidy_round r on r.id = k.round_id
           where a.service_id = $1 and a.kraj_code = $2 and r.year < $3 and r.year > $3 - 6 and a.published_at is not null
           group by r.year order by r.year"#,
        service,
        kraj,
        year
    )
    .fetch_all(&mut **tx)
    .await?)
}
