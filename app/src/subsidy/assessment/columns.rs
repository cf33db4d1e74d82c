//! `/dotace/{rok}/{kolo}/hodnoceni/sloupce`: columns of the scheme that the kraj fills itself.

use super::{
    columns_load::LoadColumns,
    columns_save::SaveColumns,
    grid_keys::GridKeys,
    view::{self, Ground, Line, State},
};
use crate::{
    components::*,
    form::{self, Typed},
    layout::*,
    request,
    subsidy::{
        ROUND_VIEW,
        stale::{StaleLine, StaleTable, is_stale},
        tabs::{self, RoundTabs, Step},
    },
};
use domain::{
    accounts::Right,
    subsidy::{
        calculation::scheme::{Input, Kind},
        intake::comparable,
    },
    text::{fold, plural},
};
use leptos::prelude::*;
use server_fn::ServerFn;
use std::collections::BTreeMap;
use store::subsidy::{
    inputs::{self, InputRow},
    rounds::{self, Round},
};
use uuid::Uuid;

permit_page!("/dotace/{rok}/{kolo}/hodnoceni/sloupce" => ROUND_VIEW);

/// Rows of a page.
const PAGE: usize = 50;

/// `/dotace/{rok}/{kolo}/hodnoceni/sloupce`.
#[component]
pub fn ColumnsPage() -> impl IntoView {
    loaded(async {
        let mut tx = request::read(ROUND_VIEW).await?;
        let (round, own) = tabs::load_set(&mut tx).await?;
        let progress = rounds::progress(&mut tx, own.id).await?;
        let ground = Ground::of(&mut tx, &own).await?;
        let columns = ground.columns();
        let filled = inputs::inputs(&mut tx, own.id).await?;
        let lines: Vec<Line> = view::lines(&mut tx, &own, &ground).await?.into_iter().filter(|line| line.state != State::Failed).collect();
        let may = request::actor().has(Right::Assessment) && own.results_published_at.is_none();
        let mut crumbs = tabs::crumbs(&round);
        crumbs.push((tabs::href(round.year, round.number, "/hodnoceni"), "Hodnocení".to_owned()));
        let asked: String = asked("q").chars().take(60).collect();
        let all = lines.len();
        let lines: Vec<Line> = lines.into_iter().filter(|line| found(line, &asked)).collect();
        let count = lines.len();
        let pages = count.div_ceil(PAGE).max(1);
        let page = self::asked("strana").parse().unwrap_or(1).clamp(1, pages);
        let shown: Vec<Line> = lines.into_iter().skip((page - 1) * PAGE).take(PAGE).collect();
        let under = view! { <RoundTabs round=round.clone() step=Step::Assessment progress/> }.into_any();
        let body = if ground.scheme.is_none() {
            let way = (tabs::href(round.year, round.number, "/terminy"), "Vybrat schéma".to_owned());
            view! { <Empty title="Kolo zatím nemá výpočetní schéma" text="Teprve schéma říká, které údaje o službách kraj doplňuje." way=way/> }.into_any()
        } else if columns.is_empty() {
            view! { <Empty title="Není co doplňovat" text="Všechny vstupy schématu se berou z registru, ze žádosti nebo z hodnocení."/> }
                .into_any()
        } else if all == 0 {
            view! { <Empty title="Zatím žádné služby" text="Sloupce se doplňují u služeb podaných žádostí."/> }.into_any()
        } else {
            // Of an uploaded file.
            let refused = Typed::of(&request::path()).refusal().map(|error| error.sentence.clone());
            let page_of = |n: usize| format!("?strana={n}{}", search(&asked));
            view! {
                <form class="filters" role="search" method="get">
                    <div class="searchbox"><Icon name="search"/><input class="input" type="search" id="q" name="q" value=asked.clone() maxlength="60" aria-label="Identifikátor nebo část názvu služby" placeholder="Identifikátor nebo název"/></div>
                    <button class="btn" type="submit"><Icon name="search"/>"Najít službu"</button>
                    {(!asked.is_empty()).then(|| view! { <a href="?">{format!("Zobrazit všech {all}")}</a> })}
                </form>
                {refused.map(|sentence| view! { <Banner tone=Tone::Error alert=true>{sentence}</Banner> })}
                {(count == 0).then(|| view! { <p role="status">{format!("Hledání „{asked}“ neodpovídá žádná služba. Zkuste jiný identifikátor nebo část názvu.")}</p> })}
                {(count > 0).then(|| view! { <Cells round=round.clone() columns=columns.clone() lines=shown filled page asked=asked.clone() may/> })}
                <div class="gridfoot">
                    <span>{format!("Strana {page} z {pages}, {count} {}", plural(count as i64, "služba", "služby", "služeb"))}</span>
                    {(pages > 1).then(|| view! { <nav class="segment" aria-label="Stránky">{(1..=pages).map(|n| view! { <a class="btn" href=page_of(n) aria-current=(n == page).then_some("page") aria-label=format!("Strana {n}")>{n}</a> }).collect_view()}</nav> })}
                </div>
                {may.then(|| view! { <Paste round columns/> })}
            }
            .into_any()
        };
        Ok(view! {
            <Page title="Sloupce kraje" sub="Údaje pro výpočet, které nejsou v registru, žádosti ani hodnocení" crumbs=crumbs under=under>
                <div class="main stack">{body}</div>
            </Page>
        }
        .into_any())
    })
}

