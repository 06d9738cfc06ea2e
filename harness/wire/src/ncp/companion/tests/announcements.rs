use super::*;
use FrameType::{Announce, Graph, Resolve};

/// Signed with the secret 00 01 .. 1f by a library of another make.
const ANNOUNCE: &str = r#"{
    "nid": "urn:nps:node:api.example.com:products",
    "node_type": "memory",
    "addresses": [{"host": "10.0.0.5", "port": 17433, "protocol": "nwp"}],
    "capabilities": ["nwp:query"],
    "ttl": 300,
    "timestamp": "2026-04-25T10:00:00Z",
    "signature":
"ed25519:gc5XxielaZZ_MHi_3-jQEGAYHNGPrYlHiZtb8qC79p1VtC5t4PrVSyAV6COvPsMedJlwB5LNRCxYBZRgFEPlBA"
}"#;
const NODE: &str = "urn:nps:node:api.example.com:products";
const KEY: &str = "ed25519:A6EHv_POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg";

#[test]
fn an_announcement_has_its_forms() {
    fine(Announce, ANNOUNCE);
    let untyped = ANNOUNCE.replace(r#""node_type": "memory","#, "");
    breaks(Announce, &untyped, BAD_FRAME, "NDP-FRM-001", "node_type");
    // Agents need no type of node.
    fine(Announce, &untyped.replace("urn:nps:node:", "urn:nps:agent:"));
    for (part, other, requirement, field) in [
        ("urn:nps:node:", "urn:nps:nodes:", "NPS-ADDR-004", "nid"),
        (r#", "protocol": "nwp""#, "", "NDP-FRM-001", "addresses"),
        (r#""host": "10.0.0.5", "#, "", "NDP-FRM-001", "addresses"),
        ("10:00:00Z", "10:00:00", "NCP-TIER-011", "timestamp"),
        ("ed25519:", "ed25519", "NCP-TIER-011", "signature"),
    ] {
        breaks(Announce, &ANNOUNCE.replace(part, other), BAD_FRAME, requirement, field);
    }
}

#[test]
fn an_announcement_is_signed_by_whom_it_announces() {
    let signed = |frame: &str, nid, key| {
        discovery::signed(&json(frame), nid, key).map_err(|fault| (fault.code, fault.status))
    };
    assert_eq!(signed(ANNOUNCE, NODE, KEY), Ok(()));
    assert_eq!(
        signed(ANNOUNCE, "urn:nps:node:api.example.com:orders", KEY),
        Err(("NDP-ANNOUNCE-NID-MISMATCH", "NPS-CLIENT-BAD-FRAME"))
    );
    let invalid = Err(("NDP-ANNOUNCE-SIGNATURE-INVALID", "NPS-AUTH-UNAUTHENTICATED"));
    assert_eq!(signed(&ANNOUNCE.replace("300", "0"), NODE, KEY), invalid);
    let other = "ed25519:11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
    assert_eq!(signed(ANNOUNCE, NODE, other), invalid);
}

#[test]
fn a_resolution_has_an_address() {
    fine(Resolve, r#"{"target":"nwp://api.example.com/products"}"#);
    fine(
        Resolve,
        r#"{"target":"nwp://h/a","resolved":{"host":"h","port":1,"ttl":1},
            "requester_nid":"urn:nps:agent:h:a"}"#,
    );
    let web = r#"{"target":"https://api.example.com/products"}"#;
    breaks(Resolve, web, BAD_FRAME, "NPS-ADDR-001", "target");
    let nobody = r#"{"target":"nwp://h/a","requester_nid":"a"}"#;
    breaks(Resolve, nobody, BAD_FRAME, "NPS-ADDR-004", "requester_nid");
}

#[test]
fn a_graph_comes_whole_or_as_a_patch() {
    fine(Graph, r#"{"initial_sync":true,"seq":0,"nodes":[]}"#);
    fine(Graph, r#"{"initial_sync":false,"seq":1,"patch":[{"op":"remove","path":"/nodes/0"}]}"#);
    let whole = r#"{"initial_sync":true,"seq":0,"patch":[]}"#;
    breaks(Graph, whole, BAD_FRAME, "NDP-FRM-004", "nodes");
    let part = r#"{"initial_sync":false,"seq":1,"nodes":[]}"#;
    breaks(Graph, part, BAD_FRAME, "NDP-FRM-004", "patch");
    let wrong = r#"{"initial_sync":false,"seq":1,"patch":[{"op":"drop","path":"/nodes/0"}]}"#;
    breaks(Graph, wrong, BAD_FRAME, "NDP-FRM-004", "patch");
}

#[test]
fn a_gap_in_the_graph_is_seen() {
    let follows = |last, seq, whole| discovery::follows(last, seq, whole).map_err(|gap| gap.code);
    assert_eq!(follows(Some(4), 5, false), Ok(()));
    for seq in [0, 3, 4, 6] {
        assert_eq!(follows(Some(4), seq, false), Err("NDP-GRAPH-SEQ-GAP"));
        assert_eq!(follows(Some(4), seq, true), Ok(()));
    }
    assert_eq!(follows(None, 1, false), Err("NDP-GRAPH-SEQ-GAP"));
    assert_eq!(follows(Some(u64::MAX), 0, false), Err("NDP-GRAPH-SEQ-GAP"));
}
