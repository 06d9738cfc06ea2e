//! What has to be executed, in the order in which results are joined.

use crate::scenario::{Faults, Scenario};
use wireproof_base::{Carrier, Protocol, Role, Seed};
use wireproof_driver::Depth;
use wireproof_sim::{Kind, ProfileLimits};

/// One scenario variant with the SUT in one role.
pub struct CaseJob<'a, P: Protocol> {
    /// The variant.
    pub scenario: &'a Scenario<P>,
    /// Role of the SUT.
    pub role: Role,
    /// What seeds draw within; absent without faults.
    pub limits: Option<ProfileLimits>,
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

    fn push(&mut self, scenario: &'a Scenario<P>, role: Role, seeds: Option<u64>) {
        let limits = limits(scenario);
        let drawn = match limits {
            Some(_) => seeds.unwrap_or(u64::from(scenario.seeds)),
            // Generated traffic depends on the seed even in a calm network.
            None if scenario.workload.is_some() => seeds.unwrap_or(1).saturating_sub(1),
            None => 0,
        };
        // A calm one, then one per drawn plan.
        let executions = 1 + usize::try_from(drawn).unwrap_or(usize::MAX - 1);
        let first = self.total;
        self.total = self.total.saturating_add(executions);
        self.cases.push(CaseJob { scenario, role, limits, first });
    }

    /// The execution numbered `index`.
    pub fn execution(&self, index: usize) -> Execution {
        let case = self.cases.partition_point(|case| case.first <= index) - 1;
        let within = index - self.cases[case].first;
        let seed = Seed(self.first_seed.wrapping_add(within.saturating_sub(1) as u64));
        let drawn = within > 0 && self.cases[case].limits.is_some();
        // A calm repetition has the next seed, or it would repeat the first one.
        let seed = if within > 0 && !drawn { Seed(seed.0.wrapping_add(1)) } else { seed };
        Execution { case, seed, drawn }
    }
}

/// What may befall a scenario. A preset never takes a connection away from a script: its steps
/// say when that happens, and could not go on. Generated traffic reconnects by itself, and whoever
/// states limits of their own means them.
fn limits<P: Protocol>(scenario: &Scenario<P>) -> Option<ProfileLimits> {
    let mut limits = scenario.faults.limits()?;
    if scenario.workload.is_none() && matches!(scenario.faults, Faults::Preset(_)) {
        limits.kinds.remove(&Kind::Kill);
        if scenario.carrier == Carrier::Stream {
            limits.kinds.remove(&Kind::Rebind);
        }
    }
    Some(limits)
}
