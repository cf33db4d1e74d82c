//! A world for tests through the router: a database of its own, a clock that can be set, people of every role, and pages whose forms are filled
//! and sent as a browser without scripts does it.
//!
//! The database is made on the server of `DATABASE_URL` as `kraj_owner`, who also writes what no page writes yet; the router serves as
//! `kraj_app`, so every policy applies.

pub mod html;
pub mod register;
pub mod signing_in;

use app::{
    accounts::{limits::Limits, passwords::Passwords, session::COOKIE, trail_names},
    request::{AccountRules, Deps, SessionTimes, SiteFiles},
};
use axum::{Router, body::Body, http::Request};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    accounts::{Actor, OrganisationKind, Role},
    time::Clock,
};
use html::Form;
use http_body_util::BodyExt;
use sha2::{Digest, Sha256};
use sqlx::{
    Connection, PgConnection, PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use std::{
    path::Path,
    sync::{Arc, Mutex},
};
use store::{
    Store,
    accounts::{NewAccount, NewOrganisation, NewSession, create_account, ensure_organisation, open_session},
};
use tower::ServiceExt;
use uuid::Uuid;

/// A password as people who administer nothing may have it.
pub const PASSWORD: &str = "zelená ryba vaří";
/// One that an administrator may have, too.
pub const ADMIN_PASSWORD: &str = "tři modré lžíce na stromě";

/// A clock that stands until it is set.
pub struct TestClock(Mutex<DateTime<Utc>>);

impl Clock for TestClock {
    fn now(&self) -> DateTime<Utc> {
        *self.0.lock().unwrap()
    }
}

/// Everything a test needs.
pub struct World {
    /// The database as the application sees it.
    pub store: Store,
    /// The database as its owner.
    pub owner: PgPool,
    /// Hashing of passwords.
    pub passwords: Arc<Passwords>,
    router: Router,
    notices: Arc<app::operations::notices::Notices>,
    clock: Arc<TestClock>,
    server: PgConnectOptions,
    name: String,
}

/// A person who is signed in.
#[derive(Debug, Clone)]
pub struct Person {
    /// The account.
    pub account: Uuid,
    /// Name and surname.
    pub name: String,
    cookie: String,
}

/// What a request was answered with.
#[derive(Debug, Clone)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Where a redirect leads.
    pub location: Option<String>,
    /// The body.
    pub body: String,
    /// Cookies that were set, `name=value`.
    pub cookies: Vec<String>,
    /// All headers.
    pub headers: axum::http::HeaderMap,
}

impl Person {
    /// The cookie of the session.
    pub fn cookie(&self) -> &str {
        &self.cookie
    }
}

impl Answer {
    /// The form of a command on this page. Fails the test when there is none.
    pub fn form(&self, command: &str) -> Form {
        Form::of(&self.body, command).unwrap_or_else(|| panic!("no form of {command} on the page:\n{}", html::text(&self.body)))
    }

    /// Whether the page has a form of a command.
    pub fn has_form(&self, command: &str) -> bool {
        Form::of(&self.body, command).is_some()
    }

    /// The visible text, white space as one space.
    pub fn text(&self) -> String {
        html::text(&self.body)
    }

    /// Asserts that the visible text has a part.
    #[track_caller]
    pub fn says(&self, part: &str) -> &Self {
        let text = self.text();
        assert!(text.contains(part), "the page does not say {part:?}:\n{} {text}", self.status);
        self
    }

    /// Asserts that the visible text lacks a part.
    #[track_caller]
    pub fn lacks(&self, part: &str) -> &Self {
        let text = self.text();
        assert!(!text.contains(part), "the page says {part:?}:\n{text}");
        self
    }

    /// Asserts the status.
    #[track_caller]
    pub fn is(&self, status: u16) -> &Self {
        assert_eq!(self.status, status, "{:?}\n{}", self.location, self.text());
        self
    }

    /// Asserts a redirect and gives where it leads.
    #[track_caller]
    pub fn goes(&self) -> String {
        assert_eq!(self.status, 303, "{}", self.text());
        self.location.clone().expect("a redirect names its place")
    }
}

impl World {
    /// Makes a world at an instant.
    pub async fn at(now: &str) -> Self {
        Self::behind(now, server::router::Outside::default()).await
    }

    /// The same with something between the application and its people.
    pub async fn behind(now: &str, outside: server::router::Outside) -> Self {
        Self::under(now, outside, AccountRules::default()).await
    }

