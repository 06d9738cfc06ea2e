//! A body beyond the agreed size is refused by whoever gets it (NNRP-ENC-007).

use super::Case;
use super::frames::*;
use super::story::{C, S, Story};
use wireproof_base::{Carrier, ConnId};
use wireproof_wire::nnrp::Event;
use wireproof_wire::nnrp::event::Outcome;

/// Session 7 with a limit of `most` bytes.
fn limited(s: &mut Story, most: u64) -> &mut Story {
    s.say(C, hello()).say(S, hello_ack().with("max_body_bytes", most)).open(7)
}

/// Session 7 goes on over connection 1, where the client has read a limit of `most` bytes.
fn resumed_within(s: &mut Story, most: u64) -> &mut Story {
    *s = Story::over(Carrier::Datagram);
    s.session(7).submit(7, 1).submit(7, 2).result(7, 2).lose().connect(1).say(C, hello());
    s.sends(S, &hello_ack()).gets(C, &hello_ack().with("max_body_bytes", most));
    s.event(C, Event::Ready { conn: ConnId(1) });
    s.say(C, reopen(7, 7, 1)).say(S, resumed(7, 2)).opened(7, true)
}

fn refuses(s: &mut Story) {
    let code = 7;
    s.sends(C, &error(code, 0, 0).with("is_fatal", 1)).ended(C, 7, 1, Outcome::Failed);
    s.event(C, Event::Closed { session: 7, code });
    s.event(C, Event::Down { conn: ConnId(1), code }).shutdown(C);
}

pub(super) const CASES: &[Case] = &[
    Case {
        // The limit was damaged on its way: 59 bytes of a partial result are within it or not.
        name: "arrived_results_are_handed_on",
        id: "PRO-006",
        reading: None,
        trip: |s| {
            resumed_within(s, 59).say(S, partial(7, 1));
            refuses(s);
        },
        legal: |s| {
            resumed_within(s, 58).say(S, partial(7, 1));
            refuses(s);
        },
    },
    Case {
        name: "malformed_packets_are_refused_visibly",
        id: "ERR-011",
        reading: None,
        trip: |s| {
            limited(s, 61).gets(S, &submit(7, 1));
        },
        legal: |s| {
            limited(s, 61).gets(S, &submit(7, 1)).sends(S, &error(7, 7, 1));
        },
    },
    Case {
        name: "malformed_submit_leaves_no_operation",
        id: "ERR-011",
        reading: None,
        trip: |s| {
            limited(s, 61).gets(S, &submit(7, 1)).submitted(7, 1).sends(S, &error(7, 7, 1));
        },
        legal: |s| {
            limited(s, 62).submit(7, 1).result(7, 1);
        },
    },
];
