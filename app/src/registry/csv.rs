//! `/registr.csv`: exactly what the search shows, all pages of it.

use super::{imports::KINDS, search::read, words};
use crate::{
    error::AppError,
    request::{Deps, RequestInfo},
};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use store::registry::quality::{all_problems, import_row};
use store::registry::search::{ExportRow, export};

const HEAD: [&str; 17] = [
    "cislo_sluzby",
    "portal_id",
    "zarizeni",
    "poskytovatel",
    "ico",
    "paragraf",
    "druh",
    "formy",
    "kapacity",
    "cilove_skupiny",
    "kraje",
    "okresy",
    "obec",
    "adresa",
    "poskytuje_od",
    "poskytuje_do",
    "stav_ke_dni",
];

/// A text that a spreadsheet would take for a formula is kept a text.
fn plain(text: String) -> String {
    if domain::text::is_formula(&text) { format!("'{text}") } else { text }
}

fn line(r: ExportRow, on: chrono::NaiveDate) -> [String; 17] {
    let day = |d: Option<chrono::NaiveDate>| d.map(|d| d.to_string()).unwrap_or_default();
    let forms: Vec<&str> = r.forms.iter().map(|f| words::form(f)).collect();
    let capacities: Vec<String> = r
        .capacities
        .iter()
        .map(|c| {
            let form = c.form.as_deref().map(words::form).unwrap_or_default();
            format!("{form} {}", words::capacity(c.count, c.kind.as_deref())).trim().replace(['\u{a0}', '\u{202f}'], " ")
        })
        .collect();
    [
        r.identifikator.unwrap_or_default(),
        r.portal_id.map(|id| id.to_string()).unwrap_or_default(),
        r.facility_name.unwrap_or_default(),
        r.provider_name,
        r.ico.unwrap_or_default(),
        r.paragraph.unwrap_or_default(),
        r.kind.unwrap_or_default(),
        forms.join(", "),
        capacities.join("; "),
        r.groups.join("; "),
        r.kraje.join("; "),
        r.okresy.join("; "),
        r.place.unwrap_or_default(),
        r.address_line.unwrap_or_default(),
        day(r.provided_from),
        day(r.provided_to),
        on.to_string(),
    ]
    .map(plain)
}

/// The file: semicolons and a mark of UTF-8, as Czech spreadsheets expect.
pub async fn file(deps: &Deps, info: &RequestInfo, query: &str) -> Result<Response, AppError> {
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(query).unwrap_or_default();
    let mut tx = deps.store.begin_from(&info.actor, info.origin.clone()).await?;
    let (asked, _) = read(&mut tx, &pairs, store::prague::day(info.received_at)).await?;
    let rows = export(&mut tx, &asked.query).await?;
    let mut out = csv::WriterBuilder::new().delimiter(b';').terminator(csv::Terminator::CRLF).from_writer("\u{feff}".as_bytes().to_vec());
    let written = out.write_record(HEAD).and_then(|()| rows.into_iter().try_for_each(|r| out.write_record(line(r, asked.query.on))));
    let bytes = written.ok().and_then(|()| out.into_inner().ok()).ok_or_else(AppError::fault)?;
    let name = format!("attachment; filename=\"registr-{}.csv\"", asked.query.on);
    Ok(([(header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (header::CONTENT_DISPOSITION, name)], bytes).into_response())
}

/// `/registr/import/{id}/problemy.csv`: everything that an import kept of what it had to say.
pub async fn problems(deps: &Deps, info: &RequestInfo, import: uuid::Uuid) -> Result<Response, AppError> {
    let mut tx = deps.store.begin_from(&info.actor, info.origin.clone()).await?;
    let row = import_row(&mut tx, import).await?;
    let rows = all_problems(&mut tx, import).await?;
    let mut out = csv::WriterBuilder::new().delimiter(b';').terminator(csv::Terminator::CRLF).from_writer("\u{feff}".as_bytes().to_vec());
    let number = |n: Option<i64>| n.map(|n| n.to_string()).unwrap_or_default();
    let written = out.write_record(["druh", "zaznam", "portal_id", "poskytovatel", "udaj", "co_se_stalo"]).and_then(|()| {
        rows.into_iter().try_for_each(|r| {
            let kind = KINDS.into_iter().find(|k| k.code() == r.kind).map_or(r.kind, |k| k.label().to_owned());
            let line = [kind, number(r.record_index), number(r.portal_id), r.provider_name.unwrap_or_default(), r.field, r.text];
            out.write_record(line.map(plain))
        })
    });
    let bytes = written.ok().and_then(|()| out.into_inner().ok()).ok_or_else(AppError::fault)?;
    let name = format!("attachment; filename=\"import-{}-problemy.csv\"", row.as_of);
    Ok(([(header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (header::CONTENT_DISPOSITION, name)], bytes).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_formula_stays_a_text() {
        assert_eq!(plain("=HYPERLINK(1)".into()), "'=HYPERLINK(1)");
        assert_eq!(plain("Domov = dům".into()), "Domov = dům");
    }
}
