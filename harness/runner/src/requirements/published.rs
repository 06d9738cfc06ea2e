//! `published.yaml`: what the suite that a protocol's own project publishes looks at, case by
//! case, and which checks of ours do the same.
//!
//! The suite itself is not needed here; a test compares the list with it where it is at hand.

use super::coverage::Coverage;
use crate::scenario::error::{LoadError, Problem, nearest, tidy};
use crate::scenario::format::{Limits, Node, Tree, from_node, parse};
use crate::scenario::load::read;
use crate::scenario::matrix::Expanded;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The published cases of one protocol.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Published {
    /// What each is covered by.
    pub cases: BTreeMap<String, Answer>,
}

/// What we have for a published case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// These checks: ids of scenarios and vectors, names of invariants.
    Checks(Vec<String>),
    /// Nothing, for this reason.
    Reason(String),
}

/// Loads the list. Every check must be one of `coverage`. All mistakes are reported.
pub fn load(path: &Path, coverage: &Coverage) -> Result<Published, Vec<LoadError>> {
    let source = read(path, &Limits::CATALOGUE).map_err(|error| vec![error])?;
    let tree = parse(&source, &Expanded::verbatim(&source.text), &Limits::CATALOGUE);
    let tree = tree.map_err(|error| vec![error])?;
    let of = || "the list of published cases".to_owned();
    let Some(Node { value: Tree::List(items), .. }) = tree.get(LIST) else {
        let problem = Problem::MissingKey { of: of(), key: LIST.into() };
        return Err(vec![LoadError::new(source.start(), problem)]);
    };
    let mut errors: Vec<LoadError> = tree
        .entries()
        .iter()
        .filter(|(key, _)| key.name != LIST)
        .map(|(key, _)| {
            let (near, known) = (nearest(&key.name, [LIST]), vec![LIST.to_owned()]);
            let problem = Problem::UnknownKey { of: of(), key: key.name.clone(), near, known };
            LoadError::new(key.place.clone(), problem)
        })
        .collect();
    let known: BTreeSet<&str> = coverage.ids().map(|check| check.id.as_str()).collect();
    let mut published = Published::default();
    let mut places = BTreeMap::new();
    for item in items {
        let found = match entry(item, &known) {
            Ok(found) => found,
            Err(found) => {
                errors.extend(found);
                continue;
            }
        };
        let place = item.get("case").map_or(&item.place, |node| &node.place).clone();
        if let Some(first) = places.insert(found.0.clone(), place.clone()) {
            errors.push(LoadError::new(place, Problem::DuplicateId { id: found.0, first }));
            continue;
        }
        published.cases.insert(found.0, found.1);
    }
    if errors.is_empty() {
        return Ok(published);
    }
    tidy(&mut errors);
    Err(errors)
}

fn entry(node: &Node, known: &BTreeSet<&str>) -> Result<(String, Answer), Vec<LoadError>> {
    let entry: Entry = from_node(node, &|_| None).map_err(|error| vec![error])?;
    let answer = match (entry.checks, entry.reason) {
        (Some(checks), None) if !checks.is_empty() => Answer::Checks(checks),
        (None, Some(reason)) => Answer::Reason(reason),
        _ => {
            let says = "a published case has either `checks` or a `reason`".to_owned();
            let help = "name the checks that look at the same, or say why there is none".to_owned();
            return Err(vec![LoadError::new(node.place.clone(), Problem::Conflict { says, help })]);
        }
    };
    let Answer::Checks(checks) = &answer else { return Ok((entry.case, answer)) };
    let place = |name: &str| {
        let items = match node.get("checks").map(|list| &list.value) {
            Some(Tree::List(items)) => items.as_slice(),
            _ => &[],
        };
        let at = checks.iter().position(|check| check == name);
        at.and_then(|at| items.get(at)).map_or(&node.place, |item| &item.place).clone()
    };
    let unknown: Vec<LoadError> = checks
        .iter()
        .filter(|name| !known.contains(name.as_str()))
        .map(|name| {
            let near = nearest(name, known.iter().copied());
            let problem = Problem::UnknownName {
                what: "check".into(),
                name: name.clone(),
                near,
                known: vec![],
            };
            LoadError::new(place(name), problem)
        })
        .collect();
    if unknown.is_empty() { Ok((entry.case, answer)) } else { Err(unknown) }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename = "published case")]
struct Entry {
    case: String,
    checks: Option<Vec<String>>,
    reason: Option<String>,
}

const LIST: &str = "cases";
