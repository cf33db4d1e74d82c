//! What an import keeps in memory of the register: the keys and digests, some hundred bytes a service.

use super::file::Digest;
use crate::{StoreError, Tx};
use chrono::NaiveDate;
use domain::ico::Ico;
use domain::registry::provider::ProviderIndex;
use std::collections::HashMap;
use uuid::Uuid;

/// A service as it was before the import.
#[derive(Debug, Clone, Copy)]
pub(super) struct KnownService {
    pub id: Uuid,
    pub provider: Uuid,
    pub digest: Option<Digest>,
    pub provider_digest: Option<Digest>,
    /// Corrected in the product: an import doesn't overwrite it.
    pub corrected: bool,
    /// One of its facilities has, or had, a secret address.
    pub has_secret: bool,
    /// A facility ended since the last import, so what search needs is derived anew.
    pub is_due: bool,
}

/// A provider.
#[derive(Debug, Clone)]
pub(super) struct KnownProvider {
    /// Digest of the facts that are stored.
    pub digest: Option<Digest>,
    pub corrected: bool,
    /// This import made or changed it, so another record doesn't change it again.
    pub settled: bool,
    /// A record that describes it differently was listed.
    pub differs: bool,
    /// Its doubtful IČO was listed.
    pub doubted: bool,
}

#[derive(Debug, Default)]
pub(super) struct State {
    pub services: HashMap<i64, KnownService>,
    pub providers: HashMap<Uuid, KnownProvider>,
    pub index: ProviderIndex<Uuid>,
    seen: HashMap<i64, u64>,
    /// Providers whose registering authority is to be estimated anew, with the region of their seat.
    pub estimate: HashMap<Uuid, Option<String>>,
}

impl State {
    /// Services by the digest of their record, but for those that are compared in any case.
    pub fn unchanged_digests(&self) -> HashMap<Digest, i64> {
        self.services.iter().filter(|(_, s)| !s.corrected && !s.is_due).filter_map(|(portal_id, s)| Some((s.digest?, *portal_id))).collect()
    }

    /// Notes that a service stood at `index`; gives where it stood before, if it did.
    pub fn see(&mut self, portal_id: i64, index: u64) -> Option<u64> {
        match self.seen.entry(portal_id) {
            std::collections::hash_map::Entry::Occupied(first) => Some(*first.get()),
            std::collections::hash_map::Entry::Vacant(vacant) => {
                vacant.insert(index);
                None
            }
        }
    }

    /// Known services that the file lacks, by portalId.
    pub fn unseen(&self) -> Vec<(i64, KnownService)> {
        let mut unseen: Vec<_> = self.services.iter().filter(|(id, _)| !self.seen.contains_key(id)).map(|(id, s)| (*id, *s)).collect();
        unseen.sort_unstable_by_key(|(id, _)| *id);
        unseen
    }
}

fn digest(bytes: Option<Vec<u8>>) -> Option<Digest> {
    bytes.and_then(|bytes| bytes.try_into().ok())
}

/// What is stored, for an import as of a day; `last` is the day of the one before.
pub(super) async fn load(tx: &mut Tx, last: Option<NaiveDate>, as_of: NaiveDate) -> Result<State, StoreError> {
    let mut state = State::default();
    let services = sqlx::query!(
        r#"with of_facilities as (
             select f.service_id, bool_or(f.is_secret) as has_secret,
               bool_or(f.superseded_at is null and upper_inf(f.valid) and f.source = 'registrar') as corrected,
               bool_or(f.superseded_at is null and upper_inf(f.valid)
                 and (f.facts ->> 'poskytujeDo')::date >= $1 and (f.facts ->> 'poskytujeDo')::date < $2) as is_due
             from facility_version f group by f.service_id)
           select s.id as "id!", s.portal_id as "portal_id!", s.provider_id as "provider_id!", x.digest as "digest?", x.provider_digest as "provider_digest?",
             (v.source = 'registrar' or coalesce(f.corrected, false)) as "corrected!", coalesce(f.has_secret, false) as "has_secret!",
             coalesce(f.is_due, false) as "is_due!"
           from service s
           join service_version v on v.service_id = s.id and v.superseded_at is null and upper_inf(v.valid)
           left join service_source x on x.service_id = s.id
           left join of_facilities f on f.service_id = s.id
           where s.portal_id is not null"#,
        last,
        as_of
    )
    .fetch_all(&mut **tx)
    .await?;
    for s in services {
        let known = KnownService {
            id: s.id,
            provider: s.provider_id,
            digest: digest(s.digest),
            provider_digest: digest(s.provider_digest),
            corrected: s.corrected,
            has_secret: s.has_secret,
            is_due: s.is_due,
        };
        state.services.insert(s.portal_id, known);
    }
    let providers = sqlx::query!(
        r#"select p.id, p.portal_id, p.ico, v.digest as "digest?", coalesce(v.source = 'registrar', false) as "corrected!"
           from provider p left join provider_version v on v.provider_id = p.id and v.superseded_at is null and upper_inf(v.valid)"#
    )
    .fetch_all(&mut **tx)
    .await?;
    for p in providers {
        let ico = p.ico.as_deref().and_then(|ico| Ico::parse(ico).ok());
        state.index.add(p.id, p.portal_id, ico.as_ref());
        let known = KnownProvider { digest: digest(p.digest), corrected: p.corrected, settled: false, differs: false, doubted: false };
        state.providers.insert(p.id, known);
    }
    Ok(state)
}
