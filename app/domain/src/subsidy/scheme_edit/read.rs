//! Fields into parts of a scheme, and numbers and rows into texts that people edit.

use super::{Fields, Part, Wrong, path};
use crate::{
    subsidy::calculation::{
        Fraction,
        number::read as read_number,
        scheme::{Input, Kind, Match, Number, Param, RateTable, Row, Rule, Scheme, Statistic, StatisticFunction, Step, Written},
    },
    text::typed,
};

/// Characters of a name or a label.
const SHORT: usize = 200;
/// Characters of an explanation or a formula.
const LONG: usize = 4_000;
/// Characters of the rows of a table.
const ROWS: usize = 1_000_000;

/// A number as it is edited: a decimal comma, no groups.
pub(super) fn number(number: Option<&Number>) -> String {
    number.map(|number| number.written().replace('.', ",")).unwrap_or_default()
}

pub(super) fn written(value: &Written) -> String {
    match value {
        Written::Number(value) => number(Some(value)),
        Written::Text(text) => text.clone(),
    }
}

/// Names of the keys that are numbers.
pub(super) fn numeric_keys(table: &RateTable) -> Vec<String> {
    let is_number = |at: usize| {
        let last_from = table.matching == Match::From && at + 1 == table.keys.len();
        !last_from && table.rows.first().is_some_and(|row| matches!(row.keys.get(at), Some(Written::Number(_))))
    };
    table.keys.iter().enumerate().filter(|(at, _)| is_number(*at)).map(|(_, name)| name.clone()).collect()
}

