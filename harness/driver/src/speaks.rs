//! What the generic runner asks of a protocol.

use crate::{Depth, Driver, DriverError, FrameError, FrameSpec, Refused, Workload};
use serde_json::Value;
use wireproof_base::{Carrier, Protocol, Role};

/// Where a planted defect sits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DefectLevel {
    /// Bytes are written or read wrongly.
    Codec,
    /// A decision is wrong.
    Machine,
    /// Something happens at the wrong time.
    Timing,
    /// What outlives a connection is kept, moved or given back wrongly.
    Recovery,
}

impl DefectLevel {
    /// Name as in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Codec => "codec",
            Self::Machine => "machine",
            Self::Timing => "timing",
            Self::Recovery => "recovery",
        }
    }
}

/// One mutant: the reference with one named defect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MutantInfo {
    /// Name after `mutant:`.
    pub name: &'static str,
    /// Where the defect sits.
    pub level: DefectLevel,
    /// The side it shows on, where there are sides.
    pub role: Role,
    /// The depths at which it can show.
    pub depths: &'static [Depth],
    /// Requirements it breaks.
    pub requirements: &'static [&'static str],
    /// What it does, in one sentence.
    pub says: &'static str,
}

/// A protocol that has drivers.
pub trait Speaks: Protocol {
    /// Its generated traffic.
    type Workload: Workload<Self> + Default + Send;

    /// Carriers it runs over.
    const CARRIERS: &'static [Carrier];

    /// Keys of a `send` step that it gives a meaning.
    const FRAME_KEYS: &'static [&'static str];

    /// Fields of commands and events that hold 64 bits, as `variant.field`. They travel as decimal
    /// strings on the adapter protocol.
    const WIDE: &'static [&'static str];

    /// Opens `reference`, `mutant:<name>`, `live:<address>`, `listen:<address>` or a shell command
    /// line.
    fn open(spec: &str) -> Result<Box<dyn Driver<Self>>, DriverError>;

    /// Every mutant.
    fn mutants() -> &'static [MutantInfo];

    /// Every capability that a SUT can declare.
    fn capabilities() -> &'static [&'static str];

    /// The capability that a command needs.
    fn needs(command: &Self::Command) -> &'static str;

    /// The capabilities that a setup needs, beyond what every SUT of that role can be told.
    fn setup_needs(_setup: &Self::Setup) -> Vec<&'static str> {
        Vec::new()
    }

    /// The capability that a SUT needs for a command to its peer to lead anywhere, if any.
    fn demanded_by(_command: &Self::Command) -> Option<&'static str> {
        None
    }

    /// The capability that a SUT needs for a frame of the tester to be meant for it, if any.
    fn demanded_by_frame(_spec: &FrameSpec) -> Option<&'static str> {
        None
    }

    /// The capability that a SUT needs to be held to a requirement, if any.
    fn demands(_requirement: &str) -> Option<&'static str> {
        None
    }

    /// The bytes of a frame, right or wrong. `resolve` turns a session as written in a scenario
    /// into its number.
    fn build(spec: &FrameSpec, resolve: &dyn Fn(u64) -> u32) -> Result<Vec<u8>, FrameError>;

    /// The same, by somebody who has received these packets, oldest first, and may put parts of
    /// them into the frame.
    fn build_after(
        spec: &FrameSpec,
        resolve: &dyn Fn(u64) -> u32,
        received: &mut dyn DoubleEndedIterator<Item = &[u8]>,
    ) -> Result<Vec<u8>, FrameError> {
        let _ = received;
        Self::build(spec, resolve)
    }

    /// The decoded fields of a packet, flat, with its `type`.
    fn fields(packet: &[u8]) -> Result<Value, Refused>;

    /// Whether a field of frames may hold text that stands for itself, not for a number.
    fn holds_text(_field: &str) -> bool {
        false
    }

    /// Whether two byte strings that a codec may write say the same: a format may leave choices.
    /// `kind` and `what` are those of [`crate::Vectors`].
    fn same_bytes(_kind: &str, _what: &str, a: &[u8], b: &[u8]) -> bool {
        a == b
    }

    /// Whether decoded fields that differ from the wanted ones say the same all the same: a
    /// protocol may let a codec fill in defaults.
    fn same_fields(_kind: &str, _what: &str, _wanted: &Value, _found: &Value) -> bool {
        false
    }

    /// A packet in a few words, for diagrams.
    fn label(packet: &[u8]) -> String;

    /// Length of the first whole packet in `buffer`, if there is one.
    fn split(buffer: &[u8]) -> Option<usize>;

    /// Puts the session number in place of the tag that a scenario wrote.
    fn resolve(command: &mut Self::Command, tag_to_session: &dyn Fn(u64) -> Option<u32>);

    /// The tag and session that an event connects.
    fn learn(event: &Self::Event) -> Option<(u64, u32)>;

    /// Fills what a reaction left open from the event it reacts to.
    fn fill(command: &mut Self::Command, from: &Self::Event);

    /// The number behind a name.
    fn number(name: &str) -> Option<u64>;
}
