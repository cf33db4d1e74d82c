//! Tables and workbooks that pages offer for download: exactly what the page shows, with the same permission and the same filter.

use crate::inventory_of_plain_routes;
use app::{
    error::AppError,
    request::{Deps, RequestInfo},
    subsidy::{
        ROUND_VIEW,
        assessment::{export, filter},
        awards::{own, results},
        calculation::{
            compare::Comparison,
            run::again,
            run_table::{Asked, Shown},
        },
        decision::proposal,
        rounds::{applications::Applications, formal::FormalList},
        tabs,
    },
};
use axum::{
    Extension, Router,
    extract::{Path, Query},
    http::header,
    response::{IntoResponse, Response},
    routing::get,
};
use domain::accounts::{Actor, Permission};
use leptos::prelude::LeptosOptions;
use print::Table;
use store::{
    Tx,
    subsidy::{
        rounds::{self, KrajRound},
        runs,
    },
};

inventory_of_plain_routes! {
    GET "/dotace/{rok}/{kolo}/zadosti.csv" => ROUND_VIEW;
    GET "/dotace/{rok}/{kolo}/zadosti.xlsx" => ROUND_VIEW;
    GET "/dotace/{rok}/{kolo}/formalni.csv" => ROUND_VIEW;
    GET "/dotace/{rok}/{kolo}/formalni.xlsx" => ROUND_VIEW;
    GET "/dotace/{rok}/{kolo}/hodnoceni.csv" => ROUND_VIEW;
    GET "/dotace/{rok}/{kolo}/hodnoceni.xlsx" => ROUND_VIEW;
    GET "/dotace/{rok}/{kolo}/porovnat.csv" => ROUND_VIEW;
    GET "/dotace/{rok}/{kolo}/porovnat.xlsx" => ROUND_VIEW;
    GET "/dotace/{rok}/{kolo}/vypocet/{beh}/tabulka.csv" => ROUND_VIEW;
    GET "/dotace/{rok}/{kolo}/vypocet/{beh}/tabulka.xlsx" => ROUND_VIEW;
    GET "/dotace/{rok}/{kolo}/navrhy.csv" => ROUND_VIEW;
    GET "/dotace/{rok}/{kolo}/navrhy.xlsx" => ROUND_VIEW;
    GET "/dotace/{rok}/{kolo}/vysledky/{kraj}/tabulka.csv" => Permission::Public;
    GET "/dotace/{rok}/{kolo}/vysledky/{kraj}/tabulka.xlsx" => Permission::Public;
    GET "/dotace/{rok}/{kolo}/vypocet/{beh}/sesit.xlsx" => ROUND_VIEW;
    GET "/dotace/vysledky.csv" => Permission::SignedIn;
    GET "/dotace/vysledky.xlsx" => Permission::SignedIn;
}

/// The routes.
pub fn routes(deps: Deps) -> Router<LeptosOptions> {
    Router::new()
        .route("/dotace/{rok}/{kolo}/zadosti.csv", get(|r, p, q, i| of_round(r, p, q, i, Of::Applications, Kind::Csv)))
        .route("/dotace/{rok}/{kolo}/zadosti.xlsx", get(|r, p, q, i| of_round(r, p, q, i, Of::Applications, Kind::Xlsx)))
        .route("/dotace/{rok}/{kolo}/formalni.csv", get(|r, p, q, i| of_round(r, p, q, i, Of::FormalCheck, Kind::Csv)))
        .route("/dotace/{rok}/{kolo}/formalni.xlsx", get(|r, p, q, i| of_round(r, p, q, i, Of::FormalCheck, Kind::Xlsx)))
        .route("/dotace/{rok}/{kolo}/hodnoceni.csv", get(|r, p, q, i| of_round(r, p, q, i, Of::Assessment, Kind::Csv)))
        .route("/dotace/{rok}/{kolo}/hodnoceni.xlsx", get(|r, p, q, i| of_round(r, p, q, i, Of::Assessment, Kind::Xlsx)))
        .route("/dotace/{rok}/{kolo}/porovnat.csv", get(|r, p, q, i| of_round(r, p, q, i, Of::Comparison, Kind::Csv)))
        .route("/dotace/{rok}/{kolo}/porovnat.xlsx", get(|r, p, q, i| of_round(r, p, q, i, Of::Comparison, Kind::Xlsx)))
        .route("/dotace/{rok}/{kolo}/navrhy.csv", get(|r, p, q, i| of_round(r, p, q, i, Of::Proposals, Kind::Csv)))
        .route("/dotace/{rok}/{kolo}/navrhy.xlsx", get(|r, p, q, i| of_round(r, p, q, i, Of::Proposals, Kind::Xlsx)))
        .route("/dotace/{rok}/{kolo}/vypocet/{beh}/tabulka.csv", get(|r, p, q, i| run_table(r, p, q, i, Kind::Csv)))
        .route("/dotace/{rok}/{kolo}/vypocet/{beh}/tabulka.xlsx", get(|r, p, q, i| run_table(r, p, q, i, Kind::Xlsx)))
        .route("/dotace/{rok}/{kolo}/vysledky/{kraj}/tabulka.csv", get(|r, p, q, i| published(r, p, q, i, Kind::Csv)))
        .route("/dotace/{rok}/{kolo}/vysledky/{kraj}/tabulka.xlsx", get(|r, p, q, i| published(r, p, q, i, Kind::Xlsx)))
        .route("/dotace/{rok}/{kolo}/vypocet/{beh}/sesit.xlsx", get(workbook))
        .route("/dotace/vysledky.csv", get(|r, i| own_awards(r, i, Kind::Csv)))
        .route("/dotace/vysledky.xlsx", get(|r, i| own_awards(r, i, Kind::Xlsx)))
        .layer(Extension(deps))
}

