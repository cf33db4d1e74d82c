//! What the second of two people sees: where their form and what is stored meanwhile differ.

use crate::{error::Code, form::Typed};
use leptos::prelude::*;

/// A field with its stored text and the text of the form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaleLine {
    /// The field, as people call it.
    pub field: String,
    /// What is stored.
    pub stored: String,
    /// What stands in the form.
    pub yours: String,
}

impl StaleLine {
    /// A line; an empty text is a dash, and nothing where both are the same.
    pub fn of(field: impl Into<String>, stored: &str, yours: &str) -> Option<Self> {
        // A browser sends line ends as CR LF.
        let plain = |text: &str| text.replace("\r\n", "\n").trim().to_owned();
        let shown = |text: String| if text.is_empty() { "–".to_owned() } else { text };
        let (stored, yours) = (plain(stored), plain(yours));
        (stored != yours).then(|| Self { field: field.into(), stored: shown(stored), yours: shown(yours) })
    }
}

/// The form was refused because somebody changed the record meanwhile.
pub fn is_stale(typed: &Typed) -> bool {
    typed.refusal().is_some_and(|error| error.code == Code::Stale)
}

/// The fields that differ.
#[component]
pub fn StaleTable(
    /// The lines.
    lines: Vec<StaleLine>,
    /// Who changed it, where it is known.
    #[prop(optional_no_strip)]
    by: Option<String>,
) -> impl IntoView {
    let title = by.map_or_else(|| "Mezitím to změnil někdo jiný".to_owned(), |by| format!("Mezitím změnil(a) {by}"));
    let body = if lines.is_empty() {
        view! { <p>"Obě podoby jsou stejné, není co rozhodovat."</p> }.into_any()
    } else {
        let rows = lines
            .into_iter()
            .map(|line| view! { <tr data-tone="warn"><th scope="row">{line.field}</th><td>{line.stored}</td><td>{line.yours}</td></tr> })
            .collect_view();
        view! {
            <p>"Vaše texty zůstaly ve formuláři. Uložením nahradíte uložené hodnoty v těchto polích:"</p>
            <div class="grid" role="region" aria-label="Rozdíly" tabindex="0">
                <table class="data">
                    <thead><tr><th scope="col">"Pole"</th><th scope="col">"Uloženo"</th><th scope="col">"U vás"</th></tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        }
        .into_any()
    };
    view! { <section class="card stack" aria-labelledby="rozdil"><h2 id="rozdil">{title}</h2>{body}</section> }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_differs_is_a_line() {
        assert_eq!(StaleLine::of("Postup", "odbor\nrada", "odbor\r\nrada\r\n"), None);
        let line = StaleLine::of("Účel", "", "Podpora").unwrap();
        assert_eq!((line.stored.as_str(), line.yours.as_str()), ("–", "Podpora"));
    }
}
