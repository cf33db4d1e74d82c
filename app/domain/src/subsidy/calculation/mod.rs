//! Calculation of support: the method of one kraj for one year as data, in exact fractions.
//!
//! A [`Scheme`] comes from TOML ([`Scheme::from_toml`]) or from JSON, and [`Scheme::compile`] checks it. A [`Sheet`] (from CSV or from
//! memory) becomes [`Services`] by [`Compiled::services`]; with [`Amounts`] they make a [`Run`] by [`Compiled::run`]. A [`Report`] writes
//! a run as JSON and CSV and explains one service. What can be wrong is a [`Fault`]. [`command`] does all of it from the texts of files.
mod again;
mod allocation;
mod amounts;
pub mod builtin;
mod change;
mod check;
pub mod command;
mod compile;
mod evaluate;
mod explain;
pub mod fault;
pub mod formula;
mod fraction;
mod gcd;
pub mod names;
pub mod number;
mod output;
mod preview;
mod put_in;
mod rates;
mod run;
pub mod scheme;
mod services;
mod sheet;
mod statistics;
mod stored;
mod toml_in;
mod toml_out;
mod value;
mod whole;

pub use allocation::{Claim, Division, LeftReason, Reason, Share, divide_amount};
pub use amounts::Amounts;
pub use builtin::{BUILTIN, Binding, Builtin, Source, binding, bindings};
pub use change::Change;
pub use check::{Named, ROWS, STEPS, TABLES};
pub use command::Calculation;
pub use compile::{Compiled, Program, Slot};
pub use explain::{Explained, ExplainedInput, ExplainedShare, ExplainedStep};
pub use fault::{Code, Fault, Part};
pub use fraction::{Fraction, Rounding};
pub use output::{Report, faults_to_json};
pub use preview::Preview;
pub use rates::{NoRate, Rates};
pub use run::{Group, Run, ServiceResult};
pub use scheme::Scheme;
pub use services::{Identifikator, Services};
pub use sheet::{Sheet, SheetRow};
pub use statistics::{Found, FoundGroup};
pub use stored::StoredRun;
pub use value::Value;
