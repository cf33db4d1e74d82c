//! One service or provider as everybody may see it, with its history; and what only the registering authority and the provider see.

use super::search::AsOf;
use crate::{StoreError, Tx};
use chrono::{DateTime, NaiveDate, Utc};
use domain::registry::change::Change;
use domain::registry::record::{Address, Facility, Provider, Service};
use domain::registry::shape::Rest;
use sqlx::types::Json;
use uuid::Uuid;

/// How a service is asked for.
#[derive(Debug, Clone, Copy)]
pub enum ServiceKey<'a> {
    /// Inside.
    Id(Uuid),
    /// By its key in the open data.
    PortalId(i64),
    /// By identifikátor.
    Identifikator(&'a str),
}

/// A facility of a service.
#[derive(Debug, Clone)]
pub struct FacilityView {
    /// The facility.
    pub id: Uuid,
    /// Public facts; without the address where that is secret.
    pub facts: Facility,
    /// The address is secret.
    pub is_secret: bool,
    /// How many equal ones there are.
    pub twins: i32,
}

/// One version in the history.
#[derive(Debug, Clone)]
pub struct HistoryEntry {
    /// First day; none is without beginning.
    pub from: Option<NaiveDate>,
    /// First day on which it no longer holds.
    pub until: Option<NaiveDate>,
    /// When this system came to know it.
    pub recorded_at: DateTime<Utc>,
    /// `import` or `registrar`.
    pub source: String,
    /// What differs from the version before.
    pub changes: Vec<Change>,
}

/// Who registers a provider.
#[derive(Debug, Clone)]
pub struct Registrar {
    /// The organisation.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// It was estimated by an import, nobody has set it.
    pub is_estimated: bool,
}

/// A provider as a service names it.
#[derive(Debug, Clone)]
pub struct ProviderHead {
    /// The provider.
    pub id: Uuid,
    /// Its key in the open data.
    pub portal_id: Option<i64>,
    /// IČO.
    pub ico: Option<String>,
    /// Name.
    pub name: String,
    /// A natural person.
    pub is_person: bool,
    /// Who registers it.
    pub registrar: Option<Registrar>,
    /// For saving.
    pub row_version: i64,
}

/// A service on a day.
#[derive(Debug, Clone)]
pub struct ServiceView {
    /// The service.
    pub id: Uuid,
    /// Its key in the open data.
    pub portal_id: Option<i64>,
    /// The version that is shown.
    pub version: Uuid,
    /// For saving.
    pub row_version: i64,
    /// Public facts.
    pub facts: Service,
    /// Its provider.
    pub provider: ProviderHead,
    /// Its facilities.
    pub facilities: Vec<FacilityView>,
    /// Its versions, the newest first.
    pub history: Vec<HistoryEntry>,
}

/// The head of a provider.
pub async fn provider_head(tx: &mut Tx, id: Uuid) -> Result<ProviderHead, StoreError> {
    let row = sqlx::query!(
        r#"select p.id, p.portal_id, p.ico, p.name, p.is_person, p.row_version, p.registrar_id, p.registrar_source, o.name as "registrar_name?"
           from provider p left join organisation o on o.id = p.registrar_id where p.id = $1"#,
        id
    )
    .fetch_optional(&mut **tx)
    .await?
    .ok_or(StoreError::NotFound)?;
    let registrar = row.registrar_id.zip(row.registrar_name).map(|(id, name)| Registrar {
        id,
        name,
        is_estimated: row.registrar_source.as_deref() == Some("estimated"),
    });
    Ok(ProviderHead {
        id: row.id,
        portal_id: row.portal_id,
        ico: row.ico,
        name: row.name,
        is_person: row.is_person,
        registrar,
        row_version: row.row_version,
    })
}

/// The service of a key; several can have one identifikátor, then the one with the lowest portalId.
pub async fn service_id(tx: &mut Tx, key: ServiceKey<'_>) -> Result<Uuid, StoreError> {
    let found = match key {
        ServiceKey::Id(id) => Some(id),
        ServiceKey::PortalId(portal_id) => {
            sqlx::query_scalar!("select id from service where portal_id = $1", portal_id).fetch_optional(&mut **tx).await?
        }
        ServiceKey::Identifikator(text) => {
            sqlx::query_scalar!(
                "select v.service_id from service_version v join service s on s.id = v.service_id
                 where v.identifikator = $1 and v.superseded_at is null and upper_inf(v.valid) order by s.portal_id limit 1",
                text
            )
            .fetch_optional(&mut **tx)
            .await?
        }
    };
    found.ok_or(StoreError::NotFound)
}

/// A service as of a day.
pub async fn service(tx: &mut Tx, key: ServiceKey<'_>, as_of: AsOf) -> Result<ServiceView, StoreError> {
    let id = service_id(tx, key).await?;
    let day = match as_of {
        AsOf::Today(_) => None,
        AsOf::Day(day) => Some(day),
    };
    let row = sqlx::query!(
        r#"select s.portal_id, s.row_version, v.id as version, v.provider_id, d.facts as "facts: Json<Service>"
           from service s join service_version v on v.service_id = s.id join service_document d on d.version_id = v.id
           where s.id = $1 and v.superseded_at is null and case when $2::date is null then upper_inf(v.valid) else v.valid @> $2::date end"#,
        id,
        day
    )
    .fetch_optional(&mut **tx)
    .await?
    .ok_or(StoreError::NotFound)?;
    let provider = provider_head(tx, row.provider_id).await?;
    let facilities = facilities(tx, id, day).await?;
    let history = sqlx::query!(
        r#"select lower(v.valid) as "from", upper(v.valid) as until, v.recorded_at, v.source, d.changes as "changes: Json<Vec<Change>>"
           from service_version v join service_document d on d.version_id = v.id
           where v.service_id = $1 and v.superseded_at is null order by lower(v.valid) desc nulls last"#,
        id
    )
    .fetch_all(&mut **tx)
    .await?;
    let entry = |from, until, recorded_at, source, changes| HistoryEntry { from, until, recorded_at, source, changes };
    Ok(ServiceView {
        id,
        portal_id: row.portal_id,
        version: row.version,
        row_version: row.row_version,
        facts: row.facts.0,
        provider,
        facilities,
        history: history.into_iter().map(|h| entry(h.from, h.until, h.recorded_at, h.source, h.changes.0)).collect(),
    })
}

