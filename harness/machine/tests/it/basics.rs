//! Hello, open, submit, result, close.

use crate::fixture::{Pair, Side};
use wireproof_base::{Carrier, ConnId};
use wireproof_wire::nnrp::command::{Open, Setup};
use wireproof_wire::nnrp::event::Outcome;
use wireproof_wire::nnrp::schema::hash;
use wireproof_wire::nnrp::{Command, Event};

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
