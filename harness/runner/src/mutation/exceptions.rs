//! Written reasons: why a mutant survives, and why a rule has no mutant that shows it broken.

use serde::Deserialize;
use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

/// The file of reasons.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exceptions {
    /// Mutants that nothing kills, and why that is right.
    #[serde(default)]
    pub survivors: Vec<Reason>,
    /// Requirements that no mutant can be seen to break, and why.
    #[serde(default)]
    pub requirements: Vec<Reason>,
}

/// One reason.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reason {
    /// What it is about.
    pub id: String,
    /// In words.
    pub reason: String,
}

impl Exceptions {
    /// Why the mutant survives.
    pub fn survivor(&self, name: &str) -> Option<&str> {
        find(&self.survivors, name)
    }

    /// Why no mutant breaks the requirement visibly.
    pub fn requirement(&self, id: &str) -> Option<&str> {
        find(&self.requirements, id)
    }

    fn check(&self) -> Result<(), String> {
        for list in [&self.survivors, &self.requirements] {
            let mut seen = BTreeMap::new();
            for entry in list {
                if entry.reason.trim().is_empty() {
                    return Err(format!("`{}` has no reason", entry.id));
                }
                if seen.insert(&entry.id, ()).is_some() {
                    return Err(format!("`{}` is listed twice", entry.id));
                }
            }
        }
        Ok(())
    }
}

fn find<'a>(list: &'a [Reason], id: &str) -> Option<&'a str> {
    list.iter().find(|entry| entry.id == id).map(|entry| entry.reason.as_str())
}

/// Why the reasons could not be read.
#[derive(Debug)]
pub struct ExceptionsError(String);

impl fmt::Display for ExceptionsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ExceptionsError {}

/// Reads the reasons.
pub fn load(path: &Path) -> Result<Exceptions, ExceptionsError> {
    let wrong = |text: String| ExceptionsError(format!("{}: {text}", path.display()));
    let text = std::fs::read_to_string(path).map_err(|error| wrong(error.to_string()))?;
    let exceptions: Exceptions =
        serde_saphyr::from_str(&text).map_err(|error| wrong(error.to_string()))?;
    exceptions.check().map_err(wrong)?;
    Ok(exceptions)
}
