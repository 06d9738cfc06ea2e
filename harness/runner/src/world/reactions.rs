//! What applications do by themselves: commands that follow events.

use super::outcome::role_of;
use super::run::{Cast, Job, World};
use wireproof_base::NodeId;
use wireproof_driver::Speaks;
use wireproof_oracle::Judged;

impl<P: Speaks + Judged> World<P> {
    /// Schedules what the scenario wants done on `event`.
    pub(super) fn plan_reactions(&mut self, job: &Job<'_, P>, node: NodeId, event: &P::Event) {
        for (index, reaction) in job.scenario.reactions.iter().enumerate() {
            if reaction.node != role_of(node) || !self.numbered(&reaction.on).matches(event) {
                continue;
            }
            let token = self.state.reactions.len() as u64;
            self.state.reactions.push((index, event.clone()));
            self.network.schedule(self.state.now + reaction.after, token);
        }
    }

    /// Carries out the reaction with that token.
    pub(super) fn react(&mut self, cast: &mut Cast<'_, P>, job: &Job<'_, P>, token: u64) {
        let Some((index, event)) = self.state.reactions.get(token as usize).cloned() else {
            return;
        };
        let reaction = &job.scenario.reactions[index];
        for command in &reaction.commands {
            let mut command = command.clone();
            let state = &self.state;
            P::resolve(&mut command, &|tag| state.session(tag));
            P::fill(&mut command, &event);
            self.command_as_is(cast, job, reaction.node, &command);
            if self.state.stop {
                return;
            }
        }
    }
}
