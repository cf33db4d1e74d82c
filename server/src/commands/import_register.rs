//! `kraj108 import-register FILE`: imports the open data of the register.

use crate::cluster::Database;
use crate::config::Config;
use chrono::NaiveDate;
use clap::Args;
use domain::accounts::Actor;
use domain::registry::problem::ProblemKind;
use domain::text::plural;
use domain::time::{Clock, date, parse_date};
use flate2::read::MultiGzDecoder;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use store::registry::{ImportError, ImportReport, ImportRequest, import};
use store::{Origin, Store, codelists};

/// What to import.
#[derive(Debug, Clone, Args)]
pub struct ImportRegisterArgs {
    /// A file of the open data (rpss.json), plain or gzip.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// The day on which changes begin to hold, as 2026-11-23 or 23.11.2026; today by default.
    #[arg(long, value_name = "DATE", value_parser = |text: &str| parse_date(text))]
    pub as_of: Option<NaiveDate>,
    /// Machine-readable output.
    #[arg(long)]
    pub json: bool,
}

/// Imports the file and prints the summary.
pub async fn import_register(
    config: &Config,
    database: &str,
    args: &ImportRegisterArgs,
    clock: &dyn Clock,
) -> Result<(), Box<dyn std::error::Error>> {
    let source = open(&args.file).map_err(|error| format!("Soubor {} nejde otevřít: {error}", args.file.display()))?;
    let database = Database::open(config, database).await?;
    let store = Store::new(database.pool(2).await?);
    let at = clock.now();
    let file_name = args.file.file_name().map(|name| name.to_string_lossy().into_owned());
    let request = ImportRequest { as_of: args.as_of.unwrap_or_else(|| store::prague::day(at)), at, file_name };
    let report = load(&store, source, &request).await?;
    print(&report, args.json, &mut io::stdout())?;
    database.close();
    Ok(())
}

/// Imports what `source` gives, as the system; the code lists are loaded first.
pub async fn load<R: Read + Send + 'static>(store: &Store, source: R, request: &ImportRequest) -> Result<ImportReport, ImportError> {
    let mut tx = store.begin(&Actor::System).await?;
    codelists::load(&mut tx).await?;
    tx.commit(request.at).await?;
    import(store, &Actor::System, Origin::default(), source, request).await
}

/// Opens a plain or gzip file; which of both is told by its first bytes.
pub fn open(path: &Path) -> io::Result<Box<dyn Read + Send>> {
    unpacked(BufReader::with_capacity(1 << 16, File::open(path)?))
}

/// Unpacks gzip where the first bytes say so.
pub fn unpacked(mut source: impl Read + Send + 'static) -> io::Result<Box<dyn Read + Send>> {
    let mut magic = [0_u8; 2];
    let mut count = 0;
    while count < magic.len() {
        match source.read(&mut magic[count..])? {
            0 => break,
            n => count += n,
        }
    }
    let whole = io::Cursor::new(magic).take(count as u64).chain(source);
    Ok(if magic[..count] == [0x1f, 0x8b] { Box::new(MultiGzDecoder::new(whole)) } else { Box::new(whole) })
}

/// How many lines of each kind of problem are printed.
const PRINTED: usize = 20;

/// Prints what an import did.
pub fn print(report: &ImportReport, json: bool, out: &mut impl Write) -> io::Result<()> {
    if json {
        return writeln!(out, "{}", serde_json::to_string(report)?);
    }
    let s = report.services;
    writeln!(
        out,
        "Import ke dni {}: {} {}.",
        date(report.as_of),
        report.records,
        plural(signed(report.records), "záznam", "záznamy", "záznamů")
    )?;
    writeln!(
        out,
        "Služby: nové {}, změněné {}, ukončené {}, beze změny {}, chybějící v souboru {}, odmítnuté {}.",
        s.new, s.changed, s.ended, s.unchanged, s.missing, s.refused
    )?;
    let (p, f) = (report.providers, report.facilities);
    writeln!(
        out,
        "Poskytovatelé: noví {}, změnění {}. Zařízení: nová {}, změněná {}, zrušená {}.",
        p.new, p.changed, f.new, f.changed, f.gone
    )?;
    writeln!(
        out,
        "V registru: služby bez identifikátoru {}, poskytovatelé bez registrujícího orgánu {}.",
        s.incomplete, report.without_authority
    )?;
    let mut by_kind: BTreeMap<ProblemKind, Vec<_>> = BTreeMap::new();
    for problem in &report.problems {
        by_kind.entry(problem.kind).or_default().push(problem);
    }
    for (kind, list) in by_kind {
        let count = report.problem_counts.get(kind.code()).copied().unwrap_or_default();
        writeln!(out, "\n{} ({count}):", capitalised(kind.label()))?;
        for problem in list.iter().take(PRINTED) {
            match &problem.place {
                Some(place) => writeln!(out, "  {place}, {}: {}", problem.field, problem.text)?,
                None => writeln!(out, "  {}", problem.text)?,
            }
        }
        if list.len() > PRINTED {
            writeln!(out, "  … a další; na stránce importu v souboru CSV a ve výstupu --json jich je {} z {count}.", list.len())?;
        }
    }
    Ok(())
}

fn signed(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::{Compression, write::GzEncoder};

    #[test]
    fn unpacks_what_is_packed() {
        let text = br#"{"polozky":[]}"#;
        let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
        packed.write_all(text).unwrap();
        for bytes in [text.to_vec(), packed.finish().unwrap(), vec![b'{'], vec![]] {
            let mut read = Vec::new();
            unpacked(io::Cursor::new(bytes.clone())).unwrap().read_to_end(&mut read).unwrap();
            assert_eq!(read, if bytes.len() > 2 { text.to_vec() } else { bytes });
        }
    }

    #[test]
    fn a_broken_gzip_is_said_in_czech() {
        let text = format!("{{\"polozky\":[{}]}}", (0..5000).map(|n| n.to_string()).collect::<Vec<_>>().join(","));
        let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
        packed.write_all(text.as_bytes()).unwrap();
        let packed = packed.finish().unwrap();
        let sentence = |bytes: Vec<u8>| {
            let source = unpacked(io::Cursor::new(bytes)).unwrap();
            let read =
                domain::registry::reader::read(source, domain::registry::reader::Limits::default(), |_, _| Ok::<_, std::io::Error>(()));
            read.unwrap_err().to_string()
        };
        assert!(sentence(packed[..packed.len() / 2].to_vec()).starts_with("Soubor je uříznutý: končí "));
        let mut broken = packed.clone();
        let last = broken.len() - 6;
        broken[last] ^= 0xff;
        assert!(sentence(broken).contains("nejde rozbalit"));
    }
}
