//! What can go wrong in the database, as its callers need to know it.

/// A fault of the database, or a row that is not there.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// No such row, or none that this actor may see.
    #[error("not found")]
    NotFound,
    /// Somebody changed the row since the caller saw it.
    #[error("stale: version {found} instead of {seen}")]
    Stale {
        /// Version that the caller saw.
        seen: i64,
        /// Version that is stored.
        found: i64,
    },
    /// The same idempotency key came with another request.
    #[error("idempotency key used for another request")]
    KeyReused,
    /// A stored document does not have the shape that this program reads.
    #[error("stored document: {0}")]
    Document(#[from] serde_json::Error),
    /// The database refused or failed.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

impl StoreError {
    /// The constraint that refused a row, by its name.
    pub fn constraint(&self) -> Option<&str> {
        match self {
            Self::Database(sqlx::Error::Database(e)) => e.constraint(),
            _ => None,
        }
    }
}
