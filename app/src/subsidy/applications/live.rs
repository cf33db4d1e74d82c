//! What the form computes from its fields: totals, shares, messages. The server prints it, the island keeps it up to date while typing; both
//! call these functions.

use super::part::{Part, field_id};
use domain::{
    codelists::{budget_rows, financing_groups, financing_rows_of, group_key},
    subsidy::{
        amount::Crowns,
        application::{Application, Context, Finding, Level, ServiceApplication, SourceLine, SourceSums, check, checks},
    },
};
use std::collections::BTreeMap;

/// A share in whole percent, `66 %`; a dash where there is nothing to share.
fn percent(part: Crowns, whole: Crowns) -> String {
    if whole.is_zero() {
        return "–".to_owned();
    }
    let hundredths = u128::from(part.get()) * 100;
    format!("{}\u{a0}%", (hundredths + u128::from(whole.get()) / 2) / u128::from(whole.get()))
}

/// The same with one decimal, `66,6 %`.
fn percent_exactly(part: Crowns, whole: Crowns) -> String {
    if whole.is_zero() {
        return "–".to_owned();
    }
    let tenths = (u128::from(part.get()) * 1000 + u128::from(whole.get()) / 2) / u128::from(whole.get());
    format!("{},{}\u{a0}%", tenths / 10, tenths % 10)
}

/// The width of a bar of 300, in tenths, at most the whole.
fn width(part: Crowns, whole: Crowns) -> String {
    let tenths = if whole.is_zero() { 0 } else { (u128::from(part.get()) * 3000 / u128::from(whole.get())).min(3000) };
    format!("{}.{}", tenths / 10, tenths % 10)
}

/// The difference between two amounts.
fn apart(a: Crowns, b: Crowns) -> Crowns {
    a.less(b) + b.less(a)
}

/// Everything that is computed for one service, by the name of its place in the page.
pub fn outputs(service: &ServiceApplication, year: i32) -> BTreeMap<String, String> {
    let mut out = BTreeMap::new();
    let mut put = |name: &str, text: String| out.insert(name.to_owned(), text);
    for row in budget_rows() {
        let (costs, request) = service.row(row.key);
        put(&format!("podil.{}", row.key), percent(request, costs));
        if row.is_sum {
            put(&format!("naklady.{}", row.key), costs.to_string());
            put(&format!("pozadavek.{}", row.key), request.to_string());
        }
    }
    let (costs, request, sources) = (service.costs(), service.request(), service.source_sums(None));
    put("naklady", costs.to_string());
    put("pozadavek", request.to_string());
    put("zbyva", costs.less(request).to_string());
    put("podil", percent(request, costs));
    put("podil_presne", format!("{} nákladů", percent_exactly(request, costs)));
    put("sirka", width(request, costs));
    put(
        "zdroje_slovy",
        if sources.plan == costs {
            format!("Zdroje v plánu se rovnají nákladům: {costs}.")
        } else {
            format!(
                "Zdroje v plánu dávají {}, náklady {costs}. Rozdíl {} vysvětlíte v části Zdroje.",
                sources.plan,
                apart(sources.plan, costs)
            )
        },
    );
    let columns = |sums: SourceSums| [("predminuly", sums.before_last), ("minuly", sums.last), ("plan", sums.plan)];
    for group in financing_groups() {
        for (column, sum) in columns(service.source_sums(Some(group))) {
            put(&format!("zdroje.{}.{column}", group_key(group)), sum.to_string());
        }
    }
    for (column, sum) in columns(sources) {
        put(&format!("zdroje.{column}"), sum.to_string());
    }
    put("zdroje.rozdil", apart(sources.plan, costs).to_string());
    for row in financing_rows_of(year).filter(|row| row.plan_is_request) {
        let SourceLine { plan, .. } = service.source(row);
        put(&format!("zdroje.{}.plan", row.key), plan.unwrap_or_default().plain());
    }
    let shares = service.shares();
    for kraj in domain::codelists::Kraj::all() {
        let code = kraj.code();
        put(&format!("kraj.{code}.podil"), shares.get(&kraj).map_or_else(|| "–".to_owned(), ToString::to_string));
        let asked = shares.contains_key(&kraj);
        put(&format!("kraj.{code}.castka"), if asked { service.request_to(kraj).to_string() } else { "–".to_owned() });
    }
    let sum = service.shares_sum();
    put("podily", format!("{},{:02}\u{a0}%", sum / 100, sum % 100));
    out
}

