//! What comes out of the network.

use crate::{Fault, FaultKey};
use wireproof_base::{Carrier, ConnId, Instant, NodeId, StreamId};

/// A handle to the bytes of the delivery that was popped last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slot(pub(super) u32);

/// One thing that reaches a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// When.
    pub at: Instant,
    /// What.
    pub what: What,
}

/// What a [`Delivery`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// A connection stands.
    Connected {
        /// Who learns it.
        node: NodeId,
        /// The connection.
        conn: ConnId,
        /// What it promises.
        carrier: Carrier,
    },
    /// Bytes arrived; `Network::bytes` shows them until the next `pop`.
    Bytes {
        /// Where.
        node: NodeId,
        /// On which connection.
        conn: ConnId,
        /// On which stream of it.
        stream: StreamId,
        /// Where the bytes are.
        slot: Slot,
    },
    /// A connection is gone.
    Disconnected {
        /// Who learns it.
        node: NodeId,
        /// The connection.
        conn: ConnId,
    },
    /// An instant has come that was asked for.
    Wake {
        /// What it was asked for with.
        token: u64,
    },
}

/// One fault that struck, for reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Applied {
    /// When.
    pub at: Instant,
    /// Where, and at the how-manyeth transmission.
    pub key: FaultKey,
    /// What.
    pub fault: Fault,
    /// The connection.
    pub conn: ConnId,
    /// Length of the transmission it struck.
    pub bytes_len: u32,
}
