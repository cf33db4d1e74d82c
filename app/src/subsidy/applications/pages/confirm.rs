//! `/dotace/zadosti/{id}/podat` and `…/vzit-zpet`: the question before what cannot simply be undone, with the safe way first.

use super::opened;
use crate::{
    components::*,
    layout::*,
    request,
    subsidy::applications::{
        SUBMITS,
        commands::{SubmitApplication, WithdrawApplication},
        frame::name,
        open::{self, Opened, last_minute},
        part::Part,
    },
};
use domain::subsidy::application::{Declaration, State};
use leptos::prelude::*;
use server_fn::ServerFn;

permit_page!("/dotace/zadosti/{id}/podat" => SUBMITS);
permit_page!("/dotace/zadosti/{id}/vzit-zpet" => SUBMITS);

fn crumbs(opened: &Opened) -> Vec<(String, String)> {
    let id = opened.id();
    vec![
        ("/dotace/zadosti".to_owned(), "Žádosti o dotaci".to_owned()),
        (format!("/dotace/zadosti/{id}"), name(opened)),
        (Part::Submission.address(&id), Part::Submission.title().to_owned()),
    ]
}

fn not_now(opened: &Opened, title: &'static str, text: &'static str) -> AnyView {
    let way = (Part::Submission.address(&opened.id()), "Kontrola a podání".to_owned());
    view! {
        <Page title=title crumbs=crumbs(opened) calm=true>
            <div class="main main--calm main--narrow"><section class="card"><Empty title="Teď to nejde" text=text way=way/></section></div>
        </Page>
    }
    .into_any()
}

/// Asks before the submission.
#[component]
pub fn SubmitPage() -> impl IntoView {
    loaded(async {
        let opened = opened().await?;
        if !matches!(opened.stored.state, State::Locked(_)) {
            return Ok(not_now(
                &opened,
                "Podat žádost",
                "Podat jde jen uzamčená žádost. Otevřete část Kontrola a podání, tam uvidíte, v jakém je stavu.",
            ));
        }
        let application = opened.application().clone();
        let (id, version) = (opened.id(), opened.stored.row_version);
        let back = Part::Submission.address(&id);
        let echo = request::echo();
        let refused = echo.as_ref().and_then(|e| e.error.clone());
        let unticked = refused.as_ref().is_some_and(|e| e.fields.iter().any(|(name, _)| name == "prohlaseni"));
        let services = application.services.len();
        let services = format!("{services} {}", domain::text::plural(i64::try_from(services).unwrap_or(0), "službu", "služby", "služeb"));
        let until = opened.until().filter(|w| w.contains(opened.context.now)).map(last_minute);
        let info = request::info();
        let mut tx = request::read(SUBMITS).await?;
        let delegated_by = open::delegated_by(&mut tx, &info.actor, info.received_at).await?;
        let words = Declaration::words(delegated_by.as_deref());
        let what = format!("Žádost o dotaci {} za {}", name(&opened), application.applicant.name);
        Ok(view! {
            <Page title="Podat žádost" crumbs=crumbs(&opened) calm=true>
                <div class="main main--calm main--narrow">
                    {refused.map(|e| view! { <Banner tone=Tone::Error alert=true>{e.sentence}</Banner> })}
                    <section class="card">
                        <h2>{what}</h2>
                        <p>{format!("Podáváte žádost na {services} s celkovým požadavkem {}. Každý kraj dostane svou část:", application.request())}</p>
                        <table class="data data--plain">
                            <caption class="sr">"Požadavek na jednotlivé kraje"</caption>
                            <thead><tr><th scope="col">"Kraj"</th><th scope="col" class="num">"Požadavek"</th></tr></thead>
                            <tbody>{application.asked().into_iter().map(|kraj| view! { <tr><th scope="row">{kraj.name()}</th><td class="num">{application.request_to(kraj).to_string()}</td></tr> }).collect_view()}</tbody>
                        </table>
                        <p>{until.map(|until| format!("Po podání ji nejde měnit. Vzít zpět ji můžete do {until}."))}</p>
                    </section>
                    <form class="card" method="post">
                        <CommandFields path=SubmitApplication::PATH version=version/>
                        <input type="hidden" name="zadost" value=id/>
                        <h2>"Prohlášení"</h2>
                        <p class="prose">{words}</p>
                        <label class="check"><input type="checkbox" name="prohlaseni" value="ano" id="prohlaseni" aria-invalid=unticked.then_some("true")/><span>"Souhlasím s prohlášením"</span></label>
                        {unticked.then(|| view! { <Message id="prohlaseni-m" tone=Tone::Error text="Bez prohlášení nejde žádost podat. Přečtěte si je a zaškrtněte, že s ním souhlasíte."/> })}
                        <div class="row"><a class="btn" href=back autofocus>"Zpět ke kontrole"</a><button class="btn btn--primary"><Icon name="send"/>"Podat žádost"</button></div>
                    </form>
                </div>
            </Page>
        }
        .into_any())
    })
}

/// Asks before the application is taken back.
#[component]
pub fn WithdrawPage() -> impl IntoView {
    loaded(async {
        let opened = opened().await?;
        let State::Submitted(submitted) = &opened.stored.state else {
            return Ok(not_now(
                &opened,
                "Vzít žádost zpět",
                "Zpět jde vzít jen podaná žádost. Otevřete část Kontrola a podání, tam uvidíte, v jakém je stavu.",
            ));
        };
        let (id, version) = (opened.id(), opened.stored.row_version);
        let back = Part::Submission.address(&id);
        let refused = request::echo().and_then(|e| e.error);
        let at = crate::subsidy::applications::open::to_the_second(submitted.submitted_at);
        let until = opened.until().filter(|w| w.contains(opened.context.now)).map(last_minute);
        let what = format!("Žádost o dotaci {} podaná {at}", name(&opened));
        Ok(view! {
            <Page title="Vzít žádost zpět" crumbs=crumbs(&opened) calm=true>
                <div class="main main--calm main--narrow">
                    {refused.map(|e| view! { <Banner tone=Tone::Error alert=true>{e.sentence}</Banner> })}
                    <form class="card" method="post">
                        <CommandFields path=WithdrawApplication::PATH version=version/>
                        <input type="hidden" name="zadost" value=id/>
                        <h2>{what}</h2>
                        <p>"Všechny kraje svou část ztratí a žádost bude zase rozepsaná. Podaná podoba zůstane v historii."</p>
                        <p>{until.map(|until| format!("Aby se hodnotila, musíte ji znovu uzamknout a podat do {until}."))}</p>
                        <div class="row"><a class="btn" href=back autofocus>"Nechat podanou"</a><button class="btn btn--danger"><Icon name="undo"/>"Vzít žádost zpět"</button></div>
                    </form>
                </div>
            </Page>
        }
        .into_any())
    })
}
