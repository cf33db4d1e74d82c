//! Every SQL statement of Kraj108. A transaction is always opened for an actor, so that the policies of the database know who asks; what it did
//! is written to the audit chain as its last statements.

pub mod accounts;
pub mod audit;
pub mod codelists;
pub mod error;
pub mod idempotency;
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

/// Makes a database that belongs to `kraj_owner`. Names are quoted as identifiers; these three functions and nothing else in the program put a
/// name into SQL.
pub async fn create_database(superuser: &mut sqlx::PgConnection, name: &str) -> Result<(), sqlx::Error> {
    run(superuser, format!("create database {} owner kraj_owner template template0 encoding 'UTF8' locale 'C.UTF-8'", quoted(name))).await
}

/// Drops a database, if it is there.
pub async fn drop_database(superuser: &mut sqlx::PgConnection, name: &str) -> Result<(), sqlx::Error> {
    run(superuser, format!("drop database if exists {} with (force)", quoted(name))).await
}

/// Gives a database another name; nobody may be connected to it.
pub async fn rename_database(superuser: &mut sqlx::PgConnection, name: &str, new: &str) -> Result<(), sqlx::Error> {
    run(superuser, format!("alter database {} rename to {}", quoted(name), quoted(new))).await
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

async fn run(superuser: &mut sqlx::PgConnection, sql: String) -> Result<(), sqlx::Error> {
    sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(superuser).await?;
    Ok(())
}
