//! Divides an amount among services, exactly.
//!
//! Everything is brought to one common denominator first, so the search for `k` and the order of remainders are comparisons of whole
//! numbers. `k` grows with every service that the minimum leaves out, so services reach their caps in one fixed order and each is looked
//! at once; the whole is as quick as the sorting.

use super::{
    fraction::{Fraction, Rounding, divide},
    whole::Whole,
};
use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::One;
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;

/// What a service brings to the allocation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// The number of the service, for ties.
    pub number: u64,
    /// Base times weight, not below zero.
    pub weighted: Fraction,
    /// The most it can get, not below zero.
    pub cap: Option<Fraction>,
}

/// What a service gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Share {
    /// `x(1)`, in Kč, exact.
    pub ceiling: Fraction,
    /// `x(k)`, in Kč, as it is shown: at most 12 places, half away from zero.
    pub share: Fraction,
    /// The award, a multiple of the unit.
    pub award: Fraction,
    /// What happened to it besides.
    pub reason: Option<Reason>,
}

/// Why an award is not simply the share rounded down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The share was below the minimum, so the service was left out.
    Minimum,
    /// It got a step of what rounding had left.
    Remainder,
}

/// Why money stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LeftReason {
    /// Less than the unit.
    Rounding,
    /// Nobody has room for another unit.
    Ceilings,
    /// Some service was left out by the minimum, the others have all they can get.
    Minimum,
    /// Everybody has all they can get.
    Covered,
}

/// The outcome for one amount.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Division {
    /// The coefficient, 0…1.
    pub k: Fraction,
    /// The sum of awards, in Kč.
    pub awarded: Fraction,
    /// What stays, in Kč.
    pub left: Fraction,
    /// Why it stays; nothing when nothing does.
    pub left_reason: Option<LeftReason>,
    /// In the order of the claims.
    pub shares: Vec<Share>,
}

/// Divides `amount` among claims in steps of `unit` (above zero), nobody less than `minimum` (a multiple of it). Exact without limit.
pub fn divide_amount(claims: &[Claim], amount: &Fraction, unit: &Fraction, minimum: &Fraction) -> Division {
    let scaled = Scaled::new(claims, amount, unit, minimum);
    let mut search = Search::new(&scaled);
    search.settle();
    search.leave_out_small();
    Award { scaled: &scaled, search: &search }.division(claims, amount, unit)
}

/// Everything times the common denominator.
struct Scaled {
    denominator: Whole,
    amount: Whole,
    unit: Whole,
    minimum: Whole,
    weighted: Vec<Whole>,
    /// `x(1)`.
    ceiling: Vec<Whole>,
    /// The cap is below base times weight, so it is reached before `k = 1`.
    capped: Vec<bool>,
    number: Vec<u64>,
}

impl Scaled {
    fn new(claims: &[Claim], amount: &Fraction, unit: &Fraction, minimum: &Fraction) -> Self {
        let values = claims.iter().flat_map(|claim| [Some(&claim.weighted), claim.cap.as_ref()]).flatten();
        let denominator = common_denominator(values.chain([amount, unit, minimum]));
        let scale = |value: &Fraction| match (value.small(), &denominator) {
            (Some((n, d)), Whole::Small(common)) => Whole::Small(n.into()).mul(&Whole::Small(common / i128::from(d))),
            _ => Whole::of(value.numerator() * (denominator.big() / value.denominator())),
        };
        let weighted: Vec<Whole> = claims.iter().map(|claim| scale(&claim.weighted)).collect();
        let caps = claims.iter().map(|claim| claim.cap.as_ref().map(scale));
        let (ceiling, capped) = weighted
            .iter()
            .zip(caps)
            .map(|(weighted, cap)| match cap {
                Some(cap) if cap < *weighted => (cap, true),
                _ => (weighted.clone(), false),
            })
            .unzip();
        let (amount, unit, minimum) = (scale(amount), scale(unit), scale(minimum));
        Self { amount, unit, minimum, weighted, ceiling, capped, number: claims.iter().map(|claim| claim.number).collect(), denominator }
    }
}

fn common_denominator<'a>(values: impl Iterator<Item = &'a Fraction>) -> Whole {
    let (mut quick, mut slow) = (1_i128, BigInt::one());
    for value in values {
        match value.small() {
            Some((_, d)) if quick % i128::from(d) == 0 => {}
            Some((_, d)) => match (quick / quick.gcd(&d.into())).checked_mul(d.into()) {
                Some(common) => quick = common,
                None => slow = slow.lcm(&d.into()),
            },
            None => slow = slow.lcm(&value.denominator()),
        }
    }
    if slow.is_one() { Whole::Small(quick) } else { Whole::of(slow.lcm(&quick.into())) }
}

