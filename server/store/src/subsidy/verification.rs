//! What must hold across the tables of the subsidy year, whoever wrote them: sums, states, frozen copies, repeatable runs.

use crate::{StoreError, Tx};
use domain::subsidy::{
    application::{Part, ServicePart, State},
    calculation::{Amounts, Scheme, Sheet, StoredRun},
    decision::Decision,
};
use sqlx::types::Json;
use std::collections::BTreeMap;
use uuid::Uuid;

/// Every fault of the subsidy year as a Czech sentence. To be asked as the system, which alone sees all kraje and providers.
pub async fn verify(tx: &mut Tx) -> Result<Vec<String>, StoreError> {
    let mut faults = Vec::new();
    awards(tx, &mut faults).await?;
    decisions(tx, &mut faults).await?;
    parts(tx, &mut faults).await?;
    applications(tx, &mut faults).await?;
    schemes(tx, &mut faults).await?;
    recomputed(tx, &mut faults).await?;
    Ok(faults)
}

/// A round in words, `2027/1, kraj 60`.
fn round(year: i32, number: i32, kraj: &str) -> String {
    format!("kolo {year}/{number}, kraj {kraj}")
}

async fn awards(tx: &mut Tx, faults: &mut Vec<String>) -> Result<(), StoreError> {
    let rows = sqlx::query!(
        r#"select r.year, r.number, k.kraj_code, k.allocation, k.results_published_at, coalesce(sum(a.amount), 0)::bigint as "sum!",
                  count(a.part_service_id) as "count!", count(a.published_at) as "published!",
                  count(a.part_service_id) filter (where not exists (select from award_detail d where d.part_service_id = a.part_service_id
                    and d.published_at is not distinct from a.published_at and d.provider_id = a.provider_id)) as "bare!",
                  count(a.part_service_id) filter (where a.request <> s.request or a.provider_id <> s.provider_id or a.service_id <> s.service_id
                    or a.kraj_round_id <> s.kraj_round_id or a.kraj_code <> s.kraj_code) as "foreign!"
           from kraj_round k join subsidy_round r on r.id = k.round_id left join award a on a.kraj_round_id = k.id
           left join part_service s on s.id = a.part_service_id
           group by k.id, r.year, r.number order by r.year, r.number, k.kraj_code"#
    )
    .fetch_all(&mut **tx)
    .await?;
    for row in rows {
        let place = round(row.year, row.number, &row.kraj_code);
        if row.sum > row.allocation {
            faults.push(format!("{place}: přiznáno {} Kč, alokace je {} Kč", row.sum, row.allocation));
        }
        if row.results_published_at.is_some() && row.count == 0 {
            faults.push(format!("{place}: výsledky jsou zveřejněné, ale žádná dotace není přiznaná"));
        }
        let expected = if row.results_published_at.is_some() { row.count } else { 0 };
        if row.published != expected {
            faults.push(format!("{place}: zveřejněno {} přiznaných dotací místo {expected}", row.published));
        }
        if row.bare != 0 {
            faults.push(format!("{place}: {} přiznaných dotací nemá vysvětlení ve stejném stavu", row.bare));
        }
        if row.foreign != 0 {
            faults.push(format!("{place}: {} přiznaných dotací nesouhlasí se svou žádostí", row.foreign));
        }
    }
    Ok(())
}

async fn decisions(tx: &mut Tx, faults: &mut Vec<String>) -> Result<(), StoreError> {
    let rounds = sqlx::query!(
        r#"select k.id, r.year, r.number, k.kraj_code, d.document as "document?: Json<Decision>", d.run_id as "run_id?"
           from kraj_round k join subsidy_round r on r.id = k.round_id left join decision d on d.kraj_round_id = k.id
           order by r.year, r.number, k.kraj_code"#
    )
    .fetch_all(&mut **tx)
    .await?;
    for row in rounds {
        let place = round(row.year, row.number, &row.kraj_code);
        let stored: BTreeMap<String, i64> = sqlx::query!("select part_service_id, amount from award where kraj_round_id = $1", row.id)
            .fetch_all(&mut **tx)
            .await?
            .into_iter()
            .map(|award| (award.part_service_id.to_string(), award.amount))
            .collect();
        let decided = row.document.as_ref().and_then(|decision| decision.awards());
        match decided {
            None if !stored.is_empty() => {
                faults.push(format!("{place}: {} přiznaných dotací před uzavřením posledního kroku rozhodování", stored.len()));
            }
            None => {}
            Some(decided) => {
                let decided: BTreeMap<String, i64> =
                    decided.into_iter().map(|(key, amount)| (key, i64::try_from(amount.get()).unwrap_or(i64::MAX))).collect();
                for (key, amount) in &decided {
                    match stored.get(key) {
                        None => faults.push(format!("{place}: služba {key} má podle rozhodnutí {amount} Kč, přiznanou dotaci nemá")),
                        Some(other) if other != amount => {
                            faults.push(format!("{place}: služba {key} má přiznáno {other} Kč, podle rozhodnutí {amount} Kč"));
                        }
                        Some(_) => {}
                    }
                }
                for key in stored.keys().filter(|key| !decided.contains_key(*key)) {
                    faults.push(format!("{place}: služba {key} má přiznanou dotaci a v rozhodnutí není"));
                }
            }
        }
        if let Some(decision) = &row.document {
            proposal(&place, decision, faults);
        }
    }
    let strange = sqlx::query!(
        "select d.kraj_round_id from decision d join calculation_run r on r.id = d.run_id where r.kraj_round_id <> d.kraj_round_id"
    )
    .fetch_all(&mut **tx)
    .await?;
    faults.extend(strange.into_iter().map(|row| format!("rozhodnutí {} vychází z běhu jiného kola", row.kraj_round_id)));
    Ok(())
}

