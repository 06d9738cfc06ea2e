//! Rows 2 to 8 of reference 2.4, each with what just passes beside what just fails.

use super::*;
use crate::ncp::code::{NPS_CLIENT_BAD_FRAME, NPS_LIMIT_PAYLOAD, NPS_SERVER_ENCODING_UNSUPPORTED};
use crate::ncp::header::{ENC, EXT, RESERVED, T0, T1};

const SESSION: Terms = Terms::session(Tier::Msgpack, 1_000, false, false);

fn header(frame: u8, flags: u8, len: u32) -> Header {
    Header { frame, flags, len, reserved: 0 }
}

/// Row, code and requirement of the refusal; `None` where there is none.
fn refused(header: Header, terms: &Terms) -> Option<(u8, &'static str, &'static str)> {
    let violation = check(&header, terms).err()?;
    Some((violation.row, violation.code, violation.requirement))
}

#[test]
fn row_2_refuses_every_byte_that_is_not_assigned() {
    for frame in [0x00, 0x07, 0x0f, 0x13, 0x44, 0x50, 0xef, 0xf0, 0xfd, 0xff] {
        let expected = (2, "NCP-FRAME-UNKNOWN-TYPE", "NCP-HDR-019");
        assert_eq!(refused(header(frame, 4, 2), &SESSION), Some(expected));
    }
    for frame in [0x01, 0x06, 0x12, 0x43, 0xfe] {
        assert_eq!(refused(header(frame, 4, 2), &SESSION), None);
    }
}

#[test]
fn row_3_refuses_both_reserved_tiers_for_good() {
    for tier in [T1, T0 | T1] {
        let violation = check(&header(1, 4 | tier, 0), &SESSION).expect_err("reserved");
        assert_eq!((violation.row, violation.code), (3, "NCP-FRAME-FLAGS-INVALID"));
        assert_eq!(violation.refusal(), Some("OP-02"));
        assert!(violation.is_fatal() && !violation.lenient);
        assert!(violation.admits(NPS_CLIENT_BAD_FRAME, "NCP-FRAME-FLAGS-INVALID"));
        let other = "NCP-ENCODING-UNSUPPORTED";
        assert!(violation.admits(NPS_SERVER_ENCODING_UNSUPPORTED, other));
        assert!(!violation.admits(NPS_CLIENT_BAD_FRAME, other));
        assert!(!violation.admits(NPS_CLIENT_BAD_FRAME, "NCP-FRAME-UNKNOWN-TYPE"));
    }
}

#[test]
fn row_4_refuses_msgpack_in_a_json_session_and_not_the_reverse() {
    let json = Terms::session(Tier::Json, 1_000, false, false);
    let expected = (4, "NCP-ENCODING-UNSUPPORTED", "NCP-HDR-020");
    assert_eq!(refused(header(1, 5, 0), &json), Some(expected));
    assert_eq!(refused(header(1, 4, 0), &json), None);
    assert_eq!(refused(header(1, 5, 0), &SESSION), None);
    assert_eq!(refused(header(1, 4, 0), &SESSION), None);
    assert!(check(&header(1, 5, 0), &json).is_err_and(|violation| violation.lenient));
}

#[test]
fn row_5_refuses_reserved_flags_only_when_strict() {
    let strict = Terms { strict_flags: true, ..SESSION };
    for bit in [0x10, 0x20, 0x40, RESERVED] {
        let expected = (5, "NCP-FRAME-FLAGS-INVALID", "NCP-HDR-010");
        assert_eq!(refused(header(1, 4 | bit, 0), &strict), Some(expected));
        assert_eq!(refused(header(1, 4 | bit, 0), &SESSION), None);
    }
    assert_eq!(refused(header(1, 4, 0), &strict), None);
}

#[test]
fn row_6_refuses_a_long_header_nobody_agreed_on() {
    let violation = check(&header(3, 5 | EXT, 125), &SESSION).expect_err("not agreed");
    assert_eq!((violation.row, violation.reading), (6, Some("OP-15")));
    assert!(violation.lenient && violation.also.is_empty());
    let long = check(&header(3, 5 | EXT, 65_536), &SESSION).expect_err("not agreed");
    assert_eq!(long.also, ["NCP-FRAME-PAYLOAD-TOO-LARGE"]);
    let short = check(&header(3, 5 | EXT, 65_535), &SESSION).expect_err("not agreed");
    assert!(short.also.is_empty());
    // NCP-HDR-027: short payloads may have it once it is agreed.
    assert_eq!(refused(header(3, 5 | EXT, 125), &Terms { ext: true, ..SESSION }), None);
}

#[test]
fn row_7_refuses_one_byte_more_than_the_limit() {
    let expected = Some((7, "NCP-FRAME-PAYLOAD-TOO-LARGE", "NCP-HDR-018"));
    assert_eq!(refused(header(1, 5, 1_000), &SESSION), None);
    assert_eq!(refused(header(1, 5, 1_001), &SESSION), expected);
    assert_eq!(refused(header(6, 4, 65_535), &Terms::HANDSHAKE), None);
    let agreed = Terms { ext: true, limit: 65_535, ..SESSION };
    assert_eq!(refused(header(4, 5 | EXT, 65_535), &agreed), None);
    assert_eq!(refused(header(4, 5 | EXT, 65_536), &agreed), expected);
    let most = Terms { limit: u32::MAX, ..agreed };
    assert_eq!(refused(header(4, 5 | EXT, u32::MAX), &most), None);
    let violation = check(&header(1, 5, 1_001), &SESSION).expect_err("too long");
    assert_eq!(violation.status, NPS_LIMIT_PAYLOAD);
    assert_eq!(violation.refusal(), None);
}

#[test]
fn without_a_long_header_no_limit_is_above_65535() {
    // OP-13.
    assert_eq!(Terms { limit: 1 << 20, ext: false, ..SESSION }.usable_limit(), 65_535);
    assert_eq!(Terms { limit: 1 << 20, ext: true, ..SESSION }.usable_limit(), 1 << 20);
    assert_eq!(Terms { limit: 1_024, ext: false, ..SESSION }.usable_limit(), 1_024);
}

#[test]
fn row_8_refuses_encryption_nobody_agreed_on() {
    let expected = (8, "NCP-ENC-NOT-NEGOTIATED", "NCP-ENC-008");
    assert_eq!(refused(header(0x10, 5 | ENC, 140), &SESSION), Some(expected));
    assert_eq!(refused(header(6, 4 | ENC, 140), &Terms::HANDSHAKE), Some(expected));
    assert_eq!(refused(header(0x10, 5 | ENC, 140), &Terms { sealed: true, ..SESSION }), None);
}

#[test]
fn the_first_row_that_fails_decides() {
    let strict = Terms { strict_flags: true, json: true, msgpack: false, ..SESSION };
    let rows = [
        (header(0x07, 0xff, 70_000), 2),
        (header(0x01, 0xff, 70_000), 3),
        (header(0x01, 0xf9, 70_000), 4),
        (header(0x01, 0xf8, 70_000), 5),
        (header(0x01, 0x88, 70_000), 6),
        (header(0x01, 0x08, 1_001), 7),
        (header(0x01, 0x08, 1_000), 8),
    ];
    for (header, row) in rows {
        assert_eq!(refused(header, &strict).map(|(row, ..)| row), Some(row), "{header:?}");
    }
}
