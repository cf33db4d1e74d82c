//! Services of a round with their assessment: the grid, the page of one service, and what a run of the calculation reads.

use crate::{StoreError, Tx};
use chrono::{DateTime, Utc};
use domain::subsidy::{
    application::ServicePart,
    assessment::Assessment,
    calculation::{Fraction, Scheme, StoredRun, names::folded, number},
};
use serde_json::Value;
use sqlx::types::Json;
use std::collections::BTreeMap;
use uuid::Uuid;

/// A service of a live part in a kraj's round, with everything that an assessment, the grid and a run need.
#[derive(Debug, Clone)]
pub struct ServiceRow {
    /// Key of the service in its part.
    pub id: Uuid,
    /// The part.
    pub part_id: Uuid,
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
    /// What was submitted.
    pub document: Json<ServicePart>,
    /// Outcome of the formal check of the part: `open`, `passed`, `failed`. A failed one is no row of a run.
    pub outcome: String,
    /// The assessment, when somebody began it.
    pub assessment: Option<Json<Assessment>>,
    /// Who works on it.
    pub assigned_to: Option<Uuid>,
    /// Their name.
    pub assigned_name: Option<String>,
    /// It was finished.
    pub finished: bool,
    /// Version of the assessment, 0 when nobody began it.
    pub row_version: i64,
    /// Who changed it last.
    pub updated_by: Option<String>,
    /// When.
    pub updated_at: Option<DateTime<Utc>>,
    /// Place of the name among those of the round, by Czech collation.
    pub name_rank: i64,
    /// Place of the provider's name, by Czech collation.
    pub provider_rank: i64,
    /// Awards of the same service from this kraj in the year before, all rounds; none without any.
    pub last_award: Option<i64>,
}

