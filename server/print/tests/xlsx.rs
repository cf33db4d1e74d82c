//! The workbook of a run against the engine: stored results are spoiled, a parameter and an input are changed in the file, LibreOffice computes,
//! and a new run of the same change must agree.

#![expect(clippy::unwrap_used, reason = "a test stops where something is not as it should be")]

use domain::subsidy::calculation::{
    Fraction, Value,
    command::{Calculation, calculate},
};
use print::{
    About, run_xlsx,
    run_xlsx::place::{AWARD, FIRST, FIRST_GROUP, FIRST_PARAM, K, PARAM_VALUE},
};
use std::{
    collections::BTreeMap,
    fmt::Write as _,
    fs,
    io::{Cursor, Read as _, Write as _},
    path::Path,
    process::Command,
};

const SCHEME: &str = r#"
format = 1
name = "Zkušební"
version = "1"
input = [
  { name = "druh", type = "text" }, { name = "forma", type = "text" }, { name = "J" }, { name = "mesice" }, { name = "naklady" },
  { name = "vynosy" }, { name = "P" }, { name = "E" }, { name = "uroven" }, { name = "vaha" }, { name = "skupina", type = "text" },
]
param = [
  { name = "cast", value = "0,9" }, { name = "navic", value = "12,5" }, { name = "znak", value = "Pob", type = "text" },
  { name = "hranice", value = "0,3" },
]
[[table]]
name = "sazba"
keys = ["druh", "forma"]
rows = [["49", "pob", 521000], ["49", "Pob", 522333], ["40", "pob", 410000], ["40", "Pob", 430111], ["60a", "pob", 300000], ["60a", "Pob", 310000]]
default = 200000
[[table]]
name = "pasmo"
keys = ["druh", "od"]
match = "from"
rows = [["49", 10, "1,1"], ["49", 0, "1"], ["40", 20, "1,3"], ["40", 5, "1,2"], ["40", 0, "1,05"], ["60a", 0, "0,95"]]
default = "0,9"
[[step]]
name = "N"
formula = "sazba(druh; forma) * J * mesice / 12 * pasmo(druh; J)"
[[step]]
name = "velka"
formula = "A(J > 3; NE(forma = znak)) = NEBO(druh = \"49\"; uroven / 10 >= hranice)"
[[step]]
name = "stred"
statistic = { fn = "median", of = "naklady / J", where = "J > 0", per = ["druh", "forma"], min_count = 5, otherwise = "sazba(druh; forma) * 110%" }
[[step]]
name = "prvni"
statistic = { fn = "quartile1", of = "naklady / mesice", where = "forma <> znak", per = ["velka"] }
[[step]]
name = "nejmene"
statistic = { fn = "min", of = "P - E", per = ["druh"] }
[[step]]
name = "nejvice"
statistic = { fn = "max", of = "uroven * 7%" }
[[step]]
name = "pocet"
statistic = { fn = "count", where = "velka", per = ["uroven"] }
[[step]]
name = "prumer"
statistic = { fn = "mean", of = "naklady", where = "forma = \"pob\"", per = ["druh"], min_count = 3, otherwise = "0" }
[[step]]
name = "celkem"
statistic = { fn = "sum", of = "vynosy / 3", where = "velka", per = ["forma", "uroven"] }
[[step]]
name = "slovo"
formula = "KDYŽ(druh = \"40\"; forma; KDYŽ(velka; \"velká \"\"A\"\"\"; \"malá\"))"
[[step]]
name = "krok"
formula = "ZAOKROUHLIT(naklady / 7; 2) + ROUNDDOWN(vynosy / 3; -2) - ROUNDUP(J * 1,1; 1) + CELÁ.ČÁST(-J / 3) * -2^2 + ABS(-N / 1000) ^ 2 / 1000"
[[step]]
name = "jiny"
formula = "PRŮMĚR(N; naklady; stred * J) + SUMA(prvni; nejmene; nejvice; pocet; prumer / 100; celkem / 1000) + KDYŽ(slovo = \"malá\"; 1; navic) * 100"
[[step]]
name = "OPT"
formula = "ZAOKROUHLIT(MAX(0; MIN(P - E; cast * jiny)); 0)"
"#;
const PLAIN: &str = "[allocation]\nbase = \"OPT\"\nround_to = 1000\n";
const GROUPED: &str = "[[step]]\nname = \"strop\"\nformula = \"OPT * 3 / 4 + 500\"\n[allocation]\nbase = \"OPT\"\nweight = \"vaha\"\ncap = \"strop\"\ngroup = \"skupina\"\nround_to = 1000\nminimum = 40000\n";
const HEADER: &str = "identifikator;druh;forma;J;mesice;naklady;vynosy;P;E;uroven;vaha;skupina\r\n";
/// Column of `naklady` among the inputs, from 1.
const COSTS: u16 = 5;
const PARAM: u32 = 0;

