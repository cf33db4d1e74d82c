//! Rows of the sources of financing in an application.

use super::{Validity, lines};
use std::sync::LazyLock;

pub(super) const LIST: &str = include_str!("../../../../server/store/codelists/zdroje_financovani.csv");

static ROWS: LazyLock<Vec<FinancingRow>> = LazyLock::new(|| {
    lines(LIST)
        .filter_map(|row| {
            let [key, name, group, plan_from, from, to, source] = row[..] else { return None };
            Some(FinancingRow {
                key,
                name,
                group,
                plan_is_request: plan_from == "pozadavek",
                validity: Validity::of_columns(from, to),
                source,
            })
        })
        .collect()
});

/// A source of financing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FinancingRow {
    /// Stable key.
    pub key: &'static str,
    /// Name in Czech.
    pub name: &'static str,
    /// One of the four groups of the form.
    pub group: &'static str,
    /// The plan of this row is the request of the budget, so nobody types it.
    pub plan_is_request: bool,
    /// Subsidy years in which the row is offered.
    pub validity: Validity,
    /// Where the row comes from.
    pub source: &'static str,
}

/// The rows offered in a subsidy year.
pub fn financing_rows_of(year: i32) -> impl Iterator<Item = &'static FinancingRow> {
    ROWS.iter().filter(move |row| row.validity.in_year(year))
}

/// All rows in their order.
pub fn financing_rows() -> &'static [FinancingRow] {
    &ROWS
}

/// The row with a key.
pub fn financing_row(key: &str) -> Option<&'static FinancingRow> {
    ROWS.iter().find(|row| row.key == key)
}

impl FinancingRow {
    /// Key of the group, made of its name: `resorty_statni_spravy`.
    pub fn group_key(&self) -> String {
        group_key(self.group)
    }
}

/// Key of a group, made of its name: `resorty_statni_spravy`.
pub fn group_key(group: &str) -> String {
    crate::text::fold(group).replace(' ', "_")
}

/// The groups in their order.
pub fn financing_groups() -> Vec<&'static str> {
    let mut groups: Vec<&'static str> = ROWS.iter().map(|row| row.group).collect();
    groups.dedup();
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_stand_in_four_groups() {
        assert_eq!(financing_groups(), ["Resorty státní správy", "Dotace od krajů", "Strukturální fondy", "Jiné zdroje"]);
        assert_eq!(financing_rows()[0].group_key(), "resorty_statni_spravy");
        assert_eq!(financing_rows().iter().filter(|row| row.plan_is_request).count(), 1);
        assert!(!financing_rows_of(2027).any(|row| row.key == "pestounska_pece"));
        assert!(financing_rows().iter().all(|row| !row.key.contains('.')));
    }
}
