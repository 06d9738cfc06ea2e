//! Whom an endpoint believes: certificates of IdentFrames (NIP §7) and signatures of
//! AnnounceFrames (NDP §7.1), by what its setup knows.

use alloc::vec::Vec;
use wireproof_base::Instant;
use wireproof_wire::ncp::command::{Known, Setup};
use wireproof_wire::ncp::companion::{discovery, identity, scope, signature};
use wireproof_wire::ncp::frame_type::FrameType;
use wireproof_wire::ncp::timestamp::Timestamp;
use wireproof_wire::ncp::value::Value;
use wireproof_wire::ncp::violation::Violation;

/// The time of the calendar.
pub fn calendar(setup: &Setup, now: Instant) -> Timestamp {
    let nanos = u128::from(setup.epoch_unix_ms) * 1_000_000 + u128::from(now.as_nanos());
    Timestamp {
        seconds: i64::try_from(nanos / SECOND).unwrap_or(i64::MAX),
        nanos: (nanos % SECOND) as u32,
    }
}

const SECOND: u128 = 1_000_000_000;

/// Verifies an IdentFrame, if there is an issuer to trust (NIP-FRM-003).
///
/// # Errors
///
/// The first step that fails.
pub fn identify(frame: &Value, setup: &Setup, now: Instant) -> Result<(), Violation> {
    if setup.trusted.is_empty() {
        return Ok(());
    }
    let trusted: Vec<_> = setup.trusted.iter().map(|Known { nid, key }| (&**nid, &**key)).collect();
    let revoked: Vec<_> = setup.revoked.iter().map(|serial| &**serial).collect();
    let capabilities: Vec<_> = setup.capabilities.iter().map(|name| &**name).collect();
    let verifier = identity::Verifier {
        now: calendar(setup, now),
        trusted: &trusted,
        revoked: &revoked,
        capabilities: &capabilities,
        node: (!setup.address.is_empty()).then_some(&setup.address),
        action: None,
        scope_check: scope::Match::Prefix,
    };
    identity::verify(frame, &verifier)
}

/// Verifies an AnnounceFrame, if anybody is known who may announce itself (NDP-FRM-002). One
/// signed with the key of somebody else who is known has the wrong identity; nobody else's
/// signature holds.
///
/// # Errors
///
/// The fault.
pub fn announced(frame: &Value, setup: &Setup) -> Result<(), Violation> {
    let nid = frame.get("nid").and_then(Value::as_text).unwrap_or_default();
    let known = &setup.announcers;
    let holds = |of: &&Known| signature::verify(FrameType::Announce, frame, &of.key).is_ok();
    let own = known.iter().find(|of| of.nid == nid);
    match own.filter(holds).or_else(|| known.iter().find(holds)).or(own) {
        Some(Known { nid, key }) => discovery::signed(frame, nid, key),
        None if known.is_empty() => Ok(()),
        // A key nobody has fits nothing.
        None => discovery::signed(frame, nid, ""),
    }
}
