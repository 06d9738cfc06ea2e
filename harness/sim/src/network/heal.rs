//! The end of the phase of faults.

use super::event::Event;
use super::world::Network;
use wireproof_base::{Instant, StreamId};

impl Network {
    /// Ends all faults: none strikes any more, partitions and stalls end, announced kills are
    /// called off. What faults hold up arrives a latency from now at the latest, in the order it
    /// would have had.
    pub fn heal(&mut self, now: Instant) {
        self.source.silence();
        self.cuts.clear();
        for conn in &mut self.conns[..self.used] {
            conn.opens = conn.opens.min(now + conn.ways[0].link.latency);
            for way in &mut conn.ways {
                (way.stalled, way.last, way.budget) = (Instant::ZERO, Instant::ZERO, None);
                way.streams.clear();
            }
        }
        let mut pending = core::mem::take(&mut self.scratch);
        pending.extend(core::iter::from_fn(|| self.queue.pop()));
        for (at, event) in pending.drain(..) {
            let at = self.brought_forward(now, at, event);
            self.queue.push(at, event);
        }
        self.scratch = pending;
    }

    /// When `event`, which was to happen `at`, happens now that there are no faults.
    fn brought_forward(&mut self, now: Instant, at: Instant, event: Event) -> Instant {
        let (conn, side, due, stream) = match event {
            Event::Wake(_) => return at,
            // Ahead of the first bytes, whichever way they go.
            Event::Connected { conn, .. } => {
                let (up, down) = (self.latency(conn, 0), self.latency(conn, 1));
                return at.min(now + up.min(down));
            }
            Event::Bytes { piece, due } => (piece.conn, piece.side, due, Some(piece.stream)),
            // It keeps its place on its own stream; the others must not push it behind that.
            Event::Lost { conn, side, due } => {
                return at.min(due.max(now + self.latency(conn, 1 - usize::from(side))));
            }
            Event::Disconnected { conn, side, due } => (conn, side, due, None),
        };
        let state = &mut self.conns[conn as usize];
        let carrier = state.carrier;
        let way = &mut state.ways[1 - usize::from(side)];
        let at = at.min(due.max(now + way.link.latency));
        match stream {
            Some(stream) => way.in_order(now, at, carrier, StreamId(stream)),
            None => at.max(way.last),
        }
    }
}
