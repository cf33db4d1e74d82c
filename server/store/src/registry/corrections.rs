//! Corrections by the registering authority: a new version of its own source, which an import never overwrites. The database lets only the
//! authority that registers the provider write them.

use super::import::write::{hide_history, open_at_hidden};
use crate::{StoreError, Tx, codelists, new_id};
use chrono::{DateTime, NaiveDate, Utc};
use domain::ico::Ico;
use domain::registry::change::Change;
use domain::registry::codes::CodeBook;
use domain::registry::facility::{FacilityFacts, FacilityKey};
use domain::registry::normalise::search;
use domain::registry::provider::ProviderFacts;
use domain::registry::record::{Address, Facility, Provider, Service};
use domain::registry::shape::Rest;
use sqlx::types::Json;
use uuid::Uuid;

/// What is corrected.
#[derive(Debug, Clone, PartialEq)]
pub enum Correction {
    /// The number of the service.
    Identifikator(String),
    /// The last day on which the service is provided.
    End(Option<NaiveDate>),
    /// The address of this facility becomes secret.
    SecretFacility(Uuid),
}

/// A service as it is before a correction.
#[derive(Debug, Clone)]
pub struct Corrigible {
    /// Row version that the person must have seen.
    pub row_version: i64,
    /// Its provider.
    pub provider: Uuid,
    /// Public facts.
    pub facts: Service,
    /// Its facilities that are not secret: id and name.
    pub open_facilities: Vec<(Uuid, String)>,
    version: Uuid,
    lower: Option<NaiveDate>,
    changes: Vec<Change>,
}

