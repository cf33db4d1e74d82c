//! From a record to what is kept: public facts apart from the others, facilities grouped, and the texts and keys that search needs. Texts
//! stay as they came; trimmed and folded copies are made beside them.

use super::codes::CodeBook;
use super::facility::{FacilityFacts, group};
use super::problem::{Problem, ProblemKind};
use super::provider::{self, ProviderFacts};
use super::record::{Address, Place, Record, Service};
use super::shape::{Rest, set_aside};
use crate::ico::Ico;
use crate::text::fold;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeSet;

/// A number of [`Service`] as lists show it, by own keys: 32 beds of the residential form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CapacityLine {
    /// Key of the form.
    pub form: Option<String>,
    /// Key of the capacity type.
    pub kind: Option<String>,
    /// The registered maximum.
    pub count: i64,
}

/// What search and lists need of a service, derived from its public facts; codes are own keys, or the code itself where no list has it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Search {
    /// Folded words: identifikátor, provider, IČO, type, names of facilities and their municipalities.
    pub text: String,
    /// Type of service.
    pub kind: Option<String>,
    /// Forms.
    pub forms: Vec<String>,
    /// Target groups.
    pub groups: Vec<String>,
    /// Regions of its public facilities and of its extended scope.
    pub kraje: Vec<String>,
    /// Districts of its public facilities.
    pub okresy: Vec<String>,
    /// Municipalities of its public facilities.
    pub obce: Vec<String>,
    /// First facility by name, trimmed, at most 200 characters.
    pub facility_name: Option<String>,
    /// Municipality of that facility.
    pub place: Option<String>,
    /// Address of that facility in one line.
    pub address_line: Option<String>,
    /// How many facilities it has, twins counted once.
    pub facilities: i32,
    /// Registered maxima.
    pub capacities: Vec<CapacityLine>,
}

/// A record ready to be compared and stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Normalised {
    /// Its place in the file.
    pub place: Place,
    /// The key of the service.
    pub portal_id: i64,
    /// Public facts of the service.
    pub service: Service,
    /// What is unknown or private of it: for the registering authority and the provider.
    pub private: Rest,
    /// Its facilities, twins as one.
    pub facilities: Vec<FacilityFacts>,
    /// Its provider.
    pub provider: ProviderFacts,
    /// IČO of the provider as eight digits, if it is one.
    pub ico: Option<Ico>,
    /// Region of the provider's seat, by its key.
    pub seat_kraj: Option<String>,
    /// What search needs.
    pub search: Search,
    /// What is to be said about it.
    pub problems: Vec<Problem>,
}

/// Keys of municipality, district and region of an address; what the address lacks is taken from its municipality.
pub fn territory(address: &Address, book: &CodeBook) -> (Option<String>, Option<String>, Option<String>) {
    let key = |code: &str| book.key(code).to_owned();
    let obec = address.obec.as_ref().map(|c| c.id.as_str());
    let of_obec = obec.and_then(|o| book.place(o));
    let okres = address.okres.as_ref().map(|c| c.id.as_str()).or(of_obec.map(|(okres, _)| okres));
    let kraj = address.kraj.as_ref().map(|c| c.id.as_str()).or(of_obec.map(|(_, kraj)| kraj));
    (obec.map(key), okres.map(key), kraj.map(key))
}

/// Every code `Kraj/…` inside a value of unknown shape.
fn regions(value: &Value, into: &mut BTreeSet<String>, book: &CodeBook) {
    match value {
        Value::String(text) if text.starts_with("Kraj/") => {
            into.insert(book.key(text).to_owned());
        }
        Value::Array(items) => items.iter().for_each(|v| regions(v, into, book)),
        Value::Object(map) => map.values().for_each(|v| regions(v, into, book)),
        _ => {}
    }
}

