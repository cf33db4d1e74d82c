//! `kraj108 demo`: makes demo data.

use super::Scale;
use super::people::{self, Fault};
use super::register::RegisterFile;
use super::story::{StoryClock, Teller};
use crate::cluster::Database;
use crate::commands::import_register;
use crate::config::Config;
use crate::router::{Outside, router};
use app::accounts::passwords::Passwords;
use app::request::{Deps, SessionTimes};
use chrono::{DateTime, TimeDelta, Utc};
use clap::Args;
use domain::time::Clock;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
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
    /// Most services of a region that are applied for in a year; all that fit by default.
    #[arg(long, value_name = "NUMBER")]
    pub services: Option<usize>,
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
    let result = fill_from(config, &database, args, clock).await;
    database.close();
    result.map_err(|fault| fault as Box<dyn std::error::Error>)
}

async fn fill_from(config: &Config, database: &Database, args: &DemoArgs, clock: &dyn Clock) -> Result<(), Fault> {
    let store = Store::new(database.pool(8).await?);
    let passwords = Arc::new(crate::commands::serve::passwords(config)?);
    // What is printed with --json must stay one document.
    let say: &(dyn Fn(&str) + Sync) = if args.json { &|_| () } else { &|what| println!("  {what}") };
    match fill(&store, &passwords, clock.now(), args, say).await? {
        Filled::Now => {}
        Filled::Before => println!("Databáze už účty má, ukázková data se do ní nepřidávají."),
        Filled::NoAccounts => println!("Databáze už má registr, ukázková data se do ní nepřidávají."),
    }
    Ok(())
}

/// What became of a filling.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Filled {
    /// It was done.
    Now,
    /// Somebody has an account already.
    Before,
    /// Nobody has an account, but a register was imported.
    NoAccounts,
}

/// Fills an empty database: code lists, organisations, the register, accounts, two subsidy years. Touches nothing when it is not empty.
pub async fn fill(
    store: &Store,
    passwords: &Arc<Passwords>,
    now: DateTime<Utc>,
    args: &DemoArgs,
    say: &(dyn Fn(&str) + Sync),
) -> Result<Filled, Fault> {
    // The story begins before last year's round, so that everything in it has happened in its order.
    let at = now - TimeDelta::days(400);
    match people::organisations(store, at).await? {
        Filled::Now => {}
        other => return Ok(other),
    }
    say("registr poskytovatelů");
    let name = format!("ukázková data, seed {}", args.seed);
    let request = ImportRequest { as_of: store::prague::day(at), at, file_name: Some(name) };
    let report = import_register::load(store, RegisterFile::new(args.scale, args.seed), &request).await?;
    if args.json {
        import_register::print(&report, true, &mut io::stdout())?;
    }
    say("účty");
    let regions = people::Region::of(args.scale);
    let provider = people::accounts(store, passwords, &regions, at).await?;
    let clock = Arc::new(StoryClock::new(at));
    let deps = Deps {
        store: store.clone(),
        clock: clock.clone(),
        site: Arc::default(),
        passwords: passwords.clone(),
        address: String::new(),
        mail_in_files: true,
        limits: Arc::default(),
        demo: true,
        sessions: SessionTimes::default(),
        rules: Arc::default(),
        passkeys: None,
        providers: Arc::new(app::accounts::openid::Providers::new()?),
        notices: Arc::default(),
    };
    let teller = Teller { router: router(deps, Path::new(""), Outside::default()), store: store.clone(), clock, now };
    teller.tell(args.seed, &provider, (&regions, args.services.unwrap_or(usize::MAX)), say).await?;
    Ok(Filled::Now)
}

fn write(args: &DemoArgs, path: &PathBuf) -> io::Result<(u64, u64)> {
    let mut register = RegisterFile::new(args.scale, args.seed);
    let mut out = BufWriter::with_capacity(1 << 20, File::create(path)?);
    let bytes = io::copy(&mut register, &mut out)?;
    out.flush()?;
    Ok((register.records(), bytes))
}
