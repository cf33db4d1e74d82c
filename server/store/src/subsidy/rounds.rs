//! Years and rounds of the MPSV, and what each kraj sets for its part of a round.

use crate::{StoreError, Tx, new_id};
use chrono::{DateTime, NaiveDate, Utc};
use domain::subsidy::{assessment::FormalItem, window::Window};
use serde_json::Value;
use sqlx::types::Json;
use uuid::Uuid;

/// A round that the MPSV opened.
#[derive(Debug, Clone)]
pub struct Round {
    /// Its key.
    pub id: Uuid,
    /// The subsidy year.
    pub year: i32,
    /// Number within the year.
    pub number: i32,
    /// Name, e.g. `Program A, 1. kolo`.
    pub label: String,
}

/// A kraj's part of a round.
#[derive(Debug, Clone)]
pub struct KrajRound {
    /// Its key.
    pub id: Uuid,
    /// The round.
    pub round_id: Uuid,
    /// The subsidy year.
    pub year: i32,
    /// Number of the round.
    pub number: i32,
    /// Name of the round.
    pub label: String,
    /// RÚIAN code of the kraj.
    pub kraj_code: String,
    /// Name of the kraj.
    pub organisation_name: String,
    /// First instant that is in the window.
    pub opens_at: DateTime<Utc>,
    /// First instant that is out of it.
    pub closes_at: DateTime<Utc>,
    /// Purpose of the subsidy, printed on the application.
    pub purpose: String,
    /// First day of the planned period.
    pub period_from: NaiveDate,
    /// Last day of it.
    pub period_to: NaiveDate,
    /// Money of the kraj for the round, whole crowns.
    pub allocation: i64,
    /// The chosen version of a calculation scheme.
    pub scheme_version_id: Option<Uuid>,
    /// Names of the steps of decision, in order.
    pub chain: Json<Vec<String>>,
    /// The list of the formal check.
    pub formal_items: Json<Vec<FormalItem>>,
    /// When the window was published; applicants see it from then on.
    pub window_published_at: Option<DateTime<Utc>>,
    /// When the results were published; nothing changes afterwards.
    pub results_published_at: Option<DateTime<Utc>>,
    /// Version for a change.
    pub row_version: i64,
}

impl KrajRound {
    /// The window; none when what is stored is no window, which the database does not let in.
    pub fn window(&self) -> Option<Window> {
        Window::new(self.opens_at, self.closes_at).ok()
    }
}

/// What a kraj sets.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The window.
    pub window: Window,
    /// Purpose.
    pub purpose: String,
    /// Planned period, both days in.
    pub period: (NaiveDate, NaiveDate),
    /// Whole crowns.
    pub allocation: i64,
    /// Chosen scheme.
    pub scheme_version_id: Option<Uuid>,
    /// Steps of decision.
    pub chain: Vec<String>,
    /// List of the formal check.
    pub formal_items: Vec<FormalItem>,
}

/// The subsidy years, newest first.
pub async fn years(tx: &mut Tx) -> Result<Vec<i32>, StoreError> {
    Ok(sqlx::query_scalar!("select year from subsidy_year order by year desc").fetch_all(&mut **tx).await?)
}

