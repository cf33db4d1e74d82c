//! Facilities have no key in the open data. Inside one service a facility is known again by its folded name and its address: the code of the
//! address point, or where there is none the folded text of the address.
//!
//! Facilities of one service that agree in everything but white space are twins: one facility with their count. Matching incoming with
//! stored facilities goes in steps, each over what the steps before left: (1) same key and same facts, (2) same key, in the order of their
//! dates, (3) same address, where it is the only one left on both sides (a new name), (4) same name, where it is the only one left on both
//! sides (it moved). What is left came or went. A stored facility with a secret address is matched by its name alone, before the others, or
//! with a secret one of another name, where it is the only one left on both sides. It never becomes public by an import, whatever the file
//! says, and whoever has its address ([`same_address`]) is as secret as it is.

use super::record::{Address, Facility};
use super::shape::{Rest, set_aside};
use crate::text::fold;
use chrono::NaiveDate;
use std::collections::HashMap;

/// By what a facility is known again.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FacilityKey {
    /// Folded name.
    pub name: String,
    /// Code of the address point or folded address; empty where there is none or it is secret.
    pub address: String,
}

/// The part of the key that comes from the address.
fn address_key(address: &Address) -> String {
    if let Some(code) = address.kod_adresniho_mista.as_deref().map(str::trim).filter(|c| !c.is_empty() && *c != "0") {
        return format!("#{code}");
    }
    let code = |c: &Option<super::shape::Code>| c.as_ref().map(|c| fold(&c.id)).unwrap_or_default();
    let text = |t: &Option<String>| t.as_deref().map(fold).unwrap_or_default();
    let parts = [
        code(&address.obec),
        code(&address.cast_obce),
        address.ulice.as_ref().map(|u| fold(&u.nazev)).unwrap_or_default(),
        text(&address.cislo_domovni),
        text(&address.cislo_orientacni),
        text(&address.psc),
        text(&address.dodatek_adresy),
    ];
    if parts.iter().all(String::is_empty) { String::new() } else { parts.join("|") }
}

/// Whether a facility that ends on `end` ended before the day, and before its service did: one that ended with the service is where it was.
pub fn has_ended(end: Option<NaiveDate>, service_end: Option<NaiveDate>, day: NaiveDate) -> bool {
    let last = service_end.map_or(day, |service_end| service_end.min(day));
    end.is_some_and(|end| end < last)
}

/// Whether two addresses are the same place: by the address point where both have one, else by their words. `app.same_address` of the
/// database compares alike.
pub fn same_address(a: &Address, b: &Address) -> bool {
    let point = |a: &Address| a.kod_adresniho_mista.as_deref().map(str::trim).filter(|c| !c.is_empty() && *c != "0").map(ToOwned::to_owned);
    if let (Some(a), Some(b)) = (point(a), point(b)) {
        return a == b;
    }
    let words = |a: &Address| {
        let code = |c: &Option<super::shape::Code>| c.as_ref().map(|c| c.id.clone()).unwrap_or_default();
        let text = |t: &Option<String>| t.clone().unwrap_or_default();
        let street = a.ulice.as_ref().map(|u| u.nazev.clone()).unwrap_or_default();
        let parts = [code(&a.obec), code(&a.cast_obce), street, text(&a.cislo_domovni), text(&a.cislo_orientacni), text(&a.psc)];
        parts.map(|p| fold(&p).replace(' ', ""))
    };
    let (a, b) = (words(a), words(b));
    a == b && a.iter().any(|p| !p.is_empty())
}

/// A facility with its public facts apart from the others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FacilityFacts {
    /// What everybody may see.
    pub facts: Facility,
    /// The address, where it is secret: for the registering authority and the provider.
    pub secret: Option<Address>,
    /// Unknown keys, among them the head of the facility: for the registering authority and the provider.
    pub private: Rest,
    /// By what it is known again.
    pub key: FacilityKey,
    /// How many equal ones the record has.
    pub twins: i32,
}

