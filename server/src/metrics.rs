//! Figures for Prometheus at `/metrics`: requests by route and status, how long they took, the database's connections, mail that waits.

use app::request::Deps;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use std::{
    sync::{LazyLock, OnceLock},
    time::Duration,
};

const REQUESTS: &str = "kraj108_requests_total";
const SECONDS: &str = "kraj108_request_seconds";
const PANICS: &str = "kraj108_panics_total";

/// Upper bounds of the histogram, in seconds.
const BUCKETS: [f64; 10] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];

/// The recorder of this process.
static HANDLE: LazyLock<Option<PrometheusHandle>> = LazyLock::new(|| {
    let builder = PrometheusBuilder::new().set_buckets_for_metric(Matcher::Full(SECONDS.to_owned()), &BUCKETS).ok()?;
    let handle = builder.install_recorder().ok()?;
    metrics::describe_counter!(REQUESTS, "Requests by method, route and status.");
    metrics::describe_histogram!(SECONDS, metrics::Unit::Seconds, "How long requests took.");
    metrics::describe_counter!(PANICS, "Requests that ended in a panic.");
    Some(handle)
});

/// Counts from now on.
pub fn start() {
    LazyLock::force(&HANDLE);
}

/// Counts a request.
pub fn request(method: &str, route: &str, status: u16, took: Duration) {
    let labels = [("method", method.to_owned()), ("route", route.to_owned())];
    metrics::counter!(REQUESTS, "method" => method.to_owned(), "route" => route.to_owned(), "status" => status.to_string()).increment(1);
    metrics::histogram!(SECONDS, &labels).record(took.as_secs_f64());
}

/// Counts a panic.
pub fn panicked() {
    metrics::counter!(PANICS).increment(1);
}

/// All figures in the text format of Prometheus.
pub async fn text(deps: &Deps) -> String {
    static PROCESS: OnceLock<std::time::Instant> = OnceLock::new();
    let Some(handle) = HANDLE.as_ref() else { return String::new() };
    let began = PROCESS.get_or_init(std::time::Instant::now);
    let pool = deps.store.pool();
    metrics::gauge!("kraj108_database_connections").set(f64::from(pool.size()));
    metrics::gauge!("kraj108_database_connections_idle").set(f64::from(u32::try_from(pool.num_idle()).unwrap_or(u32::MAX)));
    metrics::gauge!("kraj108_watched_seconds").set(began.elapsed().as_secs_f64());
    if let Ok(waiting) = waiting(deps).await {
        metrics::gauge!("kraj108_mail_waiting").set(f64::from(u32::try_from(waiting).unwrap_or(u32::MAX)));
    }
    handle.run_upkeep();
    handle.render()
}

async fn waiting(deps: &Deps) -> Result<i64, store::StoreError> {
    let mut tx = deps.store.begin(&domain::accounts::Actor::System).await?;
    store::mail::waiting(&mut tx).await
}
