//! Reads a file of the open data as a stream: `{"polozky":[ … ]}` is handed over element by element, so that the memory needed is that of
//! one element. The file is looked at on the way: UTF-8, depth and the size of one element are bounded before anything is kept.

use serde::de::{self, DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use std::cell::{Cell, RefCell};
use std::fmt;
use std::io::{self, Read};

/// What one file may need.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Bytes of one element, and of everything outside of elements.
    pub element: u64,
    /// Bytes of the whole file, unpacked.
    pub file: u64,
    /// Levels of objects and lists inside each other.
    pub depth: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self { element: 8 << 20, file: 8 << 30, depth: 64 }
    }
}

/// Why reading stopped. The sentence says what is wrong with the file and where.
#[derive(Debug, thiserror::Error)]
pub enum ReadError<E> {
    /// The file ends in the middle.
    #[error("Soubor je uříznutý: končí {0}. Stáhněte ho, prosím, znovu.")]
    CutShort(String),
    /// No byte in it.
    #[error("Soubor je prázdný. Vyberte, prosím, soubor otevřených dat registru (rpss.json).")]
    Empty,
    /// Not JSON.
    #[error("Soubor není platný JSON: chyba je na řádku {line}, sloupec {column} ({near}). Stáhněte ho, prosím, znovu.")]
    NotJson {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// Where in the list of elements.
        near: String,
    },
    /// The root is something else.
    #[error("Soubor nemá podobu otevřených dat registru: čeká se {{\"polozky\": […]}}, {0}.")]
    WrongRoot(&'static str),
    /// Not UTF-8.
    #[error("Soubor není v kódování UTF-8: {0}. bajt do něj nepatří. Uložte ho, prosím, v UTF-8.")]
    NotUtf8(u64),
    /// Nested without end.
    #[error("Soubor je poškozený: {near} je v sobě vnořeno přes {depth} úrovní.")]
    TooDeep {
        /// Where in the list of elements.
        near: String,
        /// The limit.
        depth: u32,
    },
    /// One element is too big.
    #[error("Soubor je poškozený: {near} je přes {megabytes} MB v jednom celku.")]
    TooBig {
        /// Where in the list of elements.
        near: String,
        /// The limit.
        megabytes: u64,
    },
    /// The whole file is too big.
    #[error("Soubor má po rozbalení přes {0} GB, to nejsou data registru.")]
    FileTooBig(u64),
    /// What was packed can't be unpacked.
    #[error("Soubor je poškozený, {0} ho nejde rozbalit. Stáhněte ho, prosím, znovu.")]
    Packed(String),
    /// The source could not be read.
    #[error("Soubor se nepodařilo přečíst: {0}")]
    Source(io::Error),
    /// The receiver stopped.
    #[error(transparent)]
    Stopped(E),
}

/// What the stream was stopped for by the inspection of its bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    NotUtf8(u64),
    TooDeep,
    TooBig,
    FileTooBig,
}

/// What reader and visitor share.
#[derive(Default)]
struct Shared {
    /// Bytes since the last element began.
    since: Cell<u64>,
    fault: Cell<Option<Fault>>,
    /// Elements that were begun.
    index: Cell<u64>,
    root: Cell<Option<&'static str>>,
}

/// Bytes of UTF-8 that are still expected, and the bounds of the next one.
#[derive(Clone, Copy)]
struct Utf8 {
    missing: u8,
    low: u8,
    high: u8,
}

impl Utf8 {
    const START: Self = Self { missing: 0, low: 0x80, high: 0xbf };

    /// Takes one byte; false where it can't stand here.
    fn take(&mut self, byte: u8) -> bool {
        if self.missing > 0 {
            let fits = (self.low..=self.high).contains(&byte);
            *self = Self { missing: self.missing - 1, ..Self::START };
            return fits;
        }
        let (missing, low, high) = match byte {
            0x00..=0x7f => return true,
            0xc2..=0xdf => (1, 0x80, 0xbf),
            0xe0 => (2, 0xa0, 0xbf),
            0xed => (2, 0x80, 0x9f),
            0xe1..=0xef => (2, 0x80, 0xbf),
            0xf0 => (3, 0x90, 0xbf),
            0xf4 => (3, 0x80, 0x8f),
            0xf1..=0xf3 => (3, 0x80, 0xbf),
            _ => return false,
        };
        *self = Self { missing, low, high };
        true
    }
}

/// Looks at every byte that passes.
struct Inspected<'a, R> {
    source: R,
    shared: &'a Shared,
    limits: Limits,
    read: u64,
    utf8: Utf8,
    depth: u32,
    in_text: bool,
    escaped: bool,
    /// Bytes of a byte order mark that passed at the very beginning.
    mark: usize,
}

