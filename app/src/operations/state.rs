//! `/provoz`: the state of the parts, as this request measures it, planned outages, how available the modules were, and whom to call.

use super::notices;
use crate::{components::*, layout::*, registry::words, request};
use chrono::{DateTime, Datelike as _, NaiveDate, Utc};
use domain::{
    accounts::{Actor, Permission, Right},
    operations::{Measured, Module, Month, OutageState, months, percent},
    text::plural,
    time::{date, date_time},
};
use leptos::prelude::*;
use std::time::Instant;
use store::{
    StoreError, mail,
    operations::{self, BackupRow, OutageRow, Setting},
    prague,
    registry::quality::{RegisterState, database_version, register_state},
};

permit_page!("/provoz" => Permission::Public);

/// Months of the history.
const MONTHS: u32 = 12;
/// Mail that waits longer is late.
const LATE: chrono::TimeDelta = chrono::TimeDelta::minutes(10);
/// A backup that is older is too old.
const OLD: chrono::TimeDelta = chrono::TimeDelta::hours(26);
/// Every minute the server looks whether its parts answer; where it has not for longer, its work in the background stands.
const STANDS: chrono::TimeDelta = chrono::TimeDelta::minutes(3);

/// What the database says, where it answers.
struct State {
    version: String,
    took: u128,
    register: RegisterState,
    /// Mails that wait, and since when; who is not signed in does not see it.
    mail: Option<(i64, Option<DateTime<Utc>>)>,
    backup: Option<BackupRow>,
    /// When the work in the background was last seen.
    looked: Option<DateTime<Utc>>,
    settings: Vec<Setting>,
    modules: Vec<(Module, u128, Vec<Measured>)>,
    outages: Vec<OutageRow>,
}

async fn read(actor: &Actor, now: DateTime<Utc>) -> Result<State, StoreError> {
    let asked = Instant::now();
    let store = request::deps().store;
    let mut tx = store.begin(actor).await?;
    let version = database_version(&mut tx).await?;
    let took = asked.elapsed().as_millis();
    let register = register_state(&mut tx).await?;
    let today = prague::day(now);
    let since = today.checked_sub_months(chrono::Months::new(MONTHS)).unwrap_or(today);
    let settings = operations::settings(&mut tx).await?;
    let seen = |module: Module| actor.account().is_ok() || settings.iter().any(|s| s.module == module.code() && s.state_public);
    let mut modules = Vec::new();
    for module in Module::ALL.into_iter().filter(|m| seen(*m)) {
        let asked = Instant::now();
        operations::answers(&mut tx, module).await?;
        modules.push((module, asked.elapsed().as_millis(), operations::measured(&mut tx, module, since).await?));
    }
    let outages = operations::outages(&mut tx, prague::midnight(since), 60).await?;
    let backup = operations::last_backup(&mut tx).await?;
    let looked = operations::last_look(&mut tx).await?;
    let mail = if actor.account().is_ok() {
        let mut tx = store.begin(&Actor::System).await?;
        Some((mail::waiting(&mut tx).await?, mail::waiting_since(&mut tx).await?))
    } else {
        None
    };
    Ok(State { version, took, register, mail, backup, looked, settings, modules, outages })
}

fn row(name: &'static str, tone: Tone, word: &str, answer: String, trouble: String) -> impl IntoView + use<> {
    let word = word.to_owned();
    view! { <tr><th scope="row">{name}</th><td><span class="say" data-tone=tone.code()><Icon name=tone.icon()/>{word}</span></td><td class="wrap">{answer}</td><td class="wrap">{trouble}</td></tr> }
}

/// `12. 6. 2026, 18 minut`: the last day on which a module did not answer.
fn last_trouble(days: &[Measured]) -> String {
    days.iter().rev().find(|d| d.failed > 0).map_or_else(
        || "–".to_owned(),
        |d| format!("{}, {} {}", date(d.day), d.failed, plural(i64::from(d.failed), "minuta", "minuty", "minut")),
    )
}

/// Whether whoever is signed in is told that the work in the background has stopped.
fn stands(state: &State, now: DateTime<Utc>) -> bool {
    state.mail.is_some() && state.looked.is_some_and(|looked| now - looked > STANDS)
}

