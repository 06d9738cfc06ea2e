//! What one execution came to.

use crate::scenario::model::Rests;
use crate::scenario::{Peer, Scenario, Step};
use std::collections::BTreeMap;
use wireproof_base::{Finding, Instant, Level, NodeId, Protocol, Role, Verdict};
use wireproof_driver::DriverError;
use wireproof_sim::{Fault, FaultKey};

/// One thing that went wrong.
#[derive(Clone, Debug)]
pub enum Breach {
    /// The judge found it.
    Finding(Finding),
    /// A step expected something that did not come, or forbade something that did.
    Missed {
        /// Index of the step.
        step: usize,
        /// When it was given up.
        at: Instant,
        /// What was to be seen.
        expected: String,
        /// What was seen instead.
        observed: String,
        /// The broken form this came of, if the step sends such.
        form: Option<Box<Form>>,
    },
    /// The driver of a node failed.
    Driver {
        /// The node.
        node: NodeId,
        /// When.
        at: Instant,
        /// How.
        error: DriverError,
    },
    /// The scenario asks for something that cannot be done. Our fault, or its author's.
    Scenario {
        /// Index of the step.
        step: usize,
        /// When.
        at: Instant,
        /// What is wrong.
        problem: String,
    },
}

/// A broken form that did not meet its fate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    /// Its group.
    pub group: String,
    /// Which of the group.
    pub number: i64,
    /// What the group rests on.
    pub rests: Rests,
}

/// What one execution came to. Two executions of the same job are equal in all of it.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// The worst of all breaches.
    pub verdict: Verdict,
    /// The breaches, the worst first.
    pub breaches: Vec<(Verdict, Breach)>,
    /// Why the SUT cannot be judged here, if so.
    pub not_applicable: Option<String>,
    /// Trace hash.
    pub hash: u64,
    /// Kernel events.
    pub events: u64,
    /// The faults that struck.
    pub faults: BTreeMap<FaultKey, Fault>,
    /// Markers that were reached.
    pub markers: Vec<&'static str>,
}

impl Breach {
    /// What makes two breaches the same: what broke, who broke it, in which protocol state. Never
    /// a text with numbers in it.
    pub fn signature(&self) -> String {
        match self {
            Self::Finding(finding) => {
                format!("{}/node{}/{}", finding.invariant, finding.node.0, finding.state)
            }
            Self::Missed { form: Some(form), .. } => format!("broken/{}", form.group),
            Self::Missed { step, .. } => format!("expectation/step{step}"),
            Self::Driver { node, error, .. } => format!("driver/node{}/{}", node.0, error.kind()),
            Self::Scenario { step, .. } => format!("scenario/step{step}"),
        }
    }

    /// What it comes to for the SUT that plays `sut`.
    pub fn verdict<P: Protocol>(&self, scenario: &Scenario<P>, sut: Role) -> Option<Verdict> {
        let sut = node_of(sut);
        match self {
            Self::Finding(finding) if finding.node == sut => Some(finding.citation.verdict()),
            // A tester breaks rules on purpose; the reference never may.
            Self::Finding(_) if has_tester(scenario) => None,
            Self::Finding(_) | Self::Scenario { .. } => Some(Verdict::Error),
            Self::Missed { step, form, .. } => {
                let own = form.as_ref().map(|form| &form.rests);
                let rests = own.or_else(|| rests(scenario, *step));
                let reading = rests.and_then(|rests| rests.reading.as_ref());
                Some(match (reading, scenario.level) {
                    (Some(_), _) => Verdict::Divergence,
                    (None, Level::Must) => Verdict::Fail,
                    (None, _) => Verdict::PassWithWarning,
                })
            }
            Self::Driver { node, error, .. } if *node == sut => Some(driver_verdict(error)),
            Self::Driver { .. } => Some(Verdict::Error),
        }
    }

    /// When it happened.
    pub const fn at(&self) -> Instant {
        match self {
            Self::Finding(finding) => finding.at,
            Self::Missed { at, .. } | Self::Driver { at, .. } | Self::Scenario { at, .. } => *at,
        }
    }
}

/// The client is node 0, the server node 1.
pub const fn node_of(role: Role) -> NodeId {
    match role {
        Role::Client => NodeId(0),
        Role::Server => NodeId(1),
    }
}

/// The role of a node.
pub const fn role_of(node: NodeId) -> Role {
    match node.0 {
        0 => Role::Client,
        _ => Role::Server,
    }
}

/// Whether the other side of the SUT is the frames of the scenario.
pub(super) fn has_tester<P: Protocol>(scenario: &Scenario<P>) -> bool {
    scenario.peer == Peer::Tester
}

/// What an expecting step rests on.
pub fn rests<P: Protocol>(scenario: &Scenario<P>, step: usize) -> Option<&Rests> {
    match &scenario.steps.get(step)?.what {
        Step::Expect(expect) => Some(&expect.rests),
        Step::Absent(absent) => Some(&absent.rests),
        Step::Apply(apply) => Some(&apply.rests),
        _ => None,
    }
}

/// What a failed driver of the SUT comes to. A declared ability that is then refused is a broken
/// promise; everything else that the process does wrong keeps it from being judged at all.
const fn driver_verdict(error: &DriverError) -> Verdict {
    match error {
        DriverError::Unsupported { declared: true, .. } => Verdict::Fail,
        DriverError::Unsupported { .. } => Verdict::NotApplicable,
        _ => Verdict::Error,
    }
}
