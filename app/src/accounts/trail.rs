//! `/ucty/stopa`: the audit trail of the own organisation, newest first; whoever reads it leaves a trace of that.

use super::{
    trail_content::{Row, changes},
    trail_names::{kind_words, kinds, object_words, spoken},
};
use crate::{components::*, error::AppError, layout::*, request};
use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    accounts::{Permission, Right},
    time,
};
use leptos::prelude::*;
use serde::Deserialize;
use serde_json::json;
use store::{
    Tx,
    audit::{self, Event, Search},
    prague,
};

/// Who reads it.
pub const READS: Permission = Permission::Has(Right::AuditView);

permit_page!("/ucty/stopa" => READS);
permit_page!("/ucty/stopa/{retezec}/{cislo}" => READS);

/// Events on a page.
const SHOWN: i64 = 100;
/// Most events of a file.
pub const EXPORTED: i64 = 20_000;

/// What the form above the list asks for, as the address has it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// Key of an object.
    pub objekt: String,
    /// Beginning of the kind.
    pub druh: String,
    /// Part of the name of a person.
    pub kdo: String,
    /// How it ended.
    pub vysledek: String,
    /// First day.
    pub od: String,
    /// Last day.
    pub r#do: String,
    /// The end of the page before.
    pub pred: String,
}

impl Asked {
    /// As the database is asked; a day that cannot be read is a sentence.
    ///
    /// # Errors
    /// The sentence.
    pub fn search(&self) -> Result<Search, AppError> {
        let text = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty() && text.len() <= 200);
        let day = |text: &str| -> Result<Option<NaiveDate>, AppError> {
            if text.trim().is_empty() { Ok(None) } else { time::parse_date(text).map(Some).map_err(|e| AppError::invalid(e.to_string())) }
        };
        let midnight = |day: NaiveDate| prague::instant(day.and_hms_opt(0, 0, 0).unwrap_or_default());
        let older_than = self
            .pred
            .split_once('.')
            .and_then(|(at, seq)| Some((DateTime::<Utc>::from_timestamp_micros(at.parse().ok()?)?, seq.parse().ok()?)));
        Ok(Search {
            object: text(&self.objekt),
            kind: text(&self.druh),
            person: text(&self.kdo),
            outcome: text(&self.vysledek).filter(|outcome| ["done", "refused", "failed"].contains(&outcome.as_str())),
            from: day(&self.od)?.map(midnight),
            until: day(&self.r#do)?.and_then(|day| day.succ_opt()).map(midnight),
            older_than,
        })
    }

