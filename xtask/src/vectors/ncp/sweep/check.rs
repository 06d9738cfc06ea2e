//! Compares the files with what the tables give, and writes them.

use super::generate::generate;
use super::model::text;
use crate::vectors::ncp::file::Vector;
use std::path::Path;

/// Counts of what was generated.
pub struct Counts {
    /// Groups.
    pub groups: usize,
    /// Cases in them.
    pub cases: usize,
}

/// Compares the files of `folder` with what is generated from `vectors`.
pub fn compare(folder: &Path, vectors: &[Vector]) -> Result<Counts, Vec<String>> {
    let files = generate(vectors).map_err(|problem| vec![problem])?;
    let mut problems = Vec::new();
    let mut counts = Counts { groups: 0, cases: 0 };
    for (name, sweeps) in &files {
        let path = folder.join(name);
        match std::fs::read_to_string(&path) {
            Ok(found) => problems.extend(difference(name, &found, &text(sweeps))),
            Err(error) => problems.push(format!("{}: {error}", path.display())),
        }
        for group in sweeps.iter().flat_map(|sweep| &sweep.groups) {
            counts.groups += 1;
            counts.cases += group.cases();
            if group.cases() == 0 {
                problems.push(format!("{name}: {} has no case", group.name));
            }
        }
    }
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if !files.iter().any(|(known, _)| *known == name) {
            problems.push(format!("{name}: the tables give no such file"));
        }
    }
    if problems.is_empty() { Ok(counts) } else { Err(problems) }
}

/// Writes the files.
pub fn write(folder: &Path, vectors: &[Vector]) -> Result<usize, String> {
    let files = generate(vectors)?;
    std::fs::create_dir_all(folder).map_err(|error| error.to_string())?;
    for (name, sweeps) in &files {
        std::fs::write(folder.join(name), text(sweeps))
            .map_err(|error| format!("{name}: {error}"))?;
    }
    Ok(files.len())
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
