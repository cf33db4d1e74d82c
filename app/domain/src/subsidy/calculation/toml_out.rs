//! A scheme into TOML, in the order in which people read it.

use super::scheme::{Input, Kind, Match, Number, Param, RateTable, Rule, Scheme, Statistic, Step, Written};
use std::fmt::Write as _;

/// Digits that any reader of TOML keeps in a bare number.
const SAFE_DIGITS: usize = 15;

impl Scheme {
    /// Writes the scheme as TOML; [`Scheme::from_toml`] reads the same scheme back.
    pub fn to_toml(&self) -> String {
        let mut out = Lines::default();
        out.put("format", &self.format.to_string());
        out.text("name", Some(&self.name));
        out.text("version", Some(&self.version));
        if let Some(year) = self.year {
            out.put("year", &year.to_string());
        }
        self.input.iter().for_each(|part| out.input(part));
        self.param.iter().for_each(|part| out.param(part));
        self.table.iter().for_each(|part| out.table(part));
        self.step.iter().for_each(|part| out.step(part));
        out.head("[allocation]");
        out.text("base", Some(&self.allocation.base));
        out.text("weight", self.allocation.weight.as_deref());
        out.text("cap", self.allocation.cap.as_deref());
        out.text("group", self.allocation.group.as_deref());
        out.put("round_to", &rate(&self.allocation.round_to));
        out.number("minimum", self.allocation.minimum.as_ref());
        out.0
    }
}

#[derive(Default)]
struct Lines(String);

impl Lines {
    fn head(&mut self, head: &str) {
        self.0.push('\n');
        self.0.push_str(head);
        self.0.push('\n');
    }

    fn put(&mut self, key: &str, value: &str) {
        // Writing to a String cannot fail.
        let _ = writeln!(self.0, "{key} = {value}");
    }

    fn text(&mut self, key: &str, text: Option<&str>) {
        if let Some(text) = text {
            self.put(key, &quoted(text));
        }
    }

    fn number(&mut self, key: &str, number: Option<&Number>) {
        if let Some(number) = number {
            self.put(key, &rate(number));
        }
    }

    fn people(&mut self, label: &Option<String>, unit: &Option<String>, why: &Option<String>) {
        self.text("label", label.as_deref());
        self.text("unit", unit.as_deref());
        self.text("why", why.as_deref());
    }

    fn input(&mut self, input: &Input) {
        self.head("[[input]]");
        self.text("name", Some(&input.name));
        if input.kind == Kind::Text {
            self.text("type", Some("text"));
        }
        self.people(&input.label, &input.unit, &input.why);
        self.number("min", input.min.as_ref());
        self.number("max", input.max.as_ref());
        if input.criterion {
            self.put("criterion", "true");
        }
        if let Some(default) = &input.default {
            self.put("default", &written(default));
        }
    }

    fn param(&mut self, param: &Param) {
        self.head("[[param]]");
        self.text("name", Some(&param.name));
        self.people(&param.label, &param.unit, &param.why);
        if matches!(param.value, Written::Text(_)) {
            self.text("type", Some("text"));
        }
        self.put("value", &written(&param.value));
    }

    fn table(&mut self, table: &RateTable) {
        self.head("[[table]]");
        self.text("name", Some(&table.name));
        self.people(&table.label, &table.unit, &table.why);
        self.put("keys", &list(table.keys.iter().map(|key| quoted(key))));
        if table.matching == Match::From {
            self.text("match", Some("from"));
        }
        self.number("default", table.default.as_ref());
        if table.rows.is_empty() {
            self.put("rows", "[]");
            return;
        }
        self.put("rows", "[");
        self.0.truncate(self.0.trim_end().len());
        self.0.push('\n');
        for row in &table.rows {
            let cells = row.keys.iter().map(key).chain([rate(&row.rate)]);
            let _ = writeln!(self.0, "    {},", list(cells));
        }
        self.0.push_str("]\n");
    }

    fn step(&mut self, step: &Step) {
        self.head("[[step]]");
        self.text("name", Some(&step.name));
        self.people(&step.label, &step.unit, &step.why);
        match &step.rule {
            Rule::Formula(formula) => self.text("formula", Some(formula)),
            Rule::Statistic(statistic) => self.put("statistic", &inline(statistic)),
        }
    }
}

fn inline(statistic: &Statistic) -> String {
    let mut parts = vec![format!("fn = {}", quoted(statistic.function.as_str()))];
    let mut text = |key: &str, value: &Option<String>| {
        if let Some(value) = value {
            parts.push(format!("{key} = {}", quoted(value)));
        }
    };
    text("of", &statistic.of);
    text("where", &statistic.condition);
    if !statistic.per.is_empty() {
        parts.push(format!("per = {}", list(statistic.per.iter().map(|name| quoted(name)))));
    }
    if let Some(count) = statistic.min_count {
        parts.push(format!("min_count = {count}"));
    }
    if let Some(otherwise) = &statistic.otherwise {
        parts.push(format!("otherwise = {}", quoted(otherwise)));
    }
    format!("{{ {} }}", parts.join(", "))
}

fn list(items: impl Iterator<Item = String>) -> String {
    format!("[{}]", items.collect::<Vec<_>>().join(", "))
}

fn written(value: &Written) -> String {
    match value {
        Written::Number(number) => rate(number),
        Written::Text(text) => quoted(text),
    }
}

/// A key is a number only when it is bare.
fn key(value: &Written) -> String {
    match value {
        Written::Number(number) => number.written(),
        Written::Text(text) => quoted(text),
    }
}

/// A number; long ones in quotes, so that no reader of TOML loses their digits.
fn rate(number: &Number) -> String {
    let written = number.written();
    if written.bytes().filter(u8::is_ascii_digit).count() > SAFE_DIGITS { quoted(&written) } else { written }
}

fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            c if c.is_control() => {
                let _ = write!(out, "\\u{:04X}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
