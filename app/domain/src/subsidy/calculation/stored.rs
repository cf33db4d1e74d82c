//! A run as it is kept: what it was made of, so that it can be computed again years later.

use super::{amounts::Amounts, command::Calculation, fault::Fault, fraction::Fraction, scheme::Scheme, sheet::Sheet};
use serde::{Deserialize, Serialize};

/// Scheme, inputs and money of a run. Computed again, they give the same run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredRun {
    /// The scheme.
    pub scheme: Scheme,
    /// The services with their inputs.
    pub inputs: Sheet,
    /// The money, in Kč.
    pub amounts: Amounts,
}

impl StoredRun {
    /// Computes the run.
    ///
    /// # Errors
    /// The faults of the first stage that has any: scheme, services, computation, allocation.
    pub fn calculate(&self) -> Result<Calculation, Vec<Fault>> {
        let compiled = self.scheme.compile()?;
        let services = compiled.services(&self.inputs)?;
        let run = compiled.run(&services, &self.amounts)?;
        Ok(Calculation { compiled, services, run })
    }
}

impl Calculation {
    /// The sum of all awards, in Kč.
    pub fn awarded(&self) -> Fraction {
        Fraction::sum(self.run.groups.iter().map(|group| &group.awarded))
    }

    /// What stays of the money, in Kč.
    pub fn left(&self) -> Fraction {
        Fraction::sum(self.run.groups.iter().map(|group| &group.left))
    }

    /// All awards, ceilings and coefficients in sixteen hexadecimal digits (FNV-1a), so that two computations can be compared without sending
    /// them. It guards against differences between programs, not against people.
    pub fn digest(&self) -> String {
        let mut hash = 0xcbf2_9ce4_8422_2325_u64;
        let mut add = |text: &str| {
            for byte in text.bytes().chain([b';']) {
                hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
            }
        };
        for group in &self.run.groups {
            add(group.group.as_deref().unwrap_or_default());
            add(&group.k.to_string());
            add(&group.left.to_string());
        }
        for (id, result) in self.services.identifiers().iter().zip(&self.run.results) {
            add(&id.number.to_string());
            add(&result.ceiling.to_string());
            add(&result.award.to_string());
        }
        format!("{hash:016x}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::subsidy::calculation::{Amounts, scheme::Number};

    fn stored() -> StoredRun {
        let scheme = Scheme::from_toml(
            "format = 1\nname = \"x\"\nversion = \"1\"\n[[input]]\nname = \"P\"\n[[param]]\nname = \"cast\"\nvalue = 1\n[[step]]\nname = \"OPT\"\nformula = \"P * cast\"\n[allocation]\nbase = \"OPT\"\nround_to = 1000\n",
        )
        .unwrap();
        let mut inputs = Sheet::new(["identifikator", "P"]);
        inputs.push(["1", "30 000"]);
        inputs.push(["2", "10 500,5"]);
        StoredRun { scheme, inputs, amounts: Amounts::one("20000").unwrap() }
    }

    #[test]
    fn a_kept_run_computes_the_same_again() {
        let stored = stored();
        let first = stored.calculate().unwrap();
        let again: StoredRun = serde_json::from_str(&serde_json::to_string(&stored).unwrap()).unwrap();
        assert_eq!(again, stored);
        let again = again.calculate().unwrap();
        assert_eq!(again.run, first.run);
        assert_eq!(again.digest(), first.digest());
        assert_eq!((first.awarded(), first.left()), (Fraction::whole(20_000), Fraction::ZERO));
    }

    #[test]
    fn one_crown_changes_the_digest() {
        let stored = stored();
        let mut other = stored.clone();
        other.scheme.allocation.round_to = Number::whole(1);
        assert_ne!(stored.calculate().unwrap().digest(), other.calculate().unwrap().digest());
    }
}
