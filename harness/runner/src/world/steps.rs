//! The steps of a scenario, executed as data.

use super::black_box::REAL_PATIENCE;
use super::outcome::{Breach, Form, node_of};
use super::run::{Cast, Job, World};
use super::state::Blocked;
use crate::scenario::{Sight, Step};
use wireproof_base::{Carrier, Crossing, Duration, Instant, Role, StreamId};
use wireproof_driver::{FrameSpec, Speaks};
use wireproof_oracle::Judged;
use wireproof_sim::{Chunking, FaultSource};

impl<P: Speaks + Judged> World<P> {
    /// Takes steps until one has to wait.
    pub(super) fn run_steps(&mut self, cast: &mut Cast<'_, P>, job: &Job<'_, P>) {
        while !self.state.stop && self.state.step < job.scenario.steps.len() {
            let step = &job.scenario.steps[self.state.step].what;
            if !self.take(cast, job, step) {
                return;
            }
            let (index, now) = (self.state.step, self.state.now);
            tracing::debug!(index, %now, step = step.name(), "step through");
            self.state.blocked = None;
            self.state.step += 1;
        }
    }

    /// Takes one step; `false` if it has to be tried again later.
    fn take(&mut self, cast: &mut Cast<'_, P>, job: &Job<'_, P>, step: &Step<P>) -> bool {
        let now = self.state.now;
        match step {
            Step::Connect { carrier } => {
                return self.connect(carrier.unwrap_or(job.scenario.carrier));
            }
            Step::Command { node, command } => self.command(cast, job, *node, command.clone()),
            Step::Send(spec) => self.send(job, spec),
            Step::Broken(broken) => return self.send_forms(job, broken),
            Step::Expect(expect) => {
                let until = self.patience(job, expect.within);
                return self.expect(&expect.sight, until);
            }
            Step::Absent(absent) => return self.absent(&absent.sight, now + absent.span),
            Step::Advance(span) => return self.wait(now + *span),
            Step::Kill { conn, after_bytes: None, .. } => {
                self.with_conn(conn.0, |world| world.network.kill(now, *conn));
            }
            Step::Kill { conn, after_bytes: Some(sweep), from } => {
                let bytes = sweep.at(job.seed.0);
                for node in nodes(*from) {
                    self.with_conn(conn.0, |world| {
                        world.network.kill_after_bytes(*conn, node, bytes);
                    });
                }
            }
            Step::Partition { from, span } => {
                for role in [Role::Client, Role::Server] {
                    if from.is_none_or(|from| from == role) {
                        let (a, b) = (node_of(role), node_of(role.peer()));
                        self.network.partition(now, a, b, now + *span);
                    }
                }
            }
            Step::Hold { conn, from, span } => {
                for node in nodes(*from) {
                    self.with_conn(conn.0, |world| world.network.hold(*conn, node, now + *span));
                }
            }
            Step::Rebind { conn } => {
                self.with_conn(conn.0, |world| world.network.rebind(now, *conn));
            }
            Step::Chunk { bytes } => self.chunk(*bytes),
            Step::Disconnect { conn, node } => {
                // The node named sees the end, so the other side makes it.
                let from = node.map_or(job.sut.peer(), Role::peer);
                self.with_conn(conn.0, |world| world.network.shutdown(now, *conn, node_of(from)));
            }
            Step::Heal => self.heal(),
            // Depth `machines` has a runner of its own.
            Step::Apply(_) => {}
        }
        true
    }

    /// Dials, and waits until both ends know.
    fn connect(&mut self, carrier: Carrier) -> bool {
        if self.state.blocked.is_none() {
            self.dial(carrier);
            self.state.blocked = Some(Blocked::Connect(self.state.deadline));
        }
        self.state.is_connected()
    }

    pub(super) fn dial(&mut self, carrier: Carrier) {
        let (client, server) = (node_of(Role::Client), node_of(Role::Server));
        let conn = self.network.connect(self.state.now, client, server, carrier);
        self.state.conns.push(conn);
        self.state.ends.push(0);
    }

    /// Does something to a connection, or reports that the scenario names one too early.
    pub(super) fn with_conn(&mut self, conn: u32, act: impl FnOnce(&mut Self)) {
        if (conn as usize) < self.state.conns.len() {
            return act(self);
        }
        self.broken(format!("connection {conn} does not exist yet"));
    }

