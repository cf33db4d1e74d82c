//! Services of a round with what follows from their assessments: the rows of the grid and the neighbours of a service's page.

use crate::{components::Tone, error::AppError};
use domain::subsidy::{
    amount::Crowns,
    assessment::{Assessment, AssessmentContext, Criterion},
    calculation::{
        Scheme,
        builtin::binding,
        scheme::{Input, Kind, Number},
    },
};
use rust_decimal::Decimal;
use serde_json::Value;
use store::{
    Tx,
    subsidy::{
        assessments::{self, LatestRun, ServiceRow},
        rounds::{self, KrajRound},
    },
};

/// What the assessments of a round are measured against.
#[derive(Debug, Clone, Default)]
pub struct Ground {
    /// The chosen scheme.
    pub scheme: Option<Scheme>,
    /// Its criteria.
    pub criteria: Vec<Criterion>,
    /// The latest run.
    pub run: Option<LatestRun>,
}

impl Ground {
    /// Of a kraj's round.
    pub async fn of(tx: &mut Tx, own: &KrajRound) -> Result<Self, AppError> {
        let document = match own.scheme_version_id {
            Some(id) => rounds::scheme_document(tx, id).await?,
            None => None,
        };
        let scheme = document.and_then(read_scheme);
        let criteria = scheme.as_ref().map(criteria).unwrap_or_default();
        Ok(Self { scheme, criteria, run: assessments::latest_run(tx, own.id).await? })
    }

    /// What the latest run proposes for a service, in whole crowns, rounded down.
    pub fn proposal(&self, identifikator: &str) -> Option<Crowns> {
        let text = self.run.as_ref()?.proposals.get(identifikator.trim_start_matches('0'))?;
        text.split('.').next()?.parse().ok().map(Crowns::new)
    }

    /// What one service's assessment is measured against.
    pub fn context(&self, row: &ServiceRow) -> AssessmentContext {
        AssessmentContext::of_part(&row.document, self.criteria.clone(), self.proposal(&row.identifikator))
    }

    /// Inputs of the scheme that nothing binds: columns that the kraj fills.
    pub fn columns(&self) -> Vec<Input> {
        let inputs = self.scheme.iter().flat_map(|scheme| scheme.input.iter());
        inputs.filter(|input| !input.criterion && binding(&input.name).is_none()).cloned().collect()
    }
}

/// A stored scheme; one that this program cannot read is told in the log, and the assessment goes on without criteria.
fn read_scheme(document: Value) -> Option<Scheme> {
    serde_json::from_value(document).map_err(|error| tracing::error!(%error, "stored scheme not read")).ok()
}

/// The criteria of a scheme: inputs that it marks so, points from their least to their greatest value.
pub fn criteria(scheme: &Scheme) -> Vec<Criterion> {
    let bound = |number: &Option<Number>, otherwise: i64| -> Decimal {
        number.as_ref().and_then(|n| n.0.shown().parse().ok()).unwrap_or_else(|| Decimal::from(otherwise))
    };
    scheme
        .input
        .iter()
        .filter(|input| input.criterion && input.kind == Kind::Number)
        .map(|input| Criterion {
            name: input.name.clone(),
            label: input.label.clone().unwrap_or_else(|| input.name.clone()),
            from: bound(&input.min, 0),
            to: bound(&input.max, 100),
        })
        .collect()
}

/// How far the assessment of a service is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// Nobody wrote anything.
    Untouched,
    /// Somebody did.
    Begun,
    /// All five conditions held when it was finished.
    Finished,
    /// Finished, and not to be supported.
    NotSupported,
    /// Its application failed the formal check.
    Failed,
}

impl State {
    /// Every state, in the order of work.
    pub const ALL: [Self; 5] = [Self::Untouched, Self::Begun, Self::Finished, Self::NotSupported, Self::Failed];

    /// As it stands in addresses.
    pub fn code(self) -> &'static str {
        match self {
            Self::Untouched => "nezahajeno",
            Self::Begun => "rozpracovano",
            Self::Finished => "dokonceno",
            Self::NotSupported => "nepodporit",
            Self::Failed => "neproslo",
        }
    }

    /// In words.
    pub fn word(self) -> &'static str {
        match self {
            Self::Untouched => "nezahájeno",
            Self::Begun => "rozpracováno",
            Self::Finished => "dokončeno",
            Self::NotSupported => "nepodpořit",
            Self::Failed => "neprošlo formálně",
        }
    }

    /// Tone and icon.
    pub fn look(self) -> (Tone, &'static str) {
        match self {
            Self::Untouched => (Tone::Neutral, "clock"),
            Self::Begun => (Tone::Violet, "half"),
            Self::Finished => (Tone::Ok, "done"),
            Self::NotSupported | Self::Failed => (Tone::Error, "x"),
        }
    }
}

/// A service with the numbers that follow.
#[derive(Debug, Clone)]
pub struct Line {
    /// The service.
    pub row: ServiceRow,
    /// How far it is.
    pub state: State,
    /// How many of the five conditions hold.
    pub met: usize,
    /// Sum of the wrong amounts.
    pub wrong: Option<Crowns>,
    /// The maximum proposal.
    pub maximum: Option<Crowns>,
    /// The optimum proposal; nothing for a service that is not to be supported.
    pub optimum: Option<Crowns>,
    /// What the latest run proposes.
    pub proposal: Option<Crowns>,
    /// Change of the optimum against the award of last year, in tenths of a percent.
    pub change: Option<i64>,
}

