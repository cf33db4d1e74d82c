//! `/dotace/schemata/{schema}/{verze}/rozdily?proti=`: what differs between two versions.

use crate::{
    components::*,
    error::AppError,
    layout::*,
    request,
    subsidy::{ROUND_VIEW, tabs},
};
use domain::{subsidy::scheme_edit::differences, text::plural};
use leptos::prelude::*;
use store::subsidy::schemes;

permit_page!("/dotace/schemata/{schema}/{verze}/rozdily" => ROUND_VIEW);

/// `/dotace/schemata/{schema}/{verze}/rozdily`.
#[component]
pub fn DifferencesPage() -> impl IntoView {
    loaded(async {
        let mut tx = request::read(ROUND_VIEW).await?;
        request::actor().kraj()?;
        let after = super::editor::of_address(&mut tx).await?;
        let all = schemes::versions_of(&mut tx, after.row.scheme_id).await?;
        let asked = request::query_pairs().into_iter().find(|(name, _)| name == "proti").and_then(|(_, id)| id.parse().ok());
        // Without a choice: the version it was made from, else the one before it.
        let place = all.iter().position(|row| row.id == after.row.id).unwrap_or_default();
        let against =
            asked.or(after.row.based_on).or(all.get(place + 1).map(|row| row.id)).filter(|id| all.iter().any(|row| row.id == *id));
        let here = format!("/dotace/schemata/{}/{}", after.row.scheme_id, after.row.id);
        let crumbs = vec![
            ("/dotace".to_owned(), "Dotace".to_owned()),
            ("/dotace/schemata".to_owned(), "Schémata výpočtu".to_owned()),
            (here.clone(), format!("{} {}", after.row.scheme_name, after.row.version)),
        ];
        let Some(against) = against else {
            return Ok(view! {
                <Page title="Rozdíly verzí" crumbs=crumbs><div class="main"><Empty title="Není s čím porovnat" text="Schéma má jen tuto verzi." way=(here, "Zpět na schéma".to_owned())/></div></Page>
            }
            .into_any());
        };
        let before = schemes::version(&mut tx, against).await.map_err(|e| tabs::missing(e, "Verzi schématu"))?;
        if before.row.scheme_id != after.row.scheme_id {
            return Err(AppError::not_found("Verzi schématu"));
        }
        let found = differences(&before.document, &after.document);
        let title = format!("Rozdíly verzí {} a {}", before.row.version, after.row.version);
        let options: Vec<(String, String)> =
            all.iter().filter(|row| row.id != after.row.id).map(|row| (row.id.to_string(), row.version.clone())).collect();
        let count = found.len();
        let rows = found
            .into_iter()
            .map(|difference| {
                let (tone, icon, word) = match (&difference.before, &difference.after) {
                    (None, _) => (Tone::Ok, "plus", "nové"),
                    (_, None) => (Tone::Error, "x", "smazané"),
                    _ => (Tone::Info, "pencil", "změněné"),
                };
                view! {
                    <tr>
                        <td>{difference.part}</td>
                        <th scope="row"><code>{difference.name}</code></th>
                        <td><Pill tone icon=icon word=word/></td>
                        <td>{difference.before.unwrap_or_else(|| "–".to_owned())}</td>
                        <td>{difference.after.unwrap_or_else(|| "–".to_owned())}</td>
                    </tr>
                }
            })
            .collect_view();
        Ok(view! {
            <Page title=title crumbs=crumbs sub=format!("{count} {}", plural(count as i64, "rozdíl", "rozdíly", "rozdílů"))>
                <div class="main stack">
                    <form class="row" method="get">
                        <Choice name="proti" label="Porovnat s verzí" options=options value=against.to_string()/>
                        <button class="btn" type="submit">"Porovnat"</button>
                    </form>
                    {if count == 0 {
                        view! { <Empty title="Verze se neliší" text="Obě verze mají stejné vstupy, parametry, tabulky, kroky i rozdělení."/> }.into_any()
                    } else {
                        view! {
                            <div class="grid" role="region" aria-label="Rozdíly verzí" tabindex="0">
                                <table class="data">
                                    <thead><tr>
                                        <th scope="col">"Část"</th><th scope="col">"Co"</th><th scope="col">"Změna"</th>
                                        <th scope="col">{format!("Verze {}", before.row.version)}</th><th scope="col">{format!("Verze {}", after.row.version)}</th>
                                    </tr></thead>
                                    <tbody>{rows}</tbody>
                                </table>
                            </div>
                        }.into_any()
                    }}
                </div>
            </Page>
        }
        .into_any())
    })
}
