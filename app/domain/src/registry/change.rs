//! What differs between two versions of a service, a provider or a facility, in words for the history and the registrar.

use super::codes::CodeBook;
use super::record::{Address, Capacity, Contact, Facility, Form, Provider, Service, TargetGroup};
use crate::time::date;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One field before and after; a private field has neither.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// Czech name of the field.
    pub field: String,
    /// What stood there.
    pub before: Option<String>,
    /// What stands there now.
    pub after: Option<String>,
}

/// Collects the fields that differ.
struct Comparison<'a> {
    book: &'a CodeBook,
    changes: Vec<Change>,
}

/// At most this many characters of a value are shown.
const SHOWN: usize = 300;

fn shown(text: String) -> Option<String> {
    match text.chars().nth(SHOWN) {
        _ if text.is_empty() => None,
        Some(_) => Some(text.chars().take(SHOWN).chain(['…']).collect()),
        None => Some(text),
    }
}

impl Comparison<'_> {
    fn field<T: PartialEq + ?Sized>(&mut self, field: &str, before: &T, after: &T, text: impl Fn(&T, &CodeBook) -> String) {
        if before != after {
            let change = Change { field: field.to_owned(), before: shown(text(before, self.book)), after: shown(text(after, self.book)) };
            self.changes.push(change);
        }
    }

    fn text(&mut self, field: &str, before: &Option<String>, after: &Option<String>) {
        self.field(field, before, after, |t, _| t.clone().unwrap_or_default());
    }

    fn day(&mut self, field: &str, before: &Option<chrono::NaiveDate>, after: &Option<chrono::NaiveDate>) {
        self.field(field, before, after, |d, _| d.map(date).unwrap_or_default());
    }

    fn code(&mut self, field: &str, before: &Option<super::shape::Code>, after: &Option<super::shape::Code>) {
        self.field(field, before, after, |c, book| book.name_of(c.as_ref()).unwrap_or_default());
    }

    fn contacts(&mut self, field: &str, before: &[Contact], after: &[Contact]) {
        self.field(field, before, after, |list, _| {
            let one = |c: &Contact| match (&c.hodnota, &c.poznamka) {
                (value, Some(note)) => format!("{} ({note})", value.as_deref().unwrap_or_default()),
                (value, None) => value.clone().unwrap_or_default(),
            };
            list.iter().map(one).collect::<Vec<_>>().join(", ")
        });
    }

    fn values(&mut self, field: &str, before: &[Value], after: &[Value]) {
        self.field(field, before, after, |list, _| list.iter().map(Value::to_string).collect::<Vec<_>>().join(", "));
    }

    fn address(&mut self, field: &str, before: &Option<Address>, after: &Option<Address>) {
        self.field(field, before, after, |a, book| a.as_ref().map(|a| address(a, book)).unwrap_or_default());
    }
}

/// An address in one line: `Nemocniční 2272/54, 352 01 Aš`.
pub fn address(address: &Address, book: &CodeBook) -> String {
    let obec = book.name_of(address.obec.as_ref()).unwrap_or_default();
    let part = book.name_of(address.cast_obce.as_ref()).filter(|p| *p != obec);
    let number = match (&address.cislo_domovni, &address.cislo_orientacni) {
        (Some(house), Some(orientation)) => format!("{house}/{orientation}"),
        (Some(number), None) | (None, Some(number)) => number.clone(),
        (None, None) => String::new(),
    };
    let street = address.ulice.as_ref().map(|u| u.nazev.trim().to_owned());
    let first = match (street, &part) {
        (Some(street), _) => format!("{street} {number}"),
        (None, Some(part)) => format!("{part} {number}"),
        (None, None) if number.is_empty() => String::new(),
        (None, None) => format!("č. p. {number}"),
    };
    let psc = address.psc.as_deref().map(str::trim).unwrap_or_default();
    let psc = match psc.len() {
        5 if psc.is_ascii() => format!("{} {}", &psc[..3], &psc[3..]),
        _ => psc.to_owned(),
    };
    let town = format!("{psc} {obec}");
    let parts = [first.trim().to_owned(), address.dodatek_adresy.clone().unwrap_or_default(), town.trim().to_owned()];
    parts.into_iter().filter(|p| !p.is_empty()).collect::<Vec<_>>().join(", ")
}

