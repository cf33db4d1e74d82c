//! What the forms of the assessment share in the browser: listening, reading what would be sent, the question on leaving.

use leptos::prelude::window;
use std::{cell::Cell, rc::Rc};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{BeforeUnloadEvent, Event, EventTarget, FormData, HtmlFormElement};

/// Listens for as long as the page lives.
pub fn on<E: wasm_bindgen::convert::FromWasmAbi + 'static>(target: &JsValue, event: &str, handler: impl Fn(E) + 'static) {
    let closure = Closure::<dyn Fn(E)>::new(handler);
    if let Some(target) = target.dyn_ref::<EventTarget>() {
        let _ = target.add_event_listener_with_callback(event, closure.as_ref().unchecked_ref());
    }
    closure.forget();
}

/// Names and texts of a form, as it would be sent.
pub fn pairs(of: &HtmlFormElement) -> Vec<(String, String)> {
    let Ok(data) = FormData::new_with_form(of) else { return Vec::new() };
    let Ok(Some(pairs)) = js_sys::try_iter(data.as_ref()) else { return Vec::new() };
    pairs
        .filter_map(|pair| {
            let pair: js_sys::Array = pair.ok()?.dyn_into().ok()?;
            Some((pair.get(0).as_string()?, pair.get(1).as_string()?))
        })
        .collect()
}

/// Asks before what was typed into the form is left; sending it is no leaving.
pub fn ask_before_leaving(form: &HtmlFormElement) {
    let (first, sent) = (pairs(form), Rc::new(Cell::new(false)));
    let sending = sent.clone();
    on(form.as_ref(), "submit", move |_: Event| sending.set(true));
    let back = sent.clone();
    on(window().as_ref(), "pageshow", move |_: Event| back.set(false));
    let form = form.clone();
    on(window().as_ref(), "beforeunload", move |event: BeforeUnloadEvent| {
        if !sent.get() && pairs(&form) != first {
            event.prevent_default();
            event.set_return_value("neuloženo");
        }
    });
}
