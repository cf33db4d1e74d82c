//! The chain of decision (návrhy a přiznaná dotace): a run becomes the proposal, each step may change single amounts with a reason, and awards
//! exist only after the last step (§ 101a zákona č. 108/2006 Sb.).

use super::amount::Crowns;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The steps a kraj starts from; its own are data.
pub const DEFAULT_CHAIN: [&str; 5] = ["odbor", "komise", "výbor", "rada", "zastupitelstvo"];

/// Most steps of a chain.
pub const MAX_STEPS: usize = 12;

/// The bounds of every amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rules {
    /// What the kraj has to give in this round.
    pub allocation: Crowns,
    /// Smallest amount that is not 0.
    pub minimum: Crowns,
    /// Amounts are its multiples; 0 counts as 1.
    pub rounding: Crowns,
}

/// A service in the proposal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// Maximum proposal of its assessment.
    pub maximum: Crowns,
    /// What the run proposes.
    pub proposed: Crowns,
}

/// An amount that a step changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// The new amount.
    pub amount: Crowns,
    /// Why.
    pub reason: String,
}

/// A step of the chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// `rada`
    pub name: String,
    /// Changes by key of the service.
    pub changes: BTreeMap<String, Change>,
    /// When and by which resolution it was closed.
    pub closed: Option<Closing>,
}

/// How a step ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closing {
    /// Day of the resolution.
    pub date: NaiveDate,
    /// Number of the resolution.
    pub resolution: String,
}

/// The proposal on its way through the chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    rules: Rules,
    rows: BTreeMap<String, Row>,
    steps: Vec<Step>,
}

/// Why a chain cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadChain {
    /// No step.
    #[error("Řetězec rozhodování nemá žádný krok. Zadejte alespoň jeden, například zastupitelstvo.")]
    Empty,
    /// Too many.
    #[error("Řetězec rozhodování může mít nejvýše {MAX_STEPS} kroků. Některé odeberte.")]
    TooLong,
    /// A name is missing, too long or twice.
    #[error("Krok „{0}“ má prázdný, příliš dlouhý nebo opakovaný název. Pojmenujte každý krok jinak, nejvýše 80 znaky.")]
    BadName(String),
}

/// Why an amount cannot be changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChangeRefused {
    /// All steps are closed.
    #[error("Poslední krok je uzavřen, částky už jsou přiznané. Změnu zadejte jako změnu dotace.")]
    Decided,
    /// The service is not in the proposal.
    #[error("Tato služba v návrhu není. Načtěte stránku znovu.")]
    NoRow,
    /// Below the minimum and not 0.
    #[error("Částka {amount} je pod minimem {minimum}. Zadejte 0, nebo alespoň {minimum}.")]
    BelowMinimum {
        /// What was to be set.
        amount: Crowns,
        /// The minimum.
        minimum: Crowns,
    },
    /// Above the maximum proposal.
    #[error("Částka {amount} je vyšší než maximální návrh {maximum}. Zadejte nejvýše {maximum}.")]
    AboveMaximum {
        /// What was to be set.
        amount: Crowns,
        /// The maximum proposal.
        maximum: Crowns,
    },
    /// No multiple of the rounding unit.
    #[error("Částka {amount} není násobkem {unit}. Zaokrouhlete ji, například na {lower}.")]
    NotRounded {
        /// What was to be set.
        amount: Crowns,
        /// The rounding unit.
        unit: Crowns,
        /// The next lower multiple.
        lower: Crowns,
    },
    /// No reason.
    #[error("Ke změně částky napište důvod.")]
    NoReason,
    /// The reason cannot be stored.
    #[error(transparent)]
    BadReason(#[from] crate::text::BadText),
}

/// Why a step cannot be closed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CloseRefused {
    /// All are closed.
    #[error("Poslední krok už je uzavřen.")]
    Decided,
    /// Over the allocation.
    #[error("Návrh dává {sum}, alokace je {allocation}. Snižte částky celkem o {over}, pak půjde krok uzavřít.")]
    OverAllocation {
        /// Sum of the amounts.
        sum: Crowns,
        /// The allocation.
        allocation: Crowns,
        /// The difference.
        over: Crowns,
    },
    /// No number of the resolution.
    #[error("Doplňte číslo usnesení nebo jednací číslo, nejvýše 100 znaků.")]
    NoResolution,
    /// Before the step before it.
    #[error("Datum je dřívější než předchozí krok ({0}). Opravte datum usnesení.")]
    TooEarly(String),
}

