//! Opening sessions.

use super::Case;
use super::frames::*;
use super::story::{C, S};
use wireproof_base::ConnId;
use wireproof_wire::nnrp::Event;

pub(super) const CASES: &[Case] = &[
    Case {
        name: "open_is_answered_once_and_in_order",
        id: "SES-006",
        reading: None,
        trip: |s| {
            s.session(7).sends(S, &refusal(0x0001_0007));
        },
        legal: |s| {
            s.hello().say(C, open().traced(4)).say(S, error(0xB, 0, 0).traced(4));
        },
    },
    Case {
        name: "open_is_answered_once_and_in_order",
        id: "SES-006",
        reading: None,
        trip: |s| {
            s.hello().say(C, open());
        },
        legal: |s| {
            s.hello().say(C, open()).say(S, refusal(0x0001_0007));
        },
    },
    Case {
        name: "open_is_answered_once_and_in_order",
        id: "SES-006",
        reading: Some("R-05"),
        trip: |s| {
            s.hello().say(C, open().traced(1)).say(C, open().traced(2));
            s.say(S, open_ack(8).traced(2)).say(S, open_ack(7).traced(1));
        },
        legal: |s| {
            s.hello().say(C, open().traced(1)).say(C, open().traced(2));
            s.say(S, open_ack(8).traced(1)).say(S, open_ack(7).traced(2));
        },
    },
    Case {
        name: "granted_session_ids_are_unique_and_not_zero",
        id: "SES-010",
        reading: None,
        trip: |s| {
            s.session(7).say(C, open()).sends(S, &open_ack(7));
        },
        legal: |s| {
            s.session(7).say(C, close(7, 0, 0)).say(S, close_ack(7, 2)).open(8).open(7);
        },
    },
    Case {
        name: "granted_session_ids_are_unique_and_not_zero",
        id: "SES-010",
        reading: Some("R-06"),
        trip: |s| {
            s.session(7).connect(1).hello().say(C, open()).sends(S, &open_ack(7));
        },
        legal: |s| {
            s.session(7).connect(1).session(8);
        },
    },
    Case {
        name: "granted_session_ids_are_unique_and_not_zero",
        id: "SES-010",
        reading: None,
        trip: |s| {
            s.hello()
                .say(C, open())
                .sends(S, &open_ack(7).with("session_id", 0).with("header.session_id", 0));
        },
        legal: |s| {
            s.session(1);
        },
    },
    Case {
        name: "ack_flags_stay_within_the_wish",
        id: "SES-023",
        reading: None,
        trip: |s| {
            s.hello().say(C, open()).say(S, open_ack(7).with("session_flags_ack", 0xD));
        },
        legal: |s| {
            s.hello().say(C, open().with("session_flags", 0xF)).say(S, open_ack(7));
        },
    },
    Case {
        name: "priority_is_never_raised",
        id: "SES-024",
        reading: Some("R-50"),
        trip: |s| {
            s.hello().say(C, open()).say(S, open_ack(7).with("accepted_priority_class", 0));
        },
        legal: |s| {
            let ack = open_ack(7).with("accepted_priority_class", 2);
            s.hello().say(C, open()).say(S, ack.with("session_flags_ack", 0x15));
        },
    },
    Case {
        name: "priority_is_never_raised",
        id: "SES-024",
        reading: None,
        trip: |s| {
            s.hello().say(C, open()).say(S, open_ack(7).with("accepted_priority_class", 2));
        },
        legal: |s| {
            s.session(7);
        },
    },
    Case {
        name: "refused_open_has_a_code",
        id: "SES-014",
        reading: None,
        trip: |s| {
            s.hello().say(C, open()).say(S, refusal(0));
        },
        legal: |s| {
            s.hello().say(C, open()).say(S, refusal(0x0001_0007).with("session_status", 2));
        },
    },
    Case {
        name: "grant_is_consistent",
        id: "SES-037",
        reading: Some("R-25"),
        trip: |s| {
            s.hello().say(C, open()).say(S, open_ack(7).with("granted_operation_credit", 4));
        },
        legal: |s| {
            s.hello().say(C, open()).say(S, open_ack(7).with("granted_operation_credit", 3));
        },
    },
    Case {
        name: "grant_is_consistent",
        id: "HDR-009",
        reading: Some("R-04"),
        trip: |s| {
            s.hello().say(C, open()).say(S, open_ack(7).with("header.session_id", 0));
        },
        legal: |s| {
            s.session(7);
        },
    },
    Case {
        name: "grant_is_consistent",
        id: "SES-016",
        reading: Some("R-20"),
        trip: |s| {
            s.hello().say(C, open().with("profile_id", 9)).say(S, open_ack(7));
        },
        legal: |s| {
            s.hello().say(C, open().with("profile_id", 9)).say(S, refusal(0x0001_0002));
        },
    },
    Case {
        name: "opened_is_reported_as_granted",
        id: "SES-005",
        reading: None,
        trip: |s| {
            s.hello().say(C, open()).say(S, refusal(0x0001_0007)).opened(7, false);
        },
        legal: |s| {
            let (conn, tag, code, retry_later) = (ConnId(0), 1, 0x0001_0007, false);
            s.hello().say(C, open()).say(S, refusal(code));
            s.event(C, Event::Refused { conn, tag, code, retry_later });
        },
    },
    Case {
        name: "opened_is_reported_as_granted",
        id: "SES-037",
        reading: None,
        trip: |s| {
            s.hello().say(C, open()).say(S, open_ack(7).with("granted_operation_credit", 1));
            s.opened(7, false);
        },
        legal: |s| {
            s.hello().say(C, open()).say(S, open_ack(7)).opened(7, false);
        },
    },
    Case {
        name: "grant_is_consistent",
        id: "SES-037",
        reading: Some("R-46"),
        trip: |s| {
            s.hello().say(C, open()).say(S, open_ack(7).with("max_in_flight_operations", 0));
        },
        legal: |s| {
            let ack = open_ack(7).with("max_in_flight_operations", 1);
            s.hello().say(C, open().with("max_in_flight_operations", 9));
            s.say(S, ack.with("granted_operation_credit", 1));
        },
    },
    Case {
        name: "opened_is_reported_as_granted",
        id: "RES-003",
        reading: None,
        trip: |s| {
            s.session(7).lose().connect(1).hello();
            s.say(C, reopen(7, 7, 1)).say(S, resumed(7, 2)).opened(7, false);
        },
        legal: |s| {
            s.session(7).resume(7);
        },
    },
];
