//! `/dotace/{rok}/{kolo}/vypocet/{beh}`: the result of a run, every service with the steps that are chosen as columns.

use crate::{
    components::*,
    error::AppError,
    layout::*,
    request,
    subsidy::{
        ROUND_VIEW,
        calculation::{
            bars::MoneyBar,
            run_table::{Asked, Shown, rounded},
        },
        tabs::{self, RoundTabs, Step},
    },
};
use domain::{
    accounts::Right,
    money::Money,
    subsidy::calculation::{Calculation, Fraction, Reason, number::for_people},
    text::plural,
    time::date_time,
};
use leptos::prelude::*;
use std::collections::BTreeSet;
use store::subsidy::{
    rounds::{self, Round},
    runs::{self, RunDetail},
};

permit_page!("/dotace/{rok}/{kolo}/vypocet/{beh}" => ROUND_VIEW);

/// The run of the address in the round of the address.
pub async fn load(tx: &mut store::Tx, kraj_round: uuid::Uuid, number: Option<String>) -> Result<RunDetail, AppError> {
    let number = number.and_then(|text| text.parse().ok()).ok_or_else(|| AppError::not_found("Běh výpočtu"))?;
    runs::run_by_number(tx, kraj_round, number).await.map_err(|e| tabs::missing(e, "Běh výpočtu"))
}

/// Computes a kept run again.
///
/// # Errors
/// A fault when it cannot be computed any more, which would be ours.
pub fn again(run: &RunDetail) -> Result<Calculation, AppError> {
    run.stored.calculate().map_err(|faults| {
        tracing::error!(run = %run.row.id, fault = ?faults.first(), "kept run cannot be computed");
        AppError::fault()
    })
}

/// Whole crowns of an amount of a run; awards always are.
pub fn crowns(amount: &Fraction) -> i64 {
    amount.floor().to_i64().unwrap_or(i64::MAX)
}

/// `/dotace/{rok}/{kolo}/vypocet/{beh}`.
#[component]
pub fn RunPage() -> impl IntoView {
    loaded(async {
        let mut tx = request::read(ROUND_VIEW).await?;
        let (round, own) = tabs::load_set(&mut tx).await?;
        let run = load(&mut tx, own.id, request::path_param("beh")).await?;
        let progress = rounds::progress(&mut tx, own.id).await?;
        let calculation = again(&run)?;
        let same = calculation.digest() == run.digest;
        let under = view! { <RoundTabs round=round.clone() step=Step::Calculation progress/> }.into_any();
        let mut crumbs = tabs::crumbs(&round);
        let here = tabs::href(round.year, round.number, "/vypocet");
        crumbs.push((here.clone(), "Výpočet".to_owned()));
        let number = run.row.number;
        let about = format!(
            "{} {}, spustil(a) {} {}",
            run.row.scheme_name,
            run.row.scheme_version,
            run.row.created_by,
            date_time(store::prague::local(run.row.created_at))
        );
        let may_try = request::actor().has(Right::Decision) && own.results_published_at.is_none();
        let beside = view! {
            <span class="meta">{about}</span>
            <div class="pagehead__actions">
                <a class="btn" href=format!("{here}/{number}/sesit.xlsx") title="Celý běh jako sešit, ve kterém se každý krok počítá vzorcem"><Icon name="down"/>"Sešit se vzorci"</a>
                <a class="btn" href=format!("{here}/{number}/csv") title="Celý běh se vstupy a všemi kroky"><Icon name="down"/>"Vstupy a kroky"</a>
                <a class="btn" href=format!("/dotace/schemata/{}/{}", run.row.scheme_id, run.row.scheme_version_id)>"Schéma"</a>
                {may_try.then(|| view! { <a class="btn btn--primary" href=format!("{here}/co-kdyby?beh={number}")>"Co kdyby"</a> })}
            </div>
        }
        .into_any();
        let title = format!("Běh č. {number}: {}", run.row.name);
        Ok(view! {
            <Page title=title crumbs=crumbs beside=beside under=under>
                <div class="main stack">
                    {(!same).then(|| view! { <Banner tone=Tone::Error alert=true>"Běh dnes nevychází stejně, jako když byl uložen. Nic s ním nedělejte a zavolejte podporu."</Banner> })}
                    <Totals run=run.clone() calculation=calculation.clone()/>
                    <Results run calculation round/>
                </div>
            </Page>
        }
        .into_any())
    })
}

