//! Exact fractions. 100/3*3 is 100; nothing is rounded unless somebody asks.
//!
//! Almost every value of a scheme fits a pair of 64-bit integers, so that is the ordinary shape, worked on with 128-bit intermediate
//! results. What does not fit goes to big integers and comes back as soon as it fits again, so a value has exactly one shape and equality
//! and hashing are those of the value.

use super::gcd::gcd;
use num_bigint::{BigInt, BigUint, Sign};
use num_integer::Integer;
use num_traits::{One, Signed, ToPrimitive, Zero};
use serde::{Deserialize, Serialize};
use std::{cmp::Ordering, fmt};

/// A rational number in lowest terms with a positive denominator.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Fraction(Shape);

#[derive(Clone, PartialEq, Eq, Hash)]
enum Shape {
    /// Both fit; the numerator is never `i64::MIN`, the denominator is positive.
    Small(i64, i64),
    /// One of the two does not fit.
    Big(Box<(BigInt, BigInt)>),
}

use Shape::{Big, Small};

/// Which way [`Fraction::round`] goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rounding {
    /// To the nearest, a half away from zero.
    HalfAway,
    /// Towards zero.
    Down,
    /// Away from zero.
    Up,
}

/// Bits from which a numerator or denominator is too large for a value (2^256).
const LIMIT_BITS: u64 = 256;
/// Places of a number as it is shown or exported.
const SHOWN_PLACES: u32 = 12;

impl Fraction {
    /// Zero.
    pub const ZERO: Self = Self(Small(0, 1));
    /// One.
    pub const ONE: Self = Self(Small(1, 1));

    /// A whole number.
    pub fn whole(n: i64) -> Self {
        if n == i64::MIN { Self::from_big(n.into(), BigInt::one()) } else { Self(Small(n, 1)) }
    }

    /// `numerator / denominator`; nothing for a denominator of zero.
    pub fn ratio(numerator: BigInt, denominator: BigInt) -> Option<Self> {
        match denominator.sign() {
            Sign::NoSign => None,
            Sign::Minus => Some(Self::reduced(-numerator, -denominator)),
            Sign::Plus => Some(Self::reduced(numerator, denominator)),
        }
    }

    /// `mantissa / 10^places`, as a short written decimal is read. `places` is at most 18, the mantissa not `i64::MIN`.
    pub(super) fn short_decimal(mantissa: i64, places: u32) -> Self {
        if places == 0 { Self(Small(mantissa, 1)) } else { Self::reduced_128(mantissa.into(), 10_i128.pow(places)) }
    }

    /// `digits / 10^places`, as a long written decimal is read.
    pub(super) fn decimal(negative: bool, digits: &str, places: u32) -> Option<Self> {
        let n: BigInt = digits.parse().ok()?;
        Some(Self::reduced(if negative { -n } else { n }, BigInt::from(10).pow(places)))
    }

    /// The numerator.
    pub fn numerator(&self) -> BigInt {
        match &self.0 {
            Small(n, _) => (*n).into(),
            Big(b) => b.0.clone(),
        }
    }

    /// The denominator, positive.
    pub fn denominator(&self) -> BigInt {
        match &self.0 {
            Small(_, d) => (*d).into(),
            Big(b) => b.1.clone(),
        }
    }

    /// Both parts where they fit 64 bits.
    pub(super) fn small(&self) -> Option<(i64, i64)> {
        match &self.0 {
            Small(n, d) => Some((*n, *d)),
            Big(_) => None,
        }
    }

    /// The reduced numerator or denominator has reached 2^256.
    pub fn overflows(&self) -> bool {
        match &self.0 {
            Small(..) => false,
            Big(b) => b.0.bits() > LIMIT_BITS || b.1.bits() > LIMIT_BITS,
        }
    }

    /// −1, 0 or 1.
    pub fn signum(&self) -> i8 {
        match &self.0 {
            Small(n, _) => n.signum() as i8,
            Big(b) => match b.0.sign() {
                Sign::Minus => -1,
                Sign::NoSign => 0,
                Sign::Plus => 1,
            },
        }
    }

    /// Zero.
    pub fn is_zero(&self) -> bool {
        matches!(self.0, Small(0, _))
    }

    /// Below zero.
    pub fn is_negative(&self) -> bool {
        self.signum() < 0
    }

    /// Without a fractional part.
    pub fn is_whole(&self) -> bool {
        match &self.0 {
            Small(_, d) => *d == 1,
            Big(b) => b.1.is_one(),
        }
    }

