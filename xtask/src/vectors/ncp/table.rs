//! Field tables of the 21 frames, typed from the texts of the suite.
//!
//! A member is `name:type`, with `!` behind it where the frame cannot do without. Types: `text`,
//! `u8`, `u32`, `u64`, `total` (an integer from -1 on), `bool`, `list`, `object`, `patch` (a list
//! or bytes).

/// One frame type.
pub struct Frame {
    /// Name.
    pub name: &'static str,
    /// Type byte.
    pub number: u8,
    /// The requirement that lists its members.
    pub asks: &'static str,
    /// The reading behind that list, if it is one.
    pub reading: Option<&'static str>,
    /// Members.
    pub members: &'static str,
}

/// One member of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Member {
    /// Name.
    pub name: &'static str,
    /// Type.
    pub kind: &'static str,
    /// Whether it is required.
    pub required: bool,
}

impl Frame {
    /// The members, in the order of the table.
    pub fn rows(&self) -> Vec<Member> {
        let parse = |word: &'static str| {
            let (name, kind) = word.split_once(':').expect("tables are written name:type");
            let required = kind.ends_with('!');
            Member { name, kind: kind.trim_end_matches('!'), required }
        };
        self.members.split_whitespace().map(parse).collect()
    }

    /// Whether the table has a member of that name. The deprecated frame has no table.
    pub fn knows(&self, name: &str) -> bool {
        self.members.is_empty() || self.rows().iter().any(|member| member.name == name)
    }
}

/// The frame with that type byte.
pub fn frame(number: u8) -> Option<&'static Frame> {
    FRAMES.iter().find(|frame| frame.number == number)
}

const fn of(
    name: &'static str,
    number: u8,
    asks: &'static str,
    reading: Option<&'static str>,
    members: &'static str,
) -> Frame {
    Frame { name, number, asks, reading, members }
}

/// Every assigned type.
pub const FRAMES: [Frame; 20] = [
    of("ANCHOR", 0x01, "NCP-ANCHOR-001", None, "anchor_id:text! schema:object! ttl:u32"),
    of(
        "DIFF",
        0x02,
        "NCP-DIFF-001",
        None,
        "anchor_ref:text! base_seq:u64! patch_format:text patch:patch! entity_id:text
        stream_id:text seq:u64 event_type:text timestamp:text",
    ),
    of(
        "STREAM",
        0x03,
        "NCP-STREAM-001",
        None,
        "stream_id:text! seq:u32! is_last:bool! anchor_ref:text data:list! window_size:u32
        error_code:text estimated_total:total request_id:text",
    ),
    of(
        "CAPS",
        0x04,
        "NCP-CAPS-001",
        None,
        "anchor_ref:text! count:u32! data:list! next_cursor:text token_est:u32
        tokenizer_used:text cached:bool inline_anchor:object",
    ),
    of("ALIGN", 0x05, "NCP-HDR-029", Some("OP-40"), ""),
    of(
        "HELLO",
        0x06,
        "NCP-HELLO-005",
        None,
        "nps_version:text! min_version:text supported_encodings:list! supported_protocols:list!
        agent_id:text max_frame_payload:u32 ext_support:bool max_concurrent_streams:u32
        e2e_enc_algorithms:list",
    ),
    of(
        "QUERY",
        0x10,
        "NWP-FRM-001",
        None,
        "anchor_ref:text auto_anchor:bool stream:bool aggregate:object filter:object fields:list
        limit:u32 cursor:text order:list vector_search:object token_budget:u32 tokenizer:text
        depth:u8 request_id:text",
    ),
    of(
        "ACTION",
        0x11,
        "NWP-FRM-006",
        None,
        "action_id:text! params:object idempotency_key:text timeout_ms:u32 async:bool
        callback_url:text priority:text request_id:text",
    ),
    of(
        "SUBSCRIBE",
        0x12,
        "NWP-FRM-008",
        None,
        "action:text! stream_id:text! anchor_ref:text filter:object heartbeat_interval:u32
        resume_from_seq:u64",
    ),
    of(
        "IDENT",
        0x20,
        "NIP-FRM-001",
        None,
        "nid:text! pub_key:text! capabilities:list! scope:object! issued_by:text! issued_at:text!
        expires_at:text! serial:text! signature:text! metadata:object",
    ),
    of(
        "TRUST",
        0x21,
        "NCP-TIER-011",
        Some("5.3"),
        "grantor_nid:text! grantee_ca:text! trust_scope:list! nodes:list! expires_at:text!
        signature:text!",
    ),
    of(
        "REVOKE",
        0x22,
        "NCP-TIER-011",
        Some("5.3"),
        "target_nid:text! serial:text! reason:text! revoked_at:text! signature:text!",
    ),
    of(
        "ANNOUNCE",
        0x30,
        "NDP-FRM-001",
        None,
        "nid:text! addresses:list! capabilities:list! ttl:u32! timestamp:text! signature:text!
        node_type:text",
    ),
    of("RESOLVE", 0x31, "NDP-FRM-003", None, "target:text! requester_nid:text resolved:object"),
    of("GRAPH", 0x32, "NDP-FRM-004", None, "initial_sync:bool! seq:u64! nodes:list patch:list"),
    of(
        "TASK",
        0x40,
        "NOP-FRM-001",
        None,
        "task_id:text! dag:object! timeout_ms:u32 max_retries:u8 priority:text callback_url:text
        preflight:bool context:object request_id:text",
    ),
    of(
        "DELEGATE",
        0x41,
        "NOP-FRM-004",
        None,
        "parent_task_id:text! subtask_id:text! node_id:text! target_agent_nid:text! action:text!
        delegated_scope:object! deadline_at:text! params:object idempotency_key:text
        priority:text context:object",
    ),
    of(
        "SYNC",
        0x42,
        "NOP-FRM-005",
        None,
        "task_id:text! sync_id:text! wait_for:list! min_required:u32 aggregate:text
        timeout_ms:u32",
    ),
    of(
        "ALIGN_STREAM",
        0x43,
        "NOP-FRM-006",
        None,
        "stream_id:text! task_id:text! subtask_id:text! seq:u64! is_final:bool! sender_nid:text!
        payload_ref:text data:object window_size:u32 error:object",
    ),
    of("ERROR", 0xFE, "NCP-ERR-001", None, "status:text! error:text! message:text details:object"),
];
