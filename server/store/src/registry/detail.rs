//! One service or provider as of a day, with its history. Secret addresses and private facts come only to whom the database shows them: the
//! registering authority and the provider.

use crate::{StoreError, Tx, codelists};
use chrono::{DateTime, NaiveDate, Utc};
use domain::registry::change::Change;
use domain::registry::codes::CodeBook;
use domain::registry::facility::has_ended;
use domain::registry::normalise::CapacityLine;
use domain::registry::record::{Address, Facility, Provider, Service};
use domain::registry::shape::Rest;
use serde_json::Value;
use sqlx::types::Json;
use std::collections::BTreeSet;
use uuid::Uuid;

/// A version that is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// The version.
    pub id: Uuid,
    /// First day; none is without beginning.
    pub from: Option<NaiveDate>,
    /// First day on which it no longer holds.
    pub until: Option<NaiveDate>,
    /// Entered or corrected by the registering authority.
    pub corrected: bool,
    /// It holds on the day asked for; else the first version is shown.
    pub on_day: bool,
}

/// A facility of a service.
#[derive(Debug, Clone, PartialEq)]
pub struct FacilityDetail {
    /// The facility.
    pub id: Uuid,
    /// Public facts.
    pub facts: Facility,
    /// How many equal ones there are.
    pub twins: i32,
    /// Its address is secret.
    pub is_secret: bool,
    /// The secret address, for whom the database shows it.
    pub secret: Option<Address>,
    /// Municipality, district and region of its public address, by key.
    pub kraj: Option<String>,
}

/// What happened to a record on a day.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// First day of the version.
    pub from: Option<NaiveDate>,
    /// When it was recorded.
    pub recorded_at: DateTime<Utc>,
    /// By the registering authority instead of an import.
    pub corrected: bool,
    /// The facility that it is about, by name.
    pub facility: Option<String>,
    /// The first version.
    pub is_first: bool,
    /// What changed.
    pub changes: Vec<Change>,
}

/// The provider of a service, as it is now.
#[derive(Debug, Clone, PartialEq)]
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
    /// Name of the registering authority.
    pub registrar: Option<String>,
    /// The authority is an estimate.
    pub estimated: bool,
    /// Row version, for commands.
    pub row_version: i64,
}

/// Where a municipality lies.
#[derive(Debug, Clone, PartialEq)]
pub struct PlacePoint {
    /// Its name.
    pub name: String,
    /// Key of its region.
    pub kraj: String,
    /// Latitude of its centre (WGS 84, degrees).
    pub latitude: f64,
    /// Longitude.
    pub longitude: f64,
}

/// A service.
#[derive(Debug, Clone)]
pub struct ServiceDetail {
    /// The service.
    pub id: Uuid,
    /// Its key in the open data.
    pub portal_id: Option<i64>,
    /// Row version, for commands.
    pub row_version: i64,
    /// The version that is shown.
    pub shown: Shown,
    /// Identifikátor.
    pub identifikator: Option<String>,
    /// Public facts.
    pub facts: Service,
    /// Key of the type.
    pub kind: Option<String>,
    /// Paragraph of the type.
    pub paragraph: Option<String>,
    /// Whether it is paid for, as the law says for its type.
    pub fee: Option<String>,
    /// Municipality of its first public facility.
    pub place: Option<PlacePoint>,
    /// Keys of regions in which it works.
    pub kraje: Vec<String>,
    /// Registered maxima.
    pub capacities: Vec<CapacityLine>,
    /// Private facts, for whom the database shows them.
    pub private: Option<Rest>,
    /// Its facilities.
    pub facilities: Vec<FacilityDetail>,
    /// Its provider.
    pub provider: ProviderHead,
    /// Public facts of the provider.
    pub provider_facts: Provider,
    /// Newest first.
    pub history: Vec<Event>,
    /// Names of the codes that occur.
    pub names: CodeBook,
    /// The actor registers the provider.
    pub registers: bool,
}

