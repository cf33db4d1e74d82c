//! Data on its way from the server into an island.
//!
//! A type that the browser reads brings code for every way in which any format could hold it. [`Carried`] is read from a tree of JSON in the one
//! way in which this program writes it (a struct as an object, names of fields and variants as texts), which is about half of that code.
//! The browser never writes it, though Leptos gives every island the means to.

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{DeserializeOwned, DeserializeSeed, EnumAccess, Error as _, MapAccess, SeqAccess, VariantAccess, Visitor},
    forward_to_deserialize_any,
};
use serde_json::{Value, map};
use std::{fmt, ops::Deref, slice};

/// A property of an island, or what a command answers to one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Carried<T>(pub T);

impl<T> From<T> for Carried<T> {
    fn from(data: T) -> Self {
        Self(data)
    }
}

impl<T> Deref for Carried<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

#[cfg(feature = "ssr")]
impl<T: Serialize> Serialize for Carried<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

#[cfg(not(feature = "ssr"))]
impl<T> Serialize for Carried<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_unit()
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Carried<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let tree = Value::deserialize(deserializer)?;
        T::deserialize(Node(&tree)).map(Self).map_err(D::Error::custom)
    }
}

/// The tree does not fit the type: another version of the program wrote it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the data is of another version of the program")]
struct Unread;

impl serde::de::Error for Unread {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

/// A node of the tree.
#[derive(Clone, Copy)]
struct Node<'a>(&'a Value);

