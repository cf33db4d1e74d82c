//! One element of `polozky`: a social service with its facilities and its provider, as the file says it.
//!
//! The structures keep the names of the open data in JSON, in the file as in the database. A field whose shape is not known is set aside
//! under its path and the record is read without it; only what a record can't be placed without refuses it.

use super::shape::{Code, Named, Rest, code, is_empty, named, set_aside, text};
use crate::ico::Ico;
use chrono::NaiveDate;
use serde::de::{self, DeserializeOwned, Deserializer};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::fmt;

/// Where in the file something stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Position in `polozky`, from 1.
    pub index: u64,
    /// The key of the service, if it could be read.
    pub portal_id: Option<i64>,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self.portal_id {
            Some(id) => write!(f, "{}. záznam (portalId {id})", self.index),
            None => write!(f, "{}. záznam", self.index),
        }
    }
}

/// A record that can't be taken over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{place}, {field}: {reason}")]
pub struct Refusal {
    /// Where it stands.
    pub place: Place,
    /// The field by its path in the record.
    pub field: String,
    /// A Czech sentence.
    pub reason: String,
}

/// `{"email": …, "poznamka": …}` and its likes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Contact {
    /// E-mail, phone, fax or web as it came.
    #[serde(alias = "email", alias = "telefon", alias = "fax", alias = "web", default, deserialize_with = "text")]
    pub hodnota: Option<String>,
    /// Note beside it.
    #[serde(default, deserialize_with = "text", skip_serializing_if = "Option::is_none")]
    pub poznamka: Option<String>,
    /// Unknown keys.
    #[serde(flatten)]
    pub rest: Rest,
}

/// An address after RÚIAN.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub struct Address {
    /// House number.
    #[serde(deserialize_with = "text", skip_serializing_if = "Option::is_none")]
    pub cislo_domovni: Option<String>,
    /// Orientation number, can hold a letter.
    #[serde(deserialize_with = "text", skip_serializing_if = "Option::is_none")]
    pub cislo_orientacni: Option<String>,
    /// Addition to the address.
    #[serde(deserialize_with = "text", skip_serializing_if = "Option::is_none")]
    pub dodatek_adresy: Option<String>,
    /// Code of the address point.
    #[serde(deserialize_with = "text", skip_serializing_if = "Option::is_none")]
    pub kod_adresniho_mista: Option<String>,
    /// Postcode, five digits.
    #[serde(deserialize_with = "text", skip_serializing_if = "Option::is_none")]
    pub psc: Option<String>,
    /// Kind of house number.
    #[serde(deserialize_with = "code", skip_serializing_if = "Option::is_none")]
    pub typ_cisla_domovniho: Option<Code>,
    /// Region.
    #[serde(deserialize_with = "code", skip_serializing_if = "Option::is_none")]
    pub kraj: Option<Code>,
    /// District; Prague has none.
    #[serde(deserialize_with = "code", skip_serializing_if = "Option::is_none")]
    pub okres: Option<Code>,
    /// Municipality.
    #[serde(deserialize_with = "code", skip_serializing_if = "Option::is_none")]
    pub obec: Option<Code>,
    /// Part of the municipality.
    #[serde(deserialize_with = "code", skip_serializing_if = "Option::is_none")]
    pub cast_obce: Option<Code>,
    /// City district; its shape is not known for sure.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mestsky_obvod_mestska_cast: Option<Value>,
    /// District of Prague; its shape is not known for sure.
    #[serde(rename = "mestskyObvodVPraze", skip_serializing_if = "Option::is_none")]
    pub mestsky_obvod_v_praze: Option<Value>,
    /// Street.
    #[serde(deserialize_with = "named", skip_serializing_if = "Option::is_none")]
    pub ulice: Option<Named>,
    /// What stands beside a contact address.
    #[serde(deserialize_with = "text", skip_serializing_if = "Option::is_none")]
    pub popis: Option<String>,
    /// Unknown keys.
    #[serde(flatten)]
    pub rest: Rest,
}

