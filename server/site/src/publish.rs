//! Content-hashed names, compression, the manifest.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::Path;

use brotli::enc::BrotliEncoderParams;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::files::Files;
use crate::styles::Sheet;
use crate::{Profile, Result, While};

/// The sources of this program: when it changes, its output may change.
const SELF: [&str; 6] = [
    include_str!("bundle.rs"),
    include_str!("files.rs"),
    include_str!("main.rs"),
    include_str!("publish.rs"),
    include_str!("steps.rs"),
    include_str!("styles.rs"),
];
const MANIFEST: &str = "manifest.json";

/// A digest of everything that the result depends on.
pub fn digest(profile: Profile, wasm: &[u8], sheets: &[Sheet], assets: &Files) -> String {
    let mut hash = Sha256::new();
    let mut part = |name: &str, bytes: &[u8]| {
        hash.update(name.len().to_le_bytes());
        hash.update(name);
        hash.update(bytes.len().to_le_bytes());
        hash.update(bytes);
    };
    part("profile", profile.cargo().as_bytes());
    for source in SELF {
        part("site", source.as_bytes());
    }
    part("wasm", wasm);
    for sheet in sheets {
        part(&sheet.name, sheet.text.as_bytes());
    }
    for (name, bytes) in assets.iter() {
        part(name, bytes);
    }
    hex::encode(hash.finalize())
}

/// Whether the folder holds a complete result of exactly these inputs.
pub fn is_current(folder: &Path, inputs: &str) -> bool {
    let Some(manifest) = fs::read(folder.join(MANIFEST)).ok().and_then(|text| serde_json::from_slice::<Value>(&text).ok()) else {
        return false;
    };
    let complete = |file: &Value| {
        ["file", "brotli_file", "gzip_file"].iter().filter_map(|key| file[key].as_str()).all(|path| folder.join(path).is_file())
    };
    let present = |file: &Value| file.as_str().is_some_and(|path| folder.join(path).is_file());
    manifest["inputs"] == inputs
        && manifest["files"].as_object().is_some_and(|files| files.values().all(complete))
        && manifest["root"].as_array().is_some_and(|files| files.iter().all(present))
}

struct Entry {
    hashed: String,
    bytes: Vec<u8>,
}

/// The result in the making: files by their logical name.
pub struct Site {
    profile: Profile,
    inputs: String,
    files: BTreeMap<String, Entry>,
    root: BTreeMap<String, Vec<u8>>,
}

impl Site {
    /// An empty site; `inputs` is the digest of what it is made from.
    pub fn new(profile: Profile, inputs: String) -> Self {
        Self { profile, inputs, files: BTreeMap::new(), root: BTreeMap::new() }
    }

    /// Adds a file and returns its hashed path below `/pkg/`.
    pub fn add(&mut self, name: &str, bytes: Vec<u8>) -> String {
        let hashed = hashed_name(name, &bytes);
        self.files.insert(name.to_owned(), Entry { hashed: hashed.clone(), bytes });
        hashed
    }

    /// Adds a file that keeps its name and stands at the root of the site.
    pub fn add_root(&mut self, name: &str, bytes: Vec<u8>) {
        self.root.insert(name.to_owned(), bytes);
    }

    /// The hashed path of a file that was added.
    pub fn hashed(&self, name: &str) -> Option<&str> {
        self.files.get(name).map(|entry| entry.hashed.as_str())
    }

    /// Writes the files, then the manifest, then removes what the manifest no longer names. Returns a table of sizes.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn write(self, folder: &Path) -> Result<String> {
        let mut manifest = serde_json::Map::new();
        let mut kept = Vec::new();
        let mut report = String::new();
        for (name, entry) in &self.files {
            let file = format!("pkg/{}", entry.hashed);
            let mut row = json!({
                "path": format!("/{file}"),
                "file": file,
                "type": content_type(name),
                "bytes": entry.bytes.len(),
            });
            store(folder, &file, &entry.bytes, &mut kept)?;
            let mut sizes = format!("{:>9}", entry.bytes.len());
            if self.profile == Profile::Release && is_compressible(name) {
                for (key, ending, packed) in [("brotli", "br", brotli(&entry.bytes)?), ("gzip", "gz", gzip(&entry.bytes)?)] {
                    let file = format!("{file}.{ending}");
                    store(folder, &file, &packed, &mut kept)?;
                    row[key] = packed.len().into();
                    row[format!("{key}_file")] = file.into();
                    let _ = write!(sizes, "  {ending} {:>8}", packed.len());
                }
            }
            let _ = writeln!(report, "site: {sizes}  {name}");
            manifest.insert(name.clone(), row);
        }
        for (name, bytes) in &self.root {
            store(folder, name, bytes, &mut kept)?;
        }
        let root: Vec<_> = self.root.keys().collect();
        let manifest = json!({ "profile": self.profile.cargo(), "inputs": self.inputs, "files": manifest, "root": root });
        let text = serde_json::to_vec_pretty(&manifest).during(MANIFEST)?;
        let draft = folder.join(format!("{MANIFEST}.new"));
        fs::write(&draft, text).during(draft.display())?;
        fs::rename(&draft, folder.join(MANIFEST)).during(draft.display())?;
        remove_others(&folder.join("pkg"), "pkg", &kept)?;
        Ok(report)
    }
}

