//! What a defect consists of: at most one function per place where it can sit.

use super::edit::Edit;
use super::memory::Memory;
use crate::{DefectLevel, MutantInfo};
use wireproof_base::{Instant, Role};
use wireproof_wire::nnrp::Header;
use wireproof_wire::nnrp::command::Setup;

/// One defect. The functions may keep what they saw in [`Memory`].
#[derive(Clone, Copy, Debug)]
pub struct Defect {
    /// How it is listed.
    pub info: MutantInfo,
    /// Changes how the reference is set up.
    pub setup: Option<fn(&mut Setup)>,
    /// Mends the header of a packet that arrived, before its length is looked at.
    pub mend: Option<fn(&mut Header)>,
    /// Changes a packet that arrived, before the reference sees it.
    pub incoming: Option<fn(&mut Edit<'_>, &mut Memory)>,
    /// Changes a packet that the reference sent.
    pub outgoing: Option<fn(&mut Edit<'_>, &mut Memory)>,
    /// Changes when the reference is woken.
    pub wake: Option<fn(Instant) -> Instant>,
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
            info: MutantInfo { name, level, role, requirements, says },
            setup: None,
            mend: None,
            incoming: None,
            outgoing: None,
            wake: None,
        }
    }

    /// A defect of a client.
    pub const fn client(
        level: DefectLevel,
        name: &'static str,
        requirements: &'static [&'static str],
        says: &'static str,
    ) -> Self {
        Self::new(level, Role::Client, name, requirements, says)
    }

    /// A defect of a server.
    pub const fn server(
        level: DefectLevel,
        name: &'static str,
        requirements: &'static [&'static str],
        says: &'static str,
    ) -> Self {
        Self::new(level, Role::Server, name, requirements, says)
    }

    /// The same, sitting in the setup.
    pub const fn setup(self, change: fn(&mut Setup)) -> Self {
        Self { setup: Some(change), ..self }
    }

    /// The same, sitting in front of the framing.
    pub const fn mend(self, change: fn(&mut Header)) -> Self {
        Self { mend: Some(change), ..self }
    }

    /// The same, sitting where packets arrive.
    pub const fn incoming(self, change: fn(&mut Edit<'_>, &mut Memory)) -> Self {
        Self { incoming: Some(change), ..self }
    }

    /// The same, sitting where packets leave.
    pub const fn outgoing(self, change: fn(&mut Edit<'_>, &mut Memory)) -> Self {
        Self { outgoing: Some(change), ..self }
    }

    /// The same, sitting in front of the timer.
    pub const fn wake(self, change: fn(Instant) -> Instant) -> Self {
        Self { wake: Some(change), ..self }
    }
}
