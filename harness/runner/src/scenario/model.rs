//! A scenario, read and checked: one variant of one file, ready to run.

use super::broken::Broken;
use super::pattern::{EventPattern, FramePattern};
use super::place::Place;
use serde_json::{Map, Value};
use std::fmt;
use wireproof_base::{Carrier, ConnId, Duration, Level, Protocol, Role};
use wireproof_driver::{Depth, FrameSpec};
use wireproof_sim::{Preset, ProfileLimits};

/// One variant of a scenario file.
#[derive(Clone, Debug)]
pub struct Scenario<P: Protocol> {
    /// Unique id, with its variant: `flow.x[credit=2,carrier=multistream]`.
    pub id: String,
    /// The id as written: `flow.x`.
    pub base: String,
    /// What distinguishes the variant, in the order of its id.
    pub variant: Vec<(String, String)>,
    /// One line for people.
    pub title: String,
    /// What it checks; the first one answers for expectations that name none.
    pub requirements: Vec<String>,
    /// How binding it is.
    pub level: Level,
    /// `stepped` or `machines`.
    pub depth: Depth,
    /// Roles that can be under test.
    pub sut: Vec<Role>,
    /// Who is on the other side.
    pub peer: Peer,
    /// Carrier of connections that name none.
    pub carrier: Carrier,
    /// How the nodes start.
    pub setup: Setups<P>,
    /// What the network does on its own.
    pub faults: Faults,
    /// Drawn plans besides the calm run; 0 without faults.
    pub seeds: u32,
    /// What applications do by themselves.
    pub reactions: Vec<Reaction<P>>,
    /// What happens, in order.
    pub steps: Vec<Located<Step<P>>>,
    /// When everything must be over.
    pub deadline: Duration,
    /// Configuration of generated traffic, which runs after the steps.
    pub workload: Option<Value>,
    /// The machine, at depth `machines`.
    pub machine: Option<Machine>,
    /// Markers that a campaign over it must reach.
    pub sometimes: Vec<String>,
    /// Where the id stands.
    pub place: Place,
}

impl<P: Protocol> Scenario<P> {
    /// How many calm executions it takes until every value of its sweeps was there.
    pub fn sweep(&self) -> u64 {
        let each = self.steps.iter().map(|step| match &step.what {
            Step::Kill { after_bytes: Some(sweep), .. } => sweep.count(),
            Step::Broken(broken) => broken.rounds(),
            _ => 1,
        });
        each.max().unwrap_or(1)
    }

    /// The part of the id before the dot.
    pub fn area(&self) -> &str {
        self.base.split_once('.').map_or(&self.base, |(area, _)| area)
    }
}

/// Something and where it was written.
#[derive(Clone, Debug)]
pub struct Located<T> {
    /// Where.
    pub place: Place,
    /// What.
    pub what: T,
}

/// Who speaks with the SUT.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Peer {
    /// The reference.
    #[default]
    Reference,
    /// Nobody but the frames of the scenario.
    Tester,
}

/// How the nodes start.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Setups<P: Protocol> {
    /// The dialling node.
    pub client: P::Setup,
    /// The listening node.
    pub server: P::Setup,
}

impl<P: Protocol> Setups<P> {
    /// The setup of `role`.
    pub fn of(&self, role: Role) -> &P::Setup {
        match role {
            Role::Client => &self.client,
            Role::Server => &self.server,
        }
    }
}

/// What the network does on its own.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Faults {
    /// Nothing.
    #[default]
    None,
    /// What seeds draw within named limits.
    Preset(Preset),
    /// What seeds draw within these limits.
    Limits(ProfileLimits),
}

impl Faults {
    /// The limits to draw within, if anything is drawn.
    pub fn limits(&self) -> Option<ProfileLimits> {
        match self {
            Self::None => None,
            Self::Preset(preset) => Some(ProfileLimits::preset(*preset)),
            Self::Limits(limits) => Some(limits.clone()),
        }
    }
}

/// What the application at a node does on each event of a kind.
#[derive(Clone, Debug)]
pub struct Reaction<P: Protocol> {
    /// Where.
    pub node: Role,
    /// On what.
    pub on: EventPattern,
    /// How much later.
    pub after: Duration,
    /// What; sessions and the like that are left open are filled in from the event.
    pub commands: Vec<P::Command>,
    /// Where it was written.
    pub place: Place,
}

