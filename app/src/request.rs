//! What a page or a command knows of its request: who asks, when the server received it, and the parts of the server it may use.

use crate::error::AppError;
use axum::http::request::Parts;
use chrono::{DateTime, Utc};
use domain::{
    accounts::{Actor, Denied, Permission},
    time::Clock,
};
use leptos::prelude::*;
use serde::{Serialize, de::DeserializeOwned};
use std::sync::Arc;
use store::{Origin, Store, Tx};

/// The parts of the server, given to every request.
#[derive(Clone)]
pub struct Deps {
    /// The database.
    pub store: Store,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Names of the files of the browser part.
    pub site: Arc<SiteFiles>,
    /// Hashing of passwords, bounded.
    pub passwords: Arc<crate::accounts::passwords::Passwords>,
    /// Address of the application, for links in e-mails.
    pub address: String,
    /// Mail is written into files, because there is no SMTP server.
    pub mail_in_files: bool,
    /// Limits on what can be guessed.
    pub limits: Arc<crate::accounts::limits::Limits>,
    /// Whether this database was filled with demo accounts, which every page says.
    pub demo: bool,
    /// How long sessions last.
    pub sessions: SessionTimes,
    /// What the configuration asks of accounts.
    pub rules: Arc<AccountRules>,
    /// The verifier of passkeys; none where the address has no name.
    pub passkeys: Option<Arc<webauthn_rs::Webauthn>>,
    /// Identity providers.
    pub providers: Arc<crate::accounts::openid::Providers>,
    /// Outages that every page has to know.
    pub notices: Arc<crate::operations::notices::Notices>,
}

/// The times of sessions; all of them are configuration.
#[derive(Debug, Clone, Copy)]
pub struct SessionTimes {
    /// Idle time after which a session ends.
    pub idle: chrono::TimeDelta,
    /// The longest session.
    pub longest: chrono::TimeDelta,
}

impl Default for SessionTimes {
    fn default() -> Self {
        Self { idle: chrono::TimeDelta::minutes(30), longest: chrono::TimeDelta::hours(12) }
    }
}

/// What the configuration asks of accounts.
#[derive(Debug, Clone, Default)]
pub struct AccountRules {
    /// Kinds of organisations whose people all need a second factor.
    pub second_factor: Vec<domain::accounts::OrganisationKind>,
    /// Modules whose people need a noted consent.
    pub consent: Vec<domain::operations::Module>,
    /// A passkey can stand instead of name and password.
    pub passkey_first: bool,
}

impl AccountRules {
    /// Codes of the kinds of organisations whose people need a second factor.
    pub fn second_factor_codes(&self) -> Vec<String> {
        self.second_factor.iter().map(|kind| kind.code().to_owned()).collect()
    }
}

/// The number of a request, which its lines in the log have, too.
#[derive(Debug, Clone)]
pub struct Number(pub String);

/// Addresses of the hashed files of the browser part.
#[derive(Debug, Clone, Default)]
pub struct SiteFiles {
    /// The style sheet.
    pub css: String,
    /// The loader of the islands.
    pub loader: String,
    /// The glue of the WebAssembly module.
    pub js: String,
    /// The WebAssembly module.
    pub wasm: String,
}

/// What the outermost layer found out about the request.
#[derive(Clone)]
pub struct RequestInfo {
    /// Who asks.
    pub actor: Actor,
    /// When the server received the request: this counts for every deadline.
    pub received_at: DateTime<Utc>,
    /// Where it came from.
    pub origin: Origin,
    /// A session that is not open yet: for everything but its gate the request is of the public.
    pub signing_in: Option<Box<store::accounts::Live>>,
    /// The open session.
    pub session: Option<OpenSession>,
    /// Outages that are not over.
    pub outages: Arc<Vec<store::operations::OutageRow>>,
}

impl RequestInfo {
    /// Refuses who does not have the permission. Whoever is amid signing in has that one, and those of the public.
    ///
    /// # Errors
    /// Why.
    pub fn require(&self, permission: Permission) -> Result<(), Denied> {
        if permission == Permission::SigningIn && self.signing_in.is_some() {
            return Ok(());
        }
        #[cfg(debug_assertions)]
        if mutation::is_off(permission) {
            return Ok(());
        }
        self.actor.require(permission)
    }
}

