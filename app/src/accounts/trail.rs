//! `/ucty/stopa`: the audit trail of the own organisation, newest first.

use crate::{components::*, layout::*, request};
use domain::accounts::{Permission, Right};
use leptos::prelude::*;
use serde::Deserialize;
use store::audit::{self, Event};

permit_page!("/ucty/stopa" => Permission::Has(Right::AuditView));

/// Most events of a page.
const SHOWN: i64 = 200;

/// What the form above the list asks for.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Asked {
    /// Key of an object.
    objekt: String,
}

/// The list.
#[component]
pub fn TrailPage() -> impl IntoView {
    loaded(async {
        let asked: Asked = request::query();
        let object = Some(asked.objekt.trim().to_owned()).filter(|key| !key.is_empty() && key.len() <= 100);
        let mut tx = request::read(Permission::Has(Right::AuditView)).await?;
        let events = audit::events(&mut tx, object.as_deref(), SHOWN).await?;
        let count = events.len();
        let sub = match count {
            0 => "žádný záznam".to_owned(),
            n if n as i64 == SHOWN => format!("posledních {n} záznamů"),
            n => format!("{n} {}", domain::text::plural(n as i64, "záznam", "záznamy", "záznamů")),
        };
        let list = if events.is_empty() {
            view! { <Empty title="K tomuto objektu nic zaznamenaného není" text="Zkontrolujte klíč objektu, nebo si nechte ukázat celou stopu." way=("/ucty/stopa".to_owned(), "Celá stopa".to_owned())/> }.into_any()
        } else {
            view! {
                <div class="grid" role="region" aria-label="Tabulka: auditní stopa" tabindex="0">
                    <table class="data">
                        <thead><tr><th scope="col" class="num">"Č."</th><th scope="col">"Kdy"</th><th scope="col">"Kdo"</th><th scope="col">"Co"</th><th scope="col">"Objekt"</th><th scope="col">"Jak skončilo"</th><th scope="col">"Obsah"</th></tr></thead>
                        <tbody>{events.into_iter().map(row).collect_view()}</tbody>
                    </table>
                </div>
            }
            .into_any()
        };
        Ok(view! {
            <Page title="Auditní stopa" sub=sub>
                <div class="main stack">
                    <form class="row" action="/ucty/stopa" role="search" aria-label="Hledání ve stopě">
                        <div class="field">
                            <label for="objekt">"Klíč objektu"</label>
                            <input class="input" id="objekt" name="objekt" maxlength="100" value=asked.objekt/>
                        </div>
                        <button class="btn"><Icon name="filter"/>"Filtrovat"</button>
                    </form>
                    {list}
                    <p class="meta">"Záznamy tvoří řetězec, jehož neporušenost ověří příkaz kraj108 verify. Nikdo je nemůže změnit ani smazat."</p>
                </div>
            </Page>
        }
        .into_any())
    })
}

fn row(event: Event) -> impl IntoView {
    let (tone, word) = match event.outcome.as_str() {
        "done" => (Tone::Ok, "provedeno"),
        "refused" => (Tone::Warn, "odmítnuto"),
        _ => (Tone::Error, "selhalo"),
    };
    let object = event.object_id.unwrap_or_default();
    let href = format!("/ucty/stopa?{}", serde_urlencoded::to_string([("objekt", &object)]).unwrap_or_default());
    let content = event.content.map(|c| serde_json::to_string_pretty(&c).unwrap_or_default()).unwrap_or_else(|| "obsah vypršel".to_owned());
    view! {
        <tr>
            <td class="num">{event.seq}</td>
            <td>{domain::time::date_time(store::prague::local(event.at))}</td>
            <th scope="row">{event.person_name.unwrap_or_else(|| "systém".to_owned())}</th>
            <td>{event.kind}</td>
            <td>{(!object.is_empty()).then(|| view! { {event.object_kind.unwrap_or_default()}" "<a href=href>{object.chars().take(8).collect::<String>()}</a> })}</td>
            <td><Pill tone=tone word=word/></td>
            <td><details><summary>"Zobrazit"</summary><pre class="meta">{content}</pre></details></td>
        </tr>
    }
}
