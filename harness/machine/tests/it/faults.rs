//! Packets that must be refused: the right ERROR, and a state as if they had not come
//! (reference 1.5).

use crate::fixture::{Pair, Side};
use wireproof_base::{Carrier, ConnId};
use wireproof_wire::nnrp::broken::RawFrame;
use wireproof_wire::nnrp::code::{
    INVALID_STATE, LIMIT_EXCEEDED, MALFORMED_BODY, MALFORMED_HEADER, UNSUPPORTED_CAPABILITY,
    UNSUPPORTED_VERSION,
};
use wireproof_wire::nnrp::command::{Open, Push, Put, Setup, Submit};
use wireproof_wire::nnrp::error::Error;
use wireproof_wire::nnrp::event::{Hold, Outcome};
use wireproof_wire::nnrp::extension;
use wireproof_wire::nnrp::flow::FlowUpdate;
use wireproof_wire::nnrp::hello::ClientHello;
use wireproof_wire::nnrp::session::{ALLOW_RESUME, SessionClose, SessionOpen, SessionOpenAck};
use wireproof_wire::nnrp::submit::FrameSubmit;
use wireproof_wire::nnrp::transport::TransportProbe;
use wireproof_wire::nnrp::{Command, Event, Frame, MessageType, Metadata};

/// Scope, fatal, code, session, frame of an ERROR.
type Answer = (u32, u32, u32, u32, u32);

fn answers(pair: &Pair, side: Side) -> Vec<Answer> {
    let errors = pair.frames(side, |frame| match frame.meta {
        Metadata::Error(error) => Some((
            error.error_scope,
            error.is_fatal,
            error.error_code,
            error.related_session_id,
            error.related_frame_id,
        )),
        _ => None,
    });
    errors.into_iter().flatten().collect()
}

fn broken(meta: impl Into<Metadata>, ids: (u32, u32), field: &str, value: u64) -> Vec<u8> {
    let frame = Frame::new(meta, &[]).at(ids.0, ids.1, 0).traced(99);
    let mut raw = RawFrame::new(&frame);
    raw.set(field, value).expect("the field exists");
    raw.into_vec()
}

#[test]
fn faults_get_the_error_of_the_table_and_change_nothing() {
    let (connection, session, frame) = (0, 1, 2);
    let submit = || FrameSubmit { payload_kind_bitmap: 2, ..FrameSubmit::default() };
    let cases: Vec<(Vec<u8>, Answer)> = vec![
        (broken(submit(), (1, 7), "reserved0", 1), (frame, 0, MALFORMED_BODY, 1, 7)),
        (broken(submit(), (1, 7), "frame_class", 4), (frame, 0, MALFORMED_BODY, 1, 7)),
        (broken(submit(), (1, 0), "header.view_id", 0), (session, 0, MALFORMED_BODY, 1, 0)),
        (broken(submit(), (0, 7), "header.view_id", 0), (connection, 0, MALFORMED_BODY, 0, 0)),
        // The operation that runs under this number goes on.
        (broken(submit(), (1, 1), "reserved0", 1), (session, 0, MALFORMED_BODY, 1, 0)),
        (broken(submit(), (9, 7), "header.view_id", 0), (frame, 0, INVALID_STATE, 9, 7)),
        (
            broken(Metadata::FrameCancel, (1, 0), "header.view_id", 0),
            (session, 0, MALFORMED_BODY, 1, 0),
        ),
        (
            broken(FlowUpdate { scope_kind: 1, ..FlowUpdate::default() }, (1, 0), "reserved0", 1),
            (session, 0, MALFORMED_BODY, 1, 0),
        ),
        (
            broken(SessionClose::default(), (1, 0), "close_reason", 6),
            (session, 0, MALFORMED_BODY, 1, 0),
        ),
        (
            broken(SessionOpen::default(), (0, 0), "session_flags", 0x10),
            (connection, 0, MALFORMED_BODY, 0, 0),
        ),
        (
            broken(SessionOpen::default(), (0, 0), "auth_bytes", 1),
            (connection, 0, MALFORMED_BODY, 0, 0),
        ),
        (
            broken(TransportProbe::default(), (0, 0), "probe_payload_bytes", 5),
            (connection, 0, MALFORMED_BODY, 0, 0),
        ),
        (
            broken(ClientHello::default(), (0, 0), "header.view_id", 0),
            (connection, 0, INVALID_STATE, 0, 0),
        ),
        (
            broken(SessionOpenAck::default(), (0, 0), "header.view_id", 0),
            (connection, 0, INVALID_STATE, 0, 0),
        ),
    ];
    for (packet, answer) in cases {
        let mut pair = Pair::open(Setup::default(), 0);
        pair.submit(1);
        pair.drive();
        pair.forget();
        pair.inject(Side::Server, 0, &packet);
        assert_eq!(answers(&pair, Side::Server), [answer], "{packet:02x?}");
        let traces = pair.frames(Side::Server, |frame| frame.header.trace_id);
        assert_eq!(traces, [99]);
        let (session, frame, code) = (answer.3, answer.4, answer.2);
        pair.check(Side::Server, &[Event::Rejected { conn: ConnId(0), session, frame, code }]);
        pair.lose_everything();
        pair.forget();
        pair.push(1, 1);
        pair.submit(1);
        pair.drive();
        let [.., Event::Submitted { frame: 2, .. }] = pair.take(Side::Server)[..] else {
            panic!("the session goes on after {packet:02x?}")
        };
        assert_eq!(answers(&pair, Side::Client), []);
    }
}

