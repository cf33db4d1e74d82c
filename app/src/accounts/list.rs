//! `/ucty`: the accounts of the own organisation.

use crate::{components::*, layout::*, request};
use domain::accounts::{Permission, Right, Role};
use leptos::prelude::*;
use store::accounts;

permit_page!("/ucty" => Permission::Has(Right::SystemAdministration));

/// The list.
#[component]
pub fn AccountsPage() -> impl IntoView {
    loaded(async {
        let mut tx = request::read(Permission::Has(Right::SystemAdministration)).await?;
        let rows = accounts::accounts(&mut tx).await?;
        let count = rows.len();
        Ok(view! {
            <Page title="Účty" sub=format!("{count} {}", domain::text::plural(count as i64, "účet", "účty", "účtů"))>
                <div class="main">
                    <div class="grid" role="region" aria-label="Účty organizace" tabindex="0">
                        <table class="data">
                            <thead><tr><th scope="col">"Jméno"</th><th scope="col">"Přihlašovací jméno"</th><th scope="col">"Role"</th><th scope="col">"Stav"</th><th scope="col">"Naposledy přihlášen(a)"</th></tr></thead>
                            <tbody>
                                {rows.into_iter().map(|a| view! {
                                    <tr>
                                        <th scope="row">{a.name}</th>
                                        <td>{a.login}</td>
                                        <td>{Role::from_code(&a.role).map_or("", Role::label)}</td>
                                        <td>{if a.blocked_at.is_some() { view! { <Pill tone=Tone::Warn word="zablokovaný"/> } } else { view! { <Pill tone=Tone::Ok word="aktivní"/> } }}</td>
                                        <td>{a.last_sign_in.map_or_else(|| "–".to_owned(), |at| domain::time::date_time(store::prague::local(at)))}</td>
                                    </tr>
                                }).collect_view()}
                            </tbody>
                        </table>
                    </div>
                </div>
            </Page>
        }
        .into_any())
    })
}
