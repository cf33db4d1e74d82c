//! The command line.

pub mod backup;
pub mod calculate;
pub mod create_admin;
pub mod import_register;
pub mod migrate;
pub mod permissions;
pub mod serve;
pub mod verify;