#[test]
fn faults_of_the_header_end_the_connection() {
    for (field, value, code) in [
        ("header.magic", 1, MALFORMED_HEADER),
        ("header.version_major", 2, UNSUPPORTED_VERSION),
        ("header.wire_format", 1, UNSUPPORTED_VERSION),
        ("header.header_len", 41, MALFORMED_HEADER),
        ("header.flags", 0x40, MALFORMED_HEADER),
        ("header.msg_type", 0x30, MALFORMED_HEADER),
        ("header.body_len", 17 << 20, LIMIT_EXCEEDED),
    ] {
        for side in [Side::Client, Side::Server] {
            let mut pair = Pair::open(Setup::default(), 0);
            let packet = broken(Metadata::Ping, (0, 0), field, value);
            // A second packet behind the broken one is not looked at.
            let packets = [&packet[..], &Frame::new(Metadata::Ping, &[]).to_vec()].concat();
            pair.inject(side, 0, &packets);
            assert_eq!(answers(&pair, side), [(0, 1, code, 0, 0)], "{field}");
            let conn = ConnId(0);
            let rejected = Event::Rejected { conn, session: 0, frame: 0, code };
            let over = [rejected, Event::Closed { session: 1, code }, Event::Down { conn, code }];
            pair.check(side, &over);
        }
    }
}

#[test]
fn before_the_hello_nearly_everything_is_fatal() {
    let cases = [
        (Frame::new(SessionOpen::default(), &[]).to_vec(), Some((0, 1, INVALID_STATE, 0, 0))),
        (
            broken(ClientHello::default(), (0, 0), "degrade_policy", 9),
            Some((0, 1, MALFORMED_BODY, 0, 0)),
        ),
        (
            broken(TransportProbe::default(), (0, 0), "probe_payload_bytes", 5),
            Some((0, 0, MALFORMED_BODY, 0, 0)),
        ),
        (Frame::new(Metadata::Pong, &[]).to_vec(), None),
        (Frame::new(Error::default(), &[]).to_vec(), None),
    ];
    for (packet, answer) in cases {
        let mut pair = Pair::new(Setup::default(), Setup::default());
        pair.connect(Carrier::Stream);
        pair.inject(Side::Server, 0, &packet);
        assert_eq!(answers(&pair, Side::Server), Vec::from_iter(answer));
        let fatal = answer.is_some_and(|answer| answer.1 == 1);
        let down = pair.take(Side::Server).iter().any(|event| matches!(event, Event::Down { .. }));
        assert_eq!(down, fatal);
    }
}

#[test]
fn an_error_is_never_answered_with_an_error() {
    let mut pair = Pair::open(Setup::default(), 0);
    for packet in [
        Frame::new(Error { error_code: 77, ..Error::default() }, &[]).to_vec(),
        broken(Error::default(), (0, 0), "error_scope", 3),
        broken(Error::default(), (5, 0), "error_scope", 0),
    ] {
        pair.inject(Side::Server, 0, &packet);
        pair.inject(Side::Client, 0, &packet);
    }
    assert!(pair.sent.is_empty());
}

#[test]
fn a_fatal_error_ends_what_its_scope_names() {
    let mut pair = Pair::open(Setup::default(), 0);
    let session = Error {
        error_code: 11,
        error_scope: 1,
        is_fatal: 1,
        related_session_id: 1,
        ..Error::default()
    };
    pair.inject_frame(Side::Client, &Frame::new(session, &[]).at(1, 0, 0));
    let events = pair.take(Side::Client);
    assert_eq!(events[1..], [Event::Closed { session: 1, code: 11 }]);
    let connection = Error { error_code: 12, is_fatal: 1, ..Error::default() };
    pair.inject_frame(Side::Client, &Frame::new(connection, &[]));
    let events = pair.take(Side::Client);
    assert_eq!(events[1..], [Event::Down { conn: ConnId(0), code: 12 }]);
}

