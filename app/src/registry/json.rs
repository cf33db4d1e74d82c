//! `/registr.json`: one page of the search as open data. It takes the same address as `/registr` (`q`, `kraj`, `druh`, `ke`, `strana`, …) and
//! answers with what the page is made of: `total`, `similar`, the counts of every filter in `facets`, and up to 50 `rows`.

use super::search::read;
use crate::{
    error::AppError,
    request::{Deps, RequestInfo},
};
use axum::Json;
use axum::response::{IntoResponse, Response};
use store::registry::search::search;

/// The page that the query asks for.
pub async fn page(deps: &Deps, info: &RequestInfo, query: &str) -> Result<Response, AppError> {
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(query).unwrap_or_default();
    let mut tx = deps.store.begin_from(&info.actor, info.origin.clone()).await?;
    let (asked, _) = read(&mut tx, &pairs, store::prague::day(info.received_at)).await?;
    Ok(Json(search(&mut tx, &asked.query, asked.page).await?).into_response())
}