const BYTE_ORDER_MARK: [u8; 3] = [0xef, 0xbb, 0xbf];

impl<R: Read> Inspected<'_, R> {
    /// How many of the bytes may pass; a fault behind them is noted, so that everything before it is still read.
    fn look(&mut self, bytes: &[u8]) -> usize {
        let fault = |fault| self.shared.fault.set(Some(fault));
        let mut passed = bytes.len();
        for (at, &byte) in bytes.iter().enumerate() {
            if byte >= 0x80 || self.utf8.missing > 0 {
                if !self.utf8.take(byte) {
                    fault(Fault::NotUtf8(self.read + at as u64 + 1));
                    passed = at;
                    break;
                }
                self.escaped = false;
            } else if self.in_text {
                if self.escaped {
                    self.escaped = false;
                } else if byte == b'\\' {
                    self.escaped = true;
                } else if byte == b'"' {
                    self.in_text = false;
                }
            } else {
                match byte {
                    b'"' => self.in_text = true,
                    b'{' | b'[' => {
                        self.depth += 1;
                        if self.depth > self.limits.depth {
                            fault(Fault::TooDeep);
                            passed = at;
                            break;
                        }
                    }
                    b'}' | b']' => self.depth = self.depth.saturating_sub(1),
                    _ => {}
                }
            }
        }
        self.read += passed as u64;
        let since = self.shared.since.get() + passed as u64;
        self.shared.since.set(since);
        if since > self.limits.element {
            fault(Fault::TooBig);
            passed = 0;
        } else if self.read > self.limits.file {
            fault(Fault::FileTooBig);
            passed = 0;
        }
        passed
    }
}

impl<R: Read> Read for Inspected<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.shared.fault.get().is_some() {
            return Err(io::Error::other("stopped"));
        }
        let mut count = self.source.read(buffer)?;
        while self.mark < BYTE_ORDER_MARK.len() && count > 0 && self.read as usize == self.mark && buffer[0] == BYTE_ORDER_MARK[self.mark] {
            // A byte order mark is taken out; it comes at the very beginning only.
            buffer.copy_within(1..count, 0);
            count -= 1;
            self.mark += 1;
            self.read += 1;
            if count == 0 && self.mark < BYTE_ORDER_MARK.len() {
                count = self.source.read(buffer)?;
            }
        }
        if count == 0 && self.mark == BYTE_ORDER_MARK.len() && self.read as usize == self.mark {
            count = self.source.read(buffer)?;
        }
        match self.look(&buffer[..count]) {
            0 if self.shared.fault.get().is_some() => Err(io::Error::other("stopped")),
            passed => Ok(passed),
        }
    }
}

/// The list of elements.
struct Elements<'a, F> {
    shared: &'a Shared,
    each: F,
}

impl<'de, F: FnMut(u64, &str) -> bool> DeserializeSeed<'de> for Elements<'_, F> {
    type Value = ();

    fn deserialize<D: de::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        self.shared.root.set(Some("„polozky“ není seznam"));
        deserializer.deserialize_seq(self)
    }
}

impl<'de, F: FnMut(u64, &str) -> bool> Visitor<'de> for Elements<'_, F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("seznam")
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut list: A) -> Result<(), A::Error> {
        self.shared.root.set(None);
        loop {
            self.shared.index.set(self.shared.index.get() + 1);
            self.shared.since.set(0);
            let Some(raw) = list.next_element::<Box<RawValue>>()? else { break };
            if !(self.each)(self.shared.index.get(), raw.get()) {
                return Err(de::Error::custom("stopped"));
            }
        }
        self.shared.index.set(self.shared.index.get() - 1);
        self.shared.since.set(0);
        Ok(())
    }
}

struct Root<'a, F> {
    shared: &'a Shared,
    each: F,
}

impl<'de, F: FnMut(u64, &str) -> bool> Visitor<'de> for Root<'_, F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("kořen")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        let mut found = false;
        self.shared.root.set(None);
        while let Some(key) = map.next_key::<String>()? {
            if key != "polozky" {
                map.next_value::<IgnoredAny>()?;
            } else if found {
                self.shared.root.set(Some("klíč „polozky“ je v něm dvakrát"));
                return Err(de::Error::custom("root"));
            } else {
                found = true;
                map.next_value_seed(Elements { shared: self.shared, each: &mut self.each })?;
            }
        }
        if !found {
            self.shared.root.set(Some("klíč „polozky“ v něm chybí"));
            return Err(de::Error::custom("root"));
        }
        Ok(())
    }
}

