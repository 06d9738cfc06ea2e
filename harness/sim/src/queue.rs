//! The event queue: a tournament tree with a total order by construction.
//!
//! Events leave by time, and at one instant in the order in which they were pushed. A key packs
//! time, sequence number and slot into 128 bits, so one comparison decides and no two keys are
//! equal. Every slot is a leaf, every inner node holds the smaller key of its two children. The
//! way from a leaf to the root is known before the first comparison, so unlike in a heap no step
//! waits for a guess of the processor.

use alloc::vec::Vec;
use wireproof_base::Instant;

#[cfg(test)]
mod tests;

/// Pending events, the earliest first.
///
/// `push` and `pop` in any order; `peek_time` and `peek` look at what `pop` would return. Memory
/// is kept by `clear`, so a queue that has seen its largest load allocates no more.
#[derive(Clone, Debug)]
pub struct EventQueue<T> {
    /// Root at 1, children of `i` at `2i` and `2i + 1`, leaves in the upper half.
    tree: Vec<i128>,
    /// The payload of each slot that was ever used.
    items: Vec<T>,
    /// Slots in use again and again, the warmest on top.
    free: Vec<u32>,
    /// A slot that was taken while the tree still shows its key.
    hole: Option<u32>,
    sequence: u64,
    len: usize,
}

impl<T> Default for EventQueue<T> {
    fn default() -> Self {
        let (tree, items, free) = (Vec::new(), Vec::new(), Vec::new());
        Self { tree, items, free, hole: None, sequence: 0, len: 0 }
    }
}

impl<T: Copy> EventQueue<T> {
    /// An empty queue.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds `item` behind everything that is due at `at` or before. Times beyond 2^63 - 2
    /// nanoseconds (292 years) count as that one.
    ///
    /// # Panics
    /// With 2^24 events in flight, or after 2^40 events without `clear`.
    #[inline]
    pub fn push(&mut self, at: Instant, item: T) {
        assert!(self.sequence < 1 << SEQUENCE_BITS, "event sequence exhausted");
        let slot = match self.hole.take().or_else(|| self.free.pop()) {
            Some(slot) => {
                self.items[slot as usize] = item;
                slot
            }
            None => self.grow(item),
        };
        let low = (self.sequence << SLOT_BITS) | u64::from(slot);
        self.sequence += 1;
        self.len += 1;
        let time = at.as_nanos().min(LATEST);
        self.play(slot, (i128::from(time) << 64) | i128::from(low));
    }

    /// Takes the earliest event.
    #[inline]
    pub fn pop(&mut self) -> Option<(Instant, T)> {
        if self.len == 0 {
            return None;
        }
        if let Some(slot) = self.hole.take() {
            self.play(slot, NONE);
            self.free.push(slot);
        }
        let key = self.tree[1];
        // The tree keeps the key for now: a `push` usually follows, and then one way up serves
        // both.
        let slot = slot_of(key);
        self.hole = Some(slot);
        self.len -= 1;
        Some((time_of(key), self.items[slot as usize]))
    }

    /// When the earliest event is due.
    #[inline]
    pub fn peek_time(&self) -> Option<Instant> {
        self.first().map(time_of)
    }

    /// The earliest event.
    #[inline]
    pub fn peek(&self) -> Option<(Instant, &T)> {
        self.first().map(|key| (time_of(key), &self.items[slot_of(key) as usize]))
    }

    /// Number of events in flight.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether nothing is in flight.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Forgets every event and the sequence, keeps the memory.
    pub fn clear(&mut self) {
        self.tree.clear();
        self.items.clear();
        self.free.clear();
        self.hole = None;
        self.sequence = 0;
        self.len = 0;
    }

    /// Number of events that fit without allocating.
    pub fn capacity(&self) -> usize {
        (self.tree.capacity() / 2).min(self.items.capacity()).min(self.free.capacity())
    }

    #[inline]
    fn first(&self) -> Option<i128> {
        if self.len == 0 {
            return None;
        }
        let Some(slot) = self.hole else { return Some(self.tree[1]) };
        // What the tree would show had the hole been played: the best of all it met on its way.
        let mut node = self.tree.len() / 2 + slot as usize;
        let mut best = NONE;
        while node > 1 {
            best = smaller(best, self.tree[node ^ 1]);
            node /= 2;
        }
        Some(best)
    }

    /// Puts `key` on a leaf and plays it up to the root.
    #[inline]
    fn play(&mut self, slot: u32, key: i128) {
        let mut node = self.tree.len() / 2 + slot as usize;
        let mut best = key;
        self.tree[node] = key;
        while node > 1 {
            best = smaller(best, self.tree[node ^ 1]);
            node /= 2;
            self.tree[node] = best;
        }
    }

    /// Makes a new slot; doubles the tree where its leaves are used up.
    #[cold]
    fn grow(&mut self, item: T) -> u32 {
        let slot = self.items.len();
        let leaves = self.tree.len() / 2;
        assert!(slot < 1 << SLOT_BITS, "too many events in flight");
        self.items.push(item);
        if slot == leaves {
            let wider = (leaves * 2).max(LEAST_LEAVES);
            self.tree.resize(2 * wider, NONE);
            self.tree.copy_within(leaves..2 * leaves, wider);
            self.tree[wider + leaves..].fill(NONE);
            for node in (1..wider).rev() {
                self.tree[node] = smaller(self.tree[2 * node], self.tree[2 * node + 1]);
            }
            // `pop` must never be the one to allocate.
            self.free.reserve(wider - self.free.len());
        }
        slot as u32
    }
}

/// The smaller of two keys, neither of which is negative. Compilers turn a plain `min` in a loop
/// into a jump, and half of these jumps would be guessed wrong.
#[inline]
fn smaller(a: i128, b: i128) -> i128 {
    let difference = b - a;
    a + (difference & (difference >> 127))
}

#[inline]
fn time_of(key: i128) -> Instant {
    Instant::from_nanos((key >> 64) as u64)
}

#[inline]
fn slot_of(key: i128) -> u32 {
    (key as u32) & ((1 << SLOT_BITS) - 1)
}

/// An empty leaf, later than every key.
const NONE: i128 = i128::MAX;
const LEAST_LEAVES: usize = 4;
const SLOT_BITS: u32 = 24;
/// Keeps keys positive and below `NONE`.
const LATEST: u64 = i64::MAX as u64 - 1;
const SEQUENCE_BITS: u32 = 64 - SLOT_BITS;