fn groups(list: &[TargetGroup], book: &CodeBook) -> String {
    let one = |g: &TargetGroup| {
        let name = book.name_of(g.cilova_skupina.as_ref()).unwrap_or_default();
        match g.doplnujici_informace.as_deref().map(str::trim) {
            Some(more) if !more.is_empty() => format!("{name} ({more})"),
            _ => name,
        }
    };
    list.iter().map(one).collect::<Vec<_>>().join(", ")
}

fn capacity(capacity: &Capacity, book: &CodeBook) -> String {
    let count = capacity.pocet.map(|n| n.to_string()).unwrap_or_default();
    let text = format!("{} {count}", book.name_of(capacity.typ.as_ref()).unwrap_or_default());
    match capacity.popis.as_deref().map(str::trim) {
        Some(more) if !more.is_empty() => format!("{} ({more})", text.trim()),
        _ => text.trim().to_owned(),
    }
}

fn forms(list: &[Form], book: &CodeBook) -> String {
    let one = |f: &Form| {
        let mut parts = Vec::new();
        if f.nepretrzite_poskytovani == Some(true) {
            parts.push("nepřetržitě".to_owned());
        } else if !f.casove_rozsahy.is_empty() {
            parts.push(format!("časových rozsahů {}", f.casove_rozsahy.len()));
        }
        parts.extend(f.kapacity.iter().map(|c| capacity(c, book)));
        let name = book.name_of(f.forma.as_ref()).unwrap_or_default();
        if parts.is_empty() { name } else { format!("{name}: {}", parts.join(", ")) }
    };
    list.iter().map(one).collect::<Vec<_>>().join("; ")
}

/// The field of the contact addresses; the database knows it, too.
pub const CONTACT_ADDRESSES: &str = "kontaktní adresy";

/// What differs between two versions of a service.
pub fn of_service(before: &Service, after: &Service, book: &CodeBook) -> Vec<Change> {
    let mut c = Comparison { book, changes: Vec::new() };
    c.text("identifikátor", &before.identifikator, &after.identifikator);
    c.code("druh služby", &before.druh_socialni_sluzby, &after.druh_socialni_sluzby);
    c.day("začátek poskytování", &before.datum_poskytovani_od, &after.datum_poskytovani_od);
    c.day("konec poskytování", &before.datum_poskytovani_do, &after.datum_poskytovani_do);
    c.field("formy a kapacity", &before.formy[..], &after.formy[..], forms);
    c.field("cílové skupiny", &before.cilove_skupiny[..], &after.cilove_skupiny[..], groups);
    c.values("věkové skupiny", &before.vekove_skupiny, &after.vekove_skupiny);
    c.text("doplnění k věkovým skupinám", &before.doplnujici_informace_vekove_skupiny, &after.doplnujici_informace_vekove_skupiny);
    c.field(CONTACT_ADDRESSES, &before.kontaktni_adresy[..], &after.kontaktni_adresy[..], |list, book| {
        list.iter().map(|a| address(a, book)).collect::<Vec<_>>().join("; ")
    });
    c.contacts("e-maily", &before.emaily, &after.emaily);
    c.contacts("telefony", &before.telefony, &after.telefony);
    c.contacts("faxy", &before.faxy, &after.faxy);
    c.contacts("weby", &before.weby, &after.weby);
    c.values("působnost v krajích", &before.rozsirene_pusobnosti_v_kraji, &after.rozsirene_pusobnosti_v_kraji);
    c.field(
        "doplňkové údaje",
        &before.doplnkove_udaje,
        &after.doplnkove_udaje,
        |v, _| if v.is_null() { String::new() } else { v.to_string() },
    );
    c.text("číslo záznamu", &before.id, &after.id);
    c.changes
}

