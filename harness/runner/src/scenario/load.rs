//! Scenario files to scenarios: folders, includes, matrices.

use super::Vocabulary;
use super::error::{LoadError, Problem, tidy};
use super::format::{Limits, Node, parse};
use super::matrix::{self, Parameter};
use super::model::Scenario;
use super::place::Source;
use super::read::{Includes, Reader, Shapes, carriers, parameters, scenario};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use wireproof_base::Protocol;

/// Loads every scenario below `root`, the folder of one protocol, in the order of their paths.
/// `common` holds the includes; `requirements.yaml` and `published.yaml` are no scenarios. All
/// mistakes of all files are reported.
pub fn load_dir<P: Protocol>(
    root: &Path,
    vocabulary: &Vocabulary<'_>,
) -> Result<Vec<Scenario<P>>, Vec<LoadError>> {
    let files = walk(root).map_err(|error| vec![unreadable(root, &error)])?;
    load_files(root, &files, vocabulary)
}

/// Loads `files` only, with the includes of `root`.
pub fn load_files<P: Protocol>(
    root: &Path,
    files: &[PathBuf],
    vocabulary: &Vocabulary<'_>,
) -> Result<Vec<Scenario<P>>, Vec<LoadError>> {
    let loader = Loader {
        vocabulary,
        shapes: Shapes::of::<P>(),
        common: common(root).map_err(|error| vec![unreadable(root, &error)])?,
    };
    let load = |file: &PathBuf| {
        let source = read(file, &Limits::SCENARIO).map_err(|error| vec![error])?;
        loader.file(&source)
    };
    let (mut scenarios, mut errors) = (Vec::new(), Vec::new());
    for loaded in in_parallel(files, load) {
        match loaded {
            Ok(variants) => scenarios.extend(variants),
            Err(found) => errors.extend(found),
        }
    }
    errors.extend(duplicates(&scenarios));
    if errors.is_empty() {
        return Ok(scenarios);
    }
    tidy(&mut errors);
    Err(errors)
}

/// What `work` makes of each item, in their order, by as many threads as there are cores.
fn in_parallel<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let threads = std::thread::available_parallelism().map_or(1, |cores| cores.get());
    let next = AtomicUsize::new(0);
    let share = || {
        let mut done = Vec::new();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(index) else { return done };
            done.push((index, work(item)));
        }
    };
    let mut done: Vec<(usize, R)> = std::thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(share)).collect();
        let mut done = share();
        for other in others {
            done.extend(other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        }
        done
    });
    done.sort_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, result)| result).collect()
}

/// Reads a file as UTF-8 text of at most the allowed size.
pub fn read(path: &Path, limits: &Limits) -> Result<Source, LoadError> {
    let name = path.to_string_lossy().replace('\\', "/");
    let empty = Source::new(name.as_str(), "");
    let failed = |problem| LoadError::new(empty.start(), problem);
    let size = fs::metadata(path).map_err(|error| unreadable(path, &error))?.len();
    if size > limits.bytes as u64 {
        return Err(failed(Problem::TooLarge { bytes: size as usize, limit: limits.bytes }));
    }
    let bytes = fs::read(path).map_err(|error| unreadable(path, &error))?;
    match String::from_utf8(bytes) {
        Ok(text) => Ok(Source::new(name, text)),
        Err(error) => {
            let offset = error.utf8_error().valid_up_to();
            let source = Source::new(name, &*String::from_utf8_lossy(error.as_bytes()));
            Err(LoadError::new(source.at(offset, 1), Problem::NotUtf8 { offset }))
        }
    }
}

struct Loader<'a> {
    vocabulary: &'a Vocabulary<'a>,
    shapes: Shapes,
    common: BTreeMap<String, Include>,
}

/// A file of steps that scenarios include. Most have no parameters and are parsed once.
struct Include {
    source: Result<Source, LoadError>,
    plain: Option<Result<Node, LoadError>>,
}

impl Include {
    fn read(path: &Path) -> Self {
        let source = read(path, &Limits::SCENARIO);
        let plain = source.as_ref().ok().and_then(|source| {
            let expanded = matrix::fill(source, &[]).ok()?;
            Some(parse(source, &expanded, &Limits::SCENARIO))
        });
        Self { source, plain }
    }
}

