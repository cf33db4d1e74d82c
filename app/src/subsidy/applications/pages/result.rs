//! `/dotace/zadosti/{id}/podano`: what happened, its number, the time to the second, what comes next and until when it can be undone.

use super::READS;
use crate::{
    components::*,
    layout::*,
    request,
    subsidy::applications::{
        frame::name,
        open::{last_minute, open, to_the_second},
        pages::overview::kraje,
        part::Part,
    },
};
use domain::subsidy::application::State;
use leptos::prelude::*;
use store::subsidy::applications::{EventKind, drafts, parts};

permit_page!("/dotace/zadosti/{id}/podano" => READS);

/// The page.
#[component]
pub fn ResultPage() -> impl IntoView {
    loaded(async {
        let mut tx = request::read(READS).await?;
        let opened = open(&mut tx, request::path_id("id")?).await?;
        let id = opened.id();
        let events = drafts::events(&mut tx, opened.stored.id).await?;
        let frozen = parts::of_application(&mut tx, opened.stored.id).await?;
        let crumbs = vec![("/dotace/zadosti".to_owned(), "Žádosti o dotaci".to_owned()), (format!("/dotace/zadosti/{id}"), name(&opened))];
        let (State::Submitted(submitted), Some(event)) =
            (opened.stored.state.clone(), events.into_iter().find(|e| e.kind == EventKind::Submitted))
        else {
            let way = (Part::Submission.address(&id), "Kontrola a podání".to_owned());
            return Ok(view! {
                <Page title="Podání žádosti" crumbs=crumbs calm=true>
                    <div class="main main--calm main--narrow"><section class="card"><Empty title="Žádost teď podaná není" text="Pokud jste ji vzali zpět, je zase rozepsaná. Podané podoby najdete v historii." way=way/></section></div>
                </Page>
            }
            .into_any());
        };
        let at = to_the_second(submitted.submitted_at);
        let reference = event.subject.clone().unwrap_or_default();
        let until = opened.until().filter(|w| w.contains(opened.context.now)).map(last_minute);
        let (applicant, request) = (opened.application().applicant.name.clone(), opened.application().request().to_string());
        let kraje = kraje(&opened, frozen);
        Ok(view! {
            <Page title="Žádost je podaná" crumbs=crumbs calm=true>
                <div class="main main--calm main--narrow">
                    <section class="card card--accent" data-tone="ok">
                        <h2><Icon name="done" large=true/>" "{format!("Přijali jsme ji {at}")}</h2>
                        <dl class="facts">
                            <dt>"Číslo podání"</dt><dd><strong>{reference}</strong></dd>
                            <dt>"Žadatel"</dt><dd>{applicant}</dd>
                            <dt>"Podal(a)"</dt><dd>{submitted.declaration.who()}</dd>
                            <dt>"Požadavek"</dt><dd>{request}</dd>
                        </dl>
                        <p class="row"><a class="btn btn--primary" href=format!("/dotace/zadosti/{id}/podani/{}", event.id)><Icon name="print"/>"Podaná podoba k vytištění"</a><a class="btn" href=format!("/dotace/zadosti/{id}")>"Přehled žádosti"</a></p>
                    </section>
                    {kraje}
                    <section class="card"><h2>"Co bude dál"</h2>
                        <ol class="prose">
                            <li>"Každý kraj zkontroluje formální náležitosti své části a službu zhodnotí."</li>
                            <li>"Návrh podpory projednají orgány kraje. Výsledek uvidíte na přehledu, jakmile ho kraj zveřejní."</li>
                            {until.map(|until| view! { <li>"Do "<strong>{until}</strong>" můžete žádost "<a href=format!("/dotace/zadosti/{id}/vzit-zpet")>"vzít zpět"</a>" a opravit."</li> })}
                        </ol>
                    </section>
                </div>
            </Page>
        }
        .into_any())
    })
}