    /// The same with what a configuration asks of accounts.
    pub async fn under(now: &str, outside: server::router::Outside, rules: AccountRules) -> Self {
        let url = std::env::var("DATABASE_URL").expect("DATABASE_URL names a PostgreSQL server; see server/store/dev-cluster");
        let server: PgConnectOptions = url.parse().unwrap();
        let server = server.username("kraj_owner");
        let name = format!("test_{}", Uuid::now_v7().simple());
        let mut connection = PgConnection::connect_with(&server.clone().database("postgres")).await.unwrap();
        store::databases::create_database(&mut connection, &name).await.unwrap();
        connection.close().await.unwrap();
        let of = |user: &str| server.clone().username(user).database(&name);
        let owner = PgPoolOptions::new().max_connections(2).connect_with(of("kraj_owner")).await.unwrap();
        store::MIGRATOR.run(&owner).await.unwrap();
        let served = PgPoolOptions::new().max_connections(8).connect_with(of("kraj_app")).await.unwrap();
        let store = Store::new(served);
        let clock = Arc::new(TestClock(Mutex::new(now.parse().unwrap())));
        let notices = Arc::<app::operations::notices::Notices>::default();
        let passwords = Arc::new(Passwords::new(64, 1, 2).unwrap());
        let deps = Deps {
            store: store.clone(),
            clock: clock.clone(),
            site: Arc::new(SiteFiles::default()),
            passwords: passwords.clone(),
            address: "http://localhost".to_owned(),
            mail_in_files: true,
            limits: Arc::new(Limits::default()),
            demo: false,
            sessions: SessionTimes::default(),
            rules: Arc::new(rules),
            passkeys: app::accounts::passkeys::verifier("http://localhost").map(Arc::new),
            providers: Arc::new(app::accounts::openid::Providers::new().unwrap()),
            notices: notices.clone(),
        };
        let router = server::router::router(deps, Path::new("/nonexistent"), outside);
        Self { store, owner, passwords, router, notices, clock, server, name }
    }

    /// The present instant of the world.
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// The name of the database.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The clock.
    pub fn clock(&self) -> Arc<TestClock> {
        self.clock.clone()
    }

    /// Sets the clock. Sessions end after half an hour without a request: whoever comes back later signs in again with [`World::again`].
    pub fn set(&self, now: &str) {
        *self.clock.0.lock().unwrap() = now.parse().unwrap();
    }

    /// Outages are read anew by the next request, as they are after a few seconds.
    pub fn forget_notices(&self) {
        self.notices.forget();
    }

    /// The organisation of MPSV.
    pub async fn mpsv(&self) -> Uuid {
        self.organisation(OrganisationKind::Mpsv, "Ministerstvo práce a sociálních věcí", None, None).await
    }

    /// The organisation of a kraj by its code.
    pub async fn kraj(&self, code: &str) -> Uuid {
        let name = domain::codelists::Kraj::of_code(code.parse().unwrap()).unwrap().name();
        self.organisation(OrganisationKind::Kraj, name, Some(code), None).await
    }

    /// The organisation of a provider of the register.
    pub async fn organisation_of(&self, provider: Uuid, name: &str) -> Uuid {
        self.organisation(OrganisationKind::Provider, name, None, Some(provider)).await
    }

    async fn organisation(&self, kind: OrganisationKind, name: &str, kraj_code: Option<&str>, provider: Option<Uuid>) -> Uuid {
        let mut tx = self.store.begin(&Actor::System).await.unwrap();
        let id = ensure_organisation(&mut tx, &NewOrganisation { kind, name, ico: None, kraj_code, provider }, self.now()).await.unwrap();
        tx.commit(self.now()).await.unwrap();
        id
    }

    /// A person with the rights of a role in an organisation, signed in.
    pub async fn person(&self, name: &str, role: Role, organisation: Uuid) -> Person {
        let mut tx = self.store.begin(&Actor::System).await.unwrap();
        let login = format!("{}-{}", role.code().replace('_', "-"), Uuid::now_v7().simple());
        let valid_from = store::prague::day(self.now()) - TimeDelta::days(400);
        let new = NewAccount {
            login: &login,
            name,
            email: None,
            password_hash: &nobodys_password().await,
            must_change: None,
            organisation,
            role,
            valid_from,
            demo: false,
        };
        create_account(&mut tx, &new, self.now()).await.unwrap();
        let account = sqlx::query_scalar::<_, Uuid>("select a.id from account a join person p on p.id = a.person_id where p.login = $1")
            .bind(&login)
            .fetch_one(&mut *tx)
            .await
            .unwrap();
        tx.commit(self.now()).await.unwrap();
        self.sign_in_to(account, name).await
    }

