//! The register: importing it, correcting it, searching it, and one service or provider with its history.

pub mod corrections;
pub mod detail;
pub mod quality;
pub mod search;

mod import;

pub use import::{ImportError, ImportReport, ImportRequest, ServiceCounts, import};
