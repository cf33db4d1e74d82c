//! The one place where a text area is written. The renderer puts the text of the element into the page as it is, so it is escaped here.

use leptos::prelude::*;

/// A field of several lines.
#[component]
pub fn TextArea(
    /// Name in the form.
    #[prop(into)]
    name: String,
    /// Identifier for its label; the name when left out.
    #[prop(optional, into)]
    id: Option<String>,
    /// What stands in it.
    #[prop(into)]
    value: String,
    /// Rows that are seen.
    #[prop(default = 3)]
    rows: u32,
    /// Most characters.
    #[prop(default = 2000)]
    limit: u32,
    /// Identifiers of help and message.
    #[prop(optional, into)]
    described_by: Option<String>,
    /// Whether it is refused; an island may change it while the person types.
    #[prop(optional, into)]
    invalid: Signal<bool>,
    /// Read only.
    #[prop(optional)]
    readonly: bool,
    /// Another look than that of an ordinary field.
    #[prop(default = "input")]
    class: &'static str,
) -> impl IntoView {
    let id = id.unwrap_or_else(|| name.clone());
    #[cfg(feature = "ssr")]
    let child = escape(&value);
    #[cfg(not(feature = "ssr"))]
    let child = value.clone();
    view! {
        <textarea class=class id=id name=name rows=rows maxlength=limit aria-describedby=described_by aria-invalid=move || invalid.get().then_some("true") readonly=readonly prop:value=value>{child}</textarea>
    }
}

/// Escapes text for the inside of an element whose text the renderer writes as it is: a text area, the title of the document.
#[cfg(feature = "ssr")]
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_stays_text() {
        let html = Owner::new().with(|| view! { <TextArea name="pozn" value="</textarea><script>alert(1)</script>&amp;"/> }.to_html());
        assert!(!html.contains("<script>"), "{html}");
        assert!(html.contains("&lt;/textarea&gt;&lt;script&gt;alert(1)&lt;/script&gt;&amp;amp;"), "{html}");
    }
}
