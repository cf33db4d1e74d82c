//! The services of a run as they are asked for: filtered, in order, with the steps that are chosen as columns. The page and the exports show it.

use super::run::crowns;
use crate::request;
use domain::{
    subsidy::calculation::{Calculation, Fraction, Reason, Rounding, ServiceResult},
    text::fold,
};
use print::{Cell, Table};
use std::collections::BTreeSet;
use store::subsidy::runs::RunDetail;

/// What the address asks for.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// Part of a name, a provider or an identifikátor.
    pub text: String,
    /// Paragraph without the sign.
    pub paragraph: String,
    /// Key of a reason.
    pub reason: String,
    /// Key of a column.
    pub sort: String,
    /// Whether the order goes up.
    pub ascending: bool,
    /// Steps shown as columns; without a choice the base and the cap of the allocation.
    pub columns: Option<BTreeSet<String>>,
}

impl Asked {
    /// From the query of the page.
    pub fn of(pairs: Vec<(String, String)>) -> Self {
        let mut asked = Self::default();
        for (name, value) in pairs {
            match name.as_str() {
                "q" => asked.text = value,
                "druh" => asked.paragraph = value,
                "duvod" => asked.reason = value,
                "razeni" => asked.sort = value,
                "smer" => asked.ascending = value == "vzestupne",
                "sloupce" => {
                    asked.columns.get_or_insert_default().insert(value);
                }
                _ => {}
            }
        }
        asked
    }

    /// The address of the same list sorted by a column; the same column turns the direction.
    pub fn sorted(&self, column: &str) -> String {
        self.query_in_order(column, self.sort == column && !self.ascending)
    }

    /// The address of the same list.
    pub fn query(&self) -> String {
        self.query_in_order(&self.sort, self.ascending)
    }

    fn query_in_order(&self, column: &str, ascending: bool) -> String {
        let mut pairs: Vec<(&str, &str)> = vec![("q", &self.text), ("druh", &self.paragraph), ("duvod", &self.reason)];
        pairs.extend(self.columns.iter().flatten().map(|name| ("sloupce", name.as_str())));
        if !column.is_empty() {
            pairs.extend([("razeni", column), ("smer", if ascending { "vzestupne" } else { "sestupne" })]);
        }
        request::query_of(&pairs)
    }

    /// Which way a column is ordered, if it is the column of the order.
    pub fn direction(&self, column: &str) -> Option<&'static str> {
        (self.sort == column).then_some(if self.ascending { "ascending" } else { "descending" })
    }
}

fn reason_key(reason: Option<Reason>) -> &'static str {
    match reason {
        None => "",
        Some(Reason::Minimum) => "minimum",
        Some(Reason::Remainder) => "zbytek",
    }
}

/// A number with at most two decimals, as a table shows it.
pub fn rounded(value: &Fraction) -> Fraction {
    value.round(2, Rounding::HalfAway)
}

/// What is shown of a run.
#[derive(Debug)]
pub struct Shown<'a> {
    /// The run.
    pub run: &'a RunDetail,
    /// Its result.
    pub calculation: &'a Calculation,
    /// Places of the services, in order.
    pub services: Vec<usize>,
    /// Places of the steps that are columns.
    pub steps: Vec<usize>,
}

impl<'a> Shown<'a> {
    /// What is asked for.
    pub fn of(run: &'a RunDetail, calculation: &'a Calculation, asked: &Asked) -> Self {
        let scheme = calculation.compiled.scheme();
        let steps = scheme.step.iter().enumerate().filter(|(_, step)| match &asked.columns {
            Some(columns) => columns.contains(&step.name),
            None => step.name == scheme.allocation.base || Some(&step.name) == scheme.allocation.cap.as_ref(),
        });
        let steps: Vec<usize> = steps.map(|(at, _)| at).collect();
        let results = &calculation.run.results;
        let wanted = fold(&asked.text);
        let takes = |at: &usize| {
            let (service, result) = (&run.services[*at], &results[*at]);
            let text = wanted.is_empty()
                || fold(&service.name).contains(&wanted)
                || fold(&service.provider).contains(&wanted)
                || service.identifikator.contains(&wanted);
            let reason = match asked.reason.as_str() {
                "" => true,
                "nula" => result.award.is_zero(),
                other => reason_key(result.reason) == other,
            };
            text && reason && (asked.paragraph.is_empty() || service.paragraph == asked.paragraph)
        };
        let mut services: Vec<usize> = (0..run.services.len().min(results.len())).filter(takes).collect();
        let column = asked.sort.strip_prefix("krok-").and_then(|name| scheme.step.iter().position(|step| step.name == name));
        let key = |at: &usize| match asked.sort.as_str() {
            "strop" => results[*at].ceiling.clone(),
            "podil" => results[*at].share.clone(),
            _ => column.and_then(|step| calculation.run.steps[step][*at].number().cloned()).unwrap_or_else(|| results[*at].award.clone()),
        };
        match asked.sort.as_str() {
            "sluzba" => services.sort_by_key(|at| fold(&run.services[*at].name)),
            "poskytovatel" => services.sort_by_key(|at| fold(&run.services[*at].provider)),
            "druh" => services.sort_by_key(|at| run.services[*at].paragraph.clone()),
            _ => services.sort_by_key(key),
        }
        if !asked.ascending {
            services.reverse();
        }
        Self { run, calculation, services, steps }
    }

