//! What a node has told its application.

use super::{Claim, Claimed, Fate, Name, Node, Patched};
use wireproof_base::{ConnId, Instant};
use wireproof_wire::ncp::Event;
use wireproof_wire::ncp::event::Hold;
use wireproof_wire::ncp::frame_type::FrameType;

impl Node {
    /// The node reported an event; what it breaks has been found already.
    pub fn told(&mut self, event: &Event, at: Instant, record: u32) {
        match event {
            Event::Ready { conn, .. } => {
                self.ensure(*conn).readies += 1;
                self.claims.push(Claim { record, at, conn: *conn, said: Claimed::Ready });
            }
            Event::Opened { conn, stream_id, .. } => {
                self.tells.opened = true;
                self.opened(*conn, Name::of(stream_id));
            }
            Event::Chunk { conn, stream_id, seq, .. } => {
                self.tells.chunks = true;
                self.delivered(*conn, Name::of(stream_id), *seq);
            }
            Event::Ended { conn, stream_id, outcome, error } => {
                self.tells.ended = true;
                let (stream, error) = (Name::of(stream_id), Name::of(error));
                let said = Claimed::Ended { stream, outcome: *outcome, error };
                self.claims.push(Claim { record, at, conn: *conn, said });
                let conn = self.ensure(*conn);
                if let Some(index) = conn.find_stream(stream) {
                    conn.streams[index].ended_told = Some(*outcome);
                }
            }
            Event::Blocked { conn, why: Hold::Streams, .. } => {
                self.claims.push(Claim { record, at, conn: *conn, said: Claimed::NoSlot });
            }
            Event::Blocked { stream_id, .. } => {
                let id = Name::of(stream_id);
                if let Some(index) = self.conn_of_stream(id) {
                    let conn = &mut self.conns[index];
                    if let Some(stream) = conn.find_stream(id) {
                        let stream = &mut conn.streams[stream];
                        stream.waiting = stream.waiting.saturating_sub(1);
                        stream.waiting_doubtful = true;
                    }
                }
            }
            Event::Window { conn, stream_id, .. } => {
                let conn = self.ensure(*conn);
                if let Some(index) = conn.find_stream(Name::of(stream_id))
                    && !conn.streams[index].updates.is_empty()
                {
                    conn.streams[index].updates.remove(0);
                }
            }
            _ => self.told_more(event),
        }
    }

    fn told_more(&mut self, event: &Event) {
        match event {
            Event::Anchored { conn, anchor_ref, .. } => {
                let id = Name::of(anchor_ref);
                for cached in &mut self.ensure(*conn).anchors {
                    cached.told |= cached.id == id;
                }
            }
            Event::Forgotten { conn, anchor_ref } => {
                let id = Name::of(anchor_ref);
                for cached in &mut self.ensure(*conn).anchors {
                    cached.doubtful |= cached.id == id;
                }
            }
            Event::Requested { conn, frame, request_id, .. } => {
                let (kind, id) = (FrameType::from_name(frame), Name::of(request_id));
                let requests = &mut self.ensure(*conn).requests;
                let waits = requests.iter_mut().find(|request| {
                    !request.told && Some(request.kind) == kind && request.id == id
                });
                if let Some(request) = waits {
                    request.told = true;
                }
            }
            Event::Answered { conn, anchor_ref, digest, .. } => {
                let (name, digest) = (Name::of(anchor_ref), *digest);
                self.forget_news(*conn, FrameType::Caps, name, Some(digest));
            }
            Event::Failed { conn, error, .. } => {
                self.forget_news(*conn, FrameType::Error, Name::of(error), None);
            }
            Event::Received { conn, frame } => {
                if let Some(kind) = FrameType::from_name(frame) {
                    self.forget_news(*conn, kind, Name::NONE, None);
                }
            }
            Event::Applied { conn, stream_id, entity, .. } => {
                let (stream, id) = (Name::of(stream_id), Name::of(entity));
                self.forget_diff(*conn, stream, id, Fate::Applied);
            }
            Event::Unapplied { conn, stream_id, entity } => {
                let (stream, id) = (Name::of(stream_id), Name::of(entity));
                self.forget_diff(*conn, stream, id, Fate::Unfollowed);
            }
            Event::Heartbeat { conn, stream_id, .. } => {
                self.forget_diff(*conn, Name::of(stream_id), Name::NONE, Fate::Heartbeat);
            }
            Event::Noticed { conn, what } if what == "plaintext" => {
                self.ensure(*conn).plaintext = None;
            }
            _ => {}
        }
    }

    /// A diff was reported: the one with that fate, or else the oldest about the entity.
    fn forget_diff(&mut self, conn: ConnId, stream: Name, id: Name, fate: Fate) {
        let patched = &mut self.ensure(conn).patched;
        let about = |seen: &Patched| seen.stream == stream && seen.id == id;
        let exact = patched.iter().position(|seen| about(seen) && seen.fate == fate);
        if let Some(place) = exact.or_else(|| patched.iter().position(about)) {
            patched.remove(place);
        }
    }

    fn forget_news(&mut self, conn: ConnId, kind: FrameType, name: Name, digest: Option<u64>) {
        let news = &mut self.ensure(conn).news;
        let exact = news.iter().position(|seen| {
            seen.kind == kind
                && seen.name == name
                && digest.is_none_or(|digest| digest == seen.digest)
        });
        if let Some(place) = exact {
            news.remove(place);
        }
    }

    fn opened(&mut self, conn: ConnId, id: Name) {
        let conn = self.ensure(conn);
        let Some(index) = conn.find_stream(id) else { return };
        let stream = &mut conn.streams[index];
        stream.opened_told = true;
        stream.standing = super::Standing::Taken;
        // It was let in, so no refusal of it is owed any more.
        let record = stream.record;
        for cause in conn.causes.iter_mut().filter(|cause| cause.record == record) {
            cause.due = super::Due::Nothing;
        }
    }

    fn delivered(&mut self, conn: ConnId, id: Name, seq: u32) {
        let conn = self.ensure(conn);
        let Some(index) = conn.find_stream(id) else { return };
        let stream = &mut conn.streams[index];
        if let Some(place) = stream.arrivals.iter().position(|arrival| arrival.seq == seq) {
            stream.arrivals.remove(place);
        }
        stream.delivered = stream.delivered.max(u64::from(seq) + 1);
        stream.next = stream.next.max(u64::from(seq) + 1);
    }
}
