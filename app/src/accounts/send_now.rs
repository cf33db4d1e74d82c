//! A form with nothing left to fill in is sent by itself where scripts run; elsewhere its button does it.

use leptos::prelude::*;

/// Sends a form as soon as the page is awake.
#[island]
pub fn SendNow(
    /// Identifier of the form.
    form: String,
) -> impl IntoView {
    #[cfg(feature = "hydrate")]
    Effect::new(move || {
        use wasm_bindgen::JsCast as _;
        let found = web_sys::window().and_then(|w| w.document()).and_then(|d| d.get_element_by_id(&form));
        if let Some(form) = found.as_ref().and_then(|found| found.dyn_ref::<web_sys::HtmlFormElement>()) {
            let _ = form.submit();
        }
    });
    #[cfg(not(feature = "hydrate"))]
    let _ = form;
    view! { <span hidden></span> }
}
