//! What the sign-in asks for after the password: a new password, the organisation, ending the session elsewhere. The second factor has its own
//! room.

use crate::error::AppError;
#[cfg(feature = "ssr")]
use crate::{components::*, form::Typed, layout::*, request};
use domain::accounts::Permission;
#[cfg(feature = "ssr")]
use domain::accounts::{Actor, signing_in::Gate};
use leptos::prelude::*;
#[cfg(feature = "ssr")]
use server_fn::ServerFn;

/// A page of the sign-in: one narrow card, who signs in, and the way out.
#[cfg(feature = "ssr")]
#[component]
pub fn GatePage(
    /// The heading.
    #[prop(into)]
    title: String,
    /// Who signs in.
    #[prop(into)]
    name: String,
    children: Children,
) -> impl IntoView {
    let signing_in = request::info().signing_in.is_some();
    view! {
        <Page title=title.clone() calm=true head=false>
            <div class="main main--calm main--signin">
                <section class="card card--gate" aria-labelledby="nadpis">
                    <h1 id="nadpis">{title}</h1>
                    <PageRefusal/>
                    {children()}
                    {signing_in.then(|| view! {
                        <form class="row row--apart" method="post" action="/prihlaseni">
                            <CommandFields path=super::sign_out::SignOut::PATH/>
                            <span class="meta">{format!("Přihlašuje se {name}.")}</span>
                            <button class="btn btn--quiet" type="submit">"Zrušit přihlášení"</button>
                        </form>
                    })}
                </section>
            </div>
        </Page>
    }
}

/// The two fields of a new password, with what it has to be.
#[cfg(feature = "ssr")]
#[component]
pub fn NewPasswordFields(
    /// Path of the command that takes them.
    command: &'static str,
    /// Fewest characters.
    shortest: usize,
) -> impl IntoView {
    let form = Typed::of(command);
    view! {
        <Field name="nove" label="Nové heslo" kind="password" limit=1024 required=true autocomplete="new-password" error=form.error("nove")
            help=format!("Nejméně {shortest} znaků. Nejlépe několik slov, která spolu nesouvisejí; mezery můžete použít.")/>
        <Field name="znovu" label="Nové heslo ještě jednou" kind="password" limit=1024 required=true autocomplete="new-password" error=form.error("znovu")/>
    }
}

/// Checks a new password and sets it. Other sessions of the person end, and an e-mail tells the person.
#[cfg(feature = "ssr")]
pub async fn set_new_password(
    tx: &mut store::Tx,
    person: uuid::Uuid,
    (new, again): (&str, &str),
    keep: Option<uuid::Uuid>,
    at: chrono::DateTime<chrono::Utc>,
) -> Result<(), AppError> {
    use domain::accounts::password::Refusal;
    use store::accounts;
    if new.chars().count() > 1_024 {
        return Err(AppError::field("nove", Refusal::TooLong.to_string()));
    }
    if new != again {
        return Err(AppError::field("znovu", Refusal::Differs.to_string()));
    }
    let passwords = request::deps().passwords;
    let remembered = i64::from(passwords.rules.remembered);
    let owner = accounts::owner(tx, person, store::prague::day(at)).await?;
    let last = accounts::last_passwords(tx, person, remembered).await?;
    passwords.check(new, &owner, last).await?;
    let hash = passwords.hash(new.to_owned()).await?;
    accounts::set_password(tx, person, &hash, None, remembered, at).await?;
    accounts::end_sessions_of(tx, person, keep, accounts::Ended::Password, at).await?;
    let body = format!(
        "Dobrý den,\n\nheslo k vašemu účtu v systému Kraj108 bylo {} změněno.\n\nPokud jste to neudělali vy, obraťte se hned na správce systému vaší organizace.\n",
        domain::time::date_time(store::prague::local(at))
    );
    super::own::tell(tx, person, ("Kraj108: heslo bylo změněno", &body), at).await?;
    Ok(())
}

