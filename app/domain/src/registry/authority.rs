//! The registering authority of a provider (§ 78 odst. 2): the file doesn't name it, so an import estimates the region.

use std::collections::BTreeMap;

/// The region estimated from the seat, else from most facilities; with equally many the lower code. `None` where neither is known.
///
/// `facilities` counts the provider's facilities by the key of their region (the RÚIAN number as text).
pub fn estimate<'a>(seat: Option<&'a str>, facilities: &'a BTreeMap<String, i64>) -> Option<&'a str> {
    let number = |key: &str| key.parse::<u32>().unwrap_or(u32::MAX);
    seat.or_else(|| {
        let most = facilities.iter().max_by(|(a, n), (b, m)| n.cmp(m).then_with(|| number(b).cmp(&number(a)).then_with(|| b.cmp(a))));
        most.map(|(key, _)| key.as_str())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seat_then_most_facilities_then_the_lower_code() {
        let counts = |list: &[(&str, i64)]| list.iter().map(|(k, n)| ((*k).to_owned(), *n)).collect::<BTreeMap<_, _>>();
        for (seat, list, region) in [
            (Some("19"), &[("60", 5)][..], Some("19")),
            (None, &[("60", 5), ("19", 2)], Some("60")),
            (None, &[("108", 2), ("27", 2), ("19", 1)], Some("27")),
            (None, &[], None),
        ] {
            assert_eq!(estimate(seat, &counts(list)), region);
        }
    }
}
