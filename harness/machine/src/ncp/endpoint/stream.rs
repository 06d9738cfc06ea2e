//! The streams of one connection, whoever opened them.

use super::link::Link;
use crate::ncp::slots::Event as Slot;
use crate::ncp::stream_receiver::Receiver;
use crate::ncp::stream_sender::Sender;
use alloc::collections::VecDeque;
use alloc::string::String;
use alloc::vec::Vec;
use wireproof_base::StreamId;
use wireproof_wire::ncp::Value;

/// A stream that this side opened.
#[derive(Debug)]
pub(crate) struct Outgoing {
    pub id: String,
    /// Byte stream it goes on.
    pub carrier: StreamId,
    pub sender: Sender,
    pub anchor_ref: String,
    /// Fields that were asked for; empty for all.
    pub fields: Vec<String>,
    /// The query it answers; empty for none.
    pub request_id: String,
    /// What waits for credit.
    pub waiting: VecDeque<Piece>,
}

/// Records of one chunk.
#[derive(Debug)]
pub(crate) struct Piece {
    pub data: Vec<Value>,
    pub last: bool,
}

/// A stream that the peer opened.
#[derive(Debug)]
pub(crate) struct Incoming {
    pub id: String,
    /// Byte stream it came on, which its reverse frames take too.
    pub carrier: StreamId,
    /// Its schema; empty for none.
    pub anchor_ref: String,
    pub receiver: Receiver,
}

/// A stream that has ended; what comes for it still has to be answered.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Past {
    Outgoing(Sender),
    Incoming(Receiver),
}

impl Outgoing {
    /// Puts records in the row for credit; `last` if nothing comes after them.
    pub fn wait_for_credit(&mut self, pieces: VecDeque<Vec<Value>>, last: bool) {
        let count = pieces.len();
        let pieces = pieces.into_iter().enumerate();
        let pieces = pieces.map(|(nth, data)| Piece { data, last: last && nth + 1 == count });
        self.waiting.extend(pieces);
    }

    /// Whether its last chunk is waiting, so that no other can follow.
    pub fn is_finishing(&self) -> bool {
        self.waiting.back().is_some_and(|piece| piece.last)
    }
}

impl Link {
    #[inline]
    pub fn outgoing(&self, id: &str) -> Option<usize> {
        self.outgoing.iter().position(|stream| stream.id == id)
    }

    #[inline]
    pub fn incoming(&self, id: &str) -> Option<usize> {
        self.incoming.iter().position(|stream| stream.id == id)
    }

    /// Whether anybody has used that `stream_id` for a stream on this connection.
    pub fn knows_stream(&self, id: &str) -> bool {
        self.outgoing(id).is_some() || self.incoming(id).is_some() || self.past.contains_key(id)
    }

    /// Files a stream that has ended, and frees its slot (`OP-26`).
    pub fn file_outgoing(&mut self, at: usize) -> Outgoing {
        let stream = self.outgoing.remove(at);
        self.free(&stream.id);
        self.past.insert(stream.id.clone(), Past::Outgoing(stream.sender));
        stream
    }

    /// Files a stream that has ended, and frees its slot (`OP-26`).
    pub fn file_incoming(&mut self, at: usize) -> Incoming {
        let stream = self.incoming.remove(at);
        self.free(&stream.id);
        self.past.insert(stream.id.clone(), Past::Incoming(stream.receiver));
        stream
    }

    /// Takes a slot; `false` if there is none.
    pub fn take_slot(&mut self, id: &str) -> bool {
        self.slots.apply(Slot::Take(String::from(id))).is_ok()
    }

    fn free(&mut self, id: &str) {
        // A stream that held none has none to free.
        let _ = self.slots.apply(Slot::Free(String::from(id)));
    }
}
