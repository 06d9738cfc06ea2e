//! Streams: what StreamFrames change (reference 8.5, 8.6).

use super::{Arrival, Cause, Codes, Due, End, Listing, Name, Node, Standing, Stream};
use crate::ncp::packet::Packet;
use alloc::vec::Vec;
use wireproof_base::{Citation, Instant, Role};
use wireproof_wire::ncp::code;

const GAP: Citation = Citation::must("NCP-STREAM-006");
const MISSING: Citation = Citation::must("NCP-STREAM-007");
const REUSED: Citation = Citation::must("NCP-STREAM-020").read("OP-24");
const LIMIT: Citation = Citation::must("NCP-STREAM-013");
const OVERFLOW: Citation = Citation::should("NCP-FLOW-006");
const ABORT: Citation = Citation::must("NCP-STREAM-010").read("OP-26");
const REVERSE: Citation = Citation::must("NCP-FLOW-003").read("OP-22");
const UNKNOWN: Citation = Citation::must("NCP-STREAM-009").read("OP-58");
const TWICE: Citation = Citation::must("NCP-STREAM-018").read("OP-24");

/// What may be said of a frame on a stream that has ended or has never been, whichever side it was
/// of.
fn of_no_stream() -> Codes {
    Codes::of(code::NCP_STREAM_NOT_FOUND)
        .or(code::NPS_CLIENT_CONFLICT)
        .or(code::NPS_CLIENT_BAD_FRAME)
}

/// Whether a frame opens a stream under the name of one that was turned away. Nobody opens his own
/// again: that is a chunk of the old one.
fn takes_the_name(stream: &Stream, packet: &Packet<'_>) -> bool {
    // A window or a cancellation speaks of the old one.
    let bare = packet.data().is_empty() && !packet.is_last() && packet.name("anchor_ref").is_none();
    let update = bare && packet.window().is_some();
    let opens = packet.seq() == Some(0) && packet.error_code().is_none() && !update;
    let reverse = stream.mine != packet.mine;
    let again = !packet.mine && packet.seq() == Some(0);
    stream.maybe_unknown() && if reverse { opens } else { again }
}

impl Node {
    pub(super) fn stream_frame(&mut self, packet: &Packet<'_>, at: Instant, record: u32) {
        let id = packet.name("stream_id");
        let conn = &self.conns[packet.conn.0 as usize];
        match conn.find_stream(id) {
            None => self.open_stream(packet, id, at, record),
            Some(index) if takes_the_name(&conn.streams[index], packet) => {
                self.open_again(packet, index, at, record);
            }
            Some(index) if conn.streams[index].mine != packet.mine => {
                self.reverse(packet, index, record);
            }
            Some(index) if packet.mine => self.chunk_sent(packet, index),
            Some(index) => self.chunk_received(packet, index, record),
        }
    }

    /// A stream that was turned away is none (V02, V04), so its name may serve another; and it may
    /// count as used (V15).
    fn open_again(&mut self, packet: &Packet<'_>, index: usize, at: Instant, record: u32) {
        let conn = &mut self.conns[packet.conn.0 as usize];
        let mut old = conn.streams.remove(index);
        let id = old.id;
        // Where it may have been taken after all, what came on it may still be handed on.
        let taken = !packet.mine && !old.turned_away();
        let before = if taken { core::mem::take(&mut old.arrivals) } else { Vec::new() };
        old.reset();
        conn.spare.push(old);
        if packet.mine {
            self.open_stream(packet, id, at, record);
            return;
        }
        self.possible(packet.conn, of_no_stream(), REUSED, id, record, "a name that was used");
        self.open_stream(packet, id, at, record);
        let opened = self.conns[packet.conn.0 as usize].streams.last_mut();
        if let Some(stream) = opened {
            stream.standing = Standing::Doubtful;
            stream.arrivals.splice(0..0, before);
            stream.arrivals.iter_mut().for_each(|arrival| arrival.doubtful = true);
            stream.gap |= taken;
        }
    }