/// Sets the password that the sign-in asks for, and the e-mail for its recovery.
#[server(name = SetPassword, prefix = "/prikaz", endpoint = "prihlasit/heslo")]
pub async fn set_password(nove: Option<String>, znovu: Option<String>, email: Option<String>) -> Result<(), AppError> {
    use super::session;
    use store::{accounts, audit};
    let live = session::before(|gate| matches!(gate, Gate::Password(_)))?;
    let info = request::info();
    let at = info.received_at;
    let person = live.account.person;
    let email = email
        .map(|text| domain::accounts::names::read_email(&text))
        .transpose()
        .map_err(|sentence| AppError::field("email", sentence))?
        .flatten();
    let mut tx = request::as_program().await?;
    // Only where none is stored: one that is there changes on the page of the own account, with a notice to it.
    if let Some(email) = &email
        && accounts::email(&mut tx, person).await?.is_none()
    {
        accounts::set_email(&mut tx, person, Some(email)).await?;
        let content = serde_json::json!({ "before": null, "after": email });
        tx.audit(audit::Record::done("accounts.email", "person", person, content).done_by((&live.account).into()));
    }
    set_new_password(&mut tx, person, (&nove.unwrap_or_default(), &znovu.unwrap_or_default()), Some(live.id), at).await?;
    session::note(&mut tx, &live, "accounts.password.change", audit::Outcome::Done);
    let next = session::advance(&mut tx, live.id, live.back.as_deref(), at).await?;
    tx.commit(at).await?;
    request::go_to(&next);
    Ok(())
}
permit!(SetPassword => Permission::SigningIn);
permit_page!("/prihlaseni/heslo" => Permission::SigningIn);

/// `/prihlaseni/heslo`: a new password before anything else.
#[cfg(feature = "ssr")]
#[component]
pub fn PasswordPage() -> impl IntoView {
    use super::session;
    loaded(async {
        let live = session::before(|gate| matches!(gate, Gate::Password(_)))?;
        let (info, deps) = (request::info(), request::deps());
        let mut tx = request::as_program().await?;
        let owner = store::accounts::owner(&mut tx, live.account.person, store::prague::day(info.received_at)).await?;
        let email = store::accounts::email(&mut tx, live.account.person).await?;
        let why = match live.gate {
            Some(Gate::Password(reason)) => reason.sentence(&deps.passwords.rules),
            _ => "".into(),
        };
        let form = Typed::of(SetPassword::PATH);
        Ok(view! {
            <GatePage title="Nové heslo" name=live.account.person_name>
                <p>{why}</p>
                <form class="stack" method="post">
                    <CommandFields path=SetPassword::PATH/>
                    <NewPasswordFields command=SetPassword::PATH shortest=deps.passwords.rules.shortest_for(owner.administrator)/>
                    {email.is_none().then(|| view! {
                        <Field name="email" label="E-mail (nepovinný)" kind="email" limit=254 autocomplete="email" value=form.value("email", "") error=form.error("email")
                            help="Pošleme na něj odkaz, když heslo zapomenete. Bez něj vám pomůže jen správce systému."/>
                    })}
                    <button class="btn btn--primary btn--l btn--block">"Uložit a pokračovat"</button>
                </form>
            </GatePage>
        }
        .into_any())
    })
}

/// Chooses the organisation to work for: at the sign-in, or later from the own account.
#[server(name = ChooseOrganisation, prefix = "/prikaz", endpoint = "prihlasit/organizace")]
pub async fn choose_organisation(ucet: Option<String>) -> Result<(), AppError> {
    use super::session;
    use store::{accounts, audit};
    let info = request::info();
    let at = info.received_at;
    let account: uuid::Uuid = ucet.unwrap_or_default().parse().map_err(|_| AppError::invalid("Vyberte organizaci ze seznamu."))?;
    let (id, back) = match (&info.signing_in, info.session) {
        (Some(live), _) if live.gate == Some(Gate::Organisation) => (live.id, live.back.clone()),
        (_, Some(open)) => (open.id, None),
        _ => return Err(domain::accounts::Denied::NotSignedIn.into()),
    };
    let mut tx = request::as_program().await?;
    if !accounts::choose_account(&mut tx, id, account, at).await? {
        return Err(AppError::invalid("Tento účet použít nejde. Vyberte jinou organizaci."));
    }
    let chosen = accounts::account(&mut tx, account, store::prague::day(at)).await?;
    let by = audit::By { organisation: chosen.organisation, account, person: chosen.person, session: Some(id.simple().to_string()) };
    tx.audit(audit::Record::done("accounts.organisation.choose", "account", account, serde_json::json!({ "session": id })).done_by(by));
    let next = session::advance(&mut tx, id, back.as_deref(), at).await?;
    tx.commit(at).await?;
    request::go_to(&next);
    Ok(())
}
permit!(ChooseOrganisation => Permission::SigningIn);
permit_page!("/prihlaseni/organizace" => Permission::SigningIn);