/// Reads a file and hands over the text of each element of `polozky` with its place, from 1. Gives how many there were.
///
/// `each` may stop the reading with an error of its own. Keys beside `polozky` are skipped.
pub fn read<R: Read, E>(source: R, limits: Limits, mut each: impl FnMut(u64, &str) -> Result<(), E>) -> Result<u64, ReadError<E>> {
    let shared = Shared::default();
    let stopped: RefCell<Option<E>> = RefCell::new(None);
    let inspected =
        Inspected { source, shared: &shared, limits, read: 0, utf8: Utf8::START, depth: 0, in_text: false, escaped: false, mark: 0 };
    let mut json = serde_json::Deserializer::from_reader(io::BufReader::with_capacity(64 << 10, inspected));
    shared.root.set(Some("kořen je něco jiného než objekt"));
    let each = |index: u64, raw: &str| match each(index, raw) {
        Ok(()) => true,
        Err(error) => {
            *stopped.borrow_mut() = Some(error);
            false
        }
    };
    let result = de::Deserializer::deserialize_map(&mut json, Root { shared: &shared, each }).and_then(|()| json.end());
    let Err(error) = result else { return Ok(shared.index.get()) };
    if let Some(error) = stopped.into_inner() {
        return Err(ReadError::Stopped(error));
    }
    let index = shared.index.get();
    use serde_json::error::Category;
    Err(match (error.classify(), shared.fault.get(), shared.root.get()) {
        (Category::Io, Some(Fault::NotUtf8(at)), _) => ReadError::NotUtf8(at),
        (Category::Io, Some(Fault::TooDeep), _) => ReadError::TooDeep { near: near(index), depth: limits.depth },
        (Category::Io, Some(Fault::TooBig), _) => ReadError::TooBig { near: near(index), megabytes: limits.element >> 20 },
        (Category::Io, Some(Fault::FileTooBig), _) => ReadError::FileTooBig(limits.file >> 30),
        (Category::Io, None, _) => match error.io_error_kind() {
            Some(io::ErrorKind::UnexpectedEof) => ReadError::CutShort(near(index)),
            Some(io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput) => ReadError::Packed(near(index)),
            _ => ReadError::Source(error.into()),
        },
        (Category::Eof, ..) if error.line() <= 1 && error.column() == 0 => ReadError::Empty,
        (Category::Eof, ..) => ReadError::CutShort(near(index)),
        (Category::Data, _, Some(why)) => ReadError::WrongRoot(why),
        (Category::Data | Category::Syntax, ..) => ReadError::NotJson { line: error.line(), column: error.column(), near: near(index) },
    })
}

