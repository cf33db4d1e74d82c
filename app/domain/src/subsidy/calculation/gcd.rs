//! The greatest common divisor of long numbers, by Lehmer: sums of thousands of fractions with denominators of their own have tens of
//! thousands of digits, and the bitwise way of the library would take minutes for them.

use num_bigint::BigUint;
use num_integer::Integer;
use num_traits::{ToPrimitive, Zero};

/// Bits of the heads that stand for the numbers; two less than a word, so that sums of heads and coefficients fit.
const HEAD: u64 = 62;

/// The greatest common divisor.
pub(super) fn gcd(a: &BigUint, b: &BigUint) -> BigUint {
    let (mut a, mut b) = if a >= b { (a.clone(), b.clone()) } else { (b.clone(), a.clone()) };
    while !b.is_zero() {
        if let Some(small) = b.to_u64() {
            return (&a % small).to_u64().unwrap_or_default().gcd(&small).into();
        }
        match steps(&a, &b) {
            Some([[p, q], [r, s]]) => (a, b) = (combined(&a, &b, p, q), combined(&a, &b, r, s)),
            None => {
                let rest = &a % &b;
                (a, b) = (b, rest);
            }
        }
    }
    a
}

/// As many steps of Euclid as the heads of both numbers decide, as a matrix; nothing when they decide none.
fn steps(a: &BigUint, b: &BigUint) -> Option<[[i64; 2]; 2]> {
    let shift = a.bits().checked_sub(HEAD)?;
    let head = |n: &BigUint| (n >> shift).to_i64();
    let (mut x, mut y) = (head(a)?, head(b)?);
    let [mut p, mut q, mut r, mut s] = [1_i64, 0, 0, 1];
    while y + r != 0 && y + s != 0 {
        let quotient = (x + p) / (y + r);
        if quotient != (x + q) / (y + s) {
            break;
        }
        let next = |before: i64, now: i64| quotient.checked_mul(now).and_then(|part| before.checked_sub(part));
        let (Some(next_r), Some(next_s), Some(next_y)) = (next(p, r), next(q, s), next(x, y)) else { break };
        [p, q, r, s] = [r, s, next_r, next_s];
        (x, y) = (y, next_y);
    }
    (q != 0).then_some([[p, q], [r, s]])
}

/// `p·a + q·b`, where one of the two is not positive and the sum is not below zero.
fn combined(a: &BigUint, b: &BigUint, p: i64, q: i64) -> BigUint {
    let (left, right) = (a * p.unsigned_abs(), b * q.unsigned_abs());
    if q <= 0 { left - right } else { right - left }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn agrees_with_the_library(
            a in proptest::collection::vec(any::<u32>(), 0..40),
            b in proptest::collection::vec(any::<u32>(), 0..40),
            shared in proptest::collection::vec(any::<u32>(), 0..12),
        ) {
            let shared = BigUint::new(shared);
            let (a, b) = (BigUint::new(a) * &shared, BigUint::new(b) * &shared);
            prop_assert_eq!(gcd(&a, &b), a.gcd(&b));
        }
    }

    #[test]
    fn holds_for_neighbours_of_the_golden_ratio() {
        let (mut a, mut b) = (BigUint::from(1_u32), BigUint::from(1_u32));
        for _ in 0..2_000 {
            (a, b) = (&a + &b, a);
        }
        assert_eq!(gcd(&a, &b), 1_u32.into());
        assert_eq!(gcd(&(&a * 6_u32), &(&b * 6_u32)), 6_u32.into());
        assert_eq!(gcd(&BigUint::ZERO, &a), a);
    }
}
