//! What waits for a kraj and for the MPSV: the parts of `/prehled` for them.

use crate::{
    components::*,
    error::AppError,
    request,
    subsidy::{dates, tabs},
};
use chrono::{DateTime, Datelike, Utc};
use domain::{
    accounts::{Account, Right},
    codelists::Kraj,
    money::Money,
    text::plural,
};
use leptos::prelude::*;
use store::{
    Tx,
    subsidy::{
        assessments,
        rounds::{self, KrajRound, Progress, Round},
    },
};

/// A round of the kraj with how far it is, and how many unfinished services are mine.
#[derive(Debug, Clone)]
pub struct KrajItem {
    round: Round,
    own: Option<KrajRound>,
    progress: Progress,
    mine: usize,
}

/// What the home of a kraj shows: its rounds that are not closed yet, newest year first, two years at most.
pub async fn kraj_items(tx: &mut Tx, account: &Account) -> Result<Vec<KrajItem>, AppError> {
    let mut items = Vec::new();
    let Some(kraj) = account.kraj.as_deref() else { return Ok(items) };
    let years: Vec<i32> = rounds::years(tx).await?.into_iter().take(2).collect();
    for round in rounds::rounds(tx).await?.into_iter().filter(|round| years.contains(&round.year)) {
        let own = rounds::kraj_round_of(tx, round.id, kraj).await?;
        let (progress, mine) = match &own {
            Some(own) => {
                let mine = assessments::unfinished_of(tx, own.id, account.person).await?;
                (rounds::progress(tx, own.id).await?, usize::try_from(mine).unwrap_or(0))
            }
            None => (Progress::default(), 0),
        };
        items.push(KrajItem { round, own, progress, mine });
    }
    Ok(items)
}

