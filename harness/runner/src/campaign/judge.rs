//! A whole run: vectors, machines, scenarios, one report.

use super::certify::certify;
use super::detail::{Detail, join, rerun_line};
use super::jobs::Jobs;
use super::workers::{Bench, run};
use crate::library::Library;
use crate::report::model::FORMAT;
use crate::report::{Case, CaseKind, RunReport, Sut};
use crate::scenario::Scenario;
use crate::{machines, vectors};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::AtomicBool;
use wireproof_base::Verdict;
use wireproof_driver::{Clock, Depth, DriverError, Identity, Speaks};
use wireproof_oracle::Judged;

/// What is to be run.
pub struct Options<'a> {
    /// The SUT, as the command line names it.
    pub driver: &'a str,
    /// Texts of which an id or a requirement must contain one; none selects everything.
    pub filter: &'a [String],
    /// Only this depth.
    pub depth: Option<Depth>,
    /// Drawn plans per scenario that admits faults; what the scenario says if absent.
    pub seeds: Option<u64>,
    /// The first seed.
    pub first_seed: u64,
    /// Threads.
    pub threads: usize,
    /// Whether to run everything twice and compare.
    pub verify: bool,
    /// Whether to keep dialogue and plan of failures, and to shrink.
    pub details: bool,
    /// Raised to end the run early.
    pub interrupt: &'a AtomicBool,
    /// Who watches.
    pub progress: &'a dyn Progress,
}

/// Somebody who watches a long run.
pub trait Progress: Sync {
    /// So many executions will follow.
    fn start(&self, total: u64);
    /// One is done; `ill` if it failed.
    fn step(&self, ill: bool);
    /// All are done.
    fn finish(&self);
}

/// Why nothing was judged.
#[derive(Debug)]
pub enum RunError {
    /// The driver did not start or negotiate.
    Driver(DriverError),
    /// The filter selects nothing.
    NothingSelected,
    /// A campaign needs a SUT that runs in virtual time.
    NotStepped,
}

impl fmt::Display for RunError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Driver(error) => error.fmt(f),
            Self::NothingSelected => f.write_str("nothing is selected by these filters"),
            Self::NotStepped => f.write_str("a campaign needs depth `stepped` in virtual time"),
        }
    }
}

impl std::error::Error for RunError {}

impl From<DriverError> for RunError {
    fn from(error: DriverError) -> Self {
        Self::Driver(error)
    }
}

/// Judges the SUT over everything that is selected.
pub fn judge<P: Speaks + Judged>(
    library: &Library<P>,
    options: &Options<'_>,
) -> Result<RunReport, RunError> {
    let selection = Selection { filter: options.filter, depth: options.depth };
    if !selection.selects_anything(library) {
        return Err(RunError::NothingSelected);
    }
    let mut bench = Bench::<P>::open(options.driver)?;
    let identity = bench.sut.identity().clone();
    let mut report = empty::<P>(options.driver, &identity);
    if selection.admits(Depth::Vectors) {
        report.cases.extend(vector_cases(library, &mut bench, &selection));
    }
    if selection.admits(Depth::Machines) {
        report.cases.extend(machine_cases(library, &mut bench, &selection));
    }
    for case in &mut report.cases {
        for failure in &mut case.failures {
            failure.replay = rerun_line::<P>(options.driver, &case.id);
        }
    }
    let mut hash = fold(0, report.cases.len() as u64);
    if selection.admits(Depth::Stepped) {
        let stepped = selection.scenarios(library, Depth::Stepped);
        if identity.depths.contains(&Depth::Stepped) || identity.is_black_box() {
            hash = scenario_cases(library, &mut bench, options, stepped, &identity, &mut report)?;
        } else {
            let reason = "neither depth `stepped` nor `live` is offered";
            report.cases.extend(stepped.map(|scenario| absent(scenario, reason)));
        }
    }
    report.hash = format!("{hash:016x}");
    report.interrupted = options.interrupt.load(std::sync::atomic::Ordering::Relaxed);
    report.settle();
    certify(&mut report, &identity, selection.is_whole());
    Ok(report)
}

fn scenario_cases<'a, P: Speaks + Judged>(
    library: &'a Library<P>,
    bench: &mut Bench<P>,
    options: &Options<'_>,
    scenarios: impl Iterator<Item = &'a Scenario<P>>,
    identity: &Identity,
    report: &mut RunReport,
) -> Result<u64, RunError> {
    let scenarios: Vec<_> = scenarios.collect();
    // In real time there is a calm execution only.
    let seeds = if identity.is_black_box() { Some(0) } else { options.seeds };
    let jobs = Jobs::new(scenarios.iter().copied(), &identity.roles, seeds, options.first_seed);
    options.progress.start(jobs.total as u64);
    let done = run(&jobs, options)?;
    options.progress.finish();
    let hash = done.iter().fold(0, |hash, done| fold(hash, done.hash));
    report.markers = P::markers().iter().map(|&name| (name.to_owned(), 0)).collect();
    for name in done.iter().flat_map(|done| &done.markers) {
        *report.markers.entry((*name).to_owned()).or_default() += 1;
    }
    let (driver, details) = (options.driver, options.details);
    let detail = Detail { library, driver, details, jobs: &jobs };
    report.cases.extend(join(bench, &detail, done));
    for scenario in &scenarios {
        if !scenario.sut.iter().any(|role| identity.roles.contains(role)) {
            report.cases.push(absent(scenario, "the SUT takes none of its roles"));
        }
    }
    Ok(hash)
}

