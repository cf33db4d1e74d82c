//! The subsidy year: rounds, applications, assessment, calculation, decision.

pub mod applications;
