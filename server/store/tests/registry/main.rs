//! The register in a real database, as the application and under its policies.

mod import;
mod search;
#[path = "../support/mod.rs"]
mod support;