/// A case that the SUT does not offer anything for.
pub(super) fn absent<P: Speaks>(scenario: &Scenario<P>, reason: &str) -> Case {
    Case {
        id: scenario.id.clone(),
        kind: CaseKind::Scenario,
        role: None,
        title: scenario.title.clone(),
        requirements: scenario.requirements.clone(),
        verdict: Verdict::NotApplicable,
        executions: 0,
        reason: Some(reason.to_owned()),
        failures: Vec::new(),
    }
}

/// Order matters, and so does every bit.
pub(super) fn fold(hash: u64, word: u64) -> u64 {
    (hash.rotate_left(29) ^ word).wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

/// A report in which nothing was judged.
pub(super) fn empty<P: Speaks>(driver: &str, identity: &Identity) -> RunReport {
    RunReport {
        format: FORMAT.to_owned(),
        tool: env!("CARGO_PKG_VERSION").to_owned(),
        protocol: P::NAME.to_owned(),
        sut: Sut {
            driver: driver.to_owned(),
            name: identity.name.clone(),
            version: identity.version.clone(),
            roles: identity.roles.clone(),
            depths: identity.depths.iter().map(|depth| depth.name().to_owned()).collect(),
            capabilities: identity.capabilities.iter().cloned().collect(),
            clock: match identity.clock {
                Clock::Virtual => "virtual".to_owned(),
                Clock::Wall => "wall".to_owned(),
            },
        },
        verdict: Verdict::NotApplicable,
        whole: false,
        certified: false,
        not_certified: Vec::new(),
        totals: BTreeMap::new(),
        executions: 0,
        hash: String::new(),
        markers: BTreeMap::new(),
        interrupted: false,
        campaign: None,
        cases: Vec::new(),
    }
}

/// What of the library is run.
pub(super) struct Selection<'a> {
    pub filter: &'a [String],
    pub depth: Option<Depth>,
}

impl Selection<'_> {
    fn admits(&self, depth: Depth) -> bool {
        self.depth.is_none_or(|only| only == depth)
    }

    fn is_whole(&self) -> bool {
        self.filter.is_empty() && self.depth.is_none()
    }

    /// Whether an id or one of its requirements is asked for.
    pub fn takes(&self, id: &str, requirements: &[String]) -> bool {
        let asked = |wanted: &String| {
            let upper = wanted.to_uppercase();
            id.contains(wanted.as_str())
                || requirements
                    .iter()
                    .any(|known| *known == upper || known.ends_with(&format!("-{upper}")))
        };
        self.filter.is_empty() || self.filter.iter().any(asked)
    }

    pub fn scenarios<'l, P: Speaks>(
        &self,
        library: &'l Library<P>,
        depth: Depth,
    ) -> impl Iterator<Item = &'l Scenario<P>> {
        library
            .scenarios
            .iter()
            .filter(move |scenario| scenario.depth == depth)
            .filter(|scenario| self.takes(&scenario.id, &scenario.requirements))
    }

    fn selects_anything<P: Speaks>(&self, library: &Library<P>) -> bool {
        let mut sweeps = library.sweeps.iter().flat_map(|sweep| &sweep.groups);
        let vectors = self.admits(Depth::Vectors)
            && (library.vectors.iter().any(|v| self.takes(&v.id, &v.requirements))
                || sweeps.any(|group| self.takes(&group.id, &group.requirements)));
        let scenarios = [Depth::Machines, Depth::Stepped]
            .into_iter()
            .any(|depth| self.admits(depth) && self.scenarios(library, depth).next().is_some());
        vectors || scenarios
    }
}

fn vector_cases<P: Speaks + Judged>(
    library: &Library<P>,
    bench: &mut Bench<P>,
    selection: &Selection<'_>,
) -> Vec<Case> {
    let chosen = library.vectors.iter().filter(|v| selection.takes(&v.id, &v.requirements));
    let same = vectors::Same::of::<P>();
    let mut cases = vectors::judge::<P>(chosen, &mut *bench.sut, &library.requirements, same);
    let takes = |group: &vectors::sweep::Group| selection.takes(&group.id, &group.requirements);
    let (sweeps, rules) = (&library.sweeps, &library.requirements);
    cases.extend(vectors::sweep::judge::<P>(sweeps, &takes, &mut *bench.sut, rules));
    cases
}

fn machine_cases<P: Speaks + Judged>(
    library: &Library<P>,
    bench: &mut Bench<P>,
    selection: &Selection<'_>,
) -> Vec<Case> {
    let chosen = selection.scenarios(library, Depth::Machines);
    machines::judge::<P>(chosen, &mut *bench.sut, &library.requirements)
}
