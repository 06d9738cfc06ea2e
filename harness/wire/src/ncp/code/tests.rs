//! The tables of reference 9, by samples and by counts.

use super::*;

#[test]
fn every_code_has_a_status_of_the_table() {
    let count = |prefix: &str| CODES.iter().filter(|(code, _)| code.starts_with(prefix)).count();
    // The numbers in the headings of reference 9.2 to 9.6.
    assert_eq!(["NCP-", "NWP-", "NIP-", "NDP-", "NOP-"].map(count), [16, 31, 13, 7, 18]);
    assert_eq!(CODES.len(), 16 + 31 + 13 + 7 + 18);
    for (at, (code, status)) in CODES.iter().enumerate() {
        assert!(is_status(status), "{code}");
        assert!(CODES[..at].iter().all(|(other, _)| other != code), "{code} stands twice");
    }
    // 21 statuses, and 3 that other documents use.
    assert_eq!(STATUSES.len(), 24);
}

#[test]
fn codes_map_as_printed() {
    let rows = [
        ("NCP-ANCHOR-NOT-FOUND", "NPS-CLIENT-NOT-FOUND", 404),
        ("NCP-ANCHOR-STALE", "NPS-CLIENT-CONFLICT", 409),
        ("NCP-FRAME-UNKNOWN-TYPE", "NPS-CLIENT-BAD-FRAME", 400),
        ("NCP-FRAME-PAYLOAD-TOO-LARGE", "NPS-LIMIT-PAYLOAD", 413),
        ("NCP-STREAM-WINDOW-OVERFLOW", "NPS-STREAM-LIMIT", 429),
        ("NCP-ENCODING-UNSUPPORTED", "NPS-SERVER-ENCODING-UNSUPPORTED", 415),
        ("NCP-VERSION-INCOMPATIBLE", "NPS-PROTO-VERSION-INCOMPATIBLE", 426),
        ("NWP-ACTION-PARAMS-INVALID", "NPS-CLIENT-UNPROCESSABLE", 422),
        ("NWP-SUBSCRIBE-LIMIT-EXCEEDED", "NPS-LIMIT-EXCEEDED", 429),
        ("NIP-CERT-CAPABILITY-MISSING", "NPS-AUTH-FORBIDDEN", 403),
        ("NDP-GRAPH-SEQ-GAP", "NPS-STREAM-SEQ-GAP", 422),
        ("NOP-CONDITION-EVAL-ERROR", "NPS-CLIENT-BAD-PARAM", 400),
    ];
    for (code, status, http) in rows {
        assert_eq!(status_of(code), Some(status));
        assert_eq!(http_of(status), Some(&[http][..]));
        assert!(is_code(code) && !is_status(code));
        assert_eq!(registered(code), Some(code));
    }
    assert_eq!(http_of("NPS-SERVER-TIMEOUT"), Some(&[408, 504][..]));
}

#[test]
fn a_status_is_its_own_and_no_code() {
    assert_eq!(status_of(NPS_CLIENT_BAD_FRAME), Some("NPS-CLIENT-BAD-FRAME"));
    assert!(!is_code(NPS_CLIENT_BAD_FRAME));
    assert_eq!(status_of("NCP-HANDSHAKE-UNEXPECTED-FRAME"), None);
    assert_eq!(registered("NCP-FRAME-SIZE-EXCEEDED"), None);
    assert_eq!(http_of("NCP-ANCHOR-STALE"), None);
}
