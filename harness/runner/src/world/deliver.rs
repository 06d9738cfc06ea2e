//! What reaches the nodes, and what they answer.

use super::outcome::{Breach, has_tester, node_of};
use super::run::{Cast, Job, World};
use wireproof_base::{Crossing, Input, Judge, NodeId, Op, Protocol, Verdict};
use wireproof_driver::{DriverError, Speaks};
use wireproof_oracle::Judged;
use wireproof_sim::What;

/// Tags of what the runner folds into the trace hash.
const FOLD_EVENT: u64 = 0x10;
const FOLD_TIMEOUT: u64 = 0x11;

impl<P: Speaks + Judged> World<P> {
    /// Takes one delivery off the network.
    pub(super) fn deliver_next(&mut self, cast: &mut Cast<'_, P>, job: &Job<'_, P>) {
        let Some(delivery) = self.network.pop() else { return };
        match delivery.what {
            What::Connected { node, conn, carrier } => {
                if let Some(ends) = self.state.ends.get_mut(conn.0 as usize) {
                    *ends += 1;
                }
                self.record(job, node, &Crossing::Connected { conn, carrier });
                self.give(cast, job, node, Input::Connected { conn, carrier });
            }
            What::Bytes { node, conn, stream, slot } => {
                let bytes = self.network.bytes(slot);
                let received = Crossing::Received { conn, stream, bytes };
                self.trace.push(self.state.now, node, &received);
                self.judge_last(job);
                if cast.drivers[usize::from(node.0)].is_none() {
                    let bytes = self.network.bytes(slot);
                    self.state.tester.receive(conn, stream, bytes, P::split);
                    return;
                }
                self.give_bytes(cast, job, (node, conn, stream, slot));
            }
            What::Disconnected { node, conn } => {
                if let Some(ends) = self.state.ends.get_mut(conn.0 as usize) {
                    *ends += 2;
                }
                self.record(job, node, &Crossing::Disconnected { conn });
                if cast.drivers[usize::from(node.0)].is_none() {
                    self.state.tester.lose(conn);
                }
                self.give(cast, job, node, Input::Disconnected { conn });
            }
            What::Wake { token } => self.react(cast, job, token),
        }
    }

    /// Wakes the endpoint of `node` at the instant it had named.
    pub(super) fn time_out(&mut self, cast: &mut Cast<'_, P>, job: &Job<'_, P>, node: usize) {
        let id = NodeId(node as u8);
        if self.state.black_box && id == node_of(job.sut) {
            return self.look_for_bytes(cast, job, id);
        }
        self.network
            .fold(FOLD_TIMEOUT | (node as u64) << 8, &self.state.now.as_nanos().to_le_bytes());
        self.record(job, id, &Crossing::Timeout);
        self.state.timeouts[node] = None;
        self.give(cast, job, id, Input::Timeout);
    }

    /// Hands one input to the driver of `node`, if it has one, and takes its answer.
    pub(super) fn give(
        &mut self,
        cast: &mut Cast<'_, P>,
        job: &Job<'_, P>,
        node: NodeId,
        input: Input<'_, P::Command>,
    ) {
        let index = usize::from(node.0);
        let Some(driver) = &mut cast.drivers[index] else { return };
        self.outbox.clear();
        let result = driver.step(self.state.now, input, &mut self.outbox);
        self.state.timeouts[index] = driver.poll_timeout();
        self.settle(job, node, result);
    }

    fn give_bytes(
        &mut self,
        cast: &mut Cast<'_, P>,
        job: &Job<'_, P>,
        (node, conn, stream, slot): (
            NodeId,
            wireproof_base::ConnId,
            wireproof_base::StreamId,
            wireproof_sim::Slot,
        ),
    ) {
        let index = usize::from(node.0);
        let Some(driver) = &mut cast.drivers[index] else { return };
        self.outbox.clear();
        let bytes = self.network.bytes(slot);
        let input = Input::Bytes { conn, stream, bytes };
        let result = driver.step(self.state.now, input, &mut self.outbox);
        self.state.timeouts[index] = driver.poll_timeout();
        self.settle(job, node, result);
    }

