//! How the field of a struct is taken from a decoded member and handed to a writer.

use super::anchor::Anchor;
use super::sink::{Leaf, Sink, Tree};
use crate::ncp::table::{self, Member};
use crate::ncp::tier::{SLOTS, Slots};
use crate::ncp::value::{Name, Value};
use crate::ncp::violation::Violation;
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::mem;
use core::ops::RangeFrom;

/// A struct with a table.
pub(crate) trait Typed: Sized {
    /// Its table.
    const MEMBERS: &'static [Member];

    /// Takes every member from its slot.
    fn take(slots: &mut Slots) -> Result<Self, Violation>;

    /// Hands over the members that are there, in the order of the table.
    fn each<S: Sink>(&self, sink: &mut S);
}

/// The type of a field.
pub(crate) trait Item: Sized {
    /// The member, taken from its slot, or the fault of its absence or type.
    fn from_slot(slot: &mut Option<Value>, member: &'static Member) -> Result<Self, Violation>;

    /// Hands over the member if it is there.
    fn put<S: Sink>(&self, name: &'static str, sink: &mut S);
}

/// The next member of a table.
#[inline]
pub(super) fn next<T: Item>(
    slots: &mut Slots,
    at: &mut RangeFrom<usize>,
    members: &'static [Member],
) -> Result<T, Violation> {
    let at = at.next().unwrap_or_default();
    debug_assert!(at < SLOTS && at < members.len());
    T::from_slot(&mut slots[at], &members[at])
}

/// Takes the members of an object by copying them.
pub(super) fn from_value<T: Typed>(value: &Value) -> Result<T, Violation> {
    let mut slots: Slots = [const { None }; SLOTS];
    for (slot, member) in slots.iter_mut().zip(T::MEMBERS) {
        *slot = value.get(member.name).cloned();
    }
    T::take(&mut slots)
}

/// Takes the members of an object that is nobody else's.
pub(super) fn from_members<T: Typed>(members: Vec<(Name, Value)>) -> Result<T, Violation> {
    let mut slots: Slots = [const { None }; SLOTS];
    for (name, value) in members {
        if let Some(at) = T::MEMBERS.iter().position(|member| member.name == name) {
            slots[at] = Some(value);
        }
    }
    T::take(&mut slots)
}

/// The members as an object.
pub(super) fn to_value<T: Typed>(frame: &T) -> Value {
    let mut tree = Tree::default();
    frame.each(&mut tree);
    tree.finish()
}

/// Checks a member against its row, in its slot; `null` and absence are the same.
#[inline]
fn present<'a>(
    slot: &'a mut Option<Value>,
    member: &'static Member,
) -> Result<Option<&'a mut Value>, Violation> {
    match slot {
        None | Some(Value::Nil) => Ok(None),
        Some(value) => {
            table::item(member, value)?;
            Ok(Some(value))
        }
    }
}

macro_rules! items {
    ($($ty:ty: $value:ident => $take:expr, $leaf:expr;)*) => {
        $(
            impl Item for $ty {
                #[inline]
                fn from_slot(
                    slot: &mut Option<Value>,
                    member: &'static Member,
                ) -> Result<Self, Violation> {
                    match Option::<Self>::from_slot(slot, member)? {
                        Some(value) => Ok(value),
                        None => Err(table::missing(member)),
                    }
                }

                #[inline]
                fn put<S: Sink>(&self, name: &'static str, sink: &mut S) {
                    let $value = self;
                    sink.member(name, $leaf);
                }
            }

            impl Item for Option<$ty> {
                #[inline]
                fn from_slot(
                    slot: &mut Option<Value>,
                    member: &'static Member,
                ) -> Result<Self, Violation> {
                    let Some($value) = present(slot, member)? else { return Ok(None) };
                    // The table has the same type as the field, so this only fails on a mistake in
                    // the declaration.
                    $take.map(Some).ok_or_else(|| table::mistyped(member))
                }

                #[inline]
                fn put<S: Sink>(&self, name: &'static str, sink: &mut S) {
                    if let Some($value) = self {
                        sink.member(name, $leaf);
                    }
                }
            }
        )*
    };
}

items! {
    String: value => text(value), Leaf::Text(value);
    bool: value => value.as_bool(), Leaf::Bool(*value);
    u8: value => value.as_uint().and_then(|number| number.try_into().ok()),
        Leaf::Uint((*value).into());
    u32: value => value.as_uint().and_then(|number| number.try_into().ok()),
        Leaf::Uint((*value).into());
    u64: value => value.as_uint(), Leaf::Uint(*value);
    Vec<Value>: value => array(value), Leaf::Values(value);
    Vec<String>: value => texts(value),
        Leaf::Texts(value);
    Value: value => Some(mem::take(value)), Leaf::Value(value);
}

impl Item for Option<i128> {
    fn from_slot(slot: &mut Option<Value>, member: &'static Member) -> Result<Self, Violation> {
        Ok(match present(slot, member)? {
            Some(Value::Uint(number)) => Some((*number).into()),
            Some(Value::Int(number)) => Some((*number).into()),
            _ => None,
        })
    }

    fn put<S: Sink>(&self, name: &'static str, sink: &mut S) {
        if let Some(number) = self {
            sink.member(
                name,
                match u64::try_from(*number) {
                    Ok(number) => Leaf::Uint(number),
                    Err(_) => Leaf::Int(-1),
                },
            );
        }
    }
}

impl Item for Option<Box<Anchor>> {
    fn from_slot(slot: &mut Option<Value>, member: &'static Member) -> Result<Self, Violation> {
        match present(slot, member)? {
            Some(Value::Map(members)) => from_members(mem::take(members)).map(Box::new).map(Some),
            _ => Ok(None),
        }
    }

    fn put<S: Sink>(&self, name: &'static str, sink: &mut S) {
        if let Some(anchor) = self {
            sink.member(name, Leaf::Anchor(anchor));
        }
    }
}

fn text(value: &mut Value) -> Option<String> {
    match value {
        Value::Text(text) => Some(mem::take(text)),
        _ => None,
    }
}

fn array(value: &mut Value) -> Option<Vec<Value>> {
    match value {
        Value::Array(items) => Some(mem::take(items)),
        _ => None,
    }
}

fn texts(value: &mut Value) -> Option<Vec<String>> {
    let Value::Array(items) = value else { return None };
    let mut texts = Vec::with_capacity(items.len());
    for item in items {
        texts.push(text(item)?);
    }
    Some(texts)
}
