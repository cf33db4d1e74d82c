//! Passkeys (WebAuthn): a key that a device keeps and shows after a finger, a face or a PIN. As the second factor, and, where it is configured,
//! instead of name and password. The device proves two factors by itself, and the key works at our address only.

use crate::error::AppError;
#[cfg(feature = "ssr")]
use crate::{components::*, layout::*, request};
use domain::accounts::Permission;
use leptos::prelude::*;
#[cfg(feature = "ssr")]
use server_fn::ServerFn;

#[cfg(feature = "ssr")]
mod state {
    use serde::{Deserialize, Serialize};
    use webauthn_rs::prelude::*;

    /// A key is being added.
    #[derive(Serialize, Deserialize)]
    pub struct Adding {
        /// What the browser is asked.
        pub options: serde_json::Value,
        /// What its answer is checked with.
        pub check: PasskeyRegistration,
        /// How the person calls the key.
        pub name: String,
    }

    /// A key of a known person is asked for.
    #[derive(Serialize, Deserialize)]
    pub struct Showing {
        /// What the browser is asked.
        pub options: RequestChallengeResponse,
        /// What its answer is checked with.
        pub check: PasskeyAuthentication,
    }

    /// Any key is asked for; it tells whose it is.
    #[derive(Serialize, Deserialize)]
    pub struct SigningIn {
        /// What the browser is asked.
        pub options: RequestChallengeResponse,
        /// What its answer is checked with.
        pub check: DiscoverableAuthentication,
        /// Where the person wanted to go.
        pub back: Option<String>,
    }

    /// As much as the page needs of any of them.
    #[derive(Deserialize)]
    pub struct Asked {
        /// What the browser is asked.
        pub options: serde_json::Value,
    }

    /// The verifier of an address. An address without a name, such as `http://127.0.0.1`, can have no keys.
    pub fn verifier(address: &str) -> Option<Webauthn> {
        let origin = Url::parse(address).ok()?;
        let name = origin.domain()?.to_owned();
        WebauthnBuilder::new(&name, &origin).ok()?.rp_name("Kraj108").build().ok()
    }
}

#[cfg(feature = "ssr")]
pub use state::verifier;

/// Most keys of a person.
#[cfg(feature = "ssr")]
const MOST: usize = 10;
/// Largest answer of a browser, in bytes.
#[cfg(feature = "ssr")]
const LARGEST: usize = 64 * 1024;
#[cfg(feature = "ssr")]
const TOO_MANY: &str = "Klíčů máte deset, víc jich mít nejde. Některý nejdřív zrušte.";
#[cfg(feature = "ssr")]
const PAGE: &str = "/prihlaseni/klic";
#[cfg(feature = "ssr")]
const WRONG: &str = "Klíč se nepodařilo ověřit. Zkuste to znovu, nebo použijte jiný způsob.";

#[cfg(feature = "ssr")]
fn webauthn() -> Result<std::sync::Arc<webauthn_rs::Webauthn>, AppError> {
    request::deps().passkeys.ok_or_else(|| {
        AppError::invalid("Na této adrese přístupové klíče používat nejde. Otevřete aplikaci pod jménem serveru, ne pod číselnou adresou.")
    })
}

#[cfg(feature = "ssr")]
fn answer<A: serde::de::DeserializeOwned>(text: Option<String>) -> Result<A, AppError> {
    let text = text.unwrap_or_default();
    if text.len() > LARGEST {
        return Err(AppError::invalid(WRONG));
    }
    serde_json::from_str(&text).map_err(|_| AppError::invalid(WRONG))
}

