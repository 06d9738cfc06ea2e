//! The adapter through the lines it is served with.

use crate::sut::NnrpCore;
use serde_json::{Value, json};
use wireproof_driver::adapter::Reply;
use wireproof_driver::serve::answer;
use wireproof_driver::{Driver, Speaks};
use wireproof_wire::nnrp::Nnrp;

struct Story {
    sut: NnrpCore,
}

impl Story {
    fn new() -> Self {
        Self { sut: NnrpCore::default() }
    }

    fn reply(&mut self, mut request: Value) -> Reply {
        request["id"] = 1.into();
        answer::<Nnrp>(&mut self.sut, &request.to_string())
    }

    fn ok(&mut self, request: Value) -> Value {
        let reply = self.reply(request);
        reply.ok.unwrap_or_else(|| panic!("{:?}", reply.error))
    }

    fn error(&mut self, request: Value) -> String {
        self.reply(request).error.expect("an error").code
    }

    fn decode(&mut self, hex: &str) -> Value {
        self.ok(json!({ "op": "decode", "kind": "packet", "what": "", "hex": hex }))
    }
}

/// Header of a RESULT_PUSH of session 7, frame 1, with a body of `len` bytes, and its metadata.
fn push(len: u8, families: u8, count: u8, body: &str) -> String {
    let header = format!(
        "4e4e5250010012280000000040000000{len:02x}0000000700000001000000000000000000000000000080"
    );
    let (zeros, tail) = ("00".repeat(56), format!("{families:02x}000000{count:02x}000000"));
    format!("{header}{zeros}{tail}{body}")
}

#[test]
fn only_known_capabilities_are_declared() {
    let sut = NnrpCore::default();
    for capability in &sut.identity().capabilities {
        assert!(Nnrp::capabilities().contains(&capability.as_str()), "{capability}");
    }
}

#[test]
fn a_structure_goes_both_ways() {
    let mut story = Story::new();
    let hex = "020002000110000003000000020000000400000018000000";
    let structure = json!({ "kind": "structure", "what": "typed_payload_descriptor" });
    let mut request = structure.clone();
    request["op"] = "decode".into();
    request["hex"] = hex.into();
    let fields = story.ok(request)["fields"].clone();
    let expected = json!({
        "profile_id": 2, "descriptor_flags": 2, "schema_id": 0x1001, "schema_version": 3,
        "stream_semantics": 2, "offset": 4, "length": 24,
    });
    assert_eq!(fields, expected);
    let mut request = structure;
    request["op"] = "encode".into();
    request["fields"] = fields;
    assert_eq!(story.ok(request)["hex"], hex);
}

#[test]
fn a_body_is_left_raw_where_a_part_has_no_codec() {
    let mut story = Story::new();
    let descriptor = "020000000000000000000000000000000000000001000000";
    let typed = push(
        57,
        2,
        1,
        &format!(
            "{}{}{descriptor}21",
            "00".repeat(8),
            "1800000001000000\
        00000000000000000000000000000000"
        ),
    );
    let fields = story.decode(&typed)["fields"].clone();
    assert_eq!(fields["body.typed"][0]["payload"], "21");
    assert_eq!(fields["header.trace_id"], "9223372036854775808");
    assert!(fields.get("body").is_none());

    let inline =
        format!("18000000{}05000000000000000800000000000000{}", "00".repeat(28), "aa".repeat(8));
    let fields = story.decode(&push(56, 0, 0, &inline))["fields"].clone();
    assert_eq!(fields["body.prelude"]["inline_object_bytes"], 24);
    assert_eq!(fields["body"], inline);
}

#[test]
fn refusals_are_those_of_nnrp_core() {
    let mut story = Story::new();
    let ping = |flags: &str| format!("4e4e525001002028{flags}{}", "00".repeat(28));
    assert_eq!(story.decode(&ping("01000000"))["fields"]["header.flags"], 1);
    assert_eq!(story.decode(&ping("40000000"))["refused"]["kind"], "malformed_header");
    assert_eq!(story.decode("4e4e")["refused"]["kind"], "length_mismatch");
    let short = push(57, 2, 1, "");
    assert_eq!(story.decode(&short)["refused"]["kind"], "length_mismatch");
}

#[test]
fn what_nnrp_core_has_not_is_unsupported() {
    let mut story = Story::new();
    let inline = json!({ "op": "decode", "kind": "structure", "what": "inline_object", "hex": "" });
    assert_eq!(story.error(inline), "unsupported");
    let create = |machine: &str| json!({ "op": "create", "machine": machine, "config": {} });
    assert_eq!(story.error(create("cache")), "unsupported");
    assert_eq!(story.ok(create("operation"))["machine"], 0);
    let apply = |event: Value| json!({ "op": "apply", "machine": 0, "event": event });
    let wire = json!({ "wire": { "session": 1, "operation": 1, "event": "lost" } });
    assert_eq!(story.error(apply(wire)), "unsupported");
    let add = json!({ "add": { "session": 1, "operation": "1" } });
    assert_eq!(story.ok(apply(add.clone()))["result"]["state"], "accepted");
    assert_eq!(story.ok(apply(add))["refused"]["kind"], "taken");
    assert_eq!(story.error(json!({ "op": "canary" })), "unsupported");
}
