//! Whole numbers of any size, quick while they fit 128 bits.

use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::{Signed, ToPrimitive, Zero};
use std::cmp::Ordering;

/// A whole number. The small shape is not forced: two shapes of one number compare equal.
#[derive(Debug, Clone)]
pub(super) enum Whole {
    Small(i128),
    Big(BigInt),
}

use Whole::{Big, Small};

impl Whole {
    pub const ZERO: Self = Small(0);
    pub const ONE: Self = Small(1);

    pub fn of(n: BigInt) -> Self {
        n.to_i128().map_or(Big(n), Small)
    }

    pub fn big(&self) -> BigInt {
        match self {
            Small(n) => (*n).into(),
            Big(n) => n.clone(),
        }
    }

    /// A product of two short numbers.
    pub fn product(a: i64, b: i64) -> Self {
        Small(i128::from(a) * i128::from(b))
    }

    pub fn to_i64(&self) -> Option<i64> {
        match self {
            Small(n) => i64::try_from(*n).ok(),
            Big(n) => n.to_i64(),
        }
    }

    pub fn add(&self, other: &Self) -> Self {
        if let (Small(a), Small(b)) = (self, other)
            && let Some(sum) = a.checked_add(*b)
        {
            return Small(sum);
        }
        Self::of(match (self, other) {
            (Big(a), Big(b)) => a + b,
            (Big(a), Small(b)) | (Small(b), Big(a)) => a + *b,
            (Small(a), Small(b)) => BigInt::from(*a) + *b,
        })
    }

    pub fn sub(&self, other: &Self) -> Self {
        if let (Small(a), Small(b)) = (self, other)
            && let Some(rest) = a.checked_sub(*b)
        {
            return Small(rest);
        }
        Self::of(match (self, other) {
            (Big(a), Big(b)) => a - b,
            (Big(a), Small(b)) => a - *b,
            (Small(a), Big(b)) => *a - b,
            (Small(a), Small(b)) => BigInt::from(*a) - *b,
        })
    }

    pub fn mul(&self, other: &Self) -> Self {
        match (self, other) {
            (Small(a), Small(b)) => match a.checked_mul(*b) {
                Some(product) => Small(product),
                None => Big(BigInt::from(*a) * *b),
            },
            (Big(a), Small(b)) | (Small(b), Big(a)) => Self::of(a * *b),
            (Big(a), Big(b)) => Big(a * b),
        }
    }

    /// The greatest whole quotient that is not greater, and the rest; the divisor is above zero.
    pub fn div_rem(&self, divisor: &Self) -> (Self, Self) {
        if let (Small(a), Small(b)) = (self, divisor) {
            return (Small(a.div_euclid(*b)), Small(a.rem_euclid(*b)));
        }
        let (quotient, rest) = match (self, divisor) {
            (Big(a), Big(b)) => a.div_mod_floor(b),
            (Big(a), Small(b)) => a.div_mod_floor(&BigInt::from(*b)),
            (Small(a), _) => BigInt::from(*a).div_mod_floor(&divisor.big()),
        };
        (Self::of(quotient), Self::of(rest))
    }

    pub fn is_zero(&self) -> bool {
        match self {
            Small(n) => *n == 0,
            Big(n) => n.is_zero(),
        }
    }

    pub fn is_positive(&self) -> bool {
        match self {
            Small(n) => *n > 0,
            Big(n) => n.is_positive(),
        }
    }
}

impl Ord for Whole {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Small(a), Small(b)) => a.cmp(b),
            (Big(a), Big(b)) => a.cmp(b),
            (Small(a), Big(b)) => BigInt::from(*a).cmp(b),
            (Big(a), Small(b)) => a.cmp(&BigInt::from(*b)),
        }
    }
}

impl PartialOrd for Whole {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Whole {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Whole {}