/// The service that an address means: its key in the open data, its identifier here, or its identifikátor.
pub async fn service_at(tx: &mut Tx, address: &str) -> Result<(Uuid, Option<i64>), StoreError> {
    if let Ok(id) = address.parse::<Uuid>() {
        let row = sqlx::query!("select id, portal_id from service where id = $1", id).fetch_optional(&mut **tx).await?;
        return row.map(|r| (r.id, r.portal_id)).ok_or(StoreError::NotFound);
    }
    let number: i64 = address.parse().map_err(|_| StoreError::NotFound)?;
    let row = sqlx::query!(
        r#"select s.id, s.portal_id, s.portal_id is not distinct from $1 as "by_key!" from service s
           where s.portal_id = $1
              or s.id in (select v.service_id from service_version v where v.identifikator = $2 and v.superseded_at is null)
           order by 3 desc, s.id limit 1"#,
        number,
        address
    )
    .fetch_optional(&mut **tx)
    .await?;
    row.map(|r| (r.id, r.portal_id)).ok_or(StoreError::NotFound)
}

/// Collects every text that looks like a code of a list.
fn codes(value: &Value, into: &mut BTreeSet<String>) {
    match value {
        Value::String(text) if text.contains('/') && text.len() <= 60 => {
            into.insert(text.clone());
        }
        Value::Array(items) => items.iter().for_each(|v| codes(v, into)),
        Value::Object(map) => map.values().for_each(|v| codes(v, into)),
        _ => {}
    }
}

/// The names of the codes in some documents.
async fn names(tx: &mut Tx, documents: &[Value]) -> Result<CodeBook, StoreError> {
    let mut all = BTreeSet::new();
    documents.iter().for_each(|d| codes(d, &mut all));
    let all: Vec<String> = all.into_iter().collect();
    let rows = sqlx::query!(
        r#"select code as "code!", key as "key!", name as "name!" from codelist_row where code = any ($1)
           union all select code, key, name from territory where code = any ($1)"#,
        &all
    )
    .fetch_all(&mut **tx)
    .await?;
    let mut book = CodeBook::default();
    for row in rows {
        book.add(&row.code, &row.key, &row.name);
    }
    codelists::add_legal_forms(tx, &mut book).await?;
    Ok(book)
}

async fn provider_head(tx: &mut Tx, id: Uuid) -> Result<ProviderHead, StoreError> {
    sqlx::query_as!(
        ProviderHead,
        r#"select p.id, p.portal_id, p.ico, p.name, p.is_person, p.row_version, o.name as "registrar?",
                  coalesce(p.registrar_source = 'estimated', false) as "estimated!"
           from provider p left join organisation o on o.id = p.registrar_id where p.id = $1"#,
        id
    )
    .fetch_optional(&mut **tx)
    .await?
    .ok_or(StoreError::NotFound)
}

/// Public facts of a provider on a day, else its first ones.
async fn provider_facts(tx: &mut Tx, id: Uuid, on: NaiveDate) -> Result<Provider, StoreError> {
    let facts = sqlx::query_scalar!(
        r#"select facts as "facts: Json<Provider>" from provider_version where provider_id = $1 and superseded_at is null
           order by valid @> $2::date desc, lower(valid) nulls first limit 1"#,
        id,
        on
    )
    .fetch_optional(&mut **tx)
    .await?;
    Ok(facts.map(|f| f.0).unwrap_or_default())
}

