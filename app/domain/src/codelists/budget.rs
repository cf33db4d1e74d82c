//! Rows of the budget in an application (rozpočet žádosti, code list of 2015) with the dated limits of their labels.

use super::{Validity, lines};
use chrono::NaiveDate;
use std::sync::LazyLock;

pub(super) const LIST: &str = include_str!("../../../../server/store/codelists/rozpocet_zadost_2015.csv");
pub(super) const LIMITS: &str = include_str!("../../../../server/store/codelists/limity_rozpoctu.csv");

static ROWS: LazyLock<Vec<BudgetRow>> = LazyLock::new(|| {
    lines(LIST)
        .filter_map(|row| {
            let [key, name, sum, note, from, _, _, eligible, ineligible_by] = row[..] else { return None };
            Some(BudgetRow {
                key,
                name,
                is_sum: sum == "ano",
                needs_note: note == "ano",
                filled_from: Some(from).filter(|f| !f.is_empty()),
                eligible: eligible == "ano",
                ineligible_by,
            })
        })
        .collect()
});

static LIMIT_ROWS: LazyLock<Vec<Limit>> = LazyLock::new(|| {
    lines(LIMITS)
        .filter_map(|row| {
            let [key, from, to, _, label, _, _] = row[..] else { return None };
            Some(Limit { key, validity: Validity::of_columns(from, to), label })
        })
        .collect()
});

pub(super) struct Limit {
    key: &'static str,
    validity: Validity,
    label: &'static str,
}

pub(super) fn limits() -> &'static [Limit] {
    &LIMIT_ROWS
}

/// A row of the budget. Its key is its number (`2.6.10`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BudgetRow {
    /// The number of the row, its stable key.
    pub key: &'static str,
    /// Name as of 2015; a page shows [`BudgetRow::label`].
    pub name: &'static str,
    /// A sum of the rows below it; never typed.
    pub is_sum: bool,
    /// An amount here needs a specification (rows with `*`; check Z08).
    pub needs_note: bool,
    /// The form of staff that fills this row once that form is there; typed until then.
    pub filled_from: Option<&'static str>,
    /// The subsidy may pay it (check Z14).
    pub eligible: bool,
    /// The rule that makes it ineligible.
    pub ineligible_by: &'static str,
}

impl BudgetRow {
    /// How deep the row stands: 0 for `1`, 2 for `2.6.1`.
    pub fn depth(&self) -> usize {
        self.key.matches('.').count()
    }

    /// Whether this sum row contains another row.
    pub fn contains(&self, other: &str) -> bool {
        other.strip_prefix(self.key).is_some_and(|rest| rest.starts_with('.'))
    }

    /// The name with the limit that holds in a subsidy year (its first day counts).
    pub fn label(&self, year: i32) -> &'static str {
        let day = NaiveDate::from_ymd_opt(year, 1, 1);
        limits().iter().find(|l| l.key == self.key && day.is_some_and(|day| l.validity.on(day))).map_or(self.name, |l| l.label)
    }
}

/// All rows in their order, sums included.
pub fn budget_rows() -> &'static [BudgetRow] {
    &ROWS
}

/// The row with a key.
pub fn budget_row(key: &str) -> Option<&'static BudgetRow> {
    ROWS.iter().find(|row| row.key == key)
}

/// The nearest sum that a row belongs to.
pub fn sum_row_of(key: &str) -> Option<&'static BudgetRow> {
    key.rsplit_once('.').and_then(|(above, _)| budget_row(above))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_stand_above_their_rows() {
        for row in budget_rows() {
            assert_eq!(row.is_sum, budget_rows().iter().any(|other| row.contains(other.key)), "{}", row.key);
            assert!(row.depth() == 0 || sum_row_of(row.key).is_some_and(|sum| sum.is_sum && sum.contains(row.key)), "{}", row.key);
        }
        assert!(!budget_row("2.1").unwrap().contains("2.10"));
        assert_eq!(budget_rows().iter().filter(|row| !row.is_sum).count(), 22);
    }

    #[test]
    fn depreciation_is_not_eligible() {
        let not: Vec<_> = budget_rows().iter().filter(|row| !row.eligible).map(|row| row.key).collect();
        assert_eq!(not, ["2.7"]);
    }

    #[test]
    fn labels_follow_the_dated_limits() {
        for (key, year, label) in [
            ("2.1.1", 2015, "dlouhodobý nehmotný majetek do 60 tis. Kč"),
            ("2.1.1", 2020, "dlouhodobý nehmotný majetek do 60 tis. Kč"),
            ("2.1.1", 2021, "dlouhodobý nehmotný majetek"),
            ("2.1.2", 2020, "dlouhodobý hmotný majetek do 40 tis. Kč"),
            ("2.1.2", 2027, "dlouhodobý hmotný majetek do 80 tis. Kč"),
            ("2.2", 2027, "potraviny"),
        ] {
            assert_eq!(budget_row(key).unwrap().label(year), label);
        }
    }
}