#[component]
fn Totals(run: RunDetail, calculation: Calculation) -> impl IntoView {
    let asked = Fraction::sum(calculation.run.results.iter().map(|result| &result.ceiling));
    let groups = calculation
        .run
        .groups
        .iter()
        .enumerate()
        .map(|(at, group)| {
            let members = calculation.run.results.iter().filter(|result| result.group == at).count();
            view! {
                <tr>
                    <th scope="row">{group.group.clone().unwrap_or_else(|| "všechny služby".to_owned())}</th>
                    <td class="num">{members}</td>
                    <td class="num">{for_people(&group.allocation)}</td>
                    <td class="num" title=group.k.to_string()>{for_people(&group.k.round(6, domain::subsidy::calculation::Rounding::HalfAway))}</td>
                    <td class="num">{for_people(&group.awarded)}</td>
                    <td class="num">{for_people(&group.left)}</td>
                    <td>{group.left_reason.map(|reason| reason.words())}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <section class="card"><div class="card__head"><h2>"Peníze proti návrhům"</h2></div><MoneyBar allocated=run.row.allocated asked=crowns(&asked)/></section>
        <div class="card card--flush">
            <div class="grid grid--bare" role="region" aria-label="Rozdělení peněz" tabindex="0">
                <table class="data">
                    <thead><tr>
                        <th scope="col">"Skupina"</th><th scope="col" class="num">"Služeb"</th><th scope="col" class="num">"K rozdělení, Kč"</th><th scope="col" class="num">"Koeficient k"</th>
                        <th scope="col" class="num">"Přiděleno, Kč"</th><th scope="col" class="num">"Zbývá, Kč"</th><th scope="col">"Proč zbývá"</th>
                    </tr></thead>
                    <tbody>{groups}</tbody>
                </table>
            </div>
        </div>
    }
}

#[component]
fn Results(run: RunDetail, calculation: Calculation, round: Round) -> impl IntoView {
    let asked = Asked::of(request::query_pairs());
    let scheme = calculation.compiled.scheme().clone();
    let table = Shown::of(&run, &calculation, &asked);
    let results = &calculation.run.results;
    let (count, number) = (run.services.len(), run.row.number);
    let sums = table.sums().map(|sum| for_people(&sum));
    let step_sums: Vec<String> = table.step_sums().into_iter().map(|sum| sum.map_or_else(String::new, |sum| for_people(&sum))).collect();
    let (shown, chosen) = (table.services, table.steps);
    let paragraphs: BTreeSet<String> = run.services.iter().map(|service| service.paragraph.clone()).collect();
    let rows = shown
        .iter()
        .map(|at| {
            let (service, result) = (&run.services[*at], &results[*at]);
            let steps = chosen.iter().map(|step| {
                let value = &calculation.run.steps[*step][*at];
                let class = if value.number().is_some() { "num" } else { "" };
                view! { <td class=class>{value.number().map_or_else(|| value.for_people(), two_decimals)}</td> }
            });
            view! {
                <tr>
                    <th scope="row"><a class="clip w-name" href=tabs::href(round.year, round.number, &format!("/hodnoceni/{}", service.part_service)) title=service.name.clone()>{service.name.clone()}</a></th>
                    <td class="num">{service.identifikator.clone()}</td>
                    <td><span class="clip w-name" title=service.provider.clone()>{service.provider.clone()}</span></td>
                    <td class="nowrap">{format!("§\u{a0}{}", service.paragraph)}</td>
                    {steps.collect_view()}
                    <td class="num">{two_decimals(&result.ceiling)}</td>
                    <td class="num">{two_decimals(&result.share)}</td>
                    <td class="num"><a href=tabs::href(round.year, round.number, &format!("/vysledek/{}/proc-tolik?beh={number}", service.part_service)) title="Proč tolik?"><strong>{for_people(&result.award)}</strong></a></td>
                    <td>{result.reason.map(Reason::words)}</td>
                </tr>
            }
        })
        .collect_view();
    let head = |key: &'static str, words: &'static str, class: &'static str| {
        let (href, direction) = (asked.sorted(key), asked.direction(key));
        view! { <th scope="col" class=class aria-sort=direction><a href=href>{words}</a></th> }
    };
    let step_heads = chosen
        .iter()
        .map(|step| {
            let step = &scheme.step[*step];
            let key = format!("krok-{}", step.name);
            let (href, direction) = (asked.sorted(&key), asked.direction(&key));
            let label = step.label.clone().unwrap_or_else(|| step.name.clone());
            view! { <th scope="col" class="num" aria-sort=direction title=label><a href=href>{step.name.clone()}</a></th> }
        })
        .collect_view();
    let found = shown.len();
    let empty = (found == 0).then(|| view! { <Empty title="Filtru neodpovídá žádná služba" text=format!("Bez filtru jich je {count}.") way=(request::path(), "Zrušit filtr".to_owned())/> });
    let steps =
        scheme.step.iter().enumerate().map(|(at, step)| (step.name.clone(), step.label.clone().unwrap_or_default(), chosen.contains(&at)));
    let steps: Vec<(String, String, bool)> = steps.collect();
    let filter = view! { <Filter asked=asked.clone() table=tabs::href(round.year, round.number, &format!("/vypocet/{number}/tabulka")) paragraphs steps/> };
    view! {
        {filter}
        {empty}
        {(found > 0).then(|| view! {
            <div class="grid" role="region" aria-label="Výsledky běhu" tabindex="0">
                <table class="data">
                    <thead><tr>
                        {head("sluzba", "Služba", "")}<th scope="col" class="num">"Identifikátor"</th>{head("poskytovatel", "Poskytovatel", "")}{head("druh", "Druh", "")}
                        {step_heads}
                        {head("strop", "Strop, Kč", "num")}{head("podil", "Podíl, Kč", "num")}{head("navrh", "Návrh, Kč", "num")}<th scope="col">"Důvod"</th>
                    </tr></thead>
                    <tbody>{rows}</tbody>
                    <tfoot><tr>
                        <th scope="row" colspan="4">{format!("Celkem {found} {}", plural(i64::try_from(found).unwrap_or(0), "služba", "služby", "služeb"))}</th>
                        {step_sums.into_iter().map(|sum| view! { <td class="num">{sum}</td> }).collect_view()}
                        {sums.into_iter().map(|sum| view! { <td class="num">{sum}</td> }).collect_view()}
                        <td></td>
                    </tr></tfoot>
                </table>
            </div>
        })}
        <div class="gridfoot"><span>{format!("Zobrazeno {found} z {count}. Součty jsou za zobrazené služby.")}</span><span>{format!("Přiděleno celkem {}", Money::crowns(run.row.awarded))}</span></div>
    }
}

fn two_decimals(value: &Fraction) -> String {
    for_people(&rounded(value))
}

#[component]
fn Filter(asked: Asked, table: String, paragraphs: BTreeSet<String>, steps: Vec<(String, String, bool)>) -> impl IntoView {
    let query = asked.query();
    let Asked { text, paragraph, reason, sort, ascending, .. } = asked;
    let order = (!sort.is_empty()).then(|| {
        view! {
            <input type="hidden" name="razeni" value=sort/>
            <input type="hidden" name="smer" value=if ascending { "vzestupne" } else { "sestupne" }/>
        }
    });
    let any = |words: &str| (String::new(), words.to_owned());
    let kinds: Vec<(String, String)> =
        std::iter::once(any("všechny druhy")).chain(paragraphs.into_iter().map(|p| (p.clone(), format!("§ {p}")))).collect();
    let reasons: Vec<(String, String)> =
        [("", "všechny výsledky"), ("nula", "nic nedostane"), ("minimum", "pod nejnižší dotací"), ("zbytek", "přidáno ze zbytku")]
            .into_iter()
            .map(|(key, words)| (key.to_owned(), words.to_owned()))
            .collect();
    let (total, on) = (steps.len(), steps.iter().filter(|(_, _, on)| *on).count());
    view! {
        <form class="filters" aria-label="Filtr výsledků">
            <div class="searchbox"><Icon name="search"/><input class="input" type="search" name="q" value=text aria-label="Hledat ve výsledcích" placeholder="Služba, poskytovatel, číslo" maxlength="100"/></div>
            <select class="select input--view" name="druh" aria-label="Druh služby">{kinds.into_iter().map(|(key, words)| { let selected = key == paragraph; view! { <option value=key selected=selected>{words}</option> } }).collect_view()}</select>
            <select class="select input--view" name="duvod" aria-label="Výsledek">{reasons.into_iter().map(|(key, words)| { let selected = key == reason; view! { <option value=key selected=selected>{words}</option> } }).collect_view()}</select>
            <details class="drop">
                <summary class="btn">{format!("Kroky ve sloupcích: {on} z {total}")}</summary>
                <div class="drop__panel stack stack--tight">
                    {steps.into_iter().map(|(name, label, on)| view! { <label class="check"><input type="checkbox" name="sloupce" value=name.clone() checked=on/><span>{name.clone()}" "<span class="meta">{label}</span></span></label> }).collect_view()}
                </div>
            </details>
            {order}
            <button class="btn" type="submit"><Icon name="filter"/>"Zobrazit"</button>
            <Exports table query/>
        </form>
    }
}
