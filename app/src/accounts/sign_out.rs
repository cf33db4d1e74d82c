//! Sign-out.

use crate::error::AppError;
use domain::accounts::Permission;
use leptos::prelude::*;

/// Ends the session of the request.
#[server(name = SignOut, prefix = "/prikaz", endpoint = "odhlasit")]
pub async fn sign_out() -> Result<(), AppError> {
    use crate::request;
    use axum::http::{HeaderValue, header};
    use store::{accounts, audit};

    let info = request::info();
    let account = info.actor.account().ok().or(info.signing_in.as_ref().map(|live| &live.account));
    let session = info.session.map(|open| open.id).or(info.signing_in.as_ref().map(|live| live.id));
    if let (Some(account), Some(session)) = (account, session) {
        let mut tx = request::as_program().await?;
        accounts::end_session(&mut tx, session, accounts::Ended::SignedOut, info.received_at).await?;
        let record = audit::Record::done("accounts.sign_out", "account", account.id, serde_json::json!({ "session": account.session }));
        tx.audit(record.done_by(account.into()));
        tx.commit(info.received_at).await?;
    }
    if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
        let cookie = format!("{}=; Path=/; HttpOnly; Secure; SameSite=Lax; Max-Age=0", super::session::COOKIE);
        if let Ok(value) = HeaderValue::from_str(&cookie) {
            response.append_header(header::SET_COOKIE, value);
        }
    }
    request::go_to("/prihlaseni");
    Ok(())
}
permit!(SignOut => Permission::Public);