/// Moves unknown keys inside the service's structures and its private contacts out of it.
fn split_service(service: &mut Service, private: &mut Rest) {
    set_aside(&mut service.rest, "", private);
    for (path, list) in
        [("emaily", &mut service.emaily), ("telefony", &mut service.telefony), ("faxy", &mut service.faxy), ("weby", &mut service.weby)]
    {
        provider::split_contacts(list, path, false, private);
    }
    for (i, address) in service.kontaktni_adresy.iter_mut().enumerate() {
        set_aside(&mut address.rest, &format!("kontaktniAdresy[{i}]"), private);
    }
    for (i, group) in service.cilove_skupiny.iter_mut().enumerate() {
        set_aside(&mut group.rest, &format!("ciloveSkupiny[{i}]"), private);
    }
    for (i, form) in service.formy.iter_mut().enumerate() {
        set_aside(&mut form.rest, &format!("formy[{i}]"), private);
        for (j, capacity) in form.kapacity.iter_mut().enumerate() {
            set_aside(&mut capacity.rest, &format!("formy[{i}].kapacity[{j}]"), private);
        }
    }
}

fn problems(record: &Record, book: &CodeBook) -> Vec<Problem> {
    let place = Place { index: record.index, portal_id: Some(record.portal_id) };
    let mut all = Vec::new();
    let mut say = |kind, field: &str, text: String| all.push(Problem { kind, place: Some(place.clone()), field: field.to_owned(), text });
    let service = &record.service;
    if service.identifikator.as_deref().is_none_or(|i| i.trim().is_empty()) {
        say(ProblemKind::Incomplete, "identifikator", "Služba nemá identifikátor, doplní ho registrující kraj.".to_owned());
    }
    match (service.datum_poskytovani_od, service.datum_poskytovani_do) {
        (None, _) => say(ProblemKind::Dates, "datumPoskytovaniOd", "Služba nemá začátek poskytování, platí ode dne importu.".to_owned()),
        (Some(from), Some(to)) if to < from => say(
            ProblemKind::Dates,
            "datumPoskytovaniDo",
            format!("Konec poskytování {} je před začátkem {}.", crate::time::date(to), crate::time::date(from)),
        ),
        _ => {}
    }
    match (&record.provider.ico, &record.ico) {
        (Some(text), None) if !text.trim().is_empty() => {
            let text: String = text.chars().take(40).collect();
            say(ProblemKind::Ico, "poskytovatel.ico", format!("„{text}“ není IČO o 8 číslicích."));
        }
        (_, Some(ico)) if !ico.checksum_holds() => {
            say(ProblemKind::Ico, "poskytovatel.ico", format!("IČO {ico} nemá správnou kontrolní číslici."));
        }
        _ => {}
    }
    for path in &record.shapes {
        say(ProblemKind::UnknownShape, path, "Údaj má podobu, kterou neznáme; je uložen, jak přišel.".to_owned());
    }
    let mut note = |field: &'static str, code: Option<&'_ super::shape::Code>| {
        if let Some(code) = code.filter(|c| !book.knows(&c.id)) {
            say(ProblemKind::UnknownCode, field, format!("Kód „{}“ není v číselníku.", code.id.chars().take(60).collect::<String>()));
        }
    };
    note("druhSocialniSluzby", service.druh_socialni_sluzby.as_ref());
    service.cilove_skupiny.iter().for_each(|g| note("ciloveSkupiny[].cilovaSkupina", g.cilova_skupina.as_ref()));
    for form in &service.formy {
        note("formy[].forma", form.forma.as_ref());
        form.kapacity.iter().for_each(|c| note("formy[].kapacity[].typ", c.typ.as_ref()));
    }
    for address in record.facilities.iter().filter_map(|f| f.adresa.as_ref()).chain(&service.kontaktni_adresy) {
        note("adresa.kraj", address.kraj.as_ref());
        note("adresa.okres", address.okres.as_ref());
        note("adresa.obec", address.obec.as_ref());
        note("adresa.castObce", address.cast_obce.as_ref());
    }
    all
}

fn sorted(keys: impl IntoIterator<Item = String>) -> Vec<String> {
    keys.into_iter().collect::<BTreeSet<_>>().into_iter().collect()
}

/// At most 200 characters, trimmed.
fn short(text: &str) -> String {
    text.trim().chars().take(200).collect()
}