fn store(folder: &Path, file: &str, bytes: &[u8], kept: &mut Vec<String>) -> Result<()> {
    let path = folder.join(file);
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).during(parent.display())?;
    }
    fs::write(&path, bytes).during(path.display())?;
    kept.push(file.to_owned());
    Ok(())
}

fn remove_others(folder: &Path, prefix: &str, kept: &[String]) -> Result<()> {
    for entry in fs::read_dir(folder).during(folder.display())? {
        let path = entry.during(folder.display())?.path();
        let name = format!("{prefix}/{}", path.file_name().unwrap_or_default().to_string_lossy());
        if path.is_dir() {
            remove_others(&path, &name, kept)?;
        } else if !kept.contains(&name) {
            fs::remove_file(&path).during(path.display())?;
        }
    }
    Ok(())
}

/// `fonts/a.woff2` becomes `fonts/a.0123456789abcdef.woff2`.
fn hashed_name(name: &str, bytes: &[u8]) -> String {
    let digest = hex::encode(&Sha256::digest(bytes)[..8]);
    let file_start = name.rfind('/').map_or(0, |slash| slash + 1);
    match name[file_start..].rfind('.') {
        Some(dot) => {
            let (stem, extension) = name.split_at(file_start + dot);
            format!("{stem}.{digest}{extension}")
        }
        None => format!("{name}.{digest}"),
    }
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "wasm" => "application/wasm",
        "woff2" => "font/woff2",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "json" | "webmanifest" => "application/manifest+json",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

fn is_compressible(name: &str) -> bool {
    !matches!(name.rsplit('.').next(), Some("woff2" | "png"))
}

fn brotli(bytes: &[u8]) -> Result<Vec<u8>> {
    let parameters = BrotliEncoderParams { quality: 11, lgwin: 24, size_hint: bytes.len(), ..BrotliEncoderParams::default() };
    let mut packed = Vec::new();
    brotli::BrotliCompress(&mut &bytes[..], &mut packed, &parameters).during("brotli")?;
    Ok(packed)
}

fn gzip(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).during("gzip")?;
    encoder.finish().during("gzip")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_stands_before_the_extension() {
        assert_eq!(hashed_name("fonts/a.b.woff2", b""), "fonts/a.b.e3b0c44298fc1c14.woff2");
        assert_eq!(hashed_name("v1.2/plain", b""), "v1.2/plain.e3b0c44298fc1c14");
        assert_ne!(hashed_name("a.js", b"1"), hashed_name("a.js", b"2"));
    }

    #[test]
    fn what_is_written_is_current_until_a_file_or_an_input_changes() {
        let folder = tempfile::tempdir().unwrap();
        let write = |inputs: &str, text: &str| {
            let mut site = Site::new(Profile::Release, inputs.to_owned());
            let hashed = site.add("a.css", text.as_bytes().to_vec());
            site.write(folder.path()).unwrap();
            folder.path().join("pkg").join(hashed)
        };
        assert!(!is_current(folder.path(), "one"));
        let first = write("one", "a{color:red}");
        assert!(is_current(folder.path(), "one") && !is_current(folder.path(), "two"));
        let second = write("two", "a{color:blue}");
        assert!(!first.exists() && second.exists(), "old files are removed");
        let packed = second.with_extension("css.br");
        let mut unpacked = Vec::new();
        brotli::BrotliDecompress(&mut &fs::read(&packed).unwrap()[..], &mut unpacked).unwrap();
        assert_eq!(unpacked, b"a{color:blue}");
        fs::remove_file(packed).unwrap();
        assert!(!is_current(folder.path(), "two"), "a missing file is made again");
    }
}
