//! From a record to what is kept: public facts apart from the others, facilities grouped, and the texts and keys that search needs. Texts
//! stay as they came; trimmed and folded copies are made beside them.

use super::codes::CodeBook;
use super::facility::{FacilityFacts, group, has_ended, same_address};
use super::problem::{Problem, ProblemKind};
use super::provider::{self, ProviderFacts};
use super::record::{Address, Place, Record, Service};
use super::shape::{Rest, set_aside};
use crate::ico::Ico;
use crate::text::fold;
use chrono::NaiveDate;
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
    /// Municipalities of its public facilities; ended ones don't count, here and above.
    pub obce: Vec<String>,
    /// First facility by name, trimmed, at most 200 characters.
    pub facility_name: Option<String>,
    /// Municipality of that facility.
    pub place: Option<String>,
    /// Address of that facility in one line.
    pub address_line: Option<String>,
    /// How many facilities it has that have not ended, twins counted once.
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

fn is_code(text: &str) -> bool {
    let parts = text.split_once('/').filter(|_| text.len() <= 60 && !text.contains(char::is_whitespace));
    parts.is_some_and(|(list, row)| list.starts_with(char::is_alphabetic) && !row.is_empty() && !row.contains('/'))
}

/// Every text inside a value of unknown shape that looks like a code of a list (`VekovaSkupina/4`).
pub fn codes(value: &Value, into: &mut BTreeSet<String>) {
    match value {
        Value::String(text) if is_code(text) => {
            into.insert(text.clone());
        }
        Value::Array(items) => items.iter().for_each(|v| codes(v, into)),
        Value::Object(map) => map.values().for_each(|v| codes(v, into)),
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

/// Under which name contact addresses that are secret stand among the private facts; the database uses it, too.
pub const HIDDEN_CONTACTS: &str = "kontaktniAdresy (utajené)";

/// Moves the contact addresses that are the address of a secret facility to the private facts; gives whether there was one.
pub fn hide_contacts(service: &mut Service, private: &mut Rest, is_secret: impl Fn(&Address) -> bool) -> bool {
    let (hidden, open): (Vec<Address>, Vec<Address>) = std::mem::take(&mut service.kontaktni_adresy).into_iter().partition(is_secret);
    service.kontaktni_adresy = open;
    if hidden.is_empty() {
        return false;
    }
    // Serialising plain structures does not fail.
    let hidden = hidden.iter().filter_map(|a| serde_json::to_value(a).ok());
    match private.entry(HIDDEN_CONTACTS.to_owned()).or_insert_with(|| Value::Array(Vec::new())) {
        Value::Array(list) => list.extend(hidden),
        other => *other = Value::Array(hidden.collect()),
    }
    true
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
    let mut unknown = |field: &str, code: &str| {
        say(ProblemKind::UnknownCode, field, format!("Kód „{}“ není v číselníku.", code.chars().take(60).collect::<String>()));
    };
    if let Some(code) = record.provider.pravni_forma.as_ref().filter(|c| !book.knows_legal_form(&c.id)) {
        unknown("poskytovatel.pravniForma", &code.id);
    }
    let mut note = |field: &str, code: Option<&'_ super::shape::Code>| {
        if let Some(code) = code.filter(|c| !book.knows(&c.id)) {
            unknown(field, &code.id);
        }
    };
    note("druhSocialniSluzby", service.druh_socialni_sluzby.as_ref());
    service.cilove_skupiny.iter().for_each(|g| note("ciloveSkupiny[].cilovaSkupina", g.cilova_skupina.as_ref()));
    for form in &service.formy {
        note("formy[].forma", form.forma.as_ref());
        form.kapacity.iter().for_each(|c| note("formy[].kapacity[].typ", c.typ.as_ref()));
    }
    for (field, values) in
        [("vekoveSkupiny[]", &service.vekove_skupiny), ("rozsirenePusobnostiVKraji[]", &service.rozsirene_pusobnosti_v_kraji)]
    {
        let mut inside = BTreeSet::new();
        values.iter().for_each(|v| codes(v, &mut inside));
        inside.into_iter().for_each(|code| note(field, Some(&super::shape::Code::new(code))));
    }
    note("poskytovatel.typOsoby", record.provider.typ_osoby.as_ref());
    let of_facilities = record.facilities.iter().filter_map(|f| f.adresa.as_ref()).chain(&service.kontaktni_adresy).map(|a| ("adresa", a));
    let of_provider = [("poskytovatel.sidlo", &record.provider.sidlo), ("poskytovatel.mistoPodnikani", &record.provider.misto_podnikani)];
    for (path, address) in of_facilities.chain(of_provider.into_iter().filter_map(|(path, a)| Some((path, a.as_ref()?)))) {
        note(&format!("{path}.kraj"), address.kraj.as_ref());
        note(&format!("{path}.okres"), address.okres.as_ref());
        note(&format!("{path}.obec"), address.obec.as_ref());
        note(&format!("{path}.castObce"), address.cast_obce.as_ref());
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

/// What search needs of a service with its facilities and the names of its provider, on a day. Facilities that ended before that day, and
/// before the service itself did, no longer say where it is.
pub fn search(
    service: &Service,
    facilities: &[FacilityFacts],
    provider: &ProviderFacts,
    ico: Option<&Ico>,
    day: NaiveDate,
    book: &CodeBook,
) -> Search {
    let runs = |f: &FacilityFacts| !has_ended(f.facts.poskytuje_do, service.datum_poskytovani_do, day);
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
    for name in facilities.iter().filter(|f| !runs(f)).filter_map(|f| f.facts.nazev.as_deref()) {
        add(name);
    }
    let facilities: Vec<&FacilityFacts> = facilities.iter().filter(|f| runs(f)).collect();
    for facility in &facilities {
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
/// What search needs is derived for `day`.
pub fn normalise(record: Record, day: NaiveDate, book: &CodeBook) -> Normalised {
    let problems = problems(&record, book);
    let Record { index, portal_id, mut service, facilities, provider, ico, rest: mut private, .. } = record;
    let id = |code: &Option<super::shape::Code>| code.as_ref().map(|c| c.id.clone());
    service.formy.sort_by_key(|f| id(&f.forma));
    service.cilove_skupiny.sort_by_key(|g| id(&g.cilova_skupina));
    split_service(&mut service, &mut private);
    let facilities = group(facilities);
    hide_contacts(&mut service, &mut private, |a| facilities.iter().filter_map(|f| f.secret.as_ref()).any(|s| same_address(s, a)));
    let provider = provider::split(provider);
    let seat = provider.facts.misto_podnikani.as_ref().or(provider.facts.sidlo.as_ref());
    let seat_kraj = seat.and_then(|address| territory(address, book).2);
    let search = search(&service, &facilities, &provider, ico.as_ref(), day, book);
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
        book.add_legal_form("706", "spolek");
        book
    }

    fn record(text: &str) -> Normalised {
        normalise(Record::read(1, text).unwrap(), NaiveDate::from_ymd_opt(2026, 11, 23).unwrap(), &book())
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
        let unknown = ["formy[].forma", "rozsirenePusobnostiVKraji[]", "adresa.obec"];
        assert_eq!(said, unknown.map(|field| (ProblemKind::UnknownCode, field)));
    }

    #[test]
    fn a_contact_address_of_a_secret_facility_is_private() {
        let n = record(
            r#"{"portalId": 5, "poskytovatel": {"ico": "63504260"},
            "kontaktniAdresy": [{"kodAdresnihoMista": "7", "ulice": "Skrytá", "popis": "kancelář"}, {"kodAdresnihoMista": 8}],
            "zarizeni": [{"nazev": "Dům", "utajenaAdresa": true, "adresa": {"kodAdresnihoMista": 7}}]}"#,
        );
        assert_eq!(n.service.kontaktni_adresy.iter().map(|a| a.kod_adresniho_mista.as_deref()).collect::<Vec<_>>(), [Some("8")]);
        assert_eq!(n.private[HIDDEN_CONTACTS][0]["ulice"]["nazev"], "Skrytá");
    }

    #[test]
    fn an_ended_facility_says_no_longer_where_the_service_is() {
        let text = |end: &str| {
            format!(
                r#"{{"portalId": 5, "poskytovatel": {{"ico": "63504260"}}{end}, "zarizeni": [
                {{"nazev": "A", "poskytujeDo": "2020-12-31", "adresa": {{"obec": "Obec/554499"}}}},
                {{"nazev": "B", "poskytujeDo": "2026-12-31", "adresa": {{"obec": "Obec/500011"}}}}]}}"#
            )
        };
        let now = record(&text("")).search;
        assert_eq!((now.obce.join(","), now.facility_name.as_deref(), now.facilities), ("Obec/500011".to_owned(), Some("B"), 1));
        assert!(now.text.contains("\na\n"), "it is still found by its name");
        let ended = record(&text(r#", "datumPoskytovaniDo": "2020-12-31""#)).search;
        assert_eq!(ended.okresy, ["3402"], "what ended with the service was there");
    }

    #[test]
    fn every_code_outside_of_the_lists_is_said() {
        let n = record(
            r#"{"portalId": 5, "identifikator": "1234567", "datumPoskytovaniOd": "2014-03-01", "vekoveSkupiny": [{"vek": {"id": "VekovaSkupina/99"}}],
            "rozsirenePusobnostiVKraji": ["Kraj/51", {"kraj": "Kraj/99"}], "poskytovatel": {"ico": "63504260", "typOsoby": "TypOsoby/X",
            "pravniForma": "FormaPravniSubjektivity/999", "sidlo": {"obec": "Obec/1"}, "mistoPodnikani": {"kraj": "Kraj/98"}}}"#,
        );
        let said: Vec<String> = n.problems.iter().map(|p| format!("{} {}", p.field, p.text)).collect();
        let expected = [
            ("poskytovatel.pravniForma", "FormaPravniSubjektivity/999"),
            ("vekoveSkupiny[]", "VekovaSkupina/99"),
            ("rozsirenePusobnostiVKraji[]", "Kraj/99"),
            ("poskytovatel.typOsoby", "TypOsoby/X"),
            ("poskytovatel.sidlo.obec", "Obec/1"),
            ("poskytovatel.mistoPodnikani.kraj", "Kraj/98"),
        ];
        assert_eq!(said, expected.map(|(field, code)| format!("{field} Kód „{code}“ není v číselníku.")));
        let known = record(r#"{"portalId": 5, "poskytovatel": {"ico": "63504260", "pravniForma": "FormaPravniSubjektivity/706"}}"#);
        assert!(known.problems.iter().all(|p| p.kind != ProblemKind::UnknownCode));
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