/// A part of the query of the address.
fn asked(name: &str) -> String {
    request::query_pairs().into_iter().find(|(other, _)| other == name).map(|(_, text)| text.trim().to_owned()).unwrap_or_default()
}

/// The search as a further part of a query; nothing for none.
pub(super) fn search(asked: &str) -> String {
    if asked.is_empty() { String::new() } else { format!("&{}", serde_urlencoded::to_string([("q", asked)]).unwrap_or_default()) }
}

/// The service has this identifikátor, or this text in its name.
fn found(line: &Line, asked: &str) -> bool {
    asked.is_empty() || comparable(&line.row.identifikator) == comparable(asked) || fold(&line.row.name).contains(&fold(asked))
}

fn label(input: &Input) -> String {
    let words = input.label.clone().unwrap_or_else(|| input.name.clone());
    match &input.unit {
        Some(unit) => format!("{words}, {unit}"),
        None => words,
    }
}

fn default(input: &Input) -> String {
    use domain::subsidy::calculation::{number::for_people, scheme::Written};
    match &input.default {
        None => "povinné".to_owned(),
        Some(Written::Number(number)) => format!("prázdné = {}", for_people(&number.0)),
        Some(Written::Text(text)) => format!("prázdné = {text}"),
    }
}

#[component]
fn Cells(
    round: Round,
    columns: Vec<Input>,
    lines: Vec<Line>,
    filled: BTreeMap<Uuid, InputRow>,
    page: usize,
    asked: String,
    may: bool,
) -> impl IntoView {
    let typed = Typed::of(SaveColumns::PATH);
    let differs = is_stale(&typed).then(|| {
        let line = |line: &Line, input: &Input| {
            let name = form::name(&format!("sluzba.{}.{}", line.row.id, input.name));
            let stored = filled.get(&line.row.id).and_then(|row| row.cells.0.get(&input.name).cloned()).unwrap_or_default();
            StaleLine::of(format!("{} {}: {}", line.row.identifikator, line.row.name, label(input)), &stored, typed.typed(&name)?)
        };
        let all: Vec<StaleLine> = lines.iter().flat_map(|of| columns.iter().filter_map(move |input| line(of, input))).collect();
        view! { <StaleTable lines=all/> }
    });
    let head = columns
        .iter()
        .map(|input| {
            let class = (input.kind == Kind::Number).then_some("num");
            view! { <th scope="col" class=class title=input.why.clone()>{label(input)}<br/><span class="meta">{default(input)}</span></th> }
        })
        .collect_view();
    let rows = lines
        .into_iter()
        .map(|line| {
            let row = filled.get(&line.row.id);
            let version = row.map_or(0, |row| row.row_version);
            let id = line.row.id;
            let cells = columns
                .iter()
                .map(|input| {
                    let path = format!("sluzba.{id}.{}", input.name);
                    let name = form::name(&path);
                    let stored = row.and_then(|row| row.cells.0.get(&input.name).cloned()).unwrap_or_default();
                    let error = typed.error(&path);
                    let message = form::id(&path);
                    let numeric = input.kind == Kind::Number;
                    view! {
                        <td class=numeric.then_some("num")>
                            <input class="input input--cell" name=name.clone() value=typed.value(&name, stored) maxlength="200" inputmode=numeric.then_some("decimal")
                                aria-label=format!("{}: {}", line.row.identifikator, label(input)) aria-invalid=error.is_some().then_some("true")
                                aria-describedby=error.is_some().then(|| message.clone()) readonly=!may/>
                            {error.map(|text| view! { <Message id=message tone=Tone::Error text=text/> })}
                        </td>
                    }
                })
                .collect_view();
            view! {
                <tr>
                    <td class="nowrap">{line.row.identifikator.clone()}<input type="hidden" name=form::name(&format!("verze.{id}")) value=version/></td>
                    <th scope="row"><span class="clip w-name" title=line.row.name.clone()>{line.row.name.clone()}</span></th>
                    <td class="nowrap">{format!("§ {}", line.row.paragraph)}</td>
                    {cells}
                </tr>
            }
        })
        .collect_view();
    view! {
        <form class="stack" method="post" id="sloupce">
            <CommandFields path=SaveColumns::PATH/>
            <input type="hidden" name="rok" value=round.year/>
            <input type="hidden" name="kolo" value=round.number/>
            <input type="hidden" name="strana" value=page/>
            {(!asked.is_empty()).then(|| view! { <input type="hidden" name="hledano" value=asked/> })}
            {typed.refusal().cloned().map(|e| view! { <Banner tone=Tone::Error alert=true>{e.sentence}</Banner> })}
            {differs}
            <div class="grid" role="region" aria-label="Sloupce kraje" tabindex="0">
                <table class="data data--edit">
                    <thead><tr><th scope="col">"Identif."</th><th scope="col">"Služba"</th><th scope="col">"Druh"</th>{head}</tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
            {may.then(|| view! { <div class="row"><button class="btn btn--primary" type="submit">"Uložit stránku"</button></div><GridKeys form="sloupce".to_owned()/><WithIslands/> })}
        </form>
    }
}