/// Locks the service and gives what a correction starts from; [`StoreError::NotFound`] also where the actor doesn't register it.
pub async fn corrigible(tx: &mut Tx, service: Uuid) -> Result<Corrigible, StoreError> {
    let row = sqlx::query!(
        r#"select s.row_version, s.provider_id, v.id as version, lower(v.valid) as lower, d.facts as "facts: Json<Service>",
                  d.changes as "changes: Json<Vec<Change>>"
           from service s join service_version v on v.service_id = s.id and v.superseded_at is null and upper_inf(v.valid)
           join service_document d on d.version_id = v.id
           where s.id = $1 and app.registers_service(s.id) for update of s"#,
        service
    )
    .fetch_optional(&mut **tx)
    .await?
    .ok_or(StoreError::NotFound)?;
    let facilities = sqlx::query!(
        r#"select facility_id, coalesce(nullif(trim(facts ->> 'nazev'), ''), 'bez názvu') as "name!" from facility_version
           where service_id = $1 and superseded_at is null and upper_inf(valid) and not is_secret order by 2, 1"#,
        service
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(Corrigible {
        row_version: row.row_version,
        provider: row.provider_id,
        facts: row.facts.0,
        open_facilities: facilities.into_iter().map(|f| (f.facility_id, f.name)).collect(),
        version: row.version,
        lower: row.lower,
        changes: row.changes.0,
    })
}

/// The service that has this number already, other than `service`: its key in the open data. Corrections of one number wait for each other.
pub async fn number_taken(tx: &mut Tx, service: Uuid, number: &str) -> Result<Option<(Uuid, Option<i64>)>, StoreError> {
    sqlx::query!("select pg_advisory_xact_lock(hashtextextended('identifikator ' || $1::text, 108))", number).fetch_one(&mut **tx).await?;
    let row = sqlx::query!(
        "select s.id, s.portal_id from service_version v join service s on s.id = v.service_id
         where v.identifikator = $1 and v.superseded_at is null and v.service_id <> $2 limit 1",
        number,
        service
    )
    .fetch_optional(&mut **tx)
    .await?;
    Ok(row.map(|r| (r.id, r.portal_id)))
}

/// Ends the version that holds and gives the first day of the one that follows: `today`, or the first day of a version that would not have
/// held a day.
fn next_day(lower: Option<NaiveDate>, today: NaiveDate) -> (NaiveDate, bool) {
    match lower {
        Some(lower) if lower >= today => (lower, true),
        _ => (today, false),
    }
}

/// Corrects a service that was locked by [`corrigible`]. `seen` is the row version that the person saw.
pub async fn correct(
    tx: &mut Tx,
    service: Uuid,
    before: Corrigible,
    correction: &Correction,
    seen: i64,
    today: NaiveDate,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    if before.row_version != seen {
        return Err(StoreError::Stale { seen, found: before.row_version });
    }
    let done = sqlx::query!("update service set row_version = row_version + 1 where id = $1 and row_version = $2", service, seen)
        .execute(&mut **tx)
        .await?;
    if done.rows_affected() != 1 {
        return Err(StoreError::NotFound);
    }
    let mut facts = before.facts.clone();
    let day = |d: Option<NaiveDate>| d.map(domain::time::date);
    let change = match correction {
        Correction::Identifikator(number) => {
            let old = facts.identifikator.replace(number.clone());
            Change { field: "identifikátor".to_owned(), before: old, after: Some(number.clone()) }
        }
        Correction::End(end) => {
            let old = std::mem::replace(&mut facts.datum_poskytovani_do, *end);
            Change { field: "konec poskytování".to_owned(), before: day(old), after: day(*end) }
        }
        Correction::SecretFacility(facility) => {
            let name =
                before.open_facilities.iter().find(|(id, _)| id == facility).map(|(_, name)| name.clone()).ok_or(StoreError::NotFound)?;
            make_secret(tx, *facility, today, at).await?;
            // Whoever has the same address is as secret, before what search needs is derived.
            for (equal, _) in open_at_hidden(tx, &[service]).await? {
                if before.open_facilities.iter().any(|(id, _)| *id == equal && equal != *facility) {
                    make_secret(tx, equal, today, at).await?;
                }
            }
            Change { field: format!("zařízení „{name}“"), before: None, after: Some("změna: utajená adresa".to_owned()) }
        }
    };
    let (lower, superseded) = next_day(before.lower, today);
    let mut changes = if superseded { before.changes.clone() } else { Vec::new() };
    changes.push(change);
    replace_version(tx, service, &before, &facts, &changes, (lower, superseded), at).await?;
    if let Correction::SecretFacility(facility) = correction {
        hide_history(tx, &[(*facility, service)], at).await?;
    }
    Ok(())
}

/// Opens the version that follows and derives anew what search needs.
async fn replace_version(
    tx: &mut Tx,
    service: Uuid,
    before: &Corrigible,
    facts: &Service,
    changes: &[Change],
    (lower, superseded): (NaiveDate, bool),
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let book = codelists::book(tx).await?;
    let found = derived(tx, service, before.provider, facts, lower, &book).await?;
    end_version(tx, before.version, lower, superseded, at).await?;
    let id = new_id();
    sqlx::query!(
        "insert into service_version (id, service_id, provider_id, valid, recorded_at, source, import_run_id, identifikator, provided_from,
           provided_to, kind, forms, groups, kraje, okresy, obce, capacities, provider_name, facility_name, place, search_text, address_line, facilities)
         select $1, service_id, provider_id, daterange($2, null), $3, 'registrar', null, $4, $5, $6, kind, forms, groups, $7, $8, $9, capacities,
           provider_name, $10, $11, $12, $14, $15 from service_version where id = $13",
        id,
        lower,
        at,
        facts.identifikator.as_deref(),
        facts.datum_poskytovani_od,
        facts.datum_poskytovani_do,
        &found.kraje,
        &found.okresy,
        &found.obce,
        found.facility_name,
        found.place,
        found.text,
        before.version,
        found.address_line,
        found.facilities
    )
    .execute(&mut **tx)
    .await?;
    sqlx::query!("insert into service_document (version_id, facts, changes) values ($1, $2, $3)", id, Json(facts) as _, Json(changes) as _)
        .execute(&mut **tx)
        .await?;
    sqlx::query!(
        "insert into service_private (version_id, service_id, data) select $1, service_id, data from service_private where version_id = $2",
        id,
        before.version
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

async fn end_version(tx: &mut Tx, version: Uuid, day: NaiveDate, superseded: bool, at: DateTime<Utc>) -> Result<(), StoreError> {
    let done = sqlx::query!(
        "update service_version set valid = case when $2 then valid else daterange(lower(valid), $3) end, superseded_at = case when $2 then $4::timestamptz end
         where id = $1 and superseded_at is null",
        version,
        superseded,
        day,
        at
    )
    .execute(&mut **tx)
    .await?;
    if done.rows_affected() == 1 { Ok(()) } else { Err(StoreError::NotFound) }
}

async fn derived(
    tx: &mut Tx,
    service: Uuid,
    provider: Uuid,
    facts: &Service,
    day: NaiveDate,
    book: &CodeBook,
) -> Result<domain::registry::normalise::Search, StoreError> {
    let rows = sqlx::query!(
        r#"select twins, facts as "facts: Json<Facility>" from facility_version
           where service_id = $1 and superseded_at is null and upper_inf(valid) order by facility_id"#,
        service
    )
    .fetch_all(&mut **tx)
    .await?;
    let mut facilities: Vec<FacilityFacts> = rows
        .into_iter()
        .map(|r| FacilityFacts {
            key: FacilityKey { name: domain::text::fold(r.facts.nazev.as_deref().unwrap_or_default()), address: String::new() },
            facts: r.facts.0,
            secret: None,
            private: Rest::new(),
            twins: r.twins,
        })
        .collect();
    facilities.sort_by(|a, b| a.key.cmp(&b.key));
    let row = sqlx::query!(
        r#"select p.name, p.ico, p.is_person, v.facts as "facts: Json<Provider>" from provider p
           join provider_version v on v.provider_id = p.id and v.superseded_at is null and upper_inf(v.valid) where p.id = $1"#,
        provider
    )
    .fetch_one(&mut **tx)
    .await?;
    let ico = row.ico.as_deref().and_then(|ico| Ico::parse(ico).ok());
    let provider = ProviderFacts { facts: row.facts.0, private: Rest::new(), name: row.name, is_person: row.is_person };
    Ok(search(facts, &facilities, &provider, ico.as_ref(), day, book))
}

/// A new version of the facility without its address, which moves to where only the registering authority and the provider see it.
async fn make_secret(tx: &mut Tx, facility: Uuid, today: NaiveDate, at: DateTime<Utc>) -> Result<(), StoreError> {
    let row = sqlx::query!(
        r#"select id, service_id, lower(valid) as lower, kraj, facts as "facts: Json<Facility>", changes as "changes: Json<Vec<Change>>"
           from facility_version where facility_id = $1 and superseded_at is null and upper_inf(valid) and not is_secret"#,
        facility
    )
    .fetch_optional(&mut **tx)
    .await?
    .ok_or(StoreError::NotFound)?;
    let mut facts = row.facts.0;
    let address: Option<Address> = facts.adresa.take();
    facts.utajena_adresa = Some(true);
    let (lower, superseded) = next_day(row.lower, today);
    let mut changes = if superseded { row.changes.0 } else { Vec::new() };
    changes.push(Change { field: "utajená adresa".to_owned(), before: Some("ne".to_owned()), after: Some("ano".to_owned()) });
    changes.retain(|c| c.field != "adresa");
    sqlx::query!(
        "update facility_version set valid = case when $2 then valid else daterange(lower(valid), $3) end, superseded_at = case when $2 then $4::timestamptz end
         where id = $1",
        row.id,
        superseded,
        lower,
        at
    )
    .execute(&mut **tx)
    .await?;
    let id = new_id();
    sqlx::query!(
        "insert into facility_version (id, facility_id, service_id, valid, recorded_at, source, is_secret, twins, kraj, facts, changes)
         select $1, facility_id, service_id, daterange($2, null), $3, 'registrar', true, twins, null, $4, $5 from facility_version where id = $6",
        id,
        lower,
        at,
        Json(&facts) as _,
        Json(&changes) as _,
        row.id
    )
    .execute(&mut **tx)
    .await?;
    sqlx::query!(
        "insert into facility_private (version_id, service_id, data) select $1, service_id, data from facility_private where version_id = $2",
        id,
        row.id
    )
    .execute(&mut **tx)
    .await?;
    if let Some(address) = address {
        sqlx::query_scalar!(
            "select app.keep_secret_addresses(array[$1::uuid], array[$2::uuid], array[$3::text], array[$4::jsonb], $5)",
            new_id(),
            facility,
            row.kraj.unwrap_or_default(),
            Json(&address) as _,
            at
        )
        .fetch_one(&mut **tx)
        .await?;
    }
    Ok(())
}

/// An organisation that can register providers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authority {
    /// The organisation.
    pub id: Uuid,
    /// Its name.
    pub name: String,
}

/// The kraje and the MPSV.
pub async fn authorities(tx: &mut Tx) -> Result<Vec<Authority>, StoreError> {
    Ok(sqlx::query_as!(
        Authority,
        "select id, name from organisation where kind in ('kraj', 'mpsv') order by kind, kraj_code::integer nulls last"
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// Sets the registering authority of a provider; an import never changes it again. Gives the name of the one before.
pub async fn set_authority(tx: &mut Tx, provider: Uuid, authority: Uuid, seen: i64) -> Result<Option<Uuid>, StoreError> {
    let row = sqlx::query!("select row_version, registrar_id from provider where id = $1 for update", provider)
        .fetch_optional(&mut **tx)
        .await?
        .ok_or(StoreError::NotFound)?;
    if row.row_version != seen {
        return Err(StoreError::Stale { seen, found: row.row_version });
    }
    let done = sqlx::query!(
        "update provider set registrar_id = $2, registrar_source = 'set', row_version = row_version + 1 where id = $1 and row_version = $3",
        provider,
        authority,
        seen
    )
    .execute(&mut **tx)
    .await?;
    if done.rows_affected() == 1 { Ok(row.registrar_id) } else { Err(StoreError::NotFound) }
}
