//! `/dotace/{rok}/{kolo}/hodnoceni`: all services of the round.

use super::{
    assign::Assign,
    filter::{COLUMNS, Filter, PAGE, states},
    view::{self, Ground, Line, State, Sums},
};
use crate::{
    components::*,
    form::{self, Typed},
    layout::*,
    request,
    subsidy::{
        ROUND_VIEW,
        tabs::{self, RoundState, RoundTabs, Step},
    },
};
use domain::{accounts::Right, money::Money, subsidy::amount::Crowns, text::plural};
use leptos::prelude::*;
use server_fn::ServerFn;
use store::subsidy::{
    assessments::{self, Assessor},
    rounds::{self, KrajRound, Round},
};

permit_page!("/dotace/{rok}/{kolo}/hodnoceni" => ROUND_VIEW);

/// `/dotace/{rok}/{kolo}/hodnoceni`.
#[component]
pub fn GridPage() -> impl IntoView {
    loaded(async {
        let mut tx = request::read(ROUND_VIEW).await?;
        let (round, own) = tabs::load_set(&mut tx).await?;
        let progress = rounds::progress(&mut tx, own.id).await?;
        let ground = Ground::of(&mut tx, &own).await?;
        let actor = request::actor();
        let me = actor.account()?.person;
        let filter: Filter = request::query();
        let all = view::lines(&mut tx, &own, &ground).await?;
        let people = assessments::assessors(&mut tx, store::prague::day(request::info().received_at)).await?;
        let kinds = kinds(&all);
        let whole = Sums::of(&all);
        let lines = filter.apply(all, Some(me));
        let sums = Sums::of(&lines);
        let may = actor.has(Right::Assessment) && own.results_published_at.is_none();
        let here = tabs::href(round.year, round.number, "/hodnoceni");
        // Where I stopped: my first unfinished one in this filter, else anybody's first untouched one.
        let unfinished = |line: &&Line| !line.row.finished && line.state != State::Failed;
        let next = lines
            .iter()
            .filter(unfinished)
            .find(|line| line.row.assigned_to == Some(me))
            .or_else(|| lines.iter().filter(unfinished).find(|line| line.row.assigned_to.is_none()))
            .map(|line| format!("{here}/{}{}", line.row.id, filter.query()));
        let columns = ground.columns().len();
        let run = ground.run.as_ref().map(|run| run.number);
        let beside = view! {
            <RoundState own=Some(own.clone())/>
            <div class="pagehead__actions">
                {(columns > 0).then(|| view! { <a class="btn" href=format!("{here}/sloupce")><Icon name="columns"/>"Sloupce kraje"</a> })}
                {may.then_some(next).flatten().map(|href| view! { <a class="btn btn--primary" href=href>"Pokračovat v hodnocení"<Icon name="right"/></a> })}
            </div>
        }
        .into_any();
        let crumbs = tabs::crumbs(&round);
        let under = view! { <RoundTabs round=round.clone() step=Step::Assessment progress/> }.into_any();
        let pages = lines.len().div_ceil(PAGE).max(1);
        let page = filter.page().min(pages);
        let from = (page - 1) * PAGE;
        let shown: Vec<Line> = lines.into_iter().skip(from).take(PAGE).collect();
        let to = from + shown.len();
        let empty = shown.is_empty().then(|| {
            if whole.count == 0 {
                let way = (tabs::href(round.year, round.number, "/zadosti"), "Přejít na žádosti".to_owned());
                view! { <Empty title="Zatím není co hodnotit" text="V tomto kole není žádná podaná žádost. Objeví se po podání, nebo po načtení ze souboru." way=way/> }.into_any()
            } else {
                let way = (here.clone(), "Zrušit filtry".to_owned());
                view! { <Empty title="Filtru neodpovídá žádná služba" text=format!("Bez filtru jich je {}.", whole.count) way=way/> }.into_any()
            }
        });
        Ok(view! {
            <Page title="Hodnocení služeb" crumbs=crumbs beside=beside under=under>
                <div class="main">
                    <Strip own sums=whole/>
                    <Filters filter=filter.clone() kinds people=people.clone() here=here.clone()/>
                    {match empty {
                        Some(empty) => empty,
                        None => view! {
                            <Table round filter=filter.clone() lines=shown sums people me may here=here.clone() run/>
                            <Pager filter here pages page words=format!("Zobrazeno {}–{to} z {}", from + 1, sums.count)/>
                        }.into_any(),
                    }}
                </div>
            </Page>
        }
        .into_any())
    })
}

