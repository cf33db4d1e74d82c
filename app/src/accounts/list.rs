//! `/ucty`: the accounts of the own organisation.

use crate::{components::*, layout::*, request};
use domain::accounts::{Permission, Right, Role};
use leptos::prelude::*;
use serde::Deserialize;
use store::accounts::{self, AccountRow};

permit_page!("/ucty" => Permission::Has(Right::SystemAdministration));

/// The filter of the list, as the address has it.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Filter {
    /// Part of a name, sign-in name or e-mail.
    #[serde(default)]
    pub q: String,
    /// Code of a right that is held.
    #[serde(default)]
    pub pravo: String,
    /// `zablokovane`, `cekaji`, `konci`, `bez-faktoru`.
    #[serde(default)]
    pub stav: String,
}

/// The states that the list can be filtered by, with their words.
pub const STATES: &[(&str, &str)] = &[
    ("", "všechny"),
    ("aktivni", "aktivní"),
    ("zablokovane", "zablokované"),
    ("cekaji", "čekají na potvrzení"),
    ("konci", "oprávnění brzy skončí"),
    ("bez-faktoru", "bez druhého faktoru"),
];

impl Filter {
    /// Whether a row is shown. Rights that end within thirty days of `today` end soon.
    pub fn takes(&self, row: &AccountRow, today: chrono::NaiveDate) -> bool {
        let wanted = domain::text::fold(&self.q);
        let text = wanted.is_empty()
            || [Some(&row.name), Some(&row.login), row.email.as_ref()]
                .into_iter()
                .flatten()
                .any(|t| domain::text::fold(t).contains(&wanted));
        let right = self.pravo.is_empty() || row.rights.contains(&self.pravo);
        let state = match self.stav.as_str() {
            "aktivni" => row.blocked_at.is_none() && !row.waits,
            "zablokovane" => row.blocked_at.is_some(),
            "cekaji" => row.waits && row.blocked_at.is_none(),
            "konci" => row.expires.is_some_and(|day| day <= today + chrono::TimeDelta::days(30)),
            "bez-faktoru" => !row.second_factor,
            _ => true,
        };
        text && right && state
    }
}

/// The state of an account as a pill.
pub fn state(row: &AccountRow) -> impl IntoView + use<> {
    if row.blocked_at.is_some() {
        view! { <Pill tone=Tone::Warn word="zablokovaný"/> }
    } else if row.waits {
        view! { <Pill tone=Tone::Info icon="clock" word="čeká na potvrzení"/> }
    } else {
        view! { <Pill tone=Tone::Ok word="aktivní"/> }
    }
}

/// The table of accounts.
pub fn table(rows: Vec<AccountRow>) -> impl IntoView {
    view! {
        <div class="grid" role="region" aria-label="Účty organizace" tabindex="0">
            <table class="data">
                <thead><tr><th scope="col">"Jméno"</th><th scope="col">"Přihlašovací jméno"</th><th scope="col">"E-mail"</th><th scope="col">"Role"</th><th scope="col" class="num">"Oprávnění"</th><th scope="col">"Druhý faktor"</th><th scope="col">"Stav"</th><th scope="col">"Naposledy přihlášen(a)"</th></tr></thead>
                <tbody>
                    {rows.into_iter().map(|a| view! {
                        <tr>
                            <th scope="row"><a href=format!("/ucty/{}", a.id)>{a.name.clone()}</a></th>
                            <td>{a.login.clone()}</td>
                            <td>{a.email.clone().unwrap_or_else(|| "–".to_owned())}</td>
                            <td>{Role::from_code(&a.role).map_or("", Role::label)}</td>
                            <td class="num">{a.rights.len()}</td>
                            <td>{if a.second_factor { "zapnutý" } else { "–" }}</td>
                            <td>{state(&a)}</td>
                            <td class="nowrap">{a.last_sign_in.map_or_else(|| "–".to_owned(), |at| domain::time::date_time(store::prague::local(at)))}</td>
                        </tr>
                    }).collect_view()}
                </tbody>
            </table>
        </div>
    }
}

