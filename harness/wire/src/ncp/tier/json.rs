//! Tier-1: JSON. What payloads usually hold is read by `quick`, everything else by `serde_json`.
//! Unlike the `Deserialize` of [`Value`], which serves scenarios and adapters, nothing in a payload
//! stands for bytes.

mod quick;
mod write;

use super::intake::stands_twice;
use super::{Fault, Intake, MAX_DEPTH};
use crate::ncp::value::{Name, Value};
use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;
use core::cell::Cell;
use core::fmt;
use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

pub(crate) use write::{encode, put, write, write_bool, write_items, write_text, write_texts};

/// One value and nothing after it but white space.
pub(crate) fn decode(bytes: &[u8]) -> Result<Value, Fault> {
    let text = checked(bytes)?;
    match quick::decode(text) {
        Some(value) => Ok(value),
        None => full_decode(text),
    }
}

/// The same, whatever it holds.
#[cold]
fn full_decode(text: &str) -> Result<Value, Fault> {
    run(text, |fault, reader| Tree { fault, depth: MAX_DEPTH }.deserialize(reader))
}

/// The root of a payload, member by member.
pub(crate) fn intake(bytes: &[u8], intake: &mut Intake) -> Result<(), Fault> {
    let text = checked(bytes)?;
    match quick::intake(text, intake) {
        Some(()) => Ok(()),
        None => {
            intake.clear();
            full_intake(text, intake)
        }
    }
}

/// The same, whatever it holds.
#[cold]
fn full_intake(text: &str, intake: &mut Intake) -> Result<(), Fault> {
    let result = run(text, |fault, reader| reader.deserialize_any(Root { fault, intake }));
    match result {
        // `serde_json` says the same to a root of another type and to what is no JSON.
        Err(Fault::Syntax) => full_decode(text).and(Err(Fault::Root)),
        result => result,
    }
}

/// Checking all at once is quicker than checking every text.
fn checked(bytes: &[u8]) -> Result<&str, Fault> {
    core::str::from_utf8(bytes).map_err(|_| {
        let lone = bytes.windows(2).any(|pair| pair[0] == 0xed && pair[1] >= 0xa0);
        if lone { Fault::Surrogate } else { Fault::Syntax }
    })
}

type Reader<'de> = serde_json::Deserializer<serde_json::de::StrRead<'de>>;

fn run<'de, T>(
    text: &'de str,
    read: impl FnOnce(&Cell<Fault>, &mut Reader<'de>) -> Result<T, serde_json::Error>,
) -> Result<T, Fault> {
    let fault = Cell::new(Fault::Syntax);
    let mut reader = serde_json::Deserializer::from_str(text);
    match read(&fault, &mut reader) {
        Ok(value) if reader.end().is_ok() => Ok(value),
        Ok(_) => Err(Fault::Trailing),
        Err(_) if fault.get() == Fault::Syntax && has_lone_escape(text.as_bytes()) => {
            Err(Fault::Surrogate)
        }
        Err(_) => Err(fault.get()),
    }
}

/// Whether an escape names a surrogate without its other half.
#[cold]
fn has_lone_escape(bytes: &[u8]) -> bool {
    let unit = |at: usize| -> Option<u32> {
        let digits = bytes.get(at + 2..at + 6)?;
        let escape = bytes[at..].starts_with(b"\\u");
        let digits = core::str::from_utf8(digits).ok().filter(|_| escape)?;
        u32::from_str_radix(digits, 16).ok()
    };
    let mut at = 0;
    while at < bytes.len() {
        at += match (bytes[at], unit(at)) {
            (b'\\', Some(0xd800..=0xdbff)) => match unit(at + 6) {
                Some(0xdc00..=0xdfff) => 12,
                _ => return true,
            },
            (b'\\', Some(0xdc00..=0xdfff)) => return true,
            (b'\\', _) => 2,
            _ => 1,
        };
    }
    false
}

/// Reads a value of any type.
#[derive(Clone, Copy)]
struct Tree<'a> {
    fault: &'a Cell<Fault>,
    depth: u32,
}

impl Tree<'_> {
    fn inner<E: serde::de::Error>(self) -> Result<Self, E> {
        match self.depth.checked_sub(1) {
            Some(depth) => Ok(Self { depth, ..self }),
            None => Err(broken(self.fault, Fault::Depth)),
        }
    }
}

#[cold]
fn broken<E: serde::de::Error>(cell: &Cell<Fault>, fault: Fault) -> E {
    cell.set(fault);
    E::custom("refused")
}

impl<'de> DeserializeSeed<'de> for Tree<'_> {
    type Value = Value;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Tree<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Nil)
    }

    fn visit_bool<E>(self, truth: bool) -> Result<Value, E> {
        Ok(Value::Bool(truth))
    }

    #[inline]
    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        Ok(Value::Uint(number))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(u64::try_from(number).map_or(Value::Int(number), Value::Uint))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Value, E> {
        Ok(Value::Float(number))
    }

    #[inline]
    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let inner = self.inner()?;
        let mut items = Vec::new();
        while let Some(item) = seq.next_element_seed(inner)? {
            items.push(item);
        }
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let inner = self.inner()?;
        let mut members: Vec<(Name, Value)> = Vec::new();
        while let Some(name) = map.next_key::<String>()? {
            members.push((name.into(), map.next_value_seed(inner)?));
        }
        if stands_twice(&members) {
            return Err(broken(self.fault, Fault::Twice));
        }
        Ok(Value::Map(members))
    }
}

/// Reads an object into an [`Intake`].
struct Root<'a> {
    fault: &'a Cell<Fault>,
    intake: &'a mut Intake,
}

impl<'de> Visitor<'de> for Root<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Self { fault, intake } = self;
        let refuse = |found: Fault| -> A::Error { broken(fault, found) };
        while let Some(place) = map.next_key_seed(Key { intake })? {
            let place = place.map_err(refuse)?;
            *place = map.next_value_seed(Tree { fault, depth: MAX_DEPTH - 1 })?;
        }
        intake.finish().map_err(refuse)
    }
}

/// Reads a name and says where its value goes.
struct Key<'a> {
    intake: &'a mut Intake,
}

impl<'de, 'a> DeserializeSeed<'de> for Key<'a> {
    type Value = Result<&'a mut Value, Fault>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'a> Visitor<'_> for Key<'a> {
    type Value = Result<&'a mut Value, Fault>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    #[inline]
    fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
        Ok(self.intake.place(name))
    }
}
