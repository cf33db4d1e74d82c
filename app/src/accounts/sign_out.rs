//! Sign-out.

use crate::error::AppError;
use domain::accounts::Permission;
use leptos::prelude::*;

/// Ends the session of the request.
#[server(name = SignOut, prefix = "/prikaz", endpoint = "odhlasit")]
pub async fn sign_out() -> Result<(), AppError> {
    use crate::request;
    use axum::http::{HeaderValue, header, request::Parts};
    use store::{accounts, audit};

    let info = request::info();
    if let (Ok(account), Some(digest)) = (info.actor.account(), super::session_digest(&expect_context::<Parts>().headers)) {
        let mut tx = request::deps().store.begin_from(&info.actor, info.origin.clone()).await?;
        accounts::end_session(&mut tx, &digest, info.received_at).await?;
        tx.audit(audit::Record::done("accounts.sign_out", "account", account.id, serde_json::json!({})));
        tx.commit(info.received_at).await?;
    }
    if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
        let cookie = format!("{}=; Path=/; HttpOnly; Secure; SameSite=Lax; Max-Age=0", super::COOKIE);
        if let Ok(value) = HeaderValue::from_str(&cookie) {
            response.append_header(header::SET_COOKIE, value);
        }
    }
    request::go_to("/prihlaseni");
    Ok(())
}
permit!(SignOut => Permission::Public);
