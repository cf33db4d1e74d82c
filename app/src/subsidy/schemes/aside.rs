//! What stands beside the forms of a scheme: its faults, the names and functions that can be used, its versions.

use super::editor::Shown;
use crate::components::*;
use domain::{
    subsidy::calculation::{Fault, Part as FormulaPart, Scheme, formula::FUNCTIONS, number::for_people, scheme::Written},
    time::date,
};
use leptos::prelude::*;
use store::subsidy::schemes::VersionRow;

/// Where a fault is and what it is about.
fn line(scheme: &Scheme, fault: &Fault) -> (String, String) {
    let at = fault.step.as_ref().and_then(|name| scheme.step.iter().position(|step| step.name == *name));
    let Some(at) = at else { return ("?cast=rozdeleni".to_owned(), "Schéma".to_owned()) };
    let part = match fault.part {
        Some(FormulaPart::Where) => ", podmínka",
        Some(FormulaPart::Otherwise) => ", náhrada",
        Some(FormulaPart::Of) => ", hodnota",
        _ => "",
    };
    let place = fault.position.map(|position| format!(", znak {position}")).unwrap_or_default();
    (format!("?cast=kroky#kroky-{at}"), format!("Krok {} {}{part}{place}", at + 1, scheme.step[at].name))
}

/// The faults, each with the way to its place.
#[component]
pub fn Errors(
    /// The version.
    shown: Shown,
) -> impl IntoView {
    if shown.faults.is_empty() {
        return view! { <section class="card"><h2>"Chyby"</h2><p class="say" data-tone="ok"><Icon name="done"/>"Schéma nemá chyby."</p></section> }.into_any();
    }
    let lines = shown
        .faults
        .iter()
        .map(|fault| {
            let (href, words) = line(shown.scheme(), fault);
            view! { <li data-tone="error"><a href=href><Icon name="error"/><span>{words}</span><small>{fault.message.clone()}</small></a></li> }
        })
        .collect_view();
    view! { <section class="card"><h2>"Chyby"</h2><ul class="protocol">{lines}</ul></section> }.into_any()
}

/// Inputs and parameters by name.
#[component]
pub fn Names(
    /// The scheme.
    scheme: Scheme,
) -> impl IntoView {
    let inputs = scheme
        .input
        .iter()
        .map(|input| (input.name.clone(), input.label.clone().unwrap_or_default(), input.unit.clone().unwrap_or_default()));
    let params = scheme.param.iter().map(|param| {
        let value = match &param.value {
            Written::Number(number) => for_people(&number.0),
            Written::Text(text) => text.clone(),
        };
        (param.name.clone(), param.label.clone().unwrap_or_default(), value)
    });
    let lines = inputs
        .chain(params)
        .map(|(name, label, meta)| view! { <dt><code>{name}</code></dt><dd>{label}" "<span class="meta">{meta}</span></dd> })
        .collect_view();
    view! { <section class="card"><h2>"Názvy"</h2><dl class="facts facts--stacked">{lines}</dl></section> }
}

/// Functions and tables.
#[component]
pub fn Functions(
    /// The scheme.
    scheme: Scheme,
) -> impl IntoView {
    let tables = scheme
        .table
        .iter()
        .map(|table| view! { <dt><code>{table.name.clone()}</code></dt><dd class="muted">{table.keys.join("; ")}</dd> })
        .collect_view();
    let all = FUNCTIONS
        .iter()
        .map(|function| view! { <dt><code>{function.usage}</code></dt><dd class="muted">{function.meaning}" Anglicky "<code>{function.english}</code>"."</dd> })
        .collect_view();
    view! {
        {(!scheme.table.is_empty()).then(|| view! { <section class="card"><h2>"Tabulky"</h2><dl class="facts facts--stacked">{tables}</dl></section> })}
        <section class="card"><h2>"Funkce"</h2><dl class="facts facts--stacked">{all}</dl></section>
    }
}

/// The versions of the scheme as a line of time.
#[component]
pub fn Versions(
    /// All of them, newest first.
    all: Vec<VersionRow>,
    /// The one that is shown.
    here: uuid::Uuid,
) -> impl IntoView {
    let lines = all
        .into_iter()
        .map(|row| {
            let day = store::prague::day(row.created_at);
            let state = match (row.frozen_at, row.runs) {
                (Some(_), runs) => format!("zmrazená, {runs} {}", domain::text::plural(runs, "běh", "běhy", "běhů")),
                (None, _) => "rozepsaná".to_owned(),
            };
            let tone = if row.frozen_at.is_some() { "ok" } else { "warn" };
            let now = (row.id == here).then_some("true");
            view! {
                <li data-tone=tone data-now=now>
                    <time datetime=day.to_string()>{date(day)}</time>
                    <div><a href=format!("/dotace/schemata/{}/{}", row.scheme_id, row.id)><strong>{row.version}</strong></a>" "{state}</div>
                </li>
            }
        })
        .collect_view();
    view! { <section class="card"><h2>"Verze"</h2><ol class="timeline timeline--tight">{lines}</ol></section> }
}
