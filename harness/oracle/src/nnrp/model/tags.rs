//! Whose payload is whose: which operation bytes were meant for.

use alloc::vec::Vec;

/// Payloads by digest, with the operation they were first seen for. Open addressing; emptied by
/// counting up, so that a new run touches no memory.
#[derive(Debug, Default)]
pub(in crate::nnrp) struct Tags {
    slots: Vec<Tag>,
    used: usize,
    run: u32,
}

/// What one payload belongs to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::nnrp) struct Tag {
    digest: u64,
    run: u32,
    /// The session.
    pub session: u32,
    /// The operation; frame 0 stands for any of its lane.
    pub op: u64,
    /// Whether several operations have the same payload, so that it says nothing.
    pub shared: bool,
}

const SMALLEST: usize = 64;

impl Tags {
    /// Forgets everything, keeps the memory.
    pub fn reset(&mut self) {
        self.used = 0;
        self.run = self.run.wrapping_add(1);
        if self.run == 0 {
            self.slots.clear();
        }
    }

    /// Whether nothing is known.
    pub const fn is_empty(&self) -> bool {
        self.used == 0
    }

    /// The operation that `digest` belongs to, if that is one only.
    pub fn owner(&self, digest: u64) -> Option<&Tag> {
        let slot = self.slot(digest)?;
        let tag = &self.slots[slot];
        (tag.run == self.run && self.used != 0 && !tag.shared).then_some(tag)
    }

    /// `digest` was meant for an operation.
    pub fn learn(&mut self, digest: u64, session: u32, op: u64) {
        if (self.used + 1) * 2 > self.slots.len() {
            self.grow();
        }
        let Some(slot) = self.slot(digest) else { return };
        let tag = &mut self.slots[slot];
        if tag.run != self.run {
            *tag = Tag { digest, run: self.run, session, op, shared: false };
            self.used += 1;
        } else if (tag.session, tag.op) != (session, op) {
            tag.shared = true;
        }
    }

    /// The slot that has `digest`, or the free one where it belongs.
    fn slot(&self, digest: u64) -> Option<usize> {
        let mask = self.slots.len().checked_sub(1)?;
        let mut slot = (digest.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32) as usize & mask;
        while self.slots[slot].run == self.run && self.slots[slot].digest != digest {
            slot = (slot + 1) & mask;
        }
        Some(slot)
    }

    fn grow(&mut self) {
        // A first run must not look like the slots of none.
        if self.run == 0 {
            self.run = 1;
        }
        let size = (self.slots.len() * 2).max(SMALLEST);
        let old = core::mem::take(&mut self.slots);
        self.slots.resize(size, Tag::default());
        for tag in old.into_iter().filter(|tag| tag.run == self.run) {
            if let Some(slot) = self.slot(tag.digest) {
                self.slots[slot] = tag;
            }
        }
    }
}
