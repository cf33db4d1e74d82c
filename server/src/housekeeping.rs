//! What the server does by itself: start and stop go to the trail, and what has expired there is emptied.

use crate::config::Config;
use chrono::{DateTime, DurationRound as _, Months, TimeDelta, Utc};
use domain::{
    accounts::Actor,
    operations::{Measured, Module, OutageState},
    time::Clock,
};
use serde_json::json;
use std::{sync::Arc, time::Duration};
use store::{Store, StoreError, audit, operations};

/// Pause between two rounds.
const PAUSE: Duration = Duration::from_secs(6 * 3600);

/// How long the content of events is kept.
#[derive(Debug, Clone, Copy)]
pub struct Kept {
    /// Months of security events.
    pub security: Months,
    /// Months of acts; those of the register and the subsidies keep theirs for ever.
    pub acts: Months,
}

impl From<&Config> for Kept {
    fn from(config: &Config) -> Self {
        Self { security: Months::new(config.keep_security), acts: Months::new(config.keep_acts) }
    }
}

/// Notes an event of the program itself.
///
/// # Errors
/// The database's.
pub async fn note(store: &Store, kind: &'static str, at: DateTime<Utc>) -> Result<(), StoreError> {
    let mut tx = store.begin(&Actor::System).await?;
    tx.audit(audit::Record::event(kind, audit::Outcome::Done, json!({ "version": env!("CARGO_PKG_VERSION") })));
    tx.commit(at).await
}

/// Empties what has expired; gives how many events that were.
///
/// # Errors
/// The database's.
pub async fn expire(store: &Store, kept: Kept, now: DateTime<Utc>) -> Result<i64, StoreError> {
    let before = |months: Months| now.checked_sub_months(months).unwrap_or(DateTime::<Utc>::MIN_UTC);
    let mut tx = store.begin(&Actor::System).await?;
    let expired = audit::expire(&mut tx, before(kept.security), before(kept.acts)).await?;
    store::mail::forget(&mut tx, now - TimeDelta::days(7)).await?;
    store::accounts::forget_imports(&mut tx, now - TimeDelta::days(7)).await?;
    store::accounts::forget_ceremonies(&mut tx, now).await?;
    if expired > 0 {
        tx.audit(audit::Record::event("system.expire", audit::Outcome::Done, json!({ "events": expired })));
    }
    tx.commit(now).await?;
    Ok(expired)
}

/// Looks once whether the modules answer, and notes it for the minute. Minutes since the last look in which nobody looked are minutes in which the
/// system was not there; `gaps` says whether they count.
///
/// # Errors
/// The database's: then nothing is noted now, and the next look counts the minute as missed.
pub async fn look(store: &Store, now: DateTime<Utc>, gaps: bool) -> Result<(), StoreError> {
    let minute = now.duration_trunc(TimeDelta::minutes(1)).unwrap_or(now);
    for module in Module::ALL {
        let mut probe = store.begin(&Actor::Public).await?;
        let answered =
            tokio::time::timeout(Duration::from_secs(10), operations::answers(&mut probe, module)).await.is_ok_and(|r| r.is_ok());
        drop(probe);
        let mut tx = store.begin(&Actor::System).await?;
        let last = operations::last_beat(&mut tx, module).await?;
        if last.is_some_and(|last| last >= minute) {
            continue;
        }
        let since = last.unwrap_or(minute);
        let planned: Vec<_> = operations::outages(&mut tx, since, 1000).await?.into_iter().map(|row| row.outage).collect();
        if let Some(last) = last.filter(|_| gaps) {
            for (day, failed) in domain::operations::missed(last, minute, &planned, module) {
                operations::beat(&mut tx, module, Measured { day, answered: 0, failed }, last).await?;
            }
        }
        let excused = planned.iter().any(|o| o.modules.contains(&module) && o.state(now) == OutageState::Running);
        let failed = i32::from(!answered && !excused);
        let day = Measured { day: minute.date_naive(), answered: i32::from(answered), failed };
        operations::beat(&mut tx, module, day, minute).await?;
        tx.commit(now).await?;
    }
    Ok(())
}

/// Looks every minute until it is stopped.
pub async fn watch(store: Store, clock: Arc<dyn Clock>, gaps: bool) {
    loop {
        if let Err(error) = look(&store, clock.now(), gaps).await {
            tracing::error!(%error, "availability not noted");
        }
        tokio::time::sleep(Duration::from_secs(60)).await;
    }
}

/// Works until it is stopped.
pub async fn work(store: Store, clock: Arc<dyn Clock>, kept: Kept) {
    loop {
        if let Err(error) = expire(&store, kept, clock.now()).await {
            tracing::error!(%error, "trail not expired");
        }
        tokio::time::sleep(PAUSE).await;
    }
}
