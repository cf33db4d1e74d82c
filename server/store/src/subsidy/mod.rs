//! The subsidy year: rounds and windows, parts of applications, their assessment.

pub mod assessments;
pub mod imports;
pub mod inputs;
pub mod parts;
pub mod rounds;
