//! What a protocol offers so that generic code can judge it.

use wireproof_base::{Citation, Judge, Protocol};

/// A property that must hold in every run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Invariant {
    /// Its name: a sentence with underscores, the name of its module.
    pub name: &'static str,
    /// What it demands, in a sentence for a report.
    pub says: &'static str,
    /// The requirements it checks. A finding cites one of them, except where the decoder names
    /// the broken rule itself.
    pub citations: &'static [Citation],
}

/// A protocol with a judge.
pub trait Judged: Protocol {
    /// The judge of one run; [`Judge::reset`] makes it ready for the next.
    type Judge: Judge<Self> + Default + Send;
    /// Everything it checks.
    fn invariants() -> &'static [Invariant];
    /// Everything it can mark as reached.
    fn markers() -> &'static [&'static str];
}
