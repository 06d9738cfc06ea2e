//! The shape of a serde type, found by watching it deserialize. So the names that a protocol's
//! commands, events and setup have are known here without naming the protocol.

use serde::de::{self, DeserializeOwned, DeserializeSeed, IntoDeserializer, Visitor};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;

#[cfg(test)]
mod tests;

/// What a type deserializes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Nothing.
    Unit,
    /// `true` or `false`.
    Bool,
    /// An unsigned number up to this one.
    Unsigned(u64),
    /// A signed number.
    Signed,
    /// Text.
    Text,
    /// Nothing, or the shape inside.
    Option(Box<Shape>),
    /// A list.
    List(Box<Shape>),
    /// A mapping with these keys, in order.
    Struct(Vec<(String, Shape)>),
    /// One of these names, each with content.
    Enum(Vec<(String, Shape)>),
    /// Anything.
    Any,
}

impl Shape {
    /// The shape of `T`.
    pub fn of<T: DeserializeOwned>() -> Self {
        let probe = Probe::default();
        loop {
            probe.chosen.replace(false);
            let path = String::from("/");
            // The value or error does not matter, only what was asked for on the way.
            let _ = T::deserialize(At { probe: &probe, path: path.clone() });
            if !*probe.chosen.borrow() {
                return probe.build(&path);
            }
        }
    }

    /// The names this shape has: fields or variants.
    pub fn names(&self) -> Vec<&str> {
        self.entries().iter().map(|(name, _)| name.as_str()).collect()
    }

    /// The shape under a name.
    pub fn get(&self, name: &str) -> Option<&Self> {
        self.entries().iter().find(|(known, _)| known == name).map(|(_, shape)| shape)
    }

    fn entries(&self) -> &[(String, Self)] {
        match self {
            Self::Struct(entries) | Self::Enum(entries) => entries,
            _ => &[],
        }
    }
}

#[derive(Clone, Debug)]
enum Seen {
    Leaf(Shape),
    Option,
    List,
    Struct(&'static [&'static str]),
    Enum { variants: &'static [&'static str], tried: usize },
}

/// Everything seen so far, by path. Variants are tried one per run.
#[derive(Default)]
struct Probe {
    seen: RefCell<BTreeMap<String, Seen>>,
    chosen: RefCell<bool>,
}

impl Probe {
    fn note(&self, path: &str, seen: Seen) {
        self.seen.borrow_mut().entry(path.to_owned()).or_insert(seen);
    }

    /// The variant to try this time: the next new one, then any that still has something new
    /// inside.
    fn choose(&self, path: &str, variants: &'static [&'static str]) -> Option<&'static str> {
        let mut seen = self.seen.borrow_mut();
        let entry = seen.entry(path.to_owned()).or_insert(Seen::Enum { variants, tried: 0 });
        let Seen::Enum { tried, .. } = entry else { return None };
        if let Some(variant) = variants.get(*tried) {
            *tried += 1;
            self.chosen.replace(true);
            return Some(variant);
        }
        let unfinished = |variant: &&&str| {
            let below = join(path, variant);
            let untried = |seen: &Seen| match seen {
                Seen::Enum { variants, tried } => *tried < variants.len(),
                _ => false,
            };
            let inside =
                seen.range(below.clone()..).take_while(|(path, _)| path.starts_with(&below));
            inside.map(|(_, seen)| seen).any(untried)
        };
        variants.iter().find(unfinished).or(variants.first()).copied()
    }

    fn build(&self, path: &str) -> Shape {
        let seen = self.seen.borrow().get(path).cloned();
        let inside = |names: &[&str]| {
            names.iter().map(|&name| (name.to_owned(), self.build(&join(path, name)))).collect()
        };
        match seen {
            None => Shape::Any,
            Some(Seen::Leaf(shape)) => shape,
            Some(Seen::Option) => Shape::Option(Box::new(self.build(&join(path, "?")))),
            Some(Seen::List) => Shape::List(Box::new(self.build(&join(path, "[]")))),
            Some(Seen::Struct(fields)) => Shape::Struct(inside(fields)),
            Some(Seen::Enum { variants, .. }) => Shape::Enum(inside(variants)),
        }
    }
}

fn join(path: &str, name: &str) -> String {
    format!("{path}{name}/")
}

/// A deserializer that gives every type a value of its own choice.
#[derive(Clone)]
struct At<'p> {
    probe: &'p Probe,
    path: String,
}

impl At<'_> {
    fn below(&self, name: &str) -> Self {
        Self { probe: self.probe, path: join(&self.path, name) }
    }

    fn fields<'de, V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Stop> {
        if self.path.matches('/').count() > DEEPEST {
            return Err(Stop);
        }
        self.probe.note(&self.path, Seen::Struct(fields));
        visitor.visit_map(Fields { at: self, fields: fields.iter(), current: "" })
    }
}

