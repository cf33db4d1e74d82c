//! Normal forms of Unicode (UAX #15). The server has tables for them; the browser brings its own, which are not downloaded a second time.
//! A later version of Unicode adds characters, it never changes the forms of those that are there, so both sides agree on every assigned one.

/// The first combining mark: a text of smaller characters only is its own NFC.
const FIRST_MARK: char = '\u{300}';

/// The composed form, NFC.
pub fn nfc(text: &str) -> String {
    if text.chars().all(|c| c < FIRST_MARK) { text.to_owned() } else { tables::nfc(text) }
}

/// The decomposed form in which compatible characters are the same, NFKD.
pub fn nfkd(text: &str) -> String {
    if text.is_ascii() { text.to_owned() } else { tables::nfkd(text) }
}

/// A mark that joins the character before it (general category M).
pub fn is_combining_mark(c: char) -> bool {
    c >= FIRST_MARK && tables::is_combining_mark(c)
}

#[cfg(not(target_arch = "wasm32"))]
mod tables {
    use unicode_normalization::{UnicodeNormalization, char};

    pub fn nfc(text: &str) -> String {
        text.nfc().collect()
    }

    pub fn nfkd(text: &str) -> String {
        text.nfkd().collect()
    }

    pub fn is_combining_mark(c: char) -> bool {
        char::is_combining_mark(c)
    }
}

#[cfg(target_arch = "wasm32")]
mod tables {
    use js_sys::{JsString, RegExp};

    thread_local! {
        static MARK: RegExp = RegExp::new(r"^\p{M}$", "u");
    }

    pub fn nfc(text: &str) -> String {
        JsString::from(text).normalize("NFC").into()
    }

    pub fn nfkd(text: &str) -> String {
        JsString::from(text).normalize("NFKD").into()
    }

    pub fn is_combining_mark(c: char) -> bool {
        MARK.with(|mark| mark.test(c.encode_utf8(&mut [0; 4])))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use unicode_normalization::UnicodeNormalization;

    #[test]
    fn forms() {
        assert_eq!(nfc("PRU\u{30a}MĚR"), "PRŮMĚR");
        assert_eq!(nfkd("ů½ﬁ"), "u\u{30a}1\u{2044}2fi");
        assert!(is_combining_mark('\u{30c}') && !is_combining_mark('č') && !is_combining_mark('ж'));
    }

    /// What is taken without a look into the tables is what they say.
    #[test]
    fn small_characters_are_composed_and_no_marks() {
        for c in '\0'..FIRST_MARK {
            let text = c.to_string();
            assert_eq!(text.nfc().collect::<String>(), text);
            assert!(!unicode_normalization::char::is_combining_mark(c), "{c:?}");
        }
    }

    proptest! {
        #[test]
        fn agrees_with_the_tables(text in "[a-zá-žA-ZÁ-Ž\u{300}-\u{345}\u{3b1}-\u{3c9} ]{0,12}") {
            prop_assert_eq!(nfc(&text), text.nfc().collect::<String>());
            prop_assert_eq!(nfkd(&text), text.nfkd().collect::<String>());
        }
    }
}
