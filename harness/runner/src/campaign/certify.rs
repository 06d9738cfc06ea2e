//! Whether a run may be called certified. A missing mandatory part is a reason, never a skip.

use crate::report::{CaseKind, RunReport};
use wireproof_base::Verdict;
use wireproof_driver::{Clock, Depth, Identity};

/// Reasons listed per kind before the rest is counted.
const LISTED: usize = 5;

/// Fills in `certified` and the reasons against it. `whole` says that nothing was filtered out.
pub fn certify(report: &mut RunReport, identity: &Identity, whole: bool) {
    let mut reasons = Vec::new();
    report.whole = whole && !report.interrupted;
    if identity.claims_everything {
        let reason = "it took an operation that does not exist; no claim of it can be believed";
        reasons.push(reason.to_owned());
    }
    if !report.whole {
        reasons.push("only a part of the suite was run".into());
    }
    for depth in [Depth::Vectors, Depth::Machines, Depth::Stepped] {
        if !identity.depths.contains(&depth) {
            reasons.push(format!("the depth `{depth}` is not offered"));
        }
    }
    for (kind, name) in [
        (CaseKind::Vector, "vector"),
        (CaseKind::Machine, "machine case"),
        (CaseKind::Scenario, "scenario"),
    ] {
        if report.whole && !report.cases.iter().any(|case| case.kind == kind) {
            reasons.push(format!("the suite holds no {name}"));
        }
    }
    if identity.clock == Clock::Wall {
        reasons.push("its clock is not virtual, so nothing can be repeated exactly".into());
    }
    for (verdict, what) in [
        (Verdict::Error, "ended in an error"),
        (Verdict::Fail, "failed"),
        (Verdict::Inconclusive, "inconclusive"),
        (Verdict::NotApplicable, "not applicable although mandatory"),
    ] {
        list(report, verdict, what, &mut reasons);
    }
    if report.cases.iter().all(|case| case.verdict == Verdict::NotApplicable) {
        reasons.push("no case could be judged".into());
    }
    report.certified = reasons.is_empty();
    report.not_certified = reasons;
}

fn list(report: &RunReport, verdict: Verdict, what: &str, reasons: &mut Vec<String>) {
    let ids: Vec<&str> = report
        .cases
        .iter()
        .filter(|case| case.verdict == verdict)
        .map(|case| case.id.as_str())
        .collect();
    if ids.is_empty() {
        return;
    }
    let shown = ids[..ids.len().min(LISTED)].join(", ");
    let more = match ids.len().saturating_sub(LISTED) {
        0 => String::new(),
        rest => format!(" and {rest} more"),
    };
    reasons.push(format!("{what}: {shown}{more}"));
}
