//! The calculation as the browser runs it, without a page around it: `./bench calculation` times it in a worker, and the browser tests run
//! every shared case through it.

use domain::subsidy::calculation::{Amounts, Code, Compiled, Fault, Scheme, Services, Sheet, command, faults_to_json};
use wasm_bindgen::prelude::*;

/// Loaded inputs: a scheme, its services and the money.
#[wasm_bindgen]
pub struct Loaded {
    compiled: Compiled,
    services: Services,
    amounts: Amounts,
}

#[wasm_bindgen]
impl Loaded {
    /// Reads a scheme (TOML), services (CSV) and an amount in Kč.
    ///
    /// # Errors
    /// What the calculation finds wrong with them.
    #[wasm_bindgen(constructor)]
    pub fn new(scheme: &str, services: &[u8], amount: &str) -> Result<Loaded, JsError> {
        let compiled = Scheme::from_toml(scheme).map_err(|fault| told(&[fault]))?.compile().map_err(|faults| told(&faults))?;
        let sheet = Sheet::from_csv(services, Code::Services).map_err(|fault| told(&[fault]))?;
        let services = compiled.services(&sheet).map_err(|faults| told(&faults))?;
        let amounts = Amounts::one(amount).map_err(|fault| told(&[fault]))?;
        Ok(Self { compiled, services, amounts })
    }

    /// Computes every step and every award; gives what was awarded, in Kč.
    ///
    /// # Errors
    /// What the calculation finds wrong with the inputs.
    pub fn run(&self) -> Result<String, JsError> {
        let run = self.compiled.run(&self.services, &self.amounts).map_err(|faults| told(&faults))?;
        Ok(run.groups.iter().map(|group| group.awarded.to_string()).collect::<Vec<_>>().join(" "))
    }
}

/// A whole calculation from the texts of its files: what `kraj108 calculate --json` prints, the results or the faults as JSON.
/// The money is `allocation`, one amount in Kč, or `groups`, CSV with the columns group and allocation.
///
/// # Errors
/// The results cannot be written as JSON.
#[wasm_bindgen]
pub fn calculate(scheme: &str, services: &str, allocation: Option<String>, groups: Option<String>) -> Result<String, JsError> {
    let (allocation, groups) = (allocation.as_deref(), groups.as_deref().map(str::as_bytes));
    let json = match command::calculate(scheme.as_bytes(), services.as_bytes(), allocation, groups) {
        Ok(calculation) => calculation.report().to_json(),
        Err(faults) => faults_to_json(&faults),
    };
    json.map_err(|error| JsError::new(&error.to_string()))
}

fn told(faults: &[Fault]) -> JsError {
    JsError::new(&faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
}
