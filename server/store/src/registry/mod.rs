//! The register: importing it, correcting it, searching it, and one service or provider with its history.

mod import;

pub use import::{ImportError, ImportReport, ImportRequest, ServiceCounts, import};
