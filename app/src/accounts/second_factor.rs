//! The second factor: codes of an application in the phone (TOTP, RFC 6238), and ten recovery codes for when the phone is lost.
//!
//! The recovery codes follow from the secret, so that they can be shown on the page that sets the factor up, and nowhere after it: once the first
//! code proved right, only their digests are kept.

use crate::error::AppError;
#[cfg(feature = "ssr")]
use crate::{components::*, form::Typed, layout::*, request};
use domain::accounts::Permission;
use leptos::prelude::*;
#[cfg(feature = "ssr")]
use server_fn::ServerFn;

/// How many recovery codes there are.
#[cfg(feature = "ssr")]
const CODES: u8 = 10;
#[cfg(feature = "ssr")]
const WRONG: &str = "Kód nesouhlasí. Opište ten, který aplikace ukazuje právě teď; čas v telefonu musí být nastavený správně.";

#[cfg(feature = "ssr")]
mod code {
    use super::CODES;
    use crate::error::AppError;
    use domain::text::in_fours;
    use sha2::{Digest as _, Sha256};
    use totp_rs::{Builder, Secret, Totp};

    fn totp(secret: &[u8]) -> Result<Totp, AppError> {
        Builder::new().with_secret(Secret::new(secret.into())).with_skew(1).build().map_err(|error| {
            tracing::error!(%error, "secret of a second factor");
            AppError::fault()
        })
    }

    /// The step of the code, when it is right now or was half a minute ago.
    pub fn step(secret: &[u8], code: &str, now: chrono::DateTime<chrono::Utc>) -> Result<Option<i64>, AppError> {
        let digits: String = code.chars().filter(|c| !c.is_whitespace()).collect();
        if digits.len() != 6 || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Ok(None);
        }
        let step = totp(secret)?.check(&digits, u64::try_from(now.timestamp()).unwrap_or_default());
        Ok(step.and_then(|step| i64::try_from(step).ok()))
    }

    /// The code of an instant, for the demo and for tests.
    pub fn at(secret: &[u8], now: chrono::DateTime<chrono::Utc>) -> Result<String, AppError> {
        Ok(totp(secret)?.generate(u64::try_from(now.timestamp()).unwrap_or_default()).to_string())
    }

    /// The secret as applications take it, in groups of four.
    pub fn shown(secret: &[u8]) -> String {
        in_fours(&Secret::new(secret.into()).to_base32(), " ")
    }

    /// The address that applications read from the picture.
    pub fn address(secret: &[u8], login: &str) -> String {
        format!("otpauth://totp/Kraj108:{login}?secret={}&issuer=Kraj108", Secret::new(secret.into()).to_base32())
    }

    /// The recovery codes of a secret.
    pub fn recovery(secret: &[u8]) -> Vec<String> {
        (0..CODES)
            .map(|n| {
                let digest = Sha256::new().chain_update(secret).chain_update(b"kraj108 recovery").chain_update([n]).finalize();
                in_fours(&hex::encode(&digest[..8]), "-")
            })
            .collect()
    }

    /// What is kept of a recovery code, however it was typed.
    pub fn recovery_digest(code: &str) -> Vec<u8> {
        let plain: String = code.chars().filter(char::is_ascii_hexdigit).map(|c| c.to_ascii_lowercase()).collect();
        Sha256::digest(plain.as_bytes()).to_vec()
    }
}

#[cfg(feature = "ssr")]
pub use code::{at as code_at, shown as secret_shown};

/// Who sets the factor up: the person of the open session, or of one that is still before this gate.
#[cfg(feature = "ssr")]
pub(super) struct Setting {
    /// The person.
    pub person: uuid::Uuid,
    by: store::audit::By,
    /// The session that waits for it.
    pub waiting: Option<store::accounts::Live>,
}

#[cfg(feature = "ssr")]
pub(super) fn setting() -> Result<Setting, AppError> {
    use super::session;
    use domain::accounts::signing_in::Gate;
    let info = request::info();
    if let Ok(account) = info.actor.account() {
        return Ok(Setting { person: account.person, by: account.into(), waiting: None });
    }
    let live = session::before(|gate| gate == Gate::SetUpSecondFactor)?;
    Ok(Setting { person: live.account.person, by: (&live.account).into(), waiting: Some(live) })
}

