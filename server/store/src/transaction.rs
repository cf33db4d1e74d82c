use crate::{StoreError, audit};
use chrono::{DateTime, Utc};
use domain::accounts::{Account, Actor};
use sqlx::{PgPool, Postgres, Transaction};
use std::ops::{Deref, DerefMut};
use uuid::Uuid;

/// A new identifier: UUID v7, so that rows of one time lie together.
pub fn new_id() -> Uuid {
    Uuid::now_v7()
}

/// The database, as the role that serves.
#[derive(Debug, Clone)]
pub struct Store {
    pool: PgPool,
}

/// Where a request came from, for the audit trail.
#[derive(Debug, Clone, Default)]
pub struct Origin {
    /// Address of the client.
    pub address: Option<String>,
    /// What the client calls itself.
    pub device: Option<String>,
}

/// A transaction for one actor. Dropped without [`Tx::commit`], nothing of it stays.
pub struct Tx {
    tx: Transaction<'static, Postgres>,
    account: Option<Box<Account>>,
    chain_of: Option<Uuid>,
    origin: Origin,
    records: Vec<audit::Record>,
}

impl Store {
    /// Takes a pool of connections of `kraj_app`.
    pub fn new(pool: PgPool) -> Self {
        Self { pool }
    }

    /// The pool itself, for what is not done for an actor: state of the database, listening for jobs.
    pub fn pool(&self) -> &PgPool {
        &self.pool
    }

    /// Opens a transaction for `actor`.
    pub async fn begin(&self, actor: &Actor) -> Result<Tx, StoreError> {
        self.begin_from(actor, Origin::default()).await
    }

    /// Opens a transaction for `actor`, whose request came from `origin`.
    pub async fn begin_from(&self, actor: &Actor, origin: Origin) -> Result<Tx, StoreError> {
        let mut tx = self.pool.begin().await?;
        let account = match actor {
            Actor::Account(account) => Some(account.clone()),
            Actor::Public | Actor::System => None,
        };
        let text = |id: Option<Uuid>| id.map(|id| id.to_string()).unwrap_or_default();
        let a = account.as_deref();
        sqlx::query!(
            "select set_config('app.kind', $1, true) as a, set_config('app.org', $2, true) as b, set_config('app.kraj', $3, true) as c,
                    set_config('app.provider', $4, true) as d, set_config('app.person', $5, true) as e, set_config('app.account', $6, true) as f",
            actor.kind_code(),
            text(a.map(|a| a.organisation)),
            a.and_then(|a| a.kraj.as_deref()).unwrap_or_default(),
            text(a.and_then(|a| a.provider)),
            text(a.map(|a| a.person)),
            text(a.map(|a| a.id)),
        )
        .fetch_one(&mut *tx)
        .await?;
        Ok(Tx { tx, chain_of: a.map(|a| a.organisation), account, origin, records: Vec::new() })
    }
}

impl Tx {
    /// Notes what is being done; it is written when the transaction commits.
    pub fn audit(&mut self, record: audit::Record) {
        self.records.push(record);
    }

    /// The account the transaction was opened for.
    pub fn account(&self) -> Option<&Account> {
        self.account.as_deref()
    }

    /// Writes the audit records as the last statements and commits. `at` is the instant of the command.
    pub async fn commit(mut self, at: DateTime<Utc>) -> Result<(), StoreError> {
        for record in std::mem::take(&mut self.records) {
            let chain = record.chain.or(self.chain_of).map_or_else(|| "system".to_owned(), |id| id.to_string());
            audit::append(&mut self.tx, &chain, at, self.account.as_deref(), &self.origin, &record).await?;
        }
        self.tx.commit().await?;
        Ok(())
    }
}

impl Deref for Tx {
    type Target = sqlx::PgConnection;
    fn deref(&self) -> &Self::Target {
        &self.tx
    }
}

impl DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.tx
    }
}
