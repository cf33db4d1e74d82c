//! The search of services: one page of rows, and how many services each choice of every filter would give.
//!
//! The statement has many optional filters, so it is put together here, from constant pieces and bound values only.

use crate::{StoreError, Tx};
use chrono::NaiveDate;
use domain::registry::normalise::CapacityLine;
use domain::text::fold;
use sqlx::types::Json;
use sqlx::{FromRow, Postgres, QueryBuilder, Row as _};
use std::collections::HashMap;
use uuid::Uuid;

/// Of which day the register is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AsOf {
    /// As it is known now; the day says which services are provided.
    Today(NaiveDate),
    /// As it was, or will be, on that day.
    Day(NaiveDate),
}

impl AsOf {
    /// The day.
    pub fn day(self) -> NaiveDate {
        match self {
            Self::Today(day) | Self::Day(day) => day,
        }
    }
}

/// Whether a service is provided on the day that is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ServiceState {
    /// It is provided.
    Active,
    /// Its last day is over.
    Ended,
    /// Its first day is still to come.
    Upcoming,
}

impl ServiceState {
    /// In addresses and counts.
    pub fn code(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Ended => "ended",
            Self::Upcoming => "upcoming",
        }
    }

    /// The state of a service by its first and last day.
    pub fn of(from: Option<NaiveDate>, to: Option<NaiveDate>, day: NaiveDate) -> Self {
        if to.is_some_and(|to| to < day) {
            Self::Ended
        } else if from.is_some_and(|from| from > day) {
            Self::Upcoming
        } else {
            Self::Active
        }
    }
}

/// Order of the rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sort {
    /// By provider, then facility.
    #[default]
    Provider,
    /// By the first facility.
    Facility,
    /// By municipality.
    Place,
    /// By type, then provider.
    Kind,
    /// The newest first.
    Newest,
}

/// What is searched for. Codes are the own keys of the code lists; several of one filter mean any of them.
#[derive(Debug, Clone)]
pub struct SearchFilter {
    /// Words, each of which must be found; diacritics don't matter.
    pub text: String,
    /// Types of service.
    pub kinds: Vec<String>,
    /// Forms.
    pub forms: Vec<String>,
    /// Regions.
    pub kraje: Vec<String>,
    /// Districts.
    pub okresy: Vec<String>,
    /// Municipalities.
    pub obce: Vec<String>,
    /// Target groups.
    pub groups: Vec<String>,
    /// One provider.
    pub provider: Option<Uuid>,
    /// States; none means active services only.
    pub states: Vec<ServiceState>,
    /// The day.
    pub as_of: AsOf,
    /// The order.
    pub sort: Sort,
    /// Rows of a page.
    pub limit: i64,
    /// Rows before the page.
    pub offset: i64,
}

impl SearchFilter {
    /// All active services by provider, fifty on a page.
    pub fn all(as_of: AsOf) -> Self {
        Self {
            text: String::new(),
            kinds: vec![],
            forms: vec![],
            kraje: vec![],
            okresy: vec![],
            obce: vec![],
            groups: vec![],
            provider: None,
            states: vec![],
            as_of,
            sort: Sort::Provider,
            limit: 50,
            offset: 0,
        }
    }
}

/// One service in the list.
#[derive(Debug, Clone, FromRow, serde::Serialize)]
pub struct ServiceRow {
    /// The service.
    pub id: Uuid,
    /// Its key in the open data.
    pub portal_id: Option<i64>,
    /// Identifikátor.
    pub identifikator: Option<String>,
    /// Key of its type.
    pub kind: Option<String>,
    /// Keys of its forms.
    pub forms: Vec<String>,
    /// Registered maxima.
    pub capacities: Json<Vec<CapacityLine>>,
    /// Its provider.
    pub provider_id: Uuid,
    /// Name of the provider.
    pub provider_name: String,
    /// First facility.
    pub facility_name: Option<String>,
    /// Municipality of that.
    pub place: Option<String>,
    /// Address of that.
    pub address_line: Option<String>,
    /// How many facilities there are.
    pub facilities: i32,
    /// First day.
    pub provided_from: Option<NaiveDate>,
    /// Last day.
    pub provided_to: Option<NaiveDate>,
}

/// How many services each choice would give, the other filters being as they are.
#[derive(Debug, Clone, Default, serde::Serialize)]
pub struct FacetCounts {
    /// Services that fit all filters.
    pub total: i64,
    /// By type.
    pub kinds: HashMap<String, i64>,
    /// By form.
    pub forms: HashMap<String, i64>,
    /// By region.
    pub kraje: HashMap<String, i64>,
    /// By district.
    pub okresy: HashMap<String, i64>,
    /// By municipality; counted only where a district is chosen.
    pub obce: HashMap<String, i64>,
    /// By target group.
    pub groups: HashMap<String, i64>,
    /// By state, by [`ServiceState::code`].
    pub states: HashMap<String, i64>,
}

