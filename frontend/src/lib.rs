//! Hydration of the islands.

use app as _;

/// Starts every island on the page.
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    leptos::mount::hydrate_islands();
}
