//! What waits in the queue of the network.

use wireproof_base::Instant;

/// One pending event. `side` is the one it happens to: 0 dialled, 1 listens. `due` is when it
/// would have come without faults; healing brings it forward to that.
#[derive(Clone, Copy, Debug)]
pub(super) enum Event {
    Wake(u64),
    Connected {
        conn: u32,
        side: u8,
    },
    Bytes {
        piece: Piece,
        due: Instant,
    },
    /// The connection is lost; `side` learns it at once and the other one later.
    Lost {
        conn: u32,
        side: u8,
        due: Instant,
    },
    Disconnected {
        conn: u32,
        side: u8,
        due: Instant,
    },
}

/// A stretch of a buffer on its way.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece {
    pub conn: u32,
    pub side: u8,
    /// Whether it may be merged with the piece before it.
    pub glue: bool,
    pub stream: u32,
    pub slot: u32,
    pub start: u32,
    pub end: u32,
}
