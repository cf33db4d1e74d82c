//! What is common to uploaded files: their kind by the first bytes, their name as a label only, and a limit on what a packed one may unpack to.

use axum::extract::{Multipart, multipart::MultipartError};
use std::io::{self, Cursor, Read as _};

/// Bytes that a packed document may unpack to, all its parts together.
const UNPACKED: u64 = 200 << 20;
/// Parts of a packed document.
const PARTS: usize = 2_000;

/// A form with a file, as it came.
#[derive(Debug, Default)]
pub struct Sent {
    fields: Vec<(String, String)>,
    /// The file in the field `soubor` with its name as a label; none where no file was chosen.
    pub file: Option<(String, Vec<u8>)>,
}

impl Sent {
    /// Reads a form.
    ///
    /// # Errors
    /// It is larger than the limit of its route, or breaks off.
    pub async fn read(mut form: Multipart) -> Result<Self, MultipartError> {
        let mut sent = Self::default();
        while let Some(part) = form.next_field().await? {
            match part.name().map(ToOwned::to_owned) {
                Some(field) if field == "soubor" => {
                    let name = name(part.file_name().unwrap_or_default());
                    let content = part.bytes().await?;
                    sent.file = Some((name, content.to_vec())).filter(|(_, content)| !content.is_empty());
                }
                Some(field) => sent.fields.push((field, part.text().await?)),
                None => {}
            }
        }
        Ok(sent)
    }

    /// What was typed into a field; nothing where it is missing.
    pub fn field(&self, name: &str) -> &str {
        self.fields.iter().find(|(field, _)| field == name).map_or("", |(_, value)| value)
    }
}

/// Media type and ending of a file by its content; its name is not believed. A packed document that unpacks to more than it may is of no kind.
pub fn kind(content: &[u8]) -> Option<(&'static str, &'static str)> {
    match content {
        [b'P', b'K', 3, 4, ..] => office(content),
        _ => plain_kind(content),
    }
}

/// Like [`kind`], of a file that is not packed.
pub fn plain_kind(content: &[u8]) -> Option<(&'static str, &'static str)> {
    match content {
        [b'%', b'P', b'D', b'F', b'-', ..] => Some(("application/pdf", "pdf")),
        [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, ..] => Some(("image/png", "png")),
        [0xff, 0xd8, 0xff, ..] => Some(("image/jpeg", "jpg")),
        _ => None,
    }
}

/// [`kind`] with the content back, off the async threads: a packed document is unpacked for it.
pub async fn kind_of(content: Vec<u8>) -> (Option<(&'static str, &'static str)>, Vec<u8>) {
    tokio::task::spawn_blocking(move || (kind(&content), content)).await.unwrap_or_default()
}

/// A document of Word or Excel, told by the parts it holds.
fn office(content: &[u8]) -> Option<(&'static str, &'static str)> {
    let mut archive = zip::ZipArchive::new(Cursor::new(content)).ok()?;
    if archive.len() > PARTS {
        return None;
    }
    // The sizes that it declares are not believed: what comes out of its parts is counted.
    let mut left = UNPACKED;
    for part in 0..archive.len() {
        let mut part = archive.by_index(part).ok()?.take(left + 1);
        left = left.checked_sub(io::copy(&mut part, &mut io::sink()).ok()?)?;
    }
    let has = |name: &str| archive.index_for_name(name).is_some();
    if has("word/document.xml") {
        Some(("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"))
    } else if has("xl/workbook.xml") {
        Some(("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"))
    } else {
        None
    }
}

/// The name of an uploaded file as a label: no folders, no characters that a header or a shell would read.
pub fn name(sent: &str) -> String {
    let last = sent.rsplit(['/', '\\']).next().unwrap_or_default();
    last.chars()
        .filter(|c| {
            !c.is_control()
                && !matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
                && !"\"<>|:*?".contains(*c)
        })
        .take(180)
        .collect::<String>()
        .trim()
        .to_owned()
}

