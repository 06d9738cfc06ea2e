extern crate std;

use super::{Deframer, Piece};
use alloc::vec::Vec;
use std::vec;
use wireproof_wire::ncp::terms::Terms;

/// Type bytes, payload lengths and codes of all pieces when `bytes` come in chunks of `size`.
fn cut(bytes: &[u8], terms: &Terms, size: usize, at_once: bool) -> Vec<(u8, Result<usize, u8>)> {
    let mut deframer = Deframer::default();
    let mut pieces = Vec::new();
    for mut input in bytes.chunks(size) {
        while let Some(piece) = deframer.next(&mut input, terms, at_once) {
            pieces.push(match piece {
                Piece::Frame { header, head, payload } => {
                    assert_eq!(head.len(), header.header_len());
                    assert_eq!(payload.len(), header.len as usize);
                    (header.frame, Ok(payload.len()))
                }
                Piece::Refused { header, violation } => (header.frame, Err(violation.row)),
            });
        }
        assert!(input.is_empty());
    }
    pieces
}

/// An empty ErrorFrame, one with two bytes, a long header, an unknown type with two bytes, one
/// beyond the limit of 4 bytes, a Tier-2 one, and an intact one again.
const MIXED: &[u8] = &[
    0xfe, 0x04, 0, 0, //
    0x04, 0x04, 0, 2, b'{', b'}', //
    0x03, 0x84, 0, 0, 0, 1, 0, 0, 9, //
    0x07, 0x04, 0, 2, 1, 2, //
    0x01, 0x04, 0, 5, 1, 2, 3, 4, 5, //
    0x02, 0x05, 0, 1, 0x80, //
    0x06, 0x04, 0, 1, 7,
];

#[test]
fn frames_come_out_whole_wherever_the_bytes_are_cut() {
    let terms = Terms { limit: 4, msgpack: false, ..Terms::HANDSHAKE };
    let expected = vec![
        (0xfe, Ok(0)),
        (0x04, Ok(2)),
        (0x03, Err(6)),
        (0x07, Err(2)),
        (0x01, Err(7)),
        (0x02, Err(4)),
        (0x06, Ok(1)),
    ];
    for size in 1..=MIXED.len() {
        assert_eq!(cut(MIXED, &terms, size, false), expected, "chunks of {size}");
    }
}

#[test]
fn an_agreed_long_header_is_taken() {
    let terms = Terms { ext: true, ..Terms::HANDSHAKE };
    let frame = [0x03, 0x84, 0, 0, 0, 1, 0xab, 0xcd, 9];
    for size in 1..=frame.len() {
        assert_eq!(cut(&frame, &terms, size, false), [(0x03, Ok(1))]);
    }
}

#[test]
fn a_fatal_header_does_not_wait_for_its_payload() {
    let head = [0x04, 0x06, 0xff, 0xff];
    assert_eq!(cut(&head, &Terms::HANDSHAKE, 1, false), [(0x04, Err(3))]);
    // One that is not fatal waits, unless nothing survives it.
    let head = [0x07, 0x04, 0xff, 0xff];
    assert_eq!(cut(&head, &Terms::HANDSHAKE, 1, false), []);
    assert_eq!(cut(&head, &Terms::HANDSHAKE, 1, true), [(0x07, Err(2))]);
}

#[test]
fn a_frame_that_is_skipped_is_not_kept() {
    let mut deframer = Deframer::default();
    let terms = Terms { ext: true, limit: 10, ..Terms::HANDSHAKE };
    let mut input: &[u8] = &[0x01, 0x84, 0xff, 0xff, 0xff, 0xff, 0, 0];
    assert_eq!(deframer.next(&mut input, &terms, false), None);
    for _ in 0..100 {
        let mut input: &[u8] = &[0; 1000];
        assert_eq!(deframer.next(&mut input, &terms, false), None);
        assert!(input.is_empty() && deframer.pending.is_empty());
    }
    assert!(!deframer.is_idle());
}