/// In builds for tests a right can be left unasked, so that the test of foreign data shows that it notices.
#[cfg(debug_assertions)]
pub mod mutation {
    use domain::accounts::{Permission, Right};
    use std::sync::{Mutex, PoisonError};

    static OFF: Mutex<Option<Right>> = Mutex::new(None);

    /// From now on nobody is asked for this right.
    pub fn switch_off(right: Option<Right>) {
        *OFF.lock().unwrap_or_else(PoisonError::into_inner) = right;
    }

    pub(super) fn is_off(permission: Permission) -> bool {
        let Some(off) = *OFF.lock().unwrap_or_else(PoisonError::into_inner) else { return false };
        match permission {
            Permission::Has(right) | Permission::HasIn(_, right) => right == off,
            Permission::AnyOf(rights) => rights.contains(&off),
            Permission::Public | Permission::SigningIn | Permission::SignedIn => false,
        }
    }
}

/// What a page may know of the open session.
#[derive(Debug, Clone, Copy)]
pub struct OpenSession {
    /// Its key.
    pub id: uuid::Uuid,
    /// The person can work for another organisation.
    pub several: bool,
    /// Its absolute end.
    pub ends_at: DateTime<Utc>,
}

/// What was typed in a form that was refused, and why; the page shows both.
#[derive(Debug, Clone, Default)]
pub struct FormEcho {
    /// Path of the command, so that only its form shows the echo.
    pub command: String,
    /// Names and values as they came.
    pub values: Vec<(String, String)>,
    /// The refusal.
    pub error: Option<AppError>,
}

/// What was typed into a form with a file that was refused: the route hands it on with its answer, so that the page shows it again.
#[derive(Debug, Clone, Default)]
pub struct Retyped(pub Vec<(String, String)>);

/// A page that is refused before it is made: the application shows this instead.
#[derive(Debug, Clone)]
pub struct Refused(pub AppError);

/// The refusal of this page, if it is refused.
pub fn refusal() -> Option<AppError> {
    use_context::<Parts>().and_then(|p| p.extensions.get::<Refused>().cloned()).map(|r| r.0)
}

/// The parts of the server.
pub fn deps() -> Deps {
    expect_context::<Deps>()
}

/// The number of the request.
pub fn number() -> Option<String> {
    use_context::<Parts>().and_then(|p| p.extensions.get::<Number>().map(|number| number.0.clone()))
}

fn parts() -> Parts {
    expect_context::<Parts>()
}

/// Who asks and when.
pub fn info() -> RequestInfo {
    parts().extensions.get::<RequestInfo>().cloned().unwrap_or_else(|| RequestInfo {
        actor: Actor::Public,
        received_at: deps().clock.now(),
        origin: Origin::default(),
        signing_in: None,
        session: None,
        outages: Arc::default(),
    })
}

/// Who asks.
pub fn actor() -> Actor {
    info().actor
}

/// The query of an address with its question mark, without what is empty; nothing when all of it is.
pub fn query_of(pairs: &[(&str, &str)]) -> String {
    let pairs: Vec<&(&str, &str)> = pairs.iter().filter(|(_, value)| !value.is_empty()).collect();
    match serde_urlencoded::to_string(pairs) {
        Ok(query) if !query.is_empty() => format!("?{query}"),
        _ => String::new(),
    }
}

/// The host that the request names, without its port.
pub fn host() -> Option<String> {
    let parts = use_context::<Parts>()?;
    let host = parts.headers.get(axum::http::header::HOST)?.to_str().ok()?.to_owned();
    let end = if host.starts_with('[') { host.find(']').map(|at| at + 1) } else { host.find(':') };
    Some(end.map_or(host.clone(), |at| host[..at].to_owned()))
}

/// Whether browsers treat a host as this machine, where a secure cookie needs no TLS.
pub fn is_local_host(host: &str) -> bool {
    matches!(host, "localhost" | "127.0.0.1" | "[::1]") || host.ends_with(".localhost")
}