#[cfg(feature = "ssr")]
impl Setting {
    fn page(&self) -> &'static str {
        if self.waiting.is_some() { "/prihlaseni/druhy-faktor" } else { "/ucet/druhy-faktor" }
    }

    /// The session in which it is set up.
    pub fn session(&self) -> Option<uuid::Uuid> {
        self.waiting.as_ref().map(|live| live.id).or(request::info().session.map(|open| open.id))
    }

    /// A transaction for it.
    pub async fn begin(&self) -> Result<store::Tx, AppError> {
        request::as_program().await
    }

    /// Notes in the trail what was refused.
    pub fn refused(&self, tx: &mut store::Tx, kind: &'static str, content: serde_json::Value) {
        let mut record = store::audit::Record::done(kind, "person", self.person, content);
        record.outcome = store::audit::Outcome::Refused;
        tx.audit(record.done_by(self.by.clone()));
    }

    /// Notes in the trail what was done.
    pub fn note(&self, tx: &mut store::Tx, kind: &'static str, mut content: serde_json::Value) {
        content["account"] = serde_json::json!(self.by.account);
        let record = store::audit::Record::done(kind, "person", self.person, content);
        tx.audit(record.done_by(self.by.clone()));
    }

    /// A transaction in which a factor is added. None when the person set one up elsewhere since the sign-in came to this gate: whoever only knows
    /// the password must not add one of their own, so the browser is led to the next gate. Other sign-ins of the person wait for what this one decides.
    pub async fn begin_adding(&self) -> Result<Option<store::Tx>, AppError> {
        let mut tx = self.begin().await?;
        let Some(live) = &self.waiting else { return Ok(Some(tx)) };
        store::accounts::lock_person_of(&mut tx, live.id).await?;
        if !self.facts(&mut tx).await?.has_second_factor {
            return Ok(Some(tx));
        }
        let at = request::info().received_at;
        let next = super::session::advance(&mut tx, live.id, live.back.as_deref(), at).await?;
        tx.commit(at).await?;
        request::go_to(&next);
        Ok(None)
    }

    /// Ends what adds a factor: a sign-in that waited for it goes on, whoever is signed in gets this page.
    pub async fn added(&self, mut tx: store::Tx, page: &str) -> Result<(), AppError> {
        let at = request::info().received_at;
        let next = match &self.waiting {
            Some(live) => {
                store::accounts::note_second_factor(&mut tx, live.id, at).await?;
                super::session::advance(&mut tx, live.id, live.back.as_deref(), at).await?
            }
            None => page.to_owned(),
        };
        tx.commit(at).await?;
        request::go_to(&next);
        Ok(())
    }

    async fn facts(&self, tx: &mut store::Tx) -> Result<domain::accounts::signing_in::Facts, AppError> {
        let (info, deps) = (request::info(), request::deps());
        let session = self.session().ok_or(domain::accounts::Denied::NotSignedIn)?;
        let when = (info.received_at, store::prague::day(info.received_at));
        Ok(store::accounts::facts(tx, session, when, deps.sessions.idle, &deps.rules.second_factor_codes()).await?)
    }

    /// Whether the person has to have a second factor, by rights or by configuration, in any of their accounts.
    pub async fn must(&self, tx: &mut store::Tx) -> Result<bool, AppError> {
        Ok(self.facts(tx).await?.needs_second_factor)
    }
}

/// Whoever has to have a second factor keeps the last one.
#[cfg(feature = "ssr")]
pub(super) const LAST: &str =
    "Druhý faktor mít musíte a jiný nemáte. Nejdřív přidejte přístupový klíč nebo kódy z aplikace, potom půjde zrušit tento.";

/// Makes a secret that waits for its first code.
#[server(name = BeginSecondFactor, prefix = "/prikaz", endpoint = "ucet/druhy-faktor/zacit")]
pub async fn begin_second_factor(soucasne: Option<String>) -> Result<(), AppError> {
    use store::accounts;
    let (setting, at) = (setting()?, request::info().received_at);
    if setting.waiting.is_none() {
        super::own::prove(setting.person, soucasne).await?;
    }
    let Some(mut tx) = setting.begin_adding().await? else { return Ok(()) };
    if accounts::second_factor(&mut tx, setting.person).await?.is_some_and(|factor| factor.since.is_some()) {
        return Err(AppError::invalid("Druhý faktor už máte. Chcete-li jiný telefon, nejdřív ho zrušte."));
    }
    accounts::begin_second_factor(&mut tx, setting.person, &super::session::random::<20>()?).await?;
    tx.commit(at).await?;
    request::go_to(setting.page());
    Ok(())
}
permit!(BeginSecondFactor => Permission::SigningIn);