#[component]
fn Paste(round: Round, columns: Vec<Input>) -> impl IntoView {
    let typed = Typed::of(LoadColumns::PATH);
    let names = columns.iter().map(|input| input.name.clone()).collect::<Vec<_>>().join("; ");
    view! {
        <section class="card stack">
            <h2>"Vložit z tabulky"</h2>
            <form class="stack" method="post">
                <CommandFields path=LoadColumns::PATH/>
                <input type="hidden" name="rok" value=round.year/>
                <input type="hidden" name="kolo" value=round.number/>
                <div class="field">
                    <label for="text">"Tabulka se záhlavím"</label>
                    <TextArea name="text" value=typed.value("text", "") rows=6 limit=1_900_000 invalid=typed.error("text").is_some() described_by="text-h"/>
                    <span class="field__help" id="text-h">{format!("Sloupce: identifikator; {names}. Stačí ty, které vyplňujete; ostatní zůstanou.")}</span>
                    {typed.error("text").map(|text| view! { <Message id="text-m" tone=Tone::Error text=text/> })}
                </div>
                <div class="row"><button class="btn" type="submit">"Vložit všechny řádky"</button></div>
            </form>
            <p class="or">"nebo"</p>
            <form class="stack stack--tight" method="post" enctype="multipart/form-data">
                <input type="hidden" name="klic" value=request::new_key()/>
                <div class="field"><label for="soubor">"Soubor CSV se stejným záhlavím"</label><input class="input" type="file" id="soubor" name="soubor" accept=".csv,.txt,text/csv"/></div>
                <div class="row"><button class="btn" type="submit">"Načíst soubor"</button></div>
            </form>
        </section>
    }
}
