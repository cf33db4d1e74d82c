//! What would change the amount of a service: one of its inputs is turned, and the whole run is computed again.

use crate::subsidy::calculation::{Fraction, StoredRun, names, number};

/// What a single change comes to, by the calculation and before any decision of the kraj.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Effect {
    /// What is changed: `Rozpočet bez chybných položek`.
    pub label: String,
    /// The difference to the amount of the run, in whole crowns.
    pub difference: i64,
}

const MILLION: i64 = 1_000_000;

/// The effects of a few changes that a provider thinks of: the budget without wrong items, a million more of other public money, a request higher by a tenth, one
/// unit less.
/// Each that the scheme has an input for; what changes nothing is there, too, with zero.
pub fn effects(run: &StoredRun, identifikator: &str) -> Vec<Effect> {
    let place = |name: &str| run.inputs.header.iter().position(|known| names::folded(known) == names::folded(name));
    let Some(id) = place(names::IDENTIFIKATOR) else { return Vec::new() };
    let Some(row) = run.inputs.rows.iter().position(|row| row.cells.get(id).is_some_and(|cell| cell == identifikator)) else {
        return Vec::new();
    };
    let value = |name: &str| place(name).and_then(|at| number::read(run.inputs.rows[row].cells.get(at)?));
    let mut tries: Vec<(String, &str, Fraction)> = Vec::new();
    if value("E").is_some_and(|wrong| !wrong.is_zero()) {
        tries.push(("Rozpočet bez chybných položek".to_owned(), "E", Fraction::ZERO));
    }
    if let Some(other) = value("Z") {
        tries.push(("O milion víc z jiných veřejných zdrojů".to_owned(), "Z", other.add(&Fraction::whole(MILLION))));
    }
    let request = value("P").filter(|request| !request.is_zero());
    if let Some((request, tenth)) = request.and_then(|request| Some((request.clone(), request.div(&Fraction::whole(10))?))) {
        tries.push(("O desetinu vyšší požadavek".to_owned(), "P", request.add(&tenth).floor()));
    }
    for (name, form) in [("J_pob", "pobytové formy"), ("J_at", "ambulantní a terénní formy")] {
        let units = value(name).map(|units| (units.clone(), units.sub(&Fraction::ONE))).filter(|(_, less)| less.signum() > 0);
        if let Some((units, less)) = units {
            let words = format!("{} místo {} jednotek {form}", number::for_people(&less), number::for_people(&units));
            tries.push((words, name, less));
        }
    }
    let award = |run: &StoredRun| -> Option<i64> {
        let calculation = run.calculate().ok()?;
        let at = calculation.services.identifiers().iter().position(|id| id.written == identifikator)?;
        calculation.run.results.get(at)?.award.floor().to_i64()
    };
    let Some(now) = award(run).filter(|_| !tries.is_empty()) else { return Vec::new() };
    tries
        .into_iter()
        .filter_map(|(label, name, new)| {
            let mut changed = run.clone();
            *changed.inputs.rows[row].cells.get_mut(place(name)?)? = new.exact_decimal()?;
            Some(Effect { label, difference: award(&changed)? - now })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::subsidy::calculation::{Amounts, Scheme, Sheet};

    fn run(amount: &str) -> StoredRun {
        let scheme = "format = 1\nname = \"x\"\nversion = \"1\"\ninput = [{ name = \"N\" }, { name = \"Z\" }, { name = \"P\" }, { name = \"E\" }, { name = \"J_pob\" }]\n\
            [[step]]\nname = \"OPT\"\nformula = \"MAX(0; MIN(P-E; J_pob*N-Z))\"\n[allocation]\nbase = \"OPT\"\nround_to = 1000\n";
        let mut inputs = Sheet::new(["identifikator", "N", "Z", "P", "E", "J_pob"]);
        inputs.push(["11", "500 000", "1 000 000", "9 000 000", "400 000", "20"]);
        inputs.push(["12", "500 000", "0", "4 000 000", "0", "10"]);
        StoredRun { scheme: Scheme::from_toml(scheme).unwrap(), inputs, amounts: Amounts::one(amount).unwrap() }
    }

    fn found(run: &StoredRun, id: &str) -> Vec<(String, i64)> {
        effects(run, id).into_iter().map(|effect| (effect.label, effect.difference)).collect()
    }

    /// By hand: service 11 has MIN(8,6 mil.; 9 mil.) = 8,6 mil., service 12 has 4 mil., and the money is enough for all.
    #[test]
    fn each_change_is_the_whole_run_again() {
        assert_eq!(
            found(&run("100 000 000"), "11"),
            [
                ("Rozpočet bez chybných položek".to_owned(), 400_000),
                ("O milion víc z jiných veřejných zdrojů".to_owned(), -600_000),
                ("O desetinu vyšší požadavek".to_owned(), 400_000),
                ("19 místo 20 jednotek pobytové formy".to_owned(), -100_000),
            ]
        );
        // 12: MIN(4 mil.; 5 mil.) = 4 mil.; a million more elsewhere leaves 4 mil., one unit less leaves 4,5 mil.
        assert_eq!(found(&run("100 000 000"), "12").iter().map(|(_, d)| *d).collect::<Vec<_>>(), [0, 400_000, 0]);
    }

    /// With half the money k = 6,3/12,6: 8,6 mil. become 4,3 mil.; without wrong items k = 6,3/13 and 9 mil. become 4 361 538, rounded to 4 361 000
    /// or one thousand more by the largest remainder.
    #[test]
    fn where_money_is_short_the_others_count() {
        let found = found(&run("6 300 000"), "11");
        assert!((61_000..=62_000).contains(&found[0].1), "{found:?}");
        assert!(effects(&run("6 300 000"), "99").is_empty());
    }
}