/// The kind of a file.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// Text.
    Csv,
    /// A workbook.
    Xlsx,
}

impl Kind {
    fn ending(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
        }
    }
}

type Pairs = Query<Vec<(String, String)>>;

/// A file, or why there is none.
fn file(name: &str, kind: Kind, bytes: Vec<u8>) -> Response {
    let mime = match kind {
        Kind::Csv => "text/csv; charset=utf-8",
        Kind::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    };
    let disposition = format!("attachment; filename=\"{name}.{}\"", kind.ending());
    ([(header::CONTENT_TYPE, mime.to_owned()), (header::CONTENT_DISPOSITION, disposition)], bytes).into_response()
}

/// A table as a file, or why there is none.
pub async fn answer(name: String, kind: Kind, table: Result<Table, AppError>) -> Response {
    let table = match table {
        Ok(table) => table,
        Err(error) => return crate::layers::error_response(&error),
    };
    let made = tokio::task::spawn_blocking(move || match kind {
        Kind::Csv => Ok(print::csv::csv(&table)),
        Kind::Xlsx => print::table_xlsx(&table),
    });
    finished(&name, kind, made.await)
}

fn finished(name: &str, kind: Kind, made: Result<Result<Vec<u8>, print::PrintError>, tokio::task::JoinError>) -> Response {
    match made {
        Ok(Ok(bytes)) => file(name, kind, bytes),
        Ok(Err(error)) => {
            tracing::error!(%error, "file not made");
            crate::layers::error_response(&AppError::fault())
        }
        Err(error) => {
            tracing::error!(%error, "file not made");
            crate::layers::error_response(&AppError::fault())
        }
    }
}

async fn begin(deps: &Deps, info: &RequestInfo) -> Result<Tx, AppError> {
    Ok(deps.store.begin_from(&info.actor, info.origin.clone()).await?)
}

/// The kraj's round of who asks.
async fn own_round(tx: &mut Tx, actor: &Actor, (year, number): (i32, i32)) -> Result<KrajRound, AppError> {
    let (_, kraj) = actor.kraj()?;
    let not_found = || AppError::not_found("Dotační kolo");
    let round = rounds::round(tx, year, number).await.map_err(|_| not_found())?;
    rounds::kraj_round_of(tx, round.id, kraj).await?.ok_or_else(not_found)
}

/// Whose table it is.
#[derive(Debug, Clone, Copy)]
enum Of {
    Applications,
    FormalCheck,
    Assessment,
    Comparison,
    Proposals,
}

impl Of {
    /// Name of the file.
    fn name(self) -> &'static str {
        match self {
            Self::Applications => "zadosti",
            Self::FormalCheck => "formalni-kontrola",
            Self::Assessment => "hodnoceni",
            Self::Comparison => "porovnani",
            Self::Proposals => "navrhy",
        }
    }
}

/// Of which round a table is.
fn heading(what: &str, own: &KrajRound) -> String {
    format!("{what}, {}, {} {}", own.organisation_name, own.year, own.label)
}

