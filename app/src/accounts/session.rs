//! The session of a request: its token, its cookie, and the way through the gates until it is open.

use crate::{
    error::{AppError, Code},
    request,
};
use axum::http::{HeaderMap, HeaderValue, header};
use chrono::{DateTime, Utc};
use domain::{accounts::signing_in::Gate, operations::Module};
use leptos::prelude::*;
use rand::TryRng as _;
use sha2::{Digest as _, Sha256};
use store::{
    Tx,
    accounts::{self, Live},
    audit,
};

/// Name of the cookie that carries the token of a session.
pub const COOKIE: &str = "__Host-kraj108";
/// Random bytes.
///
/// # Errors
/// The system has none.
pub fn random<const N: usize>() -> Result<[u8; N], AppError> {
    let mut bytes = [0_u8; N];
    rand::rngs::SysRng.try_fill_bytes(&mut bytes).map_err(|_| AppError::fault())?;
    Ok(bytes)
}

/// A token, 256 bits. It leaves the server in the cookie only.
pub struct Token([u8; 32]);

impl Token {
    /// A new one.
    ///
    /// # Errors
    /// The system has no randomness.
    pub fn new() -> Result<Self, AppError> {
        random().map(Self)
    }

    /// What is stored of it.
    pub fn digest(&self) -> Vec<u8> {
        Sha256::digest(self.0).to_vec()
    }

    /// In hexadecimal digits, for a link.
    pub fn text(&self) -> String {
        hex::encode(self.0)
    }

    /// The cookie that carries it.
    pub fn cookie(&self) -> Option<HeaderValue> {
        HeaderValue::from_str(&format!("{COOKIE}={}; Path=/; HttpOnly; Secure; SameSite=Lax", self.text())).ok()
    }
}

/// The digest of a token in hexadecimal digits.
pub fn digest_of(text: &str) -> Option<Vec<u8>> {
    hex::decode(text).ok().filter(|token| token.len() == 32).map(|token| Sha256::digest(token).to_vec())
}

/// The cookie of a name in the headers of a request.
pub fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(found, _)| *found == name)
        .map(|(_, value)| value.to_owned())
}

/// SHA-256 of the session token in the cookies of a request.
pub fn session_digest(headers: &HeaderMap) -> Option<Vec<u8>> {
    cookie(headers, COOKIE).and_then(|token| digest_of(&token))
}

/// Sets the cookie of the answer.
pub fn set_cookie(token: &Token) {
    if let (Some(response), Some(value)) = (use_context::<leptos_axum::ResponseOptions>(), token.cookie()) {
        response.append_header(header::SET_COOKIE, value);
    }
}

/// Name of the cookie that carries what is shown once.
const ONCE: &str = "__Host-kraj108-jednou";

/// Leaves a text in the browser for the next page, which shows it once: a one-time password is kept nowhere else.
pub fn show_once(text: &str) {
    let cookie = format!("{ONCE}={}; Path=/; HttpOnly; Secure; SameSite=Strict; Max-Age=120", hex::encode(text));
    if let (Some(response), Ok(value)) = (use_context::<leptos_axum::ResponseOptions>(), HeaderValue::from_str(&cookie)) {
        response.append_header(header::SET_COOKIE, value);
    }
}

/// The text that is shown once, and removes it.
pub fn shown_once() -> Option<String> {
    let headers = use_context::<axum::http::request::Parts>()?.headers;
    let text = cookie(&headers, ONCE).and_then(|text| hex::decode(text).ok()).and_then(|bytes| String::from_utf8(bytes).ok())?;
    if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
        let gone = format!("{ONCE}=; Path=/; HttpOnly; Secure; SameSite=Strict; Max-Age=0");
        response.append_header(header::SET_COOKIE, HeaderValue::from_str(&gone).ok()?);
    }
    Some(text)
}

/// The session that is still before this gate, or a refusal that sends the person to the sign-in.
pub fn before(is: impl Fn(Gate) -> bool) -> Result<Live, AppError> {
    request::info()
        .signing_in
        .filter(|live| live.gate.is_some_and(is))
        .map(|live| *live)
        .ok_or_else(|| AppError::new(Code::SignIn, "Přihlášení mezitím skončilo. Přihlaste se, prosím, znovu."))
}

/// Nobody signs in to an account that is blocked.
pub const BLOCKED: &str = "Účet je zablokovaný. Obraťte se na správce systému vaší organizace.";

/// Opens a session of somebody who is known now, before its first gate; the trail says by what.
pub async fn open(
    tx: &mut Tx,
    found: &accounts::Credentials,
    how: serde_json::Value,
    back: Option<&str>,
    at: DateTime<Utc>,
) -> Result<uuid::Uuid, AppError> {
    let (info, deps) = (request::info(), request::deps());
    let Some((account, organisation)) = found.account.zip(found.organisation) else {
        return Err(AppError::invalid(BLOCKED));
    };
    // However somebody is known: a password that is too old is changed first.
    if !found.demo
        && let Some(reason) = deps.passwords.rules.outdated(usize::MAX, false, found.password_changed_at, at)
    {
        accounts::set_must_change(tx, found.person, Some(reason.code())).await?;
    }
    let new = accounts::NewSession {
        token_digest: &Token::new()?.digest(),
        account,
        gate: Some(Gate::SecondFactor),
        back,
        ends_at: at + deps.sessions.longest,
        address: info.origin.address.as_deref(),
        device: info.origin.device.as_deref(),
    };
    let session = accounts::open_session(tx, new, at).await?;
    let mut content = serde_json::json!({ "session": session });
    if let (Some(content), serde_json::Value::Object(how)) = (content.as_object_mut(), how) {
        content.extend(how);
    }
    let by = audit::By { organisation, account, person: found.person, session: Some(session.simple().to_string()) };
    tx.audit(audit::Record::done("accounts.sign_in", "account", account, content).done_by(by));
    Ok(session)
}

