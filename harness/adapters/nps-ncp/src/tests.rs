//! The adapter through the lines it is served with.

use crate::sut::NpsNcp;
use serde_json::{Value, json};
use wireproof_driver::adapter::Reply;
use wireproof_driver::serve::answer;
use wireproof_driver::{Driver, Speaks};
use wireproof_wire::ncp::Ncp;

struct Story {
    sut: NpsNcp,
}

impl Story {
    fn new() -> Self {
        Self { sut: NpsNcp::default() }
    }

    fn reply(&mut self, mut request: Value) -> Reply {
        request["id"] = 1.into();
        answer::<Ncp>(&mut self.sut, &request.to_string())
    }

    fn ok(&mut self, request: Value) -> Value {
        let reply = self.reply(request);
        reply.ok.unwrap_or_else(|| panic!("{:?}", reply.error))
    }

    fn unsupported(&mut self, request: Value) -> String {
        let error = self.reply(request).error.expect("an error");
        assert_eq!(error.code, "unsupported");
        error.message
    }

    fn decode(&mut self, frame: u8, flags: u8, payload: &[u8]) -> Value {
        let digits: String = payload.iter().map(|byte| format!("{byte:02x}")).collect();
        let hex = format!("{frame:02x}{flags:02x}{:04x}{digits}", payload.len());
        json!({ "op": "decode", "kind": "packet", "what": "", "hex": hex })
    }
}

const ANCHOR: &[u8] = br#"{"anchor_id":"sha256:00","frame":"0x01","schema":{"fields":[]},"x":1}"#;

#[test]
fn only_known_capabilities_are_declared() {
    let sut = NpsNcp::default();
    for capability in &sut.identity().capabilities {
        assert!(Ncp::capabilities().contains(&capability.as_str()), "{capability}");
    }
}

#[test]
fn a_frame_is_what_an_application_gets_of_it() {
    let mut story = Story::new();
    let request = story.decode(1, 4, ANCHOR);
    let fields = story.ok(request)["fields"].clone();
    let members = json!({"anchor_id": "sha256:00", "schema": {"fields": []}, "ttl": 3600});
    let expected = json!({
        "header.frame": 1, "header.flags": 4, "header.len": ANCHOR.len(), "payload": members,
    });
    assert_eq!(fields, expected);
    // FINAL and the tier are asked for; which bits they are is up to the crates.
    let request = json!({ "op": "encode", "kind": "packet", "what": "", "fields": fields });
    let hex = story.ok(request)["hex"].clone();
    let plain = r#"{"anchor_id":"sha256:00","schema":{"fields":[]},"ttl":3600}"#;
    let digits: String = plain.bytes().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(hex, format!("01{:02x}{:04x}{digits}", crate::release::FINAL_JSON, plain.len()));
}

#[test]
fn frames_of_other_crates_and_byte_strings_are_left_out() {
    let mut story = Story::new();
    let query = story.decode(0x10, 4, b"{}");
    assert!(story.unsupported(query).ends_with("vectors.companions"));
    let structure = json!({ "op": "decode", "kind": "structure", "what": "nid", "hex": "" });
    story.unsupported(structure);
    let request = json!({ "op": "encode", "kind": "packet", "what": "", "fields": {
        "header.frame": 6, "header.flags": 4, "payload": {"nps_version": {"$hex": "00"}},
    }});
    assert_eq!(story.ok(request)["refused"]["kind"], "");
}

#[test]
fn what_is_refused_is_refused_in_their_words() {
    let mut story = Story::new();
    let unknown = story.decode(7 + 8, 4, b"{}");
    let refused = story.ok(unknown)["refused"].clone();
    assert_eq!(refused["kind"], "");
    assert_eq!(refused["detail"], "NPS frame error: unknown frame type: 0x0F");
    let nameless = story.decode(6, 4, b"{}");
    assert_eq!(
        story.ok(nameless)["refused"]["detail"],
        "NPS frame error: missing field: nps_version"
    );
}

#[test]
fn schemas_are_kept_in_the_time_of_the_events() {
    let mut story = Story::new();
    let create =
        |config: Value| json!({ "op": "create", "machine": "anchor_cache", "config": config });
    story.unsupported(create(json!({ "limit": 1 })));
    assert_eq!(story.ok(create(json!({})))["machine"], 0);
    let apply = |event: Value| json!({ "op": "apply", "machine": 0, "event": event });
    let id = "sha256:5ad1967aeeddf5f9cf958935bcc427454bdb372038e560f2149e37c90204ba2c";
    let schema = json!({ "fields": [{ "name": "id", "type": "uint64" }] });
    let anchor = json!({ "anchor": { "anchor_id": id, "schema": schema, "ttl": 1 } });
    assert_eq!(story.ok(apply(anchor))["result"]["do"], "stored");
    for (now, found) in [(999_999, "hit"), (1_000_000, "miss")] {
        let refer = json!({ "refer": { "now": now, "anchor_ref": id } });
        assert_eq!(story.ok(apply(refer))["result"]["do"], found);
    }
    let state = json!({ "op": "state", "machine": 0 });
    assert_eq!(story.ok(state)["state"]["held"], 0);
    story.unsupported(apply(json!({ "closed": {} })));
}
