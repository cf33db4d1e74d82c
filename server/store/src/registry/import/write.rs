//! The rows of a batch, written table by table.

use super::facts::Current;
use super::file::Digest;
use crate::{StoreError, Tx, new_id};
use chrono::{DateTime, NaiveDate, Utc};
use domain::registry::change::Change;
use domain::registry::normalise::{CapacityLine, Search};
use domain::registry::record::{Address, Facility, Provider, Service};
use domain::registry::shape::Rest;
use sqlx::types::Json;
use std::collections::BTreeSet;
use uuid::Uuid;

pub(super) struct ProviderRow {
    pub id: Uuid,
    pub portal_id: Option<i64>,
    pub ico: Option<String>,
    pub name: String,
    pub is_person: bool,
}

pub(super) struct ProviderVersion {
    pub provider: Uuid,
    pub lower: Option<NaiveDate>,
    pub digest: Digest,
    pub facts: Provider,
    pub private: Rest,
    pub changes: Vec<Change>,
}

pub(super) struct ServiceVersion {
    pub service: Uuid,
    pub provider: Uuid,
    pub lower: NaiveDate,
    pub provider_name: String,
    pub facts: Service,
    pub private: Rest,
    pub changes: Vec<Change>,
    pub search: Search,
}

pub(super) struct FacilityVersion {
    pub facility: Uuid,
    pub service: Uuid,
    pub lower: NaiveDate,
    pub is_secret: bool,
    pub twins: i32,
    pub kraj: Option<String>,
    pub facts: Facility,
    pub private: Rest,
    pub changes: Vec<Change>,
}

pub(super) struct SecretAddress {
    pub facility: Uuid,
    pub service: Uuid,
    pub kraj: Option<String>,
    pub address: Address,
}

/// Versions that end: closed on the day of the import, or superseded where they would not have held a day.
#[derive(Default)]
pub(super) struct Ended {
    pub closed: Vec<Uuid>,
    pub superseded: Vec<Uuid>,
}

impl Ended {
    /// Ends a version that is followed by another one and gives the first day of that: the day of the import, or where the version begins on
    /// that day or later, its own first day. The only version of something begins on `first_day` where that is known.
    pub fn replace(&mut self, current: &Current, as_of: NaiveDate, first_day: Option<NaiveDate>) -> NaiveDate {
        match current.lower {
            Some(lower) if lower >= as_of => {
                self.superseded.push(current.version);
                if current.sole { first_day.unwrap_or(lower) } else { lower }
            }
            _ => {
                self.closed.push(current.version);
                as_of
            }
        }
    }
}

/// Everything that a batch writes.
#[derive(Default)]
pub(super) struct Rows {
    pub new_providers: Vec<ProviderRow>,
    pub changed_providers: Vec<ProviderRow>,
    pub portal_ids: Vec<(Uuid, i64)>,
    pub ended_providers: Ended,
    pub provider_versions: Vec<ProviderVersion>,
    pub new_services: Vec<(Uuid, i64, Uuid)>,
    pub moved_services: Vec<(Uuid, Uuid)>,
    pub ended_services: Ended,
    pub service_versions: Vec<ServiceVersion>,
    /// Versions that stay, with what search needs of them now.
    pub derived: Vec<(Uuid, String, Search)>,
    pub sources: Vec<(Uuid, Digest, Digest)>,
    pub new_facilities: Vec<(Uuid, Uuid)>,
    pub ended_facilities: Ended,
    pub facility_versions: Vec<FacilityVersion>,
    pub secrets: Vec<SecretAddress>,
    /// Facilities that become secret: what is stored of their address is taken out of sight.
    pub now_secret: Vec<(Uuid, Uuid)>,
}

/// What every row of an import has alike.
#[derive(Clone, Copy)]
pub(super) struct Stamp {
    pub run: Uuid,
    pub at: DateTime<Utc>,
    pub as_of: NaiveDate,
}

