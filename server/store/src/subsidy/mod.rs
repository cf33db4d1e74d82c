//! The subsidy year: rounds and windows, parts of applications, their assessment.

pub mod assessments;
pub mod awards;
pub mod decisions;
pub mod imports;
pub mod inputs;
pub mod parts;
pub mod rounds;
pub mod runs;
pub mod verification;

pub use verification::verify;
