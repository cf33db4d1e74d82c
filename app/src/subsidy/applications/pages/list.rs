//! `/dotace/zadosti`: rounds of the provider, its applications, and until when what can be done.

use super::READS;
use crate::{
    components::*,
    layout::*,
    request,
    subsidy::{
        applications::{
            commands::CreateApplication,
            frame::StatePill,
            open::{last_minute, moment},
        },
        dates,
    },
};
use chrono::{DateTime, Utc};
use domain::{
    accounts::Right,
    codelists::Kraj,
    subsidy::window::{Terms, Window, common},
};
use leptos::prelude::*;
use server_fn::ServerFn;
use std::collections::BTreeMap;
use store::subsidy::applications::{Listed, Round, drafts, windows};

permit_page!("/dotace/zadosti" => READS);

/// The page.
#[component]
pub fn ApplicationsPage() -> impl IntoView {
    loaded(async {
        let mut tx = request::read(READS).await?;
        let info = request::info();
        let (_, provider) = info.actor.provider()?;
        let mine = drafts::of_provider(&mut tx, provider).await?;
        let mut rounds = Vec::new();
        for round in windows::rounds(&mut tx).await? {
            let terms = windows::terms(&mut tx, round.id, provider).await?;
            rounds.push((round, terms));
        }
        let content = if rounds.is_empty() {
            view! { <section class="card"><Empty title="Zatím žádné dotační kolo" text="Ministerstvo ještě žádné kolo neotevřelo. Až ho otevře a první kraj zveřejní termín, půjde tady založit žádost."/></section> }.into_any()
        } else {
            rounds
                .into_iter()
                .map(|(round, terms)| {
                    let application = mine.iter().find(|listed| listed.round == round.id).cloned();
                    round_view(round, terms, application, info.received_at)
                })
                .collect_view()
                .into_any()
        };
        Ok(view! {
            <Page title="Žádosti o dotaci" calm=true>
                <div class="main main--calm">{content}</div>
            </Page>
        }
        .into_any())
    })
}

/// The window that runs or comes next among some.
fn next(windows: impl IntoIterator<Item = Window>, now: DateTime<Utc>) -> Option<Window> {
    windows.into_iter().filter(|window| now < window.closes()).min_by_key(|window| (window.opens().max(now), window.closes()))
}

fn round_view(round: Round, terms: BTreeMap<Kraj, Terms>, application: Option<Listed>, now: DateTime<Utc>) -> AnyView {
    let title = format!("{}, {}. kolo", round.year, round.number);
    let heading = format!("kolo-{}", round.id);
    let labelled = heading.clone();
    let published = terms.values().filter(|t| t.published()).count();
    let count = format!(
        "{published} {}",
        domain::text::plural(
            i64::try_from(published).unwrap_or(0),
            "kraj zveřejnil termín",
            "kraje zveřejnily termín",
            "krajů zveřejnilo termín"
        )
    );
    let pill = application.as_ref().map(|a| view! { <StatePill state=a.state.clone()/> });
    let action = match &application {
        Some(application) => existing(application, &terms, now),
        None => fresh(&round, &terms, now),
    };
    let rows = terms.into_iter().map(|(kraj, terms)| term_row(kraj, &terms, now)).collect_view();
    view! {
        <section class="card card--flush" aria-labelledby=labelled>
            <div class="card__head"><h2 id=heading>{title}</h2>{pill}<span class="meta row--end">{round.label}" · "{count}</span></div>
            {action}
            {(published > 0).then(|| view! {
                <details class="card__foot"><summary>"Termíny krajů"</summary>
                    <div class="grid grid--bare" role="region" aria-label="Termíny krajů" tabindex="0"><table class="data">
                        <thead><tr><th scope="col">"Kraj"</th><th scope="col">"Přijímá žádosti"</th><th scope="col">"Stav"</th></tr></thead>
                        <tbody>{rows}</tbody>
                    </table></div>
                </details>
            })}
        </section>
    }
    .into_any()
}