/// The rows as Excel gives them: a tab between cells.
pub(super) fn rows(table: &RateTable) -> String {
    let line = |row: &Row| row.keys.iter().map(written).chain([number(Some(&row.rate))]).collect::<Vec<_>>().join("\t");
    table.rows.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// Names that a list separates by semicolons.
fn names(text: &str) -> Vec<String> {
    text.split([';', '\n']).map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

pub(super) struct Reader<'a> {
    fields: &'a Fields,
    pub wrong: Wrong,
}

impl<'a> Reader<'a> {
    pub fn new(fields: &'a Fields) -> Self {
        Self { fields, wrong: Wrong::new() }
    }

    /// A field as it can be kept, if it is there.
    fn text(&mut self, path: &str, limit: usize) -> Option<String> {
        match typed(self.fields.get(path)?, limit) {
            Ok(text) => Some(text),
            Err(error) => {
                self.wrong.push((path.to_owned(), error.to_string()));
                None
            }
        }
    }

    fn set(&mut self, path: &str, limit: usize, place: &mut String) {
        if let Some(text) = self.text(path, limit) {
            *place = text;
        }
    }

    fn optional(&mut self, path: &str, limit: usize, place: &mut Option<String>) {
        if let Some(text) = self.text(path, limit) {
            *place = Some(text).filter(|text| !text.is_empty());
        }
    }

    fn people(&mut self, at: usize, part: Part, places: [&mut Option<String>; 3]) {
        for (place, (field, limit)) in places.into_iter().zip([("popis", SHORT), ("jednotka", SHORT), ("proc", LONG)]) {
            self.optional(&path(part, at, field), limit, place);
        }
    }

    fn number(&mut self, path: &str, place: &mut Option<Number>) {
        let Some(text) = self.text(path, SHORT) else { return };
        if text.is_empty() {
            *place = None;
        } else if let Some(number) = self.read(path, &text) {
            *place = Some(number);
        }
    }

    fn read(&mut self, path: &str, text: &str) -> Option<Number> {
        let value = read_number(text).map(Number);
        if value.is_none() {
            self.wrong.push((path.to_owned(), not_a_number(text)));
        }
        value
    }

    pub fn input(&mut self, at: usize, input: &mut Input) {
        let here = |field: &str| path(Part::Inputs, at, field);
        self.set(&here("jmeno"), SHORT, &mut input.name);
        self.people(at, Part::Inputs, [&mut input.label, &mut input.unit, &mut input.why]);
        if let Some(kind) = self.text(&here("typ"), SHORT) {
            input.kind = if kind == "text" { Kind::Text } else { Kind::Number };
        }
        if let Some(criterion) = self.text(&here("kriterium"), SHORT) {
            input.criterion = criterion == "ano";
        }
        self.number(&here("min"), &mut input.min);
        self.number(&here("max"), &mut input.max);
        if let Some(default) = self.text(&here("vychozi"), SHORT) {
            input.default = match (default.is_empty(), input.kind) {
                (true, _) => None,
                (false, Kind::Text) => Some(Written::Text(default)),
                (false, Kind::Number) => self.read(&here("vychozi"), &default).map(Written::Number),
            };
        }
    }

    pub fn param(&mut self, at: usize, param: &mut Param) {
        let here = |field: &str| path(Part::Params, at, field);
        self.set(&here("jmeno"), SHORT, &mut param.name);
        self.people(at, Part::Params, [&mut param.label, &mut param.unit, &mut param.why]);
        let is_text = match self.text(&here("typ"), SHORT) {
            Some(kind) => kind == "text",
            None => matches!(param.value, Written::Text(_)),
        };
        if let Some(value) = self.text(&here("hodnota"), SHORT) {
            if is_text {
                param.value = Written::Text(value);
            } else if let Some(number) = self.read(&here("hodnota"), &value) {
                param.value = Written::Number(number);
            }
        }
    }

    pub fn table(&mut self, at: usize, table: &mut RateTable) {
        let here = |field: &str| path(Part::Tables, at, field);
        self.set(&here("jmeno"), SHORT, &mut table.name);
        self.people(at, Part::Tables, [&mut table.label, &mut table.unit, &mut table.why]);
        let mut numeric = numeric_keys(table);
        if let Some(keys) = self.text(&here("klice"), LONG) {
            table.keys = names(&keys);
            if table.keys.is_empty() {
                self.wrong
                    .push((here("klice"), "Napište aspoň jeden klíč, podle kterého se v tabulce hledá, například druh; forma.".to_owned()));
            }
        }
        if let Some(listed) = self.text(&here("cisla"), LONG) {
            numeric = names(&listed);
            if let Some(unknown) = numeric.iter().find(|name| !table.keys.contains(name)) {
                let sentence = format!("Klíč „{unknown}“ v tabulce není. Napište sem jen klíče z pole Klíče, které jsou čísla.");
                self.wrong.push((here("cisla"), sentence));
            }
        }
        if let Some(matching) = self.text(&here("hledani"), SHORT) {
            table.matching = if matching == "od" { Match::From } else { Match::Exact };
        }
        self.number(&here("vychozi"), &mut table.default);
        let rows = self.text(&here("radky"), ROWS);
        if let Some(rows) = rows {
            match read_rows(&rows, table, &numeric) {
                Ok(rows) => table.rows = rows,
                Err(sentence) => self.wrong.push((here("radky"), sentence)),
            }
        }
    }

    pub fn step(&mut self, at: usize, step: &mut Step) {
        let here = |field: &str| path(Part::Steps, at, field);
        self.set(&here("jmeno"), SHORT, &mut step.name);
        self.people(at, Part::Steps, [&mut step.label, &mut step.unit, &mut step.why]);
        match &mut step.rule {
            Rule::Formula(formula) => self.set(&here("vzorec"), LONG, formula),
            Rule::Statistic(statistic) => {
                self.optional(&here("z"), LONG, &mut statistic.of);
                self.optional(&here("kde"), LONG, &mut statistic.condition);
                self.optional(&here("jinak"), LONG, &mut statistic.otherwise);
                if let Some(per) = self.text(&here("podle"), LONG) {
                    statistic.per = names(&per);
                }
                if let Some(count) = self.text(&here("nejmene"), SHORT) {
                    statistic.min_count = match (count.is_empty(), count.parse::<u64>()) {
                        (true, _) => None,
                        (false, Ok(count)) if count > 0 => Some(count),
                        _ => {
                            self.wrong.push((here("nejmene"), "Napište celé číslo od 1, nebo nechte prázdné.".to_owned()));
                            statistic.min_count
                        }
                    };
                }
            }
        }
        if let Some(how) = self.text(&here("jak"), SHORT) {
            let function = StatisticFunction::ALL.into_iter().find(|function| function.as_str() == how);
            step.rule = as_rule(std::mem::replace(&mut step.rule, Rule::Formula(String::new())), function);
        }
    }

    pub fn allocation(&mut self, scheme: &mut Scheme) {
        let here = |field: &str| format!("{}.{field}", Part::Allocation.key());
        for (field, limit, place) in [("nazev", SHORT, &mut scheme.name), ("verze", 40, &mut scheme.version)] {
            self.set(&here(field), limit, place);
            if place.is_empty() {
                self.wrong.push((here(field), "Vyplňte toto pole, podle něj se schéma pozná.".to_owned()));
            }
        }
        if let Some(year) = self.text(&here("rok"), SHORT) {
            scheme.year = match (year.is_empty(), year.parse::<i64>()) {
                (true, _) => None,
                (false, Ok(year)) if (2007..=2100).contains(&year) => Some(year),
                _ => {
                    self.wrong.push((here("rok"), "Napište rok čtyřmi číslicemi, například 2027, nebo nechte prázdné.".to_owned()));
                    scheme.year
                }
            };
        }
        let allocation = &mut scheme.allocation;
        self.set(&here("zaklad"), SHORT, &mut allocation.base);
        self.optional(&here("vaha"), SHORT, &mut allocation.weight);
        self.optional(&here("strop"), SHORT, &mut allocation.cap);
        self.optional(&here("skupina"), SHORT, &mut allocation.group);
        let mut unit = Some(allocation.round_to.clone());
        self.number(&here("zaokrouhlit"), &mut unit);
        match unit.filter(|unit| unit.0.is_whole() && unit.0 > Fraction::ZERO) {
            Some(unit) => allocation.round_to = unit,
            None => self.wrong.push((here("zaokrouhlit"), "Napište celé číslo větší než nula, například 1 000.".to_owned())),
        }
        self.number(&here("nejmene"), &mut allocation.minimum);
    }
}

/// The same rule as a formula, or as a statistic: the formula and what the statistic is of take each other's place.
fn as_rule(rule: Rule, function: Option<StatisticFunction>) -> Rule {
    match (rule, function) {
        (Rule::Statistic(statistic), None) => Rule::Formula(statistic.of.unwrap_or_default()),
        (Rule::Formula(formula), None) => Rule::Formula(formula),
        (Rule::Statistic(statistic), Some(function)) => Rule::Statistic(Statistic { function, ..statistic }),
        (Rule::Formula(formula), Some(function)) => {
            Rule::Statistic(Statistic { function, of: Some(formula), condition: None, per: Vec::new(), min_count: None, otherwise: None })
        }
    }
}

fn not_a_number(text: &str) -> String {
    let shown: String = text.chars().take(40).collect();
    format!("„{shown}“ není číslo. Napište je číslicemi, například 1 234,5.")
}

/// Rows as they are pasted: a tab between cells, or a semicolon in a line without tabs.
fn read_rows(text: &str, table: &RateTable, numeric: &[String]) -> Result<Vec<Row>, String> {
    let mut rows = Vec::new();
    for (at, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let separator = if line.contains('\t') { '\t' } else { ';' };
        let cells: Vec<&str> = line.split(separator).map(str::trim).collect();
        let place = at + 1;
        if cells.len() != table.keys.len() + 1 {
            return Err(format!(
                "Řádek {place} má {} sloupců, má jich mít {}: {} a sazbu. Opravte jej, nebo vložte celou tabulku znovu.",
                cells.len(),
                table.keys.len() + 1,
                table.keys.join(", ")
            ));
        }
        let number = |cell: &str| read_number(cell).map(Number).ok_or_else(|| format!("Řádek {place}: {}", not_a_number(cell)));
        let mut keys = Vec::with_capacity(table.keys.len());
        for (key, (name, cell)) in table.keys.iter().zip(&cells).enumerate() {
            let from = table.matching == Match::From && key + 1 == table.keys.len();
            keys.push(if from || numeric.contains(name) { Written::Number(number(cell)?) } else { Written::Text((*cell).to_owned()) });
        }
        rows.push(Row { keys, rate: number(cells[table.keys.len()])? });
    }
    Ok(rows)
}