/// A message at a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// Blocks or not.
    pub level: Level,
    /// What is wrong and what to do.
    pub sentence: String,
}

/// What the check says at single fields, by path; of several the first.
pub fn at_fields(findings: &[Finding]) -> BTreeMap<String, Said> {
    let mut said = BTreeMap::new();
    for finding in findings.iter().filter(|finding| !finding.path.is_empty()) {
        said.entry(finding.path.clone()).or_insert_with(|| Said { level: finding.level, sentence: finding.sentence.clone() });
    }
    said
}

/// A line of the protocol: where it leads, how grave it is, what it says, and what stands under it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Address of the field or of its part.
    pub href: String,
    /// Blocks or not.
    pub level: Level,
    /// The sentence.
    pub sentence: String,
    /// Where it leads, in words.
    pub small: String,
}

/// The protocol of findings, errors first. Links stay on the page where the field is `here`.
pub fn protocol(application: &str, here: &Part, findings: &[Finding]) -> Vec<Line> {
    let of = |level: Level| findings.iter().filter(move |finding| finding.level == level);
    of(Level::Error)
        .chain(of(Level::Warning))
        .map(|finding| {
            let part = Part::of_finding(finding);
            let anchor = if finding.path.is_empty() { String::new() } else { format!("#{}", field_id(&finding.path)) };
            let (href, small) = match (part == *here, anchor.is_empty()) {
                (true, true) => ("#obsah".to_owned(), String::new()),
                (true, false) => (anchor, "přejít na pole".to_owned()),
                (false, _) => (format!("{}{anchor}", part.address(application)), part.title().to_owned()),
            };
            let small = match finding.level {
                Level::Error => small,
                Level::Warning if small.is_empty() => "varování nebrání podání".to_owned(),
                Level::Warning => format!("{small} · varování nebrání podání"),
            };
            Line { href, level: finding.level, sentence: finding.sentence.clone(), small }
        })
        .collect()
}

/// What the check finds for one part. The island's copy of an application has one service only, so the other parts are the server's.
pub fn findings_of(part: &Part, application: &Application, context: &Context) -> Vec<Finding> {
    check(application, context).into_iter().filter(|finding| Part::of_finding(finding) == *part).collect()
}

/// `2 chyby, 1 varování`, or that all is in order.
pub fn summary(findings: &[Finding]) -> String {
    let text = checks::summary(findings);
    if text.is_empty() { "bez chyb".to_owned() } else { text }
}

/// Whether a budget row needs its specification to be shown: it has an amount or a text.
pub fn shows_note(service: &ServiceApplication, row: &str) -> bool {
    service.budget.get(row).is_some_and(|line| {
        !line.note.is_empty() || !line.costs.unwrap_or_default().is_zero() || !line.request.unwrap_or_default().is_zero()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::subsidy::application::BudgetLine;

    #[test]
    fn totals_are_printed_as_in_the_form() {
        let mut service = ServiceApplication::default();
        let line =
            |costs, request| BudgetLine { costs: Some(Crowns::new(costs)), request: Some(Crowns::new(request)), note: String::new() };
        service.budget.insert("1.1".to_owned(), line(5_486_000, 3_640_000));
        service.budget.insert("2.6.3".to_owned(), line(264_000, 300_000));
        let out = outputs(&service, 2027);
        for (name, text) in [
            ("podil.1.1", "66 %"),
            ("podil.2.6.3", "114 %"),
            ("podil.2.2", "–"),
            ("naklady.1", "5 486 000 Kč"),
            ("naklady", "5 750 000 Kč"),
            ("pozadavek", "3 940 000 Kč"),
            ("zbyva", "1 810 000 Kč"),
            ("podil_presne", "68,5 % nákladů"),
            ("sirka", "205.5"),
            ("zdroje.plan", "3 940 000 Kč"),
            ("zdroje.rozdil", "1 810 000 Kč"),
            ("podily", "0,00 %"),
        ] {
            assert_eq!(out[name].replace(['\u{a0}', '\u{202f}'], " "), text, "{name}");
        }
    }
}
