//! What became of one mutant.

use crate::report::{Case, CaseKind, Failure};
use std::any::Any;
use std::collections::BTreeMap;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use wireproof_base::Verdict;
use wireproof_driver::MutantInfo;

/// What became of one mutant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kill {
    /// The mutant.
    pub mutant: MutantInfo,
    /// For each requirement it is known to break, the check that reports just that.
    pub named: BTreeMap<&'static str, Killer>,
    /// A check that reports something else.
    pub other: Option<Killer>,
    /// What it died of without any check: a panic of its own.
    pub died: Option<Death>,
    /// Failures that were seen. In a quick run that is no measure: it ends early.
    pub failing: usize,
}

/// A check that fails.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Killer {
    /// Id of the case.
    pub case: String,
    /// The requirement reported.
    pub requirement: String,
    /// What the case comes to.
    pub verdict: Verdict,
}

/// A panic within a mutant, which ends its way through the suite.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Death {
    /// What was being judged.
    pub at: String,
    /// What the panic said.
    pub says: String,
}

impl Death {
    fn of(at: &str, panic: &(dyn Any + Send)) -> Self {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        let says = text.or_else(|| panic.downcast_ref::<&str>().copied());
        Self { at: at.to_owned(), says: says.unwrap_or("no text").to_owned() }
    }
}

impl fmt::Display for Death {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a panic of its own in {}: {}", self.at, self.says)
    }
}

impl Kill {
    /// Nothing seen yet.
    pub const fn new(mutant: MutantInfo) -> Self {
        Self { mutant, named: BTreeMap::new(), other: None, died: None, failing: 0 }
    }

    /// Whether any check fails, or the mutant died of itself: whoever judges an implementation
    /// that dies notices.
    pub fn killed(&self) -> bool {
        self.is_named() || self.other.is_some() || self.died.is_some()
    }

    /// Whether a check fails that reports a requirement which the mutant is known to break.
    pub fn is_named(&self) -> bool {
        !self.named.is_empty()
    }

    /// Whether every requirement it is known to break was reported.
    pub fn is_complete(&self) -> bool {
        self.named.len() == self.mutant.requirements.len()
    }

    /// The most telling check: of the first requirement that was reported, or any.
    pub fn by(&self) -> Option<&Killer> {
        let first = self.mutant.requirements.iter().find_map(|id| self.named.get(id));
        first.or(self.other.as_ref())
    }

    /// Judges something by its cases and takes note of what they come to. A panic is the death of
    /// the mutant; nothing is judged behind one, because nobody knows what is left of it.
    pub fn judge(&mut self, at: &str, judge: impl FnOnce() -> Vec<Case>) {
        if self.died.is_some() {
            return;
        }
        match catch_unwind(AssertUnwindSafe(judge)) {
            Ok(cases) => cases.iter().for_each(|case| self.note(case)),
            Err(panic) => self.died = Some(Death::of(at, &*panic)),
        }
    }

    /// Takes note of what a case came to. Of two checks the stricter counts, of equals the first.
    pub fn note(&mut self, case: &Case) {
        for failure in case.failures.iter().filter(|failure| shows(case, failure)) {
            self.failing += 1;
            let killer = || Killer {
                case: case.id.clone(),
                requirement: failure.requirement.clone(),
                verdict: failure.verdict,
            };
            let known = self.mutant.requirements.iter().find(|id| **id == failure.requirement);
            match known {
                Some(id) => match self.named.get_mut(id) {
                    Some(earlier) if earlier.verdict >= failure.verdict => {}
                    Some(earlier) => *earlier = killer(),
                    None => drop(self.named.insert(id, killer())),
                },
                None if self.other.as_ref().is_none_or(|o| o.verdict < failure.verdict) => {
                    self.other = Some(killer());
                }
                None => {}
            }
        }
    }
}

/// Whether a failure shows the defect. A reading convicts no foreign implementation, but it does
/// show that the check sees the defect.
fn shows(case: &Case, failure: &Failure) -> bool {
    let counts = match failure.verdict {
        Verdict::Fail | Verdict::Divergence | Verdict::PassWithWarning => true,
        // Without a network an error is a mutant that cannot be asked.
        Verdict::Error => case.kind == CaseKind::Scenario,
        Verdict::NotApplicable | Verdict::Pass | Verdict::Inconclusive => false,
    };
    // What the judge holds against the peer says nothing about the mutant.
    let peer = case.role.is_some_and(|role| role.peer().name() == failure.culprit);
    counts && !peer && failure.culprit != "scenario"
}
