//! Import of a file of the open data in one transaction: all of it or nothing.
//!
//! A thread of its own reads the file and turns records into facts; this side compares batches of them with what is stored and writes whole
//! batches (`insert … select … from unnest`, because COPY is refused under row level security and a temporary table would write every row
//! twice). A record whose bytes were seen by the last import is known by its digest and neither parsed nor compared, so an unchanged file
//! costs little more than reading it.

mod authority;
mod facts;
mod file;
mod problems;
mod providers;
mod services;
mod state;
pub(in crate::registry) mod write;

use crate::{Origin, Store, StoreError, Tx, audit, codelists, new_id};
use chrono::{DateTime, NaiveDate, Utc};
use domain::accounts::Actor;
use domain::registry::problem::Problem;
use domain::registry::reader::{Limits, ReadError};
use domain::time::date;
use serde::Serialize;
use serde_json::json;
use std::io::Read;
use std::sync::Arc;
use uuid::Uuid;

/// What the caller decides.
#[derive(Debug, Clone)]
pub struct ImportRequest {
    /// The day on which changes begin to hold.
    pub as_of: NaiveDate,
    /// The instant of the command.
    pub at: DateTime<Utc>,
    /// Name of the file, for the list of imports.
    pub file_name: Option<String>,
}

/// Why nothing was imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file is broken.
    #[error(transparent)]
    File(#[from] ReadError<Closed>),
    /// The day lies before that of the last import.
    #[error("Poslední import platí k {}, ke dni {} už importovat nejde. Zvolte den {} nebo pozdější.", date(*last), date(*asked), date(*last))]
    TooEarly {
        /// Day of the last import.
        last: NaiveDate,
        /// Day that was asked for.
        asked: NaiveDate,
    },
    /// The day is still to come.
    #[error("Den {} teprve nastane. Zvolte den, ke kterému soubor opravdu je, nejpozději dnešek ({}).", date(*asked), date(*today))]
    TooLate {
        /// The day of the command.
        today: NaiveDate,
        /// Day that was asked for.
        asked: NaiveDate,
    },
    /// The thread that reads the file ended in a fault.
    #[error("Čtení souboru skončilo chybou programu, nic se neuložilo. Zkuste to, prosím, znovu.")]
    Reader,
    /// The database refused or failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<sqlx::Error> for ImportError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

/// The receiver of the records is gone.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("import byl přerušen")]
pub struct Closed;

/// What became of the records of a file; each counts once. `incomplete` counts the services of the register without identifikátor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct ServiceCounts {
    /// Services that were not known.
    pub new: u64,
    /// Services with other facts than before.
    pub changed: u64,
    /// Services whose end was set.
    pub ended: u64,
    /// Services that stayed as they were.
    pub unchanged: u64,
    /// Known services that the file lacks.
    pub missing: u64,
    /// Records that were not taken over.
    pub refused: u64,
    /// Services without identifikátor.
    pub incomplete: u64,
}

/// Counts of providers or facilities that were touched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct TouchedCounts {
    /// New ones.
    pub new: u64,
    /// Changed ones.
    pub changed: u64,
    /// Facilities that a service has no longer.
    pub gone: u64,
}

/// What an import did.
#[derive(Debug, Clone, Serialize)]
pub struct ImportReport {
    /// The import.
    pub id: Uuid,
    /// The day on which changes begin to hold.
    pub as_of: NaiveDate,
    /// Records in the file.
    pub records: u64,
    /// Bytes of the unpacked file.
    pub bytes: u64,
    /// SHA-256 of the unpacked file, hexadecimal.
    pub digest: String,
    /// Services.
    pub services: ServiceCounts,
    /// Providers.
    pub providers: TouchedCounts,
    /// Facilities, twins counted once.
    pub facilities: TouchedCounts,
    /// Providers without a registering authority.
    pub without_authority: u64,
    /// How many there are of each kind of problem.
    pub problem_counts: std::collections::BTreeMap<&'static str, u64>,
    /// What is to be said about the file, at most [`problems::LISTED`] of a kind.
    pub problems: Vec<Problem>,
}

/// One import under way.
struct Run<'a> {
    tx: &'a mut Tx,
    id: Uuid,
    as_of: NaiveDate,
    at: DateTime<Utc>,
    book: Arc<domain::registry::codes::CodeBook>,
    state: state::State,
    services: ServiceCounts,
    providers: TouchedCounts,
    facilities: TouchedCounts,
    problems: problems::Problems,
}

