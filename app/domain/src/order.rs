//! Order without the code of a sort for every type: what the browser downloads counts. A generic sort is four kilobytes of WebAssembly for each
//! type and comparison, and collecting a `BTreeMap` or `BTreeSet` sorts.

use std::{borrow::Borrow, cmp::Ordering, collections::BTreeMap, mem};

/// The positions `0..count` from the smallest; those that compare as equal keep their order.
pub fn positions(count: usize, compare: &mut dyn FnMut(usize, usize) -> Ordering) -> Vec<usize> {
    let mut order: Vec<usize> = (0..count).collect();
    sort(&mut order, compare);
    order
}

/// Sorts positions; those that compare as equal keep their order.
pub fn sort(positions: &mut [usize], compare: &mut dyn FnMut(usize, usize) -> Ordering) {
    positions.sort_by(|a, b| compare(*a, *b));
}

/// Removes a key from a map of the length of a form, as `BTreeMap::remove`, whose code for every type is another four kilobytes.
pub fn take_out<K: Ord + Borrow<Q>, V, Q: Ord + ?Sized>(map: &mut BTreeMap<K, V>, key: &Q) -> Option<V> {
    if !map.contains_key(key) {
        return None;
    }
    let mut taken = None;
    for (other, value) in mem::take(map) {
        if other.borrow() == key {
            taken = Some(value);
        } else {
            map.insert(other, value);
        }
    }
    taken
}

/// Collecting one after another.
pub trait Inserted: Iterator + Sized {
    /// As `collect`, inserting each item as it comes: for maps and sets of the length of a form.
    fn inserted<C: Default + Extend<Self::Item>>(self) -> C {
        let mut all = C::default();
        all.extend(self);
        all
    }
}

impl<I: Iterator> Inserted for I {}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn as_the_standard_library(values in prop::collection::vec(0_u8..20, 0..60)) {
            let mut sorted: Vec<(u8, usize)> = values.iter().copied().zip(0..).collect();
            sorted.sort_by_key(|(value, _)| *value);
            let order = positions(values.len(), &mut |a, b| values[a].cmp(&values[b]));
            prop_assert_eq!(order, sorted.iter().map(|(_, at)| *at).collect::<Vec<_>>());
            let pairs = || values.iter().copied().zip(0..);
            let (mut ours, mut theirs) = (pairs().collect::<BTreeMap<u8, usize>>(), pairs().collect::<BTreeMap<u8, usize>>());
            for key in 0..20 {
                prop_assert_eq!(take_out(&mut ours, &(key * 7 % 20)), theirs.remove(&(key * 7 % 20)));
                prop_assert_eq!(&ours, &theirs);
            }
            prop_assert_eq!(pairs().inserted::<BTreeMap<u8, usize>>(), pairs().collect::<BTreeMap<u8, usize>>());
        }
    }
}
