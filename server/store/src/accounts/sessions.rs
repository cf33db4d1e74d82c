//! Sessions. The token itself is nowhere stored, only its SHA-256.

use crate::{StoreError, Tx, new_id};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use domain::accounts::{
    Account, OrganisationKind, Right, Role,
    password::Outdated,
    signing_in::{Facts, Gate},
};
use uuid::Uuid;

/// So long the token before a renewal is still taken: requests that were on their way.
const OVERLAP: TimeDelta = TimeDelta::seconds(30);

/// A session that is made when a password proved right.
#[derive(Debug, Clone)]
pub struct NewSession<'a> {
    /// SHA-256 of the token.
    pub token_digest: &'a [u8],
    /// The account to open.
    pub account: Uuid,
    /// What is asked for first; none opens it at once.
    pub gate: Option<Gate>,
    /// Where the person wanted to go.
    pub back: Option<&'a str>,
    /// Absolute end.
    pub ends_at: DateTime<Utc>,
    /// Address of the client.
    pub address: Option<&'a str>,
    /// What the client calls itself.
    pub device: Option<&'a str>,
}

/// Makes a session.
pub async fn open_session(tx: &mut Tx, session: NewSession<'_>, at: DateTime<Utc>) -> Result<Uuid, StoreError> {
    let id = new_id();
    let opened_at = session.gate.is_none().then_some(at);
    sqlx::query!(
        "insert into session (id, token_digest, account_id, person_id, created_at, last_seen_at, ends_at, address, device, gate, back, opened_at)
         select $1, $2, a.id, a.person_id, $4, $4, $5, $6, $7, $8, $9, $10 from account a where a.id = $3",
        id,
        session.token_digest,
        session.account,
        at,
        session.ends_at,
        session.address,
        session.device,
        session.gate.map(Gate::code),
        session.back,
        opened_at
    )
    .execute(&mut **tx)
    .await?;
    Ok(id)
}

/// Why a session ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// The person signed out.
    SignedOut,
    /// The person signed in elsewhere.
    TakenOver,
    /// The person ended it from elsewhere.
    Ended,
    /// The account was blocked.
    Blocked,
    /// The password was changed or reset.
    Password,
    /// The consent that its module asks for is missing.
    Consent,
}

impl Ended {
    fn code(self) -> &'static str {
        match self {
            Self::SignedOut => "signed_out",
            Self::TakenOver => "taken_over",
            Self::Ended => "ended",
            Self::Blocked => "blocked",
            Self::Password => "password",
            Self::Consent => "consent",
        }
    }

    /// The reason of a code, in words.
    pub fn words(code: &str) -> &'static str {
        match code {
            "signed_out" => "odhlášení",
            "taken_over" => "přihlášení jinde",
            "ended" => "ukončena odjinud",
            "blocked" => "účet zablokován",
            "password" => "změna hesla",
            "consent" => "chybí souhlas",
            _ => "konec platnosti",
        }
    }
}

