//! `/dotace/{rok}/{kolo}/porovnat?a=&b=`: two runs side by side.

use super::{
    bars::DivergingBars,
    gains::{self, Award, Line, Sums, percent, signed, tone},
    run::{again, crowns, load},
    tables::ByParagraph,
};
use crate::{
    components::*,
    error::AppError,
    layout::*,
    request,
    subsidy::{
        ROUND_VIEW,
        tabs::{self, RoundTabs, Step},
    },
};
use domain::{money::Money, text::plural};
use leptos::prelude::*;
use print::{Cell, Table};
use store::{
    Tx,
    subsidy::{
        rounds::{self, Round},
        runs::{self, RunDetail, RunRow},
    },
};

permit_page!("/dotace/{rok}/{kolo}/porovnat" => ROUND_VIEW);

/// What a run gives to its services.
///
/// # Errors
/// A fault when the kept run cannot be computed any more.
pub fn awards(run: &RunDetail) -> Result<Vec<Award>, AppError> {
    let calculation = again(run)?;
    let awards = run.services.iter().zip(&calculation.run.results).map(|(service, result)| Award {
        identifikator: service.identifikator.clone(),
        name: service.name.clone(),
        paragraph: service.paragraph.clone(),
        amount: crowns(&result.award),
    });
    Ok(awards.collect())
}

/// Two runs with their differences.
pub struct Comparison {
    /// The run that is compared with.
    pub first: RunDetail,
    /// The other one.
    pub second: RunDetail,
    /// The services of both, the largest gain first.
    pub lines: Vec<Line>,
}

impl Comparison {
    /// Of the runs that the query names.
    pub async fn load(tx: &mut Tx, kraj_round: uuid::Uuid, pairs: &[(String, String)]) -> Result<Self, AppError> {
        let number = |wanted: &str| pairs.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.clone());
        let first = load(tx, kraj_round, number("a")).await?;
        let second = load(tx, kraj_round, number("b")).await?;
        let lines = gains::lines(&awards(&first)?, &awards(&second)?);
        Ok(Self { first, second, lines })
    }

    /// The table of the services, for export.
    pub fn table(&self, about: &str) -> Table {
        let (a, b) = (&self.first.row, &self.second.row);
        let header = [
            "Služba",
            "Identifikátor",
            "Druh",
            &format!("Běh {}, Kč", a.number),
            &format!("Běh {}, Kč", b.number),
            "Rozdíl, Kč",
            "Rozdíl, %",
        ]
        .map(String::from)
        .to_vec();
        let rows = self.lines.iter().map(|line| {
            let before = line.before.unwrap_or_default();
            let percent = (before != 0).then(|| gains::tenths_of_percent(line.gain(), before));
            vec![
                line.name.clone().into(),
                line.identifikator.clone().into(),
                format!("§ {}", line.paragraph).into(),
                line.before.into(),
                line.after.into(),
                line.gain().into(),
                percent.map_or(Cell::Empty, |tenths| Cell::Decimal(gains::decimal_of_tenths(tenths))),
            ]
        });
        let sums = gains::sums(&self.lines);
        let total = vec![
            "Celkem".into(),
            Cell::Empty,
            Cell::Empty,
            sums.before.into(),
            sums.after.into(),
            (sums.after - sums.before).into(),
            Cell::Empty,
        ];
        Table {
            name: format!("Běhy {} a {}", a.number, b.number),
            about: vec![about.to_owned(), format!("Běh č. {} {} proti běhu č. {} {}", b.number, b.name, a.number, a.name)],
            header,
            rows: rows.collect(),
            total: Some(total),
        }
    }
}

/// `/dotace/{rok}/{kolo}/porovnat`.
#[component]
pub fn ComparePage() -> impl IntoView {
    loaded(async {
        let mut tx = request::read(ROUND_VIEW).await?;
        let (round, own) = tabs::load_set(&mut tx).await?;
        let progress = rounds::progress(&mut tx, own.id).await?;
        let Comparison { first: a, second: b, lines } = Comparison::load(&mut tx, own.id, &request::query_pairs()).await?;
        let all = runs::runs(&mut tx, own.id).await?;
        let sums = gains::sums(&lines);
        let under = view! { <RoundTabs round=round.clone() step=Step::Calculation progress/> }.into_any();
        let mut crumbs = tabs::crumbs(&round);
        crumbs.push((tabs::href(round.year, round.number, "/vypocet"), "Výpočet".to_owned()));
        let services: Vec<runs::RunService> = b.services.iter().chain(&a.services).cloned().collect();
        let title = format!("Porovnání běhů č. {} a {}", a.row.number, b.row.number);
        Ok(view! {
            <Page title=title crumbs=crumbs under=under>
                <div class="main">
                    <div class="cols cols--whatif">
                        <div class="stack">
                            <Picker all=all first=a.row.number second=b.row.number round=round.clone()/>
                            <SumFacts sums first=a.row.clone() second=b.row.clone()/>
                        </div>
                        <div class="cols cols--half cols--wide-left">
                            <section class="card">
                                <div class="card__head"><h2>"Kdo získá a kdo ztratí"</h2><span class="meta">"největší zisky a ztráty, tis. Kč"</span></div>
                                <DivergingBars lines=lines.clone() against=format!("běhu {}", a.row.number)/>
                            </section>
                            <section class="stack">
                                <ByParagraph lines=lines.clone() first=format!("Běh {}", a.row.number) second=format!("Běh {}", b.row.number)/>
                                <Services lines=lines round first=a.row.number second=b.row.number services/>
                            </section>
                        </div>
                    </div>
                </div>
            </Page>
        }
        .into_any())
    })
}

