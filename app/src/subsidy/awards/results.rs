//! `/dotace/{rok}/{kolo}/vysledky/{kraj}`: the published awards of a kraj, for everybody.

use crate::{
    components::*,
    error::AppError,
    layout::*,
    request,
    subsidy::{decision::proposal::crowns, tabs},
};
use domain::{
    accounts::Permission,
    subsidy::amount::Crowns,
    text::{fold, plural},
    time::date_time,
};
use leptos::prelude::*;
use print::{Cell, Table};
use store::{
    Tx,
    subsidy::{
        awards::{self, AwardRow},
        rounds::{self, KrajRound},
    },
};

permit_page!("/dotace/{rok}/{kolo}/vysledky/{kraj}" => Permission::Public);

/// The published awards of a kraj's round.
#[derive(Debug, Clone)]
pub struct Results {
    /// The kraj's round.
    pub own: KrajRound,
    /// The awards, by names of providers and services.
    pub rows: Vec<AwardRow>,
    /// What was searched for.
    pub text: String,
    /// How many there are without the search.
    pub all: usize,
}

/// Reads the results that everybody may see; before publication there are none.
pub async fn load(tx: &mut Tx, year: i32, number: i32, kraj: &str, text: &str) -> Result<Results, AppError> {
    let round = rounds::round(tx, year, number).await.map_err(|e| tabs::missing(e, "Dotační kolo"))?;
    let own = rounds::kraj_round_of(tx, round.id, kraj).await?.filter(|own| own.results_published_at.is_some());
    let own = own.ok_or_else(|| {
        AppError::new(
            crate::error::Code::NotFound,
            "Výsledky tohoto kola kraj zatím nezveřejnil. Zkuste to později, nebo se zeptejte krajského úřadu.",
        )
    })?;
    let all = awards::awards(tx, own.id).await?;
    let count = all.len();
    let wanted = fold(text);
    let takes = |row: &AwardRow| {
        wanted.is_empty()
            || fold(&row.name).contains(&wanted)
            || fold(&row.provider_name).contains(&wanted)
            || row.identifikator.starts_with(wanted.as_str())
            || row.ico.as_deref().is_some_and(|ico| ico.starts_with(wanted.as_str()))
    };
    let rows = all.into_iter().filter(|row| row.published_at.is_some() && takes(row)).collect();
    Ok(Results { own, rows, text: text.chars().take(200).collect(), all: count })
}

impl Results {
    /// The heading of the page.
    pub fn title(&self) -> String {
        format!("Přiznané dotace {}", self.own.year)
    }

    /// The table of the page, for export.
    pub fn table(&self) -> Table {
        let header = ["Poskytovatel", "IČO", "Služba", "Identifikátor", "§", "Požadavek, Kč", "Přiznáno, Kč"].map(String::from).to_vec();
        let rows = self.rows.iter().map(|row| {
            vec![
                row.provider_name.clone().into(),
                row.ico.clone().map_or(Cell::Empty, Cell::Text),
                row.name.clone().into(),
                row.identifikator.clone().into(),
                row.paragraph.clone().into(),
                Cell::Whole(row.request),
                Cell::Whole(row.amount),
            ]
        });
        let sum = |of: fn(&AwardRow) -> i64| Cell::Whole(self.rows.iter().map(of).sum());
        let mut about = vec![format!("{}, {}, {}", self.title(), self.own.organisation_name, self.own.label)];
        if !self.text.is_empty() {
            about.push(format!("Hledáno „{}“: {} z {} řádků", self.text, self.rows.len(), self.all));
        }
        Table {
            name: format!("Dotace {}", self.own.year),
            about,
            header,
            rows: rows.collect(),
            total: Some(vec![
                "Celkem".into(),
                Cell::Empty,
                Cell::Empty,
                Cell::Empty,
                Cell::Empty,
                sum(|row| row.request),
                sum(|row| row.amount),
            ]),
        }
    }
}