/// What is told whoever needs a consent.
pub const CONSENT: &str = "K účtu ještě není zapsaný souhlas se zpracováním osobních údajů, bez něj se přihlásit nejde. Předejte ho správci systému své organizace.";

/// A sign-in that was refused, in the chain of the organisation when it is known whose.
pub fn refused(known: Option<&accounts::Credentials>, content: serde_json::Value) -> audit::Record {
    let mut content = content;
    content["person"] = serde_json::json!(known.map(|found| found.person));
    let mut record = audit::Record::event("accounts.sign_in", audit::Outcome::Refused, content);
    record.chain = known.and_then(|found| found.organisation);
    record
}

/// Query of the sign-in page that says that a consent is missing.
pub const NO_CONSENT: &str = "chybi=souhlas";

/// Leads the session to its next gate, or opens it with a new token. Says where the browser goes.
pub async fn advance(tx: &mut Tx, session: uuid::Uuid, back: Option<&str>, at: DateTime<Utc>) -> Result<String, AppError> {
    let deps = request::deps();
    // Of two sign-ins at once the second sees the first.
    accounts::lock_person_of(tx, session).await?;
    let facts = accounts::facts(tx, session, (at, store::prague::day(at)), deps.sessions.idle, &deps.rules.second_factor_codes()).await?;
    let gate = facts.gate();
    let asks = |module| deps.rules.consent.contains(&module);
    if gate.is_none()
        && (asks(Module::Register) || asks(Module::Provider))
        && accounts::lacks_consent(tx, session, store::prague::day(at), asks(Module::Register), asks(Module::Provider)).await?
    {
        let found = accounts::account_of_session(tx, session).await?;
        // Whoever is at work already stays with the organisation before.
        if found.opened {
            return Err(AppError::new(Code::Forbidden, CONSENT));
        }
        accounts::end_session(tx, session, accounts::Ended::Consent, at).await?;
        let by = audit::By { organisation: found.organisation, account: found.account, person: found.person, session: None };
        let mut record = audit::Record::done("accounts.sign_in", "account", found.account, serde_json::json!({ "consent": "missing" }));
        record.outcome = audit::Outcome::Refused;
        tx.audit(record.done_by(by));
        return Ok(format!("/prihlaseni?{NO_CONSENT}"));
    }
    accounts::set_gate(tx, session, gate, at).await?;
    // Whoever saw the token of a session that was not open yet has nothing.
    let token = Token::new()?;
    accounts::replace_token(tx, session, &token.digest(), at).await?;
    set_cookie(&token);
    if gate.is_none() {
        let request = request::info();
        deps.limits.passed(request.origin.address.as_deref());
    }
    Ok(match gate {
        Some(gate) => gate.page().to_owned(),
        None => own_address(back).unwrap_or("/prehled").to_owned(),
    })
}

/// Notes an event of a session that is not open yet in the chain of its organisation.
pub fn note(tx: &mut Tx, live: &Live, kind: &'static str, outcome: audit::Outcome) {
    let mut record = audit::Record::done(kind, "account", live.account.id, serde_json::json!({ "session": live.id }));
    record.outcome = outcome;
    tx.audit(record.done_by((&live.account).into()));
}

/// An address of this application, as a link may name it.
pub fn own_address(path: Option<&str>) -> Option<&str> {
    path.filter(|path| path.starts_with('/') && !path.starts_with("//") && !path.contains(['\\', '\r', '\n']) && path.len() <= 2_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_own_addresses_are_gone_back_to() {
        for (path, own) in
            [("/dotace?rok=2027", true), ("//evil.cz", false), ("/\\evil.cz", false), ("https://evil.cz", false), ("", false)]
        {
            assert_eq!(own_address(Some(path)).is_some(), own, "{path}");
        }
    }

    #[test]
    fn the_cookie_carries_the_token_and_only_its_digest_is_kept() {
        let token = Token::new().unwrap();
        let cookie = token.cookie().unwrap();
        let cookie = cookie.to_str().unwrap();
        for part in ["Path=/", "HttpOnly", "Secure", "SameSite=Lax"] {
            assert!(cookie.split("; ").any(|p| p == part), "{cookie}");
        }
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, HeaderValue::from_str(&format!("a=b; {COOKIE}={}", token.text())).unwrap());
        assert_eq!(session_digest(&headers), Some(token.digest()));
        headers.insert(header::COOKIE, HeaderValue::from_static("__Host-kraj108=zz"));
        assert_eq!(session_digest(&headers), None);
    }
}
