//! Recovery of a forgotten password by a link in an e-mail: 60 minutes, once. Whether the name is known is told to nobody.

use crate::error::AppError;
#[cfg(feature = "ssr")]
use crate::{components::*, form::Typed, layout::*, request};
use domain::accounts::Permission;
use leptos::prelude::*;
#[cfg(feature = "ssr")]
use server_fn::ServerFn;

/// Links that a person gets within an hour; whoever asks for more is told the same.
#[cfg(feature = "ssr")]
const MOST: i64 = 3;
/// So long every answer takes: how long it was worked on would tell whether there is such a name.
#[cfg(feature = "ssr")]
const TAKES: std::time::Duration = std::time::Duration::from_millis(250);

/// Sends a link to the e-mail of a person who is named by sign-in name or e-mail.
#[server(name = AskRecovery, prefix = "/prikaz", endpoint = "prihlasit/obnova")]
pub async fn ask_recovery(kdo: Option<String>) -> Result<(), AppError> {
    use super::session::Token;
    use chrono::TimeDelta;
    use store::{accounts, audit, mail};
    let (info, deps) = (request::info(), request::deps());
    let at = info.received_at;
    let begun = tokio::time::Instant::now();
    let who = kdo.unwrap_or_default().trim().to_owned();
    if who.is_empty() || who.chars().count() > 254 {
        return Err(AppError::field("kdo", "Napište své uživatelské jméno nebo e-mail."));
    }
    let address = info.origin.address.as_deref();
    deps.limits.enter(address, at)?;
    deps.limits.failed(address, &format!("obnova {}", who.to_lowercase()), at);
    let mut tx = request::as_program().await?;
    let found = accounts::recoverable(&mut tx, &who).await?;
    let asked = match &found {
        Some(found) => accounts::links_since(&mut tx, found.person, at - TimeDelta::hours(1)).await?,
        None => 0,
    };
    if let Some(found) = found.as_ref().filter(|_| asked >= MOST) {
        let mut record = audit::Record::done("accounts.recovery.ask", "person", found.person, serde_json::json!({ "asked": asked }));
        record.outcome = audit::Outcome::Refused;
        tx.audit(record.in_chain_of(found.organisation));
    }
    if let Some(found) = found.filter(|_| asked < MOST) {
        let token = Token::new()?;
        accounts::keep_link(&mut tx, &token.digest(), found.person, address, at + TimeDelta::minutes(60), at).await?;
        let link = format!("{}/prihlaseni/obnova/{}", deps.address, token.text());
        let body = format!(
            "Dobrý den,\n\nnové heslo k účtu v systému Kraj108 si nastavíte na této adrese:\n\n{link}\n\nOdkaz platí 60 minut a jen jednou. Pokud jste o obnovu nežádali, nemusíte dělat nic.\n"
        );
        mail::post(&mut tx, &found.email, "Kraj108: obnova hesla", &body, at).await?;
        tx.audit(
            audit::Record::done("accounts.recovery.ask", "person", found.person, serde_json::json!({})).in_chain_of(found.organisation),
        );
    }
    tx.commit(at).await?;
    tokio::time::sleep_until(begun + TAKES).await;
    request::go_to("/prihlaseni/obnova?odeslano=1");
    Ok(())
}
permit!(AskRecovery => Permission::Public);
permit_page!("/prihlaseni/obnova" => Permission::Public);

#[cfg(feature = "ssr")]
const DEAD: &str = "Odkaz už neplatí: uplynulo 60 minut, nebo byl použitý. Nechte si poslat nový.";

