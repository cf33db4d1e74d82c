//! Invented names and numbers.

use super::places::Place;
use super::pools::{BRANDS, FEMALE, FUNCTIONS, MALE, SURNAMES, TITLES};
use rand::{Rng, RngExt};
use serde_json::{Value, json};

/// Providers of the first block alone have it in their name, so a search for it finds equally many services at every scale.
pub const FIRST_BLOCK_BRAND: &str = "Slunovrat";

/// One of a pool; pools are never empty.
fn one<'a, T: ?Sized>(pool: &[&'a T], rng: &mut impl Rng) -> &'a T {
    pool[rng.random_range(0..pool.len())]
}

/// An IČO with a right checksum.
pub fn ico(rng: &mut impl Rng) -> String {
    let number = if rng.random_ratio(15, 100) { rng.random_range(80_000..100_000_u32) } else { rng.random_range(8_400_000..9_900_000) };
    let seven = format!("{number:07}");
    let sum: u32 = seven.bytes().map(|b| u32::from(b - b'0')).zip((2..=8).rev()).map(|(digit, weight)| digit * weight).sum();
    let check = match sum % 11 {
        0 => 1,
        1 => 0,
        r => 11 - r,
    };
    format!("{seven}{check}")
}

/// Name and surname, and which of both comes from which pool.
pub fn person(rng: &mut impl Rng) -> (String, String) {
    let (masculine, feminine) = SURNAMES[rng.random_range(0..SURNAMES.len())];
    if rng.random_ratio(1, 2) {
        (one(&FEMALE, rng).to_owned(), feminine.to_owned())
    } else {
        (one(&MALE, rng).to_owned(), masculine.to_owned())
    }
}

/// A member of a statutory body.
pub fn member(rng: &mut impl Rng) -> Value {
    let (name, surname) = person(rng);
    let title = rng.random_ratio(2, 5).then(|| one(&TITLES, rng));
    json!({"jmeno": name, "prijmeni": surname, "titulPredJmenem": title, "funkce": one(&FUNCTIONS, rng)})
}

/// The brand of a provider, which its mail and web address have as well.
pub fn brand(block: u32, rng: &mut impl Rng) -> &'static str {
    if block == 0 && rng.random_ratio(1, 60) { FIRST_BLOCK_BRAND } else { one(&BRANDS, rng) }
}

/// The name of a legal person at a place.
pub fn provider(brand: &str, place: &Place, rng: &mut impl Rng) -> String {
    let town = &place.name;
    match rng.random_range(0..100) {
        0..22 => format!("Sociální služby {brand} {town}, příspěvková organizace"),
        22..34 => format!("Centrum {brand} {town}, příspěvková organizace"),
        34..50 => format!("{brand} {town}, z. s."),
        50..66 => format!("{brand} – pomoc a podpora, z. ú."),
        66..76 => format!("Charitní dům {brand} {town}"),
        76..84 => format!("Diakonické středisko {brand} {town}"),
        84..93 => format!("{brand} péče, o. p. s."),
        _ => format!("Dům {brand} {town}, s. r. o."),
    }
}

/// A phone that doesn't exist.
pub fn phone(rng: &mut impl Rng) -> String {
    format!("199 {:03} {:03}", rng.random_range(0..1000), rng.random_range(0..1000))
}

/// The domain of a brand, which can't exist.
pub fn domain(brand: &str, rng: &mut impl Rng) -> String {
    format!("{}-{}.example", domain::text::fold(brand).replace(' ', "-"), rng.random_range(1..1000))
}
