//! What can befall one transmission.

use core::fmt;
use serde::{Deserialize, Serialize};
use wireproof_base::{Carrier, Duration};

/// Which ways a partition cuts.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// Both ways.
    #[default]
    Both,
    /// Only the way of the transmission that it begins with.
    One,
}

/// A fault that hits one transmission. A fault that the carrier does not admit
/// ([`FaultKind::admitted`]) does nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Fault {
    /// The packet is lost.
    Drop,
    /// The packet arrives once more, later.
    Duplicate {
        /// How much later.
        #[serde(rename = "after_ns")]
        after: Duration,
    },
    /// It arrives later; on an ordered stream so does everything behind it.
    Delay {
        /// How much later.
        #[serde(rename = "ns")]
        by: Duration,
    },
    /// It arrives in two pieces.
    Rechunk {
        /// Length of the first, modulo the length of the whole.
        at: u32,
    },
    /// One byte changes.
    Corrupt {
        /// Which, modulo the length.
        at: u32,
        /// What it is xor-ed with.
        xor: u8,
    },
    /// The end of the packet is missing.
    Truncate {
        /// How many bytes are left, modulo the length.
        keep: u32,
    },
    /// The whole connection is lost in the middle of this transmission.
    Kill {
        /// How many bytes of it still arrive, modulo one more than the length.
        after_bytes: u32,
    },
    /// The two nodes are cut off from each other.
    Partition {
        /// How long.
        #[serde(rename = "ns")]
        lasts: Duration,
        /// Which ways.
        #[serde(default)]
        way: Way,
    },
    /// Nothing more arrives in this direction of the connection for a while.
    Stall {
        /// How long.
        #[serde(rename = "ns")]
        lasts: Duration,
    },
    /// The address of the dialling side changes before this transmission.
    Rebind,
}

/// A kind of [`Fault`], without its particulars.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "named and explained in `Fault`")]
pub enum FaultKind {
    Drop,
    Duplicate,
    Delay,
    Rechunk,
    Corrupt,
    Truncate,
    Kill,
    Partition,
    Stall,
    Rebind,
}

impl FaultKind {
    /// All kinds, in the order of their codes.
    pub const ALL: [Self; 10] = [
        Self::Drop,
        Self::Duplicate,
        Self::Delay,
        Self::Rechunk,
        Self::Corrupt,
        Self::Truncate,
        Self::Kill,
        Self::Partition,
        Self::Stall,
        Self::Rebind,
    ];

    /// Name as written in files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Drop => "drop",
            Self::Duplicate => "duplicate",
            Self::Delay => "delay",
            Self::Rechunk => "rechunk",
            Self::Corrupt => "corrupt",
            Self::Truncate => "truncate",
            Self::Kill => "kill",
            Self::Partition => "partition",
            Self::Stall => "stall",
            Self::Rebind => "rebind",
        }
    }

    /// Whether `carrier` lets this kind through. Reliable streams never lose, double or change a
    /// byte; messages are never re-chunked, and have no connection to lose. An exchange loses a
    /// message or the end of one, but no byte of it changes.
    pub const fn admitted(self, carrier: Carrier) -> bool {
        match self {
            Self::Drop | Self::Duplicate | Self::Truncate => carrier.keeps_messages(),
            Self::Corrupt => matches!(carrier, Carrier::Datagram),
            Self::Rechunk | Self::Kill => !carrier.keeps_messages(),
            Self::Delay | Self::Partition | Self::Stall | Self::Rebind => true,
        }
    }

    /// The fault of this kind with two parameters, in the order in which its fields stand. Takes
    /// every pair of numbers, so that random bytes make faults: narrower fields take the low
    /// bits, `way` the lowest, and a parameter too many is ignored.
    pub const fn with(self, a: u64, b: u64) -> Fault {
        match self {
            Self::Drop => Fault::Drop,
            Self::Duplicate => Fault::Duplicate { after: Duration::from_nanos(a) },
            Self::Delay => Fault::Delay { by: Duration::from_nanos(a) },
            Self::Rechunk => Fault::Rechunk { at: a as u32 },
            Self::Corrupt => Fault::Corrupt { at: a as u32, xor: b as u8 },
            Self::Truncate => Fault::Truncate { keep: a as u32 },
            Self::Kill => Fault::Kill { after_bytes: a as u32 },
            Self::Partition => Fault::Partition {
                lasts: Duration::from_nanos(a),
                way: if b & 1 == 0 { Way::Both } else { Way::One },
            },
            Self::Stall => Fault::Stall { lasts: Duration::from_nanos(a) },
            Self::Rebind => Fault::Rebind,
        }
    }

    /// How many parameters of [`FaultKind::with`] count.
    pub const fn parameters(self) -> usize {
        match self {
            Self::Drop | Self::Rebind => 0,
            Self::Corrupt | Self::Partition => 2,
            _ => 1,
        }
    }
}

impl Fault {
    /// The kind.
    pub const fn kind(self) -> FaultKind {
        match self {
            Self::Drop => FaultKind::Drop,
            Self::Duplicate { .. } => FaultKind::Duplicate,
            Self::Delay { .. } => FaultKind::Delay,
            Self::Rechunk { .. } => FaultKind::Rechunk,
            Self::Corrupt { .. } => FaultKind::Corrupt,
            Self::Truncate { .. } => FaultKind::Truncate,
            Self::Kill { .. } => FaultKind::Kill,
            Self::Partition { .. } => FaultKind::Partition,
            Self::Stall { .. } => FaultKind::Stall,
            Self::Rebind => FaultKind::Rebind,
        }
    }

    /// The parameters that [`FaultKind::with`] makes this fault of again.
    pub const fn parts(self) -> (u64, u64) {
        match self {
            Self::Drop | Self::Rebind => (0, 0),
            Self::Duplicate { after: span }
            | Self::Delay { by: span }
            | Self::Stall { lasts: span } => (span.as_nanos(), 0),
            Self::Rechunk { at: bytes }
            | Self::Truncate { keep: bytes }
            | Self::Kill { after_bytes: bytes } => (bytes as u64, 0),
            Self::Corrupt { at, xor } => (at as u64, xor as u64),
            Self::Partition { lasts, way } => (lasts.as_nanos(), way as u64),
        }
    }
}

/// For reports: `delay 5ms`, `corrupt byte 3 by 0x80`.
impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Drop => f.write_str("drop"),
            Self::Duplicate { after } => write!(f, "duplicate after {after}"),
            Self::Delay { by } => write!(f, "delay {by}"),
            Self::Rechunk { at } => write!(f, "rechunk at byte {at}"),
            Self::Corrupt { at, xor } => write!(f, "corrupt byte {at} by {xor:#04x}"),
            Self::Truncate { keep } => write!(f, "truncate to {keep} bytes"),
            Self::Kill { after_bytes } => write!(f, "kill after {after_bytes} bytes"),
            Self::Partition { lasts, way: Way::Both } => write!(f, "partition for {lasts}"),
            Self::Partition { lasts, way: Way::One } => write!(f, "one-way partition for {lasts}"),
            Self::Stall { lasts } => write!(f, "stall for {lasts}"),
            Self::Rebind => f.write_str("rebind"),
        }
    }
}
