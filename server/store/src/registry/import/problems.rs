//! What an import has to say: each problem with its service and provider, so that the registering authority finds its own. What many records
//! have alike (an unknown code, an unknown shape) is one line with a count.

use super::state::KnownService;
use crate::{StoreError, Tx};
use domain::registry::problem::{Problem, ProblemKind};
use domain::registry::record::Place;
use domain::text::plural;
use std::collections::BTreeMap;
use uuid::Uuid;

/// Problems of one kind that are listed; more are only counted.
pub const LISTED: u64 = 5000;

/// A problem with what it is about.
pub(super) struct Listed {
    pub problem: Problem,
    pub service: Option<Uuid>,
    pub provider: Option<Uuid>,
}

#[derive(Default)]
pub(super) struct Problems {
    list: Vec<Listed>,
    counts: BTreeMap<ProblemKind, u64>,
    alike: BTreeMap<(ProblemKind, String, String), (Place, i64)>,
}

/// `formy[3].typ` as `formy[].typ`.
fn pattern(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    let mut inside = false;
    for c in path.chars() {
        inside = (inside || c == '[') && c != ']';
        if !inside || c == '[' {
            out.push(c);
        }
    }
    out
}

impl Problems {
    pub fn add(&mut self, problem: Problem, service: Option<Uuid>, provider: Option<Uuid>) {
        if let (ProblemKind::UnknownCode | ProblemKind::UnknownShape, Some(place)) = (problem.kind, &problem.place) {
            let key = (problem.kind, pattern(&problem.field), problem.text);
            // Texts come from the file: their number is bounded, too.
            if self.alike.len() < LISTED as usize || self.alike.contains_key(&key) {
                self.alike.entry(key).or_insert_with(|| (place.clone(), 0)).1 += 1;
            }
            return;
        }
        let count = self.counts.entry(problem.kind).or_default();
        *count += 1;
        if *count <= LISTED {
            self.list.push(Listed { problem, service, provider });
        }
    }

    /// A problem that has no place in the file.
    pub fn say(&mut self, kind: ProblemKind, field: &str, text: String, service: Option<Uuid>, provider: Option<Uuid>) {
        self.add(Problem { kind, place: None, field: field.to_owned(), text }, service, provider);
    }

    pub fn missing(&mut self, portal_id: i64, service: KnownService) {
        let text = format!("Služba s portalId {portal_id} v souboru chybí, zůstává beze změny.");
        self.say(ProblemKind::Missing, "portalId", text, Some(service.id), Some(service.provider));
    }

    pub fn counts(&self) -> BTreeMap<&'static str, u64> {
        let mut counts: BTreeMap<&'static str, u64> = self.counts.iter().map(|(kind, n)| (kind.code(), *n)).collect();
        for (kind, ..) in self.alike.keys() {
            *counts.entry(kind.code()).or_default() += 1;
        }
        counts
    }

    pub fn into_list(self) -> Vec<Listed> {
        let mut list = self.list;
        for ((kind, field, text), (place, count)) in self.alike {
            let text = match count {
                1 => text,
                n => format!("{text} Celkem {n} {}, poprvé zde.", plural(n, "výskyt", "výskyty", "výskytů")),
            };
            list.push(Listed { problem: Problem { kind, place: Some(place), field, text }, service: None, provider: None });
        }
        list.sort_by_key(|l| (l.problem.kind, l.problem.place.as_ref().map(|p| p.index)));
        list
    }
}

pub(super) async fn write(tx: &mut Tx, run: Uuid, list: &[Listed]) -> Result<(), StoreError> {
    for chunk in list.chunks(2000) {
        let ordinals: Vec<i32> = (0_i32..).take(chunk.len()).collect();
        let kinds: Vec<&str> = chunk.iter().map(|l| l.problem.kind.code()).collect();
        let places = chunk.iter().map(|l| l.problem.place.as_ref());
        let indexes: Vec<Option<i64>> = places.clone().map(|p| p.and_then(|p| i64::try_from(p.index).ok())).collect();
        let portals: Vec<Option<i64>> = places.map(|p| p.and_then(|p| p.portal_id)).collect();
        let services: Vec<Option<Uuid>> = chunk.iter().map(|l| l.service).collect();
        let providers: Vec<Option<Uuid>> = chunk.iter().map(|l| l.provider).collect();
        let fields: Vec<&str> = chunk.iter().map(|l| l.problem.field.as_str()).collect();
        let texts: Vec<&str> = chunk.iter().map(|l| l.problem.text.as_str()).collect();
        sqlx::query!(
            "insert into import_problem (import_run_id, ordinal, kind, record_index, portal_id, service_id, provider_id, field, text)
             select $1, ordinal + (select coalesce(max(ordinal) + 1, 0) from import_problem where import_run_id = $1),
                    kind, record_index, portal_id, service_id, provider_id, left(field, 500), text
             from unnest($2::integer[], $3::text[], $4::bigint[], $5::bigint[], $6::uuid[], $7::uuid[], $8::text[], $9::text[])
               as t (ordinal, kind, record_index, portal_id, service_id, provider_id, field, text)",
            run,
            &ordinals,
            &kinds as _,
            &indexes as _,
            &portals as _,
            &services as _,
            &providers as _,
            &fields as _,
            &texts as _,
        )
        .execute(&mut **tx)
        .await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_lose_their_numbers() {
        assert_eq!(pattern("formy[12].kapacity[0].typ"), "formy[].kapacity[].typ");
    }
}
