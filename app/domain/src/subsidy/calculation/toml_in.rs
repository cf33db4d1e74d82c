//! A scheme out of TOML. Numbers are read from their digits, never through binary; every key must be known and of its type.

use super::{
    fault::{Code, Fault},
    names, number,
    scheme::{
        Allocation, FORMAT, Input, Kind, Match, Number, Param, RateTable, Row, Rule, Scheme, Statistic, StatisticFunction, Step, Written,
    },
};
use toml::de::{DeTable, DeValue};

impl Scheme {
    /// Reads a scheme from TOML. Only its shape is checked here: keys, types, required parts. A byte order mark is passed over.
    ///
    /// # Errors
    /// The first fault, `scheme`.
    pub fn from_toml(text: &str) -> Result<Self, Fault> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let table = DeTable::parse(text).map_err(|error| {
            let place = error.span().map(|span| place(text, span.start));
            fault(match place {
                Some((line, column)) => {
                    format!("Schéma není platný TOML, chyba je na řádku {line} ve sloupci {column}. Opravte tam zápis a načtěte je znovu.")
                }
                None => "Schéma není platný TOML. Opravte zápis a načtěte je znovu.".to_owned(),
            })
        })?;
        scheme(Part::new(table.get_ref(), "schéma".to_owned()))
    }
}

fn fault(message: impl Into<String>) -> Fault {
    Fault::new(Code::Scheme, message)
}

fn place(text: &str, offset: usize) -> (usize, usize) {
    let before = text.get(..offset).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    (line, before.rsplit('\n').next().map_or(0, |last| last.chars().count()) + 1)
}

/// A table of the file from which known keys are taken one after another; what remains is unknown.
struct Part<'a> {
    table: &'a DeTable<'a>,
    what: String,
    taken: Vec<&'static str>,
}

impl<'a> Part<'a> {
    fn new(table: &'a DeTable<'a>, what: String) -> Self {
        Self { table, what, taken: Vec::new() }
    }

    fn take(&mut self, key: &'static str) -> Option<&'a DeValue<'a>> {
        self.taken.push(key);
        self.table.get(key).map(toml::Spanned::get_ref)
    }

    fn need(&mut self, key: &'static str) -> Result<&'a DeValue<'a>, Fault> {
        self.take(key).ok_or_else(|| fault(format!("Chybí „{key}“ ({}). Doplňte tento klíč.", self.what)))
    }

    fn wrong(&self, key: &str, expected: &str) -> Fault {
        fault(format!("„{key}“ má být {expected} ({}). Opravte hodnotu.", self.what))
    }

    fn optional<T>(&mut self, key: &'static str, expected: &str, read: impl Fn(&DeValue<'_>) -> Option<T>) -> Result<Option<T>, Fault> {
        match self.take(key) {
            None => Ok(None),
            Some(value) => read(value).map(Some).ok_or_else(|| self.wrong(key, expected)),
        }
    }

    fn required<T>(&mut self, key: &'static str, expected: &str, read: impl Fn(&DeValue<'_>) -> Option<T>) -> Result<T, Fault> {
        let value = self.need(key)?;
        read(value).ok_or_else(|| self.wrong(key, expected))
    }

    fn text(&mut self, key: &'static str) -> Result<Option<String>, Fault> {
        self.optional(key, "text v uvozovkách", text)
    }

    fn name(&mut self) -> Result<String, Fault> {
        let name = names::composed(&self.required("name", "text v uvozovkách", text)?);
        self.what = format!("{} „{name}“", self.what);
        Ok(name)
    }

    fn number(&mut self, key: &'static str) -> Result<Option<Number>, Fault> {
        self.optional(key, NUMBER, as_number)
    }

    fn parts(&mut self, key: &'static str, what: &str) -> Result<Vec<Part<'a>>, Fault> {
        let Some(value) = self.take(key) else { return Ok(Vec::new()) };
        let expected = || fault(format!("Části schématu se píší jako [[{key}]]. Opravte zápis."));
        let rows = value.as_array().ok_or_else(expected)?;
        rows.iter()
            .enumerate()
            .map(|(at, row)| Ok(Part::new(row.get_ref().as_table().ok_or_else(expected)?, format!("{what} č. {}", at + 1))))
            .collect()
    }

    fn done(self) -> Result<(), Fault> {
        let known = |key: &str| self.taken.contains(&key);
        match self.table.keys().map(|key| key.get_ref().as_ref()).find(|key| !known(key)) {
            None => Ok(()),
            Some(key) => Err(fault(format!("Klíč „{key}“ tu není znám ({}). Zkontrolujte jeho název nebo jej smažte.", self.what))),
        }
    }
}

