//! The coverage of a catalogue as a table: one row for each area and level.

use super::coverage::{CheckKind, Coverage};
use super::model::{Class, Requirement, Requirements};
use std::collections::BTreeSet;
use wireproof_base::Level;

/// What is known about the requirements of one area and level.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// How many there are.
    pub rules: usize,
    /// How many of them are of class C, W and M.
    pub classes: [usize; 3],
    /// How many rest on a reading, in whole or in part.
    pub readings: usize,
    /// How many have a check that can settle them.
    pub checked: usize,
    /// How many have a reason why nothing checks them.
    pub excluded: usize,
    /// How many have neither.
    pub open: usize,
    /// Checks of each kind that name one of them, in the order of [`CheckKind::ALL`].
    pub checks: [usize; 4],
}

/// A row: area, level and what is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Area, as in the ids.
    pub area: String,
    /// Level.
    pub level: Level,
    /// What is known.
    pub tally: Tally,
}

/// The rows by area in the order of the catalogue, the most binding level first.
pub fn rows(all: &Requirements, coverage: &Coverage) -> Vec<Row> {
    let mut areas: Vec<&str> = Vec::new();
    for rule in all.iter() {
        if !areas.contains(&rule.area()) {
            areas.push(rule.area());
        }
    }
    let levels = [Level::Must, Level::Should, Level::May];
    let keys = areas.iter().flat_map(|area| levels.map(|level| (*area, level)));
    let row = |(area, level): (&str, Level)| {
        let of = all.iter().filter(|rule| rule.area() == area && rule.level == level);
        Row { area: area.to_owned(), level, tally: tally(of, coverage) }
    };
    keys.map(row).filter(|row| row.tally.rules > 0).collect()
}

/// What is known about `rules` together. A check that names several of them counts once.
pub fn tally<'a>(rules: impl Iterator<Item = &'a Requirement>, coverage: &Coverage) -> Tally {
    let mut tally = Tally::default();
    let mut seen = BTreeSet::new();
    for rule in rules {
        tally.rules += 1;
        tally.classes[match rule.class {
            Class::Codec => 0,
            Class::Wire => 1,
            Class::Model => 2,
        }] += 1;
        tally.readings += usize::from(!rule.readings.is_empty());
        match (coverage.settles(rule), &rule.excluded) {
            (true, _) => tally.checked += 1,
            (false, Some(_)) => tally.excluded += 1,
            (false, None) => tally.open += 1,
        }
        seen.extend(coverage.of(&rule.id));
    }
    for (count, kind) in tally.checks.iter_mut().zip(CheckKind::ALL) {
        *count = seen.iter().filter(|check| check.kind == kind).count();
    }
    tally
}
