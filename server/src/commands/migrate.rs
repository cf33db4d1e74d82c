//! `kraj108 migrate`: brings the database to the newest shape.

use crate::{cluster::Database, config::Config};

/// Opening a database migrates it.
pub async fn migrate(config: &Config, database: &str) -> Result<(), Box<dyn std::error::Error>> {
    Database::open(config, database).await?.close();
    println!("Databáze je v nejnovější podobě.");
    Ok(())
}
