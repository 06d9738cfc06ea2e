//! Deserializes any serde type from a [`Node`], so that every error has the place of the value
//! or key that caused it.
//!
//! Where a number is wanted and a name stands, the name is looked up; where text is wanted and a
//! number stands, the number is taken as it was written; a variant without content may be written
//! as its bare name.

use super::node::{Key, Node, Tree};
use crate::scenario::error::{LoadError, Problem, nearest};
use crate::scenario::place::Place;
use serde::de::value::StrDeserializer;
use serde::de::{self, DeserializeOwned, DeserializeSeed, IntoDeserializer, Visitor};
use std::fmt;

/// Finds the number behind a name.
pub type Numbers<'a> = &'a dyn Fn(&str) -> Option<u64>;

/// Deserializes `node`.
pub fn from_node<T: DeserializeOwned>(node: &Node, numbers: Numbers<'_>) -> Result<T, LoadError> {
    T::deserialize(De { node, numbers }).map_err(|fault| {
        LoadError::new(fault.place.unwrap_or_else(|| node.place.clone()), *fault.problem)
    })
}

/// An error on its way up; the innermost value that knows its place fills it in.
#[derive(Debug)]
struct Fault {
    place: Option<Place>,
    problem: Box<Problem>,
}

impl Fault {
    fn from_problem(problem: Problem) -> Self {
        Self { place: None, problem: Box::new(problem) }
    }

    fn at(mut self, place: &Place) -> Self {
        self.place.get_or_insert_with(|| place.clone());
        self
    }

    fn of(mut self, name: &str) -> Self {
        if let Problem::UnknownKey { of, .. } | Problem::MissingKey { of, .. } = &mut *self.problem
            && of.is_empty()
        {
            *of = format!("`{}`", name.to_ascii_lowercase());
        }
        self
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.problem.title())
    }
}

impl std::error::Error for Fault {}

impl de::Error for Fault {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::from_problem(Problem::Syntax { detail: message.to_string() })
    }

    fn invalid_type(found: de::Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        let problem = Problem::WrongType { expected: plain(expected), found: show(found) };
        Self::from_problem(problem)
    }

    fn invalid_value(found: de::Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        let problem = Problem::OutOfRange { expected: plain(expected), found: show(found) };
        Self::from_problem(problem)
    }

    fn unknown_variant(name: &str, known: &'static [&'static str]) -> Self {
        let near = nearest(name, known.iter().copied());
        let known = known.iter().map(|&name| name.to_owned()).collect();
        let (what, name) = (NAME.to_owned(), name.to_owned());
        Self::from_problem(Problem::UnknownName { what, name, near, known })
    }

    fn unknown_field(key: &str, known: &'static [&'static str]) -> Self {
        let near = nearest(key, known.iter().copied());
        let known = known.iter().map(|&name| name.to_owned()).collect();
        let (of, key) = (String::new(), key.to_owned());
        Self::from_problem(Problem::UnknownKey { of, key, near, known })
    }

    fn missing_field(key: &'static str) -> Self {
        let problem = Problem::MissingKey { of: String::new(), key: key.to_owned() };
        Self::from_problem(problem)
    }

    fn duplicate_field(key: &'static str) -> Self {
        Self::from_problem(Problem::DuplicateKey { key: key.to_owned() })
    }
}

/// What was found, as it was written if that is known.
fn show(found: de::Unexpected<'_>) -> String {
    match found {
        de::Unexpected::Str(text) => format!("`{text}`"),
        de::Unexpected::Unsigned(number) => format!("`{number}`"),
        de::Unexpected::Signed(number) => format!("`{number}`"),
        de::Unexpected::Bool(value) => format!("`{value}`"),
        de::Unexpected::Unit => "nothing".into(),
        de::Unexpected::Seq => "a list".into(),
        de::Unexpected::Map => "a mapping".into(),
        other => other.to_string(),
    }
}

/// serde's names of number types, for people.
fn plain(expected: &dyn de::Expected) -> String {
    let text = expected.to_string();
    let range = match text.as_str() {
        "u8" => "0 to 255",
        "u16" => "0 to 65535",
        "u32" => "0 to 4294967295",
        "u64" => "0 to 18446744073709551615",
        "a string" => return "text".into(),
        "a boolean" => return "true or false".into(),
        _ => return text.strip_prefix("struct ").map_or(text.clone(), |_| "a mapping".into()),
    };
    format!("a whole number from {range}")
}

#[derive(Clone, Copy)]
struct De<'a> {
    node: &'a Node,
    numbers: Numbers<'a>,
}

impl<'a> De<'a> {
    fn visit<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        let result = match &self.node.value {
            Tree::Null => visitor.visit_unit(),
            Tree::Bool(value) => visitor.visit_bool(*value),
            Tree::Int(value, text) => {
                if let Ok(value) = u64::try_from(*value) {
                    visitor.visit_u64(value)
                } else if let Ok(value) = i64::try_from(*value) {
                    visitor.visit_i64(value)
                } else {
                    visitor.visit_str(text)
                }
            }
            Tree::Float(value, _) => visitor.visit_f64(*value),
            Tree::Text(text) => visitor.visit_str(text),
            Tree::List(items) => visitor.visit_seq(Items { de: self, items: items.iter() }),
            Tree::Map(entries) => {
                visitor.visit_map(Entries { de: self, entries: entries.iter(), value: None })
            }
        };
        result.map_err(|fault| fault.at(&self.node.place))
    }

    fn number<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        if let Tree::Text(name) = &self.node.value
            && let Some(number) = (self.numbers)(name)
        {
            return visitor.visit_u64(number).map_err(|fault: Fault| fault.at(&self.node.place));
        }
        self.visit(visitor)
    }

    fn text<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match &self.node.value {
            Tree::Int(_, text) | Tree::Float(_, text) => {
                visitor.visit_str(text).map_err(|fault: Fault| fault.at(&self.node.place))
            }
            _ => self.visit(visitor),
        }
    }
}