    /// The whole number, where it is one and fits.
    pub fn to_i64(&self) -> Option<i64> {
        match self.0 {
            Small(n, 1) => Some(n),
            _ => None,
        }
    }

    /// The sum.
    pub fn add(&self, other: &Self) -> Self {
        match (&self.0, &other.0) {
            (Small(a, 1), Small(b, 1)) => match a.checked_add(*b) {
                Some(n) if n != i64::MIN => Self(Small(n, 1)),
                _ => Self::pack(i128::from(*a) + i128::from(*b), 1),
            },
            (Small(a, b), Small(c, d)) => Self::add_small((*a, *b), (*c, *d)),
            _ => {
                let ((a, b), (c, d)) = (self.parts(), other.parts());
                if b == d { Self::reduced(a + c, b) } else { Self::reduced(a * &d + c * &b, b * d) }
            }
        }
    }

    /// The difference.
    pub fn sub(&self, other: &Self) -> Self {
        self.add(&other.neg())
    }

    /// The product.
    pub fn mul(&self, other: &Self) -> Self {
        match (&self.0, &other.0) {
            (Small(a, 1), Small(c, 1)) => Self::pack(i128::from(*a) * i128::from(*c), 1),
            (Small(a, b), Small(c, d)) => {
                let (left, right) = (common(*a, *d), common(*c, *b));
                Self::pack(i128::from(a / left) * i128::from(c / right), i128::from(b / right) * i128::from(d / left))
            }
            _ => {
                let ((a, b), (c, d)) = (self.parts(), other.parts());
                Self::reduced(a * c, b * d)
            }
        }
    }

    /// The quotient; nothing by zero.
    pub fn div(&self, other: &Self) -> Option<Self> {
        let inverse = match &other.0 {
            Small(0, _) => return None,
            Small(n, d) if *n < 0 => Self(Small(-d, -n)),
            Small(n, d) => Self(Small(*d, *n)),
            Big(b) if b.0.is_negative() => Self::from_big(-b.1.clone(), -b.0.clone()),
            Big(b) => Self::from_big(b.1.clone(), b.0.clone()),
        };
        Some(self.mul(&inverse))
    }

    /// With the other sign.
    pub fn neg(&self) -> Self {
        match &self.0 {
            Small(n, d) => Self(Small(-n, *d)),
            Big(b) => Self(Big(Box::new((-b.0.clone(), b.1.clone())))),
        }
    }

    /// Without sign.
    pub fn abs(&self) -> Self {
        if self.is_negative() { self.neg() } else { self.clone() }
    }

    /// To a whole power; nothing for zero to a power below zero.
    pub fn pow(&self, exponent: i32) -> Option<Self> {
        if exponent < 0 {
            return Self::ONE.div(self)?.pow(-exponent);
        }
        let (n, d) = self.parts();
        let exponent = exponent.unsigned_abs();
        Some(Self::from_big(n.pow(exponent), d.pow(exponent)))
    }

    /// The greatest whole number that is not greater.
    pub fn floor(&self) -> Self {
        match &self.0 {
            Small(n, d) => Self(Small(n.div_euclid(*d), 1)),
            Big(b) => Self::from_big(b.0.div_floor(&b.1), BigInt::one()),
        }
    }

    /// Rounds to `places` decimal places, to tens and hundreds where they are below zero. `places` is between −12 and 12.
    pub fn round(&self, places: i32, rounding: Rounding) -> Self {
        let power = places.unsigned_abs();
        if let Small(n, d) = self.0 {
            if d == 1 && places >= 0 {
                return self.clone();
            }
            if power <= SHOWN_PLACES {
                let unit = 10_i128.pow(power);
                let (n, d) = (i128::from(n), i128::from(d));
                return if places >= 0 {
                    Self::reduced_128(divide_128(n * unit, d, rounding), unit)
                } else {
                    match divide_128(n, d * unit, rounding).checked_mul(unit) {
                        Some(whole) => Self::pack(whole, 1),
                        None => self.clone(),
                    }
                };
            }
        }
        let unit = BigInt::from(10).pow(power);
        let (n, d) = self.parts();
        if places >= 0 {
            Self::reduced(divide(&(n * &unit), &d, rounding), unit)
        } else {
            Self::from_big(divide(&n, &(d * &unit), rounding) * unit, BigInt::one())
        }
    }