    fn open_stream(&mut self, packet: &Packet<'_>, id: Name, at: Instant, record: u32) {
        if !packet.mine && packet.seq() != Some(0) {
            let codes = Codes::of(code::NCP_STREAM_NOT_FOUND).or(code::NCP_STREAM_SEQ_GAP);
            self.advised(packet, codes, MISSING, id, record, "seq");
            return;
        }
        let standing =
            if packet.mine { Standing::Taken } else { self.admit(packet, id, at, record) };
        let request = match packet.author {
            Role::Server => self.answered_by_stream(packet),
            Role::Client => None,
        };
        let conn = &mut self.conns[packet.conn.0 as usize];
        let request = request.map(|index| conn.requests.remove(index));
        let mut stream = conn.spare.pop().unwrap_or_default();
        stream.id = id;
        stream.mine = packet.mine;
        stream.standing = standing;
        stream.anchor = packet.name("anchor_ref");
        stream.projected =
            request.as_ref().is_some_and(|asked| !asked.fields.is_empty() || asked.reshaped);
        stream.anchor_excused =
            request.as_ref().is_some_and(|asked| asked.listing != Listing::Current);
        stream.next = packet.seq().unwrap_or(0) + 1;
        stream.record = record;
        let window = packet.window();
        stream.windowed = window.is_some();
        stream.window.left = window;
        stream.window.added = window.unwrap_or(0);
        stream.room = window;
        stream.tight_room = window.map(|window| window.saturating_sub(1));
        stream.waiting_doubtful = true;
        conn.streams.push(stream);
        if conn.is_crowded() {
            conn.requests.iter_mut().for_each(|waiting| waiting.crowded = true);
        }
        let index = conn.streams.len() - 1;
        if !packet.mine {
            self.arrive(packet, index, standing == Standing::Doubtful, record);
        }
        self.carry(packet, index);
    }

    /// Whether a receiver has to take a stream; what speaks against it becomes a cause.
    fn admit(&mut self, packet: &Packet<'_>, id: Name, at: Instant, record: u32) -> Standing {
        let conn = self.conn(packet.conn);
        let limit = conn.agreed.map_or(u32::MAX, |agreed| agreed.streams);
        let theirs =
            |stream: &&Stream| !stream.mine && stream.open() && stream.standing == Standing::Taken;
        let sure = conn.streams.iter().filter(theirs).count() as u32;
        let most = conn.streams_at_most();
        let doubtful = conn.doubtful;
        let mut standing = if doubtful { Standing::Doubtful } else { Standing::Taken };
        if most >= limit {
            standing = Standing::Doubtful;
            let due = if sure >= limit && !doubtful { Due::Ordered } else { Due::Nothing };
            let codes = Codes::of(code::NCP_STREAM_LIMIT_EXCEEDED);
            let (answered, step, what) = (false, 0, "a stream above the limit");
            let rule = LIMIT;
            let subject = id;
            let cause = Cause { codes, rule, due, subject, record, step, answered, what };
            self.cause(packet.conn, cause);
        }
        let reference = packet.text("anchor_ref");
        let known = |text: &str| self.knows(packet, text, at);
        if reference.is_some_and(|text| !known(text)) {
            standing = Standing::Doubtful;
            let codes = Codes::of(code::NCP_ANCHOR_NOT_FOUND);
            self.possible(packet.conn, codes, UNKNOWN, id, record, "an unknown schema");
            let anchor = Name::of_optional(reference);
            self.possible(packet.conn, codes, UNKNOWN, anchor, record, "an unknown schema");
        }
        standing
    }

    fn chunk_sent(&mut self, packet: &Packet<'_>, index: usize) {
        let stream = &mut self.conns[packet.conn.0 as usize].streams[index];
        stream.next = stream.next.max(packet.seq().unwrap_or(0) + 1);
        stream.waiting = stream.waiting.saturating_sub(1);
        if packet.error_code().is_none() {
            if let Some(left) = &mut stream.window.left {
                *left = left.saturating_sub(1);
            }
            stream.window.added = stream.window.added.saturating_sub(1);
            stream.window.other_opened &= stream.window.left == Some(0);
        }
        self.carry(packet, index);
    }

    fn chunk_received(&mut self, packet: &Packet<'_>, index: usize, record: u32) {
        let seq = packet.seq().unwrap_or(0);
        let stream = &self.conns[packet.conn.0 as usize].streams[index];
        let (id, next, gap) = (stream.id, stream.next, stream.gap);
        let mut doubtful = stream.standing == Standing::Doubtful || gap;
        if !stream.open() {
            let missing = Codes::of(code::NCP_STREAM_NOT_FOUND);
            if seq == 0 {
                let codes = missing.or(code::NPS_CLIENT_CONFLICT).or(code::NCP_STREAM_SEQ_GAP);
                self.possible(packet.conn, codes, REUSED, id, record, "a number that was used");
            } else {
                let codes = missing.or(code::NCP_STREAM_SEQ_GAP);
                self.possible(packet.conn, codes, MISSING, id, record, "a chunk after the end");
            }
            return;
        }
        if stream.maybe_unknown() {
            let codes = of_no_stream();
            self.possible(packet.conn, codes, MISSING, id, record, "a chunk of no stream");
        }
        if packet.error_code().is_some() {
            if !packet.is_last() {
                let codes = Codes::of(code::NPS_CLIENT_BAD_FRAME);
                self.possible(packet.conn, codes, ABORT, id, record, "is_last");
            }
            self.carry(packet, index);
            return;
        }
        if seq < next {
            let codes = Codes::of(code::NCP_STREAM_SEQ_GAP);
            self.possible(packet.conn, codes, TWICE, id, record, "a chunk that came before");
            return;
        }
        if seq > next {
            let codes = Codes::of(code::NCP_STREAM_SEQ_GAP).or(code::NCP_STREAM_NOT_FOUND);
            if gap {
                self.possible(packet.conn, codes, GAP, id, record, "seq");
            } else {
                self.advised(packet, codes, GAP, id, record, "seq");
            }
            let stream = &mut self.conns[packet.conn.0 as usize].streams[index];
            stream.gap = true;
            doubtful = true;
        }
        doubtful |= self.spend_room(packet, index, record);
        self.arrive(packet, index, doubtful, record);
        let stream = &mut self.conns[packet.conn.0 as usize].streams[index];
        if seq == stream.next {
            stream.next = seq + 1;
        }
        self.carry(packet, index);
    }

