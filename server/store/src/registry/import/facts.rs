//! The stored facts of a batch of services or providers, to compare with.

use crate::{StoreError, Tx};
use chrono::NaiveDate;
use domain::registry::facility::StoredFacility;
use domain::registry::record::{Facility, Provider, Service};
use domain::registry::shape::Rest;
use sqlx::types::Json;
use std::collections::HashMap;
use uuid::Uuid;

/// The version that holds now.
#[derive(Debug, Clone, Copy)]
pub(super) struct Current {
    pub version: Uuid,
    /// First day; none is without beginning.
    pub lower: Option<NaiveDate>,
    /// There is no other version that counts.
    pub sole: bool,
}

pub(super) struct StoredService {
    pub current: Current,
    pub facts: Service,
    pub private: Rest,
    pub provider_name: String,
    pub facilities: Vec<StoredFacility<FacilityState>>,
}

pub(super) struct FacilityState {
    pub id: Uuid,
    pub current: Current,
    pub private: Rest,
}

pub(super) async fn services(tx: &mut Tx, ids: &[Uuid]) -> Result<HashMap<Uuid, StoredService>, StoreError> {
    let mut all = HashMap::with_capacity(ids.len());
    if ids.is_empty() {
        return Ok(all);
    }
    let rows = sqlx::query!(
        r#"select v.service_id, v.id, lower(v.valid) as lower, v.provider_name,
             not exists (select from service_version w where w.service_id = v.service_id and w.superseded_at is null and w.id <> v.id) as "sole!",
             d.facts as "facts: Json<Service>", p.data as "private?: Json<Rest>"
           from service_version v
           join service_document d on d.version_id = v.id
           left join service_private p on p.version_id = v.id
           where v.service_id = any ($1) and v.superseded_at is null and upper_inf(v.valid)"#,
        ids
    )
    .fetch_all(&mut **tx)
    .await?;
    for row in rows {
        let stored = StoredService {
            current: Current { version: row.id, lower: row.lower, sole: row.sole },
            facts: row.facts.0,
            private: row.private.map(|p| p.0).unwrap_or_default(),
            provider_name: row.provider_name,
            facilities: Vec::new(),
        };
        all.insert(row.service_id, stored);
    }
    let rows = sqlx::query!(
        r#"select v.service_id, v.facility_id, v.id, lower(v.valid) as lower, v.is_secret, v.twins,
             not exists (select from facility_version w where w.facility_id = v.facility_id and w.superseded_at is null and w.id <> v.id) as "sole!",
             v.facts as "facts: Json<Facility>", p.data as "private?: Json<Rest>"
           from facility_version v left join facility_private p on p.version_id = v.id
           where v.service_id = any ($1) and v.superseded_at is null and upper_inf(v.valid)
           order by v.facility_id"#,
        ids
    )
    .fetch_all(&mut **tx)
    .await?;
    for row in rows {
        let current = Current { version: row.id, lower: row.lower, sole: row.sole };
        let private = row.private.map(|p| p.0).unwrap_or_default();
        let facility = StoredFacility {
            id: FacilityState { id: row.facility_id, current, private },
            facts: row.facts.0,
            twins: row.twins,
            is_secret: row.is_secret,
        };
        if let Some(service) = all.get_mut(&row.service_id) {
            service.facilities.push(facility);
        }
    }
    Ok(all)
}

pub(super) struct StoredProvider {
    pub current: Current,
    pub facts: Provider,
    pub private: Rest,
}

pub(super) async fn providers(tx: &mut Tx, ids: &[Uuid]) -> Result<HashMap<Uuid, StoredProvider>, StoreError> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = sqlx::query!(
        r#"select v.provider_id, v.id, lower(v.valid) as lower, v.facts as "facts: Json<Provider>", p.data as "private?: Json<Rest>",
             not exists (select from provider_version w where w.provider_id = v.provider_id and w.superseded_at is null and w.id <> v.id) as "sole!"
           from provider_version v left join provider_private p on p.version_id = v.id
           where v.provider_id = any ($1) and v.superseded_at is null and upper_inf(v.valid)"#,
        ids
    )
    .fetch_all(&mut **tx)
    .await?;
    let stored = |row: (Uuid, Option<NaiveDate>, bool, Provider, Option<Rest>)| StoredProvider {
        current: Current { version: row.0, lower: row.1, sole: row.2 },
        facts: row.3,
        private: row.4.unwrap_or_default(),
    };
    Ok(rows.into_iter().map(|r| (r.provider_id, stored((r.id, r.lower, r.sole, r.facts.0, r.private.map(|p| p.0))))).collect())
}