/// Sets a new password with a link.
#[server(name = Recover, prefix = "/prikaz", endpoint = "prihlasit/obnovit")]
pub async fn recover(odkaz: Option<String>, nove: Option<String>, znovu: Option<String>) -> Result<(), AppError> {
    use super::session::digest_of;
    use store::{accounts, audit};
    let (info, deps) = (request::info(), request::deps());
    let at = info.received_at;
    deps.limits.enter(info.origin.address.as_deref(), at)?;
    let mut tx = request::as_program().await?;
    let digest = digest_of(&odkaz.unwrap_or_default()).ok_or_else(|| AppError::invalid(DEAD))?;
    let Some(person) = accounts::link(&mut tx, &digest, at).await? else {
        deps.limits.failed(info.origin.address.as_deref(), "odkaz", at);
        return Err(AppError::invalid(DEAD));
    };
    super::gates::set_new_password(&mut tx, person, (&nove.unwrap_or_default(), &znovu.unwrap_or_default()), None, at).await?;
    accounts::use_link(&mut tx, &digest, at).await?;
    let organisation = accounts::accounts_of_person(&mut tx, person).await?.into_iter().min_by_key(|a| a.waits).map(|a| a.id);
    let mut record = audit::Record::done("accounts.recovery.done", "person", person, serde_json::json!({}));
    if let Some(account) = organisation {
        record = record.in_chain_of(accounts::account(&mut tx, account, store::prague::day(at)).await?.organisation);
    }
    tx.audit(record);
    tx.commit(at).await?;
    request::go_to("/prihlaseni?hotovo=heslo");
    Ok(())
}
permit!(Recover => Permission::Public);
permit_page!("/prihlaseni/obnova/{odkaz}" => Permission::Public);

/// `/prihlaseni/obnova`: asking for a link.
#[cfg(feature = "ssr")]
#[component]
pub fn AskPage() -> impl IntoView {
    use super::gates::GatePage;
    let sent = request::query_pairs().iter().any(|(name, _)| name == "odeslano");
    let form = Typed::of(AskRecovery::PATH);
    view! {
        <GatePage title="Obnova hesla" name="">
            {if sent {
                view! {
                    <Banner tone=Tone::Ok>"Pokud účet s tímto jménem máme a je u něj e-mail, poslali jsme na něj odkaz. Platí 60 minut."</Banner>
                    <p>"Nic nepřišlo? Podívejte se do nevyžádané pošty. Bez e-mailu u účtu vám heslo obnoví správce systému vaší organizace."</p>
                    <p><a class="btn" href="/prihlaseni">"Zpět na přihlášení"</a></p>
                }.into_any()
            } else {
                view! {
                    <p>"Pošleme vám odkaz, na kterém si nastavíte nové heslo."</p>
                    <form class="stack" method="post">
                        <CommandFields path=AskRecovery::PATH/>
                        <Field name="kdo" label="Uživatelské jméno nebo e-mail" limit=254 required=true autocomplete="username" value=form.value("kdo", "") error=form.error("kdo")/>
                        <button class="btn btn--primary btn--l btn--block">"Poslat odkaz"</button>
                    </form>
                    <p><a href="/prihlaseni">"Zpět na přihlášení"</a></p>
                }.into_any()
            }}
        </GatePage>
    }
}

/// `/prihlaseni/obnova/{odkaz}`: a new password with a link.
#[cfg(feature = "ssr")]
#[component]
pub fn RecoverPage() -> impl IntoView {
    use super::{gates, session::digest_of};
    loaded(async {
        let (info, deps) = (request::info(), request::deps());
        let link = request::path_param("odkaz").unwrap_or_default();
        let mut tx = request::as_program().await?;
        let person = match digest_of(&link) {
            Some(digest) => store::accounts::link(&mut tx, &digest, info.received_at).await?,
            None => None,
        };
        let Some(person) = person else {
            return Ok(view! {
                <gates::GatePage title="Obnova hesla" name="">
                    <Banner tone=Tone::Warn>{DEAD}</Banner>
                    <p><a class="btn btn--primary" href="/prihlaseni/obnova">"Poslat nový odkaz"</a></p>
                </gates::GatePage>
            }
            .into_any());
        };
        let owner = store::accounts::owner(&mut tx, person, store::prague::day(info.received_at)).await?;
        Ok(view! {
            <gates::GatePage title="Nové heslo" name="">
                <p>{format!("Účet: {}", owner.login)}</p>
                <form class="stack" method="post">
                    <CommandFields path=Recover::PATH/>
                    <input type="hidden" name="odkaz" value=link/>
                    <gates::NewPasswordFields command=Recover::PATH shortest=deps.passwords.rules.shortest_for(owner.administrator)/>
                    <button class="btn btn--primary btn--l btn--block">"Uložit heslo"</button>
                </form>
            </gates::GatePage>
        }
        .into_any())
    })
}
