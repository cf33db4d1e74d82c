//! Rounds, and when each kraj takes the application of one provider.

use crate::{StoreError, Tx, prague};
use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use domain::{
    codelists::Kraj,
    subsidy::window::{Terms, Window},
    time::date_time,
};
use std::collections::BTreeMap;
use uuid::Uuid;

/// A round of a subsidy year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Round {
    /// Key.
    pub id: Uuid,
    /// The subsidy year.
    pub year: i32,
    /// 1, 2 …
    pub number: i32,
    /// What the MPSV calls it.
    pub label: String,
}

/// What a kraj published for a round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KrajRow {
    /// Key of the kraj's part of the round.
    pub id: Uuid,
    /// The kraj.
    pub kraj: Kraj,
    /// What the money is for.
    pub purpose: String,
    /// First day of the supported period.
    pub period_from: NaiveDate,
    /// Last day of it.
    pub period_to: NaiveDate,
    /// Published, once it is.
    pub published_at: Option<DateTime<Utc>>,
}

/// The end of a window as people read it, in Prague: one that closes at midnight ends at 23.59 of the day before, any other at its own time.
pub fn last_minute(closes: DateTime<Utc>) -> NaiveDateTime {
    let local = prague::local(closes);
    if local.time() == chrono::NaiveTime::MIN { local - chrono::TimeDelta::minutes(1) } else { local }
}

/// A window as people read it: `1. 11. 2026 0.00 – 30. 11. 2026 23.59`.
pub fn printed(window: Window) -> String {
    format!("{} – {}", date_time(prague::local(window.opens())), date_time(last_minute(window.closes())))
}

/// All rounds, newest first.
pub async fn rounds(tx: &mut Tx) -> Result<Vec<Round>, StoreError> {
    Ok(sqlx::query_as!(Round, "select id, year, number, label from subsidy_round order by year desc, number desc")
        .fetch_all(&mut **tx)
        .await?)
}

/// One round.
pub async fn round(tx: &mut Tx, id: Uuid) -> Result<Round, StoreError> {
    sqlx::query_as!(Round, "select id, year, number, label from subsidy_round where id = $1", id)
        .fetch_optional(&mut **tx)
        .await?
        .ok_or(StoreError::NotFound)
}

/// What the kraje published for a round, lower codes first.
pub async fn kraje(tx: &mut Tx, round: Uuid) -> Result<Vec<KrajRow>, StoreError> {
    let rows = sqlx::query!(
        "select id, kraj_code, purpose, period_from, period_to, window_published_at from kraj_round
         where round_id = $1 and window_published_at is not null order by kraj_code::integer",
        round
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows
        .into_iter()
        .filter_map(|row| {
            Some(KrajRow {
                id: row.id,
                kraj: of_code(&row.kraj_code)?,
                purpose: row.purpose,
                period_from: row.period_from,
                period_to: row.period_to,
                published_at: row.window_published_at,
            })
        })
        .collect())
}

/// The terms of every kraj that published its window in a round, for one provider: its extraordinary terms are among them. Labels are in
/// Prague time. They end with the publication of the results at the latest.
pub async fn terms(tx: &mut Tx, round: Uuid, provider: Uuid) -> Result<BTreeMap<Kraj, Terms>, StoreError> {
    let mut all: BTreeMap<Kraj, Terms> = BTreeMap::new();
    let regular = sqlx::query!(
        r#"select kraj_code, opens_at, least(closes_at, results_published_at) as "closes_at!" from kraj_round
           where round_id = $1 and window_published_at is not null"#,
        round
    )
    .fetch_all(&mut **tx)
    .await?;
    for row in regular {
        if let (Some(kraj), Ok(window)) = (of_code(&row.kraj_code), Window::new(row.opens_at, row.closes_at)) {
            all.entry(kraj).or_default().regular = Some(window);
        }
    }
    let extraordinary = sqlx::query!(
        r#"select e.kraj_code, e.opens_at, least(e.closes_at, k.results_published_at) as "closes_at!"
           from extraordinary_term e join kraj_round k on k.id = e.kraj_round_id
           where k.round_id = $1 and e.provider_id = $2 order by e.opens_at"#,
        round,
        provider
    )
    .fetch_all(&mut **tx)
    .await?;
    for row in extraordinary {
        if let (Some(kraj), Ok(window)) = (of_code(&row.kraj_code), Window::new(row.opens_at, row.closes_at)) {
            all.entry(kraj).or_default().extraordinary.push(window);
        }
    }
    for terms in all.values_mut() {
        let regular = terms.regular.map(printed);
        let extraordinary = terms.extraordinary.iter().map(|window| format!("mimořádně {}", printed(*window)));
        terms.label = regular.into_iter().chain(extraordinary).collect::<Vec<_>>().join(", ");
    }
    Ok(all)
}

/// The kraj of a stored code.
pub(super) fn of_code(code: &str) -> Option<Kraj> {
    Kraj::of_code(code.parse().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_is_read_up_to_its_last_minute() {
        let window = Window::new("2026-10-31T23:00:00Z".parse().unwrap(), "2026-11-30T23:00:00Z".parse().unwrap()).unwrap();
        assert_eq!(printed(window).replace('\u{a0}', " "), "1. 11. 2026 0.00 – 30. 11. 2026 23.59");
        // The days of the time change have their own midnight.
        let spring = Window::new("2026-03-28T23:00:00Z".parse().unwrap(), "2026-03-29T22:00:00Z".parse().unwrap()).unwrap();
        assert_eq!(printed(spring).replace('\u{a0}', " "), "29. 3. 2026 0.00 – 29. 3. 2026 23.59");
    }
}
