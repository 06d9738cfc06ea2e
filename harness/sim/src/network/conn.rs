//! The state of one connection.

use super::settings::LinkConfig;
use super::source::SiteState;
use alloc::vec::Vec;
use wireproof_base::{Carrier, Instant, NodeId, StreamId};

/// One connection. Arrays of two are by side, 0 dialled, 1 listens; direction 0 starts at side 0.
#[derive(Clone, Debug)]
pub(super) struct Conn {
    pub ends: [NodeId; 2],
    pub carrier: Carrier,
    /// Lost as a whole: nothing that is under way arrives.
    pub dead: bool,
    /// Which sides are done with it.
    pub down: [bool; 2],
    /// Before it no byte arrives.
    pub opens: Instant,
    /// By stage.
    pub sites: [SiteState; 3],
    pub ways: [Way; 2],
    /// How often the address of the dialling side changed.
    pub path: u32,
}

/// One direction of a connection.
#[derive(Clone, Debug, Default)]
pub(super) struct Way {
    pub link: LinkConfig,
    /// The latest arrival so far, and the latest one had there been no faults.
    pub last: Instant,
    pub last_due: Instant,
    /// The latest arrival of each stream that has bytes under way.
    pub streams: Vec<(StreamId, Instant)>,
    /// Before it nothing that is sent now arrives.
    pub stalled: Instant,
    /// Until then the link is busy with what was sent before.
    pub busy: Instant,
    /// How many bytes still arrive before the connection is lost.
    pub budget: Option<u64>,
}

impl Conn {
    pub fn new(ends: [NodeId; 2], carrier: Carrier) -> Self {
        let mut conn = Self {
            ends,
            carrier,
            dead: false,
            down: [false; 2],
            opens: Instant::ZERO,
            sites: Default::default(),
            ways: Default::default(),
            path: 0,
        };
        conn.renew(ends, carrier);
        conn
    }

    /// Makes it a new connection that keeps the memory of the old one.
    pub fn renew(&mut self, ends: [NodeId; 2], carrier: Carrier) {
        (self.ends, self.carrier) = (ends, carrier);
        (self.dead, self.down, self.path) = (false, [false; 2], 0);
        self.opens = Instant::ZERO;
        self.sites.iter_mut().for_each(SiteState::renew);
        for way in &mut self.ways {
            way.streams.clear();
            *way = Way { streams: core::mem::take(&mut way.streams), ..Way::default() };
        }
    }

    /// The side that `node` is.
    ///
    /// # Panics
    /// If it is neither: the caller mixed up connections.
    pub fn side(&self, node: NodeId) -> usize {
        let side = self.ends.iter().position(|&end| end == node);
        side.expect("the node is not an end of this connection")
    }
}

impl Way {
    /// The earliest arrival at or after `at` that keeps what the carrier promises on `stream`,
    /// and remembers it.
    pub fn in_order(
        &mut self,
        now: Instant,
        at: Instant,
        carrier: Carrier,
        stream: StreamId,
    ) -> Instant {
        let arrival = match carrier {
            Carrier::Stream => at.max(self.last),
            Carrier::Datagram | Carrier::Exchange => at,
            Carrier::Multistream => {
                if self.streams.len() >= CROWDED {
                    // What has arrived holds up nothing.
                    self.streams.retain(|&(_, last)| last > now);
                }
                match self.streams.iter_mut().find(|(known, _)| *known == stream) {
                    Some((_, last)) => {
                        *last = at.max(*last);
                        *last
                    }
                    None => {
                        self.streams.push((stream, at));
                        at
                    }
                }
            }
        };
        self.last = self.last.max(arrival);
        arrival
    }
}

const CROWDED: usize = 32;
