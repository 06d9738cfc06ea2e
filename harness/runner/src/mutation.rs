//! Every mutant against the whole suite: what kills it, if anything does.

use crate::campaign::{Options, RunError, Silent, judge};
use crate::library::Library;
use crate::report::{RunReport, WriteError, replace};
use std::fmt::Write as _;
use std::path::Path;
use std::sync::atomic::AtomicBool;
use wireproof_base::Verdict;
use wireproof_driver::{MutantInfo, Speaks};
use wireproof_oracle::Judged;

/// How thoroughly to look.
#[derive(Clone, Copy, Debug, Default)]
pub struct Settings<'a> {
    /// Only mutants whose name contains this.
    pub filter: Option<&'a str>,
    /// Drawn plans per scenario that admits faults; what the scenario says if absent.
    pub seeds: Option<u64>,
    /// Threads.
    pub threads: usize,
}

/// What became of one mutant.
#[derive(Clone, Debug)]
pub struct Kill {
    /// Its name.
    pub name: &'static str,
    /// Where its defect sits.
    pub level: &'static str,
    /// What it does.
    pub says: &'static str,
    /// The requirements it is known to break.
    pub requirements: &'static [&'static str],
    /// The check that kills it; one that names a requirement it breaks, where there is one.
    pub by: Option<Killer>,
    /// Number of cases that fail.
    pub failing: usize,
}

/// A check that fails.
#[derive(Clone, Debug)]
pub struct Killer {
    /// Id of the case.
    pub case: String,
    /// The requirement reported.
    pub requirement: String,
    /// Whether that is one the mutant is known to break.
    pub named: bool,
}

impl Kill {
    /// Whether any check fails.
    pub const fn killed(&self) -> bool {
        self.by.is_some()
    }
}

/// Runs every mutant over the whole library.
pub fn run<P: Speaks + Judged>(
    library: &Library<P>,
    settings: &Settings<'_>,
) -> Result<Vec<Kill>, RunError> {
    P::mutants()
        .iter()
        .filter(|mutant| settings.filter.is_none_or(|text| mutant.name.contains(text)))
        .map(|mutant| {
            let driver = format!("mutant:{}", mutant.name);
            let options = Options {
                driver: &driver,
                filter: &[],
                depth: None,
                seeds: settings.seeds,
                first_seed: 0,
                threads: settings.threads,
                verify: false,
                details: false,
                interrupt: &AtomicBool::new(false),
                progress: &Silent,
            };
            judge(library, &options).map(|report| kill(mutant, &report))
        })
        .collect()
}

fn kill(mutant: &MutantInfo, report: &RunReport) -> Kill {
    // A reading does not convict a foreign implementation, but it does show that the check sees
    // the defect.
    let counts = |verdict: Verdict| {
        verdict >= Verdict::Fail
            || verdict == Verdict::Divergence
            || verdict == Verdict::PassWithWarning
    };
    let mut failing: Vec<Killer> = report
        .cases
        .iter()
        .flat_map(|case| case.failures.iter().map(move |failure| (case, failure)))
        .filter(|(_, failure)| counts(failure.verdict) && failure.culprit != "scenario")
        // What the judge holds against the peer says nothing about the mutant.
        .filter(|(case, failure)| case.role.is_none_or(|r| r.peer().name() != failure.culprit))
        .map(|(case, failure)| Killer {
            case: case.id.clone(),
            requirement: failure.requirement.clone(),
            named: mutant.requirements.contains(&failure.requirement.as_str()),
        })
        .collect();
    failing.sort_by_key(|killer| !killer.named);
    let count = failing.len();
    Kill {
        name: mutant.name,
        level: mutant.level.name(),
        says: mutant.says,
        requirements: mutant.requirements,
        by: failing.into_iter().next(),
        failing: count,
    }
}

/// The kill table as Markdown.
pub fn markdown(kills: &[Kill]) -> String {
    let killed = kills.iter().filter(|kill| kill.killed()).count();
    let mut out = String::from(
        "# Kill table\n\nEvery mutant is the reference with one named defect, run over the whole \
         suite. Written by `wireproof mutants --write`; do not edit.\n\n",
    );
    let named = kills.iter().filter(|kill| kill.by.as_ref().is_some_and(|by| by.named)).count();
    let _ = writeln!(
        out,
        "{killed} of {} killed, {named} by a check that cites a requirement the mutant breaks.\n",
        kills.len()
    );
    out.push_str("| mutant | level | breaks | killed by | reported as | failing cases |\n");
    out.push_str("|---|---|---|---|---|---:|\n");
    for kill in kills {
        let (case, requirement) = match &kill.by {
            Some(by) => (by.case.as_str(), by.requirement.as_str()),
            None => ("**survived**", ""),
        };
        let _ = writeln!(
            out,
            "| {} | {} | {} | {case} | {requirement} | {} |",
            kill.name,
            kill.level,
            kill.requirements.join(", "),
            kill.failing
        );
    }
    out
}

/// Writes the kill table.
pub fn write(path: &Path, kills: &[Kill]) -> Result<(), WriteError> {
    let table = markdown(kills);
    replace(path, |file| std::io::Write::write_all(file, table.as_bytes()))
        .map_err(|error| WriteError { path: path.to_owned(), error })
}
