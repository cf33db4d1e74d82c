//! Passkeys of people.

use crate::{StoreError, Tx, new_id};
use chrono::{DateTime, Utc};
use serde::{Serialize, de::DeserializeOwned};
use sqlx::types::Json;
use uuid::Uuid;

/// A passkey; `K` is what the program knows of it.
#[derive(Debug, Clone)]
pub struct PasskeyRow<K> {
    /// Its key.
    pub id: Uuid,
    /// Whose it is.
    pub person: Uuid,
    /// How the person calls it.
    pub name: String,
    /// Public key, counter and properties.
    pub content: K,
    /// Since when.
    pub made_at: DateTime<Utc>,
    /// Its last use.
    pub used_at: Option<DateTime<Utc>>,
}

/// The passkeys of a person, oldest first.
pub async fn passkeys<K: DeserializeOwned>(tx: &mut Tx, person: Uuid) -> Result<Vec<PasskeyRow<K>>, StoreError> {
    let rows = sqlx::query!(
        r#"select id, person_id, name, content, made_at, used_at from passkey where person_id = $1 order by made_at, id"#,
        person
    )
    .fetch_all(&mut **tx)
    .await?;
    rows.into_iter()
        .map(|row| {
            let content = serde_json::from_value(row.content)?;
            Ok(PasskeyRow { id: row.id, person: row.person_id, name: row.name, content, made_at: row.made_at, used_at: row.used_at })
        })
        .collect()
}

/// Keeps a passkey; false when somebody has it already.
pub async fn add_passkey<K: Serialize + Sync>(
    tx: &mut Tx,
    person: Uuid,
    (credential, content): (&[u8], &K),
    name: &str,
    at: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let done = sqlx::query!(
        "insert into passkey (id, person_id, credential_id, name, content, made_at) values ($1, $2, $3, $4, $5, $6)
         on conflict (credential_id) do nothing",
        new_id(),
        person,
        credential,
        name,
        Json(content) as _,
        at
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// A passkey was shown; what changed of it is kept.
pub async fn use_passkey<K: Serialize + Sync>(tx: &mut Tx, id: Uuid, content: &K, at: DateTime<Utc>) -> Result<(), StoreError> {
    sqlx::query!("update passkey set content = $2, used_at = $3 where id = $1", id, Json(content) as _, at).execute(&mut **tx).await?;
    Ok(())
}

/// Removes a passkey of a person and gives its name.
pub async fn remove_passkey(tx: &mut Tx, person: Uuid, id: Uuid) -> Result<Option<String>, StoreError> {
    Ok(sqlx::query_scalar!("delete from passkey where id = $2 and person_id = $1 returning name", person, id)
        .fetch_optional(&mut **tx)
        .await?)
}

/// Removes all passkeys of a person.
pub async fn remove_passkeys(tx: &mut Tx, person: Uuid) -> Result<u64, StoreError> {
    Ok(sqlx::query!("delete from passkey where person_id = $1", person).execute(&mut **tx).await?.rows_affected())
}
