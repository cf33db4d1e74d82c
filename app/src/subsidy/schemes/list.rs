//! `/dotace/schemata`: the schemes of the kraj with their versions, and ways to make one.

use super::create_scheme::CreateScheme;
use crate::{components::*, form::Typed, layout::*, request, subsidy::ROUND_VIEW};
use domain::{accounts::Right, subsidy::calculation::BUILTIN, text::plural, time::date_time};
use leptos::prelude::*;
use server_fn::ServerFn;
use store::subsidy::schemes::{self, VersionRow};

permit_page!("/dotace/schemata" => ROUND_VIEW);

/// `/dotace/schemata`.
#[component]
pub fn SchemesPage() -> impl IntoView {
    loaded(async {
        let mut tx = request::read(ROUND_VIEW).await?;
        let actor = request::actor();
        actor.kraj()?;
        let rows = schemes::versions(&mut tx).await?;
        let may = actor.has(Right::SchemeEdit);
        // A file is uploaded to this page.
        let fault = Typed::of("/dotace/schemata").refusal().map(|error| error.sentence.clone());
        let schemes_count = rows.iter().map(|row| row.scheme_id).collect::<std::collections::BTreeSet<_>>().len();
        let sub = format!(
            "{schemes_count} {}, {} {}",
            plural(schemes_count as i64, "schéma", "schémata", "schémat"),
            rows.len(),
            plural(rows.len() as i64, "verze", "verze", "verzí")
        );
        let list = if rows.is_empty() {
            view! { <Empty title="Kraj zatím nemá žádné schéma" text="Schéma je metoda, podle které kraj počítá návrh dotace. Začněte z vestavěného a upravte sazby a kroky."/> }.into_any()
        } else {
            view! { <VersionTable rows/> }.into_any()
        };
        Ok(view! {
            <Page title="Schémata výpočtu" sub=sub crumbs=vec![("/dotace".to_owned(), "Dotace".to_owned())]>
                <div class="main stack">
                    {fault.map(|sentence| view! { <Banner tone=Tone::Error alert=true>{sentence}</Banner> })}
                    <div class=if may { "cols cols--side" } else { "stack" }>
                        {list}
                        {may.then(|| view! { <Make/> })}
                    </div>
                </div>
            </Page>
        }
        .into_any())
    })
}

/// The state of a version.
#[component]
pub fn VersionState(
    /// The version.
    row: VersionRow,
) -> impl IntoView {
    match row.frozen_at {
        Some(_) => view! { <Pill tone=Tone::Info icon="lock" word="zmrazená"/> }.into_any(),
        None => view! { <Pill tone=Tone::Neutral word="rozepsaná" draft=true/> }.into_any(),
    }
}

#[component]
fn VersionTable(rows: Vec<VersionRow>) -> impl IntoView {
    let mut last = None;
    let lines = rows
        .into_iter()
        .map(|row| {
            let first = last.replace(row.scheme_id) != Some(row.scheme_id);
            view! {
                <tr>
                    <th scope="row">{if first { row.scheme_name.clone() } else { String::new() }}<span class="sr">{(!first).then(|| row.scheme_name.clone())}</span></th>
                    <td><a href=format!("/dotace/schemata/{}/{}", row.scheme_id, row.id)>{row.version.clone()}</a></td>
                    <td><VersionState row=row.clone()/></td>
                    <td class="num">{row.runs}</td>
                    <td>{if row.rounds.is_empty() { "–".to_owned() } else { row.rounds.join("; ") }}</td>
                    <td class="nowrap">{date_time(store::prague::local(row.updated_at))}</td>
                    <td>{row.updated_by}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <div class="grid" role="region" aria-label="Schémata a jejich verze" tabindex="0">
            <table class="data">
                <thead><tr>
                    <th scope="col">"Schéma"</th><th scope="col">"Verze"</th><th scope="col">"Stav"</th><th scope="col" class="num">"Běhů"</th><th scope="col">"Vybrané pro kolo"</th>
                    <th scope="col">"Změněno"</th><th scope="col">"Kdo"</th>
                </tr></thead>
                <tbody>{lines}</tbody>
            </table>
        </div>
    }
}

#[component]
fn Make() -> impl IntoView {
    let typed = Typed::of(CreateScheme::PATH);
    let error = typed.error("toml");
    view! {
        <div class="stack">
            <section class="card stack" aria-labelledby="zalozit">
                <h2 id="zalozit">"Založit schéma"</h2>
                {BUILTIN.iter().map(|builtin| view! {
                    <form class="stack stack--tight" method="post">
                        <CommandFields path=CreateScheme::PATH/>
                        <input type="hidden" name="vychozi" value=builtin.key/>
                        <h3>{builtin.name}</h3>
                        <p class="meta">{builtin.description}</p>
                        <div class="row"><button class="btn" type="submit"><Icon name="plus"/>{format!("Založit: {}", builtin.name)}</button></div>
                    </form>
                }).collect_view()}
                <p class="meta">"Sazby vestavěných schémat jsou smyšlené, nahraďte je svými."</p>
            </section>
            <section class="card stack" aria-labelledby="z-toml">
                <h2 id="z-toml">"Nahrát schéma"</h2>
                <form class="stack stack--tight" method="post" enctype="multipart/form-data">
                    <input type="hidden" name="klic" value=request::new_key()/>
                    <div class="field"><label for="soubor">"Soubor .toml"</label><input class="input" type="file" id="soubor" name="soubor" accept=".toml,.txt"/></div>
                    <div class="row"><button class="btn" type="submit">"Nahrát soubor"</button></div>
                </form>
                <p class="or">"nebo"</p>
                <form class="stack stack--tight" method="post">
                    <CommandFields path=CreateScheme::PATH/>
                    <div class="field">
                        <label for="toml">"Text schématu v TOML"</label>
                        <TextArea name="toml" value=typed.value("toml", "") rows=8 limit=1_500_000 invalid=error.is_some() described_by="toml-m"/>
                        {error.map(|text| view! { <Message id="toml-m" tone=Tone::Error text=text/> })}
                    </div>
                    <div class="row"><button class="btn" type="submit">"Založit z textu"</button></div>
                </form>
            </section>
        </div>
    }
}
