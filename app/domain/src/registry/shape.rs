//! Scalars and small objects of the open data, read tolerantly: a number where a text is expected is kept as its digits, a code may stand
//! alone or in an object, and keys that are not known stay beside it.

use serde::de::{self, Deserializer, MapAccess, Visitor};
use serde::ser::{SerializeMap, Serializer};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::fmt;

/// Keys that are not known, kept as they came.
pub type Rest = Map<String, Value>;

/// `{"id": "DruhSocialniSluzby/13"}`: a row of a code list. A bare text is read as well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code {
    /// The code as it came.
    pub id: String,
    /// Other keys of the object.
    pub rest: Rest,
}

impl Code {
    /// A code without anything beside it.
    pub fn new(id: impl Into<String>) -> Self {
        Self { id: id.into(), rest: Rest::new() }
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1 + self.rest.len()))?;
        map.serialize_entry("id", &self.id)?;
        for (key, value) in &self.rest {
            map.serialize_entry(key, value)?;
        }
        map.end()
    }
}

struct CodeVisitor;

impl<'de> Visitor<'de> for CodeVisitor {
    type Value = Option<Code>;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("kód")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Some(Code::new(text)))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let (mut id, mut rest) = (None, Rest::new());
        while let Some(key) = map.next_key::<String>()? {
            if key == "id" {
                id = map.next_value::<Text>()?.0;
            } else {
                rest.insert(key, map.next_value()?);
            }
        }
        match id {
            Some(id) => Ok(Some(Code { id, rest })),
            None if rest.values().all(Value::is_null) => Ok(None),
            None => Err(de::Error::custom("kód nemá id")),
        }
    }
}

/// An optional [`Code`]; null and `{"id": null}` are none.
pub fn code<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Code>, D::Error> {
    deserializer.deserialize_any(CodeVisitor)
}

impl<'de> Deserialize<'de> for Code {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        code(deserializer)?.ok_or_else(|| de::Error::custom("kód chybí"))
    }
}

/// A text, or a scalar kept as its text.
pub(super) struct Text(pub Option<String>);

struct TextVisitor;

impl Visitor<'_> for TextVisitor {
    type Value = Text;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("text")
    }

    fn visit_unit<E>(self) -> Result<Text, E> {
        Ok(Text(None))
    }

    fn visit_str<E>(self, text: &str) -> Result<Text, E> {
        Ok(Text(Some(text.to_owned())))
    }

    fn visit_string<E>(self, text: String) -> Result<Text, E> {
        Ok(Text(Some(text)))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Text, E> {
        Ok(Text(Some(number.to_string())))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Text, E> {
        Ok(Text(Some(number.to_string())))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Text, E> {
        Ok(Text(Some(value.to_string())))
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextVisitor)
    }
}

/// An optional text; whole numbers and yes/no are kept as text.
pub fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(Text::deserialize(deserializer)?.0)
}

/// `{"nazev": "Nemocniční"}`: something that only has a name. A bare text is read as well.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Named {
    /// The name as it came.
    pub nazev: String,
    /// Other keys of the object.
    #[serde(flatten)]
    pub rest: Rest,
}

/// An optional [`Named`]; null and an object without a name are none.
pub fn named<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Named>, D::Error> {
    match Value::deserialize(deserializer)? {
        Value::Null => Ok(None),
        Value::String(nazev) => Ok(Some(Named { nazev, rest: Rest::new() })),
        Value::Object(mut rest) => match rest.remove("nazev") {
            Some(Value::String(nazev)) => Ok(Some(Named { nazev, rest })),
            None | Some(Value::Null) if rest.values().all(Value::is_null) => Ok(None),
            _ => Err(de::Error::custom("název není text")),
        },
        _ => Err(de::Error::custom("název není text")),
    }
}

/// Takes the unknown keys out of a structure and puts them under their path, so that what is left is known and what was unknown can be
/// kept where only the right people see it.
pub(super) fn set_aside(rest: &mut Rest, path: &str, into: &mut Rest) {
    for (key, value) in std::mem::take(rest) {
        if !is_empty(&value) {
            into.insert(if path.is_empty() { key } else { format!("{path}.{key}") }, value);
        }
    }
}

/// Null, an empty list and an object of nothing else say nothing.
pub(super) fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(map) => map.values().all(is_empty),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize)]
    struct Probe {
        #[serde(default, deserialize_with = "code")]
        druh: Option<Code>,
        #[serde(default, deserialize_with = "text")]
        cislo: Option<String>,
        #[serde(default, deserialize_with = "named")]
        ulice: Option<Named>,
    }

    #[test]
    fn tolerates_other_shapes() {
        let p: Probe = serde_json::from_str(r#"{"druh":"A/1","cislo":12,"ulice":"Dlouhá"}"#).unwrap();
        assert_eq!((p.druh, p.cislo.as_deref(), p.ulice.map(|u| u.nazev)), (Some(Code::new("A/1")), Some("12"), Some("Dlouhá".into())));
        let p: Probe = serde_json::from_str(r#"{"druh":{"id":"A/1","x":1},"cislo":null,"ulice":{"nazev":"Dlouhá","kod":5}}"#).unwrap();
        assert_eq!(serde_json::to_string(&p.druh).unwrap(), r#"{"id":"A/1","x":1}"#);
        assert_eq!(serde_json::to_string(&p.ulice).unwrap(), r#"{"nazev":"Dlouhá","kod":5}"#);
        let p: Probe = serde_json::from_str(r#"{"druh":{"id":null},"ulice":{"nazev":null}}"#).unwrap();
        assert!(p.druh.is_none() && p.ulice.is_none() && p.cislo.is_none());
        assert!(serde_json::from_str::<Probe>(r#"{"druh":[1]}"#).is_err());
    }
}
