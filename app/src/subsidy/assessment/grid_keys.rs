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

#[cfg(feature = "hydrate")]
mod browser {
    use super::super::browser::{ask_before_leaving, on};
    use leptos::prelude::*;
    use wasm_bindgen::JsCast;
    use web_sys::{ClipboardEvent, Element, Event, HtmlFormElement, HtmlInputElement, KeyboardEvent};

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
