//! What a defect consists of: at most one function per place where it can sit.
//!
//! A whole endpoint (depth `stepped`) is reached by `setup`, `reads`, `asked`, `incoming`,
//! `outgoing`, `posted`, `fetched`, `begins`, `told`, `ends` and `wake`, the codec alone (depth
//! `vectors`) by `decode` and `encode`, a state machine alone (depth `machines`) by `machine` and
//! `state`. One defect may sit at several depths. In HTTP mode `fetched` and `posted` stand for
//! `incoming` and `outgoing`.

use super::depths::{Applying, Decoded, Decoding, Encoded, Encoding, Taken};
use super::edit::Edit;
use super::memory::Memory;
use super::report::{Asking, Telling};
use crate::bench::broken::Shown;
use crate::{DefectLevel, Depth, MutantInfo};
use serde_json::Value;
use wireproof_base::{Carrier, ConnId, Instant, Role};
use wireproof_wire::ncp::command::Setup;
use wireproof_wire::ncp::http::Message;

/// The first bytes on a connection, if there are any on that carrier.
type Begins = fn(Carrier) -> Option<Vec<u8>>;

/// One defect. The functions may keep what they saw in [`Memory`].
#[derive(Clone, Copy, Debug)]
pub struct Defect {
    /// Who it is; how it is listed is up to [`Defect::listed`].
    pub info: MutantInfo,
    /// Changes how the reference is set up.
    pub setup: Option<fn(&mut Setup)>,
    /// Changes what one read of a byte stream brings, before frames are looked for.
    pub reads: Option<fn(&mut Vec<u8>)>,
    /// Changes a command before the reference sees it.
    pub asked: Option<fn(&mut Asking, &mut Memory)>,
    /// Changes a frame that arrived, before the reference sees it.
    pub incoming: Option<fn(&mut Edit<'_>, &mut Memory)>,
    /// Changes a frame that the reference sent.
    pub outgoing: Option<fn(&mut Edit<'_>, &mut Memory)>,
    /// Changes a message of HTTP mode that the reference sent.
    pub posted: Option<fn(&mut Message, &mut Memory)>,
    /// Changes a message of HTTP mode that arrived, before the reference sees it.
    pub fetched: Option<fn(&mut Message, &mut Memory)>,
    /// What is sent as soon as a connection of that carrier stands.
    pub begins: Option<Begins>,
    /// Changes what the reference tells its application.
    pub told: Option<fn(&mut Telling, &mut Memory)>,
    /// Whether the reference may end a connection when it wants to.
    pub ends: Option<fn(ConnId, &mut Memory) -> bool>,
    /// Changes when the reference is woken.
    pub wake: Option<fn(Instant) -> Instant>,
    /// Decodes in place of the codec.
    pub decode: Option<fn(&Decoding<'_>) -> Decoded>,
    /// Encodes in place of the codec.
    pub encode: Option<fn(&Encoding<'_>) -> Encoded>,
    /// Takes events in place of a machine.
    pub machine: Option<fn(&mut Applying<'_>, &Value) -> Taken>,
    /// Changes what a machine shows of itself: its name, the notes of the defect, its state.
    pub state: Option<Shown>,
}

impl Defect {
    const fn new(
        level: DefectLevel,
        role: Role,
        name: &'static str,
        requirements: &'static [&'static str],
        says: &'static str,
    ) -> Self {
        Self {
            info: MutantInfo { name, level, role, depths: &[], requirements, says },
            setup: None,
            reads: None,
            asked: None,
            incoming: None,
            outgoing: None,
            posted: None,
            fetched: None,
            begins: None,
            told: None,
            ends: None,
            wake: None,
            decode: None,
            encode: None,
            machine: None,
            state: None,
        }
    }

    /// A defect of an Agent.
    pub const fn agent(
        level: DefectLevel,
        name: &'static str,
        requirements: &'static [&'static str],
        says: &'static str,
    ) -> Self {
        Self::new(level, Role::Client, name, requirements, says)
    }

    /// A defect of a Node.
    pub const fn node(
        level: DefectLevel,
        name: &'static str,
        requirements: &'static [&'static str],
        says: &'static str,
    ) -> Self {
        Self::new(level, Role::Server, name, requirements, says)
    }

    /// A defect of a codec, which knows no sides.
    pub const fn codec(
        name: &'static str,
        requirements: &'static [&'static str],
        says: &'static str,
    ) -> Self {
        Self::new(DefectLevel::Codec, Role::Client, name, requirements, says)
    }

    /// A defect of a state machine called directly, which knows no sides.
    pub const fn model(
        name: &'static str,
        requirements: &'static [&'static str],
        says: &'static str,
    ) -> Self {
        Self::new(DefectLevel::Machine, Role::Client, name, requirements, says)
    }

