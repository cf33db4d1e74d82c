//! Formulas of a finished run evaluated once more, for whoever writes the run down with everything between the steps.

use super::{
    compile::Program,
    evaluate::{Columns, evaluate},
    output::Report,
    value::Value,
};

impl Report<'_> {
    /// The value of a formula of this scheme for the service at this place; nothing where it has none.
    pub fn evaluate(&self, program: &Program, service: usize) -> Option<Value> {
        if service >= self.services.len() {
            return None;
        }
        let columns = Columns {
            scheme: &self.compiled.scheme,
            inputs: &self.services.inputs,
            params: &self.compiled.params,
            tables: &self.compiled.tables,
            steps: &self.run.steps,
        };
        evaluate(program, &columns, service, &mut Vec::new()).ok()
    }
}