/// What search needs of a service with its facilities and the names of its provider.
pub fn search(service: &Service, facilities: &[FacilityFacts], provider: &ProviderFacts, ico: Option<&Ico>, book: &CodeBook) -> Search {
    let mut kraje = BTreeSet::new();
    let (mut okresy, mut obce) = (BTreeSet::new(), BTreeSet::new());
    let mut words: Vec<String> = Vec::new();
    let mut add = |text: &str| {
        let text = fold(text);
        if !text.is_empty() && !words.contains(&text) {
            words.push(text);
        }
    };
    add(service.identifikator.as_deref().unwrap_or_default());
    add(&provider.name);
    add(ico.map(Ico::as_str).or(provider.facts.ico.as_deref()).unwrap_or_default());
    if let Some(code) = &service.druh_socialni_sluzby {
        add(book.name(&code.id));
    }
    let mut first: Option<(&str, Option<&Address>)> = None;
    for facility in facilities {
        let name = facility.facts.nazev.as_deref().unwrap_or_default();
        add(name);
        let address = facility.facts.adresa.as_ref();
        if let Some(address) = address {
            let (obec, okres, kraj) = territory(address, book);
            if let Some(code) = &address.obec {
                add(book.name(&code.id));
            }
            obce.extend(obec);
            okresy.extend(okres);
            kraje.extend(kraj);
        }
        if first.is_none_or(|(_, known)| known.is_none() && address.is_some()) {
            first = Some((name, address));
        }
    }
    service.rozsirene_pusobnosti_v_kraji.iter().for_each(|v| regions(v, &mut kraje, book));
    let key = |code: &super::shape::Code| book.key(&code.id).to_owned();
    let mut capacities = Vec::new();
    for form in &service.formy {
        for capacity in &form.kapacity {
            if let Some(count) = capacity.pocet {
                capacities.push(CapacityLine { form: form.forma.as_ref().map(key), kind: capacity.typ.as_ref().map(key), count });
            }
        }
    }
    let shown = |text: &str| Some(short(text)).filter(|t| !t.is_empty());
    let address = first.and_then(|(_, address)| address);
    Search {
        text: words.join("\n"),
        kind: service.druh_socialni_sluzby.as_ref().map(key),
        forms: sorted(service.formy.iter().filter_map(|f| f.forma.as_ref()).map(key)),
        groups: sorted(service.cilove_skupiny.iter().filter_map(|g| g.cilova_skupina.as_ref()).map(key)),
        kraje: kraje.into_iter().collect(),
        okresy: okresy.into_iter().collect(),
        obce: obce.into_iter().collect(),
        facility_name: first.and_then(|(name, _)| shown(name)),
        place: address.and_then(|a| a.obec.as_ref()).and_then(|code| shown(book.name(&code.id))),
        address_line: address.and_then(|a| shown(&crate::registry::change::address(a, book))),
        facilities: i32::try_from(facilities.len()).unwrap_or(i32::MAX),
        capacities,
    }
}