const NUMBER: &str = "číslo, například 0,9 (bez exponentu, nejvýš 40 znaků)";

fn text(value: &DeValue<'_>) -> Option<String> {
    value.as_str().map(str::to_owned)
}

/// An integer, a decimal or a text with a number in it.
fn as_number(value: &DeValue<'_>) -> Option<Number> {
    match value {
        DeValue::String(text) => number::read(text).map(Number),
        _ => bare_number(value),
    }
}

fn bare_number(value: &DeValue<'_>) -> Option<Number> {
    match value {
        DeValue::Integer(integer) if integer.radix() == 10 => number::read(integer.as_str()).map(Number),
        DeValue::Integer(integer) => {
            i64::from_str_radix(integer.as_str(), integer.radix()).ok().filter(|n| *n != i64::MIN).map(Number::whole)
        }
        DeValue::Float(float) => number::read(float.as_str()).map(Number),
        _ => None,
    }
}

fn whole_from_one(value: &DeValue<'_>) -> Option<u64> {
    u64::try_from(as_number(value)?.0.to_i64()?).ok().filter(|n| *n > 0)
}

fn texts(value: &DeValue<'_>) -> Option<Vec<String>> {
    value.as_array()?.iter().map(|item| text(item.get_ref())).collect()
}

fn kind(value: &DeValue<'_>) -> Option<Kind> {
    match value.as_str()? {
        "number" => Some(Kind::Number),
        "text" => Some(Kind::Text),
        _ => None,
    }
}

fn written(kind: Kind, value: &DeValue<'_>) -> Option<Written> {
    match kind {
        Kind::Number => as_number(value).map(Written::Number),
        Kind::Text => text(value).map(Written::Text),
    }
}

fn expected(kind: Kind) -> &'static str {
    match kind {
        Kind::Number => NUMBER,
        Kind::Text => "text v uvozovkách",
    }
}

fn scheme(mut part: Part<'_>) -> Result<Scheme, Fault> {
    let format =
        part.required("format", "celé číslo 1", |value| matches!(value, DeValue::Integer(_)).then(|| bare_number(value)).flatten())?;
    if format != Number::whole(FORMAT.into()) {
        return Err(fault(format!("Formát schématu {} není znám. Tento program čte formát {FORMAT}.", format.written())));
    }
    let scheme = Scheme {
        format: FORMAT,
        name: part.required("name", "text v uvozovkách", text)?,
        version: part.required("version", "text v uvozovkách", text)?,
        year: part.optional("year", "celé číslo", |value| {
            matches!(value, DeValue::Integer(_)).then(|| bare_number(value)).flatten().and_then(|n| n.0.to_i64())
        })?,
        input: part.parts("input", "vstup")?.into_iter().map(input).collect::<Result<_, _>>()?,
        param: part.parts("param", "parametr")?.into_iter().map(param).collect::<Result<_, _>>()?,
        table: part.parts("table", "tabulka")?.into_iter().map(table).collect::<Result<_, _>>()?,
        step: part.parts("step", "krok")?.into_iter().map(step).collect::<Result<_, _>>()?,
        allocation: {
            let value = part.need("allocation")?;
            let table = value.as_table().ok_or_else(|| fault("Rozdělení peněz se píše jako [allocation]. Opravte zápis."))?;
            allocation(Part::new(table, "rozdělení".to_owned()))?
        },
    };
    part.done()?;
    Ok(scheme)
}

fn input(mut part: Part<'_>) -> Result<Input, Fault> {
    let name = part.name()?;
    let kind = part.optional("type", "„number“ nebo „text“", kind)?.unwrap_or_default();
    let input = Input {
        name,
        kind,
        label: part.text("label")?,
        unit: part.text("unit")?,
        why: part.text("why")?,
        min: part.number("min")?,
        max: part.number("max")?,
        criterion: part.optional("criterion", "true nebo false", |value| value.as_bool())?.unwrap_or_default(),
        default: part.optional("default", expected(kind), |value| written(kind, value))?,
    };
    part.done()?;
    Ok(input)
}

