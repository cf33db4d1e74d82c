//! The command line.

pub mod demo;
pub mod migrate;
pub mod permissions;
pub mod serve;
pub mod verify;
