//! What follows from an assessment, at once while it is typed: proposals and conditions by the same code as on the server. Without scripts the
//! same parts show what is stored.

use crate::{carried::Carried, components::*, form::Fields};
use domain::subsidy::assessment::{Assessment, AssessmentContext};
use leptos::{either::EitherOf3, prelude::*};

/// Identifier of the form that is watched.
pub const FORM: &str = "hodnoceni";

/// The assessment that texts make.
fn of(values: &Fields) -> Assessment {
    let mut assessment = Assessment::default();
    for (path, text) in values {
        // What cannot be read is kept beside its sentence, as on the server.
        let _ = assessment.apply(path, text);
    }
    assessment
}

/// The assessment of the form, from what is stored at first and then from what is typed.
fn watched(values: Fields) -> RwSignal<Assessment> {
    let signal = RwSignal::new(of(&values));
    #[cfg(feature = "hydrate")]
    browser::watch(signal);
    signal
}

/// The proposal card: request, wrong amounts, maximum, what the scheme gives.
#[island]
pub fn ProposalFacts(
    /// What the assessment is measured against.
    #[prop(into)]
    context: Carried<AssessmentContext>,
    /// Stored or echoed texts by path.
    values: Fields,
    /// Name of the chosen scheme's version.
    scheme: String,
    /// Address of the latest run's explanation, when there is one.
    explained: Option<String>,
    /// Award of the year before, printed.
    last_award: Option<(String, String)>,
) -> impl IntoView {
    let assessment = watched(values);
    let request = context.request().to_string();
    let proposal = context.latest_run.map(|run| run.to_string());
    let wrong = {
        let context = context.clone();
        move || assessment.with(|a| a.wrong_sum(&context).map_or_else(|| "chybí částka".to_owned(), |sum| format!("\u{2212} {sum}")))
    };
    let maximum = move || assessment.with(|a| a.maximum(&context).map_or_else(|| "–".to_owned(), |m| m.to_string()));
    view! {
        <dl class="facts facts--sum">
            <dt>"Požadavek tohoto kraje"</dt><dd>{request}</dd>
            <dt>"Chybné položky"</dt><dd class="neg">{wrong}</dd>
            <dt class="total">"Maximální návrh"</dt><dd class="total">{maximum}</dd>
            <dt>{scheme}</dt>
            <dd>{match (proposal, explained) {
                (Some(amount), Some(href)) => EitherOf3::A(view! { <a href=href>{amount}</a> }),
                (Some(amount), None) => EitherOf3::B(view! { <span>{amount}</span> }),
                (None, _) => EitherOf3::C(view! { <span class="muted">"zatím nespočteno"</span> }),
            }}</dd>
            {last_award.map(|(label, amount)| view! { <dt>{label}</dt><dd>{amount}</dd> })}
        </dl>
    }
}

/// The five conditions, each met or with what is missing.
#[island]
pub fn Conditions(
    /// What the assessment is measured against.
    #[prop(into)]
    context: Carried<AssessmentContext>,
    /// Stored or echoed texts by path.
    values: Fields,
) -> impl IntoView {
    let assessment = watched(values);
    view! {
        <ul class="stack stack--tight">
            {move || {
                assessment.with(|a| {
                    a.finished(&context)
                        .into_iter()
                        .map(|condition| {
                            let (tone, icon) = if condition.met { ("ok", "done") } else { ("neutral", "clock") };
                            let missing = (!condition.met).then(|| view! { <br/><span class="meta">{condition.sentence}</span> });
                            view! { <li class="say" data-tone=tone><Icon name=icon/><span>{condition.label}{missing}</span></li> }
                        })
                        .collect_view()
                })
            }}
        </ul>
    }
}

