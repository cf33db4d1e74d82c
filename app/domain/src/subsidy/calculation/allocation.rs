//! Divides an amount among services, exactly.
//!
//! `k` grows with every service that the minimum leaves out, so services reach their caps in one fixed order and each is looked at once;
//! the whole is as quick as the sorting. Sums are whole numbers over one common denominator, which can have tens of thousands of digits;
//! what a service brings stays a short fraction, so that a comparison costs one pass over the digits and no more.

use super::{fraction::Fraction, gcd::gcd, whole::Whole};
use crate::order;
use num_bigint::BigInt;
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

/// Divides `amount` among claims in steps of `unit` (whole, above zero), nobody less than `minimum` (a multiple of it). Exact without limit.
pub fn divide_amount(claims: &[Claim], amount: &Fraction, unit: &Fraction, minimum: &Fraction) -> Division {
    let mut search = Search::new(claims, amount);
    search.settle();
    search.leave_out_small(minimum);
    Award { claims, search: &search, unit }.division(amount)
}

/// `x(1)`.
fn ceiling(claim: &Claim) -> &Fraction {
    claim.cap.as_ref().filter(|cap| **cap < claim.weighted).unwrap_or(&claim.weighted)
}

/// Compares `a·times_a` with `b·times_b`.
fn compare(a: &Fraction, times_a: &Whole, b: &Fraction, times_b: &Whole) -> Ordering {
    let (left, right) = match (a.small(), b.small()) {
        (Some((n, d)), Some((m, e))) => (Whole::product(n, e), Whole::product(m, d)),
        _ => (Whole::of(a.numerator() * b.denominator()), Whole::of(b.numerator() * a.denominator())),
    };
    left.mul(times_a).cmp(&right.mul(times_b))
}

/// The least number that every denominator divides.
fn common_denominator<'a>(values: impl Iterator<Item = &'a Fraction>) -> Whole {
    let mut common = Whole::ONE;
    for value in values {
        let denominator = match value.small() {
            Some((_, d)) => Whole::Small(d.into()),
            None => Whole::of(value.denominator()),
        };
        let (_, rest) = common.div_rem(&denominator);
        if !rest.is_zero() {
            let shared = Whole::of(gcd(rest.big().magnitude(), denominator.big().magnitude()).into());
            common = common.mul(&denominator.div_rem(&shared).0);
        }
    }
    common
}

/// The search for `k = rest / slope`, where `rest` is what the services at their caps leave, and `slope` the sum of the others' weighted
/// bases. All sums are times the common denominator.
struct Search<'a> {
    claims: &'a [Claim],
    denominator: Whole,
    amount: Whole,
    /// `k` is 1.
    full: bool,
    rest: Whole,
    slope: Whole,
    /// The sum of ceilings of those who are in.
    ceilings: Whole,
    out: Vec<bool>,
    at_cap: Vec<bool>,
    /// Services whose cap is below the weighted base, in the order in which a growing `k` reaches it.
    order: Vec<usize>,
    reached: usize,
}

impl<'a> Search<'a> {
    fn new(claims: &'a [Claim], amount: &Fraction) -> Self {
        let values = claims.iter().flat_map(|claim| [Some(&claim.weighted), claim.cap.as_ref()]).flatten();
        let denominator = common_denominator(values.chain([amount]));
        let mut search = Self {
            claims,
            amount: Whole::ZERO,
            full: false,
            rest: Whole::ZERO,
            slope: Whole::ZERO,
            ceilings: Whole::ZERO,
            out: vec![false; claims.len()],
            at_cap: vec![false; claims.len()],
            order: Vec::new(),
            reached: 0,
            denominator,
        };
        search.amount = search.scaled(amount);
        search.rest = search.amount.clone();
        for claim in claims {
            search.slope = search.slope.add(&search.scaled(&claim.weighted));
            search.ceilings = search.ceilings.add(&search.scaled(ceiling(claim)));
        }
        let reached: Vec<(Fraction, usize)> = claims
            .iter()
            .enumerate()
            .filter_map(|(at, claim)| {
                let cap = claim.cap.as_ref().filter(|cap| **cap < claim.weighted)?;
                Some((cap.div(&claim.weighted)?, at))
            })
            .collect();
        search.order =
            order::positions(reached.len(), &mut |a, b| reached[a].cmp(&reached[b])).into_iter().map(|at| reached[at].1).collect();
        search
    }

    /// A value times the common denominator.
    fn scaled(&self, value: &Fraction) -> Whole {
        match value.small() {
            Some((n, d)) => self.denominator.div_rem(&Whole::Small(d.into())).0.mul(&Whole::Small(n.into())),
            None => self.denominator.div_rem(&Whole::of(value.denominator())).0.mul(&Whole::of(value.numerator())),
        }
    }

