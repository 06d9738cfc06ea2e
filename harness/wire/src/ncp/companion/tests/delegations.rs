use super::*;
use FrameType::{AlignStream, Delegate, Sync};
use delegation::{barrier, depth, follows, scoped, sent_by};
use scope::{Match, admits_action, admits_node};

const DELEGATE: &str = r#"{
    "target_agent_nid": "urn:nps:agent:ca.example.com:worker",
    "action": "nwp://api.example.com/orders/invoke",
    "delegated_scope": {"nodes": ["nwp://api.example.com/orders/*"], "actions": ["orders.read"],
                        "max_token_budget": 500},
    "deadline_at": "2026-04-25T10:00:00Z"
}"#;

#[test]
fn a_delegation_has_its_forms() {
    fine(Delegate, DELEGATE);
    for verb in ["preflight", "cancel"] {
        fine(Delegate, &DELEGATE.replace("nwp://api.example.com/orders/invoke", verb));
    }
    for (part, other, requirement, field) in [
        ("urn:nps:agent", "nps:agent", "NPS-ADDR-004", "target_agent_nid"),
        ("nwp://api.example.com/orders/invoke", "invoke", "NPS-ADDR-001", "action"),
        ("10:00:00Z", "10 o'clock", "NCP-TIER-011", "deadline_at"),
    ] {
        breaks(Delegate, &DELEGATE.replace(part, other), BAD_FRAME, requirement, field);
    }
}

#[test]
fn a_delegated_scope_stays_inside() {
    let excess = |parent: &str| {
        scoped(&json(DELEGATE), &json(parent)).map_err(|fault| (fault.code, fault.field))
    };
    let violation = "NOP-DELEGATE-SCOPE-VIOLATION";
    for parent in [
        r#"{"nodes":["nwp://api.example.com/*"],"actions":["orders.*"],"max_token_budget":500}"#,
        r#"{"nodes":["nwp://api.example.com/orders"],"actions":["orders"],"max_token_budget":501}"#,
        r#"{"nodes":["x","*"],"actions":["orders.read"]}"#,
    ] {
        assert_eq!(excess(parent), Ok(()), "{parent}");
    }
    for (parent, field) in [
        (r#"{"nodes":["nwp://api.example.com/orders/eu/*"],"actions":["*"]}"#, "nodes"),
        (r#"{"nodes":["nwp://api.example.com/order"],"actions":["*"]}"#, "nodes"),
        (r#"{"actions":["*"]}"#, "nodes"),
        (r#"{"nodes":["*"],"actions":["orders.write"]}"#, "actions"),
        (r#"{"nodes":["*"],"actions":["order"]}"#, "actions"),
        (r#"{"nodes":["*"],"actions":["*"],"max_token_budget":499}"#, "max_token_budget"),
    ] {
        assert_eq!(excess(parent), Err((violation, field)), "{parent}");
    }
    // Nothing asked is never too much; no limit is more than one.
    let bounded = json(r#"{"nodes":["*"],"actions":["*"],"max_token_budget":500}"#);
    assert_eq!(scope::within(&json("{}"), &json("{}")), Ok(()));
    let unbounded = json(r#"{"nodes":["nwp://h/a"],"actions":["a.b"]}"#);
    assert_eq!(scope::within(&bounded, &unbounded), Err(scope::Excess::Budget));
}

#[test]
fn scopes_admit_by_prefix_or_exactly() {
    let scope = json(r#"{"nodes":["nwp://h/a","nwp://h/b/*"],"actions":["orders","stock.*"]}"#);
    for (address, prefix, exact) in [
        ("nwp://h/a", true, true),
        ("nwp://h/a/c", true, false),
        ("nwp://h/ab", false, false),
        ("nwp://h/b/c", true, true),
        ("nwp://h/b", false, false),
        ("nwp://i/a", false, false),
    ] {
        assert_eq!(admits_node(&scope, address, Match::Prefix), prefix, "{address}");
        assert_eq!(admits_node(&scope, address, Match::Exact), exact, "{address}");
    }
    assert!(admits_action(&scope, "orders.create", Match::Prefix));
    assert!(!admits_action(&scope, "orders.create", Match::Exact));
    assert!(admits_action(&scope, "stock.count", Match::Exact));
    assert!(!admits_action(&scope, "ordersx", Match::Prefix));
}

#[test]
fn delegation_is_three_levels_deep() {
    for level in 0..=3 {
        assert_eq!(depth(level), Ok(()));
    }
    let fault = depth(4).expect_err("too deep");
    assert_eq!(
        (fault.code, fault.status, fault.requirement),
        ("NOP-DELEGATE-CHAIN-TOO-DEEP", "NPS-CLIENT-BAD-PARAM", "NOP-FRM-003")
    );
}

#[test]
fn a_barrier_waits_for_all_or_some() {
    for (members, waits) in [
        (r#""wait_for":["a","b","c"]"#, 3),
        (r#""wait_for":["a","b","c"],"min_required":0"#, 3),
        (r#""wait_for":["a","b","c"],"min_required":2"#, 2),
        (r#""wait_for":["a","b","c"],"min_required":3"#, 3),
    ] {
        let frame = format!("{{{members}}}");
        fine(Sync, &frame);
        assert_eq!(barrier(&json(&frame)), waits, "{frame}");
    }
    let many = r#"{"wait_for":["a","b","c"],"min_required":4}"#;
    breaks(Sync, many, BAD_FRAME, "NOP-FRM-005", "min_required");
}

#[test]
fn align_streams_rise_and_name_their_sender() {
    let nid = "urn:nps:agent:ca.example.com:worker";
    let frame = format!(r#"{{"sender_nid":"{nid}"}}"#);
    fine(AlignStream, &frame);
    breaks(AlignStream, r#"{"sender_nid":"worker"}"#, BAD_FRAME, "NPS-ADDR-004", "sender_nid");
    assert_eq!(sent_by(&json(&frame), nid), Ok(()));
    let fault = sent_by(&json(&frame), "urn:nps:agent:ca.example.com:other").expect_err("other");
    assert_eq!((fault.code, fault.status), ("NOP-STREAM-NID-MISMATCH", "NPS-AUTH-UNAUTHENTICATED"));
    for (last, seq, fine) in [
        (None, 0, true),
        (None, 1, false),
        (Some(0), 1, true),
        (Some(4), 9, true),
        (Some(4), 4, false),
        (Some(4), 3, false),
        (Some(u64::MAX), 0, false),
    ] {
        assert_eq!(follows(last, seq).is_ok(), fine, "{seq} after {last:?}");
    }
    assert_eq!(follows(None, 1).map_err(|gap| gap.code), Err("NOP-STREAM-SEQ-GAP"));
}
