//! Client, server, network and judge, and the loop that moves them.

use std::collections::BTreeMap;
use wireproof_base::{
    Carrier, ConnId, Crossing, Duration, Endpoint, Finding, Input, Instant, Judge, NodeId, Op,
    Outbox, Record, Role, Seed, StreamId,
};
use wireproof_machine::nnrp::{Client, Server};
use wireproof_oracle::Judged;
use wireproof_sim::{Fault, FaultKey, FaultSource, LinkConfig, Network, What};
use wireproof_wire::nnrp::command::Setup;
use wireproof_wire::nnrp::{Command, Event, Frame, Nnrp};

/// Inputs at one instant after which nothing will ever come to rest.
const LIVELOCK: u32 = 10_000;
/// Long enough for every timer of a default setup, and for what healing lets through.
const REST: Duration = Duration::from_millis(60_000);

pub(super) struct Stage {
    carrier: Carrier,
    network: Network,
    client: Client,
    server: Server,
    judge: <Nnrp as Judged>::Judge,
    findings: Vec<Finding>,
    now: Instant,
    /// Records so far.
    index: u32,
    /// Inputs at this instant.
    inputs: u32,
}

impl Stage {
    pub fn new(carrier: Carrier, server: &Setup, faults: &BTreeMap<FaultKey, Fault>) -> Self {
        let mut network = Network::new();
        network.reset(FaultSource::Planned(faults), &LinkConfig::default());
        let mut judge = <Nnrp as Judged>::Judge::default();
        judge.reset(carrier, &[Role::Client, Role::Server]);
        let client = Setup { role: Role::Client, ..Setup::default() };
        Self {
            carrier,
            network,
            client: Client::new(&client, Seed(1)),
            server: Server::new(server, Seed(2)),
            judge,
            findings: Vec::new(),
            now: Instant::ZERO,
            index: 0,
            inputs: 0,
        }
    }

    pub fn connect(&mut self) {
        self.network.connect(self.now, node(Role::Client), node(Role::Server), self.carrier);
    }

    pub fn kill(&mut self, conn: ConnId) {
        self.network.kill(self.now, conn);
    }

    pub fn command(&mut self, role: Role, command: &Command) {
        self.record(role, &Crossing::Command(command));
        self.give(role, Input::Command(command));
    }

    /// Lets time pass.
    pub fn pass(&mut self, span: Duration) {
        let end = self.now + span;
        while let Some(next) = self.next().filter(|at| *at <= end) {
            if next > self.now {
                (self.now, self.inputs) = (next, 0);
            }
            self.inputs += 1;
            assert!(self.inputs < LIVELOCK, "nothing comes to rest at {}", self.now);
            if self.network.next_time() == Some(next) {
                self.deliver();
            } else {
                let due = |at: Option<Instant>| at.is_some_and(|at| at <= self.now);
                let role = match due(self.client.poll_timeout()) {
                    true => Role::Client,
                    false => Role::Server,
                };
                self.record(role, &Crossing::Timeout);
                self.give(role, Input::Timeout);
            }
        }
        (self.now, self.inputs) = (end, 0);
    }

    /// Ends the faults, waits, and hears the judge. On datagrams only safety is judged.
    pub fn finish(mut self) -> (u64, Vec<Finding>) {
        self.network.heal(self.now);
        self.pass(REST);
        let healed = self.carrier != Carrier::Datagram;
        self.judge.finish(self.now, healed, &mut self.findings);
        (self.network.hash(), self.findings)
    }

    fn next(&mut self) -> Option<Instant> {
        let all = [
            self.network.next_time(),
            self.client.poll_timeout().map(|at| at.max(self.now)),
            self.server.poll_timeout().map(|at| at.max(self.now)),
        ];
        all.into_iter().flatten().min()
    }

    fn deliver(&mut self) {
        let Some(delivery) = self.network.pop() else { return };
        match delivery.what {
            What::Connected { node, conn, carrier } => {
                self.record(role(node), &Crossing::Connected { conn, carrier });
                self.give(role(node), Input::Connected { conn, carrier });
            }
            What::Bytes { node, conn, stream, slot } => {
                let bytes = self.network.bytes(slot).to_vec();
                let bytes = bytes.as_slice();
                self.record(role(node), &Crossing::Received { conn, stream, bytes });
                self.give(role(node), Input::Bytes { conn, stream, bytes });
            }
            What::Disconnected { node, conn } => {
                self.record(role(node), &Crossing::Disconnected { conn });
                self.give(role(node), Input::Disconnected { conn });
            }
            What::Wake { .. } => {}
        }
    }

    fn give(&mut self, role: Role, input: Input<'_, Command>) {
        let mut out: Outbox<Event> = Outbox::default();
        match role {
            Role::Client => self.client.handle(self.now, input, &mut out),
            Role::Server => self.server.handle(self.now, input, &mut out),
        }
        for op in out.ops() {
            match op {
                Op::Bytes { conn, stream, start, end } => {
                    self.send(role, *conn, *stream, out.bytes(*start, *end));
                }
                Op::Event(event) => {
                    self.network.fold(u64::from(node(role).0), event.name().as_bytes());
                    self.record(role, &Crossing::Event(event));
                }
                Op::Shutdown { conn } => {
                    self.record(role, &Crossing::Shutdown { conn: *conn });
                    if self.network.is_open(*conn, node(role)) {
                        self.network.shutdown(self.now, *conn, node(role));
                    }
                }
            }
        }
    }

    fn send(&mut self, role: Role, conn: ConnId, stream: StreamId, bytes: &[u8]) {
        let decoded = Frame::decode_within(bytes, u32::MAX);
        assert!(decoded.is_ok(), "one send is one sound packet: {decoded:?}");
        self.record(role, &Crossing::Sent { conn, stream, bytes });
        // What is sent on a connection that is gone is lost, as on a closed socket.
        if self.network.is_open(conn, node(role)) {
            self.network.send(self.now, conn, node(role), stream, bytes);
        }
    }

    fn record(&mut self, role: Role, what: &Crossing<'_, Command, Event>) {
        let (index, at) = (self.index, self.now);
        let record = Record { index, at, node: node(role), what: what.clone() };
        self.judge.observe(&record, &mut self.findings);
        self.index += 1;
    }
}

const fn node(role: Role) -> NodeId {
    match role {
        Role::Client => NodeId(0),
        Role::Server => NodeId(1),
    }
}

const fn role(node: NodeId) -> Role {
    match node.0 {
        0 => Role::Client,
        _ => Role::Server,
    }
}
