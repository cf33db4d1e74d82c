//! People, organisations, accounts and sessions.

use crate::{StoreError, Tx, new_id};
use chrono::{DateTime, NaiveDate, Utc};
use domain::accounts::{Account, OrganisationKind, Right, Role};
use uuid::Uuid;

/// What sign-in needs of a person.
#[derive(Debug, Clone)]
pub struct Credentials {
    /// The person.
    pub person: Uuid,
    /// Hash of the password, in PHC form.
    pub password_hash: String,
    /// The account to open: the first one that is not blocked.
    pub account: Option<Uuid>,
    /// The organisation of the account.
    pub organisation: Option<Uuid>,
}

/// The person with this login, folded to lower case.
pub async fn credentials(tx: &mut Tx, login: &str) -> Result<Option<Credentials>, StoreError> {
    Ok(sqlx::query_as!(
        Credentials,
        r#"select p.id as person, p.password_hash, a.id as "account?", a.organisation_id as "organisation?"
           from person p left join account a on a.person_id = p.id and a.blocked_at is null
           where p.login = $1 order by a.created_at limit 1"#,
        login
    )
    .fetch_optional(&mut **tx)
    .await?)
}

/// A session that was just opened.
#[derive(Debug, Clone)]
pub struct NewSession<'a> {
    /// SHA-256 of the token; the token itself is nowhere stored.
    pub token_digest: &'a [u8],
    /// The account.
    pub account: Uuid,
    /// Absolute end.
    pub ends_at: DateTime<Utc>,
    /// Address of the client.
    pub address: Option<&'a str>,
    /// What the client calls itself.
    pub device: Option<&'a str>,
}