/// Every amount that a step set is within its bounds, and a closed step within the allocation.
fn proposal(place: &str, decision: &Decision, faults: &mut Vec<String>) {
    for (at, step) in decision.steps().iter().enumerate() {
        for (key, change) in &step.changes {
            let allowed = decision.rows().get(key).is_some_and(|row| decision.rules().allow(change.amount, row.maximum).is_ok());
            if !allowed || change.reason.is_empty() {
                faults.push(format!("{place}: krok {} mění službu {key} mimo pravidla nebo bez důvodu", step.name));
            }
        }
        if step.closed.is_some() {
            let keys = decision.rows().keys();
            let sum: u64 = keys.filter_map(|key| decision.amount_after(key, at + 1)).map(|amount| amount.get()).sum();
            if sum > decision.rules().allocation.get() {
                faults.push(format!("{place}: krok {} je uzavřen nad alokací", step.name));
            }
        }
    }
    let open = decision.steps().iter().position(|step| step.closed.is_none()).unwrap_or(decision.steps().len());
    if decision.steps().iter().skip(open).any(|step| step.closed.is_some()) {
        faults.push(format!("{place}: kroky rozhodování nejsou uzavřené po řadě"));
    }
}

async fn parts(tx: &mut Tx, faults: &mut Vec<String>) -> Result<(), StoreError> {
    let keys = sqlx::query_scalar!("select id from application_part order by id").fetch_all(&mut **tx).await?;
    for id in keys {
        let part = sqlx::query!(
            r#"select reference, kraj_code, request, document as "document: Json<Part>" from application_part where id = $1"#,
            id
        )
        .fetch_one(&mut **tx)
        .await?;
        let services = sqlx::query!(
            r#"select identifikator, service_id, kraj_code, request, document as "document: Json<ServicePart>" from part_service where part_id = $1"#,
            id
        )
        .fetch_all(&mut **tx)
        .await?;
        let place = format!("část žádosti {}", part.reference);
        let sum: i64 = services.iter().map(|service| service.request).sum();
        if sum != part.request {
            faults.push(format!("{place}: požadavek {} Kč, součet služeb {sum} Kč", part.request));
        }
        if part.document.kraj.code().to_string() != part.kraj_code || services.iter().any(|service| service.kraj_code != part.kraj_code) {
            faults.push(format!("{place}: kraj nesouhlasí"));
        }
        if services.len() != part.document.services.len() {
            faults.push(format!("{place}: má {} služeb, podáno bylo {}", services.len(), part.document.services.len()));
        }
        for service in &services {
            let frozen = part.document.services.iter().find(|frozen| frozen.facts.service == service.service_id.to_string());
            if frozen.is_none_or(|frozen| *frozen != service.document.0) {
                faults.push(format!("{place}, služba {}: není taková, jaká byla podána", service.identifikator));
            }
            let rows: u64 = service.document.requests().values().map(|amount| amount.get()).sum();
            let request = u64::try_from(service.request).unwrap_or_default();
            if rows != request || service.document.request.get() != request {
                faults.push(format!("{place}, služba {}: požadavek {request} Kč není součtem řádků {rows} Kč", service.identifikator));
            }
        }
    }
    Ok(())
}

