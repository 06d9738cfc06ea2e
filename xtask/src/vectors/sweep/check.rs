//! Compares the files with what the tables give, and writes them.

use super::generate::{Bases, generate};
use super::model::{Edit, Group, Sweep, text};
use crate::vectors::file::Vector;
use std::path::Path;

/// Counts of what was generated.
pub struct Counts {
    /// Groups, and cases in them.
    pub groups: usize,
    /// Cases.
    pub cases: usize,
}

/// Compares the files of `folder` with what is generated from `vectors`.
pub fn compare(folder: &Path, vectors: &[Vector]) -> Result<Counts, Vec<String>> {
    let files = generate(&bases(vectors));
    let mut problems = Vec::new();
    let mut known: Vec<String> = Vec::new();
    for (name, sweeps) in &files {
        let path = folder.join(name);
        match std::fs::read_to_string(&path) {
            Ok(found) => problems.extend(difference(name, &found, &text(sweeps))),
            Err(error) => problems.push(format!("{}: {error}", path.display())),
        }
        for sweep in sweeps {
            problems.extend(faults(sweep, vectors));
        }
        known.push(name.clone());
    }
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if !known.contains(&name) {
            problems.push(format!("{name}: the tables give no such file"));
        }
    }
    let groups = || files.iter().flat_map(|(_, sweeps)| sweeps).flat_map(|sweep| &sweep.groups);
    let counts =
        Counts { groups: groups().count(), cases: groups().map(|group| group.numbers.len()).sum() };
    if problems.is_empty() { Ok(counts) } else { Err(problems) }
}

/// Writes the files.
pub fn write(folder: &Path, vectors: &[Vector]) -> Result<usize, String> {
    let files = generate(&bases(vectors));
    std::fs::create_dir_all(folder).map_err(|error| error.to_string())?;
    for (name, sweeps) in &files {
        std::fs::write(folder.join(name), text(sweeps))
            .map_err(|error| format!("{name}: {error}"))?;
    }
    Ok(files.len())
}

/// The vectors that can be swept.
pub fn bases(vectors: &[Vector]) -> Bases<'_> {
    let valid = vectors.iter().filter(|vector| vector.verdict == "valid");
    valid.map(|vector| (vector.id.as_str(), vector)).collect()
}

fn difference(name: &str, found: &str, wanted: &str) -> Option<String> {
    if found == wanted {
        return None;
    }
    let at = found.lines().zip(wanted.lines()).position(|(found, wanted)| found != wanted);
    let at = at.unwrap_or_else(|| found.lines().count().min(wanted.lines().count()));
    let line = |text: &str| text.lines().nth(at).unwrap_or("the end").trim().to_owned();
    let (line, wanted) = (line(found), line(wanted));
    Some(format!("{name}:{}: file {line}, tables {wanted}", at + 1))
}

/// Edits that cannot be made, or that change nothing.
fn faults(sweep: &Sweep, vectors: &[Vector]) -> Vec<String> {
    let Some(base) = vectors.iter().find(|vector| vector.id == sweep.base) else {
        return vec![format!("{}: no such base", sweep.base)];
    };
    let fault = |group: &Group| {
        let bad = group.numbers.iter().find(|number| !applies(group, **number, &base.bytes));
        let place = format!("{}.{}", sweep.base, group.name);
        match (bad, group.numbers.is_empty()) {
            (Some(number), _) => Some(format!("{place}: {number} cannot be applied")),
            (None, true) => Some(format!("{place}: no case")),
            (None, false) => None,
        }
    };
    sweep.groups.iter().filter_map(fault).collect()
}

fn applies(group: &Group, number: i128, base: &[u8]) -> bool {
    let inside = group.at + group.width <= base.len();
    match &group.edit {
        Edit::Bits => inside && (0..8 * group.width as i128).contains(&number),
        Edit::Values => {
            inside
                && (0..1i128 << (8 * group.width)).contains(&number)
                && i128::from(super::fields::number(base, group.at, group.width)) != number
        }
        Edit::By(_) => number != 0 && group.at <= base.len() && -number <= group.at as i128,
    }
}