/// Keys of the page and the numbers of its table: Ctrl+S keeps, Alt+←/→ goes to the neighbours, accepted amounts follow what is typed.
#[island]
pub fn AssessmentKeys(
    /// What the assessment is measured against.
    #[prop(into)]
    context: Carried<AssessmentContext>,
) -> impl IntoView {
    #[cfg(feature = "hydrate")]
    browser::keys_and_rows(context.0);
    #[cfg(not(feature = "hydrate"))]
    let _ = context;
    view! { <p class="meta only-wide"><kbd>"Ctrl"</kbd>"+"<kbd>"S"</kbd>" uložit · "<kbd>"Alt"</kbd>"+"<kbd>"←"</kbd>" "<kbd>"→"</kbd>" předchozí a další služba"</p> }
}

#[cfg(feature = "hydrate")]
mod browser {
    use super::super::browser::{ask_before_leaving, on, pairs};
    use super::{FORM, of};
    use crate::form::{self, Fields};
    use domain::{
        order::Inserted as _,
        subsidy::{
            amount::Crowns,
            assessment::{Assessment, AssessmentContext},
        },
    };
    use leptos::prelude::*;
    use wasm_bindgen::{JsCast, JsValue};
    use web_sys::{HtmlElement, HtmlFormElement, KeyboardEvent};

    fn watched_form() -> Option<HtmlFormElement> {
        document().get_element_by_id(FORM)?.dyn_into().ok()
    }

    fn typed(of_form: &HtmlFormElement) -> Fields {
        pairs(of_form).into_iter().filter_map(|(name, text)| Some((form::path(&name)?.to_owned(), text))).inserted()
    }

    pub fn watch(signal: RwSignal<Assessment>) {
        Effect::new(move || {
            let Some(watched) = watched_form() else { return };
            let target: JsValue = watched.clone().into();
            on(&target, "input", move |_: web_sys::Event| signal.set(of(&typed(&watched))));
        });
    }

    /// The accepted amount of every row and of the sums above it.
    fn rows(assessment: &Assessment, context: &AssessmentContext) {
        let leaves: Vec<(&String, Option<Crowns>)> =
            context.requests.keys().map(|row| (row, assessment.wrong_amount(row, context))).collect();
        let set = |id: String, text: String| {
            if let Some(cell) = document().get_element_by_id(&id) {
                cell.set_text_content(Some(&text));
            }
        };
        let shown = |amount: Option<Crowns>| amount.map_or_else(|| "–".to_owned(), Crowns::plain);
        for row in domain::codelists::budget_rows() {
            let below = |leaf: &str| if row.is_sum { row.contains(leaf) } else { row.key == leaf };
            let wrong: Option<Crowns> = leaves.iter().filter(|(leaf, _)| below(leaf)).map(|(_, wrong)| *wrong).sum();
            let request: Crowns = context.requests.iter().filter(|(leaf, _)| below(leaf)).map(|(_, request)| *request).sum();
            set(form::id(&format!("uznano.{}", row.key)), shown(wrong.map(|wrong| request.less(wrong))));
            set(form::id(&format!("chybne.{}", row.key)), shown(wrong));
        }
        let wrong = assessment.wrong_sum(context);
        set(form::id("chybne.celkem"), shown(wrong));
        set(form::id("uznano.celkem"), shown(assessment.maximum(context)));
    }

    pub fn keys_and_rows(context: AssessmentContext) {
        Effect::new(move || {
            let Some(watched) = watched_form() else { return };
            let target: JsValue = watched.clone().into();
            let context = context.clone();
            ask_before_leaving(&watched);
            on(&target, "input", move |_: web_sys::Event| rows(&of(&typed(&watched)), &context));
            on(window().as_ref(), "keydown", |event: KeyboardEvent| {
                let click = |selector: &str| {
                    let found = document().query_selector(selector).ok().flatten().and_then(|e| e.dyn_into::<HtmlElement>().ok());
                    if let Some(element) = found {
                        event.prevent_default();
                        element.click();
                    }
                };
                match (event.key().as_str(), event.ctrl_key() || event.meta_key(), event.alt_key()) {
                    ("s" | "S", true, false) => click("#hodnoceni button[name=ulozit]"),
                    ("ArrowLeft", false, true) => click("a[rel=prev]"),
                    ("ArrowRight", false, true) => click("a[rel=next]"),
                    _ => {}
                }
            });
        });
    }
}