/// Begins to add a key to the person of the open session, or of one that is before the gate that asks for a second factor.
#[server(name = BeginPasskey, prefix = "/prikaz", endpoint = "ucet/klic/zacit")]
pub async fn begin_passkey(nazev: Option<String>, soucasne: Option<String>) -> Result<(), AppError> {
    use super::{ceremony, second_factor::setting};
    use store::accounts::{self, Ceremony, CeremonyKind};
    let (setting, info, webauthn) = (setting()?, request::info(), webauthn()?);
    let at = info.received_at;
    let name = domain::text::typed(&nazev.unwrap_or_default(), 60).map_err(|fault| AppError::field("nazev", fault.to_string()))?;
    if name.is_empty() {
        return Err(AppError::field("nazev", "Napište, podle čeho klíč poznáte, třeba služební notebook."));
    }
    if setting.waiting.is_none() {
        super::own::prove(setting.person, soucasne).await?;
    }
    let Some(mut tx) = setting.begin_adding().await? else { return Ok(()) };
    let there = accounts::passkeys::<webauthn_rs::prelude::Passkey>(&mut tx, setting.person).await?;
    if there.len() >= MOST {
        return Err(AppError::invalid(TOO_MANY));
    }
    let owner = accounts::owner(&mut tx, setting.person, store::prague::day(at)).await?;
    let known = there.iter().map(|row| row.content.cred_id().clone()).collect();
    let begun = webauthn.start_passkey_registration(setting.person, &owner.login, &owner.name, Some(known));
    let (options, check) = begun.map_err(fault)?;
    let mut options = serde_json::to_value(options).map_err(|_| AppError::fault())?;
    if request::deps().rules.passkey_first {
        // Only a key that the device finds by itself can stand instead of the name.
        options["publicKey"]["authenticatorSelection"]["residentKey"] = serde_json::json!("required");
        options["publicKey"]["authenticatorSelection"]["requireResidentKey"] = serde_json::json!(true);
    }
    let state = state::Adding { options, check, name };
    let session = setting.session();
    let begun = Ceremony { kind: CeremonyKind::PasskeyAdd, person: Some(setting.person), session, state };
    ceremony::begin(&mut tx, &begun, at).await?;
    tx.commit(at).await?;
    request::go_to(PAGE);
    Ok(())
}
permit!(BeginPasskey => Permission::SigningIn);

#[cfg(feature = "ssr")]
fn fault(error: webauthn_rs::prelude::WebauthnError) -> AppError {
    tracing::error!(%error, "passkey");
    AppError::fault()
}

/// Takes the new key.
#[server(name = ConfirmPasskey, prefix = "/prikaz", endpoint = "ucet/klic/pridat")]
pub async fn confirm_passkey(odpoved: Option<String>) -> Result<(), AppError> {
    use super::{ceremony, second_factor::setting};
    use store::accounts::{self, CeremonyKind};
    let (setting, info, webauthn) = (setting()?, request::info(), webauthn()?);
    let at = info.received_at;
    request::deps().limits.enter(info.origin.address.as_deref(), at)?;
    let answer = answer(odpoved)?;
    let Some(mut tx) = setting.begin_adding().await? else { return Ok(()) };
    let begun = ceremony::take::<state::Adding>(&mut tx, &[CeremonyKind::PasskeyAdd], at).await?;
    if begun.person != Some(setting.person) || begun.session != setting.session() {
        return Err(ceremony::over());
    }
    let key = match webauthn.finish_passkey_registration(&answer, &begun.state.check) {
        Ok(key) => key,
        Err(error) => {
            tracing::info!(%error, "passkey refused");
            setting.refused(&mut tx, "accounts.passkey.add", serde_json::json!({ "name": begun.state.name }));
            tx.commit(at).await?;
            return Err(AppError::invalid(WRONG));
        }
    };
    // The row of the person is locked by this: of several that are added at once none is one too many.
    accounts::second_factor(&mut tx, setting.person).await?;
    if accounts::passkeys::<serde_json::Value>(&mut tx, setting.person).await?.len() >= MOST {
        return Err(AppError::invalid(TOO_MANY));
    }
    if !accounts::add_passkey(&mut tx, setting.person, (key.cred_id().as_ref(), &key), &begun.state.name, at).await? {
        return Err(AppError::invalid("Tento klíč už u některého účtu je. Použijte jiný."));
    }
    setting.note(&mut tx, "accounts.passkey.add", serde_json::json!({ "name": begun.state.name }));
    super::own::tell_of_change(&mut tx, setting.person, &format!("přibyl přístupový klíč „{}“", begun.state.name), at).await?;
    setting.added(tx, "/ucet/druhy-faktor?hotovo=klic").await
}
permit!(ConfirmPasskey => Permission::SigningIn);

