//! The subsidy year: rounds and windows, parts of applications, their assessment, schemes and runs of the calculation.

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