/// The name with the ending that its content has.
pub fn with_ending(name: &str, ending: &str) -> String {
    let known = name.rsplit_once('.').map(|(_, e)| e.to_lowercase()).is_some_and(|e| e == ending || (ending == "jpg" && e == "jpeg"));
    match name {
        "" => format!("soubor.{ending}"),
        name if known => name.to_owned(),
        name => format!("{name}.{ending}"),
    }
}

/// `Content-Disposition` of a download (RFC 6266): the plain name for old clients, the whole one in UTF-8.
pub fn disposition(name: &str) -> String {
    let plain: String = name.chars().map(|c| if c.is_ascii_graphic() || c == ' ' { c } else { '_' }).collect();
    let whole = percent_encoding::utf8_percent_encode(name, percent_encoding::NON_ALPHANUMERIC);
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{whole}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;

    fn packed(parts: &[(&str, usize)]) -> Vec<u8> {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in parts {
            writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
            writer.write_all(&vec![0; *bytes]).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    /// The archive with another unpacked size of every part, in its head and in the directory.
    fn with_sizes(archive: &[u8], size: u32) -> Vec<u8> {
        let mut forged = archive.to_vec();
        for (signature, place) in [(b"PK\x03\x04", 22), (b"PK\x01\x02", 24)] {
            let heads: Vec<usize> = (0..archive.len()).filter(|at| archive[*at..].starts_with(signature)).collect();
            for head in heads {
                forged[head + place..head + place + 4].copy_from_slice(&size.to_le_bytes());
            }
        }
        forged
    }

    #[test]
    fn files_are_known_by_their_content() {
        let kind_of = |content: &[u8]| kind(content).map(|(_, ending)| ending);
        assert_eq!(kind_of(b"%PDF-1.7"), Some("pdf"));
        assert_eq!(kind_of(b"MZ this is a program"), None);
        assert_eq!(kind_of(&packed(&[("word/document.xml", 10)])), Some("docx"));
        assert_eq!(kind_of(&packed(&[("xl/workbook.xml", 10)])), Some("xlsx"));
        assert_eq!(kind_of(&packed(&[("run.exe", 10)])), None);
        // A bomb: it unpacks to far more than it may.
        let bomb = packed(&[("xl/workbook.xml", 10), ("xl/a", 110 << 20), ("xl/b", 110 << 20)]);
        assert!(bomb.len() < 1 << 20);
        assert_eq!(kind_of(&bomb), None);
        // It declares that it doesn't.
        let declared = |bomb: &[u8]| {
            let mut archive = zip::ZipArchive::new(Cursor::new(bomb)).unwrap();
            (0..archive.len()).map(|part| archive.by_index_raw(part).unwrap().size()).sum::<u64>()
        };
        let forged = with_sizes(&bomb, 10);
        assert_eq!((declared(&bomb), declared(&forged)), (10 + (220 << 20), 30));
        assert_eq!(kind_of(&forged), None);
        // A part that does not unpack.
        let mut broken = packed(&[("xl/workbook.xml", 10_000)]);
        let data = 30 + "xl/workbook.xml".len() + usize::from(u16::from_le_bytes([broken[28], broken[29]]));
        broken[data..data + 4].fill(0xff);
        assert_eq!(kind_of(&broken), None);
    }

    #[test]
    fn names_are_labels() {
        for (sent, kept) in
            [("../../etc/passwd", "passwd"), ("C:\\a\\plán.pdf", "plán.pdf"), ("a\r\nb.pdf", "ab.pdf"), ("", ""), ("a\".pdf", "a.pdf")]
        {
            assert_eq!(name(sent), kept, "{sent:?}");
        }
        assert_eq!((with_ending("plán", "pdf"), with_ending("foto.JPEG", "jpg")), ("plán.pdf".to_owned(), "foto.JPEG".to_owned()));
        assert_eq!(with_ending("a.exe", "pdf"), "a.exe.pdf");
        assert_eq!(disposition("plán.pdf"), "attachment; filename=\"pl_n.pdf\"; filename*=UTF-8''pl%C3%A1n%2Epdf");
    }
}
