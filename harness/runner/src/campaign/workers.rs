//! Executions on several threads. Results do not depend on their number: every execution is a
//! function of its job, and results are joined by index.

use super::jobs::{Execution, Jobs};
use super::judge::{Options, Progress};
use crate::scenario::Peer;
use crate::world::{Breach, Cast, Job, Outcome, World};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use wireproof_base::{Role, Verdict};
use wireproof_driver::{Driver, DriverError, Speaks};
use wireproof_oracle::Judged;
use wireproof_sim::{FaultSource, Profile};

/// What is kept of one execution.
#[derive(Debug)]
pub struct Done {
    /// Its index.
    pub index: usize,
    /// Its verdict.
    pub verdict: Verdict,
    /// Its trace hash.
    pub hash: u64,
    /// Its breaches, worst first.
    pub breaches: Vec<(Verdict, Breach)>,
    /// Why it does not apply.
    pub not_applicable: Option<String>,
    /// Markers it reached.
    pub markers: Vec<&'static str>,
    /// Whether a second execution came out differently.
    pub differs: bool,
}

/// The drivers and memory of one thread.
pub struct Bench<P: Speaks + Judged> {
    /// The SUT.
    pub sut: Box<dyn Driver<P>>,
    /// Its peer.
    pub reference: Box<dyn Driver<P>>,
    /// Everything else.
    pub world: World<P>,
}

impl<P: Speaks + Judged> Bench<P> {
    /// Opens the drivers.
    pub fn open(spec: &str) -> Result<Self, DriverError> {
        Ok(Self { sut: P::open(spec)?, reference: P::open("reference")?, world: World::default() })
    }

    /// Plays one job.
    pub fn play(&mut self, job: &Job<'_, P>) -> Outcome {
        let tester = job.scenario.peer == Peer::Tester;
        let peer = (!tester).then_some(&mut *self.reference);
        let drivers: [Option<&mut (dyn Driver<P> + 'static)>; 2] = match job.sut {
            Role::Client => [Some(&mut *self.sut), peer],
            Role::Server => [peer, Some(&mut *self.sut)],
        };
        self.world.execute(&mut Cast { drivers }, job)
    }

    /// Plays one execution of a case.
    pub fn execute(&mut self, jobs: &Jobs<'_, P>, execution: Execution) -> Outcome {
        let case = &jobs.cases[execution.case];
        let profile = case.limits.as_ref().map(|limits| Profile::draw(execution.seed, limits));
        let source = match &profile {
            Some(profile) if execution.drawn => {
                FaultSource::Drawn { seed: execution.seed, profile }
            }
            _ => FaultSource::Neutral,
        };
        let job = Job { scenario: case.scenario, sut: case.role, seed: execution.seed, source };
        self.play(&job)
    }
}

/// Executes everything, on as many threads as asked for. Results come in order of their index.
pub fn run<P: Speaks + Judged>(
    jobs: &Jobs<'_, P>,
    options: &Options<'_>,
) -> Result<Vec<Done>, DriverError> {
    let next = AtomicUsize::new(0);
    let failed = AtomicBool::new(false);
    let results = Mutex::new(Vec::with_capacity(jobs.total));
    let error = Mutex::new(None);
    let work = || {
        let mut bench = match Bench::<P>::open(options.driver) {
            Ok(bench) => bench,
            Err(problem) => {
                failed.store(true, Ordering::Relaxed);
                *error.lock().unwrap_or_else(|poisoned| poisoned.into_inner()) = Some(problem);
                return;
            }
        };
        let mut done = Vec::new();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let stop = failed.load(Ordering::Relaxed) || options.interrupt.load(Ordering::Relaxed);
            if index >= jobs.total || stop {
                break;
            }
            done.push(one(&mut bench, jobs, index, options));
            let ill = done.last().is_some_and(|done| done.verdict >= Verdict::Fail);
            options.progress.step(ill);
        }
        results.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).extend(done);
    };
    std::thread::scope(|scope| {
        for _ in 0..options.threads.clamp(1, jobs.total.max(1)) {
            scope.spawn(work);
        }
    });
    if let Some(problem) = error.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner()) {
        return Err(problem);
    }
    let mut results = results.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner());
    results.sort_by_key(|done| done.index);
    Ok(results)
}

/// The execution numbered `index`.
pub fn one<P: Speaks + Judged>(
    bench: &mut Bench<P>,
    jobs: &Jobs<'_, P>,
    index: usize,
    options: &Options<'_>,
) -> Done {
    let execution = jobs.execution(index);
    let outcome = bench.execute(jobs, execution);
    // Real time is never the same twice.
    let repeatable = !bench.sut.identity().is_black_box();
    let differs =
        options.verify && repeatable && bench.execute(jobs, execution).hash != outcome.hash;
    Done {
        index,
        verdict: outcome.verdict,
        hash: outcome.hash,
        breaches: outcome.breaches,
        not_applicable: outcome.not_applicable,
        markers: outcome.markers,
        differs,
    }
}

/// Progress that nobody watches.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Progress for Silent {
    fn start(&self, _: u64) {}
    fn step(&self, _: bool) {}
    fn finish(&self) {}
}