impl Address {
    /// Whether it says nothing at all.
    pub fn is_empty(&self) -> bool {
        let Self { cislo_domovni, cislo_orientacni, dodatek_adresy, kod_adresniho_mista, psc, kraj, okres, obec, cast_obce, ulice, .. } =
            self;
        [cislo_domovni, cislo_orientacni, dodatek_adresy, kod_adresniho_mista, psc].iter().all(|t| t.is_none())
            && [kraj, okres, obec, cast_obce].iter().all(|c| c.is_none())
            && ulice.is_none()
    }
}

/// A place where a service is provided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub struct Facility {
    /// Name as it came.
    #[serde(deserialize_with = "text", skip_serializing_if = "Option::is_none")]
    pub nazev: Option<String>,
    /// Address; many have none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub adresa: Option<Address>,
    /// First day.
    #[serde(deserialize_with = "day", skip_serializing_if = "Option::is_none")]
    pub poskytuje_od: Option<NaiveDate>,
    /// Last day; it may differ from that of the service.
    #[serde(deserialize_with = "day", skip_serializing_if = "Option::is_none")]
    pub poskytuje_do: Option<NaiveDate>,
    /// The address is secret (shelters of victims of violence).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub utajena_adresa: Option<bool>,
    /// Unknown keys, among them the head of the facility.
    #[serde(flatten)]
    pub rest: Rest,
}

impl Facility {
    /// Whether its address is secret.
    pub fn is_secret(&self) -> bool {
        self.utajena_adresa == Some(true)
    }
}

/// The organisation or person that provides services.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub struct Provider {
    /// Record id.
    #[serde(deserialize_with = "text", skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Its key in the register; may be missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub portal_id: Option<i64>,
    /// Name as it came.
    #[serde(deserialize_with = "text", skip_serializing_if = "Option::is_none")]
    pub nazev: Option<String>,
    /// IČO as it came.
    #[serde(deserialize_with = "text", skip_serializing_if = "Option::is_none")]
    pub ico: Option<String>,
    /// Legal form.
    #[serde(deserialize_with = "code", skip_serializing_if = "Option::is_none")]
    pub pravni_forma: Option<Code>,
    /// Natural or legal person, as it came.
    #[serde(deserialize_with = "code", skip_serializing_if = "Option::is_none")]
    pub typ_osoby: Option<Code>,
    /// Seat.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sidlo: Option<Address>,
    /// Place of business of a natural person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub misto_podnikani: Option<Address>,
    /// First name of a natural person.
    #[serde(deserialize_with = "text", skip_serializing_if = "Option::is_none")]
    pub jmeno: Option<String>,
    /// Surname of a natural person.
    #[serde(deserialize_with = "text", skip_serializing_if = "Option::is_none")]
    pub prijmeni: Option<String>,
    /// Birth date of a natural person.
    #[serde(deserialize_with = "day", skip_serializing_if = "Option::is_none")]
    pub datum_narozeni: Option<NaiveDate>,
    /// E-mails.
    #[serde(deserialize_with = "list", skip_serializing_if = "Vec::is_empty")]
    pub emaily: Vec<Contact>,
    /// Phones.
    #[serde(deserialize_with = "list", skip_serializing_if = "Vec::is_empty")]
    pub telefony: Vec<Contact>,
    /// Faxes.
    #[serde(deserialize_with = "list", skip_serializing_if = "Vec::is_empty")]
    pub faxy: Vec<Contact>,
    /// Web pages.
    #[serde(deserialize_with = "list", skip_serializing_if = "Vec::is_empty")]
    pub weby: Vec<Contact>,
    /// Members of the statutory body.
    #[serde(deserialize_with = "list", skip_serializing_if = "Vec::is_empty")]
    pub statutarni_organy: Vec<Value>,
    /// Unknown keys.
    #[serde(flatten)]
    pub rest: Rest,
}

