//! The register in a real database, as the application and under its policies.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops")]

mod import;
mod search;
#[path = "../support/mod.rs"]
mod support;
