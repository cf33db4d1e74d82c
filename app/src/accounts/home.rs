//! What waits for Správa systému: its part of `/prehled`.

use super::list::Filter;
use crate::{error::AppError, request};
use domain::{
    accounts::{Account, OrganisationKind, Right},
    text::plural,
};
use leptos::prelude::*;
use store::{Tx, accounts};

/// What waits: in words, and where it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    words: String,
    way: &'static str,
}

/// What waits for an account; nothing at all for whoever does not administer.
pub async fn waiting(tx: &mut Tx, account: &Account) -> Result<Option<Vec<Waiting>>, AppError> {
    if !account.rights.contains(&Right::SystemAdministration) {
        return Ok(None);
    }
    let today = store::prague::day(request::info().received_at);
    let rows = accounts::accounts(tx, Some(account.organisation), None, today).await?;
    let count = |state: &str| {
        let filter = Filter { stav: state.to_owned(), ..Filter::default() };
        i64::try_from(rows.iter().filter(|row| filter.takes(row, today)).count()).unwrap_or_default()
    };
    let alone = if account.kind == OrganisationKind::Mpsv { accounts::without_administrator(tx, today).await? } else { 0 };
    let found = [
        (alone, ["organizace nemá Správu systému", "organizace nemají Správu systému", "organizací nemá Správu systému"], "/organizace"),
        (count("konci"), ["účtu brzy skončí oprávnění", "účtům brzy skončí oprávnění", "účtům brzy skončí oprávnění"], "/ucty?stav=konci"),
        (count("cekaji"), ["účet čeká na potvrzení", "účty čekají na potvrzení", "účtů čeká na potvrzení"], "/ucty?stav=cekaji"),
    ];
    let waits = found.into_iter().filter(|(count, ..)| *count > 0);
    Ok(Some(
        waits.map(|(count, [one, few, many], way)| Waiting { words: format!("{count} {}", plural(count, one, few, many)), way }).collect(),
    ))
}

/// The card.
#[component]
pub fn AdministratorHome(
    /// What waits.
    items: Vec<Waiting>,
) -> impl IntoView {
    view! {
        <section class="card card--flush" aria-labelledby="sprava">
            <div class="card__head"><h2 id="sprava">"Správa systému"</h2><a href="/ucty">"Všechny účty"</a></div>
            {if items.is_empty() {
                view! { <p class="card__foot">"Teď na vás nic nečeká."</p> }.into_any()
            } else {
                view! {
                    <ul class="choices">
                        {items.into_iter().map(|item| view! {
                            <li><span>{item.words.clone()}</span><a class="btn" href=item.way aria-label=format!("Zobrazit: {}", item.words)>"Zobrazit"</a></li>
                        }).collect_view()}
                    </ul>
                }.into_any()
            }}
        </section>
    }
}
