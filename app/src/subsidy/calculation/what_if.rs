//! `/dotace/{rok}/{kolo}/vypocet/co-kdyby?beh=`: other numbers over a run, computed in the browser.

use super::{run::load, what_if_island::WhatIf};
use crate::{
    components::*,
    layout::*,
    request,
    subsidy::{
        ROUND_VIEW,
        tabs::{self, RoundTabs, Step},
    },
};
use domain::{accounts::Right, time::date_time};
use leptos::prelude::*;
use store::subsidy::{
    rounds::{self, Round},
    runs::{self, RunRow},
};

permit_page!("/dotace/{rok}/{kolo}/vypocet/co-kdyby" => ROUND_VIEW);

/// `/dotace/{rok}/{kolo}/vypocet/co-kdyby`.
#[component]
pub fn WhatIfPage() -> impl IntoView {
    loaded(async {
        let mut tx = request::read(ROUND_VIEW).await?;
        let (round, own) = tabs::load_set(&mut tx).await?;
        let all = runs::runs(&mut tx, own.id).await?;
        let asked = request::query_pairs().into_iter().find(|(name, _)| name == "beh").map(|(_, number)| number);
        let number = asked.or(all.first().map(|run| run.number.to_string()));
        let run = load(&mut tx, own.id, number).await?.row;
        let progress = rounds::progress(&mut tx, own.id).await?;
        let actor = request::actor();
        let save = actor.has(Right::Decision) && own.results_published_at.is_none();
        let save_scheme = save && actor.has(Right::SchemeEdit);
        let under = view! { <RoundTabs round=round.clone() step=Step::Calculation progress/> }.into_any();
        let mut crumbs = tabs::crumbs(&round);
        let here = tabs::href(round.year, round.number, "/vypocet");
        crumbs.push((here.clone(), "Výpočet".to_owned()));
        let about = format!("proti běhu č. {} „{}“ z {}", run.number, run.name, date_time(store::prague::local(run.created_at)));
        let beside = view! {
            <Pill tone=Tone::Neutral word="zkouška, neuloženo" draft=true/>
            <span class="meta">{about}</span>
            <div class="pagehead__actions"><a class="btn" href=format!("{here}/{}", run.number)><Icon name="undo"/>{format!("Zpět k běhu {}", run.number)}</a></div>
        }
        .into_any();
        let scheme = format!("/dotace/schemata/{}/{}", run.scheme_id, run.scheme_version_id);
        let scheme_words = format!("Schéma {}", run.scheme_version);
        let key = request::new_key();
        let (year, kolo) = (round.year, round.number);
        let (services, base) = (run.services, run.number);
        Ok(view! {
            <Page title="Výpočet: co kdyby" crumbs=crumbs beside=beside under=under>
                <div class="main stack">
                    <Banner tone=Tone::Info>{format!("Zkouška počítá {services} služeb s hodnotami, které měl běh č. {base}. Nic nemění, dokud ji neuložíte.")}</Banner>
                    <noscript><Banner tone=Tone::Warn>"Zkouška se počítá v prohlížeči a potřebuje zapnutý JavaScript. Bez něj založte novou verzi schématu, změňte ji a spusťte výpočet."</Banner></noscript>
                    <WhatIf year kolo run=base scheme=scheme scheme_words=scheme_words save save_scheme key=key/>
                    <Saved all=all round base/>
                </div>
            </Page>
            <WithIslands/>
        }
        .into_any())
    })
}

/// The runs that can be the ground of a what-if.
#[component]
fn Saved(all: Vec<RunRow>, round: Round, base: i32) -> impl IntoView {
    let compare = tabs::href(round.year, round.number, "/porovnat");
    let rows = all
        .into_iter()
        .map(|run| {
            let checked = run.number == base;
            view! {
                <label class="check">
                    <input type="radio" name="b" value=run.number checked=checked/>
                    <span>{format!("č. {} {}", run.number, run.name)}<br/><span class="meta">{format!("{}, {}", date_time(store::prague::local(run.created_at)), run.created_by)}</span></span>
                </label>
            }
        })
        .collect_view();
    view! {
        <section class="card" aria-labelledby="behy">
            <h2 id="behy">"Uložené běhy"</h2>
            <form class="stack" method="get" action=compare>
                <input type="hidden" name="a" value=base/>
                <div class="stack stack--tight">{rows}</div>
                <div class="row"><button class="btn" type="submit">{format!("Porovnat běh č. {base} s vybraným")}</button></div>
            </form>
        </section>
    }
}