/// The page; it is shown even where the database does not answer.
#[component]
pub fn StatePage() -> impl IntoView {
    loaded(async {
        let info = request::info();
        let now = info.received_at;
        let state = read(&info.actor, now).await;
        if let Err(error) = &state {
            tracing::error!(%error, "state of the database not read");
        }
        let operator = info.actor.has(Right::OperationsAdministration);
        let running = info.outages.iter().any(|row| row.outage.state(now) == OutageState::Running);
        let late = |state: &State| state.mail.is_some_and(|(_, since)| since.is_some_and(|since| now - since > LATE));
        let (tone, word) = match &state {
            Err(_) => (Tone::Error, "databáze neodpovídá"),
            Ok(_) if running => (Tone::Warn, "probíhá odstávka"),
            Ok(state) if late(state) => (Tone::Warn, "běží, pošta se zpožďuje"),
            Ok(state) if stands(state, now) => (Tone::Warn, "běží, práce na pozadí stojí"),
            Ok(_) => (Tone::Ok, "vše běží"),
        };
        let demo = request::deps().demo;
        let parts = match &state {
            Err(_) => {
                let wait = "Zkuste to, prosím, za chvíli. Uložená data jsou v pořádku.";
                view! { {row("Databáze", Tone::Error, "neodpovídá", wait.to_owned(), "právě teď".to_owned())} }.into_any()
            }
            Ok(state) => parts(state, now).into_any(),
        };
        let rest = state.as_ref().ok().map(|state| history(state, now));
        let hidden: Vec<Module> = state.as_ref().map_or_else(
            |_| Vec::new(),
            |state| Module::ALL.into_iter().filter(|m| state.modules.iter().all(|(shown, ..)| shown != m)).collect(),
        );
        let settings = state.as_ref().map(|state| state.settings.clone()).unwrap_or_default();
        Ok(view! {
            <Page title="Provoz systému" sub=format!("stav k {}", date_time(prague::local(now))) beside=view! { <Pill tone=tone word=word/> }.into_any() calm=true>
                <div class="main main--calm">
                    <div class="cols cols--side">
                        <div class="stack">
                            {operator.then(|| view! {
                                <p class="row"><a class="btn btn--primary" href="/provoz/odstavky">"Odstávky"</a><a class="btn" href="/aktuality">"Aktuality"</a><a class="btn" href="/provoz/nastaveni">"Horká linka a zveřejnění"</a></p>
                            })}
                            <section class="card card--flush">
                                <div class="card__head"><h2>"Části systému"</h2></div>
                                <div class="grid grid--bare" role="region" aria-label="Části systému" tabindex="0">
                                    <table class="data">
                                        <thead><tr><th scope="col">"Část"</th><th scope="col">"Stav"</th><th scope="col">"Podrobnosti"</th><th scope="col">"Poslední potíž"</th></tr></thead>
                                        <tbody>{parts}</tbody>
                                    </table>
                                </div>
                                {(!hidden.is_empty()).then(|| view! { <p class="card__foot meta">"Stav části „"{hidden.iter().map(|m| m.label()).collect::<Vec<_>>().join("“ a „")}"“ vidíte po přihlášení."</p> })}
                            </section>
                            {rest}
                            {demo.then(|| view! { <Banner tone=Tone::Info>"Tato databáze je naplněná ukázkovými daty. Nic zde není skutečné podání."</Banner> })}
                        </div>
                        <aside class="stack" aria-label="Pomoc">
                            <section class="card"><h2>"Horká linka"</h2>{hotline(&settings, &hidden)}</section>
                            <section class="card"><h2>"Co potřebujete"</h2>
                                <p>"Běžný prohlížeč ne starší dvou let a spojení TLS 1.2 nebo novější. Skripty nejsou nutné; bez nich chybějí jen živé součty, porovnání co kdyby a průběžné ukládání."</p>
                                <p><a href="/napoveda/technika">"Technické podmínky"</a></p>
                            </section>
                        </aside>
                    </div>
                </div>
            </Page>
        }
        .into_any())
    })
}