/// The search for `k = rest / slope`, where `rest` is what the services at their caps leave, and `slope` the sum of the others.
struct Search<'a> {
    scaled: &'a Scaled,
    /// `k` is 1.
    full: bool,
    rest: Whole,
    slope: Whole,
    /// The sum of ceilings of those who are in.
    ceilings: Whole,
    out: Vec<bool>,
    at_cap: Vec<bool>,
    /// Services with a cap, in the order in which a growing `k` reaches it.
    order: Vec<usize>,
    reached: usize,
}

impl<'a> Search<'a> {
    fn new(scaled: &'a Scaled) -> Self {
        let count = scaled.weighted.len();
        let sum = |values: &[Whole]| values.iter().fold(Whole::ZERO, |sum, value| sum.add(value));
        let mut order: Vec<usize> = (0..count).filter(|at| scaled.capped[*at]).collect();
        order.sort_by(|a, b| {
            let (left, right) = (scaled.ceiling[*a].mul(&scaled.weighted[*b]), scaled.ceiling[*b].mul(&scaled.weighted[*a]));
            left.cmp(&right)
        });
        Self {
            scaled,
            full: false,
            rest: scaled.amount.clone(),
            slope: sum(&scaled.weighted),
            ceilings: sum(&scaled.ceiling),
            out: vec![false; count],
            at_cap: vec![false; count],
            order,
            reached: 0,
        }
    }

    /// Finds `k` for those who are in; it never falls below the one found before.
    fn settle(&mut self) {
        if self.full || self.ceilings <= self.scaled.amount {
            self.full = true;
            return;
        }
        while let Some(at) = self.order.get(self.reached).copied() {
            if !self.out[at] {
                let (cap, weighted) = (&self.scaled.ceiling[at], &self.scaled.weighted[at]);
                if cap.mul(&self.slope) > weighted.mul(&self.rest) {
                    return;
                }
                self.rest = self.rest.sub(cap);
                self.slope = self.slope.sub(weighted);
                self.at_cap[at] = true;
            }
            self.reached += 1;
        }
    }

    /// While some share lies between zero and the minimum, leaves out the smallest, of equal ones the highest number.
    fn leave_out_small(&mut self) {
        if !self.scaled.minimum.is_positive() {
            return;
        }
        let by_weighted = self.smallest_first(&self.scaled.weighted);
        let by_ceiling = self.smallest_first(&self.scaled.ceiling);
        let (mut weighted, mut ceiling) = (0, 0);
        loop {
            // k = 0: nobody has a share above zero.
            if !self.full && self.rest.is_zero() {
                return;
            }
            let first = |order: &[usize], from: &mut usize| {
                while order.get(*from).is_some_and(|at| self.out[*at]) {
                    *from += 1;
                }
                order.get(*from).copied()
            };
            // The smallest share is the smallest ceiling or k times the smallest weighted base, whichever is less.
            let (Some(light), Some(low)) = (first(&by_weighted, &mut weighted), first(&by_ceiling, &mut ceiling)) else { return };
            let scaled_up = |value: &Whole| if self.full { value.clone() } else { value.mul(&self.slope) };
            let of_light = if self.full { self.scaled.ceiling[low].clone() } else { self.scaled.weighted[light].mul(&self.rest) };
            let of_low = scaled_up(&self.scaled.ceiling[low]);
            let (smallest, least) = match of_light.cmp(&of_low) {
                _ if self.full => (low, of_low),
                Ordering::Less => (light, of_light),
                Ordering::Greater => (low, of_low),
                Ordering::Equal if self.scaled.number[light] > self.scaled.number[low] => (light, of_light),
                Ordering::Equal => (low, of_low),
            };
            if least >= scaled_up(&self.scaled.minimum) {
                return;
            }
            self.leave_out(smallest);
        }
    }

    /// Those with a ceiling above zero, from the smallest value, of equal ones from the highest number.
    fn smallest_first(&self, values: &[Whole]) -> Vec<usize> {
        let mut order: Vec<usize> = (0..values.len()).filter(|at| self.scaled.ceiling[*at].is_positive()).collect();
        order.sort_by(|a, b| values[*a].cmp(&values[*b]).then(self.scaled.number[*b].cmp(&self.scaled.number[*a])));
        order
    }

    fn leave_out(&mut self, at: usize) {
        self.out[at] = true;
        self.ceilings = self.ceilings.sub(&self.scaled.ceiling[at]);
        if self.at_cap[at] {
            self.rest = self.rest.add(&self.scaled.ceiling[at]);
        } else {
            self.slope = self.slope.sub(&self.scaled.weighted[at]);
        }
        self.settle();
    }
}

/// Rounds the shares down and hands out what that leaves.
struct Award<'a> {
    scaled: &'a Scaled,
    search: &'a Search<'a>,
}

