//! What the server does by itself: start and stop go to the trail, and what has expired there is emptied.

use crate::config::Config;
use chrono::{DateTime, Months, TimeDelta, Utc};
use domain::{accounts::Actor, time::Clock};
use serde_json::json;
use std::{sync::Arc, time::Duration};
use store::{Store, StoreError, audit};

/// Pause between two rounds.
const PAUSE: Duration = Duration::from_secs(6 * 3600);

/// How long the content of events is kept.
#[derive(Debug, Clone, Copy)]
pub struct Kept {
    /// Months of security events.
    pub security: Months,
    /// Months of acts.
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
    if expired > 0 {
        tx.audit(audit::Record::event("system.expire", audit::Outcome::Done, json!({ "events": expired })));
    }
    tx.commit(now).await?;
    Ok(expired)
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