    /// The same, sitting in the setup.
    pub const fn setup(self, change: fn(&mut Setup)) -> Self {
        Self { setup: Some(change), ..self }
    }

    /// The same, sitting where bytes are read.
    pub const fn reads(self, change: fn(&mut Vec<u8>)) -> Self {
        Self { reads: Some(change), ..self }
    }

    /// The same, sitting where commands arrive.
    pub const fn asked(self, change: fn(&mut Asking, &mut Memory)) -> Self {
        Self { asked: Some(change), ..self }
    }

    /// The same, sitting where frames arrive.
    pub const fn incoming(self, change: fn(&mut Edit<'_>, &mut Memory)) -> Self {
        Self { incoming: Some(change), ..self }
    }

    /// The same, sitting where frames leave.
    pub const fn outgoing(self, change: fn(&mut Edit<'_>, &mut Memory)) -> Self {
        Self { outgoing: Some(change), ..self }
    }

    /// The same, sitting where messages of HTTP mode leave.
    pub const fn posted(self, change: fn(&mut Message, &mut Memory)) -> Self {
        Self { posted: Some(change), ..self }
    }

    /// The same, sitting where messages of HTTP mode arrive.
    pub const fn fetched(self, change: fn(&mut Message, &mut Memory)) -> Self {
        Self { fetched: Some(change), ..self }
    }

    /// The same, sitting where connections begin.
    pub const fn begins(self, sends: fn(Carrier) -> Option<Vec<u8>>) -> Self {
        Self { begins: Some(sends), ..self }
    }

    /// The same, sitting where events leave.
    pub const fn told(self, change: fn(&mut Telling, &mut Memory)) -> Self {
        Self { told: Some(change), ..self }
    }

    /// The same, sitting where connections are ended.
    pub const fn ends(self, may: fn(ConnId, &mut Memory) -> bool) -> Self {
        Self { ends: Some(may), ..self }
    }

    /// The same, sitting in front of the timer.
    pub const fn wake(self, change: fn(Instant) -> Instant) -> Self {
        Self { wake: Some(change), ..self }
    }

    /// The same, sitting in the decoder.
    pub const fn decode(self, change: fn(&Decoding<'_>) -> Decoded) -> Self {
        Self { decode: Some(change), ..self }
    }

    /// The same, sitting in the encoder.
    pub const fn encode(self, change: fn(&Encoding<'_>) -> Encoded) -> Self {
        Self { encode: Some(change), ..self }
    }

    /// The same, sitting in a machine.
    pub const fn machine(self, change: fn(&mut Applying<'_>, &Value) -> Taken) -> Self {
        Self { machine: Some(change), ..self }
    }

    /// The same, sitting where a machine shows its state.
    pub const fn state(self, change: Shown) -> Self {
        Self { state: Some(change), ..self }
    }

    /// How it is listed.
    pub const fn listed(&self) -> MutantInfo {
        use Depth::{Machines, Stepped, Vectors};
        let codec = self.decode.is_some() || self.encode.is_some();
        let machine = self.machine.is_some() || self.state.is_some();
        let depths: &[Depth] = match (codec, machine, self.is_stepped()) {
            (false, false, _) => &[Stepped],
            (true, false, false) => &[Vectors],
            (false, true, false) => &[Machines],
            (true, true, false) => &[Vectors, Machines],
            (true, false, true) => &[Vectors, Stepped],
            (false, true, true) => &[Machines, Stepped],
            (true, true, true) => &[Vectors, Machines, Stepped],
        };
        MutantInfo { depths, ..self.info }
    }

    /// Whether it sits anywhere at all.
    #[cfg(test)]
    pub const fn sits(&self) -> bool {
        self.is_stepped() || !matches!(self.listed().depths, [Depth::Stepped])
    }

    /// Whether it sits in a whole endpoint.
    pub const fn is_stepped(&self) -> bool {
        self.setup.is_some()
            || self.reads.is_some()
            || self.asked.is_some()
            || self.incoming.is_some()
            || self.outgoing.is_some()
            || self.posted.is_some()
            || self.fetched.is_some()
            || self.begins.is_some()
            || self.told.is_some()
            || self.ends.is_some()
            || self.wake.is_some()
    }
}
