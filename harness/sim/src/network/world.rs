//! The network itself: its state, its deliveries, its record.

use super::buffers::Buffers;
use super::conn::{Conn, Way};
use super::delivery::{Applied, Delivery, Slot};
use super::event::{Event, Piece};
use super::settings::{Chunking, LinkConfig};
use super::source::{FaultSource, Source};
use crate::{EventQueue, Fault, FaultKey, TraceHash};
use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use wireproof_base::{Carrier, ConnId, Duration, Instant, NodeId, StreamId};

/// A simulated network. Bytes go in with `send` and come out of `pop`, later, or never.
///
/// A run begins with `reset`. Then, until `next_time` is `None` or far enough: `pop` a
/// [`Delivery`], hand it to its node, `send` what the node answers. Every `now` is at least the
/// time of the last delivery. `heal` ends the phase of faults.
///
/// Memory is kept from run to run: once the largest run has been seen, nothing is allocated.
#[derive(Clone, Debug, Default)]
pub struct Network {
    pub(super) queue: EventQueue<Event>,
    pub(super) buffers: Buffers,
    pub(super) conns: Vec<Conn>,
    /// How many of `conns` belong to this run.
    pub(super) used: usize,
    pub(super) source: Source,
    pub(super) applied: Vec<Applied>,
    /// From, to, until.
    pub(super) cuts: Vec<(NodeId, NodeId, Instant)>,
    pub(super) scratch: Vec<(Instant, Event)>,
    pub(super) overflowed: u64,
    /// Whether any connection is gone for anybody, so that stale events may wait.
    pub(super) gone: bool,
    default_link: LinkConfig,
    links: Vec<(NodeId, NodeId, LinkConfig)>,
    pub(super) current: Option<Piece>,
    pub(super) merged: Vec<u8>,
    pub(super) hash: TraceHash,
}

impl Network {
    /// A network without faults and with default links.
    pub fn new() -> Self {
        let mut network = Self::default();
        network.reset(FaultSource::Neutral, &LinkConfig::default());
        network
    }

    /// Starts a new run on links that are all like `config`.
    pub fn reset(&mut self, source: FaultSource<'_>, config: &LinkConfig) {
        self.queue.clear();
        self.buffers.clear();
        self.used = 0;
        self.source.reset(source);
        self.applied.clear();
        self.cuts.clear();
        self.overflowed = 0;
        self.gone = false;
        self.default_link = *config;
        self.links.clear();
        self.current = None;
        self.hash.clear();
    }

    /// Makes the path from one node to another different from the rest, for connections that
    /// are opened from here on.
    pub fn set_link(&mut self, from: NodeId, to: NodeId, config: &LinkConfig) {
        self.links.retain(|&(a, b, _)| (a, b) != (from, to));
        self.links.push((from, to, *config));
    }

    /// Opens a connection. Both sides learn it after the latency of the way to the listener, and
    /// no byte arrives before that.
    ///
    /// # Panics
    /// If a node dials itself.
    pub fn connect(
        &mut self,
        now: Instant,
        dialer: NodeId,
        listener: NodeId,
        carrier: Carrier,
    ) -> ConnId {
        assert_ne!(dialer, listener, "a node cannot dial itself");
        let (up, down) = (self.link(dialer, listener), self.link(listener, dialer));
        let index = self.used;
        self.used += 1;
        match self.conns.get_mut(index) {
            Some(conn) => conn.renew([dialer, listener], carrier),
            None => self.conns.push(Conn::new([dialer, listener], carrier)),
        }
        let cut = self.cut_until(now, dialer, listener).max(self.cut_until(now, listener, dialer));
        let opens = cut.unwrap_or(now) + up.latency;
        let conn = &mut self.conns[index];
        conn.opens = opens;
        for (way, link) in conn.ways.iter_mut().zip([up, down]) {
            way.link = link;
        }
        for side in [1, 0] {
            self.queue.push(opens, Event::Connected { conn: index as u32, side });
        }
        ConnId(index as u32)
    }

