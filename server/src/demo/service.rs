//! One demo service as a record of the open data.

use super::names;
use super::places::{Place, Places, address};
use super::pools::{FACILITIES, SENTENCES};
use chrono::{Days, NaiveDate};
use rand::RngExt;
use rand::seq::{IndexedRandom, SliceRandom};
use rand_chacha::ChaCha8Rng;
use serde_json::{Value, json};
use store::codelists::rows;

/// A type of service: its code, its paragraph, how many of the country's services it has, and the forms that the law allows.
struct Kind {
    code: String,
    paragraph: String,
    name: String,
    weight: u32,
    forms: Vec<&'static str>,
}

/// Services of each type in the country, roughly.
const WEIGHTS: [(&str, u32); 33] = [
    ("37", 560),
    ("39", 230),
    ("40", 690),
    ("41", 20),
    ("42", 14),
    ("43", 70),
    ("44", 330),
    ("45", 85),
    ("46", 280),
    ("47", 50),
    ("48", 210),
    ("49", 540),
    ("50", 370),
    ("51", 220),
    ("52", 50),
    ("54", 50),
    ("55", 35),
    ("56", 20),
    ("57", 220),
    ("58", 35),
    ("59", 60),
    ("60", 40),
    ("60a", 18),
    ("61", 60),
    ("62", 230),
    ("63", 75),
    ("64", 40),
    ("65", 280),
    ("66", 200),
    ("67", 150),
    ("68", 15),
    ("69", 230),
    ("70", 300),
];

/// What services are drawn from.
pub(super) struct Kinds(Vec<Kind>);

impl Kinds {
    pub fn load() -> Self {
        let kinds = rows(include_str!("../../store/codelists/druhy_sluzeb.csv")).filter_map(|mut row| {
            let paragraph = row.remove("paragraf")?;
            let weight = WEIGHTS.iter().find(|(p, _)| *p == paragraph)?.1;
            let allowed = row.remove("formy_dle_zakona_MEM")?;
            let forms =
                [("P", "pob"), ("A", "amb"), ("T", "ter")].into_iter().filter(|(letter, _)| allowed.contains(letter)).map(|(_, form)| form);
            Some(Kind { code: row.remove("rpss_kod")?, forms: forms.collect(), name: row.remove("nazev")?, paragraph, weight })
        });
        Self(kinds.collect())
    }
}

/// A provider whose services are being made.
pub(super) struct Provider<'a> {
    pub record: Value,
    pub brand: &'static str,
    pub home: &'a Place,
    pub domain: String,
}

/// What is decided for a service before its record is made.
pub(super) struct Outline {
    pub portal_id: u32,
    pub identifikator: Option<u32>,
    pub facilities: usize,
}

/// The day that demo data are made for: services before it, few after it.
const TODAY: NaiveDate = match NaiveDate::from_ymd_opt(2026, 8, 31) {
    Some(day) => day,
    None => NaiveDate::MIN,
};
const REGISTER_BEGAN: NaiveDate = match NaiveDate::from_ymd_opt(2007, 1, 1) {
    Some(day) => day,
    None => NaiveDate::MIN,
};

fn begin_and_end(rng: &mut ChaCha8Rng) -> (NaiveDate, Option<NaiveDate>) {
    let days = |n: u64| REGISTER_BEGAN.checked_add_days(Days::new(n)).unwrap_or(REGISTER_BEGAN);
    let lived = TODAY.signed_duration_since(REGISTER_BEGAN).num_days().unsigned_abs();
    let begin = match rng.random_range(0..1000) {
        0..350 => REGISTER_BEGAN,
        350..994 => days(rng.random_range(0..lived)),
        _ => days(lived + rng.random_range(1..300)),
    };
    let end = match rng.random_range(0..1000) {
        0..150 if begin < TODAY => {
            let alive = TODAY.signed_duration_since(begin).num_days().unsigned_abs();
            begin.checked_add_days(Days::new(rng.random_range(0..=alive)))
        }
        150..158 => begin.max(TODAY).checked_add_days(Days::new(rng.random_range(30..700))),
        _ => None,
    };
    (begin, end)
}

