//! Streams that this side opened (reference 8.5; `OP-14`, `OP-21` to `OP-27`).

use super::core::{Core, Out, blocked};
use super::stream::{Outgoing, Past};
use crate::ncp::refusal::Refusal;
use crate::ncp::stream_sender::{Event as Step, Output, Sender};
use alloc::collections::VecDeque;
use alloc::string::String;
use alloc::vec::Vec;
use wireproof_wire::ncp::Event;
use wireproof_wire::ncp::command::{Abort, Chunk, Open};
use wireproof_wire::ncp::event::{Hold, StreamEnd};
use wireproof_wire::ncp::frame::Frame;
use wireproof_wire::ncp::frames::{Anchor, Stream};
use wireproof_wire::ncp::{Value, tier, uuid};

/// What a query wants of the stream that answers it.
#[derive(Debug, Default)]
pub(crate) struct Asked {
    /// A schema that goes ahead of the stream, on the same byte stream (`OP-36`).
    pub preface: Option<Anchor>,
    /// Projection; empty for all fields.
    pub fields: Vec<String>,
}

impl Core {
    /// Opens a stream, in as many chunks as its records need (T01).
    ///
    /// # Errors
    ///
    /// Why nothing was opened or sent.
    pub fn open(
        &mut self,
        link: usize,
        open: &Open,
        asked: Asked,
        out: &mut Out,
    ) -> Result<(), Hold> {
        let entry = &self.links[link];
        if !uuid::is_v4(&open.stream_id) {
            return Err(Hold::Malformed);
        }
        if entry.knows_stream(&open.stream_id) {
            return Err(Hold::State);
        }
        if !entry.slots.has_room() {
            return Err(Hold::Streams);
        }
        if !self.fit(link, &open.anchor_ref, &asked.fields, &open.data) {
            return Err(Hold::Malformed);
        }
        let opener = Stream {
            stream_id: open.stream_id.clone(),
            is_last: open.last,
            anchor_ref: filled(&open.anchor_ref),
            window_size: open.window,
            request_id: filled(&open.request_id),
            ..Stream::default()
        };
        let mut pieces = self.pieces(link, opener.clone(), &open.data)?;
        let Some(first) = pieces.pop_front() else { return Err(Hold::Limit) };
        let entry = &mut self.links[link];
        entry.take_slot(&open.stream_id);
        let mut sender = Sender::new();
        let last = open.last && pieces.is_empty();
        let start = Step::Start { window: open.window, last, slot: true };
        // A stream that has just been made is idle, and there is a slot.
        let _ = sender.apply(start);
        let carrier = entry.data_stream();
        entry.outgoing.push(Outgoing {
            id: open.stream_id.clone(),
            carrier,
            sender,
            anchor_ref: open.anchor_ref.clone(),
            fields: asked.fields,
            request_id: open.request_id.clone(),
            waiting: VecDeque::new(),
        });
        let at = entry.outgoing.len() - 1;
        entry.outgoing[at].wait_for_credit(pieces, open.last);
        if let Some(anchor) = asked.preface {
            self.send(link, carrier, &Frame::Anchor(anchor), out)?;
        }
        let frame = Stream { is_last: last, data: first, ..opener };
        self.send_stream(link, at, frame, out);
        self.flush(link, at, out);
        Ok(())
    }

    /// Carries out [`Chunk`] (T03 to T05).
    pub fn chunk(&mut self, chunk: &Chunk, out: &mut Out) {
        let Some((link, at)) = self.own_stream(&chunk.stream_id, out) else { return };
        let entry = &self.links[link];
        let (conn, stream) = (entry.conn, &entry.outgoing[at]);
        if stream.is_finishing() {
            return blocked(conn, &chunk.stream_id, Hold::State, out);
        }
        if !self.fit(link, &stream.anchor_ref, &stream.fields, &chunk.data) {
            return blocked(conn, &chunk.stream_id, Hold::Malformed, out);
        }
        let template = Stream {
            stream_id: chunk.stream_id.clone(),
            seq: u32::MAX,
            is_last: chunk.last,
            ..Stream::default()
        };
        match self.pieces(link, template, &chunk.data) {
            Err(why) => blocked(conn, &chunk.stream_id, why, out),
            Ok(pieces) => {
                self.links[link].outgoing[at].wait_for_credit(pieces, chunk.last);
                self.flush(link, at, out);
            }
        }
    }