fn parts(state: &State, now: DateTime<Utc>) -> impl IntoView + use<> {
    let modules = state
        .modules
        .iter()
        .map(|(module, took, days)| row(module.label(), Tone::Ok, "běží", format!("odpověď za {} ms", (*took).max(1)), last_trouble(days)))
        .collect_view();
    let register = &state.register;
    let imported = register.as_of.map_or_else(|| "zatím bez importu".to_owned(), |day| format!("poslední import ke dni {}", date(day)));
    let (tone, word) = if register.services > 0 { (Tone::Ok, "běží") } else { (Tone::Warn, "prázdný") };
    let full = format!(
        "{}, {} {}, {imported}",
        words::services(register.services),
        words::number(register.providers),
        plural(register.providers, "poskytovatel", "poskytovatelé", "poskytovatelů")
    );
    let dash = || "–".to_owned();
    let mail = state.mail.map(|(waiting, since)| {
        let count = if waiting == 0 {
            "nic nečeká".to_owned()
        } else {
            format!("{waiting} {}", plural(waiting, "zpráva čeká", "zprávy čekají", "zpráv čeká"))
        };
        match since.filter(|since| now - *since > LATE) {
            Some(since) => row("Odesílání pošty", Tone::Warn, "zpožděno", count, format!("od {}", date_time(prague::local(since)))),
            None => row("Odesílání pošty", Tone::Ok, "běží", count, dash()),
        }
    });
    // Which versions run is for who works here, not for who looks for a way in.
    let (database, application) = if state.mail.is_some() {
        (format!("PostgreSQL {}, odpověděla za {} ms", state.version, state.took), format!("Kraj108, verze {}", env!("CARGO_PKG_VERSION")))
    } else {
        (format!("odpověděla za {} ms", state.took), "Kraj108".to_owned())
    };
    let backup = state.mail.map(|_| match &state.backup {
        None => row("Záloha", Tone::Warn, "zatím žádná", "Zálohu dělá příkaz kraj108 backup.".to_owned(), dash()),
        Some(backup) => {
            let made = date_time(prague::local(backup.made_at));
            let size = format!("{} MB", words::number((backup.bytes + 999_999) / 1_000_000));
            let tone = if now - backup.made_at > OLD { Tone::Warn } else { Tone::Ok };
            row("Záloha", tone, &made, size, dash())
        }
    });
    let background = state.mail.map(|_| match state.looked {
        None => row("Práce na pozadí", Tone::Warn, "zatím neběžela", dash(), dash()),
        Some(looked) => {
            let (tone, word) = if stands(state, now) { (Tone::Warn, "stojí") } else { (Tone::Ok, "běží") };
            row("Práce na pozadí", tone, word, format!("naposledy {}", date_time(prague::local(looked))), dash())
        }
    });
    view! {
        {modules}
        {row("Veřejné hledání", tone, word, full, dash())}
        {row("Databáze", Tone::Ok, "běží", database, dash())}
        {mail}
        {background}
        {backup}
        {row("Aplikace", Tone::Ok, "běží", application, dash())}
    }
}

/// Whom to call about the modules whose state the visitor sees.
fn hotline(settings: &[Setting], hidden: &[Module]) -> impl IntoView + use<> {
    let (secret, shown): (Vec<_>, Vec<_>) = Module::ALL
        .into_iter()
        .filter_map(|module| {
            let s = settings.iter().find(|s| s.module == module.code())?;
            (!s.phone.is_empty() || !s.email.is_empty()).then(|| (module, s.clone()))
        })
        .partition(|(module, _)| hidden.contains(module));
    if shown.is_empty() && !secret.is_empty() {
        return view! { <p class="muted">"Kontakty uvidíte po přihlášení."</p> }.into_any();
    }
    if shown.is_empty() {
        return view! { <p class="muted">"Kontakty zatím nikdo nevyplnil. Obraťte se na správce systému své organizace."</p> }.into_any();
    }
    view! {
        <dl class="facts">
            {shown.into_iter().map(|(module, s)| view! {
                <dt>{module.label()}</dt>
                <dd>
                    {(!s.phone.is_empty()).then(|| view! { <span>{s.phone.clone()}</span> })}
                    {(!s.hours.is_empty()).then(|| view! { <br/><span class="muted">{s.hours.clone()}</span> })}
                    {(!s.email.is_empty()).then(|| view! { <br/><a href=format!("mailto:{}", s.email)>{s.email.clone()}</a> })}
                </dd>
            }).collect_view()}
        </dl>
    }
    .into_any()
}

const MONTH_NAMES: [(&str, &str); 12] = [
    ("led", "leden"),
    ("úno", "únor"),
    ("bře", "březen"),
    ("dub", "duben"),
    ("kvě", "květen"),
    ("čvn", "červen"),
    ("čvc", "červenec"),
    ("srp", "srpen"),
    ("zář", "září"),
    ("říj", "říjen"),
    ("lis", "listopad"),
    ("pro", "prosinec"),
];

fn month_name(first: NaiveDate) -> (&'static str, &'static str) {
    MONTH_NAMES.get(first.month0() as usize).copied().unwrap_or_default()
}

