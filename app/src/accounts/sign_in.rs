//! Sign-in with a name and a password.

use crate::error::AppError;
#[cfg(feature = "ssr")]
use crate::{components::*, layout::*, request};
use domain::accounts::Permission;
use leptos::prelude::*;
#[cfg(feature = "ssr")]
use server_fn::ServerFn;

/// Opens a session and sets its cookie.
#[server(name = SignIn, prefix = "/prikaz", endpoint = "prihlasit")]
pub async fn sign_in(jmeno: Option<String>, heslo: Option<String>, zpet: Option<String>) -> Result<(), AppError> {
    use axum::http::{HeaderValue, header};
    use domain::accounts::Actor;
    use rand::TryRng as _;
    use sha2::{Digest as _, Sha256};
    use store::{accounts, audit};

    let info = request::info();
    let deps = request::deps();
    let (login, password) = (jmeno.unwrap_or_default().trim().to_lowercase(), heslo.unwrap_or_default());
    if login.is_empty() || password.is_empty() {
        return Err(AppError::field(if login.is_empty() { "jmeno" } else { "heslo" }, "Napište jméno i heslo."));
    }
    if login.chars().count() > 100 || password.chars().count() > 1024 {
        return Err(AppError::field("jmeno", "Jméno má nejvýše 100 znaků a heslo 1 024 znaků."));
    }
    let mut tx = deps.store.begin_from(&Actor::System, info.origin.clone()).await?;
    let found = accounts::credentials(&mut tx, &login).await?;
    let matches = deps.passwords.matches(found.as_ref().map(|c| c.password_hash.clone()), password).await?;
    let account = found.as_ref().and_then(|c| c.account.zip(c.organisation));
    let (Some((account, organisation)), true) = (account, matches) else {
        let mut record = audit::Record::event("accounts.sign_in", audit::Outcome::Refused, serde_json::json!({ "login": login }));
        record.chain = account.map(|(_, organisation)| organisation);
        tx.audit(record);
        tx.commit(info.received_at).await?;
        return Err(AppError::field("heslo", "Jméno nebo heslo nesouhlasí. Zkontrolujte, zda nemáte zapnutý Caps Lock."));
    };
    let mut token = [0_u8; 32];
    rand::rngs::SysRng.try_fill_bytes(&mut token).map_err(|_| AppError::fault())?;
    let digest = Sha256::digest(token);
    accounts::open_session(
        &mut tx,
        accounts::NewSession {
            token_digest: &digest,
            account,
            ends_at: info.received_at + chrono::TimeDelta::hours(12),
            address: info.origin.address.as_deref(),
            device: info.origin.device.as_deref(),
        },
        info.received_at,
    )
    .await?;
    tx.audit(audit::Record::done("accounts.sign_in", "account", account, serde_json::json!({ "login": login })).in_chain_of(organisation));
    tx.commit(info.received_at).await?;
    let cookie = format!("{}={}; Path=/; HttpOnly; Secure; SameSite=Lax", super::COOKIE, hex::encode(token));
    if let (Some(response), Ok(value)) = (use_context::<leptos_axum::ResponseOptions>(), HeaderValue::from_str(&cookie)) {
        response.append_header(header::SET_COOKIE, value);
    }
    let zpet = zpet.filter(|path| path.starts_with('/') && !path.starts_with("//") && !path.contains('\\'));
    request::go_to(zpet.as_deref().unwrap_or("/prehled"));
    Ok(())
}
permit!(SignIn => Permission::Public);
permit_page!("/prihlaseni" => Permission::Public);

/// `/prihlaseni`.
#[cfg(feature = "ssr")]
#[component]
pub fn SignInPage() -> impl IntoView {
    let back = request::query_pairs().into_iter().find(|(name, _)| name == "zpet").map(|(_, path)| path).unwrap_or_default();
    let echo = request::echo();
    let failed = echo.as_ref().and_then(|e| e.error.clone());
    let typed =
        move |name: &str| echo.as_ref().and_then(|e| e.values.iter().find(|(k, _)| k == name)).map(|(_, v)| v.clone()).unwrap_or_default();
    let invalid = failed.is_some().then_some("true");
    let demo = request::deps().demo;
    view! {
        <Page title="Přihlášení" calm=true head=false>
            <div class="main main--calm main--signin">
                <div class="cols cols--half">
                    <section class="card" aria-labelledby="prihl">
                        <h1 id="prihl">"Přihlášení"</h1>
                        {failed.map(|e| view! { <Banner tone=Tone::Error alert=true>{e.sentence}</Banner> })}
                        <form class="stack" method="post">
                            <CommandFields path=SignIn::PATH/>
                            <input type="hidden" name="zpet" value=back/>
                            <div class="field">
                                <label for="jmeno">"Uživatelské jméno"</label>
                                <input class="input input--l" id="jmeno" name="jmeno" autocomplete="username" maxlength="100" required value=typed("jmeno") aria-invalid=invalid/>
                            </div>
                            <div class="field">
                                <label for="heslo">"Heslo"</label>
                                <input class="input input--l" id="heslo" name="heslo" type="password" autocomplete="current-password" maxlength="1024" required aria-invalid=invalid/>
                            </div>
                            <button class="btn btn--primary btn--l btn--block">"Přihlásit se"</button>
                        </form>
                        <p class="meta">"Přihlášení skončí po 30 minutách nečinnosti. Rozepsaná žádost se ukládá průběžně."</p>
                    </section>
                    <div class="stack">
                        {demo.then(|| view! {
                            <section class="card">
                                <h2>"Ukázkové účty"</h2>
                                <p>"Tato databáze je naplněná ukázkovými daty. Přihlásit se můžete kterýmkoli z těchto účtů:"</p>
                                <table class="data">
                                    <thead><tr><th scope="col">"Role"</th><th scope="col">"Jméno"</th><th scope="col">"Heslo"</th></tr></thead>
                                    <tbody>
                                        {super::DEMO_ACCOUNTS.iter().map(|a| view! { <tr><th scope="row">{a.label}</th><td>{a.login}</td><td>{a.password}</td></tr> }).collect_view()}
                                    </tbody>
                                </table>
                            </section>
                        })}
                        <section class="card">
                            <h2>"Poprvé tady?"</h2>
                            <p>"Účet vám založí správce systému vaší organizace, první účet poskytovatele kraj."</p>
                            <p>"Registr poskytovatelů je veřejný, přihlášení nepotřebuje. "<a href="/registr">"Hledat službu"</a></p>
                        </section>
                    </div>
                </div>
            </div>
        </Page>
    }
}