/// Removes an own key. Whoever has to have a second factor keeps one.
#[server(name = RemovePasskey, prefix = "/prikaz", endpoint = "ucet/klic/zrusit")]
pub async fn remove_passkey(klic_id: Option<String>, soucasne: Option<String>) -> Result<(), AppError> {
    use super::second_factor;
    use store::accounts;
    let info = request::info();
    let at = info.received_at;
    let person = info.actor.account()?.person;
    let id: uuid::Uuid = klic_id.unwrap_or_default().parse().map_err(|_| AppError::not_found("Klíč"))?;
    super::own::prove(person, soucasne).await.map_err(super::own::as_a_whole)?;
    let setting = second_factor::setting()?;
    let mut tx = setting.begin().await?;
    let codes = accounts::second_factor(&mut tx, person).await?.is_some_and(|factor| factor.since.is_some());
    let keys = accounts::passkeys::<serde_json::Value>(&mut tx, person).await?.len();
    if keys <= 1 && !codes && setting.must(&mut tx).await? {
        return Err(AppError::invalid(second_factor::LAST));
    }
    let name = accounts::remove_passkey(&mut tx, person, id).await?.ok_or_else(|| AppError::not_found("Klíč"))?;
    setting.note(&mut tx, "accounts.passkey.remove", serde_json::json!({ "name": name }));
    super::own::tell_of_change(&mut tx, person, &format!("zrušil se přístupový klíč „{name}“"), at).await?;
    tx.commit(at).await?;
    request::go_to("/ucet/druhy-faktor?hotovo=bez-klice");
    Ok(())
}
permit!(RemovePasskey => Permission::SignedIn);

/// Begins to show a key: as the second factor of a sign-in that asks for one, or instead of name and password.
#[server(name = AskForPasskey, prefix = "/prikaz", endpoint = "prihlasit/klic")]
pub async fn ask_for_passkey(zpet: Option<String>) -> Result<(), AppError> {
    use super::{ceremony, session};
    use domain::accounts::signing_in::Gate;
    use store::accounts::{self, Ceremony, CeremonyKind};
    let (info, deps, webauthn) = (request::info(), request::deps(), webauthn()?);
    let at = info.received_at;
    deps.limits.enter(info.origin.address.as_deref(), at)?;
    let mut tx = request::as_program().await?;
    if let Ok(live) = session::before(|gate| gate == Gate::SecondFactor) {
        let keys = accounts::passkeys::<webauthn_rs::prelude::Passkey>(&mut tx, live.account.person).await?;
        if keys.is_empty() {
            return Err(AppError::invalid("Žádný přístupový klíč u účtu nemáte. Opište kód z aplikace."));
        }
        let keys: Vec<_> = keys.into_iter().map(|row| row.content).collect();
        let (options, check) = webauthn.start_passkey_authentication(&keys).map_err(fault)?;
        let state = state::Showing { options, check };
        let begun = Ceremony { kind: CeremonyKind::PasskeyShow, person: Some(live.account.person), session: Some(live.id), state };
        ceremony::begin(&mut tx, &begun, at).await?;
    } else if deps.rules.passkey_first {
        let (options, check) = webauthn.start_discoverable_authentication().map_err(fault)?;
        let state = state::SigningIn { options, check, back: session::own_address(zpet.as_deref()).map(ToOwned::to_owned) };
        ceremony::begin(&mut tx, &Ceremony { kind: CeremonyKind::PasskeySignIn, person: None, session: None, state }, at).await?;
    } else {
        return Err(AppError::invalid("Přihlásit se jen přístupovým klíčem tu nejde. Přihlaste se jménem a heslem."));
    }
    tx.commit(at).await?;
    request::go_to(PAGE);
    Ok(())
}
permit!(AskForPasskey => Permission::Public);

