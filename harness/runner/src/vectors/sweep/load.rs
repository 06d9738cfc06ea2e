//! Sweep files, read as vector files are.

use super::super::load::{Names, digits, files, parsed};
use super::super::model::{LevelName, Vector};
use super::model::{Edit, Entry, FORMAT, FileHead, Group, Spot, Sweep, SweepHead};
use super::numbers;
use crate::requirements::Requirements;
use crate::scenario::error::{LoadError, Problem, nearest, tidy};
use crate::scenario::format::{Limits, Node, Tree, from_node};
use crate::scenario::load::read;
use crate::scenario::place::{Place, Source};
use crate::vectors::Expected;
use std::collections::BTreeMap;
use std::path::Path;

/// Loads every sweep file of a folder, in the order of their names; none if there is no such
/// folder. All mistakes of all files are reported.
pub fn load_dir(
    folder: &Path,
    vectors: &[Vector],
    requirements: &Requirements,
) -> Result<Vec<Sweep>, Vec<LoadError>> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let bases = vectors.iter().map(|vector| (vector.id.as_str(), vector)).collect();
    let names = Names { requirements, errors: Vec::new() };
    let mut loader = Loader { bases, names, first: BTreeMap::new(), forms: 0, all: Vec::new() };
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

struct Loader<'a> {
    bases: BTreeMap<&'a str, &'a Vector>,
    names: Names<'a>,
    first: BTreeMap<String, Place>,
    forms: usize,
    all: Vec<Sweep>,
}

impl Loader<'_> {
    fn file(&mut self, source: &Source) {
        let read = parsed(source, &LIMITS)
            .and_then(|tree| Ok((from_node::<FileHead>(&tree, &|_| None)?, tree)));
        let (head, tree) = match read {
            Ok(read) => read,
            Err(error) => return self.names.errors.push(error),
        };
        if head.format != FORMAT {
            return self.names.format(&tree, &head.format, FORMAT);
        }
        for node in items(&tree, "sweeps") {
            self.sweep(node, head.kind_reading.as_deref());
        }
    }

    fn sweep(&mut self, node: &Node, kind_reading: Option<&str>) {
        let head: SweepHead = match from_node(node, &|_| None) {
            Ok(head) => head,
            Err(error) => return self.names.errors.push(error),
        };
        let place = node.get("base").map_or(&node.place, |base| &base.place).clone();
        let Some(base) = self.bases.get(head.base.as_str()).copied() else {
            let near = nearest(&head.base, self.bases.keys().copied());
            let (what, name) = ("vector".to_owned(), head.base);
            let problem = Problem::UnknownName { what, name, near, known: vec![] };
            return self.names.error(&place, problem);
        };
        if base.expected != Expected::Valid {
            let help = "a sweep breaks what is right";
            return self.names.conflict(&place, "the base is no valid vector", help);
        }
        let outside = |spot: &&Spot| !field(spot.at, spot.width, base.bytes.len());
        if head.places.iter().find(outside).is_some() {
            let help = "1 to 8 bytes inside the base";
            return self.names.conflict(&place, "a place lies outside the base", help);
        }
        let mut groups = Vec::new();
        for node in items(node, "groups") {
            match from_node::<Entry>(node, &|_| None) {
                Ok(entry) => groups.extend(self.group(node, entry, base, kind_reading)),
                Err(error) => self.names.errors.push(error),
            }
        }
        self.all.push(Sweep {
            base: head.base,
            bytes: base.bytes.clone(),
            kind: base.kind.clone(),
            what: base.what.clone(),
            spots: head.places,
            groups,
        });
    }

    fn group(
        &mut self,
        node: &Node,
        entry: Entry,
        base: &Vector,
        kind_reading: Option<&str>,
    ) -> Option<Group> {
        let place = node.get("id").map_or(&node.place, |id| &id.place).clone();
        if let Some(first) = self.first.insert(entry.id.clone(), place.clone()) {
            self.names.error(&place, Problem::DuplicateId { id: entry.id.clone(), first });
        }
        self.names.check(node, "group");
        let (edit, numbers) = match change(&entry) {
            Ok(change) => change,
            Err((says, help)) => {
                self.names.conflict(&place, says, help);
                return None;
            }
        };
        self.forms += numbers.len();
        let group = Group {
            id: entry.id,
            note: entry.note,
            requirements: entry.requirements,
            reading: entry.reading,
            kind_reading: kind_reading.map(str::to_owned),
            refusal: entry.error,
            endpoint_only: entry.level == LevelName::Endpoint,
            at: entry.at,
            edit,
            order: entry.order,
            numbers,
            place,
        };
        self.sound(&group, base).then_some(group)
    }

    /// Every form must be possible and differ from the base.
    fn sound(&mut self, group: &Group, base: &Vector) -> bool {
        if self.forms > FORMS {
            let problem = Problem::TooComplex { what: "broken forms" };
            self.names.error(&group.place, problem);
            return false;
        }
        let unfit = group.numbers.iter().find(|number| !fits(group, **number, &base.bytes));
        if let Some(number) = unfit {
            let says = format!("{number} cannot be done to `{}`", base.id);
            let help = "stay inside the base, and change something";
            self.names.conflict(&group.place, &says, help);
        }
        unfit.is_none()
    }
}

