//! Frames of NOP 0.3 (reference 5.5).

use super::others::SCOPE;
use super::{Default, Kind, Member, OBJECT, OBJECTS, TEXTS, U8, U32, U64, members};

const TASK_ASKS: &str = "NOP-FRM-001";
const DELEGATE_ASKS: &str = "NOP-FRM-004";
const SYNC_ASKS: &str = "NOP-FRM-005";
const STREAM_ASKS: &str = "NOP-FRM-006";

/// How urgent something is.
pub const PRIORITIES: &[&str] = &["low", "normal", "high"];
/// What becomes of several results.
pub const AGGREGATES: &[&str] = &["merge", "first", "all", "fastest_k"];
/// Longest `timeout_ms` of a task.
pub const MAX_TASK_TIMEOUT_MS: u64 = 3_600_000;

const fn text() -> Member {
    Member::new(Kind::Text)
}

const CONTEXT: Kind = Kind::Object(members! {
    baggage: Member::new(OBJECT);
    custom: Member::new(OBJECT);
    session_id: text();
    span_id: text();
    trace_flags: Member::new(Kind::Any);
    trace_id: text();
});

// The graph itself has codes of its own and is judged by the rules of `companion`.
const DAG: Kind = Kind::Object(members! {
    edges: Member::new(OBJECTS).required(TASK_ASKS);
    nodes: Member::new(OBJECTS).required(TASK_ASKS);
});

/// TaskFrame.
pub const TASK: &[Member] = members! {
    callback_url: Member::new(Kind::Https).bound("NWP-FRM-007").reading("5.5");
    context: Member::new(CONTEXT);
    dag: Member::new(DAG).required(TASK_ASKS);
    max_retries: Member::new(U8).default(Default::Uint(2));
    preflight: Member::new(Kind::Bool).default(Default::Bool(false));
    priority: Member::new(Kind::OneOf(PRIORITIES)).default(Default::Text("normal"));
    request_id: text();
    task_id: Member::new(Kind::Uuid).required(TASK_ASKS);
    timeout_ms: Member::new(Kind::Uint(MAX_TASK_TIMEOUT_MS)).default(Default::Uint(30_000));
};

/// DelegateFrame.
pub const DELEGATE: &[Member] = members! {
    action: text().required(DELEGATE_ASKS);
    context: Member::new(CONTEXT);
    deadline_at: text().required(DELEGATE_ASKS);
    delegated_scope: Member::new(Kind::Object(SCOPE)).required(DELEGATE_ASKS);
    idempotency_key: text();
    node_id: text().required(DELEGATE_ASKS);
    params: Member::new(OBJECT);
    parent_task_id: text().required(DELEGATE_ASKS);
    priority: Member::new(Kind::OneOf(PRIORITIES));
    subtask_id: Member::new(Kind::Uuid).required(DELEGATE_ASKS);
    target_agent_nid: text().required(DELEGATE_ASKS);
};

/// SyncFrame. `min_required` 0 means all (NOP-FRM-005).
pub const SYNC: &[Member] = members! {
    aggregate: Member::new(Kind::OneOf(AGGREGATES)).default(Default::Text("merge"));
    min_required: Member::new(U32).default(Default::Uint(0));
    sync_id: Member::new(Kind::Uuid).required(SYNC_ASKS);
    task_id: text().required(SYNC_ASKS);
    timeout_ms: Member::new(U32);
    wait_for: Member::new(TEXTS).required(SYNC_ASKS);
};

const PROBLEM: Kind = Kind::Object(members! {
    code: text();
    message: text();
    retryable: Member::new(Kind::Bool);
});

/// AlignStream. `window_size` counts NPT, not frames.
pub const ALIGN_STREAM: &[Member] = members! {
    data: Member::new(OBJECT);
    error: Member::new(PROBLEM);
    is_final: Member::new(Kind::Bool).required(STREAM_ASKS);
    payload_ref: text();
    sender_nid: text().required(STREAM_ASKS);
    seq: Member::new(U64).required(STREAM_ASKS);
    stream_id: text().required(STREAM_ASKS);
    subtask_id: text().required(STREAM_ASKS);
    task_id: text().required(STREAM_ASKS);
    window_size: Member::new(U32);
};
