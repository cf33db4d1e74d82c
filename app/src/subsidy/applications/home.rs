//! The provider's home: tasks with deadlines, the application, what was awarded.

use super::{
    frame::{StatePill, service_words},
    open::{Opened, last_minute, moment, open},
    part::{Part, Standing, standing},
};
use crate::{
    accounts::home::{AdministratorHome, waiting},
    components::*,
    layout::*,
    operations::news::{LatestNews, latest},
    request,
    subsidy::{dates, decision::proposal::crowns, tabs},
};
use chrono::{DateTime, Datelike, Utc};
use domain::{
    accounts::{Permission, Right},
    subsidy::{
        amount::Crowns,
        application::{State, checks},
        window::Window,
    },
    text::plural,
};
use leptos::prelude::*;
use store::subsidy::{
    applications::{Round, drafts, register, windows},
    awards::{self, OwnAward},
};

const MONTHS: [&str; 12] =
    ["leden", "únor", "březen", "duben", "květen", "červen", "červenec", "srpen", "září", "říjen", "listopad", "prosinec"];

/// The home page of a person of a provider.
#[component]
pub fn ProviderHome() -> impl IntoView {
    loaded(async {
        let mut tx = request::read(Permission::SignedIn).await?;
        let info = request::info();
        let now = info.received_at;
        let (account, provider) = info.actor.provider()?;
        let works = info.actor.has(Right::ApplicationWork);
        let reads = info.actor.require(super::pages::READS).is_ok();
        let today = store::prague::day(now);
        let services = register::services(&mut tx, provider, today).await?;
        let applicant = register::applicant(&mut tx, provider, today).await?;
        let mut applications = Vec::new();
        let mut open_rounds = Vec::new();
        if reads {
            let mine = drafts::of_provider(&mut tx, provider).await?;
            for listed in &mine {
                applications.push(open(&mut tx, listed.id).await?);
            }
            for round in if works { windows::rounds(&mut tx).await? } else { Vec::new() } {
                if mine.iter().any(|listed| listed.round == round.id) {
                    continue;
                }
                let terms = windows::terms(&mut tx, round.id, provider).await?;
                let next = terms.values().flat_map(|t| t.windows()).filter(|w| now < w.closes()).min_by_key(|w| w.closes());
                open_rounds.extend(next.map(|window| (round, window)));
            }
        }
        let awards = awards::of_provider(&mut tx, provider).await?;
        let administers = waiting(&mut tx, account).await?;
        let news = latest(&mut tx, 3).await?;
        let count = services.len();
        let ico = applicant.and_then(|a| a.ico).map(|ico| format!(" · IČO {ico}")).unwrap_or_default();
        let sub = format!(
            "{}{ico} · {count} {} v registru · dnes je {}",
            account.organisation_name,
            plural(i64::try_from(count).unwrap_or(0), "služba", "služby", "služeb"),
            domain::time::date(today)
        );
        let live: Vec<&Opened> =
            applications.iter().filter(|a| a.until().is_some() || matches!(a.stored.state, State::Submitted(_))).collect();
        let mut tasks: Vec<(DateTime<Utc>, AnyView)> = live.iter().filter_map(|a| draft_task(a)).collect();
        tasks.extend(open_rounds.iter().map(|(round, window)| (window.closes(), new_task(round, *window, now))));
        tasks.sort_by_key(|(until, _)| *until);
        let number = tasks.len();
        let cards: Vec<AnyView> = live.into_iter().map(|a| application_card(a, &awards, now)).collect();
        let (awarded, money) = (awarded(&awards), money(&awards));
        Ok(view! {
            <Page title="Co vás čeká" sub=sub calm=true>
                <div class="main main--calm"><div class="cols cols--side">
                    <div class="stack">
                        <section class="card card--flush" aria-labelledby="ukoly">
                            <div class="card__head"><h2 id="ukoly">"Úkoly s termínem"</h2><span class="count">{number}</span></div>
                            {if tasks.is_empty() {
                                view! { <Empty title="Nic na vás nečeká" text=if works { "Žádná žádost není rozepsaná a žádný kraj teď nepřijímá nové." } else { "Žádosti o dotaci vyplňuje ten, kdo má právo Práce se žádostí." }/> }.into_any()
                            } else {
                                view! { <ul class="tasks">{tasks.into_iter().map(|(_, task)| task).collect_view()}</ul> }.into_any()
                            }}
                        </section>
                        {cards}
                        {awarded}
                    </div>
                    <aside class="stack" aria-label="Peníze a pomoc">
                        {money}
                        <LatestNews items=news/>
                        {administers.map(|items| view! { <AdministratorHome items/> })}
                        <section class="card"><h2>"Kdo co smí"</h2>
                            <dl class="facts">
                                <dt>"Vyplnit"</dt><dd>"kdo má právo Práce se žádostí"</dd>
                                <dt>"Podat"</dt><dd>"statutární zástupce, nebo koho pověří (právo Podat žádost)"</dd>
                            </dl>
                        </section>
                        <section class="card"><h2>"Potřebujete poradit?"</h2>
                            <p>"S obsahem žádosti poradí odbor sociálních věcí kraje, který žádáte. Údaje v registru opravuje registrující úřad."</p>
                            {info.actor.require(crate::registry::ours::MAY).is_ok().then(|| view! { <a href="/registr/nase">"Naše služby v registru"</a> })}
                        </section>
                    </aside>
                </div></div>
            </Page>
        }
        .into_any())
    })
}