/// Where reading stopped, for a sentence.
fn near(index: u64) -> String {
    if index == 0 { "před prvním záznamem".to_owned() } else { format!("u {index}. záznamu") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::convert::Infallible;

    fn elements(bytes: &[u8]) -> Result<Vec<String>, String> {
        let mut all = Vec::new();
        let limits = Limits { element: 64 << 10, file: 1 << 30, depth: 64 };
        let count = read(bytes, limits, |index, raw| {
            all.push(format!("{index}:{raw}"));
            Ok::<_, Infallible>(())
        });
        match count {
            Ok(count) => {
                assert_eq!(count, all.len() as u64);
                Ok(all)
            }
            Err(error) => Err(error.to_string()),
        }
    }

    #[test]
    fn hands_over_elements() {
        assert_eq!(elements(br#"{"polozky":[]}"#), Ok(vec![]));
        assert_eq!(
            elements("\u{feff} {\"verze\": {\"a\":[1]}, \"polozky\": [ {\"a\":1}, 2 ,\"é\"], \"konec\":null} \n".as_bytes()),
            Ok(vec!["1:{\"a\":1}".to_owned(), "2:2".to_owned(), "3:\"é\"".to_owned()])
        );
    }

    #[test]
    fn a_broken_file_gets_one_sentence() {
        let sentence = |bytes: &[u8]| elements(bytes).unwrap_err();
        insta::assert_snapshot!(sentence(b""), @"Soubor je prázdný. Vyberte, prosím, soubor otevřených dat registru (rpss.json).");
        insta::assert_snapshot!(sentence(br#"{"polozky":[{"a":1},{"b":"#), @"Soubor je uříznutý: končí u 2. záznamu. Stáhněte ho, prosím, znovu.");
        insta::assert_snapshot!(sentence(br#"{"polozky":[{"a":1}"#), @"Soubor je uříznutý: končí u 2. záznamu. Stáhněte ho, prosím, znovu.");
        insta::assert_snapshot!(sentence(b"PK\x03\x04"), @"Soubor není platný JSON: chyba je na řádku 1, sloupec 1 (před prvním záznamem). Stáhněte ho, prosím, znovu.");
        insta::assert_snapshot!(sentence(br#"[{"a":1}]"#), @r#"Soubor nemá podobu otevřených dat registru: čeká se {"polozky": […]}, kořen je něco jiného než objekt."#);
        insta::assert_snapshot!(sentence(br#"{"polozky":{}}"#), @r#"Soubor nemá podobu otevřených dat registru: čeká se {"polozky": […]}, „polozky“ není seznam."#);
        insta::assert_snapshot!(sentence(br#"{"items":[]}"#), @r#"Soubor nemá podobu otevřených dat registru: čeká se {"polozky": […]}, klíč „polozky“ v něm chybí."#);
        insta::assert_snapshot!(sentence(br#"{"polozky":[],"polozky":[]}"#), @r#"Soubor nemá podobu otevřených dat registru: čeká se {"polozky": […]}, klíč „polozky“ je v něm dvakrát."#);
        insta::assert_snapshot!(sentence(b"{\"polozky\":[\"\xe8\"]}"), @"Soubor není v kódování UTF-8: 15. bajt do něj nepatří. Uložte ho, prosím, v UTF-8.");
        insta::assert_snapshot!(sentence(b"\xff\xfe{\0"), @"Soubor není v kódování UTF-8: 1. bajt do něj nepatří. Uložte ho, prosím, v UTF-8.");
        insta::assert_snapshot!(sentence(br#"{"polozky":[{"a":1} {"b":2}]}"#), @"Soubor není platný JSON: chyba je na řádku 1, sloupec 21 (u 2. záznamu). Stáhněte ho, prosím, znovu.");
        insta::assert_snapshot!(sentence(br#"{"polozky":[]} x"#), @"Soubor není platný JSON: chyba je na řádku 1, sloupec 16 (před prvním záznamem). Stáhněte ho, prosím, znovu.");
        let nested = format!("{{\"polozky\":[{}", "[".repeat(100_000));
        insta::assert_snapshot!(sentence(nested.as_bytes()), @"Soubor je poškozený: u 1. záznamu je v sobě vnořeno přes 64 úrovní.");
        insta::assert_snapshot!(sentence(&b"[".repeat(100_000)), @r#"Soubor nemá podobu otevřených dat registru: čeká se {"polozky": […]}, kořen je něco jiného než objekt."#);
        let beside = format!("{{\"jine\":{}", "[".repeat(100_000));
        insta::assert_snapshot!(sentence(beside.as_bytes()), @"Soubor je poškozený: před prvním záznamem je v sobě vnořeno přes 64 úrovní.");
        let big = format!("{{\"polozky\":[1,\"{}\"]}}", "x".repeat(200_000));
        insta::assert_snapshot!(sentence(big.as_bytes()), @"Soubor je poškozený: u 2. záznamu je přes 0 MB v jednom celku.");
        insta::assert_snapshot!(sentence("{\"polozky\":[\"\u{17e}".as_bytes().split_last().unwrap().1), @"Soubor je uříznutý: končí u 1. záznamu. Stáhněte ho, prosím, znovu.");
    }

    #[test]
    fn a_broken_packing_gets_a_czech_sentence() {
        struct Broken(io::ErrorKind);
        impl Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::Error::new(self.0, "corrupt deflate stream"))
            }
        }
        let sentence = |kind| {
            let source = Read::chain(&br#"{"polozky":[{"a":1},{"b""#[..], Broken(kind));
            read(source, Limits::default(), |_, _| Ok::<_, Infallible>(())).unwrap_err().to_string()
        };
        assert_eq!(sentence(io::ErrorKind::UnexpectedEof), "Soubor je uříznutý: končí u 2. záznamu. Stáhněte ho, prosím, znovu.");
        let packed = "Soubor je poškozený, u 2. záznamu ho nejde rozbalit. Stáhněte ho, prosím, znovu.";
        assert_eq!([io::ErrorKind::InvalidData, io::ErrorKind::InvalidInput].map(sentence), [packed, packed]);
    }

    #[test]
    fn the_receiver_can_stop() {
        let stopped = read(&br#"{"polozky":[1,2,3]}"#[..], Limits::default(), |index, _| if index == 2 { Err("dost") } else { Ok(()) });
        assert!(matches!(stopped, Err(ReadError::Stopped("dost"))));
    }
}