/// Takes the key that the device shows.
#[server(name = ShowPasskey, prefix = "/prikaz", endpoint = "prihlasit/klic/ukazat")]
pub async fn show_passkey(odpoved: Option<String>) -> Result<(), AppError> {
    use super::{ceremony, second_factor, session};
    use domain::accounts::signing_in::Gate;
    use store::{
        accounts::{self, CeremonyKind},
        audit,
    };
    use webauthn_rs::prelude::{Passkey, PublicKeyCredential};
    let (info, deps, webauthn) = (request::info(), request::deps(), webauthn()?);
    let at = info.received_at;
    let address = info.origin.address.as_deref();
    deps.limits.enter(address, at)?;
    let answer: PublicKeyCredential = answer(odpoved)?;
    let mut tx = request::as_program().await?;
    // Whatever comes of it: this question is answered.
    let begun = ceremony::take::<serde_json::Value>(&mut tx, &[CeremonyKind::PasskeyShow, CeremonyKind::PasskeySignIn], at).await?;
    tx.commit(at).await?;
    let mut tx = request::as_program().await?;
    let wrong = || AppError::invalid(WRONG);
    let state = |_| AppError::fault();
    if begun.kind == CeremonyKind::PasskeyShow {
        let live = session::before(|gate| gate == Gate::SecondFactor)?;
        if begun.session != Some(live.id) {
            return Err(ceremony::over());
        }
        accounts::lock_person_of(&mut tx, live.id).await?;
        let asked: state::Showing = serde_json::from_value(begun.state).map_err(state)?;
        let mut keys = accounts::passkeys::<Passkey>(&mut tx, live.account.person).await?;
        let shown = webauthn.finish_passkey_authentication(&answer, &asked.check);
        let key = shown.as_ref().ok().and_then(|shown| keys.iter_mut().find(|row| row.content.cred_id() == shown.cred_id()));
        let (Ok(shown), Some(key)) = (&shown, key) else {
            return Err(second_factor::missed(tx, &live, wrong()).await);
        };
        key.content.update_credential(shown);
        accounts::use_passkey(&mut tx, key.id, &key.content, at).await?;
        accounts::note_second_factor(&mut tx, live.id, at).await?;
        let content = serde_json::json!({ "by": "passkey", "passkey": key.name });
        let record = audit::Record::done("accounts.second_factor", "account", live.account.id, content);
        tx.audit(record.done_by((&live.account).into()));
        let next = session::advance(&mut tx, live.id, live.back.as_deref(), at).await?;
        tx.commit(at).await?;
        request::go_to(&next);
        return Ok(());
    }
    let asked: state::SigningIn = serde_json::from_value(begun.state).map_err(state)?;
    let person = webauthn.identify_discoverable_authentication(&answer).ok().map(|(person, _)| person);
    let mut found = None;
    if let Some(person) = person {
        let keys = accounts::passkeys::<Passkey>(&mut tx, person).await?;
        found = keys.into_iter().find(|row| row.content.cred_id().as_ref() as &[u8] == answer.get_credential_id());
    }
    let shown = match &found {
        Some(row) => webauthn.finish_discoverable_authentication_v2(&answer, asked.check, &row.content).ok(),
        None => None,
    };
    let (Some(mut key), Some(shown)) = (found, shown) else {
        deps.limits.failed(address, "passkey", at);
        let known = match person {
            Some(person) => accounts::credentials_of(&mut tx, person).await?,
            None => None,
        };
        tx.audit(session::refused(known.as_ref(), serde_json::json!({ "by": "passkey" })));
        tx.commit(at).await?;
        return Err(wrong());
    };
    key.content.update_credential(&shown);
    accounts::use_passkey(&mut tx, key.id, &key.content, at).await?;
    let credentials = accounts::credentials_of(&mut tx, key.person).await?.ok_or_else(AppError::fault)?;
    let how = serde_json::json!({ "by": "passkey", "passkey": key.name });
    if credentials.account.is_none() {
        tx.audit(session::refused(Some(&credentials), serde_json::json!({ "by": "passkey", "blocked": true })));
        tx.commit(at).await?;
        return Err(AppError::invalid(session::BLOCKED));
    }
    let session = session::open(&mut tx, &credentials, how, asked.back.as_deref(), at).await?;
    accounts::note_second_factor(&mut tx, session, at).await?;
    let next = session::advance(&mut tx, session, asked.back.as_deref(), at).await?;
    tx.commit(at).await?;
    request::go_to(&next);
    Ok(())
}
permit!(ShowPasskey => Permission::Public);
permit_page!("/prihlaseni/klic" => Permission::Public);

