//! HelloFrame 0x06 (NCP §4.6, reference 4.6).

use super::macros::frame;
use crate::ncp::code::{NCP_ENCODING_UNSUPPORTED, NCP_VERSION_INCOMPATIBLE};
use crate::ncp::header::MAX_SHORT_PAYLOAD;
use crate::ncp::table::{Default as Absent, Kind, Member, TEXTS, U32};
use alloc::string::String;
use alloc::vec::Vec;

const ASKS: &str = "NCP-HELLO-005";

/// A list that must not be empty: refusing it as malformed is the reading of NCP-HELLO-019.
const fn list() -> Member {
    let also = &[NCP_VERSION_INCOMPATIBLE, NCP_ENCODING_UNSUPPORTED];
    Member::new(Kind::Some(&Kind::Text))
        .required(ASKS)
        .bound("NCP-HELLO-019")
        .reading("OP-10")
        .or(also)
}

frame! {
    /// What a client offers, as its first frame. Forms of versions are judged by the negotiation,
    /// not here (reference 8.2 S08).
    Hello {
        /// A hint, no proof (`OP-42`).
        agent_id: Option<String> = Member::new(Kind::Text);
        /// `aes-256-gcm`, `chacha20-poly1305`.
        e2e_enc_algorithms: Option<Vec<String>> = Member::new(TEXTS);
        /// Whether the extended header may be used.
        ext_support: Option<bool> = Member::new(Kind::Bool).default(Absent::Bool(false));
        /// Streams the client can handle at once.
        max_concurrent_streams: Option<u32> =
            Member::new(U32).default(Absent::Uint(Hello::MAX_STREAMS as u64));
        /// Longest payload the client takes.
        max_frame_payload: Option<u32> =
            Member::new(U32).default(Absent::Uint(MAX_SHORT_PAYLOAD as u64));
        /// Lowest version accepted.
        min_version: Option<String> = Member::new(Kind::Text).default(Absent::Same("nps_version"));
        /// Highest version spoken.
        nps_version: String = Member::new(Kind::Text).required(ASKS);
        /// `json`, `msgpack`, best first.
        supported_encodings: Vec<String> = list();
        /// `ncp`, `nwp`, `nip`, `ndp`, `nop`.
        supported_protocols: Vec<String> = list();
    }
}

impl Hello {
    /// `max_concurrent_streams` where none is sent (NCP-HELLO-010).
    pub const MAX_STREAMS: u32 = 32;

    /// Lowest version accepted (NCP-HELLO-007).
    pub fn lowest_version(&self) -> &str {
        self.min_version.as_deref().unwrap_or(&self.nps_version)
    }

    /// Longest payload the client takes (NCP-HELLO-008).
    pub fn payload_limit(&self) -> u32 {
        self.max_frame_payload.unwrap_or(MAX_SHORT_PAYLOAD)
    }

    /// Streams the client can handle at once (NCP-HELLO-010).
    pub fn stream_limit(&self) -> u32 {
        self.max_concurrent_streams.unwrap_or(Self::MAX_STREAMS)
    }

    /// Whether the extended header may be used (NCP-HELLO-009).
    pub fn extends(&self) -> bool {
        self.ext_support.unwrap_or(false)
    }

    /// Algorithms offered, none where the member is absent.
    pub fn algorithms(&self) -> &[String] {
        self.e2e_enc_algorithms.as_deref().unwrap_or_default()
    }
}