    /// The sum of many, exact without limit and quick also where the denominators differ.
    pub fn sum<'a>(values: impl IntoIterator<Item = &'a Self>) -> Self {
        let mut row: Vec<Self> = Vec::new();
        let mut run = Self::ZERO;
        for value in values {
            run = run.add(value);
            if run.small().is_none() {
                row.push(std::mem::replace(&mut run, Self::ZERO));
            }
        }
        row.push(run);
        while row.len() > 1 {
            row = row.chunks(2).map(|pair| pair.get(1).map_or_else(|| pair[0].clone(), |b| pair[0].add(b))).collect();
        }
        row.pop().unwrap_or(Self::ZERO)
    }

    /// As it is shown and exported, with a decimal point: at most 12 places, half away from zero, no trailing zeros, no `-0`.
    pub fn shown(&self) -> String {
        let mut out = String::new();
        self.write_shown(&mut out, '.');
        out
    }

    /// Appends the number as it is shown, with this decimal sign.
    pub(super) fn write_shown(&self, out: &mut String, decimal_sign: char) {
        if let Small(n, d) = self.0 {
            write_small(out, n, d, decimal_sign);
        } else {
            let shown = self.round(SHOWN_PLACES as i32, Rounding::HalfAway).exact_decimal().unwrap_or_default();
            out.extend(shown.chars().map(|c| if c == '.' { decimal_sign } else { c }));
        }
    }

    /// All digits with a decimal point, for a number whose digits end (every number that was ever written down); nothing otherwise.
    pub fn exact_decimal(&self) -> Option<String> {
        let (n, d) = self.parts();
        let (mut places, mut rest) = (0_usize, d.clone());
        for factor in [2_u32, 5] {
            let mut count = 0;
            while (&rest % factor).is_zero() {
                rest /= factor;
                count += 1;
            }
            places = places.max(count);
        }
        if !rest.is_one() {
            return None;
        }
        let scaled = n.abs() * BigInt::from(10).pow(u32::try_from(places).ok()?) / d;
        let digits = format!("{:0>width$}", scaled.to_string(), width = places + 1);
        let (whole, decimals) = digits.split_at(digits.len() - places);
        let sign = if n.is_negative() { "-" } else { "" };
        Some(if decimals.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{decimals}") })
    }

    fn parts(&self) -> (BigInt, BigInt) {
        (self.numerator(), self.denominator())
    }

    fn add_small((a, b): (i64, i64), (c, d): (i64, i64)) -> Self {
        let shared = common(b, d);
        let (left, right) = (i128::from(b / shared), i128::from(d / shared));
        let sum = i128::from(a) * right + i128::from(c) * left;
        if shared == 1 {
            return Self::pack(sum, left * i128::from(d));
        }
        // Knuth, 4.5.1: what the sum still has in common with the denominator divides `shared`.
        let again = common((sum % i128::from(shared)) as i64, shared);
        Self::pack(sum / i128::from(again), left * i128::from(d / again))
    }

    /// Of parts that have nothing in common.
    fn pack(n: i128, d: i128) -> Self {
        match (i64::try_from(n), i64::try_from(d)) {
            (Ok(n), Ok(d)) if n != i64::MIN => Self(Small(n, d)),
            _ => Self(Big(Box::new((n.into(), d.into())))),
        }
    }

    fn reduced_128(n: i128, d: i128) -> Self {
        if let (Ok(n), Ok(d)) = (i64::try_from(n), i64::try_from(d))
            && n != i64::MIN
        {
            let shared = common(n, d);
            return Self(Small(n / shared, d / shared));
        }
        let shared = n.gcd(&d);
        Self::pack(n / shared, d / shared)
    }

    fn reduced(n: BigInt, d: BigInt) -> Self {
        if d.is_one() {
            return Self::from_big(n, d);
        }
        let shared = BigInt::from(gcd(n.magnitude(), d.magnitude()));
        if shared.is_one() { Self::from_big(n, d) } else { Self::from_big(n / &shared, d / shared) }
    }

    fn from_big(n: BigInt, d: BigInt) -> Self {
        match (n.to_i64(), d.to_i64()) {
            (Some(n), Some(d)) if n != i64::MIN => Self(Small(n, d)),
            _ => Self(Big(Box::new((n, d)))),
        }
    }
}

