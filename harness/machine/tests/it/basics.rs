//! Hello, open, submit, result, close.

use crate::fixture::{Pair, Side};
use wireproof_base::{Carrier, ConnId};
use wireproof_wire::nnrp::code::{
    AUTH_FAILED, PROFILE_UNSUPPORTED, SESSION_LIMIT_REACHED, UNSUPPORTED_CAPABILITY,
    UNSUPPORTED_VERSION,
};
use wireproof_wire::nnrp::command::{Hello, Open, Ping, Probe, Setup};
use wireproof_wire::nnrp::event::{Hold, Outcome};
use wireproof_wire::nnrp::schema::hash;
use wireproof_wire::nnrp::session::PRIORITY_DOWNGRADED;
use wireproof_wire::nnrp::{Command, Event, Frame, MessageType, Metadata};

const CONN: ConnId = ConnId(0);

#[test]
fn a_session_from_hello_to_close() {
    for (carrier, bytewise) in [
        (Carrier::Stream, false),
        (Carrier::Stream, true),
        (Carrier::Multistream, false),
        (Carrier::Multistream, true),
        (Carrier::Datagram, false),
    ] {
        let mut pair = Pair::new(Setup::default(), Setup::default());
        pair.bytewise = bytewise;
        pair.connect(carrier);
        pair.hello(0);
        pair.check(Side::Client, &[Event::Ready { conn: CONN }]);
        pair.check(Side::Server, &[Event::Ready { conn: CONN }]);

        pair.client(Command::Open(Open { tag: 7, ..Open::default() }));
        pair.drive();
        let opened = Event::Opened {
            conn: CONN,
            tag: 7,
            session: 1,
            resumed: false,
            credit: 8,
            max_in_flight: 16,
        };
        pair.check(Side::Client, &[opened]);
        pair.check(Side::Server, &[opened]);

        pair.submit(1);
        pair.drive();
        let (session, lane, frame) = (1, 0, 1);
        let (bytes, digest) = (6, hash(b"prompt"));
        pair.check(Side::Server, &[Event::Submitted { session, lane, frame, bytes, digest }]);
        pair.push(1, 1);
        pair.drive();
        let ended = Event::Ended { session, lane, frame, outcome: Outcome::Completed };
        let (bytes, digest) = (5, hash(b"token"));
        let (terminal, class, status) = (true, 0, 0);
        let result = Event::Result { session, lane, frame, terminal, class, status, bytes, digest };
        pair.check(Side::Client, &[result, ended]);
        pair.check(Side::Server, &[ended]);

        pair.close(Side::Client, 1, 100);
        pair.drive();
        pair.check(Side::Client, &[Event::Closed { session, code: 0 }]);
        pair.check(Side::Server, &[Event::Closed { session, code: 0 }]);
        assert_eq!(pair.wakes(), [None, None], "nothing is left to wait for");
    }
}

fn hello(min_version_major: u8, max_version_major: u8, profiles: u32, auth: &str) -> Command {
    Command::Hello(Hello {
        min_version_major,
        max_version_major,
        profiles,
        auth: auth.into(),
        ..Hello::default()
    })
}

#[test]
fn a_refused_hello_ends_the_connection() {
    for (command, code) in [
        (hello(2, 3, 0x3, "secret"), UNSUPPORTED_VERSION),
        (hello(1, 0, 0x3, "secret"), UNSUPPORTED_VERSION),
        (hello(1, 1, 0x4, "secret"), UNSUPPORTED_CAPABILITY),
        (hello(1, 1, 0x3, "guess"), AUTH_FAILED),
    ] {
        let strict = Setup { auth: "secret".into(), ..Setup::default() };
        let mut pair = Pair::new(Setup::default(), strict);
        pair.connect(Carrier::Stream);
        pair.client(command);
        pair.drive();
        let (session, lane, frame, fatal) = (0, 0, 0, true);
        let error = Event::Error { conn: CONN, session, lane, frame, code, fatal };
        pair.check(Side::Client, &[error, Event::Down { conn: CONN, code }]);
        let rejected = Event::Rejected { conn: CONN, session, frame, code };
        pair.check(Side::Server, &[rejected, Event::Down { conn: CONN, code }]);
        assert_eq!(pair.wakes(), [None, None]);
    }
}

#[test]
fn good_credentials_and_a_wide_window_are_taken() {
    let strict = Setup { auth: "secret".into(), ..Setup::default() };
    let mut pair = Pair::new(Setup::default(), strict);
    pair.connect(Carrier::Stream);
    pair.client(hello(0, 9, 0x2, "secret"));
    pair.drive();
    pair.check(Side::Client, &[Event::Ready { conn: CONN }]);
    // The tensor profile was not negotiated.
    for (profile, code) in [(1, PROFILE_UNSUPPORTED), (7, PROFILE_UNSUPPORTED)] {
        pair.client(Command::Open(Open { profile, ..Open::default() }));
        pair.drive();
        let refused = Event::Refused { conn: CONN, tag: 1, code, retry_later: false };
        pair.check(Side::Client, &[refused]);
    }
}

/// One tick before the handshake timer the client still waits.
#[test]
fn a_silent_server_is_left_after_the_handshake_timer() {
    let mut pair = Pair::new(Setup::default(), Setup::default());
    pair.connect(Carrier::Stream);
    pair.client(hello(1, 1, 0x3, ""));
    pair.lose_everything();
    pair.step_nanos(4_999_999_999);
    pair.check(Side::Client, &[]);
    pair.step_nanos(1);
    pair.check(Side::Client, &[Event::Down { conn: CONN, code: 0 }]);
}

