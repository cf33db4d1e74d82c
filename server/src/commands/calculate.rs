//! `kraj108 calculate`: a calculation of support from files, without a database.

use clap::Args;
use domain::subsidy::calculation::{
    Code, Fault,
    command::{Calculation, calculate as compute},
    faults_to_json, number,
};
use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// What to calculate and what to give.
#[derive(Debug, Clone, Args)]
pub struct CalculateArgs {
    /// The scheme, TOML.
    #[arg(long, value_name = "F.toml")]
    pub scheme: PathBuf,
    /// The services, CSV with a header.
    #[arg(long, value_name = "F.csv")]
    pub services: PathBuf,
    /// The money for all services, in Kč.
    #[arg(long, value_name = "KČ", allow_hyphen_values = true)]
    pub allocation: Option<String>,
    /// The money by groups, CSV with the columns group and allocation; instead of --allocation.
    #[arg(long, value_name = "F.csv")]
    pub groups: Option<PathBuf>,
    /// Writes the services with all steps and results to this CSV file.
    #[arg(long, value_name = "F.csv")]
    pub out: Option<PathBuf>,
    /// Writes the run as a workbook whose steps are live formulas.
    #[arg(long, value_name = "F.xlsx")]
    pub xlsx: Option<PathBuf>,
    /// Prints results or errors as JSON.
    #[arg(long)]
    pub json: bool,
    /// Explains the result of one service; with --json on standard error.
    #[arg(long, value_name = "IDENTIFIKATOR")]
    pub explain: Option<String>,
}

/// Calculates and prints; gives whether there was no error. With an error nothing is written.
///
/// # Errors
/// Standard output or the file of results cannot be written.
pub fn calculate(args: &CalculateArgs, out: &mut impl io::Write, err: &mut impl io::Write) -> io::Result<bool> {
    let finished = finish(args);
    match &finished {
        Ok((calculation, explained)) => {
            if let Some(path) = &args.out {
                write_whole(path, &calculation.report().to_csv())?;
            }
            if let Some(path) = &args.xlsx {
                let scheme = calculation.compiled.scheme();
                let about = print::About { title: scheme.name.clone(), run: args.services.display().to_string() };
                let workbook = print::run_xlsx(calculation.report(), &about).map_err(io::Error::other)?;
                write_whole(path, &workbook)?;
            }
            if args.json {
                writeln!(out, "{}", calculation.report().to_json()?)?;
            } else if args.explain.is_none() {
                summary(calculation, out)?;
            }
            match explained {
                Some(text) if args.json => write!(err, "{text}")?,
                Some(text) => write!(out, "{text}")?,
                None => {}
            }
        }
        Err(faults) if args.json => writeln!(out, "{}", faults_to_json(faults)?)?,
        Err(faults) => {
            for fault in faults {
                writeln!(err, "{fault}")?;
            }
        }
    }
    out.flush()?;
    Ok(finished.is_ok())
}

fn finish(args: &CalculateArgs) -> Result<(Calculation, Option<String>), Vec<Fault>> {
    let scheme = read(&args.scheme, Code::Scheme)?;
    let services = read(&args.services, Code::Services)?;
    let groups = args.groups.as_ref().map(|path| read(path, Code::Groups)).transpose()?;
    let calculation = compute(&scheme, &services, args.allocation.as_deref(), groups.as_deref())?;
    let explained = match &args.explain {
        None => None,
        Some(identifikator) => {
            let report = calculation.report();
            let place = report.services.find(identifikator);
            let explained = place.and_then(|service| report.explain(service)).ok_or_else(|| {
                let message = "Taková služba mezi službami není. Zkontrolujte identifikátor.";
                vec![Fault::new(Code::Services, message).of_service(identifikator)]
            })?;
            Some(explained.to_text())
        }
    };
    Ok((calculation, explained))
}

fn read(path: &Path, code: Code) -> Result<Vec<u8>, Vec<Fault>> {
    fs::read(path).map_err(|error| {
        let message = format!("Soubor {} nejde přečíst ({error}). Zkontrolujte cestu a práva.", path.display());
        vec![Fault::new(code, message)]
    })
}