/// Ends a session, under whatever token it goes on.
pub async fn end_session(tx: &mut Tx, id: Uuid, why: Ended, at: DateTime<Utc>) -> Result<bool, StoreError> {
    let done = sqlx::query!("update session set ended_at = $2, ended_reason = $3 where id = $1 and ended_at is null", id, at, why.code())
        .execute(&mut **tx)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Ends a session of the actor by its key.
pub async fn end_own_session(tx: &mut Tx, id: Uuid, at: DateTime<Utc>) -> Result<bool, StoreError> {
    let done = sqlx::query!(
        "update session set ended_at = $2, ended_reason = 'ended' where id = $1 and ended_at is null and person_id = app.person()",
        id,
        at
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Ends the live sessions of a person, all or all but one.
pub async fn end_sessions_of(tx: &mut Tx, person: Uuid, but: Option<Uuid>, why: Ended, at: DateTime<Utc>) -> Result<u64, StoreError> {
    let done = sqlx::query!(
        "update session set ended_at = $3, ended_reason = $4 where person_id = $1 and ended_at is null and id is distinct from $2",
        person,
        but,
        at,
        why.code()
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected())
}

/// Ends the live sessions of an account.
pub async fn end_sessions_of_account(tx: &mut Tx, account: Uuid, why: Ended, at: DateTime<Utc>) -> Result<u64, StoreError> {
    let done = sqlx::query!(
        "update session set ended_at = $2, ended_reason = $3 where account_id = $1 and ended_at is null",
        account,
        at,
        why.code()
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected())
}

/// The next request of the account's live sessions gets a new token: its rights changed.
pub async fn renew_sessions_of(tx: &mut Tx, account: Uuid) -> Result<(), StoreError> {
    sqlx::query!("update session set renew = true where account_id = $1 and ended_at is null", account).execute(&mut **tx).await?;
    Ok(())
}

/// Gives a session another token. The old one is taken for a moment longer.
pub async fn renew(tx: &mut Tx, id: Uuid, token_digest: &[u8], at: DateTime<Utc>) -> Result<(), StoreError> {
    sqlx::query!(
        "update session set previous_digest = token_digest, token_digest = $2, renewed_at = $3, renew = false where id = $1",
        id,
        token_digest,
        at
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Gives a session another token; the old one opens nothing any more.
pub async fn replace_token(tx: &mut Tx, id: Uuid, token_digest: &[u8], at: DateTime<Utc>) -> Result<(), StoreError> {
    sqlx::query!(
        "update session set previous_digest = null, token_digest = $2, renewed_at = $3, renew = false where id = $1",
        id,
        token_digest,
        at
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Whatever decides on another session of the same person waits until this transaction ends.
pub async fn lock_person_of(tx: &mut Tx, session: Uuid) -> Result<(), StoreError> {
    sqlx::query!("select p.id from person p join session s on s.person_id = p.id where s.id = $1 for update of p", session)
        .fetch_optional(&mut **tx)
        .await?;
    Ok(())
}

/// A live session: not ended, not past its end, used within the idle time.
#[derive(Debug, Clone)]
pub struct Live {
    /// Its key.
    pub id: Uuid,
    /// Who, where, with which rights.
    pub account: Account,
    /// What is asked for before it opens.
    pub gate: Option<Gate>,
    /// It is to get a new token.
    pub renew: bool,
    /// Where the person wanted to go.
    pub back: Option<String>,
    /// Accounts that the person can choose from.
    pub accounts: i64,
    /// Its absolute end.
    pub ends_at: DateTime<Utc>,
}

/// The live session of a token.
pub async fn live_session(
    tx: &mut Tx,
    token_digest: &[u8],
    now: DateTime<Utc>,
    today: NaiveDate,
    idle: TimeDelta,
) -> Result<Option<Live>, StoreError> {
    let row = sqlx::query!(
        r#"select s.id as session, s.gate, s.renew, s.back, s.last_seen_at, s.ends_at, a.id, a.role, p.id as person, p.name as person_name,
                  o.id as organisation, o.name as organisation_name, o.kind, o.kraj_code, o.provider_id, app.rights(a.id, $3) as "rights!",
                  (select count(*) from account b where b.person_id = p.id and b.blocked_at is null and b.confirmed_at is not null) as "accounts!"
           from session s join account a on a.id = s.account_id join person p on p.id = a.person_id join organisation o on o.id = a.organisation_id
           where (s.token_digest = $1 or (s.previous_digest = $1 and s.renewed_at > $5))
             and s.ended_at is null and s.ends_at > $2 and s.last_seen_at > $4 and a.blocked_at is null
             and (a.confirmed_at is not null or s.gate is not null)"#,
        token_digest,
        now,
        today,
        now - idle,
        now - OVERLAP
    )
    .fetch_optional(&mut **tx)
    .await?;
    let Some(row) = row else { return Ok(None) };
    // The last use is written once a minute at most: a page must not wait for a write. With a new day rights may have begun; of several requests
    // at once the first one finds that.
    let next_day = crate::prague::day(row.last_seen_at) < today;
    let mut new_day = false;
    if next_day || now - row.last_seen_at > TimeDelta::seconds(60) {
        let used =
            sqlx::query!("update session set last_seen_at = $2 where id = $1 and last_seen_at = $3", row.session, now, row.last_seen_at)
                .execute(&mut **tx)
                .await?;
        new_day = next_day && used.rows_affected() == 1;
    }
    let (Some(kind), Some(role)) = (OrganisationKind::from_code(&row.kind), Role::from_code(&row.role)) else { return Ok(None) };
    let gate = match row.gate.as_deref() {
        None => None,
        // A gate that this program does not know opens nothing.
        Some(code) => Some(Gate::from_code(code).ok_or(StoreError::NotFound)?),
    };
    Ok(Some(Live {
        id: row.session,
        account: Account {
            id: row.id,
            person: row.person,
            person_name: row.person_name,
            role,
            organisation: row.organisation,
            organisation_name: row.organisation_name,
            kind,
            kraj: row.kraj_code,
            provider: row.provider_id,
            // What organisations of this kind cannot hold opens nothing, also where it was given before that was so.
            rights: row.rights.iter().filter_map(|code| Right::from_code(code)).filter(|right| right.holders().contains(&kind)).collect(),
            session: Some(row.session.simple().to_string()),
        },
        gate,
        renew: row.renew || new_day,
        back: row.back,
        accounts: row.accounts,
        ends_at: row.ends_at,
    }))
}

/// What decides the next gate of a session.
pub async fn facts(
    tx: &mut Tx,
    session: Uuid,
    (now, today): (DateTime<Utc>, NaiveDate),
    idle: TimeDelta,
    with_factor: &[String],
) -> Result<Facts, StoreError> {
    let row = sqlx::query!(
        r#"select a.confirmed_at is not null and a.blocked_at is null as "usable!", app.has_second_factor(p.id) as "has!", s.second_factor_at is not null as "shown!", p.must_change, s.chosen_at is not null as "chosen!",
                  (select count(*) from account b where b.person_id = p.id and b.blocked_at is null and b.confirmed_at is not null) as "accounts!",
                  not p.demo and exists (select from account b join organisation g on g.id = b.organisation_id
                          where b.person_id = p.id and b.blocked_at is null and b.confirmed_at is not null and g.kind = any($5)) as "of_kind!",
                  exists (select from account b where b.person_id = p.id and app.administers(b.id, $3)) as "administrator!",
                  exists (select from session o where o.person_id = p.id and o.id <> s.id and o.opened_at is not null and o.ended_at is null
                          and o.ends_at > $2 and o.last_seen_at > $4) as "elsewhere!"
           from session s join person p on p.id = s.person_id join account a on a.id = s.account_id where s.id = $1"#,
        session,
        now,
        today,
        now - idle,
        with_factor
    )
    .fetch_optional(&mut **tx)
    .await?
    .ok_or(StoreError::NotFound)?;
    Ok(Facts {
        has_second_factor: row.has,
        second_factor_shown: row.shown,
        needs_second_factor: row.administrator || row.of_kind,
        outdated: row.must_change.as_deref().and_then(Outdated::from_code),
        accounts: usize::try_from(row.accounts).unwrap_or_default(),
        usable: row.usable,
        chosen: row.chosen,
        elsewhere: row.elsewhere,
    })
}

/// Whether the account of a session lacks a consent that one of its modules asks for. Rights to the register belong to that module, all others to
/// the other one; people of the demo need none.
pub async fn lacks_consent(tx: &mut Tx, session: Uuid, today: NaiveDate, register: bool, provider: bool) -> Result<bool, StoreError> {
    Ok(sqlx::query_scalar!(
        r#"select exists (
             select from session s join account a on a.id = s.account_id join person p on p.id = a.person_id, unnest(app.rights(a.id, $2)) as r(code)
             where s.id = $1 and not p.demo and ((r.code like 'REG!_%' escape '!' and $3) or (r.code not like 'REG!_%' escape '!' and $4))
               and not exists (select from consent c where c.person_id = p.id)) as "lacks!""#,
        session,
        today,
        register,
        provider
    )
    .fetch_one(&mut **tx)
    .await?)
}

/// Whose a session is.
#[derive(Debug, Clone, Copy)]
pub struct SessionOf {
    /// The account.
    pub account: Uuid,
    /// Its person.
    pub person: Uuid,
    /// Its organisation.
    pub organisation: Uuid,
    /// It was open already.
    pub opened: bool,
}

/// The account that a session works for.
pub async fn account_of_session(tx: &mut Tx, session: Uuid) -> Result<SessionOf, StoreError> {
    sqlx::query_as!(
        SessionOf,
        r#"select a.id as account, a.person_id as person, a.organisation_id as organisation, s.opened_at is not null as "opened!"
         from session s join account a on a.id = s.account_id where s.id = $1"#,
        session
    )
    .fetch_optional(&mut **tx)
    .await?
    .ok_or(StoreError::NotFound)
}

/// Puts the session before its next gate, or opens it.
pub async fn set_gate(tx: &mut Tx, session: Uuid, gate: Option<Gate>, at: DateTime<Utc>) -> Result<(), StoreError> {
    sqlx::query!(
        "update session set gate = $2, opened_at = case when $2::text is null then coalesce(opened_at, $3) end where id = $1",
        session,
        gate.map(Gate::code),
        at
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// The second factor was shown.
pub async fn note_second_factor(tx: &mut Tx, session: Uuid, at: DateTime<Utc>) -> Result<(), StoreError> {
    sqlx::query!("update session set second_factor_at = $2 where id = $1", session, at).execute(&mut **tx).await?;
    Ok(())
}

/// The session waits for another account of the same person, where the one it was for was refused; false where there is none.
pub async fn wait_for_another(tx: &mut Tx, session: Uuid) -> Result<bool, StoreError> {
    let done = sqlx::query!(
        "update session s set account_id = (select b.id from account b where b.person_id = s.person_id and b.blocked_at is null
                                            order by b.confirmed_at is null, b.created_at limit 1)
         where s.id = $1 and exists (select from account b where b.person_id = s.person_id and b.blocked_at is null)",
        session
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The session works for another account of the same person; false when it is not one that can be used.
pub async fn choose_account(tx: &mut Tx, session: Uuid, account: Uuid, at: DateTime<Utc>) -> Result<bool, StoreError> {
    let done = sqlx::query!(
        "update session s set account_id = a.id, chosen_at = $3 from account a
         where s.id = $1 and a.id = $2 and a.person_id = s.person_id and a.blocked_at is null and a.confirmed_at is not null",
        session,
        account,
        at
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// A session in the list of a person.
#[derive(Debug, Clone)]
pub struct SessionRow {
    /// Its key.
    pub id: Uuid,
    /// When the password proved right.
    pub created_at: DateTime<Utc>,
    /// The last request.
    pub last_seen_at: DateTime<Utc>,
    /// When it ended.
    pub ended_at: Option<DateTime<Utc>>,
    /// Why.
    pub ended_reason: Option<String>,
    /// It can be used now.
    pub live: bool,
    /// It was opened, past all gates.
    pub opened: bool,
    /// Name of the organisation.
    pub organisation: String,
    /// Address.
    pub address: Option<String>,
    /// What the client calls itself.
    pub device: Option<String>,
}

/// The last sessions of the person of the actor, newest first.
pub async fn own_sessions(tx: &mut Tx, now: DateTime<Utc>, idle: TimeDelta, limit: i64) -> Result<Vec<SessionRow>, StoreError> {
    Ok(sqlx::query_as!(
        SessionRow,
        r#"select s.id, s.created_at, s.last_seen_at, s.ended_at, s.ended_reason, o.name as organisation, s.address, s.device,
                  s.opened_at is not null as "opened!", (s.ended_at is null and s.ends_at > $1 and s.last_seen_at > $2) as "live!"
           from session s join account a on a.id = s.account_id join organisation o on o.id = a.organisation_id
           where s.person_id = app.person() order by s.created_at desc limit $3"#,
        now,
        now - idle,
        limit
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// An account that a person can choose.
#[derive(Debug, Clone)]
pub struct Choosable {
    /// The account.
    pub id: Uuid,
    /// Name of the organisation.
    pub organisation: String,
    /// Code of its kind.
    pub kind: String,
    /// Code of the set of rights it was made with.
    pub role: String,
    /// Waits for the person to confirm it.
    pub waits: bool,
}

/// The accounts of a person that are not blocked, those to be confirmed among them.
pub async fn accounts_of_person(tx: &mut Tx, person: Uuid) -> Result<Vec<Choosable>, StoreError> {
    Ok(sqlx::query_as!(
        Choosable,
        r#"select a.id, o.name as organisation, o.kind, a.role, a.confirmed_at is null as "waits!"
           from account a join organisation o on o.id = a.organisation_id
           where a.person_id = $1 and a.blocked_at is null order by o.name collate cs, a.id"#,
        person
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// The person confirms or refuses to join; false when nothing waited. A refused account stays, blocked.
pub async fn answer_invitation(tx: &mut Tx, person: Uuid, account: Uuid, join: bool, at: DateTime<Utc>) -> Result<bool, StoreError> {
    let done = sqlx::query!(
        "update account set confirmed_at = case when $3::boolean then $4::timestamptz end, blocked_at = case when $3 then null else $4::timestamptz end,
                blocked_reason = case when $3 then null else 'Pozvání do organizace bylo odmítnuto.' end, version = version + 1
         where id = $2 and person_id = $1 and confirmed_at is null and blocked_at is null",
        person,
        account,
        join,
        at
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}
