//! The command line.

pub mod calculate;
pub mod import_register;
pub mod migrate;
pub mod permissions;
pub mod serve;
pub mod verify;
