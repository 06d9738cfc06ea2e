//! What is kept of any number of executions. Adding two tallies is commutative, so the sum does not
//! depend on who played what.

use crate::scenario::Scenario;
use crate::world::{Breach, Outcome};
use std::collections::BTreeMap;
use wireproof_base::{Protocol, Verdict};

/// What is kept of one case.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CaseTally {
    /// How often it was played.
    pub executions: u64,
    /// The worst verdict, once there is one.
    pub verdict: Option<Verdict>,
    /// Why it does not apply, if so.
    pub not_applicable: Option<String>,
    /// The lowest seed that came out differently the second time.
    pub differs: Option<u64>,
}

/// One way in which a case failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// What it comes to.
    pub verdict: Verdict,
    /// How many seeds showed it.
    pub seeds: u64,
    /// The lowest of them.
    pub first: u64,
}

/// The sum of executions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// How many.
    pub executions: u64,
    /// Those with a failure or an error.
    pub failing: u64,
    /// Trace hashes, each mixed with its seed, added up.
    pub hash: u64,
    /// By index of the case.
    pub cases: Vec<CaseTally>,
    /// Executions that reached each marker.
    pub markers: BTreeMap<&'static str, u64>,
    /// By case and signature.
    pub found: BTreeMap<(usize, String), Found>,
}

impl Tally {
    /// Nothing yet, of so many cases.
    pub fn new(cases: usize) -> Self {
        Self { cases: vec![CaseTally::default(); cases], ..Self::default() }
    }

    /// Adds one execution; `differs` if repeating it gave something else.
    pub fn add(&mut self, case: usize, seed: u64, outcome: Outcome, differs: bool) {
        self.executions += 1;
        self.failing += u64::from(outcome.verdict >= Verdict::Fail || differs);
        self.hash = self.hash.wrapping_add(mixed(seed, outcome.hash));
        let entry = &mut self.cases[case];
        entry.executions += 1;
        entry.verdict = entry.verdict.max(Some(outcome.verdict));
        if differs {
            entry.differs = Some(entry.differs.map_or(seed, |first| first.min(seed)));
        }
        entry.learn(outcome.not_applicable);
        for name in outcome.markers {
            *self.markers.entry(name).or_default() += 1;
        }
        let mut shown: Vec<String> = Vec::new();
        for (verdict, breach) in outcome.breaches {
            let signature = breach.signature();
            // An execution counts once for each way in which it failed.
            if !shown.contains(&signature) {
                self.find(case, signature.clone(), Found { verdict, seeds: 1, first: seed });
                shown.push(signature);
            }
        }
    }

    fn find(&mut self, case: usize, signature: String, found: Found) {
        self.found
            .entry((case, signature))
            .and_modify(|known| {
                known.verdict = known.verdict.max(found.verdict);
                known.seeds += found.seeds;
                known.first = known.first.min(found.first);
            })
            .or_insert(found);
    }

    /// Takes everything out of `other`.
    pub fn absorb(&mut self, other: &mut Self) {
        self.executions += std::mem::take(&mut other.executions);
        self.failing += std::mem::take(&mut other.failing);
        self.hash = self.hash.wrapping_add(std::mem::take(&mut other.hash));
        for (own, theirs) in self.cases.iter_mut().zip(&mut other.cases) {
            let theirs = std::mem::take(theirs);
            own.executions += theirs.executions;
            own.verdict = own.verdict.max(theirs.verdict);
            own.differs = match (own.differs, theirs.differs) {
                (Some(a), Some(b)) => Some(a.min(b)),
                (a, b) => a.or(b),
            };
            own.learn(theirs.not_applicable);
        }
        for (name, times) in std::mem::take(&mut other.markers) {
            *self.markers.entry(name).or_default() += times;
        }
        for ((case, signature), found) in std::mem::take(&mut other.found) {
            self.find(case, signature, found);
        }
    }

    /// Number of different ways in which anything failed.
    pub fn kinds(&self) -> usize {
        self.found.values().filter(|found| found.verdict >= Verdict::Fail).count()
    }
}

impl CaseTally {
    /// Of several reasons the first in the alphabet stays.
    fn learn(&mut self, reason: Option<String>) {
        self.not_applicable = match (self.not_applicable.take(), reason) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
    }
}

/// Under which key failures of different cases are one: findings by what was broken, by whom and
/// in which state; a missed step only with the same step of the same scenario.
pub fn kind<P: Protocol>(scenario: &Scenario<P>, signature: &str) -> String {
    let of_the_judge = !["expectation/", "scenario/"].iter().any(|own| signature.starts_with(own));
    match of_the_judge {
        true => signature.to_owned(),
        false => format!("{} {signature}", scenario.base),
    }
}

/// The signature of a breach that is only known by name later on.
pub fn shows(outcome: &Outcome, signature: &str) -> Option<Breach> {
    let mut all = outcome.breaches.iter();
    all.find(|(_, breach)| breach.signature() == signature).map(|(_, breach)| breach.clone())
}

/// One bit of either changes every bit of it.
fn mixed(seed: u64, hash: u64) -> u64 {
    let word = (hash ^ seed.rotate_left(32)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    (word ^ word >> 32).wrapping_mul(0xD6E8_FEB8_6659_FD93)
}