/// Path of the page, without the query.
pub fn path() -> String {
    use_context::<Parts>().map(|p| p.uri.path().to_owned()).unwrap_or_default()
}

/// Path with the query.
pub fn path_and_query() -> String {
    use_context::<Parts>().and_then(|p| p.uri.path_and_query().map(|p| p.as_str().to_owned())).unwrap_or_default()
}

/// The query of the page as a typed value; what does not fit is answered with the defaults.
pub fn query<T: DeserializeOwned + Default>() -> T {
    use_context::<Parts>().and_then(|p| serde_urlencoded::from_str(p.uri.query().unwrap_or_default()).ok()).unwrap_or_default()
}

/// All pairs of the query, in order: for filters that may repeat.
pub fn query_pairs() -> Vec<(String, String)> {
    use_context::<Parts>().and_then(|p| serde_urlencoded::from_str(p.uri.query().unwrap_or_default()).ok()).unwrap_or_default()
}

/// A part of the path, as the router read it (`{id}`).
pub fn path_param(name: &str) -> Option<String> {
    leptos_router::hooks::use_params_map().with_untracked(|params| params.get(name))
}

/// A part of the path as an identifier; anything else is not found.
pub fn path_id(name: &str) -> Result<uuid::Uuid, AppError> {
    path_param(name).and_then(|text| text.parse().ok()).ok_or_else(|| AppError::not_found("Stránku"))
}

/// The echo of a refused form, if this page answers one.
pub fn echo() -> Option<FormEcho> {
    use_context::<Parts>().and_then(|p| p.extensions.get::<FormEcho>().cloned())
}

/// A reading transaction for who asks, after the permission was checked.
pub async fn read(permission: Permission) -> Result<Tx, AppError> {
    let info = info();
    info.require(permission)?;
    Ok(deps().store.begin_from(&info.actor, info.origin).await?)
}

/// A transaction of the program itself, for what people do before they are known or with rows that are not theirs to see. Whoever opens it checks
/// what may be done, and names in the audit trail who did it.
pub async fn as_program() -> Result<Tx, AppError> {
    Ok(deps().store.begin_from(&Actor::System, info().origin).await?)
}

/// A key that makes a form do its work once.
pub fn new_key() -> String {
    store::new_id().to_string()
}

/// A command in its transaction.
pub struct Command {
    /// The transaction; commits with [`Command::finish`].
    pub tx: Tx,
    /// Who asks.
    pub actor: Actor,
    /// When the server received the request.
    pub at: DateTime<Utc>,
    name: &'static str,
    key: String,
    request: String,
}

/// A command that was begun, or the answer it gave the first time.
pub enum Begun<R> {
    /// To be done.
    New(Box<Command>),
    /// Done already.
    Earlier(R),
}

impl Command {
    /// Checks the permission, opens the transaction and looks whether the same command was done with this key already. An empty key is a new one.
    pub async fn begin<R: DeserializeOwned>(
        name: &'static str,
        permission: Permission,
        key: &str,
        request: &(impl Serialize + Sync),
    ) -> Result<Begun<R>, AppError> {
        let info = info();
        info.require(permission)?;
        let key = if (8..=100).contains(&key.len()) { key.to_owned() } else { new_key() };
        let request = serde_json::to_string(request).map_err(|_| AppError::fault())?;
        let mut tx = deps().store.begin_from(&info.actor, info.origin).await?;
        if let Some(answer) = store::idempotency::earlier(&mut tx, &key, name, &request).await? {
            return Ok(Begun::Earlier(answer));
        }
        Ok(Begun::New(Box::new(Self { tx, actor: info.actor, at: info.received_at, name, key, request })))
    }

    /// Keeps the answer with the key, writes the audit records and commits.
    pub async fn finish<R: Serialize + Sync>(mut self, answer: R) -> Result<R, AppError> {
        store::idempotency::keep(&mut self.tx, &self.key, self.name, &self.request, &answer, self.at).await?;
        self.tx.commit(self.at).await?;
        Ok(answer)
    }
}

/// Sends the browser on after a command. `path` is an address of this application.
pub fn go_to(path: &str) {
    leptos_axum::redirect(path);
}
