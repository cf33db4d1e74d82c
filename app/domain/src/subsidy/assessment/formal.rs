//! The formal check: a list of the kraj's own, each item answered yes or no with a comment. What fails it is not assessed.

use super::fields::{MAX_COMMENT, answer};
use crate::subsidy::{
    amount::shown,
    application::{
        FieldError,
        fields::{NoField, keep, written},
    },
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// An item of a kraj's list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormalItem {
    /// Stable key: ASCII letters, digits, `_`.
    pub key: String,
    /// The question, answered yes when all is well.
    pub label: String,
}

/// The answer to an item.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct FormalAnswer {
    /// Yes, no, or not answered.
    pub passed: Option<bool>,
    /// Comment; a no needs one.
    pub comment: String,
}

/// The answers by key of the item.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct FormalCheck {
    /// Answers; untouched items are absent.
    pub answers: BTreeMap<String, FormalAnswer>,
}

/// What the answers mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// These items are not answered, or are a no without a comment.
    Open(Vec<String>),
    /// All yes.
    Passed,
    /// These items are a no; the service is not assessed and is no row of a run.
    Failed(Vec<String>),
}

/// The list a kraj starts from.
pub fn default_items() -> Vec<FormalItem> {
    [
        ("opravneni", "Žádost podala oprávněná osoba"),
        ("registrace", "Služba je registrovaná po celé období, na které se žádá"),
        ("sit", "Služba je v síti sociálních služeb kraje"),
        ("povereni", "Služba má pověření k výkonu služby obecného hospodářského zájmu"),
        ("bezdluznost", "Žadatel doložil bezdlužnost"),
        ("prilohy", "Povinné přílohy jsou úplné"),
    ]
    .into_iter()
    .map(|(key, label)| FormalItem { key: key.to_owned(), label: label.to_owned() })
    .collect()
}

impl FormalCheck {
    /// Answers an item (`<key>`: `ano`, `ne` or nothing) or comments on it (`<key>.komentar`).
    pub fn apply(&mut self, items: &[FormalItem], path: &str, text: &str) -> Result<(), FieldError> {
        let refused = |sentence: String| FieldError { path: path.to_owned(), sentence, kept: false };
        let (key, comment) = path.strip_suffix(".komentar").map_or((path, false), |key| (key, true));
        if !items.iter().any(|item| item.key == key) {
            return Err(refused(NoField(shown(path)).to_string()));
        }
        let mut line = self.answers.get(key).cloned().unwrap_or_default();
        if comment {
            line.comment = written(text, MAX_COMMENT).map_err(refused)?;
        } else {
            line.passed = answer(text).map_err(refused)?;
        }
        keep(&mut self.answers, key.to_owned(), line);
        Ok(())
    }

    /// What the answers mean for a kraj's list.
    pub fn outcome(&self, items: &[FormalItem]) -> Outcome {
        let of = |item: &FormalItem| self.answers.get(&item.key).cloned().unwrap_or_default();
        let keys = |wanted: &dyn Fn(&FormalAnswer) -> bool| -> Vec<String> {
            items.iter().filter(|item| wanted(&of(item))).map(|item| item.key.clone()).collect()
        };
        let open = keys(&|a| a.passed.is_none() || (a.passed == Some(false) && a.comment.is_empty()));
        if !open.is_empty() {
            return Outcome::Open(open);
        }
        let failed = keys(&|a| a.passed == Some(false));
        if failed.is_empty() { Outcome::Passed } else { Outcome::Failed(failed) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_commented_no_fails_the_check() {
        let items = default_items();
        let mut check = FormalCheck::default();
        assert!(matches!(check.outcome(&items), Outcome::Open(open) if open.len() == items.len()));
        for item in &items {
            check.apply(&items, &item.key, "ano").unwrap();
        }
        assert_eq!(check.outcome(&items), Outcome::Passed);
        check.apply(&items, "sit", "ne").unwrap();
        assert_eq!(check.outcome(&items), Outcome::Open(vec!["sit".to_owned()]));
        check.apply(&items, "sit.komentar", "Služba v síti od roku 2025 není.").unwrap();
        assert_eq!(check.outcome(&items), Outcome::Failed(vec!["sit".to_owned()]));
        assert!(check.apply(&items, "sit", "asi").is_err() && check.apply(&items, "cizi", "ano").is_err());
        assert!(check.apply(&items, "sit.komentar", "a\0").is_err());
    }
}