/// `/prihlaseni/klic`: the browser asks for the key.
#[cfg(feature = "ssr")]
#[component]
pub fn PasskeyPage() -> impl IntoView {
    use super::{ceremony, gates::GatePage, passkey_button::PasskeyButton};
    use store::accounts::CeremonyKind;
    loaded(async {
        let info = request::info();
        let mut tx = request::as_program().await?;
        let kinds = [CeremonyKind::PasskeyAdd, CeremonyKind::PasskeyShow, CeremonyKind::PasskeySignIn];
        let begun = ceremony::begun::<state::Asked>(&mut tx, &kinds, info.received_at).await?;
        let create = begun.as_ref().is_some_and(|begun| begun.kind == CeremonyKind::PasskeyAdd);
        let name = info.signing_in.as_ref().map(|live| live.account.person_name.clone()).unwrap_or_default();
        let back = match (&info.signing_in, info.session) {
            (Some(live), _) => live.gate.map_or("/prihlaseni", |gate| gate.page()),
            (None, Some(_)) => "/ucet/druhy-faktor",
            (None, None) => "/prihlaseni",
        };
        let content = match begun {
            Some(begun) => {
                let options = begun.state.options.to_string();
                let (command, label) =
                    if create { (ConfirmPasskey::PATH, "Přidat klíč") } else { (ShowPasskey::PATH, "Ukázat klíč") };
                view! {
                    <p>"Prohlížeč se zeptá na klíč. Potvrďte ho tak, jak odemykáte zařízení: otiskem, obličejem nebo PINem."</p>
                    <form class="stack" method="post">
                        <CommandFields path=command/>
                        <input type="hidden" id="odpoved" name="odpoved"/>
                        <button class="btn btn--primary btn--l btn--block" id="klic" type="button" disabled>{label}</button>
                        // Scripts put other words here as soon as they run.
                        <p id="klic-stav" role="status">"Přístupový klíč potřebuje v prohlížeči zapnutý JavaScript. Bez něj použijte kód z aplikace v telefonu."</p>
                        <PasskeyButton options create/>
                        <WithIslands/>
                    </form>
                }
                .into_any()
            }
            None if crate::form::Typed::of_page().sentence().is_some() => ().into_any(),
            None => view! { <p>{ceremony::over().sentence}</p> }.into_any(),
        };
        Ok(view! {
            <GatePage title=if create { "Nový přístupový klíč" } else { "Přístupový klíč" } name>
                {content}
                <p><a class="btn" href=back>"Zpět"</a></p>
            </GatePage>
        }
        .into_any())
    })
}

/// The keys of the person on the page of the second factor, and the form that adds one.
#[cfg(feature = "ssr")]
pub fn section(keys: Vec<store::accounts::PasskeyRow<serde_json::Value>>, waiting: bool, may_remove: bool) -> impl IntoView {
    use crate::form::Typed;
    let local = |at| domain::time::date_time(store::prague::local(at));
    let form = Typed::of(BeginPasskey::PATH);
    view! {
        <section class="stack" aria-labelledby="klice-h">
            <h2 id="klice-h">"Přístupové klíče"</h2>
            <p>"Klíč drží vaše zařízení (Windows Hello, telefon, bezpečnostní klíč USB) a ukáže ho po otisku, obličeji nebo PINu. Podvržené stránce ho neukáže."</p>
            {(!keys.is_empty()).then(|| view! {
                <ul class="choices">
                    {keys.into_iter().map(|key| {
                        view! {
                            <li>
                                <span><strong>{key.name.clone()}</strong><br/><span class="meta">{format!("od {}{}", local(key.made_at), key.used_at.map(|at| format!(", naposledy {}", local(at))).unwrap_or_default())}</span></span>
                                {may_remove.then(|| super::own::removal(RemovePasskey::PATH, vec![("klic_id", key.id.to_string())], "Zrušit klíč", &key.name))}
                            </li>
                        }
                    }).collect_view()}
                </ul>
            })}
            <form class="stack" method="post">
                <CommandFields path=BeginPasskey::PATH/>
                <Field name="nazev" label="Název klíče" limit=60 required=true value=form.value("nazev", "") error=form.error("nazev") help="Podle čeho ho poznáte, třeba služební notebook."/>
                {(!waiting).then(|| super::own::present_password("soucasne-klic", BeginPasskey::PATH))}
                <div class="row"><button class="btn btn--primary">"Přidat přístupový klíč"</button></div>
            </form>
        </section>
    }
}
