//! Calculation of support: the method of one kraj for one year as data.
pub mod fault;
pub mod formula;
mod fraction;
pub mod names;
pub mod number;
pub mod scheme;
mod toml_in;
mod toml_out;

pub use fraction::{Fraction, Rounding};
