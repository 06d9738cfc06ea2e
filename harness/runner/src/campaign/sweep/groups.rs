//! From a tally to cases and kinds of failures. What is shown is played again from its seed.

use super::options::Campaign;
use super::tally::{Found, Tally, kind, shows};
use super::wheel::Wheel;
use crate::campaign::detail::{Detail, Group, describe, irreproducible};
use crate::campaign::workers::Bench;
use crate::report::{Case, CaseKind, Failure, FailureKind};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::Ordering;
use wireproof_base::{Seed, Verdict};
use wireproof_driver::Speaks;
use wireproof_oracle::Judged;

/// Failures of single cases that are played again at all; what is beyond has signature and seed.
const LOOKED_AT: usize = 400;

/// Every kind of failure, the worst and then the earliest first.
pub fn kinds<P: Speaks + Judged>(detail: &Detail<'_, P>, tally: &Tally) -> Vec<FailureKind> {
    let mut by_kind: BTreeMap<String, FailureKind> = BTreeMap::new();
    for ((case, signature), found) in &tally.found {
        let scenario = detail.jobs.cases[*case].scenario;
        let name = kind(scenario, signature);
        let entry = by_kind.entry(name.clone()).or_insert_with(|| FailureKind {
            kind: name,
            verdict: found.verdict,
            seeds: 0,
            first_seed: found.first,
            case: scenario.id.clone(),
            cases: 0,
        });
        entry.seeds += found.seeds;
        entry.cases += 1;
        entry.verdict = entry.verdict.max(found.verdict);
        if found.first < entry.first_seed {
            (entry.first_seed, entry.case) = (found.first, scenario.id.clone());
        }
    }
    let mut kinds: Vec<_> = by_kind.into_values().collect();
    kinds.sort_by_key(|kind| (std::cmp::Reverse(kind.verdict), kind.first_seed));
    kinds
}

/// Every case with its failures; those of the first kinds are described in full.
pub fn cases<P: Speaks + Judged>(
    bench: &mut Bench<P>,
    detail: &Detail<'_, P>,
    wheel: &Wheel,
    campaign: &Campaign<'_>,
    tally: &Tally,
    kinds: &[FailureKind],
) -> Vec<Case> {
    let mut cases: Vec<Case> =
        (0..detail.jobs.cases.len()).map(|index| bare_case(detail, tally, index)).collect();
    let full: BTreeSet<u64> =
        kinds.iter().take(campaign.described).map(|kind| kind.first_seed).collect();
    let mut in_order: Vec<_> = tally.found.iter().collect();
    in_order.sort_by_key(|((case, signature), found)| {
        (std::cmp::Reverse(found.verdict), found.first, *case, signature.as_str())
    });
    for (place, ((case, signature), found)) in in_order.into_iter().enumerate() {
        // After an interrupt nothing is shrunk any more: the report is to be written soon.
        let hurry = campaign.interrupt.load(Ordering::Relaxed);
        let full = !hurry && full.contains(&found.first);
        let failure = match place < LOOKED_AT {
            true => again(bench, detail, wheel, signature, found, full),
            false => bare(signature, found),
        };
        cases[*case].failures.push(failure);
    }
    cases
}

fn bare_case<P: Speaks + Judged>(detail: &Detail<'_, P>, tally: &Tally, index: usize) -> Case {
    let (job, sum) = (&detail.jobs.cases[index], &tally.cases[index]);
    let mut case = Case {
        id: job.scenario.id.clone(),
        kind: CaseKind::Scenario,
        role: Some(job.role),
        title: job.scenario.title.clone(),
        requirements: job.scenario.requirements.clone(),
        verdict: sum.verdict.unwrap_or(Verdict::NotApplicable),
        executions: sum.executions,
        reason: None,
        failures: Vec::new(),
    };
    if case.verdict == Verdict::NotApplicable {
        let never = || "no seed has played it".to_owned();
        case.reason = Some(sum.not_applicable.clone().unwrap_or_else(never));
    }
    if let Some(seed) = sum.differs {
        case.verdict = Verdict::Error;
        case.failures.push(irreproducible(Seed(seed), job.role));
    }
    case
}

/// Plays the first seed of a failure again and describes what it shows.
fn again<P: Speaks + Judged>(
    bench: &mut Bench<P>,
    detail: &Detail<'_, P>,
    wheel: &Wheel,
    signature: &str,
    found: &Found,
    full: bool,
) -> Failure {
    let execution = wheel.draw(detail.jobs, found.first);
    let outcome = bench.execute(detail.jobs, execution);
    let Some(breach) = shows(&outcome, signature) else {
        return bare(signature, found);
    };
    let group = Group { verdict: found.verdict, execution, breach, times: found.seeds };
    let detail = Detail { details: full, ..*detail };
    let mut failure = describe(bench, &detail, signature, &group);
    failure.seed = Some(found.first);
    failure
}

fn bare(signature: &str, found: &Found) -> Failure {
    Failure {
        signature: signature.to_owned(),
        verdict: found.verdict,
        seed: Some(found.first),
        also: found.seeds - 1,
        ..Failure::blank()
    }
}
