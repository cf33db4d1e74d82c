//! Every SQL statement of Kraj108. A transaction is always opened for an actor, so that the policies of the database know who asks; what it did
//! is written to the audit chain as its last statements.

pub mod accounts;
pub mod audit;
pub mod codelists;
pub mod databases;
pub mod error;
pub mod idempotency;
pub mod mail;
pub mod operations;
pub mod prague;
pub mod registry;
pub mod subsidy;
mod transaction;

pub use error::StoreError;
pub use transaction::{Origin, Store, Tx, new_id};

/// The migrations, embedded.
pub static MIGRATOR: sqlx::migrate::Migrator = sqlx::migrate!("../../migrations");

/// Makes the three roles; run once by the superuser of a cluster.
pub const BOOTSTRAP: &str = include_str!("bootstrap.sql");
