//! What stands in the way of a run, each line with the way to where it is mended.

use super::keep::RoundRows;
use crate::{components::*, subsidy::tabs};
use domain::{
    subsidy::{
        calculation::{Fault, Scheme},
        inputs::{self, Origin},
    },
    text::plural,
};
use leptos::prelude::*;
use store::subsidy::rounds::Round;

/// A fault with its way out.
#[derive(Debug, Clone)]
pub struct FaultLine {
    /// Where: the service with its name, or the scheme.
    pub place: String,
    /// What and what to do.
    pub sentence: String,
    /// Address and words of where it is mended.
    pub way: (String, String),
}

/// The lines for the faults of a run of a scheme on a round. `editor` is the address of the version of the scheme.
pub fn lines(faults: &[Fault], scheme: &Scheme, rows: &RoundRows, round: &Round, editor: &str) -> Vec<FaultLine> {
    let sheet = rows.table(scheme).ok();
    faults
        .iter()
        .map(|fault| {
            let step = fault.step.as_ref().map(|step| match fault.position {
                Some(position) => format!(", krok {step}, znak {position}"),
                None => format!(", krok {step}"),
            });
            let at = step.unwrap_or_default();
            let Some((row, id)) = fault.identifikator.as_ref().and_then(|id| Some((rows.find(id)?, id))) else {
                let anchor = fault.step.as_ref().and_then(|step| scheme.step.iter().position(|other| other.name == *step));
                let href = anchor.map_or_else(|| editor.to_owned(), |at| format!("{editor}?cast=kroky#krok-{at}"));
                return FaultLine {
                    place: format!("Schéma{at}"),
                    sentence: fault.message.clone(),
                    way: (href, "Opravit schéma".to_owned()),
                };
            };
            let assessment = (tabs::href(round.year, round.number, &format!("/hodnoceni/{}", row.id)), "Otevřít hodnocení".to_owned());
            let way = match (&fault.step, sheet.as_ref().and_then(|sheet| inputs::culprit(scheme, sheet, id)).map(inputs::origin)) {
                (None, Some(Origin::Column)) => {
                    (tabs::href(round.year, round.number, &format!("/hodnoceni/sloupce?q={id}")), "Doplnit vstupy".to_owned())
                }
                _ => assessment,
            };
            FaultLine { place: format!("{} ({id}){at}", row.name), sentence: fault.message.clone(), way }
        })
        .collect()
}

/// The list.
#[component]
pub fn FaultList(
    /// The lines.
    lines: Vec<FaultLine>,
) -> impl IntoView {
    let count = lines.len();
    let words = plural(i64::try_from(count).unwrap_or(i64::MAX), "chyba", "chyby", "chyb");
    let more = (count >= 100).then(|| view! { <p class="meta">"Vypsáno je prvních 100 služeb s chybou, další se ukážou po opravě."</p> });
    view! {
        <section class="card" aria-labelledby="chyby-behu">
            <div class="card__head"><h2 id="chyby-behu">"Co brání výpočtu"</h2><span class="count">{format!("{count} {words}")}</span></div>
            <ul class="protocol">
                {lines.into_iter().map(|line| view! {
                    <li data-tone="error">
                        <a href=line.way.0><Icon name="error"/><span><strong>{line.place}</strong>": "{line.sentence}</span><small>{line.way.1}</small></a>
                    </li>
                }).collect_view()}
            </ul>
            {more}
        </section>
    }
}
