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
struct Setting {
    person: uuid::Uuid,
    by: store::audit::By,
    waiting: Option<store::accounts::Live>,
}

#[cfg(feature = "ssr")]
fn setting() -> Result<Setting, AppError> {
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

    async fn begin(&self) -> Result<store::Tx, AppError> {
        request::as_program().await
    }

    fn note(&self, tx: &mut store::Tx, kind: &'static str) {
        let record = store::audit::Record::done(kind, "person", self.person, serde_json::json!({ "account": self.by.account }));
        tx.audit(record.done_by(self.by.clone()));
    }
}

/// Makes a secret that waits for its first code.
#[server(name = BeginSecondFactor, prefix = "/prikaz", endpoint = "ucet/druhy-faktor/zacit")]
pub async fn begin_second_factor(soucasne: Option<String>) -> Result<(), AppError> {
    use store::accounts;
    let (setting, at) = (setting()?, request::info().received_at);
    if setting.waiting.is_none() {
        super::own::prove(setting.person, soucasne).await?;
    }
    let mut tx = setting.begin().await?;
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
    use super::session;
    use store::accounts;
    let (setting, info) = (setting()?, request::info());
    let at = info.received_at;
    let limits = request::deps().limits;
    limits.enter(info.origin.address.as_deref(), at)?;
    let mut tx = setting.begin().await?;
    let factor = accounts::second_factor(&mut tx, setting.person).await?.filter(|factor| factor.since.is_none());
    let factor = factor.ok_or_else(|| AppError::invalid("Nejdřív začněte nastavení tlačítkem na stránce."))?;
    let Some(step) = code::step(&factor.secret, &kod.unwrap_or_default(), at)? else {
        limits.failed(info.origin.address.as_deref(), &setting.person.to_string(), at);
        return Err(AppError::field("kod", WRONG));
    };
    accounts::take_step(&mut tx, setting.person, step, at).await?;
    let digests: Vec<Vec<u8>> = code::recovery(&factor.secret).iter().map(|text| code::recovery_digest(text)).collect();
    accounts::set_recovery_codes(&mut tx, setting.person, &digests, at).await?;
    setting.note(&mut tx, "accounts.second_factor.set");
    let next = match &setting.waiting {
        Some(live) => {
            accounts::note_second_factor(&mut tx, live.id, at).await?;
            session::advance(&mut tx, live.id, live.back.as_deref(), at).await?
        }
        None => "/ucet?hotovo=druhy-faktor".to_owned(),
    };
    tx.commit(at).await?;
    request::go_to(&next);
    Ok(())
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
    if accounts::owner(&mut tx, account.person, store::prague::day(at)).await?.administrator
        || request::deps().rules.second_factor.contains(&account.kind)
    {
        return Err(AppError::invalid("Druhý faktor mít musíte, zrušit nejde. Nový telefon nastavíte po obnově správcem systému."));
    }
    let factor = accounts::second_factor(&mut tx, account.person).await?.filter(|factor| factor.since.is_some());
    let factor = factor.ok_or_else(|| AppError::invalid("Druhý faktor nemáte."))?;
    take(&mut tx, account.person, &factor, &kod.unwrap_or_default()).await?;
    accounts::remove_second_factor(&mut tx, account.person).await?;
    setting.note(&mut tx, "accounts.second_factor.remove");
    tx.commit(at).await?;
    request::go_to("/ucet?hotovo=bez-druheho-faktoru");
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
    let factor = accounts::second_factor(&mut tx, person).await?.filter(|factor| factor.since.is_some()).ok_or_else(AppError::fault)?;
    match take(&mut tx, person, &factor, &kod.unwrap_or_default()).await {
        Err(refusal) => {
            session::note(&mut tx, &live, "accounts.second_factor", audit::Outcome::Refused);
            // Codes are short: who misses so often starts again with the password.
            let session = live.id.to_string();
            deps.limits.failed(info.origin.address.as_deref(), &session, at);
            let over = deps.limits.failures_at(&session) >= TRIES;
            if over {
                accounts::end_session(&mut tx, live.id, accounts::Ended::Ended, at).await?;
            }
            tx.commit(at).await?;
            let again = "Bylo to příliš mnoho chybných kódů. Přihlaste se, prosím, znovu i heslem.";
            Err(if over { AppError::new(crate::error::Code::SignIn, again) } else { refusal })
        }
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
    use super::{gates::GatePage, session};
    use domain::accounts::signing_in::Gate;
    loaded(async {
        let live = session::before(|gate| gate == Gate::SecondFactor)?;
        Ok(view! {
            <GatePage title="Druhý krok přihlášení" name=live.account.person_name>
                <form class="stack" method="post">
                    <CommandFields path=ShowSecondFactor::PATH/>
                    <CodeField command=ShowSecondFactor::PATH/>
                    <button class="btn btn--primary btn--l btn--block">"Pokračovat"</button>
                </form>
                <p class="meta">"Nemáte telefon po ruce? Napište jeden z deseti obnovovacích kódů, každý platí jednou. Nemáte-li ani ty, pomůže vám správce systému vaší organizace."</p>
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
        let by_rule = request::actor().account().is_ok_and(|account| request::deps().rules.second_factor.contains(&account.kind));
        let must = owner.administrator || by_rule;
        tx.commit(at).await?;
        let content = match factor {
            Some(factor) if factor.since.is_some() => view! {
                <p>"Druhý faktor máte nastavený. Zbývá vám "{format!("{} {}", factor.codes_left, domain::text::plural(factor.codes_left, "obnovovací kód", "obnovovací kódy", "obnovovacích kódů"))}"."</p>
                {(!must).then(|| view! {
                    <form class="stack" method="post">
                        <CommandFields path=RemoveSecondFactor::PATH/>
                        <CodeField command=RemoveSecondFactor::PATH/>
                        <div class="row"><button class="btn btn--danger">"Zrušit druhý faktor"</button></div>
                    </form>
                })}
                {must.then(|| view! { <p class="meta">"Druhý faktor mít musíte. Nový telefon nastavíte, až vám ho jiný správce systému zruší."</p> })}
                <p><a class="btn" href="/ucet">"Zpět na můj účet"</a></p>
            }
            .into_any(),
            Some(factor) => {
                let picture = picture(&code::address(&factor.secret, &owner.login))?;
                view! {
                    <ol class="steps">
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
                {owner.administrator.then(|| view! { <p>"Protože máte oprávnění Správa systému, je druhý faktor povinný."</p> })}
                <form class="stack" method="post">
                    <CommandFields path=BeginSecondFactor::PATH/>
                    {setting.waiting.is_none().then(|| view! { <Field name="soucasne" label="Současné heslo" kind="password" limit=1024 required=true autocomplete="current-password" error=Typed::of(BeginSecondFactor::PATH).error("soucasne")/> })}
                    <button class="btn btn--primary btn--l btn--block">"Začít"</button>
                </form>
            }
            .into_any(),
        };
        let name = request::actor()
            .account()
            .map_or_else(|_| setting.waiting.map(|live| live.account.person_name).unwrap_or_default(), |a| a.person_name.clone());
        Ok(view! { <GatePage title="Druhý faktor" name=name>{content}</GatePage> }.into_any())
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
