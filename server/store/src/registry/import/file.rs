//! The reading side of an import: a thread that hands over batches of records, ready to be compared.

use super::Closed;
use chrono::NaiveDate;
use domain::registry::codes::CodeBook;
use domain::registry::normalise::{Normalised, normalise};
use domain::registry::reader::{self, Limits, ReadError};
use domain::registry::record::{Record, Refusal};
use sha2::{Digest as _, Sha256};
use std::collections::HashMap;
use std::io::{self, Read};
use std::sync::Arc;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

/// SHA-256.
pub(super) type Digest = [u8; 32];

/// Goes into every digest: another normal form of the same record is compared anew.
const NORMAL_FORM: &[u8] = b"2";

/// Records handed over at once: enough for a statement to pay, few enough to keep the memory small.
const BATCH: usize = 256;

/// One element of the file.
pub(super) enum Item {
    /// Its bytes are those of the last import.
    Unchanged { index: u64, portal_id: i64 },
    /// To be compared.
    Read(Box<Incoming>),
    /// Not taken over.
    Refused(Refusal),
}

/// A record with its digests; the provider's portalId stands apart from its facts, because it may come later.
pub(super) struct Incoming {
    pub record: Normalised,
    pub digest: Digest,
    pub provider_portal_id: Option<i64>,
    pub provider_digest: Digest,
}

/// The whole file.
pub(super) struct FileFacts {
    pub records: u64,
    pub bytes: u64,
    pub digest: Digest,
}

/// Digests what passes.
struct Digesting<R> {
    source: R,
    hash: Sha256,
    bytes: u64,
}

impl<R: Read> Read for Digesting<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.source.read(buffer)?;
        self.hash.update(&buffer[..count]);
        self.bytes += count as u64;
        Ok(count)
    }
}

fn incoming(raw: &str, index: u64, digest: Digest, day: NaiveDate, book: &CodeBook) -> Result<Incoming, Refusal> {
    let mut record = normalise(Record::read(index, raw)?, day, book);
    let provider_portal_id = record.provider.facts.portal_id.take();
    let mut hash = Sha256::new();
    // Serialising plain structures into memory does not fail; an empty text would only compare the provider once more.
    hash.update(serde_json::to_vec(&(&record.provider.facts, &record.provider.private)).unwrap_or_default());
    Ok(Incoming { record, digest, provider_portal_id, provider_digest: hash.finalize().into() })
}

/// The thread that reads; it ends with what it found out about the file.
pub(super) type Reading = JoinHandle<Result<FileFacts, ReadError<Closed>>>;

/// Starts reading. `unchanged` knows the services by the digest of their record; what search needs is derived for `day`.
pub(super) fn read<R: Read + Send + 'static>(
    source: R,
    limits: Limits,
    unchanged: HashMap<Digest, i64>,
    day: NaiveDate,
    book: Arc<CodeBook>,
) -> (mpsc::Receiver<Vec<Item>>, Reading) {
    let (sender, receiver) = mpsc::channel(2);
    let thread = tokio::task::spawn_blocking(move || {
        let mut source = Digesting { source, hash: Sha256::new(), bytes: 0 };
        let mut batch = Vec::with_capacity(BATCH);
        let records = reader::read(&mut source, limits, |index, raw| {
            let mut hash = Sha256::new();
            hash.update(NORMAL_FORM);
            hash.update(raw);
            let digest: Digest = hash.finalize().into();
            batch.push(match unchanged.get(&digest) {
                Some(portal_id) => Item::Unchanged { index, portal_id: *portal_id },
                None => match incoming(raw, index, digest, day, &book) {
                    Ok(incoming) => Item::Read(Box::new(incoming)),
                    Err(refusal) => Item::Refused(refusal),
                },
            });
            if batch.len() >= BATCH {
                let full = std::mem::replace(&mut batch, Vec::with_capacity(BATCH));
                sender.blocking_send(full).map_err(|_| Closed)?;
            }
            Ok(())
        })?;
        sender.blocking_send(batch).map_err(|_| ReadError::Stopped(Closed))?;
        Ok(FileFacts { records, bytes: source.bytes, digest: source.hash.finalize().into() })
    });
    (receiver, thread)
}
