//! The imports that were done, and what each had to say.

use crate::{StoreError, Tx};
use chrono::{DateTime, NaiveDate, Utc};
use serde_json::Value;
use uuid::Uuid;

/// One import.
#[derive(Debug, Clone)]
pub struct ImportRun {
    /// The import.
    pub id: Uuid,
    /// The day on which its changes begin to hold.
    pub as_of: NaiveDate,
    /// When.
    pub at: DateTime<Utc>,
    /// Who, where that can be seen; none on the command line.
    pub person_name: Option<String>,
    /// Name of the file.
    pub file_name: Option<String>,
    /// Bytes of the unpacked file.
    pub file_bytes: i64,
    /// SHA-256 of the unpacked file.
    pub file_digest: Vec<u8>,
    /// Counts, in the shape of [`ImportReport`](super::ImportReport).
    pub summary: Value,
}

/// The newest imports.
pub async fn imports(tx: &mut Tx, limit: i64) -> Result<Vec<ImportRun>, StoreError> {
    Ok(sqlx::query_as!(
        ImportRun,
        r#"select r.id, r.as_of, r.at, p.name as "person_name?", r.file_name, r.file_bytes, r.file_digest, r.summary
           from import_run r left join person p on p.id = r.person_id order by r.at desc, r.id desc limit $1"#,
        limit
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// The day of the newest import: the state that the public register shows.
pub async fn newest_day(tx: &mut Tx) -> Result<Option<NaiveDate>, StoreError> {
    Ok(sqlx::query_scalar!("select app.register_day()").fetch_one(&mut **tx).await?)
}

/// One line of what an import had to say.
#[derive(Debug, Clone)]
pub struct ImportProblem {
    /// Code of its kind, as [`ProblemKind::code`](domain::registry::problem::ProblemKind::code) gives it.
    pub kind: String,
    /// Place in the file, from 1.
    pub record_index: Option<i64>,
    /// The key of the service.
    pub portal_id: Option<i64>,
    /// The service, where there is one.
    pub service_id: Option<Uuid>,
    /// The provider, where there is one.
    pub provider_id: Option<Uuid>,
    /// Path of the field.
    pub field: String,
    /// A sentence.
    pub text: String,
}

/// What an import had to say, of one kind where it is named; a kraj sees what concerns its own providers.
pub async fn problems(tx: &mut Tx, run: Uuid, kind: Option<&str>, limit: i64, offset: i64) -> Result<Vec<ImportProblem>, StoreError> {
    Ok(sqlx::query_as!(
        ImportProblem,
        "select kind, record_index, portal_id, service_id, provider_id, field, text from import_problem
         where import_run_id = $1 and (kind = $2 or $2 is null) order by ordinal limit $3 offset $4",
        run,
        kind,
        limit,
        offset
    )
    .fetch_all(&mut **tx)
    .await?)
}