/// A target group of a service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub struct TargetGroup {
    /// Row of the code list.
    #[serde(deserialize_with = "code", skip_serializing_if = "Option::is_none")]
    pub cilova_skupina: Option<Code>,
    /// Text beside it.
    #[serde(deserialize_with = "text", skip_serializing_if = "Option::is_none")]
    pub doplnujici_informace: Option<String>,
    /// Unknown keys.
    #[serde(flatten)]
    pub rest: Rest,
}

/// A registered maximum, never the free places.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct Capacity {
    /// Number in the unit of its type.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pocet: Option<i64>,
    /// Text beside it.
    #[serde(deserialize_with = "text", skip_serializing_if = "Option::is_none")]
    pub popis: Option<String>,
    /// Beds, clients, interventions …
    #[serde(deserialize_with = "code", skip_serializing_if = "Option::is_none")]
    pub typ: Option<Code>,
    /// Unknown keys.
    #[serde(flatten)]
    pub rest: Rest,
}

/// One form of provision (§ 33) with its capacities.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub struct Form {
    /// Residential, out-patient or field.
    #[serde(deserialize_with = "code", skip_serializing_if = "Option::is_none")]
    pub forma: Option<Code>,
    /// Day and night.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nepretrzite_poskytovani: Option<bool>,
    /// Days and hours; their shape is not known for sure and kept as it came.
    #[serde(deserialize_with = "list", skip_serializing_if = "Vec::is_empty")]
    pub casove_rozsahy: Vec<Value>,
    /// Capacities.
    #[serde(deserialize_with = "list", skip_serializing_if = "Vec::is_empty")]
    pub kapacity: Vec<Capacity>,
    /// Unknown keys.
    #[serde(flatten)]
    pub rest: Rest,
}

/// What belongs to the service itself. In a record that was read, `portal_id`, `zarizeni`, `poskytovatel` and `rest` have been moved out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub struct Service {
    /// Record id.
    #[serde(deserialize_with = "text", skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Identifikátor sociální služby, seven digits; may be missing.
    #[serde(deserialize_with = "text", skip_serializing_if = "Option::is_none")]
    pub identifikator: Option<String>,
    /// First day.
    #[serde(deserialize_with = "day", skip_serializing_if = "Option::is_none")]
    pub datum_poskytovani_od: Option<NaiveDate>,
    /// Last day; the service is ended when it is set, and the day may lie in the future.
    #[serde(deserialize_with = "day", skip_serializing_if = "Option::is_none")]
    pub datum_poskytovani_do: Option<NaiveDate>,
    /// Type of service.
    #[serde(deserialize_with = "code", skip_serializing_if = "Option::is_none")]
    pub druh_socialni_sluzby: Option<Code>,
    /// Contact addresses.
    #[serde(deserialize_with = "list", skip_serializing_if = "Vec::is_empty")]
    pub kontaktni_adresy: Vec<Address>,
    /// E-mails.
    #[serde(deserialize_with = "list", skip_serializing_if = "Vec::is_empty")]
    pub emaily: Vec<Contact>,
    /// Phones.
    #[serde(deserialize_with = "list", skip_serializing_if = "Vec::is_empty")]
    pub telefony: Vec<Contact>,
    /// Faxes.
    #[serde(deserialize_with = "list", skip_serializing_if = "Vec::is_empty")]
    pub faxy: Vec<Contact>,
    /// Web pages.
    #[serde(deserialize_with = "list", skip_serializing_if = "Vec::is_empty")]
    pub weby: Vec<Contact>,
    /// Target groups.
    #[serde(deserialize_with = "list", skip_serializing_if = "Vec::is_empty")]
    pub cilove_skupiny: Vec<TargetGroup>,
    /// Age groups; their shape is not known for sure and kept as it came.
    #[serde(deserialize_with = "list", skip_serializing_if = "Vec::is_empty")]
    pub vekove_skupiny: Vec<Value>,
    /// Text beside the age groups.
    #[serde(deserialize_with = "text", skip_serializing_if = "Option::is_none")]
    pub doplnujici_informace_vekove_skupiny: Option<String>,
    /// Forms of provision.
    #[serde(deserialize_with = "list", skip_serializing_if = "Vec::is_empty")]
    pub formy: Vec<Form>,
    /// Regions that it serves beyond its addresses; shape not known for sure.
    #[serde(deserialize_with = "list", skip_serializing_if = "Vec::is_empty")]
    pub rozsirene_pusobnosti_v_kraji: Vec<Value>,
    /// Documents: how it is provided, its staff, its financial plans.
    #[serde(deserialize_with = "documents", skip_serializing_if = "Value::is_null")]
    pub doplnkove_udaje: Value,
    /// The key of the service.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub portal_id: Option<i64>,
    /// Its facilities.
    #[serde(deserialize_with = "list", skip_serializing_if = "Vec::is_empty")]
    pub zarizeni: Vec<Facility>,
    /// Its provider.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub poskytovatel: Option<Provider>,
    /// Unknown keys.
    #[serde(flatten)]
    pub rest: Rest,
}

