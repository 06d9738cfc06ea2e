use super::*;
use crate::ncp::Value;
use crate::ncp::frame_type::FrameType;
use crate::ncp::frames::Error;
use alloc::vec;

const REQUEST: &[u8] = b"POST /orders/query HTTP/1.1\r\n\
    Content-Type: application/nwp-frame\r\n\
    X-NWP-Encoding: json\r\n\
    Content-Length: 2\r\n\
    \r\n\
    {}";

fn written(message: &Message) -> Vec<u8> {
    let mut out = Vec::new();
    message.write(&mut out);
    out
}

#[test]
fn a_request_is_read_and_written_alike() {
    let request = Message::request("POST", "/orders/query")
        .with(header::CONTENT_TYPE, content::FRAME)
        .with(header::ENCODING, "json")
        .carrying(b"{}".to_vec());
    assert_eq!(written(&request), REQUEST);
    assert_eq!(Message::read(REQUEST), Ok(request));
}

#[test]
fn a_response_is_read_and_written_alike() {
    let bytes = b"HTTP/1.1 404 Not Found\r\nX-A: b\r\nContent-Length: 1\r\n\r\nz";
    let response = Message::response(404).with("X-A", "b").carrying(vec![b'z']);
    assert_eq!(written(&response), bytes);
    assert_eq!(Message::read(bytes), Ok(response));
    let empty = b"HTTP/1.1 304 Not Modified\r\n\r\n";
    assert_eq!(written(&Message::response(304)), empty);
    assert_eq!(Message::read(empty), Ok(Message::response(304)));
}

#[test]
fn a_message_that_was_cut_shows_at_every_length() {
    for len in 0..REQUEST.len() {
        assert!(Message::read(&REQUEST[..len]).is_err(), "{len}");
    }
    let response = written(&Message::response(200).carrying(b"abc".to_vec()));
    for len in 0..response.len() {
        assert!(Message::read(&response[..len]).is_err(), "{len}");
    }
}

#[test]
fn what_is_no_message_says_why() {
    for (bytes, fault) in [
        (&b""[..], Fault::Grammar),
        (b"\x04\x05\0\0", Fault::Grammar),
        (b"PUT\x00", Fault::Grammar),
        (b"POST / HTTP/1.0\r\n\r\n", Fault::Grammar),
        (b"GET / HTTP/1.1\r\nA: \xff\r\n\r\n", Fault::Grammar),
        (b"GET / HTTP/1.1\r\nA: b", Fault::Head),
        (b"GET / HTTP/1.1\r\n\r\nx", Fault::Length),
        (b"GET / HTTP/1.1\r\nContent-Length: 2\r\n\r\nx", Fault::Length),
        (b"GET / HTTP/1.1\r\nContent-Length: +1\r\n\r\nx", Fault::Length),
        (b"GET / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx", Fault::Length),
        (b"HTTP/1.1 200 OK\r\n\r\nx", Fault::Length),
        (b"GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", Fault::Transfer),
    ] {
        assert_eq!(Message::read(bytes), Err(fault), "{}", bytes.escape_ascii());
    }
}

#[test]
fn header_fields_are_found_in_any_case() {
    let message = Message::response(200).with("content-TYPE", " Application/NWP-Capsule; v=1");
    assert_eq!(message.header("Content-Type"), Some(" Application/NWP-Capsule; v=1"));
    assert_eq!(message.content_type(), content::CAPSULE);
    assert_eq!(Message::response(200).content_type(), "");
}

#[test]
fn no_message_starts_like_a_frame() {
    for kind in FrameType::ALL {
        assert!(!is_message(&[kind.to_u8()]), "{}", kind.name());
    }
    for text in ["POST", "GET", "HTTP"] {
        assert!(is_message(text.as_bytes()));
    }
}

#[test]
fn statuses_are_those_of_the_table() {
    for (nps, http) in [
        ("NPS-OK", 200),
        ("NPS-CLIENT-BAD-FRAME", 400),
        ("NPS-AUTH-UNAUTHENTICATED", 401),
        ("NPS-AUTH-FORBIDDEN", 403),
        ("NPS-CLIENT-NOT-FOUND", 404),
        ("NPS-CLIENT-CONFLICT", 409),
        ("NPS-LIMIT-PAYLOAD", 413),
        ("NPS-SERVER-ENCODING-UNSUPPORTED", 415),
        ("NPS-LIMIT-BUDGET", 429),
        ("NPS-SERVER-UNAVAILABLE", 503),
        ("NPS-SERVER-TIMEOUT", 504),
    ] {
        assert_eq!(status(nps), http, "{nps}");
        assert!(!reason(http).is_empty(), "{http}");
    }
}

#[test]
fn an_error_travels_as_json() {
    let error = Error::of("NCP-ANCHOR-NOT-FOUND").about("anchor_ref", "sha256:00");
    let refusal = Refusal { error, request_id: None };
    let message = refusal.message();
    assert_eq!(message.start, Start::Response { status: 404 });
    assert_eq!(message.header("content-type"), Some("application/nwp-error+json"));
    let body = br#"{"status":"NPS-CLIENT-NOT-FOUND","error":"NCP-ANCHOR-NOT-FOUND","#;
    assert!(message.body.starts_with(body), "{}", message.body.escape_ascii());
    assert_eq!(Refusal::read(&message), Ok(refusal.clone()));
    assert!(refusal.fits(&message));
    assert!(!refusal.fits(&Message { start: Start::Response { status: 400 }, ..message }));
}

#[test]
fn an_error_that_cannot_be_read_says_why() {
    let body = |text: &str| {
        let message = Message::response(400).with(header::CONTENT_TYPE, content::ERROR);
        Refusal::read(&message.carrying(text.as_bytes().to_vec()))
    };
    assert_eq!(Refusal::read(&Message::response(400)), Err(Unreadable::Type));
    assert_eq!(body("["), Err(Unreadable::Body));
    assert_eq!(body("[]"), Err(Unreadable::Body));
    assert_eq!(body(r#"{"status":"a"}"#), Err(Unreadable::Member("error")));
    assert_eq!(body(r#"{"error":"a","status":1}"#), Err(Unreadable::Member("status")));
    assert_eq!(
        body(r#"{"error":"a","status":"b","details":1}"#),
        Err(Unreadable::Member("details"))
    );
    let read = body(r#"{"error":"a","status":"b","request_id":"c","x":1}"#).expect("it is one");
    assert_eq!((read.request_id.as_deref(), read.error.details), (Some("c"), None::<Value>));
}