    fn query(&self, pred: &str) -> String {
        request::query_of(&[
            ("objekt", &self.objekt),
            ("druh", &self.druh),
            ("kdo", &self.kdo),
            ("vysledek", &self.vysledek),
            ("od", &self.od),
            ("do", &self.r#do),
            ("pred", pred),
        ])
    }
}

/// Reads at most so many events of the trail and notes that they were read; gives also whether older ones follow.
///
/// # Errors
/// The database's.
pub async fn read(tx: &mut Tx, asked: &Asked, search: &Search, most: i64, how: &'static str) -> Result<(Vec<Event>, bool), AppError> {
    let mut events = audit::events(tx, search, most + 1).await?;
    let more = events.len() as i64 > most;
    events.truncate(usize::try_from(most).unwrap_or_default());
    let filter = json!({
        "object": asked.objekt, "kind": asked.druh, "person": asked.kdo, "outcome": asked.vysledek, "from": asked.od, "to": asked.r#do,
    });
    tx.audit(audit::Record::event("audit.read", audit::Outcome::Done, json!({ "how": how, "filter": filter, "events": events.len() })));
    Ok((events, more))
}

/// How an event ended, in words.
pub fn outcome_words(outcome: &str) -> (Tone, &'static str) {
    match outcome {
        "done" => (Tone::Ok, "provedeno"),
        "refused" => (Tone::Warn, "odmítnuto"),
        _ => (Tone::Error, "selhalo"),
    }
}

/// Who did it: the name, the organisation of a person who is hidden, or that there was no person.
pub fn who(event: &Event) -> String {
    if let Some(name) = &event.person_name {
        return name.clone();
    }
    match (event.person, &event.organisation) {
        (Some(_), Some(organisation)) => format!("pracovník organizace {organisation}"),
        (Some(_), None) => "pracovník jiné organizace".to_owned(),
        // The address expires, these kinds do not.
        (None, _)
            if event.address.is_some()
                || ["accounts.sign_in", "accounts.recovery.ask", "accounts.recovery.done"].contains(&event.kind.as_str()) =>
        {
            "nepřihlášený".to_owned()
        }
        (None, _) => "systém".to_owned(),
    }
}

/// Time in Prague to the second.
pub fn instant_words(at: DateTime<Utc>) -> String {
    prague::local(at).format("%-d. %-m. %Y %H.%M.%S").to_string()
}

/// The list.
#[component]
pub fn TrailPage() -> impl IntoView {
    loaded(async {
        let info = request::info();
        let asked: Asked = request::query();
        let (search, wrong) = match asked.search() {
            Ok(search) => (search, None),
            Err(error) => (Search::default(), Some(error.sentence)),
        };
        let mut tx = request::read(READS).await?;
        let (events, more) = read(&mut tx, &asked, &search, SHOWN, "page").await?;
        tx.commit(info.received_at).await?;
        let next = events.last().filter(|_| more).map(|last| asked.query(&format!("{}.{}", last.at.timestamp_micros(), last.seq)));
        let count = events.len() as i64;
        let sub = match (count, more, search.older_than.is_some()) {
            (0, ..) => "žádný záznam".to_owned(),
            (n, true, false) => format!("posledních {n} záznamů"),
            (n, ..) => format!("{n} {}", domain::text::plural(n, "záznam", "záznamy", "záznamů")),
        };
        let outcomes = [("", "jakkoli"), ("done", "provedeno"), ("refused", "odmítnuto"), ("failed", "selhalo")];
        let outcomes = outcomes.iter().map(|(code, words)| ((*code).to_owned(), (*words).to_owned())).collect();
        let query = asked.query("");
        let system = info.actor.mpsv().is_ok();
        let list = if events.is_empty() {
            view! { <Empty title="Nic zaznamenaného tomu neodpovídá" text="Zkuste jiné období nebo zrušte filtr." way=("/ucty/stopa".to_owned(), "Celá stopa".to_owned())/> }.into_any()
        } else {
            view! {
                <div class="grid" role="region" aria-label="Tabulka: auditní stopa" tabindex="0">
                    <table class="data">
                        <thead><tr><th scope="col" class="num">"Č."</th><th scope="col">"Kdy"</th><th scope="col">"Kdo"</th><th scope="col">"Co"</th><th scope="col">"Objekt"</th><th scope="col">"Jak skončilo"</th><th scope="col">"Odkud"</th></tr></thead>
                        <tbody>{events.into_iter().map(row).collect_view()}</tbody>
                    </table>
                </div>
            }
            .into_any()
        };
        Ok(view! {
            <Page title="Auditní stopa" sub=sub>
                <div class="main stack">
                    {wrong.map(|sentence| view! { <Banner tone=Tone::Error alert=true>{sentence}</Banner> })}
                    <form class="filters" action="/ucty/stopa" role="search" aria-label="Hledání ve stopě">
                        <Choice name="druh" label="Co" options=kinds() value=asked.druh.clone()/>
                        <Field name="kdo" label="Kdo" value=asked.kdo.clone()/>
                        <Choice name="vysledek" label="Jak skončilo" options=outcomes value=asked.vysledek.clone()/>
                        <Field name="od" label="Od dne" limit=20 value=asked.od.clone()/>
                        <Field name="do" label="Do dne" limit=20 value=asked.r#do.clone()/>
                        <Field name="objekt" label="Klíč objektu" limit=100 value=asked.objekt.clone()/>
                        <button class="btn"><Icon name="filter"/>"Filtrovat"</button>
                        <Exports table="/ucty/stopa" query/>
                    </form>
                    {list}
                    {next.map(|query| view! { <p><a class="btn" href=format!("/ucty/stopa{query}")>"Starší záznamy"</a></p> })}
                    <p class="meta">{if system { "Vidíte stopu svojí organizace a stopu systému. " } else { "Vidíte stopu svojí organizace. " }}"Časy jsou pražské. Záznamy tvoří řetězec, jehož neporušenost ověří příkaz kraj108 verify; v aplikaci je nikdo nemůže změnit ani smazat. Po době, kterou určuje provozovatel, zmizí jejich obsah; záznamy o registru a dotacích ho mají natrvalo. I toto čtení je zaznamenané."</p>
                </div>
            </Page>
        }
        .into_any())
    })
}

fn row(event: Event) -> impl IntoView {
    let (tone, word) = outcome_words(&event.outcome);
    let who = who(&event);
    let object = event.object_id.unwrap_or_default();
    let href = format!("/ucty/stopa{}", request::query_of(&[("objekt", &object)]));
    let detail = format!("/ucty/stopa/{}/{}", event.chain, event.seq);
    // The keys of a day begin alike.
    let short: String = object.chars().skip(object.chars().count().saturating_sub(8)).collect();
    view! {
        <tr>
            <td class="num">{event.seq}</td>
            <td class="nowrap">{instant_words(event.at)}</td>
            <th scope="row">{who}</th>
            <td><a href=detail>{kind_words(&event.kind)}</a></td>
            <td>{(!object.is_empty()).then(|| view! { <a href=href title="Všechny záznamy tohoto objektu">{short}</a> })}</td>
            <td><Pill tone=tone word=word/></td>
            <td>{event.address.unwrap_or_else(|| "–".to_owned())}</td>
        </tr>
    }
}

/// One event, with what it changed side by side.
#[component]
pub fn EventPage() -> impl IntoView {
    loaded(async {
        let info = request::info();
        let missing = || AppError::not_found("Záznam");
        let chain = request::path_param("retezec").filter(|text| text.len() <= 40).ok_or_else(missing)?;
        let seq: i64 = request::path_param("cislo").and_then(|text| text.parse().ok()).ok_or_else(missing)?;
        let mut tx = request::read(READS).await?;
        let event = audit::event(&mut tx, &chain, seq).await.map_err(|_| missing())?;
        tx.audit(audit::Record::event("audit.read", audit::Outcome::Done, json!({ "how": "detail", "chain": chain, "seq": seq })));
        tx.commit(info.received_at).await?;
        let (tone, word) = outcome_words(&event.outcome);
        let device = super::own::device(event.device.as_deref());
        let content = match &event.content {
            None => view! { <p class="muted">"Obsah záznamu už vypršel. Čas, druh a otisk v řetězci zůstávají."</p> }.into_any(),
            Some(content) => {
                let rows: Vec<Row> = changes(content).into_iter().map(|row| spoken(&event.kind, row)).collect();
                let compares = rows.iter().any(|row| row.before.is_some());
                if rows.is_empty() {
                    view! { <p class="muted">"Záznam nemá další obsah."</p> }.into_any()
                } else {
                    view! {
                        <div class="grid grid--bare" role="region" aria-label="Tabulka: obsah záznamu" tabindex="0">
                            <table class="data">
                                <thead><tr><th scope="col">"Údaj"</th>{compares.then(|| view! { <th scope="col">"Předtím"</th> })}<th scope="col">{if compares { "Potom" } else { "Hodnota" }}</th></tr></thead>
                                <tbody>{rows.into_iter().map(|row| view! {
                                    <tr><th scope="row">{row.name}</th>{compares.then(|| view! { <td class="wrap">{row.before.clone().unwrap_or_default()}</td> })}<td class="wrap">{row.after}</td></tr>
                                }).collect_view()}</tbody>
                            </table>
                        </div>
                    }.into_any()
                }
            }
        };
        let who = who(&event);
        let account = event.account.map_or_else(|| "–".to_owned(), |id| id.to_string());
        let object = event.object_id.clone().unwrap_or_default();
        let all = format!("/ucty/stopa{}", request::query_of(&[("objekt", &object)]));
        Ok(view! {
            <Page title=kind_words(&event.kind) sub=format!("záznam č. {}", event.seq) crumbs=vec![("/ucty/stopa".to_owned(), "Auditní stopa".to_owned())]
                beside=view! { <Pill tone=tone word=word/> }.into_any()>
                <div class="main stack">
                    <section class="card">
                        <dl class="facts">
                            <dt>"Kdy"</dt><dd>{format!("{} (pražský čas, UTC{})", instant_words(event.at), prague::offset(event.at))}</dd>
                            <dt>"Kdo"</dt><dd>{who}</dd>
                            <dt>"Účet"</dt><dd><code>{account}</code></dd>
                            <dt>"Za organizaci"</dt><dd>{event.organisation.unwrap_or_else(|| "–".to_owned())}</dd>
                            <dt>"Druh"</dt><dd><code>{event.kind.clone()}</code></dd>
                            {(!object.is_empty()).then(|| view! { <dt>"Objekt"</dt><dd>{object_words(&event.object_kind.unwrap_or_default())}" "<a href=all><code>{object}</code></a></dd> })}
                            <dt>"Adresa a zařízení"</dt><dd>{format!("{}, {device}", event.address.unwrap_or_else(|| "–".to_owned()))}</dd>
                            <dt>"Přihlášení"</dt><dd><code>{event.session.unwrap_or_else(|| "–".to_owned())}</code></dd>
                        </dl>
                    </section>
                    <section class="card card--flush" aria-labelledby="obsah-zaznamu"><div class="card__head"><h2 id="obsah-zaznamu">"Obsah"</h2></div>{content}</section>
                </div>
            </Page>
        }
        .into_any())
    })
}
