//! Shares of the asked kraje and the request to each: every budget row is split to whole crowns by largest remainder.

use super::{Division, ServiceApplication};
use crate::{
    codelists::Kraj,
    order::{self, Inserted as _},
    subsidy::amount::{Crowns, Share},
};
use std::collections::{BTreeMap, BTreeSet};

/// Equal shares, rounded down to two decimals; the rest goes to the kraj of registration, if that is not asked to the lowest code
/// (33,34/33,33/33,33). Their sum is 100,00 unless nobody is asked.
pub fn evenly(asked: impl IntoIterator<Item = Kraj>, registering: Option<Kraj>) -> BTreeMap<Kraj, Share> {
    let asked: BTreeSet<Kraj> = asked.into_iter().inserted();
    let Some(count) = u16::try_from(asked.len()).ok().filter(|count| *count > 0) else { return BTreeMap::new() };
    let each = Share::WHOLE.get() / count;
    let rest = Share::WHOLE.get() - each * count;
    let favoured = registering.filter(|kraj| asked.contains(kraj)).or_else(|| asked.first().copied());
    asked
        .into_iter()
        .filter_map(|kraj| {
            let share = if Some(kraj) == favoured { each + rest } else { each };
            Share::hundredths(share).ok().map(|share| (kraj, share))
        })
        .inserted()
}

/// Splits an amount to whole crowns by largest remainder (ties: lower kraj code). The parts give the amount when the shares give 100,00;
/// with other shares of a draft each part is only rounded down.
pub fn split(amount: Crowns, shares: &BTreeMap<Kraj, Share>) -> BTreeMap<Kraj, Crowns> {
    let whole = u128::from(Share::WHOLE.get());
    let exact = |share: &Share| u128::from(amount.get()) * u128::from(share.get());
    let floor = |share: &Share| u64::try_from(exact(share) / whole).unwrap_or(amount.get());
    let mut parts: BTreeMap<Kraj, u64> = shares.iter().map(|(kraj, share)| (*kraj, floor(share))).inserted();
    if shares.values().map(|share| u32::from(share.get())).sum::<u32>() == u32::from(Share::WHOLE.get()) {
        let missing = amount.get() - parts.values().sum::<u64>();
        let rests: Vec<(&Kraj, u128)> = shares.iter().map(|(kraj, share)| (kraj, exact(share) % whole)).collect();
        // The kraje stand by their codes, and ties keep that order.
        let order = order::positions(rests.len(), &mut |a, b| rests[b].1.cmp(&rests[a].1));
        for at in order.into_iter().take(usize::try_from(missing).unwrap_or(usize::MAX)) {
            if let Some(part) = parts.get_mut(rests[at].0) {
                *part += 1;
            }
        }
    }
    parts.into_iter().map(|(kraj, part)| (kraj, Crowns::new(part))).inserted()
}

impl ServiceApplication {
    /// The share of each asked kraj; a share that is not typed yet counts as 0.
    pub fn shares(&self) -> BTreeMap<Kraj, Share> {
        match self.division {
            Division::Evenly => evenly(self.asked(), self.facts.registering),
            Division::Own => self.kraje.iter().filter(|(_, a)| a.asked).map(|(kraj, a)| (*kraj, a.share.unwrap_or_default())).inserted(),
        }
    }

    /// Sum of the shares in hundredths of a percent; 10 000 is right.
    pub fn shares_sum(&self) -> u32 {
        self.shares().values().map(|share| u32::from(share.get())).sum()
    }

    /// What each budget row requests of a kraj; rows that request nothing of it are absent.
    pub fn rows_to(&self, kraj: Kraj) -> BTreeMap<String, Crowns> {
        let shares = self.shares();
        self.budget
            .iter()
            .filter_map(|(key, line)| {
                let part = split(line.request?, &shares).get(&kraj).copied()?;
                (!part.is_zero()).then(|| (key.clone(), part))
            })
            .inserted()
    }

