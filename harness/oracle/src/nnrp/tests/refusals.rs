//! Which refusals the state bears out, and which are owed.

use super::Case;
use super::frames::*;
use super::story::{C, S, Story};

const NUMBERS: &str = "refusals_name_a_cause_that_holds";
const ASTRAY: &str = "what_is_out_of_place_is_refused";

/// The server says why and ends the connection.
pub(super) fn fatal(s: &mut Story, code: u32) {
    s.sends(S, &error(code, 0, 0).with("is_fatal", 1)).shutdown(S);
}

/// A server that drains session 7 and gets `msg` for it.
pub(super) fn draining(s: &mut Story, msg: &Msg) {
    s.session(7).submit(7, 1).say(C, close(7, 0, 50)).say(S, close_ack(7, 1)).gets(S, msg);
}

/// An object of session 7 under key 9, without a limit of time.
pub(super) fn kept(s: &mut Story) -> &mut Story {
    s.session(7).say(C, put(7)).say(S, put_ack(7))
}

pub(super) const CASES: &[Case] = &[
    Case {
        name: NUMBERS,
        id: "ERR-002",
        reading: Some("R-13"),
        trip: |s| {
            s.session(7).say(C, put(7).with("object_kind", 5)).say(S, error(3, 7, 0));
        },
        legal: |s| {
            s.session(7).say(C, put(7).with("object_kind", 5)).say(S, error(6, 7, 0));
        },
    },
    Case {
        name: NUMBERS,
        id: "NEG-002",
        reading: Some("R-13"),
        trip: |s| {
            s.gets(S, &open());
            fatal(s, 6);
        },
        legal: |s| {
            s.gets(S, &open());
            fatal(s, 3);
        },
    },
    Case {
        name: NUMBERS,
        id: "NEG-004",
        reading: Some("R-13"),
        trip: |s| {
            s.gets(S, &hello().with("min_version_major", 2).with("max_version_major", 2));
            fatal(s, 6);
        },
        legal: |s| {
            s.gets(S, &hello().with("min_version_major", 2).with("max_version_major", 2));
            fatal(s, 1);
        },
    },
    Case {
        name: NUMBERS,
        id: "NEG-014",
        reading: Some("R-13"),
        trip: |s| {
            s.session(7).gets(S, &hello()).sends(S, &error(5, 0, 0));
        },
        legal: |s| {
            s.session(7).gets(S, &hello()).sends(S, &error(3, 0, 0));
        },
    },
    Case {
        name: NUMBERS,
        id: "SUB-002",
        reading: Some("R-13"),
        trip: |s| {
            draining(s, &submit(7, 2));
            s.sends(S, &error(5, 7, 2));
        },
        legal: |s| {
            draining(s, &submit(7, 2));
            s.sends(S, &error(3, 7, 2));
        },
    },
    Case {
        name: NUMBERS,
        id: "PAT-010",
        reading: Some("R-13"),
        trip: |s| {
            draining(s, &patch(7));
            s.sends(S, &error(5, 7, 0));
        },
        legal: |s| {
            draining(s, &patch(7));
            s.sends(S, &error(3, 7, 0));
        },
    },
    Case {
        name: NUMBERS,
        id: "SES-036",
        reading: Some("R-13"),
        trip: |s| {
            s.session(7).gets(S, &cancel(9, 1)).sends(S, &error(5, 9, 0));
        },
        legal: |s| {
            s.session(7).gets(S, &cancel(9, 1)).sends(S, &error(3, 9, 0));
        },
    },
    Case {
        name: NUMBERS,
        id: "SES-008",
        reading: Some("R-13"),
        trip: |s| {
            s.hello().gets(S, &open().with("auth_bytes", 4)).sends(S, &error(6, 0, 0));
        },
        legal: |s| {
            s.hello().gets(S, &open().with("auth_bytes", 4)).sends(S, &error(5, 0, 0));
        },
    },
    Case {
        name: NUMBERS,
        id: "HDR-002",
        reading: Some("R-13"),
        trip: |s| {
            s.session(7).gets(S, &ping().with("header.version_major", 2));
            fatal(s, 4);
        },
        legal: |s| {
            s.session(7).gets(S, &ping().with("header.version_major", 2));
            fatal(s, 1);
        },
    },
    Case {
        name: NUMBERS,
        id: "EXT-003",
        reading: None,
        trip: |s| {
            s.session(7).gets(S, &critical(close(7, 1, 0))).sends(S, &error(5, 7, 0));
        },
        legal: |s| {
            s.session(7).gets(S, &critical(close(7, 1, 0))).sends(S, &error(6, 7, 0));
        },
    },
    Case {
        name: NUMBERS,
        id: "EXT-004",
        reading: None,
        trip: |s| {
            s.session(7).gets(S, &longer(close(7, 1, 0), &[1, 2, 3, 4])).sends(S, &error(6, 7, 0));
        },
        legal: |s| {
            s.session(7).gets(S, &longer(close(7, 1, 0), &[1, 2, 3, 4])).sends(S, &error(5, 7, 0));
        },
    },
    Case {
        name: NUMBERS,
        id: "SUB-012",
        reading: None,
        trip: |s| {
            s.session(7).say(C, refers(7, 1, 9)).say(S, error(6, 7, 1));
        },
        legal: |s| {
            s.session(7).say(C, refers(7, 1, 9)).say(S, error(0x0003_0001, 7, 1));
        },
    },
    Case {
        name: NUMBERS,
        id: "SUB-012",
        reading: Some("R-13"),
        trip: |s| {
            s.session(7).say(C, refers(7, 1, 9)).say(S, error(0xA, 7, 1));
        },
        legal: |s| {
            // Where several things are wrong, any of them may be named.
            s.session(7)
                .say(C, refers(7, 1, 9).lane(9))
                .say(S, error(7, 7, 1).with("related_view_id", 9).lane(9));
        },
    },
    Case {
        name: NUMBERS,
        id: "CACHE-014",
        reading: None,
        trip: |s| {
            s.session(7).say(C, refers(7, 1, 9)).say(S, error(0x0003_0002, 7, 1));
        },
        legal: |s| {
            kept(s).say(C, invalidate(7, 3)).say(C, refers(7, 1, 9));
            s.say(S, error(0x0003_0001, 7, 1));
        },
    },
    Case {
        name: NUMBERS,
        id: "CACHE-015",
        reading: None,
        trip: |s| {
            s.session(7).say(C, put(7)).say(S, put_ack(7).with("accepted_ttl_ms", 20)).wait(21);
            s.say(C, refers(7, 1, 9)).say(S, error(6, 7, 1));
        },
        legal: |s| {
            s.session(7).say(C, put(7)).say(S, put_ack(7).with("accepted_ttl_ms", 20)).wait(21);
            s.say(C, refers(7, 1, 9)).say(S, error(0x0003_0002, 7, 1));
        },
    },
    Case {
        name: NUMBERS,
        id: "CACHE-015",
        reading: Some("R-32"),
        trip: |s| {
            s.session(7).say(C, put(7)).say(S, put_ack(7).with("accepted_ttl_ms", 20)).wait(21);
            s.say(C, refers(7, 1, 9)).say(S, error(0x0003_0001, 7, 1));
        },
        legal: |s| {
            s.session(7).say(C, put(7)).say(S, put_ack(7).with("accepted_ttl_ms", 20)).wait(20);
            s.say(C, refers(7, 1, 9)).say(S, error(0x0003_0001, 7, 1));
        },
    },
    Case {
        name: ASTRAY,
        id: "NEG-002",
        reading: Some("R-08"),
        trip: |s| {
            s.gets(S, &open());
        },
        legal: |s| {
            s.gets(S, &ping()).sends(S, &pong());
        },
    },
    Case {
        name: ASTRAY,
        id: "SES-036",
        reading: None,
        trip: |s| {
            s.session(7).gets(S, &cancel(9, 1));
        },
        legal: |s| {
            s.session(7).gets(S, &cancel(7, 1));
        },
    },
    Case {
        name: ASTRAY,
        id: "FLOW-022",
        reading: Some("R-28"),
        trip: |s| {
            s.session(7).gets(S, &flow(9, 1, 1));
        },
        legal: |s| {
            s.session(7).gets(S, &flow(9, 1, 1)).sends(S, &error(3, 9, 0));
        },
    },
];
