//! The table of contents of the application: the document and its pages.

use crate::{
    accounts,
    components::SPRITE,
    error::AppError,
    home,
    layout::*,
    operations, registry, request,
    subsidy::{applications::pages as applications, assessment, awards, calculation, decision, rounds, schemes},
};
use domain::accounts::{Actor, OrganisationKind};
use leptos::prelude::*;
use leptos_meta::*;
use leptos_router::{SsrMode, components::*, path};

/// Sentences that a command can leave on the page it ends on, by their code in `?hotovo=`.
pub const DONE: &[(&str, &str)] = &[
    ("ulozeno", "Uloženo."),
    ("zalozeno", "Založeno."),
    ("odhlaseno", "Jste odhlášeni."),
    ("termin-zverejnen", "Termín je zveřejněný, žadatelé ho vidí."),
    ("mimoradny-termin", "Mimořádný termín je povolený."),
    ("odebrano", "Žádost je odebraná. Žadatel teď může podat vlastní."),
    ("nacteno", "Žádosti ze souboru jsou načtené."),
    ("prideleno", "Služby jsou přidělené."),
    ("navrh", "Běh se stal návrhem prvního kroku."),
    ("krok", "Krok je uzavřen, rozhoduje další."),
    ("priznano", "Poslední krok je uzavřen, dotace jsou přiznané."),
    ("zverejneno", "Výsledky jsou zveřejněné."),
    ("dokonceno", "Hodnocení předchozí služby je dokončené."),
    ("nacteno-z-registru", "Údaje jsou znovu načtené z registru."),
    ("pridano", "Služby jsou přidané do žádosti."),
    ("vraceno", "Služba je zpátky v žádosti i s tím, co jste vyplnili."),
    ("uzamceno", "Žádost je uzamčená. Zbývá ji podat."),
    ("odemceno", "Žádost je odemčená, můžete ji měnit."),
    ("vzato-zpet", "Žádost je vzatá zpět a zase rozepsaná. Podaná podoba zůstala v historii."),
    ("cislo", "Číslo služby je zapsané, služba je teď v registru úplná."),
    ("konec", "Konec poskytování je zapsaný."),
    ("utajeno", "Adresa je utajená. Vidíte ji jen vy a poskytovatel."),
    ("organ", "Registrující orgán je určený."),
    ("import", "Import proběhl celý."),
    ("beh", "Běh je spočítaný a uložený."),
    ("schema", "Verze schématu je založená."),
    ("heslo", "Heslo je změněné. Ostatní přihlášení jsme ukončili."),
    ("druhy-faktor", "Druhý faktor je zapnutý."),
    ("bez-druheho-faktoru", "Druhý faktor je zrušený."),
    ("ukonceno", "Přihlášení je ukončené."),
    ("ucet", "Účet je založený."),
    ("pozvano", "Účet je založený. Začne platit, až ho ten, komu patří, potvrdí."),
    ("pravo", "Oprávnění je přidělené."),
    ("odebrano-pravo", "Oprávnění je odebrané a přestalo platit hned."),
    ("zablokovano", "Účet je zablokovaný a odhlášený."),
    ("odblokovano", "Účet je odblokovaný."),
    ("jednorazove", "Nové jednorázové heslo platí, dosavadní už ne."),
    ("zmena-hesla", "Při příštím přihlášení si zvolí nové heslo."),
    ("souhlas", "Souhlas je zapsaný."),
    ("odstavka-konec", "Odstávka je ukončená, nebo zrušená. Lidé už ji na stránkách nevidí."),
    ("stazeno", "Aktualita je stažená."),
    ("klic", "Přístupový klíč je přidaný."),
    ("bez-klice", "Přístupový klíč je zrušený."),
    ("identita", "Účet je spojený. Příště se můžete přihlásit i tudy."),
    ("bez-identity", "Spojení je zrušené."),
    ("vybrano", "Schéma je vybrané pro kolo."),
];

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

