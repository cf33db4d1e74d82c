//! One line of the log and one count of the metrics per request. A line says what happened and how long it took, by the pattern of the route and the
//! key of the account: no personal data, nothing that was typed. What the request writes to the log besides carries its number.

use crate::metrics;
use axum::{
    extract::Request,
    http::{HeaderValue, StatusCode},
    middleware::Next,
    response::{IntoResponse, Response},
};
use std::{
    any::Any,
    sync::{Arc, Mutex, PoisonError},
    time::Instant,
};
use tracing::Instrument as _;
use uuid::Uuid;

/// What the inner layers find out for the line.
#[derive(Debug, Clone, Default)]
pub struct Noted(Arc<Mutex<(Option<String>, Option<Uuid>)>>);

impl Noted {
    /// The pattern of the route.
    pub fn route(&self, pattern: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).0 = Some(pattern.to_owned());
    }

    /// Who asks.
    pub fn actor(&self, account: Uuid) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).1 = Some(account);
    }

    /// The pattern of the route, as far as it is known.
    pub fn pattern(&self) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).0.clone()
    }

    fn take(&self) -> (Option<String>, Option<Uuid>) {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The layer around everything.
pub async fn layer(mut request: Request, next: Next) -> Response {
    let (began, id) = (Instant::now(), Uuid::new_v4().simple().to_string());
    let noted = Noted::default();
    let method = request.method().clone();
    request.extensions_mut().insert(noted.clone());
    request.extensions_mut().insert(app::request::Number(id.clone()));
    let span = tracing::error_span!("request", id);
    let work = async move {
        let mut response = next.run(request).await;
        let took = began.elapsed();
        let (route, actor) = noted.take();
        let route = route.unwrap_or_else(|| "-".to_owned());
        let status = response.status().as_u16();
        let actor = actor.map_or_else(|| "-".to_owned(), |id| id.to_string());
        tracing::info!(target: "kraj108::request", %method, route, status, ms = took.as_secs_f64() * 1000.0, actor, "request");
        metrics::request(method.as_str(), &route, status, took);
        if let Ok(value) = HeaderValue::from_str(&id) {
            response.headers_mut().insert("x-request-id", value);
        }
        response
    };
    work.instrument(span).await
}

/// What is answered where the program panicked; the panic itself was written to the log by [`note_panics`].
pub fn panicked(_: Box<dyn Any + Send + 'static>) -> Response {
    metrics::panicked();
    let mut answer = crate::layers::error_response(&app::error::AppError::fault());
    *answer.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    answer.into_response()
}

/// Panics go to the log as lines like everything else.
pub fn note_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        let said = panic.payload();
        let said =
            said.downcast_ref::<&str>().map(|s| (*s).to_owned()).or_else(|| said.downcast_ref::<String>().cloned()).unwrap_or_default();
        tracing::error!(place, said, "panic");
    }));
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::{Router, body::Body, middleware, routing::get};
    use std::io;
    use tower::ServiceExt as _;
    use tower_http::catch_panic::CatchPanicLayer;

    /// What a subscriber wrote.
    #[derive(Clone, Default)]
    struct Written(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Written {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// Puts the hook back that was there before, however the test ends.
    struct Hook(Option<Told>);
    type Told = Box<dyn Fn(&std::panic::PanicHookInfo<'_>) + Send + Sync>;

    impl Drop for Hook {
        fn drop(&mut self) {
            if let Some(before) = self.0.take().filter(|_| !std::thread::panicking()) {
                std::panic::set_hook(before);
            }
        }
    }

    #[tokio::test]
    async fn a_panic_is_a_line_of_the_log_and_an_answer() {
        async fn breaks() -> &'static str {
            panic!("index {} of {}", 3, 2)
        }
        let written = Written::default();
        let sink = written.clone();
        let subscriber = tracing_subscriber::fmt().json().with_writer(move || sink.clone()).finish();
        let _guard = tracing::subscriber::set_default(subscriber);
        let hook = Hook(Some(std::panic::take_hook()));
        note_panics();
        let app = Router::new().route("/", get(breaks)).layer(CatchPanicLayer::custom(panicked)).layer(middleware::from_fn(layer));
        let answer = app.oneshot(Request::get("/").body(Body::empty()).unwrap()).await.unwrap();
        drop(hook);

        assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
        let number = answer.headers()["x-request-id"].to_str().unwrap().to_owned();
        let said = axum::body::to_bytes(answer.into_body(), 100_000).await.unwrap();
        let said = String::from_utf8(said.to_vec()).unwrap();
        assert!(!said.contains("index 3"), "the answer says nothing of the inside: {said}");

        let written = String::from_utf8(written.0.lock().unwrap().clone()).unwrap();
        let lines: Vec<serde_json::Value> = written.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let [panic, request] = lines.as_slice() else { panic!("two lines: {written}") };
        assert_eq!(panic["level"], "ERROR");
        assert_eq!(panic["fields"]["message"], "panic");
        assert_eq!(panic["fields"]["said"], "index 3 of 2");
        assert!(panic["fields"]["place"].as_str().unwrap().contains("request_log.rs"), "{panic}");
        assert_eq!(panic["span"]["id"], number.as_str(), "the panic carries the number of its request");
        assert_eq!(request["fields"]["status"], 500);
        assert_eq!(request["span"]["id"], number.as_str());
    }
}
