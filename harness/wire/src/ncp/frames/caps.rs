//! CapsFrame 0x04 and the record of the handshake reply (NCP §4.4, reference 4.4).

use super::anchor::Anchor;
use super::macros::frame;
use crate::ncp::table::{ANYTHING, Kind, Member, TEXTS, U32};
use crate::ncp::value::Value;
use crate::ncp::violation::Violation;
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

const ASKS: &str = "NCP-CAPS-001";
const AGREEMENT_ASKS: &str = "NCP-CAPS-008";

/// `anchor_ref` of the handshake reply.
pub const SYSTEM_CAPS: &str = "nps:system:caps";
/// `anchor_ref` of an aggregation.
pub const SYSTEM_AGGREGATE: &str = "nps:system:aggregate:result";
/// `anchor_ref` of an accepted subscription.
pub const SYSTEM_SUBSCRIBE_ACK: &str = "nps:system:subscribe:ack";
/// `anchor_ref` of a declined delegation.
pub const SYSTEM_DELEGATE_REJECTED: &str = "nps:system:delegate:rejected";
/// `anchor_ref` of a finished barrier.
pub const SYSTEM_SYNC_RESULT: &str = "nps:system:sync:result";
/// `anchor_ref` of a preflight answer.
pub const SYSTEM_PREFLIGHT_RESULT: &str = "nps:system:preflight:result";

frame! {
    /// Records in answer to a request.
    Caps {
        /// Schema of the records, or a system reference.
        anchor_ref: String = Member::new(Kind::Text).required(ASKS);
        /// Whether a cache of the server answered.
        cached: Option<bool> = Member::new(Kind::Bool);
        /// Number of records.
        count: u32 = Member::new(U32).required(ASKS);
        /// Records.
        data: Vec<Value> = Member::new(ANYTHING).required(ASKS);
        /// The current schema, where the one asked for was replaced.
        inline_anchor: Option<Box<Anchor>> = Member::new(Kind::Anchor).bound("NCP-CAPS-006");
        /// Where the next page starts, Base64-URL; absent on the last.
        next_cursor: Option<String> = Member::new(Kind::Text);
        /// NPT that the answer costs.
        token_est: Option<u32> = Member::new(U32).bound("NCP-CAPS-005");
        /// Tokenizer that was applied.
        tokenizer_used: Option<String> = Member::new(Kind::Text).bound("NCP-CAPS-012");
    }
}

frame! {
    /// The one record of the handshake reply (`OP-06`).
    Agreement {
        /// Algorithms, best first.
        e2e_enc_algorithms: Option<Vec<String>> = Member::new(TEXTS);
        /// Whether the extended header may be used.
        ext_support: bool = asked(Kind::Bool);
        /// Streams allowed at once.
        max_concurrent_streams: u32 = asked(U32);
        /// Payload limit.
        max_frame_payload: u32 = asked(U32);
        /// `msgpack` or `json`.
        negotiated_encoding: String = asked(Kind::Text);
        /// Highest version of the server.
        nps_version: String = asked(Kind::Text);
        /// Version in force.
        session_version: String = asked(Kind::Text);
        /// Shared protocols.
        supported_protocols: Vec<String> = asked(TEXTS);
    }
}

const fn asked(kind: Kind) -> Member {
    Member::new(kind).asked(AGREEMENT_ASKS, "OP-06")
}

impl Caps {
    /// An answer with these records.
    pub fn with(anchor_ref: String, data: Vec<Value>) -> Self {
        let count = u32::try_from(data.len()).unwrap_or(u32::MAX);
        Self { anchor_ref, count, data, ..Self::default() }
    }

    /// The reply to HelloFrame.
    pub fn reply(agreement: &Agreement) -> Self {
        Self::with(SYSTEM_CAPS.into(), vec![agreement.to_value()])
    }

    /// The record of a reply to HelloFrame (NCP-CAPS-007, -008).
    pub fn agreement(&self) -> Result<Agreement, Violation> {
        match self.data.as_slice() {
            [record] if self.anchor_ref == SYSTEM_CAPS => Agreement::from_value(record),
            _ => Err(Violation::bad_frame(12, "NCP-CAPS-007", "anchor_ref").read("OP-06")),
        }
    }

    /// Whether `next_cursor` is Base64-URL text, padded or not, or absent (NCP-CAPS-004, `OP-45`).
    /// A receiver hands it back as it is, so the frame is taken either way.
    pub fn has_sound_cursor(&self) -> bool {
        let Some(cursor) = self.next_cursor.as_deref() else { return true };
        let digits = cursor.trim_end_matches('=');
        let fine = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        let padding = cursor.len() - digits.len();
        let whole = padding == 0 || (padding < 3 && cursor.len() % 4 == 0);
        digits.bytes().all(fine) && digits.len() % 4 != 1 && whole
    }

    /// `count` is the number of records (NCP-CAPS-002); that the receiver refuses another one is
    /// the reading of NCP-CAPS-011.
    pub fn check_count(&self) -> Result<(), Violation> {
        if self.data.len() as u64 == u64::from(self.count) {
            return Ok(());
        }
        Err(Violation::bad_frame(12, "NCP-CAPS-002", "count"))
    }
}