/// Imports a file of the open data (`{"polozky":[…]}`, unpacked) for `actor`, who was checked to have the right.
///
/// The source is read on a thread of its own. On any error nothing is changed at all.
pub async fn import<R: Read + Send + 'static>(
    store: &Store,
    actor: &Actor,
    origin: Origin,
    source: R,
    request: &ImportRequest,
) -> Result<ImportReport, ImportError> {
    let today = crate::prague::day(request.at);
    if request.as_of > today {
        return Err(ImportError::TooLate { today, asked: request.as_of });
    }
    let mut tx = store.begin_from(actor, origin).await?;
    // One import at a time, and no correction in between; readers are not held up.
    sqlx::query!("lock table service_version, facility_version, provider_version in share row exclusive mode").execute(&mut *tx).await?;
    let last = sqlx::query_scalar!("select max(as_of) from import_run").fetch_one(&mut *tx).await?;
    if let Some(last) = last.filter(|last| request.as_of < *last) {
        return Err(ImportError::TooEarly { last, asked: request.as_of });
    }
    let book = Arc::new(codelists::book(&mut tx).await?);
    let state = state::load(&mut tx, last, request.as_of).await?;
    let (mut batches, reader) = file::read(source, Limits::default(), state.unchanged_digests(), request.as_of, Arc::clone(&book));
    let mut run = Run {
        tx: &mut tx,
        id: new_id(),
        as_of: request.as_of,
        at: request.at,
        book,
        state,
        services: ServiceCounts::default(),
        providers: TouchedCounts::default(),
        facilities: TouchedCounts::default(),
        problems: problems::Problems::default(),
    };
    while let Some(batch) = batches.recv().await {
        run.take(batch).await?;
    }
    let file = reader.await.map_err(|_| ImportError::Reader)??;
    let report = run.finish(file, request).await?;
    tx.commit(request.at).await?;
    Ok(report)
}

impl Run<'_> {
    /// What comes after the last record: missing services, registering authorities, the record of the import itself.
    async fn finish(mut self, file: file::FileFacts, request: &ImportRequest) -> Result<ImportReport, ImportError> {
        for (portal_id, service) in self.state.unseen() {
            self.services.missing += 1;
            self.problems.missing(portal_id, service);
        }
        self.estimate_authorities().await?;
        self.note_shared_icos().await?;
        let incomplete = sqlx::query_scalar!(
            r#"select count(*) as "count!" from service_version
               where superseded_at is null and upper_inf(valid) and coalesce(trim(identifikator), '') = ''"#
        )
        .fetch_one(&mut **self.tx)
        .await?;
        let without_authority = sqlx::query_scalar!(r#"select count(*) as "count!" from provider where registrar_id is null"#)
            .fetch_one(&mut **self.tx)
            .await?;
        self.services.incomplete = incomplete.unsigned_abs();
        let problem_counts = self.problems.counts();
        let summary = json!({ "records": file.records, "services": self.services, "providers": self.providers, "facilities": self.facilities,
            "without_authority": without_authority, "problems": problem_counts });
        let digest = hex::encode(file.digest);
        sqlx::query!(
            "insert into import_run (id, as_of, at, person_id, file_name, file_digest, file_bytes, summary) values ($1, $2, $3, $4, $5, $6, $7, $8)",
            self.id,
            self.as_of,
            self.at,
            self.tx.account().map(|a| a.person),
            request.file_name.as_deref().map(|name| name.chars().take(300).collect::<String>()),
            &file.digest[..],
            i64::try_from(file.bytes).unwrap_or(i64::MAX),
            summary
        )
        .execute(&mut **self.tx)
        .await?;
        let problems = self.problems.into_list();
        problems::write(self.tx, self.id, &problems).await?;
        let content = json!({ "as_of": self.as_of, "sha256": digest, "summary": summary });
        self.tx.audit(audit::Record::done("registry.import", "import_run", self.id, content));
        Ok(ImportReport {
            id: self.id,
            as_of: self.as_of,
            records: file.records,
            bytes: file.bytes,
            digest,
            services: self.services,
            providers: self.providers,
            facilities: self.facilities,
            without_authority: without_authority.unsigned_abs(),
            problem_counts,
            problems: problems.into_iter().map(|p| p.problem).collect(),
        })
    }
}