/// Opens a session.
pub async fn open_session(tx: &mut Tx, session: NewSession<'_>, at: DateTime<Utc>) -> Result<(), StoreError> {
    sqlx::query!(
        "insert into session (token_digest, account_id, created_at, last_seen_at, ends_at, address, device) values ($1, $2, $3, $3, $4, $5, $6)",
        session.token_digest,
        session.account,
        at,
        session.ends_at,
        session.address,
        session.device
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Ends a session.
pub async fn end_session(tx: &mut Tx, token_digest: &[u8], at: DateTime<Utc>) -> Result<bool, StoreError> {
    let done = sqlx::query!("update session set ended_at = $2 where token_digest = $1 and ended_at is null", token_digest, at)
        .execute(&mut **tx)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// The account of a live session: not ended, not past its end, used within the idle time.
pub async fn session_account(
    tx: &mut Tx,
    token_digest: &[u8],
    now: DateTime<Utc>,
    today: NaiveDate,
    idle_since: DateTime<Utc>,
) -> Result<Option<Account>, StoreError> {
    let row = sqlx::query!(
        r#"select s.last_seen_at, a.id, a.role, p.id as person, p.name as person_name, o.id as organisation, o.name as organisation_name, o.kind,
                  o.kraj_code, o.provider_id,
                  array(select r.right_code from account_right r where r.account_id = a.id and r.valid_from <= $3
                        and (r.valid_to is null or r.valid_to >= $3)) as "rights!"
           from session s join account a on a.id = s.account_id join person p on p.id = a.person_id join organisation o on o.id = a.organisation_id
           where s.token_digest = $1 and s.ended_at is null and s.ends_at > $2 and s.last_seen_at > $4 and a.blocked_at is null"#,
        token_digest,
        now,
        today,
        idle_since
    )
    .fetch_optional(&mut **tx)
    .await?;
    let Some(row) = row else { return Ok(None) };
    // The last use is written once a minute at most: a page must not wait for a write.
    if now - row.last_seen_at > chrono::TimeDelta::seconds(60) {
        sqlx::query!("update session set last_seen_at = $2 where token_digest = $1", token_digest, now).execute(&mut **tx).await?;
    }
    let (Some(kind), Some(role)) = (OrganisationKind::from_code(&row.kind), Role::from_code(&row.role)) else { return Ok(None) };
    Ok(Some(Account {
        id: row.id,
        person: row.person,
        person_name: row.person_name,
        role,
        organisation: row.organisation,
        organisation_name: row.organisation_name,
        kind,
        kraj: row.kraj_code,
        provider: row.provider_id,
        rights: row.rights.iter().filter_map(|code| Right::from_code(code)).collect(),
        session: Some(hex::encode(&token_digest[..8])),
    }))
}

/// A new organisation.
#[derive(Debug, Clone)]
pub struct NewOrganisation<'a> {
    /// Its kind.
    pub kind: OrganisationKind,
    /// Its name.
    pub name: &'a str,
    /// IČO, when known.
    pub ico: Option<&'a str>,
    /// RÚIAN code, for a kraj.
    pub kraj_code: Option<&'a str>,
    /// Provider in the register.
    pub provider: Option<Uuid>,
}

/// Makes an organisation, or gives the one that is there (the MPSV, a kraj by code, a provider by its provider).
pub async fn ensure_organisation(tx: &mut Tx, new: &NewOrganisation<'_>, at: DateTime<Utc>) -> Result<Uuid, StoreError> {
    let there = sqlx::query_scalar!(
        "select id from organisation where kind = $1 and kraj_code is not distinct from $2 and provider_id is not distinct from $3",
        new.kind.code(),
        new.kraj_code,
        new.provider
    )
    .fetch_optional(&mut **tx)
    .await?;
    if let Some(id) = there {
        return Ok(id);
    }
    let id = new_id();
    sqlx::query!(
        "insert into organisation (id, kind, name, ico, kraj_code, provider_id, created_at) values ($1, $2, $3, $4, $5, $6, $7)",
        id,
        new.kind.code(),
        new.name,
        new.ico,
        new.kraj_code,
        new.provider,
        at
    )
    .execute(&mut **tx)
    .await?;
    Ok(id)
}

/// A new person with an account in one organisation.
#[derive(Debug, Clone)]
pub struct NewAccount<'a> {
    /// Sign-in name, lower case.
    pub login: &'a str,
    /// Name and surname.
    pub name: &'a str,
    /// Hash of the password, in PHC form.
    pub password_hash: &'a str,
    /// The organisation.
    pub organisation: Uuid,
    /// The set of rights.
    pub role: Role,
    /// From when the rights are valid.
    pub valid_from: NaiveDate,
}

/// Makes a person with an account and the rights of a role.
pub async fn create_account(tx: &mut Tx, new: &NewAccount<'_>, at: DateTime<Utc>) -> Result<Uuid, StoreError> {
    let (person, account) = (new_id(), new_id());
    sqlx::query!(
        "insert into person (id, login, name, password_hash, password_changed_at, created_at) values ($1, $2, $3, $4, $5, $5)",
        person,
        new.login,
        new.name,
        new.password_hash,
        at
    )
    .execute(&mut **tx)
    .await?;
    sqlx::query!(
        "insert into account (id, person_id, organisation_id, role, created_at) values ($1, $2, $3, $4, $5)",
        account,
        person,
        new.organisation,
        new.role.code(),
        at
    )
    .execute(&mut **tx)
    .await?;
    let rights: Vec<String> = new.role.rights().iter().map(|r| r.code().to_owned()).collect();
    sqlx::query!(
        "insert into account_right (account_id, right_code, valid_from) select $1, code, $3 from unnest($2::text[]) as code",
        account,
        &rights,
        new.valid_from
    )
    .execute(&mut **tx)
    .await?;
    Ok(account)
}

/// Whether anybody has an account yet.
pub async fn anybody(tx: &mut Tx) -> Result<bool, StoreError> {
    Ok(sqlx::query_scalar!(r#"select exists (select from person) as "anybody!""#).fetch_one(&mut **tx).await?)
}

/// An account with its person and organisation, for the administrator's list.
#[derive(Debug, Clone)]
pub struct AccountRow {
    /// Sign-in name.
    pub login: String,
    /// Name and surname.
    pub name: String,
    /// Code of the role.
    pub role: String,
    /// Name of the organisation.
    pub organisation: String,
    /// Since when it is blocked.
    pub blocked_at: Option<DateTime<Utc>>,
    /// Start of the last session.
    pub last_sign_in: Option<DateTime<Utc>>,
}

/// The accounts of the actor's organisation.
pub async fn accounts(tx: &mut Tx) -> Result<Vec<AccountRow>, StoreError> {
    Ok(sqlx::query_as!(
        AccountRow,
        r#"select p.login, p.name, a.role, o.name as organisation, a.blocked_at,
                  (select max(s.created_at) from session s where s.account_id = a.id) as last_sign_in
           from account a join person p on p.id = a.person_id join organisation o on o.id = a.organisation_id
           where a.organisation_id = app.org()
           order by p.name collate cs"#
    )
    .fetch_all(&mut **tx)
    .await?)
}
