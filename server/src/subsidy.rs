//! Plain routes of the subsidy year: a file with applications comes in, an empty one goes out.

use crate::{inventory_of_plain_routes, layers::error_response};
use app::{
    error::AppError,
    request::{Deps, RequestInfo},
    subsidy::rounds::{
        import,
        import_read::{self, MAX_BYTES},
    },
};
use axum::{
    Extension, Router,
    extract::{DefaultBodyLimit, Multipart, Path},
    http::header,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use domain::accounts::{Permission, Right};

inventory_of_plain_routes! {
    POST "/dotace/{rok}/{kolo}/zadosti/nahrat" => Permission::Has(Right::RoundAdministration);
    GET "/dotace/{rok}/{kolo}/zadosti/sablona" => app::subsidy::ROUND_VIEW;
}

/// The routes; the layer of permissions stands around them.
pub fn routes<S: Clone + Send + Sync + 'static>(deps: Deps) -> Router<S> {
    Router::new()
        // A little more than the file itself: the parts of the form have their heads.
        .route("/dotace/{rok}/{kolo}/zadosti/nahrat", post(upload).layer(DefaultBodyLimit::max(MAX_BYTES + (64 << 10))))
        .route("/dotace/{rok}/{kolo}/zadosti/sablona", get(template))
        .layer(Extension(deps))
}

/// Keeps an uploaded file and leads to its dry run; what cannot be read is told on the page of the import.
async fn upload(
    Path((year, number)): Path<(i32, i32)>,
    Extension(deps): Extension<Deps>,
    Extension(info): Extension<RequestInfo>,
    form: Multipart,
) -> Response {
    let told = |code: &str| Redirect::to(&format!("/dotace/{year}/{number}/zadosti/import?chyba={code}")).into_response();
    let Ok(sent) = crate::uploads::Sent::read(form).await else { return told("velky") };
    let Some((name, bytes)) = sent.file else { return told("prazdny") };
    let name = if name.is_empty() { "soubor.csv".to_owned() } else { name };
    if bytes.len() > MAX_BYTES {
        return told("velky");
    }
    let Some(text) = String::from_utf8(bytes).ok().filter(|text| !text.contains('\0')) else { return told("kodovani") };
    match keep(&deps, &info, (year, number), &name, &text).await {
        Ok(id) => Redirect::to(&import_read::waiting(year, number, id)).into_response(),
        Err(error) if error.code == app::error::Code::Invalid => told("termin"),
        Err(error) => error_response(&error),
    }
}

async fn keep(deps: &Deps, info: &RequestInfo, round: (i32, i32), name: &str, text: &str) -> Result<uuid::Uuid, AppError> {
    let mut tx = deps.store.begin_from(&info.actor, info.origin.clone()).await?;
    let id = import_read::keep(&mut tx, &info.actor, round, name, text, info.received_at).await?;
    tx.commit(info.received_at).await?;
    Ok(id)
}

fn csv(name: &str, bytes: impl Into<axum::body::Body>) -> Response {
    let disposition = format!("attachment; filename=\"{name}\"");
    ([(header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (header::CONTENT_DISPOSITION, disposition)], bytes.into())
        .into_response()
}

async fn template(Path((year, number)): Path<(i32, i32)>) -> Response {
    csv(&format!("zadosti-{year}-{number}.csv"), import::template())
}