/// Takes the first code: from now on the factor is asked for.
#[server(name = ConfirmSecondFactor, prefix = "/prikaz", endpoint = "ucet/druhy-faktor/potvrdit")]
pub async fn confirm_second_factor(kod: Option<String>) -> Result<(), AppError> {
    use store::accounts;
    let (setting, info) = (setting()?, request::info());
    let at = info.received_at;
    let limits = request::deps().limits;
    limits.enter(info.origin.address.as_deref(), at)?;
    let Some(mut tx) = setting.begin_adding().await? else { return Ok(()) };
    let factor = accounts::second_factor(&mut tx, setting.person).await?.filter(|factor| factor.since.is_none());
    let factor = factor.ok_or_else(|| AppError::invalid("Nejdřív začněte nastavení tlačítkem na stránce."))?;
    let Some(step) = code::step(&factor.secret, &kod.unwrap_or_default(), at)? else {
        limits.failed(info.origin.address.as_deref(), &setting.person.to_string(), at);
        return Err(AppError::field("kod", WRONG));
    };
    accounts::take_step(&mut tx, setting.person, step, at).await?;
    let digests: Vec<Vec<u8>> = code::recovery(&factor.secret).iter().map(|text| code::recovery_digest(text)).collect();
    accounts::set_recovery_codes(&mut tx, setting.person, &digests, at).await?;
    setting.note(&mut tx, "accounts.second_factor.set", serde_json::json!({}));
    super::own::tell_of_change(&mut tx, setting.person, "zapnuly se kódy z aplikace v telefonu", at).await?;
    setting.added(tx, "/ucet?hotovo=druhy-faktor").await
}
permit!(ConfirmSecondFactor => Permission::SigningIn);

/// Takes the own second factor away, with a last code. Whoever has to have one cannot.
#[server(name = RemoveSecondFactor, prefix = "/prikaz", endpoint = "ucet/druhy-faktor/zrusit")]
pub async fn remove_second_factor(kod: Option<String>) -> Result<(), AppError> {
    use store::accounts;
    let info = request::info();
    let account = info.actor.account()?;
    let at = info.received_at;
    request::deps().limits.enter(info.origin.address.as_deref(), at)?;
    let setting = setting()?;
    let mut tx = setting.begin().await?;
    // This locks the person: nobody takes the other one away meanwhile.
    let factor = accounts::second_factor(&mut tx, account.person).await?.filter(|factor| factor.since.is_some());
    let keys = accounts::passkeys::<serde_json::Value>(&mut tx, account.person).await?;
    if keys.is_empty() && setting.must(&mut tx).await? {
        return Err(AppError::invalid(LAST));
    }
    let factor = factor.ok_or_else(|| AppError::invalid("Druhý faktor nemáte."))?;
    take(&mut tx, account.person, &factor, &kod.unwrap_or_default()).await?;
    accounts::remove_second_factor(&mut tx, account.person).await?;
    setting.note(&mut tx, "accounts.second_factor.remove", serde_json::json!({}));
    super::own::tell_of_change(&mut tx, setting.person, "zrušily se kódy z aplikace v telefonu", at).await?;
    tx.commit(at).await?;
    request::go_to("/ucet/druhy-faktor?hotovo=bez-druheho-faktoru");
    Ok(())
}
permit!(RemoveSecondFactor => Permission::SignedIn);

/// Wrong codes after which a sign-in has to be begun anew.
#[cfg(feature = "ssr")]
const TRIES: u32 = 5;

/// Takes a code of the application or a recovery code, each once.
#[cfg(feature = "ssr")]
async fn take(
    tx: &mut store::Tx,
    person: uuid::Uuid,
    factor: &store::accounts::SecondFactor,
    typed: &str,
) -> Result<&'static str, AppError> {
    use store::accounts;
    let info = request::info();
    let at = info.received_at;
    if typed.chars().count() > 100 {
        return Err(AppError::field("kod", WRONG));
    }
    if let Some(step) = code::step(&factor.secret, typed, at)? {
        if factor.step.is_some_and(|last| step <= last) {
            return Err(AppError::field("kod", "Tento kód jste už použili. Počkejte, až aplikace ukáže další."));
        }
        accounts::take_step(tx, person, step, at).await?;
        return Ok("code");
    }
    if accounts::use_recovery_code(tx, person, &code::recovery_digest(typed), at).await? {
        return Ok("recovery_code");
    }
    request::deps().limits.failed(info.origin.address.as_deref(), &person.to_string(), at);
    Err(AppError::field("kod", WRONG))
}

