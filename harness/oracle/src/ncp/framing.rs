//! Cuts what a node sent and got into frames, per connection, stream and direction.

use alloc::vec::Vec;
use wireproof_base::{ConnId, NodeId, StreamId};
use wireproof_wire::ncp::header::{Header, Split, split};

/// Names one direction of one stream at one node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Lane {
    /// At which node.
    pub node: NodeId,
    /// On which connection.
    pub conn: ConnId,
    /// On which stream.
    pub stream: StreamId,
    /// Whether the node sent the bytes.
    pub sent: bool,
}

/// What there is to see on a lane.
#[derive(Clone, Copy, Debug)]
pub(super) enum Part<'a> {
    /// The header of a frame that is still to come: it may be refused without being waited for.
    Announced(Header),
    /// A whole frame.
    Frame {
        /// Its header.
        header: Header,
        /// Header and payload as they travelled.
        bytes: &'a [u8],
    },
}

/// The streams that stand in the middle of a frame.
#[derive(Debug, Default)]
pub(super) struct Framing {
    open: Vec<Unfinished>,
    spare: Vec<Vec<u8>>,
}

#[derive(Debug)]
struct Unfinished {
    lane: Lane,
    buffer: Vec<u8>,
    announced: bool,
}

impl Framing {
    /// Forgets everything, keeps the memory.
    pub fn reset(&mut self) {
        for unfinished in self.open.drain(..) {
            self.spare.push(unfinished.buffer);
        }
    }

    /// Bytes of unfinished frames that `node` sent on `conn`.
    pub fn pending(&self, node: NodeId, conn: ConnId) -> usize {
        let mine =
            |open: &&Unfinished| open.lane.sent && open.lane.node == node && open.lane.conn == conn;
        self.open.iter().filter(mine).map(|open| open.buffer.len()).sum()
    }

    /// A connection has ended: what is unfinished stays so.
    pub fn close(&mut self, node: NodeId, conn: ConnId) {
        let spare = &mut self.spare;
        self.open.retain_mut(|open| {
            let keep = open.lane.node != node || open.lane.conn != conn;
            if !keep {
                spare.push(core::mem::take(&mut open.buffer));
            }
            keep
        });
    }

    /// Takes `bytes` and hands out every frame that is complete.
    pub fn feed(&mut self, lane: Lane, bytes: &[u8], mut part: impl FnMut(Part<'_>)) {
        if let Some(index) = self.open.iter().position(|open| open.lane == lane) {
            self.continue_with(index, bytes, &mut part);
            return;
        }
        let taken = frames(bytes, &mut part);
        if taken == bytes.len() {
            return;
        }
        let mut buffer = self.spare.pop().unwrap_or_default();
        buffer.clear();
        buffer.extend_from_slice(&bytes[taken..]);
        let announced = announce(&buffer, &mut part);
        self.open.push(Unfinished { lane, buffer, announced });
    }

    fn continue_with(&mut self, index: usize, bytes: &[u8], part: &mut impl FnMut(Part<'_>)) {
        let open = &mut self.open[index];
        open.buffer.extend_from_slice(bytes);
        let taken = frames(&open.buffer, part);
        if taken == open.buffer.len() {
            let unfinished = self.open.swap_remove(index);
            self.spare.push(unfinished.buffer);
            return;
        }
        if taken != 0 {
            open.buffer.drain(..taken);
            open.announced = false;
        }
        if !open.announced {
            open.announced = announce(&open.buffer, part);
        }
    }
}

/// Hands out the whole frames at the start of `bytes` and tells where they end.
fn frames(bytes: &[u8], part: &mut impl FnMut(Part<'_>)) -> usize {
    let mut at = 0;
    while let Split::Frame { header_len, payload_len } = split(&bytes[at..]) {
        let bytes = &bytes[at..at + header_len + payload_len];
        if let Some((header, _)) = Header::read(bytes) {
            part(Part::Frame { header, bytes });
        }
        at += bytes.len();
    }
    at
}

fn announce(buffer: &[u8], part: &mut impl FnMut(Part<'_>)) -> bool {
    let Some((header, _)) = Header::read(buffer) else { return false };
    part(Part::Announced(header));
    true
}
