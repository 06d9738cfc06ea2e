//! Where something stands in a file.

use std::fmt;
use std::sync::Arc;

/// A place in a file, with the line it is on: enough to show it without the file.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Path of the file as it was given.
    pub file: Arc<str>,
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// Characters it spans on that line; 0 for a point.
    pub width: u32,
    /// The whole line, without its end.
    pub text: Arc<str>,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A text file with its name and lines.
#[derive(Clone, Debug)]
pub struct Source {
    /// Path of the file as it was given.
    pub name: Arc<str>,
    /// Its content.
    pub text: Arc<str>,
    lines: Arc<[Arc<str>]>,
}

impl Source {
    /// A source called `name`.
    pub fn new(name: impl Into<Arc<str>>, text: impl Into<Arc<str>>) -> Self {
        let text = text.into();
        let lines = text.lines().map(Arc::from).collect();
        Self { name: name.into(), text, lines }
    }

    /// The place at `line` and `column`, both from 1.
    pub fn place(&self, line: u32, column: u32, width: u32) -> Place {
        let text = self.lines.get(line.saturating_sub(1) as usize).cloned();
        let text = text.unwrap_or_else(|| Arc::from(""));
        Place { file: self.name.clone(), line: line.max(1), column: column.max(1), width, text }
    }

    /// The place of the byte at `offset`.
    pub fn at(&self, offset: usize, width: u32) -> Place {
        let before = self.text.get(..offset).unwrap_or(&self.text);
        let line = before.matches('\n').count() as u32 + 1;
        let start = before.rfind('\n').map_or(0, |end| end + 1);
        self.place(line, before[start..].chars().count() as u32 + 1, width)
    }

    /// The start of the file.
    pub fn start(&self) -> Place {
        self.place(1, 1, 0)
    }
}