/// Notes that a sign-in missed its second factor. Codes are short: who misses so often starts again with the password.
#[cfg(feature = "ssr")]
pub(super) async fn missed(mut tx: store::Tx, live: &store::accounts::Live, refusal: AppError) -> AppError {
    use store::{accounts, audit};
    let (info, deps) = (request::info(), request::deps());
    let (at, session) = (info.received_at, live.id.to_string());
    super::session::note(&mut tx, live, "accounts.second_factor", audit::Outcome::Refused);
    deps.limits.failed(info.origin.address.as_deref(), &session, at);
    let over = deps.limits.failures_at(&session) >= TRIES;
    let done = async {
        if over {
            accounts::end_session(&mut tx, live.id, accounts::Ended::Ended, at).await?;
        }
        tx.commit(at).await
    };
    match done.await {
        Err(error) => error.into(),
        Ok(()) if over => {
            let again = "Bylo to příliš mnoho chybných pokusů. Přihlaste se, prosím, znovu i heslem.";
            AppError::new(crate::error::Code::SignIn, again)
        }
        Ok(()) => refusal,
    }
}

/// Takes the code that the sign-in asks for.
#[server(name = ShowSecondFactor, prefix = "/prikaz", endpoint = "prihlasit/kod")]
pub async fn show_second_factor(kod: Option<String>) -> Result<(), AppError> {
    use super::session;
    use domain::accounts::signing_in::Gate;
    use store::{accounts, audit};
    let live = session::before(|gate| gate == Gate::SecondFactor)?;
    let (info, deps) = (request::info(), request::deps());
    let at = info.received_at;
    let person = live.account.person;
    deps.limits.enter(info.origin.address.as_deref(), at)?;
    deps.limits.slow_down(&person.to_string(), at).await;
    let mut tx = request::as_program().await?;
    // Codes that are tried at once wait for each other, so that none is compared after the last try.
    accounts::lock_person_of(&mut tx, live.id).await?;
    if deps.limits.failures_at(&live.id.to_string()) >= TRIES {
        return Err(AppError::new(crate::error::Code::SignIn, "Přihlášení mezitím skončilo. Přihlaste se, prosím, znovu."));
    }
    let factor = accounts::second_factor(&mut tx, person).await?.filter(|factor| factor.since.is_some());
    let factor = factor.ok_or_else(|| AppError::invalid("Kódy z aplikace nemáte nastavené. Použijte přístupový klíč."))?;
    match take(&mut tx, person, &factor, &kod.unwrap_or_default()).await {
        Err(refusal) => Err(missed(tx, &live, refusal).await),
        Ok(by) => {
            accounts::note_second_factor(&mut tx, live.id, at).await?;
            let record = audit::Record::done("accounts.second_factor", "account", live.account.id, serde_json::json!({ "by": by }));
            tx.audit(record.done_by((&live.account).into()));
            let next = session::advance(&mut tx, live.id, live.back.as_deref(), at).await?;
            tx.commit(at).await?;
            request::go_to(&next);
            Ok(())
        }
    }
}
permit!(ShowSecondFactor => Permission::SigningIn);
permit_page!("/prihlaseni/kod" => Permission::SigningIn);
permit_page!("/prihlaseni/druhy-faktor" => Permission::SigningIn);
permit_page!("/ucet/druhy-faktor" => Permission::SignedIn);

