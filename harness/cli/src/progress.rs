//! A bar for long runs: rate, time left, failures so far. Nothing where nobody watches.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use wireproof_runner::campaign::Progress;

/// Executions between two updates of the bar.
const STRIDE: u64 = 64;

/// A progress bar on standard error.
#[derive(Debug)]
pub struct Bar {
    bar: Mutex<ProgressBar>,
    done: AtomicU64,
    ill: AtomicU64,
    quiet: bool,
}

impl Bar {
    /// A bar, or nothing if `quiet`.
    pub fn new(quiet: bool) -> Self {
        Self {
            bar: Mutex::new(ProgressBar::hidden()),
            done: AtomicU64::new(0),
            ill: AtomicU64::new(0),
            quiet,
        }
    }

    fn bar(&self) -> ProgressBar {
        self.bar.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Progress for Bar {
    fn start(&self, total: u64) {
        if self.quiet {
            return;
        }
        // Hidden by itself where standard error is no terminal.
        let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::stderr());
        let template = "{bar:30} {pos}/{len} {per_sec} eta {eta}  {msg}";
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        *self.bar.lock().unwrap_or_else(PoisonError::into_inner) = bar;
    }

    fn step(&self, ill: bool) {
        if ill {
            self.ill.fetch_add(1, Ordering::Relaxed);
        }
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        if !self.quiet && done.is_multiple_of(STRIDE) {
            let bar = self.bar();
            bar.set_position(done);
            bar.set_message(format!("{} failing", self.ill.load(Ordering::Relaxed)));
        }
    }

    fn finish(&self) {
        self.bar().finish_and_clear();
    }
}
