//! The tester: a node that speaks raw packets and keeps what it receives.

use wireproof_base::{ConnId, StreamId};

/// What the tester has received so far.
#[derive(Clone, Debug, Default)]
pub struct Tester {
    /// Bytes of unfinished packets, by connection and stream.
    partial: Vec<(ConnId, StreamId, Vec<u8>)>,
    bytes: Vec<u8>,
    packets: Vec<(ConnId, usize, usize)>,
    down: Vec<ConnId>,
    /// Where the next `expect` starts to look.
    pub cursor: usize,
}

impl Tester {
    pub fn reset(&mut self) {
        self.partial.clear();
        self.bytes.clear();
        self.packets.clear();
        self.down.clear();
        self.cursor = 0;
    }

    /// Takes bytes and cuts whole packets off with `split`.
    pub fn receive(
        &mut self,
        conn: ConnId,
        stream: StreamId,
        bytes: &[u8],
        split: impl Fn(&[u8]) -> Option<usize>,
    ) {
        let known = self.partial.iter().position(|(c, s, _)| (*c, *s) == (conn, stream));
        let index = known.unwrap_or_else(|| {
            self.partial.push((conn, stream, Vec::new()));
            self.partial.len() - 1
        });
        let buffer = &mut self.partial[index].2;
        buffer.extend_from_slice(bytes);
        let mut done = 0;
        while let Some(len) = split(&buffer[done..]).filter(|&len| len > 0) {
            let start = self.bytes.len();
            self.bytes.extend_from_slice(&buffer[done..done + len]);
            self.packets.push((conn, start, self.bytes.len()));
            done += len;
        }
        buffer.drain(..done);
    }

    /// A connection is gone.
    pub fn lose(&mut self, conn: ConnId) {
        self.down.push(conn);
    }

    /// Whether that connection is gone; any, if none is named.
    pub fn is_down(&self, conn: Option<ConnId>) -> bool {
        conn.map_or(!self.down.is_empty(), |conn| self.down.contains(&conn))
    }

    /// The connection of the packet numbered `index`.
    pub fn conn(&self, index: usize) -> ConnId {
        self.packets[index].0
    }

    /// Number of packets so far.
    pub fn len(&self) -> usize {
        self.packets.len()
    }

    /// Every packet, oldest first.
    pub fn packets(&self) -> impl DoubleEndedIterator<Item = &[u8]> {
        self.packets.iter().map(|&(_, start, end)| &self.bytes[start..end])
    }

    /// The packet numbered `index`.
    pub fn packet(&self, index: usize) -> &[u8] {
        let (_, start, end) = self.packets[index];
        &self.bytes[start..end]
    }
}
