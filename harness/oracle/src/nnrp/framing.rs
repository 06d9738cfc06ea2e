//! Cuts what a node sent and got into packets, per connection, stream and direction.

use alloc::vec::Vec;
use wireproof_base::{Carrier, ConnId, NodeId, StreamId};
use wireproof_wire::nnrp::Violation;
use wireproof_wire::nnrp::framing::{DEFAULT_MAX_BODY, Deframer, Split, split};

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

/// The streams that stand in the middle of a packet, or whose position is lost.
#[derive(Debug, Default)]
pub(super) struct Framing {
    open: Vec<Unfinished>,
    spare: Vec<Deframer>,
}

#[derive(Debug)]
struct Unfinished {
    lane: Lane,
    deframer: Deframer,
    lost: bool,
}

impl Framing {
    /// Forgets everything, keeps the memory.
    pub fn reset(&mut self) {
        for mut unfinished in self.open.drain(..) {
            unfinished.deframer.reset();
            self.spare.push(unfinished.deframer);
        }
    }

    /// Bytes of an unfinished packet on `lane`.
    pub fn pending(&self, lane: Lane) -> usize {
        self.find(lane).map_or(0, |index| self.open[index].deframer.pending())
    }

    /// Takes `bytes` and hands out every packet that is complete.
    pub fn feed(
        &mut self,
        lane: Lane,
        carrier: Carrier,
        bytes: &[u8],
        mut packet: impl FnMut(Result<&[u8], Violation>),
    ) {
        if carrier == Carrier::Datagram {
            packet(Ok(bytes));
            return;
        }
        if let Some(index) = self.find(lane) {
            self.continue_with(index, bytes, &mut packet);
            return;
        }
        let mut rest = bytes;
        while !rest.is_empty() {
            match split(rest, DEFAULT_MAX_BODY) {
                Ok(Split::Packet(len)) => {
                    packet(Ok(&rest[..len]));
                    rest = &rest[len..];
                }
                Ok(Split::Incomplete(_)) | Err(_) => {
                    let deframer = self.spare.pop().unwrap_or_default();
                    self.open.push(Unfinished { lane, deframer, lost: false });
                    let index = self.open.len() - 1;
                    self.continue_with(index, rest, &mut packet);
                    return;
                }
            }
        }
    }

    fn find(&self, lane: Lane) -> Option<usize> {
        self.open.iter().position(|unfinished| unfinished.lane == lane)
    }

    fn continue_with(
        &mut self,
        index: usize,
        bytes: &[u8],
        packet: &mut impl FnMut(Result<&[u8], Violation>),
    ) {
        let Unfinished { deframer, lost, .. } = &mut self.open[index];
        deframer.feed(bytes, DEFAULT_MAX_BODY, |part| {
            *lost |= part.is_err();
            packet(part);
        });
        // A lost position is kept, so that later bytes are not taken for packets.
        if !*lost && deframer.pending() == 0 {
            let unfinished = self.open.swap_remove(index);
            self.spare.push(unfinished.deframer);
        }
    }
}
