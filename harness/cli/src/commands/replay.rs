//! `wireproof replay`.

use crate::args::Replay;
use crate::{exit, output};
use std::fmt::Write as _;
use wireproof_base::{Role, Verdict};
use wireproof_driver::Speaks;
use wireproof_oracle::Judged;
use wireproof_runner::campaign::{Replay as Played, ReplayError, replay as play};
use wireproof_runner::library::Library;
use wireproof_runner::plan::read_plan;
use wireproof_runner::world::Breach;

pub fn replay<P: Speaks + Judged>(library: &Library<P>, args: &Replay) -> u8 {
    let role = match args.role.as_deref() {
        None => None,
        Some("client") => Some(Role::Client),
        Some("server") => Some(Role::Server),
        Some(other) => {
            output::complain(&format!("error: `{other}` is no role; write client or server"));
            return exit::USAGE;
        }
    };
    let plan = match read_plan(&args.plan) {
        Ok(plan) => plan,
        Err(problem) => {
            output::complain(&format!("error: {problem}"));
            return exit::USAGE;
        }
    };
    match play(library, &plan, &args.target.driver, role) {
        Ok(played) => {
            output::print(&page(&played, &plan.scenario, args.trace));
            code(&played)
        }
        Err(error) => {
            output::complain(&format!("error: {error}"));
            match error {
                ReplayError::Driver(_) => exit::DRIVER,
                _ => exit::USAGE,
            }
        }
    }
}

fn page(played: &Played, scenario: &str, trace: bool) -> String {
    let outcome = &played.outcome;
    let mut out = format!(
        "{} {scenario} [{}]  hash {:016x}  {} events\n",
        outcome.verdict.name().to_uppercase(),
        played.role,
        outcome.hash,
        outcome.events
    );
    for (verdict, breach) in &outcome.breaches {
        let _ = writeln!(out, "  {verdict} at {}: {}", breach.at(), words(breach));
    }
    for (key, fault) in &outcome.faults {
        let _ = writeln!(out, "  fault {key}  {fault}");
    }
    let lines = if trace { &played.trace } else { &played.diagram };
    for line in lines {
        let _ = writeln!(out, "  {line}");
    }
    if !played.repeatable {
        out.push_str("  played twice, and the two traces differ: the SUT is not deterministic\n");
    }
    out
}

fn words(breach: &Breach) -> String {
    match breach {
        Breach::Finding(finding) => format!(
            "{} ({}): expected {}, observed {}",
            finding.citation.id, finding.invariant, finding.expected, finding.observed
        ),
        Breach::Missed { step, expected, observed, .. } => {
            format!("step {step}: expected {expected}, observed {observed}")
        }
        Breach::Driver { error, .. } => error.to_string(),
        Breach::Scenario { problem, .. } => problem.clone(),
    }
}

fn code(played: &Played) -> u8 {
    match played.outcome.verdict {
        _ if !played.repeatable => exit::FAILURES,
        Verdict::Fail | Verdict::Error => exit::FAILURES,
        Verdict::Inconclusive | Verdict::NotApplicable => exit::INCOMPLETE,
        Verdict::Pass | Verdict::PassWithWarning | Verdict::Divergence => exit::CONFORMANT,
    }
}
