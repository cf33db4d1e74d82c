//! `/dotace/{rok}/{kolo}/vypocet`: the runs of a round.

use super::start_form::{self, StartForm};
use crate::{
    components::*,
    layout::*,
    request,
    subsidy::{
        ROUND_VIEW,
        tabs::{self, RoundState, RoundTabs, Step},
    },
};
use domain::{accounts::Right, money::Money, text::plural, time::date_time};
use leptos::prelude::*;
use store::subsidy::{
    rounds::{self, Round},
    runs::{self, RunRow},
};

permit_page!("/dotace/{rok}/{kolo}/vypocet" => ROUND_VIEW);

/// `/dotace/{rok}/{kolo}/vypocet`.
#[component]
pub fn RunsPage() -> impl IntoView {
    loaded(async {
        let mut tx = request::read(ROUND_VIEW).await?;
        let (round, own) = tabs::load_set(&mut tx).await?;
        let progress = rounds::progress(&mut tx, own.id).await?;
        let all = runs::runs(&mut tx, own.id).await?;
        let next = all.first().map_or(1, |run| run.number + 1);
        let open = own.results_published_at.is_none();
        let start =
            if open && request::actor().has(Right::Decision) { Some(start_form::read(&mut tx, &round, &own, next).await?) } else { None };
        let under = view! { <RoundTabs round=round.clone() step=Step::Calculation progress/> }.into_any();
        let crumbs = tabs::crumbs(&round);
        let beside = view! {
            <RoundState own=Some(own)/>
            <div class="pagehead__actions">
                <a class="btn" href="/dotace/schemata">"Schémata"</a>
                {all.first().map(|run| view! { <a class="btn" href=tabs::href(round.year, round.number, &format!("/vypocet/co-kdyby?beh={}", run.number))>"Co kdyby"</a> })}
            </div>
        }
        .into_any();
        let with_side = start.is_some();
        let list = view! { <RunList all=all round/> }.into_any();
        Ok(view! {
            <Page title="Výpočet" crumbs=crumbs beside=beside under=under>
                <div class="main">
                    <div class=if with_side { "cols cols--half" } else { "stack" }>
                        {list}
                        {start.map(|data| view! { <div class="stack"><StartForm data/></div> })}
                    </div>
                </div>
            </Page>
        }
        .into_any())
    })
}

#[component]
fn RunList(all: Vec<RunRow>, round: Round) -> impl IntoView {
    let count = all.len();
    if count == 0 {
        return view! {
            <Empty title="Zatím žádný běh výpočtu" text="Běh spočítá návrh pro všechny služby kola a uloží se tak, že ho jde kdykoli vysvětlit a přepočítat."/>
        }
        .into_any();
    }
    let options: Vec<(String, String)> =
        all.iter().map(|run| (run.number.to_string(), format!("č. {} {}", run.number, run.name))).collect();
    let older = options.get(1).map(|(number, _)| number.clone()).unwrap_or_default();
    let newer = options.first().map(|(number, _)| number.clone()).unwrap_or_default();
    let compare = tabs::href(round.year, round.number, "/porovnat");
    let rows = all
        .into_iter()
        .map(|run| {
            let href = tabs::href(round.year, round.number, &format!("/vypocet/{}", run.number));
            view! {
                <tr>
                    <td class="num">{run.number}</td>
                    <th scope="row"><a href=href>{run.name}</a>{run.based_on.map(|n| view! { <span class="meta">{format!(" zkouška podle č. {n}")}</span> })}</th>
                    <td><a href=format!("/dotace/schemata/{}/{}", run.scheme_id, run.scheme_version_id)>{format!("{} {}", run.scheme_name, run.scheme_version)}</a></td>
                    <td class="num">{run.services}</td>
                    <td class="num">{Money::crowns(run.allocated).plain()}</td>
                    <td class="num">{Money::crowns(run.awarded).plain()}</td>
                    <td class="num">{Money::crowns(run.allocated - run.awarded).plain()}</td>
                    <td class="nowrap">{date_time(store::prague::local(run.created_at))}</td>
                    <td>{run.created_by}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <div class="stack">
            <div class="grid" role="region" aria-label="Běhy výpočtu" tabindex="0">
                <table class="data">
                    <thead><tr>
                        <th scope="col" class="num">"Č."</th><th scope="col">"Název"</th><th scope="col">"Schéma"</th><th scope="col" class="num">"Služeb"</th>
                        <th scope="col" class="num">"K rozdělení, Kč"</th><th scope="col" class="num">"Přiděleno, Kč"</th><th scope="col" class="num">"Zbývá, Kč"</th>
                        <th scope="col">"Kdy"</th><th scope="col">"Kdo"</th>
                    </tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
            <div class="gridfoot"><span>{format!("{count} {}", plural(i64::try_from(count).unwrap_or(0), "běh", "běhy", "běhů"))}</span></div>
            {(count > 1).then(|| view! {
                <section class="card" aria-labelledby="porovnat">
                    <h2 id="porovnat">"Porovnat dva běhy"</h2>
                    <form class="row row--fields" method="get" action=compare>
                        <Choice name="a" label="Výchozí běh" options=options.clone() value=older/>
                        <Choice name="b" label="S během" options=options value=newer/>
                        <button class="btn" type="submit">"Porovnat"</button>
                    </form>
                </section>
            })}
        </div>
    }
    .into_any()
}
