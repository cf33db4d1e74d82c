//! The public search. Its statements are put together from constant pieces and bound values in this one file.
//!
//! A service is found by the version that holds on the day asked for. Counts of a filter say how many services each of its values would give
//! with all the other filters as they are; the filters of places are one, because a municipality lies in one district and region.

use crate::{StoreError, Tx};
use chrono::NaiveDate;
use domain::registry::normalise::CapacityLine;
use domain::text::fold;
use serde::Serialize;
use sqlx::types::Json;
use sqlx::{Postgres, QueryBuilder};
use uuid::Uuid;

/// Rows of one page.
pub const PAGE: i64 = 50;
/// Most words of a text that count.
const WORDS: usize = 8;

/// The order of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sort {
    /// By the name of the facility, else of the provider.
    #[default]
    Name,
    /// By municipality.
    Place,
    /// Nearest municipality first; by name where no place is asked from.
    Distance,
    /// Largest registered number first.
    Capacity,
    /// Newest first.
    Start,
}

/// What is asked for. Empty lists and texts don't filter; values of one list are alternatives.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Query {
    /// Words as typed; every one must be found in identifikátor, names, IČO, type or municipality.
    pub text: String,
    /// Keys of types.
    pub kinds: Vec<String>,
    /// Keys of forms.
    pub forms: Vec<String>,
    /// Keys of target groups.
    pub groups: Vec<String>,
    /// Keys of regions.
    pub kraje: Vec<String>,
    /// Keys of districts.
    pub okresy: Vec<String>,
    /// Keys of municipalities.
    pub obce: Vec<String>,
    /// IČO of the provider, its id, or words of its name.
    pub provider: Option<String>,
    /// Day whose state is asked for.
    pub on: NaiveDate,
    /// Also services that had ended or had not begun on that day.
    pub ended: bool,
    /// Order.
    pub sort: Sort,
    /// Latitude and longitude (WGS 84, degrees) from which distances are measured.
    pub origin: Option<(f64, f64)>,
}

/// One value of a filter with the number of services.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Facet {
    /// Own key of the row of the code list, or the code itself where no list has it.
    pub key: String,
    /// Name.
    pub name: String,
    /// Paragraph of the law, for types.
    pub note: Option<String>,
    /// Services.
    pub count: i64,
}

/// The counts of all filters.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Facets {
    /// By type, in the order of the list.
    pub kinds: Vec<Facet>,
    /// By form.
    pub forms: Vec<Facet>,
    /// By target group.
    pub groups: Vec<Facet>,
    /// By region.
    pub kraje: Vec<Facet>,
    /// By district, once a region is chosen.
    pub okresy: Vec<Facet>,
    /// By municipality, once a district is chosen.
    pub obce: Vec<Facet>,
    /// Services that had ended or had not begun, with all filters.
    pub ended: i64,
}

/// One row of the list.
#[derive(Debug, Clone, PartialEq, Serialize, sqlx::FromRow)]
pub struct Row {
    /// The service.
    pub service_id: Uuid,
    /// Its key in the open data.
    pub portal_id: Option<i64>,
    /// Identifikátor.
    pub identifikator: Option<String>,
    /// Key of the type.
    pub kind: Option<String>,
    /// Keys of the forms.
    pub forms: Vec<String>,
    /// Registered maxima.
    pub capacities: Json<Vec<CapacityLine>>,
    /// Name of the provider.
    pub provider_name: String,
    /// Name of the first facility.
    pub facility_name: Option<String>,
    /// Its municipality.
    pub place: Option<String>,
    /// Its address in one line.
    pub address_line: Option<String>,
    /// First day.
    pub provided_from: Option<NaiveDate>,
    /// Last day.
    pub provided_to: Option<NaiveDate>,
    /// Facilities, twins counted once.
    pub facilities: i32,
    /// Kilometres from the origin.
    pub distance: Option<f64>,
}

/// A page of the list with its counts.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Found {
    /// Services with all filters.
    pub total: i64,
    /// Counts by filter.
    pub facets: Facets,
    /// Rows of this page.
    pub rows: Vec<Row>,
    /// Nothing had all the words, so these are similar ones.
    pub similar: bool,
}

/// Whether a text means one provider: an IČO or an id.
pub fn is_key(provider: &str) -> bool {
    provider.parse::<Uuid>().is_ok() || (provider.len() == 8 && provider.bytes().all(|b| b.is_ascii_digit()))
}

