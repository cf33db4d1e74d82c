//! The subsidy year: applications of providers and their parts, terms of kraje, assessment, runs of the calculation, decision, awards, and what of
//! it can be verified.

pub mod applications;
pub mod assessments;
pub mod awards;
pub mod decisions;
pub mod imports;
pub mod inputs;
pub mod parts;
pub mod rounds;
pub mod runs;
pub mod schemes;
pub mod verification;

pub use verification::verify;