/// Opens a year; false when it is open already.
pub async fn open_year(tx: &mut Tx, year: i32, at: DateTime<Utc>) -> Result<bool, StoreError> {
    let done = sqlx::query!("insert into subsidy_year (year, opened_at) values ($1, $2) on conflict do nothing", year, at)
        .execute(&mut **tx)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// All rounds, newest year first, in the order of their numbers.
pub async fn rounds(tx: &mut Tx) -> Result<Vec<Round>, StoreError> {
    Ok(sqlx::query_as!(Round, "select id, year, number, label from subsidy_round order by year desc, number").fetch_all(&mut **tx).await?)
}

/// A round by year and number.
pub async fn round(tx: &mut Tx, year: i32, number: i32) -> Result<Round, StoreError> {
    sqlx::query_as!(Round, "select id, year, number, label from subsidy_round where year = $1 and number = $2", year, number)
        .fetch_optional(&mut **tx)
        .await?
        .ok_or(StoreError::NotFound)
}

/// Makes the next round of a year, or says that the number is taken.
pub async fn create_round(tx: &mut Tx, year: i32, number: i32, label: &str, at: DateTime<Utc>) -> Result<Option<Uuid>, StoreError> {
    let id = new_id();
    let done = sqlx::query!(
        "insert into subsidy_round (id, year, number, label, created_at) values ($1, $2, $3, $4, $5) on conflict (year, number) do nothing",
        id,
        year,
        number,
        label,
        at
    )
    .execute(&mut **tx)
    .await?;
    Ok((done.rows_affected() == 1).then_some(id))
}

async fn select(tx: &mut Tx, id: Option<Uuid>, round: Option<Uuid>, kraj: Option<&str>) -> Result<Vec<KrajRound>, StoreError> {
    Ok(sqlx::query_as!(
        KrajRound,
        r#"select k.id, k.round_id, r.year, r.number, r.label, k.kraj_code, o.name as organisation_name, k.opens_at, k.closes_at, k.purpose,
                  k.period_from, k.period_to, k.allocation, k.scheme_version_id, k.chain as "chain: Json<Vec<String>>",
                  k.formal_items as "formal_items: Json<Vec<FormalItem>>", k.window_published_at, k.results_published_at, k.row_version
           from kraj_round k join subsidy_round r on r.id = k.round_id join organisation o on o.id = k.organisation_id
           where (k.id = $1 or $1 is null) and (k.round_id = $2 or $2 is null) and (k.kraj_code = $3 or $3 is null)
           order by r.year desc, r.number, o.name collate cs"#,
        id,
        round,
        kraj
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// A kraj's part of a round by its key, if the actor may see it.
pub async fn kraj_round(tx: &mut Tx, id: Uuid) -> Result<KrajRound, StoreError> {
    select(tx, Some(id), None, None).await?.pop().ok_or(StoreError::NotFound)
}

/// What a kraj set for a round.
pub async fn kraj_round_of(tx: &mut Tx, round: Uuid, kraj: &str) -> Result<Option<KrajRound>, StoreError> {
    Ok(select(tx, None, Some(round), Some(kraj)).await?.pop())
}

/// What the kraje set for a round, as far as the actor may see it.
pub async fn kraj_rounds(tx: &mut Tx, round: Uuid) -> Result<Vec<KrajRound>, StoreError> {
    select(tx, None, Some(round), None).await
}

/// What one kraj set for all its rounds, newest year first.
pub async fn rounds_of_kraj(tx: &mut Tx, kraj: &str) -> Result<Vec<KrajRound>, StoreError> {
    select(tx, None, None, Some(kraj)).await
}

/// Keeps what a kraj set. `seen` is the version the person saw, 0 when nothing was set yet.
pub async fn save_settings(tx: &mut Tx, round: Uuid, settings: &Settings, seen: i64, at: DateTime<Utc>) -> Result<Uuid, StoreError> {
    let s = settings;
    if seen == 0 {
        let id = new_id();
        let done = sqlx::query!(
            "insert into kraj_round (id, round_id, organisation_id, kraj_code, opens_at, closes_at, purpose, period_from, period_to, allocation,
               scheme_version_id, chain, formal_items, created_at)
             values ($1, $2, app.org(), app.kraj(), $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) on conflict (round_id, kraj_code) do nothing",
            id,
            round,
            s.window.opens(),
            s.window.closes(),
            s.purpose,
            s.period.0,
            s.period.1,
            s.allocation,
            s.scheme_version_id,
            serde_json::to_value(&s.chain)?,
            serde_json::to_value(&s.formal_items)?,
            at
        )
        .execute(&mut **tx)
        .await?;
        return if done.rows_affected() == 1 { Ok(id) } else { Err(StoreError::Stale { seen, found: 1 }) };
    }
    let id = sqlx::query_scalar!(
        "update kraj_round set opens_at = $3, closes_at = $4, purpose = $5, period_from = $6, period_to = $7, allocation = $8,
           scheme_version_id = $9, chain = $10, formal_items = $11, row_version = row_version + 1
         where round_id = $1 and kraj_code = app.kraj() and row_version = $2 returning id",
        round,
        seen,
        s.window.opens(),
        s.window.closes(),
        s.purpose,
        s.period.0,
        s.period.1,
        s.allocation,
        s.scheme_version_id,
        serde_json::to_value(&s.chain)?,
        serde_json::to_value(&s.formal_items)?
    )
    .fetch_optional(&mut **tx)
    .await?;
    id.ok_or(StoreError::Stale { seen, found: seen + 1 })
}

/// Publishes the window: from now on applicants see it. False when it is published already.
pub async fn publish_window(tx: &mut Tx, id: Uuid, at: DateTime<Utc>) -> Result<bool, StoreError> {
    let done = sqlx::query!(
        "update kraj_round set window_published_at = $2, row_version = row_version + 1
         where id = $1 and kraj_code = app.kraj() and window_published_at is null",
        id,
        at
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// An extraordinary term of one applicant.
#[derive(Debug, Clone)]
pub struct Term {
    /// Its key.
    pub id: Uuid,
    /// The applicant.
    pub provider_id: Uuid,
    /// Name of the applicant.
    pub provider_name: String,
    /// First instant in.
    pub opens_at: DateTime<Utc>,
    /// First instant out.
    pub closes_at: DateTime<Utc>,
    /// Why.
    pub reason: String,
    /// When it was given.
    pub created_at: DateTime<Utc>,
}

/// Extraordinary terms of a kraj's round, newest first.
pub async fn terms(tx: &mut Tx, kraj_round: Uuid) -> Result<Vec<Term>, StoreError> {
    Ok(sqlx::query_as!(
        Term,
        "select t.id, t.provider_id, p.name as provider_name, t.opens_at, t.closes_at, t.reason, t.created_at
         from extraordinary_term t join provider p on p.id = t.provider_id
         where t.kraj_round_id = $1 order by t.created_at desc",
        kraj_round
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// Gives one applicant a term of its own.
pub async fn give_term(
    tx: &mut Tx,
    kraj_round: Uuid,
    provider: Uuid,
    window: Window,
    reason: &str,
    at: DateTime<Utc>,
) -> Result<Uuid, StoreError> {
    let id = new_id();
    sqlx::query!(
        "insert into extraordinary_term (id, kraj_round_id, kraj_code, provider_id, opens_at, closes_at, reason, account_id, created_at)
         values ($1, $2, app.kraj(), $3, $4, $5, $6, app.account(), $7)",
        id,
        kraj_round,
        provider,
        window.opens(),
        window.closes(),
        reason,
        at
    )
    .execute(&mut **tx)
    .await?;
    Ok(id)
}

/// A provider that a search found.
#[derive(Debug, Clone)]
pub struct FoundProvider {
    /// Its key.
    pub id: Uuid,
    /// Name.
    pub name: String,
    /// IČO.
    pub ico: Option<String>,
}

/// Providers whose folded name contains `folded`, or whose IČO begins with `digits` (nothing for a text without digits), 30 at most.
pub async fn find_providers(tx: &mut Tx, folded: &str, digits: Option<&str>) -> Result<Vec<FoundProvider>, StoreError> {
    Ok(sqlx::query_as!(
        FoundProvider,
        "select id, name, ico from provider
         where ($2::text is null and strpos(name_folded, $1) > 0) or starts_with(ico, $2)
         order by name collate cs, id limit 30",
        folded,
        digits
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// A provider by its key.
pub async fn provider(tx: &mut Tx, id: Uuid) -> Result<FoundProvider, StoreError> {
    sqlx::query_as!(FoundProvider, "select id, name, ico from provider where id = $1", id)
        .fetch_optional(&mut **tx)
        .await?
        .ok_or(StoreError::NotFound)
}

/// A version of a scheme that can be chosen.
#[derive(Debug, Clone)]
pub struct SchemeVersion {
    /// Its key.
    pub id: Uuid,
    /// Name of the scheme.
    pub name: String,
    /// The version.
    pub version: String,
    /// Since when it cannot be changed.
    pub frozen_at: Option<DateTime<Utc>>,
}

/// Versions of the schemes of the actor's kraj, newest first within a scheme.
pub async fn scheme_versions(tx: &mut Tx) -> Result<Vec<SchemeVersion>, StoreError> {
    Ok(sqlx::query_as!(
        SchemeVersion,
        "select v.id, s.name, v.version, v.frozen_at from scheme_version v join scheme s on s.id = v.scheme_id
         order by s.name collate cs, v.created_at desc"
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// The document of a version of a scheme.
pub async fn scheme_document(tx: &mut Tx, id: Uuid) -> Result<Option<Value>, StoreError> {
    Ok(sqlx::query_scalar!("select document from scheme_version where id = $1", id).fetch_optional(&mut **tx).await?)
}

/// How far a kraj is with a round.
#[derive(Debug, Clone, Copy, Default)]
pub struct Progress {
    /// Parts of applications.
    pub parts: i64,
    /// Services in them.
    pub services: i64,
    /// Their requests, whole crowns.
    pub request: i64,
    /// Parts whose formal check is not finished.
    pub formal_open: i64,
    /// Parts that failed it.
    pub formal_failed: i64,
    /// Services whose assessment is finished, of parts that did not fail the formal check.
    pub finished: i64,
    /// Services that are to be assessed: of parts that did not fail the formal check.
    pub to_assess: i64,
    /// Services that nobody works on.
    pub unassigned: i64,
}

/// Numbers of a kraj's round for its tabs and the home page.
pub async fn progress(tx: &mut Tx, kraj_round: Uuid) -> Result<Progress, StoreError> {
    Ok(sqlx::query_as!(
        Progress,
        r#"with parts as (
             select p.id, coalesce(f.outcome, 'open') as outcome from application_part p left join formal_check f on f.part_id = p.id
             where p.kraj_round_id = $1 and p.withdrawn_at is null
           ), services as (
             select p.outcome, s.request, coalesce(a.finished, false) as finished, a.assigned_to
             from parts p join part_service s on s.part_id = p.id left join assessment a on a.part_service_id = s.id
           )
           select (select count(*) from parts) as "parts!", count(*) as "services!", coalesce(sum(request), 0)::bigint as "request!",
                  (select count(*) from parts where outcome = 'open') as "formal_open!",
                  (select count(*) from parts where outcome = 'failed') as "formal_failed!",
                  count(*) filter (where finished and outcome <> 'failed') as "finished!",
                  count(*) filter (where outcome <> 'failed') as "to_assess!",
                  count(*) filter (where outcome <> 'failed' and assigned_to is null) as "unassigned!"
           from services"#,
        kraj_round
    )
    .fetch_one(&mut **tx)
    .await?)
}
