//! Requirements and their readings.

use crate::scenario::place::Place;
use std::collections::{BTreeMap, BTreeSet};
use wireproof_base::Level;

/// How a requirement can be tested.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// By encoding and decoding alone.
    Codec,
    /// By an exchange of packets.
    Wire,
    /// On the state model only.
    Model,
}

impl Class {
    /// The letter it has in the catalogue.
    pub const fn letter(self) -> &'static str {
        match self {
            Self::Codec => "C",
            Self::Wire => "W",
            Self::Model => "M",
        }
    }
}

/// The part of a requirement that rests on a reading of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadingNote {
    /// Its id.
    pub id: String,
    /// Which part; empty if all of it.
    pub about: String,
}

/// One rule.
#[derive(Clone, Debug)]
pub struct Requirement {
    /// Stable id.
    pub id: String,
    /// How binding it is.
    pub level: Level,
    /// Where the rule stands.
    pub clause: String,
    /// How it can be tested.
    pub class: Class,
    /// The rule in words.
    pub says: String,
    /// What of it rests on readings.
    pub readings: Vec<ReadingNote>,
    /// Why nothing checks it, if nothing does.
    pub excluded: Option<String>,
    /// Where it is written down.
    pub place: Place,
}

impl Requirement {
    /// The middle part of the id, by which requirements are grouped.
    pub fn area(&self) -> &str {
        self.id.split('-').nth(1).unwrap_or(&self.id)
    }
}

/// All rules of a protocol, in the order of the catalogue.
#[derive(Clone, Debug, Default)]
pub struct Requirements {
    all: Vec<Requirement>,
    index: BTreeMap<String, usize>,
    readings: BTreeSet<String>,
}

impl Requirements {
    /// The requirement called `id`.
    pub fn get(&self, id: &str) -> Option<&Requirement> {
        self.index.get(id).map(|&index| &self.all[index])
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Requirement> {
        self.all.iter()
    }

    /// All ids.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.all.iter().map(|requirement| requirement.id.as_str())
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// Whether the catalogue names that reading.
    pub fn has_reading(&self, id: &str) -> bool {
        self.readings.contains(id)
    }

    /// All readings that the catalogue names.
    pub fn readings(&self) -> impl Iterator<Item = &str> {
        self.readings.iter().map(String::as_str)
    }

    /// How binding `id` is; an unknown one binds fully.
    pub fn level(&self, id: &str) -> Level {
        self.get(id).map_or(Level::Must, |requirement| requirement.level)
    }

    /// Notes a reading that no single requirement rests on.
    pub(super) fn add_reading(&mut self, id: String) {
        self.readings.insert(id);
    }

    /// Appends one; gives the place of the earlier one if the id is taken.
    pub(super) fn push(&mut self, requirement: Requirement) -> Result<(), Place> {
        if let Some(&index) = self.index.get(&requirement.id) {
            return Err(self.all[index].place.clone());
        }
        self.index.insert(requirement.id.clone(), self.all.len());
        self.readings.extend(requirement.readings.iter().map(|reading| reading.id.clone()));
        self.all.push(requirement);
        Ok(())
    }
}
