//! Every key and every closed list of names that a scenario file can hold. The reader knows no
//! others, and the schema for editors is made of the same lists.

use crate::scenario::model::Peer;
use wireproof_base::{Level, Role};
use wireproof_driver::Depth;
use wireproof_sim::Preset;

pub const SCENARIO: &[&str] = &[
    "id",
    "title",
    "protocol",
    "requirements",
    "level",
    "sut",
    "peer",
    "carriers",
    "parameters",
    "setup",
    "faults",
    "seeds",
    "reactions",
    "steps",
    "deadline",
    "workload",
    "sometimes",
    "depth",
    "machine",
    "config",
];

/// Steps at depth `stepped`.
pub const STEPS: &[&str] = &[
    "connect",
    "client",
    "server",
    "send",
    "broken",
    "expect",
    "absent",
    "advance",
    "kill",
    "partition",
    "hold",
    "rebind",
    "chunk",
    "disconnect",
    "heal",
    "include",
];

/// Steps at depth `machines`.
pub const MACHINE_STEPS: &[&str] = &["apply", "include"];

pub const SETUP: &[&str] = &["client", "server"];
pub const REACTION: &[&str] = &["node", "on", "after", "do"];
pub const CONNECT: &[&str] = &["carrier"];
pub const EXPECT: &[&str] =
    &["node", "event", "frame", "where", "conn", "down", "within", "requirement", "reading"];
pub const ABSENT: &[&str] =
    &["node", "event", "frame", "where", "conn", "down", "for", "requirement", "reading"];
pub const BROKEN: &[&str] = &[
    "base",
    "at",
    "rising",
    "kinds",
    "layers",
    "except",
    "draw",
    "rounds",
    "fatal",
    "conn",
    "refused",
    "dropped",
    "requirement",
    "reading",
];
pub const KILL: &[&str] = &["conn", "after_bytes", "from"];
pub const SWEEP: &[&str] = &["from", "to"];
pub const HOLD: &[&str] = &["conn", "from", "for"];
pub const PARTITION: &[&str] = &["from", "for"];
pub const REBIND: &[&str] = &["conn"];
pub const CHUNK: &[&str] = &["bytes"];
pub const DISCONNECT: &[&str] = &["conn", "node"];
pub const APPLY: &[&str] = &["event", "expect", "refused", "either", "requirement", "reading"];

pub const ROLES: &[(&str, Role)] = &[("client", Role::Client), ("server", Role::Server)];
pub const LEVELS: &[(&str, Level)] =
    &[("must", Level::Must), ("should", Level::Should), ("may", Level::May)];
pub const DEPTHS: &[(&str, Depth)] = &[("stepped", Depth::Stepped), ("machines", Depth::Machines)];
pub const PEERS: &[(&str, Peer)] = &[("reference", Peer::Reference), ("tester", Peer::Tester)];
pub const PRESETS: &[(&str, Option<Preset>)] = &[
    ("none", None),
    ("calm", Some(Preset::Calm)),
    ("mild", Some(Preset::Mild)),
    ("rough", Some(Preset::Rough)),
    ("hostile", Some(Preset::Hostile)),
];
