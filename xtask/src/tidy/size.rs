//! Sizes: file, function, line, module header.

use super::breach::Breach;
use super::lexer::Code;
use super::tree::File;

const FILE_SOFT: usize = 400;
const FILE_HARD: usize = 600;
const FUNCTION: usize = 70;
const LINE: usize = 100;
const HEADER: usize = 15;

/// Checks one Rust file.
pub fn check(file: &File, code: &Code, breaches: &mut Vec<Breach>) {
    let path = &file.path;
    let count = file.text.lines().count();
    if count > FILE_HARD {
        breaches.push(Breach::new(path, 0, "file-size", format!("{count} of {FILE_HARD} lines")));
    } else if count > FILE_SOFT {
        let text = format!("{count} lines; {FILE_SOFT} is the aim");
        breaches.push(Breach::new(path, 0, "file-size", text).warn());
    }
    for (at, line) in file.text.lines().enumerate() {
        let width = line.chars().count();
        if width > LINE {
            let text = format!("{width} of {LINE} columns");
            breaches.push(Breach::new(path, at + 1, "line-length", text));
        }
    }
    let header = file.text.lines().take_while(|line| line.starts_with("//!")).count();
    if header > HEADER {
        let text = format!("{header} of {HEADER} lines");
        breaches.push(Breach::new(path, 1, "module-header", text));
    }
    for (at, name, lines) in functions(&code.lines) {
        if lines > FUNCTION {
            let text = format!("{name} has {lines} of {FUNCTION} lines");
            breaches.push(Breach::new(path, at + 1, "function-size", text));
        }
    }
}

/// First line, name and body length of every function.
fn functions(lines: &[String]) -> Vec<(usize, String, usize)> {
    let mut found = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        for name in names(line) {
            if let Some((open, close)) = body(lines, at, &name) {
                found.push((at, name, close.saturating_sub(open + 1)));
            }
        }
    }
    found
}

/// Names that follow the word `fn` in a line.
fn names(line: &str) -> Vec<String> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let pairs = words.windows(2).filter(|pair| pair[0] == "fn");
    let plain = |c: char| c.is_alphanumeric() || c == '_';
    pairs.map(|pair| pair[1].chars().take_while(|c| plain(*c)).collect()).collect()
}

/// Lines of the braces around the body; `None` for a declaration.
fn body(lines: &[String], first: usize, name: &str) -> Option<(usize, usize)> {
    let start = lines[first].find(&format!("fn {name}"))?;
    let (mut depth, mut round, mut open) = (0usize, 0usize, first);
    for (at, line) in lines.iter().enumerate().skip(first) {
        let skip = if at == first { start } else { 0 };
        for c in line[skip..].chars() {
            match c {
                '(' | '[' if depth == 0 => round += 1,
                ')' | ']' if depth == 0 => round = round.saturating_sub(1),
                ';' if depth == 0 && round == 0 => return None,
                '{' => {
                    if depth == 0 {
                        open = at;
                    }
                    depth += 1;
                }
                '}' if depth == 1 => return Some((open, at)),
                '}' => depth = depth.saturating_sub(1),
                _ => {}
            }
        }
    }
    None
}
