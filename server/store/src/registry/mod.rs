//! The register: importing it, correcting it, searching it, and one service or provider with its history.

pub mod corrections;
pub mod detail;
pub mod quality;
pub mod search;

mod import;

pub use import::{Closed, ImportError, ImportReport, ImportRequest, ServiceCounts, TouchedCounts, import};
