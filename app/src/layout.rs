//! The frame of every page: bar, head, content, foot; and the pages that say what went wrong.

use crate::{
    accounts::sign_out::SignOut,
    components::*,
    error::{AppError, Code},
    request,
};
use domain::accounts::{Account, Actor, OrganisationKind, Right};
use leptos::prelude::*;
use leptos_meta::Title;
use server_fn::ServerFn;
use std::future::Future;

/// A crumb: address and words. The last one has no address.
pub type Crumb = (Option<String>, String);

/// The frame. `calm` pages are for the public and providers, others compact for clerks.
#[component]
pub fn Page(
    /// The one heading, also the title of the window.
    #[prop(into)]
    title: String,
    /// A line under the heading.
    #[prop(optional, into)]
    sub: Option<String>,
    /// The way here; the page itself is added as the last one.
    #[prop(optional)]
    crumbs: Vec<(String, String)>,
    /// State and the one primary command, beside the heading.
    #[prop(optional, into)]
    beside: Option<AnyView>,
    /// Tabs under the heading.
    #[prop(optional, into)]
    under: Option<AnyView>,
    /// Comfortable width.
    #[prop(optional)]
    calm: bool,
    /// Whether the page head is shown; a page without one brings its own h1.
    #[prop(default = true)]
    head: bool,
    children: Children,
) -> impl IntoView {
    let head_class = if calm { "pagehead pagehead--calm" } else { "pagehead" };
    let here = title.clone();
    let help = crate::operations::handbook::about(&request::path());
    let shown = (!crumbs.is_empty()).then(|| {
        view! {
            <nav class="crumbs" aria-label="Drobečková navigace">
                <ol>
                    {crumbs.into_iter().map(|(href, words)| view! { <li><a href=href>{words}</a></li> }).collect_view()}
                    <li><span aria-current="page">{here}</span></li>
                </ol>
            </nav>
        }
    });
    view! {
        <Title text=escape(&format!("{title} · Kraj108"))/>
        <TopBar/>
        <main class="page" id="obsah">
            {head.then(|| view! {
                <div class=head_class>
                    {shown}
                    <div class="pagehead__row">
                        <h1>{title}</h1>
                        {help.map(|href| view! { <a class="help" href=href title="Nápověda k této stránce"><span aria-hidden="true">"?"</span><span class="sr">"Nápověda k této stránce"</span></a> })}
                        {beside}
                        {sub.map(|s| view! { <p class="pagehead__sub">{s}</p> })}
                    </div>
                    {under}
                </div>
            })}
            {outage_banners()}
            {done_banner()}
            {children()}
        </main>
        <Foot/>
    }
}

/// Outages that are near or that run, on every page.
fn outage_banners() -> impl IntoView {
    use crate::operations::notices;
    use domain::operations::{Module, OutageState};
    let info = request::info();
    notices::told(&info.outages, info.received_at)
        .into_iter()
        .map(|row| {
            let running = row.outage.state(info.received_at) == OutageState::Running;
            let lead = if running { "Probíhá odstávka" } else { "Plánovaná odstávka" };
            let concerned = if row.outage.modules.len() == Module::ALL.len() {
                String::new()
            } else {
                format!(" Týká se části {}.", row.outage.modules.iter().map(|m| format!("„{}“", m.label())).collect::<Vec<_>>().join(", "))
            };
            let how = if row.outage.read_only { " Číst půjde po celou dobu, ukládat ne." } else { "" };
            view! {
                <div class="main__note">
                    <div class="banner banner--box" data-tone="warn" role=running.then_some("status")>
                        <Icon name="warn"/>
                        <div class="banner__body"><strong>{format!("{lead}: {}.", notices::span(&row))}</strong>" "{notices::sentence(&row.reason)}{concerned}{how}</div>
                    </div>
                </div>
            }
        })
        .collect_view()
}

/// What a command that ended here says: `?hotovo=` names one of these sentences.
fn done_banner() -> Option<impl IntoView> {
    let code = request::query_pairs().into_iter().find(|(name, _)| name == "hotovo").map(|(_, value)| value)?;
    let sentence = crate::routes::DONE.iter().find(|(name, _)| *name == code)?.1;
    Some(
        view! { <div class="main__note"><div class="toast" data-tone="ok" role="status"><Icon name="done"/><span>{sentence}</span></div></div> },
    )
}