async fn select(tx: &mut Tx, kraj_round: Option<Uuid>, service: Option<Uuid>) -> Result<Vec<ServiceRow>, StoreError> {
    Ok(sqlx::query_as!(
        ServiceRow,
        r#"select s.id, s.part_id, s.provider_id, v.name as provider_name, v.ico, s.service_id, s.identifikator, s.name, s.paragraph, s.request,
                  s.document as "document: Json<ServicePart>", coalesce(f.outcome, 'open') as "outcome!",
                  a.document as "assessment?: Json<Assessment>", a.assigned_to as "assigned_to?", w.name as "assigned_name?",
                  coalesce(a.finished, false) as "finished!", coalesce(a.row_version, 0) as "row_version!", a.updated_by as "updated_by?",
                  a.updated_at as "updated_at?", l.amount as "last_award?",
                  rank() over (order by s.name collate cs) as "name_rank!", rank() over (order by v.name collate cs) as "provider_rank!"
           from part_service s
           join application_part p on p.id = s.part_id and p.withdrawn_at is null
           join provider v on v.id = s.provider_id
           join kraj_round k on k.id = s.kraj_round_id
           join subsidy_round r on r.id = k.round_id
           left join formal_check f on f.part_id = s.part_id
           left join assessment a on a.part_service_id = s.id
           left join person w on w.id = a.assigned_to
           left join lateral (
             select sum(x.amount)::bigint as amount from award x
             join kraj_round xk on xk.id = x.kraj_round_id join subsidy_round xr on xr.id = xk.round_id
             where x.service_id = s.service_id and x.kraj_code = s.kraj_code and xr.year = r.year - 1
           ) l on true
           where (s.kraj_round_id = $1 or $1 is null) and (s.id = $2 or $2 is null) and s.kraj_code = app.kraj()
           order by s.request desc, s.identifikator, s.id"#,
        kraj_round,
        service
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// All services of a kraj's round, the largest request first.
pub async fn services(tx: &mut Tx, kraj_round: Uuid) -> Result<Vec<ServiceRow>, StoreError> {
    select(tx, Some(kraj_round), None).await
}

/// One service with the kraj's round that it belongs to.
pub async fn service(tx: &mut Tx, id: Uuid) -> Result<(ServiceRow, Uuid), StoreError> {
    let row = select(tx, None, Some(id)).await?.pop().ok_or(StoreError::NotFound)?;
    let kraj_round = sqlx::query_scalar!("select kraj_round_id from part_service where id = $1", id).fetch_one(&mut **tx).await?;
    Ok((row, kraj_round))
}

/// Keeps an assessment. `seen` is the version the person saw, 0 when nobody had begun it.
pub async fn save(
    tx: &mut Tx,
    (service, kraj_round): (Uuid, Uuid),
    assessment: &Assessment,
    finished: bool,
    seen: i64,
    (by, at): (&str, DateTime<Utc>),
) -> Result<(), StoreError> {
    let document = serde_json::to_value(assessment)?;
    let done = if seen == 0 {
        sqlx::query!(
            "insert into assessment (part_service_id, kraj_round_id, kraj_code, document, assigned_to, finished, updated_at, updated_by)
             values ($1, $2, app.kraj(), $3, app.person(), $4, $5, $6)
             on conflict (part_service_id) do update set document = excluded.document, finished = excluded.finished, updated_at = excluded.updated_at,
               updated_by = excluded.updated_by, row_version = 1, assigned_to = coalesce(assessment.assigned_to, excluded.assigned_to)
               where assessment.row_version = 0",
            service,
            kraj_round,
            document,
            finished,
            at,
            by
        )
        .execute(&mut **tx)
        .await?
    } else {
        // Nobody worked on it so far: whoever writes it does.
        sqlx::query!(
            "update assessment set document = $2, finished = $3, updated_at = $4, updated_by = $5, row_version = row_version + 1,
               assigned_to = coalesce(assigned_to, app.person())
             where part_service_id = $1 and row_version = $6",
            service,
            document,
            finished,
            at,
            by,
            seen
        )
        .execute(&mut **tx)
        .await?
    };
    if done.rows_affected() == 1 { Ok(()) } else { Err(StoreError::Stale { seen, found: seen + 1 }) }
}

/// Says who works on services of a round. What was written in the assessments stays, and so do their versions: a row without a text has version 0. Gives how many there were.
pub async fn assign(
    tx: &mut Tx,
    kraj_round: Uuid,
    services: &[Uuid],
    person: Option<Uuid>,
    (by, at): (&str, DateTime<Utc>),
) -> Result<u64, StoreError> {
    let empty = serde_json::to_value(Assessment::default())?;
    let done = sqlx::query!(
        "insert into assessment (part_service_id, kraj_round_id, kraj_code, document, assigned_to, finished, row_version, updated_at, updated_by)
         select s.id, s.kraj_round_id, s.kraj_code, $4, $3, false, 0, $5, $6 from part_service s
         where s.kraj_round_id = $1 and s.id = any($2) and s.kraj_code = app.kraj()
         on conflict (part_service_id) do update set assigned_to = excluded.assigned_to",
        kraj_round,
        services,
        person,
        empty,
        at,
        by
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected())
}

/// Somebody who can assess.
#[derive(Debug, Clone)]
pub struct Assessor {
    /// The person.
    pub id: Uuid,
    /// Name and surname.
    pub name: String,
}

/// People of the actor's organisation who hold the right to assess on a day.
pub async fn assessors(tx: &mut Tx, on: chrono::NaiveDate) -> Result<Vec<Assessor>, StoreError> {
    Ok(sqlx::query_as!(
        Assessor,
        "select p.id, p.name from person p
         where exists (
           select from account a where a.person_id = p.id and a.organisation_id = app.org() and a.blocked_at is null
             and 'HOD_ZADOSTI' = any(app.rights(a.id, $1)))
         order by p.name collate cs, p.id",
        on
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// The same service in a round of an earlier year.
#[derive(Debug, Clone)]
pub struct Earlier {
    /// Key of the service in that round.
    pub id: Uuid,
    /// The year.
    pub year: i32,
    /// Number of the round.
    pub number: i32,
    /// What was submitted then.
    pub document: Json<ServicePart>,
    /// How it was assessed.
    pub assessment: Option<Json<Assessment>>,
}

/// The same service in rounds of earlier years of the actor's kraj, newest first.
pub async fn earlier(tx: &mut Tx, service: Uuid, before: i32) -> Result<Vec<Earlier>, StoreError> {
    Ok(sqlx::query_as!(
        Earlier,
        r#"select s.id, r.year, r.number, s.document as "document: Json<ServicePart>", a.document as "assessment?: Json<Assessment>"
           from part_service s join application_part p on p.id = s.part_id and p.withdrawn_at is null
           join kraj_round k on k.id = s.kraj_round_id join subsidy_round r on r.id = k.round_id
           left join assessment a on a.part_service_id = s.id
           where s.service_id = $1 and s.kraj_code = app.kraj() and r.year < $2
           order by r.year desc, r.number desc"#,
        service,
        before
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// What the latest run of a round proposes.
#[derive(Debug, Clone)]
pub struct LatestRun {
    /// The run.
    pub id: Uuid,
    /// Its number.
    pub number: i32,
    /// Its name.
    pub name: String,
    /// When it ran.
    pub created_at: DateTime<Utc>,
    /// By identifikátor without leading zeros: the proposal for the service before the money is divided, with a decimal point. It is the base of
    /// the allocation within the cap; the weight only says how the money is divided, so it is not in it.
    pub proposals: BTreeMap<String, String>,
}

/// The latest run of a round, if there is one.
pub async fn latest_run(tx: &mut Tx, kraj_round: Uuid) -> Result<Option<LatestRun>, StoreError> {
    let row = sqlx::query!(
        r#"select id, number, name, created_at, result, scheme as "scheme: Json<Scheme>" from calculation_run
           where kraj_round_id = $1 order by number desc limit 1"#,
        kraj_round
    )
    .fetch_optional(&mut **tx)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let proposals = match written(&row.result, &row.scheme.0) {
        Some(written) => written,
        // The base or the cap is no step, so the result does not have it: the run is computed again.
        None => computed(&super::runs::run(tx, row.id).await?.stored),
    };
    Ok(Some(LatestRun { id: row.id, number: row.number, name: row.name, created_at: row.created_at, proposals }))
}

fn key(identifikator: &str) -> String {
    identifikator.trim_start_matches('0').to_owned()
}

fn within(base: Fraction, cap: Option<Fraction>) -> Fraction {
    match cap {
        Some(cap) if cap < base => cap,
        _ => base,
    }
}

/// The proposals out of a result as it was written; nothing where the base or the cap is no step of the scheme.
fn written(result: &Value, scheme: &Scheme) -> Option<BTreeMap<String, String>> {
    let step = |name: &String| scheme.step.iter().find(|step| folded(&step.name) == folded(name)).map(|step| step.name.as_str());
    let base = step(&scheme.allocation.base)?;
    let cap = match &scheme.allocation.cap {
        Some(cap) => Some(step(cap)?),
        None => None,
    };
    let services = result.get("services").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let proposals = services.iter().filter_map(|service| {
        let number = |name: &str| service.get("steps")?.get(name)?.as_str().and_then(number::read);
        let cap = match cap {
            Some(cap) => Some(number(cap)?),
            None => None,
        };
        Some((key(service.get("identifikator")?.as_str()?), within(number(base)?, cap).shown()))
    });
    Some(proposals.collect())
}

/// The proposals of a run that is computed again.
fn computed(stored: &StoredRun) -> BTreeMap<String, String> {
    let Ok(calculation) = stored.calculate() else { return BTreeMap::new() };
    let results = calculation.services.identifiers().iter().zip(&calculation.run.results);
    results.map(|(id, result)| (key(&id.written), within(result.base.clone(), result.cap.clone()).shown())).collect()
}

/// How many services of a round wait for a person.
pub async fn unfinished_of(tx: &mut Tx, kraj_round: Uuid, person: Uuid) -> Result<i64, StoreError> {
    Ok(sqlx::query_scalar!(
        r#"select count(*) as "count!" from assessment a
           join part_service s on s.id = a.part_service_id join application_part p on p.id = s.part_id and p.withdrawn_at is null
           left join formal_check f on f.part_id = p.id
           where a.kraj_round_id = $1 and a.assigned_to = $2 and not a.finished and coalesce(f.outcome, 'open') <> 'failed'"#,
        kraj_round,
        person
    )
    .fetch_one(&mut **tx)
    .await?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::subsidy::calculation::{Amounts, Sheet};

    /// A weight of 2 doubles the share of the money, never the proposal; the cap still holds.
    #[test]
    fn a_proposal_is_the_base_within_the_cap() {
        let toml = |base: &str| {
            format!(
                "format = 1\nname = \"x\"\nversion = \"1\"\ninput = [{{ name = \"P\" }}, {{ name = \"v\" }}, {{ name = \"C\" }}]\n\
                 step = [{{ name = \"OPT\", formula = \"P\" }}, {{ name = \"STROP\", formula = \"C\" }}]\n\
                 [allocation]\nbase = \"{base}\"\nweight = \"v\"\ncap = \"STROP\"\nround_to = 1\n"
            )
        };
        for base in ["OPT", "P"] {
            let mut inputs = Sheet::new(["identifikator", "P", "v", "C"]);
            inputs.push(["0012", "100", "2", "500"]);
            inputs.push(["13", "700,5", "0,5", "300"]);
            let scheme = Scheme::from_toml(&toml(base)).unwrap();
            let stored = StoredRun { scheme: scheme.clone(), inputs, amounts: Amounts::one("1000").unwrap() };
            let result = serde_json::from_str(&stored.calculate().unwrap().report().to_json().unwrap()).unwrap();
            let expected = BTreeMap::from([("12".to_owned(), "100".to_owned()), ("13".to_owned(), "300".to_owned())]);
            assert_eq!(written(&result, &scheme), (base == "OPT").then(|| expected.clone()));
            assert_eq!(computed(&stored), expected);
        }
    }
}
