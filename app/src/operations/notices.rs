//! Outages that every page has to know: what is planned soon, what runs now, and whether writing is refused. They are read from the database once
//! in a few seconds, and at once where this server changed them.

use crate::{
    error::{AppError, Code, OUTAGE},
    subsidy::calculation::what_if_data::ReadWhatIf,
};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    accounts::{Actor, Permission, Right},
    operations::{Module, OutageState},
};
use server_fn::ServerFn;
use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};
use store::{Store, StoreError, operations::OutageRow, prague};

/// How long what was read is believed.
const BELIEVED: Duration = Duration::from_secs(3);
/// How long before its start an outage is told on every page.
const TOLD: TimeDelta = TimeDelta::days(7);

/// The outages that are not over.
#[derive(Debug, Default)]
pub struct Notices {
    read: Mutex<Option<(Instant, Arc<Vec<OutageRow>>)>>,
}

impl Notices {
    /// What is planned or runs. A database that does not answer gives what was known before.
    pub async fn outages(&self, store: &Store, now: DateTime<Utc>) -> Arc<Vec<OutageRow>> {
        let known = self.read.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some((at, rows)) = &known
            && at.elapsed() < BELIEVED
        {
            return rows.clone();
        }
        match read(store, now).await {
            Ok(rows) => {
                let rows = Arc::new(rows);
                *self.read.lock().unwrap_or_else(PoisonError::into_inner) = Some((Instant::now(), rows.clone()));
                rows
            }
            Err(error) => {
                tracing::error!(%error, "outages not read");
                known.map(|(_, rows)| rows).unwrap_or_default()
            }
        }
    }

    /// The next one who asks reads anew.
    pub fn forget(&self) {
        *self.read.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

async fn read(store: &Store, now: DateTime<Utc>) -> Result<Vec<OutageRow>, StoreError> {
    let mut tx = store.begin(&Actor::Public).await?;
    store::operations::outages(&mut tx, now, 50).await
}

/// The outages that a page tells about: those that run, and those that begin within a week, the nearest first.
pub fn told(outages: &[OutageRow], now: DateTime<Utc>) -> Vec<OutageRow> {
    let mut told: Vec<OutageRow> = outages
        .iter()
        .filter(|row| match row.outage.state(now) {
            OutageState::Running => true,
            OutageState::Planned => row.outage.starts_at - now <= TOLD,
            OutageState::Over | OutageState::Cancelled => false,
        })
        .cloned()
        .collect();
    told.sort_by_key(|row| row.outage.starts_at);
    told
}

/// Why a command is refused while the system is read only. People still sign in and out, what only reads is answered, and who runs the operations
/// ends the outage.
pub fn refusal(outages: &[OutageRow], path: &str, permission: Permission, now: DateTime<Utc>) -> Option<AppError> {
    const PASSING: [&str; 7] = [
        "/prikaz/prihlasit",
        "/prikaz/prihlasit/klic",
        "/prikaz/prihlasit/klic/ukazat",
        "/prikaz/prihlasit/jinde",
        "/prikaz/prihlasit/jinde/zpet",
        "/prikaz/odhlasit",
        ReadWhatIf::PATH,
    ];
    let concerned = |row: &&OutageRow| module_of(path).is_none_or(|module| row.outage.modules.contains(&module));
    let running = outages.iter().filter(|row| row.outage.refuses_writing(now)).find(concerned)?;
    if permission == Permission::SigningIn || permission == Permission::Has(Right::OperationsAdministration) || PASSING.contains(&path) {
        return None;
    }
    let until = if running.outage.approximate { " (přibližně)" } else { "" };
    let end = domain::time::date_time(prague::local(running.outage.ends_at));
    Some(AppError::new(
        Code::Unavailable,
        format!(
            "{OUTAGE} a ukládat teď nejde: {} Skončí {end}{until}. Co jste napsali, zůstává na stránce; odešlete to, prosím, potom znovu.",
            sentence(&running.reason)
        ),
    ))
}

/// The module that a command belongs to; accounts belong to both.
fn module_of(path: &str) -> Option<Module> {
    let path = path.strip_prefix("/prikaz").unwrap_or(path);
    let of = |area: &str| path.strip_prefix(area).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    if of("/registr") {
        Some(Module::Register)
    } else if of("/dotace") {
        Some(Module::Provider)
    } else {
        None
    }
}

/// A text that ends as a sentence does.
pub fn sentence(text: &str) -> String {
    let text = text.trim();
    if text.ends_with(['.', '!', '?']) { text.to_owned() } else { format!("{text}.") }
}

/// `sobota 28. 11. 2026 16.00–24.00`, or both days where it ends on another one.
pub fn span(row: &OutageRow) -> String {
    let (from, to) = (prague::local(row.outage.starts_at), prague::local(row.outage.end()));
    let day = |at: chrono::NaiveDateTime| domain::time::deadline(at).split(',').next().unwrap_or_default().to_owned();
    let about = if row.outage.approximate && row.outage.ended_at.is_none() { " (přibližně)" } else { "" };
    let clock = |at: chrono::NaiveDateTime| at.format("%-H.%M").to_string();
    // The end of a day is said as that day's end, not as the next day's beginning.
    let midnight = to.format("%H:%M").to_string() == "00:00" && to.date().pred_opt() == Some(from.date());
    if midnight {
        format!("{} {}–24.00{about}", day(from), clock(from))
    } else if from.date() == to.date() {
        format!("{} {}–{}{about}", day(from), clock(from), clock(to))
    } else {
        format!("{} {} – {} {}{about}", day(from), clock(from), day(to), clock(to))
    }
}
