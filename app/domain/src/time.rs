//! Dates and times as they are read and written here. Instants are UTC inside; local Prague time comes from the server, because the browser
//! part carries no time zones.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, Timelike, Utc};

/// Where the time comes from: the system, or a fixed one in tests.
pub trait Clock: Send + Sync {
    /// The present instant.
    fn now(&self) -> DateTime<Utc>;
}

/// `23. 11. 2026` with no-break spaces.
pub fn date(day: NaiveDate) -> String {
    format!("{}.\u{a0}{}.\u{a0}{}", day.day(), day.month(), day.year())
}

/// `23. 11. 2026 14.32`.
pub fn date_time(at: NaiveDateTime) -> String {
    format!("{} {}.{:02}", date(at.date()), at.hour(), at.minute())
}

/// `pondělí 30. 11. 2026, 23.59`.
pub fn deadline(at: NaiveDateTime) -> String {
    with_day(["pondělí", "úterý", "středa", "čtvrtek", "pátek", "sobota", "neděle"], at)
}

/// The same after „do“ and „od“: `středy 2. 12. 2026, 23.59`.
pub fn deadline_bound(at: NaiveDateTime) -> String {
    with_day(["pondělí", "úterý", "středy", "čtvrtka", "pátku", "soboty", "neděle"], at)
}

/// When something happens: `ve středu 2. 12. 2026, 23.59`.
pub fn deadline_when(at: NaiveDateTime) -> String {
    with_day(["v pondělí", "v úterý", "ve středu", "ve čtvrtek", "v pátek", "v sobotu", "v neděli"], at)
}

fn with_day(days: [&str; 7], at: NaiveDateTime) -> String {
    format!("{} {}, {}.{:02}", days[at.weekday().num_days_from_monday() as usize], date(at.date()), at.hour(), at.minute())
}

/// Why a text is not a date.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("„{0}“ není datum. Napište je jako 23. 11. 2026.")]
pub struct NotADate(pub String);

/// Reads `23.11.2026`, `23. 11. 2026` or `2026-11-23`.
pub fn parse_date(text: &str) -> Result<NaiveDate, NotADate> {
    let compact: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let wrong = || NotADate(text.chars().take(40).collect());
    let number = |part: &str, most: usize| -> Option<u32> {
        if part.is_empty() || part.len() > most || !part.bytes().all(|b| b.is_ascii_digit()) { None } else { part.parse().ok() }
    };
    let parts: Vec<&str> = compact.split(['.', '-']).collect();
    let [a, b, c] = parts.as_slice() else { return Err(wrong()) };
    let (day, month, year) = if compact.contains('-') { (c, b, a) } else { (a, b, c) };
    let year = number(year, 4).filter(|y| (1900..=2200).contains(y)).ok_or_else(wrong)?;
    NaiveDate::from_ymd_opt(
        i32::try_from(year).map_err(|_| wrong())?,
        number(month, 2).ok_or_else(wrong)?,
        number(day, 2).ok_or_else(wrong)?,
    )
    .ok_or_else(wrong)
}

/// Reads `2026-11-23`, as programs write it.
pub fn iso_date(text: &str) -> Option<NaiveDate> {
    let mut parts = text.splitn(3, '-');
    let mut number = || parts.next().filter(|part| part.bytes().all(|b| b.is_ascii_digit()))?.parse::<u16>().ok();
    let (year, month, day) = (number()?, number()?, number()?);
    NaiveDate::from_ymd_opt(i32::from(year), u32::from(month), u32::from(day))
}

/// `#[serde(with)]` for days that the browser reads, too: the same texts as chrono's own, without its reader of every other format.
pub mod iso_day {
    use super::{NaiveDate, iso_date};
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

    /// As chrono does.
    ///
    /// # Errors
    /// The serializer's.
    pub fn serialize<S: Serializer>(day: &Option<NaiveDate>, serializer: S) -> Result<S::Ok, S::Error> {
        day.serialize(serializer)
    }

    /// A day, or none.
    ///
    /// # Errors
    /// The deserializer's, or that the text is no day.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<NaiveDate>, D::Error> {
        let text = Option::<String>::deserialize(deserializer)?;
        text.map(|text| iso_date(&text).ok_or_else(|| D::Error::custom("not a day"))).transpose()
    }
}

/// Reads `9.05`, `9:05` or `23:59:59`.
pub fn parse_time(text: &str) -> Option<chrono::NaiveTime> {
    let parts: Vec<u32> = text.trim().split([':', '.']).map(|p| if p.len() <= 2 { p.parse().ok() } else { None }).collect::<Option<_>>()?;
    match parts.as_slice() {
        [h, m] => chrono::NaiveTime::from_hms_opt(*h, *m, 0),
        [h, m, s] => chrono::NaiveTime::from_hms_opt(*h, *m, *s),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_go_both_ways() {
        let day = NaiveDate::from_ymd_opt(2026, 11, 3).unwrap();
        assert_eq!(date(day), "3.\u{a0}11.\u{a0}2026");
        for text in ["3.11.2026", "3. 11. 2026", "03.11.2026", "2026-11-03", &date(day)] {
            assert_eq!(parse_date(text), Ok(day), "{text}");
        }
        for text in ["", "31.2.2026", "3.11.26", "3/11/2026", "3.11", "1.1.99999"] {
            assert!(parse_date(text).is_err(), "{text}");
        }
        assert_eq!(iso_date("2026-11-03"), Some(day));
        for text in ["", "2026-11", "2026-11-31", "2026-11-03x", "2026-11-03-1", "-1-11-03", "2026-+1-03", "3. 11. 2026"] {
            assert_eq!(iso_date(text), None, "{text}");
        }
        assert_eq!(deadline(day.and_hms_opt(9, 5, 0).unwrap()), "úterý 3.\u{a0}11.\u{a0}2026, 9.05");
        let forms = |days: i64| {
            let at = (day + chrono::TimeDelta::days(days)).and_hms_opt(9, 5, 0).unwrap();
            [deadline(at), deadline_bound(at), deadline_when(at)].map(|text| text.split('\u{a0}').next().unwrap_or_default().to_owned())
        };
        assert_eq!(forms(1), ["středa 4.", "středy 4.", "ve středu 4."]);
        assert_eq!(forms(2), ["čtvrtek 5.", "čtvrtka 5.", "ve čtvrtek 5."]);
        assert_eq!(forms(3), ["pátek 6.", "pátku 6.", "v pátek 6."]);
        assert_eq!(forms(4), ["sobota 7.", "soboty 7.", "v sobotu 7."]);
        assert_eq!(forms(5), ["neděle 8.", "neděle 8.", "v neděli 8."]);
        assert_eq!(forms(6), ["pondělí 9.", "pondělí 9.", "v pondělí 9."]);
    }
}
