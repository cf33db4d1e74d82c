//! Icons: one sprite per page, each icon a `use` of it.

use leptos::prelude::*;

/// The sprite with every symbol; stands once in the body.
pub const SPRITE: &str = include_str!("../../../style/icons.svg");

/// An icon beside a word; hidden from screen readers. `name` is that of the symbol without `i-`.
#[component]
pub fn Icon(
    /// Name of the symbol without `i-`.
    name: &'static str,
    /// The large one.
    #[prop(optional)]
    large: bool,
) -> impl IntoView {
    let class = if large { "icon icon--l" } else { "icon" };
    view! { <svg class=class viewBox="0 0 16 16" aria-hidden="true" focusable="false"><use href=format!("#i-{name}")></use></svg> }
}
