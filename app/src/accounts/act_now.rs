//! What people would press is pressed for them where scripts run; elsewhere they do it.

use leptos::prelude::*;

/// Sends a form, or follows a link, as soon as the page is awake.
#[island]
pub fn ActNow(
    /// Identifier of the form or the link.
    on: String,
) -> impl IntoView {
    #[cfg(feature = "hydrate")]
    Effect::new(move || {
        use wasm_bindgen::JsCast as _;
        let Some(found) = web_sys::window().and_then(|w| w.document()).and_then(|d| d.get_element_by_id(&on)) else { return };
        if let Some(form) = found.dyn_ref::<web_sys::HtmlFormElement>() {
            let _ = form.submit();
        } else if let Some(link) = found.dyn_ref::<web_sys::HtmlElement>() {
            link.click();
        }
    });
    #[cfg(not(feature = "hydrate"))]
    let _ = on;
    view! { <span hidden></span> }
}
