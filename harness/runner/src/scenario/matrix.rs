//! `${name}` in the text of a scenario, and the variants that a matrix of values makes of it.
//!
//! Values are filled in before parsing, so a parameter may stand anywhere. Lines stay as they
//! are, and columns are led back to the text as it was written.

use super::error::{LoadError, Problem, nearest};
use super::place::{Place, Source};

#[cfg(test)]
mod tests;

/// A parameter and the values it takes, in order.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// Its values.
    pub values: Vec<String>,
    /// Where it is declared.
    pub place: Place,
}

/// Text with its parameters filled in.
#[derive(Clone, Debug)]
pub struct Expanded {
    /// The text to parse.
    pub text: String,
    edits: Vec<Edit>,
}

/// One replacement: columns and widths in characters, on a line counted from 1.
#[derive(Clone, Copy, Debug)]
struct Edit {
    line: u32,
    written_at: u32,
    written: u32,
    filled_at: u32,
    filled: u32,
}

impl Expanded {
    /// Text without parameters.
    pub fn verbatim(text: &str) -> Self {
        Self { text: text.to_owned(), edits: Vec::new() }
    }

    /// Leads a place in the filled-in text back to the written one.
    pub fn original(&self, line: u32, column: u32, width: u32) -> (u32, u32) {
        let (start, mut end) = self.map(line, column);
        if width == 0 {
            return (start, 0);
        }
        if width > 1 {
            end = self.map(line, column + width - 1).1;
        }
        (start, end.saturating_sub(start))
    }

    /// Start and end, in the written text, of what the character at `column` comes from.
    fn map(&self, line: u32, column: u32) -> (u32, u32) {
        let mut shift = 0i64;
        for edit in self.edits.iter().filter(|edit| edit.line == line) {
            if column < edit.filled_at {
                break;
            }
            let (filled_end, end) = (edit.filled_at + edit.filled, edit.written_at + edit.written);
            if column < filled_end {
                return (edit.written_at, end);
            }
            shift = i64::from(end) - i64::from(filled_end);
        }
        let column = (i64::from(column) + shift).max(1) as u32;
        (column, column + 1)
    }
}

/// One use of a parameter.
struct Use<'a> {
    name: &'a str,
    start: usize,
    end: usize,
}

/// The text with every use of a parameter turned into a word of the same length, so that it
/// parses although no value is known yet.
pub fn mask(text: &str) -> Expanded {
    let mut masked = text.to_owned();
    for found in uses(text) {
        let word = format!("__{}_", found.name);
        masked.replace_range(found.start..found.end, &word);
    }
    Expanded::verbatim(&masked)
}

/// Fills in `values`; a use of an unknown parameter is an error.
pub fn fill(source: &Source, values: &[(String, String)]) -> Result<Expanded, Vec<LoadError>> {
    let mut expanded = Expanded { text: String::with_capacity(source.text.len()), edits: vec![] };
    let (mut errors, mut done, mut line, mut shift) = (Vec::new(), 0, 0, 0i64);
    for found in uses(&source.text) {
        let Some((_, value)) = values.iter().find(|(name, _)| name == found.name) else {
            let place = source.at(found.start, found.name.chars().count() as u32 + 3);
            let near = nearest(found.name, values.iter().map(|(name, _)| name.as_str()));
            let problem = Problem::UnknownParameter { name: found.name.to_owned(), near };
            errors.push(LoadError::new(place, problem));
            continue;
        };
        let place = source.at(found.start, 0);
        if place.line != line {
            (line, shift) = (place.line, 0);
        }
        let written = found.name.chars().count() as u32 + 3;
        let filled = value.chars().count() as u32;
        expanded.edits.push(Edit {
            line,
            written_at: place.column,
            written,
            filled_at: (i64::from(place.column) + shift) as u32,
            filled,
        });
        shift += i64::from(filled) - i64::from(written);
        expanded.text.push_str(&source.text[done..found.start]);
        expanded.text.push_str(value);
        done = found.end;
    }
    expanded.text.push_str(&source.text[done..]);
    if errors.is_empty() { Ok(expanded) } else { Err(errors) }
}

/// Whether the text uses the parameter.
pub fn is_used(text: &str, name: &str) -> bool {
    uses(text).iter().any(|found| found.name == name)
}

/// Every combination of values, the last parameter changing fastest.
pub fn combinations(parameters: &[Parameter]) -> Vec<Vec<(String, String)>> {
    let mut all = vec![Vec::new()];
    for parameter in parameters {
        all = all
            .iter()
            .flat_map(|left: &Vec<(String, String)>| {
                parameter.values.iter().map(move |value| {
                    let mut row = left.clone();
                    row.push((parameter.name.clone(), value.clone()));
                    row
                })
            })
            .collect();
    }
    all
}

/// The combination of first values.
pub fn first(parameters: &[Parameter]) -> Vec<(String, String)> {
    parameters
        .iter()
        .filter_map(|parameter| Some((parameter.name.clone(), parameter.values.first()?.clone())))
        .collect()
}

/// Uses outside of lines that are comments as a whole.
fn uses(text: &str) -> Vec<Use<'_>> {
    let mut found = Vec::new();
    let mut base = 0;
    for line in text.split_inclusive('\n') {
        if !line.trim_start().starts_with('#') {
            let mut at = 0;
            while let Some(open) = line[at..].find("${") {
                let start = at + open;
                let Some(len) = line[start..].find('}') else { break };
                let name = &line[start + 2..start + len];
                if !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
                {
                    found.push(Use { name, start: base + start, end: base + start + len + 1 });
                }
                at = start + len + 1;
            }
        }
        base += line.len();
    }
    found
}
