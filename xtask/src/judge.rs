//! The first command of a newcomer: builds the judge and judges what is at hand.

mod subjects;

use crate::{Failure, shell};
use std::path::Path;
use subjects::{SUBJECTS, Setup, Subject};

/// Builds in release and runs the whole suite against the subjects that are quick to build, against
/// the one that is named, or against `all`.
pub fn run(root: &Path, arguments: &[String]) -> Result<(), Failure> {
    let chosen: Vec<&Subject> = match arguments {
        [] => SUBJECTS.iter().filter(|subject| subject.quick).collect(),
        [name] if name == "all" => SUBJECTS.iter().collect(),
        [name] => SUBJECTS.iter().filter(|subject| subject.name == name).collect(),
        [_, word, ..] => return Err(Failure::Usage(format!("unexpected argument {word}"))),
    };
    if chosen.is_empty() {
        let names: Vec<_> = SUBJECTS.iter().map(|subject| subject.name).collect();
        return Err(Failure::Usage(format!("nothing to judge by that name; {}", names.join(", "))));
    }
    build(root, &chosen)?;
    let unchecked = each(root, &chosen)?;
    match unchecked.first() {
        // Who asks for everything gets what can be had here; who asks for this one does not.
        Some(name) if chosen.len() == 1 => {
            Err(Failure::Found(format!("{name} was NOT CHECKED; what it needs is said above")))
        }
        _ => Ok(()),
    }
}

/// The same for these, in order; gives those that could not be had on this machine.
pub fn named(root: &Path, names: &[&str]) -> Result<Vec<&'static str>, Failure> {
    let chosen = find(names)?;
    build(root, &chosen)?;
    each(root, &chosen)
}

/// The same with the judge as it was built last: built without the adapters it has other features
/// of its libraries, and nothing of what is there could be used.
pub fn built(root: &Path, names: &[&str]) -> Result<Vec<&'static str>, Failure> {
    each(root, &find(names)?)
}

fn find(names: &[&str]) -> Result<Vec<&'static Subject>, Failure> {
    let chosen: Vec<_> = SUBJECTS.iter().filter(|subject| names.contains(&subject.name)).collect();
    if chosen.len() < names.len() {
        return Err(Failure::Usage(format!("not all of these are subjects: {}", names.join(", "))));
    }
    Ok(chosen)
}

fn each(root: &Path, chosen: &[&Subject]) -> Result<Vec<&'static str>, Failure> {
    let mut failed = Vec::new();
    let mut unchecked = Vec::new();
    for subject in chosen {
        println!("\n== {}", subject.name);
        match prepare(root, subject) {
            Err(Hindrance::Missing(problem)) => {
                println!("{problem}\n{} was NOT CHECKED", subject.name);
                unchecked.push(subject.name);
            }
            Err(Hindrance::Wrong(problem)) => {
                println!("{problem}");
                failed.push(subject.name);
            }
            Ok(()) if judge(root, subject) => {}
            Ok(()) => failed.push(subject.name),
        }
    }
    if !unchecked.is_empty() {
        println!("\nNOT CHECKED: {}", unchecked.join(", "));
    }
    match failed[..] {
        [] => Ok(unchecked),
        _ => Err(Failure::Found(format!("{} not as expected", failed.join(", ")))),
    }
}

/// Builds the judge and the adapters it needs, those of other workspaces apart.
fn build(root: &Path, chosen: &[&Subject]) -> Result<(), Failure> {
    let mut words = vec!["build", "--release", "--package", "wireproof-cli"];
    for subject in chosen {
        if let Setup::Package(package) = subject.setup
            && !words.contains(&package)
        {
            words.extend(["--package", package]);
        }
    }
    cargo(root, &words)?;
    for subject in chosen {
        if let Setup::Apart(manifest) = subject.setup {
            let to = ["--target-dir", "target"];
            let from = ["build", "--release", "--manifest-path", manifest];
            cargo(root, &[&from[..], &to[..]].concat())?;
        }
    }
    Ok(())
}

fn cargo(root: &Path, words: &[&str]) -> Result<(), Failure> {
    if shell::passes(root, "cargo", words, &[]) {
        return Ok(());
    }
    Err(Failure::Found(format!("repeat with: {}", shell::line("cargo", words, &[]))))
}

/// Why a subject is not judged.
enum Hindrance {
    /// What it needs is not to be had on this machine.
    Missing(String),
    /// What it needs is there and does not work.
    Wrong(String),
}
use Hindrance::{Missing, Wrong};

/// What else it needs: the release of a Python package that is named by its requirements, in an
/// environment of its own, and the tests of its adapter passed there.
fn prepare(root: &Path, subject: &Subject) -> Result<(), Hindrance> {
    let Setup::Python { environment, requirements, tests } = subject.setup else { return Ok(()) };
    let inside = format!("{environment}/{BIN}/python");
    let does = |words: &[&str]| shell::passes(root, &inside, words, &[]);
    if !shell::exists(&root.join(&inside).to_string_lossy(), "--version") {
        let Some(python) = PYTHONS.into_iter().find(|name| shell::exists(name, "--version")) else {
            return Err(Missing("there is no python3 on the path".to_owned()));
        };
        let words = ["-m", "venv", "--clear", environment];
        let line = shell::line(python, &words, &[]);
        println!("there is no {environment} yet; it is made by: {line}");
        if !shell::passes(root, python, &words, &[]) {
            return Err(Missing(format!("no environment could be made by: {line}")));
        }
    }
    // With all of it there already this asks no registry.
    let install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
    let pinned = ["--require-hashes", "--only-binary", ":all:", "--requirement", requirements];
    let words = [&install[..], &pinned[..]].concat();
    let line = shell::line(&inside, &words, &[]);
    println!("{line}");
    if !does(&words) {
        return Err(Missing(format!("what it needs could not be installed by: {line}")));
    }
    let words = ["-B", tests];
    if does(&words) {
        return Ok(());
    }
    Err(Wrong(format!("its adapter fails; repeat with: {}", shell::line(&inside, &words, &[]))))
}

fn judge(root: &Path, subject: &Subject) -> bool {
    let out = format!("reports/out/{}.json", subject.name);
    let mut words = vec!["run", "--protocol", subject.protocol];
    words.extend(["--driver", subject.driver, "--out", &out, "--show", "3"]);
    if let Some(baseline) = subject.baseline {
        words.extend(["--baseline", baseline]);
    }
    words.extend(subject.filter);
    shell::passes(root, "target/release/wireproof", &words, &[])
}

const PYTHONS: [&str; 2] = ["python3", "python"];
/// Where an environment keeps its programs.
const BIN: &str = if cfg!(windows) { "Scripts" } else { "bin" };

#[cfg(test)]
mod tests {
    use super::{Failure, named};
    use std::path::Path;

    #[test]
    fn a_name_that_nobody_has_is_not_passed_over() {
        let found = named(Path::new("."), &["nobody"]);
        assert!(matches!(found, Err(Failure::Usage(_))));
    }
}
