//! A smaller plan with the same failure.
//!
//! Deletion of runs of faults, longest first, then of single ones until none can go. A candidate
//! counts only if it fails with the same signature. Kinds and parameters are left as they are.

use super::workers::Bench;
use crate::report::model::Shrunk;
use crate::world::{Job, Outcome};
use std::collections::BTreeMap;
use wireproof_driver::Speaks;
use wireproof_oracle::Judged;
use wireproof_sim::{Fault, FaultKey, FaultSource};

/// Executions after which the search is given up.
const BUDGET: u32 = 400;

/// The smallest plan found, and how far it got.
pub struct Smaller {
    /// What is left.
    pub faults: BTreeMap<FaultKey, Fault>,
    /// How far it got.
    pub shrunk: Shrunk,
}

/// Shrinks the faults of a failure called `signature`.
pub fn shrink<P: Speaks + Judged>(
    bench: &mut Bench<P>,
    job: &Job<'_, P>,
    faults: &BTreeMap<FaultKey, Fault>,
    signature: &str,
) -> Smaller {
    let mut search = Search { bench, job, signature, executions: 0 };
    let mut kept: Vec<(FaultKey, Fault)> = faults.iter().map(|(&k, &f)| (k, f)).collect();
    if search.fails(&[]) {
        kept.clear();
    }
    let mut run = kept.len() / 2;
    let mut minimal = kept.is_empty();
    while run > 0 && search.executions < BUDGET && !kept.is_empty() {
        let before = kept.len();
        search.delete_runs(&mut kept, run);
        if run > 1 {
            run /= 2;
        } else if kept.len() == before {
            minimal = true;
            break;
        }
    }
    if kept.len() == 1 {
        // Nothing at all was tried first and did not fail.
        minimal = true;
    }
    let (before, after) = (faults.len() as u32, kept.len() as u32);
    let executions = search.executions;
    let shrunk = Shrunk { before, after, executions, minimal };
    Smaller { faults: kept.into_iter().collect(), shrunk }
}

struct Search<'a, 'j, P: Speaks + Judged> {
    bench: &'a mut Bench<P>,
    job: &'a Job<'j, P>,
    signature: &'a str,
    executions: u32,
}

impl<P: Speaks + Judged> Search<'_, '_, P> {
    fn delete_runs(&mut self, kept: &mut Vec<(FaultKey, Fault)>, run: usize) {
        let mut at = 0;
        while at < kept.len() && self.executions < BUDGET {
            let end = (at + run).min(kept.len());
            let candidate: Vec<_> = kept[..at].iter().chain(&kept[end..]).copied().collect();
            if self.fails(&candidate) {
                *kept = candidate;
            } else {
                at = end;
            }
        }
    }

    fn fails(&mut self, faults: &[(FaultKey, Fault)]) -> bool {
        self.executions += 1;
        let plan: BTreeMap<_, _> = faults.iter().copied().collect();
        let job = Job { source: FaultSource::Planned(&plan), ..*self.job };
        let fails = has(&self.bench.play(&job), self.signature);
        tracing::debug!(faults = plan.len(), fails, "shrink");
        fails
    }
}

/// Whether an outcome shows that failure.
pub fn has(outcome: &Outcome, signature: &str) -> bool {
    outcome.breaches.iter().any(|(_, breach)| breach.signature() == signature)
}
