//! The schematic map of the regions, made once from their borders (ČÚZK, RÚIAN, CC BY 4.0).

use serde::Deserialize;
use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::LazyLock;

const BORDERS: &str = include_str!("../../../server/store/codelists/kraje_hranice.geojson");
/// Width of the picture; a point of the picture is about 1.5 km.
pub const WIDTH: i32 = 330;
/// Height of the picture.
pub const HEIGHT: i32 = 190;

/// A region in the picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Region {
    /// Key of the region.
    pub key: String,
    /// Name.
    pub name: String,
    /// Its border as path data.
    pub path: String,
    /// Where its number stands.
    pub x: i32,
    /// Where its number stands.
    pub y: i32,
}

#[derive(Deserialize)]
struct Collection {
    features: Vec<Feature>,
}

#[derive(Deserialize)]
struct Feature {
    properties: Properties,
    geometry: Geometry,
}

#[derive(Deserialize)]
struct Properties {
    rpss_kod: String,
    nazev: String,
}

#[derive(Deserialize)]
struct Geometry {
    coordinates: Vec<Vec<(f64, f64)>>,
}

/// One region by itself, about 300 points wide.
#[derive(Debug, Clone, PartialEq)]
pub struct Alone {
    /// Its border as path data.
    pub path: String,
    /// Height of the picture.
    pub height: i32,
    west: f64,
    north: f64,
    scale: f64,
}

/// Width of the picture of one region.
pub const ALONE: i32 = 300;
/// A degree of longitude as a part of a degree of latitude, at 50° north.
const NARROWER: f64 = 0.643;
/// Space around a region.
const MARGIN: f64 = 8.0;

impl Alone {
    /// Where a place lies in the picture, by its latitude and longitude.
    pub fn point(&self, latitude: f64, longitude: f64) -> (i32, i32) {
        let x = MARGIN + (longitude - self.west) * NARROWER * self.scale;
        let y = MARGIN + (self.north - latitude) * self.scale;
        #[expect(clippy::cast_possible_truncation, reason = "points of a picture of a few hundred")]
        (x.round() as i32, y.round() as i32)
    }
}

/// Every region by itself, by its key.
pub static EACH: LazyLock<HashMap<String, Alone>> = LazyLock::new(|| {
    let collection: Collection = serde_json::from_str(BORDERS).unwrap_or(Collection { features: Vec::new() });
    collection.features.into_iter().filter_map(|f| Some((key_of(&f.properties.rpss_kod), alone(f.geometry.coordinates.first()?)))).collect()
});

fn alone(ring: &[(f64, f64)]) -> Alone {
    let bound = |values: &mut dyn Iterator<Item = f64>| values.fold((f64::MAX, f64::MIN), |(low, high), v| (low.min(v), high.max(v)));
    let (west, east) = bound(&mut ring.iter().map(|p| p.0));
    let (south, north) = bound(&mut ring.iter().map(|p| p.1));
    let scale = (f64::from(ALONE) - 2.0 * MARGIN) / ((east - west) * NARROWER);
    let mut map = Alone { path: String::new(), height: 0, west, north, scale };
    map.height = map.point(south, west).1 + 8;
    let mut points: Vec<(i32, i32)> = ring.iter().map(|p| map.point(p.1, p.0)).collect();
    points.dedup();
    map.path = path(&points);
    map
}

fn key_of(code: &str) -> String {
    code.rsplit('/').next().unwrap_or_default().to_owned()
}

/// A closed line as path data.
fn path(points: &[(i32, i32)]) -> String {
    let mut path = String::new();
    let mut last = (0, 0);
    for (i, p) in points.iter().enumerate() {
        let _ = if i == 0 { write!(path, "M{} {}", p.0, p.1) } else { write!(path, "l{} {}", p.0 - last.0, p.1 - last.1) };
        last = *p;
    }
    path.push('z');
    path
}

/// The regions, largest first, so that Prague lies above the region around it.
pub static REGIONS: LazyLock<Vec<Region>> = LazyLock::new(|| {
    let collection: Collection = serde_json::from_str(BORDERS).unwrap_or(Collection { features: Vec::new() });
    let mut all: Vec<(i64, Region)> = collection.features.into_iter().map(region).collect();
    all.sort_by_key(|(area, r)| (-area, r.key.clone()));
    all.into_iter().map(|(_, r)| r).collect()
});

/// Name of a region by its key.
pub fn name_of(key: &str) -> Option<&'static str> {
    REGIONS.iter().find(|r| r.key == key).map(|r| r.name.as_str())
}

/// Degrees to points. A shared border falls on the same points from both sides, so that no gaps open.
fn point((longitude, latitude): (f64, f64)) -> (i32, i32) {
    let x = (longitude - 12.09) * 48.0 + 3.0;
    let y = (51.06 - latitude) * 74.0 + 3.0;
    #[expect(clippy::cast_possible_truncation, reason = "points of a picture of 330 by 190")]
    (x.round() as i32, y.round() as i32)
}

/// Twice the signed area.
fn area(ring: &[(i32, i32)]) -> i64 {
    ring.iter().zip(ring.iter().cycle().skip(1)).map(|(a, b)| i64::from(a.0) * i64::from(b.1) - i64::from(b.0) * i64::from(a.1)).sum()
}

fn region(feature: Feature) -> (i64, Region) {
    let mut border = String::new();
    let mut outer: Vec<(i32, i32)> = Vec::new();
    for (n, ring) in feature.geometry.coordinates.into_iter().enumerate() {
        let mut points: Vec<(i32, i32)> = ring.into_iter().map(point).collect();
        points.dedup();
        border.push_str(&path(&points));
        if n == 0 {
            outer = points;
        }
    }
    let twice = area(&outer);
    let (mut x, mut y) = (0_i64, 0_i64);
    for (a, b) in outer.iter().zip(outer.iter().cycle().skip(1)) {
        let cross = i64::from(a.0) * i64::from(b.1) - i64::from(b.0) * i64::from(a.1);
        x += i64::from(a.0 + b.0) * cross;
        y += i64::from(a.1 + b.1) * cross;
    }
    let centre = |sum: i64| sum.checked_div(3 * twice).and_then(|c| i32::try_from(c).ok()).unwrap_or_default();
    let key = key_of(&feature.properties.rpss_kod);
    // The number of the region around Prague stands below Prague.
    let down = if key == "27" { 22 } else { 4 };
    let region = Region { name: feature.properties.nazev, path: border, x: centre(x), y: centre(y) + down, key };
    (twice.abs(), region)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_region_is_in_the_picture() {
        assert_eq!(REGIONS.len(), 14);
        assert_eq!(REGIONS.last().map(|r| r.key.as_str()), Some("19"));
        for r in REGIONS.iter() {
            assert!((10..WIDTH - 10).contains(&r.x) && (10..HEIGHT - 5).contains(&r.y), "{r:?}");
        }
        let usti = &EACH["60"];
        let (x, y) = usti.point(50.6607, 14.0323);
        assert!((100..ALONE).contains(&x) && (10..usti.height).contains(&y), "{x} {y} {}", usti.height);
        assert_eq!(EACH.len(), 14);
        let bytes: usize = REGIONS.iter().map(|r| r.path.len()).sum();
        assert!(bytes < 12_000, "{bytes} bytes of borders in every page");
    }
}
