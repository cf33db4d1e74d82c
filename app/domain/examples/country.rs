//! Times the calculation of the whole country: `cargo run --release -p domain --example country [services [FILE]]`.
//!
//! 12 steps for 6,733 services and the allocation, in one thread, from loaded inputs to all awards. Prints one JSON object with the median
//! of nine runs; reading and writing of files are timed apart. The services go to FILE as CSV, where one is named, for other programs to
//! compute the same.

use domain::subsidy::calculation::{Amounts, Code, Compiled, Fault, Fraction, Report, Scheme, Services, Sheet};
use std::{fmt::Write as _, process::ExitCode, time::Instant};

const SCHEME: &str = include_str!("country.toml");
const RUNS: usize = 9;

fn main() -> ExitCode {
    let count = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(6_733);
    let csv = services(count);
    if let Some(Err(error)) = std::env::args_os().nth(2).map(|path| std::fs::write(path, &csv)) {
        eprintln!("{error}");
        return ExitCode::FAILURE;
    }
    match measure(count, &csv) {
        Ok(()) => ExitCode::SUCCESS,
        Err(faults) => {
            faults.iter().for_each(|fault| eprintln!("{fault}"));
            ExitCode::FAILURE
        }
    }
}

fn measure(count: usize, csv: &str) -> Result<(), Vec<Fault>> {
    let one = |fault: Fault| vec![fault];
    let started = Instant::now();
    let compiled = Scheme::from_toml(SCHEME).map_err(one)?.compile()?;
    let compile_us = started.elapsed().as_micros();
    let started = Instant::now();
    let services = compiled.services(&Sheet::from_csv(csv.as_bytes(), Code::Services).map_err(one)?)?;
    let read_us = started.elapsed().as_micros();
    let amounts = Amounts::One(Fraction::whole(i64::try_from(count).unwrap_or(0) * 2_000_000));
    let (run_us, report) = median(&compiled, &services, &amounts)?;
    println!(
        "{{\"services\":{count},\"steps\":{},\"compile_us\":{compile_us},\"read_us\":{read_us},\"run_us\":{run_us},{report}}}",
        compiled.scheme().step.len()
    );
    Ok(())
}

fn median(compiled: &Compiled, services: &Services, amounts: &Amounts) -> Result<(u128, String), Vec<Fault>> {
    let mut times = Vec::with_capacity(RUNS);
    let mut report = String::new();
    for _ in 0..RUNS {
        let started = Instant::now();
        let run = compiled.run(services, amounts)?;
        times.push(started.elapsed().as_micros());
        let group = &run.groups[0];
        let started = Instant::now();
        let csv = Report { compiled, services, run: &run }.to_csv().len();
        let csv_us = started.elapsed().as_micros();
        report = format!(
            "\"csv_us\":{csv_us},\"csv_bytes\":{csv},\"awarded\":\"{}\",\"left\":\"{}\",\"k_digits\":{}",
            group.awarded,
            group.left,
            group.k.to_string().len()
        );
    }
    times.sort_unstable();
    Ok((times[RUNS / 2], report))
}

/// Services of many kinds, the same at every run.
fn services(count: usize) -> String {
    const KINDS: [(&str, &str); 8] =
        [("49", "pob"), ("50", "pob"), ("48", "pob"), ("40", "at"), ("39", "at"), ("65", "at"), ("69", "at"), ("57", "pob")];
    let mut state = 2_027_u64;
    let mut random = |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let mut csv = String::from("identifikator;druh;forma;J;mesice;naklady;vynosy;Z;P;E;podil;vaha\n");
    for service in 0..count {
        let (kind, form) = KINDS[random(8) as usize];
        let units = 100 + random(8_000);
        let _ = writeln!(
            csv,
            "{};{kind};{form};{},{:02};{};{};{};{};{};{};0,{};1",
            1_000_000 + service,
            units / 100,
            units % 100,
            6 + random(7),
            units * (4_000 + random(3_000)),
            units * (1_000 + random(1_500)),
            units * random(500),
            units * (2_000 + random(2_000)),
            random(100_000),
            50 + random(50),
        );
    }
    csv
}
