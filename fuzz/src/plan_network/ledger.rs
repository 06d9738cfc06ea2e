//! What was sent, and so what may arrive: a second account of the carriers' promises.

use std::collections::BTreeMap;
use wireproof_base::{Carrier, ConnId, Duration, Instant, NodeId, StreamId};
use wireproof_sim::{Applied, Fault, LinkConfig, Network, Stage};

/// One transmission, and what struck it.
pub(super) struct Send<'a> {
    pub now: Instant,
    pub conn: ConnId,
    pub from: NodeId,
    pub stream: StreamId,
    pub text: &'a [u8],
    pub struck: &'a [Applied],
    /// Whether the sender dialled.
    pub dialled: bool,
}

/// Connection, receiver, stream.
type Lane = (ConnId, NodeId, StreamId);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Waiting,
    Up,
    Gone,
}

pub(super) struct Ledger {
    carrier: Carrier,
    link: LinkConfig,
    now: Instant,
    healed: Option<Instant>,
    /// When anything was sent last.
    sent: Instant,
    states: BTreeMap<(ConnId, NodeId), State>,
    /// Transmissions so far by site.
    counts: BTreeMap<(ConnId, Stage), u32>,
    /// Bytes of each lane, and how many of them have arrived.
    streams: BTreeMap<Lane, (Vec<u8>, usize)>,
    /// Packets of each lane that may still arrive, and how often.
    packets: BTreeMap<Lane, Vec<(Vec<u8>, u32)>>,
    cut: bool,
}

impl Ledger {
    pub fn new(carrier: Carrier, link: LinkConfig, conns: u32) -> Self {
        let ends = (0..conns).flat_map(|conn| [0, 1].map(|node| (ConnId(conn), NodeId(node))));
        Self {
            carrier,
            link,
            now: Instant::ZERO,
            healed: None,
            sent: Instant::ZERO,
            states: ends.map(|end| (end, State::Waiting)).collect(),
            counts: BTreeMap::new(),
            streams: BTreeMap::new(),
            packets: BTreeMap::new(),
            cut: false,
        }
    }

    pub fn pass(&mut self, now: Instant) {
        assert!(self.now <= now, "time goes forward");
        self.now = now;
    }

    pub fn healed(&mut self, now: Instant) {
        self.healed = Some(now);
    }

    pub fn connected(&mut self, conn: ConnId, node: NodeId) {
        let before = self.states.insert((conn, node), State::Up);
        assert_eq!(before, Some(State::Waiting), "a connection stands once");
    }

    pub fn disconnected(&mut self, now: Instant, conn: ConnId, node: NodeId) {
        let before = self.states.insert((conn, node), State::Gone);
        assert_eq!(before, Some(State::Up), "a connection that stood falls once");
        // To the side that is hit, and from there to the other one.
        self.in_time(now, self.link.latency.times(2));
    }

    /// A side that ends its connection hears no more of it.
    pub fn shut(&mut self, conn: ConnId, node: NodeId) {
        self.states.insert((conn, node), State::Gone);
    }

    pub fn sent(&mut self, send: &Send<'_>) {
        self.sent = send.now;
        self.account(send);
        let lane = (send.conn, NodeId(1 - send.from.0), send.stream);
        if self.carrier != Carrier::Datagram {
            self.streams.entry(lane).or_default().0.extend_from_slice(send.text);
            return;
        }
        let mut text = send.text.to_vec();
        let (mut copies, mut change, mut keep) = (1, None, text.len());
        for applied in send.struck {
            match applied.fault {
                Fault::Drop => copies = 0,
                Fault::Duplicate { .. } if copies > 0 => copies = 2,
                Fault::Corrupt { at, xor } => change = Some((at as usize % text.len(), xor)),
                Fault::Truncate { keep: left } => keep = left as usize % text.len(),
                _ => {}
            }
        }
        if let Some((at, xor)) = change {
            text[at] ^= xor;
        }
        text.truncate(keep);
        self.packets.entry(lane).or_default().push((text, copies));
    }

    /// Faults strike where and when they say, and only where the carrier lets them.
    fn account(&mut self, send: &Send<'_>) {
        let way = if send.dialled { Stage::Up } else { Stage::Down };
        let stages = [Stage::Conn, way];
        let ordinals = stages.map(|stage| {
            let count = self.counts.entry((send.conn, stage)).or_default();
            *count += 1;
            *count - 1
        });
        for applied in send.struck {
            assert!(self.healed.is_none(), "nothing strikes after healing");
            assert!(applied.fault.kind().admitted(self.carrier));
            assert_eq!((applied.at, applied.conn), (send.now, send.conn));
            assert_eq!(applied.bytes_len as usize, send.text.len());
            let site = applied.key.site;
            let stage = stages.iter().position(|&stage| stage == site.stage);
            let stage = stage.expect("a fault strikes the way that was taken");
            assert_eq!((site.conn, applied.key.ordinal), (send.conn, ordinals[stage]));
            self.cut |= matches!(applied.fault, Fault::Partition { .. });
        }
    }

    pub fn received(&mut self, now: Instant, lane: Lane, text: &[u8]) {
        let (conn, node, _) = lane;
        assert_eq!(self.states[&(conn, node)], State::Up, "bytes come while the connection stands");
        self.in_time(now, self.link.latency);
        if self.carrier == Carrier::Datagram {
            let packets = self.packets.get_mut(&lane).expect("something was sent there");
            let fits = |(known, copies): &&mut (Vec<u8>, u32)| *copies > 0 && known == text;
            let packet = packets.iter_mut().find(fits);
            packet.expect("a packet arrives as the plan says, and as often").1 -= 1;
            return;
        }
        let (sent, got) = self.streams.get_mut(&lane).expect("something was sent there");
        assert!(!text.is_empty(), "no delivery is empty");
        let wanted = sent.get(*got..*got + text.len());
        assert_eq!(wanted, Some(text), "a stream delivers its bytes in order, without gaps");
        *got += text.len();
    }

    /// After healing nothing is held up. A link with a rate may still have a queue.
    fn in_time(&self, now: Instant, span: Duration) {
        if let (Some(healed), None) = (self.healed, self.link.rate) {
            assert!(now <= healed.max(self.sent) + span, "nothing is held up after healing");
        }
    }

    /// Nothing is under way any more: what was not lost has arrived.
    pub fn finish(&self, network: &Network) {
        let stood = |conn| [0, 1].map(|node| self.states[&(conn, NodeId(node))]) == [State::Up; 2];
        for (&(conn, ..), (sent, got)) in &self.streams {
            assert!(!stood(conn) || sent.len() == *got, "a connection that stands loses nothing");
        }
        if self.cut || network.overflowed() > 0 {
            return;
        }
        for (&(conn, ..), packets) in &self.packets {
            let left = packets.iter().all(|&(_, copies)| copies == 0);
            assert!(!stood(conn) || left, "a packet that nothing struck arrives");
        }
    }
}
