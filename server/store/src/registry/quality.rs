//! What is wrong or incomplete in the register, for the authorities that keep it, and what the imports said. The database shows a kraj its own
//! providers; the MPSV sees all.

use crate::{StoreError, Tx};
use chrono::{DateTime, NaiveDate, Utc};
use domain::ico::Ico;
use uuid::Uuid;

/// Rows of one list that are shown.
pub const LISTED: i64 = 200;

/// A service without its number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WithoutNumber {
    /// The service.
    pub id: Uuid,
    /// Its key in the open data.
    pub portal_id: Option<i64>,
    /// Name of the type.
    pub kind: Option<String>,
    /// Name of the provider.
    pub provider_name: String,
    /// First facility.
    pub facility_name: Option<String>,
    /// Its municipality.
    pub place: Option<String>,
    /// Last day.
    pub to: Option<NaiveDate>,
    /// Row version, for the command.
    pub row_version: i64,
    /// The actor registers its provider.
    pub registers: bool,
    /// Services of this list in all.
    pub total: i64,
}

/// Services without identifikátor of the providers that the actor registers; `all` gives those of everybody. Ended ones come last.
pub async fn without_number(tx: &mut Tx, all: bool, today: NaiveDate) -> Result<Vec<WithoutNumber>, StoreError> {
    Ok(sqlx::query_as!(
        WithoutNumber,
        r#"select s.id, s.portal_id, coalesce(l.name, v.kind) as kind, v.provider_name, v.facility_name, v.place, v.provided_to as "to",
             s.row_version, coalesce(p.registrar_id = app.org(), false) as "registers!", count(*) over () as "total!"
           from service_version v join service s on s.id = v.service_id join provider p on p.id = v.provider_id
           left join codelist_row l on l.list = 'druhy' and l.key = v.kind and l.valid @> $2::date
           where v.superseded_at is null and upper_inf(v.valid) and coalesce(v.identifikator, '') = '' and ($1 or p.registrar_id = app.org())
           order by coalesce(v.provided_to < $2::date, false), v.provider_name collate cs, s.id limit $3"#,
        all,
        today,
        LISTED
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// A provider in one of the lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedProvider {
    /// The provider.
    pub id: Uuid,
    /// Its key in the open data.
    pub portal_id: Option<i64>,
    /// IČO.
    pub ico: Option<String>,
    /// Name.
    pub name: String,
    /// Name of the registering authority.
    pub registrar: Option<String>,
    /// Its services.
    pub services: i64,
    /// Row version, for the command.
    pub row_version: i64,
}

/// Providers whose registering authority is not known.
pub async fn without_authority(tx: &mut Tx) -> Result<Vec<ListedProvider>, StoreError> {
    Ok(sqlx::query_as!(
        ListedProvider,
        r#"select p.id, p.portal_id, p.ico, p.name, null as registrar, p.row_version,
             (select count(*) from service s where s.provider_id = p.id) as "services!"
           from provider p where p.registrar_id is null order by p.name collate cs, p.id"#
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// Providers that share an IČO, where the actor registers one of them or `all` is asked.
pub async fn shared_icos(tx: &mut Tx, all: bool) -> Result<Vec<ListedProvider>, StoreError> {
    Ok(sqlx::query_as!(
        ListedProvider,
        r#"select p.id, p.portal_id, p.ico, p.name, o.name as "registrar?", p.row_version,
             (select count(*) from service s where s.provider_id = p.id) as "services!"
           from provider p left join organisation o on o.id = p.registrar_id
           where p.ico in (select ico from provider where ico is not null group by ico
                           having count(*) > 1 and ($1 or bool_or(registrar_id = app.org())))
           order by p.ico, p.portal_id nulls last, p.id"#,
        all
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// Providers without an IČO or with one whose checksum is wrong, that the actor registers or `all`.
pub async fn doubtful_icos(tx: &mut Tx, all: bool) -> Result<Vec<ListedProvider>, StoreError> {
    let rows = sqlx::query_as!(
        ListedProvider,
        r#"select p.id, p.portal_id, p.ico, p.name, o.name as "registrar?", p.row_version,
             (select count(*) from service s where s.provider_id = p.id) as "services!"
           from provider p left join organisation o on o.id = p.registrar_id
           where $1 or p.registrar_id = app.org() order by p.name collate cs, p.id"#,
        all
    )
    .fetch_all(&mut **tx)
    .await?;
    let is_right = |p: &ListedProvider| p.ico.as_deref().and_then(|ico| Ico::parse(ico).ok()).is_some_and(|ico| ico.checksum_holds());
    Ok(rows.into_iter().filter(|p| !is_right(p)).collect())
}

/// An import.
#[derive(Debug, Clone, PartialEq)]
pub struct ImportRow {
    /// The import.
    pub id: Uuid,
    /// Day on which its changes began to hold.
    pub as_of: NaiveDate,
    /// When it was.
    pub at: DateTime<Utc>,
    /// Name of the file.
    pub file_name: Option<String>,
    /// Bytes of the unpacked file.
    pub file_bytes: i64,
    /// SHA-256 of the unpacked file.
    pub file_digest: Vec<u8>,
    /// Counts, as the import wrote them.
    pub summary: serde_json::Value,
}

/// The imports, newest first.
pub async fn imports(tx: &mut Tx, most: i64) -> Result<Vec<ImportRow>, StoreError> {
    Ok(sqlx::query_as!(
        ImportRow,
        "select id, as_of, at, file_name, file_bytes, file_digest, summary from import_run order by at desc, id desc limit $1",
        most
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// One import.
pub async fn import_row(tx: &mut Tx, id: Uuid) -> Result<ImportRow, StoreError> {
    sqlx::query_as!(ImportRow, "select id, as_of, at, file_name, file_bytes, file_digest, summary from import_run where id = $1", id)
        .fetch_optional(&mut **tx)
        .await?
        .ok_or(StoreError::NotFound)
}

/// How many problems of a kind an import listed, among those the actor may see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProblemCount {
    /// Code of the kind.
    pub kind: String,
    /// Rows.
    pub count: i64,
}

/// The kinds of problems of an import.
pub async fn problem_counts(tx: &mut Tx, import: Uuid) -> Result<Vec<ProblemCount>, StoreError> {
    Ok(sqlx::query_as!(
        ProblemCount,
        r#"select kind, count(*) as "count!" from import_problem where import_run_id = $1 group by kind"#,
        import
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// A line of such a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProblemRow {
    /// Place in the file, from 1.
    pub record_index: Option<i64>,
    /// Key of the service in the file.
    pub portal_id: Option<i64>,
    /// The service.
    pub service_id: Option<Uuid>,
    /// The provider.
    pub provider_id: Option<Uuid>,
    /// Name of the provider.
    pub provider_name: Option<String>,
    /// Path of the field.
    pub field: String,
    /// A Czech sentence.
    pub text: String,
}

/// The problems of one kind, at most [`LISTED`].
pub async fn problems(tx: &mut Tx, import: Uuid, kind: &str) -> Result<Vec<ProblemRow>, StoreError> {
    Ok(sqlx::query_as!(
        ProblemRow,
        r#"select i.record_index, i.portal_id, i.service_id, i.provider_id, p.name as "provider_name?", i.field, i.text
           from import_problem i left join provider p on p.id = i.provider_id
           where i.import_run_id = $1 and i.kind = $2 order by i.ordinal limit $3"#,
        import,
        kind,
        LISTED
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// A problem with its kind, as the file of an import has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KindRow {
    /// Code of the kind.
    pub kind: String,
    /// Place in the file, from 1.
    pub record_index: Option<i64>,
    /// Key of the service in the file.
    pub portal_id: Option<i64>,
    /// Name of the provider.
    pub provider_name: Option<String>,
    /// Path of the field.
    pub field: String,
    /// A Czech sentence.
    pub text: String,
}

/// Every problem that an import kept, in its order.
pub async fn all_problems(tx: &mut Tx, import: Uuid) -> Result<Vec<KindRow>, StoreError> {
    Ok(sqlx::query_as!(
        KindRow,
        r#"select i.kind, i.record_index, i.portal_id, p.name as "provider_name?", i.field, i.text
           from import_problem i left join provider p on p.id = i.provider_id where i.import_run_id = $1 order by i.ordinal"#,
        import
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// How full the public register is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisterState {
    /// Services.
    pub services: i64,
    /// Providers.
    pub providers: i64,
    /// Day of the newest import.
    pub as_of: Option<NaiveDate>,
}

/// How full the register is; public.
pub async fn register_state(tx: &mut Tx) -> Result<RegisterState, StoreError> {
    Ok(sqlx::query_as!(
        RegisterState,
        r#"select (select count(*) from service) as "services!", (select count(*) from provider) as "providers!", app.register_day() as as_of"#
    )
    .fetch_one(&mut **tx)
    .await?)
}

/// Version of PostgreSQL; public.
pub async fn database_version(tx: &mut Tx) -> Result<String, StoreError> {
    Ok(sqlx::query_scalar!(r#"select current_setting('server_version') as "version!""#).fetch_one(&mut **tx).await?)
}
