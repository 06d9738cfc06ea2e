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
    let mut failed = Vec::new();
    let mut unchecked = Vec::new();
    for subject in &chosen {
        println!("\n== {}", subject.name);
        match prepare(root, subject) {
            Err(problem) if subject.optional() => {
                println!("{problem}: {} was NOT CHECKED", subject.name);
                unchecked.push(subject.name);
            }
            Err(problem) => return Err(Failure::Found(problem)),
            Ok(()) if judge(root, subject) => {}
            Ok(()) => failed.push(subject.name),
        }
    }
    if !unchecked.is_empty() {
        println!("\nNOT CHECKED: {}", unchecked.join(", "));
    }
    match (failed.first(), unchecked.first()) {
        (Some(name), _) => Err(Failure::Found(format!("{name} does not come out as expected"))),
        // Who asks for everything gets what can be had here; who asks for this one does not.
        (None, Some(name)) if chosen.len() == 1 => {
            Err(Failure::Found(format!("{name} was NOT CHECKED")))
        }
        (None, _) => Ok(()),
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

/// What else it needs: the release of a Python package that is named by its requirements, in an
/// environment of its own, and the tests of its adapter passed there.
fn prepare(root: &Path, subject: &Subject) -> Result<(), String> {
    let Setup::Python { environment, requirements, tests } = subject.setup else { return Ok(()) };
    let Some(python) = PYTHONS.into_iter().find(|python| shell::exists(python, "--version")) else {
        return Err("there is no python3".to_owned());
    };
    let inside = format!("{environment}/{BIN}/python");
    let wanted = ["-m", "venv", environment];
    if !shell::exists(&root.join(&inside).to_string_lossy(), "--version")
        && !shell::passes(root, python, &wanted, &[])
    {
        return Err(format!("no environment; repeat with: {}", shell::line(python, &wanted, &[])));
    }
    let install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
    let pinned = ["--require-hashes", "--only-binary", ":all:", "--requirement", requirements];
    for words in [[&install[..], &pinned[..]].concat(), vec!["-B", tests]] {
        if !shell::passes(root, &inside, &words, &[]) {
            return Err(format!("repeat with: {}", shell::line(&inside, &words, &[])));
        }
    }
    Ok(())
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