/// What the menu offers: only pages that this person may open.
fn menu(account: Option<&Account>) -> Vec<(&'static str, &'static str)> {
    let actor = request::actor();
    let opens = |path: &str| crate::permission::of("GET", path).is_some_and(|permission| actor.require(permission).is_ok());
    places(account).into_iter().filter(|(path, _)| opens(path)).collect()
}

/// What a person of this kind works with.
fn places(account: Option<&Account>) -> Vec<(&'static str, &'static str)> {
    let Some(account) = account else {
        return vec![("/registr", "Hledat službu"), ("/aktuality", "Aktuality"), ("/provoz", "Provoz"), ("/napoveda", "Nápověda")];
    };
    let has = |right| account.rights.contains(&right);
    let mut items = vec![("/prehled", "Přehled")];
    match account.kind {
        OrganisationKind::Provider => {
            items.push(("/dotace/zadosti", "Žádosti o dotaci"));
            items.push(("/registr/nase", "Naše služby v registru"));
        }
        OrganisationKind::Kraj | OrganisationKind::Mpsv => {
            items.push(("/registr", "Registr"));
            items.push(("/dotace", if account.kind == OrganisationKind::Mpsv { "Dotační roky" } else { "Dotace" }));
            if has(Right::SchemeEdit) || has(Right::Decision) {
                items.push(("/dotace/schemata", "Schémata"));
            }
            items.push(("/registr/kvalita", "Kvalita registru"));
            items.push(("/registr/import", "Import"));
        }
    }
    if has(Right::SystemAdministration) {
        items.push(("/ucty", "Účty"));
        if account.kind == OrganisationKind::Mpsv {
            items.push(("/organizace", "Organizace"));
            items.push(("/provoz/posta", "Pošta"));
        }
    } else if has(Right::ApplicationSubmit) || has(Right::ReportSubmit) {
        items.push(("/ucty/podani", "Pověření k podání"));
    }
    items.push(("/ucty/stopa", "Auditní stopa"));
    if has(Right::OperationsAdministration) {
        items.push(("/provoz", "Provoz"));
    }
    items
}

#[component]
fn TopBar() -> impl IntoView {
    let actor = request::actor();
    let account = actor.account().ok().cloned();
    let several = request::info().session.is_some_and(|session| session.several);
    let path = request::path();
    let items = menu(account.as_ref());
    // The current item is the longest one that the address begins with.
    let current =
        items.iter().map(|(href, _)| *href).filter(|href| path == *href || path.starts_with(&format!("{href}/"))).max_by_key(|h| h.len());
    let class = if account.is_some() { "topbar" } else { "topbar topbar--public" };
    let home = if account.is_some() { "/prehled" } else { "/" };
    view! {
        <header class=class>
            <a class="brand" href=home aria-label="Kraj108, úvod"><span class="brand__mark" aria-hidden="true">"§"</span><span>"Kraj"<b>"108"</b></span></a>
            <nav class="menu" id="menu" popover aria-label="Hlavní">
                <ul>
                    {items.into_iter().map(|(href, words)| view! { <li><a href=href aria-current=(current == Some(href)).then_some("page")>{words}</a></li> }).collect_view()}
                </ul>
            </nav>
            <div class="topbar__end">
                {match account {
                    None => view! { <a class="topbar__btn topbar__btn--edge" href="/prihlaseni"><Icon name="key"/>"Přihlásit se"</a> }.into_any(),
                    Some(account) => view! {
                        {(account.kind != OrganisationKind::Provider).then(|| view! { <form class="quick" role="search" aria-label="Rychlé hledání" action="/registr">
                            <label class="sr" for="rychle">"Najít službu nebo poskytovatele"</label>
                            <Icon name="search"/>
                            <input id="rychle" name="q" type="search" maxlength="200" placeholder="Služba, IČO, číslo"/>
                        </form> })}
                        {if several {
                            view! { <a class="topbar__btn topbar__btn--edge topbar__org" href="/ucet#organizace" title="Pracovat za jinou organizaci"><Icon name="house"/><span>{account.organisation_name}</span></a> }.into_any()
                        } else {
                            view! { <span class="topbar__btn topbar__btn--edge topbar__org" title=account.organisation_name.clone()><Icon name="house"/><span>{account.organisation_name.clone()}</span></span> }.into_any()
                        }}
                        <a class="topbar__btn" href="/ucet" title="Můj účet"><Icon name="user"/><span class="only-wide">{account.person_name}</span><span class="sr">", můj účet"</span></a>
                        <form class="only-wide" method="post" action="/prihlaseni">
                            <CommandFields path=SignOut::PATH/>
                            <button class="topbar__btn" type="submit">"Odhlásit se"</button>
                        </form>
                    }.into_any(),
                }}
                <button class="topbar__btn topbar__burger" type="button" popovertarget="menu"><Icon name="menu"/>"Menu"</button>
            </div>
        </header>
    }
}

