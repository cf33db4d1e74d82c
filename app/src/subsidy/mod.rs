//! The subsidy year (dotace).

pub mod applications;
