use super::*;
use FrameType::{Ident, Revoke, Trust};
use alloc::vec::Vec;
use identity::Verifier;
use scope::Match;

/// The first secret of RFC 8032 §7.1 signed it, with a library of another make, over the canonical
/// text in [`CANONICAL`].
const IDENT: &str = r#"{
    "frame": 32,
    "nid": "urn:nps:agent:ca.example.com:agent-1",
    "pub_key": "ed25519:PUjxpaB6SGdrxd0R9Ma0HQAsOyzJ6VQ9xJ8qHq2CRSE",
    "capabilities": ["nwp:query", "nwp:invoke"],
    "scope": {"nodes": ["nwp://api.example.com/*"], "actions": ["orders.*"],
              "max_token_budget": 10000},
    "issued_by": "urn:nps:org:ca.example.com",
    "issued_at": "2026-04-25T00:00:00Z",
    "expires_at": "2026-05-25T00:00:00Z",
    "serial": "0x0A3F",
    "signature":
"ed25519:ApTidqe176Bs2h51cYR2KpYPXqNg4rRaaj2oKgSRsJ0Yn5hKVg-LejSKp2lLfcV9gb_PjYUn1EGMEz3vINJNAg",
    "metadata": {"model_family": "x"}
}"#;

const CANONICAL: &str = concat!(
    r#"{"capabilities":["nwp:query","nwp:invoke"],"expires_at":"2026-05-25T00:00:00Z","#,
    r#""frame":"0x20","issued_at":"2026-04-25T00:00:00Z","#,
    r#""issued_by":"urn:nps:org:ca.example.com","nid":"urn:nps:agent:ca.example.com:agent-1","#,
    r#""pub_key":"ed25519:PUjxpaB6SGdrxd0R9Ma0HQAsOyzJ6VQ9xJ8qHq2CRSE","#,
    r#""scope":{"actions":["orders.*"],"max_token_budget":10000,"#,
    r#""nodes":["nwp://api.example.com/*"]},"serial":"0x0A3F"}"#
);

const ISSUER: &str = "urn:nps:org:ca.example.com";
/// Public key of the first secret of RFC 8032 §7.1.
const ISSUER_KEY: &str = "ed25519:11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
/// Public key of the secret 00 01 .. 1f.
const OTHER_KEY: &str = "ed25519:A6EHv_POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg";

const SECRET: [u8; 32] = [
    0x9d, 0x61, 0xb1, 0x9d, 0xef, 0xfd, 0x5a, 0x60, 0xba, 0x84, 0x4a, 0xf4, 0x92, 0xec, 0x2c, 0xc4,
    0x44, 0x49, 0xc5, 0x69, 0x7b, 0x32, 0x69, 0x19, 0x70, 0x3b, 0xac, 0x03, 0x1c, 0xae, 0x7f, 0x60,
];

fn verifier() -> Verifier<'static> {
    Verifier {
        now: timestamp::parse("2026-05-01T00:00:00Z").expect("it is a time"),
        trusted: &[(ISSUER, ISSUER_KEY)],
        revoked: &["0x0A40"],
        capabilities: &["nwp:query", "nwp:action"],
        node: Some("nwp://api.example.com/products"),
        action: Some("orders.create"),
        scope_check: Match::Prefix,
    }
}

/// The frame with a member set or, for `null`, taken away.
fn with(frame: &str, name: &str, value: &str) -> Value {
    let Value::Map(mut members) = json(frame) else { panic!("a frame is an object") };
    members.retain(|(known, _)| known != name);
    if value != "null" {
        members.push((name.into(), json(value)));
    }
    Value::Map(members)
}

