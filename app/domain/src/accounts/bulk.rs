//! Accounts from a file: what a row must say, and what is wrong with the rows of one file together.

use super::{OrganisationKind, Role, names};
use crate::{
    text::fold,
    time::{NotADate, parse_date},
};
use chrono::NaiveDate;
use std::collections::HashMap;

/// Most rows of a file.
pub const ROWS: usize = 500;
/// Columns, in the order of the template.
pub const COLUMNS: [&str; 7] = ["uzivatelske_jmeno", "jmeno", "prijmeni", "email", "sada", "od", "do"];

/// An account to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRow {
    /// Sign-in name.
    pub login: String,
    /// Name and surname.
    pub name: String,
    /// E-mail.
    pub email: Option<String>,
    /// Set of rights.
    pub role: Role,
    /// First day of the rights.
    pub from: NaiveDate,
    /// Last day, if there is one.
    pub to: Option<NaiveDate>,
}

/// A row as it was read: a new account, or what is wrong in which column.
pub type Row = Result<NewRow, Vec<(&'static str, String)>>;

/// Reads the rows of a file; each row has its texts in the order of [`COLUMNS`]. Sets are named by their code or as they are shown.
pub fn read(rows: &[[String; 7]], kind: OrganisationKind, today: NaiveDate) -> Vec<Row> {
    let mut seen: HashMap<String, usize> = HashMap::new();
    rows.iter()
        .enumerate()
        .map(|(place, row)| {
            let read = read_row(row, kind, today)?;
            match seen.insert(read.login.clone(), place) {
                None => Ok(read),
                Some(first) => Err(vec![(COLUMNS[0], format!("Totéž jméno má už řádek {}. Nechte jen jeden.", first + 1))]),
            }
        })
        .collect()
}

fn read_row([login, first, last, email, set, from, to]: &[String; 7], kind: OrganisationKind, today: NaiveDate) -> Row {
    let mut wrong: Vec<(&'static str, String)> = Vec::new();
    let mut keep = |column, result: Result<String, String>| result.map_err(|sentence| wrong.push((column, sentence))).ok();
    let login = keep(COLUMNS[0], names::read_login(login));
    let name = keep(COLUMNS[1], names::read_name(&format!("{} {}", first.trim(), last.trim())));
    let email = names::read_email(email).map_err(|sentence| wrong.push((COLUMNS[3], sentence))).ok();
    let wanted = fold(set.trim());
    let sets = || Role::ALL.into_iter().filter(|role| role.kinds().contains(&kind));
    let role = sets().find(|role| role.code() == set.trim() || fold(role.label()) == wanted);
    if role.is_none() {
        let all: Vec<&str> = sets().map(Role::code).collect();
        wrong.push((COLUMNS[4], format!("Sadu „{}“ tato organizace nemá. Napište jednu z nich: {}.", set.trim(), all.join(", "))));
    }
    let mut day = |column, text: &str| match text.trim() {
        "" => None,
        text => parse_date(text).map_err(|e: NotADate| wrong.push((column, e.to_string()))).ok(),
    };
    let (from, to) = (day(COLUMNS[5], from).unwrap_or(today), day(COLUMNS[6], to));
    if from < today {
        wrong.push((COLUMNS[5], "Oprávnění nejde přidělit zpětně. Napište dnešek nebo pozdější den, nebo nechte prázdné.".to_owned()));
    }
    if to.is_some_and(|to| to < from) {
        wrong.push((COLUMNS[6], "Konec je před začátkem. Opravte jeden z nich.".to_owned()));
    }
    match (login, name, email, role) {
        (Some(login), Some(name), Some(email), Some(role)) if wrong.is_empty() => Ok(NewRow { login, name, email, role, from, to }),
        _ => Err(wrong),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(texts: [&str; 7]) -> [String; 7] {
        texts.map(ToOwned::to_owned)
    }

    #[test]
    fn rows_are_read_or_say_what_is_wrong() {
        let today = "2026-11-30".parse().unwrap();
        let rows = [
            row(["J.Novakova", "Jana", "Nováková", "jana@kraj.cz", "kraj_assessor", "", ""]),
            row(["p.novak", " Petr ", "Novák", "", "Kraj – hodnotitel", "1. 12. 2026", "31. 12. 2026"]),
            row(["j.novakova", "Jiná", "Nováková", "", "kraj_assessor", "", ""]),
            row(["a b", "", "", "jana@@kraj.cz", "provider_editor", "1. 1. 2020", "31. 2. 2026"]),
            row(["e.mala", "Eva", "Malá", "", "administrator", "2. 12. 2026", "1. 12. 2026"]),
        ];
        let read = read(&rows, OrganisationKind::Kraj, today);
        let first = read[0].as_ref().unwrap();
        assert_eq!((first.login.as_str(), first.name.as_str(), first.from, first.to), ("j.novakova", "Jana Nováková", today, None));
        let second = read[1].as_ref().unwrap();
        assert_eq!((second.role, second.email.clone(), second.to), (Role::KrajAssessor, None, Some("2026-12-31".parse().unwrap())));
        assert_eq!(read[2], Err(vec![(COLUMNS[0], "Totéž jméno má už řádek 1. Nechte jen jeden.".to_owned())]));
        let columns = |row: &Row| row.as_ref().unwrap_err().iter().map(|(column, _)| *column).collect::<Vec<_>>();
        assert_eq!(columns(&read[3]), ["uzivatelske_jmeno", "jmeno", "email", "sada", "do", "od"]);
        assert_eq!(columns(&read[4]), ["do"]);
    }
}
