//! Calculation of support: the method of one kraj for one year as data.
mod fraction;
pub mod number;

pub use fraction::{Fraction, Rounding};
