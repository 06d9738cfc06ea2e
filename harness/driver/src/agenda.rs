//! What is to be done, and when: a heap with a total order.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use wireproof_base::Instant;

/// Things by the time they are due; those due at once keep the order they were entered in.
#[derive(Clone, Debug)]
pub struct Agenda<T> {
    heap: BinaryHeap<Reverse<(Instant, u32, T)>>,
    entered: u32,
}

impl<T: Ord> Default for Agenda<T> {
    fn default() -> Self {
        Self { heap: BinaryHeap::new(), entered: 0 }
    }
}

impl<T: Ord> Agenda<T> {
    /// Enters one thing.
    pub fn enter(&mut self, due: Instant, thing: T) {
        self.heap.push(Reverse((due, self.entered, thing)));
        self.entered += 1;
    }

    /// The next thing that is due by `now`.
    pub fn take(&mut self, now: Instant) -> Option<T> {
        if self.next()? > now {
            return None;
        }
        self.heap.pop().map(|Reverse((_, _, thing))| thing)
    }

    /// When the next thing is due.
    pub fn next(&self) -> Option<Instant> {
        self.heap.peek().map(|Reverse((due, _, _))| *due)
    }

    /// Forgets everything, keeps the memory.
    pub fn clear(&mut self) {
        self.heap.clear();
        self.entered = 0;
    }
}
