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
    use super::session;
    use domain::accounts::password::length;
    use store::{accounts, audit};

    let (info, deps) = (request::info(), request::deps());
    let at = info.received_at;
    let address = info.origin.address.as_deref();
    let (login, password) = (jmeno.unwrap_or_default().trim().to_lowercase(), heslo.unwrap_or_default());
    if login.is_empty() || password.is_empty() {
        return Err(AppError::field(if login.is_empty() { "jmeno" } else { "heslo" }, "Napište jméno i heslo."));
    }
    if login.chars().count() > 100 || password.chars().count() > 1024 {
        return Err(AppError::field("jmeno", "Jméno má nejvýše 100 znaků a heslo 1 024 znaků."));
    }
    // Whoever tries too often is refused before anything is read or hashed.
    deps.limits.enter(address, at)?;
    deps.limits.slow_down(&login, at).await;
    let mut tx = request::as_program().await?;
    let found = accounts::credentials(&mut tx, &login).await?;
    // Nobody waits for a hash with a connection in hand.
    drop(tx);
    let compared = deps.passwords.compare(found.as_ref().map(|c| c.password_hash.clone()), password.clone()).await?;
    let mut tx = request::as_program().await?;
    let Some(found) = found.filter(|_| compared.right) else {
        deps.limits.failed(address, &login, at);
        // What was typed as a name may be a password: only a name that is known is noted.
        let known = accounts::credentials(&mut tx, &login).await?;
        let content = serde_json::json!({ "login": known.as_ref().map(|_| &login) });
        let mut record = audit::Record::event("accounts.sign_in", audit::Outcome::Refused, content);
        record.chain = known.and_then(|c| c.organisation);
        tx.audit(record);
        tx.commit(at).await?;
        return Err(AppError::field("heslo", "Jméno nebo heslo nesouhlasí. Zkontrolujte, zda nemáte zapnutý Caps Lock."));
    };
    if found.account.is_none() {
        tx.audit(audit::Record::event("accounts.sign_in", audit::Outcome::Refused, serde_json::json!({ "login": login, "blocked": true })));
        tx.commit(at).await?;
        return Err(AppError::field("jmeno", session::BLOCKED));
    }
    if compared.outdated {
        let hash = deps.passwords.hash(password.clone()).await?;
        accounts::rehash(&mut tx, found.person, &hash).await?;
    }
    if !found.demo {
        let owner = accounts::owner(&mut tx, found.person, store::prague::day(at)).await?;
        let outdated = deps.passwords.rules.outdated(length(&password), owner.administrator, found.password_changed_at, at);
        if let Some(reason) = outdated {
            accounts::set_must_change(&mut tx, found.person, Some(reason.code())).await?;
        }
    }
    let back = session::own_address(zpet.as_deref());
    let session = session::open(&mut tx, &found, serde_json::json!({ "login": login }), back, at).await?;
    let next = session::advance(&mut tx, session, back, at).await?;
    tx.commit(at).await?;
    request::go_to(&next);
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
    let deps = request::deps();
    let (demo, rules, idle) = (deps.demo, deps.passwords.rules.clone(), deps.sessions.idle.num_minutes());
    let shortest = format!("Nejméně {} znaků, u Správy systému {}.", rules.shortest, rules.shortest_of_administrator);
    let ends = format!(
        "Přihlášení skončí po {idle} {} nečinnosti. Rozepsaná žádost se ukládá průběžně.",
        domain::text::plural(idle, "minutě", "minutách", "minutách")
    );
    // The cookie of a session is only taken by TLS or from this machine.
    let host = request::host();
    let reachable = deps.address.starts_with("https://") || host.as_deref().is_none_or(crate::request::is_local_host);
    let no_consent = request::query_pairs().iter().any(|(name, value)| format!("{name}={value}") == super::session::NO_CONSENT);
    let by_key = deps.rules.passkey_first && deps.passkeys.is_some();
    loaded(async move {
        let mut tx = request::read(Permission::Public).await?;
        let providers = store::accounts::identity_providers(&mut tx, false).await?;
        let other_ways = by_key || !providers.is_empty();
        Ok(view! {
        <Page title="Přihlášení" calm=true head=false>
            <div class="main main--calm main--signin">
                <div class="cols cols--half">
                    <section class="card" aria-labelledby="prihl">
                        <h1 id="prihl">"Přihlášení"</h1>
                        {(!reachable).then(|| view! { <Banner tone=Tone::Warn>"Na této adrese se přihlásit nejde: spojení není šifrované (https) a prohlížeč by přihlášení neudržel. Použijte adresu, která začíná https, nebo na tomto počítači http://localhost."</Banner> })}
                        {no_consent.then(|| view! { <Banner tone=Tone::Error alert=true>{super::session::CONSENT}</Banner> })}
                        {failed.map(|e| view! { <Banner tone=Tone::Error alert=true>{e.sentence}</Banner> })}
                        <form class="stack" method="post">
                            <CommandFields path=SignIn::PATH/>
                            <input type="hidden" name="zpet" value=back.clone()/>
                            <div class="field">
                                <label for="jmeno">"Uživatelské jméno"</label>
                                <input class="input input--l" id="jmeno" name="jmeno" autocomplete="username" maxlength="100" required value=typed("jmeno") aria-invalid=invalid/>
                            </div>
                            <div class="field">
                                <label for="heslo">"Heslo"</label>
                                <input class="input input--l" id="heslo" name="heslo" type="password" autocomplete="current-password" maxlength="1024" required aria-invalid=invalid/>
                                <span class="row row--apart"><span class="field__help">{shortest}</span><a class="meta" href="/prihlaseni/obnova">"Zapomněl(a) jsem heslo"</a></span>
                            </div>
                            <button class="btn btn--primary btn--l btn--block">"Přihlásit se"</button>
                        </form>
                        {other_ways.then(|| view! {
                            <p class="or"><span>"nebo"</span></p>
                            <div class="stack stack--tight">
                                {by_key.then(|| view! {
                                    <form method="post">
                                        <CommandFields path=super::passkeys::AskForPasskey::PATH/>
                                        <input type="hidden" name="zpet" value=back.clone()/>
                                        <button class="btn btn--l btn--block"><Icon name="key"/>"Přihlásit se přístupovým klíčem"</button>
                                    </form>
                                })}
                                {providers.into_iter().map(|row| view! {
                                    <form method="post">
                                        <CommandFields path=super::identities::SignInElsewhere::PATH/>
                                        <input type="hidden" name="zpet" value=back.clone()/>
                                        <button class="btn btn--l btn--block" name="poskytovatel" value=row.id.to_string()>{format!("Přihlásit se pomocí systému {}", row.name)}</button>
                                    </form>
                                }).collect_view()}
                            </div>
                        })}
                        <p class="meta">{ends}</p>
                    </section>
                    <div class="stack">
                        {demo.then(|| view! {
                            <section class="card">
                                <h2>"Ukázkové účty"</h2>
                                <p>"Tato databáze je naplněná ukázkovými daty. Přihlásit se můžete kterýmkoli z těchto účtů:"</p>
                                <table class="data">
                                    <thead><tr><th scope="col">"Role"</th><th scope="col">"Jméno"</th><th scope="col">"Heslo"</th></tr></thead>
                                    <tbody>
                                        {super::DEMO_ACCOUNTS.iter().map(|a| view! { <tr><th scope="row">{a.label}</th><td class="nowrap">{a.login}</td><td>{a.password}</td></tr> }).collect_view()}
                                    </tbody>
                                </table>
                            </section>
                        })}
                        <section class="card">
                            <h2>"Poprvé tady?"</h2>
                            <p>"Účet vám založí správce systému vaší organizace, první účet organizace MPSV. Jednorázové heslo si hned změníte."</p>
                            <p>"Registr poskytovatelů je veřejný, přihlášení nepotřebuje. "<a href="/registr">"Hledat službu"</a></p>
                        </section>
                    </div>
                </div>
            </div>
        </Page>
    }
    .into_any())
    })
}
