//! Client, server, network and judge, and the loop that moves them.

use std::collections::BTreeMap;
use wireproof_base::{
    Carrier, ConnId, Crossing, CrossingOf, Duration, Endpoint, Finding, Input, Instant, Judge,
    NodeId, Op, Outbox, Protocol, Record, Role, StreamId,
};
use wireproof_oracle::Judged;
use wireproof_sim::{Fault, FaultKey, FaultSource, LinkConfig, Network, What};

/// Inputs at one instant after which nothing will ever come to rest.
const LIVELOCK: u32 = 10_000;
/// Long enough for every timer of a default setup, and for what healing lets through.
const REST: Duration = Duration::from_millis(60_000);

/// Two endpoints of one protocol and everything around them.
pub struct Stage<P: Judged, C, S> {
    carrier: Carrier,
    network: Network,
    client: C,
    server: S,
    judge: P::Judge,
    findings: Vec<Finding>,
    /// Whether bytes are one whole packet, as all that is sent has to be.
    sound: fn(&[u8]) -> bool,
    /// What the network makes of the next packet of the client and of the server.
    garble: [Option<Garble>; 2],
    now: Instant,
    /// Records so far.
    index: u32,
    /// Inputs at this instant.
    inputs: u32,
}

/// Bytes that stand in for others.
pub type Garble = Box<dyn FnOnce(&[u8]) -> Vec<u8>>;

impl<P: Judged, C: Endpoint<P>, S: Endpoint<P>> Stage<P, C, S> {
    /// Two endpoints over a network with these faults.
    pub fn new(
        carrier: Carrier,
        (client, server): (C, S),
        faults: &BTreeMap<FaultKey, Fault>,
        sound: fn(&[u8]) -> bool,
    ) -> Self {
        let mut network = Network::new();
        network.reset(FaultSource::Planned(faults), &LinkConfig::default());
        let mut judge = P::Judge::default();
        judge.reset(carrier, &[Role::Client, Role::Server]);
        Self {
            carrier,
            network,
            client,
            server,
            judge,
            findings: Vec::new(),
            sound,
            garble: [None, None],
            now: Instant::ZERO,
            index: 0,
            inputs: 0,
        }
    }

    /// Tells the judge how a node was set up.
    pub fn setup(&mut self, role: Role, setup: &P::Setup) {
        self.judge.setup(node(role), setup);
    }

    /// The client connects.
    pub fn connect(&mut self) {
        self.network.connect(self.now, node(Role::Client), node(Role::Server), self.carrier);
    }

    /// A connection is lost.
    pub fn kill(&mut self, conn: ConnId) {
        self.network.kill(self.now, conn);
    }

    /// The next packet of that role does not arrive as it was sent.
    pub fn garble(&mut self, role: Role, garble: Garble) {
        self.garble[usize::from(node(role).0)] = Some(garble);
    }

    /// Bytes arrive that the peer of that role never sent.
    pub fn inject(&mut self, role: Role, conn: ConnId, stream: StreamId, bytes: &[u8]) {
        let from = node(role.peer());
        if self.network.is_open(conn, from) {
            self.network.send(self.now, conn, from, stream, bytes);
        }
    }

    /// An application asks for something.
    pub fn command(&mut self, role: Role, command: &P::Command) {
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

    fn give(&mut self, role: Role, input: Input<'_, P::Command>) {
        let mut out: Outbox<P::Event> = Outbox::default();
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
                    let name = <P as Protocol>::event_name(event);
                    self.network.fold(u64::from(node(role).0), name.as_bytes());
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
        assert!((self.sound)(bytes), "one send is one sound packet: {bytes:02x?}");
        self.record(role, &Crossing::Sent { conn, stream, bytes });
        // What is sent on a connection that is gone is lost, as on a closed socket.
        if self.network.is_open(conn, node(role)) {
            let garble = self.garble[usize::from(node(role).0)].take();
            let garbled = garble.map(|garble| garble(bytes));
            let bytes = garbled.as_deref().unwrap_or(bytes);
            self.network.send(self.now, conn, node(role), stream, bytes);
        }
    }

    fn record(&mut self, role: Role, what: &CrossingOf<'_, P>) {
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
