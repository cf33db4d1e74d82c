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

/// Calculates, in this order: scheme, services, amounts, computation, allocation. The money is one amount as text, or a CSV file with the
/// columns `group` and `allocation`.
///
/// # Errors
/// The faults of the first stage that has any.
pub fn calculate(scheme: &[u8], services: &[u8], allocation: Option<&str>, groups: Option<&[u8]>) -> Result<Calculation, Vec<Fault>> {
    let one = |fault: Fault| vec![fault];
    let scheme = std::str::from_utf8(scheme)
        .map_err(|_| one(Fault::new(Code::Scheme, "Schéma není v kódování UTF-8. Uložte je znovu jako UTF-8.")))?;
    let compiled = Scheme::from_toml(scheme).map_err(one)?.compile()?;
    let services = compiled.services(&Sheet::from_csv(services, Code::Services).map_err(one)?)?;
    let amounts = match (allocation, groups) {
        (Some(text), None) => Amounts::one(text),
        (None, Some(csv)) => Sheet::from_csv(csv, Code::Groups).and_then(|sheet| Amounts::groups(&sheet)),
        _ => Err(Fault::new(Code::Groups, "Zadejte buď jednu částku, nebo soubor s částkami skupin.")),
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