impl Rules {
    /// Whether an amount may be proposed for a row.
    pub fn allow(&self, amount: Crowns, maximum: Crowns) -> Result<(), ChangeRefused> {
        if amount.is_zero() {
            return Ok(());
        }
        let unit = Crowns::new(self.rounding.get().max(1));
        if amount > maximum {
            Err(ChangeRefused::AboveMaximum { amount, maximum })
        } else if amount < self.minimum {
            Err(ChangeRefused::BelowMinimum { amount, minimum: self.minimum })
        } else if amount.get().is_multiple_of(unit.get()) {
            Ok(())
        } else {
            Err(ChangeRefused::NotRounded { amount, unit, lower: Crowns::new(amount.get() / unit.get() * unit.get()) })
        }
    }
}

/// The names of a chain as a kraj wrote them, one a line.
pub fn read_chain(text: &str) -> Result<Vec<String>, BadChain> {
    let names: Vec<String> = text.lines().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect();
    checked(&names)?;
    Ok(names)
}

fn checked(names: &[String]) -> Result<(), BadChain> {
    if names.is_empty() {
        return Err(BadChain::Empty);
    }
    if names.len() > MAX_STEPS {
        return Err(BadChain::TooLong);
    }
    for (at, name) in names.iter().enumerate() {
        let folded = crate::text::fold(name);
        let fits = !folded.is_empty() && crate::text::typed(name, 80).is_ok();
        if !fits || names[..at].iter().any(|other| crate::text::fold(other) == folded) {
            return Err(BadChain::BadName(super::amount::shown(name)));
        }
    }
    Ok(())
}

impl Decision {
    /// A run becomes the proposal of the first step.
    pub fn new(chain: &[String], rules: Rules, rows: BTreeMap<String, Row>) -> Result<Self, BadChain> {
        checked(chain)?;
        let steps = chain.iter().map(|name| Step { name: name.clone(), changes: BTreeMap::new(), closed: None }).collect();
        Ok(Self { rules, rows, steps })
    }

    /// The bounds.
    pub fn rules(&self) -> Rules {
        self.rules
    }

    /// The services by key.
    pub fn rows(&self) -> &BTreeMap<String, Row> {
        &self.rows
    }

    /// The steps in order.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// The step that is being decided; none after the last one.
    pub fn current(&self) -> Option<usize> {
        self.steps.iter().position(|step| step.closed.is_none())
    }

    /// The amount of a service after so many steps (0: what the run proposed).
    pub fn amount_after(&self, service: &str, steps: usize) -> Option<Crowns> {
        let row = self.rows.get(service)?;
        let changed = self.steps.iter().take(steps).rev().find_map(|step| step.changes.get(service));
        Some(changed.map_or(row.proposed, |change| change.amount))
    }

    /// The amounts as they stand now.
    pub fn amounts(&self) -> BTreeMap<String, Crowns> {
        self.rows.keys().filter_map(|service| Some((service.clone(), self.amount_after(service, self.steps.len())?))).collect()
    }

    /// Their sum, always shown against the allocation.
    pub fn sum(&self) -> Crowns {
        self.amounts().into_values().sum()
    }

    /// The maximum proposal of a service.
    pub fn maximum(&self, service: &str) -> Option<Crowns> {
        self.rows.get(service).map(|row| row.maximum)
    }

    /// The allocation as the kraj has it now: it may have changed since the run became the proposal.
    pub fn set_allocation(&mut self, allocation: Crowns) {
        self.rules.allocation = allocation;
    }

    /// What is left of the allocation, and by how much the sum is over it; one of them is nothing.
    pub fn left_and_over(&self) -> (Crowns, Crowns) {
        let sum = self.sum();
        (self.rules.allocation.less(sum), sum.less(self.rules.allocation))
    }