/// A table of the kraj's round with the filter of its page.
async fn of_round(
    deps: Extension<Deps>,
    Path((year, number)): Path<(i32, i32)>,
    Query(pairs): Pairs,
    Extension(info): Extension<RequestInfo>,
    of: Of,
    kind: Kind,
) -> Response {
    let table = async {
        let mut tx = begin(&deps, &info).await?;
        let own = own_round(&mut tx, &info.actor, (year, number)).await?;
        Ok(match of {
            Of::Applications => Applications::load(&mut tx, own.id, &pairs).await?.table(&heading("Žádosti", &own)),
            Of::FormalCheck => FormalList::load(&mut tx, &own, &pairs).await?.table(&heading("Formální kontrola", &own)),
            Of::Assessment => export::table(&mut tx, &info.actor, &own, &assessment_filter(&pairs)).await?,
            Of::Comparison => Comparison::load(&mut tx, own.id, &pairs).await?.table(&heading("Porovnání běhů", &own)),
            Of::Proposals => {
                let found = proposal::load(&mut tx, &own).await?.ok_or_else(|| AppError::not_found("Návrh"))?;
                found.table(&heading("Návrhy", &own), &proposal::Filter::of(&pairs))
            }
        })
    };
    answer(format!("{}-{year}-{number}", of.name()), kind, table.await).await
}

/// What the address asks of the grid; nothing when it cannot be read, as on its page.
fn assessment_filter(pairs: &[(String, String)]) -> filter::Filter {
    let text = serde_urlencoded::to_string(pairs).unwrap_or_default();
    serde_urlencoded::from_str(&text).unwrap_or_default()
}

/// The results of a run as its page shows them.
async fn run_table(
    deps: Extension<Deps>,
    Path((year, number, run)): Path<(i32, i32, i32)>,
    Query(pairs): Pairs,
    Extension(info): Extension<RequestInfo>,
    kind: Kind,
) -> Response {
    let table = async {
        let mut tx = begin(&deps, &info).await?;
        let own = own_round(&mut tx, &info.actor, (year, number)).await?;
        let found = runs::run_by_number(&mut tx, own.id, run).await.map_err(|e| tabs::missing(e, "Běh výpočtu"))?;
        let calculation = again(&found)?;
        Ok(Shown::of(&found, &calculation, &Asked::of(pairs)).table(&heading("Výpočet", &own)))
    };
    answer(format!("vypocet-{year}-{number}-beh-{run}-tabulka"), kind, table.await).await
}

async fn published(
    deps: Extension<Deps>,
    Path((year, number, kraj)): Path<(i32, i32, String)>,
    Query(pairs): Pairs,
    Extension(info): Extension<RequestInfo>,
    kind: Kind,
) -> Response {
    let text = pairs.iter().find(|(name, _)| name == "q").map_or("", |(_, value)| value.as_str());
    let table = async {
        let mut tx = begin(&deps, &info).await?;
        Ok(results::load(&mut tx, year, number, &kraj, text).await?.table())
    };
    let code: String = kraj.chars().filter(char::is_ascii_digit).take(4).collect();
    answer(format!("dotace-{year}-{number}-kraj-{code}"), kind, table.await).await
}

async fn own_awards(deps: Extension<Deps>, Extension(info): Extension<RequestInfo>, kind: Kind) -> Response {
    let table = async {
        let (account, provider) = info.actor.provider()?;
        let mut tx = begin(&deps, &info).await?;
        own::table(&mut tx, provider, &account.organisation_name).await
    };
    answer("vysledky".to_owned(), kind, table.await).await
}

/// A run with its steps as live formulas.
async fn workbook(
    deps: Extension<Deps>,
    Path((year, number, run)): Path<(i32, i32, i32)>,
    Extension(info): Extension<RequestInfo>,
) -> Response {
    let loaded = async {
        let mut tx = begin(&deps, &info).await?;
        let own = own_round(&mut tx, &info.actor, (year, number)).await?;
        let found = runs::run_by_number(&mut tx, own.id, run).await.map_err(|_| AppError::not_found("Běh výpočtu"))?;
        Ok::<_, AppError>((own, found))
    };
    let (own, found) = match loaded.await {
        Ok(loaded) => loaded,
        Err(error) => return crate::layers::error_response(&error),
    };
    let made = tokio::task::spawn_blocking(move || {
        let Ok(calculation) = found.stored.calculate() else { return Err(print::PrintError::Foreign) };
        let at = domain::time::date_time(store::prague::local(found.row.created_at));
        let about = print::About {
            title: format!("{}, {} {}", own.organisation_name, own.year, own.label),
            run: format!("běh č. {} {}, {}, {at}", found.row.number, found.row.name, found.row.created_by),
        };
        print::run_xlsx(calculation.report(), &about)
    });
    finished(&format!("vypocet-{year}-{number}-beh-{run}"), Kind::Xlsx, made.await)
}