/// Appends `n / d` as it is shown; quick, since a run writes hundreds of thousands of numbers.
fn write_small(out: &mut String, n: i64, d: i64, decimal_sign: char) {
    const UNIT: u64 = 1_000_000_000_000;
    let (n_abs, d) = (n.unsigned_abs(), d.unsigned_abs());
    let (mut whole, rest) = (n_abs / d, n_abs % d);
    let mut places = match rest.checked_mul(UNIT) {
        Some(scaled) => scaled / d + u64::from(scaled % d >= d - scaled % d),
        None => {
            let (scaled, d) = (u128::from(rest) * u128::from(UNIT), u128::from(d));
            (scaled / d) as u64 + u64::from(scaled % d >= d - scaled % d)
        }
    };
    if places == UNIT {
        (whole, places) = (whole + 1, 0);
    }
    if n < 0 && (whole > 0 || places > 0) {
        out.push('-');
    }
    push_digits(out, whole, 1);
    if places > 0 {
        let mut width = SHOWN_PLACES as usize;
        while places.is_multiple_of(10) {
            places /= 10;
            width -= 1;
        }
        out.push(decimal_sign);
        push_digits(out, places, width);
    }
}

/// Appends a number with at least so many digits.
fn push_digits(out: &mut String, mut n: u64, width: usize) {
    let mut digits = [b'0'; 20];
    let mut from = digits.len();
    while n > 0 {
        from -= 1;
        digits[from] = b'0' + (n % 10) as u8;
        n /= 10;
    }
    let from = from.min(digits.len() - width);
    out.push_str(std::str::from_utf8(&digits[from..]).unwrap_or_default());
}

/// What two numbers have in common, at least 1 for a positive second one.
fn common(a: i64, b: i64) -> i64 {
    if b == 1 {
        return 1;
    }
    let (mut a, mut b) = (a.unsigned_abs(), b.unsigned_abs());
    if a == 0 {
        return b as i64;
    }
    let shift = (a | b).trailing_zeros();
    a >>= a.trailing_zeros();
    while b != 0 {
        b >>= b.trailing_zeros();
        if a > b {
            std::mem::swap(&mut a, &mut b);
        }
        b -= a;
    }
    (a << shift) as i64
}

fn divide_128(n: i128, d: i128, rounding: Rounding) -> i128 {
    let (quotient, rest) = (n / d, (n % d).unsigned_abs());
    let away = match rounding {
        Rounding::Down => false,
        Rounding::Up => rest != 0,
        Rounding::HalfAway => rest >= d.unsigned_abs() - rest,
    };
    if away { quotient + n.signum() } else { quotient }
}

/// The quotient with a positive divisor, rounded to a whole number.
pub(super) fn divide(n: &BigInt, d: &BigInt, rounding: Rounding) -> BigInt {
    let (quotient, rest) = n.div_rem(d);
    let rest: BigUint = rest.into_parts().1;
    let away = match rounding {
        Rounding::Down => false,
        Rounding::Up => !rest.is_zero(),
        Rounding::HalfAway => rest.clone() + rest >= *d.magnitude(),
    };
    if away { quotient + n.signum() } else { quotient }
}

impl Ord for Fraction {
    fn cmp(&self, other: &Self) -> Ordering {
        match (&self.0, &other.0) {
            (Small(a, b), Small(c, d)) if b == d => a.cmp(c),
            (Small(a, b), Small(c, d)) => (i128::from(*a) * i128::from(*d)).cmp(&(i128::from(*c) * i128::from(*b))),
            _ => {
                let ((a, b), (c, d)) = (self.parts(), other.parts());
                (a * d).cmp(&(c * b))
            }
        }
    }
}

impl PartialOrd for Fraction {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl From<i64> for Fraction {
    fn from(n: i64) -> Self {
        Self::whole(n)
    }
}

/// `24000/28391`, or `7` for a whole number: exact, for machines. People see [`Fraction::shown`].
impl fmt::Display for Fraction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Small(n, 1) => write!(f, "{n}"),
            Small(n, d) => write!(f, "{n}/{d}"),
            Big(b) if b.1.is_one() => write!(f, "{}", b.0),
            Big(b) => write!(f, "{}/{}", b.0, b.1),
        }
    }
}

impl fmt::Debug for Fraction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A text that is not a fraction as [`Fraction`] writes itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("zlomek se zapisuje jako 24000/28391 nebo 7")]
pub struct NotFraction;

impl std::str::FromStr for Fraction {
    type Err = NotFraction;
    fn from_str(text: &str) -> Result<Self, NotFraction> {
        let (n, d) = text.split_once('/').unwrap_or((text, "1"));
        let read = |s: &str| s.parse::<BigInt>().map_err(|_| NotFraction);
        Self::ratio(read(n)?, read(d)?).ok_or(NotFraction)
    }
}

impl TryFrom<String> for Fraction {
    type Error = NotFraction;
    fn try_from(text: String) -> Result<Self, NotFraction> {
        text.parse()
    }
}

