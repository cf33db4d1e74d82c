//! Plain routes of the register: the list as a file and as open data, and the upload of the open data.

use crate::commands::import_register::unpacked;
use crate::layers::error_response;
use app::error::AppError;
use app::registry::{csv, imports::FILE_LIMIT, json};
use app::request::{Deps, RequestInfo};
use axum::extract::{FromRequest, Multipart, Path, Request};
use axum::response::{IntoResponse, Redirect, Response};
use domain::accounts::{Actor, Permission, Right};
use std::io::{Read, Seek, Write};
use store::codelists;
use store::registry::{ImportError, ImportRequest, import};

crate::inventory_of_plain_routes! {
    GET "/registr.csv" => Permission::Public;
    GET "/registr.json" => Permission::Public;
    GET "/registr/import/{id}/problemy.csv" => Permission::Has(Right::RegisterImport);
    POST "/registr/import" => Permission::Has(Right::RegisterImport);
}

/// Most bytes of a file when it is unpacked; the whole country is about 100 MB.
const UNPACKED_LIMIT: u64 = 4 << 30;

/// What the search shows, as a file.
pub async fn list(deps: Deps, request: Request) -> Response {
    let Some(info) = request.extensions().get::<RequestInfo>() else { return error_response(&AppError::fault()) };
    csv::file(&deps, info, request.uri().query().unwrap_or_default()).await.unwrap_or_else(|error| error_response(&error))
}

/// A page of the search as open data.
pub async fn page(deps: Deps, request: Request) -> Response {
    let Some(info) = request.extensions().get::<RequestInfo>() else { return error_response(&AppError::fault()) };
    json::page(&deps, info, request.uri().query().unwrap_or_default()).await.unwrap_or_else(|error| error_response(&error))
}

/// What an import had to say, as a file.
pub async fn problems(deps: Deps, Path(id): Path<String>, request: Request) -> Response {
    let Some(info) = request.extensions().get::<RequestInfo>() else { return error_response(&AppError::fault()) };
    let Ok(id) = id.parse() else { return error_response(&AppError::not_found("Import")) };
    csv::problems(&deps, info, id).await.unwrap_or_else(|error| error_response(&error))
}

/// Imports an uploaded file and goes to the page of the import.
pub async fn upload(deps: Deps, request: Request) -> Response {
    match imported(&deps, request).await {
        Ok(id) => Redirect::to(&format!("/registr/import/{id}?hotovo=import")).into_response(),
        Err(error) => error_response(&error),
    }
}

/// What was uploaded: the file with its name and the day.
struct Uploaded {
    file: std::fs::File,
    name: Option<String>,
    day: Option<String>,
}

async fn imported(deps: &Deps, request: Request) -> Result<uuid::Uuid, AppError> {
    let info = request.extensions().get::<RequestInfo>().cloned().ok_or_else(AppError::fault)?;
    info.require(Permission::Has(Right::RegisterImport))?;
    let parts = Multipart::from_request(request, &())
        .await
        .map_err(|_| AppError::field("soubor", "Soubor nepřišel celý. Vyberte ho a odešlete znovu."))?;
    let Uploaded { mut file, name, day } = received(parts).await?;
    let as_of = match day.as_deref().map(str::trim).filter(|d| !d.is_empty()) {
        Some(text) => domain::time::parse_date(text).map_err(|e| AppError::field("ke", e.to_string()))?,
        None => store::prague::day(info.received_at),
    };
    let mut tx = deps.store.begin(&Actor::System).await?;
    codelists::load(&mut tx).await?;
    tx.commit(info.received_at).await?;
    let fault = |error: std::io::Error| {
        tracing::error!(%error, "uploaded file not read");
        AppError::fault()
    };
    file.rewind().map_err(fault)?;
    let source = unpacked(std::io::BufReader::with_capacity(1 << 16, file)).map_err(fault)?.take(UNPACKED_LIMIT);
    let request = ImportRequest { as_of, at: info.received_at, file_name: name };
    match import(&deps.store, &info.actor, info.origin.clone(), source, &request).await {
        Ok(report) => Ok(report.id),
        Err(error @ (ImportError::TooEarly { .. } | ImportError::TooLate { .. })) => Err(AppError::field("ke", error.to_string())),
        Err(error @ ImportError::File(_)) => Err(AppError::field("soubor", error.to_string())),
        Err(ImportError::Store(error)) => Err(error.into()),
        Err(error @ ImportError::Reader) => {
            tracing::error!(%error, "import failed");
            Err(AppError::fault())
        }
    }
}

/// Writes the parts away as they come; nothing of the file is held in memory.
async fn received(mut parts: Multipart) -> Result<Uploaded, AppError> {
    let broken = |_| AppError::field("soubor", "Soubor nepřišel celý. Zkontrolujte spojení a odešlete ho znovu.");
    let fault = |error: std::io::Error| {
        tracing::error!(%error, "uploaded file not written");
        AppError::fault()
    };
    let (mut file, mut name, mut day) = (None, None, None);
    while let Some(mut part) = parts.next_field().await.map_err(broken)? {
        match part.name() {
            Some("soubor") => {
                name =
                    part.file_name().map(|n| n.chars().filter(|c| !c.is_control()).take(300).collect::<String>()).filter(|n| !n.is_empty());
                let mut target = tempfile::tempfile().map_err(fault)?;
                let mut size = 0_u64;
                while let Some(chunk) = part.chunk().await.map_err(broken)? {
                    size += chunk.len() as u64;
                    if size > FILE_LIMIT {
                        return Err(AppError::field("soubor", "Soubor je větší než 500 MB. Nahrajte ho komprimovaný (gzip)."));
                    }
                    target.write_all(&chunk).map_err(fault)?;
                }
                file = (size > 0).then_some(target);
            }
            Some("ke") => {
                let mut text = Vec::new();
                while let Some(chunk) = part.chunk().await.map_err(broken)? {
                    text.extend_from_slice(&chunk);
                    if text.len() > 200 {
                        return Err(AppError::field("ke", domain::time::NotADate("…".to_owned()).to_string()));
                    }
                }
                day = Some(String::from_utf8_lossy(&text).into_owned());
            }
            _ => {}
        }
    }
    let file = file.ok_or_else(|| AppError::field("soubor", "Vyberte soubor otevřených dat registru (rpss.json)."))?;
    Ok(Uploaded { file, name, day })
}
