//! The proposal of a round with its services, as the page and the exports show it.

use crate::error::AppError;
use domain::{
    subsidy::{
        amount::Crowns,
        assessment::{Assessment, AssessmentContext},
        decision::{Change, Decision},
    },
    text::fold,
};
use print::{Cell, Table};
use store::{
    Tx,
    subsidy::{
        assessments::{self, ServiceRow},
        decisions::{self, Stored},
        rounds::KrajRound,
    },
};
use uuid::Uuid;

/// A service in the proposal.
#[derive(Debug, Clone)]
pub struct Line {
    /// Key of the service in its part.
    pub id: Uuid,
    /// Identifikátor.
    pub identifikator: String,
    /// Name in the application.
    pub name: String,
    /// Paragraph without the sign.
    pub paragraph: String,
    /// Name of the provider.
    pub provider: String,
    /// Request via this kraj.
    pub request: Crowns,
    /// Maximum proposal.
    pub maximum: Crowns,
    /// What the run proposed.
    pub proposed: Crowns,
    /// Amount after each step that has begun, in order, with what the step changed.
    pub steps: Vec<(Crowns, Option<Change>)>,
    /// The amount as it stands.
    pub amount: Crowns,
}

/// The proposal with its services.
#[derive(Debug, Clone)]
pub struct Proposal {
    /// As it is stored.
    pub stored: Stored,
    /// The services, the largest request first.
    pub lines: Vec<Line>,
}

/// Which services are shown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Part of a name, a provider or an identifikátor.
    pub text: String,
    /// Only amounts that a step changed.
    pub changed: bool,
}

impl Filter {
    /// From the query of the page.
    pub fn of(pairs: &[(String, String)]) -> Self {
        let value = |name: &str| pairs.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str());
        Self { text: value("q").chars().take(200).collect(), changed: value("zmeny") == "ano" }
    }

    /// The query of an address that shows the same.
    pub fn query(&self) -> String {
        let mut pairs = Vec::new();
        if !self.text.is_empty() {
            pairs.push(("q", self.text.as_str()));
        }
        if self.changed {
            pairs.push(("zmeny", "ano"));
        }
        serde_urlencoded::to_string(pairs).unwrap_or_default()
    }

    /// Whether anything is left out.
    pub fn is_set(&self) -> bool {
        self.changed || !self.text.is_empty()
    }

    fn takes(&self, line: &Line) -> bool {
        let text = fold(&self.text);
        let found = text.is_empty()
            || fold(&line.name).contains(&text)
            || fold(&line.provider).contains(&text)
            || line.identifikator.starts_with(text.as_str());
        found && (!self.changed || line.steps.iter().any(|(_, change)| change.is_some()))
    }
}

/// Whole crowns of a stored amount.
pub fn crowns(amount: i64) -> Crowns {
    Crowns::new(u64::try_from(amount).unwrap_or_default())
}

/// The assessment of a service and what it is measured against.
pub fn assessed(row: &ServiceRow) -> (Assessment, AssessmentContext) {
    let assessment = row.assessment.as_ref().map(|assessment| assessment.0.clone()).unwrap_or_default();
    (assessment, AssessmentContext::of_part(&row.document.0, Vec::new(), None))
}

/// The proposal of a round, if there is one.
pub async fn load(tx: &mut Tx, own: &KrajRound) -> Result<Option<Proposal>, AppError> {
    let Some(stored) = decisions::decision(tx, own.id).await? else { return Ok(None) };
    let lines = assessments::services(tx, own.id).await?.into_iter().filter_map(|row| line(&stored.document.0, row)).collect();
    Ok(Some(Proposal { stored, lines }))
}

fn line(decision: &Decision, row: ServiceRow) -> Option<Line> {
    let key = row.id.to_string();
    let bounds = decision.rows().get(&key)?;
    let begun = decision.current().map_or(decision.steps().len(), |at| at + 1);
    let steps = decision
        .steps()
        .iter()
        .take(begun)
        .enumerate()
        .filter_map(|(at, step)| Some((decision.amount_after(&key, at + 1)?, step.changes.get(&key).cloned())))
        .collect();
    Some(Line {
        id: row.id,
        identifikator: row.identifikator,
        name: row.name,
        paragraph: row.paragraph,
        provider: row.provider_name,
        request: crowns(row.request),
        maximum: bounds.maximum,
        proposed: bounds.proposed,
        steps,
        amount: decision.amount_after(&key, begun)?,
    })
}

impl Proposal {
    /// The decision.
    pub fn decision(&self) -> &Decision {
        &self.stored.document.0
    }

    /// Names of the steps that have begun.
    pub fn begun(&self) -> Vec<String> {
        let decision = self.decision();
        let begun = decision.current().map_or(decision.steps().len(), |at| at + 1);
        decision.steps().iter().take(begun).map(|step| step.name.clone()).collect()
    }

    /// The services that a filter takes.
    pub fn shown(&self, filter: &Filter) -> Vec<&Line> {
        self.lines.iter().filter(|line| filter.takes(line)).collect()
    }

    /// The table of the page, for export.
    pub fn table(&self, about: &str, filter: &Filter) -> Table {
        let shown = self.shown(filter);
        let mut header: Vec<String> =
            ["Identifikátor", "Služba", "§", "Poskytovatel", "Požadavek, Kč", "Maximální návrh, Kč", "Návrh výpočtu, Kč"]
                .map(String::from)
                .to_vec();
        for step in self.begun() {
            header.push(format!("{step}, Kč"));
        }
        header.push("Důvody změn".to_owned());
        let sum = |of: &dyn Fn(&Line) -> Crowns| -> Cell { shown.iter().map(|line| of(line)).sum::<Crowns>().into() };
        let rows = shown.iter().map(|line| {
            let mut row: Vec<Cell> = vec![
                line.identifikator.clone().into(),
                line.name.clone().into(),
                line.paragraph.clone().into(),
                line.provider.clone().into(),
            ];
            row.extend([line.request, line.maximum, line.proposed].map(Cell::from));
            row.extend(line.steps.iter().map(|(amount, _)| Cell::from(*amount)));
            row.push(self.reasons(line).into());
            row
        });
        let mut total: Vec<Cell> = vec!["Celkem".into(), Cell::Empty, Cell::Empty, Cell::Empty];
        total.extend([sum(&|line| line.request), sum(&|line| line.maximum), sum(&|line| line.proposed)]);
        for at in 0..self.begun().len() {
            total.push(sum(&|line| line.steps.get(at).map_or(Crowns::ZERO, |(amount, _)| *amount)));
        }
        total.push(Cell::Empty);
        let mut lines = vec![about.to_owned(), format!("Návrh vychází z běhu č. {} {}", self.stored.run_number, self.stored.run_name)];
        if filter.is_set() {
            lines.push(format!("Filtr: {} z {} služeb", shown.len(), self.lines.len()));
        }
        Table { name: "Návrhy".to_owned(), about: lines, header, rows: rows.collect(), total: Some(total) }
    }

    /// Why the steps changed the amount of a service, in one text.
    pub fn reasons(&self, line: &Line) -> String {
        let reasons: Vec<String> = self
            .begun()
            .into_iter()
            .zip(&line.steps)
            .filter_map(|(step, (amount, change))| Some(format!("{step}: {amount}, {}", change.as_ref()?.reason)))
            .collect();
        reasons.join("; ")
    }
}
