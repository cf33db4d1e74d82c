//! Code lists that the browser needs too. The files themselves live in `server/store/codelists/` (one copy, which the server also loads into
//! the database); here they are typed. Every row has a stable key of its own; where no dates are known a row is valid without limit.

mod banks;
mod budget;
mod financing;
mod groups;
mod territory;

pub use banks::{Bank, bank, banks};
pub use budget::{BudgetRow, budget_row, budget_rows, sum_row_of};
pub use financing::{FinancingRow, financing_groups, financing_row, financing_rows, financing_rows_of, group_key};
pub use groups::{ComputationGroup, Form, FormGroup, Unit, computation_group, unit};
pub use territory::{Kraj, UnknownKraj};

use crate::time::iso_date;
use chrono::NaiveDate;

/// From and to, both days included; an open end is not known to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Validity {
    /// First day.
    pub from: Option<NaiveDate>,
    /// Last day.
    pub to: Option<NaiveDate>,
}

impl Validity {
    /// Whether the row is valid on a day.
    pub fn on(self, day: NaiveDate) -> bool {
        self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day <= to)
    }

    /// Whether the row is valid on some day of a year.
    pub fn in_year(self, year: i32) -> bool {
        self.from.is_none_or(|from| chrono::Datelike::year(&from) <= year) && self.to.is_none_or(|to| year <= chrono::Datelike::year(&to))
    }

    fn of_columns(from: &str, to: &str) -> Self {
        Self { from: iso_date(from), to: iso_date(to) }
    }
}

/// The lines of a list under its head, cut at semicolons. The lists have no quotation marks; a test holds them to it.
fn lines(list: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    list.lines().skip(1).filter(|line| !line.is_empty()).map(|line| line.split(';').collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every list keeps the shape that the typed rows are read from, and no line is dropped on the way.
    #[test]
    fn lists_have_their_shape() {
        for (list, head, read) in [
            (
                budget::LIST,
                "kod;nazev;soucet;vyzaduje_upresneni;plni_se_z;evidence;kod_jistota;uznatelna;uznatelna_zdroj",
                budget_rows().len(),
            ),
            (budget::LIMITS, "radek;plati_od;plati_do;limit_kc;popisek;zdroj;jistota", budget::limits().len()),
            (banks::LIST, "kod;nazev;plati_od;plati_do;zdroj", banks().len()),
            (financing::LIST, "klic;nazev;skupina;plan_z;plati_od;plati_do;zdroj", financing_rows().len()),
            (groups::LIST, "paragraf;formy;skupina;jednotka;zdroj", groups::all().len()),
            (territory::LIST, "ruian_vusc;rpss_kod;nazev;nuts3;kod_jistota", Kraj::all().count()),
        ] {
            assert_eq!(list.lines().next(), Some(head));
            assert!(!list.contains('"') && !list.contains('\r'), "{head}");
            assert_eq!(list.lines().count() - 1, read, "{head}");
            let mut keys: Vec<String> = lines(list).map(|row| row[..2].join(";")).collect();
            keys.sort();
            keys.dedup();
            assert_eq!(keys.len(), read, "twice the same row under {head}");
        }
    }

    #[test]
    fn validity_is_inclusive_and_open() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let until = Validity::of_columns("2015-01-01", "2020-12-31");
        assert!(until.on(day("2015-01-01")) && until.on(day("2020-12-31")) && !until.on(day("2021-01-01")) && !until.on(day("2014-12-31")));
        assert!(until.in_year(2020) && !until.in_year(2021));
        assert!(Validity::default().on(day("1900-01-01")));
    }
}
