//! Why a packet is refused: which rule, where, and how the protocol names the fault.

use core::fmt;

/// The error family a fault belongs to, NNRP §16.2 as table 1.5 of the reference orders it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Magic, header length, flags or message type: fatal for the connection.
    MalformedHeader,
    /// Version or wire format: fatal for the connection.
    UnsupportedVersion,
    /// Metadata, ids or body: the packet can be skipped.
    MalformedBody,
    /// Larger than agreed or than can be represented.
    LimitExceeded,
    /// A delimited packet of another size than its header declares.
    LengthMismatch,
    /// A critical extension that nobody knows.
    UnsupportedCapability,
}

impl Kind {
    /// Name as in vectors and scenarios.
    pub const fn name(self) -> &'static str {
        match self {
            Self::MalformedHeader => "malformed_header",
            Self::UnsupportedVersion => "unsupported_version",
            Self::MalformedBody => "malformed_body",
            Self::LimitExceeded => "limit_exceeded",
            Self::LengthMismatch => "length_mismatch",
            Self::UnsupportedCapability => "unsupported_capability",
        }
    }

    /// Whether the stream position is lost or the header cannot be trusted.
    pub const fn is_fatal(self) -> bool {
        matches!(
            self,
            Self::MalformedHeader
                | Self::UnsupportedVersion
                | Self::LengthMismatch
                | Self::LimitExceeded
        )
    }
}

/// Part of a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Layer {
    /// The 40-byte header.
    Header,
    /// The fixed metadata.
    Metadata,
    /// The body.
    Body,
}

impl Layer {
    /// Name as in vectors.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Header => "header",
            Self::Metadata => "metadata",
            Self::Body => "body",
        }
    }
}

/// One broken rule. Carries no text of its own: ids and numbers only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Error family.
    pub kind: Kind,
    /// Part of the packet.
    pub layer: Layer,
    /// Requirement id, e.g. `NNRP-HDR-004`.
    pub requirement: &'static str,
    /// The reading the refusal rests on, if it does.
    pub reading: Option<&'static str>,
    /// Bytes from the start of the packet (or of the structure, when decoded alone).
    pub offset: u32,
    /// Name of the field.
    pub field: &'static str,
    /// The value that was found, or the length that did not fit.
    pub found: u64,
}

impl Violation {
    /// A fault in the body.
    #[cold]
    pub const fn body(
        requirement: &'static str,
        field: &'static str,
        offset: usize,
        found: u64,
    ) -> Self {
        Self {
            kind: Kind::MalformedBody,
            layer: Layer::Body,
            requirement,
            reading: None,
            offset: offset as u32,
            field,
            found,
        }
    }

    /// A fault in the metadata.
    #[cold]
    pub const fn metadata(
        requirement: &'static str,
        field: &'static str,
        offset: usize,
        found: u64,
    ) -> Self {
        Self { layer: Layer::Metadata, ..Self::body(requirement, field, offset, found) }
    }

    /// A fault in the header that leaves the packet skippable.
    #[cold]
    pub const fn header(
        requirement: &'static str,
        field: &'static str,
        offset: usize,
        found: u64,
    ) -> Self {
        Self { layer: Layer::Header, ..Self::body(requirement, field, offset, found) }
    }

    /// The same with another kind.
    pub const fn of(self, kind: Kind) -> Self {
        Self { kind, ..self }
    }

    /// The same, resting on a reading.
    pub const fn read(self, reading: &'static str) -> Self {
        Self { reading: Some(reading), ..self }
    }

    /// The same, `by` bytes further into the packet.
    pub const fn shifted(self, by: usize) -> Self {
        Self { offset: self.offset + by as u32, ..self }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}: {} {} at byte {} is {:#x} ({}",
            self.kind.name(),
            self.layer.name(),
            self.field,
            self.offset,
            self.found,
            self.requirement
        )?;
        match self.reading {
            Some(reading) => write!(f, ", {reading})"),
            None => f.write_str(")"),
        }
    }
}

impl core::error::Error for Violation {}
