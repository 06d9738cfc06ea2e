//! Frames of NDP 0.2: announcements, resolution, the graph of nodes (reference 5.4).

use super::super::address::{Entity, Nid, NodeAddress};
use super::super::code;
use super::super::frame_type::FrameType;
use super::super::patch;
use super::super::value::Value;
use super::super::violation::Violation;
use super::identity::pair;
use super::{broken, has, items, malformed, nid, signature, text, time};

/// AnnounceFrame, its forms alone. The receiver owes a look at the signature too ([`signed`]).
///
/// # Errors
///
/// The first rule that is broken.
pub fn announce(frame: &Value) -> Result<(), Violation> {
    nid(frame, "nid")?;
    let node = text(frame, "nid")
        .and_then(|text| Nid::parse(text).ok())
        .is_some_and(|nid| nid.entity == Entity::Node);
    if node && !has(frame, "node_type") {
        return Err(malformed("NDP-FRM-001", "node_type"));
    }
    let whole =
        |address: &Value| ["host", "port", "protocol"].iter().all(|name| has(address, name));
    if !items(frame, "addresses").iter().all(whole) {
        return Err(malformed("NDP-FRM-001", "addresses").read("5.4"));
    }
    time(frame, "timestamp")?;
    pair(frame, "signature")
}

/// Whether an AnnounceFrame is signed by the identity it announces (NDP-FRM-002).
///
/// # Errors
///
/// NDP-ANNOUNCE-NID-MISMATCH if `key` belongs to somebody else, NDP-ANNOUNCE-SIGNATURE-INVALID if
/// the signature does not hold.
pub fn signed(frame: &Value, identity: &str, key: &str) -> Result<(), Violation> {
    if text(frame, "nid") != Some(identity) {
        return Err(broken(code::NDP_ANNOUNCE_NID_MISMATCH, "NDP-FRM-002", "nid").read("5.4"));
    }
    signature::verify(FrameType::Announce, frame, key)
        .map_err(|_| broken(code::NDP_ANNOUNCE_SIGNATURE_INVALID, "NDP-FRM-002", "signature"))
}

/// ResolveFrame, the question and its answer alike.
///
/// # Errors
///
/// The first rule that is broken.
pub fn resolve(frame: &Value) -> Result<(), Violation> {
    if text(frame, "target").is_some_and(|target| NodeAddress::parse(target).is_err()) {
        return Err(malformed("NPS-ADDR-001", "target"));
    }
    nid(frame, "requester_nid")
}

/// GraphFrame: `nodes` for a full push, `patch` for an increment.
///
/// # Errors
///
/// The first rule that is broken.
pub fn graph(frame: &Value) -> Result<(), Violation> {
    let wanted = match frame.get("initial_sync").and_then(Value::as_bool) {
        Some(true) => "nodes",
        Some(false) => "patch",
        None => return Ok(()),
    };
    if !has(frame, wanted) {
        return Err(malformed("NDP-FRM-004", wanted));
    }
    patch::check(items(frame, "patch")).map_err(|_| malformed("NDP-FRM-004", "patch"))
}

/// Whether a GraphFrame with `seq` follows the one with `last` (NDP-FRM-005). A full push starts
/// anew.
///
/// # Errors
///
/// NDP-GRAPH-SEQ-GAP.
pub fn follows(last: Option<u64>, seq: u64, initial_sync: bool) -> Result<(), Violation> {
    match last {
        _ if initial_sync => Ok(()),
        Some(last) if last.checked_add(1) == Some(seq) => Ok(()),
        _ => Err(broken(code::NDP_GRAPH_SEQ_GAP, "NDP-FRM-005", "seq")),
    }
}