/// A row of the services.
struct Service(Vec<String>);

fn services(count: usize, mut seed: u64) -> Vec<Service> {
    let mut next = move |below: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % below
    };
    (0..count)
        .map(|at| {
            let druh = ["49", "40", "60a"][next(3) as usize];
            let forma = ["pob", "Pob", "pob", "POB"][next(4) as usize];
            let units = format!("{},{}", next(40) + 1, next(10));
            let costs = next(30_000_000) + 100_000;
            Service(vec![
                format!("{:07}", 1_000_000 + at * 37 % 900_001),
                druh.to_owned(),
                forma.to_owned(),
                units,
                (next(12) + 1).to_string(),
                costs.to_string(),
                next(9_000_000).to_string(),
                (next(9_000_000) + 20_000).to_string(),
                next(20_000).to_string(),
                next(6).to_string(),
                format!("{},{}", next(2), next(10)),
                ["A", "a", "Č"][next(3) as usize].to_owned(),
            ])
        })
        .collect()
}

fn csv(services: &[Service]) -> String {
    let mut out = HEADER.to_owned();
    for service in services {
        writeln!(out, "{}", service.0.join(";")).unwrap();
    }
    out
}

fn sum_of_awards_base(calculation: &Calculation) -> Fraction {
    Fraction::sum(calculation.run.results.iter().map(|result| &result.base))
}

/// Puts a value into a cell of a sheet, as a person would.
fn put(xml: &mut String, cell: &str, value: &str) {
    let at = xml.find(&format!("<c r=\"{cell}\"")).unwrap_or_else(|| panic!("no cell {cell}"));
    let from = at + xml[at..].find("<v>").unwrap() + 3;
    let to = from + xml[from..].find("</v>").unwrap();
    xml.replace_range(from..to, value);
}

/// Spoils what is stored beside every formula.
fn spoil(xml: &str) -> (String, usize) {
    let (mut out, mut rest, mut count) = (String::with_capacity(xml.len()), xml, 0);
    while let Some(at) = rest.find("</f><v>") {
        let (before, after) = rest.split_at(at + 7);
        out.push_str(before);
        out.push('1');
        rest = &after[after.find("</v>").unwrap()..];
        count += 1;
    }
    out.push_str(rest);
    (out, count)
}

fn edited(workbook: &[u8], mut edit: impl FnMut(usize, &mut String)) -> Vec<u8> {
    let mut archive = zip::ZipArchive::new(Cursor::new(workbook)).unwrap();
    let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for at in 0..archive.len() {
        let mut file = archive.by_index(at).unwrap();
        let name = file.name().unwrap().into_owned();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        let number = name.strip_prefix("xl/worksheets/sheet").and_then(|rest| rest.strip_suffix(".xml")).and_then(|n| n.parse().ok());
        if let Some(number) = number {
            let (mut xml, _) = spoil(&String::from_utf8(bytes).unwrap());
            edit(number, &mut xml);
            bytes = xml.into_bytes();
        }
        out.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        out.write_all(&bytes).unwrap();
    }
    out.finish().unwrap().into_inner()
}

/// Lets LibreOffice compute everything anew and gives the sheets as rows of cells; nothing where it is not installed.
fn recalculated(folder: &Path, workbook: &[u8]) -> Option<BTreeMap<String, Vec<Vec<String>>>> {
    let profile = folder.join("profile/user");
    fs::create_dir_all(&profile).unwrap();
    fs::write(
        profile.join("registrymodifications.xcu"),
        r#"<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>"#,
    )
    .unwrap();
    let file = folder.join("beh.xlsx");
    fs::write(&file, workbook).unwrap();
    let status = Command::new("soffice")
        .arg(format!("-env:UserInstallation=file://{}", folder.join("profile").display()))
        .args(["--headless", "--norestore", "--convert-to"])
        .arg("csv:Text - txt - csv (StarCalc):59,34,76,1,,0,false,true,false,false,false,-1")
        .arg("--outdir")
        .arg(folder)
        .arg(&file)
        .output();
    let Ok(output) = status else { return None };
    assert!(output.status.success(), "soffice: {}", String::from_utf8_lossy(&output.stderr));
    let mut sheets = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if let Some(sheet) = name.strip_prefix("beh-").and_then(|rest| rest.strip_suffix(".csv")) {
            let text = fs::read_to_string(&path).unwrap();
            sheets.insert(sheet.to_owned(), text.lines().map(cells).collect());
        }
    }
    Some(sheets)
}

