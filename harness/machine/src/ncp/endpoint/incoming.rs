//! Streams that the peer opened (reference 8.6; `OP-21` to `OP-26`, `OP-58`).

use super::core::{Core, Out, blocked};
use super::outgoing::{ended, filled};
use super::stream::{Incoming, Past};
use crate::ncp::refusal::Refusal;
use crate::ncp::stream_receiver::{Admission, Chunk, Event as Step, Output, Receiver};
use wireproof_base::StreamId;
use wireproof_wire::ncp::command::{Abort, Window};
use wireproof_wire::ncp::event::{Hold, StreamEnd};
use wireproof_wire::ncp::frame::Frame;
use wireproof_wire::ncp::frames::{Error, Stream};
use wireproof_wire::ncp::{Event, digest, uuid};

impl Core {
    /// A StreamFrame arrived. `true` if it opens a stream, let in or turned away: whatever it was
    /// to answer has its answer.
    #[inline]
    pub fn on_stream(
        &mut self,
        link: usize,
        carrier: StreamId,
        frame: &Stream,
        out: &mut Out,
    ) -> bool {
        let entry = &self.links[link];
        if entry.outgoing(&frame.stream_id).is_some()
            || matches!(entry.past.get(&frame.stream_id), Some(Past::Outgoing(_)))
        {
            self.on_reverse(link, frame, out);
            return false;
        }
        let step = |admission| {
            Step::Chunk(Chunk {
                seq: frame.seq,
                last: frame.is_last,
                failed: frame.error().is_some(),
                window: frame.window_size,
                admission,
            })
        };
        // Whom a table lets in is only asked for an opener.
        let admitted = Admission { id: true, slot: true, anchor: true };
        let entry = &mut self.links[link];
        if let Some(at) = entry.incoming(&frame.stream_id) {
            let result = entry.incoming[at].receiver.apply(step(admitted));
            self.take_chunk(link, at, frame, result, out);
            return false;
        }
        if let Some(Past::Incoming(receiver)) = entry.past.get_mut(&frame.stream_id) {
            if let Err(Refusal::Peer { code, .. }) = receiver.apply(step(admitted)) {
                self.refuse_stream(link, &frame.stream_id, code, out);
            }
            return false;
        }
        let known = frame.anchor_ref.as_deref().is_none_or(|anchor| self.knows(link, anchor));
        let admission = Admission {
            id: uuid::is_v4(&frame.stream_id),
            slot: self.links[link].slots.has_room(),
            anchor: known,
        };
        let mut receiver = Receiver::new();
        match receiver.apply(step(admission)) {
            Ok(output) => {
                let entry = &mut self.links[link];
                let id = frame.stream_id.clone();
                entry.take_slot(&id);
                let anchor_ref = frame.anchor_ref.clone().unwrap_or_default();
                entry.incoming.push(Incoming { id, carrier, anchor_ref, receiver });
                let at = entry.incoming.len() - 1;
                self.take_chunk(link, at, frame, Ok(output), out);
                true
            }
            Err(Refusal::Peer { code, row }) => {
                let mut error = Error::of(code).about("stream_id", &frame.stream_id);
                if let ("V04", Some(anchor_ref)) = (row, &frame.anchor_ref) {
                    error = error.about("anchor_ref", anchor_ref);
                }
                self.send_error(link, error, out);
                frame.seq == 0
            }
            Err(Refusal::Local { .. }) => false,
        }
    }

