//! DelegateFrame, SyncFrame and AlignStream (NOP §3.2 to §3.4; reference 5.5).

use super::super::address::NodeAddress;
use super::super::code;
use super::super::value::Value;
use super::super::violation::Violation;
use super::{broken, graph, items, malformed, nid, scope, text, time};

/// Levels of delegation.
pub const MAX_DEPTH: u32 = 3;
/// What `action` may hold that is no address (`OP-50`).
pub const VERBS: [&str; 2] = ["preflight", "cancel"];

/// DelegateFrame.
///
/// # Errors
///
/// The first rule that is broken.
pub fn delegate(frame: &Value) -> Result<(), Violation> {
    nid(frame, "target_agent_nid")?;
    let fine = text(frame, "action")
        .is_none_or(|action| VERBS.contains(&action) || NodeAddress::parse(action).is_ok());
    if !fine {
        return Err(malformed("NPS-ADDR-001", "action").read("OP-50"));
    }
    time(frame, "deadline_at")?;
    frame.get("context").map_or(Ok(()), graph::context)
}

/// Whether a delegation stays inside of what its sender was given (NIP-FRM-004).
///
/// # Errors
///
/// NOP-DELEGATE-SCOPE-VIOLATION.
pub fn scoped(frame: &Value, parent: &Value) -> Result<(), Violation> {
    let child = frame.get("delegated_scope").unwrap_or(&Value::Nil);
    scope::within(parent, child)
        .map_err(|excess| broken(code::NOP_DELEGATE_SCOPE_VIOLATION, "NIP-FRM-004", excess.name()))
}

/// Whether a task may be handed on that is `depth` delegations away from its start, the next one
/// included (NOP-FRM-003).
///
/// # Errors
///
/// NOP-DELEGATE-CHAIN-TOO-DEEP.
pub fn depth(depth: u32) -> Result<(), Violation> {
    if depth <= MAX_DEPTH {
        return Ok(());
    }
    Err(broken(code::NOP_DELEGATE_CHAIN_TOO_DEEP, "NOP-FRM-003", "delegation"))
}

/// SyncFrame: no more can be required than is waited for (reading, 5.5).
///
/// # Errors
///
/// The first rule that is broken.
pub fn sync(frame: &Value) -> Result<(), Violation> {
    let waited = items(frame, "wait_for").len();
    let required = frame.get("min_required").and_then(Value::as_uint).unwrap_or(0);
    if usize::try_from(required).is_ok_and(|required| required <= waited) {
        return Ok(());
    }
    Err(malformed("NOP-FRM-005", "min_required").read("5.5").lenient())
}

/// How many of `wait_for` have to be done: `min_required`, or all for 0 (NOP-FRM-005).
pub fn barrier(frame: &Value) -> usize {
    let waited = items(frame, "wait_for").len();
    match frame.get("min_required").and_then(Value::as_uint) {
        None | Some(0) => waited,
        Some(required) => usize::try_from(required).unwrap_or(usize::MAX),
    }
}

/// AlignStream, without its place in a row ([`follows`]) and its sender ([`sent_by`]).
///
/// # Errors
///
/// The first rule that is broken.
pub fn align_stream(frame: &Value) -> Result<(), Violation> {
    nid(frame, "sender_nid")
}

/// Whether an AlignStream comes from the identity of its connection (NOP-FRM-007).
///
/// # Errors
///
/// NOP-STREAM-NID-MISMATCH.
pub fn sent_by(frame: &Value, identity: &str) -> Result<(), Violation> {
    if text(frame, "sender_nid") == Some(identity) {
        return Ok(());
    }
    Err(broken(code::NOP_STREAM_NID_MISMATCH, "NOP-FRM-007", "sender_nid"))
}

/// Whether an AlignStream with `seq` may follow the one with `last`: from 0, strictly rising
/// (NOP-FRM-006). A step of more than one rises too.
///
/// # Errors
///
/// NOP-STREAM-SEQ-GAP.
pub fn follows(last: Option<u64>, seq: u64) -> Result<(), Violation> {
    match last {
        None if seq == 0 => Ok(()),
        Some(last) if seq > last => Ok(()),
        _ => Err(broken(code::NOP_STREAM_SEQ_GAP, "NOP-FRM-006", "seq")),
    }
}