/// The availability by month and the outages.
fn history(state: &State, now: DateTime<Utc>) -> impl IntoView + use<> {
    let today = prague::day(now);
    let charts = state
        .modules
        .iter()
        .map(|(module, _, days)| {
            let all = months(days, today, MONTHS);
            let year = Month {
                first: today,
                answered: all.iter().map(|m| m.answered).sum(),
                failed: all.iter().map(|m| m.failed).sum(),
            };
            let said = year.available().map_or_else(|| "zatím se neměřilo".to_owned(), |a| format!("dostupnost za rok {}", percent(a)));
            view! {
                <section class="card">
                    <div class="card__head"><h2>{format!("{}: výpadky za {MONTHS} měsíců", module.label())}</h2><span class="meta">"v minutách, bez plánovaných odstávek; "{said}</span></div>
                    {if year.failed > 0 { bars(&all).into_any() } else { view! { <p>{if year.answered > 0 { "Žádný výpadek." } else { "Měření právě začíná." }}</p> }.into_any() }}
                    <details><summary>"Čísla v tabulce"</summary>
                        <table class="data">
                            <thead><tr><th scope="col">"Měsíc"</th><th scope="col" class="num">"Výpadek, minut"</th><th scope="col" class="num">"Dostupnost"</th></tr></thead>
                            <tbody>{all.iter().rev().map(|m| view! {
                                <tr><th scope="row">{format!("{} {}", month_name(m.first).1, m.first.year())}</th><td class="num">{m.available().map_or_else(|| "–".to_owned(), |_| words::number(m.failed))}</td><td class="num">{m.available().map_or_else(|| "neměřilo se".to_owned(), percent)}</td></tr>
                            }).collect_view()}</tbody>
                        </table>
                    </details>
                </section>
            }
        })
        .collect_view();
    let shown: Vec<&OutageRow> = state.outages.iter().filter(|row| row.outage.state(now) != OutageState::Cancelled).take(20).collect();
    let outages = if shown.is_empty() {
        view! { <p class="muted">"Za posledních 12 měsíců žádná, a žádná se neplánuje."</p> }.into_any()
    } else {
        view! {
            <ol class="timeline">
                {shown.into_iter().map(|row| {
                    let (tone, word) = match row.outage.state(now) {
                        OutageState::Planned => (Tone::Warn, "Plánováno: "),
                        OutageState::Running => (Tone::Warn, "Právě probíhá: "),
                        _ => (Tone::Ok, ""),
                    };
                    let day = prague::day(row.outage.starts_at);
                    let parts = if row.outage.modules.len() == Module::ALL.len() { "všechny části".to_owned() } else { row.outage.modules.iter().map(|m| m.label()).collect::<Vec<_>>().join(", ") };
                    let how = if row.outage.read_only { "jen čtení; " } else { "" };
                    view! {
                        <li data-tone=tone.code() data-now=(row.outage.state(now) == OutageState::Running).then_some("")>
                            <time datetime=day.to_string()>{date(day)}</time>
                            <div><strong>{word}{row.reason.clone()}</strong><p class="muted">{notices::span(row)}"; "{how}{parts}</p></div>
                        </li>
                    }
                }).collect_view()}
            </ol>
        }
        .into_any()
    };
    view! {
        {charts}
        <section class="card"><h2>"Odstávky"</h2>{outages}</section>
    }
}

/// A bar a month: the minutes of outage. Months that nobody measured have a dash.
fn bars(all: &[Month]) -> impl IntoView + use<> {
    const HEIGHT: i64 = 84;
    const BASE: i64 = 112;
    let most = all.iter().map(|m| m.failed).max().unwrap_or_default().max(1);
    let told: Vec<String> =
        all.iter().filter(|m| m.failed > 0).map(|m| format!("{} {}", month_name(m.first).1, words::number(m.failed))).collect();
    let label = if told.is_empty() {
        "Výpadky po měsících: žádné".to_owned()
    } else {
        format!("Výpadky po měsících v minutách: {}, ostatní měsíce 0", told.join(", "))
    };
    view! {
        <svg class="chart" viewBox="0 0 750 138" role="img" aria-label=label>
            <line class="axis" x1="0" x2="750" y1="112" y2="112"/>
            {all.iter().zip(0_i64..).map(|(m, i)| {
                let (left, middle) = (14 + 62 * i, 31 + 62 * i);
                let height = if m.failed == 0 { 0 } else { (m.failed * HEIGHT / most).max(2) };
                let word = if m.available().is_none() { "–".to_owned() } else { words::number(m.failed) };
                let class = if m.failed > 0 { "t-mid t-strong" } else { "t-mid" };
                view! {
                    <rect class="s1" x=left.to_string() y=(BASE - height).to_string() width="34" height=height.to_string() rx="2"/>
                    <text class=class x=middle.to_string() y=(BASE - height - 6).to_string()>{word}</text>
                    <text class="t-mid" x=middle.to_string() y="130">{month_name(m.first).0}</text>
                }
            }).collect_view()}
        </svg>
    }
}