    fn chunk(&mut self, bytes: u32) {
        for index in 0..self.state.conns.len() {
            for role in [Role::Client, Role::Server] {
                let conn = self.state.conns[index];
                self.network.set_chunking(conn, node_of(role), Chunking::Bytes(bytes));
            }
        }
    }

    fn send(&mut self, job: &Job<'_, P>, spec: &FrameSpec) {
        let state = &self.state;
        let resolve = |tag| state.session(tag).unwrap_or(tag as u32);
        let built = P::build_after(spec, &resolve, &mut state.tester.packets());
        let bytes = match built {
            Ok(bytes) => bytes,
            Err(error) => return self.broken(error.to_string()),
        };
        let (conn, node) = (spec.conn, node_of(job.sut.peer()));
        let stream = spec.stream.unwrap_or(StreamId::CONTROL);
        self.with_conn(conn.0, |world| {
            world.record(job, node, &Crossing::Sent { conn, stream, bytes: &bytes });
            if world.network.is_open(conn, node) && !bytes.is_empty() {
                world.network.send(world.state.now, conn, node, stream, &bytes);
            }
        });
    }

    /// The scenario cannot be played as written.
    fn broken(&mut self, problem: String) {
        let (step, at) = (self.state.step, self.state.now);
        self.state.breaches.push(Breach::Scenario { step, at, problem });
        self.state.stop = true;
    }

    /// Under faults everything takes longer, so only the deadline counts. In real time a busy
    /// machine must not look like a broken promise.
    pub(super) fn patience(&self, job: &Job<'_, P>, within: Option<Duration>) -> Instant {
        let within = match self.state.black_box {
            true => within.map(|span| span.max(REAL_PATIENCE)),
            false => within,
        };
        match (within, job.source) {
            (Some(span), FaultSource::Neutral) => (self.state.now + span).min(self.state.deadline),
            _ => self.state.deadline,
        }
    }

    fn wait(&mut self, until: Instant) -> bool {
        let Blocked::Advance(until) = *self.state.blocked.get_or_insert(Blocked::Advance(until))
        else {
            return true;
        };
        self.state.now >= until
    }

    fn expect(&mut self, sight: &Sight, until: Instant) -> bool {
        let blocked = *self.state.blocked.get_or_insert(Blocked::Expect(until));
        if self.see(sight) {
            return true;
        }
        if matches!(blocked, Blocked::Expect(until) if self.state.now >= until) {
            let (expected, observed) = self.in_words(sight);
            self.miss(expected, observed);
        }
        false
    }

    fn absent(&mut self, sight: &Sight, until: Instant) -> bool {
        let blocked = *self.state.blocked.get_or_insert(Blocked::Absent(until));
        if let Some(observed) = self.see_unwanted(sight) {
            self.miss(format!("never: {sight}"), observed);
            return false;
        }
        matches!(blocked, Blocked::Absent(until) if self.state.now >= until)
    }

    fn miss(&mut self, expected: String, observed: String) {
        self.miss_of(expected, observed, None);
    }

    /// The same, of a broken form.
    pub(super) fn miss_of(&mut self, expected: String, observed: String, form: Option<Box<Form>>) {
        let (step, at) = (self.state.step, self.state.now);
        self.state.breaches.push(Breach::Missed { step, at, expected, observed, form });
        self.state.stop = true;
    }

    /// At the end of time, whatever a step still waits for has not come.
    pub(super) fn miss_what_is_awaited(&mut self, job: &Job<'_, P>) {
        let Some(step) = job.scenario.steps.get(self.state.step) else { return };
        if let Step::Expect(expect) = &step.what {
            let (expected, observed) = self.in_words(&expect.sight);
            self.miss(expected, observed);
        } else if let (Step::Broken(broken), Some(Blocked::Expect(_))) =
            (&step.what, self.state.blocked)
        {
            self.miss_form(job, broken);
        } else {
            self.broken(format!(
                "`{}` was not through at the deadline of the scenario",
                step.what.name()
            ));
        }
    }
}

/// The node of `role`, or both.
fn nodes(role: Option<Role>) -> impl Iterator<Item = wireproof_base::NodeId> {
    let named = move |known: &Role| role.is_none_or(|role| role == *known);
    [Role::Client, Role::Server].into_iter().filter(named).map(node_of)
}