    /// Changes an amount in the current step. The amount of the step before takes the change back and needs no reason. The sum may be over
    /// the allocation meanwhile; closing the step needs it within.
    pub fn change(&mut self, service: &str, amount: Crowns, reason: &str) -> Result<(), ChangeRefused> {
        let current = self.current().ok_or(ChangeRefused::Decided)?;
        let row = self.rows.get(service).copied().ok_or(ChangeRefused::NoRow)?;
        let before = self.amount_after(service, current);
        let Some(step) = self.steps.get_mut(current) else { return Err(ChangeRefused::Decided) };
        if before == Some(amount) {
            step.changes.remove(service);
            return Ok(());
        }
        self.rules.allow(amount, row.maximum)?;
        let reason = crate::text::typed(reason, 2_000)?;
        if reason.is_empty() {
            return Err(ChangeRefused::NoReason);
        }
        step.changes.insert(service.to_owned(), Change { amount, reason });
        Ok(())
    }

    /// Closes the current step, within the allocation; gives the decision back as it was otherwise.
    pub fn close(mut self, date: NaiveDate, resolution: &str) -> Result<Self, (Box<Self>, CloseRefused)> {
        match self.closing(date, resolution) {
            Ok((current, closing)) => {
                if let Some(step) = self.steps.get_mut(current) {
                    step.closed = Some(closing);
                }
                Ok(self)
            }
            Err(refused) => Err((Box::new(self), refused)),
        }
    }

    fn closing(&self, date: NaiveDate, resolution: &str) -> Result<(usize, Closing), CloseRefused> {
        let current = self.current().ok_or(CloseRefused::Decided)?;
        let (sum, allocation) = (self.sum(), self.rules.allocation);
        if sum > allocation {
            return Err(CloseRefused::OverAllocation { sum, allocation, over: sum.less(allocation) });
        }
        let resolution = crate::text::typed(resolution, 100).ok().filter(|text| !text.is_empty()).ok_or(CloseRefused::NoResolution)?;
        let last = self.steps.iter().filter_map(|step| step.closed.as_ref()).map(|closing| closing.date).max();
        match last {
            Some(last) if date < last => Err(CloseRefused::TooEarly(crate::time::date(last))),
            _ => Ok((current, Closing { date, resolution })),
        }
    }

