//! Providers: which of them a record means, and what of them is public.
//!
//! Rule of recognition: a provider is known by its portalId, else by its IČO. A portalId that comes later is added to the provider who has
//! that IČO and no portalId yet. Two portalIds with one IČO stay two providers. A record without portalId whose IČO several providers have
//! stays with the provider that its service has already, else goes to the one without portalId, else to the lowest portalId.

use super::record::{Contact, Provider};
use super::shape::{Rest, set_aside};
use crate::ico::Ico;
use crate::text::fold;
use serde_json::Value;
use std::collections::HashMap;
use std::hash::Hash;

/// Which provider a record means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recognition<Id> {
    /// This one.
    Known(Id),
    /// This one, whose portalId was not known so far.
    PortalIdAdded(Id),
    /// One of several with this IČO, chosen by the rule.
    OneOfSeveral(Id),
    /// Nobody so far.
    New,
    /// Nobody so far, though a provider with another portalId has the same IČO.
    SecondWithIco,
}

#[derive(Debug, Clone, Copy)]
struct Entry<Id> {
    id: Id,
    portal_id: Option<i64>,
}

/// The providers known so far. `Id` is the caller's own key.
#[derive(Debug, Clone)]
pub struct ProviderIndex<Id> {
    by_portal: HashMap<i64, Id>,
    by_ico: HashMap<Ico, Vec<Entry<Id>>>,
}

impl<Id> Default for ProviderIndex<Id> {
    fn default() -> Self {
        Self { by_portal: HashMap::new(), by_ico: HashMap::new() }
    }
}

impl<Id: Copy + Eq + Hash> ProviderIndex<Id> {
    /// Adds a provider, or the portalId or IČO of a known one.
    pub fn add(&mut self, id: Id, portal_id: Option<i64>, ico: Option<&Ico>) {
        if let Some(portal_id) = portal_id {
            self.by_portal.insert(portal_id, id);
        }
        if let Some(ico) = ico {
            let entries = self.by_ico.entry(ico.clone()).or_default();
            match entries.iter_mut().find(|e| e.id == id) {
                Some(entry) => entry.portal_id = portal_id.or(entry.portal_id),
                None => entries.push(Entry { id, portal_id }),
            }
        }
    }

    /// Which provider portalId and IČO of a record mean; `current` is the one that its service has now.
    pub fn recognise(&self, portal_id: Option<i64>, ico: Option<&Ico>, current: Option<Id>) -> Recognition<Id> {
        if let Some(id) = portal_id.and_then(|portal_id| self.by_portal.get(&portal_id)) {
            return Recognition::Known(*id);
        }
        let same: &[Entry<Id>] = ico.and_then(|ico| self.by_ico.get(ico)).map_or(&[], Vec::as_slice);
        if portal_id.is_some() {
            return match same.iter().find(|e| e.portal_id.is_none()) {
                Some(entry) => Recognition::PortalIdAdded(entry.id),
                None if same.is_empty() => Recognition::New,
                None => Recognition::SecondWithIco,
            };
        }
        match same {
            [] => Recognition::New,
            [only] => Recognition::Known(only.id),
            several => {
                let of_service = several.iter().find(|e| Some(e.id) == current);
                match of_service.or_else(|| several.iter().min_by_key(|e| e.portal_id)) {
                    Some(entry) => Recognition::OneOfSeveral(entry.id),
                    None => Recognition::New,
                }
            }
        }
    }
}

/// A provider with its public facts apart from the others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderFacts {
    /// What everybody may see.
    pub facts: Provider,
    /// Members of statutory bodies, private contacts, data of natural persons, unknown keys: for the registering authority and the
    /// provider.
    pub private: Rest,
    /// Its name for lists, trimmed, at most 200 characters.
    pub name: String,
    /// A natural person.
    pub is_person: bool,
}

/// Whether the provider is a natural person: it has a birth date or a surname, or its legal form (100–109) or type says so.
fn is_person(provider: &Provider) -> bool {
    let form = provider.pravni_forma.as_ref().and_then(|c| c.id.rsplit('/').next());
    let kind = provider.typ_osoby.as_ref().map(|c| fold(&c.id));
    provider.datum_narozeni.is_some()
        || provider.prijmeni.is_some()
        || form.is_some_and(|f| f.len() == 3 && f.starts_with("10"))
        || kind.is_some_and(|k| k == "fo" || k.ends_with("/fo") || k.contains("fyz"))
}

/// A contact that its note calls private.
pub(super) fn is_private_contact(contact: &Contact) -> bool {
    contact.poznamka.as_deref().map(fold).is_some_and(|note| ["soukrom", "neverejn", "privat"].iter().any(|w| note.contains(w)))
}

/// Moves private contacts and unknown keys of contacts out of a list.
pub(super) fn split_contacts(list: &mut Vec<Contact>, path: &str, all_private: bool, private: &mut Rest) {
    let (hidden, mut public): (Vec<Contact>, Vec<Contact>) =
        std::mem::take(list).into_iter().partition(|c| all_private || is_private_contact(c));
    for (i, contact) in public.iter_mut().enumerate() {
        set_aside(&mut contact.rest, &format!("{path}[{i}]"), private);
    }
    *list = public;
    let hidden: Vec<Value> = hidden.into_iter().filter_map(|c| serde_json::to_value(c).ok()).collect();
    if !hidden.is_empty() {
        private.insert(format!("{path} (neveřejné)"), Value::Array(hidden));
    }
}

