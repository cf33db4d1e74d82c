//! The state of the system and how accessible it is.

pub mod accessibility;
pub mod mail;
pub mod state;
