//! A folder read into memory.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::{Failure, Result, While};

/// The files of a folder and all below it, by their path with `/`, sorted.
#[derive(Default)]
pub struct Files(BTreeMap<String, Vec<u8>>);

impl Files {
    /// Reads the folder; one that does not exist is empty.
    ///
    /// # Errors
    /// A file cannot be read or has a name that is not UTF-8.
    pub fn read(folder: &Path) -> Result<Self> {
        let mut files = Self::default();
        if folder.is_dir() {
            files.collect(folder, "")?;
        }
        Ok(files)
    }

    /// Every path with its content.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.0.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice()))
    }

    fn collect(&mut self, folder: &Path, prefix: &str) -> Result<()> {
        for entry in fs::read_dir(folder).during(folder.display())? {
            let path = entry.during(folder.display())?.path();
            let Some(name) = path.file_name().and_then(|name| name.to_str()) else {
                return Err(Failure(format!("{}: the name is not UTF-8.", path.display())));
            };
            let name = format!("{prefix}{name}");
            if path.is_dir() {
                self.collect(&path, &format!("{name}/"))?;
            } else {
                let bytes = fs::read(&path).during(path.display())?;
                self.0.insert(name, bytes);
            }
        }
        Ok(())
    }
}
