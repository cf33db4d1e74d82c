//! Files of the news: who reads the piece may download them; MPSV adds them.

use crate::{inventory_of_plain_routes, layers::error_response, uploads};
use app::{
    error::AppError,
    operations::news::FILE_LIMIT,
    request::{Deps, RequestInfo},
};
use axum::{
    Extension, Router,
    extract::{DefaultBodyLimit, Multipart, Path, multipart::MultipartRejection},
    http::{HeaderValue, header},
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use domain::accounts::{Permission, Right};
use leptos::prelude::LeptosOptions;
use serde_json::json;
use store::{audit, operations};
use uuid::Uuid;

const OPERATOR: Permission = Permission::Has(Right::OperationsAdministration);

inventory_of_plain_routes! {
    GET "/aktuality/soubor/{id}" => Permission::Public;
    POST "/aktuality/{id}" => OPERATOR;
}

/// The routes.
pub fn routes(deps: Deps) -> Router<LeptosOptions> {
    Router::new()
        .route("/aktuality/soubor/{id}", get(file))
        .route("/aktuality/{id}", post(add).layer(DefaultBodyLimit::max(FILE_LIMIT + (1 << 16))))
        .layer(Extension(deps))
}

async fn file(Extension(deps): Extension<Deps>, Path(id): Path<Uuid>, Extension(info): Extension<RequestInfo>) -> Response {
    let read = async {
        let mut tx = deps.store.begin_from(&info.actor, info.origin.clone()).await?;
        let today = store::prague::day(info.received_at);
        let ahead = info.actor.has(Right::OperationsAdministration);
        operations::file(&mut tx, id, today, ahead).await.map_err(|_| AppError::not_found("Soubor"))
    };
    match read.await {
        Err(error) => error_response(&error),
        Ok((name, media, content)) => {
            let header = |value: &str, other| HeaderValue::from_str(value).unwrap_or(HeaderValue::from_static(other));
            let disposition = header(&uploads::disposition(&name), "attachment");
            ([(header::CONTENT_TYPE, header(&media, "application/octet-stream")), (header::CONTENT_DISPOSITION, disposition)], content)
                .into_response()
        }
    }
}

async fn add(
    Extension(deps): Extension<Deps>,
    Path(id): Path<Uuid>,
    Extension(info): Extension<RequestInfo>,
    form: Result<Multipart, MultipartRejection>,
) -> Response {
    let Ok(form) = form else {
        return error_response(&AppError::invalid("Formulář se nepodařilo přečíst. Načtěte stránku znovu."));
    };
    match added(&deps, id, &info, form).await {
        Err(error) => error_response(&error),
        Ok(()) => Redirect::to(&format!("/aktuality/{id}?hotovo=ulozeno")).into_response(),
    }
}

async fn added(deps: &Deps, id: Uuid, info: &RequestInfo, form: Multipart) -> Result<(), AppError> {
    info.require(OPERATOR)?;
    let by = info.actor.mpsv()?.id;
    let sent = uploads::Sent::read(form).await;
    let sent = sent.map_err(|_| AppError::invalid("Soubor se nepodařilo přečíst, nebo má víc než 10 MB. Vyberte menší."))?;
    let Some((name, content)) = sent.file else {
        return Err(AppError::invalid("Vyberte soubor, který chcete přiložit."));
    };
    let (kind, content) = uploads::kind_of(content).await;
    let Some((media, ending)) = kind.filter(|_| content.len() <= FILE_LIMIT) else {
        return Err(AppError::invalid("Přiložte PDF, PNG, JPEG, DOCX nebo XLSX do 10 MB. Obsah souboru neodpovídá žádnému z nich."));
    };
    let name = uploads::with_ending(&name, ending);
    let mut tx = deps.store.begin_from(&info.actor, info.origin.clone()).await?;
    operations::news_item(&mut tx, id).await.map_err(|_| AppError::not_found("Aktualitu"))?;
    let added = operations::add_file(&mut tx, id, (&name, media, &content), by, info.received_at).await?;
    tx.audit(audit::Record::done("operations.news.add_file", "news", id, json!({ "file": added, "name": name, "bytes": content.len() })));
    tx.commit(info.received_at).await?;
    Ok(())
}