impl FacilityFacts {
    fn new(mut facts: Facility) -> Self {
        let mut private = Rest::new();
        set_aside(&mut facts.rest, "", &mut private);
        if let Some(address) = &mut facts.adresa {
            set_aside(&mut address.rest, "adresa", &mut private);
        }
        let secret = if facts.is_secret() { facts.adresa.take() } else { None };
        let name = fold(facts.nazev.as_deref().unwrap_or_default());
        let address = facts.adresa.as_ref().map(address_key).unwrap_or_default();
        Self { facts, secret, private, key: FacilityKey { name, address }, twins: 1 }
    }

    /// Makes the address secret, whatever the record says.
    pub fn hide(&mut self) {
        self.facts.utajena_adresa = Some(true);
        self.secret = self.facts.adresa.take().or(self.secret.take());
        self.key.address = String::new();
    }

    fn is_twin_of(&self, other: &Self) -> bool {
        self.key == other.key
            && (self.facts.poskytuje_od, self.facts.poskytuje_do, self.facts.is_secret())
                == (other.facts.poskytuje_od, other.facts.poskytuje_do, other.facts.is_secret())
            && self.secret == other.secret
            && self.private == other.private
    }

    fn order(&self) -> (&FacilityKey, Option<chrono::NaiveDate>, Option<chrono::NaiveDate>, Option<&str>) {
        (&self.key, self.facts.poskytuje_od, self.facts.poskytuje_do, self.facts.nazev.as_deref())
    }
}

/// The facilities of one record with twins as one, in the order of their keys, so that the order of the file doesn't matter. Where one of
/// them is secret, every other one of its address is secret, too.
pub fn group(facilities: Vec<Facility>) -> Vec<FacilityFacts> {
    let mut all: Vec<FacilityFacts> = facilities.into_iter().map(FacilityFacts::new).collect();
    let secret: Vec<Address> = all.iter().filter_map(|f| f.secret.clone()).collect();
    for facility in &mut all {
        if facility.facts.adresa.as_ref().is_some_and(|open| secret.iter().any(|s| same_address(s, open))) {
            facility.hide();
        }
    }
    all.sort_by(|a, b| a.order().cmp(&b.order()));
    let mut grouped: Vec<FacilityFacts> = Vec::with_capacity(all.len());
    for facility in all {
        match grouped.iter_mut().rev().take_while(|g| g.key == facility.key).find(|g| g.is_twin_of(&facility)) {
            Some(twin) => twin.twins += 1,
            None => grouped.push(facility),
        }
    }
    grouped
}

/// A facility as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredFacility<Id> {
    /// The caller's key.
    pub id: Id,
    /// Public facts.
    pub facts: Facility,
    /// How many equal ones there were.
    pub twins: i32,
    /// Its address is secret, whatever the file says.
    pub is_secret: bool,
}

/// Which incoming facility is which stored one, by their positions.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Matching {
    /// (stored, incoming).
    pub pairs: Vec<(usize, usize)>,
    /// Incoming ones that are new.
    pub new: Vec<usize>,
    /// Stored ones that the record lacks.
    pub gone: Vec<usize>,
}

