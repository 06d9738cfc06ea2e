//! The loop of one execution.

use super::outcome::{Breach, Outcome, node_of};
use super::state::{Blocked, State};
use crate::scenario::{Scenario, Step};
use wireproof_base::{Finding, Instant, Judge, Outbox, Protocol, Role, Seed, Trace, Verdict};
use wireproof_driver::{Driver, DriverError, Speaks};
use wireproof_oracle::Judged;
use wireproof_sim::{FaultSource, LinkConfig, Network};

/// Calls of endpoints at one instant after which it counts as a livelock.
const LIVELOCK: u32 = 100_000;

/// Everything that one execution needs; equal jobs have equal outcomes.
#[derive(Clone, Copy, Debug)]
pub struct Job<'a, P: Protocol> {
    /// What is played.
    pub scenario: &'a Scenario<P>,
    /// Which role the SUT has.
    pub sut: Role,
    /// Where endpoints and generated traffic draw from.
    pub seed: Seed,
    /// Where faults come from.
    pub source: FaultSource<'a>,
}

/// Who plays: client and server, or `None` for the tester.
pub struct Cast<'d, P: Protocol> {
    /// By node.
    pub drivers: [Option<&'d mut (dyn Driver<P> + 'static)>; 2],
}

/// The memory of an execution; reused for the next one.
pub struct World<P: Speaks + Judged> {
    pub(super) network: Network,
    pub(super) judge: P::Judge,
    pub(super) trace: Trace<P>,
    pub(super) findings: Vec<Finding>,
    pub(super) outbox: Outbox<P::Event>,
    pub(super) workload: P::Workload,
    pub(super) state: State<P>,
}

impl<P: Speaks + Judged> Default for World<P> {
    fn default() -> Self {
        Self {
            network: Network::new(),
            judge: P::Judge::default(),
            trace: Trace::default(),
            findings: Vec::new(),
            outbox: Outbox::default(),
            workload: P::Workload::default(),
            state: State::default(),
        }
    }
}

impl<P: Speaks + Judged> World<P> {
    /// Plays `job` from start to end, or to the first failure of the SUT.
    pub fn execute(&mut self, cast: &mut Cast<'_, P>, job: &Job<'_, P>) -> Outcome {
        self.reset(job);
        tracing::debug!(scenario = job.scenario.id, sut = %job.sut, seed = job.seed.0, "execute");
        self.look_into(cast, job);
        if !self.state.stop
            && let Err(breach) = self.start(cast, job)
        {
            self.refuse(*breach);
        }
        self.turn(cast, job);
        self.finish(job)
    }

    /// What crossed the boundary in the last execution.
    pub fn trace(&self) -> &Trace<P> {
        &self.trace
    }

    /// The network of the last execution, for what struck and for its hash.
    pub fn network(&self) -> &Network {
        &self.network
    }

    fn reset(&mut self, job: &Job<'_, P>) {
        self.network.reset(job.source, &LinkConfig::default());
        self.judge.reset(job.scenario.carrier, &[Role::Client, Role::Server]);
        self.trace.clear();
        self.findings.clear();
        self.outbox.clear();
        self.state.reset();
        self.state.deadline = Instant::ZERO + job.scenario.deadline;
        if !matches!(job.source, FaultSource::Neutral) {
            let half = self.state.deadline.as_nanos() / 2;
            self.state.heal_at = Some(Instant::from_nanos(half));
        }
    }

    fn start(&mut self, cast: &mut Cast<'_, P>, job: &Job<'_, P>) -> Result<(), Box<Breach>> {
        for role in [Role::Client, Role::Server] {
            let node = node_of(role);
            let Some(driver) = &mut cast.drivers[usize::from(node.0)] else { continue };
            // Tokens and other secrets of the two sides must not coincide.
            let seed = Seed(job.seed.0 ^ (u64::from(node.0) << 63));
            let setup = job.scenario.setup.of(role);
            driver.start(setup, seed).map_err(|error| Breach::Driver {
                node,
                at: Instant::ZERO,
                error,
            })?;
            // What listens already was set up by somebody else.
            if !self.state.black_box {
                self.judge.setup(node, setup);
            }
            self.state.timeouts[usize::from(node.0)] = driver.poll_timeout();
        }
        self.check_carrier(cast, job);
        self.check_setup(cast, job);
        self.start_traffic(job)
    }

    /// The end before the start.
    fn refuse(&mut self, breach: Breach) {
        match breach {
            Breach::Driver { error, .. } if error.is_not_applicable() => {
                self.state.not_applicable = Some(error.to_string());
            }
            breach => self.state.breaches.push(breach),
        }
        self.state.stop = true;
    }

    /// A SUT that does not declare the carrier, or what a requirement is about, cannot be judged.
    fn check_carrier(&mut self, cast: &Cast<'_, P>, job: &Job<'_, P>) {
        let Some(sut) = &cast.drivers[usize::from(node_of(job.sut).0)] else { return };
        let identity = sut.identity();
        let carrier = format!("carrier.{}", job.scenario.carrier.name());
        // What a black box is capable of, nobody has said.
        let demanded = job.scenario.requirements.iter().filter(|_| !identity.is_black_box());
        let demanded = demanded.filter_map(|requirement| P::demands(requirement));
        let played = job.scenario.steps.iter().filter(|_| !identity.is_black_box());
        let played = played.filter_map(|step| match &step.what {
            Step::Command { node, command } if *node != job.sut => P::demanded_by(command),
            Step::Send(spec) => P::demanded_by_frame(spec),
            _ => None,
        });
        let missing = core::iter::once(carrier.as_str())
            .chain(demanded)
            .chain(played)
            .find(|needs| !identity.can(needs));
        if let Some(needs) = missing {
            self.state.not_applicable = Some(format!("the SUT does not declare `{needs}`"));
            self.state.stop = true;
        }
    }

