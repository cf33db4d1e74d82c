//! Laws of the allocation and of schemes, on random data. The allocation is compared with a slow one that follows its definition word by word.

#![expect(clippy::unwrap_used, reason = "a test may stop at anything unexpected")]

use domain::subsidy::calculation::{
    Amounts, Change, Claim, Code, Division, Fraction, LeftReason, Reason, Scheme, Sheet, divide_amount,
    scheme::{Allocation, Input, Kind, Match, Number, Param, RateTable, Row, Rule, Statistic, StatisticFunction, Step, Written},
};
use proptest::{collection::vec, option, prelude::*};

fn fraction(n: i64, d: i64) -> Fraction {
    Fraction::ratio(n.into(), d.into()).unwrap()
}

fn share(claim: &Claim, k: &Fraction) -> Fraction {
    let share = claim.weighted.mul(k);
    claim.cap.as_ref().map_or(share.clone(), |cap| cap.clone().min(share))
}

/// The largest k of 0…1 with Σ x(k) ≤ A: the segment between two breakpoints in which the sum passes A, solved for k.
fn slow_k(claims: &[&Claim], amount: &Fraction) -> Fraction {
    let sum = |k: &Fraction| claims.iter().fold(Fraction::ZERO, |sum, claim| sum.add(&share(claim, k)));
    if sum(&Fraction::ONE) <= *amount {
        return Fraction::ONE;
    }
    let breaks = claims.iter().filter_map(|claim| claim.cap.as_ref()?.div(&claim.weighted));
    let mut points: Vec<Fraction> = breaks.filter(|k| *k < Fraction::ONE).chain([Fraction::ZERO, Fraction::ONE]).collect();
    points.sort();
    let segment = points.windows(2).rfind(|pair| sum(&pair[0]) <= *amount).unwrap();
    let (low, high) = (sum(&segment[0]), sum(&segment[1]));
    let part = amount.sub(&low).div(&high.sub(&low)).unwrap();
    segment[0].add(&segment[1].sub(&segment[0]).mul(&part))
}

/// The allocation as its definition says it, without any thought of speed.
fn slow(claims: &[Claim], amount: &Fraction, unit: &Fraction, minimum: &Fraction) -> (Fraction, Vec<(Fraction, Option<Reason>)>) {
    let mut out = vec![false; claims.len()];
    let k = loop {
        let inside: Vec<&Claim> = claims.iter().zip(&out).filter(|(_, out)| !**out).map(|(claim, _)| claim).collect();
        let k = slow_k(&inside, amount);
        let small = claims
            .iter()
            .enumerate()
            .filter(|(at, _)| !out[*at])
            .map(|(at, claim)| (share(claim, &k), std::cmp::Reverse(claim.number), at))
            .filter(|(x, _, _)| !x.is_zero() && x < minimum)
            .min();
        match small {
            Some((_, _, at)) => out[at] = true,
            None => break k,
        }
    };
    let shares: Vec<Fraction> = claims.iter().zip(&out).map(|(claim, out)| if *out { Fraction::ZERO } else { share(claim, &k) }).collect();
    let mut results: Vec<(Fraction, Option<Reason>)> =
        shares.iter().zip(&out).map(|(x, out)| (x.div(unit).unwrap().floor().mul(unit), out.then_some(Reason::Minimum))).collect();
    if k < Fraction::ONE {
        let mut left = results.iter().fold(amount.clone(), |left, (award, _)| left.sub(award));
        let mut order: Vec<usize> = (0..claims.len()).filter(|at| !shares[*at].is_zero()).collect();
        order.sort_by_key(|at| (std::cmp::Reverse(shares[*at].sub(&results[*at].0)), claims[*at].number));
        loop {
            let before = left.clone();
            for at in &order {
                let more = results[*at].0.add(unit);
                if left >= *unit && more <= share(&claims[*at], &Fraction::ONE) {
                    results[*at] = (more, Some(Reason::Remainder));
                    left = left.sub(unit);
                }
            }
            if left == before {
                break;
            }
        }
    }
    (k, results)
}

#[derive(Debug, Clone)]
struct Case {
    claims: Vec<Claim>,
    amount: Fraction,
    unit: Fraction,
    minimum: Fraction,
}

