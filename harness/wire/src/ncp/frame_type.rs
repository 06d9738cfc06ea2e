//! Frame types (reference 5.1, frame registry 0.4).

/// The layer a frame belongs to, by the range of its type byte (NCP-HDR-022).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Layer {
    /// Framing, schemas, diffs, streams.
    Ncp,
    /// Access to data and operations.
    Nwp,
    /// Identities.
    Nip,
    /// Discovery.
    Ndp,
    /// Orchestration.
    Nop,
    /// Shared by all.
    System,
}

impl Layer {
    /// Name as in `supported_protocols`; `system` for the shared range.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ncp => "ncp",
            Self::Nwp => "nwp",
            Self::Nip => "nip",
            Self::Ndp => "ndp",
            Self::Nop => "nop",
            Self::System => "system",
        }
    }

    /// The layer whose range holds `byte`, assigned or not.
    pub const fn of(byte: u8) -> Option<Self> {
        match byte {
            0x01..=0x0f => Some(Self::Ncp),
            0x10..=0x1f => Some(Self::Nwp),
            0x20..=0x2f => Some(Self::Nip),
            0x30..=0x3f => Some(Self::Ndp),
            0x40..=0x4f => Some(Self::Nop),
            0xf0..=0xff => Some(Self::System),
            _ => None,
        }
    }
}

macro_rules! frame_types {
    ($($(#[$meta:meta])* $name:ident = $byte:literal, $text:literal;)*) => {
        /// An assigned type byte.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum FrameType {
            $($(#[$meta])* $name = $byte,)*
        }

        impl FrameType {
            /// Every type, by number.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The type of that number; `None` if it is not assigned (NCP-HDR-019).
            pub const fn from_u8(byte: u8) -> Option<Self> {
                match byte {
                    $($byte => Some(Self::$name),)*
                    _ => None,
                }
            }

            /// The type of that name.
            pub fn from_name(name: &str) -> Option<Self> {
                match name {
                    $($text => Some(Self::$name),)*
                    _ => None,
                }
            }

            /// Name as in scenarios and reports.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)*
                }
            }
        }
    };
}

frame_types! {
    /// AnchorFrame (NCP §4.1).
    Anchor = 0x01, "ANCHOR";
    /// DiffFrame (NCP §4.2).
    Diff = 0x02, "DIFF";
    /// StreamFrame (NCP §4.3).
    Stream = 0x03, "STREAM";
    /// CapsFrame (NCP §4.4).
    Caps = 0x04, "CAPS";
    /// AlignFrame, deprecated (NCP §4.5, `OP-40`).
    Align = 0x05, "ALIGN";
    /// HelloFrame (NCP §4.6).
    Hello = 0x06, "HELLO";
    /// QueryFrame (NWP §6).
    Query = 0x10, "QUERY";
    /// ActionFrame (NWP §7).
    Action = 0x11, "ACTION";
    /// SubscribeFrame (NWP §8).
    Subscribe = 0x12, "SUBSCRIBE";
    /// IdentFrame (NIP §5.1).
    Ident = 0x20, "IDENT";
    /// TrustFrame (NIP §5.2).
    Trust = 0x21, "TRUST";
    /// RevokeFrame (NIP §5.3).
    Revoke = 0x22, "REVOKE";
    /// AnnounceFrame (NDP §3.1).
    Announce = 0x30, "ANNOUNCE";
    /// ResolveFrame (NDP §3.2).
    Resolve = 0x31, "RESOLVE";
    /// GraphFrame (NDP §3.3).
    Graph = 0x32, "GRAPH";
    /// TaskFrame (NOP §3.1).
    Task = 0x40, "TASK";
    /// DelegateFrame (NOP §3.2).
    Delegate = 0x41, "DELEGATE";
    /// SyncFrame (NOP §3.3).
    Sync = 0x42, "SYNC";
    /// AlignStream (NOP §3.4).
    AlignStream = 0x43, "ALIGN_STREAM";
    /// ErrorFrame (NCP §4.7).
    Error = 0xfe, "ERROR";
}

impl FrameType {
    /// Its number.
    pub const fn to_u8(self) -> u8 {
        self as u8
    }

    /// The layer it belongs to.
    pub const fn layer(self) -> Layer {
        match self.to_u8() {
            0x00..=0x0f => Layer::Ncp,
            0x10..=0x1f => Layer::Nwp,
            0x20..=0x2f => Layer::Nip,
            0x30..=0x3f => Layer::Ndp,
            0x40..=0x4f => Layer::Nop,
            _ => Layer::System,
        }
    }

    /// The `frame` member in Tier-1: `0x` and two upper-case digits (`OP-04`).
    pub const fn token(self) -> &'static str {
        match self {
            Self::Anchor => "0x01",
            Self::Diff => "0x02",
            Self::Stream => "0x03",
            Self::Caps => "0x04",
            Self::Align => "0x05",
            Self::Hello => "0x06",
            Self::Query => "0x10",
            Self::Action => "0x11",
            Self::Subscribe => "0x12",
            Self::Ident => "0x20",
            Self::Trust => "0x21",
            Self::Revoke => "0x22",
            Self::Announce => "0x30",
            Self::Resolve => "0x31",
            Self::Graph => "0x32",
            Self::Task => "0x40",
            Self::Delegate => "0x41",
            Self::Sync => "0x42",
            Self::AlignStream => "0x43",
            Self::Error => "0xFE",
        }
    }
}
