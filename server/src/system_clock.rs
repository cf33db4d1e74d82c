//! Where the time comes from.

use chrono::{DateTime, Utc};
use domain::time::Clock;
use std::path::PathBuf;

/// The time of the machine.
#[derive(Debug, Clone, Copy)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place where the time of the machine is read")]
    fn now(&self) -> DateTime<Utc> {
        Utc::now()
    }
}

/// The time of the machine, moved by what a file says: one instant in RFC 3339 that counts as now. For tests of deadlines; read at every use.
#[derive(Debug, Clone)]
pub struct FileClock(pub PathBuf);

impl Clock for FileClock {
    fn now(&self) -> DateTime<Utc> {
        std::fs::read_to_string(&self.0)
            .ok()
            .and_then(|text| DateTime::parse_from_rfc3339(text.trim()).ok())
            .map_or_else(|| SystemClock.now(), |t| t.with_timezone(&Utc))
    }
}