/// The service as of a day.
pub async fn service(tx: &mut Tx, id: Uuid, on: NaiveDate) -> Result<ServiceDetail, StoreError> {
    let row = sqlx::query!(
        r#"select s.portal_id, s.row_version, v.id as version, v.provider_id, lower(v.valid) as lower, upper(v.valid) as upper,
             v.source, v.valid @> $2::date as "on_day!", v.identifikator, v.kind, v.kraje, v.capacities as "capacities: Json<Vec<CapacityLine>>",
             d.facts as "facts: Json<Service>", p.data as "private?: Json<Rest>", l.data ->> 'paragraf' as paragraph, l.data ->> 'uhrada_MEM' as fee,
             app.registers_service(s.id) as "registers!"
           from service s
           join service_version v on v.service_id = s.id and v.superseded_at is null
           join service_document d on d.version_id = v.id
           left join service_private p on p.version_id = v.id
           left join codelist_row l on l.list = 'druhy' and l.key = v.kind and l.valid @> $2::date
           where s.id = $1 order by v.valid @> $2::date desc, lower(v.valid) limit 1"#,
        id,
        on
    )
    .fetch_optional(&mut **tx)
    .await?
    .ok_or(StoreError::NotFound)?;
    let shown = Shown { id: row.version, from: row.lower, until: row.upper, corrected: row.source == "registrar", on_day: row.on_day };
    let day = if shown.on_day { on } else { shown.from.unwrap_or(on) };
    let facilities = facilities(tx, id, day).await?;
    let provider = provider_head(tx, row.provider_id).await?;
    let provider_facts = provider_facts(tx, row.provider_id, day).await?;
    let history = history(tx, id).await?;
    let place = place_point(tx, &facilities, row.facts.0.datum_poskytovani_do, on).await?;
    let mut documents = vec![serde_json::to_value(&row.facts.0)?, serde_json::to_value(&provider_facts)?];
    for f in &facilities {
        documents.push(serde_json::to_value((&f.facts.adresa, &f.secret))?);
    }
    Ok(ServiceDetail {
        id,
        portal_id: row.portal_id,
        row_version: row.row_version,
        shown,
        identifikator: row.identifikator,
        facts: row.facts.0,
        kind: row.kind,
        paragraph: row.paragraph,
        fee: row.fee,
        place,
        kraje: row.kraje,
        capacities: row.capacities.0,
        private: row.private.map(|p| p.0).filter(|p| !p.is_empty()),
        facilities,
        provider,
        provider_facts,
        history,
        names: names(tx, &documents).await?,
        registers: row.registers,
    })
}

/// The municipality of the first facility with a public address that has not ended.
async fn place_point(
    tx: &mut Tx,
    facilities: &[FacilityDetail],
    service_end: Option<NaiveDate>,
    on: NaiveDate,
) -> Result<Option<PlacePoint>, StoreError> {
    let shown = |f: &&FacilityDetail| !f.is_secret && !has_ended(f.facts.poskytuje_do, service_end, on);
    let code = facilities.iter().filter(shown).find_map(|f| f.facts.adresa.as_ref()?.obec.as_ref());
    let Some(code) = code else { return Ok(None) };
    Ok(sqlx::query_as!(
        PlacePoint,
        r#"select name, kraj as "kraj!", latitude::float8 as "latitude!", longitude::float8 as "longitude!" from territory
           where code = $1 and kraj is not null and latitude is not null and longitude is not null"#,
        code.id
    )
    .fetch_optional(&mut **tx)
    .await?)
}

async fn facilities(tx: &mut Tx, service: Uuid, on: NaiveDate) -> Result<Vec<FacilityDetail>, StoreError> {
    let rows = sqlx::query!(
        r#"select v.facility_id, v.twins, v.is_secret, v.kraj, v.facts as "facts: Json<Facility>",
             (select x.address from facility_secret x where x.facility_id = v.facility_id order by x.recorded_at desc, x.id desc limit 1)
               as "secret: Json<Address>"
           from facility_version v
           where v.service_id = $1 and v.superseded_at is null and v.valid @> $2::date
           order by v.facts ->> 'nazev' collate cs, v.facility_id"#,
        service,
        on
    )
    .fetch_all(&mut **tx)
    .await?;
    let detail = |is_secret: bool, secret: Option<Json<Address>>| secret.filter(|_| is_secret).map(|a| a.0);
    Ok(rows
        .into_iter()
        .map(|r| FacilityDetail {
            id: r.facility_id,
            facts: r.facts.0,
            twins: r.twins,
            is_secret: r.is_secret,
            secret: detail(r.is_secret, r.secret),
            kraj: r.kraj,
        })
        .collect())
}