/// The date box of a task.
fn date_box(until: Window, now: DateTime<Utc>) -> AnyView {
    let last = windows::last_minute(until.closes());
    let left = (last.date() - store::prague::day(now)).num_days();
    let left = match left {
        0 => "dnes".to_owned(),
        1 => "zítra".to_owned(),
        n => format!("za {n} {}", plural(n, "den", "dny", "dní")),
    };
    let month = MONTHS.get(last.month0() as usize).copied().unwrap_or_default();
    view! { <div class="task__date"><b>{format!("{}.", last.day())}</b><span>{month}</span><em>{left}</em></div> }.into_any()
}

fn new_task(round: &Round, window: Window, now: DateTime<Utc>) -> AnyView {
    let text = if window.opens() <= now {
        format!("Podávat se dá do {}. Žádost zatím nemáte založenou.", last_minute(window))
    } else {
        format!(
            "Podávat se bude od {}. Žádost si můžete připravit už teď.",
            domain::time::deadline_bound(store::prague::local(window.opens()))
        )
    };
    view! {
        <li class="task" data-tone="info">{date_box(window, now)}
            <h3>{format!("Založit žádost o dotaci {}, {}. kolo", round.year, round.number)}</h3><p class="muted">{text}</p>
            <div class="task__actions"><a class="btn" href="/dotace/zadosti">"Žádosti o dotaci"</a></div></li>
    }
    .into_any()
}

fn draft_task(opened: &Opened) -> Option<(DateTime<Utc>, AnyView)> {
    let now = opened.context.now;
    if matches!(opened.stored.state, State::Submitted(_)) {
        return None;
    }
    let until = opened.until()?;
    let all = Part::all(opened.application());
    let done =
        all.iter().filter(|p| **p != Part::Submission && standing(p, opened.application(), &opened.findings) == Standing::Fine).count();
    let found = checks::summary(&opened.findings);
    let found = if found.is_empty() { "Kontrola nenašla nic, co by bránilo podání.".to_owned() } else { format!("Kontrola: {found}.") };
    let soon = (until.closes() - now).num_days() < 14;
    let text = format!(
        "Hotovo je {done} z {} částí. {found} Podat lze do {}; po podání ji do té doby můžete vzít zpět.",
        all.len() - 1,
        last_minute(until)
    );
    let href = format!("/dotace/zadosti/{}", opened.id());
    let title = format!("Dokončit a podat žádost o dotaci {}", opened.stored.round.year);
    Some((
        until.closes(),
        view! {
            <li class="task" data-tone=if soon { "warn" } else { "info" }>{date_box(until, now)}
                <h3>{title}" "<StatePill state=opened.stored.state.clone()/></h3><p class="muted">{text}</p>
                <div class="task__actions"><a class="btn btn--primary" href=href>"Pokračovat"</a></div></li>
        }
        .into_any(),
    ))
}