fn cases() -> impl Strategy<Value = Case> {
    let money = prop_oneof![Just(0_i64), 1..30_i64, 1..30_000_i64, 1..3_000_000_i64];
    let claim = (money.clone(), 1..13_i64, option::of((money.clone(), 1..4_i64)));
    (vec(claim, 0..25), money, 1..101_i64, prop_oneof![Just(1_i64), Just(100), Just(1000)], 0..40_i64).prop_map(
        |(claims, amount, percent, unit, minimum)| {
            let claims: Vec<Claim> = claims
                .into_iter()
                .enumerate()
                .map(|(at, (n, d, cap))| Claim {
                    number: (at as u64 * 7) % 25,
                    weighted: fraction(n, d),
                    cap: cap.map(|(n, d)| fraction(n, d)),
                })
                .collect();
            let asked = claims.iter().fold(Fraction::whole(amount), |sum, claim| sum.add(&claim.weighted));
            let amount = asked.mul(&fraction(percent, 100));
            Case { claims, amount, unit: Fraction::whole(unit), minimum: Fraction::whole(unit * minimum) }
        },
    )
}

fn divide(case: &Case) -> Division {
    divide_amount(&case.claims, &case.amount, &case.unit, &case.minimum)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn the_quick_allocation_is_the_slow_one(case in cases()) {
        let quick = divide(&case);
        let (k, results) = slow(&case.claims, &case.amount, &case.unit, &case.minimum);
        prop_assert_eq!(&quick.k, &k);
        let awards: Vec<(Fraction, Option<Reason>)> = quick.shares.into_iter().map(|share| (share.award, share.reason)).collect();
        prop_assert_eq!(awards, results);
    }

    #[test]
    fn the_sum_is_the_amount_or_it_says_why(case in cases()) {
        let division = divide(&case);
        let awarded = Fraction::sum(division.shares.iter().map(|share| &share.award));
        prop_assert_eq!(&division.awarded, &awarded);
        prop_assert_eq!(awarded.add(&division.left), case.amount.clone());
        let out = division.shares.iter().any(|share| share.reason == Some(Reason::Minimum));
        let room = |share: &domain::subsidy::calculation::Share| !share.share.is_zero() && share.award.add(&case.unit) <= share.ceiling;
        match division.left_reason {
            None => prop_assert!(division.left.is_zero()),
            Some(LeftReason::Rounding) => prop_assert!(division.k < Fraction::ONE && division.left < case.unit),
            Some(LeftReason::Ceilings) => prop_assert!(division.left >= case.unit && !division.shares.iter().any(room)),
            Some(LeftReason::Minimum) => prop_assert!(division.k == Fraction::ONE && out),
            Some(LeftReason::Covered) => prop_assert!(division.k == Fraction::ONE && !out),
        }
    }

    #[test]
    fn awards_keep_their_bounds(case in cases()) {
        for share in divide(&case).shares {
            prop_assert!(share.award <= share.ceiling);
            prop_assert!(share.award.div(&case.unit).unwrap().is_whole());
            prop_assert!(share.award.is_zero() || share.award >= case.minimum);
        }
    }

    #[test]
    fn more_money_is_never_less_for_anybody(case in cases(), more in 0..5_000_000_i64) {
        let case = Case { minimum: Fraction::ZERO, ..case };
        let richer = Case { amount: case.amount.add(&Fraction::whole(more)), ..case.clone() };
        let (less, more) = (divide(&case), divide(&richer));
        prop_assert!(less.k <= more.k);
        prop_assert!(less.awarded <= more.awarded);
        prop_assert!(less.shares.iter().zip(&more.shares).all(|(less, more)| less.share <= more.share));
    }

    #[test]
    fn schemes_survive_toml_and_json(scheme in schemes()) {
        let toml = scheme.to_toml();
        let read = Scheme::from_toml(&toml).unwrap_or_else(|fault| panic!("{fault}\n{toml}"));
        prop_assert_eq!(&read, &scheme);
        let json = serde_json::to_string(&scheme).unwrap();
        let back: Scheme = serde_json::from_str(&json).unwrap();
        prop_assert_eq!(back.to_toml(), toml);
        // Whatever it says, checking it ends in an answer.
        let _ = scheme.compile();
    }

    #[test]
    fn no_text_breaks_the_readers(text in "\\PC{0,120}") {
        let _ = Scheme::from_toml(&text);
        let _ = Sheet::from_csv(text.as_bytes(), Code::Services);
        let _ = Amounts::one(&text);
    }
}

fn number() -> impl Strategy<Value = Number> {
    let long = "[1-9][0-9]{0,25}(\\.[0-9]{1,12})?";
    prop_oneof![any::<i32>().prop_map(|n| Number::whole(n.into())), long.prop_map(|text| Number::read(&text).unwrap())]
}

fn written(kind: Kind) -> BoxedStrategy<Written> {
    match kind {
        Kind::Number => number().prop_map(Written::Number).boxed(),
        Kind::Text => "\\PC{0,12}".prop_map(Written::Text).boxed(),
    }
}

fn kind() -> impl Strategy<Value = Kind> {
    prop_oneof![Just(Kind::Number), Just(Kind::Text)]
}

