//! From the head of the queue to a node: what is delivered, merged, cut off, or seen by nobody.

use super::delivery::{Slot, What};
use super::event::{Event, Piece};
use super::settings::Chunking;
use super::world::Network;
use wireproof_base::{ConnId, Instant, StreamId};

impl Network {
    /// Lets `side` learn of the end of a connection after everything that was sent to it.
    pub(super) fn notify(&mut self, now: Instant, index: u32, side: usize) {
        let conn = &self.conns[index as usize];
        let way = &conn.ways[1 - side];
        let cut = self.cut_until(now, conn.ends[1 - side], conn.ends[side]);
        let due = way.last_due.max(now + way.link.latency);
        let at = due.max(way.last).max(way.stalled).max(conn.opens);
        let at = at.max(cut.map_or(Instant::ZERO, |until| until + way.link.latency));
        self.queue.push(at, Event::Disconnected { conn: index, side: side as u8, due });
    }

    pub(super) fn wake(&mut self, at: Instant, token: u64) -> What {
        self.note(at, [KIND_WAKE, token]);
        What::Wake { token }
    }

    pub(super) fn open(&mut self, at: Instant, conn: u32, side: u8) -> What {
        let state = &self.conns[conn as usize];
        let (node, carrier) = (state.ends[usize::from(side)], state.carrier);
        self.note(at, [KIND_CONNECTED | u64::from(node.0), u64::from(conn)]);
        What::Connected { node, conn: ConnId(conn), carrier }
    }

    pub(super) fn deliver(&mut self, at: Instant, mut piece: Piece) -> What {
        let (index, side) = (piece.conn as usize, usize::from(piece.side));
        let way = &mut self.conns[index].ways[1 - side];
        let merge = way.link.chunking == Chunking::Merge;
        let node = self.conns[index].ends[side];
        self.merged.clear();
        if merge {
            self.merge(at, piece);
        }
        let way = &mut self.conns[index].ways[1 - side];
        if let Some(left) = &mut way.budget {
            let len = self.merged.len().max((piece.end - piece.start) as usize) as u64;
            if *left <= len {
                let keep = *left as u32;
                if keep == 0 {
                    self.buffers.release(piece.slot);
                    return self.lose(at, piece.conn, piece.side);
                }
                self.merged.truncate(keep as usize);
                piece.end = piece.end.min(piece.start + keep);
                self.queue.push(at, Event::Lost { conn: piece.conn, side: piece.side, due: at });
                // Nothing else may arrive before that.
                way.budget = Some(0);
            } else {
                *left -= len;
            }
        }
        self.current = Some(piece);
        self.note(
            at,
            [KIND_BYTES | u64::from(node.0), u64::from(piece.conn) << 32 | u64::from(piece.stream)],
        );
        if self.merged.is_empty() {
            self.hash.bytes(self.buffers.bytes(piece.slot, piece.start, piece.end));
        } else {
            self.hash.bytes(&self.merged);
        }
        let (conn, stream) = (ConnId(piece.conn), StreamId(piece.stream));
        What::Bytes { node, conn, stream, slot: Slot(piece.slot) }
    }

    /// Gathers what arrives right behind `first` at the same instant.
    fn merge(&mut self, at: Instant, first: Piece) {
        while let Some((next_at, &Event::Bytes { piece, .. })) = self.queue.peek() {
            let same =
                (piece.conn, piece.side, piece.stream) == (first.conn, first.side, first.stream);
            if next_at != at || !same || !piece.glue {
                break;
            }
            self.queue.pop();
            if self.merged.is_empty() {
                let bytes = self.buffers.bytes(first.slot, first.start, first.end);
                self.merged.extend_from_slice(bytes);
            }
            let bytes = self.buffers.bytes(piece.slot, piece.start, piece.end);
            self.merged.extend_from_slice(bytes);
            self.buffers.release(piece.slot);
        }
    }

    /// The connection is lost: `side` learns it now, the other one a latency later.
    pub(super) fn lose(&mut self, at: Instant, conn: u32, side: u8) -> What {
        let other = 1 - usize::from(side);
        let state = &mut self.conns[conn as usize];
        state.dead = true;
        self.gone = true;
        // What was under way to the other side is lost with the rest, so nothing holds this up.
        let way = &mut state.ways[usize::from(side)];
        (way.last, way.last_due) = (at, at);
        self.notify(at, conn, other);
        self.close(at, conn, side)
    }

    pub(super) fn close(&mut self, at: Instant, conn: u32, side: u8) -> What {
        let state = &mut self.conns[conn as usize];
        state.down[usize::from(side)] = true;
        self.gone = true;
        let node = state.ends[usize::from(side)];
        self.note(at, [KIND_DISCONNECTED | u64::from(node.0), u64::from(conn)]);
        What::Disconnected { node, conn: ConnId(conn) }
    }

    /// Removes what nobody will see from the head of the queue.
    #[inline]
    pub(super) fn settle(&mut self) {
        while self.gone
            && let Some((at, &event)) = self.queue.peek()
            && !self.is_seen(event)
        {
            self.queue.pop();
            match event {
                Event::Bytes { piece, .. } => self.buffers.release(piece.slot),
                Event::Lost { conn, side, .. } if !self.conns[conn as usize].dead => {
                    self.conns[conn as usize].dead = true;
                    self.notify(at, conn, 1 - usize::from(side));
                }
                _ => (),
            }
        }
    }

    fn is_seen(&self, event: Event) -> bool {
        let (conn, side) = match event {
            Event::Wake(_) => return true,
            Event::Bytes { piece, .. } => (piece.conn, piece.side),
            Event::Connected { conn, side }
            | Event::Lost { conn, side, .. }
            | Event::Disconnected { conn, side, .. } => (conn, side),
        };
        let (state, side) = (&self.conns[conn as usize], usize::from(side));
        !state.down[side]
            && match event {
                // Whoever never learned that it stood could not make sense of its fall.
                Event::Connected { .. } | Event::Disconnected { .. } => true,
                _ => !state.dead,
            }
    }

    #[inline]
    fn note(&mut self, at: Instant, words: [u64; 2]) {
        self.hash.word(at.as_nanos());
        words.into_iter().for_each(|word| self.hash.word(word));
    }
}

const KIND_CONNECTED: u64 = 1 << 32;
const KIND_BYTES: u64 = 2 << 32;
const KIND_DISCONNECTED: u64 = 3 << 32;
const KIND_WAKE: u64 = 4 << 32;