#[component]
fn Foot() -> impl IntoView {
    let demo = request::deps().demo;
    view! {
        <footer class="foot">
            <span>"Kraj108 · registr, výkazy a dotace sociálních služeb podle zákona č. 108/2006 Sb."</span>
            {demo.then(|| view! { <strong>"Ukázková data: nic zde není skutečné podání."</strong> })}
            <a href="/registr">"Registr"</a>
            <a href="/pristupnost">"Přístupnost"</a>
            <a href="/aktuality">"Aktuality"</a>
            <a href="/provoz">"Stav systému"</a>
            <a href="/napoveda">"Nápověda"</a>
        </footer>
    }
}

/// A page whose content is read first: shows it, or what went wrong, with the right status.
pub fn loaded<F>(content: F) -> impl IntoView
where
    F: Future<Output = Result<AnyView, AppError>> + Send + 'static,
{
    Suspend::new(async move {
        match content.await {
            Ok(view) => view,
            Err(error) => view! { <ErrorPage error/> }.into_any(),
        }
    })
}

/// The page for what did not work out. Sets the status.
#[component]
pub fn ErrorPage(
    /// What went wrong.
    error: AppError,
) -> impl IntoView {
    if let Some(response) = use_context::<leptos_axum::ResponseOptions>()
        && let Ok(status) = axum::http::StatusCode::from_u16(error.code.status())
    {
        response.set_status(status);
    }
    let title = match error.code {
        Code::SignIn => "Přihlaste se, prosím",
        Code::Forbidden => "Sem nemáte přístup",
        Code::NotFound => "Stránku jsme nenašli",
        Code::Stale => "Mezitím se něco změnilo",
        Code::Invalid => "Tohle nejde",
        Code::TooMany => "Příliš mnoho pokusů",
        Code::Fault => "Něco se pokazilo",
        Code::Unavailable => "Teď to nejde",
    };
    // Who calls the hotline names it, and the log is found by it.
    let number = matches!(error.code, Code::Fault | Code::Unavailable).then(request::number).flatten();
    let (href, words) = match (error.code, request::actor()) {
        (Code::SignIn, _) => {
            let back: String = serde_urlencoded::to_string([("zpet", request::path_and_query())]).unwrap_or_default();
            (format!("/prihlaseni?{back}"), "Přihlásit se")
        }
        (_, Actor::Account(_)) => ("/prehled".to_owned(), "Přejít na přehled"),
        _ => ("/registr".to_owned(), "Hledat v registru"),
    };
    view! {
        <Page title=title calm=true>
            <div class="main main--calm">
                <section class="card">
                    <p>{error.sentence}</p>
                    {number.map(|number| view! { <p class="meta">"Číslo požadavku pro horkou linku: "<code>{number}</code></p> })}
                    <p><a class="btn btn--primary" href=href>{words}</a></p>
                </section>
            </div>
        </Page>
    }
}

/// Loads the islands; stands at the end of a page that has some. A page without it ships no script.
#[component]
pub fn WithIslands() -> impl IntoView {
    let site = request::deps().site;
    view! { <script type="module" src=site.loader.clone() data-js=site.js.clone() data-wasm=site.wasm.clone()></script> }
}