/// One step.
#[derive(Clone, Debug)]
pub enum Step<P: Protocol> {
    /// A connection comes up; they are numbered from 0.
    Connect {
        /// Its carrier, if not that of the scenario.
        carrier: Option<Carrier>,
    },
    /// The application at a node wants something.
    Command {
        /// The node.
        node: Role,
        /// What it wants.
        command: P::Command,
    },
    /// The tester sends a frame.
    Send(FrameSpec),
    /// The tester sends broken forms of a valid packet.
    Broken(Broken),
    /// Something must be seen.
    Expect(Expect),
    /// Something must not be seen.
    Absent(Absent),
    /// Time passes.
    Advance(Duration),
    /// A connection is lost.
    Kill {
        /// Which.
        conn: ConnId,
        /// After so many more bytes; at once if absent.
        after_bytes: Option<Sweep>,
        /// Bytes sent by this node; by either if absent.
        from: Option<Role>,
    },
    /// The nodes are cut off from each other.
    Partition {
        /// What this node sends is lost; absent cuts both ways.
        from: Option<Role>,
        /// For how long.
        span: Duration,
    },
    /// What a node sends on a connection from here on arrives that much later at the earliest.
    Hold {
        /// Which.
        conn: ConnId,
        /// Sent by this node; by either if absent.
        from: Option<Role>,
        /// For how long.
        span: Duration,
    },
    /// The network path of a connection changes.
    Rebind {
        /// Which.
        conn: ConnId,
    },
    /// Streams arrive in pieces from here on.
    Chunk {
        /// Bytes of each piece.
        bytes: u32,
    },
    /// The tester ends a connection.
    Disconnect {
        /// Which.
        conn: ConnId,
        /// The node that sees it end.
        node: Option<Role>,
    },
    /// Faults end here.
    Heal,
    /// One event for the machine, at depth `machines`.
    Apply(Apply),
}

impl<P: Protocol> Step<P> {
    /// Which rule the step checks, if it checks any.
    pub const fn rests(&self) -> Option<&Rests> {
        match self {
            Self::Expect(expect) => Some(&expect.rests),
            Self::Absent(absent) => Some(&absent.rests),
            Self::Apply(apply) => Some(&apply.rests),
            _ => None,
        }
    }

    /// The word that starts the step.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Connect { .. } => "connect",
            Self::Command { node: Role::Client, .. } => "client",
            Self::Command { node: Role::Server, .. } => "server",
            Self::Send(_) => "send",
            Self::Broken(_) => "broken",
            Self::Expect(_) => "expect",
            Self::Absent(_) => "absent",
            Self::Advance(_) => "advance",
            Self::Kill { .. } => "kill",
            Self::Partition { .. } => "partition",
            Self::Hold { .. } => "hold",
            Self::Rebind { .. } => "rebind",
            Self::Chunk { .. } => "chunk",
            Self::Disconnect { .. } => "disconnect",
            Self::Heal => "heal",
            Self::Apply(_) => "apply",
        }
    }
}

/// A number, or every number of a range, one for each seed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sweep {
    /// The first one.
    pub from: u64,
    /// The last one.
    pub to: u64,
}

impl Sweep {
    /// Most values of a range.
    pub const MOST: u64 = 4_096;

    /// How many values there are.
    pub const fn count(self) -> u64 {
        self.to - self.from + 1
    }

    /// The value for a seed; that many consecutive seeds have all of them.
    pub const fn at(self, seed: u64) -> u64 {
        self.from + seed % self.count()
    }
}

/// What can be seen.
#[derive(Clone, Debug, PartialEq)]
pub enum Sight {
    /// An event at a node.
    Event {
        /// The node.
        node: Role,
        /// The event.
        pattern: EventPattern,
    },
    /// A frame that the tester receives.
    Frame {
        /// On this connection; on any if absent.
        conn: Option<ConnId>,
        /// The frame.
        pattern: FramePattern,
    },
    /// The tester sees a connection end.
    Down {
        /// This one; any if absent.
        conn: Option<ConnId>,
    },
}

impl fmt::Display for Sight {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Event { node, pattern } => write!(f, "{node} reports {pattern}"),
            Self::Frame { conn: None, pattern } => write!(f, "frame {pattern}"),
            Self::Frame { conn: Some(conn), pattern } => {
                write!(f, "frame {pattern} on connection {conn}")
            }
            Self::Down { conn: None } => f.write_str("the connection ends"),
            Self::Down { conn: Some(conn) } => write!(f, "connection {conn} ends"),
        }
    }
}

/// Which rule a check rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rests {
    /// The requirement.
    pub requirement: String,
    /// The reading, if the text alone does not carry the check: a miss is then a divergence.
    pub reading: Option<String>,
}

/// Something that must be seen.
#[derive(Clone, Debug, PartialEq)]
pub struct Expect {
    /// What.
    pub sight: Sight,
    /// Until when, counted from the step; absent until the deadline.
    pub within: Option<Duration>,
    /// Why.
    pub rests: Rests,
}

/// Something that must not be seen.
#[derive(Clone, Debug, PartialEq)]
pub struct Absent {
    /// What.
    pub sight: Sight,
    /// For how long, counted from the step.
    pub span: Duration,
    /// Why.
    pub rests: Rests,
}

/// The machine under test, at depth `machines`.
#[derive(Clone, Debug, PartialEq)]
pub struct Machine {
    /// Which.
    pub name: String,
    /// How it starts.
    pub config: Value,
}

/// One event for the machine and what must come of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Apply {
    /// The event.
    pub event: Value,
    /// What must come of it.
    pub outcome: Outcome,
    /// Why.
    pub rests: Rests,
}

/// What must come of an event.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// It is taken; answer and state afterwards have these values. Others are free.
    Taken(Map<String, Value>),
    /// It is refused with one of these kinds; any if empty.
    Refused(Vec<String>),
    /// It is taken, or refused with one of these kinds; any if empty.
    Either(Vec<String>),
}