/// A page of the search.
#[derive(Debug, Clone, serde::Serialize)]
pub struct SearchPage {
    /// Its rows.
    pub rows: Vec<ServiceRow>,
    /// The counts.
    pub counts: FacetCounts,
}

/// The filters of which counts are made, with their column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Facet {
    Kind,
    Form,
    Kraj,
    Okres,
    Obec,
    Group,
    State,
}

const FACETS: [Facet; 7] = [Facet::Kind, Facet::Form, Facet::Kraj, Facet::Okres, Facet::Obec, Facet::Group, Facet::State];

const STATE: [&str; 3] =
    ["case when v.provided_to < ", "::date then 'ended' when v.provided_from > ", "::date then 'upcoming' else 'active' end"];

impl Facet {
    /// Name in the statement, of the column that says whether a row fits this filter.
    fn fits(self) -> &'static str {
        match self {
            Self::Kind => "fits_kind",
            Self::Form => "fits_form",
            Self::Kraj => "fits_kraj",
            Self::Okres => "fits_okres",
            Self::Obec => "fits_obec",
            Self::Group => "fits_group",
            Self::State => "fits_state",
        }
    }

    fn chosen(self, filter: &SearchFilter) -> Option<Vec<String>> {
        let list = match self {
            Self::Kind => filter.kinds.clone(),
            Self::Form => filter.forms.clone(),
            Self::Kraj => filter.kraje.clone(),
            Self::Okres => filter.okresy.clone(),
            Self::Obec => filter.obce.clone(),
            Self::Group => filter.groups.clone(),
            Self::State if filter.states.is_empty() => vec![ServiceState::Active.code().to_owned()],
            Self::State => filter.states.iter().map(|s| s.code().to_owned()).collect(),
        };
        (!list.is_empty()).then_some(list)
    }

    fn push_condition(self, query: &mut QueryBuilder<Postgres>, chosen: Vec<String>, day: NaiveDate) {
        match self {
            Self::Kind => query.push("v.kind = any (").push_bind(chosen).push(")"),
            Self::State => push_state(query, day).push(" = any (").push_bind(chosen).push(")"),
            Self::Form => query.push("v.forms && ").push_bind(chosen),
            Self::Kraj => query.push("v.kraje && ").push_bind(chosen),
            Self::Okres => query.push("v.okresy && ").push_bind(chosen),
            Self::Obec => query.push("v.obce && ").push_bind(chosen),
            Self::Group => query.push("v.groups && ").push_bind(chosen),
        };
    }

    /// The rows that count for this facet: its key, and from where.
    fn counted(self) -> &'static str {
        match self {
            Self::Kind => "select 'kind', kind, count(*) from hit",
            Self::Form => "select 'form', key, count(*) from hit cross join unnest(forms) key",
            Self::Kraj => "select 'kraj', key, count(*) from hit cross join unnest(kraje) key",
            Self::Okres => "select 'okres', key, count(*) from hit cross join unnest(okresy) key",
            Self::Obec => "select 'obec', key, count(*) from hit cross join unnest(obce) key",
            Self::Group => "select 'group', key, count(*) from hit cross join unnest(groups) key",
            Self::State => "select 'state', state, count(*) from hit",
        }
    }
}

fn push_state(query: &mut QueryBuilder<Postgres>, day: NaiveDate) -> &mut QueryBuilder<Postgres> {
    query.push(STATE[0]).push_bind(day).push(STATE[1]).push_bind(day).push(STATE[2])
}

/// At most so many words are searched for.
const WORDS: usize = 8;