/// The name of the provider with this IČO or id; none for words and for who is not there.
pub async fn provider_name(tx: &mut Tx, provider: &str) -> Result<Option<String>, StoreError> {
    if !is_key(provider) {
        return Ok(None);
    }
    Ok(sqlx::query_scalar!("select name from provider where ico = $1 or id::text = $1 order by portal_id nulls last, id limit 1", provider)
        .fetch_optional(&mut **tx)
        .await?)
}

/// A statement under construction.
struct Statement<'a> {
    sql: QueryBuilder<Postgres>,
    query: &'a Query,
    words: Vec<String>,
    similar: bool,
}

/// Folded words of a text.
fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = fold(text).split(' ').filter(|w| !w.is_empty()).map(|w| w.chars().take(60).collect()).collect();
    words.dedup();
    words.truncate(WORDS);
    words
}

/// A pattern that finds a word anywhere.
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

impl<'a> Statement<'a> {
    fn new(start: &'static str, query: &'a Query, similar: bool) -> Self {
        Self { sql: QueryBuilder::new(start), query, words: words(&query.text), similar }
    }

    fn push(&mut self, piece: &'static str) -> &mut Self {
        self.sql.push(piece);
        self
    }

    fn day(&mut self) -> &mut Self {
        self.sql.push_bind(self.query.on);
        self
    }

    /// Provided on the day asked for. The day is not offered to the index of `valid`: under row level security the planner takes it for as
    /// selective as the words, though nearly every version holds on it.
    fn active(&mut self) -> &mut Self {
        self.push("(coalesce(v.valid @> ").day().push(", false) and (v.provided_from is null or v.provided_from <= ").day();
        self.push(") and (v.provided_to is null or v.provided_to >= ").day().push("))")
    }

    /// Versions among which the filters choose: those that hold on the day, and the first ones of services that begin later.
    fn base(&mut self) -> &mut Self {
        self.push("v.superseded_at is null and (v.valid @> ").day();
        self.push(" or (lower(v.valid) > ").day().push(" and lower(v.valid) = v.provided_from))");
        for word in std::mem::take(&mut self.words) {
            if self.similar {
                self.push(" and ");
                self.sql.push_bind(word);
                self.push(" <% v.search_text");
            } else {
                self.push(" and v.search_text like ");
                self.sql.push_bind(pattern(&word));
            }
        }
        if let Some(provider) = &self.query.provider {
            self.push(" and v.provider_id in (select p.id from provider p where p.ico = ");
            self.sql.push_bind(provider.clone());
            self.push(" or p.id::text = ");
            self.sql.push_bind(provider.clone());
            let named = if is_key(provider) { Vec::new() } else { words(provider) };
            if !named.is_empty() {
                self.push(" or (true");
                for word in named {
                    self.push(" and p.name_folded like ");
                    self.sql.push_bind(pattern(&word));
                }
                self.push(")");
            }
            self.push(")");
        }
        self
    }

    fn any_of(&mut self, column: &'static str, keys: &[String]) -> &mut Self {
        if keys.is_empty() {
            return self.push("true");
        }
        self.push(column).push(" && ");
        self.sql.push_bind(keys.to_vec());
        self
    }

    fn kind(&mut self) -> &mut Self {
        if self.query.kinds.is_empty() {
            return self.push("true");
        }
        self.push("v.kind = any(");
        self.sql.push_bind(self.query.kinds.clone());
        self.push(")")
    }

    /// All filters.
    fn chosen(&mut self) -> &mut Self {
        let query = self.query;
        if !query.ended {
            self.push(" and ").active();
        }
        if !query.kinds.is_empty() {
            self.push(" and ").kind();
        }
        for (column, keys) in [
            (" and v.forms", &query.forms),
            (" and v.groups", &query.groups),
            (" and v.kraje", &query.kraje),
            (" and v.okresy", &query.okresy),
            (" and v.obce", &query.obce),
        ] {
            if !keys.is_empty() {
                self.any_of(column, keys);
            }
        }
        self
    }

    /// Kilometres from the origin to the nearest municipality of the service; at the size of the country a plane is exact enough.
    fn distance(&mut self) -> &mut Self {
        let Some((latitude, longitude)) = self.query.origin else { return self.push("null::float8") };
        self.push("(select min(sqrt(power((t.latitude::float8 - ");
        self.sql.push_bind(latitude);
        self.push(") * 111.2, 2) + power((t.longitude::float8 - ");
        self.sql.push_bind(longitude);
        self.push(") * 111.3 * cos(radians(");
        self.sql.push_bind(latitude);
        self.push(")), 2))) from territory t where t.level = 'obec' and t.key = any(v.obce))")
    }

