//! Two nodes that talk in rounds, and answer a part of what they hear.

use super::Settings;
use super::ledger::{Ledger, Send};
use wireproof_base::{Carrier, ConnId, Instant, NodeId, StreamId};
use wireproof_sim::{Network, What};

const NODES: [NodeId; 2] = [NodeId(0), NodeId(1)];
const ROUNDS: u32 = 12;
/// Nanoseconds between two rounds.
const PAUSE: u64 = 700_000;
/// Answers in a run.
const ANSWERS: u32 = 40;
/// More deliveries than the largest run has.
const BOUND: u32 = 50_000;

/// One run over `network`.
pub(super) struct Chatter<'a> {
    network: &'a mut Network,
    settings: &'a Settings,
    ledger: Ledger,
    heard: Vec<u8>,
    answers: u32,
}

impl<'a> Chatter<'a> {
    pub fn new(network: &'a mut Network, settings: &'a Settings) -> Self {
        let ledger = Ledger::new(settings.carrier, settings.link, settings.conns);
        Self { network, settings, ledger, heard: Vec::new(), answers: 0 }
    }

    /// Talks until nothing is under way any more.
    pub fn talk(&mut self) {
        for nth in 0..self.settings.conns {
            let (dialer, listener) = ends(nth);
            let carrier = self.settings.carrier;
            let conn = self.network.connect(Instant::ZERO, dialer, listener, carrier);
            assert_eq!(conn, ConnId(nth), "connections are numbered in order");
        }
        for round in 0..ROUNDS {
            let at = Instant::from_nanos(u64::from(round) * PAUSE);
            self.network.schedule(at, round.into());
        }
        let mut count = 0;
        while let Some(next) = self.network.next_time() {
            let delivery = self.network.pop().expect("what is due can be taken");
            assert_eq!(delivery.at, next, "the next delivery comes when it is due");
            self.ledger.pass(next);
            self.happen(next, delivery.what);
            count += 1;
            assert!(count < BOUND, "the run does not end");
        }
        assert_eq!(self.network.pop(), None);
        assert_eq!(self.network.in_flight(), 0);
        self.ledger.finish(self.network);
    }

    fn happen(&mut self, now: Instant, what: What) {
        match what {
            What::Wake { token } => self.round(now, token as u32),
            What::Connected { node, conn, carrier } => {
                assert_eq!(carrier, self.settings.carrier);
                self.ledger.connected(conn, node);
            }
            What::Disconnected { node, conn } => {
                self.ledger.disconnected(now, conn, node);
                assert!(!self.network.is_open(conn, node));
            }
            What::Bytes { node, conn, stream, slot } => {
                self.heard.clear();
                self.heard.extend_from_slice(self.network.bytes(slot));
                self.ledger.received(now, (conn, node, stream), &self.heard);
                if self.answers < ANSWERS && self.heard.len().is_multiple_of(3) {
                    self.answers += 1;
                    let answer = [0xA0, self.answers as u8, self.heard.len() as u8];
                    self.send(now, conn, node, stream, &answer);
                }
            }
        }
    }

    fn round(&mut self, now: Instant, round: u32) {
        let conn = ConnId(round % self.settings.conns);
        let node = NODES[round as usize % 2];
        if round == self.settings.heal {
            self.network.heal(now);
            self.ledger.healed(now);
        }
        if round == self.settings.shutdown {
            self.network.shutdown(now, conn, node);
            self.ledger.shut(conn, node);
        }
        // Single packets have no connection to lose.
        if round == self.settings.kill && self.settings.carrier != Carrier::Datagram {
            self.network.kill_after_bytes(conn, node, u64::from(round) * 5);
        }
        for nth in 0..self.settings.conns {
            for node in NODES {
                for stream in self.streams(nth) {
                    let tag = [nth as u8, node.0, stream.0 as u8, round as u8];
                    let len = 1 + (round * 7 + nth * 3 + u32::from(node.0)) as usize % 24;
                    let text: Vec<u8> = tag.into_iter().cycle().take(len).collect();
                    self.send(now, ConnId(nth), node, stream, &text);
                }
            }
        }
    }

    /// The control stream, and on a multistream connection some that either side opened.
    fn streams(&self, nth: u32) -> impl Iterator<Item = StreamId> + use<> {
        let more = if self.settings.carrier == Carrier::Multistream { nth + 1 } else { 0 };
        (0..=more).map(StreamId)
    }

    fn send(&mut self, now: Instant, conn: ConnId, from: NodeId, stream: StreamId, text: &[u8]) {
        if !self.network.is_open(conn, from) {
            return;
        }
        let before = self.network.applied().len();
        self.network.send(now, conn, from, stream, text);
        let struck = &self.network.applied()[before..];
        let dialled = ends(conn.0).0 == from;
        self.ledger.sent(&Send { now, conn, from, stream, text, struck, dialled });
    }
}

/// Who dials and who listens. The third connection goes the other way.
fn ends(nth: u32) -> (NodeId, NodeId) {
    if nth == 2 { (NODES[1], NODES[0]) } else { (NODES[0], NODES[1]) }
}
