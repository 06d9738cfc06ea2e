use super::Codec;
use crate::tests::vectors;
use crate::{FrameError, FrameSpec, Speaks, Vectors, hex};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use wireproof_base::{ConnId, StreamId};
use wireproof_wire::nnrp::command::{Hello, Push, Submit};
use wireproof_wire::nnrp::{Command, Event, MessageType, Nnrp};

#[test]
fn the_codec_decodes_every_vector_to_its_fields_or_refusal() {
    let mut wrong = Vec::new();
    for vector in vectors("nnrp") {
        let (kind, what) = vector.kind();
        let result = Codec.decode(kind, what, &vector.bytes).expect("a known kind");
        let right = match (vector.text["verdict"].as_str(), &result) {
            (Some("valid"), Ok(fields)) => *fields == vector.text["fields"],
            (Some("invalid"), Err(refused)) => {
                let also = vector.text["error"]["also"].as_array().cloned().unwrap_or_default();
                vector.text["error"]["kind"] == refused.kind.as_str()
                    || also.iter().any(|kind| kind == refused.kind.as_str())
            }
            (Some("acceptable"), Ok(fields)) => *fields == vector.text["fields"],
            (Some("acceptable"), Err(_)) => true,
            _ => false,
        };
        if !right {
            wrong.push(format!("{}: {result:?}", vector.text["id"]));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_codec_encodes_the_fields_of_every_vector_to_its_bytes() {
    let mut wrong = Vec::new();
    let mut done = 0;
    for vector in vectors("nnrp") {
        let fields = &vector.text["fields"];
        if fields.is_null() || !vector.is_written() {
            continue;
        }
        let (kind, what) = vector.kind();
        let result = Codec.encode(kind, what, fields).expect("a known kind");
        if result.as_deref() != Ok(vector.bytes.as_slice()) {
            wrong.push(format!(
                "{}: {:?}",
                vector.text["id"],
                result.map(|bytes| hex::encode(&bytes))
            ));
        }
        done += 1;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(done > 80, "{done}");
}

#[test]
fn metadata_alone_goes_both_ways_for_every_message() {
    for kind in MessageType::ALL {
        for vector in vectors("nnrp") {
            let bytes = &vector.bytes;
            let of_kind = vector.text["kind"] == "packet" && bytes.get(6) == Some(&(*kind as u8));
            if vector.text["verdict"] != "valid" || !of_kind {
                continue;
            }
            let meta = &bytes[40..40 + kind.metadata_len()];
            let fields = Codec.decode("metadata", kind.name(), meta).expect("known");
            let fields = fields.expect("the packet was valid");
            let back = Codec.encode("metadata", kind.name(), &fields).expect("known");
            assert_eq!(back.as_deref(), Ok(meta), "{}", vector.text["id"]);
        }
    }
}

fn spec(value: Value) -> FrameSpec {
    FrameSpec::try_from(value).expect("the shape of a frame")
}

fn build(value: Value) -> Vec<u8> {
    Nnrp::build(&spec(value), &|tag| tag as u32 + 100).expect("a frame")
}

#[test]
fn every_message_by_name_is_well_formed() {
    for kind in MessageType::ALL {
        let (session, frame) = match kind {
            MessageType::ClientHello
            | MessageType::ServerHelloAck
            | MessageType::Close
            | MessageType::TransportProbe
            | MessageType::TransportProbeAck => (0, 0),
            MessageType::FrameSubmit
            | MessageType::FrameCancel
            | MessageType::ResultPush
            | MessageType::ResultDrop => (7, 1),
            _ => (7, 0),
        };
        let packet = build(json!({"frame": kind.name(), "session": session, "frame_id": frame}));
        let fields = Nnrp::fields(&packet).unwrap_or_else(|e| panic!("{}: {e:?}", kind.name()));
        assert_eq!(fields["type"], kind.name());
        if *kind != MessageType::SessionOpen && session != 0 {
            assert_eq!(fields["header.session_id"], 107, "{}", kind.name());
        }
        assert_eq!(Nnrp::split(&packet), Some(packet.len()));
        assert_eq!(Nnrp::split(&packet[..packet.len() - 1]), None);
    }
}

#[test]
fn tokens_come_from_the_answers_that_gave_them() {
    let answer = |session: u64, token: &str| {
        build(json!({"frame": "SESSION_OPEN_ACK", "session": session, "token": token}))
    };
    let received = [answer(1, "aa01"), answer(2, "bb01"), answer(1, "aa02"), answer(3, "")];
    let present = |frame: Value| {
        let mut packets = received.iter().map(Vec::as_slice);
        Nnrp::build_after(&spec(frame), &|tag| tag as u32 + 100, &mut packets)
    };
    let open = |token: Value| {
        let mut frame = json!({"frame": "SESSION_OPEN", "session": 1});
        frame.as_object_mut().expect("a mapping").extend(token.as_object().expect("keys").clone());
        frame
    };
    for (keys, token) in [
        (json!({"token_of": 1}), "aa02"),
        (json!({"token_of": 1, "token_age": 1}), "aa01"),
        (json!({"token_of": 2}), "bb01"),
    ] {
        let stolen = present(open(keys)).expect("a token was given");
        assert_eq!(stolen, build(open(json!({"token": token}))));
    }
    for keys in [json!({"token_of": 3}), json!({"token_of": 1, "token_age": 2})] {
        let fault = present(open(keys)).expect_err("no such token was given");
        assert!(matches!(fault, FrameError::BadValue { .. }), "{fault}");
    }
    // Before anything was received its place is kept, so that a scenario can be read.
    assert_eq!(build(open(json!({"token_of": 1}))).len(), 40 + 48 + 16);
}

#[test]
fn a_frame_is_broken_exactly_where_the_step_says_so() {
    let plain = json!({"frame": "FRAME_SUBMIT", "session": 1, "frame_id": 5});
    let whole = build(plain.clone());
    let mut flagged = plain.clone();
    flagged["set"] = json!({"header.flags": 64});
    let bytes = build(flagged);
    let differing: Vec<usize> = (0..whole.len()).filter(|&at| bytes[at] != whole[at]).collect();
    assert_eq!(differing, [8]);
    assert_eq!(Nnrp::fields(&bytes).expect_err("bit 6 is unassigned").kind, "malformed_header");
    let mut cut = plain;
    cut["truncate"] = json!(30);
    assert_eq!(build(cut), whole[..30]);
    assert_eq!(build(json!({"raw": "00ff 10"})), [0x00, 0xFF, 0x10]);
}

#[test]
fn frames_carry_what_the_step_names() {
    let packet = build(json!({
        "frame": "RESULT_PUSH", "session": 1, "frame_id": 5, "lane": 2, "conn": 1, "stream": 4,
        "set": {"result_class": "partial", "header.flags": "eos"},
        "typed": [{"text": "hi", "descriptor_flags": 2}, {"profile_id": 0, "hex": "ff"}],
    }));
    let fields = Nnrp::fields(&packet).expect("well-formed");
    assert_eq!(fields["header.view_id"], 2);
    assert_eq!(fields["header.flags"], 8);
    assert_eq!(fields["result_class"], 1);
    assert_eq!(fields["payload_kind_bitmap"], 0x42);
    assert_eq!(fields["body.typed"][0]["payload"], "6869");
    assert_eq!(fields["body.typed"][1]["offset"], 2);
    let error = build(json!({
        "frame": "ERROR", "session": 1, "frame_id": 5, "diagnostic": "no",
        "set": {"error_code": "server_busy"},
    }));
    let fields = Nnrp::fields(&error).expect("well-formed");
    assert_eq!((&fields["error_scope"], &fields["error_code"]), (&json!(2), &json!(11)));
    assert_eq!(fields["body.diagnostic"], "6e6f");
    let open = build(json!({
        "frame": "SESSION_OPEN", "token": "aabb", "auth": "key",
        "extensions": [{"ext_type": 0x4001, "critical": true, "hex": "01"}],
    }));
    let refused = Codec.decode("packet", "", &open).expect("known").expect_err("critical");
    assert_eq!(refused.kind, "unsupported_capability");
    assert_eq!(Nnrp::fields(&open).expect("readable")["body.auth_block"], "6b6579");
}

#[test]
fn mistakes_in_a_step_are_named() {
    let fault = |value| Nnrp::build(&spec(value), &|tag| tag as u32).expect_err("a mistake");
    let name = fault(json!({"frame": "FRAME_SUBMTI"}));
    assert!(name.to_string().ends_with("did you mean `FRAME_SUBMIT`?"), "{name}");
    let field = fault(json!({"frame": "PING", "set": {"header.flag": 1}}));
    assert!(field.to_string().ends_with("did you mean `header.flags`?"), "{field}");
    assert_eq!(fault(json!({})), FrameError::NoFrame);
    assert!(matches!(fault(json!({"raw": "0"})), FrameError::BadHex { .. }));
    assert!(matches!(fault(json!({"frame": "PING", "x": 1})), FrameError::UnknownKey { .. }));
    let value = fault(json!({"frame": "ERROR", "set": {"error_code": "busy"}}));
    assert!(matches!(value, FrameError::BadValue { .. }), "{value}");
}

#[test]
fn where_a_frame_goes_is_read_without_knowing_the_protocol() {
    let spec = spec(json!({"frame": "PING", "conn": 3, "stream": 5}));
    assert_eq!((spec.conn, spec.stream), (ConnId(3), Some(StreamId(5))));
}

#[test]
fn packets_are_labelled_in_a_few_words() {
    let submit = build(json!({"frame": "FRAME_SUBMIT", "session": 1, "frame_id": 5, "lane": 2}));
    assert_eq!(Nnrp::label(&submit), "FRAME_SUBMIT s=101 f=5 l=2");
    let error = build(json!({"frame": "ERROR", "set": {"is_fatal": 1}}));
    assert_eq!(Nnrp::label(&error), "ERROR invalid_state fatal");
    assert_eq!(Nnrp::label(&[1, 2, 3]), "3 bytes");
    assert_eq!(Nnrp::label(&[0; 50]), "50 bytes without magic");
}

#[test]
fn names_stand_for_numbers() {
    assert_eq!(Nnrp::number("server_busy"), Some(11));
    assert_eq!(Nnrp::number("CLIENT_HELLO"), Some(1));
    assert_eq!(Nnrp::number("close_status.rejected"), Some(3));
    assert_eq!(Nnrp::number("rejected"), None);
}

#[test]
fn sessions_are_named_by_tag_until_they_have_a_number() {
    let known = |tag| (tag == 1).then_some(77);
    let mut submit = Command::Submit(Submit { session: 1, ..Submit::default() });
    Nnrp::resolve(&mut submit, &known);
    assert_eq!(submit, Command::Submit(Submit { session: 77, ..Submit::default() }));
    let mut other = Command::Submit(Submit { session: 9, ..Submit::default() });
    Nnrp::resolve(&mut other, &known);
    assert_eq!(other, Command::Submit(Submit { session: 9, ..Submit::default() }));
}

#[test]
fn reactions_take_their_ids_from_the_event() {
    let event = Event::Submitted { session: 7, lane: 2, frame: 5, bytes: 0, digest: 0 };
    let mut push = Command::Push(Push::default());
    Nnrp::fill(&mut push, &event);
    assert_eq!(push, Command::Push(Push { session: 7, lane: 2, frame: 5, ..Push::default() }));
    let mut given = Command::Push(Push { session: 9, lane: 0, frame: 1, ..Push::default() });
    Nnrp::fill(&mut given, &event);
    assert_eq!(given, Command::Push(Push { session: 9, lane: 0, frame: 1, ..Push::default() }));
    let mut submit = Command::Submit(Submit::default());
    Nnrp::fill(&mut submit, &event);
    assert_eq!(submit, Command::Submit(Submit { session: 7, ..Submit::default() }));
    let mut hello = Command::Hello(Hello::default());
    Nnrp::fill(&mut hello, &Event::Ready { conn: ConnId(3) });
    assert_eq!(hello, Command::Hello(Hello { conn: ConnId(3), ..Hello::default() }));
    let opened = Event::Opened {
        conn: ConnId(0),
        tag: 4,
        session: 9,
        resumed: false,
        credit: 1,
        max_in_flight: 1,
    };
    assert_eq!(Nnrp::learn(&opened), Some((4, 9)));
    assert_eq!(Nnrp::learn(&event), None);
}

#[test]
fn every_command_needs_a_capability_that_exists() {
    let known: BTreeSet<&str> = Nnrp::capabilities().iter().copied().collect();
    assert_eq!(known.len(), Nnrp::capabilities().len());
    assert!(Nnrp::capabilities().is_sorted());
    for name in [
        "hello",
        "open",
        "resume",
        "submit",
        "cancel",
        "patch",
        "migrate",
        "probe",
        "push",
        "drop",
        "hint",
        "flow",
        "put",
        "invalidate",
        "close",
        "shutdown",
        "ping",
    ] {
        let command: Command =
            serde_json::from_value(json!({ name: {} })).expect("every field has a default");
        assert_eq!(Nnrp::needs(&command), format!("command.{name}"));
        assert!(known.contains(Nnrp::needs(&command)));
    }
}

/// The list of wide fields is complete: a field that holds 2^63 in JSON is in it.
#[test]
fn fields_of_64_bits_are_listed() {
    for path in Nnrp::WIDE {
        let (variant, field) = path.split_once('.').expect("variant.field");
        let command = json!({ variant: { field: 1u64 << 63 } });
        let as_command = serde_json::from_value::<Command>(command).is_ok();
        let event = ["opened", "refused", "submitted", "result", "flow", "cached"];
        assert!(as_command || event.contains(&variant), "{path}");
    }
    for name in ["open", "resume", "patch", "put", "invalidate", "flow", "submit", "migrate"] {
        let mut command = json!({ name: {} });
        let parsed: Command = serde_json::from_value(command.clone()).expect("defaults");
        let full = serde_json::to_value(&parsed).expect("plain data");
        for field in full[name].as_object().expect("fields").keys() {
            command[name] = json!({ field: 1u64 << 63 });
            let wide = serde_json::from_value::<Command>(command.clone()).is_ok();
            assert_eq!(wide, Nnrp::WIDE.contains(&format!("{name}.{field}").as_str()), "{field}");
        }
    }
}
