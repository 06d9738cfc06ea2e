//! `requirements.yaml`: the list `requirements`, and in `readings` those readings that checks rest
//! on although no single requirement does.

use super::model::{Class, ReadingNote, Requirement, Requirements};
use crate::scenario::error::{LoadError, Problem, nearest, tidy};
use crate::scenario::format::{Limits, Node, from_node, parse};
use crate::scenario::load::read;
use crate::scenario::matrix::Expanded;
use serde::Deserialize;
use std::path::Path;
use wireproof_base::Level;

/// Loads the catalogue of a protocol. All mistakes are reported.
pub fn load(path: &Path) -> Result<Requirements, Vec<LoadError>> {
    let limits = Limits::CATALOGUE;
    let source = read(path, &limits).map_err(|error| vec![error])?;
    let tree = parse(&source, &Expanded::verbatim(&source.text), &limits);
    let tree = tree.map_err(|error| vec![error])?;
    let mut errors = Vec::new();
    for (key, _) in tree.entries().iter().filter(|(key, _)| !KEYS.contains(&key.name.as_str())) {
        let problem = Problem::UnknownKey {
            of: "the catalogue".into(),
            key: key.name.clone(),
            near: nearest(&key.name, KEYS),
            known: KEYS.map(str::to_owned).to_vec(),
        };
        errors.push(LoadError::new(key.place.clone(), problem));
    }
    let Some(list) = tree.get(LIST) else {
        let problem = Problem::MissingKey { of: "the catalogue".into(), key: LIST.into() };
        errors.push(LoadError::new(source.start(), problem));
        return Err(errors);
    };
    let crate::scenario::format::Tree::List(items) = &list.value else {
        let (expected, found) = ("a list of requirements".into(), list.kind().into());
        errors.push(LoadError::new(list.place.clone(), Problem::WrongType { expected, found }));
        return Err(errors);
    };
    let mut requirements = Requirements::default();
    for item in items {
        if let Err(error) = entry(item).and_then(|entry| add(&mut requirements, item, entry)) {
            errors.push(error);
        }
    }
    if let Some(node) = tree.get(READINGS) {
        match from_node::<Vec<EntryReading>>(node, &|_| None) {
            Ok(list) => list.into_iter().for_each(|reading| requirements.add_reading(reading.id)),
            Err(error) => errors.push(error),
        }
    }
    if errors.is_empty() {
        return Ok(requirements);
    }
    tidy(&mut errors);
    Err(errors)
}

fn entry(node: &Node) -> Result<Entry, LoadError> {
    from_node(node, &|_| None)
}

fn add(requirements: &mut Requirements, node: &Node, entry: Entry) -> Result<(), LoadError> {
    let place = node.get("id").map_or(&node.place, |id| &id.place).clone();
    let id = entry.id.clone();
    let requirement = Requirement {
        id: entry.id,
        level: match entry.level {
            LevelName::Must => Level::Must,
            LevelName::Should => Level::Should,
            LevelName::May => Level::May,
        },
        clause: entry.clause,
        class: match entry.class {
            ClassName::C => Class::Codec,
            ClassName::W => Class::Wire,
            ClassName::M => Class::Model,
        },
        says: entry.says,
        readings: entry
            .reading
            .into_iter()
            .map(|reading| ReadingNote { id: reading.id, about: reading.about })
            .collect(),
        excluded: entry.excluded,
        place: place.clone(),
    };
    requirements
        .push(requirement)
        .map_err(|first| LoadError::new(place, Problem::DuplicateId { id, first }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename = "requirement")]
struct Entry {
    id: String,
    level: LevelName,
    clause: String,
    class: ClassName,
    says: String,
    #[serde(default)]
    reading: Vec<EntryReading>,
    excluded: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename = "reading")]
struct EntryReading {
    id: String,
    #[serde(default)]
    about: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case", rename = "level")]
enum LevelName {
    Must,
    Should,
    May,
}

#[derive(Deserialize)]
#[serde(rename = "class")]
enum ClassName {
    C,
    W,
    M,
}

const LIST: &str = "requirements";
const READINGS: &str = "readings";
const KEYS: [&str; 2] = [LIST, READINGS];
