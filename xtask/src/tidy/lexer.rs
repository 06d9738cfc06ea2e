//! Separates Rust code from comments and literals, line by line.
//!
//! Knows line and nested block comments, plain, byte and raw strings, characters and lifetimes.
//! Everything but code becomes blanks, so columns and braces stay where they were.

/// Source with comments and the content of literals blanked.
pub struct Code {
    /// One entry per line.
    pub lines: Vec<String>,
    /// Lines, from 0, that belong to a `#[cfg(test)]` item.
    pub test: Vec<bool>,
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    Code,
    Block(u32),
    Text,
    Raw(usize),
}

/// Reads one source file.
pub fn read(text: &str) -> Code {
    let mut state = State::Code;
    let lines: Vec<String> = text.lines().map(|line| blank(line, &mut state)).collect();
    let test = tests(&lines);
    Code { lines, test }
}

fn blank(line: &str, state: &mut State) -> String {
    let chars: Vec<char> = line.chars().collect();
    let mut out = String::with_capacity(line.len());
    let mut at = 0;
    while at < chars.len() {
        let (keep, step) = advance(&chars, at, state);
        if keep {
            out.extend(&chars[at..at + step]);
        } else {
            out.extend(std::iter::repeat_n(' ', step));
        }
        at += step;
    }
    out
}

/// Whether the next characters are code, and how many they are.
fn advance(chars: &[char], at: usize, state: &mut State) -> (bool, usize) {
    let next = |by: usize| chars.get(at + by).copied().unwrap_or('\n');
    let rest = chars.len() - at;
    match *state {
        State::Block(depth) => match (next(0), next(1)) {
            ('/', '*') => {
                *state = State::Block(depth + 1);
                (false, 2)
            }
            ('*', '/') => {
                *state = if depth == 1 { State::Code } else { State::Block(depth - 1) };
                (false, 2)
            }
            _ => (false, 1),
        },
        State::Text => match next(0) {
            '\\' => (false, 2.min(rest)),
            '"' => {
                *state = State::Code;
                (true, 1)
            }
            _ => (false, 1),
        },
        State::Raw(hashes) => {
            if next(0) == '"' && (1..=hashes).all(|by| next(by) == '#') {
                *state = State::Code;
                return (true, 1 + hashes);
            }
            (false, 1)
        }
        State::Code => code(chars, at, state),
    }
}

fn code(chars: &[char], at: usize, state: &mut State) -> (bool, usize) {
    let next = |by: usize| chars.get(at + by).copied().unwrap_or('\n');
    let rest = chars.len() - at;
    let word = at > 0 && (chars[at - 1].is_alphanumeric() || chars[at - 1] == '_');
    match (next(0), next(1)) {
        ('/', '/') => (false, rest),
        ('/', '*') => {
            *state = State::Block(1);
            (false, 2)
        }
        ('"', _) => {
            *state = State::Text;
            (true, 1)
        }
        ('r', '"' | '#') if !word || chars[at - 1] == 'b' => {
            let hashes = (1..).take_while(|by| next(*by) == '#').count();
            if next(1 + hashes) != '"' {
                return (true, 1);
            }
            *state = State::Raw(hashes);
            (true, 2 + hashes)
        }
        ('\'', '\\') => {
            let end = (3..rest).find(|by| next(*by) == '\'');
            (false, end.map_or(1, |end| end + 1))
        }
        ('\'', _) if next(2) == '\'' => (false, 3),
        _ => (true, 1),
    }
}

/// Marks the items that follow `#[cfg(test)]`, to their closing brace or semicolon.
fn tests(lines: &[String]) -> Vec<bool> {
    let mut test = vec![false; lines.len()];
    let mut at = 0;
    while at < lines.len() {
        if !lines[at].contains("#[cfg(test)]") {
            at += 1;
            continue;
        }
        let end = item_end(lines, at);
        test[at..=end].fill(true);
        at = end + 1;
    }
    test
}

/// Last line of the item that starts at `first`.
fn item_end(lines: &[String], first: usize) -> usize {
    let mut depth = 0usize;
    for (at, line) in lines.iter().enumerate().skip(first) {
        for c in line.chars() {
            match c {
                '{' | '[' | '(' => depth += 1,
                '}' | ']' | ')' => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 && c == '}' {
                        return at;
                    }
                }
                ';' if depth == 0 => return at,
                _ => {}
            }
        }
    }
    lines.len() - 1
}
