//! The services of a run with the values of their inputs.

use super::{
    check::{ROWS, allowed},
    compile::Compiled,
    fault::{Code, Fault, REPORTED},
    names::{self, IDENTIFIKATOR},
    number,
    scheme::{Input, Kind},
    sheet::Sheet,
    value::Value,
};
use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

/// The number by which a service is registered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identifikator {
    /// As written, with its zeros.
    pub written: String,
    /// The number that it is compared by.
    pub number: u64,
}

impl Identifikator {
    /// Reads 1–12 digits.
    pub fn read(text: &str) -> Option<Self> {
        let fits = (1..=12).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        let number = if fits { text.parse().ok()? } else { return None };
        Some(Self { written: text.to_owned(), number })
    }
}

/// Services ready for a run: every input of the scheme has a value for each of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Services {
    pub(super) identifiers: Vec<Identifikator>,
    pub(super) inputs: Vec<Vec<Value>>,
    /// Columns that no input bears the name of, carried through to the results.
    pub(super) carried: Vec<(String, Vec<String>)>,
}

impl Services {
    /// How many services.
    pub fn len(&self) -> usize {
        self.identifiers.len()
    }

    /// No service.
    pub fn is_empty(&self) -> bool {
        self.identifiers.is_empty()
    }

    /// The identifiers, in the order of the file.
    pub fn identifiers(&self) -> &[Identifikator] {
        &self.identifiers
    }

    /// The values of an input, in the order of the file.
    pub fn input(&self, input: usize) -> &[Value] {
        self.inputs.get(input).map_or(&[], Vec::as_slice)
    }

    /// The columns carried through, each with its name.
    pub fn carried(&self) -> &[(String, Vec<String>)] {
        &self.carried
    }

    /// The place of a service, its identifikátor compared as a number.
    pub fn find(&self, identifikator: &str) -> Option<usize> {
        let number = Identifikator::read(identifikator.trim())?.number;
        self.identifiers.iter().position(|known| known.number == number)
    }
}

/// Where an input gets its cells from, and the texts met so far, each kept once.
struct Column<'a> {
    input: &'a Input,
    at: Option<usize>,
    default: Option<Value>,
    texts: HashMap<String, Arc<str>>,
}

impl Column<'_> {
    fn value(&mut self, cell: &str) -> Result<Value, Fault> {
        let name = &self.input.name;
        if cell.is_empty() {
            return self.default.clone().ok_or_else(|| {
                Fault::new(Code::MissingInput, format!("Sloupec „{name}“ je prázdný a vstup nemá výchozí hodnotu. Doplňte jej."))
            });
        }
        if self.input.kind == Kind::Text {
            if let Some(text) = self.texts.get(cell) {
                return Ok(Value::Text(text.clone()));
            }
            let text: Arc<str> = cell.into();
            self.texts.insert(cell.to_owned(), text.clone());
            return Ok(Value::Text(text));
        }
        let Some(value) = number::read(cell) else {
            let shown: String = cell.chars().take(40).collect();
            let message = format!("Ve sloupci „{name}“ je „{shown}“, má tam být číslo, například 1 234,5. Opravte buňku.");
            return Err(Fault::new(Code::Number, message));
        };
        if !allowed(self.input, &value) {
            let bound = |bound: &Option<super::scheme::Number>| bound.as_ref().map(|number| number::for_people(&number.0));
            let bounds = match (bound(&self.input.min), bound(&self.input.max)) {
                (Some(min), Some(max)) => format!("od {min} do {max}"),
                (Some(min), None) => format!("nejméně {min}"),
                (None, max) => format!("nejvýš {}", max.unwrap_or_default()),
            };
            let message = format!("Ve sloupci „{name}“ je {}, povoleno je {bounds}. Opravte buňku.", number::for_people(&value));
            return Err(Fault::new(Code::Range, message));
        }
        Ok(Value::Number(value))
    }
}

