//! People: sign-in names, passwords, the second factor, recovery.

use crate::{StoreError, Tx, new_id};
use chrono::{DateTime, NaiveDate, Utc};
use domain::accounts::{Role, granting::Validity, password::Owner};
use uuid::Uuid;

/// What sign-in needs of a person.
#[derive(Debug, Clone)]
pub struct Credentials {
    /// The person.
    pub person: Uuid,
    /// Hash of the password, in PHC form.
    pub password_hash: String,
    /// When it was set.
    pub password_changed_at: DateTime<Utc>,
    /// Demo people never have to change theirs.
    pub demo: bool,
    /// The account to open at first: the oldest one that is confirmed and not blocked, or an invitation where there is none.
    pub account: Option<Uuid>,
    /// The organisation of the account.
    pub organisation: Option<Uuid>,
}

/// The person with this login, folded to lower case.
pub async fn credentials(tx: &mut Tx, login: &str) -> Result<Option<Credentials>, StoreError> {
    Ok(sqlx::query_as!(
        Credentials,
        r#"select p.id as person, p.password_hash, p.password_changed_at, p.demo, a.id as "account?", a.organisation_id as "organisation?"
           from person p left join account a on a.person_id = p.id and a.blocked_at is null
           where p.login = $1 order by a.confirmed_at is null, a.created_at limit 1"#,
        login
    )
    .fetch_optional(&mut **tx)
    .await?)
}

/// The same of a person who was known otherwise: by a passkey, by an identity provider.
pub async fn credentials_of(tx: &mut Tx, person: Uuid) -> Result<Option<Credentials>, StoreError> {
    let login = sqlx::query_scalar!("select login from person where id = $1", person).fetch_optional(&mut **tx).await?;
    match login {
        Some(login) => credentials(tx, &login).await,
        None => Ok(None),
    }
}

/// The hash of a person's password and when it was set.
pub async fn password(tx: &mut Tx, person: Uuid) -> Result<(String, DateTime<Utc>), StoreError> {
    let row = sqlx::query!("select password_hash, password_changed_at from person where id = $1", person).fetch_optional(&mut **tx).await?;
    row.map(|row| (row.password_hash, row.password_changed_at)).ok_or(StoreError::NotFound)
}

/// What a new password of a person may not hold, and how long it must be.
pub async fn owner(tx: &mut Tx, person: Uuid, on: NaiveDate) -> Result<Owner, StoreError> {
    let row = sqlx::query!(
        r#"select p.login, p.name,
                  array(select o.name from account a join organisation o on o.id = a.organisation_id where a.person_id = p.id) as "organisations!",
                  exists (select from account a where a.person_id = p.id and app.administers(a.id, $2)) as "administrator!"
           from person p where p.id = $1"#,
        person,
        on
    )
    .fetch_optional(&mut **tx)
    .await?
    .ok_or(StoreError::NotFound)?;
    Ok(Owner { login: row.login, name: row.name, organisations: row.organisations, administrator: row.administrator })
}

