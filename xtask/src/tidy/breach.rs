//! One broken rule.

use std::fmt;

/// Where which rule is broken, and how.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Breach {
    /// Path from the top of the repository.
    pub path: String,
    /// Line from 1; 0 when the whole file is meant.
    pub line: usize,
    /// Name of the rule.
    pub rule: &'static str,
    /// What is wrong.
    pub text: String,
    /// Printed, but not a failure.
    pub warning: bool,
}

impl Breach {
    /// A failure.
    pub fn new(path: &str, line: usize, rule: &'static str, text: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line, rule, text: text.into(), warning: false }
    }

    /// The same as a warning.
    pub fn warn(self) -> Self {
        Self { warning: true, ..self }
    }
}

impl fmt::Display for Breach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let level = if self.warning { "warning" } else { "error" };
        write!(f, "{}:{}: {level} [{}]: {}", self.path, self.line, self.rule, self.text)
    }
}