/// What happened to the service and its facilities, newest first.
async fn history(tx: &mut Tx, service: Uuid) -> Result<Vec<Event>, StoreError> {
    let rows = sqlx::query!(
        r#"select lower(v.valid) as lower, v.recorded_at as "recorded_at!", v.source as "source!", null as facility, false as "hidden!",
             not exists (select from service_version w where w.service_id = v.service_id and w.superseded_at is null and w.valid << v.valid)
               as "is_first!", d.changes as "changes!: Json<Vec<Change>>"
           from service_version v join service_document d on d.version_id = v.id
           where v.service_id = $1 and v.superseded_at is null
           union all
           select lower(f.valid), f.recorded_at, f.source, coalesce(trim(f.facts ->> 'nazev'), 'zařízení bez názvu'),
             exists (select from facility_version w where w.facility_id = f.facility_id and w.is_secret), false, f.changes
           from facility_version f
           where f.service_id = $1 and f.superseded_at is null and f.changes <> '[]'
           order by 1 desc nulls last, 4 nulls first"#,
        service
    )
    .fetch_all(&mut **tx)
    .await?;
    // Where a facility has a secret address, not even an older change may tell it.
    let told = |hidden: bool, changes: Vec<Change>| changes.into_iter().filter(|c| !(hidden && c.field == "adresa")).collect::<Vec<_>>();
    Ok(rows
        .into_iter()
        .map(|r| Event {
            from: r.lower,
            recorded_at: r.recorded_at,
            corrected: r.source == "registrar",
            facility: r.facility,
            is_first: r.is_first,
            changes: told(r.hidden, r.changes.0),
        })
        .filter(|e| e.facility.is_none() || !e.changes.is_empty())
        .collect())
}

/// A service in the list of its provider.
#[derive(Debug, Clone, PartialEq)]
pub struct ServiceRow {
    /// The service.
    pub id: Uuid,
    /// Its key in the open data.
    pub portal_id: Option<i64>,
    /// Identifikátor.
    pub identifikator: Option<String>,
    /// Name of the type.
    pub kind: Option<String>,
    /// Keys of the forms.
    pub forms: Vec<String>,
    /// Registered maxima.
    pub capacities: Vec<CapacityLine>,
    /// First facility.
    pub facility_name: Option<String>,
    /// Its municipality.
    pub place: Option<String>,
    /// First day.
    pub from: Option<NaiveDate>,
    /// Last day.
    pub to: Option<NaiveDate>,
    /// Target groups are there.
    pub has_groups: bool,
}

/// A provider.
#[derive(Debug, Clone)]
pub struct ProviderDetail {
    /// The provider as it is now.
    pub head: ProviderHead,
    /// Public facts on the day.
    pub facts: Provider,
    /// Private facts, for whom the database shows them.
    pub private: Option<Rest>,
    /// Its services on the day, ended and future ones among them.
    pub services: Vec<ServiceRow>,
    /// Newest first.
    pub history: Vec<Event>,
    /// Names of the codes that occur.
    pub names: CodeBook,
}

/// The providers that an address means: those with an IČO, or one by its identifier here.
pub async fn providers_at(tx: &mut Tx, address: &str) -> Result<Vec<Uuid>, StoreError> {
    let found = match address.parse::<Uuid>() {
        Ok(id) => sqlx::query_scalar!("select id from provider where id = $1", id).fetch_all(&mut **tx).await?,
        Err(_) => {
            sqlx::query_scalar!("select id from provider where ico = $1 order by portal_id nulls last, id", address)
                .fetch_all(&mut **tx)
                .await?
        }
    };
    if found.is_empty() { Err(StoreError::NotFound) } else { Ok(found) }
}

