//! What a scheme that is being written gives on real services: values of the steps up to the first faulty one.

use super::{
    fault::Fault,
    scheme::{Allocation, Number, Scheme},
    services::Services,
    sheet::Sheet,
    value::Value,
};
use std::collections::HashSet;

/// Values of the steps for the services that have no fault, and the faults of the others.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Preview {
    /// How many steps could be computed, from the first one.
    pub steps: usize,
    /// Identifikátor and the values of those steps, in the order of the sheet.
    pub values: Vec<(String, Vec<Value>)>,
    /// The first fault of each service that has one; a fault without a service concerns all of them.
    pub faults: Vec<Fault>,
}

impl Scheme {
    /// Computes the steps before the first faulty one. Services with a fault are left out of the statistics, too, and told.
    pub fn preview(&self, sheet: &Sheet) -> Preview {
        let mut preview = Preview { steps: self.steps_without_fault(), ..Preview::default() };
        let mut cut = self.clone();
        cut.step.truncate(preview.steps);
        let base = cut.step.first().map(|step| &step.name).or(cut.input.first().map(|input| &input.name));
        let Some(base) = base.or(cut.param.first().map(|param| &param.name)).cloned() else { return preview };
        cut.allocation = Allocation { base, weight: None, cap: None, group: None, round_to: Number::whole(1), minimum: None };
        let compiled = match cut.compile() {
            Ok(compiled) => compiled,
            Err(faults) => return Preview { steps: 0, values: Vec::new(), faults },
        };
        let mut sheet = sheet.clone();
        let identifier = sheet.header.iter().position(|name| super::names::folded(name) == super::names::IDENTIFIKATOR);
        loop {
            let computed = compiled.services(&sheet).and_then(|services| Ok((compiled.steps(&services)?.steps, services)));
            match computed {
                Ok((steps, services)) => {
                    preview.values = values(&services, &steps);
                    return preview;
                }
                Err(faults) => {
                    let faulty: HashSet<&str> = faults.iter().filter_map(|fault| fault.identifikator.as_deref()).collect();
                    let before = sheet.rows.len();
                    if let Some(at) = identifier {
                        sheet.rows.retain(|row| row.cells.get(at).is_none_or(|cell| !faulty.contains(cell.as_str())));
                    }
                    let stuck = sheet.rows.len() == before;
                    preview.faults.extend(faults);
                    if stuck {
                        return preview;
                    }
                }
            }
        }
    }

    /// How many steps from the first one have no fault.
    fn steps_without_fault(&self) -> usize {
        let faults = match self.compile() {
            Ok(_) => return self.step.len(),
            Err(faults) => faults,
        };
        let first = faults.iter().filter_map(|fault| self.step.iter().position(|step| Some(&step.name) == fault.step.as_ref())).min();
        first.unwrap_or(self.step.len())
    }
}

fn values(services: &Services, steps: &[Vec<Value>]) -> Vec<(String, Vec<Value>)> {
    services
        .identifiers()
        .iter()
        .enumerate()
        .map(|(at, id)| (id.written.clone(), steps.iter().filter_map(|column| column.get(at).cloned()).collect()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_what_can_be_computed() {
        let scheme = Scheme::from_toml(
            "format = 1\nname = \"x\"\nversion = \"1\"\n[[input]]\nname = \"P\"\n[[step]]\nname = \"A1\"\nformula = \"10 / P\"\n[[step]]\nname = \"B1\"\nformula = \"A1 * podíl\"\n[[step]]\nname = \"C1\"\nformula = \"A1\"\n[allocation]\nbase = \"C1\"\nround_to = 1\n",
        )
        .unwrap();
        let mut sheet = Sheet::new(["identifikator", "P"]);
        sheet.push(["1", "5"]);
        sheet.push(["2", "0"]);
        sheet.push(["3", "x"]);
        let preview = scheme.preview(&sheet);
        assert_eq!(preview.steps, 1);
        assert_eq!(preview.values, [("1".to_owned(), vec![Value::Number(2.into())])]);
        let codes: Vec<(&str, Option<&str>)> = preview.faults.iter().map(|f| (f.code.as_str(), f.identifikator.as_deref())).collect();
        assert_eq!(codes, [("number", Some("3")), ("division_by_zero", Some("2"))]);
    }
}