impl From<Fraction> for String {
    fn from(fraction: Fraction) -> Self {
        fraction.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn f(text: &str) -> Fraction {
        text.parse().unwrap()
    }

    #[test]
    fn shows_at_most_twelve_places() {
        for (value, shown) in [
            ("2/3", "0.666666666667"),
            ("-2/3", "-0.666666666667"),
            ("1/7", "0.142857142857"),
            ("100", "100"),
            ("-1/2", "-0.5"),
            ("-1/3000000000000", "0"),
            ("-1/2000000000001", "0"),
            ("999999999999999999/1000000000000000000", "1"),
            ("-7/8", "-0.875"),
            ("1/100", "0.01"),
            ("9223372036854775807/2", "4611686018427387903.5"),
            ("1/2000000000000", "0.000000000001"),
            ("123456789012345678901234567890/7", "17636684144620811271604938270"),
            ("7777777777777777777777777777777/100", "77777777777777777777777777777.77"),
        ] {
            assert_eq!(f(value).shown(), shown);
        }
    }

    #[test]
    fn rounds() {
        use Rounding::{Down, HalfAway, Up};
        for (value, places, rounding, result) in [
            ("5/2", 0, HalfAway, "3"),
            ("-5/2", 0, HalfAway, "-3"),
            ("1250", -2, HalfAway, "1300"),
            ("-1234567/1000", -2, Down, "-1200"),
            ("-1234567/1000", 1, Up, "-6173/5"),
            ("0", 0, Up, "0"),
            ("1", -12, Up, "1000000000000"),
            ("9223372036854775807", -12, Up, "9223373000000000000"),
            ("-2/5", 0, HalfAway, "0"),
        ] {
            assert_eq!(f(value).round(places, rounding), f(result), "{value} {places} {rounding:?}");
        }
    }

    #[test]
    fn knows_its_limit() {
        let two = Fraction::whole(2);
        assert!(!two.pow(256).unwrap().sub(&Fraction::ONE).overflows());
        assert!(two.pow(256).unwrap().overflows());
        assert!(two.pow(-256).unwrap().overflows());
        assert_eq!(Fraction::ZERO.pow(-1), None);
    }

    proptest! {
        #[test]
        fn small_and_big_agree(a in any::<i64>(), b in 1..i64::MAX, c in any::<i64>(), d in 1..i64::MAX, small in any::<bool>()) {
            let cut = |n: i64| if small { n % 1000 } else { n };
            let (a, b, c, d) = (cut(a), cut(b).max(1), cut(c), cut(d).max(1));
            let (x, y) = (Fraction::ratio(a.into(), b.into()).unwrap(), Fraction::ratio(c.into(), d.into()).unwrap());
            let big = BigInt::from;
            let slow = |n: BigInt, m: BigInt| Fraction::ratio(n, m).unwrap();
            prop_assert_eq!(x.add(&y), slow(big(a) * d + big(c) * b, big(b) * d));
            prop_assert_eq!(x.sub(&y), slow(big(a) * d - big(c) * b, big(b) * d));
            prop_assert_eq!(x.mul(&y), slow(big(a) * c, big(b) * d));
            prop_assert_eq!(x.cmp(&y), (big(a) * d).cmp(&(big(c) * b)));
            if c != 0 {
                prop_assert_eq!(x.div(&y).unwrap(), slow(big(a) * d, big(b) * c));
            }
            prop_assert_eq!(x.floor(), slow(big(a).div_floor(&big(b)), big(1)));
            for (places, rounding) in [(2_i32, Rounding::HalfAway), (12, Rounding::Up), (-3, Rounding::Down)] {
                let unit = BigInt::from(10).pow(places.unsigned_abs());
                let (n, m, back) = if places > 0 { (big(a) * &unit, big(b), unit) } else { (big(a), big(b) * &unit, BigInt::one()) };
                let mut whole = divide(&n, &m, rounding);
                if places < 0 { whole *= 1000; }
                prop_assert_eq!(x.round(places, rounding), slow(whole, back));
            }
            prop_assert_eq!(x.to_string().parse::<Fraction>().unwrap(), x);
        }

        #[test]
        fn sums_in_any_order(values in proptest::collection::vec((any::<i32>(), 1_i32..50), 0..40)) {
            let values: Vec<Fraction> = values.into_iter().map(|(n, d)| Fraction::ratio(n.into(), d.into()).unwrap()).collect();
            let one_by_one = values.iter().fold(Fraction::ZERO, |sum, v| sum.add(v));
            prop_assert_eq!(Fraction::sum(&values), one_by_one);
        }
    }
}
