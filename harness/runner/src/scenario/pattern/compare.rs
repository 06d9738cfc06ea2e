//! Compares an event with a pattern by serializing it into nothing.
//!
//! Events are serde enums with named fields. Anything that serializes otherwise never matches.

use super::{EventPattern, Literal};
use serde::ser::{self, Impossible, Serialize};
use std::fmt;

pub(super) fn matches<E: Serialize>(pattern: &EventPattern, event: &E) -> bool {
    event.serialize(Name { pattern }).is_ok()
}

/// The event or one of its fields differs, or has a type that no pattern can name.
#[derive(Debug)]
struct Differs;

impl fmt::Display for Differs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("differs")
    }
}

impl std::error::Error for Differs {}

impl ser::Error for Differs {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

/// Takes the event.
struct Name<'a> {
    pattern: &'a EventPattern,
}

/// Takes its fields.
struct Fields<'a> {
    pattern: &'a EventPattern,
    matched: usize,
}

impl ser::SerializeStruct for Fields<'_> {
    type Ok = ();
    type Error = Differs;

    fn serialize_field<T: ?Sized + Serialize>(
        &mut self,
        key: &'static str,
        value: &T,
    ) -> Result<(), Differs> {
        for (name, literal) in &self.pattern.fields {
            if name == key {
                value.serialize(Field { literal })?;
                self.matched += 1;
            }
        }
        Ok(())
    }

    fn end(self) -> Result<(), Differs> {
        if self.matched == self.pattern.fields.len() { Ok(()) } else { Err(Differs) }
    }
}

impl ser::SerializeStructVariant for Fields<'_> {
    type Ok = ();
    type Error = Differs;

    fn serialize_field<T: ?Sized + Serialize>(
        &mut self,
        key: &'static str,
        value: &T,
    ) -> Result<(), Differs> {
        ser::SerializeStruct::serialize_field(self, key, value)
    }

    fn end(self) -> Result<(), Differs> {
        ser::SerializeStruct::end(self)
    }
}

/// Takes one field.
struct Field<'a> {
    literal: &'a Literal,
}

impl Field<'_> {
    fn is(&self, same: bool) -> Result<(), Differs> {
        if same { Ok(()) } else { Err(Differs) }
    }

    fn number(&self, value: i128) -> Result<(), Differs> {
        self.is(matches!(self.literal, Literal::Number(number) if *number == value))
    }
}

macro_rules! differs {
    ($($method:ident($($argument:ty),*);)*) => {$(
        fn $method(self, $(_: $argument),*) -> Result<(), Differs> {
            Err(Differs)
        }
    )*};
}

macro_rules! no_collections {
    ($($method:ident($($argument:ty),*) -> $output:ident;)*) => {$(
        fn $method(self, $(_: $argument),*) -> Result<Self::$output, Differs> {
            Err(Differs)
        }
    )*};
}

/// Wrappers are looked through.
macro_rules! transparent {
    () => {
        fn serialize_some<T: ?Sized + Serialize>(self, value: &T) -> Result<(), Differs> {
            value.serialize(self)
        }

        fn serialize_newtype_struct<T: ?Sized + Serialize>(
            self,
            _: &'static str,
            value: &T,
        ) -> Result<(), Differs> {
            value.serialize(self)
        }
    };
}

macro_rules! no_newtype_variant {
    () => {
        fn serialize_newtype_variant<T: ?Sized + Serialize>(
            self,
            _: &'static str,
            _: u32,
            _: &'static str,
            _: &T,
        ) -> Result<(), Differs> {
            Err(Differs)
        }
    };
}

impl<'a> ser::Serializer for Name<'a> {
    type Ok = ();
    type Error = Differs;
    type SerializeSeq = Impossible<(), Differs>;
    type SerializeTuple = Impossible<(), Differs>;
    type SerializeTupleStruct = Impossible<(), Differs>;
    type SerializeTupleVariant = Impossible<(), Differs>;
    type SerializeMap = Impossible<(), Differs>;
    type SerializeStruct = Impossible<(), Differs>;
    type SerializeStructVariant = Fields<'a>;

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<(), Differs> {
        let same = self.pattern.name == variant && self.pattern.fields.is_empty();
        if same { Ok(()) } else { Err(Differs) }
    }

