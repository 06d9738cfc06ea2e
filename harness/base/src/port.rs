//! The port of an endpoint: what goes in, what comes out.
//!
//! An endpoint is a state machine without input or output of its own. Time and everything else
//! arrives through [`Endpoint::handle`]; what it wants done it writes into an [`Outbox`] before
//! it returns. It never advances time: [`Endpoint::poll_timeout`] names the instant at which it
//! wants [`Input::Timeout`].

use crate::{ConnId, Instant, Protocol, StreamId};
use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

/// What a connection promises its users.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Carrier {
    /// One ordered reliable byte stream, like TCP.
    #[default]
    Stream,
    /// Many ordered reliable byte streams without order between them, like QUIC.
    Multistream,
    /// Single packets, each of which may be lost, doubled or overtaken.
    Datagram,
    /// Requests with one response each, like HTTP. A message travels whole on a stream of its own;
    /// the response takes the stream of its request.
    Exchange,
}

impl Carrier {
    /// Name as written in scenarios.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Stream => "stream",
            Self::Multistream => "multistream",
            Self::Datagram => "datagram",
            Self::Exchange => "exchange",
        }
    }

    /// Whether bytes arrive as they were sent, in one piece or not at all.
    pub const fn keeps_messages(self) -> bool {
        matches!(self, Self::Datagram | Self::Exchange)
    }
}

/// One thing that reaches an endpoint.
#[derive(Debug)]
pub enum Input<'a, C> {
    /// A connection stands. The harness dials; endpoints never do.
    Connected {
        /// The new connection.
        conn: ConnId,
        /// What it promises.
        carrier: Carrier,
    },
    /// Bytes arrived. On a byte stream they end anywhere; on `datagram` they are one packet.
    Bytes {
        /// Connection they came on.
        conn: ConnId,
        /// Stream they came on.
        stream: StreamId,
        /// The bytes.
        bytes: &'a [u8],
    },
    /// The connection is gone, whoever ended it.
    Disconnected {
        /// The connection.
        conn: ConnId,
    },
    /// The application wants something.
    Command(&'a C),
    /// The instant that `poll_timeout` named has come.
    Timeout,
}

/// One thing that an endpoint wants done, in order.
#[derive(Clone, Debug, PartialEq)]
pub enum Op<E> {
    /// Send `outbox.bytes(start, end)`.
    Bytes {
        /// Connection to send on.
        conn: ConnId,
        /// Stream to send on.
        stream: StreamId,
        /// First byte in the arena of the outbox.
        start: u32,
        /// One past the last byte.
        end: u32,
    },
    /// Tell the application something.
    Event(E),
    /// End the connection at this side; what was sent before still goes out.
    Shutdown {
        /// The connection.
        conn: ConnId,
    },
}

/// What one call of [`Endpoint::handle`] produced. Reused, so that steady state allocates nothing.
#[derive(Clone, Debug)]
pub struct Outbox<E> {
    bytes: Vec<u8>,
    ops: Vec<Op<E>>,
}

impl<E> Default for Outbox<E> {
    fn default() -> Self {
        Self { bytes: Vec::new(), ops: Vec::new() }
    }
}

impl<E> Outbox<E> {
    /// Appends one send; `write` puts the bytes at the end of the buffer it is given.
    ///
    /// Each call is one protocol packet for carriers that keep packets apart.
    pub fn send(&mut self, conn: ConnId, stream: StreamId, write: impl FnOnce(&mut Vec<u8>)) {
        let start = self.bytes.len();
        write(&mut self.bytes);
        let (start, end) = (start as u32, self.bytes.len() as u32);
        self.ops.push(Op::Bytes { conn, stream, start, end });
    }

    /// Appends an event.
    pub fn event(&mut self, event: E) {
        self.ops.push(Op::Event(event));
    }

    /// Appends the end of a connection.
    pub fn shutdown(&mut self, conn: ConnId) {
        self.ops.push(Op::Shutdown { conn });
    }

    /// What was produced, in order.
    pub fn ops(&self) -> &[Op<E>] {
        &self.ops
    }

    /// The bytes of one [`Op::Bytes`].
    pub fn bytes(&self, start: u32, end: u32) -> &[u8] {
        &self.bytes[start as usize..end as usize]
    }

    /// Forgets everything, keeps the memory.
    pub fn clear(&mut self) {
        self.bytes.clear();
        self.ops.clear();
    }

    /// Whether nothing was produced.
    pub fn is_empty(&self) -> bool {
        self.ops.is_empty()
    }
}

/// A whole endpoint in virtual time (depth `stepped`).
///
/// `handle` takes one input and runs until quiescent without advancing time. After it, drain the
/// outbox and ask `poll_timeout`; both may have changed.
pub trait Endpoint<P: Protocol> {
    /// Takes one input at `now`, which never decreases from call to call.
    fn handle(&mut self, now: Instant, input: Input<'_, P::Command>, out: &mut Outbox<P::Event>);

    /// The earliest instant at which [`Input::Timeout`] is wanted, if any.
    fn poll_timeout(&self) -> Option<Instant>;
}