/// Types of the services of the round: paragraph and words, by number.
fn kinds(lines: &[Line]) -> Vec<(String, String)> {
    let all: std::collections::BTreeMap<(usize, String), String> = lines
        .iter()
        .map(|line| {
            let paragraph = line.row.paragraph.clone();
            ((paragraph.trim_end_matches(|c: char| c.is_alphabetic()).len(), paragraph), line.row.document.facts.kind.clone())
        })
        .collect();
    all.into_iter().map(|((_, paragraph), kind)| (paragraph.clone(), format!("§ {paragraph} {kind}"))).collect()
}

#[component]
fn Strip(own: KrajRound, sums: Sums) -> impl IntoView {
    let share = (120 * sums.finished).checked_div(sums.to_assess).unwrap_or(0);
    let percent = (100 * sums.finished).checked_div(sums.to_assess).unwrap_or(0);
    let services = format!("Požadavky, {} {}", sums.count, plural(sums.count as i64, "služba", "služby", "služeb"));
    view! {
        <section class="stats stats--strip" aria-label="Součty kola">
            <div class="stat"><span class="stat__label">"Alokace kraje"</span><span class="stat__value">{Money::crowns(own.allocation).to_string()}</span></div>
            <div class="stat"><span class="stat__label">{services}</span><span class="stat__value">{sums.request.to_string()}</span></div>
            <div class="stat"><span class="stat__label">"Chybné položky"</span><span class="stat__value">{sums.wrong.to_string()}</span></div>
            <div class="stat"><span class="stat__label">"Maximální návrhy"</span><span class="stat__value">{sums.maximum.to_string()}</span></div>
            <div class="stat"><span class="stat__label">"Optimální návrhy, zatím"</span><span class="stat__value">{sums.optimum.to_string()}</span></div>
            <div class="stat"><span class="stat__label">"Dokončeno"</span><span class="stat__value">{format!("{} z {} ", sums.finished, sums.to_assess)}
                <svg class="spark" viewBox="0 0 120 20" role="img" aria-label=format!("{percent} procent")><g class="chart"><rect class="bed" x="0" y="6" width="120" height="8" rx="4"/><rect class="s1" x="0" y="6" width=share height="8" rx="4"/></g></svg>
            </span></div>
        </section>
    }
}

#[component]
fn Pick(name: &'static str, label: &'static str, chosen: String, options: Vec<(String, String)>) -> impl IntoView {
    view! {
        <label class="sr" for=format!("f-{name}")>{label}</label>
        <select class="select input--view" id=format!("f-{name}") name=name>
            <option value="">{format!("{label}: vše")}</option>
            {options.into_iter().map(|(value, words)| { let selected = value == chosen; view! { <option value=value selected=selected>{words}</option> } }).collect_view()}
        </select>
    }
}

#[component]
fn Filters(filter: Filter, kinds: Vec<(String, String)>, people: Vec<Assessor>, here: String) -> impl IntoView {
    let own = |all: &[(&str, &str)]| all.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect::<Vec<_>>();
    let mut who = own(&[("ja", "Hodnotím já"), ("nikdo", "Bez hodnotitele")]);
    who.extend(people.into_iter().map(|p| (p.id.to_string(), p.name)));
    let query = Filter { strana: String::new(), ..filter.clone() }.query();
    let narrowed = filter.is_narrowed();
    view! {
        <form class="filters" aria-label="Filtr seznamu">
            <div class="searchbox"><Icon name="search"/><input class="input" type="search" name="q" value=filter.q.clone() maxlength="100" aria-label="Hledat v seznamu" placeholder="Hledat ve službách, poskytovatelích, IČO"/></div>
            <Pick name="stav" label="Stav" chosen=filter.stav.clone() options=states().collect()/>
            <Pick name="druh" label="Druh" chosen=filter.druh.clone() options=kinds/>
            <Pick name="hodnoti" label="Hodnotí" chosen=filter.hodnoti.clone() options=who/>
            <Pick name="sprss" label="SPRSS" chosen=filter.sprss.clone() options=own(&[("ano", "SPRSS ano"), ("ne", "SPRSS ne"), ("nezadano", "SPRSS nezadáno")])/>
            <Pick name="podpora" label="Podpora" chosen=filter.podpora.clone() options=own(&[("ano", "Podpořit"), ("ne", "Nepodpořit"), ("nezadano", "Podpora nezadána")])/>
            {(!filter.razeni.is_empty()).then(|| view! { <input type="hidden" name="razeni" value=filter.razeni.clone()/> })}
            {(!filter.smer.is_empty()).then(|| view! { <input type="hidden" name="smer" value=filter.smer.clone()/> })}
            <button class="btn" type="submit"><Icon name="filter"/>"Filtrovat"</button>
            {narrowed.then(|| view! { <a class="btn btn--quiet" href=here.clone()>"Zrušit filtry"</a> })}
            <Exports table=here query/>
        </form>
    }
}

