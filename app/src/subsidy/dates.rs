//! Terms as people type and read them: Prague time. An end at 12.00 is noon; one at 23.59 is the end of the day.

use chrono::{DateTime, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use domain::{
    subsidy::window::Window,
    time::{date_time, deadline, parse_date, parse_time},
};

pub use store::subsidy::applications::windows::last_minute;

/// `neděle 1. 11. 2026, 0.00 – pondělí 30. 11. 2026, 23.59`.
pub fn window_with_days(window: Window) -> String {
    format!("{} – {}", deadline(store::prague::local(window.opens())), deadline(last_minute(window.closes())))
}

/// `1. 11. 2026 0.00 – 30. 11. 2026 23.59`.
pub fn window_short(window: Window) -> String {
    format!("{} – {}", date_time(store::prague::local(window.opens())), date_time(last_minute(window.closes())))
}

/// How long until an instant: `zbývá 7 dní`, `zbývá 5 hodin`, nothing when it is over.
pub fn remaining(until: DateTime<Utc>, now: DateTime<Utc>) -> Option<String> {
    let left = until - now;
    let say = |n: i64, one, few, many| {
        let verb = if (2..=4).contains(&n) { "zbývají" } else { "zbývá" };
        format!("{verb} {n} {}", domain::text::plural(n, one, few, many))
    };
    match (left.num_days(), left.num_hours(), left.num_minutes()) {
        (days, ..) if days > 0 => Some(say(days, "den", "dny", "dní")),
        (_, hours, _) if hours > 0 => Some(say(hours, "hodina", "hodiny", "hodin")),
        (_, _, minutes) if left > TimeDelta::zero() => Some(say(minutes.max(1), "minuta", "minuty", "minut")),
        _ => None,
    }
}

/// A date and a time of the form: one that cannot be read gives the name of its field and what to do.
fn moment(name: &str, (day, time): (&str, &str), otherwise: &str) -> Result<NaiveDateTime, (String, String)> {
    let day = parse_date(day.trim()).map_err(|e| {
        let sentence = if day.trim().is_empty() { "Vyplňte datum, například 30. 11. 2026.".to_owned() } else { e.to_string() };
        (format!("{name}_den"), sentence)
    })?;
    let typed = if time.trim().is_empty() { otherwise } else { time.trim() };
    let time = parse_time(typed)
        .ok_or_else(|| (format!("{name}_cas"), "Čas napište jako hodiny a minuty, například 9.00 nebo 23.59.".to_owned()))?;
    Ok(day.and_time(time))
}

/// The window that a form says, where an end in the hour that autumn repeats is the second of the two: fields `od_den`, `od_cas`, `do_den`, `do_cas`. An empty time is the start of the first day, the end of the last.
pub fn read_window(from: (&str, &str), to: (&str, &str)) -> Result<Window, Vec<(String, String)>> {
    match (moment("od", from, "0.00"), moment("do", to, "23.59")) {
        (Ok(from), Ok(to)) => {
            let last = to.time() == NaiveTime::MIN - TimeDelta::minutes(1);
            let closes = store::prague::last_instant(if last { to + TimeDelta::minutes(1) } else { to });
            Window::new(store::prague::instant(from), closes).map_err(|e| vec![("do_den".to_owned(), e.to_string())])
        }
        (from, to) => Err([from.err(), to.err()].into_iter().flatten().collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(window: Window) -> String {
        window_short(window).replace('\u{a0}', " ")
    }

    /// What is typed is what is printed, also on the days of the time change; 23.59 is in to its last millisecond, 12.00 is noon, 0.00 is out.
    #[test]
    fn a_typed_window_is_printed_back() {
        for (from, to, opens, closes, printed) in [
            (
                ("1.11.2026", ""),
                ("30. 11. 2026", ""),
                "2026-10-31T23:00:00Z",
                "2026-11-30T23:00:00Z",
                "1. 11. 2026 0.00 – 30. 11. 2026 23.59",
            ),
            (
                ("29.3.2026", "0.00"),
                ("29.3.2026", "23:59"),
                "2026-03-28T23:00:00Z",
                "2026-03-29T22:00:00Z",
                "29. 3. 2026 0.00 – 29. 3. 2026 23.59",
            ),
            (
                ("25.10.2026", "0.00"),
                ("25.10.2026", "23.59"),
                "2026-10-24T22:00:00Z",
                "2026-10-25T23:00:00Z",
                "25. 10. 2026 0.00 – 25. 10. 2026 23.59",
            ),
            (
                ("2.11.2026", "8.00"),
                ("20.11.2026", "12.00"),
                "2026-11-02T07:00:00Z",
                "2026-11-20T11:00:00Z",
                "2. 11. 2026 8.00 – 20. 11. 2026 12.00",
            ),
            (
                ("24.10.2026", "2.30"),
                ("25.10.2026", "2.30"),
                "2026-10-24T00:30:00Z",
                "2026-10-25T01:30:00Z",
                "24. 10. 2026 2.30 – 25. 10. 2026 2.30",
            ),
            (
                ("1.11.2026", "0.00"),
                ("1.12.2026", "0.00"),
                "2026-10-31T23:00:00Z",
                "2026-11-30T23:00:00Z",
                "1. 11. 2026 0.00 – 30. 11. 2026 23.59",
            ),
        ] {
            let window = read_window(from, to).unwrap();
            assert_eq!((window.opens(), window.closes()), (opens.parse().unwrap(), closes.parse().unwrap()));
            assert_eq!(text(window), printed);
        }
    }

    #[test]
    fn what_cannot_be_read_names_its_field() {
        let fields =
            |result: Result<Window, Vec<(String, String)>>| -> Vec<String> { result.unwrap_err().into_iter().map(|(f, _)| f).collect() };
        assert_eq!(fields(read_window(("", ""), ("31.2.2026", ""))), ["od_den", "do_den"]);
        assert_eq!(fields(read_window(("1.1.2026", "25.00"), ("1.2.2026", ""))), ["od_cas"]);
        assert_eq!(fields(read_window(("2.1.2026", ""), ("1.1.2026", ""))), ["do_den"]);
    }

    #[test]
    fn time_that_remains() {
        let at = |t: &str| t.parse::<DateTime<Utc>>().unwrap();
        let now = at("2026-11-20T12:00:00Z");
        for (until, words) in [
            ("2026-11-30T23:00:00Z", Some("zbývá 10 dní")),
            ("2026-11-23T13:00:00Z", Some("zbývají 3 dny")),
            ("2026-11-20T17:30:00Z", Some("zbývá 5 hodin")),
            ("2026-11-20T12:00:10Z", Some("zbývá 1 minuta")),
            ("2026-11-20T12:00:00Z", None),
        ] {
            assert_eq!(remaining(at(until), now).as_deref(), words);
        }
    }
}
