//! The report as plain text, in the order in which a reader needs it. Colours are the business
//! of whoever prints.

use super::{Case, CaseKind, Failure, RunReport};
use std::fmt::Write as _;
use wireproof_base::Verdict;

/// One failure: verdict first, recipe last.
pub fn failure(case: &Case, failure: &Failure) -> String {
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = write_failure(&mut out, case, failure);
    out
}

fn write_failure(out: &mut String, case: &Case, f: &Failure) -> std::fmt::Result {
    write!(out, "{} {}", f.verdict.name().to_uppercase(), case.id)?;
    if let Some(role) = case.role {
        write!(out, " [{role}]")?;
    }
    if let Some(seed) = f.seed {
        write!(out, "  seed {seed}")?;
    }
    writeln!(out, "  level {}", f.level.name())?;
    write!(out, "  {} ({}", f.requirement, f.clause)?;
    if let Some(reading) = &f.reading {
        write!(out, ", reading {reading}")?;
    }
    writeln!(out, "): {}", f.says)?;
    writeln!(out, "  broken by   {}", f.culprit)?;
    writeln!(out, "  expected    {}", f.expected)?;
    write!(out, "  observed    {}", f.observed)?;
    match (&f.at, f.record) {
        (Some(at), Some(record)) => writeln!(out, "  (at {at}, record {record})")?,
        (Some(at), None) => writeln!(out, "  (at {at})")?,
        _ => writeln!(out)?,
    }
    if f.faults.is_empty() && case.kind == CaseKind::Scenario {
        writeln!(out, "  faults      none needed")?;
    }
    for (index, fault) in f.faults.iter().enumerate() {
        writeln!(out, "  {}{fault}", if index == 0 { "faults      " } else { "            " })?;
    }
    if let Some(shrunk) = f.shrunk {
        writeln!(
            out,
            "  shrunk      {} -> {} faults in {} executions{}",
            shrunk.before,
            shrunk.after,
            shrunk.executions,
            if shrunk.minimal { ", 1-minimal" } else { ", not shown to be minimal" }
        )?;
    }
    for line in &f.diagram {
        writeln!(out, "  {line}")?;
    }
    if let Some(place) = &f.place {
        writeln!(out, "  checked at  {place}")?;
    }
    if let Some(line) = &f.line {
        writeln!(out, "              {}", line.trim())?;
    }
    writeln!(out, "  signature   {}", f.signature)?;
    if f.also > 0 {
        writeln!(out, "  also seen   in {} more executions", f.also)?;
    }
    if !f.replay.is_empty() {
        writeln!(out, "  reproduce   {}", f.replay)?;
    }
    Ok(())
}

/// The last thing printed: what was judged, what came out.
pub fn summary(report: &RunReport) -> String {
    let mut out = String::new();
    let _ = write_summary(&mut out, report);
    out
}

fn write_summary(out: &mut String, report: &RunReport) -> std::fmt::Result {
    let sut = &report.sut;
    writeln!(out, "{} {} against {}", sut.name, sut.version, report.protocol)?;
    writeln!(
        out,
        "  {} cases, {} executions, trace hash {}{}",
        report.cases.len(),
        report.executions,
        report.hash,
        if report.interrupted { " (interrupted)" } else { "" }
    )?;
    for verdict in [
        Verdict::Pass,
        Verdict::PassWithWarning,
        Verdict::Divergence,
        Verdict::NotApplicable,
        Verdict::Inconclusive,
        Verdict::Fail,
        Verdict::Error,
    ] {
        if report.count(verdict) > 0 {
            writeln!(out, "  {:>6} {}", report.count(verdict), verdict.name())?;
        }
    }
    let unreached: Vec<&str> = report
        .markers
        .iter()
        .filter(|(_, times)| **times == 0)
        .map(|(name, _)| name.as_str())
        .collect();
    if report.whole && !unreached.is_empty() {
        writeln!(out, "  never reached: {}", unreached.join(", "))?;
    }
    if sut.clock == "wall" {
        writeln!(out, "  wall clock: runs of this SUT cannot be repeated exactly")?;
    }
    match report.certified {
        true => writeln!(out, "  certified: every mandatory case was run and none failed")?,
        false => {
            writeln!(out, "  not certified:")?;
            for reason in &report.not_certified {
                writeln!(out, "    - {reason}")?;
            }
        }
    }
    Ok(())
}

/// Order of failures in a report: the worst first, then by id.
pub fn failures_in_order(report: &RunReport) -> Vec<(&Case, &Failure)> {
    let mut all: Vec<_> = report
        .cases
        .iter()
        .flat_map(|case| case.failures.iter().map(move |failure| (case, failure)))
        .collect();
    all.sort_by(|(a, f), (b, g)| g.verdict.cmp(&f.verdict).then_with(|| a.id.cmp(&b.id)));
    all
}
