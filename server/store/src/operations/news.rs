//! Aktuality with their files. Policies decide who reads what.

use crate::{StoreError, Tx, new_id};
use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

/// A piece of news as it is written.
#[derive(Debug, Clone)]
pub struct NewNews {
    /// Codes of who reads it.
    pub audience: Vec<String>,
    /// Its title.
    pub title: String,
    /// Its text, paragraphs apart by an empty line.
    pub body: String,
    /// First day on which it is shown.
    pub shown_from: NaiveDate,
    /// Last day, if it has one.
    pub shown_to: Option<NaiveDate>,
}

/// A piece of news.
#[derive(Debug, Clone)]
pub struct NewsRow {
    /// Its key.
    pub id: Uuid,
    /// Codes of who reads it.
    pub audience: Vec<String>,
    /// Its title.
    pub title: String,
    /// Its text.
    pub body: String,
    /// First day on which it is shown.
    pub shown_from: NaiveDate,
    /// Last day, if it has one.
    pub shown_to: Option<NaiveDate>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// When it was withdrawn.
    pub withdrawn_at: Option<DateTime<Utc>>,
    /// Files that it has.
    pub files: i64,
    /// Row version.
    pub version: i64,
}

/// The news, newest first. With a day only what is shown on it; without, all there is to read.
pub async fn news(tx: &mut Tx, on: Option<NaiveDate>, limit: i64) -> Result<Vec<NewsRow>, StoreError> {
    Ok(sqlx::query_as!(
        NewsRow,
        r#"select n.id, n.audience, n.title, n.body, n.shown_from, n.shown_to, n.updated_at, n.withdrawn_at, n.version,
                  (select count(*) from news_file f where f.news_id = n.id and f.removed_at is null) as "files!"
           from news n
           where $1::date is null or (n.withdrawn_at is null and n.shown_from <= $1 and (n.shown_to is null or n.shown_to >= $1))
           order by n.shown_from desc, n.id desc limit $2"#,
        on,
        limit
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// One piece of news.
pub async fn news_item(tx: &mut Tx, id: Uuid) -> Result<NewsRow, StoreError> {
    sqlx::query_as!(
        NewsRow,
        r#"select n.id, n.audience, n.title, n.body, n.shown_from, n.shown_to, n.updated_at, n.withdrawn_at, n.version,
                  (select count(*) from news_file f where f.news_id = n.id and f.removed_at is null) as "files!"
           from news n where n.id = $1"#,
        id
    )
    .fetch_optional(&mut **tx)
    .await?
    .ok_or(StoreError::NotFound)
}

/// Writes a new piece.
pub async fn create_news(tx: &mut Tx, new: &NewNews, by: Uuid, at: DateTime<Utc>) -> Result<Uuid, StoreError> {
    let id = new_id();
    sqlx::query!(
        "insert into news (id, audience, title, body, shown_from, shown_to, made_at, made_by, updated_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $7)",
        id,
        &new.audience,
        new.title,
        new.body,
        new.shown_from,
        new.shown_to,
        at,
        by
    )
    .execute(&mut **tx)
    .await?;
    Ok(id)
}

/// Writes a piece anew, when it is still as the person saw it.
pub async fn save_news(tx: &mut Tx, id: Uuid, new: &NewNews, seen: i64, at: DateTime<Utc>) -> Result<(), StoreError> {
    let saved = sqlx::query!(
        "update news set audience = $2, title = $3, body = $4, shown_from = $5, shown_to = $6, updated_at = $7, version = version + 1
         where id = $1 and version = $8 and withdrawn_at is null",
        id,
        &new.audience,
        new.title,
        new.body,
        new.shown_from,
        new.shown_to,
        at,
        seen
    )
    .execute(&mut **tx)
    .await?;
    if saved.rows_affected() == 0 {
        return Err(StoreError::Stale { seen, found: news_item(tx, id).await?.version });
    }
    Ok(())
}

/// Nobody but MPSV sees it any more.
pub async fn withdraw(tx: &mut Tx, id: Uuid, at: DateTime<Utc>) -> Result<(), StoreError> {
    let done = sqlx::query!(
        "update news set withdrawn_at = $2, updated_at = $2, version = version + 1 where id = $1 and withdrawn_at is null",
        id,
        at
    )
    .execute(&mut **tx)
    .await?;
    if done.rows_affected() == 0 { Err(StoreError::NotFound) } else { Ok(()) }
}

/// A file of a piece of news, without its content.
#[derive(Debug, Clone)]
pub struct FileRow {
    /// Its key.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// Bytes.
    pub bytes: i64,
}

/// The files of a piece.
pub async fn files(tx: &mut Tx, news: Uuid) -> Result<Vec<FileRow>, StoreError> {
    Ok(sqlx::query_as!(
        FileRow,
        r#"select id, name, length(content)::bigint as "bytes!" from news_file where news_id = $1 and removed_at is null order by added_at, id"#,
        news
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// Name, kind and content of a file that whoever asks may read; one of a piece that is shown later, or no longer, only by who writes them
/// (`ahead`).
pub async fn file(tx: &mut Tx, id: Uuid, today: NaiveDate, ahead: bool) -> Result<(String, String, Vec<u8>), StoreError> {
    let row = sqlx::query!(
        "select f.name, f.media, f.content from news_file f join news n on n.id = f.news_id
         where f.id = $1 and f.removed_at is null and ((n.shown_from <= $2 and (n.shown_to is null or n.shown_to >= $2)) or $3)",
        id,
        today,
        ahead
    )
    .fetch_optional(&mut **tx)
    .await?
    .ok_or(StoreError::NotFound)?;
    Ok((row.name, row.media, row.content))
}

/// Adds a file and notes the change of its piece.
pub async fn add_file(tx: &mut Tx, news: Uuid, file: (&str, &str, &[u8]), by: Uuid, at: DateTime<Utc>) -> Result<Uuid, StoreError> {
    let id = new_id();
    let (name, media, content) = file;
    sqlx::query!(
        "insert into news_file (id, news_id, name, media, content, added_at, added_by) values ($1, $2, $3, $4, $5, $6, $7)",
        id,
        news,
        name,
        media,
        content,
        at,
        by
    )
    .execute(&mut **tx)
    .await?;
    touch(tx, news, at).await?;
    Ok(id)
}

/// Takes a file out.
pub async fn remove_file(tx: &mut Tx, id: Uuid, at: DateTime<Utc>) -> Result<Uuid, StoreError> {
    let news = sqlx::query_scalar!("update news_file set removed_at = $2 where id = $1 and removed_at is null returning news_id", id, at)
        .fetch_optional(&mut **tx)
        .await?
        .ok_or(StoreError::NotFound)?;
    touch(tx, news, at).await?;
    Ok(news)
}

async fn touch(tx: &mut Tx, news: Uuid, at: DateTime<Utc>) -> Result<(), StoreError> {
    sqlx::query!("update news set updated_at = $2 where id = $1", news, at).execute(&mut **tx).await?;
    Ok(())
}
