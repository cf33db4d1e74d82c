//! The routes of the application with their layers.

use crate::{layers, register_files, subsidy};
use app::{App, request::Deps, shell};
use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::{HeaderValue, header},
    middleware,
    response::IntoResponse,
    routing::{get, post},
};
use domain::accounts::Permission;
use leptos::prelude::*;
use leptos_axum::{LeptosRoutes, generate_route_list};
use std::path::Path;
use tower_http::{services::ServeDir, set_header::SetResponseHeaderLayer};

/// Declares plain axum routes next to their table, like pages and commands do.
#[macro_export]
macro_rules! inventory_of_plain_routes {
    ($($method:ident $path:literal => $permission:expr;)*) => {
        $(app::inventory::submit! { app::permission::Declared { method: stringify!($method), path: $path, permission: $permission } })*
    };
}

inventory_of_plain_routes! {
    GET "/zdravi/live" => Permission::Public;
    GET "/zdravi/ready" => Permission::Public;
}

/// Builds the application over its parts; `site` is the folder of the built browser part.
pub fn router(deps: Deps, site: &Path) -> Router {
    let options =
        LeptosOptions::builder().output_name("frontend").site_root(site.to_string_lossy().into_owned()).site_pkg_dir("pkg").build();
    let routes = generate_route_list(App);
    let context = {
        let deps = deps.clone();
        move || provide_context(deps.clone())
    };
    let ready = deps.store.clone();
    let inner: Router<LeptosOptions> = Router::new()
        .leptos_routes_with_context(&options, routes, context.clone(), shell)
        .route("/zdravi/live", get(|| async { "ok" }))
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
        .merge(crate::downloads::routes(deps.clone()))
        .merge(crate::calculation_files::routes(deps.clone()))
        .merge(subsidy::routes(deps.clone()));
    let fallback = {
        let context = context.clone();
        leptos_axum::render_app_async_with_context(context, shell)
    };
    let inner = inner
        .layer(middleware::from_fn(layers::permissions))
        .layer(axum::Extension(deps.clone()))
        .layer(DefaultBodyLimit::max(layers::FORM_LIMIT))
        .fallback(fallback)
        .with_state(options);
    let files = Router::new()
        .nest_service("/pkg", ServeDir::new(site.join("pkg")).precompressed_br().precompressed_gzip())
        .layer(SetResponseHeaderLayer::if_not_present(
            header::CACHE_CONTROL,
            HeaderValue::from_static("public, max-age=31536000, immutable"),
        ))
        .route_service("/favicon.svg", tower_http::services::ServeFile::new(site.join("favicon.svg")));
    // The layer of form posts calls the routes again under another address, so it stands around the whole router.
    let pages =
        Router::new().fallback_service(inner).layer(middleware::from_fn(layers::form_posts)).layer(middleware::from_fn(layers::pages));
    files.fallback_service(pages).layer(middleware::from_fn_with_state(deps, layers::reception))
}
