//! What two sides agreed on, as far as it decides about a header (reference 2.4 rows 2 to 8).

use super::code::{
    NCP_ENC_NOT_NEGOTIATED, NCP_ENCODING_UNSUPPORTED, NCP_FRAME_FLAGS_INVALID,
    NCP_FRAME_PAYLOAD_TOO_LARGE, NCP_FRAME_UNKNOWN_TYPE,
};
use super::command::Tier;
use super::header::{Header, MAX_SHORT_PAYLOAD};
use super::violation::Violation;

/// What is in force for the frames that a side receives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    /// Whether Tier-1 is in use.
    pub json: bool,
    /// Whether Tier-2 is in use.
    pub msgpack: bool,
    /// Whether reserved flags are refused (`OP-02`).
    pub strict_flags: bool,
    /// Whether the extended header is agreed.
    pub ext: bool,
    /// Agreed `max_frame_payload`.
    pub limit: u32,
    /// Whether an algorithm is in force.
    pub sealed: bool,
}

impl Terms {
    /// Before any agreement: both tiers, no extended header, no encryption, 65,535 bytes.
    pub const HANDSHAKE: Self = Self {
        json: true,
        msgpack: true,
        strict_flags: false,
        ext: false,
        limit: MAX_SHORT_PAYLOAD,
        sealed: false,
    };

    /// After an agreement on `encoding`. Tier-1 is read in every session, Tier-2 only where it is
    /// the agreed one (reference 8.4).
    pub const fn session(encoding: Tier, limit: u32, ext: bool, sealed: bool) -> Self {
        let msgpack = matches!(encoding, Tier::Msgpack);
        Self { json: true, msgpack, strict_flags: false, ext, limit, sealed }
    }

    /// The limit that can be used: without the extended header at most 65,535 (`OP-13`).
    pub const fn usable_limit(&self) -> u32 {
        if self.ext || self.limit < MAX_SHORT_PAYLOAD { self.limit } else { MAX_SHORT_PAYLOAD }
    }

    /// Whether frames of that encoding are read.
    pub const fn reads(&self, tier: Tier) -> bool {
        match tier {
            Tier::Json => self.json,
            Tier::Msgpack => self.msgpack,
        }
    }
}

/// Rows 2 to 8 of reference 2.4 in their order.
#[inline]
pub fn check(header: &Header, terms: &Terms) -> Result<(), Violation> {
    if header.kind().is_none() {
        let violation = Violation::new(2, NCP_FRAME_UNKNOWN_TYPE, "NCP-HDR-019", "frame");
        return Err(violation);
    }
    let Some(tier) = header.tier() else {
        let violation = Violation::new(3, NCP_FRAME_FLAGS_INVALID, "NCP-HDR-007", "tier");
        return Err(violation.or(&[NCP_ENCODING_UNSUPPORTED]));
    };
    if !terms.reads(tier) {
        // That a session uses one tier and not the other is itself a reading.
        let violation = Violation::new(4, NCP_ENCODING_UNSUPPORTED, "NCP-HDR-020", "tier");
        return Err(violation.read("8.4").lenient());
    }
    if terms.strict_flags && header.has_reserved() {
        let violation = Violation::new(5, NCP_FRAME_FLAGS_INVALID, "NCP-HDR-010", "flags");
        return Err(violation.lenient());
    }
    if header.is_ext() && !terms.ext {
        let violation = Violation::new(6, NCP_FRAME_FLAGS_INVALID, "NCP-HDR-026", "ext");
        let too_long = header.len > MAX_SHORT_PAYLOAD;
        let also: &[&str] = if too_long { &[NCP_FRAME_PAYLOAD_TOO_LARGE] } else { &[] };
        return Err(violation.read("OP-15").or(also).lenient());
    }
    if header.len > terms.usable_limit() {
        return Err(Violation::new(7, NCP_FRAME_PAYLOAD_TOO_LARGE, "NCP-HDR-018", "length"));
    }
    if header.is_sealed() && !terms.sealed {
        return Err(Violation::new(8, NCP_ENC_NOT_NEGOTIATED, "NCP-ENC-008", "enc"));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
