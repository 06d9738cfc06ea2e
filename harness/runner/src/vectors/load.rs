//! Vector files. They are JSON, checked as such first, and then read as trees with places.

use super::model::{Entry, Expected, FORMAT, FileHead, KindName, LevelName, Vector};
use crate::requirements::Requirements;
use crate::scenario::error::{LoadError, Problem, nearest, tidy};
use crate::scenario::format::{Limits, Node, Tree, from_node, parse};
use crate::scenario::load::read;
use crate::scenario::matrix::Expanded;
use crate::scenario::place::{Place, Source};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use wireproof_driver::hex;

/// Loads every vector file of a folder, in the order of their names. All mistakes of all files
/// are reported.
pub fn load_dir(folder: &Path, requirements: &Requirements) -> Result<Vec<Vector>, Vec<LoadError>> {
    let names = Names { requirements, errors: vec![] };
    let mut loader = Loader { names, first: BTreeMap::new(), all: vec![] };
    for file in files(folder).map_err(|error| vec![error])? {
        match read(&file, &LIMITS) {
            Ok(source) => loader.file(&source),
            Err(error) => loader.names.errors.push(error),
        }
    }
    if loader.names.errors.is_empty() {
        return Ok(loader.all);
    }
    tidy(&mut loader.names.errors);
    Err(loader.names.errors)
}

/// The JSON files of a folder, sorted.
pub(super) fn files(folder: &Path) -> Result<Vec<PathBuf>, LoadError> {
    let unreadable = |error: std::io::Error| {
        let source = Source::new(folder.to_string_lossy().replace('\\', "/"), "");
        LoadError::new(source.start(), Problem::Unreadable { detail: error.kind().to_string() })
    };
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path.extension().is_some_and(|extension| extension == "json") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// Reads JSON as a tree with places.
pub(super) fn parsed(source: &Source, limits: &Limits) -> Result<Node, LoadError> {
    let Err(error) = serde_json::from_str::<serde::de::IgnoredAny>(&source.text) else {
        return parse(source, &Expanded::verbatim(&source.text), limits);
    };
    let place = source.place(error.line() as u32, error.column() as u32, 1);
    let detail = error.to_string();
    let end = detail.rfind(" at line ").unwrap_or(detail.len());
    let problem = match detail.starts_with("EOF") && source.text.trim().is_empty() {
        true => Problem::Empty,
        false => Problem::Syntax { detail: detail[..end].to_owned() },
    };
    Err(LoadError::new(place, problem))
}

/// The names that may be used, and the mistakes found so far.
pub(super) struct Names<'a> {
    pub requirements: &'a Requirements,
    pub errors: Vec<LoadError>,
}

impl Names<'_> {
    pub fn error(&mut self, place: &Place, problem: Problem) {
        self.errors.push(LoadError::new(place.clone(), problem));
    }

    pub fn conflict(&mut self, place: &Place, says: &str, help: &str) {
        self.error(place, Problem::Conflict { says: says.into(), help: help.into() });
    }

    /// The file is of another format.
    pub fn format(&mut self, tree: &Node, found: &str, known: &str) {
        let place = tree.get("format").map_or(&tree.place, |node| &node.place).clone();
        let (name, all) = (found.to_owned(), vec![known.to_owned()]);
        let (what, near) = ("format".to_owned(), Some(known.to_owned()));
        self.error(&place, Problem::UnknownName { what, name, near, known: all });
    }

    /// Checks `requirements` and `reading` of a vector or a `group`.
    pub fn check(&mut self, node: &Node, of: &str) {
        let Some(list) = node.get("requirements") else { return };
        let Tree::List(items) = &list.value else { return };
        if items.is_empty() {
            let says = format!("the {of} checks nothing");
            self.conflict(&list.place, &says, "name a requirement");
        }
        for item in items {
            let id = item.text().unwrap_or_default();
            if self.requirements.get(id).is_none() {
                let (what, name) = ("requirement".to_owned(), id.to_owned());
                let near = nearest(id, self.requirements.ids());
                let problem = Problem::UnknownName { what, name, near, known: vec![] };
                self.error(&item.place, problem);
            }
        }
        let Some(reading) = node.get("reading") else { return };
        let id = reading.text().unwrap_or_default();
        if !self.requirements.has_reading(id) {
            let (what, name) = ("reading".to_owned(), id.to_owned());
            let near = nearest(id, self.requirements.readings());
            let problem = Problem::UnknownName { what, name, near, known: vec![] };
            self.error(&reading.place, problem);
        }
    }
}

