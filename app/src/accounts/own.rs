//! `/ucet`: the own account – password, second factor, e-mail, organisations, rights, sessions.

use crate::error::AppError;
#[cfg(feature = "ssr")]
use crate::{components::*, form::Typed, layout::*, request};
use domain::accounts::Permission;
use leptos::prelude::*;
#[cfg(feature = "ssr")]
use server_fn::ServerFn;

/// What a client calls itself, in words: `Firefox, Windows`.
pub fn device(agent: Option<&str>) -> String {
    let Some(agent) = agent else { return "neznámé zařízení".to_owned() };
    let first = |names: &[(&str, &'static str)]| names.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name);
    let browser = first(&[
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
        ("curl/", "curl"),
    ]);
    let system = first(&[
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("Linux", "Linux"),
    ]);
    match (browser, system) {
        (Some(browser), Some(system)) => format!("{browser}, {system}"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => agent.chars().take(40).collect(),
    }
}

/// Whoever changes what leads to the account shows once more that the account is theirs.
#[cfg(feature = "ssr")]
pub(super) async fn prove(person: uuid::Uuid, present: Option<String>) -> Result<(), AppError> {
    use domain::accounts::password::Refusal;
    let (info, deps) = (request::info(), request::deps());
    let address = info.origin.address.as_deref();
    let present = present.unwrap_or_default();
    if present.chars().count() > 1_024 {
        return Err(AppError::field("soucasne", Refusal::Wrong.to_string()));
    }
    deps.limits.enter(address, info.received_at)?;
    let mut tx = request::as_program().await?;
    let (hash, _) = store::accounts::password(&mut tx, person).await?;
    // Nobody waits for a hash with a connection in hand.
    drop(tx);
    if !deps.passwords.compare(Some(hash), present).await?.right {
        deps.limits.failed(address, &person.to_string(), info.received_at);
        if let Ok(account) = info.actor.account() {
            let mut tx = request::as_program().await?;
            let mut record = store::audit::Record::done("accounts.password.prove", "account", account.id, serde_json::json!({}));
            record.outcome = store::audit::Outcome::Refused;
            tx.audit(record.done_by(account.into()));
            tx.commit(info.received_at).await?;
        }
        return Err(AppError::field("soucasne", Refusal::Wrong.to_string()));
    }
    Ok(())
}

/// Changes the own password by choice.
#[server(name = ChangePassword, prefix = "/prikaz", endpoint = "ucet/heslo")]
pub async fn change_password(soucasne: Option<String>, nove: Option<String>, znovu: Option<String>) -> Result<(), AppError> {
    use domain::accounts::password::Refusal;
    use store::{accounts, audit};
    let (info, deps) = (request::info(), request::deps());
    let at = info.received_at;
    let account = info.actor.account()?.clone();
    prove(account.person, soucasne).await?;
    let mut tx = request::as_program().await?;
    let (_, changed) = accounts::password(&mut tx, account.person).await?;
    drop(tx);
    if let Err(from) = deps.passwords.rules.may_change(changed, at) {
        let local = domain::time::date_time(store::prague::local(from));
        return Err(AppError::field("nove", Refusal::TooSoon(local).to_string()));
    }
    let mut tx = request::as_program().await?;
    let keep = info.session.map(|open| open.id);
    super::gates::set_new_password(&mut tx, account.person, (&nove.unwrap_or_default(), &znovu.unwrap_or_default()), keep, at).await?;
    let content = serde_json::json!({ "session": account.session });
    tx.audit(audit::Record::done("accounts.password.change", "account", account.id, content).done_by((&account).into()));
    tx.commit(at).await?;
    request::go_to("/ucet?hotovo=heslo");
    Ok(())
}
permit!(ChangePassword => Permission::SignedIn);

/// Subject and text of what the address before is told.
#[cfg(feature = "ssr")]
pub(super) const EMAIL_CHANGED: (&str, &str) = (
    "Kraj108: e-mail byl změněn",
    "Dobrý den,\n\ne-mail k vašemu účtu v systému Kraj108 byl změněn na jiný.\n\nPokud jste to neudělali vy, obraťte se hned na správce systému vaší organizace.\n",
);

/// Tells a person what changed in how they sign in: `what` is a sentence without its end, in the past.
#[cfg(feature = "ssr")]
pub(super) async fn tell_of_change(
    tx: &mut store::Tx,
    person: uuid::Uuid,
    what: &str,
    at: chrono::DateTime<chrono::Utc>,
) -> Result<(), AppError> {
    let text = format!(
        "Dobrý den,\n\nu vašeho účtu v systému Kraj108 se {} změnilo, jak se přihlašujete: {what}.\n\nPokud jste to neudělali vy, obraťte se hned na správce systému vaší organizace.\n",
        domain::time::date_time(store::prague::local(at))
    );
    tell(tx, person, ("Kraj108: změna přihlašování", &text), at).await
}

/// A refusal whose field is not shown again, as a sentence of the page.
#[cfg(feature = "ssr")]
pub(super) fn as_a_whole(refused: AppError) -> AppError {
    if refused.fields.is_empty() { refused } else { AppError::invalid(refused.sentence) }
}

/// Tells a person by e-mail, if there is one.
#[cfg(feature = "ssr")]
pub(super) async fn tell(
    tx: &mut store::Tx,
    person: uuid::Uuid,
    (subject, text): (&str, &str),
    at: chrono::DateTime<chrono::Utc>,
) -> Result<(), AppError> {
    if let Some(email) = store::accounts::email(tx, person).await? {
        store::mail::post(tx, &email, subject, text, at).await?;
    }
    Ok(())
}

/// Changes the own e-mail. The address before is told, so that nobody takes over the recovery unnoticed.
#[server(name = ChangeEmail, prefix = "/prikaz", endpoint = "ucet/email")]
pub async fn change_email(klic: Option<String>, email: Option<String>, soucasne: Option<String>) -> Result<(), AppError> {
    use request::{Begun, Command};
    use store::{accounts, audit, mail};
    let text = email.unwrap_or_default();
    prove(request::actor().account()?.person, soucasne).await?;
    let Begun::New(mut command) = Command::begin::<()>("accounts.email", Permission::SignedIn, &klic.unwrap_or_default(), &text).await?
    else {
        request::go_to("/ucet?hotovo=ulozeno");
        return Ok(());
    };
    let account = command.actor.account()?.clone();
    let new = domain::accounts::names::read_email(&text).map_err(|sentence| AppError::field("email", sentence))?;
    let old = accounts::email(&mut command.tx, account.person).await?;
    if new != old {
        accounts::set_email(&mut command.tx, account.person, new.as_deref()).await?;
        if let Some(old) = &old {
            mail::post(&mut command.tx, old, EMAIL_CHANGED.0, EMAIL_CHANGED.1, command.at).await?;
        }
        let content = serde_json::json!({ "before": old, "after": new });
        command.tx.audit(audit::Record::done("accounts.email", "person", account.person, content));
    }
    command.finish(()).await?;
    request::go_to("/ucet?hotovo=ulozeno");
    Ok(())
}
permit!(ChangeEmail => Permission::SignedIn);

/// Ends a session of the own person from elsewhere.
#[server(name = EndSession, prefix = "/prikaz", endpoint = "ucet/relace")]
pub async fn end_session(relace: Option<String>) -> Result<(), AppError> {
    use store::{accounts, audit};
    let info = request::info();
    let account = info.actor.account()?;
    let id: uuid::Uuid = relace.unwrap_or_default().parse().map_err(|_| AppError::not_found("Přihlášení"))?;
    let mut tx = request::deps().store.begin_from(&info.actor, info.origin.clone()).await?;
    if accounts::end_own_session(&mut tx, id, info.received_at).await? {
        tx.audit(audit::Record::done("accounts.session.end", "account", account.id, serde_json::json!({ "session": id })));
    }
    tx.commit(info.received_at).await?;
    request::go_to("/ucet?hotovo=ukonceno");
    Ok(())
}
permit!(EndSession => Permission::SignedIn);
permit_page!("/ucet" => Permission::SignedIn);

/// The field for the present password where a form is not the only one on its page.
#[cfg(feature = "ssr")]
pub(super) fn present_password(id: &'static str, command: &'static str) -> impl IntoView {
    let error = Typed::of(command).error("soucasne");
    let told = error.is_some().then(|| format!("{id}-m"));
    view! {
        <div class="field">
            <label for=id>"Současné heslo"</label>
            <input class="input" id=id name="soucasne" type="password" maxlength="1024" required autocomplete="current-password" aria-invalid=error.is_some().then_some("true") aria-describedby=told.clone()/>
            {error.map(|text| view! { <Message id=told.unwrap_or_default() tone=Tone::Error text/> })}
        </div>
    }
}

/// The button that takes one of several things away, after the present password; `what` names the thing for whoever hears the page.
#[cfg(feature = "ssr")]
pub(super) fn removal(
    command: &'static str,
    hidden: Vec<(&'static str, String)>,
    label: &'static str,
    what: &str,
) -> impl IntoView + use<> {
    let field = format!("heslo-{}", request::new_key());
    view! {
        <details class="more"><summary class="btn btn--small" aria-label=format!("{label}: {what}")>{label}</summary>
            <form class="stack" method="post">
                <CommandFields path=command/>
                {hidden.into_iter().map(|(name, value)| view! { <input type="hidden" name=name value=value/> }).collect_view()}
                <div class="field"><label for=field.clone()>"Současné heslo"</label><input class="input" id=field name="soucasne" type="password" maxlength="1024" required autocomplete="current-password"/></div>
                <div class="row"><button class="btn btn--danger">{label}</button></div>
            </form>
        </details>
    }
}

/// `/ucet`.
#[cfg(feature = "ssr")]
#[component]
pub fn OwnAccountPage() -> impl IntoView {
    use super::gates;
    use domain::{accounts::Right, time};
    use store::{accounts, prague};
    loaded(async {
        let info = request::info();
        let account = info.actor.account()?.clone();
        let at = info.received_at;
        let rules = request::deps().passwords.rules.clone();
        let mut tx = request::read(Permission::SignedIn).await?;
        let shown = accounts::account(&mut tx, account.id, prague::day(at)).await?;
        let owner = accounts::owner(&mut tx, account.person, prague::day(at)).await?;
        let (_, changed) = accounts::password(&mut tx, account.person).await?;
        let organisations = accounts::accounts_of_person(&mut tx, account.person).await?;
        let identities = accounts::identities(&mut tx, account.person).await?;
        let providers = accounts::identity_providers(&mut tx, false).await?;
        let sessions = accounts::own_sessions(&mut tx, at, request::deps().sessions.idle, 20).await?;
        let current = info.session.map(|open| open.id);
        let local = |at| time::date_time(prague::local(at));
        let several = organisations.len() > 1 || organisations.iter().any(|o| o.waits);
        let rights: Vec<&str> = account.rights.iter().map(|right: &Right| right.label()).collect();
        Ok(view! {
            <Page title="Můj účet" sub=format!("{} · {}", account.person_name, account.organisation_name) calm=true
                beside=view! {
                    <form class="pagehead__actions" method="post" action="/prihlaseni">
                        <CommandFields path=super::sign_out::SignOut::PATH/>
                        <button class="btn" type="submit">"Odhlásit se"</button>
                    </form>
                }.into_any()>
                <div class="main main--calm">
                    <PageRefusal/>
                    <div class="cols cols--half">
                        <section class="card" aria-labelledby="heslo-h">
                            <h2 id="heslo-h">"Heslo"</h2>
                            <p class="meta">{format!("Naposledy změněné {}, platí do {}.", local(changed), time::date(prague::local(rules.expires(changed)).date()))}</p>
                            <form class="stack" method="post">
                                <CommandFields path=ChangePassword::PATH/>
                                <input class="sr" type="text" name="jmeno" autocomplete="username" value=shown.login.clone() tabindex="-1" aria-hidden="true" readonly/>
                                <Field name="soucasne" label="Současné heslo" kind="password" limit=1024 required=true autocomplete="current-password" error=Typed::of(ChangePassword::PATH).error("soucasne")/>
                                <gates::NewPasswordFields command=ChangePassword::PATH shortest=rules.shortest_for(owner.administrator)/>
                                <div class="row"><button class="btn btn--primary">"Změnit heslo"</button></div>
                            </form>
                        </section>
                        <div class="stack">
                            <section class="card" aria-labelledby="faktor-h">
                                <h2 id="faktor-h">"Druhý faktor"</h2>
                                {if shown.second_factor {
                                    view! { <p><Pill tone=Tone::Ok word="zapnutý"/>" Při přihlášení ukazujete kód z telefonu nebo přístupový klíč."</p> }.into_any()
                                } else {
                                    view! { <p><Pill tone=Tone::Warn word="vypnutý"/>" Kdo by zjistil heslo, přihlásí se za vás."</p> }.into_any()
                                }}
                                <p><a class="btn" href="/ucet/druhy-faktor">{if shown.second_factor { "Spravovat" } else { "Nastavit" }}</a></p>
                            </section>
                            {super::identities::section(identities, providers)}
                            <section class="card" aria-labelledby="email-h">
                                <h2 id="email-h">"E-mail"</h2>
                                <form class="stack" method="post">
                                    <CommandFields path=ChangeEmail::PATH/>
                                    <Field name="email" label="Adresa pro obnovu hesla" kind="email" limit=254 autocomplete="email" value=Typed::of(ChangeEmail::PATH).value("email", shown.email.clone().unwrap_or_default()) error=Typed::of(ChangeEmail::PATH).error("email")/>
                                    // The other form on this page has a field of the same name, so this one has an identifier of its own.
                                    {present_password("soucasne-email", ChangeEmail::PATH)}
                                    <div class="row"><button class="btn">"Uložit e-mail"</button></div>
                                </form>
                            </section>
                            <section class="card" aria-labelledby="prava-h">
                                <h2 id="prava-h">"Oprávnění"</h2>
                                {if rights.is_empty() {
                                    view! { <p>"Účet zatím nemá žádné. Přidělí vám je správce systému vaší organizace."</p> }.into_any()
                                } else {
                                    view! { <ul class="plain">{rights.into_iter().map(|label| view! { <li>{label}</li> }).collect_view()}</ul> }.into_any()
                                }}
                            </section>
                        </div>
                    </div>
                    {several.then(|| view! {
                        <section class="card" id="organizace" aria-labelledby="organizace-h">
                            <h2 id="organizace-h">"Organizace"</h2>
                            <gates::Organisations accounts=organisations current=Some(account.id)/>
                        </section>
                    })}
                    <section class="card card--flush" aria-labelledby="relace-h">
                        <div class="card__head"><h2 id="relace-h">"Přihlášení"</h2><span class="count">"posledních 20"</span></div>
                        <div class="grid grid--bare" role="region" aria-label="Tabulka přihlášení" tabindex="0">
                            <table class="data">
                                <thead><tr><th scope="col">"Zařízení"</th><th scope="col">"Adresa"</th><th scope="col">"Organizace"</th><th scope="col">"Od"</th><th scope="col">"Naposledy"</th><th scope="col">"Stav"</th></tr></thead>
                                <tbody>
                                    {sessions.into_iter().map(|row| {
                                        let here = Some(row.id) == current;
                                        let state = if here {
                                            view! { <Pill tone=Tone::Ok word="toto přihlášení"/> }.into_any()
                                        } else if row.live {
                                            view! {
                                                <form method="post">
                                                    <CommandFields path=EndSession::PATH/>
                                                    <input type="hidden" name="relace" value=row.id.to_string()/>
                                                    <button class="btn btn--small">"Ukončit"</button>
                                                </form>
                                            }.into_any()
                                        } else {
                                            view! { <span class="muted">{row.ended_reason.as_deref().map_or("skončilo nečinností", accounts::Ended::words)}</span> }.into_any()
                                        };
                                        view! {
                                            <tr>
                                                <th scope="row">{device(row.device.as_deref())}</th>
                                                <td>{row.address.unwrap_or_else(|| "–".to_owned())}</td>
                                                <td>{row.organisation}</td>
                                                <td class="nowrap">{local(row.created_at)}</td>
                                                <td class="nowrap">{local(row.ended_at.unwrap_or(row.last_seen_at))}</td>
                                                <td>{state}</td>
                                            </tr>
                                        }
                                    }).collect_view()}
                                </tbody>
                            </table>
                        </div>
                    </section>
                </div>
            </Page>
        }
        .into_any())
    })
}

#[cfg(test)]
mod tests {
    use super::device;

    #[test]
    fn devices_in_words() {
        for (agent, words) in [
            (
                Some(
                    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0 Safari/537.36 Edg/142.0",
                ),
                "Edge, Windows",
            ),
            (Some("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"), "Firefox, Linux"),
            (
                Some("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18.0 Mobile/15E148 Safari/604.1"),
                "Safari, iPhone",
            ),
            (Some("wget"), "wget"),
            (None, "neznámé zařízení"),
        ] {
            assert_eq!(device(agent), words);
        }
    }
}
