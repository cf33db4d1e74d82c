//! Layers around every route, from the outside in: reception (when, from where, who), posts of plain forms, permission, what a page may not carry.

use crate::{headers, request_log::Noted, router::Outside};
use app::{
    accounts::session::{Token, session_digest},
    error::{AppError, Code},
    operations::notices,
    permission,
    request::{Deps, FormEcho, Number, OpenSession, RequestInfo, Retyped},
};
use axum::{
    body::{Body, to_bytes},
    extract::{ConnectInfo, MatchedPath, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use domain::accounts::Actor;
use server_fn::error::FromServerFnError;
use std::net::SocketAddr;
use store::Origin;

/// Largest form that is read: a whole application with long notes stays far below.
pub const FORM_LIMIT: usize = 8 << 20;
/// Fields that no page shows again.
const SECRET: [&str; 7] = ["heslo", "soucasne", "nove", "znovu", "kod", "tajemstvi", "odpoved"];
/// Largest page that is made.
const PAGE_LIMIT: usize = 64 << 20;

/// Notes when the request came and who asks. The instant is taken before anything else is read. What was refused to an account, what it took away
/// as a file, and faults go to the trail.
pub async fn reception(State((deps, outside)): State<(Deps, Outside)>, mut request: Request, next: Next) -> Response {
    let received_at = deps.clock.now();
    if let Some(mut refusal) = foreign_origin(&request) {
        headers::refused(refusal.headers_mut(), outside.secure);
        return refusal;
    }
    let headers = request.headers();
    let text = |name: HeaderName| headers.get(name).and_then(|v| v.to_str().ok()).map(|v| v.chars().take(300).collect::<String>());
    let origin = Origin {
        address: request.extensions().get::<ConnectInfo<SocketAddr>>().map(|c| outside.proxies.client(c.0.ip(), headers).to_string()),
        device: text(header::USER_AGENT),
    };
    let mut asking = Asking::default();
    if let Some(digest) = session_digest(headers) {
        match session(&deps, &digest, received_at).await {
            Ok(found) => asking = found,
            Err(error) => {
                tracing::error!(%error, "session not read");
                let mut answer =
                    error_response(&AppError::new(Code::Unavailable, "Databáze teď neodpovídá. Zkuste to, prosím, za chvíli znovu."));
                headers::refused(answer.headers_mut(), outside.secure);
                return answer;
            }
        }
    }
    let Asking { actor, signing_in, session, token } = asking;
    let signed_in = actor.account().is_ok() || signing_in.is_some();
    if let (Some(noted), Ok(account)) = (request.extensions().get::<Noted>(), actor.account()) {
        noted.actor(account.id);
    }
    let outages = deps.notices.outages(&deps.store, received_at).await;
    let info = RequestInfo { actor, received_at, origin, signing_in, session, outages };
    request.extensions_mut().insert(info.clone());
    let (number, noted) = (request.extensions().get::<Number>().cloned(), request.extensions().get::<Noted>().cloned());
    let method = request.method().clone();
    let (path, query) = (request.uri().path().to_owned(), request.uri().query().map(ToOwned::to_owned));
    let page = request.method() == Method::GET || request.method() == Method::HEAD;
    let mut response = next.run(request).await;
    let route = noted.and_then(|noted| noted.pattern());
    match (response.status(), info.actor.account()) {
        (StatusCode::INTERNAL_SERVER_ERROR, _) => failed(&deps, &info, &method, route, number).await,
        (StatusCode::FORBIDDEN, Ok(account)) => denied(&deps, &info, account, &method, route.as_deref().unwrap_or(&path)).await,
        (StatusCode::OK, Ok(_)) if method == Method::GET && is_export(&path, response.headers()) => {
            let content = serde_json::json!({ "route": route.as_deref().unwrap_or(&path), "path": path, "query": query });
            if let Err(error) = exported(&deps, &info, content).await {
                tracing::error!(%error, "export not noted, so it is not given");
                response = error_response(&AppError::fault());
            }
        }
        _ => {}
    }
    let headers = response.headers_mut();
    // A command that changes the session itself has the last word.
    if let Some(cookie) = token.and_then(|token| token.cookie()).filter(|_| !sets_session(headers)) {
        headers.append(header::SET_COOKIE, cookie);
    }
    // Pages of the sign-in carry names and links that open an account.
    let signing = path.starts_with("/prihlaseni");
    if (signed_in || !page || signing) && !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    headers::set(headers, outside.secure);
    response
}

/// Whether an answer gives the session a cookie; others do not count.
fn sets_session(headers: &HeaderMap) -> bool {
    let of_session = |value: &HeaderValue| value.as_bytes().starts_with(format!("{}=", app::accounts::session::COOKIE).as_bytes());
    headers.get_all(header::SET_COOKIE).iter().any(of_session)
}

/// Who asks, and with which session.
struct Asking {
    actor: Actor,
    signing_in: Option<Box<store::accounts::Live>>,
    session: Option<OpenSession>,
    /// The session goes on under this token.
    token: Option<Token>,
}

impl Default for Asking {
    fn default() -> Self {
        Self { actor: Actor::Public, signing_in: None, session: None, token: None }
    }
}

async fn session(deps: &Deps, digest: &[u8], now: chrono::DateTime<chrono::Utc>) -> Result<Asking, store::StoreError> {
    let mut tx = deps.store.begin(&Actor::System).await?;
    let found = store::accounts::live_session(&mut tx, digest, now, store::prague::day(now), deps.sessions.idle).await?;
    let asking = match found {
        None => Asking::default(),
        // Before its last gate a session has no more rights than the public.
        Some(live) if live.gate.is_some() => Asking { signing_in: Some(Box::new(live)), ..Asking::default() },
        Some(mut live) => {
            let mut token = None;
            if live.renew {
                live.gate = {
                    let (day, codes) = (store::prague::day(now), deps.rules.second_factor_codes());
                    store::accounts::facts(&mut tx, live.id, (now, day), deps.sessions.idle, &codes).await?.gate_again()
                };
                if live.gate.is_some() {
                    store::accounts::set_gate(&mut tx, live.id, live.gate, now).await?;
                }
                token = Token::new().ok();
                if let Some(token) = &token {
                    store::accounts::renew(&mut tx, live.id, &token.digest(), now).await?;
                }
            }
            if live.gate.is_some() {
                Asking { signing_in: Some(Box::new(live)), token, ..Asking::default() }
            } else {
                let session = OpenSession { id: live.id, several: live.accounts > 1, ends_at: live.ends_at };
                Asking { actor: Actor::Account(Box::new(live.account)), signing_in: None, session: Some(session), token }
            }
        }
    };
    tx.commit(now).await?;
    Ok(asking)
}

/// A request that changes something must come from our own pages.
fn foreign_origin(request: &Request) -> Option<Response> {
    if matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS) {
        return None;
    }
    let headers = request.headers();
    let site = headers.get("sec-fetch-site").and_then(|v| v.to_str().ok());
    let same = match (headers.get(header::ORIGIN).and_then(|v| v.to_str().ok()), host(headers, request.uri())) {
        (Some(origin), Some(host)) => origin.split_once("://").is_some_and(|(_, o)| o == host),
        (None, _) => site.is_none_or(|s| s == "same-origin" || s == "none"),
        _ => false,
    };
    (!same || site.is_some_and(|s| s == "cross-site" || s == "same-site"))
        .then(|| error_response(&AppError::new(Code::Forbidden, "Požadavek přišel z jiné stránky, proto jsme ho neprovedli.")))
}

fn host(headers: &HeaderMap, uri: &Uri) -> Option<String> {
    headers.get(header::HOST).and_then(|v| v.to_str().ok()).map(ToOwned::to_owned).or_else(|| uri.authority().map(ToString::to_string))
}

/// A refusal as JSON, for what is not a page.
pub fn error_response(error: &AppError) -> Response {
    let status = StatusCode::from_u16(error.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, [(header::CONTENT_TYPE, "application/json")], error.ser()).into_response()
}

/// A plain form posts to its own page and names its command in `_akce`. The command is called; success redirects, a refusal shows the page again
/// with what was typed and the refusal's status. Calls of islands go straight to their command and get the status of their refusal.
pub async fn form_posts(request: Request, next: Next) -> Response {
    if request.method() != Method::POST {
        return next.run(without_crafted_errors(request)).await;
    }
    let is_form = header_is(request.headers(), header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    let wants_page = request.headers().get(header::ACCEPT).and_then(|v| v.to_str().ok()).is_some_and(|a| a.contains("text/html"));
    let (mut parts, body) = request.into_parts();
    if !is_form {
        // A file is uploaded to the page of its form; a refusal shows that page again.
        let page = (wants_page && header_is(&parts.headers, header::CONTENT_TYPE, "multipart/form-data")).then(|| page_again(&parts));
        let answer = with_status(next.clone().run(Request::from_parts(parts, body)).await).await;
        return match page {
            Some(page) if answer.status().is_client_error() || answer.status().is_server_error() => {
                let command = page.uri().path().to_owned();
                let typed = answer.extensions().get::<Retyped>().cloned().unwrap_or_default().0;
                shown_again(page, next, command, typed, answer).await
            }
            _ => answer,
        };
    }
    let Ok(bytes) = to_bytes(body, FORM_LIMIT).await else {
        let answer = error_response(&AppError::invalid(
            "Formulář nedorazil celý, nebo je větší než 8 MB. Odešlete ho znovu, případně zkraťte dlouhé texty.",
        ));
        if !wants_page {
            return answer;
        }
        let page = page_again(&parts);
        let command = page.uri().path().to_owned();
        return shown_again(page, next, command, Vec::new(), answer).await;
    };
    let values: Vec<(String, String)> = match serde_urlencoded::from_bytes(&bytes) {
        Ok(values) => values,
        Err(_) => return error_response(&AppError::invalid("Formulář se nepodařilo přečíst. Načtěte stránku znovu.")),
    };
    let command = values.iter().find(|(name, _)| name == "_akce").map(|(_, path)| path.clone());
    let (Some(command), true) = (command, wants_page) else {
        return with_status(next.run(Request::from_parts(parts, Body::from(bytes))).await).await;
    };
    let Ok(target) = command.parse::<Uri>() else {
        return error_response(&AppError::not_found("Příkaz"));
    };
    if permission::of("POST", target.path()).is_none() {
        return error_response(&AppError::not_found("Příkaz"));
    }
    let page = parts.uri.clone();
    let again = page_again(&parts);
    parts.uri = target;
    // The renderer would answer a refused form that accepts HTML by sending it back where it came from, without what was typed.
    parts.headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
    parts.headers.remove(header::REFERER);
    let answer = next.clone().run(Request::from_parts(parts, Body::from(bytes))).await;
    if answer.status().is_success() || answer.status().is_redirection() {
        let location = answer.headers().get(header::LOCATION).cloned().unwrap_or_else(|| {
            HeaderValue::from_str(page.path_and_query().map_or("/", |p| p.as_str())).unwrap_or_else(|_| HeaderValue::from_static("/"))
        });
        let mut response = StatusCode::SEE_OTHER.into_response();
        response.headers_mut().insert(header::LOCATION, location);
        for cookie in answer.headers().get_all(header::SET_COOKIE) {
            response.headers_mut().append(header::SET_COOKIE, cookie.clone());
        }
        return response;
    }
    let values = values.into_iter().filter(|(name, _)| !SECRET.contains(&name.as_str())).collect();
    shown_again(again, next, command, values, answer).await
}

/// The request for the page that a form was sent from.
fn page_again(parts: &Parts) -> Request {
    let mut again = Request::new(Body::empty());
    *again.uri_mut() = parts.uri.clone();
    *again.headers_mut() = parts.headers.clone();
    *again.extensions_mut() = parts.extensions.clone();
    for name in [header::CONTENT_TYPE, header::CONTENT_LENGTH] {
        again.headers_mut().remove(name);
    }
    again
}

/// Shows a page with what was typed and why it was refused.
async fn shown_again(mut page: Request, next: Next, command: String, values: Vec<(String, String)>, answer: Response) -> Response {
    let error = read_error(answer).await;
    let status = StatusCode::from_u16(error.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    page.extensions_mut().insert(FormEcho { command, values, error: Some(error) });
    // What was called is what the log and the trail tell of, not the page that is shown again.
    let noted = page.extensions().get::<Noted>().cloned();
    let called = noted.as_ref().and_then(Noted::pattern);
    let mut shown = next.run(page).await;
    if let (Some(noted), Some(called)) = (noted, called) {
        noted.route(&called);
    }
    if shown.status().is_success() {
        *shown.status_mut() = status;
    }
    shown
}

/// Nobody may put an error of their own wording on our page by a link.
fn without_crafted_errors(mut request: Request) -> Request {
    let Some(query) = request.uri().query().filter(|q| q.contains("__err") || q.contains("__path")) else { return request };
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(query).unwrap_or_default();
    let kept: Vec<_> = pairs.into_iter().filter(|(name, _)| name != "__err" && name != "__path").collect();
    let query = serde_urlencoded::to_string(kept).unwrap_or_default();
    if let Ok(uri) = format!("{}?{query}", request.uri().path()).parse() {
        *request.uri_mut() = uri;
    }
    request
}

fn header_is(headers: &HeaderMap, name: HeaderName, value: &str) -> bool {
    headers.get(name).and_then(|v| v.to_str().ok()).is_some_and(|v| v.starts_with(value))
}

async fn read_error(response: Response) -> AppError {
    match to_bytes(response.into_body(), 1 << 20).await {
        Ok(bytes) => serde_json::from_slice(&bytes).unwrap_or_else(|_| AppError::fault()),
        Err(_) => AppError::fault(),
    }
}

/// Server functions answer every refusal with 500; the refusal's own status is set here.
async fn with_status(response: Response) -> Response {
    if response.status() != StatusCode::INTERNAL_SERVER_ERROR {
        return response;
    }
    error_response(&read_error(response).await)
}

/// Refuses a path that declares no permission, and whoever lacks the one it declares.
pub async fn permissions(request: Request, next: Next) -> Response {
    let method = request.method().clone();
    let path = match request.extensions().get::<MatchedPath>() {
        Some(matched) if !matched.as_str().contains("{*") => matched.as_str().to_owned(),
        _ => request.uri().path().to_owned(),
    };
    let Some(info) = request.extensions().get::<RequestInfo>() else {
        return error_response(&AppError::fault());
    };
    let refusal = match permission::of(method.as_str(), &path) {
        None => Some(AppError::not_found("Stránku")),
        Some(asked) => info.require(asked).err().map(AppError::from).or_else(|| {
            let writes = !matches!(method, Method::GET | Method::HEAD);
            writes.then(|| notices::refusal(&info.outages, &path, asked, info.received_at)).flatten()
        }),
    };
    // An address that no route has stands nowhere: it may hold anything.
    if let Some(noted) = request.extensions().get::<Noted>().filter(|_| permission::of(method.as_str(), &path).is_some()) {
        noted.route(&path);
    }
    // Whoever is amid signing in goes on with that.
    let gate = info.signing_in.as_ref().and_then(|live| live.gate).filter(|_| method == Method::GET || method == Method::HEAD);
    if let (Some(AppError { code: Code::SignIn, .. }), Some(gate)) = (&refusal, gate) {
        return Redirect::to(gate.page()).into_response();
    }
    match refusal {
        None => next.run(request).await,
        Some(error) if method == Method::GET || method == Method::HEAD => {
            let mut response = next.run(refused(request, error.clone())).await;
            *response.status_mut() = StatusCode::from_u16(error.code.status()).unwrap_or(StatusCode::FORBIDDEN);
            response
        }
        Some(error) => error_response(&error),
    }
}

/// Notes that a fault of ours answered somebody; the number leads to what the log says of it.
async fn failed(deps: &Deps, info: &RequestInfo, method: &Method, route: Option<String>, number: Option<Number>) {
    let noted = async {
        let mut tx = deps.store.begin_from(&info.actor, info.origin.clone()).await?;
        let content = serde_json::json!({ "method": method.as_str(), "route": route, "request": number.map(|number| number.0) });
        tx.audit(store::audit::Record::event("system.error", store::audit::Outcome::Failed, content));
        tx.commit(info.received_at).await
    };
    if let Err(error) = noted.await {
        tracing::error!(%error, "fault not noted");
    }
}

/// Whether an answer is a file of data; accounts, the trail and consents note themselves, and files of news are no data.
fn is_export(path: &str, headers: &HeaderMap) -> bool {
    header_is(headers, header::CONTENT_DISPOSITION, "attachment") && !path.starts_with("/ucty/") && !path.starts_with("/aktuality")
}

/// Notes that somebody took data away as a file.
async fn exported(deps: &Deps, info: &RequestInfo, content: serde_json::Value) -> Result<(), store::StoreError> {
    let mut tx = deps.store.begin_from(&info.actor, info.origin.clone()).await?;
    tx.audit(store::audit::Record::event("access.export", store::audit::Outcome::Done, content));
    tx.commit(info.received_at).await
}

/// Notes that somebody asked for what they may not.
async fn denied(deps: &Deps, info: &RequestInfo, account: &domain::accounts::Account, method: &Method, path: &str) {
    let noted = async {
        let mut tx = deps.store.begin_from(&info.actor, info.origin.clone()).await?;
        let content = serde_json::json!({ "method": method.as_str(), "path": path });
        let mut record = store::audit::Record::event("access.denied", store::audit::Outcome::Refused, content);
        record.object = Some(("account", account.id.to_string()));
        tx.audit(record);
        tx.commit(info.received_at).await
    };
    if let Err(error) = noted.await {
        tracing::error!(%error, "denied access not noted");
    }
}

/// The same request, marked so that the application shows the refusal instead of the page.
fn refused(mut request: Request, error: AppError) -> Request {
    request.extensions_mut().insert(app::request::Refused(error));
    request
}

/// Cuts what the renderer appends after the document and sets the policy of the page: one without islands ships no script.
pub async fn pages(request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    if !header_is(response.headers(), header::CONTENT_TYPE, "text/html") {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Ok(bytes) = to_bytes(body, PAGE_LIMIT).await else {
        return error_response(&AppError::fault());
    };
    const END: &[u8] = b"</html>";
    let end = bytes.windows(END.len()).rposition(|w| w == END).map_or(bytes.len(), |at| at + END.len());
    let bytes = bytes.slice(..end);
    const ISLAND: &[u8] = b"<leptos-island";
    let islands = bytes.windows(ISLAND.len()).any(|w| w == ISLAND);
    parts.headers.insert(header::CONTENT_SECURITY_POLICY, headers::content_policy(islands));
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(bytes))
}
