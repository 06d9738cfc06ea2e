//! The threads of a campaign.

use super::options::Campaign;
use super::tally::Tally;
use super::wheel::Wheel;
use crate::campaign::jobs::Jobs;
use crate::campaign::workers::Bench;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use wireproof_driver::{DriverError, Speaks};
use wireproof_oracle::Judged;

/// Executions between two additions to the common tally.
const STRIDE: u64 = 256;

/// Plays every seed of the campaign until it is over.
pub fn run<P: Speaks + Judged>(
    jobs: &Jobs<'_, P>,
    wheel: &Wheel,
    campaign: &Campaign<'_>,
) -> Result<Tally, DriverError> {
    let next = AtomicU64::new(0);
    let total = Mutex::new(Tally::new(jobs.cases.len()));
    let error: Mutex<Option<DriverError>> = Mutex::new(None);
    let broken = || error.lock().unwrap_or_else(PoisonError::into_inner).is_some();
    let work = || {
        let mut bench = match Bench::<P>::open(campaign.driver) {
            Ok(bench) => bench,
            Err(problem) => {
                *error.lock().unwrap_or_else(PoisonError::into_inner) = Some(problem);
                return;
            }
        };
        let mut own = Tally::new(jobs.cases.len());
        while !campaign.over() {
            let index = next.fetch_add(1, Ordering::Relaxed);
            if index >= campaign.len() {
                break;
            }
            one(&mut bench, jobs, wheel, campaign, campaign.seed(index), &mut own);
            if own.executions >= STRIDE {
                add(&total, &mut own, campaign, P::markers());
                if broken() {
                    break;
                }
            }
        }
        add(&total, &mut own, campaign, P::markers());
    };
    std::thread::scope(|scope| {
        let most = usize::try_from(campaign.len()).unwrap_or(usize::MAX);
        for _ in 0..campaign.threads.clamp(1, most.max(1)) {
            scope.spawn(work);
        }
    });
    match error.into_inner().unwrap_or_else(PoisonError::into_inner) {
        Some(problem) => Err(problem),
        None => Ok(total.into_inner().unwrap_or_else(PoisonError::into_inner)),
    }
}

fn one<P: Speaks + Judged>(
    bench: &mut Bench<P>,
    jobs: &Jobs<'_, P>,
    wheel: &Wheel,
    campaign: &Campaign<'_>,
    seed: u64,
    own: &mut Tally,
) {
    let execution = wheel.draw(jobs, seed);
    let outcome = bench.execute(jobs, execution);
    let differs = campaign.verify && bench.execute(jobs, execution).hash != outcome.hash;
    own.add(execution.case, seed, outcome, differs);
}

fn add(total: &Mutex<Tally>, own: &mut Tally, campaign: &Campaign<'_>, markers: &[&str]) {
    let mut total = total.lock().unwrap_or_else(PoisonError::into_inner);
    total.absorb(own);
    let missing: Vec<&str> =
        markers.iter().copied().filter(|name| !total.markers.contains_key(name)).collect();
    campaign.progress.update(total.executions, total.failing, total.kinds(), &missing);
}