    fn order(&mut self) -> &mut Self {
        let name = "coalesce(facility_name, provider_name) collate cs, service_id";
        self.push(match self.query.sort {
            Sort::Name => " order by ",
            Sort::Place => " order by place collate cs nulls last, ",
            Sort::Distance => " order by distance nulls last, ",
            Sort::Capacity => " order by (select max((c ->> 'count')::bigint) from jsonb_array_elements(capacities) c) desc nulls last, ",
            Sort::Start => " order by provided_from desc nulls last, ",
        });
        self.push(name)
    }

    /// The rows of one page.
    fn rows(query: &'a Query, similar: bool, page: i64) -> QueryBuilder<Postgres> {
        let mut s = Self::new(
            "select r.*, s.portal_id from (
             select v.service_id, v.identifikator, v.kind, v.forms, v.capacities, v.provider_name, v.facility_name, v.place, v.address_line,
               v.facilities, v.provided_from, v.provided_to, ",
            query,
            similar,
        );
        s.distance().push(" as distance from service_version v where ").base().chosen().order();
        s.push(" limit ");
        s.sql.push_bind(PAGE);
        s.push(" offset ");
        s.sql.push_bind((page - 1).max(0) * PAGE);
        s.push(") r join service s on s.id = r.service_id").order();
        s.sql
    }