/// The provider as of a day.
pub async fn provider(tx: &mut Tx, id: Uuid, on: NaiveDate) -> Result<ProviderDetail, StoreError> {
    let head = provider_head(tx, id).await?;
    let facts = provider_facts(tx, id, on).await?;
    let private = sqlx::query_scalar!(
        r#"select p.data as "data: Json<Rest>" from provider_version v join provider_private p on p.version_id = v.id
           where v.provider_id = $1 and v.superseded_at is null and v.valid @> $2::date"#,
        id,
        on
    )
    .fetch_optional(&mut **tx)
    .await?;
    let rows = sqlx::query!(
        r#"select lower(valid) as lower, recorded_at, source, lower_inf(valid) as "is_first!", changes as "changes: Json<Vec<Change>>"
           from provider_version where provider_id = $1 and superseded_at is null order by valid desc"#,
        id
    )
    .fetch_all(&mut **tx)
    .await?;
    let history = rows
        .into_iter()
        .map(|r| Event {
            from: r.lower,
            recorded_at: r.recorded_at,
            corrected: r.source == "registrar",
            facility: None,
            is_first: r.is_first,
            changes: r.changes.0,
        })
        .collect();
    let names = names(tx, &[serde_json::to_value(&facts)?]).await?;
    Ok(ProviderDetail {
        services: services_of(tx, id, on).await?,
        private: private.map(|p| p.0).filter(|p| !p.is_empty()),
        head,
        facts,
        history,
        names,
    })
}

/// The services of a provider on a day: those in force first.
pub async fn services_of(tx: &mut Tx, provider: Uuid, on: NaiveDate) -> Result<Vec<ServiceRow>, StoreError> {
    let rows = sqlx::query!(
        r#"select s.id, s.portal_id, v.identifikator, coalesce(l.name, v.kind) as kind, v.forms, v.facility_name, v.place, v.provided_from,
             v.provided_to, v.capacities as "capacities: Json<Vec<CapacityLine>>", cardinality(v.groups) > 0 as "has_groups!"
           from service_version v join service s on s.id = v.service_id
           left join codelist_row l on l.list = 'druhy' and l.key = v.kind and l.valid @> $2::date
           where v.provider_id = $1 and v.superseded_at is null and (v.valid @> $2::date or (lower(v.valid) > $2::date and lower(v.valid) = v.provided_from))
           order by coalesce(v.provided_to < $2, false), l.position, v.facility_name collate cs, s.id"#,
        provider,
        on
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| ServiceRow {
            id: r.id,
            portal_id: r.portal_id,
            identifikator: r.identifikator,
            kind: r.kind,
            forms: r.forms,
            capacities: r.capacities.0,
            facility_name: r.facility_name,
            place: r.place,
            from: r.provided_from,
            to: r.provided_to,
            has_groups: r.has_groups,
        })
        .collect())
}

/// A provider with many services.
#[derive(Debug, Clone)]
pub struct BusyProvider {
    /// The provider.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// Its IČO.
    pub ico: Option<String>,
}

/// The provider with the most services with a number on a day, of those that an authority registers.
pub async fn busiest_provider(tx: &mut Tx, authority: Uuid, on: NaiveDate) -> Result<BusyProvider, StoreError> {
    sqlx::query_as!(
        BusyProvider,
        r#"select p.id, p.name, p.ico from provider p join service_version v on v.provider_id = p.id
           where p.registrar_id = $1 and p.ico is not null and v.superseded_at is null and v.valid @> $2::date and v.identifikator is not null
             and v.provided_from < $2 and v.provided_to is null and cardinality(v.forms) > 0
           group by p.id order by least(count(*), 8) desc, p.name collate cs limit 1"#,
        authority,
        on
    )
    .fetch_optional(&mut **tx)
    .await?
    .ok_or(StoreError::NotFound)
}