/// The person joins an organisation that made an account for them, or refuses to.
#[server(name = AnswerInvitation, prefix = "/prikaz", endpoint = "ucet/pozvani")]
pub async fn answer_invitation(ucet: Option<String>, odpoved: Option<String>) -> Result<(), AppError> {
    use store::{accounts, audit};
    let info = request::info();
    let at = info.received_at;
    let person = match (&info.signing_in, info.actor.account()) {
        (Some(live), _) if live.gate == Some(Gate::Organisation) => live.account.person,
        (_, Ok(account)) => account.person,
        (_, Err(denied)) => return Err(denied.into()),
    };
    let account: uuid::Uuid = ucet.unwrap_or_default().parse().map_err(|_| AppError::invalid("Vyberte organizaci ze seznamu."))?;
    let join = match odpoved.as_deref() {
        Some("ano") => true,
        Some("ne") => false,
        _ => return Err(AppError::invalid("Vyberte, zda se chcete k organizaci přidat.")),
    };
    let mut tx = request::as_program().await?;
    if !accounts::answer_invitation(&mut tx, person, account, join, at).await? {
        return Err(AppError::invalid("Na toto pozvání už jste odpověděli."));
    }
    let organisation = accounts::account(&mut tx, account, store::prague::day(at)).await?.organisation;
    let content = serde_json::json!({ "joined": join });
    let by = audit::By { organisation, account, person, session: None };
    tx.audit(audit::Record::done("accounts.invitation", "account", account, content).done_by(by));
    let mut next = if info.signing_in.is_some() { "/prihlaseni/organizace" } else { "/ucet?hotovo=ulozeno" };
    if let Some(live) = info.signing_in.as_ref().filter(|live| !join && live.account.id == account)
        && !accounts::wait_for_another(&mut tx, live.id).await?
    {
        accounts::end_session(&mut tx, live.id, accounts::Ended::SignedOut, at).await?;
        next = "/prihlaseni";
    }
    tx.commit(at).await?;
    request::go_to(next);
    Ok(())
}
permit!(AnswerInvitation => Permission::SigningIn);

/// The accounts of a person with what can be done: choose one, or answer an invitation.
#[cfg(feature = "ssr")]
#[component]
pub fn Organisations(
    /// The accounts.
    accounts: Vec<store::accounts::Choosable>,
    /// The one in use.
    current: Option<uuid::Uuid>,
) -> impl IntoView {
    use domain::accounts::Role;
    view! {
        <ul class="choices">
            {accounts.into_iter().map(|account| {
                let role = Role::from_code(&account.role).map_or("", Role::label);
                let id = account.id.to_string();
                let action = if account.waits {
                    view! {
                        <form class="row" method="post">
                            <CommandFields path=AnswerInvitation::PATH/>
                            <input type="hidden" name="ucet" value=id/>
                            <button class="btn btn--primary" name="odpoved" value="ano">"Přidat se"</button>
                            <button class="btn" name="odpoved" value="ne">"Odmítnout"</button>
                        </form>
                    }.into_any()
                } else if current == Some(account.id) {
                    view! { <Pill tone=Tone::Ok word="pracujete za ni"/> }.into_any()
                } else {
                    view! {
                        <form method="post">
                            <CommandFields path=ChooseOrganisation::PATH/>
                            <input type="hidden" name="ucet" value=id/>
                            <button class="btn" aria-label=format!("Pracovat za: {}", account.organisation)>"Pracovat za ni"</button>
                        </form>
                    }.into_any()
                };
                view! { <li><span><strong>{account.organisation}</strong><br/><span class="meta">{role}</span></span>{action}</li> }
            }).collect_view()}
        </ul>
    }
}

