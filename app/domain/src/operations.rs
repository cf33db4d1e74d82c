//! News, planned outages and how available the parts were.

use chrono::{DateTime, Datelike as _, NaiveDate, TimeDelta, Utc};

/// The two modules, as people know them from before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Module {
    /// Registr: the register of services.
    Register,
    /// Poskytovatel: applications, subsidies, reports.
    Provider,
}

impl Module {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Register, Self::Provider];

    /// As it is stored.
    pub fn code(self) -> &'static str {
        match self {
            Self::Register => "register",
            Self::Provider => "provider",
        }
    }

    /// Reads what [`Self::code`] writes.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|m| m.code() == code)
    }

    /// As a person reads it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Register => "Registr",
            Self::Provider => "Žádosti a dotace",
        }
    }
}

/// Who reads a piece of news. What is for everybody is read by the others, too; MPSV reads all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Audience {
    /// Everybody.
    Public,
    /// People of the kraje.
    Kraje,
    /// People of providers.
    Providers,
}

impl Audience {
    /// All.
    pub const ALL: [Self; 3] = [Self::Public, Self::Kraje, Self::Providers];

    /// As it is stored.
    pub fn code(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Kraje => "kraje",
            Self::Providers => "providers",
        }
    }

    /// As a person reads it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Public => "veřejnost",
            Self::Kraje => "kraje",
            Self::Providers => "poskytovatelé",
        }
    }
}

/// A planned outage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outage {
    /// Its start.
    pub starts_at: DateTime<Utc>,
    /// Its planned end.
    pub ends_at: DateTime<Utc>,
    /// The end is a guess: it lasts until somebody says that it is over.
    pub approximate: bool,
    /// Modules that are out.
    pub modules: Vec<Module>,
    /// Reading goes on meanwhile, writing does not.
    pub read_only: bool,
    /// When somebody said that it is over.
    pub ended_at: Option<DateTime<Utc>>,
    /// When it was called off.
    pub cancelled_at: Option<DateTime<Utc>>,
}

/// Where an outage stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutageState {
    /// Still to come.
    Planned,
    /// Now.
    Running,
    /// Over.
    Over,
    /// Called off.
    Cancelled,
}

impl Outage {
    /// Its state at an instant.
    pub fn state(&self, now: DateTime<Utc>) -> OutageState {
        if self.cancelled_at.is_some() {
            OutageState::Cancelled
        } else if self.ended_at.is_some_and(|end| end <= now) {
            OutageState::Over
        } else if now < self.starts_at {
            OutageState::Planned
        } else if self.approximate || now < self.ends_at {
            OutageState::Running
        } else {
            OutageState::Over
        }
    }

    /// Whether writing is refused at an instant.
    pub fn refuses_writing(&self, now: DateTime<Utc>) -> bool {
        self.read_only && self.state(now) == OutageState::Running
    }

    /// Its end as far as it is known.
    pub fn end(&self) -> DateTime<Utc> {
        self.ended_at.unwrap_or(self.ends_at)
    }
}

/// Minutes after `last` and before `now` in which nobody looked, by day: the system was not there. Those within a planned outage of the module do
/// not count. Both instants are whole minutes.
pub fn missed(last: DateTime<Utc>, now: DateTime<Utc>, planned: &[Outage], module: Module) -> Vec<(NaiveDate, i32)> {
    let mut days: Vec<(NaiveDate, i32)> = Vec::new();
    let mut minute = last + TimeDelta::minutes(1);
    while minute < now {
        let known = |o: &&Outage| o.modules.contains(&module) && o.cancelled_at.is_none() && o.starts_at <= minute;
        let over = |o: &Outage| minute >= o.ended_at.unwrap_or(if o.approximate { DateTime::<Utc>::MAX_UTC } else { o.ends_at });
        if planned.iter().filter(known).all(over) {
            match days.last_mut() {
                Some((day, count)) if *day == minute.date_naive() => *count += 1,
                _ => days.push((minute.date_naive(), 1)),
            }
        }
        minute += TimeDelta::minutes(1);
    }
    days
}

/// What was measured on a day for one module.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Measured {
    /// The day.
    pub day: NaiveDate,
    /// Minutes in which it answered.
    pub answered: i32,
    /// Minutes in which it did not.
    pub failed: i32,
}

/// A month of the history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Month {
    /// Its first day.
    pub first: NaiveDate,
    /// Minutes in which the module answered.
    pub answered: i64,
    /// Minutes in which it did not.
    pub failed: i64,
}

impl Month {
    /// Hundredths of a per cent of the watched minutes in which it answered, rounded down: 100 % is said only of a month without a fault.
    pub fn available(&self) -> Option<i64> {
        let watched = self.answered + self.failed;
        (watched > 0).then(|| self.answered * 10_000 / watched)
    }
}