fn term_row(kraj: Kraj, terms: &Terms, now: DateTime<Utc>) -> AnyView {
    let (tone, icon, words) = match next(terms.windows(), now) {
        Some(window) if window.opens() <= now => (Tone::Ok, "done", dates::remaining(window.closes(), now).unwrap_or_default()),
        Some(_) => (Tone::Neutral, "clock", "ještě nezačal".to_owned()),
        None => (Tone::Neutral, "lock", "skončil".to_owned()),
    };
    view! { <tr><th scope="row">{kraj.name()}</th><td>{terms.label.clone()}</td><td><span class="say" data-tone=tone.code()><Icon name=icon/>{words}</span></td></tr> }.into_any()
}

/// What can be done without an application.
fn fresh(round: &Round, terms: &BTreeMap<Kraj, Terms>, now: DateTime<Utc>) -> AnyView {
    if !terms.values().any(Terms::published) {
        return view! { <Empty title="Termín zatím nikdo nezveřejnil" text="Žádost půjde založit, jakmile termín podávání zveřejní první kraj. Nemusíte nic dělat, ukáže se to tady i na přehledu."/> }.into_any();
    }
    let Some(window) = next(terms.values().flat_map(Terms::windows), now) else {
        return view! { <Empty title="Termíny všech krajů skončily" text="Žádost v tomto kole jste nezaložili. Založit ji půjde, jen když vám některý kraj povolí mimořádný termín."/> }.into_any();
    };
    let (id, words) = (round.id.to_string(), format!("Založit žádost na rok {}", round.year));
    let text = if window.opens() <= now {
        format!("První z termínů, které teď běží, končí {}.", domain::time::deadline_when(windows::last_minute(window.closes())))
    } else {
        format!(
            "První termín začne {}. Žádost si můžete připravit už teď.",
            domain::time::deadline_when(store::prague::local(window.opens()))
        )
    };
    view! {
        <div class="card__body">
            <p>{text}</p>
            {if request::actor().has(Right::ApplicationWork) {
                view! {
                    <form method="post">
                        <CommandFields path=CreateApplication::PATH/>
                        <input type="hidden" name="kolo" value=id/>
                        <button class="btn btn--primary"><Icon name="plus"/>{words}</button>
                    </form>
                }
                .into_any()
            } else {
                view! { <p class="meta">"Založí ji, kdo má právo Práce se žádostí."</p> }.into_any()
            }}
        </div>
    }
    .into_any()
}

/// What can be done with the application.
fn existing(listed: &Listed, terms: &BTreeMap<Kraj, Terms>, now: DateTime<Utc>) -> AnyView {
    use domain::subsidy::application::State;
    let application = listed.state.application();
    let asked = application.asked();
    let windows = if asked.is_empty() {
        terms.values().flat_map(Terms::windows).collect()
    } else {
        let nothing = Terms::default();
        common(asked.iter().map(|kraj| terms.get(kraj).unwrap_or(&nothing)))
    };
    let until = next(windows, now);
    let sentence = match (&listed.state, until) {
        (State::Submitted(s), Some(window)) if window.opens() <= now => {
            format!("Podána {}. Vzít zpět ji můžete do {}.", moment(s.submitted_at, now), last_minute(window))
        }
        (State::Submitted(s), _) => format!("Podána {}. Termín skončil, kraje ji hodnotí.", moment(s.submitted_at, now)),
        (_, Some(window)) if window.opens() <= now => {
            let left = dates::remaining(window.closes(), now).map(|left| format!(" ({left})")).unwrap_or_default();
            format!("Podat ji můžete do {}{left}.", last_minute(window))
        }
        (_, Some(window)) => format!("Podat ji půjde od {}.", domain::time::deadline_bound(store::prague::local(window.opens()))),
        (_, None) => "Podat ji už nejde: žádané kraje nemají společný termín. Pomůže jen mimořádný termín.".to_owned(),
    };
    let href = format!("/dotace/zadosti/{}", listed.id);
    let services = application.services.len();
    let numbers = format!(
        "{services} {}, požadavek {}",
        domain::text::plural(i64::try_from(services).unwrap_or(0), "služba", "služby", "služeb"),
        application.request()
    );
    let saved = format!("naposledy {} uložil(a) {}", moment(listed.updated_at, now), listed.updated_by);
    let words = if matches!(listed.state, State::Draft(_)) { "Pokračovat" } else { "Otevřít žádost" };
    view! {
        <div class="card__body">
            <p>{sentence}</p>
            <p class="meta">{numbers}" · "{saved}</p>
            <p><a class="btn btn--primary" href=href>{words}</a></p>
        </div>
    }
    .into_any()
}
