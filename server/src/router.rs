//! The routes of the application with their layers.

use crate::{layers, metrics, proxies::Proxies, register_files, request_log, subsidy};
use app::{App, error::AppError, request::Deps, shell};
use axum::{
    Router,
    extract::{ConnectInfo, DefaultBodyLimit, Request},
    http::{HeaderValue, header},
    middleware,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use domain::accounts::Permission;
use leptos::prelude::*;
use leptos_axum::{LeptosRoutes, generate_route_list};
use sha2::{Digest as _, Sha256};
use std::{net::SocketAddr, path::Path, time::Duration};
use tower_http::{catch_panic::CatchPanicLayer, services::ServeDir, set_header::SetResponseHeaderLayer, timeout::RequestBodyTimeoutLayer};

/// Declares plain axum routes next to their table, like pages and commands do.
#[macro_export]
macro_rules! inventory_of_plain_routes {
    ($($method:ident $path:literal => $permission:expr;)*) => {
        $(app::inventory::submit! { app::permission::Declared { method: stringify!($method), path: $path, permission: $permission } })*
    };
}

/// What stands between the application and those who use it.
#[derive(Debug, Clone, Default)]
pub struct Outside {
    /// Proxies whose word on the client's address counts.
    pub proxies: Proxies,
    /// People reach the application by TLS only.
    pub secure: bool,
    /// So long the rest of a body may keep us waiting; none is half a minute.
    pub body_pause: Option<Duration>,
    /// Who sends this token may read the metrics; without one, only this machine.
    pub metrics_token: Option<String>,
}

inventory_of_plain_routes! {
    GET "/zdravi/live" => Permission::Public;
    GET "/zdravi/ready" => Permission::Public;
    // Not for the public: who may read it is checked by address or token.
    GET "/metrics" => Permission::Public;
}

/// Builds the application over its parts; `site` is the folder of the built browser part.
pub fn router(deps: Deps, site: &Path, outside: Outside) -> Router {
    let options =
        LeptosOptions::builder().output_name("frontend").site_root(site.to_string_lossy().into_owned()).site_pkg_dir("pkg").build();
    let routes = generate_route_list(App);
    // Whoever sends a body drop by drop holds a connection for as long as each drop may take, and no longer.
    let patience = RequestBodyTimeoutLayer::new(outside.body_pause.unwrap_or(Duration::from_secs(30)));
    let context = {
        let deps = deps.clone();
        move || provide_context(deps.clone())
    };
    let ready = deps.store.clone();
    let inner: Router<LeptosOptions> = Router::new()
        .leptos_routes_with_context(&options, routes, context.clone(), shell)
        .route("/zdravi/live", get(|| async { "ok" }))
        .route("/metrics", {
            let (deps, outside) = (deps.clone(), outside.clone());
            get(move |request| figures(deps.clone(), outside.clone(), request))
        })
        .route("/registr.csv", {
            let deps = deps.clone();
            get(move |request| register_files::list(deps.clone(), request))
        })
        .route("/registr.json", {
            let deps = deps.clone();
            get(move |request| register_files::page(deps.clone(), request))
        })
        .route("/registr/import/{id}/problemy.csv", {
            let deps = deps.clone();
            get(move |id, request| register_files::problems(deps.clone(), id, request))
        })
        .route("/registr/import", {
            let deps = deps.clone();
            post(move |request| register_files::upload(deps.clone(), request)).layer(DefaultBodyLimit::disable())
        })
        .route(
            "/zdravi/ready",
            get(move || {
                let store = ready.clone();
                async move {
                    match store.begin(&domain::accounts::Actor::Public).await {
                        Ok(_) => "ok".into_response(),
                        Err(_) => axum::http::StatusCode::SERVICE_UNAVAILABLE.into_response(),
                    }
                }
            }),
        );
    let inner = inner
        .merge(crate::account_files::routes(deps.clone()))
        .merge(crate::news_files::routes(deps.clone()))
        .merge(crate::downloads::routes(deps.clone()))
        .merge(crate::calculation_files::routes(deps.clone()))
        .merge(subsidy::routes(deps.clone()));
    let fallback = {
        let context = context.clone();
        leptos_axum::render_app_async_with_context(context, shell)
    };
    // The fallback comes first, so that an address that no route has is refused like one that declares nothing.
    let inner = inner
        .fallback(fallback)
        .layer(middleware::from_fn(layers::permissions))
        .layer(DefaultBodyLimit::max(layers::FORM_LIMIT))
        .with_state(options);
    let files = Router::new()
        .nest_service("/pkg", ServeDir::new(site.join("pkg")).precompressed_br().precompressed_gzip())
        .layer(SetResponseHeaderLayer::if_not_present(
            header::CACHE_CONTROL,
            HeaderValue::from_static("public, max-age=31536000, immutable"),
        ))
        .nest_service("/obrazky", ServeDir::new(site.join("obrazky")))
        .route_service("/prirucka.pdf", tower_http::services::ServeFile::new(site.join("prirucka.pdf")))
        .route_service("/favicon.svg", tower_http::services::ServeFile::new(site.join("favicon.svg")));
    // The layer of form posts calls the routes again under another address, so it stands around the whole router.
    let pages =
        Router::new().fallback_service(inner).layer(middleware::from_fn(layers::form_posts)).layer(middleware::from_fn(layers::pages));
    files
        .fallback_service(pages)
        .layer(patience)
        .layer(CatchPanicLayer::custom(request_log::panicked))
        .layer(middleware::from_fn_with_state((deps, outside), layers::reception))
        .layer(middleware::from_fn(request_log::layer))
}

/// The metrics, for this machine or for who knows the token.
async fn figures(deps: Deps, outside: Outside, request: Request) -> Response {
    let headers = request.headers();
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|c| c.0.ip());
    let allowed = match &outside.metrics_token {
        Some(token) => {
            let sent = headers.get(header::AUTHORIZATION).and_then(|v| v.to_str().ok()).and_then(|v| v.strip_prefix("Bearer "));
            sent.is_some_and(|sent| Sha256::digest(sent) == Sha256::digest(token))
        }
        None => peer.is_some_and(|peer| outside.proxies.is_local(peer, headers)),
    };
    if !allowed {
        return layers::error_response(&AppError::not_found("Stránku"));
    }
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], metrics::text(&deps).await).into_response()
}
