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
    /// Names of legal forms by their own key: their open-data codes are not known, but end in it.
    legal_forms: HashMap<String, String>,
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

    /// Adds a legal form by its own key (`706`), which is the end of its open-data code (`FormaPravniSubjektivity/706`).
    pub fn add_legal_form(&mut self, key: &str, name: &str) {
        self.legal_forms.insert(key.to_owned(), name.to_owned());
    }

    /// Whether the code of a legal form stands in a list, by itself or by its end.
    pub fn knows_legal_form(&self, code: &str) -> bool {
        self.knows(code) || self.legal_forms.contains_key(code.rsplit_once('/').map_or(code, |(_, key)| key))
    }

    /// The name of the code of a legal form; one of no list is its own name.
    pub fn legal_form(&self, code: Option<&Code>) -> Option<String> {
        let code = &code?.id;
        let by_end = || self.legal_forms.get(code.rsplit_once('/').map_or(code.as_str(), |(_, key)| key)).map(String::as_str);
        Some(self.rows.get(code).map(|row| row.name.as_str()).or_else(by_end).unwrap_or(code).to_owned())
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
