//! Organisations: MPSV, the kraje, providers.

use crate::{StoreError, Tx, new_id};
use chrono::{DateTime, NaiveDate, Utc};
use domain::{accounts::OrganisationKind, codelists::Kraj};
use uuid::Uuid;

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

/// Makes the authorities, as far as they are not there: MPSV, which it gives, and the kraje of the code list.
pub async fn ensure_authorities(tx: &mut Tx, at: DateTime<Utc>) -> Result<Uuid, StoreError> {
    for kraj in Kraj::all() {
        let code = kraj.code().to_string();
        let new = NewOrganisation { kind: OrganisationKind::Kraj, name: kraj.name(), ico: None, kraj_code: Some(&code), provider: None };
        ensure_organisation(tx, &new, at).await?;
    }
    let mpsv = NewOrganisation {
        kind: OrganisationKind::Mpsv,
        name: "Ministerstvo práce a sociálních věcí",
        ico: Some("00551023"),
        kraj_code: None,
        provider: None,
    };
    ensure_organisation(tx, &mpsv, at).await
}

/// An organisation with its accounts counted.
#[derive(Debug, Clone)]
pub struct OrganisationRow {
    /// Its key.
    pub id: Uuid,
    /// Code of its kind.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// IČO.
    pub ico: Option<String>,
    /// Accounts that are not blocked.
    pub accounts: i64,
    /// Those that administer it.
    pub administrators: i64,
}

/// Organisations whose name or IČO holds a text, those without anybody who could give rights first.
pub async fn organisations(tx: &mut Tx, text: &str, on: NaiveDate, limit: i64) -> Result<Vec<OrganisationRow>, StoreError> {
    Ok(sqlx::query_as!(
        OrganisationRow,
        r#"with counted as (
             select o.id, o.kind, o.name, o.ico,
                    (select count(*) from account a where a.organisation_id = o.id and a.blocked_at is null) as accounts,
                    (select count(*) from account a where a.organisation_id = o.id and app.administers(a.id, $2)) as administrators
             from organisation o
             where $1 = '' or position(lower($1) in lower(o.name)) > 0 or o.ico = $1)
           select id, kind, name, ico, accounts as "accounts!", administrators as "administrators!" from counted
           order by administrators > 0, array_position(array['mpsv', 'kraj', 'provider'], kind), name collate cs, id limit $3"#,
        text,
        on,
        limit
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// One organisation.
pub async fn organisation(tx: &mut Tx, id: Uuid, on: NaiveDate) -> Result<OrganisationRow, StoreError> {
    sqlx::query_as!(
        OrganisationRow,
        r#"select o.id, o.kind, o.name, o.ico,
                  (select count(*) from account a where a.organisation_id = o.id and a.blocked_at is null) as "accounts!",
                  (select count(*) from account a where a.organisation_id = o.id and app.administers(a.id, $2)) as "administrators!"
           from organisation o where o.id = $1"#,
        id,
        on
    )
    .fetch_optional(&mut **tx)
    .await?
    .ok_or(StoreError::NotFound)
}

/// How many organisations nobody administers.
pub async fn without_administrator(tx: &mut Tx, on: NaiveDate) -> Result<i64, StoreError> {
    Ok(sqlx::query_scalar!(
        r#"select count(*) as "count!" from organisation o
           where not exists (select from account a where a.organisation_id = o.id and app.administers(a.id, $1))"#,
        on
    )
    .fetch_one(&mut **tx)
    .await?)
}

/// A provider of the register that has no organisation here yet.
#[derive(Debug, Clone)]
pub struct Unregistered {
    /// The provider.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// IČO.
    pub ico: Option<String>,
}

/// Providers of the register without an organisation, by a part of the folded name or the beginning of the IČO.
pub async fn providers_without_organisation(
    tx: &mut Tx,
    folded: &str,
    digits: Option<&str>,
    limit: i64,
) -> Result<Vec<Unregistered>, StoreError> {
    Ok(sqlx::query_as!(
        Unregistered,
        "select id, name, ico from provider p
         where (($2::text is null and strpos(name_folded, $1) > 0) or starts_with(ico, $2))
           and not exists (select from organisation o where o.provider_id = p.id)
         order by name collate cs, id limit $3",
        folded,
        digits,
        limit
    )
    .fetch_all(&mut **tx)
    .await?)
}
