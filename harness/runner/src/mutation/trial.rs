//! One mutant over the suite, case by case, as far as is needed.

use super::kill::Kill;
use crate::campaign::{Bench, Detail, Jobs, Options, join, one};
use crate::library::Library;
use crate::scenario::Scenario;
use crate::vectors::sweep::Group;
use crate::{machines, vectors};
use wireproof_driver::{Depth, DriverError, MutantInfo, Speaks};
use wireproof_oracle::Judged;

/// How far to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Goal<'a> {
    /// Over everything.
    Everything,
    /// Over the cases that cite what the mutant breaks, until all of that is reported; then over
    /// the rest, unless anything of it was.
    Named,
    /// Over the cases that cite nothing of it, until one of these requirements is reported.
    Report(&'a [&'a str]),
}

impl Goal<'_> {
    fn is_reached(&self, kill: &Kill) -> bool {
        match self {
            _ if kill.died.is_some() => true,
            Self::Everything => false,
            Self::Named => kill.is_complete(),
            Self::Report(ids) => ids.iter().any(|id| kill.named.contains_key(*id)),
        }
    }
}

/// A mutant on its way through the suite. A panic within it ends the way and is kept with the kill.
pub struct Trial<'a, P: Speaks + Judged> {
    pub library: &'a Library<P>,
    pub jobs: &'a Jobs<'a, P>,
    pub options: &'a Options<'a>,
    bench: Bench<P>,
    kill: Kill,
}

impl<'a, P: Speaks + Judged> Trial<'a, P> {
    /// With drivers of its own.
    pub fn open(
        library: &'a Library<P>,
        jobs: &'a Jobs<'a, P>,
        options: &'a Options<'a>,
        mutant: MutantInfo,
    ) -> Result<Self, DriverError> {
        let bench = Bench::open(options.driver)?;
        Ok(Self { library, jobs, options, bench, kill: Kill::new(mutant) })
    }

    /// Runs until the goal is reached.
    pub fn run(mut self, goal: Goal<'_>) -> Kill {
        let cited = self.kill.mutant.requirements;
        match goal {
            Goal::Everything => self.pass(goal, |_| true),
            Goal::Named => {
                self.pass(goal, |case| case.cites(cited));
                if !self.kill.is_named() {
                    self.pass(Goal::Report(cited), |case| !case.cites(cited));
                }
            }
            Goal::Report(_) => self.pass(goal, |case| !case.cites(cited)),
        }
        self.kill
    }

    /// The cases that `takes` admits, cheap ones first.
    fn pass(&mut self, goal: Goal<'_>, takes: impl Fn(Checks<'_, P>) -> bool) {
        let depths = self.kill.mutant.depths;
        let (library, rules) = (self.library, &self.library.requirements);
        let Self { bench: Bench { sut, .. }, kill, .. } = self;
        if depths.contains(&Depth::Vectors) {
            let same = vectors::Same::of::<P>();
            for vector in library.vectors.iter().filter(|v| takes(Checks::Listed(&v.requirements)))
            {
                kill.judge(&vector.id, || vectors::judge::<P>([vector], &mut **sut, rules, same));
            }
        }
        if depths.contains(&Depth::Vectors) && !goal.is_reached(kill) {
            let chosen = |group: &Group| takes(Checks::Listed(&group.requirements));
            let sweeps = &library.sweeps;
            kill.judge("the sweeps", || {
                vectors::sweep::judge::<P>(sweeps, &chosen, &mut **sut, rules)
            });
        }
        if depths.contains(&Depth::Machines) && !goal.is_reached(kill) {
            let all = library.scenarios.iter().filter(|s| s.depth == Depth::Machines);
            for scenario in all.filter(|scenario| takes(Checks::Of(scenario))) {
                kill.judge(&scenario.id, || machines::judge::<P>([scenario], &mut **sut, rules));
            }
        }
        if !depths.contains(&Depth::Stepped) {
            return;
        }
        for index in 0..self.jobs.cases.len() {
            if goal.is_reached(&self.kill) {
                return;
            }
            if takes(Checks::Of(self.jobs.cases[index].scenario)) {
                self.scenario(index);
            }
        }
    }

    /// All executions of one case.
    fn scenario(&mut self, case: usize) {
        let first = self.jobs.cases[case].first;
        let end = self.jobs.cases.get(case + 1).map_or(self.jobs.total, |next| next.first);
        let Self { library, jobs, options, bench, kill } = self;
        let detail = Detail { library, driver: options.driver, details: false, jobs };
        kill.judge(&jobs.cases[case].scenario.id, || {
            let done = (first..end).map(|index| one(bench, jobs, index, options)).collect();
            join(bench, &detail, done)
        });
    }
}

/// What a case checks.
enum Checks<'a, P: Speaks> {
    Listed(&'a [String]),
    Of(&'a Scenario<P>),
}

impl<P: Speaks> Checks<'_, P> {
    /// Whether the case or one of its steps names one of `ids`.
    fn cites(&self, ids: &[&str]) -> bool {
        let one = |id: &String| ids.contains(&id.as_str());
        match self {
            Self::Listed(requirements) => requirements.iter().any(one),
            Self::Of(scenario) => {
                let mut steps = scenario.steps.iter().filter_map(|step| step.what.rests());
                scenario.requirements.iter().any(one) || steps.any(|rests| one(&rests.requirement))
            }
        }
    }
}