#[component]
fn Table(
    round: Round,
    filter: Filter,
    lines: Vec<Line>,
    sums: Sums,
    people: Vec<Assessor>,
    me: uuid::Uuid,
    may: bool,
    here: String,
    /// Number of the latest run.
    run: Option<i32>,
) -> impl IntoView {
    let typed = Typed::of(Assign::PATH);
    let (by, down) = filter.order();
    let head = COLUMNS
        .into_iter()
        .map(|(key, words, number)| {
            let words = if key == "dotace" { format!("Dotace {}", round.year - 1) } else { words.to_owned() };
            let here_sorted = key == by;
            let sorted = here_sorted.then_some(if down { "descending" } else { "ascending" });
            let href = format!("{here}{}", filter.ordered_by(key).query());
            view! {
                <th scope="col" class=number.then_some("num") aria-sort=sorted>
                    <a class="sort" href=href>{words}{here_sorted.then(|| view! { <Icon name="chev"/> })}</a>
                </th>
            }
        })
        .collect_view();
    let query = filter.query();
    let shown = lines.len();
    let rows = lines.into_iter().map(|line| view! { <Row line round=round.clone() run query=query.clone() may/> }).collect_view();
    let all = format!("Celkem za {} {} filtru", sums.count, plural(sums.count as i64, "službu", "služby", "služeb"));
    let span = if may { "9" } else { "8" };
    let caption = format!("Služby v hodnocení, zobrazeno {shown} z {}", sums.count);
    let mut whom = vec![(String::new(), "Komu přidělit".to_owned()), ("ja".to_owned(), "mně".to_owned())];
    whom.extend(people.into_iter().filter(|p| p.id != me).map(|p| (p.id.to_string(), p.name)));
    whom.push(("nikdo".to_owned(), "nikomu".to_owned()));
    view! {
        <form class="stack" method="post">
            <CommandFields path=Assign::PATH/>
            <input type="hidden" name="rok" value=round.year/>
            <input type="hidden" name="kolo" value=round.number/>
            <input type="hidden" name="filtr" value=query/>
            {typed.refusal().cloned().map(|e| view! { <Banner tone=Tone::Error alert=true>{e.sentence}</Banner> })}
            <div class="grid" role="region" aria-label="Služby v hodnocení" tabindex="0">
                <table class="data">
                    <caption class="sr">{caption}</caption>
                    <thead><tr>{may.then(|| view! { <td></td> })}{head}<th scope="col" class="num">"Změna"</th></tr></thead>
                    <tbody>{rows}</tbody>
                    <tfoot><tr>
                        <th scope="row" colspan=span>{all}</th>
                        <td class="num">{sums.request.plain()}</td><td class="num">{sums.wrong.plain()}</td><td class="num">{sums.maximum.plain()}</td>
                        <td class="num">{sums.proposal.plain()}</td><td class="num">{sums.optimum.plain()}</td><td class="num">{Money::crowns(sums.award).plain()}</td><td></td>
                    </tr></tfoot>
                </table>
            </div>
            {may.then(|| view! {
                <div class="selbar">
                    <span>"Zaškrtnuté služby"</span>
                    <label class="sr" for="komu">"Komu přidělit"</label>
                    <select class="select input--view" id="komu" name="komu">
                        {whom.into_iter().map(|(value, words)| view! { <option value=value>{words}</option> }).collect_view()}
                    </select>
                    <button class="btn" type="submit">"Přidělit"</button>
                </div>
            })}
        </form>
    }
}

/// Five dots, as many full as conditions hold.
#[component]
pub fn Pips(
    /// How many hold.
    met: usize,
) -> impl IntoView {
    view! {
        <span class="pips"><svg viewBox="0 0 46 10" role="img" aria-label=format!("{met} z 5 podmínek")>
            {(0..5).map(|n| view! { <circle class=if n < met { "on" } else { "off" } cx=5 + 9 * n cy="5" r="3.4"/> }).collect_view()}
        </svg></span>
    }
}