    /// The request to a kraj: the sum of its rows.
    pub fn request_to(&self, kraj: Kraj) -> Crowns {
        self.rows_to(kraj).into_values().sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::subsidy::application::{Asked, BudgetLine};

    fn kraj(code: u16) -> Kraj {
        Kraj::of_code(code).unwrap()
    }

    fn hundredths(shares: &BTreeMap<Kraj, Share>) -> Vec<(u16, u16)> {
        shares.iter().map(|(kraj, share)| (kraj.code(), share.get())).collect()
    }

    #[test]
    fn the_rest_goes_to_the_kraj_of_registration() {
        let three = [kraj(60), kraj(78), kraj(19)];
        assert_eq!(hundredths(&evenly(three, Some(kraj(60)))), [(19, 3333), (60, 3334), (78, 3333)]);
        assert_eq!(hundredths(&evenly(three, Some(kraj(51)))), [(19, 3334), (60, 3333), (78, 3333)]);
        assert_eq!(hundredths(&evenly(three, None)), [(19, 3334), (60, 3333), (78, 3333)]);
        assert_eq!(hundredths(&evenly([kraj(60)], None)), [(60, 10_000)]);
        assert!(evenly([], Some(kraj(60))).is_empty());
    }

    #[test]
    fn ties_go_to_the_lower_code() {
        let shares = evenly([kraj(78), kraj(60)], None);
        let parts = split(Crowns::new(101), &shares);
        assert_eq!(parts, BTreeMap::from([(kraj(60), Crowns::new(51)), (kraj(78), Crowns::new(50))]));
    }

    #[test]
    fn the_request_to_a_kraj_is_the_sum_of_its_rows() {
        let mut service = ServiceApplication::default();
        for (row, request) in [("1.1", 101), ("2.3", 101), ("2.4", 0)] {
            service.budget.insert(row.to_owned(), BudgetLine { request: Some(Crowns::new(request)), ..BudgetLine::default() });
        }
        for code in [60, 78] {
            service.kraje.insert(kraj(code), Asked { asked: true, share: None });
        }
        // Split row by row the lower code gets 51 + 51, not half of 202.
        assert_eq!((service.request_to(kraj(60)), service.request_to(kraj(78))), (Crowns::new(102), Crowns::new(100)));
        assert_eq!(service.rows_to(kraj(60)).len(), 2);
        assert_eq!(service.request_to(kraj(19)), Crowns::ZERO);
    }

    #[test]
    fn shares_of_a_draft_may_be_incomplete() {
        let shares = BTreeMap::from([(kraj(60), Share::hundredths(5000).unwrap()), (kraj(78), Share::hundredths(0).unwrap())]);
        assert_eq!(split(Crowns::new(101), &shares), BTreeMap::from([(kraj(60), Crowns::new(50)), (kraj(78), Crowns::ZERO)]));
    }

    fn some_kraje() -> impl proptest::strategy::Strategy<Value = Vec<Kraj>> {
        proptest::sample::subsequence(Kraj::all().collect::<Vec<_>>(), 1..=14)
    }

    proptest::proptest! {
        #[test]
        fn equal_shares_give_the_whole(asked in some_kraje(), registering in proptest::option::of(0_usize..14)) {
            let shares = evenly(asked, registering.and_then(|n| Kraj::all().nth(n)));
            proptest::prop_assert_eq!(shares.values().map(|share| u32::from(share.get())).sum::<u32>(), 10_000);
            let least = shares.values().map(|share| share.get()).min().unwrap();
            proptest::prop_assert!(shares.values().filter(|share| share.get() != least).count() <= 1);
        }

        /// The parts give the amount exactly, and each is less than a crown away from its exact share.
        #[test]
        fn a_split_loses_nothing(amount in 0_u64..=999_999_999_999, asked in some_kraje(), cuts in proptest::collection::vec(0_u16..=10_000, 13)) {
            let mut cuts: Vec<u16> = cuts.into_iter().take(asked.len() - 1).chain([0, 10_000]).collect();
            cuts.sort_unstable();
            let shares: BTreeMap<Kraj, Share> =
                asked.iter().zip(cuts.windows(2)).map(|(kraj, cut)| (*kraj, Share::hundredths(cut[1] - cut[0]).unwrap())).collect();
            let parts = split(Crowns::new(amount), &shares);
            proptest::prop_assert_eq!(parts.values().copied().sum::<Crowns>(), Crowns::new(amount));
            for (kraj, part) in parts {
                let exact = u128::from(amount) * u128::from(shares[&kraj].get());
                proptest::prop_assert!((u128::from(part.get()) * 10_000).abs_diff(exact) < 10_000);
            }
        }
    }
}
