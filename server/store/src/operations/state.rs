//! What is measured, set and noted about the running system.

use crate::{StoreError, Tx, new_id};
use chrono::{DateTime, NaiveDate, Utc};
use domain::operations::{Measured, Module};
use uuid::Uuid;

/// The last minute that was noted for a module. Other servers wait until this transaction ends, so a minute counts once.
pub async fn last_beat(tx: &mut Tx, module: Module) -> Result<Option<DateTime<Utc>>, StoreError> {
    sqlx::query!("select pg_advisory_xact_lock(hashtext('availability'), hashtext($1))", module.code()).execute(&mut **tx).await?;
    Ok(sqlx::query_scalar!("select max(last_minute) from availability where module = $1", module.code()).fetch_one(&mut **tx).await?)
}

/// The last minute that was noted for any module: since then nothing was done in the background.
pub async fn last_look(tx: &mut Tx) -> Result<Option<DateTime<Utc>>, StoreError> {
    Ok(sqlx::query_scalar!("select max(last_minute) from availability").fetch_one(&mut **tx).await?)
}

/// Adds minutes of a day in which a module answered or did not.
pub async fn beat(tx: &mut Tx, module: Module, day: Measured, last_minute: DateTime<Utc>) -> Result<(), StoreError> {
    sqlx::query!(
        "insert into availability as a (day, module, answered, failed, last_minute) values ($1, $2, $3, $4, $5)
         on conflict (day, module) do update
         set answered = least(a.answered + excluded.answered, 1440), failed = least(a.failed + excluded.failed, 1440),
             last_minute = greatest(a.last_minute, excluded.last_minute)",
        day.day,
        module.code(),
        day.answered,
        day.failed,
        last_minute
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Whether the part that a module stands on answers.
pub async fn answers(tx: &mut Tx, module: Module) -> Result<(), StoreError> {
    match module {
        Module::Register => sqlx::query!("select 1 as one from service limit 1").fetch_optional(&mut **tx).await.map(|_| ())?,
        Module::Provider => sqlx::query!("select 1 as one from subsidy_round limit 1").fetch_optional(&mut **tx).await.map(|_| ())?,
    }
    Ok(())
}

/// What was measured of a module since a day.
pub async fn measured(tx: &mut Tx, module: Module, since: NaiveDate) -> Result<Vec<Measured>, StoreError> {
    Ok(sqlx::query_as!(
        Measured,
        "select day, answered, failed from availability where module = $1 and day >= $2 order by day",
        module.code(),
        since
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// Contacts of a module and whether its state is public.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// Code of the module.
    pub module: String,
    /// Telephone of the hotline.
    pub phone: String,
    /// When it is answered.
    pub hours: String,
    /// E-mail.
    pub email: String,
    /// Everybody sees how the module does; otherwise who is signed in.
    pub state_public: bool,
    /// Row version.
    pub version: i64,
}

/// The settings of both modules.
pub async fn settings(tx: &mut Tx) -> Result<Vec<Setting>, StoreError> {
    Ok(sqlx::query_as!(Setting, "select module, phone, hours, email, state_public, version from operations_setting order by module")
        .fetch_all(&mut **tx)
        .await?)
}

/// Writes the settings of a module, when they are still as the person saw them.
pub async fn save_setting(tx: &mut Tx, new: &Setting) -> Result<(), StoreError> {
    let saved = sqlx::query!(
        "update operations_setting set phone = $2, hours = $3, email = $4, state_public = $5, version = version + 1 where module = $1 and version = $6",
        new.module,
        new.phone,
        new.hours,
        new.email,
        new.state_public,
        new.version
    )
    .execute(&mut **tx)
    .await?;
    if saved.rows_affected() == 0 {
        let found = settings(tx).await?.into_iter().find(|row| row.module == new.module).ok_or(StoreError::NotFound)?.version;
        return Err(StoreError::Stale { seen: new.version, found });
    }
    Ok(())
}

/// A backup that was made.
#[derive(Debug, Clone)]
pub struct BackupRow {
    /// When.
    pub made_at: DateTime<Utc>,
    /// Its size.
    pub bytes: i64,
}

/// The last backup.
pub async fn last_backup(tx: &mut Tx) -> Result<Option<BackupRow>, StoreError> {
    Ok(sqlx::query_as!(BackupRow, "select made_at, bytes from backup order by made_at desc limit 1").fetch_optional(&mut **tx).await?)
}

/// Notes a backup.
pub async fn note_backup(tx: &mut Tx, bytes: i64, sha256: &str, file_name: &str, at: DateTime<Utc>) -> Result<Uuid, StoreError> {
    let id = new_id();
    sqlx::query!(
        "insert into backup (id, made_at, bytes, sha256, file_name) values ($1, $2, $3, $4, $5)",
        id,
        at,
        bytes,
        sha256,
        file_name
    )
    .execute(&mut **tx)
    .await?;
    Ok(id)
}