/// What differs between two versions of the public facts of a provider.
pub fn of_provider(before: &Provider, after: &Provider, book: &CodeBook) -> Vec<Change> {
    let mut c = Comparison { book, changes: Vec::new() };
    c.text("název", &before.nazev, &after.nazev);
    c.text("IČO", &before.ico, &after.ico);
    c.field("portalId", &before.portal_id, &after.portal_id, |id, _| id.map(|id| id.to_string()).unwrap_or_default());
    c.text("jméno", &before.jmeno, &after.jmeno);
    c.text("příjmení", &before.prijmeni, &after.prijmeni);
    c.field("právní forma", &before.pravni_forma, &after.pravni_forma, |c, book| book.legal_form(c.as_ref()).unwrap_or_default());
    c.code("typ osoby", &before.typ_osoby, &after.typ_osoby);
    c.address("sídlo", &before.sidlo, &after.sidlo);
    c.address("místo podnikání", &before.misto_podnikani, &after.misto_podnikani);
    c.contacts("e-maily", &before.emaily, &after.emaily);
    c.contacts("telefony", &before.telefony, &after.telefony);
    c.contacts("faxy", &before.faxy, &after.faxy);
    c.contacts("weby", &before.weby, &after.weby);
    c.text("číslo záznamu", &before.id, &after.id);
    c.changes
}

/// What differs between two versions of the public facts of a facility.
pub fn of_facility(before: (&Facility, i32), after: (&Facility, i32), book: &CodeBook) -> Vec<Change> {
    let mut c = Comparison { book, changes: Vec::new() };
    c.text("název", &before.0.nazev, &after.0.nazev);
    c.address("adresa", &before.0.adresa, &after.0.adresa);
    c.day("poskytuje od", &before.0.poskytuje_od, &after.0.poskytuje_od);
    c.day("poskytuje do", &before.0.poskytuje_do, &after.0.poskytuje_do);
    c.field("utajená adresa", &before.0.is_secret(), &after.0.is_secret(), |s, _| if *s { "ano" } else { "ne" }.to_owned());
    c.field("počet stejných", &before.1, &after.1, |n, _| n.to_string());
    c.changes
}

/// A change of something private: that it changed, not what.
pub fn of_private(field: &str) -> Change {
    Change { field: format!("{field} (neveřejné údaje)"), before: None, after: None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn lists_without_documents_are_no_change() {
        let empty: Service =
            serde_json::from_value(json!({"doplnkoveUdaje": {"realizacePoskytovani": [], "personalniZajisteni": []}})).unwrap();
        let stored: Service = serde_json::from_value(serde_json::to_value(&empty).unwrap()).unwrap();
        assert_eq!(of_service(&stored, &empty, &CodeBook::default()), []);
    }

    #[test]
    fn says_what_changed_in_words() {
        let mut book = CodeBook::default();
        for (code, key, name) in [
            ("FormaSocialniSluzby/pob", "pob", "pobytová"),
            ("TypKapacitySocialniSluzby/luzka", "luzka", "počet lůžek"),
            ("Obec/554499", "554499", "Aš"),
        ] {
            book.add(code, key, name);
        }
        let before: Service = serde_json::from_value(json!({"identifikator": "9580837", "formy": [{"forma": "FormaSocialniSluzby/pob",
            "kapacity": [{"pocet": 30, "typ": "TypKapacitySocialniSluzby/luzka"}]}]}))
        .unwrap();
        let mut after = before.clone();
        assert_eq!(of_service(&before, &after, &book), []);
        after.formy[0].kapacity[0].pocet = Some(32);
        after.datum_poskytovani_do = chrono::NaiveDate::from_ymd_opt(2026, 12, 31);
        let lines: Vec<String> = of_service(&before, &after, &book)
            .iter()
            .map(|c| format!("{}: {} → {}", c.field, c.before.as_deref().unwrap_or("–"), c.after.as_deref().unwrap_or("–")))
            .collect();
        assert_eq!(
            lines,
            ["konec poskytování: – → 31.\u{a0}12.\u{a0}2026", "formy a kapacity: pobytová: počet lůžek 30 → pobytová: počet lůžek 32"]
        );
        let place: Address =
            serde_json::from_value(json!({"ulice": {"nazev": "Nemocniční"}, "cisloDomovni": 2272, "cisloOrientacni": "54", "psc": "35201", "obec": {"id": "Obec/554499"}}))
                .unwrap();
        assert_eq!(address(&place, &book), "Nemocniční 2272/54, 352 01 Aš");
    }
}
