//! The code lists as reading a record needs them: from the open-data code to the product's own key and name.

use super::shape::Code;
use std::collections::HashMap;

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Row {
    key: String,
    name: String,
}

/// Rows of all lists of the register by their open-data code (`DruhSocialniSluzby/13`, `Obec/554499` …). Where a municipality lies is known
/// as well, because real addresses often lack the district.
#[derive(Debug, Clone, Default)]
pub struct CodeBook {
    rows: HashMap<String, Row>,
    places: HashMap<String, (String, String)>,
}

impl CodeBook {
    /// Adds a row: open-data code, own key, name.
    pub fn add(&mut self, code: &str, key: &str, name: &str) {
        self.rows.insert(code.to_owned(), Row { key: key.to_owned(), name: name.to_owned() });
    }

    /// Adds where a municipality lies: codes of municipality, district and region.
    pub fn add_place(&mut self, obec: &str, okres: &str, kraj: &str) {
        self.places.insert(obec.to_owned(), (okres.to_owned(), kraj.to_owned()));
    }

    /// Whether the code stands in a list.
    pub fn knows(&self, code: &str) -> bool {
        self.rows.contains_key(code)
    }

    /// The own key of a code; a code of no list is its own key.
    pub fn key<'a>(&'a self, code: &'a str) -> &'a str {
        self.rows.get(code).map_or(code, |row| &row.key)
    }

    /// The name of a code; a code of no list is its own name.
    pub fn name<'a>(&'a self, code: &'a str) -> &'a str {
        self.rows.get(code).map_or(code, |row| &row.name)
    }

    /// District and region of a municipality.
    pub fn place(&self, obec: &str) -> Option<(&str, &str)> {
        self.places.get(obec).map(|(okres, kraj)| (okres.as_str(), kraj.as_str()))
    }

    /// The name of an optional code.
    pub fn name_of(&self, code: Option<&Code>) -> Option<String> {
        code.map(|code| self.name(&code.id).to_owned())
    }
}