    /// Ends a connection at one side. What that side sent before still arrives, then the other
    /// side learns of the end. The side itself gets nothing more on it.
    pub fn shutdown(&mut self, now: Instant, conn: ConnId, from: NodeId) {
        let index = conn.0;
        let side = self.conn(conn).side(from);
        if self.conn(conn).down[side] {
            return;
        }
        self.conns[index as usize].down[side] = true;
        self.gone = true;
        // Whoever hung up does not wait to hear that the connection was lost meanwhile.
        if !self.conn(conn).dead {
            self.notify(now, index, 1 - side);
        }
    }

    /// Loses a connection: whatever is under way is lost, both sides learn it at once. If it did
    /// not stand yet, they learn that it stands when it would have, and that it fell.
    pub fn kill(&mut self, now: Instant, conn: ConnId) {
        if core::mem::replace(&mut self.conn_mut(conn).dead, true) {
            return;
        }
        self.gone = true;
        let at = now.max(self.conn(conn).opens);
        for side in [0, 1] {
            self.queue.push(at, Event::Disconnected { conn: conn.0, side, due: now });
        }
    }

    /// Loses a connection as soon as `n` more bytes that `from` sent have arrived. The receiving
    /// side learns it right after the last of them, the sending side a latency later. With 0, the
    /// next byte is the first that does not arrive.
    pub fn kill_after_bytes(&mut self, conn: ConnId, from: NodeId, n: u64) {
        let conn = self.conn_mut(conn);
        let side = conn.side(from);
        conn.ways[side].budget = Some(n);
    }

    /// Cuts the way from one node to another until then. What is under way already arrives.
    /// Streams deliver afterwards what is sent meanwhile, datagrams are lost.
    pub fn partition(&mut self, now: Instant, from: NodeId, to: NodeId, until: Instant) {
        self.cuts.retain(|&(_, _, until)| until > now);
        self.cuts.push((from, to, until));
    }

    /// Holds up what `from` sends on a connection from here on: none of it arrives before then.
    /// What is under way already is not touched, and nothing is lost.
    pub fn hold(&mut self, conn: ConnId, from: NodeId, until: Instant) {
        let conn = self.conn_mut(conn);
        let side = conn.side(from);
        let stalled = &mut conn.ways[side].stalled;
        *stalled = (*stalled).max(until);
    }

    /// Changes the address of the dialling side. A stream does not survive that, a multistream
    /// connection resumes after a round trip, messages take no notice.
    pub fn rebind(&mut self, now: Instant, conn: ConnId) {
        let state = self.conn_mut(conn);
        state.path += 1;
        match state.carrier {
            Carrier::Stream => self.kill(now, conn),
            Carrier::Datagram | Carrier::Exchange => (),
            Carrier::Multistream => {
                let pause = state.ways[0].link.latency + state.ways[1].link.latency;
                for way in &mut state.ways {
                    way.stalled = way.stalled.max(now + pause);
                }
            }
        }
    }

    /// How often the path of a connection changed.
    pub fn path(&self, conn: ConnId) -> u32 {
        self.conn(conn).path
    }

    /// Cuts up from here on what `from` sends on a byte stream.
    pub fn set_chunking(&mut self, conn: ConnId, from: NodeId, chunking: Chunking) {
        let conn = self.conn_mut(conn);
        let side = conn.side(from);
        conn.ways[side].link.chunking = chunking;
    }

    /// Asks for [`What::Wake`](crate::What::Wake) at that instant.
    pub fn schedule(&mut self, at: Instant, token: u64) {
        self.queue.push(at, Event::Wake(token));
    }

    /// When the next delivery is due.
    #[inline]
    pub fn next_time(&mut self) -> Option<Instant> {
        self.settle();
        self.queue.peek_time()
    }

    /// Takes the next delivery. The bytes of the one before are gone.
    #[inline]
    pub fn pop(&mut self) -> Option<Delivery> {
        if let Some(piece) = self.current.take() {
            self.buffers.release(piece.slot);
        }
        self.settle();
        let (at, event) = self.queue.pop()?;
        let what = match event {
            Event::Wake(token) => self.wake(at, token),
            Event::Connected { conn, side } => self.open(at, conn, side),
            Event::Bytes { piece, .. } => self.deliver(at, piece),
            Event::Lost { conn, side, .. } => self.lose(at, conn, side),
            Event::Disconnected { conn, side, .. } => self.close(at, conn, side),
        };
        self.hash.end_event();
        Some(Delivery { at, what })
    }