/// A task with its day: what to do, why, and the way there.
struct Task {
    day: Option<DateTime<Utc>>,
    tone: Tone,
    title: String,
    text: String,
    way: (String, &'static str),
}

fn kraj_tasks(item: &KrajItem, account: &Account, now: DateTime<Utc>) -> Vec<Task> {
    let has = |right| account.rights.contains(&right);
    let here = |rest| tabs::href(item.round.year, item.round.number, rest);
    let name = format!("{} {}", item.round.label, item.round.year);
    let task = |day, tone, title: String, text: String, rest, words| Task { day, tone, title, text, way: (here(rest), words) };
    let Some(own) = &item.own else {
        let text = format!("{name}: žadatelé mohou žádat, až termín nastavíte a zveřejníte.");
        return if has(Right::RoundAdministration) {
            vec![task(None, Tone::Warn, "Nastavit termín kola".to_owned(), text, "/terminy", "Nastavit termín")]
        } else {
            Vec::new()
        };
    };
    let mut tasks = Vec::new();
    let p = item.progress;
    if own.results_published_at.is_some() {
        return tasks;
    }
    if own.window_published_at.is_none() && has(Right::RoundAdministration) {
        let text = format!("{name}: podávání má začít {}.", domain::time::deadline_when(store::prague::local(own.opens_at)));
        tasks.push(task(
            Some(own.opens_at),
            Tone::Warn,
            "Zveřejnit termín podávání".to_owned(),
            text,
            "/terminy",
            "Zkontrolovat a zveřejnit",
        ));
    }
    if own.window_published_at.is_some() && now < own.closes_at && now >= own.opens_at {
        let left = dates::remaining(own.closes_at, now).unwrap_or_default();
        let text = format!("{name}: přišlo {} {}, {left}.", p.parts, plural(p.parts, "žádost", "žádosti", "žádostí"));
        tasks.push(task(
            Some(store::prague::instant(dates::last_minute(own.closes_at))),
            Tone::Info,
            "Konec podávání".to_owned(),
            text,
            "/zadosti",
            "Zobrazit žádosti",
        ));
    }
    if p.formal_open > 0 && has(Right::Assessment) {
        let n = p.formal_open;
        let text = format!("{name}: {n} {} čeká na formální kontrolu.", plural(n, "žádost", "žádosti", "žádostí"));
        tasks.push(task(None, Tone::Violet, "Formální kontrola".to_owned(), text, "/formalni?stav=open", "Kontrolovat"));
    }
    if item.mine > 0 && has(Right::Assessment) {
        let n = item.mine as i64;
        let text = format!("{name}: {n} {} čeká na vás.", plural(n, "nedokončená služba", "nedokončené služby", "nedokončených služeb"));
        tasks.push(task(None, Tone::Violet, "Moje hodnocení".to_owned(), text, "/hodnoceni?hodnoti=ja", "Pokračovat"));
    }
    if p.unassigned > 0 && has(Right::Assessment) {
        let n = p.unassigned;
        let text = format!("{name}: {n} {} bez hodnotitele.", plural(n, "služba je", "služby jsou", "služeb je"));
        tasks.push(task(None, Tone::Warn, "Přidělit hodnotitele".to_owned(), text, "/hodnoceni?hodnoti=nikdo", "Přidělit"));
    }
    if p.to_assess > 0 && p.finished == p.to_assess && has(Right::Decision) {
        let text = format!("{name}: všech {} služeb je vyhodnoceno.", p.to_assess);
        tasks.push(task(None, Tone::Ok, "Spočítat a navrhnout".to_owned(), text, "/navrhy", "Přejít na návrhy"));
    }
    tasks
}

/// What waits for a kraj, by deadline, and the state of its rounds.
#[component]
pub fn KrajHome(
    /// Who looks.
    account: Account,
    /// Its rounds.
    items: Vec<KrajItem>,
) -> impl IntoView {
    let now = request::info().received_at;
    let mut tasks: Vec<Task> = items.iter().flat_map(|item| kraj_tasks(item, &account, now)).collect();
    tasks.sort_by_key(|task| task.day.unwrap_or(DateTime::<Utc>::MAX_UTC));
    let count = tasks.len();
    let rows = items
        .into_iter()
        .map(|item| {
            let (tone, icon, word) = tabs::state(item.own.as_ref(), now);
            let p = item.progress;
            view! {
                <tr>
                    <th scope="row"><a href=tabs::href(item.round.year, item.round.number, "")>{format!("{} {}", item.round.year, item.round.label)}</a></th>
                    <td><Pill tone icon word/></td>
                    <td class="num">{p.parts}</td>
                    <td class="num">{Money::crowns(p.request).plain()}</td>
                    <td class="num">{format!("{} z {}", p.finished, p.to_assess)}</td>
                </tr>
            }
        })
        .collect::<Vec<_>>();
    let none = rows.is_empty();
    view! {
        <section class="card card--flush" aria-labelledby="ceka">
            <div class="card__head"><h2 id="ceka">"Co čeká"</h2><span class="meta">{format!("{count} {}", plural(count as i64, "úkol", "úkoly", "úkolů"))}</span></div>
            {if count == 0 { view! { <p class="card__foot">"Teď na vás nic nečeká."</p> }.into_any() } else { view! { <Tasks tasks/> }.into_any() }}
        </section>
        <section class="card card--flush" aria-labelledby="kola">
            <div class="card__head"><h2 id="kola">"Stav kol"</h2><a href="/dotace">"Všechna kola"</a></div>
            {if none { view! { <p class="card__foot">"MPSV zatím neotevřelo žádné dotační kolo."</p> }.into_any() } else { view! {
                <div class="grid grid--bare" role="region" aria-label="Tabulka: stav kol" tabindex="0">
                    <table class="data">
                        <thead><tr><th scope="col">"Kolo"</th><th scope="col">"Stav"</th><th scope="col" class="num">"Žádostí"</th><th scope="col" class="num">"Požadavky, Kč"</th><th scope="col" class="num">"Vyhodnoceno"</th></tr></thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
            }.into_any() }}
        </section>
    }
}

#[component]
fn Tasks(tasks: Vec<Task>) -> impl IntoView {
    const MONTHS: [&str; 12] = ["led", "úno", "bře", "dub", "kvě", "čvn", "čvc", "srp", "zář", "říj", "lis", "pro"];
    tasks
        .into_iter()
        .map(|task| {
            let date = task.day.map(|at| {
                let day = store::prague::day(at);
                view! { <div class="task__date" data-tone=task.tone.code()><b>{day.day()}</b><span>{MONTHS[day.month0() as usize % 12]}</span></div> }.into_any()
            });
            let date = date.unwrap_or_else(|| view! { <span class="say" data-tone=task.tone.code()><Icon name=task.tone.icon()/></span> }.into_any());
            view! {
                <div class="task">
                    {date}
                    <h3>{task.title}</h3>
                    <p>{task.text}</p>
                    <div class="task__actions"><a class="btn" href=task.way.0>{task.way.1}</a></div>
                </div>
            }
        })
        .collect_view()
}

/// A round of the country: which kraje published a window.
#[derive(Debug, Clone)]
pub struct CountryItem {
    round: Round,
    set: Vec<KrajRound>,
}

/// What the home of the MPSV shows: rounds of the two newest years with the windows of the kraje.
pub async fn country_items(tx: &mut Tx) -> Result<Vec<CountryItem>, AppError> {
    let years: Vec<i32> = rounds::years(tx).await?.into_iter().take(2).collect();
    let mut items = Vec::new();
    for round in rounds::rounds(tx).await?.into_iter().filter(|round| years.contains(&round.year)) {
        let set = rounds::kraj_rounds(tx, round.id).await?;
        items.push(CountryItem { round, set });
    }
    Ok(items)
}

/// Terms of the kraje, round by round: who published, who takes applications, which end comes first.
#[component]
pub fn MpsvHome(
    /// The rounds.
    items: Vec<CountryItem>,
) -> impl IntoView {
    let now = request::info().received_at;
    let all = Kraj::all().count();
    let rows = items
        .into_iter()
        .map(|item| {
            let published: Vec<&KrajRound> = item.set.iter().filter(|k| k.window_published_at.is_some()).collect();
            let open = published.iter().filter(|k| k.opens_at <= now && now < k.closes_at).count();
            let done = published.iter().filter(|k| k.results_published_at.is_some()).count();
            let next = published.iter().filter(|k| now < k.closes_at).min_by_key(|k| k.closes_at);
            let next = next.map(|k| format!("{}, {}", domain::time::deadline(dates::last_minute(k.closes_at)), k.organisation_name));
            let missing: Vec<&str> = Kraj::all().filter(|kraj| !published.iter().any(|k| k.kraj_code == kraj.code().to_string())).map(Kraj::name).collect();
            view! {
                <tr>
                    <th scope="row"><a href=tabs::href(item.round.year, item.round.number, "")>{format!("{} {}", item.round.year, item.round.label)}</a></th>
                    <td class="num">{format!("{} z {all}", published.len())}</td>
                    <td class="num">{open}</td>
                    <td class="num">{done}</td>
                    <td>{next.unwrap_or_else(|| "–".to_owned())}</td>
                    <td>{if missing.is_empty() { "všechny kraje zveřejnily".to_owned() } else { missing.join(", ") }}</td>
                </tr>
            }
        })
        .collect::<Vec<_>>();
    let none = rows.is_empty();
    view! {
        <section class="card card--flush" aria-labelledby="kola-zeme">
            <div class="card__head"><h2 id="kola-zeme">"Termíny krajů"</h2><a href="/dotace">"Dotační roky"</a></div>
            {if none { view! { <p class="card__foot">"Zatím není otevřené žádné kolo. "<a href="/dotace">"Otevřít dotační rok"</a></p> }.into_any() } else { view! {
                <div class="grid grid--bare" role="region" aria-label="Termíny krajů v kolech" tabindex="0">
                    <table class="data">
                        <thead><tr><th scope="col">"Kolo"</th><th scope="col" class="num">"Zveřejnilo"</th><th scope="col" class="num">"Přijímá"</th><th scope="col" class="num">"Výsledky"</th><th scope="col">"Nejbližší konec"</th><th scope="col">"Zatím nezveřejnily"</th></tr></thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
            }.into_any() }}
        </section>
    }
}
