//! A command that comes twice is done once and answered twice.

use crate::{StoreError, Tx};
use chrono::{DateTime, Utc};
use serde::{Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};

/// What the first call answered, when the key was used for the same request already.
pub async fn earlier<R: DeserializeOwned>(tx: &mut Tx, key: &str, command: &str, request: &str) -> Result<Option<R>, StoreError> {
    let Some(account) = tx.account().map(|a| a.id) else { return Ok(None) };
    // Two requests with one key wait for each other here, so that the second one sees what the first one did.
    sqlx::query!("select pg_advisory_xact_lock(hashtextextended($1 || $2, 0))", account.to_string(), key).fetch_one(&mut **tx).await?;
    let row = sqlx::query!("select command, request_digest, response from idempotency where account_id = $1 and key = $2", account, key)
        .fetch_optional(&mut **tx)
        .await?;
    match row {
        None => Ok(None),
        Some(row) if row.command == command && row.request_digest == digest(request) => Ok(Some(serde_json::from_value(row.response)?)),
        Some(_) => Err(StoreError::KeyReused),
    }
}

/// Keeps the answer with the key.
pub async fn keep<R: Serialize + Sync>(
    tx: &mut Tx,
    key: &str,
    command: &str,
    request: &str,
    response: &R,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let Some(account) = tx.account().map(|a| a.id) else { return Ok(()) };
    sqlx::query!(
        "insert into idempotency (account_id, key, command, request_digest, response, done_at) values ($1, $2, $3, $4, $5, $6)",
        account,
        key,
        command,
        digest(request),
        serde_json::to_value(response)?,
        at
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

fn digest(request: &str) -> Vec<u8> {
    Sha256::digest(request.as_bytes()).to_vec()
}
