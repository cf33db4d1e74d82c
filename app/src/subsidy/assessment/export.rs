//! The grid as a table for export: the same services, columns, order and sums as on the screen, all pages.

use super::{
    filter::{COLUMNS, Filter},
    view::{Ground, Sums, lines},
};
use crate::{error::AppError, subsidy::calculation::gains::decimal_of_tenths};
use domain::accounts::Actor;
use print::{Cell, Table};
use store::{Tx, subsidy::rounds::KrajRound};

/// The table for a filter.
pub async fn table(tx: &mut Tx, actor: &Actor, own: &KrajRound, filter: &Filter) -> Result<Table, AppError> {
    let ground = Ground::of(tx, own).await?;
    let all = lines(tx, own, &ground).await?;
    let count = all.len();
    let shown = filter.apply(all, Some(actor.account()?.person));
    let mut about = vec![format!("Hodnocení služeb, {}, {} {}", own.organisation_name, own.year, own.label)];
    if filter.is_narrowed() {
        about.push(format!("Filtr: {} z {count} služeb", shown.len()));
    }
    let last = format!("Dotace {}", own.year - 1);
    let header = COLUMNS.into_iter().map(|(key, words, _)| match key {
        "identifikator" => "Identifikátor".to_owned(),
        "hotovo" => "Splněno podmínek z 5".to_owned(),
        "dotace" => format!("{last}, Kč"),
        "pozadavek" | "chybne" | "maximum" | "vypocet" | "optimum" => format!("{words}, Kč"),
        _ => words.to_owned(),
    });
    let header: Vec<String> = header.chain(["Změna, %".to_owned()]).collect();
    let sums = Sums::of(&shown);
    let rows = shown.iter().map(|line| {
        let row = &line.row;
        vec![
            row.identifikator.clone().into(),
            row.name.clone().into(),
            row.provider_name.clone().into(),
            format!("§ {} {}", row.paragraph, row.document.facts.kind).into(),
            line.units().replace('\u{a0}', " ").into(),
            line.state.word().into(),
            Cell::Whole(i64::try_from(line.met).unwrap_or_default()),
            row.assigned_name.clone().into(),
            row.request.into(),
            line.wrong.into(),
            line.maximum.into(),
            line.proposal.into(),
            line.optimum.into(),
            row.last_award.into(),
            line.change.map_or(Cell::Empty, |change| Cell::Decimal(decimal_of_tenths(i128::from(change)))),
        ]
    });
    let mut total = vec![Cell::from("Celkem")];
    total.extend(std::iter::repeat_n(Cell::Empty, 7));
    total.extend([sums.request, sums.wrong, sums.maximum, sums.proposal, sums.optimum].map(Cell::from));
    total.extend([sums.award.into(), Cell::Empty]);
    Ok(Table { name: "Hodnocení".to_owned(), about, header, rows: rows.collect(), total: Some(total) })
}
