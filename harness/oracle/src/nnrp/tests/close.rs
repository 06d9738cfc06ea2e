//! Closing sessions and connections.

use super::Case;
use super::frames::*;
use super::story::{C, S, Story};
use wireproof_base::ConnId;
use wireproof_wire::nnrp::Event;

fn closed(s: &mut Story, session: u32) {
    s.event(C, Event::Closed { session, code: 0 });
}

pub(super) const CASES: &[Case] = &[
    Case {
        name: "nothing_new_after_session_close",
        id: "SES-028",
        reading: None,
        trip: |s| {
            s.session(7).say(C, close(7, 0, 9)).sends(C, &submit(7, 1)).gets(C, &close_ack(7, 2));
            s.sends(S, &close_ack(7, 2));
        },
        legal: |s| {
            s.session(7).say(C, close(7, 0, 9)).say(S, close_ack(7, 3)).submit(7, 1);
        },
    },
    Case {
        // A submit that met the close on its way is refused.
        name: "nothing_new_after_session_close",
        id: "SES-028",
        reading: None,
        trip: |s| {
            s.session(7).sends(S, &close(7, 0, 9)).say(C, submit(7, 1)).submitted(7, 1);
            s.gets(C, &close(7, 0, 9)).say(C, close_ack(7, 3));
        },
        legal: |s| {
            s.session(7).sends(S, &close(7, 0, 9)).say(C, submit(7, 1)).say(S, error(3, 7, 1));
            s.gets(C, &close(7, 0, 9)).say(C, close_ack(7, 2));
        },
    },
    Case {
        name: "nothing_new_after_connection_close",
        id: "CON-004",
        reading: None,
        trip: |s| {
            s.session(7).say(S, shut()).sends(C, &open());
        },
        legal: |s| {
            s.session(7).submit(7, 1).say(C, shut()).result(7, 1).say(S, shut()).shutdown(S);
        },
    },
    Case {
        name: "nothing_new_after_connection_close",
        id: "CON-007",
        reading: None,
        trip: |s| {
            s.session(7).gets(C, &error(4, 0, 0).with("is_fatal", 1)).sends(C, &submit(7, 1));
        },
        legal: |s| {
            s.session(7).gets(C, &error(3, 0, 0)).submit(7, 1);
        },
    },
    Case {
        name: "nothing_is_sent_on_a_closed_connection",
        id: "CON-006",
        reading: None,
        trip: |s| {
            s.session(7).say(C, shut()).shutdown(C).sends(S, &ping());
        },
        legal: |s| {
            s.session(7).say(C, ping()).say(S, pong()).say(C, shut()).shutdown(C);
        },
    },
    Case {
        name: "closed_id_is_not_used",
        id: "SES-032",
        reading: None,
        trip: |s| {
            s.session(7).say(C, close(7, 0, 0)).say(S, close_ack(7, 2)).sends(C, &submit(7, 1));
        },
        legal: |s| {
            s.session(7).say(C, close(7, 0, 0)).say(S, close_ack(7, 2));
            s.say(C, close(7, 0, 0)).say(S, close_ack(7, 2));
        },
    },
    Case {
        name: "closed_id_is_not_used",
        id: "SES-032",
        reading: Some("R-13"),
        trip: |s| {
            s.session(7).say(S, error(3, 7, 0).with("is_fatal", 1)).sends(C, &submit(7, 1));
        },
        legal: |s| {
            s.session(7).open(8).say(S, error(3, 7, 0).with("is_fatal", 1)).submit(8, 1);
        },
    },
    Case {
        name: "close_is_answered_for_its_session",
        id: "SES-027",
        reading: None,
        trip: |s| {
            s.session(7).open(8).say(C, close(7, 0, 0)).say(S, close_ack(7, 2));
            s.sends(S, &close_ack(8, 2));
        },
        legal: |s| {
            s.session(7).say(C, close(7, 0, 0)).say(S, close_ack(7, 0)).say(S, close_ack(7, 2));
        },
    },
    Case {
        name: "close_is_answered_for_its_session",
        id: "SES-027",
        reading: None,
        trip: |s| {
            s.session(7).say(C, close(7, 0, 50)).say(S, close_ack(7, 1)).wait(60);
        },
        legal: |s| {
            s.session(7).submit(7, 1).say(C, close(7, 0, 50)).say(S, close_ack(7, 1)).wait(40);
        },
    },
    Case {
        name: "draining_is_not_cut_short",
        id: "SES-029",
        reading: None,
        trip: |s| {
            s.session(7).submit(7, 1).say(C, close(7, 0, 50)).wait(49).say(S, close_ack(7, 2));
        },
        legal: |s| {
            s.session(7).submit(7, 1).say(C, close(7, 0, 50)).wait(50).say(S, close_ack(7, 2));
        },
    },
    Case {
        name: "abort_gives_no_further_time",
        id: "SES-030",
        reading: None,
        trip: |s| {
            s.session(7).submit(7, 1).say(C, close(7, 1, 0)).say(S, push(7, 1));
            s.say(S, close_ack(7, 2));
        },
        legal: |s| {
            s.session(7).submit(7, 1).say(C, close(7, 1, 0)).say(S, drop_result(7, 1));
            s.say(S, close_ack(7, 2));
        },
    },
    Case {
        name: "abort_gives_no_further_time",
        id: "SES-030",
        reading: Some("R-36"),
        trip: |s| {
            s.session(7).submit(7, 1).say(C, close(7, 0, 0)).say(S, push(7, 1));
            s.say(S, close_ack(7, 2));
        },
        legal: |s| {
            s.session(7).submit(7, 1).say(C, close(7, 0, 50)).say(S, close_ack(7, 1));
            s.wait(10).say(S, push(7, 1)).say(S, close_ack(7, 2));
        },
    },
    Case {
        name: "session_closes_only_for_a_reason",
        id: "SES-026",
        reading: None,
        trip: |s| {
            s.session(7).open(8).say(C, close(7, 0, 0)).say(S, close_ack(7, 2));
            closed(s, 7);
            closed(s, 8);
        },
        legal: |s| {
            s.session(7).open(8).say(C, close(7, 0, 0)).say(S, close_ack(7, 2));
            closed(s, 7);
            s.submit(8, 1).result(8, 1);
        },
    },
    Case {
        name: "session_closes_only_for_a_reason",
        id: "CON-002",
        reading: None,
        trip: |s| {
            s.session(7);
            closed(s, 7);
        },
        legal: |s| {
            s.session(7).lose().wait(1_000);
            s.event(S, Event::Closed { session: 7, code: 0 });
        },
    },
    Case {
        name: "connection_ends_only_for_a_reason",
        id: "CON-008",
        reading: None,
        trip: |s| {
            s.session(7).say(S, error(0xB, 0, 0)).shutdown(C);
        },
        legal: |s| {
            s.session(7).say(S, error(0xB, 0, 0)).say(C, shut()).shutdown(C);
        },
    },
    Case {
        name: "connection_ends_only_for_a_reason",
        id: "SES-026",
        reading: None,
        trip: |s| {
            s.session(7).say(C, close(7, 0, 0)).say(S, close_ack(7, 2));
            s.event(C, Event::Down { conn: ConnId(0), code: 0 });
        },
        legal: |s| {
            s.session(7).say(C, close(7, 0, 0)).say(S, close_ack(7, 2)).lose();
            s.event(C, Event::Down { conn: ConnId(0), code: 0 });
        },
    },
    Case {
        name: "connection_ends_only_for_a_reason",
        id: "FLOW-013",
        reading: None,
        trip: |s| {
            s.session(7).say(S, flow(7, 1, 0).with("backpressure_level", 2)).shutdown(C);
        },
        legal: |s| {
            s.session(7).say(S, flow(7, 1, 0).with("backpressure_level", 2)).lose();
        },
    },
    Case {
        name: "connection_close_ends_everything",
        id: "CON-005",
        reading: None,
        trip: |s| {
            s.session(7).gets(S, &submit(7, 1)).say(C, shut()).shutdown(S).submitted(7, 1);
        },
        legal: |s| {
            s.session(7).submit(7, 1).say(C, shut()).shutdown(S);
        },
    },
    Case {
        name: "connection_close_ends_everything",
        id: "CON-005",
        reading: Some("R-12"),
        trip: |s| {
            s.session(7).say(C, shut()).say(S, shut());
        },
        legal: |s| {
            s.session(7).say(C, shut()).say(S, shut()).shutdown(C);
        },
    },
];
