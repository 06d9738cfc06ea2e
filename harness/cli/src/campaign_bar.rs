//! How far a campaign is: rate, time left, failures so far, markers nothing has reached yet. A bar
//! where somebody watches, a line now and then where the output goes to a file.

use crate::output;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::IsTerminal as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use wireproof_runner::campaign::sweep::Progress;

/// Lines of a whole campaign where nobody watches.
const LINES: u64 = 20;
/// Executions between two lines if nobody knows how many there will be.
const STRIDE: u64 = 50_000;
/// Missing markers named before the rest is counted.
const NAMED: usize = 3;

/// Progress on standard error.
#[derive(Debug)]
pub struct CampaignBar {
    bar: Mutex<ProgressBar>,
    done: AtomicU64,
    said: AtomicU64,
    stride: AtomicU64,
    quiet: bool,
    watched: bool,
}

impl CampaignBar {
    /// A bar, lines, or nothing if `quiet`.
    pub fn new(quiet: bool) -> Self {
        Self {
            bar: Mutex::new(ProgressBar::hidden()),
            done: AtomicU64::new(0),
            said: AtomicU64::new(0),
            stride: AtomicU64::new(STRIDE),
            quiet,
            watched: std::io::stderr().is_terminal(),
        }
    }

    fn bar(&self) -> ProgressBar {
        self.bar.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// How long it took, for the summary.
    pub fn closing_line(&self) -> String {
        let (time, done) = (self.bar().elapsed(), self.done.load(Ordering::Relaxed));
        let rate = u128::from(done) * 1_000 / time.as_millis().max(1);
        format!("  took {}.{:03} s, {rate} executions/s\n", time.as_secs(), time.subsec_millis())
    }
}

impl Progress for CampaignBar {
    fn start(&self, total: Option<u64>) {
        if let Some(total) = total {
            self.stride.store((total / LINES).max(1), Ordering::Relaxed);
        }
        let shown = self.watched && !self.quiet;
        let bar = match (shown, total) {
            (false, _) => ProgressBar::hidden(),
            (true, total) => {
                ProgressBar::with_draw_target(total, ProgressDrawTarget::stderr_with_hz(4))
            }
        };
        let template = match total {
            Some(_) => "{bar:24} {human_pos}/{human_len} {per_sec} eta {eta}  {wide_msg}",
            None => "{spinner} {human_pos} {per_sec} since {elapsed}  {wide_msg}",
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        *self.bar.lock().unwrap_or_else(PoisonError::into_inner) = bar;
    }

    fn update(&self, done: u64, failing: u64, kinds: usize, missing: &[&str]) {
        self.done.store(done, Ordering::Relaxed);
        if self.quiet {
            return;
        }
        let line = format!("{failing} failing in {kinds} ways, {}", named(missing));
        if self.watched {
            let bar = self.bar();
            bar.set_position(done);
            bar.set_message(line);
            return;
        }
        let stride = self.stride.load(Ordering::Relaxed);
        if done / stride > self.said.swap(done / stride, Ordering::Relaxed) {
            output::complain(&format!("{done} executions, {line}"));
        }
    }

    fn look_into(&self, kinds: usize) {
        if kinds > 0 && !self.quiet {
            self.bar().set_message(format!("looking into {kinds} kinds of failures"));
        }
    }

    fn finish(&self) {
        self.bar().finish_and_clear();
    }
}

fn named(missing: &[&str]) -> String {
    match missing.len() {
        0 => "all markers reached".to_owned(),
        count if count <= NAMED => format!("not reached yet: {}", missing.join(" ")),
        count => {
            format!("not reached yet: {} and {} more", missing[..NAMED].join(" "), count - NAMED)
        }
    }
}
