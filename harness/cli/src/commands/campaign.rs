//! `wireproof campaign` and `wireproof merge`.

use super::code;
use super::run::{refuse, threads};
use crate::args::{Campaign as Args, Merge};
use crate::campaign_bar::CampaignBar;
use crate::{exit, output};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::time::Duration;
use wireproof_driver::Speaks;
use wireproof_oracle::Judged;
use wireproof_runner::campaign::merge::merge as join;
use wireproof_runner::campaign::sweep::{Campaign, play};
use wireproof_runner::library::Library;
use wireproof_runner::report::{RunReport, campaign, read, text, write};

/// Raised by an interrupt from the keyboard.
static INTERRUPT: AtomicBool = AtomicBool::new(false);
/// Raised when the time is over.
static TIME_OVER: AtomicBool = AtomicBool::new(false);

/// Seeds where neither a number nor a time is given.
const SEEDS: u64 = 10_000;

pub fn campaign<P: Speaks + Judged>(library: &Library<P>, args: &Args) -> u8 {
    // A second interrupt ends the process the ordinary way.
    let _ = ctrlc::set_handler(|| {
        if INTERRUPT.swap(true, Ordering::Relaxed) {
            std::process::exit(i32::from(exit::INTERRUPTED));
        }
    });
    let selection = &args.selection;
    let bar = CampaignBar::new(selection.quiet);
    let wanted = Campaign {
        driver: &selection.target.driver,
        filter: &selection.filter,
        first: selection.seed,
        seeds: args.seeds.or_else(|| args.time.is_none().then_some(SEEDS)),
        shard: args.shard,
        threads: threads(selection.threads),
        verify: selection.verify,
        interrupt: &INTERRUPT,
        time_over: &TIME_OVER,
        described: args.show,
        progress: &bar,
    };
    let (done, waits) = mpsc::channel::<()>();
    if let Some(time) = args.time {
        std::thread::spawn(move || stop_after(time, &waits));
    }
    let report = match play(library, &wanted) {
        Ok(report) => report,
        Err(error) => return refuse(&error),
    };
    drop(done);
    show(&report, args.show);
    output::print(&bar.closing_line());
    save(&report, &args.out).unwrap_or_else(|| verdict(&report))
}

/// The one clock here: it only decides how many seeds are played, never what one shows.
fn stop_after(time: Duration, done: &mpsc::Receiver<()>) {
    if done.recv_timeout(time) == Err(mpsc::RecvTimeoutError::Timeout) {
        TIME_OVER.store(true, Ordering::Relaxed);
    }
}

pub fn merge(args: &Merge) -> u8 {
    let mut parts = Vec::new();
    for path in &args.reports {
        match read(path) {
            Ok(report) => parts.push((path.display().to_string(), report)),
            Err(problem) => return usage(&problem.to_string()),
        }
    }
    match join(parts) {
        Ok(report) => {
            show(&report, args.show);
            save(&report, &args.out).unwrap_or_else(|| verdict(&report))
        }
        Err(problem) => usage(&problem.to_string()),
    }
}

fn usage(problem: &str) -> u8 {
    output::complain(&format!("error: {problem}"));
    exit::USAGE
}

/// Failures in full, each kind once, then the summary.
fn show(report: &RunReport, most: usize) {
    let kinds = report.campaign.iter().flat_map(|campaign| &campaign.kinds);
    for kind in kinds.take(most) {
        let shown = report.cases.iter().filter(|case| case.id == kind.case).find_map(|case| {
            let of_kind = |failure: &&_| is_of(failure, kind);
            case.failures.iter().find(of_kind).map(|failure| (case, failure))
        });
        if let Some((case, failure)) = shown {
            let page = text::failure(case, failure);
            output::print(&output::paint_failure(&page, failure.verdict));
            output::print("\n");
        }
    }
    output::print(&campaign::summary(report));
}

fn is_of(
    failure: &wireproof_runner::report::Failure,
    kind: &wireproof_runner::report::FailureKind,
) -> bool {
    failure.seed == Some(kind.first_seed) && kind.kind.ends_with(&failure.signature)
}

/// Writes the report; an exit code if that fails.
fn save(report: &RunReport, path: &Path) -> Option<u8> {
    if let Err(problem) = write(path, report) {
        return Some(usage(&problem.to_string()));
    }
    output::print(&format!("  report in {}\n", path.display()));
    None
}

/// Failures first; then a marker that was never reached makes the campaign incomplete. A shard
/// alone need not reach all of them: that is looked at when shards are merged.
fn verdict(report: &RunReport) -> u8 {
    let whole = report.campaign.as_ref().is_some_and(|campaign| {
        let shards = campaign.shards.first().and_then(|shard| shard.split_once('/'));
        shards.is_some_and(|(_, of)| of.parse() == Ok(campaign.shards.len()))
    });
    match code(report) {
        exit::CONFORMANT if whole && !report.unreached().is_empty() => exit::INCOMPLETE,
        code => code,
    }
}