    /// The same person signed in now.
    pub async fn again(&self, person: &Person) -> Person {
        self.sign_in_to(person.account, &person.name).await
    }

    /// An open session of an account.
    pub async fn sign_in_to(&self, account: Uuid, name: &str) -> Person {
        let token: [u8; 32] = Sha256::digest(Uuid::new_v4().as_bytes()).into();
        let digest = Sha256::digest(token);
        let mut tx = self.store.begin(&Actor::System).await.unwrap();
        let ends_at = self.now() + TimeDelta::hours(12);
        let session = NewSession { token_digest: &digest, account, gate: None, back: None, ends_at, address: None, device: None };
        open_session(&mut tx, session, self.now()).await.unwrap();
        tx.commit(self.now()).await.unwrap();
        Person { account, name: name.to_owned(), cookie: format!("{COOKIE}={}", hex::encode(token)) }
    }

    /// Sends any request.
    pub async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let status = response.status().as_u16();
        let location = response.headers().get("location").and_then(|v| v.to_str().ok()).map(ToOwned::to_owned);
        let first = |value: &axum::http::HeaderValue| value.to_str().unwrap().split(';').next().unwrap_or_default().to_owned();
        let cookies = response.headers().get_all("set-cookie").iter().map(first).collect();
        let headers = response.headers().clone();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        Answer { status, location, body: String::from_utf8_lossy(&body).into_owned(), cookies, headers }
    }

    fn request(person: Option<&Person>, method: &str, path: &str, accept: &str) -> axum::http::request::Builder {
        let mut request = Request::builder().method(method).uri(path).header("host", "localhost").header("accept", accept);
        if let Some(person) = person {
            request = request.header("cookie", &person.cookie);
        }
        request
    }

    /// Opens a page.
    pub async fn get(&self, person: Option<&Person>, path: &str) -> Answer {
        self.send(Self::request(person, "GET", path, "text/html").body(Body::empty()).unwrap()).await
    }

    /// Sends a form to its page, as a browser does.
    pub async fn submit(&self, person: Option<&Person>, page: &str, form: &Form) -> Answer {
        let body = serde_urlencoded::to_string(form.pairs()).unwrap();
        let request = Self::request(person, "POST", page, "text/html,application/xhtml+xml")
            .header("origin", "http://localhost")
            .header("content-type", "application/x-www-form-urlencoded");
        self.send(request.body(Body::from(body)).unwrap()).await
    }

    /// Calls a command as an island does.
    pub async fn call(&self, person: Option<&Person>, command: &str, pairs: &[(String, String)]) -> Answer {
        let body = serde_urlencoded::to_string(pairs).unwrap();
        let request = Self::request(person, "POST", command, "application/json")
            .header("origin", "http://localhost")
            .header("content-type", "application/x-www-form-urlencoded");
        self.send(request.body(Body::from(body)).unwrap()).await
    }

    /// Uploads a file to a page, as a browser sends a form with one.
    pub async fn upload(&self, person: Option<&Person>, page: &str, fields: &[(&str, &str)], file: (&str, &str, &[u8])) -> Answer {
        let mut body = Vec::new();
        for (name, value) in fields {
            body.extend(format!("--grenze\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").bytes());
        }
        let (name, file_name, content) = file;
        let head = format!("--grenze\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"{file_name}\"\r\n");
        body.extend(head.bytes());
        body.extend(b"Content-Type: application/octet-stream\r\n\r\n");
        body.extend(content);
        body.extend(b"\r\n--grenze--\r\n");
        let request = Self::request(person, "POST", page, "text/html,application/xhtml+xml")
            .header("origin", "http://localhost")
            .header("content-type", "multipart/form-data; boundary=grenze");
        self.send(request.body(Body::from(body)).unwrap()).await
    }

    /// Opens a page, fills the form of a command with `change` and sends it.
    pub async fn fill(&self, person: &Person, page: &str, command: &str, change: impl FnOnce(&mut Form)) -> Answer {
        let shown = self.get(Some(person), page).await;
        shown.is(200);
        let mut form = shown.form(command);
        change(&mut form);
        self.submit(Some(person), page, &form).await
    }

    /// A browser at an address, with nobody signed in.
    pub fn browser(&self, address: &str) -> Browser<'_> {
        Browser { world: self, address: address.parse().unwrap(), jar: Mutex::default() }
    }

    /// What the trail holds that its page has no Czech words for.
    async fn unnamed(&self) -> Vec<String> {
        let events: Vec<(String, Option<String>, Option<serde_json::Value>)> =
            sqlx::query_as("select distinct kind, object_kind, content from audit.event")
                .fetch_all(&mut *self.store.begin(&Actor::System).await.unwrap())
                .await
                .unwrap();
        events
            .into_iter()
            .flat_map(|(kind, object, content)| trail_names::unnamed(&kind, object.as_deref(), &content.unwrap_or_default()))
            .collect()
    }

    /// Asserts that `verify` finds no fault and that the trail can be read, and removes the database.
    pub async fn end(self) {
        let faults = server::commands::verify::faults(&self.store).await.unwrap();
        assert_eq!(faults, Vec::<String>::new());
        assert_eq!(self.unnamed().await, Vec::<String>::new());
        self.store.pool().close().await;
        self.owner.close().await;
        let mut connection = PgConnection::connect_with(&self.server.clone().database("postgres")).await.unwrap();
        let drop = format!("drop database \"{}\" with (force)", self.name);
        // A worker of the server that cleans the database up may be in it, and only a superuser may end that one.
        for _ in 0..50 {
            if sqlx::raw_sql(sqlx::AssertSqlSafe(drop.clone())).execute(&mut connection).await.is_ok() {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        panic!("the database {} could not be removed", self.name);
    }
}

/// The hash of a password that no test types.
async fn nobodys_password() -> String {
    static HASH: tokio::sync::OnceCell<String> = tokio::sync::OnceCell::const_new();
    HASH.get_or_init(async || Passwords::new(64, 1, 2).unwrap().hash(Uuid::new_v4().to_string()).await.unwrap()).await.clone()
}

/// A browser that keeps its cookies, as a person uses it.
pub struct Browser<'a> {
    world: &'a World,
    address: std::net::IpAddr,
    jar: Mutex<std::collections::BTreeMap<String, String>>,
}