    /// Sends what waits, as far as there is credit, and files the stream after its last chunk.
    fn flush(&mut self, link: usize, at: usize, out: &mut Out) {
        loop {
            // Sending may have closed the connection, which ends all streams.
            let Some(stream) = self.links[link].outgoing.get_mut(at) else { return };
            if !stream.sender.is_alive() {
                break;
            }
            let Some(last) = stream.waiting.front().map(|piece| piece.last) else { return };
            let Ok(Output::Send { seq, last }) = stream.sender.apply(Step::Chunk { last }) else {
                return;
            };
            let Some(piece) = stream.waiting.pop_front() else { return };
            let frame = Stream {
                stream_id: stream.id.clone(),
                seq,
                is_last: last,
                data: piece.data,
                ..Stream::default()
            };
            self.send_stream(link, at, frame, out);
        }
        let entry = &mut self.links[link];
        let stream = entry.file_outgoing(at);
        ended(entry.conn, stream.id, StreamEnd::Complete, "", out);
    }

    /// Carries out [`Abort`] (T08).
    pub fn abort(&mut self, abort: &Abort, out: &mut Out) {
        let Some((link, at)) = self.own_stream(&abort.stream_id, out) else { return };
        if abort.error.is_empty() {
            let conn = self.links[link].conn;
            return blocked(conn, &abort.stream_id, Hold::Malformed, out);
        }
        self.fail_stream(link, at, &abort.error, out);
    }

    /// Ends a stream of this side with an `error_code` (T08).
    pub fn fail_stream(&mut self, link: usize, at: usize, error: &str, out: &mut Out) {
        let entry = &mut self.links[link];
        let Ok(Output::Abort { seq }) = entry.outgoing[at].sender.apply(Step::Fail) else { return };
        let frame = Stream {
            stream_id: entry.outgoing[at].id.clone(),
            seq,
            is_last: true,
            error_code: filled(error),
            ..Stream::default()
        };
        self.send_stream(link, at, frame, out);
        let entry = &mut self.links[link];
        if at < entry.outgoing.len() {
            let stream = entry.file_outgoing(at);
            ended(entry.conn, stream.id, StreamEnd::Aborted, error, out);
        }
    }

    /// A StreamFrame of the receiver of a stream of this side arrived (T06 to T11, T13).
    pub fn on_reverse(&mut self, link: usize, frame: &Stream, out: &mut Out) {
        let error = frame.error_code.as_deref().unwrap_or_default();
        let step = Step::reverse(frame.window_size, error, frame.data.len());
        let entry = &mut self.links[link];
        let conn = entry.conn;
        let Some(at) = entry.outgoing(&frame.stream_id) else {
            if let Some(Past::Outgoing(sender)) = entry.past.get_mut(&frame.stream_id)
                && let Err(Refusal::Peer { code, .. }) = sender.apply(step)
            {
                self.refuse_stream(link, &frame.stream_id, code, out);
            }
            return;
        };
        match entry.outgoing[at].sender.apply(step) {
            Ok(Output::Window) => {
                let size = frame.window_size.unwrap_or_default();
                let stream_id = frame.stream_id.clone();
                out.event(Event::Window { conn, stream_id, size });
                if size > 0 {
                    self.flush(link, at, out);
                }
            }
            Ok(Output::Stop) => {
                let stream = entry.file_outgoing(at);
                ended(conn, stream.id, StreamEnd::Cancelled, error, out);
            }
            Err(Refusal::Peer { code, .. }) => {
                self.refuse_stream(link, &frame.stream_id, code, out);
            }
            Ok(_) | Err(Refusal::Local { .. }) => {}
        }
    }

    /// An ErrorFrame named a stream (T09, T11).
    pub fn stop_stream(&mut self, link: usize, id: &str, error: &str, out: &mut Out) {
        let entry = &mut self.links[link];
        let Some(at) = entry.outgoing(id) else { return };
        if let Ok(Output::Stop) = entry.outgoing[at].sender.apply(Step::Ended) {
            let stream = entry.file_outgoing(at);
            ended(entry.conn, stream.id, StreamEnd::Cancelled, error, out);
        }
    }

