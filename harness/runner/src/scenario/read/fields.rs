//! The entries of a mapping whose keys are known.

use super::Reader;
use crate::scenario::error::Problem;
use crate::scenario::format::{Key, Node, Tree};
use crate::scenario::place::Place;

/// A mapping that was found to hold nothing but known keys; unknown ones are noted and left out.
pub struct Fields<'n> {
    of: String,
    place: Place,
    entries: Vec<(&'n Key, &'n Node)>,
}

impl<'n> Fields<'n> {
    /// Opens `node`; nothing at all counts as an empty mapping.
    pub fn open(reader: &mut Reader<'_>, node: &'n Node, of: &str, known: &[&str]) -> Option<Self> {
        let entries = match &node.value {
            Tree::Null => &[][..],
            Tree::Map(entries) => entries,
            _ => {
                reader.wrong_type(node, "a mapping");
                return None;
            }
        };
        let mut fields = Self { of: of.to_owned(), place: node.place.clone(), entries: vec![] };
        for (key, value) in entries {
            if known.contains(&key.name.as_str()) {
                fields.entries.push((key, value));
            } else {
                reader.unknown_key(key, of, known);
            }
        }
        Some(fields)
    }

    /// The value under `key`.
    pub fn get(&self, key: &str) -> Option<&'n Node> {
        self.entry(key).map(|(_, value)| value)
    }

    /// Key and value.
    pub fn entry(&self, key: &str) -> Option<(&'n Key, &'n Node)> {
        self.entries.iter().find(|(name, _)| name.name == key).copied()
    }

    /// The value under `key`, which must be there.
    pub fn need(&self, reader: &mut Reader<'_>, key: &str) -> Option<&'n Node> {
        let value = self.get(key);
        if value.is_none() {
            let problem = Problem::MissingKey { of: self.of.clone(), key: key.to_owned() };
            reader.error(&self.place, problem);
        }
        value
    }
}