/// A list of keys as one text for `string_to_array(…, E'\x1f')`: arrays of arrays of different length can't be bound.
fn keys(list: &[String]) -> String {
    list.join("\u{1f}")
}

/// One column of rows.
fn column<'a, R, T>(rows: &'a [R], value: impl Fn(&'a R) -> T) -> Vec<T> {
    rows.iter().map(value).collect()
}

impl Rows {
    pub async fn write(&self, tx: &mut Tx, stamp: Stamp) -> Result<(), StoreError> {
        self.providers(tx, stamp).await?;
        self.services(tx, stamp).await?;
        self.facilities(tx, stamp).await?;
        self.secrets(tx, stamp).await
    }

    async fn providers(&self, tx: &mut Tx, stamp: Stamp) -> Result<(), StoreError> {
        if !self.new_providers.is_empty() {
            let rows = &self.new_providers;
            let folded = column(rows, |r| domain::text::fold(&r.name));
            sqlx::query!(
                "insert into provider (id, portal_id, ico, name, name_folded, is_person, created_at)
                 select *, $7 from unnest($1::uuid[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::boolean[])",
                &column(rows, |r| r.id),
                &column(rows, |r| r.portal_id) as _,
                &column(rows, |r| r.ico.as_deref()) as _,
                &column(rows, |r| r.name.as_str()) as _,
                &folded,
                &column(rows, |r| r.is_person),
                stamp.at
            )
            .execute(&mut **tx)
            .await?;
        }
        if !self.changed_providers.is_empty() {
            let rows = &self.changed_providers;
            let folded = column(rows, |r| domain::text::fold(&r.name));
            sqlx::query!(
                "update provider p set ico = n.ico, name = n.name, name_folded = n.folded, is_person = n.is_person, row_version = row_version + 1
                 from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::boolean[]) as n (id, ico, name, folded, is_person)
                 where p.id = n.id",
                &column(rows, |r| r.id),
                &column(rows, |r| r.ico.as_deref()) as _,
                &column(rows, |r| r.name.as_str()) as _,
                &folded,
                &column(rows, |r| r.is_person),
            )
            .execute(&mut **tx)
            .await?;
        }
        if !self.portal_ids.is_empty() {
            sqlx::query!(
                "update provider p set portal_id = n.portal_id, row_version = row_version + 1
                 from unnest($1::uuid[], $2::bigint[]) as n (id, portal_id) where p.id = n.id",
                &column(&self.portal_ids, |r| r.0),
                &column(&self.portal_ids, |r| r.1),
            )
            .execute(&mut **tx)
            .await?;
        }
        let Ended { closed, superseded } = &self.ended_providers;
        if !closed.is_empty() || !superseded.is_empty() {
            sqlx::query!(
                "update provider_version set valid = case when id = any ($1) then daterange(lower(valid), $3) else valid end,
                   superseded_at = case when id = any ($2) then $4::timestamptz end
                 where id = any ($1) or id = any ($2)",
                closed,
                superseded,
                stamp.as_of,
                stamp.at
            )
            .execute(&mut **tx)
            .await?;
        }
        let rows = &self.provider_versions;
        if rows.is_empty() {
            return Ok(());
        }
        let ids = column(rows, |_| new_id());
        sqlx::query!(
            "insert into provider_version (id, provider_id, valid, recorded_at, source, import_run_id, digest, facts, changes)
             select id, provider_id, daterange(lower, null), $7, 'import', $8, digest, facts, changes
             from unnest($1::uuid[], $2::uuid[], $3::date[], $4::bytea[], $5::jsonb[], $6::jsonb[]) as t (id, provider_id, lower, digest, facts, changes)",
            &ids,
            &column(rows, |r| r.provider),
            &column(rows, |r| r.lower) as _,
            &column(rows, |r| r.digest.as_slice()) as _,
            &column(rows, |r| Json(&r.facts)) as _,
            &column(rows, |r| Json(&r.changes)) as _,
            stamp.at,
            stamp.run
        )
        .execute(&mut **tx)
        .await?;
        let private: Vec<(Uuid, &ProviderVersion)> = ids.into_iter().zip(rows).filter(|(_, r)| !r.private.is_empty()).collect();
        if !private.is_empty() {
            sqlx::query!(
                "insert into provider_private (version_id, provider_id, data) select * from unnest($1::uuid[], $2::uuid[], $3::jsonb[])",
                &column(&private, |r| r.0),
                &column(&private, |r| r.1.provider),
                &column(&private, |r| Json(&r.1.private)) as _,
            )
            .execute(&mut **tx)
            .await?;
        }
        Ok(())
    }

