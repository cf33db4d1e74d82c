//! `/dotace/{rok}/{kolo}`: where the round stands in the own kraj, and the terms of all kraje.

use crate::{
    components::*,
    layout::*,
    request,
    subsidy::{
        ROUNDS, dates,
        tabs::{self, RoundState, RoundTabs, Step},
    },
};
use domain::{accounts::Right, codelists::Kraj, money::Money};
use leptos::prelude::*;
use store::subsidy::rounds::{self, KrajRound, Progress, Round};

permit_page!("/dotace/{rok}/{kolo}" => ROUNDS);

/// `/dotace/{rok}/{kolo}`.
#[component]
pub fn RoundPage() -> impl IntoView {
    loaded(async {
        let mut tx = request::read(ROUNDS).await?;
        let (year, number) = tabs::address()?;
        let actor = request::actor();
        let round = rounds::round(&mut tx, year, number).await.map_err(|e| tabs::missing(e, "Dotační kolo"))?;
        let set = rounds::kraj_rounds(&mut tx, round.id).await?;
        let kraj = actor.account()?.kraj.clone();
        let own = kraj.as_ref().and_then(|code| set.iter().find(|k| k.kraj_code == *code).cloned());
        let progress = match &own {
            Some(own) => rounds::progress(&mut tx, own.id).await?,
            None => Progress::default(),
        };
        let crumbs = vec![("/dotace".to_owned(), "Dotace".to_owned()), (format!("/dotace#rok-{year}"), year.to_string())];
        let title = round.label.clone();
        let tabs = kraj.is_some().then(|| view! { <RoundTabs round=round.clone() step=Step::Overview progress/> }.into_any());
        let state = kraj.is_some().then(|| view! { <RoundState own=own.clone()/> }.into_any());
        let may_set = actor.has(Right::RoundAdministration);
        let body = view! {
            {kraj.is_some().then(|| match own.clone() {
                Some(own) => view! { <Numbers own progress round=round.clone()/> }.into_any(),
                None => view! { <NotSet round=round.clone() may_set/> }.into_any(),
            })}
            <Kraje set now=request::info().received_at/>
        };
        Ok(view! { <RoundFrame title crumbs state tabs>{body}</RoundFrame> }.into_any())
    })
}

#[component]
fn RoundFrame(
    title: String,
    crumbs: Vec<(String, String)>,
    state: Option<AnyView>,
    tabs: Option<AnyView>,
    children: Children,
) -> impl IntoView {
    view! {
        <Page title=title crumbs=crumbs beside=state.unwrap_or_else(|| ().into_any()) under=tabs.unwrap_or_else(|| ().into_any())>
            <div class="main stack">{children()}</div>
        </Page>
    }
}

#[component]
fn NotSet(round: Round, may_set: bool) -> impl IntoView {
    let way = may_set.then(|| (tabs::href(round.year, round.number, "/terminy"), "Nastavit termín".to_owned()));
    let text = "Žadatelé mohou žádat, jakmile nastavíte a zveřejníte termín podávání, účel dotace a alokaci.";
    match way {
        Some(way) => view! { <Empty title="Váš kraj pro toto kolo ještě nic nenastavil" text=text way=way/> }.into_any(),
        None => view! { <Empty title="Váš kraj pro toto kolo ještě nic nenastavil" text=text/> }.into_any(),
    }
}

#[component]
fn Numbers(own: KrajRound, progress: Progress, round: Round) -> impl IntoView {
    let p = progress;
    let here = |rest| tabs::href(round.year, round.number, rest);
    let steps = [
        ("Žádosti", format!("{}", p.parts), here("/zadosti"), "přijatých částí žádostí".to_owned()),
        (
            "Formální kontrola",
            format!("{} z {}", p.parts - p.formal_open, p.parts),
            here("/formalni"),
            if p.formal_failed > 0 { format!("neprošlo {}", p.formal_failed) } else { "všechny zkontrolované prošly".to_owned() },
        ),
        (
            "Hodnocení",
            format!("{} z {}", p.finished, p.to_assess),
            here("/hodnoceni"),
            if p.unassigned > 0 { format!("bez hodnotitele {}", p.unassigned) } else { "všechny služby mají hodnotitele".to_owned() },
        ),
    ];
    view! {
        <section class="stats stats--strip" aria-label="Součty kola">
            <div class="stat"><span class="stat__label">"Alokace kraje"</span><span class="stat__value">{Money::crowns(own.allocation).to_string()}</span></div>
            <div class="stat"><span class="stat__label">{format!("Požadavky, {} služeb", p.services)}</span><span class="stat__value">{Money::crowns(p.request).to_string()}</span></div>
            {steps.into_iter().map(|(label, value, href, note)| view! {
                <div class="stat"><span class="stat__label">{label}</span><span class="stat__value"><a href=href>{value}</a></span><span class="meta">{note}</span></div>
            }).collect_view()}
        </section>
    }
}

/// Terms of all kraje, by their names; those that published nothing are told too.
#[component]
fn Kraje(set: Vec<KrajRound>, now: chrono::DateTime<chrono::Utc>) -> impl IntoView {
    let count = set.iter().filter(|k| k.window_published_at.is_some()).count();
    let rows = Kraj::all()
        .map(|kraj| {
            let code = kraj.code().to_string();
            let own = set.iter().find(|k| k.kraj_code == code);
            let (tone, icon, word) = tabs::state(own, now);
            let published = own.filter(|k| k.window_published_at.is_some());
            let window = published.and_then(KrajRound::window);
            let left = published.filter(|k| k.opens_at <= now).and_then(|k| dates::remaining(k.closes_at, now));
            view! {
                <tr>
                    <th scope="row">{kraj.name()}</th>
                    <td><Pill tone icon word/></td>
                    <td>{window.map_or_else(|| "–".to_owned(), dates::window_with_days)}</td>
                    <td>{left}</td>
                    <td class="num">{published.map_or_else(|| "–".to_owned(), |k| Money::crowns(k.allocation).plain())}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <section class="card card--flush" aria-labelledby="terminy-kraju">
            <div class="card__head"><h2 id="terminy-kraju">"Termíny krajů"</h2><span class="meta">{format!("termín zveřejnilo {count} ze {} krajů", Kraj::all().count())}</span></div>
            <div class="grid grid--bare" role="region" aria-label="Tabulka: termíny krajů" tabindex="0">
                <table class="data">
                    <thead><tr><th scope="col">"Kraj"</th><th scope="col">"Stav"</th><th scope="col">"Podávání žádostí"</th><th scope="col">"Zbývá"</th><th scope="col" class="num">"Alokace, Kč"</th></tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </section>
    }
}
