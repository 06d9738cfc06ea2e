//! The end of what a process wrote to stderr. Kept for the reader of a report, never interpreted.

use std::io::Read;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

/// Bytes kept.
const KEEP: usize = 8 << 10;

/// A bounded tail, filled by a thread of its own.
#[derive(Clone, Debug, Default)]
pub struct Tail {
    bytes: Arc<Mutex<Vec<u8>>>,
}

impl Tail {
    /// Reads `from` to its end.
    pub fn follow(&self, mut from: impl Read + Send + 'static) {
        let bytes = Arc::clone(&self.bytes);
        thread::spawn(move || {
            let mut chunk = [0; 4096];
            while let Ok(len @ 1..) = from.read(&mut chunk) {
                let mut tail = bytes.lock().unwrap_or_else(PoisonError::into_inner);
                tail.extend_from_slice(&chunk[..len]);
                let surplus = tail.len().saturating_sub(KEEP);
                tail.drain(..surplus);
            }
        });
    }

    /// What there is.
    pub fn text(&self) -> String {
        let tail = self.bytes.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&tail).into_owned()
    }
}