#[component]
fn Row(line: Line, round: Round, run: Option<i32>, query: String, may: bool) -> impl IntoView {
    let row = line.row.clone();
    let here = tabs::href(round.year, round.number, "/hodnoceni");
    let why = run.map(|run| tabs::href(round.year, round.number, &format!("/vysledek/{}/proc-tolik?beh={run}", row.id)));
    let (tone, icon) = line.state.look();
    let id = row.id.to_string();
    let kind = format!("§ {} {}", row.paragraph, row.document.facts.kind);
    let amount = |amount: Option<Crowns>| match amount {
        Some(amount) => view! { {amount.plain()} }.into_any(),
        None => view! { <span class="muted">"–"</span> }.into_any(),
    };
    let wrong = match line.wrong {
        Some(wrong) if wrong.is_zero() => view! { <span class="muted">"0"</span> }.into_any(),
        Some(wrong) => view! { <span class="neg">{wrong.plain()}</span> }.into_any(),
        None => view! { <span class="say" data-tone="warn"><Icon name="warn"/>"chybí"</span> }.into_any(),
    };
    let change = match (line.change, row.last_award) {
        (Some(tenths), _) => view! { <span class=(tenths < 0).then_some("neg")>{view::percent(tenths)}</span> }.into_any(),
        (None, None) => view! { <span class="tag">"nová"</span> }.into_any(),
        (None, Some(_)) => ().into_any(),
    };
    let who = match row.assigned_name.clone() {
        Some(name) => {
            let (letters, surname) = view::initials(&name);
            view! { <span class="who"><abbr title=name>{letters}</abbr>{surname}</span> }.into_any()
        }
        None if may && line.state != State::Failed => view! { <button class="btn btn--quiet" type="submit" name="jen" value=id.clone() aria-label=format!("Přidělit mně {}", row.name)>"přidělit mně"</button> }.into_any(),
        None => ().into_any(),
    };
    view! {
        <tr>
            {may.then(|| view! { <td><input type="checkbox" name=form::name(&format!("sluzba.{id}")) value="ano" aria-label=format!("Vybrat {}", row.identifikator)/></td> })}
            <td class="nowrap">{row.identifikator.clone()}</td>
            <th scope="row"><a class="clip w-name" href=format!("{here}/{id}{query}") title=row.name.clone()>{row.name.clone()}</a></th>
            <td><span class="clip w-prov" title=row.provider_name.clone()>{row.provider_name.clone()}</span></td>
            <td class="nowrap"><abbr title=kind>{format!("§ {}", row.paragraph)}</abbr></td>
            <td class="num nowrap">{line.units()}</td>
            <td><Pill tone icon word=line.state.word()/></td>
            <td><Pips met=line.met/></td>
            <td>{who}</td>
            <td class="num">{Money::crowns(row.request).plain()}</td>
            <td class="num">{wrong}</td>
            <td class="num">{amount(line.maximum)}</td>
            <td class="num">{match line.proposal { Some(proposal) => view! { <a href=why title="Proč tolik?">{proposal.plain()}</a> }.into_any(), None => amount(None) }}</td>
            <td class="num">{amount(line.optimum)}</td>
            <td class="num">{match row.last_award { Some(award) => view! { {Money::crowns(award).plain()} }.into_any(), None => view! { <span class="muted">"–"</span> }.into_any() }}</td>
            <td class="num">{change}</td>
        </tr>
    }
}

/// Pages of a list.
#[component]
fn Pager(filter: Filter, here: String, pages: usize, page: usize, words: String) -> impl IntoView {
    let link = |to: usize| format!("{here}{}", filter.on_page(to).query());
    view! {
        <div class="gridfoot">
            <span>{words}</span>
            {(pages > 1).then(|| view! {
                <nav class="segment" aria-label="Stránky">
                    {(page > 1).then(|| view! { <a class="btn" href=link(page - 1)>"Předchozí"</a> })}
                    {(1..=pages).filter(|n| *n == 1 || *n == pages || n.abs_diff(page) <= 3).map(|n| view! {
                        <a class="btn" href=link(n) aria-current=(n == page).then_some("page") aria-label=format!("Strana {n}")>{n}</a>
                    }).collect_view()}
                    {(page < pages).then(|| view! { <a class="btn" href=link(page + 1)>"Další"</a> })}
                </nav>
            })}
        </div>
    }
}