macro_rules! forward {
    ($way:ident: $($method:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
            self.$way(visitor)
        }
    )*};
}

impl<'de> de::Deserializer<'de> for De<'_> {
    type Error = Fault;

    forward! { visit: deserialize_any deserialize_bool deserialize_bytes deserialize_byte_buf
    deserialize_unit deserialize_seq deserialize_map deserialize_ignored_any }
    forward! { number: deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64
    deserialize_i128 deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64
    deserialize_u128 deserialize_f32 deserialize_f64 }
    forward! { text: deserialize_char deserialize_str deserialize_string deserialize_identifier }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        if matches!(self.node.value, Tree::Null) {
            return visitor.visit_none();
        }
        visitor.visit_some(self)
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        self.visit(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_tuple<V: Visitor<'de>>(
        self,
        _len: usize,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        self.visit(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _len: usize,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        self.visit(visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        let result = match &self.node.value {
            // `hello:` with nothing behind it is `hello: {}`.
            Tree::Null => visitor.visit_map(Entries { de: self, entries: [].iter(), value: None }),
            Tree::Map(_) => self.visit(visitor),
            _ => Err(wrong_type(self.node, "a mapping")),
        };
        result.map_err(|fault| fault.of(name).at(&self.node.place))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        let (key, place, content) = match &self.node.value {
            Tree::Text(variant) => (variant, &self.node.place, None),
            Tree::Map(entries) if entries.len() == 1 => {
                (&entries[0].0.name, &entries[0].0.place, Some(&entries[0].1))
            }
            Tree::Map(entries) if entries.len() > 1 => {
                let problem = Problem::Conflict {
                    says: format!("more than one {} here", name.to_ascii_lowercase()),
                    help: "write one entry each".into(),
                };
                return Err(Fault::from_problem(problem).at(&entries[1].0.place));
            }
            _ => return Err(wrong_type(self.node, "a name, or a mapping with one")),
        };
        let variant = Variant { de: self, key, place, content };
        visitor.visit_enum(variant).map_err(|mut fault| {
            if let Problem::UnknownName { what, .. } = &mut *fault.problem
                && what == NAME
            {
                *what = name.to_ascii_lowercase();
            }
            fault.at(place)
        })
    }
}

fn wrong_type(node: &Node, expected: &str) -> Fault {
    let problem =
        Problem::WrongType { expected: expected.to_owned(), found: node.kind().to_owned() };
    Fault::from_problem(problem).at(&node.place)
}

struct Items<'a> {
    de: De<'a>,
    items: std::slice::Iter<'a, Node>,
}

impl<'de> de::SeqAccess<'de> for Items<'_> {
    type Error = Fault;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Fault> {
        let Some(node) = self.items.next() else { return Ok(None) };
        seed.deserialize(De { node, ..self.de }).map(Some)
    }
}

struct Entries<'a> {
    de: De<'a>,
    entries: std::slice::Iter<'a, (Key, Node)>,
    value: Option<&'a Node>,
}

impl<'de> de::MapAccess<'de> for Entries<'_> {
    type Error = Fault;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Fault> {
        let Some((key, value)) = self.entries.next() else { return Ok(None) };
        self.value = Some(value);
        let name: StrDeserializer<'_, Fault> = key.name.as_str().into_deserializer();
        seed.deserialize(name).map(Some).map_err(|fault| fault.at(&key.place))
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Fault> {
        let Some(node) = self.value.take() else {
            return Err(de::Error::custom("a value was asked for before its key"));
        };
        seed.deserialize(De { node, ..self.de })
    }
}

struct Variant<'a> {
    de: De<'a>,
    key: &'a str,
    place: &'a Place,
    content: Option<&'a Node>,
}

impl<'a, 'de> de::EnumAccess<'de> for Variant<'a> {
    type Error = Fault;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), Fault> {
        let name: StrDeserializer<'_, Fault> = self.key.into_deserializer();
        let variant = seed.deserialize(name).map_err(|fault| fault.at(self.place))?;
        Ok((variant, self))
    }
}

impl Variant<'_> {
    fn with<T>(&self, read: impl FnOnce(De<'_>) -> Result<T, Fault>) -> Result<T, Fault> {
        match self.content {
            Some(node) => read(De { node, ..self.de }),
            None => {
                let nothing = Node { place: self.place.clone(), value: Tree::Null };
                read(De { node: &nothing, numbers: self.de.numbers })
            }
        }
    }
}

impl<'de> de::VariantAccess<'de> for Variant<'_> {
    type Error = Fault;

    fn unit_variant(self) -> Result<(), Fault> {
        match self.content {
            None => Ok(()),
            Some(node) if matches!(node.value, Tree::Null) || node.is_empty_map() => Ok(()),
            Some(node) => Err(wrong_type(node, "nothing")),
        }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Fault> {
        self.with(|de| seed.deserialize(de))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _len: usize, visitor: V) -> Result<V::Value, Fault> {
        self.with(|de| de.visit(visitor))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        let key = self.key;
        self.with(|de| {
            de::Deserializer::deserialize_struct(de, "", fields, visitor)
                .map_err(|fault| fault.of(key))
        })
    }
}

/// What an unknown name is called until somebody knows better.
const NAME: &str = "name";