async fn applications(tx: &mut Tx, faults: &mut Vec<String>) -> Result<(), StoreError> {
    let keys = sqlx::query_scalar!("select id from application order by id").fetch_all(&mut **tx).await?;
    for id in keys {
        let row = sqlx::query!(
            r#"select a.state, a.state_document as "state_document: Json<State>",
                      (select e.kind from application_event e where e.application_id = a.id and e.kind <> 'register_loaded' order by e.at desc, e.id desc limit 1) as last
               from application a where a.id = $1"#,
            id
        )
        .fetch_one(&mut **tx)
        .await?;
        let expected = match row.last.as_deref() {
            Some("locked") => "locked",
            Some("submitted") => "submitted",
            _ => "draft",
        };
        if row.state != expected {
            faults.push(format!("žádost {id}: je ve stavu {}, podle poslední události má být {expected}", row.state));
        }
        let live = live_parts(tx, id).await?;
        match row.state_document.map(|state| state.0) {
            Some(State::Submitted(submitted)) if row.state == "submitted" => {
                let made: BTreeMap<String, Part> =
                    submitted.application.parts().into_iter().map(|part| (part.kraj.code().to_string(), part)).collect();
                let frozen: BTreeMap<String, Part> = submitted.parts.into_iter().map(|part| (part.kraj.code().to_string(), part)).collect();
                if made != frozen || made != live {
                    faults.push(format!("žádost {id}: části krajů nejsou rozdělením podané žádosti"));
                }
            }
            _ if row.state == "submitted" => faults.push(format!("žádost {id}: je podaná a nemá zmrazenou podobu")),
            _ if !live.is_empty() => faults.push(format!("žádost {id}: není podaná a kraje mají její části")),
            _ => {}
        }
    }
    Ok(())
}

/// The parts of an application that were not taken back, by code of the kraj.
async fn live_parts(tx: &mut Tx, application: Uuid) -> Result<BTreeMap<String, Part>, StoreError> {
    let rows = sqlx::query!(
        r#"select kraj_code, document as "document: Json<Part>" from application_part where application_id = $1 and withdrawn_at is null"#,
        application
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.into_iter().map(|row| (row.kraj_code, row.document.0)).collect())
}

async fn schemes(tx: &mut Tx, faults: &mut Vec<String>) -> Result<(), StoreError> {
    let unused = sqlx::query!(
        "select s.name, v.version, v.kraj_code from scheme_version v join scheme s on s.id = v.scheme_id
         where v.frozen_at is not null and not exists (select from calculation_run r where r.scheme_version_id = v.id)
         order by v.kraj_code, s.name, v.version"
    )
    .fetch_all(&mut **tx)
    .await?;
    faults.extend(
        unused
            .into_iter()
            .map(|row| format!("schéma {} {} (kraj {}) je zmrazené a žádný běh je nepoužil", row.name, row.version, row.kraj_code)),
    );
    let loose = sqlx::query!(
        "select r.number, r.kraj_code, r.kraj_round_id from calculation_run r join scheme_version v on v.id = r.scheme_version_id
         where v.frozen_at is null or v.kraj_code <> r.kraj_code or v.document <> r.scheme order by r.kraj_code, r.number"
    )
    .fetch_all(&mut **tx)
    .await?;
    faults.extend(loose.into_iter().map(|row| {
        format!("běh č. {} (kraj {}, kolo {}) nesouhlasí se svou zmrazenou verzí schématu", row.number, row.kraj_code, row.kraj_round_id)
    }));
    Ok(())
}

async fn recomputed(tx: &mut Tx, faults: &mut Vec<String>) -> Result<(), StoreError> {
    let keys = sqlx::query_scalar!("select id from calculation_run order by id").fetch_all(&mut **tx).await?;
    for id in keys {
        let run = sqlx::query!(
            r#"select kraj_round_id, number, scheme as "scheme: Json<Scheme>", inputs as "inputs: Json<Sheet>", amounts as "amounts: Json<Amounts>",
                      result, awarded, digest
               from calculation_run where id = $1"#,
            id
        )
        .fetch_one(&mut **tx)
        .await?;
        let place = format!("běh č. {} kola {}", run.number, run.kraj_round_id);
        let stored = StoredRun { scheme: run.scheme.0, inputs: run.inputs.0, amounts: run.amounts.0 };
        match stored.calculate() {
            Err(_) => faults.push(format!("{place}: ze zapsaného schématu a vstupů už nejde spočítat")),
            Ok(calculation) => {
                let again: serde_json::Value = serde_json::from_str(&calculation.report().to_json()?)?;
                if again != run.result || calculation.digest() != run.digest {
                    faults.push(format!("{place}: nový výpočet ze zapsaného schématu a vstupů dává jiný výsledek"));
                }
                if calculation.awarded().to_i64() != Some(run.awarded) {
                    faults.push(format!("{place}: zapsaný součet {} Kč není součtem návrhů", run.awarded));
                }
            }
        }
    }
    Ok(())
}
