//! The way of one transmission from `send` to its arrivals.

use super::delivery::Applied;
use super::event::{Event, Piece};
use super::settings::Chunking;
use super::world::Network;
use crate::link::mtu;
use crate::{Fault, FaultKey, Site, Stage, Way};
use wireproof_base::{Carrier, ConnId, Duration, Instant, NodeId, StreamId};

/// What befalls the transmission itself; the rest changes the state of the network.
#[derive(Default)]
struct Fate {
    lost: bool,
    delay: Duration,
    copy: Option<Duration>,
    split: Option<u32>,
    change: Option<(u32, u8)>,
    keep: Option<u32>,
    kill: Option<u32>,
}

/// Where it goes.
#[derive(Clone, Copy)]
struct Route {
    conn: u32,
    /// The sending side.
    side: usize,
    stream: StreamId,
    carrier: Carrier,
}

impl Network {
    /// Sends bytes. Nothing happens if the connection is gone for the sender. On `datagram` and
    /// `exchange` they are one message; on byte streams they arrive in any pieces, and none at all
    /// is no transmission.
    pub fn send(
        &mut self,
        now: Instant,
        conn: ConnId,
        from: NodeId,
        stream: StreamId,
        bytes: &[u8],
    ) {
        let state = self.conn(conn);
        let (side, carrier) = (state.side(from), state.carrier);
        let nothing = bytes.is_empty() && !carrier.keeps_messages();
        if state.dead || state.down[side] || nothing {
            return;
        }
        let route = Route { conn: conn.0, side, stream, carrier };
        let mut fate = Fate::default();
        let stage = if side == 0 { Stage::Up } else { Stage::Down };
        let len = bytes.len() as u32;
        for stage in [Stage::Conn, stage] {
            let site = Site { conn, stage };
            let state = &mut self.conns[conn.0 as usize].sites[stage as usize];
            if let Some((key, fault)) = self.source.decide(site, state, carrier, len) {
                self.apply(now, route, key, fault, len, &mut fate);
            }
        }
        if self.conn(conn).dead || fate.lost {
            return;
        }
        if carrier.keeps_messages() {
            self.send_packet(now, route, bytes, &fate);
        } else {
            self.send_pieces(now, route, bytes, &fate);
        }
    }

    fn apply(
        &mut self,
        now: Instant,
        route: Route,
        key: FaultKey,
        fault: Fault,
        len: u32,
        fate: &mut Fate,
    ) {
        let conn = ConnId(route.conn);
        self.applied.push(Applied { at: now, key, fault, conn, bytes_len: len });
        match fault {
            Fault::Drop => fate.lost = true,
            Fault::Duplicate { after } => fate.copy = Some(after),
            Fault::Delay { by } => fate.delay = fate.delay + by,
            Fault::Rechunk { at } => fate.split = at.checked_rem(len),
            Fault::Corrupt { at, xor } => fate.change = at.checked_rem(len).map(|at| (at, xor)),
            Fault::Truncate { keep } => fate.keep = keep.checked_rem(len),
            Fault::Kill { after_bytes } => {
                let survives = after_bytes.checked_rem(len.saturating_add(1)).unwrap_or(0);
                fate.kill = Some(survives);
            }
            Fault::Partition { lasts, way } => {
                let ends = self.conn(conn).ends;
                let (from, to) = (ends[route.side], ends[1 - route.side]);
                self.partition(now, from, to, now + lasts);
                if way == Way::Both {
                    self.partition(now, to, from, now + lasts);
                }
            }
            Fault::Stall { lasts } => {
                let stalled = &mut self.conns[route.conn as usize].ways[route.side].stalled;
                *stalled = (*stalled).max(now + lasts);
            }
            Fault::Rebind => self.rebind(now, conn),
        }
    }

    fn send_packet(&mut self, now: Instant, route: Route, bytes: &[u8], fate: &Fate) {
        let link = &self.conns[route.conn as usize].ways[route.side].link;
        if route.carrier == Carrier::Datagram && !mtu::fits(link.mtu, bytes.len()) {
            self.overflowed += 1;
            return;
        }
        let Some((at, due)) = self.arrival(now, route, bytes.len(), fate.delay) else { return };
        let slot = self.buffers.store(bytes);
        if let Some((at, xor)) = fate.change {
            self.buffers.bytes_mut(slot)[at as usize] ^= xor;
        }
        let end = fate.keep.unwrap_or(bytes.len() as u32);
        let piece = piece(route, slot, 0, end, false);
        self.queue.push(at, Event::Bytes { piece, due });
        if let Some(after) = fate.copy {
            self.buffers.hold(slot);
            self.queue.push(at + after, Event::Bytes { piece, due });
            let way = &mut self.conns[route.conn as usize].ways[route.side];
            way.last = way.last.max(at + after);
        }
    }

    fn send_pieces(&mut self, now: Instant, route: Route, bytes: &[u8], fate: &Fate) {
        let link = &self.conns[route.conn as usize].ways[route.side].link;
        let (wanted, glue) = match link.chunking {
            Chunking::Bytes(n) => (Some(n), false),
            Chunking::Whole | Chunking::Merge => (None, true),
        };
        let longest = mtu::piece(link.mtu, wanted);
        let end = fate.kill.unwrap_or(bytes.len() as u32);
        let slot = self.buffers.store(bytes);
        let mut start = 0;
        while start < end {
            let mut next = start.saturating_add(longest).min(end);
            let split = fate.split.filter(|&split| start < split && split < next);
            next = split.unwrap_or(next);
            let len = (next - start) as usize;
            let Some((at, due)) = self.arrival(now, route, len, fate.delay) else { break };
            self.buffers.hold(slot);
            let glue = glue && fate.split != Some(start);
            let piece = piece(route, slot, start, next, glue || start == 0);
            self.queue.push(at, Event::Bytes { piece, due });
            start = next;
        }
        self.buffers.release(slot);
        if fate.kill.is_some()
            && let Some((at, due)) = self.arrival(now, route, 0, fate.delay)
        {
            let side = 1 - route.side as u8;
            self.queue.push(at, Event::Lost { conn: route.conn, side, due });
        }
    }

    /// When `len` bytes arrive, and when they would have without faults; `None` if never.
    fn arrival(
        &mut self,
        now: Instant,
        route: Route,
        len: usize,
        delay: Duration,
    ) -> Option<(Instant, Instant)> {
        let may_drop = route.carrier.keeps_messages();
        let ends = self.conns[route.conn as usize].ends;
        let cut = if self.cuts.is_empty() {
            None
        } else {
            self.cut_until(now, ends[route.side], ends[1 - route.side])
        };
        if may_drop && cut.is_some() {
            return None;
        }
        let conn = &mut self.conns[route.conn as usize];
        let way = &mut conn.ways[route.side];
        let left = match way.link.rate {
            None => now,
            Some(rate) => {
                let Some(left) = rate.leave(now, way.busy, len, may_drop) else {
                    self.overflowed += 1;
                    return None;
                };
                way.busy = left;
                left
            }
        };
        let due = left + way.link.latency;
        let held = cut.map_or(Instant::ZERO, |until| until + way.link.latency);
        let at = due.max(held).max(way.stalled) + delay;
        let at = way.in_order(now, at.max(conn.opens), route.carrier, route.stream);
        way.last_due = way.last_due.max(due);
        Some((at, due))
    }
}

fn piece(route: Route, slot: u32, start: u32, end: u32, glue: bool) -> Piece {
    let (side, stream) = (1 - route.side as u8, route.stream.0);
    Piece { conn: route.conn, side, glue, stream, slot, start, end }
}