/// `/dotace/{rok}/{kolo}/vysledky/{kraj}`.
#[component]
pub fn ResultsPage() -> impl IntoView {
    loaded(async {
        let mut tx = request::read(Permission::Public).await?;
        let (year, number) = tabs::address()?;
        let kraj = request::path_param("kraj").unwrap_or_default();
        let text = request::query_pairs().into_iter().find(|(name, _)| name == "q").map(|(_, value)| value).unwrap_or_default();
        let results = load(&mut tx, year, number, &kraj, &text).await?;
        let here = tabs::href(year, number, &format!("/vysledky/{kraj}"));
        let suffix = request::query_of(&[("q", &results.text)]);
        let published = results.own.results_published_at.map(|at| date_time(store::prague::local(at))).unwrap_or_default();
        let sub = format!("{} · {} · zveřejněno {published}", results.own.organisation_name, results.own.label);
        let (count, all) = (results.rows.len(), results.all);
        let searched = !results.text.is_empty();
        let (request_sum, amount_sum): (Crowns, Crowns) =
            (results.rows.iter().map(|row| crowns(row.request)).sum(), results.rows.iter().map(|row| crowns(row.amount)).sum());
        let rows = results
            .rows
            .iter()
            .map(|row| {
                view! {
                    <tr>
                        <th scope="row">{row.provider_name.clone()}</th>
                        <td class="nowrap">{row.ico.clone()}</td>
                        <td>{row.name.clone()}</td>
                        <td class="nowrap">{row.identifikator.clone()}</td>
                        <td class="nowrap">{format!("§ {}", row.paragraph)}</td>
                        <td class="num">{crowns(row.request).plain()}</td>
                        <td class="num"><strong>{crowns(row.amount).plain()}</strong></td>
                    </tr>
                }
            })
            .collect_view();
        let empty = results.rows.is_empty().then(|| {
            let text = format!("Všech přiznaných dotací je {all}.");
            view! { <Empty title="Hledání neodpovídá žádná dotace" text=text way=(here.clone(), "Zobrazit všechny".to_owned())/> }
        });
        let any = !results.rows.is_empty();
        Ok(view! {
            <Page title=results.title() sub=sub calm=true>
                <div class="main main--calm stack">
                    <form class="filters" role="search" aria-label="Hledání v dotacích">
                        <label for="q">"Poskytovatel, služba, IČO nebo číslo"</label>
                        <input class="input" id="q" name="q" type="search" maxlength="200" value=results.text.clone()/>
                        <button class="btn" type="submit"><Icon name="search"/>"Hledat"</button>
                        {searched.then(|| view! { <a href=here.clone()>"Zobrazit všechny"</a> })}
                        <Exports table=format!("{here}/tabulka") query=suffix/>
                    </form>
                    {empty}
                    {any.then(|| view! {
                        <div class="grid" role="region" aria-label="Přiznané dotace" tabindex="0">
                            <table class="data">
                                <thead><tr><th scope="col">"Poskytovatel"</th><th scope="col">"IČO"</th><th scope="col">"Služba"</th><th scope="col">"Identifikátor"</th><th scope="col">"Druh"</th><th scope="col" class="num">"Požadavek, Kč"</th><th scope="col" class="num">"Přiznáno, Kč"</th></tr></thead>
                                <tbody>{rows}</tbody>
                                <tfoot><tr><th scope="row">{if searched { "Celkem v hledání" } else { "Celkem" }}</th><td></td><td></td><td></td><td></td><td class="num">{request_sum.plain()}</td><td class="num">{amount_sum.plain()}</td></tr></tfoot>
                            </table>
                        </div>
                        <div class="gridfoot"><span>{format!("Zobrazeno {count} z {all} {}", plural(all as i64, "dotace", "dotací", "dotací"))}</span></div>
                    })}
                </div>
            </Page>
        }
        .into_any())
    })
}