/// One record that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Its place in the file, from 1.
    pub index: u64,
    /// The key of the service.
    pub portal_id: i64,
    /// What belongs to the service itself.
    pub service: Service,
    /// Its facilities, in the order of the file.
    pub facilities: Vec<Facility>,
    /// Its provider.
    pub provider: Provider,
    /// IČO of the provider as eight digits, if it is one.
    pub ico: Option<Ico>,
    /// Unknown keys and shapes by their path.
    pub rest: Rest,
    /// Paths of known fields whose shape was not known; their values are in `rest`.
    pub shapes: Vec<String>,
}

/// An optional day, `2014-03-01`; a time behind it is ignored.
fn day<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<NaiveDate>, D::Error> {
    let Some(text) = text(deserializer)? else { return Ok(None) };
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let day = text.split(['T', ' ']).next().unwrap_or(text);
    crate::time::parse_date(day).map(Some).map_err(de::Error::custom)
}

/// A list; null is an empty one.
/// Documents that the record says nothing of are none, so that what is stored compares equal with what comes again.
fn documents<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Value, D::Error> {
    let value = Value::deserialize(deserializer)?;
    Ok(if is_empty(&value) { Value::Null } else { value })
}

fn list<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Vec<T>, D::Error> {
    Ok(Option::<Vec<T>>::deserialize(deserializer)?.unwrap_or_default())
}

/// The known part of a value: what `fits` refuses is moved to `aside` under its path, as deep inside as possible.
fn prune(value: Value, path: &str, fits: &dyn Fn(Value) -> bool, aside: &mut Rest) -> Option<Value> {
    if fits(value.clone()) {
        return Some(value);
    }
    let known = match &value {
        Value::Object(map) => {
            let mut known = Map::new();
            for (key, inner) in map {
                let at = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                let wrap = |v: Value| fits(Value::Object(Map::from_iter([(key.clone(), v)])));
                if let Some(inner) = prune(inner.clone(), &at, &wrap, aside) {
                    known.insert(key.clone(), inner);
                }
            }
            Value::Object(known)
        }
        Value::Array(items) => {
            let wrap = |v: Value| fits(Value::Array(vec![v]));
            let known = items.iter().enumerate().filter_map(|(i, v)| prune(v.clone(), &format!("{path}[{i}]"), &wrap, aside));
            Value::Array(known.collect())
        }
        _ => {
            aside.insert(path.to_owned(), value);
            return None;
        }
    };
    if fits(known.clone()) {
        return Some(known);
    }
    aside.retain(|key, _| !key.starts_with(path) || path.is_empty());
    aside.insert(path.to_owned(), value);
    None
}

/// Reads a structure whose fields are all optional; what has an unknown shape is moved to `aside`.
fn tolerant<T: DeserializeOwned + Default>(value: Value, aside: &mut Rest) -> T {
    let fits = |v: Value| serde_json::from_value::<T>(v).is_ok();
    prune(value, "", &fits, aside).and_then(|v| serde_json::from_value(v).ok()).unwrap_or_default()
}

