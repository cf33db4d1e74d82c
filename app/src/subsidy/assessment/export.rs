//! The grid as CSV: the same services, columns and order as on the screen, all pages.

use super::{
    filter::Filter,
    view::{Ground, lines},
};
use crate::{error::AppError, subsidy::tabs};
use domain::{accounts::Actor, subsidy::amount::Crowns};
use store::{Tx, subsidy::rounds};

/// The file for a filter.
pub async fn csv(tx: &mut Tx, actor: &Actor, (year, number): (i32, i32), filter: &Filter) -> Result<Vec<u8>, AppError> {
    let (account, kraj) = actor.kraj()?;
    let round = rounds::round(tx, year, number).await.map_err(|e| tabs::missing(e, "Dotační kolo"))?;
    let own = rounds::kraj_round_of(tx, round.id, kraj).await?.ok_or_else(|| AppError::not_found("Dotační kolo"))?;
    let ground = Ground::of(tx, &own).await?;
    let rows = filter.apply(lines(tx, &own, &ground).await?, Some(account.person));
    let mut out = csv::WriterBuilder::new().delimiter(b';').terminator(csv::Terminator::CRLF).from_writer("\u{feff}".as_bytes().to_vec());
    let head = [
        "identifikator",
        "sluzba",
        "poskytovatel",
        "ico",
        "paragraf",
        "druh",
        "jednotky",
        "stav",
        "splneno_podminek",
        "hodnoti",
        "pozadavek",
        "chybne",
        "maximum",
        "vypocet",
        "optimum",
        "dotace_loni",
        "zmena_procent",
    ];
    let write = |out: &mut csv::Writer<Vec<u8>>, cells: &[String]| {
        out.write_record(cells.iter().map(|cell| inert(cell))).map_err(|_| AppError::fault())
    };
    write(&mut out, &head.map(str::to_owned))?;
    let amount = |amount: Option<Crowns>| amount.map(|a| a.get().to_string()).unwrap_or_default();
    for line in rows {
        let row = &line.row;
        let change = line.change.map(|tenths| format!("{}{},{}", if tenths < 0 { "-" } else { "" }, tenths.abs() / 10, tenths.abs() % 10));
        let cells = [
            row.identifikator.clone(),
            row.name.clone(),
            row.provider_name.clone(),
            row.ico.clone().unwrap_or_default(),
            row.paragraph.clone(),
            row.document.facts.kind.clone(),
            line.units().replace('\u{a0}', " "),
            line.state.word().to_owned(),
            line.met.to_string(),
            row.assigned_name.clone().unwrap_or_default(),
            row.request.to_string(),
            amount(line.wrong),
            amount(line.maximum),
            amount(line.proposal),
            amount(line.optimum),
            row.last_award.map(|a| a.to_string()).unwrap_or_default(),
            change.unwrap_or_default(),
        ];
        write(&mut out, &cells)?;
    }
    out.into_inner().map_err(|_| AppError::fault())
}

/// A cell that a spreadsheet would take for a formula is told to be text; a number stays a number.
fn inert(cell: &str) -> String {
    let digits = cell.strip_prefix('-').unwrap_or(cell);
    let number = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit() || b == b',');
    if !number && cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell.to_owned() }
}

#[cfg(test)]
mod tests {
    #[test]
    fn no_cell_is_a_formula() {
        assert_eq!(["=1+1", "-12,5", "@x", "Domov", "-", ""].map(super::inert), ["'=1+1", "-12,5", "'@x", "Domov", "'-", ""]);
    }
}