    fn serialize_newtype_variant<T: ?Sized + Serialize>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), Differs> {
        if self.pattern.name != variant {
            return Err(Differs);
        }
        if self.pattern.fields.is_empty() {
            return Ok(());
        }
        value.serialize(Content { pattern: self.pattern })
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Fields<'a>, Differs> {
        if self.pattern.name != variant {
            return Err(Differs);
        }
        Ok(Fields { pattern: self.pattern, matched: 0 })
    }

    differs! {
        serialize_bool(bool); serialize_i8(i8); serialize_i16(i16); serialize_i32(i32);
        serialize_i64(i64); serialize_u8(u8); serialize_u16(u16); serialize_u32(u32);
        serialize_u64(u64); serialize_f32(f32); serialize_f64(f64); serialize_char(char);
        serialize_str(&str); serialize_bytes(&[u8]); serialize_none(); serialize_unit();
        serialize_unit_struct(&'static str);
    }
    no_collections! {
        serialize_seq(Option<usize>) -> SerializeSeq;
        serialize_tuple(usize) -> SerializeTuple;
        serialize_tuple_struct(&'static str, usize) -> SerializeTupleStruct;
        serialize_tuple_variant(&'static str, u32, &'static str, usize) -> SerializeTupleVariant;
        serialize_map(Option<usize>) -> SerializeMap;
        serialize_struct(&'static str, usize) -> SerializeStruct;
    }

    transparent!();
}

/// Takes the struct inside of an event.
struct Content<'a> {
    pattern: &'a EventPattern,
}

impl<'a> ser::Serializer for Content<'a> {
    type Ok = ();
    type Error = Differs;
    type SerializeSeq = Impossible<(), Differs>;
    type SerializeTuple = Impossible<(), Differs>;
    type SerializeTupleStruct = Impossible<(), Differs>;
    type SerializeTupleVariant = Impossible<(), Differs>;
    type SerializeMap = Impossible<(), Differs>;
    type SerializeStruct = Fields<'a>;
    type SerializeStructVariant = Impossible<(), Differs>;

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Fields<'a>, Differs> {
        Ok(Fields { pattern: self.pattern, matched: 0 })
    }

    differs! {
        serialize_bool(bool); serialize_i8(i8); serialize_i16(i16); serialize_i32(i32);
        serialize_i64(i64); serialize_u8(u8); serialize_u16(u16); serialize_u32(u32);
        serialize_u64(u64); serialize_f32(f32); serialize_f64(f64); serialize_char(char);
        serialize_str(&str); serialize_bytes(&[u8]); serialize_none(); serialize_unit();
        serialize_unit_struct(&'static str);
        serialize_unit_variant(&'static str, u32, &'static str);
    }
    no_collections! {
        serialize_seq(Option<usize>) -> SerializeSeq;
        serialize_tuple(usize) -> SerializeTuple;
        serialize_tuple_struct(&'static str, usize) -> SerializeTupleStruct;
        serialize_tuple_variant(&'static str, u32, &'static str, usize) -> SerializeTupleVariant;
        serialize_map(Option<usize>) -> SerializeMap;
        serialize_struct_variant(&'static str, u32, &'static str, usize) -> SerializeStructVariant;
    }

    transparent!();
    no_newtype_variant!();
}

impl ser::Serializer for Field<'_> {
    type Ok = ();
    type Error = Differs;
    type SerializeSeq = Impossible<(), Differs>;
    type SerializeTuple = Impossible<(), Differs>;
    type SerializeTupleStruct = Impossible<(), Differs>;
    type SerializeTupleVariant = Impossible<(), Differs>;
    type SerializeMap = Impossible<(), Differs>;
    type SerializeStruct = Impossible<(), Differs>;
    type SerializeStructVariant = Impossible<(), Differs>;

    fn serialize_bool(self, value: bool) -> Result<(), Differs> {
        self.is(matches!(self.literal, Literal::Bool(expected) if *expected == value))
    }

    fn serialize_i8(self, value: i8) -> Result<(), Differs> {
        self.number(value.into())
    }

    fn serialize_i16(self, value: i16) -> Result<(), Differs> {
        self.number(value.into())
    }

    fn serialize_i32(self, value: i32) -> Result<(), Differs> {
        self.number(value.into())
    }

    fn serialize_i64(self, value: i64) -> Result<(), Differs> {
        self.number(value.into())
    }

    fn serialize_u8(self, value: u8) -> Result<(), Differs> {
        self.number(value.into())
    }

    fn serialize_u16(self, value: u16) -> Result<(), Differs> {
        self.number(value.into())
    }

    fn serialize_u32(self, value: u32) -> Result<(), Differs> {
        self.number(value.into())
    }

    fn serialize_u64(self, value: u64) -> Result<(), Differs> {
        self.number(value.into())
    }

    fn serialize_str(self, value: &str) -> Result<(), Differs> {
        self.is(matches!(self.literal, Literal::Text(expected) if expected == value))
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<(), Differs> {
        self.serialize_str(variant)
    }

    transparent!();
    no_newtype_variant!();

    differs! {
        serialize_f32(f32); serialize_f64(f64); serialize_char(char); serialize_bytes(&[u8]);
        serialize_none(); serialize_unit(); serialize_unit_struct(&'static str);
    }
    no_collections! {
        serialize_seq(Option<usize>) -> SerializeSeq;
        serialize_tuple(usize) -> SerializeTuple;
        serialize_tuple_struct(&'static str, usize) -> SerializeTupleStruct;
        serialize_tuple_variant(&'static str, u32, &'static str, usize) -> SerializeTupleVariant;
        serialize_map(Option<usize>) -> SerializeMap;
        serialize_struct(&'static str, usize) -> SerializeStruct;
        serialize_struct_variant(&'static str, u32, &'static str, usize) -> SerializeStructVariant;
    }
}
