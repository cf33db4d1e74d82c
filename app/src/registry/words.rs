//! Words and numbers of the register as people read them.

use chrono::NaiveDate;
use domain::registry::normalise::CapacityLine;
use domain::text::plural;

/// `6 733` with narrow no-break spaces.
pub fn number(n: i64) -> String {
    let digits = n.unsigned_abs().to_string();
    let mut out = String::with_capacity(digits.len() + 4);
    if n < 0 {
        out.push('\u{2212}');
    }
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push('\u{202f}');
        }
        out.push(c);
    }
    out
}

/// `31 služeb`.
pub fn services(n: i64) -> String {
    format!("{}\u{a0}{}", number(n), plural(n, "služba", "služby", "služeb"))
}

/// `2 zařízení`.
pub fn facilities(n: i64) -> String {
    format!("{}\u{a0}zařízení", number(n))
}

/// Name of a form by its key; an unknown one is shown as it came.
pub fn form(key: &str) -> &str {
    match key {
        "pob" => "pobytová",
        "amb" => "ambulantní",
        "ter" => "terénní",
        other => other,
    }
}

/// `153 lůžek`: a registered maximum in the words of its type.
pub fn capacity(count: i64, kind: Option<&str>) -> String {
    let unit = match kind {
        Some("luzka") => plural(count, "lůžko", "lůžka", "lůžek"),
        Some("klient") => plural(count, "klient", "klienti", "klientů"),
        Some("interv") => plural(count, "intervence", "intervence", "intervencí"),
        Some("kontakt") => plural(count, "kontakt", "kontakty", "kontaktů"),
        Some("hovor") => plural(count, "hovor", "hovory", "hovorů"),
        _ => "",
    };
    if unit.is_empty() { number(count) } else { format!("{}\u{a0}{unit}", number(count)) }
}

/// `pobytová, 153 lůžek · terénní`: the forms with their maxima.
pub fn forms(forms: &[String], capacities: &[CapacityLine]) -> String {
    let mut parts: Vec<String> = Vec::new();
    for key in forms {
        let mut part = form(key).to_owned();
        for line in capacities.iter().filter(|c| c.form.as_deref() == Some(key)) {
            part.push_str(", ");
            part.push_str(&capacity(line.count, line.kind.as_deref()));
        }
        parts.push(part);
    }
    parts.extend(capacities.iter().filter(|c| c.form.is_none()).map(|c| capacity(c.count, c.kind.as_deref())));
    parts.join(" · ")
}

/// Days between which something is provided: `od 1. 1. 2007`, `1. 1. 2007 – 31. 12. 2025`.
pub fn period(from: Option<NaiveDate>, to: Option<NaiveDate>) -> String {
    use domain::time::date;
    match (from, to) {
        (Some(from), Some(to)) => format!("{} – {}", date(from), date(to)),
        (Some(from), None) => format!("od {}", date(from)),
        (None, Some(to)) => format!("do {}", date(to)),
        (None, None) => "–".to_owned(),
    }
}

/// Whether a service is provided on a day, in a word with its tone.
pub fn state(from: Option<NaiveDate>, to: Option<NaiveDate>, on: NaiveDate) -> (crate::components::Tone, String) {
    use crate::components::Tone;
    use domain::time::date;
    match (from, to) {
        (_, Some(to)) if to < on => (Tone::Neutral, format!("ukončena {}", date(to))),
        (Some(from), _) if from > on => (Tone::Info, format!("začne {}", date(from))),
        (_, Some(to)) => (Tone::Warn, format!("poskytuje se do {}", date(to))),
        _ => (Tone::Ok, "poskytuje se".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_capacities() {
        assert_eq!((number(6733).as_str(), number(12), number(1_234_567)), ("6\u{202f}733", "12".into(), "1\u{202f}234\u{202f}567".into()));
        assert_eq!((services(1), services(3), services(31)), ("1\u{a0}služba".into(), "3\u{a0}služby".into(), "31\u{a0}služeb".into()));
        let line = |form: Option<&str>, kind: &str, count| CapacityLine { form: form.map(Into::into), kind: Some(kind.into()), count };
        let lines = [line(Some("pob"), "luzka", 153), line(Some("amb"), "klient", 2), line(None, "hovor", 1)];
        assert_eq!(
            forms(&["amb".into(), "pob".into(), "ter".into()], &lines),
            "ambulantní, 2\u{a0}klienti · pobytová, 153\u{a0}lůžek · terénní · 1\u{a0}hovor"
        );
    }
}