fn cells(line: &str) -> Vec<String> {
    let (mut cells, mut cell, mut quoted) = (Vec::new(), String::new(), false);
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                cell.push('"');
            }
            '"' => quoted = !quoted,
            ';' if !quoted => cells.push(std::mem::take(&mut cell)),
            c => cell.push(c),
        }
    }
    cells.push(cell);
    cells
}

fn float(value: &Fraction) -> f64 {
    value.exact_decimal().unwrap_or_else(|| value.shown()).parse().unwrap()
}

fn name(column: u16) -> String {
    char::from(b'A' + u8::try_from(column).unwrap()).to_string()
}

/// Changes a parameter and an input in the workbook of `before`, gives it `k` of the new run, and compares.
fn compare(before: &Calculation, after: &Calculation, param: &str, service: usize, costs: &str) -> Option<(usize, usize)> {
    let workbook = run_xlsx(before.report(), &About { title: "Zkouška".to_owned(), run: "běh č. 1".to_owned() }).unwrap();
    if let Some(kept) = std::env::var_os("KRAJ108_KEEP_XLSX") {
        fs::write(kept, &workbook).unwrap();
    }
    let changed = edited(&workbook, |sheet, xml| match sheet {
        1 => put(xml, &format!("{}{}", name(PARAM_VALUE), FIRST_PARAM + PARAM + 1), param),
        3 => put(xml, &format!("{}{}", name(COSTS), FIRST as usize + service + 1), costs),
        5 => {
            for (at, group) in after.run.groups.iter().enumerate() {
                let k: f64 =
                    group.k.numerator().to_string().parse::<f64>().unwrap() / group.k.denominator().to_string().parse::<f64>().unwrap();
                put(xml, &format!("{}{}", name(K), FIRST_GROUP as usize + at + 1), &k.to_string());
            }
        }
        _ => {}
    });
    let folder = tempfile::tempdir().unwrap();
    let sheets = recalculated(folder.path(), &changed)?;
    let inputs = after.compiled.scheme().input.len();
    let mut steps = 0;
    for (at, id) in after.services.identifiers().iter().enumerate() {
        let row = &sheets["Služby"][FIRST as usize + at];
        assert_eq!(row[0], id.written);
        for (step, column) in after.compiled.scheme().step.iter().zip(&after.run.steps).zip(1 + inputs..) {
            let ((step, values), cell) = (step, &row[column]);
            match &values[at] {
                Value::Number(number) => {
                    let found: f64 = cell.parse().unwrap_or_else(|_| panic!("{} {}: {cell:?} for {number}", id.written, step.name));
                    assert!((found - float(number)).abs() <= 0.01, "{} {}: {found} for {}", id.written, step.name, float(number));
                }
                Value::Text(text) => assert_eq!(cell, text.as_ref(), "{} {}", id.written, step.name),
                Value::Truth(truth) => assert_eq!(cell, if *truth { "TRUE" } else { "FALSE" }, "{} {}", id.written, step.name),
            }
            steps += 1;
        }
    }
    let mut awards = 0;
    for (at, (id, result)) in after.services.identifiers().iter().zip(&after.run.results).enumerate() {
        let row = &sheets["Rozdělení"][FIRST as usize + at];
        let found: f64 = row[AWARD as usize].parse().unwrap_or_else(|_| panic!("{}: {row:?}", id.written));
        assert!((found - float(&result.award)).abs() < 0.000_01, "{}: {found} for {}; {row:?}", id.written, result.award);
        awards += 1;
    }
    for (at, group) in after.run.groups.iter().enumerate() {
        let row = &sheets["Alokace"][FIRST_GROUP as usize + at];
        assert_eq!(row[4], "sedí", "{row:?} for k {}", group.k);
    }
    Some((steps, awards))
}