/// `/prihlaseni/organizace`: for whom the person works now.
#[cfg(feature = "ssr")]
#[component]
pub fn OrganisationPage() -> impl IntoView {
    use super::session;
    loaded(async {
        let live = session::before(|gate| gate == Gate::Organisation)?;
        let mut tx = request::as_program().await?;
        let accounts = store::accounts::accounts_of_person(&mut tx, live.account.person).await?;
        Ok(view! {
            <GatePage title="Za koho pracujete?" name=live.account.person_name>
                <p>{if accounts.iter().all(|account| account.waits) {
                    "Organizace vás pozvala. Přidejte se k ní a potom ji vyberte; dokud to neuděláte, nic se vám neotevře."
                } else {
                    "Účet máte ve více organizacích. Oprávnění, prohlášení i záznamy patří té, kterou vyberete; změnit ji můžete kdykoli."
                }}</p>
                <Organisations accounts current=None/>
            </GatePage>
        }
        .into_any())
    })
}

/// Ends the session that the person has elsewhere and opens this one.
#[server(name = TakeOver, prefix = "/prikaz", endpoint = "prihlasit/prevzit")]
pub async fn take_over() -> Result<(), AppError> {
    use super::session;
    use store::{accounts, audit};
    let live = session::before(|gate| gate == Gate::TakeOver)?;
    let info = request::info();
    let at = info.received_at;
    let mut tx = request::as_program().await?;
    accounts::end_sessions_of(&mut tx, live.account.person, Some(live.id), accounts::Ended::TakenOver, at).await?;
    session::note(&mut tx, &live, "accounts.session.take_over", audit::Outcome::Done);
    let next = session::advance(&mut tx, live.id, live.back.as_deref(), at).await?;
    tx.commit(at).await?;
    request::go_to(&next);
    Ok(())
}
permit!(TakeOver => Permission::SigningIn);
permit_page!("/prihlaseni/prevzit" => Permission::SigningIn);

/// `/prihlaseni/prevzit`: the person is signed in elsewhere.
#[cfg(feature = "ssr")]
#[component]
pub fn TakeOverPage() -> impl IntoView {
    use super::session;
    loaded(async {
        let live = session::before(|gate| gate == Gate::TakeOver)?;
        let info = request::info();
        let at = info.received_at;
        let mut tx = request::deps().store.begin_from(&Actor::Account(Box::new(live.account.clone())), info.origin).await?;
        let elsewhere: Vec<_> = store::accounts::own_sessions(&mut tx, at, request::deps().sessions.idle, 20)
            .await?
            .into_iter()
            .filter(|other| other.live && other.opened && other.id != live.id)
            .collect();
        Ok(view! {
            <GatePage title="Jste přihlášeni i jinde" name=live.account.person_name>
                <p>"Přihlášený můžete být jen na jednom místě. Když budete pokračovat tady, tam vás odhlásíme. Co jste tam psali do žádosti, je uložené."</p>
                <ul class="stack stack--tight">
                    {elsewhere.into_iter().map(|other| view! {
                        <li>{super::own::device(other.device.as_deref())}<br/><span class="meta">{format!(
                            "přihlášení {}, naposledy {}{}",
                            domain::time::date_time(store::prague::local(other.created_at)),
                            domain::time::date_time(store::prague::local(other.last_seen_at)),
                            other.address.map(|address| format!(", adresa {address}")).unwrap_or_default(),
                        )}</span></li>
                    }).collect_view()}
                </ul>
                <form method="post">
                    <CommandFields path=TakeOver::PATH/>
                    <button class="btn btn--primary btn--l btn--block">"Pokračovat tady"</button>
                </form>
            </GatePage>
        }
        .into_any())
    })
}
