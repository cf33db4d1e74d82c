//! What could not be sent, in the storage of the device: by account, application and part, gone as soon as it is saved.

use gloo::storage::{LocalStorage, Storage};
use std::collections::BTreeMap;

/// Keeps texts by path; says whether the device took them.
pub fn keep(key: &str, fields: &BTreeMap<String, String>) -> bool {
    if fields.is_empty() {
        forget(key);
        return true;
    }
    LocalStorage::set(key, fields).is_ok()
}

/// What was kept.
pub fn kept(key: &str) -> BTreeMap<String, String> {
    LocalStorage::get(key).unwrap_or_default()
}

/// Nothing is kept any more.
pub fn forget(key: &str) {
    LocalStorage::delete(key);
}
