//! `lib.rs` and `mod.rs` hold declarations only, and the inner crates are `no_std`.

use super::breach::Breach;
use super::lexer::Code;
use super::tree::{File, harness_crate, is_test};

const NO_STD: [&str; 5] = ["base", "wire", "machine", "oracle", "sim"];

/// Checks one Rust file.
pub fn check(file: &File, code: &Code, breaches: &mut Vec<Breach>) {
    let name = file.path.rsplit('/').next().unwrap_or("");
    if (name == "lib.rs" || name == "mod.rs") && !is_test(&file.path) {
        declarations(file, code, breaches);
    }
    let inner = harness_crate(&file.path).is_some_and(|name| NO_STD.contains(&name));
    if inner && !is_test(&file.path) {
        no_std(file, code, breaches);
    }
}

/// At depth 0 only modules, uses, extern crates and attributes.
fn declarations(file: &File, code: &Code, breaches: &mut Vec<Breach>) {
    let mut depth = 0usize;
    let mut fresh = true;
    for (at, line) in code.lines.iter().enumerate() {
        let text = line.trim();
        if depth == 0 && fresh && !text.is_empty() && !declares(text) {
            let rest: String = text.chars().take(40).collect();
            breaches.push(Breach::new(&file.path, at + 1, "declarations-only", rest));
        }
        for c in text.chars() {
            match c {
                '{' | '(' | '[' => depth += 1,
                '}' | ')' | ']' => depth = depth.saturating_sub(1),
                _ => {}
            }
        }
        if !text.is_empty() {
            fresh = depth == 0 && (text.ends_with([';', '}', ']']));
        }
    }
}

fn declares(text: &str) -> bool {
    if text.starts_with('#') || text.starts_with('}') {
        return true;
    }
    let text = match text.strip_prefix("pub") {
        Some(rest) => {
            let rest = rest.trim_start();
            if rest.starts_with('(') {
                rest.split_once(')').map_or("", |(_, rest)| rest)
            } else {
                rest
            }
        }
        None => text,
    };
    let word = text.split_whitespace().next().unwrap_or("");
    ["mod", "use", "extern"].contains(&word)
}

fn no_std(file: &File, code: &Code, breaches: &mut Vec<Breach>) {
    let library = harness_crate(&file.path).map(|name| format!("harness/{name}/src/lib.rs"));
    if library.as_deref() == Some(&file.path)
        && !code.lines.iter().any(|line| line.trim() == "#![no_std]")
    {
        breaches.push(Breach::new(&file.path, 1, "no-std", "#![no_std] is missing"));
    }
    for (at, line) in code.lines.iter().enumerate().filter(|(at, _)| !code.test[*at]) {
        if line.contains("extern crate std") || mentions_std(line) {
            breaches.push(Breach::new(&file.path, at + 1, "no-std", "std outside of tests"));
        }
    }
}

/// `std` as the first segment of a path.
fn mentions_std(line: &str) -> bool {
    let plain = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
    line.match_indices("std::").any(|(at, _)| !line[..at].ends_with(plain))
}