    /// Finds `k` for those who are in; it never falls below the one found before.
    fn settle(&mut self) {
        if self.full || self.ceilings <= self.amount {
            self.full = true;
            return;
        }
        while let Some(at) = self.order.get(self.reached).copied() {
            if !self.out[at] {
                let claim = &self.claims[at];
                if compare(ceiling(claim), &self.slope, &claim.weighted, &self.rest).is_gt() {
                    return;
                }
                self.rest = self.rest.sub(&self.scaled(ceiling(claim)));
                self.slope = self.slope.sub(&self.scaled(&claim.weighted));
                self.at_cap[at] = true;
            }
            self.reached += 1;
        }
    }

    /// While some share lies between zero and the minimum, leaves out the smallest, of equal ones the highest number.
    fn leave_out_small(&mut self, minimum: &Fraction) {
        if minimum.signum() <= 0 {
            return;
        }
        let claims = self.claims;
        let by_weighted = smallest_first(claims, |claim| &claim.weighted);
        let by_ceiling = smallest_first(claims, ceiling);
        let (mut weighted, mut lowest) = (0, 0);
        // With k = 0 nobody has a share above zero.
        while self.full || !self.rest.is_zero() {
            let first = |order: &[usize], from: &mut usize| {
                while order.get(*from).is_some_and(|at| self.out[*at]) {
                    *from += 1;
                }
                order.get(*from).copied()
            };
            // The smallest share is the smallest ceiling or k times the smallest weighted base, whichever is less.
            let (Some(light), Some(low)) = (first(&by_weighted, &mut weighted), first(&by_ceiling, &mut lowest)) else { return };
            let of_light = if self.full {
                Ordering::Greater
            } else {
                compare(&claims[light].weighted, &self.rest, ceiling(&claims[low]), &self.slope)
            };
            let is_light = of_light.is_lt() || of_light.is_eq() && claims[light].number > claims[low].number;
            let (smallest, small) = if is_light {
                (light, compare(&claims[light].weighted, &self.rest, minimum, &self.slope).is_lt())
            } else {
                (low, ceiling(&claims[low]) < minimum)
            };
            if !small {
                return;
            }
            self.leave_out(smallest);
        }
    }

    fn leave_out(&mut self, at: usize) {
        let claim = &self.claims[at];
        self.out[at] = true;
        self.ceilings = self.ceilings.sub(&self.scaled(ceiling(claim)));
        if self.at_cap[at] {
            self.rest = self.rest.add(&self.scaled(ceiling(claim)));
        } else {
            self.slope = self.slope.sub(&self.scaled(&claim.weighted));
        }
        self.settle();
    }
}

/// Those with a ceiling above zero, from the smallest value, of equal ones from the highest number.
fn smallest_first(claims: &[Claim], value: impl Fn(&Claim) -> &Fraction) -> Vec<usize> {
    let mut order: Vec<usize> = (0..claims.len()).filter(|at| !ceiling(&claims[*at]).is_zero()).collect();
    order::sort(&mut order, &mut |a, b| {
        let (a, b) = (&claims[a], &claims[b]);
        value(a).cmp(value(b)).then(b.number.cmp(&a.number))
    });
    order
}

/// Rounds the shares down and hands out what that leaves.
struct Award<'a> {
    claims: &'a [Claim],
    search: &'a Search<'a>,
    unit: &'a Fraction,
}

/// A share as whole units and what is above them.
struct Rounded {
    /// Steps of the unit.
    units: Whole,
    /// Whole crowns above the steps.
    crowns: Whole,
    /// The next twelve places, and whether what follows them is a half or more.
    places: i64,
    half: bool,
}

/// 10^12.
const PLACES: i64 = 1_000_000_000_000;