    /// Sums of ceiling, share and award over what is shown.
    pub fn sums(&self) -> [Fraction; 3] {
        let sum = |value: fn(&ServiceResult) -> &Fraction| {
            rounded(&Fraction::sum(self.services.iter().map(|at| value(&self.calculation.run.results[*at]))))
        };
        [sum(|result| &result.ceiling), sum(|result| &result.share), sum(|result| &result.award)]
    }

    /// Sums of the steps that are columns; only of crowns.
    pub fn step_sums(&self) -> Vec<Option<Fraction>> {
        let scheme = self.calculation.compiled.scheme();
        let sum = |step: &usize| {
            let numbers: Option<Vec<&Fraction>> = self.services.iter().map(|at| self.calculation.run.steps[*step][*at].number()).collect();
            let numbers = numbers.filter(|_| scheme.step[*step].unit.as_deref() == Some("Kč"))?;
            Some(rounded(&Fraction::sum(numbers)))
        };
        self.steps.iter().map(sum).collect()
    }

    /// The table of the page, for export.
    pub fn table(&self, about: &str) -> Table {
        let scheme = self.calculation.compiled.scheme();
        let number = |value: &Fraction| Cell::Decimal(rounded(value).shown());
        let mut header: Vec<String> = ["Služba", "Identifikátor", "Poskytovatel", "Druh"].map(String::from).to_vec();
        header.extend(self.steps.iter().map(|step| {
            let step = &scheme.step[*step];
            step.label.as_ref().map_or_else(|| step.name.clone(), |label| format!("{} ({label})", step.name))
        }));
        header.extend(["Strop, Kč", "Podíl, Kč", "Návrh, Kč", "Důvod"].map(String::from));
        let rows = self.services.iter().map(|at| {
            let (service, result) = (&self.run.services[*at], &self.calculation.run.results[*at]);
            let mut row: Vec<Cell> = vec![
                service.name.clone().into(),
                service.identifikator.clone().into(),
                service.provider.clone().into(),
                format!("§ {}", service.paragraph).into(),
            ];
            row.extend(self.steps.iter().map(|step| {
                let value = &self.calculation.run.steps[*step][*at];
                value.number().map_or_else(|| Cell::Text(value.for_people()), number)
            }));
            row.extend([number(&result.ceiling), number(&result.share), Cell::Whole(crowns(&result.award))]);
            row.push(result.reason.map(|reason| reason.words().to_owned()).into());
            row
        });
        let mut total: Vec<Cell> = vec!["Celkem".into(), Cell::Empty, Cell::Empty, Cell::Empty];
        total.extend(self.step_sums().into_iter().map(|sum| sum.map_or(Cell::Empty, |sum| number(&sum))));
        let [ceiling, share, award] = self.sums();
        total.extend([number(&ceiling), number(&share), Cell::Whole(crowns(&award)), Cell::Empty]);
        let mut lines = vec![about.to_owned(), format!("Běh č. {}: {}", self.run.row.number, self.run.row.name)];
        if self.services.len() < self.run.services.len() {
            lines.push(format!("Filtr: {} z {} služeb", self.services.len(), self.run.services.len()));
        }
        Table { name: format!("Běh {}", self.run.row.number), about: lines, header, rows: rows.collect(), total: Some(total) }
    }
}
