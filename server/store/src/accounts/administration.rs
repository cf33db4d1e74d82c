//! What Správa systému sees and does.

use crate::{StoreError, Tx, new_id};
use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

/// An account with its person and organisation, for the administrator's list.
#[derive(Debug, Clone)]
pub struct AccountRow {
    /// The account.
    pub id: Uuid,
    /// The person.
    pub person: Uuid,
    /// Sign-in name.
    pub login: String,
    /// Name and surname.
    pub name: String,
    /// E-mail.
    pub email: Option<String>,
    /// Code of the role.
    pub role: String,
    /// The organisation.
    pub organisation: Uuid,
    /// Its name.
    pub organisation_name: String,
    /// Code of its kind.
    pub kind: String,
    /// Since when it is blocked.
    pub blocked_at: Option<DateTime<Utc>>,
    /// Why.
    pub blocked_reason: Option<String>,
    /// Waits for the person to confirm it.
    pub waits: bool,
    /// Start of the last session.
    pub last_sign_in: Option<DateTime<Utc>>,
    /// Rights that are valid now.
    pub rights: Vec<String>,
    /// The first valid right to end, and when.
    pub expires: Option<NaiveDate>,
    /// A second factor is set up.
    pub second_factor: bool,
    /// Identities at providers that sign the person in.
    pub identities: i64,
    /// Identifikátor klienta MPSV.
    pub client_id: Option<String>,
    /// The password has to be changed at the next sign-in.
    pub must_change: bool,
    /// Row version of the person.
    pub version: i64,
}