/// Whether an assessment that was finished still is: a later run, another scheme or a new criterion may have opened it again.
pub fn still_finished(row: &ServiceRow, ground: &Ground) -> bool {
    row.finished && row.assessment.as_ref().is_some_and(|assessment| assessment.can_finish(&ground.context(row)))
}

impl Line {
    /// Of a service.
    pub fn new(mut row: ServiceRow, ground: &Ground) -> Self {
        row.finished = still_finished(&row, ground);
        let context = ground.context(&row);
        let assessment = row.assessment.as_ref().map(|a| a.0.clone()).unwrap_or_default();
        let untouched = assessment == Assessment::default();
        let state = if row.outcome == "failed" {
            State::Failed
        } else if row.finished {
            if assessment.supported() { State::Finished } else { State::NotSupported }
        } else if untouched {
            State::Untouched
        } else {
            State::Begun
        };
        // Nothing is computed for who did not begin: the maximum of an untouched service is its whole request.
        let met = if untouched { 0 } else { assessment.finished(&context).iter().filter(|condition| condition.met).count() };
        let optimum = assessment.optimum;
        let change = optimum.zip(row.last_award.filter(|award| *award > 0)).map(|(optimum, award)| {
            let optimum = i64::try_from(optimum.get()).unwrap_or(i64::MAX / 1_000);
            (optimum - award) * 1_000 / award
        });
        Self {
            state,
            met,
            wrong: assessment.wrong_sum(&context),
            maximum: assessment.maximum(&context),
            optimum,
            proposal: context.latest_run,
            change,
            row,
        }
    }

    /// Units of the application with their names: `150 lůž.`, `5,5 úv.`; residential first.
    pub fn units(&self) -> String {
        let part = &self.row.document;
        let all = part.capacity.iter().filter_map(|(forms, capacity)| {
            let units = capacity.units.filter(|units| !units.is_zero())?;
            let short = match domain::codelists::unit(&self.row.paragraph, *forms) {
                domain::codelists::Unit::Bed => "lůž.",
                domain::codelists::Unit::FullTime => "úv.",
            };
            Some(format!("{units}\u{a0}{short}"))
        });
        all.collect::<Vec<_>>().join(", ")
    }
}

/// Sums over lines.
#[derive(Debug, Clone, Copy, Default)]
pub struct Sums {
    /// Services.
    pub count: usize,
    /// Requests.
    pub request: Crowns,
    /// Wrong amounts.
    pub wrong: Crowns,
    /// Maximum proposals.
    pub maximum: Crowns,
    /// What the latest run proposes.
    pub proposal: Crowns,
    /// Optimum proposals.
    pub optimum: Crowns,
    /// Awards of the year before.
    pub award: i64,
    /// Services whose assessment is finished.
    pub finished: usize,
    /// Services that are assessed at all.
    pub to_assess: usize,
}

impl Sums {
    /// Failed applications count with their request only: nothing of them is proposed.
    pub fn of(lines: &[Line]) -> Self {
        let mut sums = Self { count: lines.len(), ..Self::default() };
        for line in lines {
            sums.request += Crowns::new(u64::try_from(line.row.request).unwrap_or(0));
            sums.award += line.row.last_award.unwrap_or(0);
            if line.state == State::Failed {
                continue;
            }
            sums.to_assess += 1;
            sums.finished += usize::from(line.row.finished);
            sums.wrong += line.wrong.unwrap_or_default();
            sums.maximum += line.maximum.unwrap_or_default();
            sums.proposal += line.proposal.unwrap_or_default();
            sums.optimum += line.optimum.unwrap_or_default();
        }
        sums
    }
}

/// All services of a kraj's round with what follows.
pub async fn lines(tx: &mut Tx, own: &KrajRound, ground: &Ground) -> Result<Vec<Line>, AppError> {
    let rows = assessments::services(tx, own.id).await?;
    Ok(rows.into_iter().map(|row| Line::new(row, ground)).collect())
}

/// `+5,9 %`, `−100,0 %`.
pub fn percent(tenths: i64) -> String {
    let sign = match tenths {
        0 => "",
        n if n > 0 => "+",
        _ => "\u{2212}",
    };
    format!("{sign}{},{}\u{a0}%", tenths.abs() / 10, tenths.abs() % 10)
}

/// Initials and surname of a person.
pub fn initials(name: &str) -> (String, String) {
    let words: Vec<&str> = name.split_whitespace().filter(|word| !word.ends_with('.') && !word.ends_with(',')).collect();
    let letters = words.iter().filter_map(|word| word.chars().next()).take(2).collect();
    (letters, words.last().copied().unwrap_or(name).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_numbers_and_people() {
        assert_eq!([percent(59), percent(-1_000), percent(0)], ["+5,9\u{a0}%", "\u{2212}100,0\u{a0}%", "0,0\u{a0}%"]);
        assert_eq!(initials("Ing. Marie Svobodová"), ("MS".to_owned(), "Svobodová".to_owned()));
        assert_eq!(initials("Kříž"), ("K".to_owned(), "Kříž".to_owned()));
    }

    #[test]
    fn criteria_and_columns_come_from_the_scheme() {
        let scheme = Scheme::from_toml(domain::subsidy::calculation::builtin::BUILTIN[1].toml).unwrap();
        assert!(!criteria(&scheme).is_empty());
        let stored = serde_json::to_value(&scheme).unwrap();
        let ground = Ground { scheme: read_scheme(stored), ..Ground::default() };
        assert!(ground.columns().iter().all(|input| !["P", "podporit", "J_pob"].contains(&input.name.as_str())));
    }
}
