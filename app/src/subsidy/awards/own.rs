//! `/dotace/vysledky`: what a provider got, with the assessment and the way to the explanation.

use super::why_parts::AssessmentFacts;
use crate::{
    components::*,
    error::AppError,
    layout::*,
    request,
    subsidy::{decision::proposal::crowns, tabs},
};
use domain::{accounts::Permission, subsidy::amount::Crowns, time::date};
use leptos::prelude::*;
use print::{Cell, Table};
use store::{
    Tx,
    subsidy::awards::{self, OwnAward},
};
use uuid::Uuid;

permit_page!("/dotace/vysledky" => Permission::SignedIn);

/// The published awards of a provider as a table, for export.
pub async fn table(tx: &mut Tx, provider: Uuid, name: &str) -> Result<Table, AppError> {
    let rows = awards::of_provider(tx, provider).await?;
    let header =
        ["Rok", "Kolo", "Kraj", "Služba", "Identifikátor", "§", "Požadavek, Kč", "Přiznáno, Kč", "Zveřejněno"].map(String::from).to_vec();
    let sum = |of: fn(&OwnAward) -> i64| Cell::Whole(rows.iter().map(of).sum());
    let (requests, amounts) = (sum(|row| row.request), sum(|row| row.amount));
    let rows = rows.into_iter().map(|row| {
        vec![
            Cell::Whole(i64::from(row.year)),
            row.label.into(),
            row.kraj_name.into(),
            row.name.into(),
            row.identifikator.into(),
            row.paragraph.into(),
            Cell::Whole(row.request),
            Cell::Whole(row.amount),
            date(store::prague::day(row.published_at)).replace('\u{a0}', " ").into(),
        ]
    });
    let mut total: Vec<Cell> = vec!["Celkem".into()];
    total.extend(std::iter::repeat_n(Cell::Empty, 5));
    total.extend([requests, amounts, Cell::Empty]);
    Ok(Table {
        name: "Výsledky".to_owned(),
        about: vec![format!("Přiznané dotace, {name}")],
        header,
        rows: rows.collect(),
        total: Some(total),
    })
}

/// `/dotace/vysledky`.
#[component]
pub fn OwnAwardsPage() -> impl IntoView {
    loaded(async {
        let mut tx = request::read(Permission::SignedIn).await?;
        let actor = request::actor();
        let (account, provider) = actor.provider()?;
        let rows = awards::of_provider(&mut tx, provider).await?;
        let count = rows.len();
        let (requests, amounts): (Crowns, Crowns) =
            (rows.iter().map(|row| crowns(row.request)).sum(), rows.iter().map(|row| crowns(row.amount)).sum());
        let sub = format!(
            "{} · {count} {}",
            account.organisation_name,
            domain::text::plural(count as i64, "přiznaná dotace", "přiznané dotace", "přiznaných dotací")
        );
        let body = if rows.is_empty() {
            view! {
                <Empty title="Zatím nemáte žádný výsledek" text="Výsledky se tu objeví, jakmile je kraj zveřejní. Stav žádosti uvidíte u žádosti."
                    way=("/dotace/zadosti".to_owned(), "Přejít na žádosti".to_owned())/>
            }
            .into_any()
        } else {
            let rows = rows.into_iter().map(|row| view! { <AwardLine row/> }).collect_view();
            view! {
                <div class="filters">
                    <span class="row row--end">
                        <a class="btn" href="/dotace/vysledky.csv" download><Icon name="down"/>"CSV"</a>
                        <a class="btn" href="/dotace/vysledky.xlsx" download><Icon name="down"/>"XLSX"</a>
                    </span>
                </div>
                <div class="grid" role="region" aria-label="Přiznané dotace" tabindex="0">
                    <table class="data data--airy">
                        <thead><tr><th scope="col">"Služba"</th><th scope="col">"Kolo a kraj"</th><th scope="col" class="num">"Požadavek, Kč"</th><th scope="col" class="num">"Přiznáno, Kč"</th><th scope="col">"Hodnocení"</th><th scope="col">"Vysvětlení"</th></tr></thead>
                        <tbody>{rows}</tbody>
                        <tfoot><tr><th scope="row">"Celkem"</th><td></td><td class="num">{requests.plain()}</td><td class="num">{amounts.plain()}</td><td></td><td></td></tr></tfoot>
                    </table>
                </div>
                <div class="gridfoot"><span>{format!("Zobrazeno {count} z {count}")}</span></div>
            }
            .into_any()
        };
        Ok(view! {
            <Page title="Výsledky dotačních řízení" sub=sub calm=true crumbs=vec![("/dotace/zadosti".to_owned(), "Žádosti o dotaci".to_owned())]>
                <div class="main main--calm stack">{body}</div>
            </Page>
        }
        .into_any())
    })
}

#[component]
fn AwardLine(row: OwnAward) -> impl IntoView {
    let why = tabs::href(row.year, row.number, &format!("/vysledek/{}/proc-tolik", row.id));
    let public = tabs::href(row.year, row.number, &format!("/vysledky/{}", row.kraj_code));
    let name = row.name.clone();
    view! {
        <tr>
            <th scope="row">{row.name}<br/><span class="meta">{format!("{} · § {}", row.identifikator, row.paragraph)}</span></th>
            <td>{format!("{}, {}", row.year, row.label)}<br/><a href=public>{row.kraj_name}</a><br/><span class="meta">{format!("zveřejněno {}", date(store::prague::day(row.published_at)))}</span></td>
            <td class="num">{crowns(row.request).plain()}</td>
            <td class="num"><strong>{crowns(row.amount).plain()}</strong></td>
            <td>{row.assessment.zip(row.explanation).map(|(assessment, explanation)| view! { <details><summary>"Zobrazit"</summary><AssessmentFacts assessment=assessment.0 explanation=explanation.0/></details> })}</td>
            <td><a href=why aria-label=format!("Proč tolik? {name}")>"Proč tolik?"</a></td>
        </tr>
    }
}
