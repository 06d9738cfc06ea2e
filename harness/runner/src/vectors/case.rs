//! Cases of the two depths without a network.

use crate::report::{Case, CaseKind, Failure};
use crate::requirements::Requirements;
use crate::scenario::place::Place;
use wireproof_base::{Level, Verdict};
use wireproof_driver::DriverError;

/// One thing that went wrong.
pub struct Mismatch {
    /// What makes two of them the same.
    pub signature: String,
    /// What had to be.
    pub expected: String,
    /// What was.
    pub observed: String,
    /// The requirement it breaks.
    pub requirement: String,
    /// The reading it rests on.
    pub reading: Option<String>,
    /// Whether it differs on a reading, even if nobody named one.
    pub diverges: bool,
    /// Where the check stands.
    pub place: Place,
}

/// A case without failures yet.
pub fn case(kind: CaseKind, id: &str, title: &str, requirements: &[String]) -> Case {
    Case {
        id: id.to_owned(),
        kind,
        role: None,
        title: title.to_owned(),
        requirements: requirements.to_owned(),
        verdict: Verdict::Pass,
        executions: 1,
        reason: None,
        failures: vec![],
    }
}

/// The same case, not applicable.
pub fn not_applicable(mut case: Case, reason: impl Into<String>) -> Case {
    case.verdict = Verdict::NotApplicable;
    case.executions = 0;
    case.reason = Some(reason.into());
    case
}

/// Adds a mismatch to its case.
pub fn fail(case: &mut Case, requirements: &Requirements, mismatch: Mismatch) {
    let level = requirements.level(&mismatch.requirement);
    let verdict = match (mismatch.reading.is_some() || mismatch.diverges, level) {
        (true, _) => Verdict::Divergence,
        (false, Level::Must) => Verdict::Fail,
        (false, _) => Verdict::PassWithWarning,
    };
    push(case, requirements, verdict, mismatch);
}

/// Adds what a driver could not do. Without a declaration the case does not apply.
pub fn driver_error(
    case: Case,
    requirements: &Requirements,
    requirement: &str,
    place: &Place,
    error: &DriverError,
) -> Case {
    if error.is_not_applicable() {
        return not_applicable(case, error.to_string());
    }
    let mut case = case;
    let verdict = match error {
        DriverError::Unsupported { .. } => Verdict::Fail,
        _ => Verdict::Error,
    };
    let mismatch = Mismatch {
        signature: format!("driver.{}", error.kind()),
        expected: "an answer".into(),
        observed: error.to_string(),
        requirement: requirement.to_owned(),
        reading: None,
        diverges: false,
        place: place.clone(),
    };
    push(&mut case, requirements, verdict, mismatch);
    case
}

fn push(case: &mut Case, requirements: &Requirements, verdict: Verdict, mismatch: Mismatch) {
    let rule = requirements.get(&mismatch.requirement);
    case.verdict = case.verdict.max(verdict);
    case.failures.push(Failure {
        signature: mismatch.signature,
        verdict,
        level: requirements.level(&mismatch.requirement),
        says: rule.map(|rule| rule.says.clone()).unwrap_or_default(),
        clause: rule.map(|rule| rule.clause.clone()).unwrap_or_default(),
        requirement: mismatch.requirement,
        reading: mismatch.reading,
        culprit: "sut".into(),
        expected: mismatch.expected,
        observed: mismatch.observed,
        place: Some(mismatch.place.to_string()),
        line: Some(mismatch.place.text.to_string()),
        ..Failure::blank()
    });
}
