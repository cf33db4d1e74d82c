//! Databases as a whole, asked and changed by the superuser of a cluster: the roles, whether a database is there, making, dropping and renaming it.

use crate::BOOTSTRAP;
use sqlx::{AssertSqlSafe, PgConnection};

/// Makes the three roles. Until the connection ends, no other command that asks the same goes on: two must not make the same databases.
pub async fn prepare(superuser: &mut PgConnection) -> Result<(), sqlx::Error> {
    sqlx::query("select pg_advisory_lock(108)").execute(&mut *superuser).await?;
    sqlx::raw_sql(BOOTSTRAP).execute(superuser).await?;
    Ok(())
}

/// Whether a database is there.
pub async fn exists(superuser: &mut PgConnection, name: &str) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar("select exists (select from pg_database where datname = $1)").bind(name).fetch_one(superuser).await
}

/// Makes a database that belongs to `kraj_owner`. Names are quoted as identifiers; these three functions and nothing else in the program put a
/// name into SQL.
pub async fn create_database(superuser: &mut PgConnection, name: &str) -> Result<(), sqlx::Error> {
    run(superuser, format!("create database {} owner kraj_owner template template0 encoding 'UTF8' locale 'C.UTF-8'", quoted(name))).await
}

/// Drops a database, if it is there.
pub async fn drop_database(superuser: &mut PgConnection, name: &str) -> Result<(), sqlx::Error> {
    run(superuser, format!("drop database if exists {} with (force)", quoted(name))).await
}

/// Gives a database another name; nobody may be connected to it.
pub async fn rename_database(superuser: &mut PgConnection, name: &str, new: &str) -> Result<(), sqlx::Error> {
    run(superuser, format!("alter database {} rename to {}", quoted(name), quoted(new))).await
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

async fn run(superuser: &mut PgConnection, sql: String) -> Result<(), sqlx::Error> {
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(superuser).await?;
    Ok(())
}