#[test]
fn unknown_extensions_are_skipped_unless_critical() {
    for (flags, refused) in [(0, false), (extension::CRITICAL, true)] {
        let mut pair = Pair::open(Setup::default(), 0);
        pair.submit(1);
        pair.drive();
        pair.forget();
        let mut block = Vec::new();
        extension::write(&mut block, 0x4123, flags, &[1]);
        pair.inject_frame(Side::Server, &Frame::new(Metadata::FrameCancel, &block).at(1, 1, 0));
        let expected = [(1, 0, UNSUPPORTED_CAPABILITY, 1, 0)];
        assert_eq!(answers(&pair, Side::Server), if refused { &expected[..] } else { &[] });
        let ended =
            pair.take(Side::Server).iter().any(|event| matches!(event, Event::Ended { .. }));
        assert_eq!(ended, !refused);
    }
}

/// A success that cannot be one installs nothing, and the application hears of it.
#[test]
fn an_impossible_acknowledgement_installs_nothing() {
    let good = SessionOpenAck {
        session_id: 5,
        accepted_profile_id: 2,
        accepted_priority_class: 1,
        granted_operation_credit: 1,
        max_in_flight_operations: 1,
        ..SessionOpenAck::default()
    };
    for bad in [
        SessionOpenAck { session_id: 0, ..good },
        SessionOpenAck { session_status: 3, ..good },
        SessionOpenAck { accepted_priority_class: 0, ..good },
        SessionOpenAck { session_flags_ack: 0x2, ..good },
        SessionOpenAck { session_flags_ack: 0x10, ..good },
        SessionOpenAck { max_in_flight_operations: 0, granted_operation_credit: 0, ..good },
        SessionOpenAck { session_status: 1, session_id: 0, ..good },
    ] {
        let mut pair = Pair::ready(Setup::default());
        pair.client(Command::Open(Default::default()));
        pair.lose_everything();
        pair.inject_frame(Side::Client, &Frame::new(bad, &[]));
        let (conn, code) = (ConnId(0), MALFORMED_BODY);
        let rejected = Event::Rejected { conn, session: 0, frame: 0, code };
        let refused = Event::Refused { conn, tag: 1, code, retry_later: false };
        pair.check(Side::Client, &[rejected, refused]);
        assert_eq!(answers(&pair, Side::Client), [(0, 0, MALFORMED_BODY, 0, 0)]);
    }
}

/// It may not be answered, so both sides see a lost connection, and sessions wait (S17).
#[test]
fn an_unreadable_error_loses_the_connection_without_a_word() {
    let setup = Setup { resume_window_ms: 100, ..Setup::default() };
    let mut pair = Pair::new(Setup::default(), setup);
    pair.connect(Carrier::Datagram);
    pair.hello(0);
    pair.client(Command::Open(Open { flags: ALLOW_RESUME, ..Open::default() }));
    pair.drive();
    pair.forget();
    for side in [Side::Server, Side::Client] {
        pair.inject(side, 0, &broken(Error::default(), (0, 0), "header.version_major", 9));
        pair.check(
            side,
            &[
                Event::Detached { session: 1 },
                Event::Down { conn: ConnId(0), code: UNSUPPORTED_VERSION },
            ],
        );
    }
    assert!(pair.sent.is_empty());
}

/// Neither side sends a body above the agreed size (2.3).
#[test]
fn bodies_above_the_agreed_size_stay_at_home() {
    let setup = Setup { max_body_bytes: 62, ..Setup::default() };
    let mut pair = Pair::open(setup, 0);
    let submit =
        |text: &str| Command::Submit(Submit { session: 1, text: text.into(), ..Submit::default() });
    pair.client(submit("seven77"));
    let blocked = Event::Blocked { session: 1, lane: 0, frame: 0, why: Hold::State };
    pair.check(Side::Client, &[blocked]);
    pair.client(submit("six666"));
    pair.drive();
    pair.forget();
    let push = |partial| {
        let text = "seven77".into();
        Command::Push(Push { session: 1, frame: 1, partial, text, ..Push::default() })
    };
    pair.server(push(true));
    assert!(pair.sent.is_empty());
    pair.server(push(false));
    pair.drive();
    assert_eq!(pair.kinds(Side::Server), [MessageType::ResultDrop]);
    let outcome = Outcome::Failed;
    pair.check(Side::Client, &[Event::Ended { session: 1, lane: 0, frame: 1, outcome }]);
    let hex = "00".repeat(63);
    pair.client(Command::Put(Put { session: 1, hex, ..Put::default() }));
    assert!(
        matches!(pair.take(Side::Client)[..], [Event::Cached { detail: LIMIT_EXCEEDED, .. }]),
        "a put of 63 bytes"
    );
}
