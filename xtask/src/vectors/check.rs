//! Compares every vector with what the tables make of its fields or edits.

use super::bytes::{Bytes, Problem};
use super::file::{self, Vector};
use super::{coverage, edit, packet, structure, sweep};
use std::collections::BTreeMap;
use std::path::Path;

/// Checks the vectors of the repository at `root`, and the sweeps that are made from them, and
/// prints what came out.
pub fn run(root: &Path) -> Result<(), Problem> {
    let folder = root.join("vectors/nnrp");
    let vectors = check_folder(&folder).map_err(|problems| tell("vectors", &problems))?;
    println!("vectors: {} agree with the second source", vectors.len());
    let folder = folder.join(SWEEPS);
    let counts = sweep::compare(&folder, &vectors).map_err(|found| tell("sweeps", &found))?;
    println!("sweeps: {} cases in {} groups agree with the tables", counts.cases, counts.groups);
    Ok(())
}

/// Writes the sweeps of the repository at `root`.
pub fn write(root: &Path) -> Result<(), Problem> {
    let folder = root.join("vectors/nnrp");
    let vectors = check_folder(&folder).map_err(|problems| tell("vectors", &problems))?;
    let count = sweep::write(&folder.join(SWEEPS), &vectors)?;
    println!("sweeps: {count} files written");
    Ok(())
}

/// Prints problems and says how many there are.
fn tell(what: &str, problems: &[Problem]) -> Problem {
    for problem in problems {
        println!("{problem}");
    }
    format!("{} problems in {what}", problems.len())
}

/// Checks every `*.json` of `folder`; the vectors, or all problems.
pub fn check_folder(folder: &Path) -> Result<Vec<Vector>, Vec<Problem>> {
    let one = |problem: String| vec![format!("{}: {problem}", folder.display())];
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(|error| one(error.to_string()))? {
        let entry = entry.map_err(|error| one(error.to_string()))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.ends_with(".json") {
            names.push(name);
        }
    }
    names.sort();
    let mut files = Vec::new();
    for name in names {
        let text = std::fs::read_to_string(folder.join(&name));
        files.push((name, text.map_err(|error| one(error.to_string()))?));
    }
    let vectors = check(&files)?;
    let gaps = coverage::missing(&vectors);
    if gaps.is_empty() { Ok(vectors) } else { Err(gaps) }
}

/// Checks files given as name and text.
pub fn check(files: &[(String, String)]) -> Result<Vec<Vector>, Vec<Problem>> {
    let (mut vectors, mut problems) = (Vec::new(), Vec::new());
    for (name, text) in files {
        match file::parse(name, text) {
            Ok(found) => vectors.extend(found),
            Err(found) => problems.extend(found),
        }
    }
    let mut ids = BTreeMap::new();
    for vector in &vectors {
        if let Some(first) = ids.insert(vector.id.as_str(), vector) {
            let (file, id) = (&vector.file, &vector.id);
            problems.push(format!("{file}: {id} appears in {} too", first.file));
        }
    }
    for vector in &vectors {
        if let Err(problem) = agree(vector, &ids) {
            problems.push(format!("{}: {}: {problem}", vector.file, vector.id));
        }
    }
    if problems.is_empty() { Ok(vectors) } else { Err(problems) }
}

fn agree(vector: &Vector, ids: &BTreeMap<&str, &Vector>) -> Result<(), Problem> {
    if let Some(fields) = &vector.fields {
        let built = match &vector.structure {
            Some(name) => structure::build(name, fields)?,
            None => packet::build(fields)?,
        };
        return same(&vector.bytes, built.data(), |offset| built_name(&built, offset));
    }
    let (base, edits) = vector.edits.as_ref().ok_or("neither fields nor edits")?;
    let base = ids.get(base.as_str()).ok_or_else(|| format!("no vector {base}"))?;
    if base.fields.is_none() || base.structure != vector.structure {
        return Err(format!("{} is no base for it", base.id));
    }
    let edited = edit::apply(base.bytes.clone(), edits, base.structure.is_none())?;
    if edited == base.bytes {
        return Err("the edits change nothing".to_owned());
    }
    same(&vector.bytes, &edited, |_| "as edited".to_owned())
}

fn built_name(built: &Bytes, offset: usize) -> String {
    built.name_at(offset).to_owned()
}

fn same(literal: &[u8], built: &[u8], name: impl Fn(usize) -> String) -> Result<(), Problem> {
    let differs = literal.iter().zip(built).position(|(a, b)| a != b);
    let short = literal.len().min(built.len());
    match differs {
        Some(offset) => Err(format!(
            "offset {offset} ({}): literal {:02x}, second source {:02x}",
            name(offset),
            literal[offset],
            built[offset]
        )),
        None if literal.len() == built.len() => Ok(()),
        None => Err(format!(
            "offset {short} ({}): literal has {} bytes, second source {}",
            name(short),
            literal.len(),
            built.len()
        )),
    }
}

/// Folder of the sweeps below that of the vectors.
pub const SWEEPS: &str = "sweeps";
