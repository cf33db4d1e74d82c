//! Where demo providers and facilities are: real municipalities with their parts and postcodes.

use rand::seq::IndexedRandom;
use rand::{Rng, RngExt};
use serde_json::{Value, json};
use std::collections::HashMap;
use store::codelists::{CASTI_OBCI, OBCE, OKRESY, rows};

/// A municipality.
#[derive(Debug, Clone)]
pub struct Place {
    /// `Obec/554499`.
    pub code: String,
    /// Its name.
    pub name: String,
    okres: String,
    kraj: String,
    /// Code, name and postcode of each part.
    parts: Vec<(String, String, String)>,
}

/// All of them, by region.
#[derive(Debug)]
pub struct Places {
    all: Vec<Place>,
    /// Per region: seats of districts, places with several parts, any.
    by_kraj: Vec<(String, u32, [Vec<usize>; 3])>,
    by_okres: HashMap<String, Vec<usize>>,
}

/// About how many of a hundred services each region has.
const WEIGHTS: [(&str, u32); 14] = [
    ("19", 9),
    ("27", 10),
    ("35", 7),
    ("43", 5),
    ("51", 3),
    ("60", 9),
    ("78", 5),
    ("86", 6),
    ("94", 5),
    ("108", 6),
    ("116", 11),
    ("124", 7),
    ("132", 11),
    ("141", 6),
];

const STREETS: [&str; 40] = [
    "Nádražní",
    "Školní",
    "Husova",
    "Komenského",
    "Zahradní",
    "Lipová",
    "Jiráskova",
    "Palackého",
    "Polní",
    "Krátká",
    "Na Výsluní",
    "Pod Lesem",
    "Riegrova",
    "Havlíčkova",
    "Mlýnská",
    "U Parku",
    "Sadová",
    "Dlouhá",
    "Tyršova",
    "Nerudova",
    "Boženy Němcové",
    "Smetanova",
    "Dvořákova",
    "Luční",
    "Květinová",
    "Na Kopci",
    "Hřbitovní",
    "Zámecká",
    "Kostelní",
    "Nová",
    "Sokolská",
    "Fügnerova",
    "Za Humny",
    "Vrchlického",
    "Jungmannova",
    "Družstevní",
    "Vančurova",
    "Slunečná",
    "Březová",
    "náměstí Míru",
];

impl Places {
    /// From the code lists that ship.
    pub fn load() -> Self {
        let seats: HashMap<String, String> = rows(OKRESY).filter_map(|mut r| Some((r.remove("rpss_kod")?, r.remove("nazev")?))).collect();
        let mut parts: HashMap<String, Vec<(String, String, String)>> = HashMap::new();
        for mut row in rows(CASTI_OBCI) {
            if let (Some(code), Some(name), Some(obec), Some(psc)) =
                (row.remove("rpss_kod"), row.remove("nazev"), row.remove("obec_rpss_kod"), row.remove("psc"))
            {
                let psc = psc.split(' ').next().unwrap_or_default().to_owned();
                parts.entry(obec).or_default().push((code, name, psc));
            }
        }
        let mut all = Vec::new();
        let mut by_kraj: Vec<(String, u32, [Vec<usize>; 3])> =
            WEIGHTS.iter().map(|(key, weight)| (format!("Kraj/{key}"), *weight, Default::default())).collect();
        let mut by_okres: HashMap<String, Vec<usize>> = HashMap::new();
        for mut row in rows(OBCE) {
            let (Some(code), Some(name), Some(okres), Some(kraj)) =
                (row.remove("rpss_kod"), row.remove("nazev"), row.remove("okres_rpss_kod"), row.remove("kraj_rpss_kod"))
            else {
                continue;
            };
            let Some(parts) = parts.remove(&code) else { continue };
            let index = all.len();
            if let Some((.., lists)) = by_kraj.iter_mut().find(|(k, ..)| *k == kraj) {
                if seats.get(&okres) == Some(&name) || name == "Praha" {
                    lists[0].push(index);
                }
                if parts.len() >= 4 {
                    lists[1].push(index);
                }
                lists[2].push(index);
            }
            by_okres.entry(okres.clone()).or_default().push(index);
            all.push(Place { code, name, okres, kraj, parts });
        }
        Self { all, by_kraj, by_okres }
    }

    /// A place for a provider: mostly the seat of a district, in the given region or in any by its weight.
    pub fn home(&self, kraj: Option<&str>, rng: &mut impl Rng) -> &Place {
        let wanted = match kraj {
            Some(key) => self.by_kraj.iter().find(|(k, ..)| k.strip_prefix("Kraj/") == Some(key)),
            None => self.by_kraj.choose_weighted(rng, |(_, weight, _)| *weight).ok(),
        };
        let lists = wanted.map_or(&self.by_kraj[0].2, |(.., lists)| lists);
        let list = match rng.random_range(0..100) {
            0..50 => &lists[0],
            50..80 => &lists[1],
            _ => &lists[2],
        };
        let index = list.choose(rng).or_else(|| lists[2].choose(rng)).copied().unwrap_or_default();
        &self.all[index]
    }

    /// A place near another one: the same, or one of its district.
    pub fn near<'a>(&'a self, home: &'a Place, rng: &mut impl Rng) -> &'a Place {
        if rng.random_ratio(6, 10) {
            return home;
        }
        self.by_okres.get(&home.okres).and_then(|list| list.choose(rng)).map_or(home, |index| &self.all[*index])
    }
}

/// An address there, in the shape of the open data; 3.6 % have no code of the address point, Prague has no district.
pub fn address(place: &Place, rng: &mut impl Rng) -> Value {
    let part = place.parts.choose(rng);
    let is_town = place.parts.len() >= 3 || place.name == "Praha";
    let street = (is_town || rng.random_ratio(1, 3)).then(|| STREETS.choose(rng)).flatten();
    let orientation = (street.is_some() && rng.random_ratio(1, 2)).then(|| {
        let letter = if rng.random_ratio(1, 12) { "a" } else { "" };
        format!("{}{letter}", rng.random_range(1..180))
    });
    // Codes of real address points end below ninety million.
    let point = (!rng.random_ratio(36, 1000)).then(|| rng.random_range(90_000_000_u32..99_999_999));
    json!({
        "cisloDomovni": rng.random_range(1..if is_town { 2800 } else { 320 }), "cisloOrientacni": orientation, "dodatekAdresy": null,
        "kodAdresnihoMista": point, "psc": part.map(|p| &p.2), "typCislaDomovniho": {"id": "TypStavebnihoObjektu/1"},
        "kraj": {"id": place.kraj}, "okres": if place.okres == "Okres/9999" { Value::Null } else { json!({"id": place.okres}) },
        "obec": {"id": place.code}, "castObce": part.map(|p| json!({"id": p.0})), "mestskyObvodMestskaCast": null, "mestskyObvodVPraze": null,
        "ulice": street.map(|s| json!({"nazev": s}))
    })
}
