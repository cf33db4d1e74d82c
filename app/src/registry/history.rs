//! The history of a record: what changed when, and the way to its state on a day.

use crate::components::*;
use chrono::NaiveDate;
use domain::registry::change::Change;
use leptos::prelude::*;
use store::registry::detail::Event;

/// Whose history it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// A service.
    Service,
    /// A provider.
    Provider,
}

/// Longest piece of a change that is shown.
const PIECE: usize = 300;

fn piece(text: &str) -> String {
    if text.chars().count() <= PIECE { text.to_owned() } else { text.chars().take(PIECE).chain("…".chars()).collect() }
}

fn change(c: &Change) -> impl IntoView + use<> {
    let (before, after) = (c.before.as_deref().map(piece), c.after.as_deref().map(piece));
    view! {
        <p class="muted">{c.field.clone()}{before.map(|t| view! { " "<del>{t}</del> })}{after.map(|t| view! { " "<ins>{t}</ins> })}</p>
    }
}

fn event(e: &Event, is_now: bool, first: &'static str) -> impl IntoView + use<> {
    let when = match e.from {
        Some(day) => view! { <time datetime=day.to_string()>{domain::time::date(day)}</time> }.into_any(),
        None => view! { <time datetime=e.recorded_at.date_naive().to_string()>"od počátku"</time> }.into_any(),
    };
    let title = match (&e.facility, e.is_first, e.corrected) {
        (Some(name), ..) => format!("Změna zařízení {name}"),
        (None, true, _) if e.changes.is_empty() => first.to_owned(),
        (None, _, true) => "Oprava registrujícího orgánu".to_owned(),
        (None, ..) => match e.changes.as_slice() {
            [only] => format!("Změna: {}", only.field),
            _ => "Změna záznamu".to_owned(),
        },
    };
    let tone = (e.is_first && e.facility.is_none()).then_some("ok");
    view! { <li data-now=is_now.then_some("") data-tone=tone>{when}<div><strong>{title}</strong>{e.changes.iter().map(change).collect_view()}</div></li> }
}

/// The section.
pub fn history(subject: Subject, here: &str, events: &[Event], on: NaiveDate, bad_day: Option<String>) -> AnyView {
    let first = match subject {
        Subject::Service => "Zápis do registru",
        Subject::Provider => "První známá podoba",
    };
    let now = events.iter().position(|e| e.facility.is_none() && e.from.is_none_or(|from| from <= on));
    let here = here.to_owned();
    let invalid = bad_day.is_some().then_some("true");
    let value = bad_day.clone().unwrap_or_else(|| domain::time::date(on));
    view! {
        <section class="card">
            <div class="card__head">
                <h2>"Historie záznamu"</h2>
                <form class="row row--end" action=here>
                    <label class="meta" for="ke">"Zobrazit stav ke dni"</label>
                    <input class="input input--s" id="ke" name="ke" maxlength="40" value=value aria-invalid=invalid aria-describedby=invalid.map(|_| "ke-m")/>
                    <button class="btn">"Zobrazit"</button>
                </form>
            </div>
            {bad_day.map(|text| view! { <Message id="ke-m" tone=Tone::Error text=domain::time::NotADate(text).to_string()/> })}
            <ol class="timeline">{events.iter().enumerate().map(|(i, e)| event(e, Some(i) == now, first)).collect_view()}</ol>
        </section>
    }
    .into_any()
}