/// Whether a text somewhere in the value holds NUL, which no database text can.
fn holds_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(items) => items.iter().any(holds_nul),
        Value::Object(map) => map.iter().any(|(key, value)| key.contains('\0') || holds_nul(value)),
        _ => false,
    }
}

/// The greatest number that every JSON reader keeps exactly.
const MAX_KEY: i64 = (1 << 53) - 1;

impl Record {
    /// Reads the text of one element; `index` is its place in the file, from 1. The text is valid JSON of bounded depth, which
    /// [`super::reader::read`] made sure of.
    pub fn read(index: u64, raw: &str) -> Result<Self, Refusal> {
        let refuse =
            |portal_id, field: &str, reason: String| Refusal { place: Place { index, portal_id }, field: field.to_owned(), reason };
        let unreadable =
            |_| refuse(None, "(celý záznam)", "Záznam obsahuje text s neplatným znakem nebo číslo mimo rozsah a nejde přečíst.".to_owned());
        let mut aside = Rest::new();
        let mut service: Service = match serde_json::from_str(raw) {
            Ok(service) => service,
            Err(_) => {
                let value: Value = serde_json::from_str(raw).map_err(unreadable)?;
                if !value.is_object() {
                    return Err(refuse(None, "(celý záznam)", "Záznam není objekt s údaji služby.".to_owned()));
                }
                tolerant(value, &mut aside)
            }
        };
        let portal_id = service.portal_id.take().filter(|id| (1..=MAX_KEY).contains(id));
        let Some(portal_id) = portal_id else {
            return Err(refuse(None, "portalId", "Klíč služby chybí nebo to není kladné celé číslo.".to_owned()));
        };
        let refuse = |field: &str, reason: String| refuse(Some(portal_id), field, reason);
        if raw.contains("\\u0000") && serde_json::from_str::<Value>(raw).is_ok_and(|v| holds_nul(&v)) {
            return Err(refuse("(celý záznam)", "Některý text obsahuje znak NUL, který nejde uložit.".to_owned()));
        }

        for (field, name) in [("datumPoskytovaniOd", "začátku"), ("datumPoskytovaniDo", "konce")] {
            if let Some(value) = aside.get(field) {
                return Err(refuse(field, format!("Datum {name} poskytování {value} není datum (čeká se např. 2014-03-01).")));
            }
        }
        let Some(provider) = service.poskytovatel.take() else {
            return Err(refuse("poskytovatel", "Služba nemá poskytovatele.".to_owned()));
        };
        if let Some(value) = aside.get("poskytovatel.portalId") {
            return Err(refuse("poskytovatel.portalId", format!("Klíč poskytovatele {value} není celé číslo.")));
        }
        if provider.portal_id.is_some_and(|id| !(1..=MAX_KEY).contains(&id)) {
            return Err(refuse("poskytovatel.portalId", "Klíč poskytovatele není kladné celé číslo.".to_owned()));
        }
        let ico = provider.ico.as_deref().and_then(|text| Ico::parse(text).ok());
        if provider.portal_id.is_none() && ico.is_none() {
            let reason = match provider.ico.as_deref().map(str::trim) {
                None | Some("") => "Poskytovatel nemá portalId ani IČO, nejde ho rozpoznat.".to_owned(),
                Some(text) => {
                    let text: String = text.chars().take(40).collect();
                    format!("Poskytovatel nemá portalId a „{text}“ není IČO o 8 číslicích, nejde ho rozpoznat.")
                }
            };
            return Err(refuse("poskytovatel.ico", reason));
        }
        let shapes = aside.keys().cloned().collect();
        set_aside(&mut service.rest, "", &mut aside);
        let facilities = std::mem::take(&mut service.zarizeni);
        Ok(Self { index, portal_id, service, facilities, provider, ico, rest: aside, shapes })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINIMAL: &str = r#""poskytovatel":{"ico":"00551023","nazev":"Úřad"}"#;

    fn read(fields: &str) -> Result<Record, Refusal> {
        Record::read(3, &format!("{{\"portalId\":7,{MINIMAL}{}{fields}}}", if fields.is_empty() { "" } else { "," }))
    }

    #[test]
    fn unknown_keys_and_shapes_are_kept() {
        let r = read(
            r#""noveDruhove":{"a":1},"prazdne":[],"zarizeni":[{"nazev":"A","poskytujeOd":"31.31.2020","vedouci":"Jana"},7,{"nazev":"B"}],
            "formy":[{"forma":"FormaSocialniSluzby/pob","kapacity":[{"pocet":"mnoho","typ":{"id":"TypKapacitySocialniSluzby/luzka"}}]}]"#,
        )
        .unwrap();
        assert_eq!(r.facilities.iter().map(|f| f.nazev.as_deref()).collect::<Vec<_>>(), [Some("A"), Some("B")]);
        assert_eq!(r.facilities[0].rest["vedouci"], "Jana");
        assert_eq!(r.shapes, ["formy[0].kapacity[0].pocet", "zarizeni[0].poskytujeOd", "zarizeni[1]"]);
        assert_eq!(r.rest["noveDruhove"]["a"], 1);
        assert_eq!(r.rest["zarizeni[1]"], 7);
        assert!(!r.rest.contains_key("prazdne"));
        assert_eq!(r.service.formy[0].kapacity[0].typ, Some(Code::new("TypKapacitySocialniSluzby/luzka")));
    }

    #[test]
    fn refuses_with_place_field_and_reason() {
        let text = |raw: &str| Record::read(3, raw).unwrap_err().to_string();
        insta::assert_snapshot!(text(r#"{"portalId":"x"}"#), @"3. záznam, portalId: Klíč služby chybí nebo to není kladné celé číslo.");
        insta::assert_snapshot!(text(r#"{"portalId":7}"#), @"3. záznam (portalId 7), poskytovatel: Služba nemá poskytovatele.");
        insta::assert_snapshot!(text(r#"{"portalId":7,"poskytovatel":{"nazev":"X"}}"#), @"3. záznam (portalId 7), poskytovatel.ico: Poskytovatel nemá portalId ani IČO, nejde ho rozpoznat.");
        insta::assert_snapshot!(text(r#"{"portalId":7,"poskytovatel":{"ico":"12 A"}}"#), @"3. záznam (portalId 7), poskytovatel.ico: Poskytovatel nemá portalId a „12 A“ není IČO o 8 číslicích, nejde ho rozpoznat.");
        insta::assert_snapshot!(text("[1]"), @"3. záznam, (celý záznam): Záznam není objekt s údaji služby.");
        insta::assert_snapshot!(read(r#""datumPoskytovaniOd":"2020-02-30""#).unwrap_err().to_string(), @r#"3. záznam (portalId 7), datumPoskytovaniOd: Datum začátku poskytování "2020-02-30" není datum (čeká se např. 2014-03-01)."#);
        insta::assert_snapshot!(read(r#""id":"a\u0000b""#).unwrap_err().to_string(), @"3. záznam (portalId 7), (celý záznam): Některý text obsahuje znak NUL, který nejde uložit.");
        insta::assert_snapshot!(text(r#"{"portalId":7,"x":1e400,"poskytovatel":{"ico":"00551023"}}"#), @"3. záznam, (celý záznam): Záznam obsahuje text s neplatným znakem nebo číslo mimo rozsah a nejde přečíst.");
    }

    #[test]
    fn reads_what_an_export_writes_differently() {
        let r =
            read(r#""identifikator":9580837,"datumPoskytovaniOd":"2014-03-01T00:00:00","emaily":null,"telefony":[{"telefon":123456789}]"#);
        let service = r.unwrap().service;
        assert_eq!(service.identifikator.as_deref(), Some("9580837"));
        assert_eq!(service.datum_poskytovani_od, NaiveDate::from_ymd_opt(2014, 3, 1));
        assert_eq!(service.telefony[0].hodnota.as_deref(), Some("123456789"));
        assert_eq!(serde_json::from_value::<Service>(serde_json::to_value(&service).unwrap()).unwrap(), service);
    }
}