/// The list.
#[component]
pub fn AccountsPage() -> impl IntoView {
    loaded(async {
        let info = request::info();
        let account = info.actor.account()?.clone();
        let today = store::prague::day(info.received_at);
        let mut tx = request::read(Permission::Has(Right::SystemAdministration)).await?;
        let all = accounts::accounts(&mut tx, Some(account.organisation), None, today).await?;
        let filter: Filter = request::query();
        let total = all.len();
        let rows: Vec<AccountRow> = all.into_iter().filter(|row| filter.takes(row, today)).collect();
        let count = i64::try_from(rows.len()).unwrap_or_default();
        let rights: Vec<(String, String)> = std::iter::once((String::new(), "jakékoli oprávnění".to_owned()))
            .chain(
                Right::ALL
                    .iter()
                    .filter(|right| right.holders().contains(&account.kind))
                    .map(|right| (right.code().to_owned(), right.label().to_owned())),
            )
            .collect();
        let states = STATES.iter().map(|(code, words)| ((*code).to_owned(), (*words).to_owned())).collect();
        let query = request::query_of(&[("q", &filter.q), ("pravo", &filter.pravo), ("stav", &filter.stav)]);
        let empty = rows.is_empty();
        Ok(view! {
            <Page title="Účty" sub=format!("{count} {} z {total} · {}", domain::text::plural(count, "účet", "účty", "účtů"), account.organisation_name)
                beside=view! { <span class="pagehead__actions"><a class="btn" href="/ucty/opravneni">"Kdo smí co"</a><a class="btn" href="/ucty/import">"Účty ze souboru"</a><a class="btn btn--primary" href="/ucty/novy"><Icon name="plus"/>"Nový účet"</a></span> }.into_any()>
                <div class="main">
                    <form class="filters" method="get">
                        <Field name="q" label="Jméno, přihlašovací jméno, e-mail" value=filter.q.clone()/>
                        <Choice name="pravo" label="Oprávnění" options=rights value=filter.pravo.clone()/>
                        <Choice name="stav" label="Stav" options=states value=filter.stav.clone()/>
                        <button class="btn">"Filtrovat"</button>
                        <Exports table="/ucty/seznam" query/>
                    </form>
                    {if empty {
                        view! { <Empty title="Žádný účet neodpovídá filtru" text="Zkuste jiné jméno nebo zrušte filtr." way=("/ucty".to_owned(), "Zobrazit všechny účty".to_owned())/> }.into_any()
                    } else {
                        table(rows).into_any()
                    }}
                </div>
            </Page>
        }
        .into_any())
    })
}

permit_page!("/ucty/podani" => DELEGATES);

/// Whoever may submit may delegate it.
pub const DELEGATES: Permission = Permission::AnyOf(&[Right::ApplicationSubmit, Right::ReportSubmit]);

/// `/ucty/podani`: who may submit for the statutory representative.
#[component]
pub fn DelegationPage() -> impl IntoView {
    loaded(async {
        let info = request::info();
        let account = info.actor.account()?.clone();
        let today = store::prague::day(info.received_at);
        let mut tx = request::read(DELEGATES).await?;
        let rows = accounts::accounts(&mut tx, Some(account.organisation), None, today).await?;
        let words = |row: &AccountRow| {
            let held: Vec<&str> = [
                (Right::ApplicationSubmit, "podává žádosti"),
                (Right::ApplicationDelegated, "pověřený podáním žádostí"),
                (Right::ReportSubmit, "podává výkazy"),
                (Right::ReportDelegated, "pověřený podáním výkazů"),
            ]
            .into_iter()
            .filter(|(right, _)| row.rights.iter().any(|code| code == right.code()))
            .map(|(_, words)| words)
            .collect();
            if held.is_empty() { "–".to_owned() } else { held.join(", ") }
        };
        Ok(view! {
            <Page title="Pověření k podání" sub=account.organisation_name.clone() calm=true>
                <div class="main main--calm stack">
                    <p>"Podat žádost nebo výkaz smí jen statutární zástupce, nebo koho pověří. V čestném prohlášení pak budete uvedeni oba. Kdo je pověřený, sám dál pověřit nemůže."</p>
                    <div class="grid" role="region" aria-label="Lidé organizace" tabindex="0">
                        <table class="data">
                            <thead><tr><th scope="col">"Jméno"</th><th scope="col">"Podání"</th><th scope="col">"Stav účtu"</th></tr></thead>
                            <tbody>
                                {rows.into_iter().map(|row| view! {
                                    <tr>
                                        <th scope="row"><a href=format!("/ucty/{}", row.id)>{row.name.clone()}</a></th>
                                        <td>{words(&row)}</td>
                                        <td>{state(&row)}</td>
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
