//! A run for machines: JSON for programs, CSV for spreadsheets.

use super::{
    allocation::{LeftReason, Reason},
    compile::Compiled,
    fault::Fault,
    fraction::Fraction,
    names::{self, IDENTIFIKATOR, RESULT_PREFIX},
    run::Run,
    services::Services,
    value::{Value, czech_truth},
};
use serde::{Serialize, Serializer, ser::SerializeMap};
use std::collections::HashSet;

/// A run with what it was made of.
#[derive(Debug, Clone, Copy)]
pub struct Report<'a> {
    /// The scheme.
    pub compiled: &'a Compiled,
    /// The services.
    pub services: &'a Services,
    /// What came out.
    pub run: &'a Run,
}

#[derive(Serialize)]
struct Json<'a> {
    scheme: JsonScheme<'a>,
    groups: Vec<JsonGroup<'a>>,
    services: Vec<JsonService<'a>>,
}

#[derive(Serialize)]
struct JsonScheme<'a> {
    name: &'a str,
    version: &'a str,
}

#[derive(Serialize)]
struct JsonGroup<'a> {
    group: Option<&'a str>,
    allocation: String,
    k: String,
    awarded: String,
    left: String,
    left_reason: Option<LeftReason>,
}

#[derive(Serialize)]
struct JsonService<'a> {
    identifikator: &'a str,
    group: Option<&'a str>,
    steps: JsonSteps<'a>,
    ceiling: String,
    share: String,
    award: String,
    reason: Option<Reason>,
}

/// The steps of one service by their names, in the order of the scheme.
struct JsonSteps<'a> {
    report: Report<'a>,
    service: usize,
}

impl Serialize for JsonSteps<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let steps = &self.report.compiled.scheme.step;
        let mut map = serializer.serialize_map(Some(steps.len()))?;
        for (step, column) in steps.iter().zip(&self.report.run.steps) {
            match &column[self.service] {
                Value::Number(number) => map.serialize_entry(&step.name, &number.shown())?,
                Value::Text(text) => map.serialize_entry(&step.name, text.as_ref())?,
                Value::Truth(truth) => map.serialize_entry(&step.name, truth)?,
            }
        }
        map.end()
    }
}

impl Report<'_> {
    /// The run as one JSON document; numbers are texts with a decimal point, `k` is a reduced fraction.
    ///
    /// # Errors
    /// Never in practice: every part of it can be written.
    pub fn to_json(&self) -> serde_json::Result<String> {
        let name = |at: usize| self.run.groups.get(at).and_then(|group| group.group.as_deref());
        let groups = self.run.groups.iter().map(|group| JsonGroup {
            group: group.group.as_deref(),
            allocation: group.allocation.shown(),
            k: group.k.to_string(),
            awarded: group.awarded.shown(),
            left: group.left.shown(),
            left_reason: group.left_reason,
        });
        let services = self.services.identifiers.iter().zip(&self.run.results).enumerate().map(|(service, (id, result))| JsonService {
            identifikator: &id.written,
            group: name(result.group),
            steps: JsonSteps { report: *self, service },
            ceiling: result.ceiling.shown(),
            share: result.share.shown(),
            award: result.award.shown(),
            reason: result.reason,
        });
        let scheme = &self.compiled.scheme;
        serde_json::to_string(&Json {
            scheme: JsonScheme { name: &scheme.name, version: &scheme.version },
            groups: groups.collect(),
            services: services.collect(),
        })
    }

    /// The run as CSV: `;`, decimal comma, PRAVDA/NEPRAVDA, UTF-8 with a byte order mark, CRLF. A carried column that bears the name of a
    /// column of the results is left out, so that a file of results can be the next input.
    pub fn to_csv(&self) -> Vec<u8> {
        self.csv(false)
    }

    /// Like [`Self::to_csv`], for people who open it in a spreadsheet: what it would take for a formula gets an apostrophe in front.
    pub fn to_csv_for_sheets(&self) -> Vec<u8> {
        self.csv(true)
    }

    fn csv(&self, for_sheets: bool) -> Vec<u8> {
        let scheme = &self.compiled.scheme;
        let grouped = scheme.allocation.group.is_some();
        let computed: HashSet<String> = scheme.step.iter().map(|step| names::folded(&step.name)).collect();
        let carried: Vec<&(String, Vec<String>)> = self
            .services
            .carried
            .iter()
            .filter(|(name, _)| {
                let folded = names::folded(name);
                !computed.contains(&folded) && !folded.starts_with(RESULT_PREFIX)
            })
            .collect();

        let mut out = Csv { text: String::from("\u{feff}"), line_begins: true, for_sheets };
        let results = ["skupina", "k", "strop", "podil", "navrh", "duvod"].into_iter().filter(|name| grouped || *name != "skupina");
        let header = [IDENTIFIKATOR.to_owned()]
            .into_iter()
            .chain(carried.iter().map(|(name, _)| name.clone()))
            .chain(scheme.input.iter().map(|input| input.name.clone()))
            .chain(scheme.step.iter().map(|step| step.name.clone()))
            .chain(results.map(|name| format!("{RESULT_PREFIX}{name}")));
        header.for_each(|name| out.text(&name));
        out.end();
        for (service, (id, result)) in self.services.identifiers.iter().zip(&self.run.results).enumerate() {
            out.text(&id.written);
            carried.iter().for_each(|(_, cells)| out.text(&cells[service]));
            self.services.inputs.iter().chain(&self.run.steps).for_each(|column| out.value(&column[service]));
            let group = self.run.groups.get(result.group);
            if grouped {
                out.text(group.and_then(|group| group.group.as_deref()).unwrap_or_default());
            }
            out.number(group.map_or(&Fraction::ONE, |group| &group.k));
            [&result.ceiling, &result.share, &result.award].into_iter().for_each(|number| out.number(number));
            out.text(reason(result.reason));
            out.end();
        }
        out.text.into_bytes()
    }
}

