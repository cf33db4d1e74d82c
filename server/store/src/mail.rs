//! Mail that waits to be sent. It is written in the transaction of the command that causes it, and sent afterwards.

use crate::{StoreError, Tx, new_id};
use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

/// Tries after which a mail is given up.
pub const TRIES: i32 = 8;

/// Puts a mail into the queue.
pub async fn post(tx: &mut Tx, recipient: &str, subject: &str, body: &str, at: DateTime<Utc>) -> Result<Uuid, StoreError> {
    let id = new_id();
    sqlx::query!(
        "insert into mail (id, made_at, recipient, subject, body, next_try_at) values ($1, $2, $3, $4, $5, $2)",
        id,
        at,
        recipient,
        subject,
        body
    )
    .execute(&mut **tx)
    .await?;
    Ok(id)
}

/// A mail to be sent.
#[derive(Debug, Clone)]
pub struct Waiting {
    /// Its key.
    pub id: Uuid,
    /// Who gets it.
    pub recipient: String,
    /// What it is about.
    pub subject: String,
    /// The text.
    pub body: String,
    /// Tries so far.
    pub tries: i32,
}

/// Claims the next mail that is due: nobody else gets it for five minutes.
pub async fn claim(tx: &mut Tx, now: DateTime<Utc>) -> Result<Option<Waiting>, StoreError> {
    Ok(sqlx::query_as!(
        Waiting,
        r#"update mail set tries = tries + 1, next_try_at = $2
           where id = (select id from mail where sent_at is null and body is not null and next_try_at <= $1 and tries < $3
                       order by next_try_at limit 1 for update skip locked)
           returning id, recipient, subject, body as "body!", tries"#,
        now,
        now + TimeDelta::minutes(5),
        TRIES
    )
    .fetch_optional(&mut **tx)
    .await?)
}

/// It is sent; its text goes, unless it was written into a file only.
pub async fn sent(tx: &mut Tx, id: Uuid, keep: bool, at: DateTime<Utc>) -> Result<(), StoreError> {
    sqlx::query!("update mail set sent_at = $2, body = case when $3 then body end, fault = null where id = $1", id, at, keep)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// It could not be sent; it is tried again later, each time twice as late.
pub async fn failed(tx: &mut Tx, mail: &Waiting, fault: &str, at: DateTime<Utc>) -> Result<(), StoreError> {
    let later = at + TimeDelta::minutes(1 << mail.tries.clamp(0, TRIES));
    let body = (mail.tries < TRIES).then_some(mail.body.as_str());
    let fault: String = fault.chars().take(500).collect();
    sqlx::query!("update mail set next_try_at = $2, fault = $3, body = $4 where id = $1", mail.id, later, fault, body)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Empties the texts of mails that were made before an instant.
pub async fn forget(tx: &mut Tx, before: DateTime<Utc>) -> Result<(), StoreError> {
    sqlx::query!(
        "update mail set body = null where made_at < $1 and body is not null and (sent_at is not null or tries >= $2)",
        before,
        TRIES
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// A mail in the list of the administrator.
#[derive(Debug, Clone)]
pub struct MailRow {
    /// Its key.
    pub id: Uuid,
    /// When it was caused.
    pub made_at: DateTime<Utc>,
    /// Who gets it.
    pub recipient: String,
    /// What it is about.
    pub subject: String,
    /// The text, while it is kept.
    pub body: Option<String>,
    /// When it was sent.
    pub sent_at: Option<DateTime<Utc>>,
    /// Tries so far.
    pub tries: i32,
    /// Why the last try failed.
    pub fault: Option<String>,
}

/// The last mails, newest first.
pub async fn mails(tx: &mut Tx, limit: i64) -> Result<Vec<MailRow>, StoreError> {
    Ok(sqlx::query_as!(
        MailRow,
        "select id, made_at, recipient, subject, body, sent_at, tries, fault from mail order by made_at desc, id desc limit $1",
        limit
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// Mails that are still to be sent.
pub async fn waiting(tx: &mut Tx) -> Result<i64, StoreError> {
    Ok(sqlx::query_scalar!(r#"select count(*) as "count!" from mail where sent_at is null and tries < $1"#, TRIES)
        .fetch_one(&mut **tx)
        .await?)
}

/// When the oldest mail that still waits was caused.
pub async fn waiting_since(tx: &mut Tx) -> Result<Option<DateTime<Utc>>, StoreError> {
    Ok(sqlx::query_scalar!("select min(made_at) from mail where sent_at is null and tries < $1", TRIES).fetch_one(&mut **tx).await?)
}
