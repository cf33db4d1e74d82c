//! Sign-in by an identity provider (OpenID Connect Core 1.0, authorization code with PKCE): CAAIS, a directory of a kraj. Who somebody is there is
//! its address and its name for the person together; the person ties it to the own account first.

#[cfg(feature = "ssr")]
use super::openid;
use crate::error::AppError;
#[cfg(feature = "ssr")]
use crate::{components::*, layout::*, request};
use domain::accounts::Permission;
use leptos::prelude::*;
#[cfg(feature = "ssr")]
use server_fn::ServerFn;

#[cfg(feature = "ssr")]
const WAY: &str = "/prihlaseni/jinde";

/// Begins the way to a provider, for a sign-in or to tie an identity to a person.
#[cfg(feature = "ssr")]
async fn begin(
    provider: Option<String>,
    back: Option<&str>,
    (kind, person, session): (store::accounts::CeremonyKind, Option<uuid::Uuid>, Option<uuid::Uuid>),
) -> Result<(), AppError> {
    use super::{ceremony, session};
    use store::accounts::{self, Ceremony};
    let (info, deps) = (request::info(), request::deps());
    let at = info.received_at;
    let id: uuid::Uuid = provider.unwrap_or_default().parse().map_err(|_| AppError::invalid("Vyberte způsob přihlášení z nabídky."))?;
    let mut tx = request::as_program().await?;
    let row = accounts::identity_provider(&mut tx, id).await?;
    if !row.active {
        return Err(AppError::invalid(format!("Přihlášení pomocí systému {} teď není zapnuté. Přihlaste se jménem a heslem.", row.name)));
    }
    let secret = accounts::identity_provider_secret(&mut tx, id).await?;
    // Nobody waits for another server with a connection in hand.
    drop(tx);
    let back = session::own_address(back).map(ToOwned::to_owned);
    let state = deps.providers.begin(&row, secret, &deps.address, back).await?;
    let mut tx = request::as_program().await?;
    ceremony::begin(&mut tx, &Ceremony { kind, person, session, state }, at).await?;
    tx.commit(at).await?;
    request::go_to(WAY);
    Ok(())
}

/// Begins a sign-in by a provider.
#[server(name = SignInElsewhere, prefix = "/prikaz", endpoint = "prihlasit/jinde")]
pub async fn sign_in_elsewhere(poskytovatel: Option<String>, zpet: Option<String>) -> Result<(), AppError> {
    let info = request::info();
    request::deps().limits.enter(info.origin.address.as_deref(), info.received_at)?;
    begin(poskytovatel, zpet.as_deref(), (store::accounts::CeremonyKind::IdentitySignIn, None, None)).await
}
permit!(SignInElsewhere => Permission::Public);

/// Begins to tie an identity to the own person.
#[server(name = LinkIdentity, prefix = "/prikaz", endpoint = "ucet/identita/pripojit")]
pub async fn link_identity(poskytovatel: Option<String>, soucasne: Option<String>) -> Result<(), AppError> {
    let info = request::info();
    let person = info.actor.account()?.person;
    super::own::prove(person, soucasne).await?;
    let session = info.session.map(|open| open.id);
    begin(poskytovatel, None, (store::accounts::CeremonyKind::IdentityLink, Some(person), session)).await
}
permit!(LinkIdentity => Permission::SignedIn);

