//! The providers of a batch: which ones its records mean, and which of them changed.
//!
//! A file repeats a provider in every of its services. A record changes its provider only if what it says differs from what it said in the
//! last import (or, of a new service, from what is stored); the first such record of a file decides, one that says something else is listed.

use super::file::{Digest, Incoming};
use super::write::{ProviderRow, ProviderVersion, Rows};
use super::{ImportError, Run, facts};
use crate::new_id;
use crate::registry::import::state::KnownProvider;
use domain::registry::change;
use domain::registry::problem::{Problem, ProblemKind};
use domain::registry::provider::{ProviderFacts, Recognition};
use domain::registry::record::Place;
use uuid::Uuid;

/// A change of a known provider, still to be compared with what is stored.
pub(super) struct Proposal {
    provider: Uuid,
    place: Place,
    facts: ProviderFacts,
    ico: Option<String>,
    digest: Digest,
}

impl Run<'_> {
    /// The provider of a record, with the rows it needs.
    pub(super) fn provider_of(&mut self, item: &Incoming, rows: &mut Rows, proposals: &mut Vec<Proposal>) -> Uuid {
        let record = &item.record;
        let service = self.state.services.get(&record.portal_id).copied();
        let ico = record.ico.as_ref();
        let recognition = self.state.index.recognise(item.provider_portal_id, ico, service.map(|s| s.provider));
        let say = |text: String| Problem {
            kind: ProblemKind::SharedIco,
            place: Some(record.place.clone()),
            field: "poskytovatel".to_owned(),
            text,
        };
        let id = match recognition {
            Recognition::Known(id) => id,
            Recognition::PortalIdAdded(id) => {
                if let Some(portal_id) = item.provider_portal_id {
                    rows.portal_ids.push((id, portal_id));
                }
                id
            }
            Recognition::OneOfSeveral(id) => {
                let text = format!(
                    "Záznam nemá portalId poskytovatele a IČO {} jich má více, patří k „{}“.",
                    ico_text(record),
                    record.provider.name
                );
                self.problems.add(say(text), service.map(|s| s.id), Some(id));
                id
            }
            Recognition::New | Recognition::SecondWithIco => self.new_provider(item, rows),
        };
        self.state.index.add(id, item.provider_portal_id, ico);
        let Some(known) = self.state.providers.get_mut(&id) else { return id };
        let says_as_before = service.is_some_and(|s| s.provider == id && s.provider_digest == Some(item.provider_digest));
        if known.digest == Some(item.provider_digest) || says_as_before {
            return id;
        }
        if known.settled {
            if !known.differs {
                known.differs = true;
                let text =
                    format!("Poskytovatel „{}“ je v tomto záznamu popsán jinak než v dřívějším; platí dřívější.", record.provider.name);
                let problem = Problem {
                    kind: ProblemKind::ProviderDiffers,
                    place: Some(record.place.clone()),
                    field: "poskytovatel".to_owned(),
                    text,
                };
                self.problems.add(problem, service.map(|s| s.id), Some(id));
            }
            return id;
        }
        known.settled = true;
        proposals.push(Proposal {
            provider: id,
            place: record.place.clone(),
            facts: record.provider.clone(),
            ico: ico.map(|i| i.as_str().to_owned()),
            digest: item.provider_digest,
        });
        id
    }

    fn new_provider(&mut self, item: &Incoming, rows: &mut Rows) -> Uuid {
        let record = &item.record;
        let id = new_id();
        self.providers.new += 1;
        self.state.providers.insert(
            id,
            KnownProvider { digest: Some(item.provider_digest), corrected: false, settled: true, differs: false, doubted: false },
        );
        self.state.estimate.insert(id, record.seat_kraj.clone());
        rows.new_providers.push(ProviderRow {
            id,
            portal_id: item.provider_portal_id,
            ico: record.ico.as_ref().map(|i| i.as_str().to_owned()),
            name: record.provider.name.clone(),
            is_person: record.provider.is_person,
        });
        rows.provider_versions.push(ProviderVersion {
            provider: id,
            lower: None,
            digest: item.provider_digest,
            facts: record.provider.facts.clone(),
            private: record.provider.private.clone(),
            changes: Vec::new(),
        });
        id
    }

    /// Compares the proposals with what is stored and opens versions of what differs.
    pub(super) async fn change_providers(&mut self, proposals: Vec<Proposal>, rows: &mut Rows) -> Result<(), ImportError> {
        let ids: Vec<Uuid> = proposals.iter().map(|p| p.provider).collect();
        let stored = facts::providers(self.tx, &ids).await?;
        for proposal in proposals {
            let Some(stored) = stored.get(&proposal.provider) else { continue };
            let Proposal { provider, place, facts, ico, digest } = proposal;
            let mut changes = change::of_provider(&stored.facts, &facts.facts, &self.book);
            if stored.private != facts.private {
                changes.push(change::of_private("poskytovatel"));
            }
            if changes.is_empty() {
                continue;
            }
            let Some(known) = self.state.providers.get_mut(&provider) else { continue };
            if known.corrected {
                let text = format!("Poskytovatel „{}“ je opravený zde, soubor se liší: {}.", facts.name, in_words(&changes));
                let problem = Problem { kind: ProblemKind::Difference, place: Some(place), field: "poskytovatel".to_owned(), text };
                self.problems.add(problem, None, Some(provider));
                continue;
            }
            known.digest = Some(digest);
            self.providers.changed += 1;
            let lower = Some(rows.ended_providers.replace(&stored.current, self.as_of, None));
            let ProviderFacts { facts, private, name, is_person } = facts;
            rows.changed_providers.push(ProviderRow { id: provider, portal_id: None, ico, name, is_person });
            rows.provider_versions.push(ProviderVersion { provider, lower, digest, facts, private, changes });
        }
        Ok(())
    }

    /// Lists providers that share an IČO.
    pub(super) async fn note_shared_icos(&mut self) -> Result<(), ImportError> {
        let shared = sqlx::query!(
            r#"select p.id, p.name, p.ico as "ico!", p.portal_id from provider p
               where p.ico in (select ico from provider where ico is not null group by ico having count(*) > 1)
               order by p.ico, p.portal_id, p.id"#
        )
        .fetch_all(&mut **self.tx)
        .await?;
        for p in shared {
            let portal_id = p.portal_id.map_or_else(|| "bez portalId".to_owned(), |id| format!("portalId {id}"));
            let text = format!("Poskytovatel „{}“ ({portal_id}) má IČO {}, které má i jiný poskytovatel.", p.name, p.ico);
            self.problems.say(ProblemKind::SharedIco, "poskytovatel.ico", text, None, Some(p.id));
        }
        Ok(())
    }
}

fn ico_text(record: &domain::registry::normalise::Normalised) -> &str {
    record.ico.as_ref().map_or("–", |ico| ico.as_str())
}

/// Changes in one line.
pub(super) fn in_words(changes: &[change::Change]) -> String {
    let one = |c: &change::Change| match (&c.before, &c.after) {
        (None, None) => c.field.clone(),
        (before, after) => format!("{} zde {}, v souboru {}", c.field, quoted(before), quoted(after)),
    };
    changes.iter().map(one).collect::<Vec<_>>().join("; ")
}

fn quoted(text: &Option<String>) -> String {
    text.as_ref().map_or_else(|| "nic".to_owned(), |t| format!("„{t}“"))
}