/// Why a run ended early; never shown.
#[derive(Debug)]
struct Stop;

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("stopped")
    }
}

impl std::error::Error for Stop {}

impl de::Error for Stop {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

macro_rules! leaves {
    ($($method:ident $visit:ident($($value:expr)?) $shape:expr;)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Stop> {
            self.probe.note(&self.path, Seen::Leaf($shape));
            visitor.$visit($($value)?)
        }
    )*};
}

impl<'de> de::Deserializer<'de> for At<'_> {
    type Error = Stop;

    leaves! {
        deserialize_bool visit_bool(false) Shape::Bool;
        deserialize_u8 visit_u8(0) Shape::Unsigned(u8::MAX.into());
        deserialize_u16 visit_u16(0) Shape::Unsigned(u16::MAX.into());
        deserialize_u32 visit_u32(0) Shape::Unsigned(u32::MAX.into());
        deserialize_u64 visit_u64(0) Shape::Unsigned(u64::MAX);
        deserialize_u128 visit_u64(0) Shape::Unsigned(u64::MAX);
        deserialize_i8 visit_i8(0) Shape::Signed;
        deserialize_i16 visit_i16(0) Shape::Signed;
        deserialize_i32 visit_i32(0) Shape::Signed;
        deserialize_i64 visit_i64(0) Shape::Signed;
        deserialize_i128 visit_i64(0) Shape::Signed;
        deserialize_f32 visit_f32(0.0) Shape::Any;
        deserialize_f64 visit_f64(0.0) Shape::Any;
        deserialize_char visit_char('a') Shape::Text;
        deserialize_str visit_str("") Shape::Text;
        deserialize_string visit_str("") Shape::Text;
        deserialize_identifier visit_str("") Shape::Text;
        deserialize_bytes visit_bytes(&[]) Shape::Text;
        deserialize_byte_buf visit_bytes(&[]) Shape::Text;
        deserialize_unit visit_unit() Shape::Unit;
        deserialize_any visit_unit() Shape::Any;
        deserialize_ignored_any visit_unit() Shape::Any;
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Stop> {
        self.probe.note(&self.path, Seen::Option);
        visitor.visit_some(self.below("?"))
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Stop> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Stop> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Stop> {
        self.probe.note(&self.path, Seen::List);
        visitor.visit_seq(One { at: Some(self.below("[]")) })
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _len: usize, visitor: V) -> Result<V::Value, Stop> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _len: usize,
        visitor: V,
    ) -> Result<V::Value, Stop> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Stop> {
        self.probe.note(&self.path, Seen::Leaf(Shape::Any));
        visitor.visit_map(Fields { at: self, fields: [].iter(), current: "" })
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Stop> {
        self.fields(fields, visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Stop> {
        let variant = self.probe.choose(&self.path, variants).ok_or(Stop)?;
        visitor.visit_enum(Variant { at: self.below(variant), name: variant })
    }
}

struct One<'p> {
    at: Option<At<'p>>,
}

impl<'de> de::SeqAccess<'de> for One<'_> {
    type Error = Stop;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Stop> {
        self.at.take().map(|at| seed.deserialize(at)).transpose()
    }
}

struct Fields<'p> {
    at: At<'p>,
    fields: std::slice::Iter<'static, &'static str>,
    current: &'static str,
}

impl<'de> de::MapAccess<'de> for Fields<'_> {
    type Error = Stop;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Stop> {
        let Some(&field) = self.fields.next() else { return Ok(None) };
        self.current = field;
        let name: de::value::StrDeserializer<'_, Stop> = field.into_deserializer();
        seed.deserialize(name).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Stop> {
        seed.deserialize(self.at.below(self.current))
    }
}

struct Variant<'p> {
    at: At<'p>,
    name: &'static str,
}

impl<'de, 'p> de::EnumAccess<'de> for Variant<'p> {
    type Error = Stop;
    type Variant = At<'p>;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, At<'p>), Stop> {
        let name: de::value::StrDeserializer<'_, Stop> = self.name.into_deserializer();
        Ok((seed.deserialize(name)?, self.at))
    }
}

impl<'de> de::VariantAccess<'de> for At<'_> {
    type Error = Stop;

    fn unit_variant(self) -> Result<(), Stop> {
        self.probe.note(&self.path, Seen::Leaf(Shape::Unit));
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Stop> {
        seed.deserialize(self)
    }

    fn tuple_variant<V: Visitor<'de>>(self, len: usize, visitor: V) -> Result<V::Value, Stop> {
        de::Deserializer::deserialize_tuple(self, len, visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Stop> {
        self.fields(fields, visitor)
    }
}

const DEEPEST: usize = 12;
