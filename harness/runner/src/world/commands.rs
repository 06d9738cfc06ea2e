//! Commands on their way to a node.

use super::outcome::node_of;
use super::run::{Cast, Job, World};
use wireproof_base::{Crossing, Input, Role};
use wireproof_driver::Speaks;
use wireproof_oracle::Judged;

impl<P: Speaks + Judged> World<P> {
    /// Gives `command` to the endpoint of `role`, with session numbers in place of tags.
    pub(super) fn command(
        &mut self,
        cast: &mut Cast<'_, P>,
        job: &Job<'_, P>,
        role: Role,
        mut command: P::Command,
    ) {
        let state = &self.state;
        P::resolve(&mut command, &|tag| state.session(tag));
        self.command_as_is(cast, job, role, &command);
    }

    /// The same for a command whose sessions are numbers already.
    pub(super) fn command_as_is(
        &mut self,
        cast: &mut Cast<'_, P>,
        job: &Job<'_, P>,
        role: Role,
        command: &P::Command,
    ) {
        let node = node_of(role);
        let Some(driver) = &cast.drivers[usize::from(node.0)] else { return };
        let needs = P::needs(command);
        if !driver.identity().can(needs) {
            let reason = format!("the {role} does not declare `{needs}`");
            self.state.not_applicable.get_or_insert(reason);
            self.state.stop = true;
            return;
        }
        let sut = cast.drivers[usize::from(node_of(job.sut).0)].as_ref();
        if role != job.sut
            && let Some(needs) = P::demanded_by(command)
            && sut.is_some_and(|sut| !sut.identity().is_black_box() && !sut.identity().can(needs))
        {
            self.state.not_applicable.get_or_insert(format!("the SUT does not declare `{needs}`"));
            self.state.stop = true;
            return;
        }
        self.record(job, node, &Crossing::Command(command));
        self.give(cast, job, node, Input::Command(command));
    }
}
