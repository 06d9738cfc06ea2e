//! Who may reach what: crates, processes, sockets, files, the terminal.

use super::breach::Breach;
use super::lexer::Code;
use super::tree::{File, Package, harness_crate, is_test};

/// What each crate of the harness may depend on.
const MAY: [(&str, &[&str]); 9] = [
    ("base", &[]),
    ("wire", &["base"]),
    ("machine", &["wire", "base"]),
    ("oracle", &["wire", "base"]),
    ("sim", &["base"]),
    ("driver", &["machine", "wire", "base"]),
    // Tokio and turmoil come with it, so nobody but adapters may depend on it.
    ("host", &["driver", "base"]),
    ("runner", &["driver", "sim", "oracle", "machine", "wire", "base"]),
    ("cli", &["runner", "driver", "sim", "oracle", "machine", "wire", "base"]),
];
const OURS: &str = "wireproof-";
/// Implementations under test; only adapters may know them.
const FOREIGN: [&str; 2] = ["nnrp-", "nps-"];

/// Crates that may use a part of std, and the part.
const PARTS: [(&str, &[&str]); 3] =
    [("process", &["driver"]), ("net", &["driver"]), ("fs", &["runner"])];
const PRINTS: [&str; 5] = ["println!", "print!", "eprintln!", "eprint!", "dbg!"];

/// Checks the dependencies of all packages.
pub fn packages(packages: &[Package], breaches: &mut Vec<Breach>) {
    for package in packages {
        let folder = harness_crate(&package.manifest).unwrap_or("");
        let rule = MAY.iter().find(|(name, _)| *name == folder);
        for (dependency, kind) in &package.dependencies {
            let mut complain = |text: String| {
                breaches.push(Breach::new(&package.manifest, 0, "dependency-direction", text));
            };
            let foreign = FOREIGN.iter().any(|start| dependency.starts_with(start));
            if foreign && folder != "adapters" {
                complain(format!("only adapters may depend on {dependency}"));
            }
            let Some(short) = dependency.strip_prefix(OURS) else {
                continue;
            };
            // Tests may look further, but machine and oracle never see each other.
            let pair = [folder, short];
            let apart = pair.contains(&"machine") && pair.contains(&"oracle");
            if let Some((name, may)) = rule
                && !may.contains(&short)
                && (kind != "dev" || apart)
            {
                complain(format!("{name} must not depend on {short}"));
            }
        }
    }
}

/// Checks the paths and macros of one Rust file.
pub fn check(file: &File, code: &Code, breaches: &mut Vec<Breach>) {
    let Some(folder) = harness_crate(&file.path) else {
        vectors(file, code, breaches);
        return;
    };
    if folder == "adapters" || is_test(&file.path) {
        return;
    }
    for (at, line) in code.lines.iter().enumerate().filter(|(at, _)| !code.test[*at]) {
        let mut complain =
            |rule, text: String| breaches.push(Breach::new(&file.path, at + 1, rule, text));
        if folder != "cli" && PRINTS.iter().any(|word| names(line, word)) {
            complain("only-cli-prints", format!("{folder} must not print"));
        }
        if folder != "cli" && folder != "driver" && names(line, "process::exit") {
            complain("only-cli-exits", format!("{folder} must not exit"));
        }
    }
    for (at, part, path) in std_parts(code) {
        let rule = PARTS.iter().find(|(name, _)| *name == part);
        let exits = folder == "cli" && exits(&path);
        if let Some((_, may)) = rule
            && !may.contains(&folder)
            && !exits
        {
            let text = format!("{folder} must not use std::{part}");
            breaches.push(Breach::new(&file.path, at + 1, "std-reach", text));
        }
    }
}

/// What the terminal program needs of `std::process`.
fn exits(path: &str) -> bool {
    path.starts_with("process::exit") || path.starts_with("process::ExitCode")
}

/// The second source of the vectors shares no code with the codec.
fn vectors(file: &File, code: &Code, breaches: &mut Vec<Breach>) {
    if !file.path.starts_with("xtask/src/vectors/") {
        return;
    }
    for (at, line) in code.lines.iter().enumerate() {
        if line.contains("wireproof_") || line.contains("crate::crosscheck") {
            let text = "the second source must not use the codec";
            breaches.push(Breach::new(&file.path, at + 1, "second-source", text));
        }
    }
}

/// `word` not preceded by a letter, digit or underscore.
fn names(line: &str, word: &str) -> bool {
    let plain = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word).any(|(at, _)| !line[..at].ends_with(plain))
}

/// Every use of std outside tests: line, first segment, path behind `std::`.
fn std_parts(code: &Code) -> Vec<(usize, String, String)> {
    let mut found = Vec::new();
    for (at, line) in code.lines.iter().enumerate().filter(|(at, _)| !code.test[*at]) {
        for (column, _) in line.match_indices("std::") {
            let plain = |c: char| c.is_alphanumeric() || c == '_';
            if line[..column].ends_with(plain) {
                continue;
            }
            let rest = &line[column + 5..];
            if rest.starts_with('{') {
                group(&code.lines, at, column + 6, &mut found);
            } else {
                found.push((at, segment(rest), rest.to_owned()));
            }
        }
    }
    found
}

/// The members of `use std::{..}`, which may go over several lines.
fn group(lines: &[String], first: usize, column: usize, found: &mut Vec<(usize, String, String)>) {
    let (mut depth, mut fresh) = (1usize, true);
    for (at, line) in lines.iter().enumerate().skip(first) {
        let skip = if at == first { column } else { 0 };
        for (offset, c) in line.char_indices().filter(|(offset, _)| *offset >= skip) {
            match c {
                '{' => depth += 1,
                '}' => depth -= 1,
                ',' if depth == 1 => fresh = true,
                c if fresh && c.is_alphabetic() => {
                    let rest = &line[offset..];
                    found.push((at, segment(rest), rest.to_owned()));
                    fresh = false;
                }
                _ => {}
            }
            if depth == 0 {
                return;
            }
        }
    }
}

fn segment(path: &str) -> String {
    path.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}
