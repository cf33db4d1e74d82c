//! `/provoz`: the state of the parts, as this request measures it.

use crate::{components::*, layout::*, registry::words, request};
use domain::accounts::{Actor, Permission};
use leptos::prelude::*;
use std::time::Instant;
use store::registry::quality::{database_version, register_state};

permit_page!("/provoz" => Permission::Public);

/// The page; it is shown even where the database does not answer.
#[component]
pub fn StatePage() -> impl IntoView {
    loaded(async {
        let asked = Instant::now();
        let state = async {
            let mut tx = request::deps().store.begin(&Actor::Public).await?;
            let version = database_version(&mut tx).await?;
            let took = asked.elapsed().as_millis();
            Ok::<_, store::StoreError>((version, took, register_state(&mut tx).await?))
        }
        .await;
        if let Err(error) = &state {
            tracing::error!(%error, "state of the database not read");
        }
        let now = domain::time::date_time(store::prague::local(request::info().received_at));
        let (tone, word) = if state.is_ok() { (Tone::Ok, "vše běží") } else { (Tone::Error, "databáze neodpovídá") };
        let row = |name: &'static str, tone: Tone, word: String, more: String| {
            view! { <tr><th scope="row">{name}</th><td><span class="say" data-tone=tone.code()><Icon name=tone.icon()/>{word}</span></td><td class="wrap">{more}</td></tr> }
        };
        let (database, register) = match state {
            Ok((version, took, register)) => {
                let imported = register
                    .as_of
                    .map_or_else(|| "zatím bez importu".to_owned(), |day| format!("poslední import ke dni {}", domain::time::date(day)));
                let (tone, word) = if register.services > 0 { (Tone::Ok, "běží") } else { (Tone::Warn, "prázdný") };
                let full = format!(
                    "{}, {} {}, {imported}",
                    words::services(register.services),
                    words::number(register.providers),
                    domain::text::plural(register.providers, "poskytovatel", "poskytovatelé", "poskytovatelů")
                );
                (
                    row("Databáze", Tone::Ok, "běží".to_owned(), format!("PostgreSQL {version}, odpověděla za {took} ms")),
                    row("Veřejný registr", tone, word.to_owned(), full),
                )
            }
            Err(_) => {
                let wait = "Zkuste to, prosím, za chvíli. Uložená data jsou v pořádku.".to_owned();
                (
                    row("Databáze", Tone::Error, "neodpovídá".to_owned(), wait.clone()),
                    row("Veřejný registr", Tone::Error, "nedostupný".to_owned(), wait),
                )
            }
        };
        let demo = request::deps().demo;
        Ok(view! {
            <Page title="Provoz systému" sub=format!("stav k {now}") beside=view! { <Pill tone=tone word=word/> }.into_any() calm=true>
                <div class="main main--calm">
                    <div class="cols cols--side">
                        <div class="stack">
                            <section class="card card--flush">
                                <div class="card__head"><h2>"Části systému"</h2></div>
                                <div class="grid grid--bare" role="region" aria-label="Části systému" tabindex="0">
                                    <table class="data">
                                        <thead><tr><th scope="col">"Část"</th><th scope="col">"Stav"</th><th scope="col">"Podrobnosti"</th></tr></thead>
                                        <tbody>
                                            {row("Aplikace", Tone::Ok, "běží".to_owned(), format!("Kraj108, verze {}", env!("CARGO_PKG_VERSION")))}
                                            {database}
                                            {register}
                                        </tbody>
                                    </table>
                                </div>
                            </section>
                            {demo.then(|| view! { <Banner tone=Tone::Info>"Tato databáze je naplněná ukázkovými daty. Nic zde není skutečné podání."</Banner> })}
                        </div>
                        <aside class="stack" aria-label="Co potřebujete">
                            <section class="card"><h2>"Co potřebujete"</h2>
                                <p>"Běžný prohlížeč ne starší dvou let. Skripty nejsou nutné; bez nich chybějí jen živé součty, porovnání co kdyby a průběžné ukládání."</p>
                                <p><a href="/pristupnost">"Přístupnost"</a></p>
                            </section>
                        </aside>
                    </div>
                </div>
            </Page>
        }
        .into_any())
    })
}
