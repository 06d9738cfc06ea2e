//! What has to be executed, in the order in which results are joined.

use crate::scenario::{Faults, Scenario, Step};
use std::collections::BTreeMap;
use wireproof_base::{Carrier, Protocol, Role, Seed};
use wireproof_driver::Depth;
use wireproof_sim::{Kind, Preset, ProfileLimits};

/// One scenario variant with the SUT in one role.
pub struct CaseJob<'a, P: Protocol> {
    /// The variant.
    pub scenario: &'a Scenario<P>,
    /// Role of the SUT.
    pub role: Role,
    /// What seeds draw within; absent without faults.
    pub limits: Option<ProfileLimits>,
    /// Calm executions, one for each value of its sweeps.
    pub calm: usize,
    /// Index of its first execution.
    pub first: usize,
}

/// All cases of a run.
pub struct Jobs<'a, P: Protocol> {
    /// In order of their executions.
    pub cases: Vec<CaseJob<'a, P>>,
    /// Number of executions.
    pub total: usize,
    first_seed: u64,
}

/// One execution of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Execution {
    /// Index of the case.
    pub case: usize,
    /// Seed of endpoints and traffic.
    pub seed: Seed,
    /// Whether faults are drawn from the seed.
    pub drawn: bool,
}

impl<'a, P: Protocol> Jobs<'a, P> {
    /// Every stepped scenario in every role that both it and the SUT know.
    pub fn new(
        scenarios: impl IntoIterator<Item = &'a Scenario<P>>,
        roles: &[Role],
        seeds: Option<u64>,
        first_seed: u64,
    ) -> Self {
        let mut jobs = Self { cases: Vec::new(), total: 0, first_seed };
        for scenario in scenarios {
            if scenario.depth != Depth::Stepped {
                continue;
            }
            for &role in scenario.sut.iter().filter(|role| roles.contains(role)) {
                jobs.push(scenario, role, seeds);
            }
        }
        jobs
    }

    /// The same cases, for executions that are not counted out beforehand. What befalls scripts
    /// without faults of their own is that streams are cut at any byte, which nothing may notice.
    pub fn uncounted(scenarios: impl IntoIterator<Item = &'a Scenario<P>>, roles: &[Role]) -> Self {
        let mut jobs = Self::new(scenarios, roles, Some(0), 0);
        for case in &mut jobs.cases {
            let cut = || cuts(case.scenario);
            case.limits = case.limits.take().or_else(cut);
        }
        jobs
    }

    fn push(&mut self, scenario: &'a Scenario<P>, role: Role, seeds: Option<u64>) {
        let limits = limits(scenario);
        let drawn = match limits {
            Some(_) => seeds.unwrap_or(u64::from(scenario.seeds)),
            // Generated traffic depends on the seed even in a calm network.
            None if scenario.workload.is_some() => seeds.unwrap_or(1).saturating_sub(1),
            None => 0,
        };
        // A calm one for each value of a sweep, then one per drawn plan. Nobody who wants no seeds
        // wants a sweep, which is one value for each seed.
        let calm = if seeds == Some(0) { 1 } else { scenario.sweep() as usize };
        let executions = calm.saturating_add(usize::try_from(drawn).unwrap_or(usize::MAX));
        let first = self.total;
        self.total = self.total.saturating_add(executions);
        self.cases.push(CaseJob { scenario, role, limits, calm, first });
    }

    /// The execution numbered `index`.
    pub fn execution(&self, index: usize) -> Execution {
        let case = self.cases.partition_point(|case| case.first <= index) - 1;
        let within = index - self.cases[case].first;
        let CaseJob { calm, limits, .. } = &self.cases[case];
        let drawn = within >= *calm && limits.is_some();
        // Calm repetitions have seeds of their own, or they would repeat the first one.
        let place = if drawn { within - calm } else { within };
        let seed = Seed(self.first_seed.wrapping_add(place as u64));
        Execution { case, seed, drawn }
    }
}

/// Cuts, where bytes make a stream. A scenario that does its own cutting is left alone.
fn cuts<P: Protocol>(scenario: &Scenario<P>) -> Option<ProfileLimits> {
    let own = scenario.steps.iter().any(|step| matches!(step.what, Step::Chunk { .. }));
    let kinds = BTreeMap::from([(Kind::Rechunk, CUTS)]);
    let limits = ProfileLimits { kinds, ..ProfileLimits::preset(Preset::Calm) };
    (!scenario.carrier.keeps_messages() && !own).then_some(limits)
}

/// Of a million transmissions.
const CUTS: u32 = 500_000;

/// What may befall a scenario. A preset never takes a connection away from a script: its steps
/// say when that happens, and could not go on. Generated traffic reconnects by itself, and whoever
/// states limits of their own means them.
fn limits<P: Protocol>(scenario: &Scenario<P>) -> Option<ProfileLimits> {
    let mut limits = scenario.faults.limits()?;
    if scenario.workload.is_none() && matches!(scenario.faults, Faults::Preset(_)) {
        limits.kinds.remove(&Kind::Kill);
        // A stream does not survive a change of the path.
        let stream =
            |step: &Step<P>| matches!(step, Step::Connect { carrier: Some(Carrier::Stream) });
        if scenario.carrier == Carrier::Stream || scenario.steps.iter().any(|s| stream(&s.what)) {
            limits.kinds.remove(&Kind::Rebind);
        }
    }
    Some(limits)
}
