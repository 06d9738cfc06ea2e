//! Rows 10 to 12 of reference 2.4, and what is let pass.

use super::*;

fn header(kind: FrameType, tier: Tier) -> Header {
    Header::new(kind, tier, true, false, 0)
}

fn json(kind: FrameType, text: &str) -> Result<Frame, Violation> {
    read(&header(kind, Tier::Json), text.as_bytes())
}

/// Row, requirement and member of a refusal.
fn refused(kind: FrameType, text: &str) -> (u8, &'static str, &'static str) {
    let violation = json(kind, text).expect_err("refused");
    (violation.row, violation.requirement, violation.field)
}

const CHUNK: &str =
    r#""stream_id":"6f1d2c3b-4a59-4e68-8d7c-0123456789ab","seq":0,"is_last":false,"data":[]"#;

#[test]
fn the_rows_come_in_their_order() {
    let kind = FrameType::Stream;
    // Not decodable, a wrong name and a missing member at once; then one less each time.
    assert_eq!(refused(kind, r#"{"frame":"0x04","seq":0"#).0, 10);
    assert_eq!(refused(kind, r#"{"frame":"0x04","seq":0}"#).0, 11);
    assert_eq!(refused(kind, r#"{"frame":"0x03","seq":0}"#).0, 12);
    assert!(json(kind, &format!("{{{CHUNK}}}")).is_ok());
}

#[test]
fn frame_may_be_absent_and_must_not_differ() {
    // OP-04: text or number in either tier, digits of either case.
    let kind = FrameType::Error;
    let rest = r#""status":"NPS-CLIENT-BAD-FRAME","error":"NPS-CLIENT-BAD-FRAME""#;
    let ok = |frame: &str| json(kind, &format!("{{{frame}{rest}}}")).is_ok();
    for frame in ["", r#""frame":null,"#, r#""frame":"0xFE","#, r#""frame":"0xfe","#] {
        assert!(ok(frame), "{frame}");
    }
    assert!(ok(r#""frame":254,"#));
    for frame in [
        r#""0xFD""#,
        "253",
        "254.0",
        r#""FE""#,
        r#""0XFE""#,
        r#""0xfe0""#,
        r#""254""#,
        "true",
        "[254]",
        r#""0x+e""#,
        r#""""#,
    ] {
        let text = format!(r#"{{"frame":{frame},{rest}}}"#);
        let violation = json(kind, &text).expect_err("another type");
        assert_eq!((violation.row, violation.requirement), (11, "NCP-TIER-008"), "{frame}");
        assert_eq!(violation.reading, Some("OP-04"));
    }
    let (_, remarks) =
        read_noting(&header(kind, Tier::Json), format!("{{{rest}}}").as_bytes()).expect("sound");
    assert!(remarks.unnamed);
    // In Tier-2 as text: `81`.. with `frame` = "0xFE".
    let mut members = Error::of(NPS_SERVER_INTERNAL).to_value();
    if let Value::Map(members) = &mut members {
        members.push(("frame".into(), "0xFE".into()));
    }
    let mut out = Vec::new();
    tier::encode(Tier::Msgpack, &members, &mut out).expect("sound");
    assert!(read(&header(kind, Tier::Msgpack), &out).is_ok());
}

#[test]
fn what_is_let_pass_is_noted() {
    let kind = FrameType::Stream;
    let payload = format!(r#"{{"frame":"0x03",{CHUNK}}}"#);
    let remarks = |header: &Header| read_noting(header, payload.as_bytes()).expect("sound").1;
    let open = Header::new(kind, Tier::Json, false, false, 0);
    assert_eq!(remarks(&open), Remarks::default());
    // OP-03: FINAL and `is_last` disagree.
    assert!(remarks(&header(kind, Tier::Json)).final_wrong);
    assert!(remarks(&Header { flags: open.flags | RESERVED, ..open }).reserved_flags);
    assert!(remarks(&Header { flags: open.flags | EXT, reserved: 1, ..open }).reserved_bytes);
    let hello = unhex(EX_01);
    let unfinal = Header::new(FrameType::Hello, Tier::Json, false, false, 0);
    assert!(read_noting(&unfinal, &hello[4..]).expect("sound").1.final_wrong);
}

#[test]
fn unknown_members_are_ignored_and_null_is_absence() {
    let text = format!(
        r#"{{{CHUNK},"later":{{"deep":[1,{{"x":null}}]}},"window_size":null,"nonce":"n"}}"#
    );
    assert_eq!(json(FrameType::Stream, &text), Ok(Frame::Stream(chunk(0, false, vec![]))));
    let twice = format!(r#"{{{CHUNK},"later":1,"later":2}}"#);
    assert_eq!(refused(FrameType::Stream, &twice), (10, "NCP-TIER-007", "duplicate"));
    let twice = format!(r#"{{{CHUNK},"seq":0}}"#);
    assert_eq!(refused(FrameType::Stream, &twice), (10, "NCP-TIER-007", "duplicate"));
    let twice = format!(r#"{{"frame":3,{CHUNK},"frame":3}}"#);
    assert_eq!(refused(FrameType::Stream, &twice), (10, "NCP-TIER-007", "duplicate"));
}

#[test]
fn count_is_the_number_of_records() {
    // NG-14, and its two neighbours.
    let mut bytes = unhex(EX_07);
    let at = bytes.windows(7).position(|part| part == b"\xa5count\x02").expect("count") + 6;
    let caps = header(FrameType::Caps, Tier::Msgpack);
    for count in [1, 3] {
        bytes[at] = count;
        let violation = read(&caps, &bytes[4..]).expect_err("miscounted");
        assert_eq!((violation.row, violation.requirement), (12, "NCP-CAPS-002"));
        assert_eq!(violation.code, "NPS-CLIENT-BAD-FRAME");
        assert!(violation.admits("NPS-CLIENT-BAD-FRAME", "ANY"));
        assert!(!violation.admits("NPS-CLIENT-CONFLICT", "NPS-CLIENT-BAD-FRAME"));
    }
    bytes[at] = 2;
    assert!(read(&caps, &bytes[4..]).is_ok());
}

#[test]
fn an_identifier_has_the_form_of_a_digest() {
    // NG-13: the placeholder of 62 digits that NCP §4.1 prints; the digits between are immaterial.
    let placeholder = format!("sha256:a3f9b2c1{}cdef12", "0".repeat(48));
    let text = core::str::from_utf8(&unhex(EX_04)[4..]).expect("JSON").replace(A1, &placeholder);
    let violation = json(FrameType::Anchor, &text).expect_err("62 digits");
    assert_eq!(
        (violation.code, violation.requirement),
        (NCP_ANCHOR_SCHEMA_INVALID, "NCP-ANCHOR-002")
    );
    assert_eq!(violation.also, [NCP_ANCHOR_ID_MISMATCH]);
    // NG-12: a digest of something else is read; the cache refuses it.
    let other = A1.replace("d31c", "e31c");
    let text = core::str::from_utf8(&unhex(EX_04)[4..]).expect("JSON").replace(A1, &other);
    assert!(json(FrameType::Anchor, &text).is_ok());
}

#[test]
fn a_malformed_schema_has_a_code_of_its_own() {
    for schema in [r#"[]"#, r#"{}"#, r#"{"fields":{}}"#, r#"{"fields":[{"name":"id"}]}"#] {
        let text = format!(r#"{{"anchor_id":"{A1}","schema":{schema}}}"#);
        let violation = json(FrameType::Anchor, &text).expect_err("malformed");
        assert_eq!((violation.row, violation.code), (12, NCP_ANCHOR_SCHEMA_INVALID), "{schema}");
        let caps = format!(r#"{{"anchor_ref":"{A1}","count":0,"data":[],"inline_anchor":{text}}}"#);
        let violation = json(FrameType::Caps, &caps).expect_err("malformed");
        assert_eq!(violation.code, NCP_ANCHOR_SCHEMA_INVALID, "{schema}");
    }
    let text = format!(r#"{{"anchor_id":"{A1}"}}"#);
    assert_eq!(refused(FrameType::Anchor, &text), (12, "NCP-ANCHOR-001", "schema"));
}

#[test]
fn an_inline_anchor_is_a_whole_anchor_frame() {
    let caps = |anchor: &str| {
        let text =
            format!(r#"{{"anchor_ref":"{A1}","count":0,"data":[],"inline_anchor":{anchor}}}"#);
        json(FrameType::Caps, &text)
    };
    let schema = r#""schema":{"fields":[]}"#;
    assert!(caps(&format!(r#"{{"frame":"0x01","anchor_id":"{A1}",{schema}}}"#)).is_ok());
    assert!(caps(&format!(r#"{{"anchor_id":"{A1}",{schema}}}"#)).is_ok());
    assert!(caps("null").is_ok());
    let wrong = [
        (format!(r#"{{"frame":"0x04","anchor_id":"{A1}",{schema}}}"#), "NCP-CAPS-006"),
        (format!("{{{schema}}}"), "NCP-ANCHOR-001"),
        (format!(r#"{{"anchor_id":7,{schema}}}"#), "NCP-TIER-011"),
        ("[]".into(), "NCP-TIER-011"),
    ];
    for (anchor, requirement) in wrong {
        let violation = caps(&anchor).expect_err("not whole");
        assert_eq!((violation.row, violation.requirement), (12, requirement), "{anchor}");
    }
}

#[test]
fn a_patch_has_the_shape_of_its_format() {
    let diff = |patch: &str, format: &str| {
        let text = format!(r#"{{"anchor_ref":"{A1}","base_seq":0,"patch":{patch}{format}}}"#);
        json(FrameType::Diff, &text)
    };
    assert!(diff("[]", "").is_ok());
    assert!(diff("[]", r#","patch_format":"json_patch""#).is_ok());
    // NG-15, and an unknown format (NCP-DIFF-010).
    for (format, requirement, reading) in
        [("binary_bitset", "NCP-DIFF-007", None), ("xml", "NCP-DIFF-010", Some("8.9"))]
    {
        let format = format!(r#","patch_format":"{format}""#);
        let violation = diff("[]", &format).expect_err("not usable");
        assert_eq!(
            (violation.code, violation.requirement),
            (NCP_DIFF_FORMAT_UNSUPPORTED, requirement)
        );
        assert_eq!(violation.reading, reading);
        assert!(violation.admits(NPS_CLIENT_BAD_FRAME, NPS_CLIENT_BAD_FRAME));
    }
    for patch in ["{}", "\"x\"", "1"] {
        let violation = diff(patch, "").expect_err("no operations");
        assert_eq!((violation.row, violation.requirement), (12, "NCP-DIFF-003"), "{patch}");
    }
    let pack = |patch: Value, format: &str| {
        let mut out = Vec::new();
        let diff = Frame::Diff(super::diff(patch, format));
        payload(&diff, Tier::Msgpack, &mut out).expect("sound");
        read(&header(FrameType::Diff, Tier::Msgpack), &out)
    };
    assert!(pack(Value::Bytes(vec![0]), "binary_bitset").is_ok());
    let violation = pack(Value::Array(vec![]), "binary_bitset").expect_err("no bytes");
    assert_eq!(violation.requirement, "NCP-DIFF-004");
    let violation = pack(Value::Bytes(vec![0]), "json_patch").expect_err("no operations");
    assert_eq!(violation.requirement, "NCP-DIFF-003");
}

#[test]
fn a_heartbeat_without_base_is_refused_gently() {
    let diff = |rest: &str| json(FrameType::Diff, &format!(r#"{{"anchor_ref":"{A1}"{rest}}}"#));
    let whole = diff(&format!(r#","base_seq":0,"patch":[],"stream_id":"{STREAM}","seq":1"#));
    let Ok(Frame::Diff(whole)) = whole else { panic!("a heartbeat") };
    assert!(whole.is_heartbeat());
    // OP-43: a warning, so either passes.
    let bare = diff(&format!(r#","patch":[],"stream_id":"{STREAM}","seq":1"#));
    assert!(bare.is_err_and(|violation| violation.lenient && violation.field == "base_seq"));
    let event = diff(&format!(r#","patch":[{{}}],"stream_id":"{STREAM}","seq":1"#));
    assert!(event.is_err_and(|violation| !violation.lenient));
    let alone = diff(r#","patch":[]"#);
    assert!(alone.is_err_and(|violation| !violation.lenient));
}

#[test]
fn totals_may_be_unknown() {
    // OP-44.
    let total = |text: &str| match json(
        FrameType::Stream,
        &format!(r#"{{{CHUNK},"estimated_total":{text}}}"#),
    ) {
        Ok(Frame::Stream(stream)) => stream.estimated_total,
        _ => Some(-7),
    };
    assert_eq!(total("-1"), Some(-1));
    assert_eq!(total("0"), Some(0));
    assert_eq!(total("18446744073709551615"), Some(i128::from(u64::MAX)));
    assert_eq!(total("-2"), Some(-7));
    assert_eq!(total("1.5"), Some(-7));
    assert_eq!(total("null"), None);
    let unknown = Stream { estimated_total: Some(-1), ..chunk(0, true, vec![]) };
    let mut out = Vec::new();
    payload(&Frame::Stream(unknown), Tier::Json, &mut out).expect("sound");
    assert!(out.starts_with(br#"{"data":[],"estimated_total":-1,"frame":"0x03","#));
}

#[test]
fn a_hello_offers_something() {
    // NCP-HELLO-019; OP-10 lets the handshake errors pass as well.
    let hello = |encodings: &str, protocols: &str| {
        let lists =
            format!(r#""supported_encodings":{encodings},"supported_protocols":{protocols}"#);
        let text = format!(r#"{{"nps_version":"0.4",{lists}}}"#);
        json(FrameType::Hello, &text)
    };
    assert!(hello(r#"["cbor"]"#, r#"["x"]"#).is_ok());
    for (encodings, protocols) in [("[]", r#"["ncp"]"#), (r#"["json"]"#, "[]")] {
        let violation = hello(encodings, protocols).expect_err("empty");
        assert_eq!((violation.requirement, violation.reading), ("NCP-HELLO-019", Some("OP-10")));
        assert!(violation.admits(NPS_PROTO_VERSION_INCOMPATIBLE, NCP_VERSION_INCOMPATIBLE));
        assert!(violation.admits(NPS_CLIENT_BAD_FRAME, NPS_CLIENT_BAD_FRAME));
        assert!(!violation.admits(NPS_CLIENT_CONFLICT, NPS_CLIENT_CONFLICT));
    }
    assert_eq!(refused(FrameType::Hello, "{}"), (12, "NCP-HELLO-005", "nps_version"));
}

#[test]
fn members_that_depend_on_others() {
    let query = FrameType::Query;
    assert_eq!(refused(query, "{}"), (12, "NWP-FRM-001", "anchor_ref"));
    assert_eq!(refused(query, r#"{"limit":3}"#), (12, "NWP-FRM-001", "anchor_ref"));
    assert!(json(query, r#"{"anchor_ref":"x"}"#).is_ok());
    let count = r#"{"aggregate":{"operations":[{"func":"COUNT","alias":"n"}]}}"#;
    assert!(json(query, count).is_ok());
    let subscribe = |action: &str, anchor: &str| {
        let text = format!(r#"{{"action":"{action}","stream_id":"{STREAM}"{anchor}}}"#);
        json(FrameType::Subscribe, &text).map_err(|violation| violation.requirement)
    };
    assert_eq!(subscribe("subscribe", "").map(drop), Err("NWP-FRM-008"));
    assert!(subscribe("subscribe", r#","anchor_ref":"x""#).is_ok());
    assert!(subscribe("unsubscribe", "").is_ok());
    assert!(subscribe("ping", "").is_ok());
}

#[test]
fn a_companion_frame_keeps_its_tree() {
    // OP-40: AlignFrame is an opaque object.
    let frame = json(FrameType::Align, r#"{"frame":"0x05","state":{"round":1}}"#).expect("opaque");
    let members = map(&[("state", map(&[("round", Value::Uint(1))]))]);
    let expected = Frame::Companion(Companion { kind: FrameType::Align, members });
    assert_eq!(frame, expected);
    assert_eq!(refused(FrameType::Align, r#"{"frame":"0x43"}"#).0, 11);
    assert_eq!(refused(FrameType::Align, "[]"), (10, "NCP-TIER-003", "root"));
    let mut out = Vec::new();
    write(&frame, Tier::Json, PLAIN, &mut out).expect("sound");
    assert_eq!(out[..4], [0x05, 0x04, 0x00, 0x24]);
    assert_eq!(out[4..], *br#"{"frame":"0x05","state":{"round":1}}"#);
    assert_eq!(refused(FrameType::Resolve, "{}"), (12, "NDP-FRM-003", "target"));
}

#[test]
fn members_are_written_as_they_are_given() {
    let members =
        map(&[("seq", "wrong".into()), ("seq", Value::Nil), ("is_last", Value::Bool(false))]);
    let mut out = Vec::new();
    write_members(FrameType::Stream, &members, Tier::Json, PLAIN, &mut out).expect("sound");
    assert_eq!(out[..2], [0x03, 0x00]);
    assert_eq!(out[4..], *br#"{"frame":"0x03","seq":"wrong","seq":null,"is_last":false}"#);
    let named = map(&[("frame", Value::Uint(7))]);
    let mut out = Vec::new();
    write_members(FrameType::Hello, &named, Tier::Msgpack, PLAIN, &mut out).expect("sound");
    assert_eq!(out, unhex("0605000881a56672616d6507"));
}

#[test]
fn a_body_may_be_a_payload_alone() {
    // OP-38.
    let text = r#"{"frame":"0xFE","status":"NPS-CLIENT-GONE","error":"NWP-NODE-UNAVAILABLE"}"#;
    assert!(is_bare(text.as_bytes()));
    assert!(!is_bare(&unhex(EX_01)) && !is_bare(b""));
    let error = Error { status: NPS_CLIENT_GONE.into(), ..Error::of(NWP_NODE_UNAVAILABLE) };
    assert_eq!(read_bare(text.as_bytes()), Ok(Frame::Error(error)));
    let refused = |text: &str| read_bare(text.as_bytes()).map_err(|violation| violation.row);
    assert_eq!(refused(r#"{"status":"x","error":"y"}"#), Err(11));
    assert_eq!(refused(r#"{"frame":"0x07"}"#), Err(11));
    assert_eq!(refused(r#"{"frame":"0xFE"}"#), Err(12));
    assert_eq!(refused(r#"{"frame":"0xFE""#), Err(10));
}

#[test]
fn a_cursor_is_base64url_with_or_without_padding() {
    // OP-45.
    let caps = |cursor: &str| Caps { next_cursor: Some(cursor.into()), ..Caps::default() };
    for cursor in ["", "YQ", "YQ==", "YWI=", "YWJj", "-_-_"] {
        assert!(caps(cursor).has_sound_cursor(), "{cursor}");
    }
    for cursor in ["Y", "Y===", "YQ=", "+/+/", "Y Q", "YQ==YQ", "é"] {
        assert!(!caps(cursor).has_sound_cursor(), "{cursor}");
    }
    assert!(Caps::default().has_sound_cursor());
}

#[test]
fn a_header_that_no_check_has_seen_is_refused() {
    let payload = b"{}";
    let reserved = Header { frame: 1, flags: 6, len: 2, reserved: 0 };
    assert_eq!(read(&reserved, payload).map_err(|violation| violation.row), Err(3));
    let unknown = Header { frame: 7, flags: 4, len: 2, reserved: 0 };
    assert_eq!(read(&unknown, payload).map_err(|violation| violation.row), Err(2));
}