/// A folded word between wildcards, itself taken literally.
fn pattern(word: &str) -> String {
    let mut pattern = String::with_capacity(word.len() + 2);
    pattern.push('%');
    for c in word.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

/// Which versions are looked at, the words and the provider: what holds for rows and for all counts.
fn push_base(query: &mut QueryBuilder<Postgres>, filter: &SearchFilter) {
    query.push(" v.superseded_at is null");
    match filter.as_of {
        AsOf::Today(_) => query.push(" and upper_inf(v.valid)"),
        AsOf::Day(day) => query.push(" and v.valid @> ").push_bind(day),
    };
    for word in fold(&filter.text).split(' ').filter(|w| !w.is_empty()).take(WORDS) {
        query.push(" and v.search_text like ").push_bind(pattern(word));
    }
    if let Some(provider) = filter.provider {
        query.push(" and v.provider_id = ").push_bind(provider);
    }
}

/// Searches. Reads as the actor; the register's public part is for everybody.
pub async fn search(tx: &mut Tx, filter: &SearchFilter) -> Result<SearchPage, StoreError> {
    // Words differ too much for one plan: plans are made for the values at hand.
    sqlx::query!("select set_config('plan_cache_mode', 'force_custom_plan', true)").fetch_one(&mut **tx).await?;
    Ok(SearchPage { rows: rows(tx, filter).await?, counts: counts(tx, filter).await? })
}

async fn rows(tx: &mut Tx, filter: &SearchFilter) -> Result<Vec<ServiceRow>, StoreError> {
    let mut query = QueryBuilder::new(
        "select r.*, s.portal_id from (select v.service_id as id, v.identifikator, v.kind, v.forms, v.capacities, v.provider_id, v.provider_name,
           v.facility_name, v.place, v.address_line, v.facilities, v.provided_from, v.provided_to, row_number() over (order by ",
    );
    let order = match filter.sort {
        Sort::Provider => "v.provider_name collate cs, v.service_id",
        Sort::Facility => "v.facility_name collate cs nulls last, v.service_id",
        Sort::Place => "v.place collate cs nulls last, v.provider_name collate cs, v.service_id",
        Sort::Kind => "v.kind nulls last, v.provider_name collate cs, v.service_id",
        Sort::Newest => "v.provided_from desc nulls last, v.service_id",
    };
    query.push(order).push(") as position from service_version v where");
    push_base(&mut query, filter);
    for facet in FACETS {
        if let Some(chosen) = facet.chosen(filter) {
            query.push(" and ");
            facet.push_condition(&mut query, chosen, filter.as_of.day());
        }
    }
    query
        .push(" order by ")
        .push(order)
        .push(" limit ")
        .push_bind(filter.limit.clamp(1, 10_000))
        .push(" offset ")
        .push_bind(filter.offset.max(0));
    query.push(") r join service s on s.id = r.id order by r.position");
    Ok(query.build_query_as().fetch_all(&mut **tx).await?)
}

async fn counts(tx: &mut Tx, filter: &SearchFilter) -> Result<FacetCounts, StoreError> {
    let day = filter.as_of.day();
    let chosen: Vec<(Facet, Vec<String>)> = FACETS.into_iter().filter_map(|f| Some((f, f.chosen(filter)?))).collect();
    let mut query =
        QueryBuilder::new("with hit as materialized (select * from (select v.kind, v.forms, v.groups, v.kraje, v.okresy, v.obce, ");
    push_state(&mut query, day).push(" as state");
    for (facet, keys) in &chosen {
        query.push(", coalesce(");
        facet.push_condition(&mut query, keys.clone(), day);
        query.push(", false) as ").push(facet.fits());
    }
    query.push(" from service_version v where");
    push_base(&mut query, filter);
    // A row that two filters refuse counts nowhere.
    query.push(") v where 0");
    for (facet, _) in &chosen {
        query.push(" + (not ").push(facet.fits()).push(")::integer");
    }
    query.push(" <= 1) select 'total' as facet, '' as key, count(*) as services from hit where true");
    for (facet, _) in &chosen {
        query.push(" and ").push(facet.fits());
    }
    for counted in FACETS {
        if counted == Facet::Obec && filter.okresy.is_empty() {
            continue;
        }
        query.push(" union all ").push(counted.counted()).push(" where true");
        for (facet, _) in chosen.iter().filter(|(facet, _)| *facet != counted) {
            query.push(" and ").push(facet.fits());
        }
        query.push(" group by 2");
    }
    let mut counts = FacetCounts::default();
    for row in query.build().fetch_all(&mut **tx).await? {
        let (facet, key, services): (String, Option<String>, i64) = (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
        let key = key.unwrap_or_default();
        let list = match facet.as_str() {
            "kind" => &mut counts.kinds,
            "form" => &mut counts.forms,
            "kraj" => &mut counts.kraje,
            "okres" => &mut counts.okresy,
            "obec" => &mut counts.obce,
            "group" => &mut counts.groups,
            "state" => &mut counts.states,
            _ => {
                counts.total = services;
                continue;
            }
        };
        list.insert(key, services);
    }
    Ok(counts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_of_a_person_are_letters() {
        assert_eq!(pattern("100%_\\"), "%100\\%\\_\\\\%");
    }

    #[test]
    fn states() {
        let day = |d| NaiveDate::from_ymd_opt(2026, 1, d);
        for (from, to, state) in [
            (day(1), None, ServiceState::Active),
            (day(15), day(15), ServiceState::Active),
            (None, None, ServiceState::Active),
            (day(16), None, ServiceState::Upcoming),
            (day(1), day(14), ServiceState::Ended),
        ] {
            assert_eq!(ServiceState::of(from, to, day(15).unwrap()), state);
        }
    }
}
