//! `kraj108 backup` and `restore`: the whole database in one file, and back into an empty one.

use crate::{
    cluster::{ClusterError, Database},
    config::Config,
};
use clap::Args;
use domain::{accounts::Actor, time::Clock};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use std::{
    fs::File,
    io::{self, Read},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
    process::Stdio,
};
use store::{Store, StoreError, audit, operations};

/// What `backup` takes.
#[derive(Debug, Clone, Args)]
pub struct BackupArgs {
    /// File that is written, whole or not at all. One that is there stays.
    pub file: PathBuf,
    /// Machine-readable output.
    #[arg(long)]
    pub json: bool,
}

/// What `restore` takes.
#[derive(Debug, Clone, Args)]
pub struct RestoreArgs {
    /// A file that `backup` wrote.
    pub file: PathBuf,
    /// Machine-readable output.
    #[arg(long)]
    pub json: bool,
}

/// A file that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// Its bytes.
    pub bytes: u64,
    /// SHA-256 of its content.
    pub sha256: String,
}

type Fault = Box<dyn std::error::Error>;

/// Writes the database into a file that only this user reads, and notes it.
///
/// # Errors
/// A sentence; then no file is left behind.
pub async fn backup(config: &Config, database: &str, args: &BackupArgs, clock: &dyn Clock) -> Result<(), Fault> {
    let open = Database::open(config, database).await?;
    let made = async {
        let written = dump(&open, &args.file)?;
        let store = Store::new(open.pool(2).await?);
        let name = args.file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        note(&store, &written, &name, clock).await?;
        Ok::<_, Fault>(written)
    };
    let made = made.await;
    open.close();
    let written = made?;
    if args.json {
        println!("{}", json!({ "file": args.file, "bytes": written.bytes, "sha256": written.sha256 }));
    } else {
        println!("Záloha je v souboru {} ({} B, SHA-256 {}).", args.file.display(), written.bytes, written.sha256);
    }
    Ok(())
}

/// Writes a database into a file; it gets its name once it is whole.
///
/// # Errors
/// A sentence that names the file, or what `pg_dump` said.
pub fn dump(database: &Database, file: &Path) -> Result<Written, Fault> {
    let said = |path: &Path, fault: &dyn std::fmt::Display| format!("{}: {fault}", path.display());
    if file.exists() {
        return Err(said(file, &"soubor už existuje, zvolte jiný název").into());
    }
    let mut draft = file.as_os_str().to_owned();
    draft.push(".cast");
    let draft = PathBuf::from(draft);
    let out = File::options().write(true).create_new(true).mode(0o600).open(&draft).map_err(|e| said(&draft, &e))?;
    let done = database
        .tool("pg_dump")
        .map_err(Fault::from)
        .and_then(|mut command| finished("pg_dump", command.args(["--format=custom", "--compress=6"]).stdout(out)).map_err(Fault::from));
    if let Err(fault) = done {
        let _ = std::fs::remove_file(&draft);
        return Err(fault);
    }
    let written = measured(&draft)?;
    std::fs::rename(&draft, file).map_err(|e| said(file, &e))?;
    Ok(written)
}

/// Size and digest of a file.
fn measured(path: &Path) -> io::Result<Written> {
    let (mut file, mut hash, mut bytes, mut buffer) = (File::open(path)?, Sha256::new(), 0_u64, vec![0; 1 << 16]);
    loop {
        let count = file.read(&mut buffer)?;
        if count == 0 {
            break;
        }
        hash.update(&buffer[..count]);
        bytes += count as u64;
    }
    Ok(Written { bytes, sha256: hex::encode(hash.finalize()) })
}

fn finished(name: &'static str, command: &mut std::process::Command) -> Result<(), ClusterError> {
    let said = command.stderr(Stdio::piped()).output().map_err(|e| ClusterError::Program(name, e.to_string()))?;
    if said.status.success() { Ok(()) } else { Err(ClusterError::Program(name, String::from_utf8_lossy(&said.stderr).trim().to_owned())) }
}

async fn note(store: &Store, written: &Written, name: &str, clock: &dyn Clock) -> Result<(), StoreError> {
    let at = clock.now();
    let mut tx = store.begin(&Actor::System).await?;
    let bytes = i64::try_from(written.bytes).unwrap_or(i64::MAX);
    operations::note_backup(&mut tx, bytes, &written.sha256, name, at).await?;
    let content = json!({ "file": name, "bytes": written.bytes, "sha256": written.sha256 });
    tx.audit(audit::Record::event("system.backup", audit::Outcome::Done, content));
    tx.commit(at).await
}

/// Puts a backup into an empty database, brings it to the newest shape, and verifies it. Gives whether everything holds.
///
/// # Errors
/// A sentence; then the database is not there.
pub async fn restore(config: &Config, database: &str, args: &RestoreArgs, clock: &dyn Clock) -> Result<bool, Fault> {
    let file = File::open(&args.file).map_err(|e| format!("{}: {e}", args.file.display()))?;
    let written = measured(&args.file)?;
    let open = Database::restored(config, database, |empty| {
        let mut command = empty.tool("pg_restore")?;
        finished("pg_restore", command.args(["--exit-on-error", "--single-transaction"]).stdin(file))
    });
    let open = open.await?;
    let checked = async {
        let store = Store::new(open.pool(2).await?);
        let at = clock.now();
        let mut tx = store.begin(&Actor::System).await?;
        let content = json!({ "bytes": written.bytes, "sha256": written.sha256 });
        tx.audit(audit::Record::event("system.restore", audit::Outcome::Done, content));
        tx.commit(at).await?;
        Ok::<_, Fault>(super::verify::faults(&store).await?)
    };
    let faults = checked.await;
    open.close();
    let faults = faults?;
    if args.json {
        println!("{}", json!({ "faults": faults, "sha256": written.sha256 }));
    } else if faults.is_empty() {
        println!("Záloha je obnovená v databázi {database} a ověřená: řetězce auditní stopy, součty i stavy souhlasí.");
    } else {
        faults.iter().for_each(|fault| println!("{fault}"));
    }
    Ok(faults.is_empty())
}
