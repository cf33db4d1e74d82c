//! `/dotace/zadosti/{id}/podani`: the check of the whole, locking, submitting, taking back, history.

use super::READS;
use crate::{
    components::*,
    layout::*,
    request,
    subsidy::applications::{
        SUBMITS,
        commands::{LockApplication, RestoreService, UnlockApplication},
        frame::{part_page, protocol_list},
        live::{protocol, summary},
        open::{Opened, last_minute, open, to_the_second},
        pages::overview::kraje,
        part::Part,
    },
};
use domain::subsidy::application::State;
use leptos::prelude::*;
use server_fn::ServerFn;
use store::subsidy::applications::{Event, EventKind, drafts, parts};

permit_page!("/dotace/zadosti/{id}/podani" => READS);

/// The page.
#[component]
pub fn SubmissionPage() -> impl IntoView {
    loaded(async {
        let mut tx = request::read(READS).await?;
        let opened = open(&mut tx, request::path_id("id")?).await?;
        let events = drafts::events(&mut tx, opened.stored.id).await?;
        let frozen = parts::of_application(&mut tx, opened.stored.id).await?;
        let lines = protocol(&opened.id(), &Part::Submission, &opened.findings);
        let submitted = matches!(opened.stored.state, State::Submitted(_));
        let content = view! {
            {command(&opened)}
            {(!submitted).then(|| view! {
                <section class="card" id="kontrola"><div class="card__head"><h2>"Kontrola celé žádosti"</h2><span class="meta">{summary(&opened.findings)}</span></div>
                    {protocol_list(lines)}
                </section>
            })}
            {kraje(&opened, frozen)}
        }
        .into_any();
        let aside = history(&opened, events);
        Ok(part_page(&opened, &Part::Submission, Part::Submission.title().to_owned(), content, aside))
    })
}

/// A command that this account cannot give says who can.
fn only_submitter(words: &'static str) -> AnyView {
    view! {
        <p class="row"><button class="btn" type="button" aria-disabled="true" aria-describedby="proc-ne">{words}</button></p>
        <p class="meta" id="proc-ne">"Uzamknout, podat a vzít zpět může jen ten, kdo má právo Podat žádost, tedy statutární zástupce, nebo koho pověřil (Delegování podání). Právo Podat žádost přiděluje správce systému vaší organizace."</p>
    }
    .into_any()
}