#[component]
fn Picker(all: Vec<RunRow>, first: i32, second: i32, round: Round) -> impl IntoView {
    let options: Vec<(String, String)> =
        all.iter().map(|run| (run.number.to_string(), format!("č. {} {}", run.number, run.name))).collect();
    let turned = tabs::href(round.year, round.number, &format!("/porovnat?a={second}&b={first}"));
    view! {
        <section class="card">
            <h2>"Které běhy"</h2>
            <form class="stack" method="get">
                <Choice name="a" label="Výchozí běh" options=options.clone() value=first.to_string()/>
                <Choice name="b" label="S během" options=options value=second.to_string()/>
                <div class="row"><button class="btn" type="submit">"Porovnat"</button><a href=turned>"Prohodit"</a></div>
            </form>
        </section>
    }
}

#[component]
fn SumFacts(sums: Sums, first: RunRow, second: RunRow) -> impl IntoView {
    let (a, b) = (first, second);
    let services = |n: usize| format!("{n} {}", plural(i64::try_from(n).unwrap_or(0), "služba", "služby", "služeb"));
    let money = |crowns: i64| Money::crowns(crowns).to_string();
    view! {
        <section class="card">
            <h2>"Součty"</h2>
            <dl class="facts facts--sum">
                <dt>{format!("Běh č. {} {}", a.number, a.name)}</dt><dd>{money(a.awarded)}</dd>
                <dt>{format!("Běh č. {} {}", b.number, b.name)}</dt><dd>{money(b.awarded)}</dd>
                <dt>"Rozdíl"</dt><dd>{format!("{} Kč", signed(sums.after - sums.before))}</dd>
                <dt>"Získá"</dt><dd>{format!("{}, {} Kč", services(sums.gaining), signed(sums.gained))}</dd>
                <dt>"Ztratí"</dt><dd>{format!("{}, {} Kč", services(sums.losing), signed(sums.lost))}</dd>
                <dt>"Stejně"</dt><dd>{services(sums.same())}</dd>
            </dl>
        </section>
    }
}

#[component]
fn Services(lines: Vec<Line>, round: Round, first: i32, second: i32, services: Vec<runs::RunService>) -> impl IntoView {
    let count = lines.len();
    let table = tabs::href(round.year, round.number, "/porovnat");
    let of =
        |identifikator: &str| services.iter().find(|service| service.identifikator == identifikator).map(|service| service.part_service);
    let amount = |service: Option<uuid::Uuid>, run: i32, amount: Option<i64>| match (amount, service) {
        (None, _) => view! { "–" }.into_any(),
        (Some(amount), None) => view! { {Money::crowns(amount).plain()} }.into_any(),
        (Some(amount), Some(service)) => {
            let why = tabs::href(round.year, round.number, &format!("/vysledek/{service}/proc-tolik?beh={run}"));
            view! { <a href=why title="Proč tolik?">{Money::crowns(amount).plain()}</a> }.into_any()
        }
    };
    let rows = lines
        .iter()
        .map(|line| {
            let gain = line.gain();
            let service = of(&line.identifikator);
            let link = service.map(|id| tabs::href(round.year, round.number, &format!("/hodnoceni/{id}")));
            view! {
                <tr>
                    <th scope="row"><a class="clip w-name" href=link title=line.name.clone()>{line.name.clone()}</a></th>
                    <td class="nowrap">{format!("§\u{a0}{}", line.paragraph)}</td>
                    <td class="num">{amount(service, first, line.before)}</td>
                    <td class="num">{amount(service, second, line.after)}</td>
                    <td class=tone(gain)>{signed(gain)}</td>
                    <td class="num">{percent(gain, line.before.unwrap_or_default())}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <div class="card card--flush">
            <div class="card__head"><h2>"Podle služeb"</h2><span class="count">{count}</span><Exports table query=format!("?a={first}&b={second}")/></div>
            <div class="grid grid--bare" role="region" aria-label="Rozdíly podle služeb" tabindex="0">
                <table class="data">
                    <thead><tr>
                        <th scope="col">"Služba"</th><th scope="col">"Druh"</th><th scope="col" class="num">{format!("Běh {first}")}</th><th scope="col" class="num">{format!("Běh {second}")}</th>
                        <th scope="col" class="num" aria-sort="descending">"Rozdíl"</th><th scope="col" class="num">"%"</th>
                    </tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </div>
    }
}