fn application_card(opened: &Opened, awards: &[OwnAward], now: DateTime<Utc>) -> AnyView {
    let application = opened.application();
    let (id, year) = (opened.id(), opened.stored.round.year);
    let heading = format!("zadost-{id}");
    let listed = format!("Služby v žádosti {year}, {}. kolo", opened.stored.round.number);
    let labelled = heading.clone();
    let before = |key: &str| -> Option<Crowns> {
        let amounts: Vec<Crowns> =
            awards.iter().filter(|a| a.year == year - 1 && a.service_id.to_string() == key).map(|a| crowns(a.amount)).collect();
        (!amounts.is_empty()).then(|| amounts.into_iter().sum())
    };
    let last_year: Vec<Crowns> = application.services.iter().filter_map(|service| before(&service.facts.service)).collect();
    let last_year = (!last_year.is_empty()).then(|| last_year.into_iter().sum());
    let or_dash = |amount: Option<Crowns>| amount.map_or_else(|| "–".to_owned(), |a| a.to_string());
    let saved = format!("{}. kolo · naposledy uloženo {}", opened.stored.round.number, moment(opened.stored.updated_at, now));
    let left = opened.until().and_then(|w| dates::remaining(w.closes(), now));
    view! {
        <section class="card card--flush" aria-labelledby=labelled>
            <div class="card__head"><h2 id=heading>{format!("Žádost o dotaci {year}")}</h2><StatePill state=opened.stored.state.clone()/><span class="meta row--end">{saved}</span></div>
            {if application.services.is_empty() {
                view! { <Empty title="V žádosti zatím není žádná služba" text="Přidejte služby z registru, pro které chcete žádat." way=(Part::Services.address(&id), "Přidat služby".to_owned())/> }.into_any()
            } else {
                view! {
                    <div class="grid grid--bare" role="region" aria-label=listed tabindex="0"><table class="data">
                        <thead><tr><th scope="col">"Služba"</th><th scope="col">"Číslo"</th><th scope="col">"Zbývá"</th><th scope="col" class="num">{format!("Požadavek {year}")}</th><th scope="col" class="num">{format!("Dotace {}", year - 1)}</th></tr></thead>
                        <tbody>{application.services.iter().map(|service| {
                            let (tone, icon, words) = service_words(service, application, &opened.findings);
                            let words = if words.is_empty() { "v pořádku".to_owned() } else { words };
                            let request = Some(service.request()).filter(|r| !r.is_zero());
                            view! {
                                <tr>
                                    <th scope="row"><a href=Part::Budget(service.facts.service.clone()).address(&id)>{service.name.clone()}</a>" "<span class="muted">{format!("§ {}", service.facts.paragraph)}</span></th>
                                    <td>{service.facts.identifier.clone().unwrap_or_else(|| "–".to_owned())}</td>
                                    <td><span class="say" data-tone=tone.map(Tone::code)>{icon.map(|icon| view! { <Icon name=icon/> })}{words}</span></td>
                                    <td class="num">{or_dash(request)}</td><td class="num">{or_dash(before(&service.facts.service))}</td>
                                </tr>
                            }
                        }).collect_view()}</tbody>
                        <tfoot><tr><th scope="row" colspan="3">"Celkem"</th><td class="num">{application.request().to_string()}</td><td class="num">{or_dash(last_year)}</td></tr></tfoot>
                    </table></div>
                }.into_any()
            }}
            <div class="card__foot"><a class="btn" href=format!("/dotace/zadosti/{id}")>"Otevřít žádost"</a><a class="btn" href=Part::Submission.address(&id)>"Zkontrolovat vše"</a>
                <span class="meta row--end">{left.map(|left| format!("{left} · "))}"Podat může statutární zástupce, nebo koho pověří"</span></div>
        </section>
    }
    .into_any()
}

fn total_of(awards: &[OwnAward], year: i32) -> Option<Crowns> {
    let amounts: Vec<Crowns> = awards.iter().filter(|a| a.year == year).map(|a| crowns(a.amount)).collect();
    (!amounts.is_empty()).then(|| amounts.into_iter().sum())
}

/// The newest published awards; the rest is one link away.
const SHOWN: usize = 8;

/// Published awards, newest first.
fn awarded(awards: &[OwnAward]) -> AnyView {
    if awards.is_empty() {
        return ().into_any();
    }
    let rows = awards.iter().take(SHOWN).map(|award| {
        let why = tabs::href(award.year, award.number, &format!("/vysledek/{}/proc-tolik", award.id));
        let label = format!("Proč tolik? {}, {}", award.name, award.kraj_name);
        view! {
            <tr>
                <td>{format!("{}, {}. kolo", award.year, award.number)}</td><td>{award.kraj_name.clone()}</td>
                <th scope="row">{award.name.clone()}" "<span class="muted">{format!("§ {}", award.paragraph)}</span></th>
                <td class="num">{crowns(award.request).to_string()}</td><td class="num"><strong>{crowns(award.amount).to_string()}</strong></td>
                <td><a href=why aria-label=label>"Proč tolik?"</a></td>
            </tr>
        }
    });
    let rows = rows.collect_view();
    let shown = format!("Zobrazeno {} z {}", awards.len().min(SHOWN), awards.len());
    view! {
        <section class="card card--flush" aria-labelledby="priznano">
            <div class="card__head"><h2 id="priznano">"Zveřejněné dotace"</h2><span class="count">{awards.len()}</span></div>
            <div class="grid grid--bare" role="region" aria-label="Tabulka: zveřejněné dotace" tabindex="0"><table class="data">
                <thead><tr><th scope="col">"Kolo"</th><th scope="col">"Kraj"</th><th scope="col">"Služba"</th><th scope="col" class="num">"Požadavek"</th><th scope="col" class="num">"Dotace"</th><th scope="col"><span class="sr">"Vysvětlení"</span></th></tr></thead>
                <tbody>{rows}</tbody>
            </table></div>
            <div class="card__foot"><a class="btn" href="/dotace/vysledky">"Všechny výsledky"</a><span class="meta row--end">{shown}</span></div>
        </section>
    }
    .into_any()
}

fn money(awards: &[OwnAward]) -> AnyView {
    let Some(year) = awards.iter().map(|a| a.year).max() else {
        return view! { <section class="card"><h2>"Dotace"</h2><p class="muted">"Zatím vám žádný kraj dotaci nezveřejnil."</p></section> }
            .into_any();
    };
    let requested: Crowns = awards.iter().filter(|a| a.year == year).map(|a| crowns(a.request)).sum();
    let amount = total_of(awards, year).unwrap_or_default();
    view! {
        <section class="card"><h2>{format!("Dotace {year}")}</h2>
            <dl class="facts facts--sum"><dt>"Požadováno"</dt><dd>{requested.to_string()}</dd><dt class="total">"Přiznáno"</dt><dd class="total">{amount.to_string()}</dd></dl>
        </section>
    }
    .into_any()
}
