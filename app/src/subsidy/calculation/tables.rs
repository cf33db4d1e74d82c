//! Tables of a comparison that the server and the browser show alike.

use super::gains::{self, Line, Sums, signed, tone};
use domain::money::Money;
use leptos::prelude::*;

/// Sums of two results by service type.
#[component]
pub fn ByParagraph(
    /// All lines.
    lines: Vec<Line>,
    /// Head of the first result.
    #[prop(into)]
    first: String,
    /// Head of the second one.
    #[prop(into)]
    second: String,
) -> impl IntoView {
    let total = gains::sums(&lines);
    let row = |sums: &Sums| {
        let gain = sums.after - sums.before;
        view! {
            <td class="num">{sums.services}</td><td class="num">{Money::crowns(sums.before).plain()}</td><td class="num">{Money::crowns(sums.after).plain()}</td>
            <td class=tone(gain)>{signed(gain)}</td>
        }
    };
    let rows = gains::sums_by_paragraph(&lines)
        .into_iter()
        .map(|(paragraph, sums)| view! { <tr><th scope="row">{format!("§\u{a0}{paragraph}")}</th>{row(&sums)}</tr> })
        .collect_view();
    view! {
        <div class="card card--flush">
            <div class="card__head"><h2>"Podle druhů"</h2></div>
            <div class="grid grid--bare" role="region" aria-label="Podle druhů služeb" tabindex="0">
                <table class="data">
                    <thead><tr><th scope="col">"Druh"</th><th scope="col" class="num">"Služ."</th><th scope="col" class="num">{first}</th><th scope="col" class="num">{second}</th><th scope="col" class="num">"Rozdíl"</th></tr></thead>
                    <tbody>{rows}</tbody>
                    <tfoot><tr><th scope="row">"Celkem"</th>{row(&total)}</tr></tfoot>
                </table>
            </div>
        </div>
    }
}
