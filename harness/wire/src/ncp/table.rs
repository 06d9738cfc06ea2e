//! The field tables: one per frame type, in the order of names. Decoding, encoding, names in
//! scenarios and negative inputs all come from them.
//!
//! Row by row: a missing required member breaks the requirement the row names in `required`, a
//! wrong type breaks NCP-TIER-011, a number outside its type NCP-TIER-009, and any other bound the
//! requirement in `bound`.

pub mod negative;

mod check;
mod nop;
mod others;

use super::frame_type::FrameType;
use super::frames;

pub use check::{check, item};
pub(crate) use check::{missing, mistyped};

/// One member of a frame or of an object inside one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Member {
    /// Its name.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// The requirement that asks for it; `None` for an optional one.
    pub required: Option<&'static str>,
    /// The requirement behind its range, form or list of names, where it has one of its own.
    pub bound: Option<&'static str>,
    /// The reading behind `required`, if there is one.
    pub asked: Option<&'static str>,
    /// The reading behind `bound`, if there is one.
    pub reading: Option<&'static str>,
    /// The code for a fault of its range or form, where it is not the general one.
    pub code: Option<&'static str>,
    /// Other codes that pass for a fault in it.
    pub also: &'static [&'static str],
    /// Whether taking a fault of its form passes as well.
    pub lenient: bool,
    /// What its absence means.
    pub default: Default,
}

/// What a member holds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    /// Any value.
    Any,
    /// Text.
    Text,
    /// Text of at least one character.
    Filled,
    /// A UUID of version 4 (NCP-STREAM-002).
    Uuid,
    /// `https://` and more.
    Https,
    /// One of these texts.
    OneOf(&'static [&'static str]),
    /// An integer from 0 to here.
    Uint(u64),
    /// An unsigned integer, or −1 for unknown (`OP-44`).
    Total,
    /// A truth value.
    Bool,
    /// An object with these members, and any others.
    Object(&'static [Member]),
    /// An array of these.
    List(&'static Kind),
    /// A list with at least one entry.
    Some(&'static Kind),
    /// Bytes or an array (`patch`); which of them follows from `patch_format`.
    Patch,
    /// Text of the form of a schema identifier.
    AnchorId,
    /// A whole AnchorFrame.
    Anchor,
    /// A schema definition, checked as [`super::anchor::check_schema`] does.
    Schema,
}

/// What the absence of a member means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Default {
    /// Nothing.
    None,
    /// This number.
    Uint(u64),
    /// This truth value.
    Bool(bool),
    /// This text.
    Text(&'static str),
    /// What the member of that name says.
    Same(&'static str),
}

/// Largest `uint8`.
pub const U8: Kind = Kind::Uint(0xff);
/// Largest `uint32`.
pub const U32: Kind = Kind::Uint(0xffff_ffff);
/// Largest `uint64`.
pub const U64: Kind = Kind::Uint(u64::MAX);
/// Array of text.
pub const TEXTS: Kind = Kind::List(&Kind::Text);
/// Array of objects.
pub const OBJECTS: Kind = Kind::List(&Kind::Object(&[]));
/// Array of anything.
pub const ANYTHING: Kind = Kind::List(&Kind::Any);
/// An object whose members no table names.
pub const OBJECT: Kind = Kind::Object(&[]);

impl Member {
    /// An optional member without a name; see [`Member::named`].
    pub const fn new(kind: Kind) -> Self {
        Self {
            name: "",
            kind,
            required: None,
            bound: None,
            asked: None,
            reading: None,
            code: None,
            also: &[],
            lenient: false,
            default: Default::None,
        }
    }

    /// The same, required.
    pub const fn required(self, requirement: &'static str) -> Self {
        Self { required: Some(requirement), ..self }
    }

    /// The same, required by a reading.
    pub const fn asked(self, requirement: &'static str, reading: &'static str) -> Self {
        Self { required: Some(requirement), asked: Some(reading), ..self }
    }

    /// The same, called so.
    pub const fn named(self, name: &'static str) -> Self {
        Self { name, ..self }
    }

    /// The same with a requirement behind its range or form.
    pub const fn bound(self, requirement: &'static str) -> Self {
        Self { bound: Some(requirement), ..self }
    }

    /// The same, its bound resting on a reading.
    pub const fn reading(self, reading: &'static str) -> Self {
        Self { reading: Some(reading), ..self }
    }

    /// The same with a code of its own, and others that pass.
    pub const fn code(self, code: &'static str, also: &'static [&'static str]) -> Self {
        Self { code: Some(code), also, ..self }
    }

    /// The same, other codes passing.
    pub const fn or(self, also: &'static [&'static str]) -> Self {
        Self { also, ..self }
    }

    /// The same, a fault of its form being no fault of whoever takes it.
    pub const fn lenient(self) -> Self {
        Self { lenient: true, ..self }
    }

    /// The same with a meaning for its absence.
    pub const fn default(self, default: Default) -> Self {
        Self { default, ..self }
    }
}

/// The members of a frame type without `frame`, in the order of their names.
pub const fn of(kind: FrameType) -> &'static [Member] {
    match kind {
        FrameType::Anchor => frames::Anchor::MEMBERS,
        FrameType::Diff => frames::Diff::MEMBERS,
        FrameType::Stream => frames::Stream::MEMBERS,
        FrameType::Caps => frames::Caps::MEMBERS,
        FrameType::Align => &[],
        FrameType::Hello => frames::Hello::MEMBERS,
        FrameType::Query => frames::Query::MEMBERS,
        FrameType::Action => frames::Action::MEMBERS,
        FrameType::Subscribe => frames::Subscribe::MEMBERS,
        FrameType::Ident => others::IDENT,
        FrameType::Trust => others::TRUST,
        FrameType::Revoke => others::REVOKE,
        FrameType::Announce => others::ANNOUNCE,
        FrameType::Resolve => others::RESOLVE,
        FrameType::Graph => others::GRAPH,
        FrameType::Task => nop::TASK,
        FrameType::Delegate => nop::DELEGATE,
        FrameType::Sync => nop::SYNC,
        FrameType::AlignStream => nop::ALIGN_STREAM,
        FrameType::Error => frames::Error::MEMBERS,
    }
}

/// The member of that name.
pub fn find(kind: FrameType, name: &str) -> Option<&'static Member> {
    of(kind).iter().find(|member| member.name == name)
}

/// The members of the one record of a handshake reply (reference 4.4).
pub const AGREEMENT: &[Member] = frames::Agreement::MEMBERS;

macro_rules! members {
    ($($name:ident: $member:expr;)*) => {
        &[$(Member::named($member, stringify!($name)),)*]
    };
}
use members;

#[cfg(test)]
mod tests;