struct Loader<'a> {
    names: Names<'a>,
    first: BTreeMap<String, Place>,
    all: Vec<Vector>,
}

impl Loader<'_> {
    fn file(&mut self, source: &Source) {
        let tree = match parsed(source, &LIMITS) {
            Ok(tree) => tree,
            Err(error) => return self.names.errors.push(error),
        };
        let head: FileHead = match from_node(&tree, &|_| None) {
            Ok(head) => head,
            Err(error) => return self.names.errors.push(error),
        };
        if head.format != FORMAT {
            return self.names.format(&tree, &head.format, FORMAT);
        }
        let Some(Node { value: Tree::List(items), .. }) = tree.get("vectors") else { return };
        debug_assert_eq!(items.len(), head.vectors.len());
        for item in items {
            match from_node::<Entry>(item, &|_| None) {
                Ok(entry) => self.vector(item, entry, head.kind_reading.as_deref()),
                Err(error) => self.names.errors.push(error),
            }
        }
    }

    fn vector(&mut self, node: &Node, entry: Entry, kind_reading: Option<&str>) {
        let before = self.names.errors.len();
        let place = node.get("id").map_or(&node.place, |id| &id.place).clone();
        if let Some(first) = self.first.get(&entry.id).cloned() {
            self.names.error(&place, Problem::DuplicateId { id: entry.id.clone(), first });
        }
        self.first.entry(entry.id.clone()).or_insert_with(|| place.clone());
        self.names.check(node, "vector");
        self.whole(node, &entry, &place);
        let bytes = self.bytes(node);
        if self.names.errors.len() > before {
            return;
        }
        self.all.push(Vector {
            id: entry.id,
            note: entry.note,
            clause: entry.clause,
            requirements: entry.requirements,
            reading: entry.reading,
            kind_reading: kind_reading.map(str::to_owned),
            expected: entry.verdict,
            direction: entry.direction,
            endpoint_only: entry.level == LevelName::Endpoint,
            kind: entry.kind.name().to_owned(),
            what: entry.structure.unwrap_or_default(),
            bytes,
            refusal: entry.error,
            fields: entry.fields,
            place,
        });
    }

    /// What must be there depends on the verdict and the kind.
    fn whole(&mut self, node: &Node, entry: &Entry, place: &Place) {
        let mut need = |key: &str| {
            if node.get(key).is_none() {
                let of = format!("vector `{}`", entry.id);
                self.names.error(place, Problem::MissingKey { of, key: key.to_owned() });
            }
        };
        match entry.verdict {
            Expected::Invalid => need("error"),
            Expected::Valid | Expected::Acceptable => need("fields"),
        }
        if entry.kind != KindName::Packet {
            need("structure");
        }
        if let (Expected::Valid, Some(error)) = (entry.verdict, node.get("error")) {
            let help = "remove `error`, or say that the vector is invalid";
            self.names.conflict(&error.place, "a valid vector is not refused", help);
        }
    }

    fn bytes(&mut self, node: &Node) -> Vec<u8> {
        let mut bytes = Vec::new();
        let Some(Node { value: Tree::List(lines), .. }) = node.get("hex") else { return bytes };
        for line in lines {
            match digits(line.text().unwrap_or_default()) {
                Some(part) => bytes.extend(part),
                None => {
                    let help = "write an even number of digits 0-9 and a-f";
                    self.names.conflict(&line.place, "these are no bytes", help);
                }
            }
        }
        bytes
    }
}

/// Digits as `schema.json` has them: lower case only.
pub(super) fn digits(text: &str) -> Option<Vec<u8>> {
    let lower = !text.bytes().any(|byte| byte.is_ascii_uppercase());
    lower.then(|| hex::decode(text)).flatten()
}

/// For one file of vectors.
const LIMITS: Limits = Limits { bytes: 4 << 20, depth: 16, nodes: 400_000, aliases: 0 };
