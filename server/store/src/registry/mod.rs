//! The register of social services.

pub mod search;
