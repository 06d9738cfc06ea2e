//! The kinds of trouble that a profile can switch on.

use serde::{Deserialize, Serialize};
use wireproof_base::Carrier;

/// One kind of trouble. Different from [`FaultKind`](crate::FaultKind) in that reordering is a
/// kind of its own here, while as a fault it is a delayed packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Packets are lost.
    Loss,
    /// Packets arrive twice.
    Duplicate,
    /// Packets are overtaken.
    Reorder,
    /// A byte of a packet changes.
    Corrupt,
    /// The end of a packet is missing.
    Truncate,
    /// Bytes arrive later.
    Delay,
    /// Bytes arrive in pieces.
    Rechunk,
    /// A direction of a connection is held up.
    Stall,
    /// A connection is lost.
    Kill,
    /// Two nodes are cut off from each other.
    Partition,
    /// The path under a connection changes.
    Rebind,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 11] = [
        Self::Loss,
        Self::Duplicate,
        Self::Reorder,
        Self::Corrupt,
        Self::Truncate,
        Self::Delay,
        Self::Rechunk,
        Self::Stall,
        Self::Kill,
        Self::Partition,
        Self::Rebind,
    ];

    /// Whether seeds draw this kind on `carrier`: packets are lost, doubled, overtaken and
    /// damaged; streams are late, cut up and lost as a whole; messages of an exchange are lost,
    /// cut short or late, and a request is repeated.
    pub const fn admitted(self, carrier: Carrier) -> bool {
        let of_packets = matches!(
            self,
            Self::Loss | Self::Duplicate | Self::Reorder | Self::Corrupt | Self::Truncate
        );
        match carrier {
            Carrier::Datagram => of_packets,
            Carrier::Stream | Carrier::Multistream => !of_packets,
            Carrier::Exchange => matches!(
                self,
                Self::Loss | Self::Duplicate | Self::Truncate | Self::Delay | Self::Stall
            ),
        }
    }

    /// Whether it befalls the connection as a whole and is drawn at
    /// [`Stage::Conn`](crate::Stage::Conn).
    pub const fn of_connection(self) -> bool {
        matches!(self, Self::Kill | Self::Partition | Self::Rebind)
    }
}