/// What an entry does, and how often; or what is wrong with it and what would be right.
fn change(entry: &Entry) -> Result<(Edit, Vec<i64>), (&'static str, &'static str)> {
    let Entry { bits, values, by, width, lengths, forms, .. } = entry;
    let (edit, text) = match (bits, values, by, forms, *width, lengths) {
        (Some(text), None, None, None, Some(width), None) => (Edit::Bits(width), text),
        (None, Some(text), None, None, Some(width), None) => (Edit::Values(width), text),
        (None, None, Some(text), None, None, Some(lengths)) => (Edit::By(lengths.clone()), text),
        (None, None, None, Some(forms), Some(width), Some(lengths)) => {
            let forms: Option<Vec<_>> = forms.iter().map(|form| digits(form)).collect();
            let help = "write an even number of digits 0-9 and a-f";
            let forms = forms.ok_or(("these are no bytes", help))?;
            let numbers = (0..forms.len() as i64).collect();
            let lengths = lengths.clone();
            return Ok((Edit::Forms { width, forms, lengths }, numbers));
        }
        _ => {
            let help = "say `width` with `bits` or `values`, `lengths` with `by`, or both with \
                        `forms`";
            return Err(("it is not clear what is broken", help));
        }
    };
    let help = "numbers and ranges like `3..255 1024`, at most 4096 of them";
    numbers::read(text).map(|numbers| (edit, numbers)).ok_or(("these are no numbers", help))
}

/// Whether a field lies inside `len` bytes.
fn field(at: usize, width: usize, len: usize) -> bool {
    (1..=8).contains(&width) && at.checked_add(width).is_some_and(|end| end <= len)
}

fn fits(group: &Group, number: i64, base: &[u8]) -> bool {
    match &group.edit {
        Edit::Bits(width) => {
            field(group.at, *width, base.len()) && (0..8 * *width as i64).contains(&number)
        }
        Edit::Values(width) => {
            let most = u64::MAX >> (64 - 8 * (*width).clamp(1, 8));
            let value = u64::try_from(number).ok().filter(|value| *value <= most);
            field(group.at, *width, base.len())
                && value.is_some_and(|v| v != group.order.read(base, group.at, *width))
        }
        Edit::By(lengths) => {
            let shrinks = usize::try_from(-number).unwrap_or(0);
            number != 0
                && number <= LONGER
                && (shrinks..=base.len()).contains(&group.at)
                && lengths.iter().all(|(at, width)| field(*at, *width, base.len()))
        }
        Edit::Forms { width, forms, lengths } => {
            let end = group.at.checked_add(*width).filter(|end| *end <= base.len());
            let form = usize::try_from(number).ok().and_then(|number| forms.get(number));
            end.is_some_and(|end| form.is_some_and(|form| form[..] != base[group.at..end]))
                && form.is_some_and(|form| form.len() as i64 <= *width as i64 + LONGER)
                && lengths.iter().all(|(at, width)| field(*at, *width, base.len()))
        }
    }
}

fn items<'n>(node: &'n Node, key: &str) -> &'n [Node] {
    match node.get(key) {
        Some(Node { value: Tree::List(items), .. }) => items,
        _ => &[],
    }
}

/// For one file of sweeps.
const LIMITS: Limits = Limits { bytes: 4 << 20, depth: 16, nodes: 400_000, aliases: 0 };
/// Most broken forms in one folder.
const FORMS: usize = 100_000;
/// Most bytes that a form may be longer by.
const LONGER: i64 = 1 << 16;