/// `/prihlaseni/kod`: the code that the sign-in asks for.
#[cfg(feature = "ssr")]
#[component]
pub fn CodePage() -> impl IntoView {
    use super::{gates::GatePage, passkeys::AskForPasskey, session};
    use domain::accounts::signing_in::Gate;
    loaded(async {
        let live = session::before(|gate| gate == Gate::SecondFactor)?;
        let mut tx = request::as_program().await?;
        let person = live.account.person;
        let codes = store::accounts::second_factor(&mut tx, person).await?.is_some_and(|factor| factor.since.is_some());
        let keys = !store::accounts::passkeys::<serde_json::Value>(&mut tx, person).await?.is_empty();
        tx.commit(request::info().received_at).await?;
        Ok(view! {
            <GatePage title="Druhý krok přihlášení" name=live.account.person_name>
                {keys.then(|| view! {
                    <form class="stack" method="post">
                        <CommandFields path=AskForPasskey::PATH/>
                        <button class="btn btn--primary btn--l btn--block"><Icon name="key"/>"Použít přístupový klíč"</button>
                    </form>
                })}
                {(keys && codes).then(|| view! { <p class="or"><span>"nebo"</span></p> })}
                {codes.then(|| view! {
                    <form class="stack" method="post">
                        <CommandFields path=ShowSecondFactor::PATH/>
                        <CodeField command=ShowSecondFactor::PATH/>
                        <button class=if keys { "btn btn--l btn--block" } else { "btn btn--primary btn--l btn--block" }>"Pokračovat"</button>
                    </form>
                    <p class="meta">"Nemáte telefon po ruce? Napište jeden z deseti obnovovacích kódů, každý platí jednou. Nemáte-li ani ty, pomůže vám správce systému vaší organizace."</p>
                })}
                {(!codes).then(|| view! { <p class="meta">"Ztratili jste zařízení s klíčem? Pomůže vám správce systému vaší organizace."</p> })}
            </GatePage>
        }
        .into_any())
    })
}

#[cfg(feature = "ssr")]
#[component]
fn CodeField(
    /// Path of the command that takes it.
    command: &'static str,
) -> impl IntoView {
    let error = Typed::of(command).error("kod");
    let invalid = error.is_some().then_some("true");
    view! {
        <div class="field">
            <label for="kod">"Kód z aplikace v telefonu"</label>
            <input class="input input--l" id="kod" name="kod" inputmode="numeric" autocomplete="one-time-code" maxlength="40" required autofocus
                aria-invalid=invalid aria-describedby=invalid.map(|_| "kod-m")/>
            {error.map(|text| view! { <Message id="kod-m" tone=Tone::Error text/> })}
        </div>
    }
}

/// The picture of an address, as vector graphics.
#[cfg(feature = "ssr")]
fn picture(address: &str) -> Result<impl IntoView + use<>, AppError> {
    let code = qrcode::QrCode::new(address).map_err(|_| AppError::fault())?;
    let width = code.width();
    let mut path = String::new();
    for (at, color) in code.to_colors().into_iter().enumerate() {
        if color == qrcode::Color::Dark {
            path.push_str(&format!("M{} {}h1v1h-1z", at % width + 4, at / width + 4));
        }
    }
    let side = width + 8;
    Ok(view! {
        <svg class="qr" viewBox=format!("0 0 {side} {side}") role="img" aria-label="Obrázek pro aplikaci v telefonu; místo něj můžete opsat klíč">
            <rect class="qr__light" width=side height=side/><path class="qr__dark" d=path/>
        </svg>
    })
}

