//! Compares every vector with what the second source makes of its fields, edits or bytes.

use super::file::{self, Names, Vector};
use super::packet::{self, Parts};
use super::tree::Tree;
use super::{coverage, edit, structure, sweep};
use crate::vectors::bytes::Problem;
use std::collections::BTreeMap;
use std::path::Path;

/// Checks the vectors of the repository at `root`, and the sweeps that are made from them, and
/// prints what came out.
pub fn run(root: &Path) -> Result<(), Problem> {
    let folder = root.join(FOLDER);
    let vectors = check_folder(root).map_err(|problems| tell("vectors", &problems))?;
    println!("vectors: {} of NCP agree with the second source", vectors.len());
    let counts = sweep::compare(&folder.join(SWEEPS), &vectors);
    let counts = counts.map_err(|problems| tell("sweeps", &problems))?;
    println!("sweeps: {} cases of NCP in {} groups agree", counts.cases, counts.groups);
    Ok(())
}

/// Writes the sweeps of the repository at `root`.
pub fn write(root: &Path) -> Result<(), Problem> {
    let vectors = check_folder(root).map_err(|problems| tell("vectors", &problems))?;
    let count = sweep::write(&root.join(FOLDER).join(SWEEPS), &vectors)?;
    println!("sweeps: {count} files of NCP written");
    Ok(())
}

/// Prints problems and says how many there are.
fn tell(what: &str, problems: &[Problem]) -> Problem {
    for problem in problems {
        println!("{problem}");
    }
    format!("{} problems in {what} of NCP", problems.len())
}

/// Checks every vector file; the vectors, or all problems.
pub fn check_folder(root: &Path) -> Result<Vec<Vector>, Vec<Problem>> {
    let one = |path: &Path, problem: String| vec![format!("{}: {problem}", path.display())];
    let read =
        |path: &Path| std::fs::read_to_string(path).map_err(|error| one(path, error.to_string()));
    let names = Names::of(&read(&root.join(CATALOGUE))?);
    let folder = root.join(FOLDER);
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(&folder).map_err(|error| one(&folder, error.to_string()))? {
        let path = entry.map_err(|error| one(&folder, error.to_string()))?.path();
        if path.extension().is_some_and(|extension| extension == "json") {
            paths.push(path);
        }
    }
    paths.sort();
    let mut files = Vec::new();
    for path in paths {
        let name = path.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned());
        files.push((name, read(&path)?));
    }
    let vectors = check(&files, &names)?;
    let gaps = coverage::missing(&vectors);
    if gaps.is_empty() { Ok(vectors) } else { Err(gaps) }
}

/// Checks files given as name and text.
pub fn check(files: &[(String, String)], names: &Names) -> Result<Vec<Vector>, Vec<Problem>> {
    let (mut vectors, mut problems) = (Vec::new(), Vec::new());
    for (name, text) in files {
        match file::parse(name, text, names) {
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
        let result = match &vector.structure {
            Some(name) => part(vector, name),
            None => frame(vector, &ids),
        };
        if let Err(problem) = result {
            problems.push(format!("{}: {}: {problem}", vector.file, vector.id));
        }
    }
    if problems.is_empty() { Ok(vectors) } else { Err(problems) }
}

/// A structure: our own reader comes to the fields, or refuses as well.
fn part(vector: &Vector, name: &str) -> Result<(), Problem> {
    match (structure::read(name, &vector.bytes), &vector.fields) {
        (Ok(found), Some(fields)) if found.same(&Tree::of(fields)?) => Ok(()),
        (Ok(found), Some(_)) => Err(format!("second source {found:?}")),
        (Ok(found), None) => Err(format!("second source takes it as {found:?}")),
        (Err(problem), Some(_)) => Err(format!("second source refuses it: {problem}")),
        (Err(_), None) => Ok(()),
    }
}

/// A frame: built from its fields or edits, and read back.
fn frame(vector: &Vector, ids: &BTreeMap<&str, &Vector>) -> Result<(), Problem> {
    let built = match &vector.edits {
        Some((base, edits)) => {
            let base = ids.get(base.as_str()).ok_or_else(|| format!("no vector {base}"))?;
            if base.structure.is_some() || base.edits.is_some() {
                return Err(format!("{} is no base", base.id));
            }
            let edited = edit::apply(&base.bytes, edits)?;
            if edited == base.bytes {
                return Err("the edits change nothing".to_owned());
            }
            edited
        }
        None => packet::build(vector.fields.as_ref().ok_or("neither fields nor edits")?)?,
    };
    same(&vector.bytes, &built)?;
    match &vector.fields {
        Some(fields) => packet::compare(&vector.bytes, fields),
        None => unreadable(vector),
    }
}

/// What is refused because it cannot be read must not be readable here either.
fn unreadable(vector: &Vector) -> Result<(), Problem> {
    let names = |id: &str| vector.requirements.iter().any(|known| known == id);
    let cut = ["incomplete", "trailing_bytes"].contains(&vector.kind.as_str());
    let broken = names("NCP-TIER-007") && vector.kind == "NPS-CLIENT-BAD-FRAME";
    if cut && packet::split(&vector.bytes).is_ok() {
        return Err("the header fits what follows".to_owned());
    }
    if broken && Parts::read(&vector.bytes).is_ok() {
        return Err("the second source can read it".to_owned());
    }
    Ok(())
}

fn same(literal: &[u8], built: &[u8]) -> Result<(), Problem> {
    if literal == built {
        return Ok(());
    }
    let at = literal.iter().zip(built).take_while(|(a, b)| a == b).count();
    let shown = |bytes: &[u8]| {
        bytes.get(at).map_or_else(|| "the end".to_owned(), |byte| format!("{byte:02x}"))
    };
    Err(format!("offset {at}: literal {}, second source {}", shown(literal), shown(built)))
}

const FOLDER: &str = "vectors/ncp";
const CATALOGUE: &str = "scenarios/ncp/requirements.yaml";
/// Folder of the sweeps below that of the vectors.
const SWEEPS: &str = "sweeps";
