//! `kraj108 demo`: makes demo data.

use super::Scale;
use super::register::RegisterFile;
use crate::cluster::Database;
use crate::commands::import_register;
use crate::config::Config;
use clap::Args;
use domain::time::Clock;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;
use store::Store;
use store::registry::ImportRequest;

/// How much, and where to.
#[derive(Debug, Clone, Args)]
pub struct DemoArgs {
    /// How much data.
    #[arg(long, value_enum, default_value = "kraj")]
    pub scale: Scale,
    /// The same number gives the same data.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Writes the register to this file in the open-data format instead of loading it.
    #[arg(long, value_name = "FILE")]
    pub write_rpss: Option<PathBuf>,
    /// Machine-readable output.
    #[arg(long)]
    pub json: bool,
}

/// Writes the register to a file, or loads it into the database.
pub async fn demo(config: &Config, database: &str, args: &DemoArgs, clock: &dyn Clock) -> Result<(), Box<dyn std::error::Error>> {
    if let Some(path) = &args.write_rpss {
        let (records, bytes) = write(args, path).map_err(|error| format!("Soubor {} nejde zapsat: {error}", path.display()))?;
        if args.json {
            println!("{}", serde_json::json!({ "records": records, "bytes": bytes }));
        } else {
            println!("Zapsáno {records} služeb, {} MB.", bytes / 1_000_000);
        }
        return Ok(());
    }
    let database = Database::open(config, database).await?;
    let store = Store::new(database.pool(2).await?);
    let at = clock.now();
    let name = format!("ukázková data, seed {}", args.seed);
    let request = ImportRequest { as_of: store::prague::day(at), at, file_name: Some(name) };
    let report = import_register::load(&store, RegisterFile::new(args.scale, args.seed), &request).await?;
    import_register::print(&report, args.json, &mut io::stdout())?;
    database.close();
    Ok(())
}

fn write(args: &DemoArgs, path: &PathBuf) -> io::Result<(u64, u64)> {
    let mut register = RegisterFile::new(args.scale, args.seed);
    let mut out = BufWriter::with_capacity(1 << 20, File::create(path)?);
    let bytes = io::copy(&mut register, &mut out)?;
    out.flush()?;
    Ok((register.records(), bytes))
}
