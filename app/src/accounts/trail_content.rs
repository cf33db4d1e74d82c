//! The content of an event of the trail as rows to be read.

use serde_json::Value;

/// A row of the content: a value, or one before and one after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Name of the value.
    pub name: String,
    /// Before; none where nothing is compared.
    pub before: Option<String>,
    /// After.
    pub after: String,
}

/// Most rows that are shown.
const ROWS: usize = 200;

/// Names of what was before and of what is after.
const SIDES: [(&str, &str); 2] = [("before", "after"), ("drive", "nyni")];

/// The content as rows: what is under `before` and `after` or under `drive` and `nyni` side by side, however deep, and pairs of changes likewise.
pub fn changes(content: &Value) -> Vec<Row> {
    let mut rows = Vec::new();
    flatten("", content, &mut rows);
    rows.truncate(ROWS);
    rows
}

/// Whether pairs at this place are one value before and one after.
fn of_changes(path: &str) -> bool {
    path.starts_with("changes › ") || path.contains("zmeny › ")
}

fn compare(path: &str, before: &Value, after: &Value, rows: &mut Vec<Row>) {
    match (before, after) {
        // What was not there before, or is not there any more, is told by its values.
        (Value::Object(_) | Value::Null, Value::Object(_)) | (Value::Object(_), Value::Null) => {
            let nothing = serde_json::Map::new();
            let (a, b) = (before.as_object().unwrap_or(&nothing), after.as_object().unwrap_or(&nothing));
            let mut names: Vec<&String> = a.keys().chain(b.keys()).collect();
            names.sort();
            names.dedup();
            for name in names {
                compare(&join(path, name), a.get(name).unwrap_or(&Value::Null), b.get(name).unwrap_or(&Value::Null), rows);
            }
        }
        (a, b) if a == b => {}
        (a, b) => {
            let name = if path.is_empty() { "hodnota".to_owned() } else { path.to_owned() };
            rows.push(Row { name, before: Some(text(a)), after: text(b) });
        }
    }
}

fn flatten(path: &str, value: &Value, rows: &mut Vec<Row>) {
    match value {
        Value::Object(entries) => {
            let sides = SIDES.iter().find(|(before, after)| entries.contains_key(*before) && entries.contains_key(*after));
            if let Some((before, after)) = sides {
                compare(path, &entries[*before], &entries[*after], rows);
            }
            let rest = entries.iter().filter(|(name, _)| !sides.is_some_and(|(before, after)| *name == before || *name == after));
            rest.for_each(|(name, value)| flatten(&join(path, name), value, rows));
        }
        Value::Array(items) => match items.as_slice() {
            [before, after] if of_changes(path) => compare(path, before, after, rows),
            items if items.iter().all(is_plain) => rows.push(Row { name: path.to_owned(), before: None, after: text(value) }),
            items => items.iter().enumerate().for_each(|(at, item)| flatten(&join(path, &(at + 1).to_string()), item, rows)),
        },
        other => rows.push(Row { name: path.to_owned(), before: None, after: text(other) }),
    }
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path} › {name}") }
}

fn is_plain(value: &Value) -> bool {
    !value.is_object() && !value.is_array()
}

fn text(value: &Value) -> String {
    match value {
        Value::Null => "–".to_owned(),
        Value::Bool(value) => if *value { "ano" } else { "ne" }.to_owned(),
        Value::String(text) if text.is_empty() => "–".to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(items) if items.is_empty() => "–".to_owned(),
        Value::Array(items) if items.iter().all(is_plain) => items.iter().map(text).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn content_is_read_as_rows() {
        let row = |name: &str, before: Option<&str>, after: &str| Row {
            name: name.to_owned(),
            before: before.map(ToOwned::to_owned),
            after: after.to_owned(),
        };
        let edit = json!({ "before": { "name": "Jana", "email": null, "same": 1 }, "after": { "name": "Eva", "email": "e@x.cz", "same": 1 }, "why": "svatba" });
        assert_eq!(changes(&edit), [row("email", Some("–"), "e@x.cz"), row("name", Some("Jana"), "Eva"), row("why", None, "svatba")]);
        let save = json!({ "changes": { "sprss": ["", "ano"] }, "rights": ["A", "B"], "blocked": true });
        assert_eq!(changes(&save), [row("blocked", None, "ano"), row("changes › sprss", Some("–"), "ano"), row("rights", None, "A, B")]);
        assert_eq!(changes(&json!({})), []);
        assert_eq!(changes(&json!({ "a": [{ "b": 1 }] })), [row("a › 1 › b", None, "1")]);
        assert_eq!(changes(&json!({ "rights": [] })), [row("rights", None, "–")]);
    }

    #[test]
    fn czech_names_of_sides_are_read_at_any_depth() {
        let row = |name: &str, before: Option<&str>, after: &str| Row {
            name: name.to_owned(),
            before: before.map(ToOwned::to_owned),
            after: after.to_owned(),
        };
        let amount = json!({ "krok": "Rada", "drive": 1, "nyni": 2 });
        assert_eq!(changes(&amount), [row("hodnota", Some("1"), "2"), row("krok", None, "Rada")]);
        let outage = json!({ "drive": null, "nyni": { "modules": ["register", "provider"], "reason": "Údržba." } });
        assert_eq!(changes(&outage), [row("modules", Some("–"), "register, provider"), row("reason", Some("–"), "Údržba.")]);
        // A proposal that only names the run before it compares nothing.
        assert_eq!(changes(&json!({ "beh": 2, "drive": 1 })), [row("beh", None, "2"), row("drive", None, "1")]);
        let scheme = json!({ "zmeny": [{ "cast": "vstupy", "drive": "1", "nyni": "2" }, { "cast": "kroky", "drive": null, "nyni": "3" }] });
        assert_eq!(
            changes(&scheme),
            [
                row("zmeny › 1", Some("1"), "2"),
                row("zmeny › 1 › cast", None, "vstupy"),
                row("zmeny › 2", Some("–"), "3"),
                row("zmeny › 2 › cast", None, "kroky"),
            ]
        );
        let columns =
            json!({ "zmeny": { "optimum": ["", "5"], "sluzba": [{ "N": "1", "same": "x" }, { "M": "3", "N": "2", "same": "x" }] } });
        assert_eq!(
            changes(&columns),
            [row("zmeny › optimum", Some("–"), "5"), row("zmeny › sluzba › M", Some("–"), "3"), row("zmeny › sluzba › N", Some("1"), "2")]
        );
    }
}
