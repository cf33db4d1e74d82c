//! Rows of the register and of a round that tests begin with.

use super::World;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use uuid::Uuid;

/// A service of the register.
#[derive(Debug, Clone)]
pub struct NewService<'a> {
    /// Identifikátor, if it has one.
    pub identifier: Option<&'a str>,
    /// Name of its facility.
    pub name: &'a str,
    /// Paragraph: key of its type.
    pub kind: &'a str,
    /// Keys of its forms: `pob`, `amb`, `ter`.
    pub forms: &'a [&'a str],
    /// Codes of the kraje of its facilities.
    pub kraje: &'a [&'a str],
}

impl World {
    /// The names of service types and capacity types that the pages show.
    pub async fn codelists(&self) {
        for (list, key, name) in [
            ("druhy", "40", "pečovatelská služba"),
            ("druhy", "44", "odlehčovací služby"),
            ("druhy", "49", "domovy pro seniory"),
            ("typy_kapacity", "luzka", "počet lůžek"),
            ("typy_kapacity", "klient", "počet klientů"),
            ("pravni_formy", "706", "spolek"),
        ] {
            sqlx::query("insert into codelist_row (list, key, name, position, source, certainty) values ($1, $2, $3, 1, 'test', 'jisty')")
                .bind(list)
                .bind(key)
                .bind(name)
                .execute(&self.owner)
                .await
                .unwrap();
        }
    }

    /// A provider that a kraj registers.
    pub async fn provider(&self, name: &str, ico: &str, registrar: Uuid) -> Uuid {
        let id = Uuid::now_v7();
        sqlx::query(
            "insert into provider (id, ico, name, name_folded, is_person, registrar_id, registrar_source, created_at)
             values ($1, $2, $3, lower($3), false, $4, 'set', $5)",
        )
        .bind(id)
        .bind(ico)
        .bind(name)
        .bind(registrar)
        .bind(self.now())
        .execute(&self.owner)
        .await
        .unwrap();
        let facts = json!({ "nazev": name, "ico": ico, "pravniForma": {"id": "PravniForma/706"}, "emaily": [{"hodnota": "info@example.cz"}],
            "sidlo": {"ulice": {"nazev": "Duchcovská"}, "cisloDomovni": "1", "psc": "41501"} });
        self.provider_version(id, facts).await;
        id
    }

    async fn provider_version(&self, provider: Uuid, facts: Value) {
        sqlx::query(
            "insert into provider_version (id, provider_id, valid, recorded_at, source, digest, facts, changes)
             values ($1, $2, daterange('2010-01-01', null), $3, 'registrar', '\\x00', $4, '[]')",
        )
        .bind(Uuid::now_v7())
        .bind(provider)
        .bind(self.now())
        .bind(facts)
        .execute(&self.owner)
        .await
        .unwrap();
    }

    /// A service of a provider, provided since 2010.
    pub async fn service(&self, provider: Uuid, new: &NewService<'_>) -> Uuid {
        let id = Uuid::now_v7();
        sqlx::query("insert into service (id, provider_id, created_at) values ($1, $2, $3)")
            .bind(id)
            .bind(provider)
            .bind(self.now())
            .execute(&self.owner)
            .await
            .unwrap();
        let owned = |list: &[&str]| list.iter().map(|t| (*t).to_owned()).collect::<Vec<_>>();
        let capacities: Vec<Value> = new
            .forms
            .iter()
            .map(|form| json!({ "form": form, "kind": if *form == "pob" { "luzka" } else { "klient" }, "count": 20 }))
            .collect();
        sqlx::query(
            "insert into service_version (id, service_id, provider_id, valid, recorded_at, source, identifikator, provided_from, kind, forms, groups,
                                          kraje, okresy, obce, capacities, facilities, provider_name, facility_name, search_text)
             values ($1, $2, $3, daterange('2010-01-01', null), $4, 'registrar', $5, '2010-01-01', $6, $7, '{}', $8, '{}', '{}', $9, 1, 'x', $10, 'x')",
        )
        .bind(Uuid::now_v7())
        .bind(id)
        .bind(provider)
        .bind(self.now())
        .bind(new.identifier)
        .bind(new.kind)
        .bind(owned(new.forms))
        .bind(owned(new.kraje))
        .bind(Value::Array(capacities))
        .bind(new.name)
        .execute(&self.owner)
        .await
        .unwrap();
        id
    }

    /// A round of a subsidy year.
    pub async fn round(&self, year: i32) -> Uuid {
        let id = Uuid::now_v7();
        sqlx::query("insert into subsidy_year (year, opened_at) values ($1, $2) on conflict do nothing")
            .bind(year)
            .bind(self.now())
            .execute(&self.owner)
            .await
            .unwrap();
        sqlx::query("insert into subsidy_round (id, year, number, label, created_at) values ($1, $2, 1, 'Program A', $3)")
            .bind(id)
            .bind(year)
            .bind(self.now())
            .execute(&self.owner)
            .await
            .unwrap();
        id
    }

    /// The published window of a kraj in a round.
    pub async fn window(&self, round: Uuid, code: &str, opens: &str, closes: &str) -> Uuid {
        let organisation = self.kraj(code).await;
        let id = Uuid::now_v7();
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        sqlx::query(
            "insert into kraj_round (id, round_id, organisation_id, kraj_code, opens_at, closes_at, purpose, period_from, period_to, allocation, chain,
                                     formal_items, window_published_at, created_at)
             values ($1, $2, $3, $4, $5, $6, 'podpora služeb', '2027-01-01', '2027-12-31', 100000000, '[]', '[]', $7, $7)",
        )
        .bind(id)
        .bind(round)
        .bind(organisation)
        .bind(code)
        .bind(at(opens))
        .bind(at(closes))
        .bind(self.now())
        .execute(&self.owner)
        .await
        .unwrap();
        id
    }
}
