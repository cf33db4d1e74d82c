//! `/dotace/zadosti/{id}`: the whole application at once.

use super::READS;
use crate::{
    components::*,
    layout::*,
    request,
    subsidy::applications::{
        frame::{StatePill, about, deadline_line, protocol_list, said, service_words},
        live::{protocol, summary},
        open::{Opened, moment, open},
        part::{Part, standing},
    },
};
use domain::subsidy::application::State;
use leptos::prelude::*;
use store::subsidy::applications::{PartRow, parts};

permit_page!("/dotace/zadosti/{id}" => READS);

/// The page.
#[component]
pub fn OverviewPage() -> impl IntoView {
    loaded(async {
        let mut tx = request::read(READS).await?;
        let opened = open(&mut tx, request::path_id("id")?).await?;
        let frozen = parts::of_application(&mut tx, opened.stored.id).await?;
        let (id, now) = (opened.id(), opened.context.now);
        let title = format!("Žádost o dotaci {}, {}. kolo", opened.stored.round.year, opened.stored.round.number);
        let first = Part::all(opened.application()).into_iter().find(|part| {
            let findings = &opened.findings;
            !matches!(standing(part, opened.application(), findings), crate::subsidy::applications::part::Standing::Fine)
        });
        let (href, words) = match &opened.stored.state {
            State::Draft(_) => {
                let part = first.unwrap_or(Part::Submission);
                (part.address(&id), format!("Pokračovat: {}", part.title()))
            }
            State::Locked(_) => (Part::Submission.address(&id), "Pokračovat k podání".to_owned()),
            State::Submitted(_) => (Part::Submission.address(&id), "Podání a historie".to_owned()),
        };
        let saved = format!("Uloženo {} · {}", moment(opened.stored.updated_at, now), opened.stored.updated_by);
        let beside = view! {
            <StatePill state=opened.stored.state.clone()/>
            <div class="pagehead__actions"><a class="btn btn--primary" href=href>{words}<Icon name="right"/></a></div>
            <p class="pagehead__sub"><span>{opened.application().applicant.name.clone()}</span>{deadline_line(&opened)}<span>{saved}</span></p>
        }
        .into_any();
        let crumbs = vec![("/dotace/zadosti".to_owned(), "Žádosti o dotaci".to_owned())];
        let lines = protocol(&id, &Part::Submission, &opened.findings);
        let (main, kraje, card) = (services(&opened), kraje(&opened, frozen), parts_card(&opened));
        let check = (!matches!(opened.stored.state, State::Submitted(_))).then(|| {
            view! { <section class="card" id="kontrola"><div class="card__head"><h2>"Kontrola"</h2><span class="meta">{summary(&opened.findings)}</span></div>{protocol_list(lines)}</section> }
        });
        Ok(view! {
            <Page title=title crumbs=crumbs beside=beside>
                <div class="main main--calm">
                    <div class="cols cols--side">
                        <div class="stack">{main}{kraje}</div>
                        <aside class="stack" aria-label="Části a kontrola">{card}{check}</aside>
                    </div>
                </div>
            </Page>
        }
        .into_any())
    })
}

