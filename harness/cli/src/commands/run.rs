//! `wireproof run`.

use super::code;
use crate::args::{Depth as DepthArg, Run};
use crate::progress::Bar;
use crate::{exit, output};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use wireproof_base::Verdict;
use wireproof_driver::{Depth, Speaks};
use wireproof_oracle::Judged;
use wireproof_runner::baseline::{self, Baseline};
use wireproof_runner::campaign::{Options, RunError, judge};
use wireproof_runner::library::Library;
use wireproof_runner::report::{RunReport, text, write};

/// Raised by an interrupt from the keyboard.
static INTERRUPT: AtomicBool = AtomicBool::new(false);

pub fn run<P: Speaks + Judged>(library: &Library<P>, args: &Run) -> u8 {
    let known = match args.baseline.as_deref().map(baseline::load).transpose() {
        Ok(known) => known,
        Err(problem) => {
            output::complain(&format!("error: {problem}"));
            return exit::USAGE;
        }
    };
    // A second interrupt ends the process the ordinary way.
    let _ = ctrlc::set_handler(|| {
        if INTERRUPT.swap(true, Ordering::Relaxed) {
            std::process::exit(i32::from(exit::INTERRUPTED));
        }
    });
    let selection = &args.selection;
    let bar = Bar::new(selection.quiet);
    let options = Options {
        driver: &selection.target.driver,
        filter: &selection.filter,
        depth: args.depth.map(depth),
        seeds: args.seeds,
        first_seed: selection.seed,
        threads: threads(selection.threads),
        verify: selection.verify,
        details: true,
        interrupt: &INTERRUPT,
        progress: &bar,
    };
    let report = match judge(library, &options) {
        Ok(report) => report,
        Err(error) => return refuse(&error),
    };
    show(&report, args.show);
    finish(&report, known.as_ref(), args)
}

/// One thread per core unless told otherwise.
pub fn threads(wanted: Option<usize>) -> usize {
    wanted.or_else(|| std::thread::available_parallelism().ok().map(usize::from)).unwrap_or(1)
}

/// Why nothing was judged, and the exit code for it.
pub fn refuse(error: &RunError) -> u8 {
    output::complain(&format!("error: {error}"));
    match error {
        RunError::NothingSelected => exit::NOTHING,
        RunError::NotStepped => exit::DRIVER,
        RunError::Driver(error) => {
            if let Some(stderr) = error.stderr().filter(|text| !text.is_empty()) {
                output::complain(&format!("its stderr ends:\n{stderr}"));
            }
            exit::DRIVER
        }
    }
}

/// Prints failures, then the summary.
pub fn show(report: &RunReport, most: usize) {
    let failures = text::failures_in_order(report);
    for (case, failure) in failures.iter().take(most) {
        let text = text::failure(case, failure);
        output::print(&output::paint_failure(&text, failure.verdict));
        output::print("\n");
    }
    if failures.len() > most {
        output::print(&format!(
            "{} more, in full in run.json; show them here with --show {}\n\n",
            failures.len() - most,
            failures.len()
        ));
    }
    output::print(&text::summary(report));
}

fn finish(report: &RunReport, known: Option<&Baseline>, args: &Run) -> u8 {
    if let Err(problem) = write(&args.out, report) {
        output::complain(&format!("error: {problem}"));
        return exit::USAGE;
    }
    output::print(&format!("  report in {}\n", args.out.display()));
    if let Some(path) = &args.write_baseline {
        return write_baseline(path, report);
    }
    match known {
        Some(known) => compare(known, report),
        None => code(report),
    }
}

fn write_baseline(path: &Path, report: &RunReport) -> u8 {
    match baseline::save(path, &Baseline::of(report)) {
        Ok(()) => {
            output::print(&format!("  known failures in {}\n", path.display()));
            exit::CONFORMANT
        }
        Err(problem) => {
            output::complain(&format!("error: {problem}"));
            exit::USAGE
        }
    }
}

fn compare(known: &Baseline, report: &RunReport) -> u8 {
    let comparison = known.compare(report);
    output::print(&format!("  {} known failures as listed\n", comparison.matched));
    for stale in &comparison.stale {
        let role = stale.role.map_or_else(String::new, |role| format!(" [{role}]"));
        output::print(&format!(
            "  stale: {}{role} no longer fails with {}\n",
            stale.case, stale.signature
        ));
    }
    for (case, signature) in &comparison.new {
        output::print(&format!("  new: {case} fails with {signature}\n"));
    }
    match code(report) {
        code @ (exit::INTERRUPTED | exit::HARNESS) => code,
        _ if !comparison.stale.is_empty() => exit::BASELINE,
        _ if !comparison.new.is_empty() => exit::FAILURES,
        _ if report.verdict == Verdict::Inconclusive => exit::INCOMPLETE,
        _ => exit::CONFORMANT,
    }
}

const fn depth(depth: DepthArg) -> Depth {
    match depth {
        DepthArg::Vectors => Depth::Vectors,
        DepthArg::Machines => Depth::Machines,
        DepthArg::Stepped => Depth::Stepped,
    }
}