    /// Reports what a chunk came to.
    #[inline]
    fn take_chunk(
        &mut self,
        link: usize,
        at: usize,
        frame: &Stream,
        result: Result<Output, Refusal>,
        out: &mut Out,
    ) {
        let entry = &mut self.links[link];
        let conn = entry.conn;
        let stream_id = || frame.stream_id.clone();
        match result {
            Ok(Output::Deliver { opened, last }) => {
                if opened {
                    out.event(opening(conn, frame));
                }
                out.event(Event::Chunk {
                    conn,
                    stream_id: stream_id(),
                    seq: frame.seq,
                    count: frame.data.len() as u32,
                    digest: digest::records(&frame.data),
                });
                self.look_at(link, &self.links[link].incoming[at].anchor_ref, &frame.data, out);
                if last {
                    self.links[link].file_incoming(at);
                    ended(conn, stream_id(), StreamEnd::Complete, "", out);
                }
            }
            Ok(Output::Abort { opened }) => {
                if opened {
                    out.event(opening(conn, frame));
                }
                entry.file_incoming(at);
                let error = frame.error().unwrap_or_default();
                ended(conn, stream_id(), StreamEnd::Aborted, error, out);
            }
            Err(Refusal::Peer { code, .. }) => {
                let over = !entry.incoming[at].receiver.is_alive();
                self.refuse_stream(link, &frame.stream_id, code, out);
                let entry = &mut self.links[link];
                if over && entry.incoming(&frame.stream_id).is_some() {
                    entry.file_incoming(at);
                    ended(conn, stream_id(), StreamEnd::Broken, code, out);
                }
            }
            Ok(_) | Err(Refusal::Local { .. }) => {}
        }
    }

    /// Carries out [`Window`] (V12, V13).
    pub fn window(&mut self, window: &Window, out: &mut Out) {
        let Some((link, at)) = self.peers_stream(&window.stream_id, out) else { return };
        let stream = &mut self.links[link].incoming[at];
        let Ok(Output::Window { seq, size }) = stream.receiver.apply(Step::Room(window.size))
        else {
            return;
        };
        let frame = Stream {
            stream_id: stream.id.clone(),
            seq,
            window_size: Some(size),
            ..Stream::default()
        };
        self.send_reverse(link, at, frame, out);
    }

    /// Carries out [`Abort`] for a stream of the peer (V14).
    pub fn cancel(&mut self, cancel: &Abort, out: &mut Out) {
        let Some((link, at)) = self.peers_stream(&cancel.stream_id, out) else { return };
        let entry = &mut self.links[link];
        let conn = entry.conn;
        if cancel.error.is_empty() {
            return blocked(conn, &cancel.stream_id, Hold::Malformed, out);
        }
        let stream = &mut entry.incoming[at];
        let Ok(Output::Cancel { seq }) = stream.receiver.apply(Step::GiveUp) else { return };
        let frame = Stream {
            stream_id: stream.id.clone(),
            seq,
            is_last: true,
            error_code: filled(&cancel.error),
            ..Stream::default()
        };
        self.send_reverse(link, at, frame, out);
        let entry = &mut self.links[link];
        if entry.incoming(&cancel.stream_id).is_some() {
            let stream = entry.file_incoming(at);
            ended(conn, stream.id, StreamEnd::Cancelled, &cancel.error, out);
        }
    }

    fn send_reverse(&mut self, link: usize, at: usize, frame: Stream, out: &mut Out) {
        let carrier = self.links[link].incoming[at].carrier;
        if self.send(link, carrier, &Frame::Stream(frame), out).is_err() {
            self.close_silently(link, out);
        }
    }

    /// Connection and position of a live stream that the peer opened; says so if it is none.
    fn peers_stream(&self, id: &str, out: &mut Out) -> Option<(usize, usize)> {
        let mut found = None;
        for (link, entry) in self.links.iter().enumerate().rev() {
            if let Some(at) = entry.incoming(id) {
                return Some((link, at));
            }
            if entry.outgoing(id).is_some() {
                found = found.or(Some((entry.conn, Hold::Role)));
            } else if let Some(past) = entry.past.get(id) {
                let why = match past {
                    Past::Outgoing(_) => Hold::Role,
                    Past::Incoming(_) => Hold::State,
                };
                found = found.or(Some((entry.conn, why)));
            }
        }
        let (conn, why) = found.unwrap_or((Default::default(), Hold::Unknown));
        blocked(conn, id, why, out);
        None
    }
}

fn opening(conn: wireproof_base::ConnId, frame: &Stream) -> Event {
    Event::Opened {
        conn,
        stream_id: frame.stream_id.clone(),
        anchor_ref: frame.anchor_ref.clone().unwrap_or_default(),
        request_id: frame.request_id.clone().unwrap_or_default(),
    }
}