async fn facilities(tx: &mut Tx, service: Uuid, day: Option<NaiveDate>) -> Result<Vec<FacilityView>, StoreError> {
    let rows = sqlx::query!(
        r#"select facility_id, is_secret, twins, facts as "facts: Json<Facility>" from facility_version
           where service_id = $1 and superseded_at is null and case when $2::date is null then upper_inf(valid) else valid @> $2::date end
           order by facts ->> 'nazev' collate cs, facility_id"#,
        service,
        day
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.into_iter().map(|r| FacilityView { id: r.facility_id, facts: r.facts.0, is_secret: r.is_secret, twins: r.twins }).collect())
}

/// A provider on a day.
#[derive(Debug, Clone)]
pub struct ProviderView {
    /// Its head.
    pub head: ProviderHead,
    /// Public facts.
    pub facts: Provider,
    /// Its versions, the newest first.
    pub history: Vec<HistoryEntry>,
}

/// The providers with an IČO; two can share one.
pub async fn providers_with_ico(tx: &mut Tx, ico: &str) -> Result<Vec<Uuid>, StoreError> {
    Ok(sqlx::query_scalar!("select id from provider where ico = $1 order by portal_id nulls last, id", ico).fetch_all(&mut **tx).await?)
}

/// A provider as of a day.
pub async fn provider(tx: &mut Tx, id: Uuid, as_of: AsOf) -> Result<ProviderView, StoreError> {
    let head = provider_head(tx, id).await?;
    let day = match as_of {
        AsOf::Today(_) => None,
        AsOf::Day(day) => Some(day),
    };
    let facts = sqlx::query_scalar!(
        r#"select facts as "facts: Json<Provider>" from provider_version
           where provider_id = $1 and superseded_at is null and case when $2::date is null then upper_inf(valid) else valid @> $2::date end"#,
        id,
        day
    )
    .fetch_optional(&mut **tx)
    .await?
    .ok_or(StoreError::NotFound)?;
    let history = sqlx::query!(
        r#"select lower(valid) as "from", upper(valid) as until, recorded_at, source, changes as "changes: Json<Vec<Change>>"
           from provider_version where provider_id = $1 and superseded_at is null order by lower(valid) desc nulls last"#,
        id
    )
    .fetch_all(&mut **tx)
    .await?;
    let entry = |from, until, recorded_at, source, changes| HistoryEntry { from, until, recorded_at, source, changes };
    let history = history.into_iter().map(|h| entry(h.from, h.until, h.recorded_at, h.source, h.changes.0)).collect();
    Ok(ProviderView { head, facts: facts.0, history })
}

/// What is not public of a service: unknown keys and private contacts of it, of its facilities and of its provider, and secret addresses.
/// Empty for an actor who may not see it.
#[derive(Debug, Clone, Default)]
pub struct PrivateView {
    /// Of the service.
    pub service: Rest,
    /// Of its provider: statutory body, private contacts.
    pub provider: Rest,
    /// Of its facilities.
    pub facilities: Vec<(Uuid, Rest)>,
    /// Secret addresses of its facilities.
    pub secret_addresses: Vec<(Uuid, Address)>,
}

/// What the actor may see of a service beside its public part; the policies of the database decide.
pub async fn private(tx: &mut Tx, service: Uuid) -> Result<PrivateView, StoreError> {
    let of_service = sqlx::query_scalar!(
        r#"select p.data as "data: Json<Rest>" from service_private p join service_version v on v.id = p.version_id
           where p.service_id = $1 and v.superseded_at is null and upper_inf(v.valid)"#,
        service
    )
    .fetch_optional(&mut **tx)
    .await?;
    let of_provider = sqlx::query_scalar!(
        r#"select p.data as "data: Json<Rest>" from provider_private p join provider_version v on v.id = p.version_id
           where p.provider_id = (select provider_id from service where id = $1) and v.superseded_at is null and upper_inf(v.valid)"#,
        service
    )
    .fetch_optional(&mut **tx)
    .await?;
    let of_facilities = sqlx::query!(
        r#"select v.facility_id, p.data as "data: Json<Rest>" from facility_private p join facility_version v on v.id = p.version_id
           where p.service_id = $1 and v.superseded_at is null and upper_inf(v.valid)"#,
        service
    )
    .fetch_all(&mut **tx)
    .await?;
    let secret = sqlx::query!(
        r#"select distinct on (facility_id) facility_id, address as "address: Json<Address>" from facility_secret
           where service_id = $1 order by facility_id, recorded_at desc, id desc"#,
        service
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(PrivateView {
        service: of_service.map(|d| d.0).unwrap_or_default(),
        provider: of_provider.map(|d| d.0).unwrap_or_default(),
        facilities: of_facilities.into_iter().map(|r| (r.facility_id, r.data.0)).collect(),
        secret_addresses: secret.into_iter().map(|r| (r.facility_id, r.address.0)).collect(),
    })
}