/// Ends the way back from a provider: opens a session, or ties the identity.
#[server(name = ReturnFromProvider, prefix = "/prikaz", endpoint = "prihlasit/jinde/zpet")]
pub async fn return_from_provider(kod: Option<String>, stav: Option<String>, vydavatel: Option<String>) -> Result<(), AppError> {
    use super::{ceremony, session};
    use store::{
        accounts::{self, CeremonyKind},
        audit,
    };
    let (info, deps) = (request::info(), request::deps());
    let at = info.received_at;
    let address = info.origin.address.as_deref();
    deps.limits.enter(address, at)?;
    let (code, state) = (kod.unwrap_or_default(), stav.unwrap_or_default());
    if code.is_empty() || code.len() > 4_096 || state.len() > 1_024 {
        return Err(ceremony::over());
    }
    let mut tx = request::as_program().await?;
    let kinds = [CeremonyKind::IdentitySignIn, CeremonyKind::IdentityLink];
    let begun = ceremony::take::<openid::Going>(&mut tx, &kinds, at).await?;
    let row = accounts::identity_provider(&mut tx, begun.state.provider).await?;
    let secret = accounts::identity_provider_secret(&mut tx, row.id).await?;
    tx.commit(at).await?;
    if !row.active {
        return Err(AppError::invalid(format!("Přihlášení pomocí systému {} teď není zapnuté. Přihlaste se jménem a heslem.", row.name)));
    }
    let linking = begun.kind == CeremonyKind::IdentityLink;
    let account = if linking {
        let account = info.actor.account()?;
        if begun.person != Some(account.person) || begun.session != info.session.map(|open| open.id) {
            return Err(ceremony::over());
        }
        Some(account)
    } else {
        None
    };
    // Who is refused is noted before they are told.
    let refused = async |why: &str, known: Option<&accounts::Credentials>, refusal: AppError| -> AppError {
        let content = serde_json::json!({ "by": "identity", "provider": row.name, "why": why });
        let noted = async {
            let mut tx = request::as_program().await?;
            tx.audit(match account {
                Some(account) => {
                    let mut record = audit::Record::done("accounts.identity.link", "person", account.person, content);
                    record.outcome = audit::Outcome::Refused;
                    record.done_by(account.into())
                }
                None => session::refused(known, content),
            });
            tx.commit(at).await.map_err(AppError::from)
        };
        noted.await.err().unwrap_or(refusal)
    };
    // Where the provider names itself (RFC 9207), it must be the one that was asked.
    if vydavatel.is_some_and(|issuer| !issuer.is_empty() && issuer != row.issuer) {
        return Err(refused("other_issuer", None, ceremony::over()).await);
    }
    let identity = match deps.providers.finish(&row, secret, &deps.address, &begun.state, (code, state), at).await {
        Ok(identity) => identity,
        Err(refusal) => {
            // A provider that is silent is nobody's failure.
            if refusal.code != crate::error::Code::Unavailable {
                deps.limits.failed(address, &format!("identity {}", row.id), at);
            }
            return Err(refused("not_confirmed", None, refusal).await);
        }
    };
    let mut tx = request::as_program().await?;
    if let Some(account) = account {
        let whose = accounts::link_identity(&mut tx, &identity.issuer, &identity.subject, account.person, at).await?;
        if whose != account.person {
            drop(tx);
            let theirs =
                AppError::invalid(format!("Tato identita v systému {} už patří jinému účtu. Obraťte se na správce systému.", row.name));
            return Err(refused("somebody_else", None, theirs).await);
        }
        let content = serde_json::json!({ "provider": row.name, "issuer": identity.issuer, "subject": identity.subject });
        tx.audit(audit::Record::done("accounts.identity.link", "person", account.person, content).done_by(account.into()));
        super::own::tell_of_change(&mut tx, account.person, &format!("účet se spojil se systémem {}", row.name), at).await?;
        tx.commit(at).await?;
        request::go_to("/ucet?hotovo=identita");
        return Ok(());
    }
    let Some(person) = accounts::person_of_identity(&mut tx, &identity.issuer, &identity.subject, at).await? else {
        drop(tx);
        let sentence = format!(
            "Vaše identita v systému {} tu zatím není spojená s účtem. Přihlaste se jménem a heslem a spojte ji na stránce Můj účet.",
            row.name
        );
        return Err(refused("not_linked", None, AppError::invalid(sentence)).await);
    };
    let credentials = accounts::credentials_of(&mut tx, person).await?.ok_or_else(AppError::fault)?;
    if credentials.account.is_none() {
        drop(tx);
        let blocked = AppError::invalid(session::BLOCKED);
        return Err(refused("blocked", Some(&credentials), blocked).await);
    }
    let how = serde_json::json!({ "by": "identity", "provider": row.name });
    let back = begun.state.back.as_deref();
    let session = session::open(&mut tx, &credentials, how, back, at).await?;
    if row.two_factors {
        accounts::note_second_factor(&mut tx, session, at).await?;
    }
    let next = session::advance(&mut tx, session, back, at).await?;
    tx.commit(at).await?;
    request::go_to(&next);
    Ok(())
}
permit!(ReturnFromProvider => Permission::Public);

