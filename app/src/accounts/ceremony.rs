//! What is begun in a browser and finished in the same one: a token in a cookie of its own ties the two ends together, also before there is a
//! session. Each can be finished once, and within five minutes.

use super::session::{Token, cookie, digest_of};
use crate::error::AppError;
use axum::http::{HeaderValue, header, request::Parts};
use chrono::{DateTime, TimeDelta, Utc};
use leptos::prelude::*;
use serde::{Serialize, de::DeserializeOwned};
use store::{
    Tx,
    accounts::{self, Ceremony, CeremonyKind},
};

/// Name of the cookie. It comes along from another site, too, because the way to an identity provider ends there.
const COOKIE: &str = "__Host-kraj108-obrad";
const LASTS: TimeDelta = TimeDelta::minutes(5);

/// Keeps what was begun and gives the browser its token.
pub async fn begin<S: Serialize + Sync>(tx: &mut Tx, ceremony: &Ceremony<S>, at: DateTime<Utc>) -> Result<(), AppError> {
    let token = Token::new()?;
    accounts::begin_ceremony(tx, &token.digest(), ceremony, at + LASTS, at).await?;
    let cookie = format!("{COOKIE}={}; Path=/; HttpOnly; Secure; SameSite=Lax; Max-Age={}", token.text(), LASTS.num_seconds());
    if let (Some(response), Ok(value)) = (use_context::<leptos_axum::ResponseOptions>(), HeaderValue::from_str(&cookie)) {
        response.append_header(header::SET_COOKIE, value);
    }
    Ok(())
}

fn digest() -> Option<Vec<u8>> {
    use_context::<Parts>().and_then(|parts| cookie(&parts.headers, COOKIE)).and_then(|token| digest_of(&token))
}

/// What this browser began, if it is one of these kinds; it stays.
pub async fn begun<S: DeserializeOwned>(tx: &mut Tx, kinds: &[CeremonyKind], at: DateTime<Utc>) -> Result<Option<Ceremony<S>>, AppError> {
    match digest() {
        Some(digest) => Ok(accounts::ceremony(tx, &digest, kinds, at).await?),
        None => Ok(None),
    }
}

/// Takes what this browser began.
///
/// # Errors
/// There is nothing, or it is over: a sentence that says to begin again.
pub async fn take<S: DeserializeOwned>(tx: &mut Tx, kinds: &[CeremonyKind], at: DateTime<Utc>) -> Result<Ceremony<S>, AppError> {
    let taken = match digest() {
        Some(digest) => accounts::take_ceremony(tx, &digest, kinds, at).await?,
        None => None,
    };
    taken.ok_or_else(over)
}

/// Nothing is begun, or not any more.
pub fn over() -> AppError {
    AppError::invalid("Na dokončení je pět minut a ty uplynuly, nebo už je dokončeno. Začněte, prosím, znovu.")
}
