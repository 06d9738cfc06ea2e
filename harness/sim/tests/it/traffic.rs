//! The fixture: three nodes that chatter by a fixed pattern, and a log of what they got.
//!
//! Every stream of every direction carries bytes that follow from their place in it, so a
//! receiver sees at once whether something is missing, doubled or out of order.

use std::collections::BTreeMap;
use wireproof_base::{Carrier, ConnId, Duration, Instant, NodeId, StreamId};
use wireproof_sim::{Delivery, FaultSource, LinkConfig, Network, What};

/// Connections, senders and streams: a direction of a stream.
pub type Lane = (ConnId, NodeId, StreamId);

pub const CARRIERS: [Carrier; 3] = [Carrier::Stream, Carrier::Multistream, Carrier::Datagram];
const MESSAGES: u64 = 400;
const GAP: u64 = 300_000;
const MOST_CONNECTIONS: usize = 40;

/// When the faults of a run end.
pub const HEALS: Instant = Instant::from_nanos(MESSAGES * GAP * 3 / 4);

#[derive(Default)]
pub struct Traffic {
    pub net: Network,
    carrier: Carrier,
    sent: BTreeMap<Lane, u64>,
    /// Bytes on a stream, or packets.
    pub got: BTreeMap<Lane, Vec<Vec<u8>>>,
    pub log: Vec<Delivery>,
    /// Connection of each pair of nodes.
    live: [Option<ConnId>; 2],
    listeners: Vec<NodeId>,
    healed: bool,
}

impl Traffic {
    /// One whole run; the hash of it.
    pub fn run(&mut self, carrier: Carrier, source: FaultSource<'_>, link: &LinkConfig) -> u64 {
        self.net.reset(source, link);
        self.carrier = carrier;
        self.sent.clear();
        self.got.clear();
        self.log.clear();
        (self.live, self.healed) = ([None; 2], false);
        self.listeners.clear();
        (0..MESSAGES).for_each(|n| self.net.schedule(Instant::from_nanos(n * GAP), n));
        self.dial(Instant::ZERO, 0);
        self.dial(Instant::ZERO, 1);
        let mut last = Instant::ZERO;
        while let Some(next) = self.net.next_time() {
            if !self.healed && next >= HEALS {
                self.healed = true;
                self.net.heal(HEALS);
                continue;
            }
            let delivery = self.net.pop().expect("what is announced comes");
            assert_eq!(delivery.at, next, "announced for another time");
            assert!(delivery.at >= last, "time ran backwards");
            last = next;
            self.log.push(delivery);
            self.react(delivery);
        }
        assert!(self.net.pop().is_none());
        self.net.hash()
    }

    fn dial(&mut self, now: Instant, pair: usize) {
        if self.listeners.len() < MOST_CONNECTIONS {
            let listener = NodeId(pair as u8 + 1);
            self.listeners.push(listener);
            self.live[pair] = Some(self.net.connect(now, NodeId(0), listener, self.carrier));
        }
    }

    fn react(&mut self, delivery: Delivery) {
        match delivery.what {
            What::Wake { token } => self.chatter(delivery.at, token),
            What::Connected { .. } => (),
            What::Bytes { node, conn, stream, slot } => {
                let from = self.peer(conn, node);
                let bytes = self.net.bytes(slot).to_vec();
                let answer = bytes.len() > 150;
                self.got.entry((conn, from, stream)).or_default().push(bytes);
                if answer {
                    self.say(delivery.at, (conn, node, stream), 9);
                }
            }
            What::Disconnected { node, conn } => {
                let pair = self.live.iter().position(|&live| live == Some(conn));
                if let (NodeId(0), Some(pair)) = (node, pair) {
                    self.dial(delivery.at, pair);
                }
            }
        }
    }

    fn peer(&self, conn: ConnId, node: NodeId) -> NodeId {
        if node.0 > 0 { NodeId(0) } else { self.listeners[conn.0 as usize] }
    }

    fn chatter(&mut self, now: Instant, n: u64) {
        let pair = (n % 2) as usize;
        let Some(conn) = self.live[pair] else { return };
        let from = if (n / 2).is_multiple_of(3) { NodeId(pair as u8 + 1) } else { NodeId(0) };
        let stream = StreamId((n * 7 % 5) as u32);
        self.say(now, (conn, from, stream), 4 + n * 37 % 200);
    }

    fn say(&mut self, now: Instant, lane: Lane, len: u64) {
        let (conn, from, stream) = lane;
        if !self.net.is_open(conn, from) {
            return;
        }
        let place = self.sent.entry(lane).or_default();
        let bytes: Vec<u8> = (*place..*place + len).map(|place| byte(stream, place)).collect();
        *place += len;
        self.net.send(now, conn, from, stream, &bytes);
    }

    /// What was sent on a lane, in bytes.
    pub fn sent(&self, lane: Lane) -> u64 {
        self.sent.get(&lane).copied().unwrap_or(0)
    }

    pub fn lanes(&self) -> Vec<Lane> {
        self.sent.keys().copied().collect()
    }

    /// What arrived on a lane, put together.
    pub fn arrived(&self, lane: Lane) -> Vec<u8> {
        self.got.get(&lane).map(|pieces| pieces.concat()).unwrap_or_default()
    }
}

/// The byte at a place of a stream. Its period is no multiple of any length sent.
pub fn byte(stream: StreamId, place: u64) -> u8 {
    ((place * 7 + u64::from(stream.0) * 31 + place / 251) % 253) as u8
}

pub fn at(nanos: u64) -> Instant {
    Instant::from_nanos(nanos)
}

pub const MS: Duration = Duration::from_millis(1);