/// Forms with their capacities: beds in residential ones, and in overnight shelters, which are out-patient.
fn forms(kind: &Kind, rng: &mut ChaCha8Rng) -> Vec<Value> {
    if rng.random_ratio(1, 100) {
        return Vec::new();
    }
    let mut chosen: Vec<&str> = kind.forms.iter().copied().filter(|_| rng.random_ratio(6, 10)).collect();
    if chosen.is_empty() {
        chosen.extend(kind.forms.choose(rng).copied());
    }
    chosen.shuffle(rng);
    let make = |form: &str, rng: &mut ChaCha8Rng| {
        let beds = form == "pob" || kind.paragraph == "63";
        let mut capacities = Vec::new();
        let mut add = |kind: &str, count: u32, note: Option<String>| {
            capacities.push(json!({"pocet": count, "popis": note, "typ": {"id": format!("TypKapacitySocialniSluzby/{kind}")}}));
        };
        if beds {
            let count = match kind.paragraph.as_str() {
                "49" | "50" | "48" => rng.random_range(12..160),
                _ => rng.random_range(4..60),
            };
            let note = rng
                .random_ratio(1, 3)
                .then(|| format!("Maximální kapacita {count} lůžek s účinností od 01.01.{}.", rng.random_range(2012..2026)));
            add("luzka", count, note);
        } else if ["41", "55"].contains(&kind.paragraph.as_str()) {
            add("hovor", rng.random_range(1..12), Some("Počet hovorů v daném okamžiku.".to_owned()));
        } else {
            add("klient", rng.random_range(1..80), None);
            if rng.random_ratio(1, 4) {
                add("interv", rng.random_range(1..20), None);
            }
            if rng.random_ratio(1, 12) {
                add("kontakt", rng.random_range(1..40), None);
            }
        }
        let non_stop = beds && kind.paragraph != "63" && kind.paragraph != "47";
        let hours = (!non_stop).then(|| {
            let (from, to) = (rng.random_range(6..10), rng.random_range(14..20));
            let day = |name: &&str| json!({"den": name, "casOd": format!("{from:02}:00"), "casDo": format!("{to:02}:30")});
            ["pondělí", "úterý", "středa", "čtvrtek", "pátek", "sobota", "neděle"][..if rng.random_ratio(1, 4) { 7 } else { 5 }]
                .iter()
                .map(day)
                .collect::<Vec<_>>()
        });
        json!({"forma": {"id": format!("FormaSocialniSluzby/{form}")}, "nepretrzitePoskytovani": non_stop, "casoveRozsahy": hours, "kapacity": capacities})
    };
    chosen.into_iter().map(|form| make(form, rng)).collect()
}

fn facility(index: usize, kind: &Kind, provider: &Provider, end: Option<NaiveDate>, places: &Places, rng: &mut ChaCha8Rng) -> Value {
    let place = if index == 0 { provider.home } else { places.near(provider.home, rng) };
    let pattern = FACILITIES[rng.random_range(0..FACILITIES.len())];
    let mut name = match rng.random_range(0..4) {
        0 => pattern.replace("{}", &place.name),
        1 => format!("{} – {}", kind.name, place.name),
        _ => pattern.replace("{}", provider.brand),
    };
    if index > 2 && rng.random_ratio(1, 2) {
        name = format!("{name} {}", index + 1);
    }
    if rng.random_ratio(1, 80) {
        name.push(' ');
    }
    let secret = match kind.paragraph.as_str() {
        "57" | "60a" => rng.random_ratio(15, 100),
        _ => false,
    };
    let address = if rng.random_ratio(3, 100) { Value::Null } else { address(place, rng) };
    // A facility of an ended service is often still open in the register.
    let closed = if rng.random_ratio(1, 2) { end } else { None };
    let mut facility = json!({"nazev": name, "adresa": address, "poskytujeOd": null, "poskytujeDo": closed});
    if secret {
        facility["utajenaAdresa"] = json!(true);
    }
    facility
}