impl Browser<'_> {
    async fn send(&self, mut request: Request<Body>) -> Answer {
        let cookies = self.jar.lock().unwrap().iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ");
        if !cookies.is_empty() {
            request.headers_mut().insert("cookie", cookies.parse().unwrap());
        }
        request.extensions_mut().insert(axum::extract::ConnectInfo(std::net::SocketAddr::new(self.address, 40_000)));
        let answer = self.world.send(request).await;
        let mut jar = self.jar.lock().unwrap();
        for cookie in &answer.cookies {
            let (name, value) = cookie.split_once('=').unwrap();
            if value.is_empty() {
                jar.remove(name);
            } else {
                jar.insert(name.to_owned(), value.to_owned());
            }
        }
        answer
    }

    /// The token of the session.
    pub fn token(&self) -> Option<String> {
        self.jar.lock().unwrap().get(COOKIE).cloned()
    }

    /// Takes a token that somebody else had.
    pub fn steal(&self, token: &str) {
        self.jar.lock().unwrap().insert(COOKIE.to_owned(), token.to_owned());
    }

    /// Opens a page.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(World::request(None, "GET", path, "text/html").body(Body::empty()).unwrap()).await
    }

    /// Opens a page, fills the form of a command and sends it. `!name` presses a button.
    pub async fn fill(&self, page: &str, command: &str, fields: &[(&str, &str)]) -> Answer {
        let shown = self.get(page).await;
        assert!(shown.status < 500 && shown.status != 303, "{page}: {} {:?}", shown.status, shown.location);
        let mut form = shown.form(command);
        for (name, value) in fields {
            match name.strip_prefix('!') {
                Some(button) => form.press(button, value),
                None => form.set(name, value),
            };
        }
        self.submit(page, &form).await
    }

    /// Sends a form.
    pub async fn submit(&self, page: &str, form: &Form) -> Answer {
        let body = serde_urlencoded::to_string(form.pairs()).unwrap();
        let request = World::request(None, "POST", page, "text/html,application/xhtml+xml")
            .header("origin", "http://localhost")
            .header("content-type", "application/x-www-form-urlencoded");
        self.send(request.body(Body::from(body)).unwrap()).await
    }

    /// Signs in with name and password, as far as that goes.
    pub async fn sign_in(&self, login: &str, password: &str) -> Answer {
        self.fill("/prihlaseni", "/prikaz/prihlasit", &[("jmeno", login), ("heslo", password)]).await
    }
}
