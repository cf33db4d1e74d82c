//! Files with accounts, between their dry run and their doing.

use crate::{StoreError, Tx, new_id};
use chrono::{DateTime, Utc};
use uuid::Uuid;

/// A file that was uploaded.
#[derive(Debug, Clone)]
pub struct ImportRow {
    /// Its key.
    pub id: Uuid,
    /// Its name.
    pub file_name: String,
    /// Its text.
    pub content: String,
    /// When its accounts were made.
    pub done_at: Option<DateTime<Utc>>,
    /// How many.
    pub made: Option<i32>,
}

/// Keeps a file for the organisation of the actor.
pub async fn keep_import(tx: &mut Tx, file_name: &str, content: &str, at: DateTime<Utc>) -> Result<Uuid, StoreError> {
    let account = tx.account().ok_or(StoreError::NotFound)?;
    let (organisation, by, id) = (account.organisation, account.id, new_id());
    sqlx::query!(
        "insert into account_import (id, organisation_id, file_name, content, made_by, made_at) values ($1, $2, $3, $4, $5, $6)",
        id,
        organisation,
        file_name,
        content,
        by,
        at
    )
    .execute(&mut **tx)
    .await?;
    Ok(id)
}

/// A file of the organisation of the actor; `lock` holds it until the transaction ends.
pub async fn import(tx: &mut Tx, id: Uuid, lock: bool) -> Result<ImportRow, StoreError> {
    if lock {
        sqlx::query!("select id from account_import where id = $1 for update", id).fetch_optional(&mut **tx).await?;
    }
    sqlx::query_as!(ImportRow, "select id, file_name, content, done_at, made from account_import where id = $1", id)
        .fetch_optional(&mut **tx)
        .await?
        .ok_or(StoreError::NotFound)
}

/// Its accounts are made; its text goes.
pub async fn import_done(tx: &mut Tx, id: Uuid, made: i32, at: DateTime<Utc>) -> Result<(), StoreError> {
    sqlx::query!("update account_import set done_at = $2, made = $3, content = '' where id = $1", id, at, made).execute(&mut **tx).await?;
    Ok(())
}

/// Which of these sign-in names are taken.
pub async fn logins_taken(tx: &mut Tx, logins: &[String]) -> Result<Vec<String>, StoreError> {
    Ok(sqlx::query_scalar!(r#"select login as "login!" from unnest($1::text[]) as l(login) where app.login_taken(login)"#, logins)
        .fetch_all(&mut **tx)
        .await?)
}

/// The rights of an account end on a day.
pub async fn end_rights_on(tx: &mut Tx, account: Uuid, to: chrono::NaiveDate) -> Result<(), StoreError> {
    sqlx::query!("update account_right set valid_to = $2 where account_id = $1 and valid_to is null", account, to)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Empties files that were only tried before an instant: they hold names and addresses.
pub async fn forget_imports(tx: &mut Tx, before: DateTime<Utc>) -> Result<u64, StoreError> {
    let done = sqlx::query!("update account_import set content = '' where done_at is null and content <> '' and made_at < $1", before)
        .execute(&mut **tx)
        .await?;
    Ok(done.rows_affected())
}