fn services(opened: &Opened) -> AnyView {
    let application = opened.application();
    let id = opened.id();
    let add = Part::Services.address(&id);
    view! {
        <section class="card card--flush" aria-labelledby="sluzby">
            <div class="card__head"><h2 id="sluzby">"Služby"</h2><span class="count">{application.services.len()}</span></div>
            {if application.services.is_empty() {
                view! { <Empty title="Zatím žádná služba" text="Přidejte služby z registru, pro které chcete žádat." way=(add.clone(), if opened.editable() { "Přidat služby" } else { "Služby" }.to_owned())/> }.into_any()
            } else {
                view! {
                    <div class="grid grid--bare" role="region" aria-label="Služby v žádosti" tabindex="0"><table class="data">
                        <thead><tr><th scope="col">"Služba"</th><th scope="col">"Zbývá"</th><th scope="col" class="num">"Náklady"</th><th scope="col" class="num">"Požadavek"</th></tr></thead>
                        <tbody>{application.services.iter().map(|service| {
                            let href = Part::Capacity(service.facts.service.clone()).address(&id);
                            let (tone, icon, words) = service_words(service, application, &opened.findings);
                            let words = if words.is_empty() { "v pořádku".to_owned() } else { words };
                            view! {
                                <tr>
                                    <th scope="row"><a href=href>{service.name.clone()}</a><br/><small class="muted">{about(service)}</small></th>
                                    <td><span class="say" data-tone=tone.map(Tone::code)>{icon.map(|icon| view! { <Icon name=icon/> })}{words}</span></td>
                                    <td class="num">{service.costs().to_string()}</td><td class="num">{service.request().to_string()}</td>
                                </tr>
                            }
                        }).collect_view()}</tbody>
                        <tfoot><tr><th scope="row" colspan="2">"Celkem"</th><td class="num">{application.costs().to_string()}</td><td class="num">{application.request().to_string()}</td></tr></tfoot>
                    </table></div>
                    {opened.editable().then(|| view! { <div class="card__foot"><a class="btn" href=add><Icon name="plus"/>"Přidat nebo odebrat služby"</a></div> })}
                }.into_any()
            }}
        </section>
    }
    .into_any()
}

/// What is requested of each kraj, and its frozen part.
pub fn kraje(opened: &Opened, frozen: Vec<PartRow>) -> AnyView {
    let application = opened.application();
    let asked = application.asked();
    if asked.is_empty() {
        return view! { <section class="card"><h2>"Kraje"</h2><p class="muted">"Zatím nežádáte žádný kraj. Vyberete je u každé služby v části Kraje a podíly."</p></section> }.into_any();
    }
    let live: Vec<PartRow> = frozen.into_iter().filter(|part| part.withdrawn_at.is_none()).collect();
    let submitted = !live.is_empty();
    view! {
        <section class="card card--flush" aria-labelledby="kraje">
            <div class="card__head"><h2 id="kraje">"Kraje"</h2><span class="count">{asked.len()}</span></div>
            <div class="grid grid--bare" role="region" aria-label="Požadavek na jednotlivé kraje" tabindex="0"><table class="data">
                <thead><tr><th scope="col">"Kraj"</th><th scope="col">"Termín podávání"</th>{submitted.then(|| view! { <th scope="col">"Číslo části"</th> })}<th scope="col" class="num">"Požadavek"</th></tr></thead>
                <tbody>{asked.into_iter().map(|kraj| {
                    let term = opened.context.terms.get(&kraj).map_or_else(|| "nezveřejněn".to_owned(), |t| t.label.clone());
                    let part = live.iter().find(|part| part.kraj == kraj).map(|part| part.reference.clone());
                    view! { <tr><th scope="row">{kraj.name()}</th><td>{term}</td>{submitted.then(|| view! { <td>{part.unwrap_or_else(|| "–".to_owned())}</td> })}<td class="num">{application.request_to(kraj).to_string()}</td></tr> }
                }).collect_view()}</tbody>
                <tfoot><tr><th scope="row" colspan=if submitted { "3" } else { "2" }>"Celkem"</th><td class="num">{application.request().to_string()}</td></tr></tfoot>
            </table></div>
        </section>
    }
    .into_any()
}

fn parts_card(opened: &Opened) -> AnyView {
    let application = opened.application();
    let id = opened.id();
    let parts = [Part::Common, Part::Account, Part::Services, Part::Submission];
    view! {
        <nav class="card" aria-label="Části žádosti"><h2>"Části žádosti"</h2>
            <ol class="steps">{parts.into_iter().enumerate().map(|(at, part)| {
                let (tone, icon, words) = said(standing(&part, application, &opened.findings));
                let (tone, icon, words) = if part == Part::Submission && icon == Some("check") { (None, None, String::new()) } else { (tone, icon, words) };
                view! {
                    <li data-tone=tone.map(Tone::code)><a href=part.address(&id)>
                        <span class="steps__dot" aria-hidden="true">{match icon { Some(icon) => view! { <Icon name=icon/> }.into_any(), None => (at + 1).into_any() }}</span>
                        <span>{part.title()}</span>{(!words.is_empty()).then(|| view! { <small>{words}</small> })}
                    </a></li>
                }
            }).collect_view()}</ol>
        </nav>
    }
    .into_any()
}