fn reason(reason: Option<Reason>) -> &'static str {
    match reason {
        None => "",
        Some(Reason::Minimum) => "minimum",
        Some(Reason::Remainder) => "remainder",
    }
}

struct Csv {
    text: String,
    line_begins: bool,
    /// No text may become a formula.
    for_sheets: bool,
}

impl Csv {
    fn cell(&mut self) {
        if !std::mem::replace(&mut self.line_begins, false) {
            self.text.push(';');
        }
    }

    fn text(&mut self, cell: &str) {
        self.cell();
        let formula = self.for_sheets && crate::text::is_formula(cell);
        if formula || cell.contains([';', '"', '\n', '\r']) {
            self.text.push_str(if formula { "\"'" } else { "\"" });
            self.text.push_str(&cell.replace('"', "\"\""));
            self.text.push('"');
        } else {
            self.text.push_str(cell);
        }
    }

    fn number(&mut self, number: &Fraction) {
        self.cell();
        number.write_shown(&mut self.text, ',');
    }

    fn value(&mut self, value: &Value) {
        match value {
            Value::Number(number) => self.number(number),
            Value::Text(text) => self.text(text),
            Value::Truth(truth) => self.text(czech_truth(*truth)),
        }
    }

    fn end(&mut self) {
        self.text.push_str("\r\n");
        self.line_begins = true;
    }
}

/// Faults as one JSON document, `{"errors":[…]}`.
///
/// # Errors
/// Never in practice: every part of it can be written.
pub fn faults_to_json(faults: &[Fault]) -> serde_json::Result<String> {
    #[derive(Serialize)]
    struct Errors<'a> {
        errors: &'a [Fault],
    }
    serde_json::to_string(&Errors { errors: faults })
}

#[cfg(test)]
mod tests {
    use crate::subsidy::calculation::command::calculate;

    #[test]
    fn nothing_becomes_a_formula_in_a_spreadsheet() {
        let scheme = "format = 1\nname = \"x\"\nversion = \"1\"\ninput = [{ name = \"P\" }, { name = \"druh\", type = \"text\" }]\n[[step]]\nname = \"OPT\"\nformula = \"P\"\n[[step]]\nname = \"mene\"\nformula = \"-P\"\n[allocation]\nbase = \"OPT\"\nround_to = 1\n";
        let services = "identifikator;P;druh;@pozn\n1;5;=1+1;\"-a;\"\"b\"\n2;3;49;+420\n";
        let calculation = calculate(scheme.as_bytes(), services.as_bytes(), Some("100"), None).unwrap();
        let lines = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap().lines().map(ToOwned::to_owned).collect::<Vec<_>>();
        // The command writes what it read.
        let plain = lines(calculation.report().to_csv());
        assert!(plain[0].starts_with("\u{feff}identifikator;@pozn;P;druh;"), "{}", plain[0]);
        assert!(plain[1].starts_with("1;\"-a;\"\"b\";5;=1+1;5;-5;") && plain[2].starts_with("2;+420;3;49;3;-3;"), "{plain:?}");
        // Only texts change; numbers stay as they are.
        let sheet = lines(calculation.report().to_csv_for_sheets());
        assert!(sheet[0].starts_with("\u{feff}identifikator;\"'@pozn\";P;druh;"), "{}", sheet[0]);
        assert!(sheet[1].starts_with("1;\"'-a;\"\"b\";5;\"'=1+1\";5;-5;"), "{}", sheet[1]);
        assert!(sheet[2].starts_with("2;\"'+420\";3;49;3;-3;"), "{}", sheet[2]);
    }
}
