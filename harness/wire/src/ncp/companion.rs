//! What the protocols above NCP ask of a frame beyond the types of its members (reference 5.2 to
//! 5.5): rules between members, forms of texts, limits of structures.
//!
//! The field tables come first: a member that is missing or of another type is none of the rules
//! here and is passed over. Rules that need more than the frame (time, keys, earlier frames) are
//! functions of their own in the files below.

pub mod access;
pub mod delegation;
pub mod discovery;
pub mod filter;
pub mod graph;
pub mod identity;
pub mod regex;
pub mod scope;
pub mod signature;

use super::address::Nid;
use super::frame_type::FrameType;
use super::timestamp;
use super::value::Value;
use super::violation::Violation;

/// Checks a frame whose members have passed their table.
///
/// # Errors
///
/// The first rule that is broken, as the protocol names it.
pub fn check(kind: FrameType, frame: &Value) -> Result<(), Violation> {
    match kind {
        FrameType::Query => access::query(frame),
        FrameType::Action => access::action(frame),
        FrameType::Subscribe => access::subscribe(frame),
        FrameType::Ident => identity::ident(frame),
        FrameType::Trust => identity::trust(frame),
        FrameType::Revoke => identity::revoke(frame),
        FrameType::Announce => discovery::announce(frame),
        FrameType::Resolve => discovery::resolve(frame),
        FrameType::Graph => discovery::graph(frame),
        FrameType::Task => graph::task(frame),
        FrameType::Delegate => delegation::delegate(frame),
        FrameType::Sync => delegation::sync(frame),
        FrameType::AlignStream => delegation::align_stream(frame),
        FrameType::Anchor
        | FrameType::Diff
        | FrameType::Stream
        | FrameType::Caps
        | FrameType::Align
        | FrameType::Hello
        | FrameType::Error => Ok(()),
    }
}

/// A broken rule with a code of its own.
#[cold]
fn broken(code: &'static str, requirement: &'static str, field: &'static str) -> Violation {
    Violation::new(0, code, requirement, field)
}

/// A broken rule without one (`OP-05`).
#[cold]
const fn malformed(requirement: &'static str, field: &'static str) -> Violation {
    Violation::bad_frame(12, requirement, field)
}

/// The text of a member; `None` where there is none.
fn text<'a>(frame: &'a Value, name: &str) -> Option<&'a str> {
    frame.get(name).and_then(Value::as_text)
}

/// The items of a member; none where it is no array.
fn items<'a>(frame: &'a Value, name: &str) -> &'a [Value] {
    frame.get(name).and_then(Value::as_array).unwrap_or_default()
}

/// The texts in a member.
fn texts<'a>(frame: &'a Value, name: &str) -> impl Iterator<Item = &'a str> {
    items(frame, name).iter().filter_map(Value::as_text)
}

/// Whether a member is there.
fn has(frame: &Value, name: &str) -> bool {
    frame.get(name).is_some_and(|value| !value.is_nil())
}

/// A member that has to be an identity.
fn nid(frame: &Value, name: &'static str) -> Result<(), Violation> {
    match text(frame, name).map(Nid::parse) {
        Some(Err(_)) => Err(malformed("NPS-ADDR-004", name)),
        _ => Ok(()),
    }
}

/// A member that has to be a time.
fn time(frame: &Value, name: &'static str) -> Result<(), Violation> {
    match text(frame, name).map(timestamp::parse) {
        Some(None) => Err(malformed("NCP-TIER-011", name).read("OP-31")),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests;
