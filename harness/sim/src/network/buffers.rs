//! Buffers of bytes under way, used again and again.

use alloc::vec::Vec;

/// Buffers with a count of the pieces that still lie in them.
#[derive(Clone, Debug, Default)]
pub(super) struct Buffers {
    all: Vec<(Vec<u8>, u32)>,
    /// Unused ones, the warmest on top.
    free: Vec<u32>,
}

impl Buffers {
    /// Keeps a copy of `bytes` for one holder.
    pub fn store(&mut self, bytes: &[u8]) -> u32 {
        let slot = self.free.pop().unwrap_or_else(|| {
            self.all.push(Default::default());
            self.free.reserve(self.all.capacity() - self.free.len());
            self.all.len() as u32 - 1
        });
        let (buffer, holders) = &mut self.all[slot as usize];
        buffer.clear();
        buffer.extend_from_slice(bytes);
        *holders = 1;
        slot
    }

    /// Adds a holder.
    pub fn hold(&mut self, slot: u32) {
        self.all[slot as usize].1 += 1;
    }

    /// Takes one holder away.
    pub fn release(&mut self, slot: u32) {
        let (_, holders) = &mut self.all[slot as usize];
        *holders -= 1;
        if *holders == 0 {
            self.free.push(slot);
        }
    }

    pub fn bytes(&self, slot: u32, start: u32, end: u32) -> &[u8] {
        &self.all[slot as usize].0[start as usize..end as usize]
    }

    pub fn bytes_mut(&mut self, slot: u32) -> &mut [u8] {
        &mut self.all[slot as usize].0
    }

    /// Takes all buffers back.
    pub fn clear(&mut self) {
        self.free.clear();
        self.free.extend((0..self.all.len() as u32).rev());
    }

    /// Bytes of memory held.
    pub fn footprint(&self) -> usize {
        let buffers: usize = self.all.iter().map(|(buffer, _)| buffer.capacity()).sum();
        buffers + self.all.capacity() * size_of::<(Vec<u8>, u32)>() + self.free.capacity() * 4
    }
}
