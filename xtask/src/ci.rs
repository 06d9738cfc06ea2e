//! Everything CI does, in order, each step named and timed.

use crate::{Failure, crosscheck, golden, judge, none, shell, tidy, vectors};
use std::path::Path;
use std::time::Instant;

/// What is judged; the other subjects of `cargo xtask judge` need more than this workspace.
const JUDGED: [&str; 6] =
    ["reference", "nnrp-core", "nnrp-runtime", "nnrp-runtime-resume", "reference-ncp", "nps-ncp"];

/// What is judged where there is a python3 with venv and pip.
const JUDGED_IN_PYTHON: [&str; 1] = ["nps-lib"];

/// Where the published vectors lie if they are there at all.
const PUBLISHED: &str = "../shared/official";

enum Action {
    /// A program with arguments and environment.
    Program(&'static [&'static str], &'static [(&'static str, &'static str)]),
    /// Code of this crate, and the command that repeats it.
    Own(fn(&Path) -> Result<(), String>, &'static str),
    /// The same, where it may turn out that it cannot be done here.
    OwnOptional(fn(&Path) -> Result<Done, String>, &'static str),
    /// A program that may be missing, and how to find out.
    Optional(&'static [&'static str], &'static str),
}
use Action::{Optional, Own, OwnOptional, Program};

/// Whether an optional step was done.
enum Done {
    Checked,
    NotChecked,
}

// Only the release profile is built twice over: once by the tests in debug, once for the main
// command. clippy and doc share the check artefacts.
const STEPS: [(&str, Action); 15] = [
    ("format", Program(&["cargo", "fmt", "--all", "--check"], &[])),
    (
        "lints",
        Program(&["cargo", "clippy", "--workspace", "--all-targets", "--", "-D", "warnings"], &[]),
    ),
    ("tidy", Own(tidy::run, "cargo xtask tidy")),
    ("vectors", Own(vectors::run, "cargo xtask vectors")),
    ("tests", Program(&["cargo", "test", "--workspace"], &[])),
    (
        "documentation",
        Program(&["cargo", "doc", "--workspace", "--no-deps"], &[("RUSTDOCFLAGS", "-D warnings")]),
    ),
    (
        "licences and sources",
        Optional(
            &["cargo", "deny", "--all-features", "check", "bans", "licenses", "sources"],
            "cargo-deny",
        ),
    ),
    ("published vectors", Own(published, "cargo xtask crosscheck")),
    ("references and published crates", Own(newcomer, "cargo xtask judge all")),
    ("published Python package", OwnOptional(python, "cargo xtask judge nps-lib")),
    (
        "determinism",
        Program(&["target/release/wireproof", "run", "--verify", "--quiet", "--show", "3"], &[]),
    ),
    (
        "determinism, NCP",
        Program(
            &["target/release/wireproof", "run", "-p", "ncp", "--verify", "--quiet", "--show", "3"],
            &[],
        ),
    ),
    ("golden hash in release", Own(golden::release, "cargo xtask ci")),
    ("mutants", Program(&["target/release/wireproof", "mutants", "--seeds", "2", "--quiet"], &[])),
    (
        "mutants, NCP",
        Program(
            &["target/release/wireproof", "mutants", "-p", "ncp", "--seeds", "2", "--quiet"],
            &[],
        ),
    ),
];

/// Runs all steps; stops at the first failure.
pub fn run(root: &Path, arguments: &[String]) -> Result<(), Failure> {
    none(arguments)?;
    let start = now();
    let mut summary = Vec::new();
    for (index, (name, action)) in STEPS.iter().enumerate() {
        println!("\n== {}/{} {name}", index + 1, STEPS.len());
        let begun = now();
        let result = step(root, action);
        let taken = seconds(begun);
        match result {
            Ok(note) => {
                println!("== {name}: {note} in {taken}");
                summary.push(format!("{note:>11}  {taken:>8}  {name}"));
            }
            Err(repeat) => {
                summary.push(format!("{:>11}  {taken:>8}  {name}", "FAILED"));
                println!("\n{}", summary.join("\n"));
                return Err(Failure::Found(format!("ci failed at {name}; repeat with: {repeat}")));
            }
        }
    }
    println!("\n{}\nci passed in {}", summary.join("\n"), seconds(start));
    Ok(())
}

/// What came out of a step, or the command to repeat it.
fn step(root: &Path, action: &Action) -> Result<&'static str, String> {
    match action {
        Program(words, env) => program(root, words, env),
        Own(run, repeat) => match run(root) {
            Ok(()) => Ok("passed"),
            Err(problem) => {
                println!("{problem}");
                Err((*repeat).to_owned())
            }
        },
        OwnOptional(run, repeat) => match run(root) {
            Ok(Done::Checked) => Ok("passed"),
            Ok(Done::NotChecked) => Ok("NOT CHECKED"),
            Err(problem) => {
                println!("{problem}");
                Err((*repeat).to_owned())
            }
        },
        Optional(words, tool) => {
            if shell::exists(tool, "--version") {
                return program(root, words, &[]);
            }
            println!("{tool} is not installed: licences, duplicates and sources were NOT checked");
            Ok("NOT CHECKED")
        }
    }
}

fn program(root: &Path, words: &[&str], env: &[(&str, &str)]) -> Result<&'static str, String> {
    let line = shell::line(words[0], &words[1..], env);
    println!("{line}");
    if shell::passes(root, words[0], &words[1..], env) { Ok("passed") } else { Err(line) }
}

fn newcomer(root: &Path) -> Result<(), String> {
    judge::named(root, &JUDGED).map(drop).map_err(text)
}

fn python(root: &Path) -> Result<Done, String> {
    let unchecked = judge::built(root, &JUDGED_IN_PYTHON).map_err(text)?;
    Ok(if unchecked.is_empty() { Done::Checked } else { Done::NotChecked })
}

fn text(failure: Failure) -> String {
    match failure {
        Failure::Found(text) | Failure::Usage(text) => text,
    }
}

fn published(root: &Path) -> Result<(), String> {
    crosscheck::folder(&root.join(PUBLISHED))
}

#[expect(clippy::disallowed_methods, reason = "wall time of build steps, no run sees it")]
fn now() -> Instant {
    Instant::now()
}

fn seconds(since: Instant) -> String {
    let taken = now().duration_since(since).as_millis();
    format!("{}.{} s", taken / 1000, taken % 1000 / 100)
}