/// Matches the facilities of one service after the rule of this module.
pub fn match_up<Id>(stored: &[StoredFacility<Id>], incoming: &[FacilityFacts]) -> Matching {
    let keys: Vec<FacilityKey> = stored
        .iter()
        .map(|s| FacilityKey {
            name: fold(s.facts.nazev.as_deref().unwrap_or_default()),
            address: s.facts.adresa.as_ref().map(address_key).unwrap_or_default(),
        })
        .collect();
    let mut left_stored: Vec<usize> = (0..stored.len()).collect();
    let mut left_incoming: Vec<usize> = (0..incoming.len()).collect();
    let mut pairs = Vec::new();
    let mut take = |left_stored: &mut Vec<usize>, left_incoming: &mut Vec<usize>, fits: &dyn Fn(usize, usize) -> bool| {
        left_stored.retain(|&s| match left_incoming.iter().position(|&i| fits(s, i)) {
            Some(at) => {
                pairs.push((s, left_incoming.remove(at)));
                false
            }
            None => true,
        });
    };
    // Secret ones first: with an incoming one that is secret as well, else with any of that name that isn't a public stored one.
    take(&mut left_stored, &mut left_incoming, &|s, i| {
        stored[s].is_secret && incoming[i].facts.is_secret() && keys[s].name == incoming[i].key.name
    });
    take(&mut left_stored, &mut left_incoming, &|s, i| {
        stored[s].is_secret
            && keys[s].name == incoming[i].key.name
            && !(0..stored.len()).any(|other| !stored[other].is_secret && keys[other] == incoming[i].key)
    });
    // A secret one with a new name: the only one left on both sides, unless an open one of that name became secret.
    let renamed: Vec<usize> = left_incoming
        .iter()
        .copied()
        .filter(|&i| {
            incoming[i].facts.is_secret() && !(0..stored.len()).any(|s| !stored[s].is_secret && keys[s].name == incoming[i].key.name)
        })
        .collect();
    if let ([i], 1) = (renamed.as_slice(), left_stored.iter().filter(|&&s| stored[s].is_secret).count()) {
        take(&mut left_stored, &mut left_incoming, &|s, other| stored[s].is_secret && other == *i);
    }
    take(&mut left_stored, &mut left_incoming, &|s, i| {
        !stored[s].is_secret && keys[s] == incoming[i].key && stored[s].facts == incoming[i].facts
    });
    take(&mut left_stored, &mut left_incoming, &|s, i| !stored[s].is_secret && keys[s] == incoming[i].key);
    for by_address in [true, false] {
        let part = |key: &FacilityKey| if by_address { key.address.clone() } else { key.name.clone() };
        let mut count: HashMap<String, (u32, u32)> = HashMap::new();
        for &s in &left_stored {
            count.entry(part(&keys[s])).or_default().0 += 1;
        }
        for &i in &left_incoming {
            count.entry(part(&incoming[i].key)).or_default().1 += 1;
        }
        take(&mut left_stored, &mut left_incoming, &|s, i| {
            let of_stored = part(&keys[s]);
            !stored[s].is_secret && !of_stored.is_empty() && of_stored == part(&incoming[i].key) && count.get(&of_stored) == Some(&(1, 1))
        });
    }
    Matching { pairs, new: left_incoming, gone: left_stored }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn facilities(list: Value) -> Vec<FacilityFacts> {
        group(serde_json::from_value(list).unwrap())
    }

    fn stored(list: Value) -> Vec<StoredFacility<usize>> {
        let store = |(id, f): (usize, FacilityFacts)| StoredFacility { id, twins: f.twins, is_secret: f.facts.is_secret(), facts: f.facts };
        facilities(list).into_iter().enumerate().map(store).collect()
    }

    #[test]
    fn twins_are_one_with_their_count() {
        let all = facilities(json!([
            {"nazev": "Domov B"}, {"nazev": "Domov A "}, {"nazev": "Domov  A"}, {"nazev": "Domov A", "poskytujeDo": "2020-01-01"},
            {"nazev": "Domov A", "adresa": {"kodAdresnihoMista": 5}}
        ]));
        assert_eq!(
            all.iter().map(|f| (f.key.name.as_str(), f.key.address.as_str(), f.twins)).collect::<Vec<_>>(),
            [("domov a", "", 2), ("domov a", "", 1), ("domov a", "#5", 1), ("domov b", "", 1)]
        );
    }

    #[test]
    fn matches_in_steps() {
        let old = stored(json!([
            {"nazev": "A", "adresa": {"kodAdresnihoMista": 1}}, {"nazev": "B", "adresa": {"kodAdresnihoMista": 2}},
            {"nazev": "C", "adresa": {"kodAdresnihoMista": 3}}, {"nazev": "D", "adresa": {"kodAdresnihoMista": 4}},
            {"nazev": "E"}, {"nazev": "F"}
        ]));
        let new = facilities(json!([
            {"nazev": "a ", "adresa": {"kodAdresnihoMista": 1}, "poskytujeDo": "2026-01-01"},
            {"nazev": "Přejmenované B", "adresa": {"kodAdresnihoMista": 2}}, {"nazev": "C", "adresa": {"kodAdresnihoMista": 33}},
            {"nazev": "E"}, {"nazev": "G"}
        ]));
        let matching = match_up(&old, &new);
        let name = |i: usize| new[i].facts.nazev.clone().unwrap();
        let mut pairs: Vec<(String, String)> =
            matching.pairs.iter().map(|&(s, i)| (old[s].facts.nazev.clone().unwrap(), name(i))).collect();
        pairs.sort();
        assert_eq!(pairs, [("A", "a "), ("B", "Přejmenované B"), ("C", "C"), ("E", "E")].map(|(a, b)| (a.to_owned(), b.to_owned())));
        assert_eq!(matching.new.iter().map(|&i| name(i)).collect::<Vec<_>>(), ["G"]);
        assert_eq!(matching.gone.iter().map(|&s| old[s].facts.nazev.clone().unwrap()).collect::<Vec<_>>(), ["D", "F"]);
    }

    #[test]
    fn a_secret_facility_is_met_again_by_name_even_when_the_file_opens_it() {
        let old = stored(json!([{"nazev": "Dům", "utajenaAdresa": true, "adresa": {"kodAdresnihoMista": 1}}, {"nazev": "Poradna"}]));
        assert!(old.iter().all(|s| s.facts.adresa.is_none()));
        let open = facilities(json!([{"nazev": "Dům", "adresa": {"kodAdresnihoMista": 1}}, {"nazev": "Poradna"}]));
        let matching = match_up(&old, &open);
        assert_eq!((matching.pairs.len(), matching.new.len(), matching.gone.len()), (2, 0, 0));
        let both = facilities(json!([{"nazev": "Dům", "utajenaAdresa": true}, {"nazev": "Dům", "adresa": {"kodAdresnihoMista": 9}}]));
        let matching = match_up(&old, &both);
        assert_eq!((matching.pairs.len(), matching.new.len()), (1, 1), "a public one of the same name is another facility");
        let renamed =
            facilities(json!([{"nazev": "Dům naděje", "utajenaAdresa": true, "adresa": {"kodAdresnihoMista": 1}}, {"nazev": "Poradna"}]));
        let matching = match_up(&old, &renamed);
        assert_eq!((matching.pairs.len(), matching.new.len(), matching.gone.len()), (2, 0, 0), "a secret one with a new name");
    }

    #[test]
    fn an_address_that_is_secret_once_is_secret_everywhere_in_the_record() {
        let all = facilities(json!([
            {"nazev": "Dům", "utajenaAdresa": true, "adresa": {"kodAdresnihoMista": 1, "psc": "352 01"}},
            {"nazev": "Kancelář", "adresa": {"kodAdresnihoMista": "1"}}, {"nazev": "Poradna", "adresa": {"kodAdresnihoMista": 2}},
            {"nazev": "Sklad", "adresa": {"psc": "35201"}}
        ]));
        let secret: Vec<&str> = all.iter().filter(|f| f.facts.is_secret()).filter_map(|f| f.facts.nazev.as_deref()).collect();
        assert_eq!(secret, ["Dům", "Kancelář", "Sklad"]);
        assert!(all.iter().all(|f| !f.facts.is_secret() || (f.facts.adresa.is_none() && f.secret.is_some())));
    }
}