fn text() -> impl Strategy<Value = Option<String>> {
    option::of("(\\PC|[\n\t\"\\\\]){0,20}")
}

fn inputs() -> impl Strategy<Value = Input> {
    (("[a-zř_]{1,6}", kind(), text(), text()), (option::of(number()), option::of(number()), any::<bool>())).prop_flat_map(
        |((name, kind, label, unit), (min, max, criterion))| {
            option::of(written(kind)).prop_map(move |default| Input {
                name: name.clone(),
                kind,
                label: label.clone(),
                unit: unit.clone(),
                why: None,
                min: min.clone(),
                max: max.clone(),
                criterion,
                default,
            })
        },
    )
}

fn params() -> impl Strategy<Value = Param> {
    ("[a-z]{1,6}", text(), text(), kind().prop_flat_map(written)).prop_map(|(name, label, why, value)| Param {
        name,
        label,
        unit: None,
        why,
        value,
    })
}

fn tables() -> impl Strategy<Value = RateTable> {
    (1..4_usize, any::<bool>()).prop_flat_map(|(width, from)| {
        let last = if from { Just(Kind::Number).boxed() } else { kind().boxed() };
        let keys = (vec(kind().prop_flat_map(written), width - 1), last.prop_flat_map(written));
        let row = (keys, number()).prop_map(|((mut keys, last), rate)| {
            keys.push(last);
            Row { keys, rate }
        });
        ("[a-z]{1,6}", vec("\\PC{0,8}", width), option::of(number()), vec(row, 0..5)).prop_map(move |(name, keys, default, rows)| {
            let matching = if from { Match::From } else { Match::Exact };
            RateTable { name, keys, matching, default, rows, ..RateTable::default() }
        })
    })
}

fn steps() -> impl Strategy<Value = Step> {
    let statistic =
        (proptest::sample::select(StatisticFunction::ALL.to_vec()), text(), text(), vec("[a-z]{1,4}", 0..3), option::of(1..9_u64))
            .prop_map(|(function, of, condition, per, min_count)| {
                Rule::Statistic(Statistic { function, of, condition, per, min_count, otherwise: None })
            });
    let rule = prop_oneof!["(\\PC|\n){0,30}".prop_map(Rule::Formula), statistic];
    ("[a-z]{1,6}", text(), text(), text(), rule).prop_map(|(name, label, unit, why, rule)| Step { name, label, unit, why, rule })
}

fn schemes() -> impl Strategy<Value = Scheme> {
    let allocation = ("[a-z]{1,6}", option::of("[a-z]{1,6}"), option::of("[a-z]{1,6}"), number(), option::of(number()))
        .prop_map(|(base, weight, group, round_to, minimum)| Allocation { base, weight, cap: None, group, round_to, minimum });
    let parts = (vec(inputs(), 0..4), vec(params(), 0..3), vec(tables(), 0..3), vec(steps(), 0..4));
    ("\\PC{0,20}", option::of(any::<i16>()), parts, allocation).prop_map(|(name, year, (input, param, table, step), allocation)| Scheme {
        format: 1,
        name,
        version: "1".to_owned(),
        year: year.map(i64::from),
        input,
        param,
        table,
        step,
        allocation,
    })
}

#[test]
fn a_changed_scheme_serves_the_same_services() {
    let scheme = Scheme::from_toml(
        r#"
format = 1
name = "Zkouška"
version = "1"
[[input]]
name = "B"
[[param]]
name = "krat"
value = 2
[[table]]
name = "sazba"
keys = ["od"]
match = "from"
rows = [[0, 10], [5, "20,5"]]
[[step]]
name = "Z"
formula = "sazba(B) * krat"
[allocation]
base = "Z"
round_to = 1
"#,
    )
    .unwrap();
    let compiled = scheme.compile().unwrap();
    let mut sheet = Sheet::new(["identifikator", "B"]);
    sheet.push(["1", "7"]);
    let services = compiled.services(&sheet).unwrap();
    let amounts = Amounts::One(Fraction::whole(1000));
    let award = |scheme: &Scheme| scheme.compile().unwrap().run(&services, &amounts).unwrap().results[0].award.to_i64();
    assert_eq!(award(&scheme), Some(41));
    let changes = [
        Change::Param { name: "KRAT".to_owned(), value: "3".to_owned() },
        Change::Rate { table: "sazba".to_owned(), row: 1, value: "30".to_owned() },
        Change::RoundTo("50".to_owned()),
        Change::Minimum(String::new()),
    ];
    assert_eq!(award(&scheme.changed(&changes).unwrap()), Some(50));
    assert_eq!(scheme.changed(&[Change::RoundTo("x".to_owned())]).unwrap_err().code, Code::Number);
}