/// `/prihlaseni/druhy-faktor` and `/ucet/druhy-faktor`: setting the second factor up.
#[cfg(feature = "ssr")]
#[component]
pub fn SetUpPage() -> impl IntoView {
    use super::gates::GatePage;
    loaded(async {
        let setting = setting()?;
        let at = request::info().received_at;
        let mut tx = setting.begin().await?;
        let factor = store::accounts::second_factor(&mut tx, setting.person).await?;
        let owner = store::accounts::owner(&mut tx, setting.person, store::prague::day(at)).await?;
        let must = setting.must(&mut tx).await?;
        let keys = store::accounts::passkeys::<serde_json::Value>(&mut tx, setting.person).await?;
        let codes = factor.as_ref().is_some_and(|factor| factor.since.is_some());
        let by_keys = request::deps().passkeys.is_some();
        // The last one of somebody who has to have one stays.
        let (may_remove_codes, may_remove_key) = (!must || !keys.is_empty(), !must || codes || keys.len() > 1);
        let waiting = setting.waiting.is_some();
        let content = match factor {
            Some(factor) if factor.since.is_some() => view! {
                <p>"Kódy z aplikace máte nastavené. Zbývá vám "{format!("{} {}", factor.codes_left, domain::text::plural(factor.codes_left, "obnovovací kód", "obnovovací kódy", "obnovovacích kódů"))}"."</p>
                {may_remove_codes.then(|| view! {
                    <form class="stack" method="post">
                        <CommandFields path=RemoveSecondFactor::PATH/>
                        <CodeField command=RemoveSecondFactor::PATH/>
                        <div class="row"><button class="btn btn--danger">"Zrušit kódy z aplikace"</button></div>
                    </form>
                })}
                {(!may_remove_codes).then(|| view! { <p class="meta">"Druhý faktor mít musíte. Kódy zrušíte, až budete mít přístupový klíč; o ztracený telefon se postará jiný správce systému."</p> })}
            }
            .into_any(),
            Some(factor) => {
                let picture = picture(&code::address(&factor.secret, &owner.login))?;
                view! {
                    <ol class="walkthrough">
                        <li><p>"V aplikaci pro ověřovací kódy (třeba Aegis, FreeOTP nebo Google Authenticator) přidejte nový účet a vyfoťte obrázek."</p>
                            {picture}
                            <p class="meta">"Nejde-li vyfotit, opište klíč: "<code>{code::shown(&factor.secret)}</code></p></li>
                        <li><p>"Uložte si obnovovací kódy. Ukazujeme je jen teď; každý nahradí kód z telefonu jednou."</p>
                            <ul class="codes">{code::recovery(&factor.secret).into_iter().map(|text| view! { <li><code>{text}</code></li> }).collect_view()}</ul></li>
                        <li><form class="stack" method="post">
                            <CommandFields path=ConfirmSecondFactor::PATH/>
                            <CodeField command=ConfirmSecondFactor::PATH/>
                            <button class="btn btn--primary btn--l btn--block">"Zapnout druhý faktor"</button>
                        </form></li>
                    </ol>
                }
                .into_any()
            }
            None => view! {
                <p>"Kromě hesla budete při přihlášení opisovat kód z aplikace v telefonu. Kdo by heslo zjistil, bez telefonu se nepřihlásí."</p>
                {(owner.administrator && keys.is_empty()).then(|| view! { <p>"Protože máte oprávnění Správa systému, je druhý faktor povinný."</p> })}
                <form class="stack" method="post">
                    <CommandFields path=BeginSecondFactor::PATH/>
                    {(!waiting).then(|| view! { <Field name="soucasne" label="Současné heslo" kind="password" limit=1024 required=true autocomplete="current-password" error=Typed::of(BeginSecondFactor::PATH).error("soucasne")/> })}
                    <div class="row"><button class="btn btn--primary">"Nastavit kódy z aplikace"</button></div>
                </form>
            }
            .into_any(),
        };
        let name = request::actor()
            .account()
            .map_or_else(|_| setting.waiting.map(|live| live.account.person_name).unwrap_or_default(), |a| a.person_name.clone());
        Ok(view! {
            <GatePage title="Druhý faktor" name=name>
                <section class="stack" aria-labelledby="kody-h">
                    <h2 id="kody-h">"Kódy z aplikace"</h2>
                    {content}
                </section>
                {by_keys.then(|| super::passkeys::section(keys, waiting, may_remove_key))}
                {(!waiting).then(|| view! { <p><a class="btn" href="/ucet">"Zpět na můj účet"</a></p> })}
            </GatePage>
        }
        .into_any())
    })
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::code::*;

    /// RFC 6238, appendix B, SHA-1, the last six digits.
    #[test]
    fn codes_are_those_of_the_standard() {
        let secret = b"12345678901234567890";
        for (time, code) in [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924"), (2_000_000_000, "279037")] {
            let now = chrono::DateTime::from_timestamp(time, 0).unwrap();
            assert_eq!(at(secret, now).unwrap(), code);
            assert_eq!(step(secret, code, now).unwrap(), Some(time / 30));
            assert_eq!(step(secret, &format!(" {} {}", &code[..3], &code[3..]), now).unwrap(), Some(time / 30));
            let minute = chrono::TimeDelta::seconds(61);
            assert_eq!(step(secret, code, now + minute).unwrap(), None, "a minute later");
        }
        for wrong in ["", "287082 0", "28708x", "000000", "２８７０８２"] {
            assert_eq!(step(secret, wrong, chrono::DateTime::from_timestamp(59, 0).unwrap()).unwrap(), None, "{wrong}");
        }
    }

    #[test]
    fn recovery_codes_differ_and_are_read_as_they_are_typed() {
        let codes = recovery(b"12345678901234567890");
        let all: std::collections::HashSet<&String> = codes.iter().collect();
        assert_eq!(all.len(), 10);
        assert_eq!(recovery_digest(&codes[0]), recovery_digest(&codes[0].replace('-', " ").to_uppercase()));
        assert_ne!(recovery(b"12345678901234567891")[0], codes[0]);
        assert_eq!(shown(b"12345678901234567890"), "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
    }
}