impl Loader<'_> {
    /// All variants of one file.
    fn file<P: Protocol>(&self, source: &Source) -> Result<Vec<Scenario<P>>, Vec<LoadError>> {
        let outline = parse(source, &matrix::mask(&source.text), &Limits::SCENARIO)
            .map_err(|error| vec![error])?;
        let mut reader = Reader::new(self.vocabulary, &self.shapes);
        let parameters = parameters(&mut reader, &outline);
        if parameters.iter().any(|parameter| parameter.values.is_empty()) {
            return Err(reader.errors);
        }
        // A broken matrix is no reason to keep silent about the rest: one variant shows it.
        let rows = match reader.errors.is_empty() {
            true => matrix::combinations(&parameters),
            false => vec![matrix::first(&parameters)],
        };
        let mut unused: Vec<&Parameter> = parameters.iter().collect();
        unused.retain(|parameter| !matrix::is_used(&source.text, &parameter.name));
        let (mut scenarios, mut failed) = (Vec::new(), Vec::new());
        for row in &rows {
            match self.row(source, row, &mut unused) {
                Ok(variants) => scenarios.extend(variants),
                Err(errors) => failed.push((label(row), errors)),
            }
        }
        let mut errors = reader.errors;
        errors.extend(merge(failed, rows.len()));
        if errors.is_empty() {
            let unused = unused.iter().map(|parameter| {
                let problem = Problem::UnusedParameter { name: parameter.name.clone() };
                LoadError::new(parameter.place.clone(), problem)
            });
            errors.extend(unused);
        }
        if errors.is_empty() { Ok(scenarios) } else { Err(errors) }
    }

    /// One variant per carrier, with one value for each parameter.
    fn row<P: Protocol>(
        &self,
        source: &Source,
        row: &[(String, String)],
        unused: &mut Vec<&Parameter>,
    ) -> Result<Vec<Scenario<P>>, Vec<LoadError>> {
        let expanded = matrix::fill(source, row)?;
        let node = parse(source, &expanded, &Limits::SCENARIO).map_err(|error| vec![error])?;
        let unused = RefCell::new(unused);
        let open = |name: &str| -> Result<Node, Vec<LoadError>> {
            let Some(include) = self.common.get(name) else { return Err(vec![]) };
            if let Some(plain) = &include.plain {
                return plain.clone().map_err(|error| vec![error]);
            }
            let source = include.source.as_ref().map_err(|error| vec![error.clone()])?;
            unused.borrow_mut().retain(|p| !matrix::is_used(&source.text, &p.name));
            let expanded = matrix::fill(source, row)?;
            parse(source, &expanded, &Limits::SCENARIO).map_err(|error| vec![error])
        };
        let names = self.common.keys().map(String::as_str).collect();
        let includes = Includes { names, open: &open };
        let mut reader = Reader::new(self.vocabulary, &self.shapes);
        let carriers = carriers(&mut reader, &node);
        let mut variants = Vec::new();
        for &carrier in &carriers {
            variants.extend(scenario(&mut reader, &node, row, &carriers, carrier, &includes));
        }
        if reader.errors.is_empty() { Ok(variants) } else { Err(reader.errors) }
    }
}

fn label(row: &[(String, String)]) -> String {
    let values: Vec<String> = row.iter().map(|(name, v)| format!("{name}={v}")).collect();
    values.join(", ")
}

/// Errors that every row has are told once; the others say with which values they show.
fn merge(failed: Vec<(String, Vec<LoadError>)>, rows: usize) -> Vec<LoadError> {
    let mut merged: Vec<(LoadError, usize)> = Vec::new();
    for (label, mut errors) in failed {
        // Carriers of one row have the same errors.
        tidy(&mut errors);
        for mut error in errors {
            let same = merged
                .iter_mut()
                .find(|(known, _)| known.place == error.place && known.problem == error.problem);
            if let Some((_, times)) = same {
                *times += 1;
                continue;
            }
            error.variant = Some(label.clone());
            merged.push((error, 1));
        }
    }
    let settle = |(mut error, times): (LoadError, usize)| {
        if times >= rows {
            error.variant = None;
        }
        error
    };
    merged.into_iter().map(settle).collect()
}

fn duplicates<P: Protocol>(scenarios: &[Scenario<P>]) -> Vec<LoadError> {
    let mut first = BTreeMap::new();
    let mut errors = Vec::new();
    for scenario in scenarios {
        let known = first.entry(scenario.base.as_str()).or_insert(&scenario.place);
        if **known != scenario.place {
            let (id, first) = (scenario.base.clone(), (*known).clone());
            errors.push(LoadError::new(scenario.place.clone(), Problem::DuplicateId { id, first }));
        }
    }
    errors
}

/// Files of scenarios below `root`, sorted.
fn walk(root: &Path) -> std::io::Result<Vec<PathBuf>> {
    let (mut files, mut folders) = (Vec::new(), vec![root.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder)? {
            let path = entry?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let top = folder == root;
            if path.is_dir() {
                if !(top && name == COMMON) {
                    folders.push(path);
                }
            } else if name.ends_with(".yaml") && !(top && CATALOGUES.contains(&name.as_str())) {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}

fn common(root: &Path) -> std::io::Result<BTreeMap<String, Include>> {
    let folder = root.join(COMMON);
    let mut files = BTreeMap::new();
    if folder.is_dir() {
        for entry in fs::read_dir(&folder)? {
            let path = entry?.path();
            if path.extension().is_some_and(|extension| extension == "yaml") {
                let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
                files.insert(name, Include::read(&path));
            }
        }
    }
    Ok(files)
}

fn unreadable(path: &Path, error: &std::io::Error) -> LoadError {
    let source = Source::new(path.to_string_lossy().replace('\\', "/"), "");
    let detail = match error.kind() {
        std::io::ErrorKind::NotFound => "there is no such file or folder".to_owned(),
        std::io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        kind => kind.to_string(),
    };
    LoadError::new(source.start(), Problem::Unreadable { detail })
}

const COMMON: &str = "common";
/// Lists about scenarios, not scenarios.
const CATALOGUES: [&str; 2] = ["requirements.yaml", "published.yaml"];
