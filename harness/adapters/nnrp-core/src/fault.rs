//! Why there is no answer: nnrp-core refused, or the adapter could not ask it.

use nnrp_core::NnrpError;

/// What ended a request.
#[derive(Debug, PartialEq, Eq)]
pub enum Fault {
    /// nnrp-core refused.
    Refused {
        /// The family of vectors and scenarios, where the error names one; nnrp-core has no
        /// error numbers of its own for most refusals.
        kind: &'static str,
        /// nnrp-core's own words.
        detail: String,
    },
    /// The request does not fit the types of nnrp-core.
    Request(String),
    /// nnrp-core has nothing of that name.
    Unsupported(String),
}

/// The family of a refusal that names none.
pub const UNNAMED: &str = "";

impl Fault {
    /// A refusal by the header codec.
    pub fn header(error: NnrpError) -> Self {
        let kind = match error {
            NnrpError::UnsupportedVersionMajor(_) | NnrpError::UnsupportedWireFormat(_) => {
                "unsupported_version"
            }
            NnrpError::PacketLengthMismatch { .. } | NnrpError::SourceTooShort { .. } => {
                "length_mismatch"
            }
            NnrpError::MessageLengthOverflow => "limit_exceeded",
            NnrpError::InvalidMagic
            | NnrpError::InvalidHeaderLength(_)
            | NnrpError::UnknownMessageType(_)
            | NnrpError::ReservedBitsSet { .. } => "malformed_header",
            _ => UNNAMED,
        };
        Self::Refused { kind, detail: error.to_string() }
    }

    /// A refusal by anything behind the header.
    pub fn content(error: NnrpError) -> Self {
        let kind = match error {
            NnrpError::UnknownEnumValue { .. }
            | NnrpError::ReservedBitsSet { .. }
            | NnrpError::NonZeroReservedField { .. }
            | NnrpError::SourceTooShort { .. } => "malformed_body",
            _ => UNNAMED,
        };
        Self::Refused { kind, detail: error.to_string() }
    }
}
