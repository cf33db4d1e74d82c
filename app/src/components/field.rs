//! Labelled fields with help, value and message.

use super::{Icon, Tone};
use leptos::{either::Either, prelude::*};

/// A sentence under a field.
#[component]
pub fn Message(
    /// Identifier, for `aria-describedby`.
    #[prop(into)]
    id: String,
    /// Error or warning.
    tone: Tone,
    /// The sentence.
    #[prop(into)]
    text: String,
) -> impl IntoView {
    view! { <p class="msg" data-tone=tone.code() id=id><Icon name=tone.icon()/><span>{text}</span></p> }
}

/// A field of one line with its label.
#[component]
pub fn Field(
    /// Name in the form, and its identifier.
    #[prop(into)]
    name: String,
    /// What it is.
    #[prop(into)]
    label: String,
    /// What stands in it.
    #[prop(optional, into)]
    value: String,
    /// Help under the field.
    #[prop(optional, into)]
    help: Option<String>,
    /// Why it was refused.
    #[prop(optional_no_strip, into)]
    error: Option<String>,
    /// `text`, `password`, `email`…
    #[prop(default = "text")]
    kind: &'static str,
    /// Most characters.
    #[prop(default = 200)]
    limit: u32,
    /// Must be filled.
    #[prop(optional)]
    required: bool,
    /// Unit at the end of the field: the field is a number then.
    #[prop(optional, into)]
    unit: Option<String>,
    /// Wide field.
    #[prop(optional)]
    wide: bool,
    /// Only to be read.
    #[prop(optional)]
    readonly: bool,
    /// `autocomplete` of the browser.
    #[prop(optional, into)]
    autocomplete: Option<&'static str>,
) -> impl IntoView {
    let (help_id, error_id) = (format!("{name}-h"), format!("{name}-m"));
    let described: Vec<String> = help.iter().map(|_| help_id.clone()).chain(error.iter().map(|_| error_id.clone())).collect();
    let described = (!described.is_empty()).then(|| described.join(" "));
    let invalid = error.is_some().then_some("true");
    let input = view! {
        <input class="input" id=name.clone() name=name.clone() type=kind value=value maxlength=limit required=required readonly=readonly aria-invalid=invalid
            aria-describedby=described inputmode=unit.is_some().then_some("decimal") autocomplete=autocomplete/>
    };
    let class = if wide { "field field--wide" } else { "field" };
    view! {
        <div class=class>
            <label for=name>{label}</label>
            {match unit {
                Some(unit) => Either::Left(view! { <span class="money">{input}<span class="money__unit" aria-hidden="true">{unit}</span></span> }),
                None => Either::Right(input),
            }}
            {help.map(|text| view! { <span class="field__help" id=help_id>{text}</span> })}
            {error.map(|text| view! { <Message id=error_id tone=Tone::Error text=text/> })}
        </div>
    }
}

/// A choice from a list with its label. Options are value and words.
#[component]
pub fn Choice(
    /// Name in the form, and its identifier.
    #[prop(into)]
    name: String,
    /// What it is.
    #[prop(into)]
    label: String,
    /// Values and words.
    options: Vec<(String, String)>,
    /// The chosen value.
    #[prop(optional, into)]
    value: String,
    /// Help under the field.
    #[prop(optional, into)]
    help: Option<String>,
    /// Why it was refused.
    #[prop(optional_no_strip, into)]
    error: Option<String>,
) -> impl IntoView {
    let (help_id, error_id) = (format!("{name}-h"), format!("{name}-m"));
    let described: Vec<String> = help.iter().map(|_| help_id.clone()).chain(error.iter().map(|_| error_id.clone())).collect();
    let described = (!described.is_empty()).then(|| described.join(" "));
    let invalid = error.is_some().then_some("true");
    view! {
        <div class="field">
            <label for=name.clone()>{label}</label>
            <select class="input select" id=name.clone() name=name aria-describedby=described aria-invalid=invalid>
                {options.into_iter().map(|(key, words)| { let selected = key == value; view! { <option value=key selected=selected>{words}</option> } }).collect_view()}
            </select>
            {help.map(|text| view! { <span class="field__help" id=help_id>{text}</span> })}
            {error.map(|text| view! { <Message id=error_id tone=Tone::Error text=text/> })}
        </div>
    }
}
