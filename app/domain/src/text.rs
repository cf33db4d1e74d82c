//! Texts as people search and type them.

use crate::unicode::{is_combining_mark, nfkd};

/// Folds a text for search and comparison: trimmed, lower case, without diacritics, runs of white space as one space.
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut gap = false;
    for c in nfkd(text).chars().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase) {
        if c.is_whitespace() || c.is_control() {
            gap = !out.is_empty();
        } else {
            if gap {
                out.push(' ');
                gap = false;
            }
            out.push(c);
        }
    }
    out
}

/// Reads an unsigned number as people write it (`1 234 567,5`: groups of three by a space, decimal comma or point) and gives it with a
/// decimal point and without spaces. The spaces may be U+0020, U+00A0 or U+202F. At most 40 characters.
pub fn plain_number(text: &str) -> Option<String> {
    if text.chars().count() > 40 {
        return None;
    }
    let (whole, decimals) = match text.find([',', '.']) {
        Some(at) => (&text[..at], Some(&text[at + 1..])),
        None => (text, None),
    };
    let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    if decimals.is_some_and(|d| !digits(d)) {
        return None;
    }
    let groups: Vec<&str> = whole.split([' ', '\u{a0}', '\u{202f}']).collect();
    let grouped = groups.len() > 1;
    if !groups.iter().all(|g| digits(g)) || (grouped && (groups[0].len() > 3 || groups[1..].iter().any(|g| g.len() != 3))) {
        return None;
    }
    let mut out = groups.concat();
    if let Some(d) = decimals {
        out.push('.');
        out.push_str(d);
    }
    Some(out)
}

/// Why a text a person typed cannot be kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadText {
    /// Longer than the field.
    #[error("Text má {length} znaků, vejde se jich {limit}. Zkraťte jej, prosím.")]
    TooLong {
        /// Characters that were typed.
        length: usize,
        /// Characters that fit.
        limit: usize,
    },
    /// NUL or another control character.
    #[error("Text obsahuje řídicí znak, který nejde uložit. Smažte jej, nebo text napište znovu.")]
    Control,
}

/// A text from a form: line ends as `\n`, at most `limit` characters, no control characters but tab and line end, and none that turn the
/// direction of writing (U+202A–U+202E, U+2066–U+2069, U+200E, U+200F), which could make one text look like another.
pub fn typed(text: &str, limit: usize) -> Result<String, BadText> {
    let text = text.replace("\r\n", "\n");
    let length = text.chars().count();
    if length > limit {
        return Err(BadText::TooLong { length, limit });
    }
    let refused = |c: char| {
        (c.is_control() && c != '\n' && c != '\t')
            || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    if text.contains(refused) { Err(BadText::Control) } else { Ok(text.trim().to_owned()) }
}

/// Letters in groups of four, so that they can be read out loud and copied.
pub fn in_fours(text: &str, between: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    letters.chunks(4).map(String::from_iter).collect::<Vec<_>>().join(between)
}

/// "v" or "ve" before a number: ve 2, ve 3, ve 4, ve 12 …
pub fn within(count: usize) -> &'static str {
    match count {
        2..=4 | 12..=14 | 20..=49 | 100..=199 => "ve",
        _ => "v",
    }
}

/// The Czech form of a noun for a count: 1 služba, 2–4 služby, 5 služeb.
pub fn plural<'a>(count: i64, one: &'a str, few: &'a str, many: &'a str) -> &'a str {
    match count {
        1 => one,
        2..=4 => few,
        _ => many,
    }
}

/// Whether a spreadsheet would take a text for a formula.
pub fn is_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folds() {
        for (text, folded) in [
            ("Příliš  žluťoučký kůň", "prilis zlutoucky kun"),
            (" Ústí nad Labem\u{a0}", "usti nad labem"),
            ("ŘEHOŘ\tĎáblíček", "rehor dablicek"),
            ("", ""),
        ] {
            assert_eq!(fold(text), folded);
        }
    }

    #[test]
    fn numbers() {
        for (text, plain) in [("1 234,5", Some("1234.5")), ("12", Some("12")), ("0.85", Some("0.85")), ("1\u{202f}000", Some("1000"))] {
            assert_eq!(plain_number(text).as_deref(), plain);
        }
        for text in ["", "1 23", "1234 567", ",5", "5,", "1,2.3", " 1", "1  234", "1e3"] {
            assert_eq!(plain_number(text), None, "{text}");
        }
    }

    #[test]
    fn typed_texts() {
        assert_eq!(typed(" a\r\nb ", 10), Ok("a\nb".to_owned()));
        assert_eq!(typed("abc", 2), Err(BadText::TooLong { length: 3, limit: 2 }));
        assert_eq!(typed("a\0", 10), Err(BadText::Control));
        assert_eq!(typed("a\u{202e}b", 10), Err(BadText::Control));
        assert_eq!(typed("</textarea><script>", 100).as_deref(), Ok("</textarea><script>"));
    }

    #[test]
    fn groups_of_four() {
        for (text, groups) in [("", ""), ("abcd", "abcd"), ("abcdefgh", "abcd-efgh"), ("abcdé", "abcd-é")] {
            assert_eq!(in_fours(text, "-"), groups);
        }
    }

    #[test]
    fn plurals() {
        let word = |n| plural(n, "služba", "služby", "služeb");
        assert_eq!([0, 1, 2, 4, 5, 21].map(word), ["služeb", "služba", "služby", "služby", "služeb", "služeb"]);
    }
}
