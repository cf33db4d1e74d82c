//! `/dotace/{rok}/{kolo}/zadosti`: the parts of applications that the kraj got.

use crate::{
    components::*,
    error::AppError,
    layout::*,
    request,
    subsidy::{
        ROUND_VIEW,
        tabs::{self, RoundState, RoundTabs, Step},
    },
};
use domain::{
    accounts::Right,
    money::Money,
    text::{fold, plural},
    time::date_time,
};
use leptos::prelude::*;
use print::{Cell, Table};
use store::{
    Tx,
    subsidy::{
        parts::{self, PartRow},
        rounds,
    },
};

permit_page!("/dotace/{rok}/{kolo}/zadosti" => ROUND_VIEW);

/// The parts that a search takes.
pub struct Applications {
    /// What was searched for.
    pub text: String,
    /// How many there are without the search.
    pub all: usize,
    /// The parts, by name of the applicant.
    pub rows: Vec<PartRow>,
}

impl Applications {
    /// Of a kraj's round.
    pub async fn load(tx: &mut Tx, kraj_round: uuid::Uuid, pairs: &[(String, String)]) -> Result<Self, AppError> {
        let text = pairs.iter().find(|(name, _)| name == "q").map(|(_, text)| text.clone()).unwrap_or_default();
        let wanted = fold(&text);
        let all = parts::parts(tx, kraj_round).await?;
        let count = all.len();
        let takes = |row: &PartRow| {
            wanted.is_empty() || fold(&row.provider_name).contains(&wanted) || row.ico.as_deref().is_some_and(|ico| ico.contains(&wanted))
        };
        Ok(Self { text, all: count, rows: all.into_iter().filter(takes).collect() })
    }

    /// Sums of services and of requests.
    pub fn sums(&self) -> (i64, i64) {
        (self.rows.iter().map(|row| row.services).sum(), self.rows.iter().map(|row| row.request).sum())
    }

    /// The table of the page, for export.
    pub fn table(&self, about: &str) -> Table {
        let header = ["Žadatel", "IČO", "Číslo", "Podáno", "Způsob", "Stav", "Služeb", "Požadavek, Kč"].map(String::from).to_vec();
        let rows = self.rows.iter().map(|row| {
            vec![
                row.provider_name.clone().into(),
                row.ico.clone().into(),
                row.reference.clone().into(),
                date_time(store::prague::local(row.submitted_at)).replace('\u{a0}', " ").into(),
                source(&row.source).into(),
                part_state(row).2.into(),
                row.services.into(),
                row.request.into(),
            ]
        });
        let (services, request) = self.sums();
        let mut total = vec![Cell::from("Celkem")];
        total.extend(std::iter::repeat_n(Cell::Empty, 5));
        total.extend([services.into(), request.into()]);
        let mut lines = vec![about.to_owned()];
        if !self.text.is_empty() {
            lines.push(format!("Hledáno „{}“: {} z {} žádostí", self.text, self.rows.len(), self.all));
        }
        Table { name: "Žádosti".to_owned(), about: lines, header, rows: rows.collect(), total: Some(total) }
    }
}