impl Compiled {
    /// Reads the services of a sheet.
    ///
    /// # Errors
    /// The first fault of the sheet as a whole; otherwise the first fault of each row, up to [`REPORTED`], in order.
    pub fn services(&self, sheet: &Sheet) -> Result<Services, Vec<Fault>> {
        let whole = |message: String| vec![Fault::new(Code::Services, message)];
        if sheet.rows.len() > ROWS {
            return Err(vec![Fault::new(Code::Limit, format!("Služeb je víc než {ROWS}. Rozdělte je do více výpočtů."))]);
        }
        let columns = sheet.columns(Code::Services).map_err(|fault| vec![fault])?;
        let place = |folded: &str| columns.iter().find(|(name, _)| name == folded).map(|(_, at)| *at);
        let identifier = place(IDENTIFIKATOR)
            .ok_or_else(|| whole(format!("Soubor nemá sloupec „{IDENTIFIKATOR}“. Doplňte jej, je to číslo služby z registru.")))?;
        let mut inputs: Vec<Column<'_>> = self
            .scheme
            .input
            .iter()
            .map(|input| Column {
                input,
                at: place(&names::folded(&input.name)),
                default: input.default.as_ref().map(Value::from),
                texts: HashMap::new(),
            })
            .collect();
        let missing: Vec<&str> = inputs
            .iter()
            .filter(|column| column.at.is_none() && column.default.is_none())
            .map(|column| column.input.name.as_str())
            .collect();
        if !missing.is_empty() {
            return Err(whole(format!("V souboru chybí sloupce: {}. Doplňte je, nebo dejte vstupům výchozí hodnotu.", missing.join(", "))));
        }
        let taken: HashSet<usize> = inputs.iter().filter_map(|column| column.at).chain([identifier]).collect();
        let further: Vec<usize> = columns.iter().map(|(_, at)| *at).filter(|at| !taken.contains(at)).collect();

        let mut faults = Vec::new();
        let mut identifiers: Vec<Identifikator> = Vec::with_capacity(sheet.rows.len());
        let mut known = HashSet::with_capacity(sheet.rows.len());
        let mut values: Vec<Vec<Value>> = inputs.iter().map(|_| Vec::with_capacity(sheet.rows.len())).collect();
        let mut carried: Vec<(String, Vec<String>)> = further.iter().map(|at| (sheet.header[*at].clone(), Vec::new())).collect();
        for row in &sheet.rows {
            if faults.len() == REPORTED {
                break;
            }
            if row.cells.len() != sheet.header.len() {
                let message = format!(
                    "Řádek {} má {} buněk, hlavička jich má {}. Opravte oddělovače nebo uvozovky.",
                    row.line,
                    row.cells.len(),
                    sheet.header.len()
                );
                faults.push(Fault::new(Code::Services, message));
                continue;
            }
            let written = row.cells[identifier].as_str();
            let Some(id) = Identifikator::read(written) else {
                let message = format!("Na řádku {} není identifikátor služby. Má to být číslo o 1 až 12 číslicích. Opravte jej.", row.line);
                let fault = Fault::new(Code::Services, message);
                faults.push(if written.is_empty() { fault } else { fault.of_service(written) });
                continue;
            };
            if !known.insert(id.number) {
                let message = format!("Identifikátor je v souboru podruhé, na řádku {}. Jeden z řádků smažte.", row.line);
                faults.push(Fault::new(Code::Services, message).of_service(written));
                continue;
            }
            let read: Result<Vec<Value>, Fault> =
                inputs.iter_mut().map(|column| column.value(column.at.map_or("", |at| row.cells[at].as_str()))).collect();
            match read {
                Err(fault) => faults.push(fault.of_service(written)),
                Ok(read) => {
                    identifiers.push(id);
                    values.iter_mut().zip(read).for_each(|(column, value)| column.push(value));
                    carried.iter_mut().zip(&further).for_each(|((_, cells), at)| cells.push(row.cells[*at].clone()));
                }
            }
        }
        if faults.is_empty() { Ok(Services { identifiers, inputs: values, carried }) } else { Err(faults) }
    }
}
