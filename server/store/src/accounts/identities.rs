//! Identity providers (OpenID Connect), and who somebody is there.

use crate::{StoreError, Tx, new_id};
use chrono::{DateTime, Utc};
use uuid::Uuid;

/// An identity provider.
#[derive(Debug, Clone)]
pub struct ProviderRow {
    /// Its key.
    pub id: Uuid,
    /// As people know it.
    pub name: String,
    /// Its address, as it names itself in what it signs.
    pub issuer: String,
    /// What it calls this application.
    pub client_id: String,
    /// It asks for two factors itself.
    pub two_factors: bool,
    /// It can be used.
    pub active: bool,
    /// Row version.
    pub version: i64,
}

/// The identity providers by name, all or those that can be used.
pub async fn identity_providers(tx: &mut Tx, all: bool) -> Result<Vec<ProviderRow>, StoreError> {
    Ok(sqlx::query_as!(
        ProviderRow,
        "select id, name, issuer, client_id, two_factors, active, version from identity_provider where active or $1 order by name collate cs, id",
        all
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// One identity provider.
pub async fn identity_provider(tx: &mut Tx, id: Uuid) -> Result<ProviderRow, StoreError> {
    sqlx::query_as!(
        ProviderRow,
        "select id, name, issuer, client_id, two_factors, active, version from identity_provider where id = $1",
        id
    )
    .fetch_optional(&mut **tx)
    .await?
    .ok_or(StoreError::NotFound)
}

/// The secret that this application shares with a provider; only the program itself reads it.
pub async fn identity_provider_secret(tx: &mut Tx, id: Uuid) -> Result<Option<String>, StoreError> {
    Ok(sqlx::query_scalar!("select secret from identity_provider_secret where provider_id = $1", id).fetch_optional(&mut **tx).await?)
}

/// What can be written of a provider.
#[derive(Debug, Clone)]
pub struct ProviderEdit<'a> {
    /// As people know it.
    pub name: &'a str,
    /// Its address.
    pub issuer: &'a str,
    /// What it calls this application.
    pub client_id: &'a str,
    /// It asks for two factors itself.
    pub two_factors: bool,
    /// It can be used.
    pub active: bool,
}

/// Makes a provider, or changes the one of a key unless somebody else changed it since version `seen`. The address of one that is there stays: the
/// identities of people are tied to it.
pub async fn save_identity_provider(
    tx: &mut Tx,
    by: Option<Uuid>,
    there: Option<(Uuid, i64)>,
    edit: &ProviderEdit<'_>,
    at: DateTime<Utc>,
) -> Result<Uuid, StoreError> {
    let id = match there {
        Some((id, seen)) => {
            let before = sqlx::query_scalar!("select version from identity_provider where id = $1 for update", id)
                .fetch_optional(&mut **tx)
                .await?
                .ok_or(StoreError::NotFound)?;
            if before != seen {
                return Err(StoreError::Stale { seen, found: before });
            }
            sqlx::query!(
                "update identity_provider set name = $2, client_id = $3, two_factors = $4, active = $5, version = version + 1 where id = $1",
                id,
                edit.name,
                edit.client_id,
                edit.two_factors,
                edit.active
            )
            .execute(&mut **tx)
            .await?;
            id
        }
        None => {
            let id = new_id();
            sqlx::query!(
                "insert into identity_provider (id, name, issuer, client_id, two_factors, active, made_by, made_at)
                 values ($1, $2, $3, $4, $5, $6, $7, $8)",
                id,
                edit.name,
                edit.issuer,
                edit.client_id,
                edit.two_factors,
                edit.active,
                by,
                at
            )
            .execute(&mut **tx)
            .await?;
            id
        }
    };
    Ok(id)
}

/// Keeps the secret that this application shares with a provider.
pub async fn set_identity_provider_secret(tx: &mut Tx, id: Uuid, secret: &str) -> Result<(), StoreError> {
    sqlx::query!("select app.keep_identity_provider_secret($1, $2)", id, secret).execute(&mut **tx).await?;
    Ok(())
}

/// An identity of a person.
#[derive(Debug, Clone)]
pub struct IdentityRow {
    /// The address of the provider.
    pub issuer: String,
    /// What the provider calls the person.
    pub subject: String,
    /// Name of the provider, when it is still known.
    pub provider: Option<String>,
    /// Since when.
    pub linked_at: DateTime<Utc>,
    /// Its last use.
    pub used_at: Option<DateTime<Utc>>,
}

/// The identities of a person.
pub async fn identities(tx: &mut Tx, person: Uuid) -> Result<Vec<IdentityRow>, StoreError> {
    Ok(sqlx::query_as!(
        IdentityRow,
        r#"select i.issuer, i.subject, p.name as "provider?", i.linked_at, i.used_at
           from identity i left join identity_provider p on p.issuer = i.issuer where i.person_id = $1 order by i.linked_at"#,
        person
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// The person of an identity, which is used now.
pub async fn person_of_identity(tx: &mut Tx, issuer: &str, subject: &str, at: DateTime<Utc>) -> Result<Option<Uuid>, StoreError> {
    Ok(sqlx::query_scalar!("update identity set used_at = $3 where issuer = $1 and subject = $2 returning person_id", issuer, subject, at)
        .fetch_optional(&mut **tx)
        .await?)
}

/// Ties an identity to a person; gives whose it is, which may be somebody else.
pub async fn link_identity(tx: &mut Tx, issuer: &str, subject: &str, person: Uuid, at: DateTime<Utc>) -> Result<Uuid, StoreError> {
    Ok(sqlx::query_scalar!(
        "insert into identity (issuer, subject, person_id, linked_at) values ($1, $2, $3, $4)
         on conflict (issuer, subject) do update set subject = excluded.subject returning person_id",
        issuer,
        subject,
        person,
        at
    )
    .fetch_one(&mut **tx)
    .await?)
}

/// Unties an identity from a person; false when there is none.
pub async fn unlink_identity(tx: &mut Tx, person: Uuid, issuer: &str, subject: &str) -> Result<bool, StoreError> {
    let done = sqlx::query!("delete from identity where person_id = $1 and issuer = $2 and subject = $3", person, issuer, subject)
        .execute(&mut **tx)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Unties all identities from a person.
pub async fn unlink_identities(tx: &mut Tx, person: Uuid) -> Result<u64, StoreError> {
    Ok(sqlx::query!("delete from identity where person_id = $1", person).execute(&mut **tx).await?.rows_affected())
}
