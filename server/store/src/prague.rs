//! The one place where instants become dates and times of Prague, and back.

use chrono::{DateTime, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Utc};
use chrono_tz::Europe::Prague;

/// Local time in Prague.
pub fn local(at: DateTime<Utc>) -> NaiveDateTime {
    at.with_timezone(&Prague).naive_local()
}

/// An instant by the clock of Prague with its offset, as RFC 3339 writes it.
pub fn rfc3339(at: DateTime<Utc>) -> String {
    at.with_timezone(&Prague).format("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

/// The offset of Prague from UTC at an instant, `+01:00`.
pub fn offset(at: DateTime<Utc>) -> String {
    at.with_timezone(&Prague).format("%:z").to_string()
}

/// The date in Prague.
pub fn day(at: DateTime<Utc>) -> NaiveDate {
    local(at).date()
}

/// The instant of a local time in Prague. In the hour that autumn repeats it is the first of the two; in the hour that spring leaves out it is
/// the instant of the change, so that a window never shrinks below what was printed.
pub fn instant(local: NaiveDateTime) -> DateTime<Utc> {
    match Prague.from_local_datetime(&local) {
        LocalResult::Single(t) => t.with_timezone(&Utc),
        LocalResult::Ambiguous(first, _) => first.with_timezone(&Utc),
        LocalResult::None => {
            let hour_before = local - chrono::TimeDelta::hours(1);
            let change = hour_before.date().and_time(NaiveTime::MIN) + chrono::TimeDelta::hours(2);
            (Prague
                .from_local_datetime(&(change - chrono::TimeDelta::seconds(1)))
                .earliest()
                .map_or_else(|| local.and_utc(), |t| t.with_timezone(&Utc)))
                + chrono::TimeDelta::seconds(1)
        }
    }
}

/// The same for the end of a term: in the hour that autumn repeats it is the second of the two.
pub fn last_instant(local: NaiveDateTime) -> DateTime<Utc> {
    Prague.from_local_datetime(&local).latest().map_or_else(|| instant(local), |t| t.with_timezone(&Utc))
}

/// Midnight at the start of a day in Prague.
pub fn midnight(day: NaiveDate) -> DateTime<Utc> {
    instant(day.and_time(NaiveTime::MIN))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_days_of_the_time_change() {
        let at = |d: u32, m: u32, h: u32, min: u32| NaiveDate::from_ymd_opt(2026, m, d).unwrap().and_hms_opt(h, min, 0).unwrap();
        for (time, instant_text) in [
            (at(28, 3, 23, 59), "2026-03-28T22:59:00+00:00"),
            (at(29, 3, 0, 0), "2026-03-28T23:00:00+00:00"),
            (at(29, 3, 2, 30), "2026-03-29T01:00:00+00:00"), // left out by spring
            (at(30, 3, 0, 0), "2026-03-29T22:00:00+00:00"),
            (at(25, 10, 0, 0), "2026-10-24T22:00:00+00:00"),
            (at(25, 10, 2, 30), "2026-10-25T00:30:00+00:00"), // the first of two
            (at(26, 10, 0, 0), "2026-10-25T23:00:00+00:00"),
        ] {
            assert_eq!(instant(time).to_rfc3339(), instant_text, "{time}");
        }
        assert_eq!(local(instant(at(25, 10, 23, 59))), at(25, 10, 23, 59));
        // The repeated hour is told apart by its offset.
        assert_eq!(rfc3339(instant(at(25, 10, 2, 30))), "2026-10-25T02:30:00+02:00");
        assert_eq!(rfc3339(last_instant(at(25, 10, 2, 30))), "2026-10-25T02:30:00+01:00");
        assert_eq!(offset(instant(at(25, 10, 2, 30))), "+02:00");
    }
}