/// Writes a file or nothing: what was begun and failed is removed.
fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    fs::write(path, bytes).inspect_err(|_| {
        // The first error is the one to tell.
        let _ = fs::remove_file(path);
    })
}

fn summary(calculation: &Calculation, out: &mut impl io::Write) -> io::Result<()> {
    let scheme = calculation.compiled.scheme();
    writeln!(out, "{} (verze {}): {} služeb", scheme.name, scheme.version, calculation.services.len())?;
    for group in &calculation.run.groups {
        let name = group.group.as_ref().map_or_else(String::new, |name| format!("{name}: "));
        let people = number::for_people;
        write!(out, "{name}z {} Kč přiděleno {} Kč, k = {}", people(&group.allocation), people(&group.awarded), group.k)?;
        match group.left_reason {
            Some(reason) => writeln!(out, ", zůstává {} Kč: {}", people(&group.left), reason.words())?,
            None => writeln!(out)?,
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCHEME: &str = r#"
format = 1
name = "Zkouška"
version = "1"
[[input]]
name = "B"
unit = "Kč"
[[step]]
name = "polovina"
label = "Polovina"
formula = "B / 2"
why = "jen na zkoušku"
[allocation]
base = "polovina"
round_to = 1000
"#;

    struct Ran {
        ok: bool,
        out: String,
        err: String,
        csv: Option<String>,
        has_workbook: bool,
    }

    fn ran(services: &str, allocation: &str, json: bool, explain: Option<&str>) -> Ran {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::write(path("s.toml"), SCHEME).unwrap();
        fs::write(path("s.csv"), services).unwrap();
        let args = CalculateArgs {
            scheme: path("s.toml"),
            services: path("s.csv"),
            allocation: Some(allocation.to_owned()),
            groups: None,
            out: Some(path("out.csv")),
            xlsx: Some(path("out.xlsx")),
            json,
            explain: explain.map(str::to_owned),
        };
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let ok = calculate(&args, &mut out, &mut err).unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Ran { ok, out: text(out), err: text(err), csv: fs::read_to_string(path("out.csv")).ok(), has_workbook: path("out.xlsx").exists() }
    }

    #[test]
    fn writes_results_and_carried_columns() {
        let ran = ran("nazev;B;identifikator\n\"Domov; o.p.s.\";5001,5;7\nLípa;3000;08\n", "3000", false, None);
        assert!(ran.ok && ran.has_workbook);
        assert_eq!(
            ran.csv.unwrap(),
            "\u{feff}identifikator;nazev;B;polovina;vysledek_k;vysledek_strop;vysledek_podil;vysledek_navrh;vysledek_duvod\r\n\
             7;\"Domov; o.p.s.\";5001,5;2500,75;0,749859401362;2500,75;1875,210897956633;2000;remainder\r\n\
             08;Lípa;3000;1500;0,749859401362;1500;1124,789102043367;1000;\r\n"
        );
        assert!(ran.out.contains("k = 12000/16003"), "{}", ran.out);
    }

    #[test]
    fn explains_a_service() {
        let ran = ran("identifikator;B\n7;4000\n", "1000", true, Some("007"));
        assert!(ran.ok && ran.out.starts_with("{\"scheme\":"));
        assert!(ran.err.contains("čísla:  4\u{202f}000 / 2"), "{}", ran.err);
    }

    #[test]
    fn writes_nothing_with_an_error() {
        for (services, allocation, code) in [
            ("identifikator;B\n1;x\n", "1", "number"),
            ("identifikator;B\n1;1\n", "-1", "groups"),
            ("identifikator;B\n1;-1\n", "1", "negative"),
        ] {
            let ran = ran(services, allocation, true, None);
            assert!(!ran.ok && ran.csv.is_none() && !ran.has_workbook);
            assert!(ran.out.starts_with(&format!("{{\"errors\":[{{\"code\":\"{code}\"")), "{}", ran.out);
        }
        let ran = ran("identifikator;B\n1;x\n", "1", false, None);
        assert!(!ran.ok && ran.out.is_empty() && ran.err.starts_with("služba 1: Ve sloupci „B“"), "{}", ran.err);
    }
}
