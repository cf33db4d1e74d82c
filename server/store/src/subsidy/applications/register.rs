//! What the register knows of a provider and its services, as an application copies it.

use super::windows::of_code;
use crate::{StoreError, Tx};
use chrono::NaiveDate;
use domain::{
    codelists::{Form, Kraj},
    ico::Ico,
    registry::{change::address, codes::CodeBook, normalise::CapacityLine, record::Provider},
    subsidy::application::{Applicant, ServiceFacts},
};
use sqlx::types::Json;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// The provider as the register has it on a day; none if it is not there.
pub async fn applicant(tx: &mut Tx, provider: Uuid, on: NaiveDate) -> Result<Option<Applicant>, StoreError> {
    let row = sqlx::query!(
        r#"select p.name, p.ico, v.facts as "facts: Json<Provider>"
           from provider p join provider_version v on v.provider_id = p.id and v.superseded_at is null
           where p.id = $1 order by v.valid @> $2::date desc, lower(v.valid) desc limit 1"#,
        provider,
        on
    )
    .fetch_optional(&mut **tx)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let facts = row.facts.0;
    let seat = facts.misto_podnikani.as_ref().or(facts.sidlo.as_ref());
    let places = seat.into_iter().flat_map(|a| [&a.obec, &a.cast_obce]).flatten();
    let codes: Vec<String> = places.chain(&facts.pravni_forma).map(|code| code.id.clone()).collect();
    let book = names(tx, &codes).await?;
    let contact = |list: &[domain::registry::record::Contact]| list.iter().find_map(|c| c.hodnota.clone()).unwrap_or_default();
    Ok(Some(Applicant {
        name: row.name,
        ico: row.ico.and_then(|ico| Ico::parse(&ico).ok()),
        legal_form: book.name_of(facts.pravni_forma.as_ref()).unwrap_or_default(),
        address: seat.map(|seat| address(seat, &book)).unwrap_or_default(),
        phone: contact(&facts.telefony),
        email: contact(&facts.emaily),
        web: contact(&facts.weby),
    }))
}

/// The names of some codes; a code of no list is its own name.
async fn names(tx: &mut Tx, codes: &[String]) -> Result<CodeBook, StoreError> {
    let mut book = CodeBook::default();
    let rows = sqlx::query!(
        r#"select c.code as "code!", coalesce(t.name, l.name) as "name!"
           from unnest($1::text[]) as c (code)
           left join territory t on t.code = c.code
           left join codelist_row l on l.list = 'pravni_formy' and (l.code = c.code or l.key = split_part(c.code, '/', 2) or l.key = c.code)
           where coalesce(t.name, l.name) is not null"#,
        codes
    )
    .fetch_all(&mut **tx)
    .await?;
    for row in rows {
        book.add(&row.code, &row.code, &row.name);
    }
    Ok(book)
}

/// All services of a provider as the register has them on a day (a service that starts later as it will start), by their key.
pub async fn services(tx: &mut Tx, provider: Uuid, on: NaiveDate) -> Result<BTreeMap<String, ServiceFacts>, StoreError> {
    let rows = sqlx::query!(
        r#"select distinct on (s.id) s.id, v.identifikator, v.provided_from, v.provided_to, v.kind, l.name as "kind_name?", v.forms, v.kraje,
                  v.capacities as "capacities: Json<Vec<CapacityLine>>", v.facility_name, o.kraj_code as "registrar?",
                  array(select distinct on (x.facility_id) x.kraj from facility_secret x
                        where x.service_id = s.id and x.kraj is not null order by x.facility_id, x.recorded_at desc, x.id desc) as "secret!"
           from service s
           join service_version v on v.service_id = s.id and v.superseded_at is null
           join provider p on p.id = s.provider_id
           left join organisation o on o.id = p.registrar_id
           left join codelist_row l on l.list = 'druhy' and l.key = v.kind and l.valid @> $2::date
           where s.provider_id = $1
           order by s.id, v.valid @> $2::date desc, lower(v.valid) desc"#,
        provider,
        on
    )
    .fetch_all(&mut **tx)
    .await?;
    let capacity_names = capacity_names(tx, on).await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let kind = row.kind.unwrap_or_default();
            let words = row.kind_name.unwrap_or_else(|| kind.clone());
            let area: BTreeSet<Kraj> = row.kraje.iter().chain(&row.secret).filter_map(|code| kraj(code)).collect();
            let facts = ServiceFacts {
                service: row.id.to_string(),
                identifier: row.identifikator.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()),
                name: row.facility_name.filter(|name| !name.is_empty()).unwrap_or_else(|| words.clone()),
                paragraph: kind,
                kind: words,
                forms: row.forms.iter().filter_map(|key| Form::of_key(key)).collect(),
                from: row.provided_from,
                to: row.provided_to,
                registering: row.registrar.as_deref().and_then(of_code),
                area,
                registered: registered(&row.capacities.0, &capacity_names),
            };
            (facts.service.clone(), facts)
        })
        .collect())
}

/// A key of a region, or its open-data code where no list had it.
fn kraj(key: &str) -> Option<Kraj> {
    of_code(key.rsplit('/').next().unwrap_or(key))
}

async fn capacity_names(tx: &mut Tx, on: NaiveDate) -> Result<BTreeMap<String, String>, StoreError> {
    let rows = sqlx::query!("select key, name from codelist_row where list = 'typy_kapacity' and valid @> $1::date", on)
        .fetch_all(&mut **tx)
        .await?;
    Ok(rows.into_iter().map(|row| (row.key, row.name)).collect())
}

/// Registered maxima in words by form group: `pobytová: počet lůžek 32`.
fn registered(lines: &[CapacityLine], names: &BTreeMap<String, String>) -> BTreeMap<domain::codelists::FormGroup, String> {
    let mut words: BTreeMap<domain::codelists::FormGroup, Vec<String>> = BTreeMap::new();
    for line in lines {
        let Some(form) = line.form.as_deref().and_then(Form::of_key) else { continue };
        let kind = line.kind.as_deref().map(|key| names.get(key).map_or(key, String::as_str)).unwrap_or("kapacita");
        words.entry(form.group()).or_default().push(format!("{}: {kind} {}", form.name(), line.count));
    }
    words.into_iter().map(|(group, lines)| (group, lines.join(", "))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn registered_capacity_is_said_by_form_group() {
        let line = |form: &str, kind: &str, count| CapacityLine { form: Some(form.to_owned()), kind: Some(kind.to_owned()), count };
        let names = BTreeMap::from([("luzka".to_owned(), "počet lůžek".to_owned())]);
        let words = registered(&[line("pob", "luzka", 32), line("amb", "klient", 5), line("ter", "klient", 9), line("x", "y", 1)], &names);
        assert_eq!(words.into_values().collect::<Vec<_>>(), ["pobytová: počet lůžek 32", "ambulantní: klient 5, terénní: klient 9"]);
        assert_eq!(kraj("Kraj/60"), kraj("60"));
    }
}
