//! Rights of accounts. A right that is taken stays as a row with its end, so that it can be told who could do what when.

use crate::{StoreError, Tx, new_id};
use chrono::{DateTime, NaiveDate, Utc};
use domain::accounts::{
    OrganisationKind, Right,
    granting::{Target, Validity},
};
use uuid::Uuid;

/// Gives rights. The account that the transaction was opened for is the giver.
pub async fn grant(tx: &mut Tx, account: Uuid, rights: &[Right], days: Validity, at: DateTime<Utc>) -> Result<(), StoreError> {
    let granted_by = tx.account().map(|account| account.id);
    for right in rights {
        sqlx::query!(
            "insert into account_right (id, account_id, right_code, valid_from, valid_to, granted_at, granted_by)
             values ($1, $2, $3, $4, $5, $6, $7)",
            new_id(),
            account,
            right.code(),
            days.from,
            days.to,
            at,
            granted_by
        )
        .execute(&mut **tx)
        .await?;
    }
    Ok(())
}

/// A right that an account has, had or will have.
#[derive(Debug, Clone)]
pub struct GrantRow {
    /// The grant.
    pub id: Uuid,
    /// The account.
    pub account: Uuid,
    /// Code of the right.
    pub right_code: String,
    /// First day.
    pub valid_from: NaiveDate,
    /// Last day.
    pub valid_to: Option<NaiveDate>,
    /// When it was given.
    pub granted_at: Option<DateTime<Utc>>,
    /// Who gave it; people of MPSV are not named to other organisations.
    pub granted_by: Option<String>,
    /// When it was taken.
    pub revoked_at: Option<DateTime<Utc>>,
    /// Who took it.
    pub revoked_by: Option<String>,
}

impl GrantRow {
    /// The days on which `right` can be used by this grant; none where it is of another right or was taken.
    pub fn gives(&self, right: Right) -> Option<Validity> {
        let given = self.right_code == right.code() && self.revoked_at.is_none();
        given.then_some(self.days())
    }

    fn days(&self) -> Validity {
        Validity { from: self.valid_from, to: self.valid_to }
    }

    /// Whether it can be used on a day.
    pub fn on(&self, day: NaiveDate) -> bool {
        self.revoked_at.is_none() && self.days().on(day)
    }
}

/// All rights that an account ever had, newest first.
pub async fn grants(tx: &mut Tx, account: Uuid) -> Result<Vec<GrantRow>, StoreError> {
    grants_of(tx, None, Some(account)).await
}

/// The same for all accounts of an organisation.
pub async fn grants_in(tx: &mut Tx, organisation: Uuid) -> Result<Vec<GrantRow>, StoreError> {
    grants_of(tx, Some(organisation), None).await
}

async fn grants_of(tx: &mut Tx, organisation: Option<Uuid>, account: Option<Uuid>) -> Result<Vec<GrantRow>, StoreError> {
    Ok(sqlx::query_as!(
        GrantRow,
        r#"select r.id, r.account_id as account, r.right_code, r.valid_from, r.valid_to, r.granted_at, r.revoked_at,
                  coalesce((select p.name from account a join person p on p.id = a.person_id where a.id = r.granted_by), case when r.granted_by is not null then 'MPSV' end) as granted_by,
                  coalesce((select p.name from account a join person p on p.id = a.person_id where a.id = r.revoked_by), case when r.revoked_by is not null then 'MPSV' end) as revoked_by
           from account_right r join account h on h.id = r.account_id
           where (h.organisation_id = $1 or $1 is null) and (h.id = $2 or $2 is null) order by r.valid_from desc, r.right_code"#,
        organisation,
        account
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// The right of a grant that was not taken yet, with its account.
pub async fn grant_of(tx: &mut Tx, grant: Uuid) -> Result<(Uuid, String), StoreError> {
    let row = sqlx::query!("select account_id, right_code from account_right where id = $1 and revoked_at is null for update", grant)
        .fetch_optional(&mut **tx)
        .await?;
    row.map(|row| (row.account_id, row.right_code)).ok_or(StoreError::NotFound)
}

/// Takes a right.
pub async fn revoke(tx: &mut Tx, grant: Uuid, at: DateTime<Utc>) -> Result<(), StoreError> {
    let by = tx.account().map(|account| account.id);
    sqlx::query!("update account_right set revoked_at = $2, revoked_by = $3 where id = $1", grant, at, by).execute(&mut **tx).await?;
    Ok(())
}

/// An account as the rules of granting see it. The accounts of its organisation are locked, so that two administrators cannot take each other's
/// Správa systému at once.
pub async fn target(tx: &mut Tx, account: Uuid, on: NaiveDate) -> Result<Target, StoreError> {
    sqlx::query!(
        "select a.id from account a where a.organisation_id = (select organisation_id from account where id = $1) order by a.id for update",
        account
    )
    .fetch_all(&mut **tx)
    .await?;
    let row = sqlx::query!(
        r#"select a.id, a.person_id, a.organisation_id, o.kind,
                  a.confirmed_at is not null as "joined!",
                  app.accounts_of(a.person_id) - (a.confirmed_at is not null and a.blocked_at is null)::int as "elsewhere!",
                  app.administers(a.id, $2) as "administrator!",
                  (select count(*) from account b where b.organisation_id = a.organisation_id and b.id <> a.id and app.administers(b.id, $2)) as "others!",
                  (select count(*) from account b where b.organisation_id = a.organisation_id and b.id <> a.id and app.administers(b.id, $2)
                     and exists (select from account_right r where r.account_id = b.id and r.right_code = 'SYS_SPRAVA' and r.revoked_at is null
                                 and r.valid_from <= $2 and r.valid_to is null)) as "lasting!"
           from account a join organisation o on o.id = a.organisation_id where a.id = $1"#,
        account,
        on
    )
    .fetch_optional(&mut **tx)
    .await?
    .ok_or(StoreError::NotFound)?;
    let count = |n: i64| usize::try_from(n).unwrap_or_default();
    Ok(Target {
        id: row.id,
        person: row.person_id,
        organisation: row.organisation_id,
        kind: OrganisationKind::from_code(&row.kind).ok_or(StoreError::NotFound)?,
        joined: row.joined,
        elsewhere: count(row.elsewhere),
        administrator: row.administrator,
        other_administrators: count(row.others),
        lasting_administrators: count(row.lasting),
    })
}
