//! The record of what crossed the driver boundary, and of nothing else.

use crate::{Carrier, ConnId, Instant, NodeId, Protocol, StreamId};
use alloc::vec::Vec;

/// One thing that crossed the boundary of a node.
#[derive(Clone, Debug, PartialEq)]
pub enum Crossing<'a, C, E> {
    /// The node was given a connection.
    Connected {
        /// The connection.
        conn: ConnId,
        /// What it promises.
        carrier: Carrier,
    },
    /// The node was given bytes.
    Received {
        /// Connection they came on.
        conn: ConnId,
        /// Stream they came on.
        stream: StreamId,
        /// The bytes.
        bytes: &'a [u8],
    },
    /// The node sent bytes.
    Sent {
        /// Connection they went to.
        conn: ConnId,
        /// Stream they went to.
        stream: StreamId,
        /// The bytes.
        bytes: &'a [u8],
    },
    /// The node was told that a connection is gone.
    Disconnected {
        /// The connection.
        conn: ConnId,
    },
    /// The node ended a connection.
    Shutdown {
        /// The connection.
        conn: ConnId,
    },
    /// The node was commanded.
    Command(&'a C),
    /// The node reported an event.
    Event(&'a E),
    /// The node was woken at the instant it had named.
    Timeout,
}

/// A [`Crossing`] with its place in the run.
#[derive(Clone, Debug, PartialEq)]
pub struct Record<'a, C, E> {
    /// Position in the trace, from 0.
    pub index: u32,
    /// When.
    pub at: Instant,
    /// At which node.
    pub node: NodeId,
    /// What.
    pub what: Crossing<'a, C, E>,
}

#[derive(Clone, Debug)]
enum Stored<C, E> {
    Connected(ConnId, Carrier),
    Received(ConnId, StreamId, u32, u32),
    Sent(ConnId, StreamId, u32, u32),
    Disconnected(ConnId),
    Shutdown(ConnId),
    Command(C),
    Event(E),
    Timeout,
}

type Entry<P> = (Instant, NodeId, Stored<<P as Protocol>::Command, <P as Protocol>::Event>);

/// An owned trace. Bytes lie in one arena; `clear` keeps the memory for the next run.
#[derive(Clone, Debug)]
pub struct Trace<P: Protocol> {
    records: Vec<Entry<P>>,
    bytes: Vec<u8>,
}

impl<P: Protocol> Default for Trace<P> {
    fn default() -> Self {
        Self { records: Vec::new(), bytes: Vec::new() }
    }
}

impl<P: Protocol> Trace<P> {
    /// Appends one crossing.
    pub fn push(&mut self, at: Instant, node: NodeId, what: &Crossing<'_, P::Command, P::Event>) {
        let stored = match *what {
            Crossing::Connected { conn, carrier } => Stored::Connected(conn, carrier),
            Crossing::Received { conn, stream, bytes } => {
                let (start, end) = self.keep(bytes);
                Stored::Received(conn, stream, start, end)
            }
            Crossing::Sent { conn, stream, bytes } => {
                let (start, end) = self.keep(bytes);
                Stored::Sent(conn, stream, start, end)
            }
            Crossing::Disconnected { conn } => Stored::Disconnected(conn),
            Crossing::Shutdown { conn } => Stored::Shutdown(conn),
            Crossing::Command(command) => Stored::Command(command.clone()),
            Crossing::Event(event) => Stored::Event(event.clone()),
            Crossing::Timeout => Stored::Timeout,
        };
        self.records.push((at, node, stored));
    }

    /// Number of records.
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// Whether nothing was recorded.
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// Forgets everything, keeps the memory.
    pub fn clear(&mut self) {
        self.records.clear();
        self.bytes.clear();
    }

    /// The record at `index`.
    pub fn get(&self, index: usize) -> Option<Record<'_, P::Command, P::Event>> {
        let (at, node, stored) = self.records.get(index)?;
        let what = match stored {
            Stored::Connected(conn, carrier) => {
                Crossing::Connected { conn: *conn, carrier: *carrier }
            }
            Stored::Received(conn, stream, start, end) => Crossing::Received {
                conn: *conn,
                stream: *stream,
                bytes: &self.bytes[*start as usize..*end as usize],
            },
            Stored::Sent(conn, stream, start, end) => Crossing::Sent {
                conn: *conn,
                stream: *stream,
                bytes: &self.bytes[*start as usize..*end as usize],
            },
            Stored::Disconnected(conn) => Crossing::Disconnected { conn: *conn },
            Stored::Shutdown(conn) => Crossing::Shutdown { conn: *conn },
            Stored::Command(command) => Crossing::Command(command),
            Stored::Event(event) => Crossing::Event(event),
            Stored::Timeout => Crossing::Timeout,
        };
        Some(Record { index: index as u32, at: *at, node: *node, what })
    }

    /// All records in order.
    pub fn iter(&self) -> impl Iterator<Item = Record<'_, P::Command, P::Event>> {
        (0..self.records.len()).filter_map(|index| self.get(index))
    }

    fn keep(&mut self, bytes: &[u8]) -> (u32, u32) {
        let start = self.bytes.len() as u32;
        self.bytes.extend_from_slice(bytes);
        (start, self.bytes.len() as u32)
    }
}
