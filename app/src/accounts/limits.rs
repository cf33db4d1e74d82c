//! Limits on what can be guessed: sign-in, second factor, recovery.
//!
//! An address that fails again and again waits longer each time; nothing is hashed for it meanwhile. An account never locks: an attack from many
//! addresses only makes every try at it a little slower, so nobody can keep its owner out. What is kept is in memory and small.

use crate::error::{AppError, Code};
use chrono::{DateTime, TimeDelta, Utc};
use domain::text::plural;
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use std::{
    collections::HashMap,
    net::IpAddr,
    num::NonZeroU32,
    sync::{Mutex, PoisonError},
    time::Duration,
};

/// Failures of an address that cost nothing.
const FREE: u32 = 5;
/// The longest wait of an address.
const LONGEST_WAIT: TimeDelta = TimeDelta::minutes(5);
/// After so long without a failure an address starts anew.
const FORGIVEN: TimeDelta = TimeDelta::minutes(15);
/// Failures at an account, whoever made them, after which tries at it are slowed down.
const ATTACKED: u32 = 20;
/// By so much.
const SLOWED: Duration = Duration::from_millis(800);
/// Keys that are kept at most.
const KEPT: usize = 100_000;

/// The numbers that are configuration.
#[derive(Debug, Clone, Copy)]
pub struct LimitRules {
    /// Tries of one address a minute, right ones among them: a whole office can stand behind one address.
    pub a_minute: u32,
    /// Whether failures make an address wait.
    pub waits: bool,
}

impl Default for LimitRules {
    fn default() -> Self {
        Self { a_minute: 120, waits: true }
    }
}

/// The limits of one server.
pub struct Limits {
    rules: LimitRules,
    flood: DefaultKeyedRateLimiter<String>,
    failures: Mutex<HashMap<Key, Failures>>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Key {
    Address(String),
    Account(String),
}

#[derive(Debug, Clone, Copy)]
struct Failures {
    count: u32,
    last: DateTime<Utc>,
}

impl std::fmt::Debug for Limits {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Limits").field("rules", &self.rules).finish_non_exhaustive()
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self::new(LimitRules::default())
    }
}

impl Limits {
    /// Limits with these numbers.
    pub fn new(rules: LimitRules) -> Self {
        let a_minute = NonZeroU32::new(rules.a_minute.max(1)).unwrap_or(NonZeroU32::MIN);
        Self { rules, flood: RateLimiter::keyed(Quota::per_minute(a_minute)), failures: Mutex::default() }
    }

    /// Refuses an address that tries too often or still waits. Called before anything is read or hashed.
    ///
    /// # Errors
    /// 429 with the time to wait.
    pub fn enter(&self, address: Option<&str>, now: DateTime<Utc>) -> Result<(), AppError> {
        let address = network(address);
        if self.flood.len() > KEPT {
            self.flood.retain_recent();
        }
        if self.flood.check_key(&address).is_err() {
            return Err(too_many(TimeDelta::minutes(1)));
        }
        let wait = self.failures_of(&Key::Address(address)).map_or(TimeDelta::zero(), |failures| failures.wait(now));
        if self.rules.waits && wait > TimeDelta::zero() { Err(too_many(wait)) } else { Ok(()) }
    }

    /// Waits a moment when the account is under attack. Nobody is refused here.
    pub async fn slow_down(&self, account: &str, now: DateTime<Utc>) {
        let failures = self.failures_of(&Key::Account(account.to_owned()));
        if self.rules.waits && failures.is_some_and(|f| f.count >= ATTACKED && now - f.last < FORGIVEN) {
            tokio::time::sleep(SLOWED).await;
        }
    }

    /// Notes a failure of an address at an account (or at a session, whose second factor is asked for).
    pub fn failed(&self, address: Option<&str>, account: &str, now: DateTime<Utc>) {
        let mut all = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() > KEPT {
            all.retain(|_, failures| now - failures.last < FORGIVEN);
        }
        if all.len() > 2 * KEPT {
            all.clear();
        }
        for key in [Key::Address(network(address)), Key::Account(account.to_owned())] {
            let failures = all.entry(key).or_insert(Failures { count: 0, last: now });
            if now - failures.last >= FORGIVEN {
                failures.count = 0;
            }
            *failures = Failures { count: failures.count.saturating_add(1), last: now };
        }
    }

    /// Failures at an account or a session, whoever made them.
    pub fn failures_at(&self, account: &str) -> u32 {
        self.failures_of(&Key::Account(account.to_owned())).map_or(0, |failures| failures.count)
    }

    /// Notes that somebody signed in whole, with every factor that was asked for: the address starts anew.
    pub fn passed(&self, address: Option<&str>) {
        self.failures.lock().unwrap_or_else(PoisonError::into_inner).remove(&Key::Address(network(address)));
    }

