//! The code lists that ship with the product, loaded from their files, and how the other areas read them.
//!
//! Every row has a key of its own that never changes; the code of the open data is a second key where it is known. A row without dates holds
//! without limit. Sources: MPSV open data and help pages as noted in each row; territory: ČÚZK, RÚIAN (CC BY 4.0).

use crate::{StoreError, Tx};
use chrono::NaiveDate;
use domain::registry::codes::CodeBook;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use sqlx::types::Json;
use std::collections::HashMap;

/// A shipped file of rows of one list, and which of its columns mean what. Other columns become `data`.
struct Shipped {
    list: &'static str,
    file: &'static str,
    key: &'static str,
    code: Option<&'static str>,
    name: &'static str,
}

const LISTS: &[Shipped] = &[
    Shipped { list: "druhy", file: include_str!("../codelists/druhy_sluzeb.csv"), key: "klic", code: Some("rpss_kod"), name: "nazev" },
    Shipped { list: "formy", file: include_str!("../codelists/formy.csv"), key: "klic", code: Some("rpss_kod"), name: "nazev" },
    Shipped {
        list: "cilove_skupiny",
        file: include_str!("../codelists/cilove_skupiny.csv"),
        key: "klic",
        code: Some("kod_found"),
        name: "nazev",
    },
    Shipped {
        list: "typy_kapacity",
        file: include_str!("../codelists/typy_kapacity.csv"),
        key: "klic",
        code: Some("rpss_kod"),
        name: "nazev",
    },
    Shipped { list: "vekove_skupiny", file: include_str!("../codelists/vekove_skupiny.csv"), key: "klic", code: None, name: "nazev" },
    Shipped { list: "pravni_formy", file: include_str!("../codelists/pravni_formy.csv"), key: "kod", code: None, name: "nazev" },
];

/// The regions.
pub const KRAJE: &str = include_str!("../codelists/kraje.csv");
/// The districts.
pub const OKRESY: &str = include_str!("../codelists/okresy.csv");
/// The municipalities.
pub const OBCE: &str = include_str!("../codelists/obce.csv");
/// Parts of municipalities with their postcodes.
pub const CASTI_OBCI: &str = include_str!("../codelists/casti_obci.csv");

/// The rows of a file by the names of their columns.
pub fn rows(file: &str) -> impl Iterator<Item = HashMap<String, String>> + '_ {
    csv::ReaderBuilder::new().delimiter(b';').from_reader(file.as_bytes()).into_deserialize().filter_map(Result::ok)
}

/// The number behind the slash of an open-data code, which is the key of a place.
fn place_key(code: &str) -> &str {
    code.split_once('/').map_or(code, |(_, number)| number)
}

/// One level of the territory, as columns.
#[derive(Default)]
struct Territory {
    level: Vec<&'static str>,
    key: Vec<String>,
    code: Vec<String>,
    name: Vec<String>,
    kraj: Vec<Option<String>>,
    okres: Vec<Option<String>>,
    obec: Vec<Option<String>>,
    postcodes: Vec<String>,
    latitude: Vec<Option<String>>,
    longitude: Vec<Option<String>>,
}

fn territory() -> Territory {
    let mut all = Territory::default();
    let mut of_obec: HashMap<String, (Option<String>, Option<String>)> = HashMap::new();
    for (level, file) in [("kraj", KRAJE), ("okres", OKRESY), ("obec", OBCE), ("cast_obce", CASTI_OBCI)] {
        for row in rows(file) {
            let get = |column: &str| row.get(column).filter(|t| !t.is_empty());
            let parent = |column: &str| get(column).map(|code| place_key(code).to_owned());
            let (Some(code), Some(name)) = (get("rpss_kod"), get("nazev")) else { continue };
            let obec = parent("obec_rpss_kod");
            let (okres, kraj) = match &obec {
                Some(obec) => of_obec.get(obec).cloned().unwrap_or_default(),
                None => (parent("okres_rpss_kod"), parent("kraj_rpss_kod")),
            };
            if level == "obec" {
                of_obec.insert(place_key(code).to_owned(), (okres.clone(), kraj.clone()));
            }
            all.level.push(level);
            all.key.push(place_key(code).to_owned());
            all.code.push(code.clone());
            all.name.push(name.clone());
            all.kraj.push(kraj);
            all.okres.push(okres);
            all.obec.push(obec);
            all.postcodes.push(get("psc").cloned().unwrap_or_default());
            all.latitude.push(get("lat").cloned());
            all.longitude.push(get("lon").cloned());
        }
    }
    all
}