    /// Carries out what came back from a driver; its failure ends the run.
    pub(super) fn settle(
        &mut self,
        job: &Job<'_, P>,
        node: NodeId,
        result: Result<(), DriverError>,
    ) {
        self.answer(job, node);
        if let Err(error) = &result
            && error.is_not_applicable()
            && node == node_of(job.sut)
        {
            let reason = format!("the SUT does not declare what it takes: {error}");
            self.state.not_applicable.get_or_insert(reason);
            self.state.stop = true;
            return;
        }
        if let Err(error) = result {
            let at = self.state.now;
            self.state.breaches.push(Breach::Driver { node, at, error });
            self.state.stop = true;
        }
    }

    /// Carries out what the endpoint of `node` wants done.
    fn answer(&mut self, job: &Job<'_, P>, node: NodeId) {
        let outbox = core::mem::take(&mut self.outbox);
        for op in outbox.ops() {
            match op {
                Op::Bytes { conn, stream, start, end } => {
                    let bytes = outbox.bytes(*start, *end);
                    let (conn, stream) = (*conn, *stream);
                    self.record(job, node, &Crossing::Sent { conn, stream, bytes });
                    if self.knows(node, conn) && !bytes.is_empty() {
                        self.network.send(self.state.now, conn, node, stream, bytes);
                    }
                }
                Op::Event(event) => self.report(job, node, event),
                Op::Shutdown { conn } => {
                    self.record(job, node, &Crossing::Shutdown { conn: *conn });
                    if self.knows(node, *conn) {
                        self.network.shutdown(self.state.now, *conn, node);
                    }
                }
            }
        }
        self.outbox = outbox;
    }

    /// Whether the connection exists and is still open at that side. What an endpoint sends on
    /// any other is lost, as it would be on a closed socket.
    fn knows(&self, node: NodeId, conn: wireproof_base::ConnId) -> bool {
        self.state.conns.contains(&conn) && self.network.is_open(conn, node)
    }

    /// An event of an endpoint: logged, judged, reacted to.
    fn report(&mut self, job: &Job<'_, P>, node: NodeId, event: &P::Event) {
        self.network.fold(FOLD_EVENT | u64::from(node.0) << 8, P::event_name(event).as_bytes());
        self.record(job, node, &Crossing::Event(event));
        if let Some(learnt) = P::learn(event) {
            self.state.tags.push(learnt);
        }
        self.plan_reactions(job, node, event);
        self.show_traffic(job, node, event);
        self.state.events[usize::from(node.0)].push(event.clone());
    }

    /// Appends to the trace and shows the judge.
    pub(super) fn record(
        &mut self,
        job: &Job<'_, P>,
        node: NodeId,
        what: &Crossing<'_, P::Command, P::Event>,
    ) {
        self.trace.push(self.state.now, node, what);
        self.judge_last(job);
    }

    fn judge_last(&mut self, job: &Job<'_, P>) {
        let Some(record) = self.trace.get(self.trace.len() - 1) else { return };
        self.judge.observe(&record, &mut self.findings);
        if self.findings.is_empty() {
            return;
        }
        let sut = node_of(job.sut);
        let decided = |finding: &wireproof_base::Finding| match finding.node == sut {
            true => finding.citation.verdict() >= Verdict::Fail,
            false => !has_tester(job.scenario),
        };
        self.state.stop |= self.findings.iter().any(decided);
        self.collect_findings();
    }
}

/// What an event is called, for texts.
pub(super) fn event_text<P: Protocol>(event: &P::Event) -> String {
    serde_json::to_string(event).unwrap_or_else(|_| P::event_name(event).to_owned())
}