impl Award<'_> {
    fn division(&self, amount: &Fraction) -> Division {
        let search = self.search;
        let k = if search.full { Fraction::ONE } else { Fraction::ratio(search.rest.big(), search.slope.big()).unwrap_or(Fraction::ONE) };
        let unit = Whole::of(self.unit.numerator());
        let mut rounded: Vec<Rounded> = (0..self.claims.len()).map(|at| self.rounded(at, &unit)).collect();
        let mut shares: Vec<Share> = self
            .claims
            .iter()
            .zip(&rounded)
            .zip(&search.out)
            .map(|((claim, rounded), out)| Share {
                ceiling: ceiling(claim).clone(),
                share: rounded.shown(&unit),
                award: Fraction::ZERO,
                reason: out.then_some(Reason::Minimum),
            })
            .collect();
        if !search.full {
            self.hand_out(amount, &unit, &mut rounded, &mut shares);
        }
        let mut units = Whole::ZERO;
        for (share, rounded) in shares.iter_mut().zip(&rounded) {
            units = units.add(&rounded.units);
            share.award = in_units(&rounded.units, self.unit);
        }
        let awarded = in_units(&units, self.unit);
        let left = amount.sub(&awarded);
        let left_reason = if left.signum() <= 0 {
            None
        } else if search.full {
            Some(if search.out.contains(&true) { LeftReason::Minimum } else { LeftReason::Covered })
        } else {
            Some(if left < *self.unit { LeftReason::Rounding } else { LeftReason::Ceilings })
        };
        Division { k, left, awarded, left_reason, shares }
    }

    /// `x(k)` as `fixed + of_k·k`.
    fn share(&self, at: usize) -> (&Fraction, &Fraction) {
        let claim = &self.claims[at];
        if self.search.out[at] {
            (&Fraction::ZERO, &Fraction::ZERO)
        } else if self.search.full || self.search.at_cap[at] {
            (ceiling(claim), &Fraction::ZERO)
        } else {
            (&Fraction::ZERO, &claim.weighted)
        }
    }

    fn rounded(&self, at: usize, unit: &Whole) -> Rounded {
        let (fixed, of_k) = self.share(at);
        let of_k_is_zero = of_k.is_zero();
        let value = if of_k_is_zero { fixed } else { of_k };
        let (n, d) = match value.small() {
            Some((n, d)) => (Whole::Small(n.into()), Whole::Small(d.into())),
            None => (Whole::of(value.numerator()), Whole::of(value.denominator())),
        };
        let (n, d) = if of_k_is_zero { (n, d) } else { (n.mul(&self.search.rest), d.mul(&self.search.slope)) };
        let (whole, rest) = n.div_rem(&d);
        let (places, rest) = rest.mul(&Whole::Small(PLACES.into())).div_rem(&d);
        let (units, crowns) = whole.div_rem(unit);
        let half = rest.add(&rest) >= d;
        Rounded { units, crowns, places: places.to_i64().unwrap_or_default(), half }
    }

    /// Gives one unit after another to those whose share was cut most, as long as there is money and room.
    fn hand_out(&self, amount: &Fraction, unit: &Whole, rounded: &mut [Rounded], shares: &mut [Share]) {
        let spent = rounded.iter().fold(Whole::ZERO, |sum, rounded| sum.add(&rounded.units));
        let left = amount.sub(&in_units(&spent, self.unit)).div(self.unit).unwrap_or(Fraction::ZERO);
        let mut steps = Whole::of(left.floor().numerator());
        let positive = |at: &usize| {
            let (fixed, of_k) = self.share(*at);
            !fixed.is_zero() || !of_k.is_zero() && !self.search.rest.is_zero()
        };
        let mut order: Vec<usize> = (0..rounded.len()).filter(positive).collect();
        order::sort(&mut order, &mut |a, b| {
            let above = |at: usize| (&rounded[at].crowns, rounded[at].places);
            let cut = above(b).cmp(&above(a)).then_with(|| self.compare_above(b, a, unit, rounded));
            cut.then(self.claims[a].number.cmp(&self.claims[b].number))
        });
        let room: Vec<Whole> = (self.claims.iter())
            .map(|claim| Whole::of(ceiling(claim).div(self.unit).unwrap_or(Fraction::ZERO).floor().numerator()))
            .collect();
        while steps.is_positive() && !order.is_empty() {
            order.retain(|at| {
                if !steps.is_positive() {
                    return true;
                }
                if rounded[*at].units >= room[*at] {
                    return false;
                }
                rounded[*at].units = rounded[*at].units.add(&Whole::ONE);
                shares[*at].reason = Some(Reason::Remainder);
                steps = steps.sub(&Whole::ONE);
                true
            });
        }
    }

    /// Compares exactly what two shares have above their whole units; for shares that agree in twelve places.
    fn compare_above(&self, a: usize, b: usize, unit: &Whole, rounded: &[Rounded]) -> Ordering {
        let ((fixed_a, of_k_a), (fixed_b, of_k_b)) = (self.share(a), self.share(b));
        // a − b = of_k·k + fixed
        let whole = |at: usize| Fraction::ratio(rounded[at].units.mul(unit).big(), BigInt::one()).unwrap_or(Fraction::ZERO);
        let of_k = of_k_a.sub(of_k_b);
        let fixed = fixed_a.sub(fixed_b).sub(&whole(a).sub(&whole(b)));
        if of_k.is_zero() { fixed.cmp(&Fraction::ZERO) } else { compare(&of_k, &self.search.rest, &fixed.neg(), &self.search.slope) }
    }
}

impl Rounded {
    /// The value with at most twelve places, half away from zero.
    fn shown(&self, unit: &Whole) -> Fraction {
        let crowns = self.units.mul(unit).add(&self.crowns);
        let crowns = Fraction::ratio(crowns.big(), BigInt::one()).unwrap_or(Fraction::ZERO);
        crowns.add(&Fraction::short_decimal(self.places + i64::from(self.half), 12))
    }
}

fn in_units(units: &Whole, unit: &Fraction) -> Fraction {
    match units.to_i64() {
        Some(units) => Fraction::whole(units).mul(unit),
        None => Fraction::ratio(units.big(), BigInt::one()).unwrap_or(Fraction::ZERO).mul(unit),
    }
}
