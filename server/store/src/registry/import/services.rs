//! The services of a batch with their facilities: compared with what is stored, and versions opened for what differs.

use super::facts::{self, StoredService};
use super::file::{Incoming, Item};
use super::providers::in_words;
use super::state::KnownService;
use super::write::{FacilityVersion, Rows, SecretAddress, ServiceVersion, Stamp};
use super::{ImportError, Run};
use crate::new_id;
use domain::registry::change::{self, CONTACT_ADDRESSES, Change};
use domain::registry::facility::{FacilityFacts, match_up};
use domain::registry::normalise::{HIDDEN_CONTACTS, Normalised, hide_contacts, search, territory};
use domain::registry::problem::{Problem, ProblemKind};
use domain::registry::record::{Address, Place, Refusal};
use sqlx::types::Json;
use std::collections::HashMap;
use uuid::Uuid;

const FACILITY_STAYS: &str = "Zařízení má zde utajenou adresu a v souboru ji utajenou nemá; zůstává utajená.";
const CONTACT_STAYS: &str = "Kontaktní adresa služby je adresou utajeného zařízení; zůstává utajená.";

impl Run<'_> {
    /// Takes over one batch.
    pub(super) async fn take(&mut self, batch: Vec<Item>) -> Result<(), ImportError> {
        let mut to_compare = Vec::with_capacity(batch.len());
        for item in batch {
            match item {
                Item::Refused(refusal) => self.refuse(refusal),
                Item::Unchanged { index, portal_id } => {
                    if self.is_first(portal_id, index) {
                        self.services.unchanged += 1;
                    }
                }
                Item::Read(incoming) => {
                    if self.is_first(incoming.record.portal_id, incoming.record.place.index) {
                        to_compare.push(incoming);
                    }
                }
            }
        }
        if to_compare.is_empty() {
            return Ok(());
        }
        let known: Vec<Uuid> = to_compare.iter().filter_map(|i| self.state.services.get(&i.record.portal_id)).map(|s| s.id).collect();
        let mut stored = facts::services(self.tx, &known).await?;
        self.hide_known_addresses(&mut to_compare).await?;
        let (mut rows, mut proposals) = (Rows::default(), Vec::new());
        let providers: Vec<Uuid> = to_compare.iter().map(|item| self.provider_of(item, &mut rows, &mut proposals)).collect();
        self.change_providers(proposals, &mut rows).await?;
        for (item, provider) in to_compare.into_iter().zip(providers) {
            self.service(*item, provider, &mut stored, &mut rows);
        }
        rows.write(self.tx, Stamp { run: self.id, at: self.at, as_of: self.as_of }).await?;
        Ok(())
    }

    fn refuse(&mut self, refusal: Refusal) {
        // A record that can't be read isn't missing from the file.
        if let Some(portal_id) = refusal.place.portal_id {
            self.state.see(portal_id, refusal.place.index);
        }
        let service = refusal.place.portal_id.and_then(|id| self.state.services.get(&id)).copied();
        self.services.refused += 1;
        self.problems.add(refusal.into(), service.map(|s| s.id), service.map(|s| s.provider));
    }

    /// Whether the service didn't stand in the file before; refuses the record otherwise.
    fn is_first(&mut self, portal_id: i64, index: u64) -> bool {
        let Some(first) = self.state.see(portal_id, index) else { return true };
        let place = Place { index, portal_id: Some(portal_id) };
        self.refuse(Refusal { place, field: "portalId".to_owned(), reason: format!("Služba už v souboru je jako {first}. záznam.") });
        false
    }

    fn service(&mut self, item: Incoming, provider: Uuid, stored: &mut HashMap<Uuid, StoredService>, rows: &mut Rows) {
        let Incoming { mut record, digest, provider_digest, .. } = item;
        let known = self.state.services.get(&record.portal_id).copied();
        let problems = std::mem::take(&mut record.problems);
        let stored = known.and_then(|k| stored.remove(&k.id).map(|s| (k, s)));
        let service = match stored {
            Some((known, stored)) => {
                if self.changed_service(known, stored, record, provider, rows) {
                    rows.sources.push((known.id, digest, provider_digest));
                }
                known.id
            }
            None => {
                let id = self.new_service(record, provider, rows);
                rows.sources.push((id, digest, provider_digest));
                id
            }
        };
        for problem in problems {
            if problem.kind == ProblemKind::Ico
                && self.state.providers.get_mut(&provider).is_some_and(|p| std::mem::replace(&mut p.doubted, true))
            {
                continue;
            }
            self.problems.add(problem, Some(service), Some(provider));
        }
    }

    fn new_service(&mut self, record: Normalised, provider: Uuid, rows: &mut Rows) -> Uuid {
        let id = new_id();
        self.services.new += 1;
        self.state.estimate.entry(provider).or_insert(record.seat_kraj);
        rows.new_services.push((id, record.portal_id, provider));
        let lower = record.service.datum_poskytovani_od.unwrap_or(self.as_of);
        for facility in record.facilities {
            let lower = facility.facts.poskytuje_od.unwrap_or(lower);
            self.new_facility(id, facility, lower, rows);
        }
        rows.service_versions.push(ServiceVersion {
            service: id,
            provider,
            lower,
            provider_name: record.provider.name,
            facts: record.service,
            private: record.private,
            changes: Vec::new(),
            search: record.search,
        });
        id
    }

    fn new_facility(&mut self, service: Uuid, facility: FacilityFacts, lower: chrono::NaiveDate, rows: &mut Rows) {
        let id = new_id();
        self.facilities.new += 1;
        rows.new_facilities.push((id, service));
        self.facility_version(id, service, facility, lower, Vec::new(), rows);
    }

    fn facility_version(
        &mut self,
        facility: Uuid,
        service: Uuid,
        incoming: FacilityFacts,
        lower: chrono::NaiveDate,
        changes: Vec<Change>,
        rows: &mut Rows,
    ) {
        let FacilityFacts { facts, secret, private, twins, .. } = incoming;
        if let Some(address) = secret {
            rows.secrets.push(SecretAddress { facility, service, kraj: territory(&address, &self.book).2, address });
        }
        let kraj = facts.adresa.as_ref().and_then(|a| territory(a, &self.book).2);
        let is_secret = facts.is_secret();
        rows.facility_versions.push(FacilityVersion { facility, service, lower, is_secret, twins, kraj, facts, private, changes });
    }

    /// Compares a known service; gives whether the record is now what is stored.
    fn changed_service(
        &mut self,
        known: KnownService,
        stored: StoredService,
        mut record: Normalised,
        provider: Uuid,
        rows: &mut Rows,
    ) -> bool {
        self.keep_secrets(&known, &stored, &mut record);
        let matching = match_up(&stored.facilities, &record.facilities);
        let mut changes = change::of_service(&stored.facts, &record.service, &self.book);
        let is_ended = stored.facts.datum_poskytovani_do.is_none() && record.service.datum_poskytovani_do.is_some();
        if record.private.contains_key(HIDDEN_CONTACTS) {
            // What a contact address was may be secret now.
            for change in changes.iter_mut().filter(|c| c.field == CONTACT_ADDRESSES) {
                (change.before, change.after) = (None, None);
            }
        }
        if stored.private != record.private {
            changes.push(change::of_private("služba"));
        }
        if known.provider != provider {
            let change = Change {
                field: "poskytovatel".to_owned(),
                before: Some(stored.provider_name.clone()),
                after: Some(record.provider.name.clone()),
            };
            changes.push(change);
        }
        let mut incoming: Vec<Option<FacilityFacts>> = record.facilities.into_iter().map(Some).collect();
        let name = |f: &domain::registry::record::Facility| f.nazev.as_deref().map(str::trim).unwrap_or("bez názvu").to_owned();
        let mut changed_facilities = Vec::new();
        for (s, i) in &matching.pairs {
            let Some(facility) = incoming[*i].take() else { continue };
            let before = &stored.facilities[*s];
            let mut fields = change::of_facility((&before.facts, before.twins), (&facility.facts, facility.twins), &self.book);
            if before.id.private != facility.private {
                fields.push(change::of_private("zařízení"));
            }
            if facility.facts.is_secret() {
                // What the address was must not stand in the list of changes.
                fields.retain(|c| c.field != "adresa");
            }
            if fields.is_empty() {
                if let Some(address) = facility.secret {
                    rows.secrets.push(SecretAddress {
                        facility: before.id.id,
                        service: known.id,
                        kraj: territory(&address, &self.book).2,
                        address,
                    });
                }
                continue;
            }
            let list = fields.iter().map(|c| c.field.as_str()).collect::<Vec<_>>().join(", ");
            changes.push(Change {
                field: format!("zařízení „{}“", name(&before.facts)),
                before: None,
                after: Some(format!("změna: {list}")),
            });
            changed_facilities.push((*s, facility, fields));
        }
        for i in &matching.new {
            if let Some(facility) = &incoming[*i] {
                changes.push(Change { field: "zařízení".to_owned(), before: None, after: Some(name(&facility.facts)) });
            }
        }
        for s in &matching.gone {
            changes.push(Change { field: "zařízení".to_owned(), before: Some(name(&stored.facilities[*s].facts)), after: None });
        }
        if changes.is_empty() {
            self.services.unchanged += 1;
            rows.derived.push((stored.current.version, record.provider.name, record.search));
            return true;
        }
        if known.corrected {
            self.services.unchanged += 1;
            let text = format!("Služba je opravená zde, soubor se liší: {}.", in_words(&changes));
            let problem = Problem { kind: ProblemKind::Difference, place: Some(record.place), field: "(celý záznam)".to_owned(), text };
            self.problems.add(problem, Some(known.id), Some(known.provider));
            return false;
        }
        if is_ended {
            self.services.ended += 1;
        } else {
            self.services.changed += 1;
        }
        for id in [known.provider, provider] {
            self.state.estimate.entry(id).or_insert_with(|| record.seat_kraj.clone());
        }
        for (s, facility, fields) in changed_facilities {
            let before = &stored.facilities[s];
            self.facilities.changed += 1;
            if facility.facts.is_secret() && !before.is_secret {
                rows.now_secret.push((before.id.id, known.id));
            }
            let lower = rows.ended_facilities.replace(&before.id.current, self.as_of, facility.facts.poskytuje_od);
            self.facility_version(before.id.id, known.id, facility, lower, fields, rows);
        }
        for i in &matching.new {
            if let Some(facility) = incoming[*i].take() {
                let lower = facility.facts.poskytuje_od.unwrap_or(self.as_of);
                self.new_facility(known.id, facility, lower, rows);
            }
        }
        for s in &matching.gone {
            self.facilities.gone += 1;
            rows.ended_facilities.replace(&stored.facilities[*s].id.current, self.as_of, None);
        }
        if known.provider != provider {
            rows.moved_services.push((known.id, provider));
        }
        rows.service_versions.push(ServiceVersion {
            service: known.id,
            provider,
            lower: rows.ended_services.replace(&stored.current, self.as_of, record.service.datum_poskytovani_od),
            provider_name: record.provider.name,
            facts: record.service,
            private: record.private,
            changes,
            search: record.search,
        });
        true
    }

    /// A facility that is secret here stays so, whatever the record says: its address becomes secret before anything else looks at it.
    fn keep_secrets(&mut self, known: &KnownService, stored: &StoredService, record: &mut Normalised) {
        if !stored.facilities.iter().any(|f| f.is_secret) {
            return;
        }
        let matching = match_up(&stored.facilities, &record.facilities);
        let mut opened = false;
        for (s, i) in matching.pairs {
            let facility = &mut record.facilities[i];
            if !stored.facilities[s].is_secret || facility.facts.is_secret() {
                continue;
            }
            opened = true;
            facility.hide();
            self.stays_secret(known, &record.place, "zarizeni[].utajenaAdresa", FACILITY_STAYS);
        }
        if opened {
            self.derive(record);
        }
    }

    fn derive(&self, record: &mut Normalised) {
        record.search = search(&record.service, &record.facilities, &record.provider, record.ico.as_ref(), self.as_of, &self.book);
    }

    fn stays_secret(&mut self, known: &KnownService, place: &Place, field: &str, text: &str) {
        let problem =
            Problem { kind: ProblemKind::SecretAddress, place: Some(place.clone()), field: field.to_owned(), text: text.to_owned() };
        self.problems.add(problem, Some(known.id), Some(known.provider));
    }

    /// Whatever name a facility has: where its address, or a contact address, is a secret one of its service, it is secret. Only the database
    /// sees the secret addresses and tells which of the record's are among them.
    async fn hide_known_addresses(&mut self, items: &mut [Box<Incoming>]) -> Result<(), ImportError> {
        let (mut services, mut addresses, mut of) = (Vec::new(), Vec::new(), Vec::new());
        for (at, item) in items.iter().enumerate() {
            let Some(known) = self.state.services.get(&item.record.portal_id).filter(|k| k.has_secret) else { continue };
            let open = item.record.facilities.iter().filter_map(|f| f.facts.adresa.as_ref());
            for address in open.chain(&item.record.service.kontaktni_adresy) {
                services.push(known.id);
                addresses.push(Json(address.clone()));
                of.push(at);
            }
        }
        if services.is_empty() {
            return Ok(());
        }
        let hidden = sqlx::query_scalar!(r#"select app.hidden_addresses($1, $2) as "position!""#, &services, &addresses as _)
            .fetch_all(&mut **self.tx)
            .await?;
        let mut secret: HashMap<usize, Vec<Address>> = HashMap::new();
        for position in hidden.into_iter().filter_map(|p| usize::try_from(p - 1).ok()) {
            if let (Some(at), Some(address)) = (of.get(position), addresses.get(position)) {
                secret.entry(*at).or_default().push(address.0.clone());
            }
        }
        for (at, secret) in secret {
            let record = &mut items[at].record;
            let Some(known) = self.state.services.get(&record.portal_id).copied() else { continue };
            for facility in &mut record.facilities {
                if facility.facts.adresa.as_ref().is_some_and(|a| secret.contains(a)) {
                    facility.hide();
                    self.stays_secret(&known, &record.place, "zarizeni[].utajenaAdresa", FACILITY_STAYS);
                }
            }
            if hide_contacts(&mut record.service, &mut record.private, |a| secret.contains(a)) {
                self.stays_secret(&known, &record.place, "kontaktniAdresy", CONTACT_STAYS);
            }
            self.derive(record);
        }
        Ok(())
    }
}
