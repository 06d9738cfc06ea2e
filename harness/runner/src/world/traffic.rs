//! Generated traffic.

use super::outcome::{Breach, role_of};
use super::run::{Cast, Job, World};
use wireproof_base::{Instant, NodeId};
use wireproof_driver::{Action, Speaks, Workload};
use wireproof_oracle::Judged;

/// Actions taken in a row at one instant before something must have happened.
const BURST: u32 = 10_000;

impl<P: Speaks + Judged> World<P> {
    pub(super) fn start_traffic(&mut self, job: &Job<'_, P>) -> Result<(), Box<Breach>> {
        let Some(config) = &job.scenario.workload else { return Ok(()) };
        self.state.traffic_at = Some(Instant::ZERO);
        self.workload.configure(config, job.seed).map_err(|problem| {
            let problem = format!("workload: {problem}");
            Box::new(Breach::Scenario { step: 0, at: Instant::ZERO, problem })
        })
    }

    /// Lets the traffic see an event, and asks it again.
    pub(super) fn show_traffic(&mut self, job: &Job<'_, P>, node: NodeId, event: &P::Event) {
        if job.scenario.workload.is_some() && self.state.traffic_at.is_some() {
            self.workload.observe(self.state.now, role_of(node), event);
            self.state.traffic_at = Some(self.state.now);
        }
    }

    /// Takes actions until the traffic waits. It starts when the steps are through.
    pub(super) fn run_traffic(&mut self, cast: &mut Cast<'_, P>, job: &Job<'_, P>) {
        if self.state.step < job.scenario.steps.len() {
            return;
        }
        for _ in 0..BURST {
            let asked = self.state.traffic_at.is_some_and(|at| at <= self.state.now);
            // Nothing can be sent before the connection that was asked for stands.
            if self.state.stop || !asked || !self.state.is_connected() {
                return;
            }
            match self.workload.next(self.state.now) {
                Action::Connect { carrier } => self.dial(carrier),
                Action::Kill { conn } => {
                    if self.state.conns.contains(&conn) {
                        self.network.kill(self.state.now, conn);
                    }
                }
                Action::Command { node, command } => {
                    self.command_as_is(cast, job, node, &command);
                }
                // An instant that has passed would be asked for again and again.
                Action::Wait { until } => {
                    let next = Instant::from_nanos(self.state.now.as_nanos() + 1);
                    self.state.traffic_at = Some(until.max(next));
                }
                Action::Done => self.state.traffic_at = None,
            }
        }
    }
}