    fn send_stream(&mut self, link: usize, at: usize, frame: Stream, out: &mut Out) {
        let carrier = self.links[link].outgoing[at].carrier;
        if self.send(link, carrier, &Frame::Stream(frame), out).is_err() {
            // Records were cut to fit; what does not fit then is the frame around them, for which
            // the peer has left no room.
            self.close_silently(link, out);
        }
    }

    /// Connection and position of a live stream that this side opened; says so if it is none.
    fn own_stream(&self, id: &str, out: &mut Out) -> Option<(usize, usize)> {
        let mut found = None;
        for (link, entry) in self.links.iter().enumerate().rev() {
            if let Some(at) = entry.outgoing(id) {
                return Some((link, at));
            }
            if entry.incoming(id).is_some() {
                found = found.or(Some((entry.conn, Hold::Role)));
            } else if let Some(past) = entry.past.get(id) {
                let why = match past {
                    Past::Outgoing(_) => Hold::State,
                    Past::Incoming(_) => Hold::Role,
                };
                found = found.or(Some((entry.conn, why)));
            }
        }
        let (conn, why) = found.unwrap_or((Default::default(), Hold::Unknown));
        blocked(conn, id, why, out);
        None
    }

    /// Records cut so that each part fits a frame like `template` (`OP-27`).
    ///
    /// # Errors
    ///
    /// A record alone does not fit, or cannot be encoded.
    fn pieces(
        &mut self,
        link: usize,
        template: Stream,
        data: &[Value],
    ) -> Result<VecDeque<Vec<Value>>, Hold> {
        let room = self.links[link].room();
        let texts = [&template.anchor_ref, &template.request_id].into_iter().flatten();
        let around = texts.map(|text| 6 * text.len()).sum::<usize>() + FRAME_WEIGHT;
        let weights = data.iter().map(|record| weight(record, DEPTH));
        let all = weights.sum::<Option<usize>>().ok_or(Hold::Malformed)?;
        if all + around <= room {
            return Ok([data.to_vec()].into());
        }
        let empty = self.measure(link, &Frame::Stream(template))?;
        // An array header or the brackets grow by at most four bytes.
        let space = room.checked_sub(empty + 4).ok_or(Hold::Limit)?;
        let mut pieces: VecDeque<Vec<Value>> = [Vec::new()].into();
        let mut used = 0;
        for record in data {
            let size = self.measure_value(link, record)? + 1;
            if size > space {
                return Err(Hold::Limit);
            }
            if used + size > space {
                pieces.push_back(Vec::new());
                used = 0;
            }
            used += size;
            if let Some(piece) = pieces.back_mut() {
                piece.push(record.clone());
            }
        }
        Ok(pieces)
    }
}

/// `None` for an empty text.
pub(crate) fn filled(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| String::from(text))
}

/// Says how a stream ended.
pub(crate) fn ended(
    conn: wireproof_base::ConnId,
    stream_id: String,
    outcome: StreamEnd,
    error: &str,
    out: &mut Out,
) {
    out.event(Event::Ended { conn, stream_id, outcome, error: String::from(error) });
}

/// No encoding of the frame around the records is longer, but for the texts in it.
const FRAME_WEIGHT: usize = 256;

/// Levels of a record, so that with the frame around it no reader finds it too deep.
const DEPTH: u32 = tier::MAX_DEPTH - 2;

/// An upper bound for the encoding of a value in either tier, without encoding it. `None` if
/// nothing can encode it (`OP-53`), or it has more levels than `depth`.
fn weight(value: &Value, depth: u32) -> Option<usize> {
    Some(match value {
        Value::Nil | Value::Bool(_) => 6,
        Value::Uint(_) | Value::Int(_) => 21,
        Value::Float(number) if !number.is_finite() => return None,
        Value::Float(_) => 400,
        Value::Text(text) => 6 * text.len() + 6,
        Value::Bytes(bytes) => 2 * bytes.len() + 6,
        Value::Array(items) => {
            let depth = depth.checked_sub(1)?;
            let items = items.iter().map(|item| Some(weight(item, depth)? + 1));
            items.sum::<Option<usize>>()? + 6
        }
        Value::Map(members) => {
            let depth = depth.checked_sub(1)?;
            let members = members
                .iter()
                .map(|(name, value)| Some(6 * name.len() + weight(value, depth)? + 8));
            members.sum::<Option<usize>>()? + 6
        }
    })
}