    /// The bytes of the last delivery.
    ///
    /// # Panics
    /// If `slot` belongs to an earlier one.
    #[inline]
    pub fn bytes(&self, slot: Slot) -> &[u8] {
        let piece = self.current.filter(|piece| piece.slot == slot.0);
        let piece = piece.expect("bytes are readable until the next `pop` only");
        if self.merged.is_empty() {
            self.buffers.bytes(piece.slot, piece.start, piece.end)
        } else {
            &self.merged
        }
    }

    /// Whether `node` can still send and receive on a connection.
    pub fn is_open(&self, conn: ConnId, node: NodeId) -> bool {
        let conn = self.conn(conn);
        !conn.dead && !conn.down[conn.side(node)]
    }

    /// Folds something of the caller's into the trace hash, as an event of its own.
    pub fn fold(&mut self, tag: u64, bytes: &[u8]) {
        self.hash.word(tag);
        self.hash.bytes(bytes);
        self.hash.end_event();
    }

    /// The trace hash so far.
    pub fn hash(&self) -> u64 {
        self.hash.value()
    }

    /// The trace hash with its checkpoints, for
    /// [`first_difference`](crate::hash::first_difference).
    pub fn trace_hash(&self) -> &TraceHash {
        &self.hash
    }

    /// The hash after every 1,024th event.
    pub fn checkpoints(&self) -> &[u64] {
        self.hash.checkpoints()
    }

    /// Number of events so far, deliveries and folds alike.
    pub fn events(&self) -> u64 {
        self.hash.events()
    }

    /// The faults that struck so far, in order.
    pub fn applied(&self) -> &[Applied] {
        &self.applied
    }

    /// The faults that struck so far, as a plan that makes them strike again.
    pub fn recorded_faults(&self) -> BTreeMap<FaultKey, Fault> {
        self.applied.iter().map(|applied| (applied.key, applied.fault)).collect()
    }

    /// Number of datagrams that were too large, or found the queue of a link full.
    pub fn overflowed(&self) -> u64 {
        self.overflowed
    }

    /// Number of events under way, stale ones included.
    pub fn in_flight(&self) -> usize {
        self.queue.len()
    }

    /// A measure of the memory held: it stays the same as long as nothing is allocated.
    pub fn footprint(&self) -> usize {
        let streams = |way: &Way| way.streams.capacity() * size_of::<(StreamId, Instant)>();
        self.queue.capacity() * size_of::<Event>()
            + self.buffers.footprint()
            + self.conns.capacity() * size_of::<Conn>()
            + self.conns.iter().flat_map(|conn| &conn.ways).map(streams).sum::<usize>()
            + self.source.footprint()
            + self.applied.capacity() * size_of::<Applied>()
            + self.cuts.capacity() * size_of::<(NodeId, NodeId, Instant)>()
            + self.scratch.capacity() * size_of::<(Instant, Event)>()
            + self.merged.capacity()
            + self.hash.footprint()
    }

    /// Until when the way from one node to another is cut, if it is.
    pub(super) fn cut_until(&self, now: Instant, from: NodeId, to: NodeId) -> Option<Instant> {
        let cuts = self.cuts.iter().filter(|cut| (cut.0, cut.1) == (from, to) && cut.2 > now);
        cuts.map(|cut| cut.2).max()
    }

    fn link(&self, from: NodeId, to: NodeId) -> LinkConfig {
        let special = self.links.iter().find(|&&(a, b, _)| (a, b) == (from, to));
        special.map_or(self.default_link, |&(_, _, link)| link)
    }

    pub(super) fn conn(&self, conn: ConnId) -> &Conn {
        self.conns[..self.used].get(conn.0 as usize).expect("no such connection in this run")
    }

    pub(super) fn conn_mut(&mut self, conn: ConnId) -> &mut Conn {
        let conns = &mut self.conns[..self.used];
        conns.get_mut(conn.0 as usize).expect("no such connection in this run")
    }

    /// The latency of the way that starts at `side`.
    pub(super) fn latency(&self, conn: u32, side: usize) -> Duration {
        self.conns[conn as usize].ways[side].link.latency
    }
}
