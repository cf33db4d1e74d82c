//! Files of the calculation: a run as CSV of the engine, a scheme as TOML out and in, the kraj's columns from CSV.

use crate::{inventory_of_plain_routes, layers::error_response};
use app::{
    error::AppError,
    request::{Deps, RequestInfo, new_key},
    subsidy::{
        assessment::columns_load,
        calculation::run::again,
        schemes::create_scheme::{self, MAX_BYTES},
        tabs,
    },
};
use axum::{
    Extension, Router,
    extract::{DefaultBodyLimit, Multipart, Path},
    http::header,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use domain::{
    accounts::{Permission, Right},
    text::fold,
};
use leptos::prelude::LeptosOptions;
use store::{
    Tx, idempotency,
    subsidy::{rounds, runs, schemes},
};
use uuid::Uuid;

inventory_of_plain_routes! {
    GET "/dotace/{rok}/{kolo}/vypocet/{beh}/csv" => app::subsidy::ROUND_VIEW;
    GET "/dotace/schemata/{schema}/{verze}/toml" => app::subsidy::ROUND_VIEW;
    POST "/dotace/schemata" => Permission::Has(Right::SchemeEdit);
    POST "/dotace/{rok}/{kolo}/hodnoceni/sloupce" => Permission::Has(Right::Assessment);
}

/// The routes; the layer of permissions stands around them.
pub fn routes(deps: Deps) -> Router<LeptosOptions> {
    Router::new()
        .route("/dotace/{rok}/{kolo}/vypocet/{beh}/csv", get(run_csv))
        .route("/dotace/schemata/{schema}/{verze}/toml", get(scheme_toml))
        // A little more than the file itself: the parts of the form have their heads.
        .route("/dotace/schemata", post(upload).layer(DefaultBodyLimit::max(MAX_BYTES + (64 << 10))))
        .route("/dotace/{rok}/{kolo}/hodnoceni/sloupce", post(columns).layer(DefaultBodyLimit::max(MAX_BYTES + (64 << 10))))
        .layer(Extension(deps))
}

async fn begin(deps: &Deps, info: &RequestInfo) -> Result<Tx, AppError> {
    Ok(deps.store.begin_from(&info.actor, info.origin.clone()).await?)
}

fn file(name: &str, mime: &'static str, bytes: Vec<u8>) -> Response {
    let disposition = format!("attachment; filename=\"{name}\"");
    ([(header::CONTENT_TYPE, mime.to_owned()), (header::CONTENT_DISPOSITION, disposition)], bytes).into_response()
}

async fn run_csv(
    Path((year, number, run)): Path<(i32, i32, i32)>,
    Extension(deps): Extension<Deps>,
    Extension(info): Extension<RequestInfo>,
) -> Response {
    let made = async {
        let mut tx = begin(&deps, &info).await?;
        let (_, kraj) = info.actor.kraj()?;
        let round = rounds::round(&mut tx, year, number).await.map_err(|e| tabs::missing(e, "Dotační kolo"))?;
        let own = rounds::kraj_round_of(&mut tx, round.id, kraj).await?.ok_or_else(|| AppError::not_found("Dotační kolo"))?;
        let found = runs::run_by_number(&mut tx, own.id, run).await.map_err(|e| tabs::missing(e, "Běh výpočtu"))?;
        Ok::<_, AppError>(again(&found)?.report().to_csv_for_sheets())
    };
    match made.await {
        Ok(bytes) => file(&format!("vypocet-{year}-{number}-beh-{run}.csv"), "text/csv; charset=utf-8", bytes),
        Err(error) => error_response(&error),
    }
}

/// A name of a file out of a name of people: letters and digits without diacritics.
fn file_name(text: &str) -> String {
    let plain: String = fold(text).chars().map(|c| if c.is_ascii_alphanumeric() || c == '.' { c } else { '-' }).take(80).collect();
    plain.trim_matches(['-', '.']).to_owned()
}

async fn scheme_toml(
    Path((scheme, version)): Path<(Uuid, Uuid)>,
    Extension(deps): Extension<Deps>,
    Extension(info): Extension<RequestInfo>,
) -> Response {
    let made = async {
        let mut tx = begin(&deps, &info).await?;
        info.actor.kraj()?;
        let found = schemes::version(&mut tx, version).await.map_err(|e| tabs::missing(e, "Verzi schématu"))?;
        if found.row.scheme_id == scheme { Ok(found) } else { Err(AppError::not_found("Verzi schématu")) }
    };
    match made.await {
        Ok(found) => {
            let name = file_name(&format!("{} {}", found.row.scheme_name, found.row.version));
            file(&format!("{name}.toml"), "application/toml; charset=utf-8", found.document.to_toml().into_bytes())
        }
        Err(error) => error_response(&error),
    }
}

/// The text of the one file of a form, and the form's key.
async fn text(form: Multipart, choose: &str) -> Result<(String, String), AppError> {
    let (bytes, key) = uploaded(form).await.map_err(|()| too_large())?;
    if bytes.is_empty() {
        return Err(AppError::invalid(format!("Nevybrali jste žádný soubor, nebo je prázdný. {choose}")));
    }
    if bytes.len() > MAX_BYTES {
        return Err(too_large());
    }
    let text = String::from_utf8(bytes).ok().filter(|text| !text.contains('\0'));
    let text = text.ok_or_else(|| AppError::invalid("Soubor není text v kódování UTF-8. Uložte ho jako UTF-8 a nahrajte znovu."))?;
    Ok((text, if (8..=100).contains(&key.len()) { key } else { new_key() }))
}

/// Makes a scheme of an uploaded file, once for the key of the form. The page of the form is shown again with a refusal; of TOML that cannot be
/// read it says the line and the column.
async fn upload(Extension(deps): Extension<Deps>, Extension(info): Extension<RequestInfo>, form: Multipart) -> Response {
    const COMMAND: &str = "subsidy.scheme.upload";
    let made = async {
        let (text, key) = text(form, "Vyberte soubor .toml a nahrajte ho znovu.").await?;
        let scheme = create_scheme::read(&text)
            .map_err(|error| AppError::invalid(format!("Soubor není schéma, které umíme přečíst. {}", error.sentence)))?;
        let mut tx = begin(&deps, &info).await?;
        if let Some(made) = idempotency::earlier::<(Uuid, Uuid)>(&mut tx, &key, COMMAND, &text).await? {
            return Ok(made);
        }
        let made = create_scheme::make(&mut tx, &info.actor, &scheme, info.received_at).await?;
        idempotency::keep(&mut tx, &key, COMMAND, &text, &made, info.received_at).await?;
        tx.commit(info.received_at).await?;
        Ok::<_, AppError>(made)
    };
    match made.await {
        Ok((scheme, version)) => Redirect::to(&format!("/dotace/schemata/{scheme}/{version}?hotovo=schema")).into_response(),
        Err(error) => error_response(&error),
    }
}

/// Reads an uploaded table into the columns of the kraj's round, once for the key of the form: all lines or none.
async fn columns(
    Path((year, number)): Path<(i32, i32)>,
    Extension(deps): Extension<Deps>,
    Extension(info): Extension<RequestInfo>,
    form: Multipart,
) -> Response {
    const COMMAND: &str = "subsidy.columns.upload";
    let made = async {
        let (text, key) = text(form, "Vyberte soubor .csv a načtěte ho znovu.").await?;
        let mut tx = begin(&deps, &info).await?;
        let asked = format!("{year}/{number}\n{text}");
        if idempotency::earlier::<()>(&mut tx, &key, COMMAND, &asked).await?.is_none() {
            columns_load::load(&mut tx, &info.actor, (year, number), &text, info.received_at).await?;
            idempotency::keep(&mut tx, &key, COMMAND, &asked, &(), info.received_at).await?;
            tx.commit(info.received_at).await?;
        }
        Ok::<_, AppError>(())
    };
    match made.await {
        Ok(()) => Redirect::to(&format!("/dotace/{year}/{number}/hodnoceni/sloupce?hotovo=ulozeno")).into_response(),
        Err(error) => error_response(&AppError::new(error.code, error.sentence)),
    }
}

fn too_large() -> AppError {
    AppError::invalid("Soubor je větší než 1,5 MB. Zkraťte ho, nebo ho rozdělte na menší, a nahrajte znovu.")
}

/// The file of the form and its key; nothing where there is none, an error when the body is too large or breaks off.
async fn uploaded(mut form: Multipart) -> Result<(Vec<u8>, String), ()> {
    let (mut file, mut key) = (Vec::new(), String::new());
    while let Some(part) = form.next_field().await.map_err(|_| ())? {
        match part.name() {
            Some("soubor") => file = part.bytes().await.map_err(|_| ())?.to_vec(),
            Some("klic") => key = part.text().await.map_err(|_| ())?,
            _ => {}
        }
    }
    Ok((file, key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files_are_plain() {
        assert_eq!(file_name("Základní schéma 2027.1"), "zakladni-schema-2027.1");
        assert_eq!(file_name("../../\"x\""), "x");
    }
}
