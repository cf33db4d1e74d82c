//! A kraj brings a file with applications: its text is kept for the dry run, nothing is written into the round yet.

use crate::{
    error::AppError,
    request::{self, Begun, Command},
    subsidy::tabs::{self, number},
};
use chrono::{DateTime, Utc};
use domain::{
    accounts::{Actor, Permission, Right},
    subsidy::intake::Table,
};
use leptos::prelude::*;
use serde_json::json;
use store::{
    Tx, audit,
    subsidy::{imports, rounds},
};
use uuid::Uuid;

/// Largest file: a line of a service has about 300 characters.
pub const MAX_BYTES: usize = 8 << 20;

/// Keeps a pasted text and leads to its dry run.
#[server(name = ReadApplications, prefix = "/prikaz", endpoint = "dotace/precist-zadosti")]
pub async fn read_applications(
    klic: Option<String>,
    rok: Option<String>,
    kolo: Option<String>,
    text: Option<String>,
) -> Result<(), AppError> {
    let request = (rok.unwrap_or_default(), kolo.unwrap_or_default(), text.unwrap_or_default());
    let (year, round) = (number(&request.0)?, number(&request.1)?);
    let permission = Permission::Has(Right::RoundAdministration);
    let mut command = match Command::begin::<Uuid>("subsidy.import.read", permission, &klic.unwrap_or_default(), &request).await? {
        Begun::New(command) => command,
        Begun::Earlier(id) => {
            request::go_to(&waiting(year, round, id));
            return Ok(());
        }
    };
    if request.2.trim().is_empty() {
        return Err(AppError::field("text", "Vložte obsah tabulky i se záhlavím, nebo nahrajte soubor."));
    }
    if request.2.contains('\0') {
        return Err(AppError::field("text", "Text obsahuje řídicí znak, který nejde uložit. Vložte ho znovu z tabulky."));
    }
    let (actor, at) = (command.actor.clone(), command.at);
    let id = keep(&mut command.tx, &actor, (year, round), "vložený text", &request.2, at).await?;
    command.finish(id).await?;
    request::go_to(&waiting(year, round, id));
    Ok(())
}
permit!(ReadApplications => Permission::Has(Right::RoundAdministration));

/// Address of the dry run of a file.
pub fn waiting(year: i32, round: i32, id: Uuid) -> String {
    format!("/dotace/{year}/{round}/zadosti/import?davka={id}")
}

/// Keeps a text for the round of the actor's kraj.
pub async fn keep(
    tx: &mut Tx,
    actor: &Actor,
    (year, number): (i32, i32),
    file_name: &str,
    text: &str,
    at: DateTime<Utc>,
) -> Result<Uuid, AppError> {
    let (account, kraj) = actor.kraj()?;
    let round = rounds::round(tx, year, number).await.map_err(|e| tabs::missing(e, "Dotační kolo"))?;
    let own = rounds::kraj_round_of(tx, round.id, kraj)
        .await?
        .ok_or_else(|| AppError::invalid("Nejdřív nastavte a uložte termín kola, potom načtěte žádosti."))?;
    tabs::still_open(&own)?;
    let file_name: String = file_name.chars().filter(|c| !c.is_control()).take(200).collect();
    let id = imports::keep(tx, own.id, &file_name, text, (&account.person_name, at)).await?;
    tx.audit(audit::Record::done("subsidy.import.read", "application_import", id, json!({ "soubor": file_name, "bajtu": text.len() })));
    Ok(id)
}

/// The table in a text: cells by `;`, by tabs as they come from a spreadsheet, or by commas; quotes by RFC 4180.
pub fn table(text: &str) -> Result<Table, String> {
    let text = text.trim_start_matches('\u{feff}');
    let head = text.lines().next().unwrap_or_default();
    let delimiter = [b';', b'\t', b','].into_iter().find(|d| head.as_bytes().contains(d)).unwrap_or(b';');
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut table = Table::default();
    let (mut counted, mut line) = (0, 1);
    for record in reader.records() {
        let record = record
            .map_err(|_| "Soubor není tabulka CSV, kterou umíme přečíst. Uložte ho z tabulkového programu jako CSV UTF-8.".to_owned())?;
        // The reader's own number does not count a line end of two characters before it has read on.
        let mut start = record.position().and_then(|p| usize::try_from(p.byte()).ok()).unwrap_or(counted);
        while matches!(text.as_bytes().get(start), Some(b'\r' | b'\n')) {
            start += 1;
        }
        line += text.as_bytes()[counted..start].iter().filter(|b| **b == b'\n').count() as u64;
        counted = start;
        let cells: Vec<String> = record.iter().map(ToOwned::to_owned).collect();
        if cells.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        if table.header.is_empty() {
            table.header = cells;
        } else {
            table.lines.push((line, cells));
        }
    }
    // A spreadsheet ends every line with empty cells when some line below was longer once.
    while table.header.last().is_some_and(|name| name.trim().is_empty()) {
        let last = table.header.len() - 1;
        if table.lines.iter().any(|(_, cells)| cells.get(last).is_some_and(|cell| !cell.trim().is_empty())) {
            break;
        }
        table.header.pop();
        table.lines.iter_mut().for_each(|(_, cells)| cells.truncate(last));
    }
    Ok(table)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_spreadsheets_write() {
        let cells = |text: &str| table(text).unwrap().lines.into_iter().map(|(line, cells)| (line, cells.join("|"))).collect::<Vec<_>>();
        assert_eq!(cells("\u{feff}a;b\r\n1;\"x;y\"\r\n\r\n2;z\r\n"), [(2, "1|x;y".to_owned()), (4, "2|z".to_owned())]);
        assert_eq!(cells("a\tb\n1\t2,5"), [(2, "1|2,5".to_owned())]);
        assert_eq!(cells("a,b,\n1,2,\n"), [(2, "1|2".to_owned())]);
        assert_eq!(table("").unwrap(), Table::default());
    }
}
