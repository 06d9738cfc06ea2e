//! The frame type as a whole: worked shapes, both directions, and the order of checks.

use crate::nnrp::flow::FlowUpdate;
use crate::nnrp::framing::Deframer;
use crate::nnrp::layout::Layout;
use crate::nnrp::submit::FrameSubmit;
use crate::nnrp::typed::TypedDescriptor;
use crate::nnrp::{Frame, Header, Kind, MessageType, Metadata, body};
use alloc::vec::Vec;

fn submit(payload: &[u8]) -> Vec<u8> {
    let mut content = Vec::new();
    let descriptor = TypedDescriptor { profile_id: 2, ..TypedDescriptor::default() };
    body::write_typed(&mut content, &[(descriptor, payload)]);
    let meta = FrameSubmit {
        frame_class: 1,
        loss_tolerance_policy: 0xFF,
        payload_kind_bitmap: 2,
        payload_frame_count: 1,
        ..FrameSubmit::default()
    };
    Frame::new(meta, &content).at(7, 1, 0).to_vec()
}

#[test]
fn every_table_covers_its_length_without_gap_or_overlap() {
    let tables = MessageType::ALL.iter().map(|kind| (kind.metadata_len(), kind.fields()));
    for (len, fields) in tables.chain([(Header::LEN, Header::FIELDS)]) {
        let mut at = 0;
        for field in fields {
            assert_eq!(field.offset, at, "{}", field.name);
            at += field.width;
        }
        assert_eq!(at, len);
    }
}

#[test]
fn a_submit_survives_both_directions() {
    let bytes = submit(b"prompt:hi");
    let frame = Frame::decode(&bytes).expect("well formed");
    assert_eq!(frame.to_vec(), bytes);
    let payloads: Vec<_> = frame.data().expect("data").typed().collect();
    assert_eq!(payloads.len(), 1);
    assert_eq!(payloads[0].payload, b"prompt:hi");
}

#[test]
fn a_data_body_has_no_control_blocks() {
    let packet = submit(b"prompt:hi");
    let frame = Frame::decode(&packet).expect("well-formed");
    assert_eq!(frame.blocks(), body::Blocks::default());
    assert_eq!(body::extension_block(&frame), frame.blocks().extensions);
}

#[test]
fn every_truncation_is_refused() {
    let bytes = submit(b"prompt:hi");
    for len in 0..bytes.len() {
        let refusal = Frame::decode(&bytes[..len]).expect_err("short");
        assert_eq!(refusal.violation.requirement, "NNRP-ENC-006", "{len}");
    }
}

#[test]
fn the_first_failing_check_is_reported() {
    let ping = Frame::new(Metadata::Ping, &[]).to_vec();
    let cases: [(usize, u8, &str, Kind); 5] = [
        (0, b'X', "NNRP-HDR-001", Kind::MalformedHeader),
        (4, 2, "NNRP-HDR-002", Kind::UnsupportedVersion),
        (5, 1, "NNRP-HDR-003", Kind::UnsupportedVersion),
        (7, 24, "NNRP-HDR-004", Kind::MalformedHeader),
        (8, 0x40, "NNRP-HDR-006", Kind::MalformedHeader),
    ];
    // Each case also carries all later faults, which must not show.
    for first in 0..cases.len() {
        let mut bytes = ping.clone();
        for (at, value, _, _) in &cases[first..] {
            bytes[*at] = *value;
        }
        let violation = Frame::decode(&bytes).expect_err("broken").violation;
        assert_eq!((violation.requirement, violation.kind), (cases[first].2, cases[first].3));
    }
}

#[test]
fn a_flow_update_names_its_scope_in_the_ids() {
    let session = FlowUpdate { scope_kind: 1, credit_epoch: 1, ..FlowUpdate::default() };
    let cases = [
        (FlowUpdate { scope_kind: 0, ..session }, 7, "NNRP-FLOW-003"),
        (session, 0, "NNRP-FLOW-004"),
        (FlowUpdate { operation_id: 3, ..session }, 7, "NNRP-FLOW-004"),
        (FlowUpdate { scope_kind: 2, ..session }, 7, "NNRP-FLOW-005"),
    ];
    for (meta, session_id, requirement) in cases {
        let bytes = Frame::new(meta, &[]).at(session_id, 0, 0).to_vec();
        let refusal = Frame::decode(&bytes).expect_err(requirement);
        assert_eq!(refusal.violation.requirement, requirement);
    }
    assert!(Frame::decode(&Frame::new(session, &[]).at(7, 0, 0).to_vec()).is_ok());
}

#[test]
fn any_split_of_the_stream_gives_the_same_packets() {
    let mut stream = submit(b"one");
    stream.extend(Frame::new(Metadata::Ping, &[]).to_vec());
    stream.extend(submit(b"two"));
    for chunk in 1..=stream.len() {
        let mut deframer = Deframer::default();
        let mut seen = Vec::new();
        for part in stream.chunks(chunk) {
            deframer.feed(part, 1 << 20, |packet| {
                seen.push(packet.expect("whole stream is well formed").to_vec());
            });
        }
        assert_eq!(seen.concat(), stream, "chunks of {chunk}");
        assert_eq!(seen.len(), 3);
    }
}

#[test]
fn a_body_over_the_limit_loses_the_stream() {
    let mut deframer = Deframer::default();
    let mut faults = Vec::new();
    let mut bytes = submit(b"longer than four");
    bytes.extend(Frame::new(Metadata::Ping, &[]).to_vec());
    deframer.feed(&bytes, 4, |packet| faults.push(packet.map(<[u8]>::len)));
    assert_eq!(faults.len(), 1);
    let violation = faults[0].expect_err("over the limit");
    assert_eq!((violation.requirement, violation.kind), ("NNRP-ENC-007", Kind::LimitExceeded));
}

#[test]
fn lengths_that_wrap_are_refused() {
    let mut bytes = Frame::new(Metadata::Ping, &[]).to_vec();
    bytes[12..20].copy_from_slice(&[0xFF; 8]);
    let violation = Frame::decode(&bytes).expect_err("too long").violation;
    assert_eq!(violation.requirement, "NNRP-CON-009");
}

#[test]
fn the_short_way_and_the_ordered_checks_agree_on_every_flipped_bit() {
    use crate::nnrp::framing::DEFAULT_MAX_BODY;
    let flow = FlowUpdate { scope_kind: 1, credit_epoch: 7, flow_flags: 1, ..Default::default() };
    let open = crate::nnrp::session::SessionOpen { auth_bytes: 3, ..Default::default() };
    let push = {
        let mut content = Vec::new();
        let descriptor = TypedDescriptor { profile_id: 2, ..TypedDescriptor::default() };
        body::write_typed(&mut content, &[(descriptor, b"a"), (descriptor, b"bc")]);
        let meta = crate::nnrp::result::ResultPush {
            payload_kind_bitmap: 2,
            payload_frame_count: 2,
            ..Default::default()
        };
        Frame::new(meta, &content).at(7, 1, 0).to_vec()
    };
    let packets = [
        submit(b"prompt:hi"),
        push,
        Frame::new(flow, &[]).at(7, 0, 0).to_vec(),
        Frame::new(open, b"key").to_vec(),
        Frame::new(Metadata::Ping, &[]).to_vec(),
    ];
    for packet in packets {
        assert!(Frame::decode(&packet).is_ok());
        for bit in 0..packet.len() * 8 {
            let mut flipped = packet.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            let ordered = Frame::decode_checked(&flipped, DEFAULT_MAX_BODY);
            assert_eq!(Frame::decode(&flipped), ordered, "bit {bit}");
        }
    }
}
