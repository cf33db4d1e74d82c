//! Numbers as they stand in files: cells, parameters, rates, amounts.

use super::fraction::Fraction;
use crate::text::plain_number;

/// Characters of the longest number.
const LONGEST: usize = 40;

/// Reads `[+-]?(\d{1,3}( \d{3})+|\d+)([.,]\d+)?` of at most 40 characters; the space may be U+0020, U+00A0 or U+202F.
pub fn read(text: &str) -> Option<Fraction> {
    let (negative, digits) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    if let Some((mantissa, places)) = read_short(digits) {
        return Some(Fraction::short_decimal(if negative { -mantissa } else { mantissa }, places));
    }
    if text.chars().count() > LONGEST {
        return None;
    }
    let plain = plain_number(digits)?;
    let (whole, decimals) = plain.split_once('.').unwrap_or((&plain, ""));
    Fraction::decimal(negative, &[whole, decimals].concat(), u32::try_from(decimals.len()).ok()?)
}

/// The digits as one number and the count of decimal places of an ordinary short number without groups.
fn read_short(text: &str) -> Option<(i64, u32)> {
    if text.is_empty() || text.len() > 18 {
        return None;
    }
    let (mut mantissa, mut separator) = (0_i64, None);
    for (at, b) in text.bytes().enumerate() {
        match b {
            b'0'..=b'9' => mantissa = mantissa * 10 + i64::from(b - b'0'),
            b',' | b'.' if at > 0 && separator.is_none() => separator = Some(at),
            _ => return None,
        }
    }
    let places = separator.map_or(0, |at| text.len() - at - 1);
    (separator.is_none() || places > 0).then_some((mantissa, places as u32))
}

/// A number for people: `1 234 567,5`, narrow no-break spaces between thousands, a decimal comma, minus as U+2212.
pub fn for_people(value: &Fraction) -> String {
    let shown = value.shown();
    let (sign, digits) = shown.strip_prefix('-').map_or(("", shown.as_str()), |rest| ("\u{2212}", rest));
    let (whole, decimals) = digits.split_once('.').map_or((digits, None), |(w, d)| (w, Some(d)));
    let whole = crate::money::group_thousands(whole);
    match decimals {
        Some(decimals) => format!("{sign}{whole},{decimals}"),
        None => format!("{sign}{whole}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_files_hold() {
        for (text, value) in [
            ("12", "12"),
            ("+12", "12"),
            ("-0,5", "-1/2"),
            ("0.85", "17/20"),
            ("1 234,50", "2469/2"),
            ("1\u{a0}234\u{202f}567", "1234567"),
            ("007", "7"),
            ("-0", "0"),
            ("1234567890123456789012345678901234567890", "1234567890123456789012345678901234567890"),
            ("0,12345678901234567890", "1234567890123456789/10000000000000000000"),
        ] {
            assert_eq!(read(text), value.parse().ok(), "{text}");
        }
        for text in [
            "",
            "-",
            "12 Kč",
            "1e5",
            "1.234,5",
            "=1",
            ",5",
            "5,",
            "1 23",
            "--1",
            "\u{2212}1",
            "٣",
            "1234 567",
            "12345678901234567890123456789012345678901",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn shows_numbers_to_people() {
        assert_eq!(for_people(&read("-1234567,5").unwrap()), "\u{2212}1\u{202f}234\u{202f}567,5");
        assert_eq!(for_people(&read("999").unwrap()), "999");
    }
}
