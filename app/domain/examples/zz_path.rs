use domain::subsidy::calculation::*;
use std::time::Instant;
fn main() {
    let n: usize = std::env::args().nth(1).unwrap().parse().unwrap();
    let min: i64 = std::env::args().nth(2).unwrap().parse().unwrap();
    let capped = std::env::args().nth(3).is_some();
    let mut p = 10_000_001u64;
    let mut claims = vec![];
    let prime = |n: u64| {
        let mut d = 3;
        while d * d <= n {
            if n % d == 0 {
                return false;
            }
            d += 2;
        }
        true
    };
    while claims.len() < n {
        p += 2;
        if prime(p) {
            let num = 500_000u64 * p + (claims.len() as u64 * 7919) % p + (claims.len() as u64 * 104729 % 900_000) * p;
            let w = Fraction::ratio(num.into(), p.into()).unwrap();
            claims.push(Claim {
                number: claims.len() as u64,
                cap: capped.then(|| w.mul(&Fraction::ratio((3 + claims.len() % 7).into(), 11.into()).unwrap())),
                weighted: w,
            });
        }
    }
    let t = Instant::now();
    let d = divide_amount(&claims, &Fraction::whole(n as i64 * 300_000), &Fraction::whole(1000), &Fraction::whole(min));
    println!(
        "{} out {} k digits {} in {:?}",
        d.awarded,
        d.shares.iter().filter(|s| s.reason == Some(Reason::Minimum)).count(),
        d.k.to_string().len(),
        t.elapsed()
    );
}