    fn failures_of(&self, key: &Key) -> Option<Failures> {
        self.failures.lock().unwrap_or_else(PoisonError::into_inner).get(key).copied()
    }
}

impl Failures {
    /// What is left of the wait: 1, 2, 4… seconds after the failures that cost nothing. A clock that went back does not make it longer.
    fn wait(self, now: DateTime<Utc>) -> TimeDelta {
        let Some(exponent) = self.count.checked_sub(FREE) else { return TimeDelta::zero() };
        let whole = TimeDelta::seconds(1_i64 << exponent.min(20)).min(LONGEST_WAIT);
        let passed = (now - self.last).max(TimeDelta::zero());
        if passed >= FORGIVEN { TimeDelta::zero() } else { (whole - passed).max(TimeDelta::zero()) }
    }
}

/// An address as it is counted: of IPv6 the network, which one household or attacker has whole.
fn network(address: Option<&str>) -> String {
    match address.map(|address| (address, address.parse())) {
        Some((_, Ok(IpAddr::V6(v6)))) => {
            let [a, b, c, d, ..] = v6.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::")
        }
        Some((address, _)) => address.to_owned(),
        None => String::new(),
    }
}

fn too_many(wait: TimeDelta) -> AppError {
    let seconds = (wait.num_milliseconds() + 999) / 1000;
    let (count, words) = if seconds > 90 {
        let minutes = (seconds + 59) / 60;
        (minutes, plural(minutes, "minutu", "minuty", "minut"))
    } else {
        (seconds, plural(seconds, "sekundu", "sekundy", "sekund"))
    };
    AppError::new(Code::TooMany, format!("Bylo to příliš mnoho pokusů. Další je možný za {count} {words}."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_and_end() {
        let limits = Limits::default();
        let start: DateTime<Utc> = "2026-11-30T08:00:00Z".parse().unwrap();
        for _ in 0..FREE {
            assert_eq!(limits.enter(Some("10.0.0.1"), start), Ok(()));
            limits.failed(Some("10.0.0.1"), "novakova", start);
        }
        let refused = limits.enter(Some("10.0.0.1"), start).unwrap_err();
        assert_eq!((refused.code, refused.sentence.as_str()), (Code::TooMany, "Bylo to příliš mnoho pokusů. Další je možný za 1 sekundu."));
        let mut now = start;
        for seconds in [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300] {
            assert!(limits.enter(Some("10.0.0.1"), now + TimeDelta::seconds(seconds) - TimeDelta::milliseconds(1)).is_err(), "{seconds}");
            now += TimeDelta::seconds(seconds);
            assert_eq!(limits.enter(Some("10.0.0.1"), now), Ok(()));
            limits.failed(Some("10.0.0.1"), "novakova", now);
        }
        // Another address is not concerned, and this one is forgiven after a quarter of an hour, or when it proves right.
        assert_eq!(limits.enter(Some("10.0.0.2"), now), Ok(()));
        assert_eq!(limits.enter(Some("10.0.0.1"), now + FORGIVEN), Ok(()));
        assert!(limits.enter(Some("10.0.0.1"), now).is_err());
        assert!(limits.enter(Some("10.0.0.1"), now - TimeDelta::hours(1)).is_err());
        limits.passed(Some("10.0.0.1"));
        assert_eq!(limits.enter(Some("10.0.0.1"), now), Ok(()));
    }

    #[tokio::test(start_paused = true)]
    async fn an_account_under_attack_is_slow_but_never_locked() {
        let limits = Limits::default();
        let now: DateTime<Utc> = "2026-11-30T08:00:00Z".parse().unwrap();
        let took = async |limits: &Limits| {
            let began = tokio::time::Instant::now();
            limits.slow_down("novakova", now).await;
            began.elapsed()
        };
        assert_eq!(took(&limits).await, Duration::ZERO);
        for n in 0..5_000 {
            limits.failed(Some(&format!("10.0.{}.{}", n / 250, n % 250)), "novakova", now);
        }
        assert_eq!(took(&limits).await, SLOWED);
        assert_eq!(limits.enter(Some("192.168.1.1"), now), Ok(()));
    }

    #[test]
    fn a_flood_is_refused_even_when_it_is_right() {
        let limits = Limits::new(LimitRules { a_minute: 3, waits: false });
        let now: DateTime<Utc> = "2026-11-30T08:00:00Z".parse().unwrap();
        let tries: Vec<bool> = (0..5).map(|_| limits.enter(Some("2001:db8:1:2::1"), now).is_ok()).collect();
        assert_eq!(tries, [true, true, true, false, false]);
        assert!(limits.enter(Some("2001:db8:1:2:ffff::9"), now).is_err(), "the same network");
        assert!(limits.enter(Some("2001:db8:1:3::1"), now).is_ok());
    }
}
