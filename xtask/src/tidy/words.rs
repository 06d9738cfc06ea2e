//! Words that must not appear: protocol names in the neutral crates, paths of one machine.

use super::breach::Breach;
use super::tree::{File, harness_crate, is_test};

const NEUTRAL: [&str; 3] = ["base", "sim", "runner"];
const PROTOCOLS: [&str; 2] = ["nnrp", "ncp"];
/// Halves, so that this file does not break its own rule.
const PATHS: [(&str, &str); 6] = [
    ("/wo", "rk/"),
    ("/tm", "p/"),
    ("/hom", "e/"),
    ("/roo", "t/"),
    ("/User", "s/"),
    ("C:", "\\\\"),
];

/// Checks one text file of any kind.
pub fn check(file: &File, breaches: &mut Vec<Breach>) {
    let neutral = harness_crate(&file.path).is_some_and(|name| NEUTRAL.contains(&name))
        && file.path.contains("/src/")
        && !is_test(&file.path);
    for (at, line) in file.text.lines().enumerate() {
        if neutral && let Some(name) = protocol(line) {
            let text = format!("names the protocol {name}");
            breaches.push(Breach::new(&file.path, at + 1, "neutral-crate", text));
        }
        if let Some(path) = machine_path(line) {
            let text = format!("path of one machine: {path}");
            breaches.push(Breach::new(&file.path, at + 1, "machine-path", text));
        }
    }
}

/// A protocol name standing alone; `_` and digits part words as in `nnrp_event`.
fn protocol(line: &str) -> Option<&'static str> {
    let line = line.to_lowercase();
    let letter = |c: char| c.is_alphabetic();
    PROTOCOLS.into_iter().find(|name| {
        line.match_indices(name).any(|(at, _)| {
            !line[..at].ends_with(letter) && !line[at + name.len()..].starts_with(letter)
        })
    })
}

/// An absolute path that only exists on one machine; a slash inside a path does not count.
fn machine_path(line: &str) -> Option<String> {
    let inside = |c: char| c.is_alphanumeric() || ".-_/~>".contains(c);
    PATHS
        .iter()
        .map(|(a, b)| format!("{a}{b}"))
        .find(|path| line.match_indices(path.as_str()).any(|(at, _)| !line[..at].ends_with(inside)))
}
