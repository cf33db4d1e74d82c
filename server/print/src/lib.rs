//! Documents that leave Kraj108: a run as a workbook whose steps are live formulas, and tables exactly as a page shows them.
//!
//! A spreadsheet holds binary floating point and nothing else, so this crate alone turns exact values into it, at the very edge.

pub mod csv;
pub mod run_xlsx;
pub mod table;

pub use run_xlsx::{About, run_xlsx};
pub use table::{Cell, Table, table_xlsx};

/// Why a document could not be made.
#[derive(Debug, thiserror::Error)]
pub enum PrintError {
    /// The workbook could not be written; more rows or longer texts than a spreadsheet takes.
    #[error("workbook: {0}")]
    Workbook(#[from] rust_xlsxwriter::XlsxError),
    /// The result does not belong to the scheme.
    #[error("the run does not fit its scheme")]
    Foreign,
}