#[test]
fn grants_are_clamped_and_never_above_the_wish() {
    let server =
        Setup { best_priority: 1, max_in_flight: 4, session_credit: 9, ..Setup::default() };
    let mut pair = Pair::ready(server);
    for (max_in_flight, priority, credit, granted) in [(0, 0, 4, 4), (3, 1, 3, 3), (100, 2, 4, 4)] {
        pair.client(Command::Open(Open { max_in_flight, priority, ..Open::default() }));
        pair.drive();
        let events = pair.take(Side::Client);
        let [Event::Opened { credit: c, max_in_flight: m, .. }] = events[..] else {
            panic!("{events:?}")
        };
        assert_eq!((c, m), (credit, granted));
    }
    let classes = pair.frames(Side::Server, |frame| match frame.meta {
        Metadata::SessionOpenAck(ack) => {
            (ack.accepted_priority_class, ack.session_flags_ack & PRIORITY_DOWNGRADED)
        }
        _ => panic!("{frame:?}"),
    });
    assert_eq!(classes, [(1, PRIORITY_DOWNGRADED), (1, 0), (2, 0)]);
}

#[test]
fn opens_are_refused_beyond_the_limit_and_for_taken_numbers() {
    let mut pair = Pair::ready(Setup { max_sessions: 2, ..Setup::default() });
    let open = |tag, requested| Command::Open(Open { tag, requested, ..Open::default() });
    pair.client(open(1, 40));
    pair.client(open(2, 40));
    pair.client(open(3, 0));
    pair.client(open(4, 0));
    pair.drive();
    let ok = |tag, session| Event::Opened {
        conn: CONN,
        tag,
        session,
        resumed: false,
        credit: 8,
        max_in_flight: 16,
    };
    let code = SESSION_LIMIT_REACHED;
    let no = |tag, retry_later| Event::Refused { conn: CONN, tag, code, retry_later };
    pair.check(Side::Client, &[ok(1, 40), no(2, false), ok(3, 1), no(4, true)]);
}

#[test]
fn sessions_of_one_connection_do_not_touch_each_other() {
    let mut pair = Pair::open(Setup { echo: true, ..Setup::default() }, 0);
    pair.client(Command::Open(Open { tag: 2, ..Open::default() }));
    pair.drive();
    pair.forget();
    pair.close(Side::Client, 1, 0);
    pair.submit(2);
    pair.drive();
    let events = pair.take(Side::Client);
    assert!(matches!(
        events[..],
        [
            Event::Closed { session: 1, code: 0 },
            Event::Result { session: 2, terminal: true, bytes: 6, .. },
            Event::Ended { session: 2, outcome: Outcome::Completed, .. },
        ]
    ));
    pair.submit(1);
    let (session, lane, frame, why) = (1, 0, 0, Hold::State);
    pair.check(Side::Client, &[Event::Blocked { session, lane, frame, why }]);
}

#[test]
fn pings_and_probes_are_answered_once() {
    let mut pair = Pair::new(Setup::default(), Setup::default());
    pair.connect(Carrier::Stream);
    pair.client(Command::Probe(Probe { id: 9, ..Probe::default() }));
    pair.client(Command::Ping(Ping::default()));
    pair.drive();
    let pong = Event::Pong { conn: CONN, session: 0 };
    pair.check(Side::Client, &[Event::Probed { conn: CONN, id: 9 }, pong]);
    pair.hello(0);
    pair.check(Side::Client, &[Event::Ready { conn: CONN }]);
    pair.inject_frame(Side::Client, &Frame::new(Metadata::Pong, &[]));
    pair.check(Side::Client, &[]);
}

/// What is agreed in the hello holds for the filler of a probe, too (NNRP-ENC-007).
#[test]
fn a_probe_keeps_to_the_agreed_limit() {
    let mut pair = Pair::ready(Setup { max_body_bytes: 100, ..Setup::default() });
    pair.forget();
    for (id, bytes) in [(1, 101), (2, 100)] {
        pair.client(Command::Probe(Probe { conn: CONN, id, bytes }));
    }
    assert_eq!(pair.kinds(Side::Client), [MessageType::TransportProbe]);
    pair.drive();
    pair.check(Side::Client, &[Event::Probed { conn: CONN, id: 2 }]);
}

/// The same run twice, and again after a reset, produces the same packets.
#[test]
fn a_reset_endpoint_behaves_like_a_new_one() {
    let story = |pair: &mut Pair| {
        pair.connect(Carrier::Stream);
        pair.hello(0);
        pair.client(Command::Open(Open { flags: 0xF, ..Open::default() }));
        pair.drive();
        pair.submit(1);
        pair.drive();
        pair.push(1, 1);
        pair.close(Side::Server, 1, 50);
        pair.drive();
        core::mem::take(&mut pair.sent)
    };
    let mut pair = Pair::new(Setup::default(), Setup::default());
    let first = story(&mut pair);
    pair.reset(&Setup::default(), &Setup::default());
    assert_eq!(story(&mut pair), first);
}

#[test]
fn a_hello_on_a_closed_connection_is_not_sent() {
    let mut pair = Pair::new(Setup::default(), Setup::default());
    pair.connect(Carrier::Stream);
    pair.inject_frame(Side::Client, &Frame::new(Metadata::Close, &[]));
    pair.check(Side::Client, &[Event::Down { conn: CONN, code: 0 }]);
    pair.client(Command::Hello(Hello::default()));
    assert!(pair.kinds(Side::Client).is_empty());
    assert_eq!(pair.wakes()[0], None, "nothing is awaited");
}