/// What can be done now.
fn command(opened: &Opened) -> AnyView {
    let (id, version) = (opened.id(), opened.stored.row_version);
    let may = opened.actor.require(SUBMITS).is_ok();
    match &opened.stored.state {
        State::Draft(_) => {
            let errors = opened.errors();
            let words = if errors == 0 {
                "Kontrola nenašla nic, co by podání bránilo. Uzamčením se žádost uzavře pro další změny; odemknout ji můžete kdykoli."
                    .to_owned()
            } else {
                let found = domain::subsidy::application::checks::summary(&opened.findings);
                let mend = if opened.editable() {
                    "Chyby nejdřív opravte, každý řádek protokolu vede k místu opravy."
                } else {
                    "Chyby nejdřív opraví ten, kdo má právo Práce se žádostí."
                };
                format!("Kontrola: {found}. {mend}")
            };
            view! {
                <section class="card"><h2>"1. Uzamknout"</h2><p>{words}</p>
                    {if !may {
                        only_submitter("Uzamknout žádost")
                    } else if errors > 0 {
                        view! { <p><button class="btn" type="button" aria-disabled="true" aria-describedby="proc-ne">"Uzamknout žádost"</button></p><p class="meta" id="proc-ne">"Uzamknout půjde, až kontrola nenajde žádnou chybu. Varování nebrání."</p> }.into_any()
                    } else {
                        view! {
                            <form method="post"><CommandFields path=LockApplication::PATH version=version/><input type="hidden" name="zadost" value=id/>
                                <button class="btn btn--primary"><Icon name="lock"/>"Uzamknout žádost"</button></form>
                        }.into_any()
                    }}
                </section>
            }
            .into_any()
        }
        State::Locked(locked) => {
            let at = to_the_second(locked.locked_at);
            let ready = opened.errors() == 0;
            view! {
                <section class="card"><h2>"2. Podat"</h2>
                    <p>{format!("Žádost je uzamčená od {at}.")}" "{if ready { "Zbývá ji podat." } else { "Kontrola teď našla chyby, proto ji podat nejde. Odemkněte ji a opravte, co je v protokolu." }}</p>
                    {if may {
                        view! {
                            <div class="row">
                                {ready.then(|| view! { <a class="btn btn--primary" href=format!("/dotace/zadosti/{id}/podat")><Icon name="send"/>"Podat žádost"</a> })}
                                <form method="post"><CommandFields path=UnlockApplication::PATH version=version/><input type="hidden" name="zadost" value=id.clone()/>
                                    <button class="btn">"Odemknout a upravit"</button></form>
                            </div>
                        }.into_any()
                    } else {
                        only_submitter("Podat žádost")
                    }}
                </section>
            }
            .into_any()
        }
        State::Submitted(submitted) => {
            let at = to_the_second(submitted.submitted_at);
            let closed = opened.closed();
            let until = opened.until().filter(|window| window.contains(opened.context.now)).map(last_minute);
            view! {
                <section class="card card--accent" data-tone="ok"><h2>"Žádost je podaná"</h2>
                    <p>{format!("Podal(a) {} {at}.", submitted.declaration.who())}" "{until.map(|until| format!("Vzít zpět ji můžete do {until}, potom ji kraje začnou hodnotit."))}</p>
                    {if !closed.is_empty() {
                        let names: Vec<&str> = closed.iter().map(|kraj| kraj.name()).collect();
                        view! { <p class="meta">{format!("Vzít zpět ji už nejde, termín skončil: {}.", names.join(", "))}</p> }.into_any()
                    } else if may {
                        view! { <p><a class="btn" href=format!("/dotace/zadosti/{id}/vzit-zpet")><Icon name="undo"/>"Vzít žádost zpět"</a></p> }.into_any()
                    } else {
                        only_submitter("Vzít žádost zpět")
                    }}
                </section>
            }
            .into_any()
        }
    }
}

/// What happened, newest first; submitted copies can be opened, removed services put back.
fn history(opened: &Opened, events: Vec<Event>) -> AnyView {
    let id = opened.id();
    let draft = opened.editable();
    view! {
        <section class="card" aria-labelledby="historie"><h2 id="historie">"Historie"</h2>
            <ol class="timeline timeline--tight">{events.into_iter().map(|event| {
                let tone = match event.kind {
                    EventKind::Submitted => "ok",
                    EventKind::Withdrawn | EventKind::ServiceRemoved => "warn",
                    _ => "neutral",
                };
                let at = store::prague::local(event.at);
                let subject = event.subject.clone().map(|subject| format!(": {subject}"));
                let restore = (event.kind == EventKind::ServiceRemoved && draft).then(|| view! {
                    <form method="post"><CommandFields path=RestoreService::PATH/>
                        <input type="hidden" name="zadost" value=id.clone()/><input type="hidden" name="udalost" value=event.id.to_string()/>
                        <button class="btn btn--quiet"><Icon name="undo"/>"Vrátit"</button></form>
                });
                let copy = (event.kind == EventKind::Submitted).then(|| view! { <a href=format!("/dotace/zadosti/{id}/podani/{}", event.id)>"Podaná podoba"</a> });
                view! {
                    <li data-tone=tone><time datetime=at.format("%Y-%m-%dT%H:%M:%S").to_string()>{domain::time::date_time(at)}</time>
                        <div><strong>{event.kind.label()}{subject}</strong><p class="muted">{event.person_name}</p>{copy}{restore}</div></li>
                }
            }).collect_view()}</ol>
        </section>
    }
    .into_any()
}