/// A share as whole units and what is above them.
struct Rounded {
    units: Whole,
    above: Whole,
    positive: bool,
}

impl Award<'_> {
    fn division(&self, claims: &[Claim], amount: &Fraction, unit: &Fraction) -> Division {
        let full = self.search.full;
        let k =
            if full { Fraction::ONE } else { Fraction::ratio(self.search.rest.big(), self.search.slope.big()).unwrap_or(Fraction::ONE) };
        // Shares are whole numbers over this denominator.
        let over = if full { self.scaled.denominator.clone() } else { self.scaled.denominator.mul(&self.search.slope) };
        let unit_over = if full { self.scaled.unit.clone() } else { self.scaled.unit.mul(&self.search.slope) };
        let mut shares = Vec::with_capacity(claims.len());
        let mut rounded: Vec<Rounded> = Vec::with_capacity(claims.len());
        let mut spent = Whole::ZERO;
        for (at, claim) in claims.iter().enumerate() {
            let share = self.share(at);
            let (units, above) = share.div_rem(&unit_over);
            spent = spent.add(&units);
            shares.push(Share {
                ceiling: claim.cap.as_ref().filter(|cap| **cap < claim.weighted).unwrap_or(&claim.weighted).clone(),
                share: shown(&share, &over),
                award: Fraction::ZERO,
                reason: self.search.out[at].then_some(Reason::Minimum),
            });
            rounded.push(Rounded { units, above, positive: share.is_positive() });
        }
        let mut left = self.scaled.amount.sub(&spent.mul(&self.scaled.unit));
        if !full {
            self.hand_out(&mut left, &mut rounded, &mut shares);
        }
        let mut units = Whole::ZERO;
        for (share, rounded) in shares.iter_mut().zip(&rounded) {
            units = units.add(&rounded.units);
            share.award = in_units(&rounded.units, unit);
        }
        let awarded = in_units(&units, unit);
        let left_reason = if !left.is_positive() {
            None
        } else if full {
            Some(if self.search.out.contains(&true) { LeftReason::Minimum } else { LeftReason::Covered })
        } else {
            Some(if left < self.scaled.unit { LeftReason::Rounding } else { LeftReason::Ceilings })
        };
        Division { k, left: amount.sub(&awarded), awarded, left_reason, shares }
    }

    /// `x(k)` as a whole number over the denominator of shares.
    fn share(&self, at: usize) -> Whole {
        if self.search.out[at] {
            Whole::ZERO
        } else if self.search.full {
            self.scaled.ceiling[at].clone()
        } else if self.search.at_cap[at] {
            self.scaled.ceiling[at].mul(&self.search.slope)
        } else {
            self.scaled.weighted[at].mul(&self.search.rest)
        }
    }

    /// Gives one unit after another to those whose share was cut most, as long as there is money and room.
    fn hand_out(&self, left: &mut Whole, rounded: &mut [Rounded], shares: &mut [Share]) {
        let mut order: Vec<usize> = (0..rounded.len()).filter(|at| rounded[*at].positive).collect();
        order.sort_by(|a, b| rounded[*b].above.cmp(&rounded[*a].above).then(self.scaled.number[*a].cmp(&self.scaled.number[*b])));
        while *left >= self.scaled.unit && !order.is_empty() {
            order.retain(|at| {
                if *left < self.scaled.unit {
                    return true;
                }
                let more = rounded[*at].units.add(&Whole::ONE);
                if more.mul(&self.scaled.unit) > self.scaled.ceiling[*at] {
                    return false;
                }
                rounded[*at].units = more;
                shares[*at].reason = Some(Reason::Remainder);
                *left = left.sub(&self.scaled.unit);
                true
            });
        }
    }
}

fn in_units(units: &Whole, unit: &Fraction) -> Fraction {
    Fraction::ratio(units.big(), BigInt::one()).unwrap_or(Fraction::ZERO).mul(unit)
}

/// The value of a share with at most 12 places.
fn shown(share: &Whole, over: &Whole) -> Fraction {
    const PLACES: i128 = 1_000_000_000_000;
    let (whole, rest) = share.div_rem(over);
    if let (Whole::Small(whole), Whole::Small(rest), Whole::Small(over)) = (&whole, &rest, over)
        && let (Ok(whole), Some(rest)) = (i64::try_from(*whole), rest.checked_mul(PLACES))
    {
        let up = (rest % over) >= over - rest % over;
        let places = rest / over + i128::from(up);
        if let Ok(places) = i64::try_from(places) {
            return Fraction::whole(whole).add(&Fraction::short_decimal(places, 12));
        }
    }
    let scaled = divide(&(share.big() * PLACES), &over.big(), Rounding::HalfAway);
    Fraction::ratio(scaled, PLACES.into()).unwrap_or(Fraction::ZERO)
}