    /// A SUT that cannot be told what it is to grant or refuse cannot be judged on it.
    fn check_setup(&mut self, cast: &Cast<'_, P>, job: &Job<'_, P>) {
        let Some(sut) = &cast.drivers[usize::from(node_of(job.sut).0)] else { return };
        let needs = P::setup_needs(job.scenario.setup.of(job.sut));
        if let Some(missing) = needs.into_iter().find(|name| !sut.identity().can(name)) {
            self.state.not_applicable = Some(format!("the SUT does not declare `{missing}`"));
            self.state.stop = true;
        }
    }

    /// Runs until nothing is left to happen before the deadline.
    fn turn(&mut self, cast: &mut Cast<'_, P>, job: &Job<'_, P>) {
        while !self.state.stop {
            self.play(cast, job);
            if self.state.stop || self.is_over(job) {
                return;
            }
            let Some(next) = self.next_instant() else { return };
            if next > self.state.deadline {
                self.state.now = self.state.deadline;
                return;
            }
            self.advance(next);
            self.happen(cast, job, next);
            self.check_livelock();
        }
    }

    /// Steps, reactions and traffic, as far as they go at this instant.
    fn play(&mut self, cast: &mut Cast<'_, P>, job: &Job<'_, P>) {
        self.run_steps(cast, job);
        self.run_traffic(cast, job);
        if self.is_played(job) {
            self.heal();
        }
    }

    /// Whether every step and all traffic is done.
    pub(super) fn is_played(&self, job: &Job<'_, P>) -> bool {
        self.state.step >= job.scenario.steps.len() && self.state.traffic_at.is_none()
    }

    pub(super) fn heal(&mut self) {
        if self.state.heal_at.take().is_some() {
            self.network.heal(self.state.now);
        }
    }

    fn next_instant(&mut self) -> Option<Instant> {
        let steps = self.state.blocked.map(|blocked| match blocked {
            Blocked::Expect(until)
            | Blocked::Absent(until)
            | Blocked::Advance(until)
            | Blocked::Connect(until) => until,
        });
        let [client, server] = self.state.timeouts;
        let all = [
            self.network.next_time(),
            client,
            server,
            steps,
            self.state.traffic_at.filter(|_| self.state.is_connected()),
            self.state.heal_at,
            self.state.quiet_at,
        ];
        all.into_iter().flatten().min()
    }

    fn advance(&mut self, next: Instant) {
        if next > self.state.now {
            self.state.now = next;
            self.state.calls = 0;
        }
    }

    /// What is due at `now`: the end of faults, then the network, then timers. Steps and traffic
    /// look at the time themselves.
    fn happen(&mut self, cast: &mut Cast<'_, P>, job: &Job<'_, P>, now: Instant) {
        if self.state.heal_at.is_some_and(|at| at <= now) {
            self.heal();
        } else if self.network.next_time().is_some_and(|at| at <= now) {
            self.deliver_next(cast, job);
        } else if let Some(node) =
            (0..2).find(|&i| self.state.timeouts[i].is_some_and(|at| at <= now))
        {
            self.time_out(cast, job, node);
        }
    }

    fn check_livelock(&mut self) {
        self.state.calls += 1;
        if self.state.calls > LIVELOCK {
            let node =
                node_of(match self.state.timeouts[0].is_some_and(|at| at <= self.state.now) {
                    true => Role::Client,
                    false => Role::Server,
                });
            let (at, wakes) = (self.state.now, self.state.calls);
            let error = DriverError::Livelock { at, wakes };
            self.state.breaches.push(Breach::Driver { node, at: self.state.now, error });
            self.state.stop = true;
        }
    }

    fn finish(&mut self, job: &Job<'_, P>) -> Outcome {
        if !self.state.stop {
            self.miss_what_is_awaited(job);
            // What is owed some day depends on a clock that nobody here sets.
            let healed = self.is_played(job) && !self.state.black_box;
            self.judge.finish(self.state.now, healed, &mut self.findings);
        }
        self.collect_findings();
        let mut breaches: Vec<(Verdict, Breach)> = core::mem::take(&mut self.state.breaches)
            .into_iter()
            .filter_map(|breach| Some((breach.verdict(job.scenario, job.sut)?, breach)))
            .collect();
        // The judge names the rule that was broken; a missed expectation often only follows.
        breaches.sort_by_key(|(verdict, breach)| {
            (core::cmp::Reverse(*verdict), matches!(breach, Breach::Missed { .. }), breach.at())
        });
        for (verdict, breach) in &breaches {
            tracing::info!(%verdict, at = %breach.at(), signature = breach.signature(), "breach");
        }
        let not_applicable = self.state.not_applicable.take();
        let worst = breaches.first().map(|(verdict, _)| *verdict);
        let verdict = match &not_applicable {
            Some(_) => Verdict::NotApplicable,
            None => worst.unwrap_or(Verdict::Pass),
        };
        Outcome {
            verdict,
            breaches,
            not_applicable,
            hash: self.network.hash(),
            events: self.network.events(),
            faults: self.network.recorded_faults(),
            markers: self.judge.reached().to_vec(),
        }
    }

    /// Moves what the judge found to the breaches, and stops where the SUT has failed.
    pub(super) fn collect_findings(&mut self) {
        self.state.breaches.extend(self.findings.drain(..).map(Breach::Finding));
    }
}
