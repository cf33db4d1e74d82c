//! Keys of a table that is filled in: arrows go up and down its columns, what is pasted from a spreadsheet fills its cells, Ctrl+S saves, and
//! leaving asks when something would be lost.

use leptos::prelude::*;

/// Works on the table of a form; without scripts its fields and the paste below it do the same.
#[island]
pub fn GridKeys(
    /// Id of the form.
    form: String,
) -> impl IntoView {
    #[cfg(feature = "hydrate")]
    browser::start(form);
    #[cfg(not(feature = "hydrate"))]
    let _ = form;
    view! {
        <p class="meta only-wide"><kbd>"↑"</kbd>" "<kbd>"↓"</kbd>" předchozí a další řádek · "<kbd>"Ctrl"</kbd>"+"<kbd>"V"</kbd>" vloží i víc buněk z Excelu · "<kbd>"Ctrl"</kbd>"+"<kbd>"S"</kbd>" uložit"</p>
    }
}

/// What the forms of the assessment share in the browser.
#[cfg(feature = "hydrate")]
pub(super) mod browser {
    use leptos::prelude::*;
    use std::{cell::Cell, rc::Rc};
    use wasm_bindgen::{JsCast, JsValue, closure::Closure};
    use web_sys::{
        BeforeUnloadEvent, ClipboardEvent, Element, Event, EventTarget, FormData, HtmlFormElement, HtmlInputElement, KeyboardEvent,
    };

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

    fn all(root: &Element, selector: &str) -> Vec<Element> {
        let Ok(list) = root.query_selector_all(selector) else { return Vec::new() };
        (0..list.length()).filter_map(|at| list.get(at)?.dyn_into().ok()).collect()
    }

    fn rows(form: &HtmlFormElement) -> Vec<Vec<HtmlInputElement>> {
        let fields =
            |row: Element| all(&row, "input:not([type=hidden]):not([readonly])").into_iter().filter_map(|e| e.dyn_into().ok()).collect();
        all(form, "tbody tr").into_iter().map(fields).collect()
    }

    /// Row and column of the field that an event came from.
    fn place(rows: &[Vec<HtmlInputElement>], event: &Event) -> Option<(usize, usize)> {
        let target: HtmlInputElement = event.target()?.dyn_into().ok()?;
        rows.iter().enumerate().find_map(|(row, fields)| Some((row, fields.iter().position(|field| field.is_same_node(Some(&target)))?)))
    }

    fn step(form: &HtmlFormElement, event: &KeyboardEvent, down: bool) {
        let rows = rows(form);
        let Some((row, column)) = place(&rows, event) else { return };
        let next = if down { Some(row + 1) } else { row.checked_sub(1) };
        if let Some(field) = next.and_then(|row| rows.get(row)).and_then(|fields| fields.get(column)) {
            event.prevent_default();
            let _ = field.focus();
            field.select();
        }
    }

    /// Several cells fill the fields to the right and below; a single one is pasted as text.
    fn paste(form: &HtmlFormElement, event: &ClipboardEvent) {
        let text = event.clipboard_data().and_then(|data| data.get_data("text/plain").ok()).unwrap_or_default();
        let text = text.trim_end_matches(['\r', '\n']);
        let rows = rows(form);
        let Some((row, column)) = place(&rows, event).filter(|_| text.contains(['\t', '\n'])) else { return };
        event.prevent_default();
        for (line, fields) in text.lines().zip(rows.iter().skip(row)) {
            for (cell, field) in line.split('\t').zip(fields.iter().skip(column)) {
                field.set_value(cell.trim());
            }
        }
    }

    pub fn start(id: String) {
        Effect::new(move || {
            let Some(form) = document().get_element_by_id(&id).and_then(|e| e.dyn_into::<HtmlFormElement>().ok()) else { return };
            ask_before_leaving(&form);
            let pasted = form.clone();
            on(form.as_ref(), "paste", move |event: ClipboardEvent| paste(&pasted, &event));
            let moved = form.clone();
            on(form.as_ref(), "keydown", move |event: KeyboardEvent| match (event.key().as_str(), event.ctrl_key() || event.meta_key()) {
                ("ArrowUp", false) => step(&moved, &event, false),
                ("ArrowDown", false) => step(&moved, &event, true),
                ("s" | "S", true) => {
                    event.prevent_default();
                    let _ = moved.request_submit();
                }
                _ => {}
            });
        });
    }
}
