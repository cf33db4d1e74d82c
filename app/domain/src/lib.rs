//! The rules of Kraj108. No input or output, no clock, no randomness: every function here gives the same answer in the
//! browser, offline and on the server.

pub mod accounts;
pub mod codelists;
pub mod ico;
pub mod money;
pub mod operations;
pub mod order;
pub mod registry;
pub mod subsidy;
pub mod text;
pub mod time;
pub mod unicode;