/// Sums days to the `count` months that end with the month of `today`, oldest first.
pub fn months(days: &[Measured], today: NaiveDate, count: u32) -> Vec<Month> {
    let this = today.with_day(1).unwrap_or(today);
    (0..count)
        .rev()
        .map(|back| {
            let first = this.checked_sub_months(chrono::Months::new(back)).unwrap_or(this);
            let of = |d: &&Measured| (d.day.year(), d.day.month()) == (first.year(), first.month());
            let sum = |number: fn(&Measured) -> i32| days.iter().filter(of).map(|d| i64::from(number(d))).sum();
            Month { first, answered: sum(|d| d.answered), failed: sum(|d| d.failed) }
        })
        .collect()
}

/// `99,97 %` from hundredths of a per cent.
pub fn percent(hundredths: i64) -> String {
    match (hundredths / 100, hundredths % 100) {
        (whole, 0) => format!("{whole}\u{a0}%"),
        (whole, rest) => format!("{whole},{rest:02}\u{a0}%"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn an_outage_runs_from_its_start_to_its_end() {
        let outage = Outage {
            starts_at: at("2026-11-28T15:00:00Z"),
            ends_at: at("2026-11-28T23:00:00Z"),
            approximate: false,
            modules: vec![Module::Provider],
            read_only: true,
            ended_at: None,
            cancelled_at: None,
        };
        let state = |outage: &Outage, text: &str| outage.state(at(text));
        use OutageState::*;
        for (now, exact, guessed) in [
            ("2026-11-28T14:59:59Z", Planned, Planned),
            ("2026-11-28T15:00:00Z", Running, Running),
            ("2026-11-28T22:59:59Z", Running, Running),
            // A guessed end is no end: somebody says when it is over.
            ("2026-11-28T23:00:00Z", Over, Running),
        ] {
            assert_eq!(state(&outage, now), exact, "{now}");
            assert_eq!(state(&Outage { approximate: true, ..outage.clone() }, now), guessed, "{now}");
        }
        let early = Outage { ended_at: Some(at("2026-11-28T16:00:00Z")), approximate: true, ..outage.clone() };
        assert_eq!(state(&early, "2026-11-28T15:59:59Z"), Running);
        assert_eq!(state(&early, "2026-11-28T16:00:00Z"), Over);
        assert!(outage.refuses_writing(at("2026-11-28T15:00:00Z")) && !early.refuses_writing(at("2026-11-28T16:00:00Z")));
        assert!(!Outage { read_only: false, ..outage.clone() }.refuses_writing(at("2026-11-28T15:00:00Z")));
        let off = Outage { cancelled_at: Some(at("2026-11-20T00:00:00Z")), ..outage };
        assert_eq!((state(&off, "2026-11-28T15:00:00Z"), off.refuses_writing(at("2026-11-28T15:00:00Z"))), (Cancelled, false));
    }

    #[test]
    fn minutes_that_nobody_saw_count_but_for_planned_outages() {
        let outage = Outage {
            starts_at: at("2026-11-30T23:50:00Z"),
            ends_at: at("2026-12-01T00:05:00Z"),
            approximate: false,
            modules: vec![Module::Register],
            read_only: false,
            ended_at: None,
            cancelled_at: None,
        };
        let gap = |planned: &[Outage]| missed(at("2026-11-30T23:40:00Z"), at("2026-12-01T00:10:00Z"), planned, Module::Register);
        let days = |first, second| vec![("2026-11-30".parse().unwrap(), first), ("2026-12-01".parse().unwrap(), second)];
        assert_eq!(gap(&[]), days(19, 10));
        assert_eq!(gap(std::slice::from_ref(&outage)), days(9, 5));
        let other = Outage { modules: vec![Module::Provider], ..outage.clone() };
        let off = Outage { cancelled_at: Some(at("2026-11-01T00:00:00Z")), ..outage.clone() };
        let early = Outage { ended_at: Some(at("2026-12-01T00:02:00Z")), approximate: true, ..outage };
        assert_eq!((gap(&[other]), gap(&[off]), gap(&[early])), (days(19, 10), days(19, 10), days(9, 8)));
        assert_eq!(missed(at("2026-11-30T23:40:00Z"), at("2026-11-30T23:41:00Z"), &[], Module::Register), Vec::new());
    }

    #[test]
    fn days_are_summed_to_months_and_a_fault_is_never_rounded_away() {
        let day = |text: &str, answered, failed| Measured { day: text.parse().unwrap(), answered, failed };
        let days = [day("2026-10-31", 1440, 0), day("2026-11-01", 1400, 40), day("2026-11-02", 1440, 0), day("2025-11-02", 1, 9)];
        let all = months(&days, "2026-11-30".parse().unwrap(), 12);
        assert_eq!(
            (all.len(), all[0].first.to_string(), all[11].first.to_string()),
            (12, "2025-12-01".to_owned(), "2026-11-01".to_owned())
        );
        assert_eq!((all[0].available(), all[10].available()), (None, Some(10_000)));
        assert_eq!((all[11].answered, all[11].failed, all[11].available()), (2840, 40, Some(9_861)));
        let month = Month { answered: 44_639, failed: 1, ..all[11] };
        assert_eq!(percent(month.available().unwrap()), "99,99\u{a0}%");
        assert_eq!((percent(10_000), percent(9_905)), ("100\u{a0}%".to_owned(), "99,05\u{a0}%".to_owned()));
    }
}