impl<'de> Deserializer<'de> for Node<'de> {
    type Error = Unread;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unread> {
        match self.0 {
            Value::Null => visitor.visit_unit(),
            Value::Bool(value) => visitor.visit_bool(*value),
            Value::Number(number) => match (number.as_i64(), number.as_u64()) {
                (Some(value), _) => visitor.visit_i64(value),
                (None, Some(value)) => visitor.visit_u64(value),
                (None, None) => self.deserialize_f64(visitor),
            },
            Value::String(text) => visitor.visit_borrowed_str(text),
            Value::Array(_) => self.deserialize_seq(visitor),
            Value::Object(_) => self.deserialize_map(visitor),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unread> {
        visitor.visit_bool(self.0.as_bool().ok_or(Unread)?)
    }

    fn deserialize_i64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unread> {
        visitor.visit_i64(self.0.as_i64().ok_or(Unread)?)
    }

    fn deserialize_u64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unread> {
        visitor.visit_u64(self.0.as_u64().ok_or(Unread)?)
    }

    fn deserialize_i8<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unread> {
        self.deserialize_i64(visitor)
    }

    fn deserialize_i16<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unread> {
        self.deserialize_i64(visitor)
    }

    fn deserialize_i32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unread> {
        self.deserialize_i64(visitor)
    }

    fn deserialize_u8<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unread> {
        self.deserialize_u64(visitor)
    }

    fn deserialize_u16<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unread> {
        self.deserialize_u64(visitor)
    }

    fn deserialize_u32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unread> {
        self.deserialize_u64(visitor)
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unread> {
        visitor.visit_f64(self.0.as_f64().ok_or(Unread)?)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unread> {
        visitor.visit_borrowed_str(self.0.as_str().ok_or(Unread)?)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unread> {
        self.deserialize_str(visitor)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unread> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unread> {
        if self.0.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Unread> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unread> {
        visitor.visit_seq(Items(self.0.as_array().ok_or(Unread)?.iter()))
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Unread> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unread> {
        visitor.visit_map(Entries { left: self.0.as_object().ok_or(Unread)?.iter(), value: None })
    }

    fn deserialize_struct<V: Visitor<'de>>(self, _: &'static str, _: &'static [&'static str], visitor: V) -> Result<V::Value, Unread> {
        self.deserialize_map(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(self, _: &'static str, _: &'static [&'static str], visitor: V) -> Result<V::Value, Unread> {
        match self.0 {
            Value::String(name) => visitor.visit_enum(Variant { name, content: None }),
            Value::Object(entries) => {
                let (name, content) = entries.iter().next().ok_or(Unread)?;
                visitor.visit_enum(Variant { name, content: Some(Node(content)) })
            }
            _ => Err(Unread),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unread> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! { i128 u128 f32 char bytes byte_buf unit unit_struct tuple_struct }
}

struct Items<'a>(slice::Iter<'a, Value>);

impl<'de> SeqAccess<'de> for Items<'de> {
    type Error = Unread;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Unread> {
        self.0.next().map(|item| seed.deserialize(Node(item))).transpose()
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.0.len())
    }
}

struct Entries<'a> {
    left: map::Iter<'a>,
    value: Option<&'a Value>,
}

impl<'de> MapAccess<'de> for Entries<'de> {
    type Error = Unread;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Unread> {
        let Some((key, value)) = self.left.next() else { return Ok(None) };
        self.value = Some(value);
        seed.deserialize(Key(key)).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Unread> {
        seed.deserialize(Node(self.value.take().ok_or(Unread)?))
    }
}

/// A key of an object: a text, also where the type has a number.
struct Key<'a>(&'a str);

impl<'de> Deserializer<'de> for Key<'de> {
    type Error = Unread;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unread> {
        visitor.visit_borrowed_str(self.0)
    }

    fn deserialize_u16<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unread> {
        visitor.visit_u16(self.0.parse().map_err(|_| Unread)?)
    }

    fn deserialize_i64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unread> {
        visitor.visit_i64(self.0.parse().map_err(|_| Unread)?)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Unread> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(self, _: &'static str, _: &'static [&'static str], visitor: V) -> Result<V::Value, Unread> {
        visitor.visit_enum(Variant { name: self.0, content: None })
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i128 u8 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct seq tuple tuple_struct map struct
        identifier ignored_any
    }
}

/// A variant: its name, and what it holds.
struct Variant<'a> {
    name: &'a str,
    content: Option<Node<'a>>,
}

impl<'de> EnumAccess<'de> for Variant<'de> {
    type Error = Unread;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), Unread> {
        Ok((seed.deserialize(Key(self.name))?, self))
    }
}

impl<'de> VariantAccess<'de> for Variant<'de> {
    type Error = Unread;

    fn unit_variant(self) -> Result<(), Unread> {
        if self.content.is_none() { Ok(()) } else { Err(Unread) }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Unread> {
        seed.deserialize(self.content.ok_or(Unread)?)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Unread> {
        self.content.ok_or(Unread)?.deserialize_seq(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(self, _: &'static [&'static str], visitor: V) -> Result<V::Value, Unread> {
        self.content.ok_or(Unread)?.deserialize_map(visitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Shape {
        Nothing,
        One(String),
        Two(u8, i32),
        Named { wide: bool },
    }

    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    struct Inner {
        #[serde(flatten)]
        shape: Shape,
        #[serde(default)]
        missing: Vec<u8>,
    }

    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Everything {
        small: u16,
        big: i64,
        huge: u64,
        maybe: Option<Box<Everything>>,
        pair: (String, bool),
        shapes: Vec<Shape>,
        by_number: BTreeMap<u16, Option<String>>,
        by_name: BTreeMap<String, i64>,
        real: f64,
        #[serde(skip_serializing_if = "Vec::is_empty", default)]
        inner: Vec<Inner>,
        unit: (),
    }

    fn shape() -> impl Strategy<Value = Shape> {
        prop_oneof![
            Just(Shape::Nothing),
            ".*".prop_map(Shape::One),
            any::<(u8, i32)>().prop_map(|(a, b)| Shape::Two(a, b)),
            any::<bool>().prop_map(|wide| Shape::Named { wide }),
        ]
    }

    fn leaf() -> impl Strategy<Value = Everything> {
        let parts = (
            any::<(u16, i64, u64)>(),
            any::<(String, bool)>(),
            prop::collection::vec(shape(), 0..4),
            any::<BTreeMap<u16, Option<String>>>(),
            any::<BTreeMap<String, i64>>(),
            any::<i32>(),
        );
        parts.prop_map(|((small, big, huge), pair, shapes, by_number, by_name, eighths)| {
            let held = shapes.iter().filter(|shape| !matches!(shape, Shape::Nothing)).cloned();
            let inner = held.map(|shape| Inner { shape, missing: vec![1, 2] }).collect();
            Everything { small, big, huge, maybe: None, pair, shapes, by_number, by_name, real: f64::from(eighths) / 8.0, inner, unit: () }
        })
    }

    fn everything() -> impl Strategy<Value = Everything> {
        (leaf(), prop::option::of(leaf())).prop_map(|(outer, inner)| Everything { maybe: inner.map(Box::new), ..outer })
    }

    proptest! {
        #[test]
        fn arrives_as_it_was_sent(sent in everything()) {
            let text = serde_json::to_string(&Carried(&sent)).unwrap();
            prop_assert_eq!(serde_json::from_str::<Carried<Everything>>(&text).unwrap().0, sent);
        }
    }

    #[test]
    fn another_shape_is_refused() {
        fn read<T: DeserializeOwned>(text: &str) -> bool {
            serde_json::from_str::<Carried<T>>(text).is_ok()
        }
        assert!(read::<u8>("255") && !read::<u8>("256") && !read::<u8>("-1") && !read::<u8>("1.5") && !read::<u8>("\"1\""));
        assert!(read::<Shape>("\"nothing\"") && !read::<Shape>("\"something\"") && !read::<Shape>("{}") && !read::<Shape>("\"one\""));
        assert!(!read::<Shape>(r#"{"nothing":1}"#) && !read::<Shape>("3"));
        assert!(!read::<BTreeMap<u16, u8>>(r#"{"x":1}"#) && !read::<Vec<u8>>("{}") && !read::<bool>("null"));
        assert!(!read::<Inner>("[]"));
    }
}