/// Separates what is public of a provider: a natural person appears with name, IČO and place of business only.
pub fn split(mut facts: Provider) -> ProviderFacts {
    let mut private = Rest::new();
    let is_person = is_person(&facts);
    set_aside(&mut facts.rest, "", &mut private);
    let mut hide = |key: &str, value: Option<Value>| {
        if let Some(value) = value {
            private.insert(key.to_owned(), value);
        }
    };
    let members = std::mem::take(&mut facts.statutarni_organy);
    hide("statutarniOrgany", (!members.is_empty()).then_some(Value::Array(members)));
    hide("datumNarozeni", facts.datum_narozeni.take().map(|d| Value::String(d.to_string())));
    let whole_name: Vec<&str> = [&facts.jmeno, &facts.prijmeni].into_iter().flatten().map(|n| n.trim()).filter(|n| !n.is_empty()).collect();
    let name = match facts.nazev.as_deref().map(str::trim) {
        Some(name) if !name.is_empty() => name.to_owned(),
        _ if !whole_name.is_empty() => whole_name.join(" "),
        _ => facts.ico.as_deref().map_or_else(|| "(bez názvu)".to_owned(), |ico| format!("IČO {}", ico.trim())),
    };
    if is_person && facts.misto_podnikani.is_some() {
        hide("sidlo", facts.sidlo.take().and_then(|a| serde_json::to_value(a).ok()));
    }
    for (path, address) in [("sidlo", &mut facts.sidlo), ("mistoPodnikani", &mut facts.misto_podnikani)] {
        if let Some(address) = address {
            set_aside(&mut address.rest, path, &mut private);
        }
    }
    for (path, list) in
        [("emaily", &mut facts.emaily), ("telefony", &mut facts.telefony), ("faxy", &mut facts.faxy), ("weby", &mut facts.weby)]
    {
        split_contacts(list, path, is_person, &mut private);
    }
    ProviderFacts { facts, private, name: name.chars().take(200).collect(), is_person }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn recognises_by_portal_id_then_ico() {
        let (a, b) = (Ico::parse("63504260").unwrap(), Ico::parse("00551023").unwrap());
        let mut known = ProviderIndex::default();
        known.add(1, None, Some(&a));
        known.add(2, Some(20), Some(&b));
        assert_eq!(known.recognise(Some(20), Some(&a), None), Recognition::Known(2), "portalId counts first");
        assert_eq!(known.recognise(None, Some(&b), None), Recognition::Known(2));
        assert_eq!(known.recognise(Some(10), Some(&a), None), Recognition::PortalIdAdded(1));
        assert_eq!(known.recognise(Some(21), Some(&b), None), Recognition::SecondWithIco);
        assert_eq!(known.recognise(Some(30), None, None), Recognition::New);
        known.add(1, Some(10), Some(&a));
        assert_eq!(known.recognise(Some(10), None, None), Recognition::Known(1));
        known.add(3, Some(21), Some(&b));
        assert_eq!(known.recognise(None, Some(&b), None), Recognition::OneOfSeveral(2));
        assert_eq!(known.recognise(None, Some(&b), Some(3)), Recognition::OneOfSeveral(3), "a service stays with its provider");
    }

    #[test]
    fn a_natural_person_appears_with_name_ico_and_place_of_business() {
        let person: Provider = serde_json::from_value(json!({
            "jmeno": "Jana", "prijmeni": "Nováková", "ico": "12345678", "datumNarozeni": "1970-01-02",
            "sidlo": {"ulice": {"nazev": "Domácí"}}, "mistoPodnikani": {"ulice": {"nazev": "Pracovní"}},
            "telefony": [{"telefon": "777 000 111"}], "rodnePrijmeni": "Malá",
            "statutarniOrgany": [{"jmeno": "Jana"}]
        }))
        .unwrap();
        let split = split(person);
        assert!(split.is_person);
        assert_eq!(split.name, "Jana Nováková");
        let public = serde_json::to_string(&split.facts).unwrap();
        assert!(public.contains("Pracovní"));
        for hidden in ["1970", "Domácí", "777", "Malá", "statutarni"] {
            assert!(!public.contains(hidden), "{hidden} in {public}");
        }
        assert_eq!(
            split.private.keys().collect::<Vec<_>>(),
            ["datumNarozeni", "rodnePrijmeni", "sidlo", "statutarniOrgany", "telefony (neveřejné)"]
        );
    }

    #[test]
    fn a_legal_person_shows_its_contacts_but_not_its_members() {
        let provider: Provider = serde_json::from_value(json!({
            "nazev": " Charita  X ", "ico": "63504260", "emaily": [{"email": "info@x.cz"}, {"email": "j@x.cz", "poznamka": "soukromý"}],
            "statutarniOrgany": [{"jmeno": "Petr"}]
        }))
        .unwrap();
        let split = split(provider);
        assert_eq!((split.is_person, split.name.as_str(), split.facts.nazev.as_deref()), (false, "Charita  X", Some(" Charita  X ")));
        assert_eq!(split.facts.emaily.len(), 1);
        assert!(split.private["statutarniOrgany"].is_array());
    }
}