/// The hashes of the last passwords of a person, the present one first.
pub async fn last_passwords(tx: &mut Tx, person: Uuid, count: i64) -> Result<Vec<String>, StoreError> {
    Ok(sqlx::query_scalar!(
        r#"select hash as "hash!" from (
             select password_hash as hash, 'infinity'::timestamptz as set_at from person where id = $1
             union all select password_hash, set_at from password_history where person_id = $1) all_of_them
           order by set_at desc limit $2"#,
        person,
        count
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// Sets a new password; the one before goes to the history, of which as many are kept as may not be used again. `must_change` is why the next
/// sign-in asks for another one at once.
pub async fn set_password(
    tx: &mut Tx,
    person: Uuid,
    hash: &str,
    must_change: Option<&str>,
    remembered: i64,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query!(
        "insert into password_history (person_id, set_at, password_hash)
         select id, password_changed_at, password_hash from person where id = $1 on conflict do nothing",
        person
    )
    .execute(&mut **tx)
    .await?;
    let done = sqlx::query!(
        "update person set password_hash = $2, password_changed_at = $3, must_change = $4, version = version + 1 where id = $1",
        person,
        hash,
        at,
        must_change
    )
    .execute(&mut **tx)
    .await?;
    if done.rows_affected() == 0 {
        return Err(StoreError::NotFound);
    }
    sqlx::query!(
        "delete from password_history where person_id = $1 and set_at not in (
           select set_at from password_history where person_id = $1 order by set_at desc limit $2)",
        person,
        remembered
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// The same password under new parameters of the hash.
pub async fn rehash(tx: &mut Tx, person: Uuid, hash: &str) -> Result<(), StoreError> {
    sqlx::query!("update person set password_hash = $2 where id = $1", person, hash).execute(&mut **tx).await?;
    Ok(())
}

/// Asks for another password at the next sign-in, or no more.
pub async fn set_must_change(tx: &mut Tx, person: Uuid, reason: Option<&str>) -> Result<(), StoreError> {
    sqlx::query!("update person set must_change = $2 where id = $1", person, reason).execute(&mut **tx).await?;
    Ok(())
}

/// The second factor of a person: its secret, since when, and the step of the last code that was taken.
#[derive(Debug, Clone)]
pub struct SecondFactor {
    /// The shared secret.
    pub secret: Vec<u8>,
    /// Since when it is asked for; none while it is being set up.
    pub since: Option<DateTime<Utc>>,
    /// Step of thirty seconds of the last code; it is not taken again.
    pub step: Option<i64>,
    /// Recovery codes that were not used.
    pub codes_left: i64,
}

/// The second factor, if there is one.
pub async fn second_factor(tx: &mut Tx, person: Uuid) -> Result<Option<SecondFactor>, StoreError> {
    let row = sqlx::query!(
        r#"select totp_secret, totp_since, totp_step,
                  (select count(*) from recovery_code c where c.person_id = p.id and c.used_at is null) as "codes!"
           from person p where id = $1 for update"#,
        person
    )
    .fetch_optional(&mut **tx)
    .await?
    .ok_or(StoreError::NotFound)?;
    Ok(row.totp_secret.map(|secret| SecondFactor { secret, since: row.totp_since, step: row.totp_step, codes_left: row.codes }))
}

/// Keeps a secret that was not confirmed yet.
pub async fn begin_second_factor(tx: &mut Tx, person: Uuid, secret: &[u8]) -> Result<(), StoreError> {
    sqlx::query!("update person set totp_secret = $2, totp_since = null, totp_step = null where id = $1", person, secret)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Takes the code of a step: the factor counts from the first one on, and the step is used up.
pub async fn take_step(tx: &mut Tx, person: Uuid, step: i64, at: DateTime<Utc>) -> Result<(), StoreError> {
    sqlx::query!("update person set totp_step = $2, totp_since = coalesce(totp_since, $3) where id = $1", person, step, at)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Takes the second factor and its codes away.
pub async fn remove_second_factor(tx: &mut Tx, person: Uuid) -> Result<(), StoreError> {
    sqlx::query!("delete from recovery_code where person_id = $1", person).execute(&mut **tx).await?;
    sqlx::query!("update person set totp_secret = null, totp_since = null, totp_step = null, version = version + 1 where id = $1", person)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// New recovery codes instead of all earlier ones.
pub async fn set_recovery_codes(tx: &mut Tx, person: Uuid, digests: &[Vec<u8>], at: DateTime<Utc>) -> Result<(), StoreError> {
    sqlx::query!("delete from recovery_code where person_id = $1", person).execute(&mut **tx).await?;
    sqlx::query!(
        "insert into recovery_code (person_id, digest, made_at) select $1, digest, $3 from unnest($2::bytea[]) as digest",
        person,
        digests,
        at
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Uses a recovery code up; false when it is none of the person's that are left.
pub async fn use_recovery_code(tx: &mut Tx, person: Uuid, digest: &[u8], at: DateTime<Utc>) -> Result<bool, StoreError> {
    let done =
        sqlx::query!("update recovery_code set used_at = $3 where person_id = $1 and digest = $2 and used_at is null", person, digest, at)
            .execute(&mut **tx)
            .await?;
    Ok(done.rows_affected() == 1)
}

/// A person who asked for a recovery link.
#[derive(Debug, Clone)]
pub struct Recoverable {
    /// The person.
    pub person: Uuid,
    /// Name and surname.
    pub name: String,
    /// Where the link goes.
    pub email: String,
    /// An organisation of the person, for the trail.
    pub organisation: Uuid,
}

/// Who can recover the password by e-mail: by sign-in name or e-mail, with an e-mail and an account that is not blocked.
pub async fn recoverable(tx: &mut Tx, login_or_email: &str) -> Result<Option<Recoverable>, StoreError> {
    let mut rows = sqlx::query_as!(
        Recoverable,
        r#"select distinct on (p.id) p.id as person, p.name, p.email as "email!", a.organisation_id as organisation
           from person p join account a on a.person_id = p.id and a.blocked_at is null
           where p.email is not null and (p.login = lower($1) or lower(p.email) = lower($1))
           order by p.id, a.confirmed_at is null, a.created_at limit 2"#,
        login_or_email
    )
    .fetch_all(&mut **tx)
    .await?;
    // An e-mail that two people share names neither.
    Ok(if rows.len() == 1 { rows.pop() } else { None })
}

/// How many links a person got since an instant that were not used. Whoever asks at the same time waits.
pub async fn links_since(tx: &mut Tx, person: Uuid, since: DateTime<Utc>) -> Result<i64, StoreError> {
    sqlx::query!("select id from person where id = $1 for update", person).fetch_optional(&mut **tx).await?;
    let sql = sqlx::query_scalar!(
        r#"select count(*) as "count!" from recovery_link where person_id = $1 and made_at > $2 and used_at is null"#,
        person,
        since
    );
    Ok(sql.fetch_one(&mut **tx).await?)
}

/// Keeps a recovery link. Earlier ones go on working until one is used: whoever asks for links in somebody's name takes none from them.
pub async fn keep_link(
    tx: &mut Tx,
    digest: &[u8],
    person: Uuid,
    address: Option<&str>,
    ends_at: DateTime<Utc>,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query!(
        "insert into recovery_link (token_digest, person_id, made_at, ends_at, address) values ($1, $2, $3, $4, $5)",
        digest,
        person,
        at,
        ends_at,
        address
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// The person whose link this is, when it still works.
pub async fn link(tx: &mut Tx, digest: &[u8], at: DateTime<Utc>) -> Result<Option<Uuid>, StoreError> {
    Ok(sqlx::query_scalar!(
        "select person_id from recovery_link where token_digest = $1 and used_at is null and made_at <= $2 and ends_at > $2 for update",
        digest,
        at
    )
    .fetch_optional(&mut **tx)
    .await?)
}

/// Uses a link up, and with it every other link of the person.
pub async fn use_link(tx: &mut Tx, digest: &[u8], at: DateTime<Utc>) -> Result<(), StoreError> {
    sqlx::query!(
        "update recovery_link set used_at = $2
         where used_at is null and person_id = (select person_id from recovery_link where token_digest = $1)",
        digest,
        at
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// A new person with an account in one organisation.
#[derive(Debug, Clone)]
pub struct NewAccount<'a> {
    /// Sign-in name, lower case.
    pub login: &'a str,
    /// Name and surname.
    pub name: &'a str,
    /// E-mail.
    pub email: Option<&'a str>,
    /// Hash of the password, in PHC form.
    pub password_hash: &'a str,
    /// Why the first sign-in asks for another password.
    pub must_change: Option<&'a str>,
    /// The organisation.
    pub organisation: Uuid,
    /// The set of rights.
    pub role: Role,
    /// From when the rights are valid.
    pub valid_from: NaiveDate,
    /// Of the demo.
    pub demo: bool,
}

/// Makes a person with an account and the rights of a role.
pub async fn create_account(tx: &mut Tx, new: &NewAccount<'_>, at: DateTime<Utc>) -> Result<Uuid, StoreError> {
    let person = new_id();
    sqlx::query!(
        "insert into person (id, login, name, email, password_hash, password_changed_at, must_change, demo, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $6)",
        person,
        new.login,
        new.name,
        new.email,
        new.password_hash,
        at,
        new.must_change,
        new.demo
    )
    .execute(&mut **tx)
    .await?;
    let account = add_account(tx, person, new.organisation, new.role, Some(at), at).await?;
    super::grant(tx, account, new.role.rights(), Validity { from: new.valid_from, to: None }, at).await?;
    Ok(account)
}

/// Makes an account of a person in an organisation; one that is not confirmed waits for the person.
pub async fn add_account(
    tx: &mut Tx,
    person: Uuid,
    organisation: Uuid,
    role: Role,
    confirmed_at: Option<DateTime<Utc>>,
    at: DateTime<Utc>,
) -> Result<Uuid, StoreError> {
    let account = new_id();
    let made_by = tx.account().map(|account| account.id);
    sqlx::query!(
        "insert into account (id, person_id, organisation_id, role, confirmed_at, made_by, created_at) values ($1, $2, $3, $4, $5, $6, $7)",
        account,
        person,
        organisation,
        role.code(),
        confirmed_at,
        made_by,
        at
    )
    .execute(&mut **tx)
    .await?;
    Ok(account)
}

/// Whether anybody has an account yet.
pub async fn anybody(tx: &mut Tx) -> Result<bool, StoreError> {
    Ok(sqlx::query_scalar!(r#"select exists (select from person) as "anybody!""#).fetch_one(&mut **tx).await?)
}

/// Whether a sign-in name is taken, whoever bears it.
pub async fn login_taken(tx: &mut Tx, login: &str) -> Result<bool, StoreError> {
    Ok(sqlx::query_scalar!(r#"select app.login_taken($1) as "taken!""#, login).fetch_one(&mut **tx).await?)
}