/// Every page. The router takes the first route that fits, so words stand before parameters.
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
                <Route path=path!("/dotace") view=rounds::list::YearsPage ssr=SsrMode::Async/>
                <Route path=path!("/dotace/schemata") view=schemes::list::SchemesPage ssr=SsrMode::Async/>
                <Route path=path!("/dotace/schemata/:schema/:verze") view=schemes::editor::EditorPage ssr=SsrMode::Async/>
                <Route path=path!("/dotace/schemata/:schema/:verze/rozdily") view=schemes::differences::DifferencesPage ssr=SsrMode::Async/>
                <Route path=path!("/dotace/vysledky") view=awards::own::OwnAwardsPage ssr=SsrMode::Async/>
                <Route path=path!("/dotace/zadosti") view=applications::ApplicationsPage ssr=SsrMode::Async/>
                <Route path=path!("/dotace/zadosti/:id") view=applications::OverviewPage ssr=SsrMode::Async/>
                <Route path=path!("/dotace/zadosti/:id/podani") view=applications::SubmissionPage ssr=SsrMode::Async/>
                <Route path=path!("/dotace/zadosti/:id/podani/:udalost") view=applications::FrozenPage ssr=SsrMode::Async/>
                <Route path=path!("/dotace/zadosti/:id/podano") view=applications::ResultPage ssr=SsrMode::Async/>
                <Route path=path!("/dotace/zadosti/:id/podat") view=applications::SubmitPage ssr=SsrMode::Async/>
                <Route path=path!("/dotace/zadosti/:id/sluzba/:sluzba/kapacita") view=applications::CapacityPage ssr=SsrMode::Async/>
                <Route path=path!("/dotace/zadosti/:id/sluzba/:sluzba/kraje") view=applications::KrajePage ssr=SsrMode::Async/>
                <Route path=path!("/dotace/zadosti/:id/sluzba/:sluzba/rozpocet") view=applications::BudgetPage ssr=SsrMode::Async/>
                <Route path=path!("/dotace/zadosti/:id/sluzba/:sluzba/zdroje") view=applications::SourcesPage ssr=SsrMode::Async/>
                <Route path=path!("/dotace/zadosti/:id/sluzby") view=applications::ServicesPage ssr=SsrMode::Async/>
                <Route path=path!("/dotace/zadosti/:id/spolecne") view=applications::CommonPage ssr=SsrMode::Async/>
                <Route path=path!("/dotace/zadosti/:id/ucet") view=applications::AccountPage ssr=SsrMode::Async/>
                <Route path=path!("/dotace/zadosti/:id/vzit-zpet") view=applications::WithdrawPage ssr=SsrMode::Async/>
                <Route path=path!("/dotace/:rok/:kolo") view=rounds::overview::RoundPage ssr=SsrMode::Async/>
                <Route path=path!("/dotace/:rok/:kolo/formalni") view=rounds::formal::FormalPage ssr=SsrMode::Async/>
                <Route path=path!("/dotace/:rok/:kolo/formalni/:zadost") view=rounds::formal::FormalCheckPage ssr=SsrMode::Async/>
                <Route path=path!("/dotace/:rok/:kolo/hodnoceni") view=assessment::grid::GridPage ssr=SsrMode::Async/>
                <Route path=path!("/dotace/:rok/:kolo/hodnoceni/sloupce") view=assessment::columns::ColumnsPage ssr=SsrMode::Async/>
                <Route path=path!("/dotace/:rok/:kolo/hodnoceni/:sluzba") view=assessment::detail::AssessmentPage ssr=SsrMode::Async/>
                <Route path=path!("/dotace/:rok/:kolo/navrhy") view=decision::page::ProposalsPage ssr=SsrMode::Async/>
                <Route path=path!("/dotace/:rok/:kolo/porovnat") view=calculation::compare::ComparePage ssr=SsrMode::Async/>
                <Route path=path!("/dotace/:rok/:kolo/terminy") view=rounds::terms::TermsPage ssr=SsrMode::Async/>
                <Route path=path!("/dotace/:rok/:kolo/vypocet") view=calculation::runs::RunsPage ssr=SsrMode::Async/>
                <Route path=path!("/dotace/:rok/:kolo/vypocet/co-kdyby") view=calculation::what_if::WhatIfPage ssr=SsrMode::Async/>
                <Route path=path!("/dotace/:rok/:kolo/vypocet/:beh") view=calculation::run::RunPage ssr=SsrMode::Async/>
                <Route path=path!("/dotace/:rok/:kolo/vysledek/:sluzba/proc-tolik") view=awards::why::WhyPage ssr=SsrMode::Async/>
                <Route path=path!("/dotace/:rok/:kolo/vysledky/:kraj") view=awards::results::ResultsPage ssr=SsrMode::Async/>
                <Route path=path!("/dotace/:rok/:kolo/zadosti") view=rounds::applications::ApplicationsPage ssr=SsrMode::Async/>
                <Route path=path!("/dotace/:rok/:kolo/zadosti/import") view=rounds::import::ImportPage ssr=SsrMode::Async/>
                <Route path=path!("/dotace/:rok/:kolo/zverejneni") view=awards::publication::PublicationPage ssr=SsrMode::Async/>
                <Route path=path!("/prehled") view=home::HomePage ssr=SsrMode::Async/>
                <Route path=path!("/aktuality") view=operations::news::NewsPage ssr=SsrMode::Async/>
                <Route path=path!("/aktuality/nova") view=operations::news::NewNewsPage ssr=SsrMode::Async/>
                <Route path=path!("/aktuality/:id") view=operations::news::NewsItemPage ssr=SsrMode::Async/>
                <Route path=path!("/aktuality/:id/upravit") view=operations::news::EditNewsPage ssr=SsrMode::Async/>
                <Route path=path!("/napoveda") view=operations::handbook::HandbookPage ssr=SsrMode::Async/>
                <Route path=path!("/napoveda/:cast") view=operations::handbook::PartPage ssr=SsrMode::Async/>
                <Route path=path!("/organizace") view=accounts::organisations::OrganisationsPage ssr=SsrMode::Async/>
                <Route path=path!("/organizace/:id") view=accounts::organisations::OrganisationPage ssr=SsrMode::Async/>
                <Route path=path!("/prihlaseni/druhy-faktor") view=accounts::second_factor::SetUpPage ssr=SsrMode::Async/>
                <Route path=path!("/prihlaseni/heslo") view=accounts::gates::PasswordPage ssr=SsrMode::Async/>
                <Route path=path!("/prihlaseni/jinde") view=accounts::identities::WayPage ssr=SsrMode::Async/>
                <Route path=path!("/prihlaseni/jinde/zpet") view=accounts::identities::ReturnPage ssr=SsrMode::Async/>
                <Route path=path!("/prihlaseni/klic") view=accounts::passkeys::PasskeyPage ssr=SsrMode::Async/>
                <Route path=path!("/prihlasovani") view=accounts::identity_providers::ProvidersPage ssr=SsrMode::Async/>
                <Route path=path!("/prihlasovani/novy") view=accounts::identity_providers::ProviderPage ssr=SsrMode::Async/>
                <Route path=path!("/prihlasovani/:id") view=accounts::identity_providers::ProviderPage ssr=SsrMode::Async/>
                <Route path=path!("/prihlaseni/kod") view=accounts::second_factor::CodePage ssr=SsrMode::Async/>
                <Route path=path!("/prihlaseni/obnova") view=accounts::recovery::AskPage ssr=SsrMode::Async/>
                <Route path=path!("/prihlaseni/obnova/:odkaz") view=accounts::recovery::RecoverPage ssr=SsrMode::Async/>
                <Route path=path!("/prihlaseni/organizace") view=accounts::gates::OrganisationPage ssr=SsrMode::Async/>
                <Route path=path!("/prihlaseni/prevzit") view=accounts::gates::TakeOverPage ssr=SsrMode::Async/>
                <Route path=path!("/prihlaseni") view=accounts::sign_in::SignInPage ssr=SsrMode::Async/>
                <Route path=path!("/pristupnost") view=operations::accessibility::AccessibilityPage ssr=SsrMode::Async/>
                <Route path=path!("/provoz/posta") view=operations::mail::MailPage ssr=SsrMode::Async/>
                <Route path=path!("/provoz/nastaveni") view=operations::settings::SettingsPage ssr=SsrMode::Async/>
                <Route path=path!("/provoz/odstavky") view=operations::outages::OutagesPage ssr=SsrMode::Async/>
                <Route path=path!("/provoz/odstavky/:id") view=operations::outages::OutagePage ssr=SsrMode::Async/>
                <Route path=path!("/provoz") view=operations::state::StatePage ssr=SsrMode::Async/>
                <Route path=path!("/registr") view=registry::search::SearchPage ssr=SsrMode::Async/>
                <Route path=path!("/registr/import") view=registry::imports::ImportsPage ssr=SsrMode::Async/>
                <Route path=path!("/registr/import/:id") view=registry::imports::ImportPage ssr=SsrMode::Async/>
                <Route path=path!("/registr/kvalita") view=registry::quality::QualityPage ssr=SsrMode::Async/>
                <Route path=path!("/registr/nase") view=registry::ours::OursPage ssr=SsrMode::Async/>
                <Route path=path!("/registr/poskytovatel/:ico") view=registry::provider::ProviderPage ssr=SsrMode::Async/>
                <Route path=path!("/registr/sluzba/:id") view=registry::service::ServicePage ssr=SsrMode::Async/>
                <Route path=path!("/registr/sluzba/:id/oprava") view=registry::correction::CorrectionPage ssr=SsrMode::Async/>
                <Route path=path!("/ucet") view=accounts::own::OwnAccountPage ssr=SsrMode::Async/>
                <Route path=path!("/ucet/druhy-faktor") view=accounts::second_factor::SetUpPage ssr=SsrMode::Async/>
                <Route path=path!("/ucty") view=accounts::list::AccountsPage ssr=SsrMode::Async/>
                <Route path=path!("/ucty/import") view=accounts::import::ImportPage ssr=SsrMode::Async/>
                <Route path=path!("/ucty/import/:id") view=accounts::import::TryPage ssr=SsrMode::Async/>
                <Route path=path!("/ucty/opravneni") view=accounts::matrix::MatrixPage ssr=SsrMode::Async/>
                <Route path=path!("/ucty/novy") view=accounts::new_account::NewAccountPage ssr=SsrMode::Async/>
                <Route path=path!("/ucty/podani") view=accounts::list::DelegationPage ssr=SsrMode::Async/>
                <Route path=path!("/ucty/stopa") view=accounts::trail::TrailPage ssr=SsrMode::Async/>
                <Route path=path!("/ucty/stopa/:retezec/:cislo") view=accounts::trail::EventPage ssr=SsrMode::Async/>
                <Route path=path!("/ucty/:id") view=accounts::account::AccountPage ssr=SsrMode::Async/>
            </Routes>
        </Router>
    }
    .into_any()
}
