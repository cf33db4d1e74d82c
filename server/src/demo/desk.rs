//! A person of the demo at work: posts the same forms as a browser would, to the same router, so that demo data passed every check, permission and
//! record that real data pass.

use super::people::Fault;
use app::accounts::session::COOKIE;
use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Request, header},
};
use chrono::{DateTime, TimeDelta, Utc};
use domain::accounts::Actor;
use sha2::{Digest, Sha256};
use store::{
    Store,
    accounts::{NewSession, credentials, live_session, open_session},
};
use tower::ServiceExt;

/// Somebody signed in.
pub struct Desk {
    router: Router,
    cookie: String,
    /// Who it is, for what is written without a page.
    pub actor: Actor,
}

impl Desk {
    /// Opens a session for the person with this sign-in name.
    pub async fn open(router: &Router, store: &Store, login: &str, at: DateTime<Utc>) -> Result<Self, Fault> {
        let token: [u8; 32] = Sha256::digest(store::new_id().as_bytes()).into();
        let digest = Sha256::digest(token);
        let mut tx = store.begin(&Actor::System).await?;
        let account = credentials(&mut tx, login).await?.and_then(|c| c.account).ok_or("účet ukázky chybí")?;
        let ends_at = at + TimeDelta::hours(1);
        let session =
            NewSession { token_digest: &digest, account, gate: None, back: None, ends_at, address: None, device: Some("ukázková data") };
        open_session(&mut tx, session, at).await?;
        let live = live_session(&mut tx, &digest, at, store::prague::day(at), TimeDelta::hours(1)).await?;
        tx.commit(at).await?;
        let actor = Actor::Account(Box::new(live.ok_or("účet ukázky chybí")?.account));
        Ok(Self { router: router.clone(), cookie: format!("{COOKIE}={}", hex::encode(token)), actor })
    }

    /// Posts a command; gives the address it leads to. A refusal is a fault of the demo and names what was refused.
    pub async fn post(&self, command: &str, fields: &[(&str, String)]) -> Result<String, Fault> {
        let mut pairs = vec![("_akce", command.to_owned()), ("klic", store::new_id().to_string())];
        pairs.extend(fields.iter().map(|(name, value)| (*name, value.clone())));
        let request = Request::post(command)
            .header(header::HOST, "localhost")
            .header(header::ORIGIN, "http://localhost")
            .header(header::COOKIE, &self.cookie)
            .header(header::ACCEPT, "application/json")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(serde_urlencoded::to_string(pairs)?))?;
        let response = self.router.clone().oneshot(request).await?;
        let status = response.status();
        let location = response.headers().get(header::LOCATION).and_then(|v| v.to_str().ok()).map(ToOwned::to_owned);
        if status.is_client_error() || status.is_server_error() {
            let body = to_bytes(response.into_body(), 1 << 20).await?;
            return Err(format!("{command}: {status} {}", String::from_utf8_lossy(&body)).into());
        }
        Ok(location.unwrap_or_default())
    }
}
