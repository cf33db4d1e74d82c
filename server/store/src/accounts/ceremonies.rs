//! What was begun in a browser and is finished in the same one: a passkey, or the way to an identity provider and back.

use crate::{StoreError, Tx};
use chrono::{DateTime, Utc};
use serde::{Serialize, de::DeserializeOwned};
use sqlx::types::Json;
use uuid::Uuid;

/// What is begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CeremonyKind {
    /// A passkey is added to a person.
    PasskeyAdd,
    /// A passkey is shown as the second factor.
    PasskeyShow,
    /// A passkey is shown instead of a password.
    PasskeySignIn,
    /// Sign-in by an identity provider.
    IdentitySignIn,
    /// An identity is tied to a person who is signed in.
    IdentityLink,
}

impl CeremonyKind {
    fn code(self) -> &'static str {
        match self {
            Self::PasskeyAdd => "passkey_add",
            Self::PasskeyShow => "passkey_show",
            Self::PasskeySignIn => "passkey_sign_in",
            Self::IdentitySignIn => "identity_sign_in",
            Self::IdentityLink => "identity_link",
        }
    }

    fn from_code(code: &str) -> Option<Self> {
        [Self::PasskeyAdd, Self::PasskeyShow, Self::PasskeySignIn, Self::IdentitySignIn, Self::IdentityLink]
            .into_iter()
            .find(|kind| kind.code() == code)
    }
}

/// A ceremony that is not over.
#[derive(Debug, Clone)]
pub struct Ceremony<S> {
    /// What was begun.
    pub kind: CeremonyKind,
    /// For whom.
    pub person: Option<Uuid>,
    /// In which session.
    pub session: Option<Uuid>,
    /// What its end is checked with.
    pub state: S,
}

/// Keeps a ceremony under the digest of the token that the browser got.
pub async fn begin_ceremony<S: Serialize + Sync>(
    tx: &mut Tx,
    token_digest: &[u8],
    ceremony: &Ceremony<S>,
    ends_at: DateTime<Utc>,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    // Anybody may begin one: what is over goes at once.
    forget_ceremonies(tx, at).await?;
    sqlx::query!(
        "insert into ceremony (token_digest, kind, person_id, session_id, state, made_at, ends_at) values ($1, $2, $3, $4, $5, $6, $7)",
        token_digest,
        ceremony.kind.code(),
        ceremony.person,
        ceremony.session,
        Json(&ceremony.state) as _,
        at,
        ends_at
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// The ceremony of a browser, if it is one of these kinds and not over. It stays.
pub async fn ceremony<S: DeserializeOwned>(
    tx: &mut Tx,
    token_digest: &[u8],
    kinds: &[CeremonyKind],
    at: DateTime<Utc>,
) -> Result<Option<Ceremony<S>>, StoreError> {
    let row = sqlx::query!(
        r#"select kind, person_id, session_id, state from ceremony where token_digest = $1 and made_at <= $2 and ends_at > $2"#,
        token_digest,
        at
    )
    .fetch_optional(&mut **tx)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let Some(kind) = CeremonyKind::from_code(&row.kind).filter(|kind| kinds.contains(kind)) else { return Ok(None) };
    let state = serde_json::from_value(row.state)?;
    Ok(Some(Ceremony { kind, person: row.person_id, session: row.session_id, state }))
}

/// Takes the ceremony of a browser: whatever comes of it, it cannot be finished again.
pub async fn take_ceremony<S: DeserializeOwned>(
    tx: &mut Tx,
    token_digest: &[u8],
    kinds: &[CeremonyKind],
    at: DateTime<Utc>,
) -> Result<Option<Ceremony<S>>, StoreError> {
    let found = ceremony(tx, token_digest, kinds, at).await?;
    let done = sqlx::query!("delete from ceremony where token_digest = $1", token_digest).execute(&mut **tx).await?;
    // Of two that come at once the second finds nothing to delete.
    Ok(found.filter(|_| done.rows_affected() == 1))
}

/// Removes ceremonies that nobody finished.
pub async fn forget_ceremonies(tx: &mut Tx, at: DateTime<Utc>) -> Result<u64, StoreError> {
    Ok(sqlx::query!("delete from ceremony where ends_at <= $1", at).execute(&mut **tx).await?.rows_affected())
}