#[test]
fn a_signature_covers_the_canonical_frame() {
    let covered = signature::covered(Ident, &json(IDENT));
    assert_eq!(core::str::from_utf8(&covered), Ok(CANONICAL));
    // Without `frame`, or with it as in Tier-1, it is the same.
    assert_eq!(signature::covered(Ident, &with(IDENT, "frame", "null")), covered);
    assert_eq!(signature::covered(Ident, &with(IDENT, "frame", r#""0x20""#)), covered);
    assert_eq!(signature::public_key(&SECRET), ISSUER_KEY);
    let signed = signature::sign(Ident, &json(IDENT), &SECRET);
    assert_eq!(json(IDENT).get("signature"), Some(&Value::Text(signed)));
}

#[test]
fn a_signature_holds_for_one_key_and_one_frame() {
    use signature::{Unsigned, verify};
    let frame = json(IDENT);
    assert_eq!(verify(Ident, &frame, ISSUER_KEY), Ok(()));
    assert_eq!(verify(Ident, &frame, OTHER_KEY), Err(Unsigned::Mismatch));
    assert_eq!(verify(Revoke, &frame, ISSUER_KEY), Err(Unsigned::Mismatch));
    let changed = with(IDENT, "serial", r#""0x0A3E""#);
    assert_eq!(verify(Ident, &changed, ISSUER_KEY), Err(Unsigned::Mismatch));
    // `metadata` is outside (NIP-FRM-002).
    assert_eq!(verify(Ident, &with(IDENT, "metadata", "{}"), ISSUER_KEY), Ok(()));
    assert_eq!(verify(Ident, &with(IDENT, "signature", "null"), ISSUER_KEY), Err(Unsigned::Form));
    let short = with(IDENT, "signature", r#""ed25519:AAAA""#);
    assert_eq!(verify(Ident, &short, ISSUER_KEY), Err(Unsigned::Form));
    let other = with(IDENT, "signature", r#""ecdsa-p256:AAAA""#);
    assert_eq!(verify(Ident, &other, ISSUER_KEY), Err(Unsigned::Algorithm));
    let key = ISSUER_KEY.replace("ed25519", "x25519");
    assert_eq!(verify(Ident, &frame, &key), Err(Unsigned::Algorithm));
}

#[test]
fn an_identity_that_is_all_right_is_believed() {
    assert_eq!(identity::verify(&json(IDENT), &verifier()), Ok(()));
    let asks_nothing = Verifier { capabilities: &[], node: None, action: None, ..verifier() };
    assert_eq!(identity::verify(&json(IDENT), &asks_nothing), Ok(()));
    // `nwp:action` and `nwp:invoke` are one capability (`OP-50`).
    let invoke = Verifier { capabilities: &["nwp:invoke"], ..verifier() };
    assert_eq!(identity::verify(&json(IDENT), &invoke), Ok(()));
}

#[test]
fn verification_reports_the_first_of_six_steps() {
    // Every row fails in its step and in all later ones.
    let after = timestamp::parse("2026-05-25T00:00:01Z").expect("it is a time");
    let step6 = Verifier { node: Some("nwp://other.example.com/products"), ..verifier() };
    let step5 = Verifier { capabilities: &["nop:delegate"], ..step6 };
    let step4 = Verifier { revoked: &["0x0a3f"], ..step5 };
    let step3 = Verifier { trusted: &[(ISSUER, OTHER_KEY)], ..step4 };
    let step2 = Verifier { trusted: &[("urn:nps:org:other.example.com", ISSUER_KEY)], ..step4 };
    let step1 = Verifier { now: after, ..step2 };
    let code = |verifier: &Verifier<'_>| {
        let fault = identity::verify(&json(IDENT), verifier).expect_err("it fails");
        (fault.code, fault.status, fault.requirement)
    };
    let unauthenticated = "NPS-AUTH-UNAUTHENTICATED";
    let forbidden = "NPS-AUTH-FORBIDDEN";
    let steps: Vec<_> = [step1, step2, step3, step4, step5, step6].iter().map(code).collect();
    assert_eq!(
        steps,
        [
            ("NIP-CERT-EXPIRED", unauthenticated, "NIP-FRM-003"),
            ("NIP-CERT-UNTRUSTED-ISSUER", unauthenticated, "NIP-FRM-003"),
            ("NIP-CERT-SIGNATURE-INVALID", unauthenticated, "NIP-FRM-003"),
            ("NIP-CERT-REVOKED", unauthenticated, "NIP-FRM-003"),
            ("NIP-CERT-CAPABILITY-MISSING", forbidden, "NIP-FRM-003"),
            ("NWP-AUTH-NID-SCOPE-VIOLATION", forbidden, "NIP-FRM-003"),
        ]
    );
    let action = Verifier { action: Some("stock.create"), ..verifier() };
    assert_eq!(code(&action).0, "NWP-AUTH-NID-SCOPE-VIOLATION");
    let last = timestamp::parse("2026-05-25T00:00:00Z").expect("it is a time");
    let in_time = Verifier { now: last, ..verifier() };
    assert_eq!(identity::verify(&json(IDENT), &in_time), Ok(()));
}

#[test]
fn identities_times_and_serials_have_a_form() {
    fine(Ident, IDENT);
    for (name, value, requirement) in [
        ("nid", r#""agent-1""#, "NPS-ADDR-004"),
        ("issued_by", r#""urn:nps:ca:example.com""#, "NPS-ADDR-004"),
        ("pub_key", r#""ed25519""#, "NCP-TIER-011"),
        ("pub_key", r#""ed25519:A+/=""#, "NCP-TIER-011"),
        ("signature", r#"":AAAA""#, "NCP-TIER-011"),
        ("issued_at", r#""yesterday""#, "NCP-TIER-011"),
        ("expires_at", r#""2026-05-25""#, "NCP-TIER-011"),
        ("serial", r#""0A3F""#, "NCP-TIER-011"),
        ("serial", r#""0x""#, "NCP-TIER-011"),
        ("serial", r#""0xG""#, "NCP-TIER-011"),
    ] {
        let violation = check(Ident, &with(IDENT, name, value)).expect_err(name);
        assert_eq!(
            (violation.code, violation.requirement, violation.field),
            (BAD_FRAME, requirement, name)
        );
    }
}

#[test]
fn trust_and_revocation_have_their_forms() {
    let trust = r#"{"grantor_nid":"urn:nps:org:a.example.com","grantee_ca":"b","trust_scope":[],
        "nodes":["nwp://a.example.com/*"],"expires_at":"2026-05-25T00:00:00Z",
        "signature":"ed25519:AAAA"}"#;
    fine(Trust, trust);
    for (name, value) in [
        ("grantor_nid", r#""a""#),
        ("nodes", r#"["https://a.example.com/"]"#),
        ("expires_at", r#""soon""#),
        ("signature", r#""AAAA""#),
    ] {
        let violation = check(Trust, &with(trust, name, value)).expect_err(name);
        assert_eq!((violation.code, violation.field), ("NIP-TRUST-FRAME-INVALID", name));
    }
    let revoke = r#"{"target_nid":"urn:nps:agent:a.example.com:x","serial":"0x1",
        "reason":"superseded","revoked_at":"2026-05-25T00:00:00Z","signature":"ed25519:AAAA"}"#;
    fine(Revoke, revoke);
    for (name, value) in [
        ("target_nid", r#""x""#),
        ("serial", r#""1""#),
        ("revoked_at", r#""now""#),
        ("signature", r#""ed25519:""#),
    ] {
        let violation = check(Revoke, &with(revoke, name, value)).expect_err(name);
        assert_eq!((violation.code, violation.field), (BAD_FRAME, name));
    }
}