/// Whether a file is another edition than the one that was loaded; notes the new one.
async fn is_new(tx: &mut Tx, name: &str, content: &[&str]) -> Result<bool, StoreError> {
    let mut hash = Sha256::new();
    content.iter().for_each(|part| hash.update(part));
    let digest = hash.finalize();
    let done = sqlx::query!(
        "insert into codelist_file (name, digest) values ($1, $2)
         on conflict (name) do update set digest = excluded.digest where codelist_file.digest <> excluded.digest",
        name,
        &digest[..]
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Loads the shipped lists where they differ from what was loaded before; rows are updated or added, never removed. For [`System`].
///
/// [`System`]: domain::accounts::Actor::System
pub async fn load(tx: &mut Tx) -> Result<(), StoreError> {
    for shipped in LISTS {
        if is_new(tx, shipped.list, &[shipped.file]).await? {
            load_list(tx, shipped).await?;
        }
    }
    if is_new(tx, "territory", &[KRAJE, OKRESY, OBCE, CASTI_OBCI]).await? {
        let t = territory();
        let levels: Vec<String> = t.level.iter().map(|l| (*l).to_owned()).collect();
        sqlx::query!(
            "insert into territory (level, key, code, name, kraj, okres, obec, postcodes, latitude, longitude)
             select level, key, code, name, kraj, okres, obec, string_to_array(postcodes, ' '), latitude::numeric, longitude::numeric
             from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[])
               as t (level, key, code, name, kraj, okres, obec, postcodes, latitude, longitude)
             on conflict (level, key) do update set code = excluded.code, name = excluded.name, kraj = excluded.kraj, okres = excluded.okres,
               obec = excluded.obec, postcodes = excluded.postcodes, latitude = excluded.latitude, longitude = excluded.longitude",
            &levels,
            &t.key,
            &t.code,
            &t.name,
            &t.kraj as _,
            &t.okres as _,
            &t.obec as _,
            &t.postcodes,
            &t.latitude as _,
            &t.longitude as _,
        )
        .execute(&mut **tx)
        .await?;
    }
    Ok(())
}

/// A day of a row (`2026-01-31`); a row with another one is kept without that bound, because a list must not stop the start.
fn day(text: Option<String>) -> Option<NaiveDate> {
    text.and_then(|text| domain::time::parse_date(text.trim()).ok())
}

async fn load_list(tx: &mut Tx, shipped: &Shipped) -> Result<(), StoreError> {
    let (mut keys, mut codes, mut names, mut data, mut sources, mut certainties) = (vec![], vec![], vec![], vec![], vec![], vec![]);
    let (mut from, mut to) = (vec![], vec![]);
    for mut row in rows(shipped.file) {
        let mut take = |column: &str| row.remove(column).filter(|t| !t.is_empty());
        let Some(key) = take(shipped.key) else { continue };
        let code = shipped.code.and_then(&mut take);
        let name = take(shipped.name).unwrap_or_else(|| format!("(bez názvu, {key})"));
        sources.push(take("evidence").unwrap_or_else(|| "MPSV".to_owned()));
        certainties.push(take("kod_jistota").unwrap_or_else(|| "neznamy".to_owned()));
        from.push(day(take("plati_od")));
        to.push(day(take("plati_do")));
        let rest: Map<String, Value> = row.into_iter().filter(|(_, v)| !v.is_empty()).map(|(k, v)| (k, Value::String(v))).collect();
        keys.push(key);
        codes.push(code);
        names.push(name);
        data.push(Json(rest));
    }
    // A row that stood alone under its key and stands alone still may hold in another time now. `plati_do` is the last day.
    sqlx::query!(
        "update codelist_row r set valid = daterange(n.valid_from, n.valid_to, '[]')
         from unnest($2::text[], $3::date[], $4::date[]) as n (key, valid_from, valid_to)
         where r.list = $1 and r.key = n.key and r.valid <> daterange(n.valid_from, n.valid_to, '[]')
           and (select count(*) from codelist_row o where o.list = $1 and o.key = n.key) = 1
           and (select count(*) from unnest($2::text[]) as k (key) where k.key = n.key) = 1",
        shipped.list,
        &keys,
        &from as _,
        &to as _
    )
    .execute(&mut **tx)
    .await?;
    sqlx::query!(
        "insert into codelist_row (list, key, code, name, position, data, source, certainty, valid)
         select $1, key, code, name, position, data, source, certainty, daterange(valid_from, valid_to, '[]')
         from unnest($2::text[], $3::text[], $4::text[], $5::jsonb[], $6::text[], $7::text[], $8::date[], $9::date[])
           with ordinality as t (key, code, name, data, source, certainty, valid_from, valid_to, position)
         on conflict (list, key, valid) do update set code = excluded.code, name = excluded.name, position = excluded.position,
           data = excluded.data, source = excluded.source, certainty = excluded.certainty",
        shipped.list,
        &keys,
        &codes as _,
        &names,
        &data as _,
        &sources,
        &certainties,
        &from as _,
        &to as _
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// What a record of the register is read with: codes of every list, and where each municipality lies.
pub async fn book(tx: &mut Tx) -> Result<CodeBook, StoreError> {
    let mut book = CodeBook::default();
    let rows = sqlx::query!(
        r#"select code as "code!", key as "key!", name as "name!" from codelist_row where code is not null
           union all select code, key, name from territory"#
    )
    .fetch_all(&mut **tx)
    .await?;
    for row in rows {
        book.add(&row.code, &row.key, &row.name);
    }
    add_legal_forms(tx, &mut book).await?;
    let places = sqlx::query!(
        r#"select o.code, d.code as okres, k.code as kraj
           from territory o join territory d on d.level = 'okres' and d.key = o.okres join territory k on k.level = 'kraj' and k.key = o.kraj
           where o.level = 'obec'"#
    )
    .fetch_all(&mut **tx)
    .await?;
    for row in places {
        book.add_place(&row.code, &row.okres, &row.kraj);
    }
    Ok(book)
}

/// A row as pages offer it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// Own key.
    pub key: String,
    /// Name.
    pub name: String,
}

/// The rows of a list that hold on a day, in the order of the list.
pub async fn list(tx: &mut Tx, list: &str, on: NaiveDate) -> Result<Vec<Choice>, StoreError> {
    Ok(sqlx::query_as!(Choice, "select key, name from codelist_row where list = $1 and valid @> $2::date order by position, key", list, on)
        .fetch_all(&mut **tx)
        .await?)
}

/// The regions by the order of their codes, the districts of a region or the municipalities of a district by name.
pub async fn places(tx: &mut Tx, level: Level<'_>) -> Result<Vec<Choice>, StoreError> {
    Ok(match level {
        Level::Kraje => {
            sqlx::query_as!(Choice, "select key, name from territory where level = 'kraj' order by key::integer")
                .fetch_all(&mut **tx)
                .await?
        }
        Level::OkresyOf(kraj) => {
            sqlx::query_as!(Choice, "select key, name from territory where level = 'okres' and kraj = $1 order by name collate cs", kraj)
                .fetch_all(&mut **tx)
                .await?
        }
        Level::ObceOf(okres) => {
            sqlx::query_as!(Choice, "select key, name from territory where level = 'obec' and okres = $1 order by name collate cs", okres)
                .fetch_all(&mut **tx)
                .await?
        }
    })
}

/// Which places are asked for.
#[derive(Debug, Clone, Copy)]
pub enum Level<'a> {
    /// All regions.
    Kraje,
    /// Districts of the region with this key.
    OkresyOf(&'a str),
    /// Municipalities of the district with this key.
    ObceOf(&'a str),
}

/// The names of legal forms by their own key, for a code that no list has: its end is the key.
pub async fn add_legal_forms(tx: &mut Tx, book: &mut CodeBook) -> Result<(), StoreError> {
    for row in sqlx::query!("select key, name from codelist_row where list = 'pravni_formy'").fetch_all(&mut **tx).await? {
        book.add_legal_form(&row.key, &row.name);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shipped_row_has_a_key_of_its_own() {
        for shipped in LISTS {
            let keys: Vec<String> = rows(shipped.file).map(|r| r.get(shipped.key).cloned().unwrap_or_default()).collect();
            let distinct: std::collections::HashSet<&String> = keys.iter().collect();
            assert!(!keys.is_empty() && distinct.len() == keys.len() && keys.iter().all(|k| !k.is_empty()), "{}", shipped.list);
        }
        let t = territory();
        let count = |level| t.level.iter().filter(|l| **l == level).count();
        assert_eq!((count("kraj"), count("okres"), count("obec"), count("cast_obce")), (14, 77, 6258, 15104));
        assert!(
            t.level
                .iter()
                .zip(t.kraj.iter().zip(&t.okres))
                .all(|(l, (k, o))| *l == "kraj" || (k.is_some() && (o.is_some() || *l == "okres")))
        );
    }

    #[sqlx::test(migrator = "crate::MIGRATOR")]
    async fn a_row_holds_from_its_first_to_its_last_day(owner: sqlx::PgPool) {
        let options = (*owner.connect_options()).clone().username("kraj_app");
        let pool = sqlx::postgres::PgPoolOptions::new().max_connections(1).connect_with(options).await.unwrap();
        let mut tx = crate::Store::new(pool).begin(&domain::accounts::Actor::System).await.unwrap();
        let shipped = |file| Shipped { list: "zkouska", file, key: "klic", code: None, name: "nazev" };
        load_list(&mut tx, &shipped("klic;nazev;plati_od;plati_do\na;stále;;\nb;dočasně;2026-01-01;2026-12-31\n")).await.unwrap();
        // A newer edition ends the first row.
        load_list(&mut tx, &shipped("klic;nazev;plati_od;plati_do\na;do konce roku;;2026-12-31\nb;dočasně;2026-01-01;2026-12-31\n"))
            .await
            .unwrap();
        for (day, expected) in [("2025-12-31", vec!["a"]), ("2026-12-31", vec!["a", "b"]), ("2027-01-01", vec![])] {
            let keys: Vec<String> = list(&mut tx, "zkouska", day.parse().unwrap()).await.unwrap().into_iter().map(|c| c.key).collect();
            assert_eq!(keys, expected, "{day}");
        }
    }
}
