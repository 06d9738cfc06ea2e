//! What can be played with a SUT that is reached only through bytes, in real time.

use super::outcome::node_of;
use super::run::{Cast, Job, World};
use crate::scenario::{Scenario, Sight, Step};
use wireproof_base::{Carrier, Crossing, Duration, Input, NodeId, Protocol, Role};
use wireproof_driver::Speaks;
use wireproof_oracle::Judged;

/// How long the SUT may still say something after the last step.
const QUIET: Duration = Duration::from_millis(50);
/// How long a step waits at least for what must be seen.
pub const REAL_PATIENCE: Duration = Duration::from_millis(5_000);

/// What the scenario needs of the SUT in the role `sut` beyond bytes on a stream, if anything.
pub fn needs_more_than_bytes<P: Protocol>(
    scenario: &Scenario<P>,
    sut: Role,
) -> Option<&'static str> {
    if scenario.carrier != Carrier::Stream {
        return Some("another carrier than `stream`");
    }
    if scenario.workload.is_some() {
        return Some("generated traffic, which commands the SUT");
    }
    if scenario.reactions.iter().any(|reaction| reaction.node == sut) {
        return Some("reactions of the application at the SUT");
    }
    scenario.steps.iter().find_map(|step| match &step.what {
        Step::Connect { carrier: Some(carrier) } if *carrier != Carrier::Stream => {
            Some("another carrier than `stream`")
        }
        Step::Command { node, .. } if *node == sut => Some("commands to the SUT"),
        Step::Expect(expect) => is_inside(&expect.sight, sut),
        Step::Absent(absent) => is_inside(&absent.sight, sut),
        _ => None,
    })
}

fn is_inside(sight: &Sight, sut: Role) -> Option<&'static str> {
    match sight {
        Sight::Event { node, .. } if *node == sut => Some("events of the SUT"),
        _ => None,
    }
}

impl<P: Speaks + Judged> World<P> {
    /// Notes whether the SUT is a black box, and whether it can be judged as one here.
    pub(super) fn look_into(&mut self, cast: &Cast<'_, P>, job: &Job<'_, P>) {
        let sut = &cast.drivers[usize::from(node_of(job.sut).0)];
        self.state.black_box = sut.as_ref().is_some_and(|sut| sut.identity().is_black_box());
        if self.state.black_box
            && let Some(needed) = needs_more_than_bytes(job.scenario, job.sut)
        {
            let reason = format!("it needs {needed}, which depth `live` does not have");
            self.state.not_applicable = Some(reason);
            self.state.stop = true;
        }
    }

    /// Asks what has arrived from the SUT. That nothing has is no event of the run.
    pub(super) fn look_for_bytes(
        &mut self,
        cast: &mut Cast<'_, P>,
        job: &Job<'_, P>,
        node: NodeId,
    ) {
        let index = usize::from(node.0);
        let Some(driver) = &mut cast.drivers[index] else { return };
        self.outbox.clear();
        let result = driver.step(self.state.now, Input::Timeout, &mut self.outbox);
        self.state.timeouts[index] = driver.poll_timeout();
        if !self.outbox.is_empty() {
            self.record(job, node, &Crossing::Timeout);
        }
        self.settle(job, node, result);
    }

    /// Whether a run in real time is over: everything is played, nothing is under way, and the
    /// SUT had time to answer.
    pub(super) fn is_over(&mut self, job: &Job<'_, P>) -> bool {
        if !self.state.black_box {
            return false;
        }
        if !self.is_played(job) || self.network.next_time().is_some() {
            self.state.quiet_at = None;
            return false;
        }
        let at = *self.state.quiet_at.get_or_insert(self.state.now + QUIET);
        self.state.now >= at
    }
}
