//! What a judge reports.

use crate::{Carrier, Crossing, Instant, Level, NodeId, Protocol, Record, Role, Verdict};
use alloc::string::String;
use alloc::vec::Vec;

/// The requirement a check rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Citation {
    /// Requirement id.
    pub id: &'static str,
    /// How binding it is.
    pub level: Level,
    /// The reading this check rests on; `None` if the text alone carries it.
    pub reading: Option<&'static str>,
}

impl Citation {
    /// A MUST carried by the text.
    pub const fn must(id: &'static str) -> Self {
        Self { id, level: Level::Must, reading: None }
    }

    /// A SHOULD carried by the text.
    pub const fn should(id: &'static str) -> Self {
        Self { id, level: Level::Should, reading: None }
    }

    /// The same rule, where it rests on `reading`.
    pub const fn read(self, reading: &'static str) -> Self {
        Self { reading: Some(reading), ..self }
    }

    /// What a breach comes to.
    pub const fn verdict(self) -> Verdict {
        match (self.reading, self.level) {
            (Some(_), _) => Verdict::Divergence,
            (None, Level::Must) => Verdict::Fail,
            (None, _) => Verdict::PassWithWarning,
        }
    }
}

/// One breach, with its evidence.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// Name of the invariant: its module name, a sentence.
    pub invariant: &'static str,
    /// What it breaks.
    pub citation: Citation,
    /// Who broke it.
    pub node: NodeId,
    /// When.
    pub at: Instant,
    /// Index of the guilty record in the trace.
    pub record: u32,
    /// Protocol state the culprit was in, for the failure signature.
    pub state: &'static str,
    /// What had to be.
    pub expected: String,
    /// What was.
    pub observed: String,
}

/// The judge of one run: an independent model fed with everything that crosses a boundary.
///
/// `observe` is called for every record in order; safety findings appear at once. `finish` is
/// called at the end of the run, when liveness must have come true.
pub trait Judge<P: Protocol> {
    /// Gets ready for a new run, keeping memory. `roles[i]` is the role of node `i`.
    fn reset(&mut self, carrier: Carrier, roles: &[Role]);

    /// `node` has started with `setup`, as it was told. Rules that need to know how a node is
    /// configured are judged only where this was called.
    fn setup(&mut self, _node: NodeId, _setup: &P::Setup) {}

    /// Takes one record; breaches go to `findings`.
    fn observe(&mut self, record: &Record<'_, P::Command, P::Event>, findings: &mut Vec<Finding>);

    /// Ends the run at `now`. `healed`: faults stopped and the deadline passed in calm, so
    /// liveness is due.
    fn finish(&mut self, now: Instant, healed: bool, findings: &mut Vec<Finding>);

    /// Names of the `sometimes` markers that this run reached.
    fn reached(&self) -> &[&'static str];
}

/// What the judge of `P` calls one crossing.
pub type CrossingOf<'a, P> = Crossing<'a, <P as Protocol>::Command, <P as Protocol>::Event>;