    /// The awards: the amounts once the last step is closed, none before.
    pub fn awards(&self) -> Option<BTreeMap<String, Crowns>> {
        if self.current().is_none() { Some(self.amounts()) } else { None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn chain(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    fn decision(names: &[&str]) -> Decision {
        let rules = Rules { allocation: Crowns::new(300_000), minimum: Crowns::new(30_000), rounding: Crowns::new(1_000) };
        let row = |maximum, proposed| Row { maximum: Crowns::new(maximum), proposed: Crowns::new(proposed) };
        let rows = BTreeMap::from([
            ("a".to_owned(), row(200_500, 150_000)),
            ("b".to_owned(), row(150_000, 100_000)),
            ("c".to_owned(), row(90_000, 0)),
        ]);
        Decision::new(&chain(names), rules, rows).unwrap()
    }

    #[test]
    fn amounts_stay_within_their_bounds() {
        for (amount, refused) in [
            (0, ""),
            (30_000, ""),
            (200_000, ""),
            (29_000, "pod minimem 30\u{202f}000"),
            (201_000, "vyšší než maximální návrh 200\u{202f}500"),
            (100_500, "například na 100\u{202f}000"),
            (1, "pod minimem"),
        ] {
            let result = decision(&DEFAULT_CHAIN).change("a", Crowns::new(amount), "usnesení komise");
            assert_eq!(result.is_ok(), refused.is_empty(), "{amount}: {result:?}");
            assert!(result.err().is_none_or(|e| e.to_string().contains(refused)), "{amount}");
        }
        let mut decision = decision(&DEFAULT_CHAIN);
        assert_eq!(decision.change("a", Crowns::ZERO, "  "), Err(ChangeRefused::NoReason));
        assert_eq!(decision.change("x", Crowns::ZERO, "y"), Err(ChangeRefused::NoRow));
        assert!(matches!(decision.change("a", Crowns::ZERO, "a\0"), Err(ChangeRefused::BadReason(_))));
    }

    #[test]
    fn awards_exist_only_after_the_last_step() {
        let mut decision = decision(&["odbor", "rada"]);
        decision.change("c", Crowns::new(60_000), "nová služba v síti").unwrap();
        assert_eq!(decision.left_and_over(), (Crowns::ZERO, Crowns::new(10_000)));
        let (mut decision, refused) = decision.close(day("2026-12-01"), "1/2026").unwrap_err();
        assert_eq!(
            refused,
            CloseRefused::OverAllocation { sum: Crowns::new(310_000), allocation: Crowns::new(300_000), over: Crowns::new(10_000) }
        );
        decision.change("b", Crowns::new(90_000), "do alokace").unwrap();
        let (decision, refused) = decision.close(day("2026-12-01"), " ").unwrap_err();
        assert_eq!(refused, CloseRefused::NoResolution);
        let mut decision = decision.close(day("2026-12-01"), "1/2026").unwrap();
        assert_eq!((decision.awards(), decision.current()), (None, Some(1)));
        decision.change("a", Crowns::new(140_000), "rada").unwrap();
        // The amount of the step before takes the change back.
        decision.change("a", Crowns::new(150_000), "").unwrap();
        assert!(decision.steps()[1].changes.is_empty());
        decision.change("a", Crowns::new(140_000), "rada").unwrap();
        let (decision, refused) = decision.close(day("2026-11-30"), "2/2026").unwrap_err();
        assert!(matches!(refused, CloseRefused::TooEarly(_)));
        let mut decision = decision.close(day("2026-12-20"), "2/2026").unwrap();
        let awards: Vec<u64> = decision.awards().unwrap().into_values().map(Crowns::get).collect();
        assert_eq!(awards, [140_000, 90_000, 60_000]);
        assert_eq!(
            [0, 1, 2].map(|steps| decision.amount_after("a", steps).map(Crowns::get)),
            [Some(150_000), Some(150_000), Some(140_000)]
        );
        assert_eq!(decision.change("a", Crowns::ZERO, "x"), Err(ChangeRefused::Decided));
        assert_eq!(serde_json::from_str::<Decision>(&serde_json::to_string(&decision).unwrap()).unwrap(), decision);
        assert!(matches!(decision.close(day("2027-01-01"), "3"), Err((_, CloseRefused::Decided))));
    }

    #[test]
    fn chains_are_data_of_the_kraj() {
        assert_eq!(read_chain(" odbor \n\nrada\n").unwrap(), ["odbor", "rada"]);
        assert_eq!(read_chain("\n \n"), Err(BadChain::Empty));
        assert_eq!(read_chain("rada\nRada"), Err(BadChain::BadName("Rada".to_owned())));
        assert_eq!(read_chain(&(0..13).map(|n| format!("krok {n}\n")).collect::<String>()), Err(BadChain::TooLong));
        assert!(read_chain(&DEFAULT_CHAIN.join("\n")).is_ok());
    }

    proptest::proptest! {
        /// Whatever is tried, every amount that a step set is allowed, and a closed step is within the allocation.
        #[test]
        fn bounds_hold_whatever_is_tried(tries in proptest::collection::vec((0_usize..4, 0_u64..260, 0_usize..8), 0..40)) {
            let mut decision = decision(&["odbor", "rada"]);
            for (service, thousands, close) in tries {
                let _ = decision.change(["a", "b", "c", "x"][service], Crowns::new(thousands * 1_000 + u64::from(thousands % 7 == 0)), "proč");
                if close == 0 {
                    decision = decision.close(day("2026-12-01"), "1").unwrap_or_else(|(decision, _)| *decision);
                }
            }
            for (service, amount) in decision.amounts() {
                let row = decision.rows()[&service];
                proptest::prop_assert!(amount == row.proposed || decision.rules().allow(amount, row.maximum).is_ok());
            }
            if decision.awards().is_some() {
                proptest::prop_assert!(decision.sum() <= decision.rules().allocation);
            }
        }
    }
}