/// The accounts of an organisation, or one of them.
pub async fn accounts(
    tx: &mut Tx,
    organisation: Option<Uuid>,
    account: Option<Uuid>,
    on: NaiveDate,
) -> Result<Vec<AccountRow>, StoreError> {
    Ok(sqlx::query_as!(
        AccountRow,
        r#"select a.id, p.id as person, p.login, p.name, p.email, a.role, o.id as organisation, o.name as organisation_name, o.kind, a.blocked_at,
                  a.blocked_reason, a.confirmed_at is null as "waits!",
                  (select max(s.created_at) from session s where s.account_id = a.id and s.opened_at is not null) as last_sign_in,
                  app.rights(a.id, $3) as "rights!",
                  (select min(r.valid_to) from account_right r where r.account_id = a.id and r.revoked_at is null
                     and r.valid_from <= $3 and r.valid_to >= $3) as expires,
                  app.has_second_factor(p.id) as "second_factor!",
                  (select count(*) from identity i where i.person_id = p.id) as "identities!", p.client_id, p.must_change is not null as "must_change!", p.version
           from account a join person p on p.id = a.person_id join organisation o on o.id = a.organisation_id
           where (a.organisation_id = $1 or $1 is null) and (a.id = $2 or $2 is null)
           order by p.name collate cs, a.id"#,
        organisation,
        account,
        on
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// One account, if the actor may see it.
pub async fn account(tx: &mut Tx, account: Uuid, on: NaiveDate) -> Result<AccountRow, StoreError> {
    accounts(tx, None, Some(account), on).await?.pop().ok_or(StoreError::NotFound)
}

/// What can be edited about a person.
#[derive(Debug, Clone)]
pub struct PersonEdit<'a> {
    /// Name and surname.
    pub name: &'a str,
    /// E-mail.
    pub email: Option<&'a str>,
    /// Identifikátor klienta MPSV.
    pub client_id: Option<&'a str>,
}

/// Changes the person of an account, unless anybody changed them since version `seen`: an administrator, or they themselves.
pub async fn edit_person(tx: &mut Tx, account: Uuid, seen: i64, edit: &PersonEdit<'_>) -> Result<(), StoreError> {
    let found = sqlx::query!(
        "select p.id as person_id, p.version from person p join account a on a.person_id = p.id where a.id = $1 for update of p",
        account
    )
    .fetch_optional(&mut **tx)
    .await?
    .ok_or(StoreError::NotFound)?;
    if found.version != seen {
        return Err(StoreError::Stale { seen, found: found.version });
    }
    sqlx::query!(
        "update person set name = $2, email = $3, client_id = $4, version = version + 1 where id = $1",
        found.person_id,
        edit.name,
        edit.email,
        edit.client_id
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Changes the e-mail of a person.
pub async fn set_email(tx: &mut Tx, person: Uuid, email: Option<&str>) -> Result<(), StoreError> {
    sqlx::query!("update person set email = $2, version = version + 1 where id = $1", person, email).execute(&mut **tx).await?;
    Ok(())
}

/// The e-mail of a person.
pub async fn email(tx: &mut Tx, person: Uuid) -> Result<Option<String>, StoreError> {
    Ok(sqlx::query_scalar!("select email from person where id = $1", person).fetch_optional(&mut **tx).await?.flatten())
}

/// Blocks an account; false when it is blocked already.
pub async fn block(tx: &mut Tx, account: Uuid, reason: &str, at: DateTime<Utc>) -> Result<bool, StoreError> {
    let by = tx.account().map(|account| account.id);
    let done = sqlx::query!(
        "update account set blocked_at = $2, blocked_by = $3, blocked_reason = $4, version = version + 1 where id = $1 and blocked_at is null",
        account,
        at,
        by,
        reason
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Unblocks an account; false when it is not blocked.
pub async fn unblock(tx: &mut Tx, account: Uuid) -> Result<bool, StoreError> {
    let done = sqlx::query!(
        "update account set blocked_at = null, blocked_by = null, blocked_reason = null, version = version + 1
         where id = $1 and blocked_at is not null",
        account
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// A person who has an account elsewhere, found by sign-in name and name together: an administrator who knows both may invite.
pub async fn invitable(tx: &mut Tx, login: &str, name: &str) -> Result<Option<Uuid>, StoreError> {
    Ok(sqlx::query_scalar!(r#"select app.invitable($1, $2)"#, login, name).fetch_one(&mut **tx).await?)
}

/// A consent with the processing of personal data.
#[derive(Debug, Clone)]
pub struct ConsentRow {
    /// Its key.
    pub id: Uuid,
    /// When it was given.
    pub given_on: NaiveDate,
    /// How it came.
    pub channel: String,
    /// Id of the message of the data box.
    pub message_id: Option<String>,
    /// Name of the file.
    pub file_name: Option<String>,
    /// Who noted it.
    pub noted_by: Option<String>,
}

/// The consents of a person that the actor's organisation noted, newest first.
pub async fn consents(tx: &mut Tx, person: Uuid) -> Result<Vec<ConsentRow>, StoreError> {
    Ok(sqlx::query_as!(
        ConsentRow,
        r#"select c.id, c.given_on, c.channel, c.message_id, c.file_name,
                  (select p.name from account a join person p on p.id = a.person_id where a.id = c.noted_by) as noted_by
           from consent c where c.person_id = $1 order by c.given_on desc, c.id desc"#,
        person
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// A new consent.
#[derive(Debug, Clone)]
pub struct NewConsent<'a> {
    /// The person.
    pub person: Uuid,
    /// When it was given.
    pub given_on: NaiveDate,
    /// `datova_schranka`, `listina`, `elektronicky_podpis`.
    pub channel: &'a str,
    /// Id of the message of the data box.
    pub message_id: Option<&'a str>,
    /// Name and content of the file.
    pub file: Option<(&'a str, &'a [u8])>,
}

/// Notes a consent for an organisation.
pub async fn note_consent(tx: &mut Tx, organisation: Uuid, new: &NewConsent<'_>, at: DateTime<Utc>) -> Result<Uuid, StoreError> {
    let id = new_id();
    let by = tx.account().map(|account| account.id);
    sqlx::query!(
        "insert into consent (id, person_id, organisation_id, given_on, channel, message_id, file_name, file, noted_by, noted_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        id,
        new.person,
        organisation,
        new.given_on,
        new.channel,
        new.message_id,
        new.file.map(|(name, _)| name),
        new.file.map(|(_, content)| content),
        by,
        at
    )
    .execute(&mut **tx)
    .await?;
    Ok(id)
}

/// The file of a consent, with its name.
pub async fn consent_file(tx: &mut Tx, id: Uuid) -> Result<(String, Vec<u8>), StoreError> {
    let row = sqlx::query!("select file_name, file from consent where id = $1", id).fetch_optional(&mut **tx).await?;
    row.and_then(|row| row.file_name.zip(row.file)).ok_or(StoreError::NotFound)
}
