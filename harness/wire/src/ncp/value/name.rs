//! The name of a member.

use alloc::borrow::{Cow, ToOwned as _};
use alloc::boxed::Box;
use alloc::string::String;
use core::cmp::Ordering;
use core::fmt;
use core::hash::{Hash, Hasher};
use core::ops::Deref;
use serde::{Serialize, Serializer};

/// A name in a tree. It is a text, of which the usual lengths need no memory of their own: a
/// payload of records consists of names for the most part.
pub struct Name(Kept);

#[derive(Clone)]
enum Kept {
    /// That many of the bytes.
    Here(u8, [u8; ROOM]),
    Elsewhere(Box<str>),
}

/// Bytes up to which a name stands where it is; with length and tag three words.
const ROOM: usize = 22;

impl Name {
    /// A name without a character.
    pub const EMPTY: Self = Self(Kept::Here(0, [0; ROOM]));

    /// Becomes that text where it stands: a name that is made elsewhere and moved here takes longer
    /// than all its bytes.
    #[inline]
    pub fn set(&mut self, text: &str) {
        let Kept::Here(len, bytes) = &mut self.0 else { return *self = Self::from(text) };
        match bytes.get_mut(..text.len()) {
            Some(room) => {
                *len = text.len() as u8;
                room.copy_from_slice(text.as_bytes());
            }
            None => *self = Self(Kept::Elsewhere(text.into())),
        }
    }

    /// The name as text.
    #[inline]
    pub fn as_str(&self) -> &str {
        match &self.0 {
            // They came from a text and nothing changes them.
            Kept::Here(..) => core::str::from_utf8(self.as_bytes()).unwrap_or_default(),
            Kept::Elsewhere(text) => text,
        }
    }

    /// The bytes of the text.
    #[inline]
    pub fn as_bytes(&self) -> &[u8] {
        match &self.0 {
            Kept::Here(len, bytes) => bytes.get(..usize::from(*len)).unwrap_or_default(),
            Kept::Elsewhere(text) => text.as_bytes(),
        }
    }
}

impl From<&str> for Name {
    #[inline]
    fn from(text: &str) -> Self {
        let mut name = Self::EMPTY;
        name.set(text);
        name
    }
}

impl From<String> for Name {
    fn from(text: String) -> Self {
        if text.len() <= ROOM {
            return Self::from(text.as_str());
        }
        Self(Kept::Elsewhere(text.into()))
    }
}

impl From<&String> for Name {
    fn from(text: &String) -> Self {
        Self::from(text.as_str())
    }
}

impl From<Cow<'_, str>> for Name {
    fn from(text: Cow<'_, str>) -> Self {
        match text {
            Cow::Borrowed(text) => Self::from(text),
            Cow::Owned(text) => Self::from(text),
        }
    }
}

impl From<Name> for String {
    fn from(name: Name) -> Self {
        match name.0 {
            Kept::Here(..) => name.as_str().to_owned(),
            Kept::Elsewhere(text) => text.into(),
        }
    }
}

impl Default for Name {
    fn default() -> Self {
        Self::EMPTY
    }
}

impl Clone for Name {
    #[inline]
    fn clone(&self) -> Self {
        match &self.0 {
            Kept::Here(len, bytes) => Self(Kept::Here(*len, *bytes)),
            Kept::Elsewhere(text) => Self(Kept::Elsewhere(text.clone())),
        }
    }

    #[inline]
    fn clone_from(&mut self, other: &Self) {
        match (&mut self.0, &other.0) {
            (Kept::Here(len, bytes), Kept::Here(other_len, others)) => {
                *len = *other_len;
                *bytes = *others;
            }
            _ => *self = other.clone(),
        }
    }
}

impl Deref for Name {
    type Target = str;

    #[inline]
    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl AsRef<str> for Name {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

// Bytes of UTF-8 are equal and in order as their texts are.
impl PartialEq for Name {
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl Eq for Name {}

impl PartialOrd for Name {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Name {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_bytes().cmp(other.as_bytes())
    }
}

impl Hash for Name {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

impl PartialEq<str> for Name {
    #[inline]
    fn eq(&self, other: &str) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl PartialEq<&str> for Name {
    #[inline]
    fn eq(&self, other: &&str) -> bool {
        *self == **other
    }
}

impl PartialEq<String> for Name {
    fn eq(&self, other: &String) -> bool {
        *self == *other.as_str()
    }
}

impl PartialEq<Name> for str {
    fn eq(&self, other: &Name) -> bool {
        *other == *self
    }
}

impl PartialEq<Name> for &str {
    fn eq(&self, other: &Name) -> bool {
        *other == **self
    }
}

impl PartialEq<Name> for String {
    fn eq(&self, other: &Name) -> bool {
        *other == *self.as_str()
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self.as_str(), f)
    }
}

impl Serialize for Name {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self)
    }
}

#[cfg(test)]
mod tests;
