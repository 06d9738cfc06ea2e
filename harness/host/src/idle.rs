//! Knows when a runtime has nothing left to run at this instant.

use std::future::poll_fn;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Poll, Waker};

/// Told by the runtime before its thread would park. Waking somebody there keeps a paused clock
/// where it is, because the runtime moves it only when nobody wants to run.
#[derive(Clone, Debug, Default)]
pub struct Idle {
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    reached: AtomicBool,
    waiting: Mutex<Option<Waker>>,
}

impl Idle {
    /// The runtime is about to park.
    pub fn reach(&self) {
        let waiting = self.shared.waiting.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(waker) = waiting {
            self.shared.reached.store(true, Ordering::Release);
            waker.wake();
        }
    }

    /// Until every other task waits for something.
    pub async fn wait(&self) {
        poll_fn(|cx| {
            if self.shared.reached.swap(false, Ordering::Acquire) {
                return Poll::Ready(());
            }
            let mut waiting = self.shared.waiting.lock().unwrap_or_else(PoisonError::into_inner);
            *waiting = Some(cx.waker().clone());
            Poll::Pending
        })
        .await;
    }
}
