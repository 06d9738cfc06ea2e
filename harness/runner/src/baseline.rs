//! Known failures of one SUT: listed, still run, and an error as soon as the list is wrong.

use crate::report::{RunReport, model::Failure};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use wireproof_base::{Role, Verdict};

#[cfg(test)]
mod tests;

/// A baseline file.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Baseline {
    /// Name and version of the SUT the list belongs to.
    pub sut: String,
    /// The known failures.
    pub known: Vec<Known>,
}

/// One known failure, or a kind of them: `*` in `case` and `signature` stands for any text, so that
/// one defect that shows in many cases has one entry and one reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Known {
    /// Id of the case.
    pub case: String,
    /// Role of the SUT, where the case has one; a pattern without it means any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// Requirement that is broken.
    pub requirement: String,
    /// Failure signature.
    pub signature: String,
    /// Why it is known and left.
    pub reason: String,
}

/// What a run and a baseline have to say about each other.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Comparison {
    /// Failures that are not listed: case and signature.
    pub new: Vec<(String, String)>,
    /// Listed failures that passed or failed differently, although their case was run.
    pub stale: Vec<Known>,
    /// Listed failures that occurred.
    pub matched: usize,
}

impl Baseline {
    /// The failures of `report` as a list without reasons.
    pub fn of(report: &RunReport) -> Self {
        let sut = format!("{} {}", report.sut.name, report.sut.version);
        let known = failures(report)
            .map(|(case, role, failure)| Known {
                case: case.to_owned(),
                role,
                requirement: failure.requirement.clone(),
                signature: failure.signature.clone(),
                reason: format!(
                    "not reviewed: expected {}, observed {}",
                    failure.expected, failure.observed
                ),
            })
            .collect();
        Self { sut, known }
    }

    /// Compares. Cases that were not run say nothing. The first entry that fits a failure takes it.
    pub fn compare(&self, report: &RunReport) -> Comparison {
        let mut seen = vec![false; self.known.len()];
        let mut exact: BTreeMap<(&str, Option<Role>, &str), usize> = BTreeMap::new();
        let patterns: Vec<_> =
            self.known.iter().enumerate().filter(|(_, known)| known.is_pattern()).collect();
        for (index, known) in self.known.iter().enumerate() {
            exact.entry((&known.case, known.role, &known.signature)).or_insert(index);
        }
        let mut comparison = Comparison::default();
        for (case, role, failure) in failures(report) {
            let signature = failure.signature.as_str();
            let fitting = || {
                let mut fitting = patterns.iter();
                fitting.find(|(_, known)| known.covers(case, role, failure)).map(|(at, _)| *at)
            };
            match exact.get(&(case, role, signature)).copied().or_else(fitting) {
                Some(index) => {
                    seen[index] = true;
                    comparison.matched += 1;
                }
                None => comparison.new.push((case.to_owned(), signature.to_owned())),
            }
        }
        let was_run = |known: &Known| {
            report.cases.iter().any(|case| fits(&known.case, &case.id) && known.is_about(case.role))
        };
        comparison.stale = self
            .known
            .iter()
            .zip(seen)
            .filter(|(known, seen)| !seen && was_run(known))
            .map(|(known, _)| known.clone())
            .collect();
        comparison
    }
}

impl Known {
    fn is_pattern(&self) -> bool {
        self.case.contains('*') || self.signature.contains('*')
    }

    fn is_about(&self, role: Option<Role>) -> bool {
        self.role == role || (self.is_pattern() && self.role.is_none())
    }

    fn covers(&self, case: &str, role: Option<Role>, failure: &Failure) -> bool {
        self.is_about(role) && fits(&self.case, case) && fits(&self.signature, &failure.signature)
    }
}

/// Whether `text` is what `pattern` says, with `*` for anything.
fn fits(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| text.strip_prefix(first)) else {
        return false;
    };
    let mut parts = parts.peekable();
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.is_empty()
}

fn failures(report: &RunReport) -> impl Iterator<Item = (&str, Option<Role>, &Failure)> {
    report.cases.iter().flat_map(|case| {
        case.failures
            .iter()
            .filter(|failure| failure.verdict >= Verdict::Fail)
            .map(move |failure| (case.id.as_str(), case.role, failure))
    })
}

/// Why a baseline could not be read or written.
#[derive(Debug)]
pub struct BaselineError(String);

impl fmt::Display for BaselineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for BaselineError {}

/// Reads a baseline.
pub fn load(path: &Path) -> Result<Baseline, BaselineError> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| BaselineError(format!("{}: {error}", path.display())))?;
    serde_saphyr::from_str(&text)
        .map_err(|error| BaselineError(format!("{}: {error}", path.display())))
}

/// Writes a baseline.
pub fn save(path: &Path, baseline: &Baseline) -> Result<(), BaselineError> {
    use std::io::Write as _;
    crate::report::replace(path, |file| {
        writeln!(file, "sut: {}", quoted(&baseline.sut))?;
        writeln!(file, "known:{}", if baseline.known.is_empty() { " []" } else { "" })?;
        for known in &baseline.known {
            writeln!(file, "  - case: {}", quoted(&known.case))?;
            if let Some(role) = known.role {
                writeln!(file, "    role: {role}")?;
            }
            writeln!(file, "    requirement: {}", quoted(&known.requirement))?;
            writeln!(file, "    signature: {}", quoted(&known.signature))?;
            writeln!(file, "    reason: {}", quoted(&known.reason))?;
        }
        Ok(())
    })
    .map_err(|error| BaselineError(format!("{}: {error}", path.display())))
}

/// A JSON string is a YAML scalar.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