/// Unties an identity from the own person.
#[server(name = UnlinkIdentity, prefix = "/prikaz", endpoint = "ucet/identita/odpojit")]
pub async fn unlink_identity(vydavatel: Option<String>, predmet: Option<String>, soucasne: Option<String>) -> Result<(), AppError> {
    use store::{accounts, audit};
    let info = request::info();
    let account = info.actor.account()?;
    let at = info.received_at;
    let (issuer, subject) = (vydavatel.unwrap_or_default(), predmet.unwrap_or_default());
    super::own::prove(account.person, soucasne).await.map_err(super::own::as_a_whole)?;
    let mut tx = request::deps().store.begin_from(&info.actor, info.origin.clone()).await?;
    if !accounts::unlink_identity(&mut tx, account.person, &issuer, &subject).await? {
        return Err(AppError::not_found("Spojení"));
    }
    let content = serde_json::json!({ "issuer": issuer, "subject": subject });
    tx.audit(audit::Record::done("accounts.identity.unlink", "person", account.person, content));
    super::own::tell_of_change(&mut tx, account.person, "zrušilo se spojení s jiným systémem", at).await?;
    tx.commit(at).await?;
    request::go_to("/ucet?hotovo=bez-identity");
    Ok(())
}
permit!(UnlinkIdentity => Permission::SignedIn);
permit_page!("/prihlaseni/jinde" => Permission::Public);
permit_page!("/prihlaseni/jinde/zpet" => Permission::Public);

/// For whoever does not go on to a provider after all.
#[cfg(feature = "ssr")]
fn back_here() -> impl IntoView {
    let (href, label) = match request::info().session {
        Some(_) => ("/ucet", "Zpět na můj účet"),
        None => ("/prihlaseni", "Zpět na přihlášení"),
    };
    view! { <p><a class="btn" href=href>{label}</a></p> }
}

/// `/prihlaseni/jinde`: on the way to a provider. The browser goes on by itself (header `Refresh`, so it needs no script); a form must not lead to
/// another site.
#[cfg(feature = "ssr")]
#[component]
pub fn WayPage() -> impl IntoView {
    use super::{ceremony, gates::GatePage};
    use axum::http::{HeaderValue, header};
    use store::accounts::CeremonyKind;
    loaded(async {
        let mut tx = request::as_program().await?;
        let kinds = [CeremonyKind::IdentitySignIn, CeremonyKind::IdentityLink];
        let begun = ceremony::begun::<openid::Going>(&mut tx, &kinds, request::info().received_at).await?;
        let content = match begun {
            Some(begun) => {
                let openid::Going { name, url, .. } = begun.state;
                let refresh = HeaderValue::from_str(&format!("0; url={url}"));
                if let (Some(response), Ok(refresh)) = (use_context::<leptos_axum::ResponseOptions>(), refresh) {
                    response.insert_header(header::REFRESH, refresh);
                }
                view! {
                    <p>{format!("Pokračujete na stránku systému {name}. Nestane-li se to samo, použijte tlačítko.")}</p>
                    <p><a class="btn btn--primary btn--l btn--block" href=url rel="noreferrer">{format!("Pokračovat: {name}")}</a></p>
                }
                .into_any()
            }
            None => view! { <p>{ceremony::over().sentence}</p> }.into_any(),
        };
        Ok(view! { <GatePage title="Přihlášení jinde" name="">{content}{back_here()}</GatePage> }.into_any())
    })
}

