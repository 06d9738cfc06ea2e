//! Packets as such, and the hello exchange.

use super::Case;
use super::frames::*;
use super::story::{C, S};
use wireproof_base::ConnId;
use wireproof_wire::nnrp::Event;

pub(super) const CASES: &[Case] = &[
    Case {
        name: "emitted_frames_are_well_formed",
        id: "ENC-003",
        reading: None,
        trip: |s| {
            s.session(7).sends(C, &submit(7, 1).with("reserved0", 1));
        },
        legal: |s| {
            s.session(7).submit(7, 1);
        },
    },
    Case {
        // The reading on unassigned values is about the receiver; a sender breaks the text.
        name: "emitted_frames_are_well_formed",
        id: "SUB-005",
        reading: None,
        trip: |s| {
            s.session(7).sends(C, &submit(7, 1).with("frame_class", 9));
        },
        legal: |s| {
            let msg = submit(7, 1);
            let (head, tail) = msg.bytes().split_at(17);
            s.session(7).raw(C, true, head).raw(C, true, tail);
            s.raw(S, false, head).raw(S, false, tail).submitted(7, 1);
        },
    },
    Case {
        name: "emitted_frames_are_well_formed",
        id: "ENC-006",
        reading: None,
        trip: |s| {
            s.session(7).say(S, shut()).raw(C, true, &ping().bytes()[..20]).shutdown(C);
        },
        legal: |s| {
            s.session(7).say(S, shut()).shutdown(C);
        },
    },
    Case {
        name: "emitted_frames_are_well_formed",
        id: "ENC-007",
        reading: None,
        trip: |s| {
            s.say(C, hello()).say(S, hello_ack().with("max_body_bytes", 16)).open(7);
            s.say(C, submit(7, 1)).say(S, error(7, 7, 1));
        },
        legal: |s| {
            s.say(C, hello()).say(S, hello_ack().with("max_body_bytes", 62)).open(7).submit(7, 1);
        },
    },
    Case {
        name: "only_the_right_side_speaks",
        id: "PAT-002",
        reading: None,
        trip: |s| {
            s.session(7).sends(S, &patch(7));
        },
        legal: |s| {
            s.session(7).say(C, patch(7)).say(S, patch_ack(7));
        },
    },
    Case {
        name: "unused_fields_are_left_clear",
        id: "HDR-011",
        reading: Some("R-42"),
        trip: |s| {
            s.session(7).submit_as(submit(7, 1).with("header.route_id", 3), 7, 1);
        },
        legal: |s| {
            s.session(7).submit_as(submit(7, 1).traced(3), 7, 1);
        },
    },
    Case {
        name: "unused_fields_are_left_clear",
        id: "NEG-015",
        reading: Some("R-07"),
        trip: |s| {
            s.say(C, hello().with("requested_session_id", 4)).say(S, hello_ack());
        },
        legal: |s| {
            s.hello();
        },
    },
    Case {
        name: "hello_comes_before_everything_else",
        id: "NEG-001",
        reading: Some("R-08"),
        trip: |s| {
            s.sends(C, &hello()).sends(C, &open()).gets(C, &hello_ack());
        },
        legal: |s| {
            s.say(C, ping()).say(S, pong()).say(C, probe(1)).say(S, probe_ack(1)).session(7);
        },
    },
    Case {
        name: "hello_answer_lies_inside_the_offer",
        id: "NEG-007",
        reading: None,
        trip: |s| {
            s.say(C, hello()).sends(S, &hello_ack().with("accepted_codec_bitmap", 2));
        },
        legal: |s| {
            let ack = hello_ack().with("accepted_codec_bitmap", 2).with("auth_status", 1);
            s.say(C, hello()).say(S, ack);
        },
    },
    Case {
        name: "nothing_is_installed_before_the_hello",
        id: "NEG-002",
        reading: Some("R-08"),
        trip: |s| {
            s.gets(S, &open()).sends(S, &open_ack(7));
        },
        legal: |s| {
            s.gets(S, &open()).sends(S, &error(3, 0, 0).with("is_fatal", 1)).shutdown(S);
        },
    },
    Case {
        name: "client_is_active_only_after_a_good_answer",
        id: "NEG-008",
        reading: None,
        trip: |s| {
            s.sends(C, &hello()).gets(C, &hello_ack().with("accepted_profile_bitmap", 4));
            s.event(C, Event::Ready { conn: ConnId(0) });
        },
        legal: |s| {
            s.sends(C, &hello()).gets(C, &hello_ack().with("accepted_profile_bitmap", 4));
            s.sends(C, &error(6, 0, 0).with("is_fatal", 1)).shutdown(C);
        },
    },
    Case {
        name: "client_is_active_only_after_a_good_answer",
        id: "NEG-010",
        reading: Some("R-11"),
        trip: |s| {
            s.sends(C, &hello()).gets(C, &hello_ack().with("auth_status", 1)).sends(C, &open());
        },
        legal: |s| {
            s.sends(C, &hello()).gets(C, &hello_ack().with("auth_status", 1)).shutdown(C);
        },
    },
    Case {
        name: "second_hello_is_refused",
        id: "NEG-014",
        reading: None,
        trip: |s| {
            s.hello().gets(S, &hello()).sends(S, &hello_ack());
        },
        legal: |s| {
            s.hello().gets(S, &hello()).sends(S, &error(3, 0, 0));
        },
    },
    Case {
        name: "second_hello_is_refused",
        id: "NEG-014",
        reading: None,
        trip: |s| {
            s.hello().gets(S, &hello());
        },
        legal: |s| {
            s.hello().gets(S, &hello().traced(4)).sends(S, &error(3, 0, 0).traced(4));
        },
    },
    Case {
        name: "only_the_right_side_speaks",
        id: "NEG-001",
        reading: None,
        trip: |s| {
            s.sends(S, &hello());
        },
        legal: |s| {
            s.hello();
        },
    },
    Case {
        name: "only_the_right_side_speaks",
        id: "NEG-007",
        reading: None,
        trip: |s| {
            s.sends(C, &hello_ack());
        },
        legal: |s| {
            s.hello();
        },
    },
    Case {
        name: "only_the_right_side_speaks",
        id: "SES-005",
        reading: None,
        trip: |s| {
            s.session(7).sends(S, &open());
        },
        legal: |s| {
            s.session(7).open(8);
        },
    },
    Case {
        name: "only_the_right_side_speaks",
        id: "SUB-002",
        reading: None,
        trip: |s| {
            s.session(7).sends(S, &submit(7, 1));
        },
        legal: |s| {
            s.session(7).submit(7, 1);
        },
    },
    Case {
        name: "only_the_right_side_speaks",
        id: "RLT-005",
        reading: None,
        trip: |s| {
            s.session(7).submit(7, 1).sends(C, &push(7, 1));
        },
        legal: |s| {
            s.session(7).submit(7, 1).sends(S, &push(7, 1));
        },
    },
    Case {
        name: "only_the_right_side_speaks",
        id: "PRB-002",
        reading: None,
        trip: |s| {
            s.session(7).sends(S, &probe(1));
        },
        legal: |s| {
            s.session(7).say(C, probe(1)).say(S, error(6, 0, 0));
        },
    },
    Case {
        name: "only_the_right_side_speaks",
        id: "MIG-003",
        reading: None,
        trip: |s| {
            s.session(7).sends(C, &migrate_ack(7, 1));
        },
        legal: |s| {
            s.session(7);
        },
    },
];