    async fn services(&self, tx: &mut Tx, stamp: Stamp) -> Result<(), StoreError> {
        if !self.new_services.is_empty() {
            sqlx::query!(
                "insert into service (id, portal_id, provider_id, created_at) select *, $4 from unnest($1::uuid[], $2::bigint[], $3::uuid[])",
                &column(&self.new_services, |r| r.0),
                &column(&self.new_services, |r| r.1),
                &column(&self.new_services, |r| r.2),
                stamp.at
            )
            .execute(&mut **tx)
            .await?;
        }
        if !self.moved_services.is_empty() {
            sqlx::query!(
                "update service s set provider_id = n.provider_id, row_version = row_version + 1
                 from unnest($1::uuid[], $2::uuid[]) as n (id, provider_id) where s.id = n.id",
                &column(&self.moved_services, |r| r.0),
                &column(&self.moved_services, |r| r.1),
            )
            .execute(&mut **tx)
            .await?;
        }
        let Ended { closed, superseded } = &self.ended_services;
        if !closed.is_empty() || !superseded.is_empty() {
            sqlx::query!(
                "update service_version set valid = case when id = any ($1) then daterange(lower(valid), $3) else valid end,
                   superseded_at = case when id = any ($2) then $4::timestamptz end
                 where id = any ($1) or id = any ($2)",
                closed,
                superseded,
                stamp.as_of,
                stamp.at
            )
            .execute(&mut **tx)
            .await?;
        }
        if !self.derived.is_empty() {
            let rows = &self.derived;
            sqlx::query!(
                "update service_version v set provider_name = n.provider_name, search_text = n.search_text, kraje = string_to_array(n.kraje, E'\\x1f'),
                   okresy = string_to_array(n.okresy, E'\\x1f'), obce = string_to_array(n.obce, E'\\x1f'), facility_name = n.facility_name,
                   place = n.place, address_line = n.address_line, facilities = n.facilities
                 from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::integer[])
                   as n (id, provider_name, search_text, kraje, okresy, obce, facility_name, place, address_line, facilities)
                 where v.id = n.id
                   and (v.provider_name, v.search_text, v.kraje, v.okresy, v.obce, v.facility_name, v.place, v.address_line, v.facilities)
                     is distinct from (n.provider_name, n.search_text, string_to_array(n.kraje, E'\\x1f'), string_to_array(n.okresy, E'\\x1f'),
                       string_to_array(n.obce, E'\\x1f'), n.facility_name, n.place, n.address_line, n.facilities)",
                &column(rows, |r| r.0),
                &column(rows, |r| r.1.as_str()) as _,
                &column(rows, |r| r.2.text.as_str()) as _,
                &column(rows, |r| keys(&r.2.kraje)),
                &column(rows, |r| keys(&r.2.okresy)),
                &column(rows, |r| keys(&r.2.obce)),
                &column(rows, |r| r.2.facility_name.as_deref()) as _,
                &column(rows, |r| r.2.place.as_deref()) as _,
                &column(rows, |r| r.2.address_line.as_deref()) as _,
                &column(rows, |r| r.2.facilities),
            )
            .execute(&mut **tx)
            .await?;
        }
        if !self.service_versions.is_empty() {
            self.service_versions(tx, stamp).await?;
        }
        if !self.sources.is_empty() {
            sqlx::query!(
                "insert into service_source (service_id, digest, provider_digest) select * from unnest($1::uuid[], $2::bytea[], $3::bytea[])
                 on conflict (service_id) do update set digest = excluded.digest, provider_digest = excluded.provider_digest",
                &column(&self.sources, |r| r.0),
                &column(&self.sources, |r| r.1.as_slice()) as _,
                &column(&self.sources, |r| r.2.as_slice()) as _,
            )
            .execute(&mut **tx)
            .await?;
        }
        Ok(())
    }

    async fn service_versions(&self, tx: &mut Tx, stamp: Stamp) -> Result<(), StoreError> {
        let rows = &self.service_versions;
        let ids = column(rows, |_| new_id());
        let trimmed = |text: &Option<String>| {
            text.as_deref().map(str::trim).filter(|t| !t.is_empty()).map(|t| t.chars().take(60).collect::<String>())
        };
        sqlx::query!(
            "insert into service_version (id, service_id, provider_id, valid, recorded_at, source, import_run_id, identifikator, provided_from, provided_to,
               kind, forms, groups, kraje, okresy, obce, capacities, provider_name, facility_name, place, address_line, facilities, search_text)
             select id, service_id, provider_id, daterange(lower, null), $19, 'import', $20, identifikator, provided_from, provided_to, kind,
               string_to_array(forms, E'\\x1f'), string_to_array(groups, E'\\x1f'), string_to_array(kraje, E'\\x1f'), string_to_array(okresy, E'\\x1f'),
               string_to_array(obce, E'\\x1f'), capacities, provider_name, facility_name, place, address_line, facilities, search_text
             from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::date[], $5::text[], $6::date[], $7::date[], $8::text[], $9::text[], $10::text[],
               $11::text[], $12::text[], $13::text[], $14::jsonb[], $15::text[], $16::text[], $17::text[], $18::text[], $21::text[], $22::integer[])
               as t (id, service_id, provider_id, lower, identifikator, provided_from, provided_to, kind, forms, groups, kraje, okresy, obce, capacities,
                     provider_name, facility_name, place, search_text, address_line, facilities)",
            &ids,
            &column(rows, |r| r.service),
            &column(rows, |r| r.provider),
            &column(rows, |r| r.lower),
            &column(rows, |r| trimmed(&r.facts.identifikator)) as _,
            &column(rows, |r| r.facts.datum_poskytovani_od) as _,
            &column(rows, |r| r.facts.datum_poskytovani_do) as _,
            &column(rows, |r| r.search.kind.as_deref()) as _,
            &column(rows, |r| keys(&r.search.forms)),
            &column(rows, |r| keys(&r.search.groups)),
            &column(rows, |r| keys(&r.search.kraje)),
            &column(rows, |r| keys(&r.search.okresy)),
            &column(rows, |r| keys(&r.search.obce)),
            &column(rows, |r| Json::<&[CapacityLine]>(&r.search.capacities)) as _,
            &column(rows, |r| r.provider_name.as_str()) as _,
            &column(rows, |r| r.search.facility_name.as_deref()) as _,
            &column(rows, |r| r.search.place.as_deref()) as _,
            &column(rows, |r| r.search.text.as_str()) as _,
            stamp.at,
            stamp.run,
            &column(rows, |r| r.search.address_line.as_deref()) as _,
            &column(rows, |r| r.search.facilities),
        )
        .execute(&mut **tx)
        .await?;
        sqlx::query!(
            "insert into service_document (version_id, facts, changes) select * from unnest($1::uuid[], $2::jsonb[], $3::jsonb[])",
            &ids,
            &column(rows, |r| Json(&r.facts)) as _,
            &column(rows, |r| Json(&r.changes)) as _,
        )
        .execute(&mut **tx)
        .await?;
        let private: Vec<(Uuid, &ServiceVersion)> = ids.into_iter().zip(rows).filter(|(_, r)| !r.private.is_empty()).collect();
        if !private.is_empty() {
            sqlx::query!(
                "insert into service_private (version_id, service_id, data) select * from unnest($1::uuid[], $2::uuid[], $3::jsonb[])",
                &column(&private, |r| r.0),
                &column(&private, |r| r.1.service),
                &column(&private, |r| Json(&r.1.private)) as _,
            )
            .execute(&mut **tx)
            .await?;
        }
        Ok(())
    }

    async fn facilities(&self, tx: &mut Tx, stamp: Stamp) -> Result<(), StoreError> {
        if !self.new_facilities.is_empty() {
            sqlx::query!(
                "insert into facility (id, service_id, created_at) select *, $3 from unnest($1::uuid[], $2::uuid[])",
                &column(&self.new_facilities, |r| r.0),
                &column(&self.new_facilities, |r| r.1),
                stamp.at
            )
            .execute(&mut **tx)
            .await?;
        }
        let Ended { closed, superseded } = &self.ended_facilities;
        if !closed.is_empty() || !superseded.is_empty() {
            sqlx::query!(
                "update facility_version set valid = case when id = any ($1) then daterange(lower(valid), $3) else valid end,
                   superseded_at = case when id = any ($2) then $4::timestamptz end
                 where id = any ($1) or id = any ($2)",
                closed,
                superseded,
                stamp.as_of,
                stamp.at
            )
            .execute(&mut **tx)
            .await?;
        }
        let rows = &self.facility_versions;
        if rows.is_empty() {
            return Ok(());
        }
        let ids = column(rows, |_| new_id());
        sqlx::query!(
            "insert into facility_version (id, facility_id, service_id, valid, recorded_at, source, import_run_id, is_secret, twins, kraj, facts, changes)
             select id, facility_id, service_id, daterange(lower, null), $10, 'import', $11, is_secret, twins, kraj, facts, changes
             from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::date[], $5::boolean[], $6::integer[], $7::text[], $8::jsonb[], $9::jsonb[])
               as t (id, facility_id, service_id, lower, is_secret, twins, kraj, facts, changes)",
            &ids,
            &column(rows, |r| r.facility),
            &column(rows, |r| r.service),
            &column(rows, |r| r.lower),
            &column(rows, |r| r.is_secret),
            &column(rows, |r| r.twins),
            &column(rows, |r| r.kraj.as_deref()) as _,
            &column(rows, |r| Json(&r.facts)) as _,
            &column(rows, |r| Json(&r.changes)) as _,
            stamp.at,
            stamp.run
        )
        .execute(&mut **tx)
        .await?;
        let private: Vec<(Uuid, &FacilityVersion)> = ids.into_iter().zip(rows).filter(|(_, r)| !r.private.is_empty()).collect();
        if !private.is_empty() {
            sqlx::query!(
                "insert into facility_private (version_id, service_id, data) select * from unnest($1::uuid[], $2::uuid[], $3::jsonb[])",
                &column(&private, |r| r.0),
                &column(&private, |r| r.1.service),
                &column(&private, |r| Json(&r.1.private)) as _,
            )
            .execute(&mut **tx)
            .await?;
        }
        Ok(())
    }

    async fn secrets(&self, tx: &mut Tx, stamp: Stamp) -> Result<(), StoreError> {
        if !self.now_secret.is_empty() {
            hide_facilities(tx, &column(&self.now_secret, |r| r.0), stamp.at).await?;
        }
        let rows = &self.secrets;
        if !rows.is_empty() {
            sqlx::query_scalar!(
                "select app.keep_secret_addresses($1, $2, $3, $4, $5)",
                &column(rows, |_| new_id()),
                &column(rows, |r| r.facility),
                &column(rows, |r| r.kraj.clone().unwrap_or_default()),
                &column(rows, |r| Json(&r.address)) as _,
                stamp.at
            )
            .fetch_one(&mut **tx)
            .await?;
        }
        let hidden: BTreeSet<Uuid> = self.now_secret.iter().map(|r| r.1).collect();
        let services: BTreeSet<Uuid> = hidden.iter().copied().chain(rows.iter().map(|r| r.service)).collect();
        hide_equal(tx, &services, hidden, stamp.at).await
    }
}