    /// Counts a chunk at its receiver; tells whether it may be turned away for want of room.
    fn spend_room(&mut self, packet: &Packet<'_>, index: usize, record: u32) -> bool {
        let stream = &mut self.conns[packet.conn.0 as usize].streams[index];
        let id = stream.id;
        let (over, tight) = (stream.room == Some(0), stream.tight_room == Some(0));
        let sure = over && !stream.maybe_unknown();
        for room in [&mut stream.room, &mut stream.tight_room].into_iter().flatten() {
            *room = room.saturating_sub(1);
        }
        let codes = Codes::of(code::NCP_STREAM_WINDOW_OVERFLOW);
        if sure {
            self.advised(packet, codes, OVERFLOW, id, record, "a chunk beyond the window");
        } else if over || tight {
            self.possible(packet.conn, codes, OVERFLOW, id, record, "a chunk beyond the window");
        }
        over || tight
    }

    /// A chunk waits to be handed on.
    fn arrive(&mut self, packet: &Packet<'_>, index: usize, doubtful: bool, record: u32) {
        let (seq, count, digest) =
            (packet.seq().unwrap_or(0) as u32, packet.data().len(), packet.digest);
        let conn = &mut self.conns[packet.conn.0 as usize];
        let doubtful = doubtful || conn.doubtful || packet.error_code().is_some();
        let stream = &mut conn.streams[index];
        let count = count as u32;
        stream.arrivals.push(Arrival { seq, count, digest, doubtful, record });
    }

    /// What a chunk means for its stream on either side.
    fn carry(&mut self, packet: &Packet<'_>, index: usize) {
        let (records, last) = (packet.data().len() as u64, packet.is_last());
        let anchor = packet.name("anchor_ref");
        let error = packet.error_code().map(Name::of);
        let stream = &mut self.conns[packet.conn.0 as usize].streams[index];
        stream.carried += records;
        if stream.anchor.is_none() {
            stream.anchor = anchor;
        }
        stream.last_seen |= last;
        if !stream.open() {
            return;
        }
        if let Some(error) = error {
            (stream.end, stream.error) = (Some(End::Aborted), error);
        } else if last && (packet.mine || !stream.gap) {
            stream.end = Some(End::Complete);
        }
    }

    /// A StreamFrame against the direction of its stream.
    fn reverse(&mut self, packet: &Packet<'_>, index: usize, record: u32) {
        let (window, error) = (packet.window(), packet.error_code().map(Name::of));
        let empty = packet.data().is_empty();
        let conn = &mut self.conns[packet.conn.0 as usize];
        let stream = &mut conn.streams[index];
        let id = stream.id;
        if !stream.open() {
            if !packet.mine {
                // Its receiver may still know the stream, or not any more (OP-22, OP-24).
                let codes = of_no_stream();
                self.possible(packet.conn, codes, REVERSE, id, record, "a frame after the end");
            }
            return;
        }
        if let Some(error) = error {
            (stream.end, stream.error) = (Some(End::Refused), error);
            return;
        }
        let Some(window) = window.filter(|_| empty) else {
            if !packet.mine {
                let codes = Codes::of(code::NPS_CLIENT_BAD_FRAME);
                self.possible(packet.conn, codes, REVERSE, id, record, "a frame without a meaning");
                // Its window may be obeyed, and the stream may be ended (OP-22).
                let stream = &mut self.conns[packet.conn.0 as usize].streams[index];
                stream.window.left = None;
                stream.standing = Standing::Doubtful;
                stream.waiting_doubtful = true;
            }
            return;
        };
        if packet.mine {
            stream.room = stream.room.map(|room| room + window);
            stream.tight_room = Some(window);
            return;
        }
        let state = &mut stream.window;
        state.reopened |= state.left == Some(0);
        state.added = if state.left.is_some() { state.added + window } else { window };
        state.left = Some(window);
        state.updates += 1;
        state.closed = window == 0;
        stream.updates.push(window as u32);
        if window != 0 {
            let others = conn.streams.iter_mut().enumerate().filter(|(other, _)| *other != index);
            for (_, stream) in others {
                stream.window.other_opened |= stream.window.left == Some(0);
            }
        }
    }
}
