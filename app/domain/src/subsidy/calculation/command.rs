//! A whole calculation from the texts of files, as the command line and the pages run it.

use super::{
    amounts::Amounts,
    compile::Compiled,
    fault::{Code, Fault},
    output::Report,
    run::Run,
    scheme::Scheme,
    services::Services,
    sheet::Sheet,
};

/// The money, as the person gave it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Money<'a> {
    /// One amount as text.
    One(&'a str),
    /// A CSV file with the columns `group` and `allocation`.
    Groups(&'a [u8]),
}

/// A finished calculation.
#[derive(Debug, Clone)]
pub struct Calculation {
    /// The scheme.
    pub compiled: Compiled,
    /// The services.
    pub services: Services,
    /// What came out.
    pub run: Run,
}

/// Calculates, in this order: scheme, services, amounts, computation, allocation.
///
/// # Errors
/// The faults of the first stage that has any.
pub fn calculate(scheme: &[u8], services: &[u8], money: Money<'_>) -> Result<Calculation, Vec<Fault>> {
    let one = |fault: Fault| vec![fault];
    let scheme = std::str::from_utf8(scheme)
        .map_err(|_| one(Fault::new(Code::Scheme, "Schéma není v kódování UTF-8. Uložte je znovu jako UTF-8.")))?;
    let compiled = Scheme::from_toml(scheme).map_err(one)?.compile()?;
    let services = compiled.services(&Sheet::from_csv(services, Code::Services).map_err(one)?)?;
    let amounts = match money {
        Money::One(text) => Amounts::one(text),
        Money::Groups(csv) => Sheet::from_csv(csv, Code::Groups).and_then(|sheet| Amounts::groups(&sheet)),
    };
    let run = compiled.run(&services, &amounts.map_err(one)?)?;
    Ok(Calculation { compiled, services, run })
}

impl Calculation {
    /// The run with what it was made of.
    pub fn report(&self) -> Report<'_> {
        Report { compiled: &self.compiled, services: &self.services, run: &self.run }
    }
}