/// Bytes of a record at which no more sentences are added: the open data of 2026 had 99 MB for 6,733 services.
const BYTES: usize = 14_550;

/// The record of a service.
pub(super) fn record(outline: &Outline, provider: &Provider, kinds: &Kinds, places: &Places, rng: &mut ChaCha8Rng) -> String {
    let Ok(kind) = kinds.0.choose_weighted(rng, |k| k.weight) else { return "null".to_owned() };
    let (begin, end) = begin_and_end(rng);
    let mut facilities: Vec<Value> = (0..outline.facilities).map(|i| facility(i, kind, provider, end, places, rng)).collect();
    if facilities.len() > 1 && rng.random_ratio(1, 40) {
        // Twins: the same facility twice.
        let last = facilities.len() - 1;
        facilities[last] = facilities[0].clone();
    }
    let seniors = ["40", "49", "50", "44", "66", "41"].contains(&kind.paragraph.as_str()) || rng.random_ratio(15, 100);
    let mut groups = Vec::new();
    for (code, of_ten) in [("24", if seniors { 9 } else { 0 }), ("26", 1), ("27", u32::from(seniors)), ("30", if seniors { 2 } else { 0 })]
    {
        if rng.random_ratio(of_ten, 10) {
            let more = rng.random_ratio(1, 5).then(|| format!("od {} let", rng.random_range(18..65)));
            groups.push(json!({"cilovaSkupina": {"id": format!("CilovaSkupinaOsoby/{code}")}, "doplnujiciInformace": more}));
        }
    }
    let scope = (kind.forms.contains(&"ter") && rng.random_ratio(1, 5))
        .then(|| json!({"id": format!("Kraj/{}", ["19", "27", "60", "116"][rng.random_range(0..4)])}));
    let document = |name: &str, rng: &mut ChaCha8Rng| json!({"popis": "", "priloha": {"url": format!("https://rpss.example/dokumenty/{}/{name}.pdf", rng.random_range(10_000..999_999))}});
    let mail = |name: &str| json!({"email": format!("{name}@{}", provider.domain), "poznamka": null});
    let mut record = json!({
        "portalId": outline.portal_id, "id": null, "identifikator": outline.identifikator.map(|n| n.to_string()), "datumPoskytovaniOd": begin,
        "datumPoskytovaniDo": end, "kontaktniAdresy": [], "druhSocialniSluzby": {"id": kind.code}, "zarizeni": facilities,
        "poskytovatel": provider.record, "emaily": [mail("sluzba")], "telefony": [{"telefon": names::phone(rng), "poznamka": null}], "faxy": [],
        "weby": [{"web": format!("www.{}", provider.domain), "poznamka": null}], "ciloveSkupiny": groups, "vekoveSkupiny": [],
        "doplnujiciInformaceVekoveSkupiny": rng.random_ratio(1, 3).then(|| format!("od {} let", rng.random_range(3..65))),
        "formy": forms(kind, rng), "rozsirenePusobnostiVKraji": scope.into_iter().collect::<Vec<_>>(),
        "doplnkoveUdaje": {"realizacePoskytovani": [document("realizace", rng)], "personalniZajisteni": [document("personal", rng)],
            "planyFinancnihoZajisteni": [document("finance", rng)]}
    });
    let lists = ["realizacePoskytovani", "personalniZajisteni", "planyFinancnihoZajisteni"];
    let missing = BYTES.saturating_sub(record.to_string().len()).max(600);
    for (list, share) in lists.into_iter().zip([6, 3, 1]) {
        record["doplnkoveUdaje"][list][0]["popis"] = Value::String(text(missing * share / 10, rng));
    }
    record.to_string()
}

/// Sentences of about so many bytes.
fn text(bytes: usize, rng: &mut ChaCha8Rng) -> String {
    let mut text = String::with_capacity(bytes + 200);
    while text.len() < bytes {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(SENTENCES[rng.random_range(0..SENTENCES.len())]);
    }
    text
}