/// Takes the address of facilities that became secret out of everything public that is stored of them and of their services, older versions
/// included.
pub(in crate::registry) async fn hide_history(tx: &mut Tx, now_secret: &[(Uuid, Uuid)], at: DateTime<Utc>) -> Result<(), StoreError> {
    hide_facilities(tx, &column(now_secret, |r| r.0), at).await?;
    let services: BTreeSet<Uuid> = now_secret.iter().map(|r| r.1).collect();
    hide_equal(tx, &services, services.clone(), at).await
}

/// The facilities of some services whose open address, in any version, is a secret one of the service: (facility, service).
pub(in crate::registry) async fn open_at_hidden(tx: &mut Tx, services: &[Uuid]) -> Result<Vec<(Uuid, Uuid)>, StoreError> {
    let rows = sqlx::query!(
        r#"select facility_id as "facility!", service_id as "service!" from app.facilities_at_hidden_addresses($1)"#,
        services
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.into_iter().map(|r| (r.facility, r.service)).collect())
}

/// Moves the addresses of facilities to the secret ones, all versions.
async fn hide_facilities(tx: &mut Tx, facilities: &[Uuid], at: DateTime<Utc>) -> Result<(), StoreError> {
    let old = sqlx::query!(
        r#"select facility_id, kraj, facts -> 'adresa' as "address!" from facility_version
           where facility_id = any ($1) and facts ? 'adresa' order by recorded_at, id"#,
        facilities
    )
    .fetch_all(&mut **tx)
    .await?;
    for row in old {
        sqlx::query_scalar!(
            "select app.keep_secret_addresses(array[$1::uuid], array[$2::uuid], array[$3::text], array[$4::jsonb], $5)",
            new_id(),
            row.facility_id,
            row.kraj.unwrap_or_default(),
            row.address,
            at
        )
        .fetch_one(&mut **tx)
        .await?;
    }
    sqlx::query!(
        r#"update facility_version set is_secret = true, kraj = null, facts = (facts - 'adresa') || '{"utajenaAdresa": true}', changes = '[]'
           where facility_id = any ($1) and facts ? 'adresa'"#,
        facilities
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Hides what else of some services has one of their secret addresses: other facilities and contact addresses, all versions. Older versions
/// of services with a newly hidden facility are searched like the newest.
async fn hide_equal(tx: &mut Tx, services: &BTreeSet<Uuid>, mut hidden: BTreeSet<Uuid>, at: DateTime<Utc>) -> Result<(), StoreError> {
    if services.is_empty() {
        return Ok(());
    }
    let all: Vec<Uuid> = services.iter().copied().collect();
    let equal = open_at_hidden(tx, &all).await?;
    if !equal.is_empty() {
        hide_facilities(tx, &column(&equal, |r| r.0), at).await?;
        hidden.extend(equal.iter().map(|r| r.1));
    }
    if !hidden.is_empty() {
        sqlx::query!(
            "update service_version v set kraje = c.kraje, okresy = c.okresy, obce = c.obce, facility_name = c.facility_name, place = c.place,
               address_line = c.address_line, search_text = c.search_text
             from service_version c
             where c.service_id = any ($1) and c.superseded_at is null and upper_inf(c.valid) and v.service_id = c.service_id and v.id <> c.id",
            &hidden.into_iter().collect::<Vec<_>>()
        )
        .execute(&mut **tx)
        .await?;
    }
    sqlx::query!("select app.hide_contact_addresses($1)", &all).fetch_one(&mut **tx).await?;
    Ok(())
}
