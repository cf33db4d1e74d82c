//! From the rows of a round to a run, and a run into the database.

use crate::error::AppError;
use chrono::{DateTime, Utc};
use domain::{
    subsidy::{
        calculation::{Calculation, Fault, Fraction, Scheme, Sheet, StoredRun},
        inputs::{self, RoundService},
    },
    text::{plural, typed},
};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use store::{
    Tx, audit,
    subsidy::{
        assessments::{self, ServiceRow},
        inputs::{InputRow, inputs as filled_cells},
        rounds::KrajRound,
        runs::{self, NewRun, RunService},
        schemes,
    },
};
use uuid::Uuid;

/// The services of a round that a run takes: all but those of parts that failed the formal check.
#[derive(Debug)]
pub struct RoundRows {
    rows: Vec<ServiceRow>,
    cells: BTreeMap<Uuid, InputRow>,
    /// Services that failed the formal check and are no row.
    pub failed: usize,
}

impl RoundRows {
    /// Reads them.
    pub async fn read(tx: &mut Tx, kraj_round: Uuid) -> Result<Self, AppError> {
        let all = assessments::services(tx, kraj_round).await?;
        let before = all.len();
        let rows: Vec<ServiceRow> = all.into_iter().filter(|row| row.outcome != "failed").collect();
        let failed = before - rows.len();
        Ok(Self { rows, cells: filled_cells(tx, kraj_round).await?, failed })
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// None.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// How many of them are assessed to the end.
    pub fn finished(&self) -> usize {
        self.rows.iter().filter(|row| row.finished).count()
    }

    /// The table for a scheme.
    ///
    /// # Errors
    /// What of the services has no number yet.
    pub fn table(&self, scheme: &Scheme) -> Result<Sheet, Vec<Fault>> {
        inputs::table(scheme, self.rows.iter().map(|row| self.service(row)))
    }

    /// The table of the services that have all their numbers, and the faults of the others.
    pub fn usable(&self, scheme: &Scheme) -> (Sheet, Vec<Fault>) {
        let mut all = Sheet::default();
        let mut faults = Vec::new();
        for row in &self.rows {
            match inputs::table(scheme, [self.service(row)]) {
                Ok(one) => {
                    all.header = one.header;
                    all.rows.extend(one.rows);
                }
                Err(found) => faults.extend(found),
            }
        }
        (all, faults)
    }

    fn service<'a>(&'a self, row: &'a ServiceRow) -> RoundService<'a> {
        RoundService {
            identifikator: &row.identifikator,
            name: &row.name,
            provider: &row.provider_name,
            part: &row.document.0,
            assessment: row.assessment.as_ref().map(|assessment| &assessment.0),
            cells: self.cells.get(&row.id).map(|row| &row.cells.0),
        }
    }

    /// Names of the services, in the order of the table.
    pub fn services(&self) -> Vec<RunService> {
        self.rows
            .iter()
            .map(|row| RunService {
                part_service: row.id,
                identifikator: row.identifikator.clone(),
                name: row.name.clone(),
                provider: row.provider_name.clone(),
                paragraph: row.paragraph.clone(),
            })
            .collect()
    }

    /// A service by its identifikátor.
    pub fn find(&self, identifikator: &str) -> Option<&ServiceRow> {
        self.rows.iter().find(|row| row.identifikator == identifikator)
    }
}

/// What can be said before a run is started: its faults, and the groups that need amounts.
#[derive(Debug, Default)]
pub struct Checked {
    /// What stands in the way.
    pub faults: Vec<Fault>,
    /// Groups of the services, where the scheme has groups.
    pub groups: Vec<String>,
}

/// Looks whether a scheme can be computed on a round.
pub fn check(scheme: &Scheme, rows: &RoundRows) -> Checked {
    let groups = scheme.compile().and_then(|compiled| {
        let services = compiled.services(&rows.table(scheme)?)?;
        match scheme.allocation.group {
            Some(_) => compiled.groups(&services),
            None => {
                compiled.run(&services, &domain::subsidy::calculation::Amounts::One(Fraction::ZERO))?;
                Ok(Vec::new())
            }
        }
    });
    match groups {
        Ok(groups) => Checked { faults: Vec::new(), groups },
        Err(faults) => Checked { faults, groups: Vec::new() },
    }
}

/// The refusal of a run with faults; the page lists them.
pub fn refused(faults: &[Fault]) -> AppError {
    let services = faults.iter().filter(|fault| fault.identifikator.is_some()).count();
    let count = i64::try_from(services).unwrap_or(i64::MAX);
    AppError::invalid(match faults.first() {
        Some(first) if services == 0 => format!("Výpočet nejde spustit. {}", first.message),
        _ => format!(
            "Výpočet nejde spustit, chybu {} {services} {}. Opravte je podle seznamu a spusťte výpočet znovu. Žádný běh se neuložil.",
            if count == 1 {
                "má"
            } else if (2..=4).contains(&count) {
                "mají"
            } else {
                "má"
            },
            plural(count, "služba", "služby", "služeb")
        ),
    })
}

/// The name of a run as it was typed.
///
/// # Errors
/// Empty or too long.
pub fn name(text: &str) -> Result<String, AppError> {
    match typed(text, 200) {
        Ok(name) if !name.is_empty() => Ok(name),
        Ok(_) => Err(AppError::field("nazev", "Běh pojmenujte, podle názvu ho poznáte. Později ho změnit nejde.")),
        Err(error) => Err(AppError::field("nazev", error.to_string())),
    }
}

/// A computed run with the names of its services.
#[derive(Debug)]
pub struct Computed<'a> {
    /// What it was made of.
    pub stored: &'a StoredRun,
    /// What came out.
    pub calculation: &'a Calculation,
    /// Its services, in the order of the rows.
    pub services: &'a [RunService],
}

/// Freezes the version of the scheme and keeps the run; gives its number.
pub async fn keep(
    tx: &mut Tx,
    own: &KrajRound,
    (version, based_on): (Uuid, Option<Uuid>),
    name: &str,
    run: Computed<'_>,
    (by, at): (&str, DateTime<Utc>),
) -> Result<i32, AppError> {
    let crowns = |amount: &Fraction| {
        amount.to_i64().ok_or_else(|| AppError::invalid("Částky běhu nejsou v celých korunách. Zadejte k rozdělení celé koruny."))
    };
    let awarded = crowns(&run.calculation.awarded())?;
    let allocated = crowns(&Fraction::sum(run.calculation.run.groups.iter().map(|group| &group.allocation)))?;
    let json = run.calculation.report().to_json().map_err(|_| AppError::fault())?;
    let result: Value = serde_json::from_str(&json).map_err(|_| AppError::fault())?;
    let digest = run.calculation.digest();
    if schemes::freeze(tx, version, at).await? {
        tx.audit(audit::Record::done("subsidy.scheme.freeze", "scheme_version", version, json!({ "kolo": own.id })));
    }
    let new = NewRun {
        name,
        scheme_version: version,
        stored: run.stored,
        result: &result,
        services: run.services,
        allocated,
        awarded,
        digest: &digest,
        based_on,
    };
    let (id, number) = runs::insert(tx, own.id, &new, (by, at)).await?;
    let content = json!({
        "cislo": number, "nazev": name, "verze_schematu": version, "sluzeb": run.services.len(), "k_rozdeleni": allocated, "prideleno": awarded,
        "otisk": digest, "podle_behu": based_on,
    });
    tx.audit(audit::Record::done("subsidy.run.start", "calculation_run", id, content));
    Ok(number)
}