/// `/prihlaseni/jinde/zpet`: back from a provider. What it brought is posted, so that opening an address changes nothing.
#[cfg(feature = "ssr")]
#[component]
pub fn ReturnPage() -> impl IntoView {
    use super::{ceremony, gates::GatePage, send_now::SendNow};
    use store::accounts::CeremonyKind;
    loaded(async {
        let query = request::query_pairs();
        let get = |name: &str| query.iter().find(|(n, _)| n == name).map(|(_, value)| value.clone()).unwrap_or_default();
        let (code, state) = (get("code"), get("state"));
        let mut tx = request::as_program().await?;
        let kinds = [CeremonyKind::IdentitySignIn, CeremonyKind::IdentityLink];
        let begun = ceremony::begun::<openid::Going>(&mut tx, &kinds, request::info().received_at).await?;
        let refused = crate::form::Typed::of_page().sentence().is_some();
        let content = match begun {
            _ if refused => ().into_any(),
            Some(begun) if !code.is_empty() => view! {
                <p>{format!("Vracíte se ze systému {}. Zbývá přihlášení dokončit.", begun.state.name)}</p>
                <form class="stack" method="post" id="dokoncit">
                    <CommandFields path=ReturnFromProvider::PATH/>
                    <input type="hidden" name="kod" value=code/>
                    <input type="hidden" name="stav" value=state/>
                    <input type="hidden" name="vydavatel" value=get("iss")/>
                    <button class="btn btn--primary btn--l btn--block">"Dokončit přihlášení"</button>
                </form>
                <SendNow form="dokoncit".to_owned()/>
                <WithIslands/>
            }
            .into_any(),
            Some(begun) => view! { <p>{format!("Přihlášení v systému {} nebylo dokončeno. Zkuste to znovu, nebo se přihlaste jménem a heslem.", begun.state.name)}</p> }.into_any(),
            None => view! { <p>{ceremony::over().sentence}</p> }.into_any(),
        };
        Ok(view! { <GatePage title="Přihlášení jinde" name="">{content}{back_here()}</GatePage> }.into_any())
    })
}

/// The identities of a person on the page of the own account, and where others can be tied; nothing where there are neither.
#[cfg(feature = "ssr")]
pub fn section(identities: Vec<store::accounts::IdentityRow>, providers: Vec<store::accounts::ProviderRow>) -> Option<impl IntoView> {
    let free: Vec<_> = providers.into_iter().filter(|p| identities.iter().all(|i| i.issuer != p.issuer)).collect();
    if identities.is_empty() && free.is_empty() {
        return None;
    }
    let local = |at| domain::time::date_time(store::prague::local(at));
    Some(view! {
        <section class="card" aria-labelledby="identity-h">
            <h2 id="identity-h">"Přihlášení jiným systémem"</h2>
            <p class="meta">"Kdo má účet spojený, nemusí psát jméno a heslo: ověří ho ten druhý systém."</p>
            {(!identities.is_empty()).then(|| view! {
                <ul class="choices">
                    {identities.into_iter().map(|row| {
                        let name = row.provider.unwrap_or_else(|| row.issuer.clone());
                        view! {
                            <li>
                                <span><strong>{name.clone()}</strong><br/><span class="meta">{format!("spojeno {}{}", local(row.linked_at), row.used_at.map(|at| format!(", naposledy {}", local(at))).unwrap_or_default())}</span></span>
                                {super::own::removal(UnlinkIdentity::PATH, vec![("vydavatel", row.issuer), ("predmet", row.subject)], "Zrušit spojení", &name)}
                            </li>
                        }
                    }).collect_view()}
                </ul>
            })}
            {(!free.is_empty()).then(|| view! {
                <form class="stack" method="post">
                    <CommandFields path=LinkIdentity::PATH/>
                    {super::own::present_password("soucasne-identita", LinkIdentity::PATH)}
                    <div class="row">{free.into_iter().map(|row| view! { <button class="btn" name="poskytovatel" value=row.id.to_string()>{format!("Spojit: {}", row.name)}</button> }).collect_view()}</div>
                </form>
            })}
        </section>
    })
}