/// Separates and derives; forms and target groups are put in the order of their codes, so that the order of the file doesn't matter.
pub fn normalise(record: Record, book: &CodeBook) -> Normalised {
    let problems = problems(&record, book);
    let Record { index, portal_id, mut service, facilities, provider, ico, rest: mut private, .. } = record;
    let id = |code: &Option<super::shape::Code>| code.as_ref().map(|c| c.id.clone());
    service.formy.sort_by_key(|f| id(&f.forma));
    service.cilove_skupiny.sort_by_key(|g| id(&g.cilova_skupina));
    split_service(&mut service, &mut private);
    let facilities = group(facilities);
    let provider = provider::split(provider);
    let seat = provider.facts.misto_podnikani.as_ref().or(provider.facts.sidlo.as_ref());
    let seat_kraj = seat.and_then(|address| territory(address, book).2);
    let search = search(&service, &facilities, &provider, ico.as_ref(), book);
    let place = Place { index, portal_id: Some(portal_id) };
    Normalised { place, portal_id, service, private, facilities, provider, ico, seat_kraj, search, problems }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn book() -> CodeBook {
        let mut book = CodeBook::default();
        for (code, key, name) in [
            ("DruhSocialniSluzby/20", "57", "azylové domy"),
            ("FormaSocialniSluzby/pob", "pob", "pobytová"),
            ("TypKapacitySocialniSluzby/luzka", "luzka", "počet lůžek"),
            ("Kraj/51", "51", "Karlovarský kraj"),
            ("Okres/3402", "3402", "Cheb"),
            ("Obec/554499", "554499", "Aš"),
        ] {
            book.add(code, key, name);
        }
        book.add_place("Obec/554499", "Okres/3402", "Kraj/51");
        book
    }

    fn record(text: &str) -> Normalised {
        normalise(Record::read(1, text).unwrap(), &book())
    }

    #[test]
    fn derives_what_search_needs_and_hides_what_is_secret() {
        let n = record(
            r#"{"portalId": 5, "identifikator": "9580837", "datumPoskytovaniOd": "2014-03-01",
            "druhSocialniSluzby": {"id": "DruhSocialniSluzby/20"}, "rozsirenePusobnostiVKraji": [{"kraj": {"id": "Kraj/60"}}],
            "poskytovatel": {"nazev": "  Šance z. s. ", "ico": "63504260"},
            "telefony": [{"telefon": "1", "poznamka": "neveřejné"}, {"telefon": "2"}],
            "formy": [{"forma": {"id": "FormaSocialniSluzby/ter"}}, {"forma": {"id": "FormaSocialniSluzby/pob"},
                "kapacity": [{"pocet": 12, "typ": {"id": "TypKapacitySocialniSluzby/luzka"}, "x": 1}]}],
            "zarizeni": [{"nazev": "Tajný dům", "utajenaAdresa": true,
                "adresa": {"obec": {"id": "Obec/500011"}, "ulice": {"nazev": "Skrytá"}, "kodAdresnihoMista": 777888}},
                {"nazev": "Zázemí", "adresa": {"obec": {"id": "Obec/554499"}, "psc": 35201}}]}"#,
        );
        assert_eq!(n.search.text, "9580837\nsance z. s.\n63504260\nazylove domy\ntajny dum\nzazemi\nas");
        assert_eq!((n.search.kind.as_deref(), n.search.forms.join(",")), (Some("57"), "FormaSocialniSluzby/ter,pob".to_owned()));
        assert_eq!(
            (n.search.kraje.join(","), n.search.okresy.join(","), n.search.obce.join(",")),
            ("51,Kraj/60".into(), "3402".into(), "554499".into())
        );
        let first = (n.search.facility_name.as_deref(), n.search.place.as_deref(), n.search.address_line.as_deref(), n.search.facilities);
        assert_eq!(first, (Some("Zázemí"), Some("Aš"), Some("352 01 Aš"), 2));
        assert_eq!(n.search.capacities, [CapacityLine { form: Some("pob".into()), kind: Some("luzka".into()), count: 12 }]);
        let public = serde_json::to_string(&(&n.service, n.facilities.iter().map(|f| &f.facts).collect::<Vec<_>>())).unwrap();
        for hidden in ["Skrytá", "500011", "777888", "neveřejné", "\"x\""] {
            assert!(!public.contains(hidden), "{hidden} in {public}");
        }
        assert!(n.facilities.iter().any(|f| f.secret.is_some()));
        assert_eq!(n.private.keys().collect::<Vec<_>>(), ["formy[0].kapacity[0].x", "telefony (neveřejné)"]);
        let said: Vec<_> = n.problems.iter().map(|p| (p.kind, p.field.as_str())).collect();
        assert_eq!(said, [(ProblemKind::UnknownCode, "formy[].forma"), (ProblemKind::UnknownCode, "adresa.obec")]);
    }

    #[test]
    fn says_what_is_doubtful() {
        let n = record(
            r#"{"portalId": 5, "datumPoskytovaniOd": "2014-03-01", "datumPoskytovaniDo": "2013-01-01", "poskytovatel": {"ico": "63504261"}}"#,
        );
        assert_eq!(
            n.problems.iter().map(|p| p.text.replace('\u{a0}', " ")).collect::<Vec<_>>(),
            [
                "Služba nemá identifikátor, doplní ho registrující kraj.",
                "Konec poskytování 1. 1. 2013 je před začátkem 1. 3. 2014.",
                "IČO 63504261 nemá správnou kontrolní číslici."
            ]
        );
        assert_eq!(n.provider.name, "IČO 63504261");
    }
}
