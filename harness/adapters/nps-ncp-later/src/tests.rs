//! What the later release has more; the rest is tested with the earlier one.

use crate::sut::NpsNcp;
use serde_json::{Value, json};
use wireproof_driver::serve::answer;
use wireproof_driver::{Driver, Speaks};
use wireproof_wire::ncp::Ncp;

#[test]
fn only_known_capabilities_are_declared() {
    let sut = NpsNcp::default();
    for capability in &sut.identity().capabilities {
        assert!(Ncp::capabilities().contains(&capability.as_str()), "{capability}");
    }
}

#[test]
fn a_server_decides() {
    let mut sut = NpsNcp::default();
    let mut ok = |request: Value| {
        let reply = answer::<Ncp>(&mut sut, &request.to_string());
        reply.ok.unwrap_or_else(|| panic!("{:?}", reply.error))
    };
    ok(json!({"id": 0, "op": "create", "machine": "negotiation", "config": {}}));
    let mut decide = |client: Value, server: Value| {
        let event = json!({"decide": {"client": client, "server": server}});
        ok(json!({"id": 1, "op": "apply", "machine": 0, "event": event}))
    };
    let agreed = decide(json!({}), json!({"max_concurrent_streams": 4}))["result"].clone();
    let expected = json!({
        "session_version": "0.4",
        "negotiated_encoding": "msgpack",
        "max_frame_payload": 65535,
        "ext_support": false,
        "max_concurrent_streams": 4,
        "supported_protocols": ["ncp", "nwp"],
    });
    assert_eq!(agreed, expected);
    let refused = decide(json!({"nps_version": "0.5"}), json!({}))["refused"].clone();
    let expected = json!({
        "kind": "NCP-VERSION-INCOMPATIBLE", "detail": "NPS-PROTO-VERSION-INCOMPATIBLE",
    });
    assert_eq!(refused, expected);
}