    /// All rows with names instead of keys.
    fn export(query: &'a Query, similar: bool) -> QueryBuilder<Postgres> {
        let mut s = Self::new(
            "select r.*, s.portal_id, p.ico, coalesce(l.name, r.kind) as kind_name, l.data ->> 'paragraf' as paragraph,
               array(select coalesce(n.name, x) from unnest(r.groups) x left join codelist_row n on n.list = 'cilove_skupiny' and n.key = x and n.valid @> ",
            query,
            similar,
        );
        s.day().push(
            " order by n.position) as group_names,
               array(select coalesce(n.name, x) from unnest(r.kraje) x left join territory n on n.level = 'kraj' and n.key = x) as kraj_names,
               array(select coalesce(n.name, x) from unnest(r.okresy) x left join territory n on n.level = 'okres' and n.key = x) as okres_names
             from (select v.service_id, v.provider_id, v.identifikator, v.kind, v.forms, v.groups, v.kraje, v.okresy, v.capacities, v.provider_name,
               v.facility_name, v.place, v.address_line, v.provided_from, v.provided_to, ",
        );
        s.distance().push(" as distance from service_version v where ").base().chosen();
        s.push(
            ") r join service s on s.id = r.service_id join provider p on p.id = r.provider_id
             left join codelist_row l on l.list = 'druhy' and l.key = r.kind and l.valid @> ",
        );
        s.day().order();
        s.sql
    }

    /// Total and counts: (filter, key, count) with names.
    fn counts(query: &'a Query, similar: bool) -> QueryBuilder<Postgres> {
        let mut s = Self::new("with base as materialized (select v.kind, v.forms, v.groups, v.kraje, v.okresy, v.obce, ", query, similar);
        s.active().push(" as active, ");
        if query.ended {
            s.push("true as shown, ");
        } else {
            s.active().push(" as shown, ");
        }
        s.kind().push(" as k, ");
        s.any_of("v.forms", &query.forms).push(" as f, ");
        s.any_of("v.groups", &query.groups).push(" as g, ");
        s.any_of("v.kraje", &query.kraje).push(" as r, ");
        s.any_of("v.okresy", &query.okresy).push(" as d, ");
        s.any_of("v.obce", &query.obce).push(" as o from service_version v where ").base();
        s.push(
            "), counted as (
               select 'total' as filter, null as key, count(*) from base where shown and k and f and g and r and d and o
               union all select 'ended', null, count(*) from base where not active and k and f and g and r and d and o
               union all select 'druhy', kind, count(*) from base where shown and f and g and r and d and o and kind is not null group by kind
               union all select 'formy', x, count(*) from base, unnest(forms) x where shown and k and g and r and d and o group by x
               union all select 'cilove_skupiny', x, count(*) from base, unnest(groups) x where shown and k and f and r and d and o group by x
               union all select 'kraj', x, count(*) from base, unnest(kraje) x where shown and k and f and g group by x",
        );
        // What is chosen is named even where it gives nothing.
        for (filter, keys) in [
            (" union all select 'druhy', x, 0 from unnest(", &query.kinds),
            (" union all select 'formy', x, 0 from unnest(", &query.forms),
            (" union all select 'cilove_skupiny', x, 0 from unnest(", &query.groups),
            (" union all select 'kraj', x, 0 from unnest(", &query.kraje),
            (" union all select 'okres', x, 0 from unnest(", &query.okresy),
            (" union all select 'obec', x, 0 from unnest(", &query.obce),
        ] {
            if !keys.is_empty() {
                s.push(filter);
                s.sql.push_bind(keys.clone());
                s.push(") x");
            }
        }
        if !query.kraje.is_empty() {
            s.push(" union all select 'okres', x, count(*) from base, unnest(okresy) x where shown and k and f and g and r group by x");
        }
        if !query.okresy.is_empty() {
            s.push(" union all select 'obec', x, count(*) from base, unnest(obce) x where shown and k and f and g and r and d group by x");
        }
        s.push(
            ") select c.filter, c.key, coalesce(l.name, t.name, c.key) as name, l.data ->> 'paragraf' as note, c.count
             from (select filter, key, sum(count)::bigint as count from counted group by filter, key) c
             left join codelist_row l on l.list = c.filter and l.key = c.key and l.valid @> ",
        )
        .day()
        .push(
            " left join territory t on t.level = c.filter and t.key = c.key
             where (c.filter <> 'okres' or t.kraj = any(",
        );
        // A service that works elsewhere, too, brings its other districts along; they are not offered.
        s.sql.push_bind(query.kraje.clone());
        s.push(") or c.key = any(");
        s.sql.push_bind(query.okresy.clone());
        s.push(")) and (c.filter <> 'obec' or t.okres = any(");
        s.sql.push_bind(query.okresy.clone());
        s.push(") or c.key = any(");
        s.sql.push_bind(query.obce.clone());
        s.push(
            "))
             order by c.filter, l.position, case when c.filter = 'kraj' then t.key::integer end,
               coalesce(l.name, t.name, c.key) collate cs",
        );
        s.sql
    }
}

#[derive(sqlx::FromRow)]
struct Counted {
    filter: String,
    key: Option<String>,
    name: Option<String>,
    note: Option<String>,
    count: i64,
}

/// Every execution is planned for its own values: a general plan would not use the index of words.
async fn plan_for_values(tx: &mut Tx) -> Result<(), StoreError> {
    sqlx::query!("select set_config('plan_cache_mode', 'force_custom_plan', true) as a, set_config('pg_trgm.word_similarity_threshold', '0.5', true) as b")
        .fetch_one(&mut **tx)
        .await?;
    Ok(())
}

async fn counts(tx: &mut Tx, query: &Query, similar: bool) -> Result<(i64, Facets), StoreError> {
    let rows: Vec<Counted> = Statement::counts(query, similar).build_query_as().fetch_all(&mut **tx).await?;
    let mut total = 0;
    let mut facets = Facets::default();
    for row in rows {
        let list = match row.filter.as_str() {
            "druhy" => &mut facets.kinds,
            "formy" => &mut facets.forms,
            "cilove_skupiny" => &mut facets.groups,
            "kraj" => &mut facets.kraje,
            "okres" => &mut facets.okresy,
            "obec" => &mut facets.obce,
            "ended" => {
                facets.ended = row.count;
                continue;
            }
            _ => {
                total = row.count;
                continue;
            }
        };
        let key = row.key.unwrap_or_default();
        list.push(Facet { name: row.name.unwrap_or_else(|| key.clone()), key, note: row.note, count: row.count });
    }
    Ok((total, facets))
}

/// Total, whether only similar words were found, and the counts.
async fn found_how(tx: &mut Tx, query: &Query) -> Result<(i64, bool, Facets), StoreError> {
    let (total, facets) = counts(tx, query, false).await?;
    if total == 0 && words(&query.text).iter().any(|w| w.chars().count() >= 4 && w.chars().any(char::is_alphabetic)) {
        let (found, counted) = counts(tx, query, true).await?;
        if found > 0 {
            return Ok((found, true, counted));
        }
    }
    Ok((total, false, facets))
}

/// A page of the list, from 1. Where no service has all words of the text, similar words count.
pub async fn search(tx: &mut Tx, query: &Query, page: i64) -> Result<Found, StoreError> {
    plan_for_values(tx).await?;
    let (total, similar, facets) = found_how(tx, query).await?;
    let rows = if total == 0 { Vec::new() } else { Statement::rows(query, similar, page).build_query_as().fetch_all(&mut **tx).await? };
    Ok(Found { total, facets, rows, similar })
}

/// How many services the words alone find: what is left when every filter is dropped.
pub async fn total_of_words(tx: &mut Tx, query: &Query) -> Result<i64, StoreError> {
    let words = Query { text: query.text.clone(), on: query.on, ended: true, ..Query::default() };
    Ok(counts(tx, &words, false).await?.0)
}

/// A row of the exported list.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub struct ExportRow {
    /// Key in the open data.
    pub portal_id: Option<i64>,
    /// Identifikátor.
    pub identifikator: Option<String>,
    /// Name of the type.
    #[sqlx(rename = "kind_name")]
    pub kind: Option<String>,
    /// Paragraph of the type.
    pub paragraph: Option<String>,
    /// Keys of the forms.
    pub forms: Vec<String>,
    /// Registered maxima.
    pub capacities: Json<Vec<CapacityLine>>,
    /// Names of the target groups.
    #[sqlx(rename = "group_names")]
    pub groups: Vec<String>,
    /// Names of the regions.
    #[sqlx(rename = "kraj_names")]
    pub kraje: Vec<String>,
    /// Names of the districts.
    #[sqlx(rename = "okres_names")]
    pub okresy: Vec<String>,
    /// Name of the provider.
    pub provider_name: String,
    /// IČO of the provider.
    pub ico: Option<String>,
    /// First facility.
    pub facility_name: Option<String>,
    /// Its municipality.
    pub place: Option<String>,
    /// Its address in one line.
    pub address_line: Option<String>,
    /// First day.
    pub provided_from: Option<NaiveDate>,
    /// Last day.
    pub provided_to: Option<NaiveDate>,
}

/// Everything that [`search`] finds, in its order.
pub async fn export(tx: &mut Tx, query: &Query) -> Result<Vec<ExportRow>, StoreError> {
    plan_for_values(tx).await?;
    let (total, similar, _) = found_how(tx, query).await?;
    if total == 0 {
        return Ok(Vec::new());
    }
    Ok(Statement::export(query, similar).build_query_as().fetch_all(&mut **tx).await?)
}

/// A municipality that a typed name can mean.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    /// Its key.
    pub key: String,
    /// Its name with its district.
    pub name: String,
    /// Its centre: latitude and longitude (WGS 84, degrees).
    pub point: Option<(f64, f64)>,
}

/// The municipalities of a name, typed with or without diacritics; one of exactly that name before those that begin with it.
pub async fn places(tx: &mut Tx, name: &str) -> Result<Vec<Place>, StoreError> {
    let folded = fold(name);
    if folded.is_empty() {
        return Ok(Vec::new());
    }
    let start = pattern(&folded).trim_start_matches('%').to_owned();
    let rows = sqlx::query!(
        r#"select o.key, o.name, d.name as "okres?", o.latitude::float8 as latitude, o.longitude::float8 as longitude, o.folded = $1 as "exact!"
           from territory o left join territory d on d.level = 'okres' and d.key = o.okres
           where o.level = 'obec' and o.folded like $2
           order by o.folded = $1 desc, o.name collate cs, d.name collate cs limit 40"#,
        folded,
        start
    )
    .fetch_all(&mut **tx)
    .await?;
    let exact = rows.iter().any(|r| r.exact);
    let rows = rows.into_iter().filter(|r| r.exact || !exact);
    Ok(rows
        .map(|r| Place {
            key: r.key,
            name: r.okres.filter(|okres| *okres != r.name).map_or_else(|| r.name.clone(), |okres| format!("{} (okres {okres})", r.name)),
            point: r.latitude.zip(r.longitude),
        })
        .collect())
}

/// How the database would find the rows of the first page, line by line.
pub async fn plan(tx: &mut Tx, query: &Query) -> Result<Vec<String>, StoreError> {
    plan_for_values(tx).await?;
    let mut explain = QueryBuilder::new("explain ");
    let mut s = Statement { sql: std::mem::replace(&mut explain, QueryBuilder::new("")), query, words: words(&query.text), similar: false };
    s.push("select v.service_id from service_version v where ").base().chosen();
    Ok(s.sql.build_query_scalar().fetch_all(&mut **tx).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_folded_bounded_and_literal() {
        assert_eq!(words("  Ústí  nad\tLabem "), ["usti", "nad", "labem"]);
        assert_eq!(words(&"a b ".repeat(20)).len(), WORDS);
        assert_eq!(pattern("100%_\\"), "%100\\%\\_\\\\%");
    }
}
