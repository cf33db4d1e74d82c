//! The table of contents of the application: the document and its pages.

use crate::{accounts, components::SPRITE, error::AppError, home, layout::*, operations, registry, request};
use domain::accounts::{Actor, OrganisationKind};
use leptos::prelude::*;
use leptos_meta::*;
use leptos_router::{SsrMode, components::*, path};

/// Sentences that a command can leave on the page it ends on, by their code in `?hotovo=`.
pub const DONE: &[(&str, &str)] = &[("ulozeno", "Uloženo."), ("zalozeno", "Založeno."), ("odhlaseno", "Jste odhlášeni."), ("cislo", "Číslo služby je zapsané, služba je teď v registru úplná."), ("konec", "Konec poskytování je zapsaný."), ("utajeno", "Adresa je utajená. Vidíte ji jen vy a poskytovatel."), ("organ", "Registrující orgán je určený."), ("import", "Import proběhl celý.")];

/// The document around every page.
pub fn shell() -> impl IntoView {
    // Nothing is hydrated as a whole page, so the values that pages read are never written into them.
    if let Some(shared) = Owner::current_shared_context() {
        shared.set_is_hydrating(false);
    }
    let density = match use_context::<axum::http::request::Parts>().and_then(|p| p.extensions.get::<request::RequestInfo>().cloned()) {
        Some(request::RequestInfo { actor: Actor::Account(a), .. }) if a.kind != OrganisationKind::Provider => Some("compact"),
        _ => None,
    };
    let css = use_context::<request::Deps>().map(|d| d.site.css.clone()).unwrap_or_default();
    view! {
        <!DOCTYPE html>
        <html lang="cs" data-density=density>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                <link rel="stylesheet" href=css/>
                <MetaTags/>
            </head>
            <body>
                <Sprite/>
                <a class="skip" href="#obsah">"Přejít na obsah"</a>
                <App/>
            </body>
        </html>
    }
}

/// The symbols of the icons; constant text of ours, so it may stand in the page as it is.
#[component]
fn Sprite() -> impl IntoView {
    leptos::html::div().class("sr").attr("aria-hidden", "true").inner_html(SPRITE)
}

/// Every page.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    if let Some(error) = request::refusal() {
        return view! { <ErrorPage error/> }.into_any();
    }
    view! {
        <Router>
            <Routes fallback=|| view! { <ErrorPage error=AppError::not_found("Stránku")/> }>
                <Route path=path!("/") view=home::StartPage ssr=SsrMode::Async/>
                <Route path=path!("/prehled") view=home::HomePage ssr=SsrMode::Async/>
                <Route path=path!("/prihlaseni") view=accounts::sign_in::SignInPage ssr=SsrMode::Async/>
                <Route path=path!("/registr") view=registry::search::SearchPage ssr=SsrMode::Async/>
                <Route path=path!("/registr/sluzba/:id") view=registry::service::ServicePage ssr=SsrMode::Async/>
                <Route path=path!("/registr/sluzba/:id/oprava") view=registry::correction::CorrectionPage ssr=SsrMode::Async/>
                <Route path=path!("/registr/nase") view=registry::ours::OursPage ssr=SsrMode::Async/>
                <Route path=path!("/registr/kvalita") view=registry::quality::QualityPage ssr=SsrMode::Async/>
                <Route path=path!("/registr/import") view=registry::imports::ImportsPage ssr=SsrMode::Async/>
                <Route path=path!("/registr/import/:id") view=registry::imports::ImportPage ssr=SsrMode::Async/>
                <Route path=path!("/provoz") view=operations::state::StatePage ssr=SsrMode::Async/>
                <Route path=path!("/pristupnost") view=operations::accessibility::AccessibilityPage ssr=SsrMode::Async/>
                <Route path=path!("/registr/poskytovatel/:ico") view=registry::provider::ProviderPage ssr=SsrMode::Async/>
                <Route path=path!("/ucty") view=accounts::list::AccountsPage ssr=SsrMode::Async/>
            </Routes>
        </Router>
    }
    .into_any()
}