fn changed_scheme(scheme: &str) -> String {
    scheme.replace("name = \"cast\", value = \"0,9\"", "name = \"cast\", value = \"0,73\"")
}

#[test]
fn libreoffice_computes_what_the_engine_computes() {
    let mut all = services(490, 7);
    // Ten services whose share is exactly a multiple of the unit at k = 7/9, and one that makes k so.
    for at in 0..10_u64 {
        let mut exact = services(1, 90 + at).remove(0);
        exact.0[0] = (2_000_000 + at).to_string();
        (exact.0[5], exact.0[7], exact.0[8]) = ("25000000".to_owned(), (9_000 * (at + 3) + 10).to_string(), "10".to_owned());
        all.push(exact);
    }
    let scheme = format!("{SCHEME}{PLAIN}");
    let changed = changed_scheme(&scheme);
    let plenty = "999999999999";
    let changed_services = |all: &[Service]| {
        let mut lines: Vec<Service> = all.iter().map(|service| Service(service.0.clone())).collect();
        "23456789,5".clone_into(&mut lines[5].0[5]);
        csv(&lines)
    };
    all[0].0[5] = "29000000".to_owned();
    (all[0].0[7], all[0].0[8]) = ("900000".to_owned(), "0".to_owned());
    let first = calculate(changed.as_bytes(), changed_services(&all).as_bytes(), Some(plenty), None).unwrap();
    let total = sum_of_awards_base(&first).to_i64().unwrap();
    all[0].0[7] = (900_000 + (9 - total % 9) % 9).to_string();
    let first = calculate(changed.as_bytes(), changed_services(&all).as_bytes(), Some(plenty), None).unwrap();
    let total = sum_of_awards_base(&first).to_i64().unwrap();
    assert_eq!(total % 9, 0);
    let allocation = (total / 9 * 7).to_string();
    let before = calculate(scheme.as_bytes(), csv(&all).as_bytes(), Some(&allocation), None).unwrap();
    let after = calculate(changed.as_bytes(), changed_services(&all).as_bytes(), Some(&allocation), None).unwrap();
    assert_eq!(after.run.groups[0].k.to_string(), "7/9");
    let unit = Fraction::whole(1_000);
    let exact = after.run.results.iter().filter(|result| !result.share.is_zero() && result.share.div(&unit).unwrap().is_whole()).count();
    assert!(exact >= 10, "{exact}");
    match compare(&before, &after, "0.73", 5, "23456789.5") {
        Some((steps, awards)) => println!("xlsx: {steps} steps and {awards} awards agree, {exact} shares exactly on a multiple"),
        None => println!("xlsx: skipped, soffice is not installed"),
    }
}

#[test]
fn groups_weights_ceilings_and_the_minimum_agree() {
    let all = services(160, 3);
    let scheme = format!("{SCHEME}{GROUPED}");
    let changed = changed_scheme(&scheme);
    let mut lines: Vec<Service> = all.iter().map(|service| Service(service.0.clone())).collect();
    "23456789,5".clone_into(&mut lines[5].0[5]);
    // One group with little money, one where nearly all reach their ceilings, one that is covered.
    let whole = calculate(
        changed.as_bytes(),
        csv(&lines).as_bytes(),
        None,
        Some(b"group;allocation\nA;999999999\na;999999999\n\xc4\x8c;999999999\n"),
    );
    let whole = whole.unwrap();
    let ceilings = |group: usize| {
        let members = whole.run.results.iter().filter(|result| result.group == group && result.reason.is_none());
        Fraction::sum(members.map(|result| &result.ceiling)).floor().to_i64().unwrap()
    };
    let money = format!("group;allocation\nA;{}\na;{}\nČ;999999999\n", ceilings(0) / 5, ceilings(1) - 300);
    let before = calculate(scheme.as_bytes(), csv(&all).as_bytes(), None, Some(money.as_bytes())).unwrap();
    let after = calculate(changed.as_bytes(), csv(&lines).as_bytes(), None, Some(money.as_bytes())).unwrap();
    assert!(after.run.results.iter().any(|result| result.reason == Some(domain::subsidy::calculation::Reason::Minimum)));
    match compare(&before, &after, "0.73", 5, "23456789.5") {
        Some((steps, awards)) => println!("xlsx with groups: {steps} steps and {awards} awards agree"),
        None => println!("xlsx with groups: skipped, soffice is not installed"),
    }
}