fn param(mut part: Part<'_>) -> Result<Param, Fault> {
    let name = part.name()?;
    let kind = part.optional("type", "„number“ nebo „text“", kind)?.unwrap_or_default();
    let param = Param {
        name,
        label: part.text("label")?,
        unit: part.text("unit")?,
        why: part.text("why")?,
        value: part.required("value", expected(kind), |value| written(kind, value))?,
    };
    part.done()?;
    Ok(param)
}

fn table(mut part: Part<'_>) -> Result<RateTable, Fault> {
    let name = part.name()?;
    let label = part.text("label")?;
    let unit = part.text("unit")?;
    let why = part.text("why")?;
    let keys = part.required("keys", "seznam textů", texts)?;
    let matching = part
        .optional("match", "„exact“ nebo „from“", |value| match value.as_str()? {
            "exact" => Some(Match::Exact),
            "from" => Some(Match::From),
            _ => None,
        })?
        .unwrap_or_default();
    let default = part.number("default")?;
    let rows = part.need("rows")?;
    let rows = rows.as_array().ok_or_else(|| part.wrong("rows", "seznam řádků"))?;
    let rows = rows
        .iter()
        .enumerate()
        .map(|(at, cells)| {
            row(cells.get_ref(), keys.len(), matching)
                .map_err(|expected| fault(format!("Řádek {} {expected} ({}). Opravte jej.", at + 1, part.what)))
        })
        .collect::<Result<_, _>>()?;
    part.done()?;
    Ok(RateTable { name, label, unit, why, keys, matching, default, rows })
}

fn row(cells: &DeValue<'_>, keys: usize, matching: Match) -> Result<Row, String> {
    let cells = cells.as_array().ok_or("má být seznam klíčů a sazby")?;
    if cells.len() != keys + 1 {
        return Err(format!("má mít {} hodnot, klíče a sazbu, a má jich {}", keys + 1, cells.len()));
    }
    let mut values = Vec::with_capacity(keys);
    for (at, cell) in cells.iter().take(keys).enumerate() {
        let cell = cell.get_ref();
        let from = matching == Match::From && at + 1 == keys;
        let key = match cell.as_str() {
            Some(text) if !from => Some(Written::Text(text.to_owned())),
            _ => as_number(cell).map(Written::Number),
        };
        values.push(key.ok_or_else(|| format!("má {}. klíč, který není {}", at + 1, if from { "číslo" } else { "text ani číslo" }))?);
    }
    let rate = cells.iter().last().and_then(|cell| as_number(cell.get_ref())).ok_or("nemá na konci sazbu, číslo nejvýš o 40 znacích")?;
    Ok(Row { keys: values, rate })
}

fn step(mut part: Part<'_>) -> Result<Step, Fault> {
    let name = part.name()?;
    let label = part.text("label")?;
    let unit = part.text("unit")?;
    let why = part.text("why")?;
    let formula = part.text("formula")?;
    let rule = match (formula, part.take("statistic")) {
        (Some(formula), None) => Rule::Formula(formula),
        (None, Some(value)) => {
            let table = value.as_table().ok_or_else(|| part.wrong("statistic", "statistika, { fn = …, of = … }"))?;
            Rule::Statistic(statistic(Part::new(table, part.what.clone()))?)
        }
        _ => return Err(fault(format!("Krok má mít právě jedno z „formula“ a „statistic“ ({}).", part.what))),
    };
    part.done()?;
    Ok(Step { name, label, unit, why, rule })
}

fn statistic(mut part: Part<'_>) -> Result<Statistic, Fault> {
    let function = part.required("fn", "sum, count, mean, median, min, max, quartile1 nebo quartile3", |value| {
        let name = value.as_str()?;
        StatisticFunction::ALL.into_iter().find(|function| function.as_str() == name)
    })?;
    let statistic = Statistic {
        function,
        of: part.text("of")?,
        condition: part.text("where")?,
        per: part.optional("per", "seznam jmen", texts)?.unwrap_or_default(),
        min_count: part.optional("min_count", "celé číslo od 1", whole_from_one)?,
        otherwise: part.text("otherwise")?,
    };
    part.done()?;
    Ok(statistic)
}

fn allocation(mut part: Part<'_>) -> Result<Allocation, Fault> {
    let allocation = Allocation {
        base: part.required("base", "jméno hodnoty", text)?,
        weight: part.text("weight")?,
        cap: part.text("cap")?,
        group: part.text("group")?,
        round_to: part.required("round_to", "celé číslo větší než nula", as_number)?,
        minimum: part.number("minimum")?,
    };
    part.done()?;
    Ok(allocation)
}
