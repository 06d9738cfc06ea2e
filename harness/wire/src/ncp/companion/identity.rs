//! Frames of NIP 0.2: identities, trust, revocation (reference 5.3).

use super::super::code;
use super::super::frame_type::FrameType;
use super::super::timestamp::{self, Timestamp};
use super::super::value::Value;
use super::super::violation::Violation;
use super::scope::{self, Match};
use super::{broken, malformed, nid, signature, text, texts, time};

/// IdentFrame, its forms alone. Whether it may be believed tells [`verify`].
///
/// # Errors
///
/// The first rule that is broken.
pub fn ident(frame: &Value) -> Result<(), Violation> {
    nid(frame, "nid")?;
    nid(frame, "issued_by")?;
    pair(frame, "pub_key")?;
    pair(frame, "signature")?;
    time(frame, "issued_at")?;
    time(frame, "expires_at")?;
    serial(frame)
}

/// TrustFrame. Its faults have a code of their own.
///
/// # Errors
///
/// The first rule that is broken.
pub fn trust(frame: &Value) -> Result<(), Violation> {
    let forms = nid(frame, "grantor_nid")
        .and_then(|()| time(frame, "expires_at"))
        .and_then(|()| pair(frame, "signature"));
    let invalid = |field| {
        broken(code::NIP_TRUST_FRAME_INVALID, "NCP-TIER-011", field)
            .read("5.3")
            .or(&[code::NPS_CLIENT_BAD_FRAME])
    };
    forms.map_err(|fault| invalid(fault.field))?;
    let addresses = texts(frame, "nodes").all(|pattern| pattern.starts_with("nwp://"));
    if addresses { Ok(()) } else { Err(invalid("nodes")) }
}

/// RevokeFrame. Its table knows the five reasons.
///
/// # Errors
///
/// The first rule that is broken.
pub fn revoke(frame: &Value) -> Result<(), Violation> {
    nid(frame, "target_nid")?;
    serial(frame)?;
    time(frame, "revoked_at")?;
    pair(frame, "signature")
}

/// `{alg}:{base64url}`.
pub(super) fn pair(frame: &Value, name: &'static str) -> Result<(), Violation> {
    match text(frame, name).map(signature::split) {
        Some(None) => Err(malformed("NCP-TIER-011", name).read("5.3")),
        _ => Ok(()),
    }
}

/// `0x` and hexadecimal digits.
fn serial(frame: &Value) -> Result<(), Violation> {
    let fine = text(frame, "serial").is_none_or(|serial| {
        serial.strip_prefix("0x").is_some_and(|digits| {
            !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_hexdigit())
        })
    });
    if fine { Ok(()) } else { Err(malformed("NCP-TIER-011", "serial").read("5.3")) }
}

/// What whoever verifies an IdentFrame knows and asks for.
#[derive(Clone, Copy, Debug)]
pub struct Verifier<'a> {
    /// The time.
    pub now: Timestamp,
    /// Trusted issuers: identity and `pub_key`.
    pub trusted: &'a [(&'a str, &'a str)],
    /// Serials that were revoked.
    pub revoked: &'a [&'a str],
    /// Capabilities that are needed.
    pub capabilities: &'a [&'a str],
    /// Node that is asked for; `None` for none.
    pub node: Option<&'a str>,
    /// Action that is asked for; `None` for none.
    pub action: Option<&'a str>,
    /// How entries of the scope are compared.
    pub scope_check: Match,
}

/// Verifies an IdentFrame in the order of NIP §7 (NIP-FRM-003): expiry, issuer, signature,
/// revocation, capabilities, scope.
///
/// A certificate is good up to and including the second of its expiry (reading, as `OP-49`).
///
/// # Errors
///
/// The first step that fails, with the code of NIP §7. A scope failure has the NWP code (`OP-50`).
pub fn verify(frame: &Value, verifier: &Verifier<'_>) -> Result<(), Violation> {
    let failed = |code, field| Err(broken(code, "NIP-FRM-003", field));
    let expiry = text(frame, "expires_at").and_then(timestamp::parse);
    if expiry.is_none_or(|expiry| verifier.now > expiry) {
        return failed(code::NIP_CERT_EXPIRED, "expires_at");
    }
    let issuer = text(frame, "issued_by").unwrap_or_default();
    let Some((_, key)) = verifier.trusted.iter().find(|(name, _)| *name == issuer) else {
        return failed(code::NIP_CERT_UNTRUSTED_ISSUER, "issued_by");
    };
    if signature::verify(FrameType::Ident, frame, key).is_err() {
        return failed(code::NIP_CERT_SIGNATURE_INVALID, "signature");
    }
    let serial = text(frame, "serial").unwrap_or_default();
    if verifier.revoked.iter().any(|revoked| revoked.eq_ignore_ascii_case(serial)) {
        return failed(code::NIP_CERT_REVOKED, "serial");
    }
    let holds = |wanted: &&str| texts(frame, "capabilities").any(|held| same(held, wanted));
    if !verifier.capabilities.iter().all(holds) {
        return failed(code::NIP_CERT_CAPABILITY_MISSING, "capabilities");
    }
    let of = frame.get("scope").unwrap_or(&Value::Nil);
    let how = verifier.scope_check;
    let inside = verifier.node.is_none_or(|node| scope::admits_node(of, node, how))
        && verifier.action.is_none_or(|action| scope::admits_action(of, action, how));
    if inside {
        return Ok(());
    }
    Err(broken(code::NWP_AUTH_NID_SCOPE_VIOLATION, "NIP-FRM-003", "scope")
        .read("OP-50")
        .or(&[code::NIP_CERT_SCOPE_VIOLATION]))
}

/// Whether two names of a capability mean the same: running actions has two (`OP-50`).
fn same(a: &str, b: &str) -> bool {
    let runs = |name| matches!(name, "nwp:action" | "nwp:invoke");
    a == b || (runs(a) && runs(b))
}