/// `/dotace/{rok}/{kolo}/zadosti`.
#[component]
pub fn ApplicationsPage() -> impl IntoView {
    loaded(async {
        let mut tx = request::read(ROUND_VIEW).await?;
        let (round, own) = tabs::load_set(&mut tx).await?;
        let progress = rounds::progress(&mut tx, own.id).await?;
        let list = Applications::load(&mut tx, own.id, &request::query_pairs()).await?;
        let (services, sum) = list.sums();
        let Applications { text, all: count, rows: shown } = list;
        let query = request::query_of(&[("q", &text)]);
        let may_import = request::actor().has(Right::RoundAdministration) && own.results_published_at.is_none();
        let here = tabs::href(round.year, round.number, "");
        let beside = view! {
            <RoundState own=Some(own)/>
            {may_import.then(|| view! {
                <div class="pagehead__actions"><a class="btn" href=format!("{here}/zadosti/import")><Icon name="down"/>"Načíst ze souboru"</a></div>
            })}
        }
        .into_any();
        let crumbs = tabs::crumbs(&round);
        let under = view! { <RoundTabs round step=Step::Applications progress/> }.into_any();
        let (sum_words, shown_count) = (Money::crowns(sum).plain(), shown.len());
        let empty = shown.is_empty().then(|| {
            if count == 0 {
                view! { <Empty title="Zatím nepřišla žádná žádost" text="Žádosti podané formulářem se zde objeví samy; celé kolo můžete také načíst ze souboru CSV."/> }.into_any()
            } else {
                view! { <Empty title="Filtru neodpovídá žádná žádost" text=format!("Bez filtru jich je {count}.") way=(format!("{here}/zadosti"), "Zrušit filtr".to_owned())/> }.into_any()
            }
        });
        let rows = shown.into_iter().map(|row| view! { <Row row here=here.clone()/> }).collect_view();
        Ok(view! {
            <Page title="Žádosti" crumbs=crumbs beside=beside under=under>
                <div class="main stack">
                    <form class="filters" aria-label="Filtr seznamu">
                        <div class="searchbox"><Icon name="search"/><input class="input" type="search" name="q" value=text aria-label="Hledat v žádostech" placeholder="Žadatel, IČO" maxlength="100"/></div>
                        <button class="btn" type="submit"><Icon name="filter"/>"Filtrovat"</button>
                        <Exports table=format!("{here}/zadosti") query/>
                    </form>
                    {match empty {
                        Some(empty) => empty,
                        None => view! {
                            <div class="grid" role="region" aria-label="Přijaté části žádostí" tabindex="0">
                                <table class="data">
                                    <thead><tr>
                                        <th scope="col">"Žadatel"</th><th scope="col">"IČO"</th><th scope="col">"Číslo"</th><th scope="col">"Podáno"</th><th scope="col">"Způsob"</th>
                                        <th scope="col">"Stav"</th><th scope="col" class="num">"Služeb"</th><th scope="col" class="num">"Požadavek, Kč"</th>
                                    </tr></thead>
                                    <tbody>{rows}</tbody>
                                    <tfoot><tr><th scope="row" colspan="6">{format!("Celkem {shown_count} {}", plural(shown_count as i64, "žádost", "žádosti", "žádostí"))}</th><td class="num">{services}</td><td class="num">{sum_words}</td></tr></tfoot>
                                </table>
                            </div>
                            <div class="gridfoot"><span>{format!("Zobrazeno {shown_count} z {count}")}</span></div>
                        }.into_any(),
                    }}
                </div>
            </Page>
        }
        .into_any())
    })
}

/// The state of a part: formal check first, then how far its services are.
pub fn part_state(row: &PartRow) -> (Tone, &'static str, String) {
    match row.outcome.as_str() {
        "failed" => (Tone::Error, "x", "neprošla formálně".to_owned()),
        _ if row.services > 0 && row.finished == row.services => (Tone::Ok, "done", "vyhodnocená".to_owned()),
        _ if row.finished > 0 => (Tone::Violet, "half", format!("hodnocená, {} z {}", row.finished, row.services)),
        "passed" => (Tone::Violet, "half", "prošla formálně".to_owned()),
        _ => (Tone::Info, "send", "podaná".to_owned()),
    }
}

/// How a part came, in words.
pub fn source(code: &str) -> &'static str {
    if code == "csv" { "soubor kraje" } else { "formulář" }
}

#[component]
fn Row(row: PartRow, here: String) -> impl IntoView {
    let (tone, icon, word) = part_state(&row);
    view! {
        <tr>
            <th scope="row"><a href=format!("{here}/formalni/{}", row.id)>{row.provider_name}</a></th>
            <td>{row.ico}</td>
            <td class="nowrap">{row.reference}</td>
            <td class="nowrap">{date_time(store::prague::local(row.submitted_at))}</td>
            <td>{source(&row.source)}</td>
            <td><Pill tone icon word/></td>
            <td class="num">{row.services}</td>
            <td class="num">{Money::crowns(row.request).plain()}</td>
        </tr>
    }
}
