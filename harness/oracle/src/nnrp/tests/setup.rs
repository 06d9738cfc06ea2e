//! What a node was set up with, and what an open comes to.

use super::Case;
use super::frames::*;
use super::story::{C, S, Story};
use wireproof_base::ConnId;
use wireproof_wire::nnrp::Event;
use wireproof_wire::nnrp::command::Setup;

const NUMBERS: &str = "refused_open_names_a_cause_that_holds";
const LIMITS: &str = "limits_of_the_setup_are_kept";

fn set_up(s: &mut Story, setup: Setup) -> &mut Story {
    s.judge_setup(S, &setup);
    s
}

fn auth(msg: Msg, content: &[u8]) -> Msg {
    longer(msg.with("auth_bytes", content.len() as u64), content)
}

fn locked() -> Setup {
    Setup { session_auth: "key".into(), ..Setup::default() }
}

fn strict() -> Setup {
    Setup {
        strict_priority: true,
        best_priority: 1,
        strict_leases: true,
        lease_ttl_ms: 0,
        ..Setup::default()
    }
}

pub(super) const CASES: &[Case] = &[
    Case {
        name: NUMBERS,
        id: "SES-016",
        reading: Some("R-20"),
        trip: |s| {
            s.hello().say(C, open()).say(S, refusal(0x0001_0002));
        },
        legal: |s| {
            s.hello().say(C, open().with("profile_id", 3)).say(S, refusal(0x0001_0002));
        },
    },
    Case {
        name: NUMBERS,
        id: "SES-017",
        reading: None,
        trip: |s| {
            s.hello().say(C, open()).say(S, refusal(0x0001_0003));
        },
        legal: |s| {
            s.hello().say(C, open().with("schema_id", 9)).say(S, refusal(0x0001_0003));
        },
    },
    Case {
        name: NUMBERS,
        id: "SES-020",
        reading: None,
        trip: |s| {
            s.hello().say(C, open().with("session_flags", 1)).say(S, refusal(0x0001_0005));
        },
        legal: |s| {
            s.hello().say(C, open()).say(S, refusal(0x0001_0005));
        },
    },
    Case {
        name: NUMBERS,
        id: "SES-019",
        reading: None,
        trip: |s| {
            set_up(s, strict()).hello().say(C, open()).say(S, refusal(0x0001_0004));
        },
        legal: |s| {
            let open = open().with("priority_class", 0);
            set_up(s, strict()).hello().say(C, open).say(S, refusal(0x0001_0004));
        },
    },
    Case {
        name: NUMBERS,
        id: "SES-018",
        reading: None,
        trip: |s| {
            set_up(s, Setup::default()).hello().say(C, open()).say(S, refusal(0x0001_0001));
        },
        legal: |s| {
            set_up(s, locked()).hello().say(C, open()).say(S, refusal(0x0001_0001));
        },
    },
    Case {
        name: NUMBERS,
        id: "RES-006",
        reading: None,
        trip: |s| {
            s.hello().say(C, open()).say(S, refusal(0x0001_0006));
        },
        legal: |s| {
            s.hello().say(C, reopen(7, 7, 1)).say(S, refusal(0x0001_0006));
        },
    },
    Case {
        name: NUMBERS,
        id: "CON-001",
        reading: None,
        trip: |s| {
            let setup = Setup { max_sessions: 2, ..Setup::default() };
            set_up(s, setup).session(7).say(C, open()).say(S, refusal(0x0001_0007));
        },
        legal: |s| {
            let setup = Setup { max_sessions: 2, ..Setup::default() };
            set_up(s, setup).session(7).open(8).say(C, open()).say(S, refusal(0x0001_0007));
        },
    },
    Case {
        name: "grant_keeps_to_what_was_agreed",
        id: "SES-016",
        reading: Some("R-20"),
        trip: |s| {
            s.say(C, hello()).say(S, hello_ack().with("accepted_profile_bitmap", 1));
            s.say(C, open()).say(S, open_ack(7));
        },
        legal: |s| {
            s.say(C, hello()).say(S, hello_ack().with("accepted_profile_bitmap", 2));
            s.say(C, open()).say(S, open_ack(7));
        },
    },
    Case {
        name: "grant_keeps_to_what_was_agreed",
        id: "SES-017",
        reading: None,
        trip: |s| {
            s.hello().say(C, open().with("schema_id", 0x1001).with("schema_version", 2));
            s.say(S, open_ack(7).with("schema_id", 0x1001).with("schema_version", 3));
        },
        legal: |s| {
            s.hello().say(C, open().with("schema_id", 0x1001).with("schema_version", 3));
            s.say(S, open_ack(7).with("schema_id", 0x1001).with("schema_version", 3));
        },
    },
    Case {
        name: LIMITS,
        id: "SES-021",
        reading: None,
        trip: |s| {
            set_up(s, Setup { max_sessions: 1, ..Setup::default() }).session(7).open(8);
        },
        legal: |s| {
            set_up(s, Setup { max_sessions: 1, ..Setup::default() }).session(7);
            s.say(C, close(7, 0, 0)).say(S, close_ack(7, 2)).open(8);
        },
    },
    Case {
        name: LIMITS,
        id: "SES-019",
        reading: None,
        trip: |s| {
            let open = open().with("priority_class", 0).with("session_flags", 1);
            let ack = open_ack(7).with("session_flags_ack", 0x11);
            set_up(s, strict()).hello().say(C, open).say(S, ack);
        },
        legal: |s| {
            let ack = open_ack(7).with("session_flags_ack", 1);
            set_up(s, strict()).hello().say(C, open().with("session_flags", 1)).say(S, ack);
        },
    },
    Case {
        name: LIMITS,
        id: "SES-020",
        reading: None,
        trip: |s| {
            let ack = open_ack(7).with("session_flags_ack", 1);
            set_up(s, strict()).hello().say(C, open()).say(S, ack);
        },
        legal: |s| {
            let ack = open_ack(7).with("session_flags_ack", 1);
            let setup = Setup { strict_leases: false, ..strict() };
            set_up(s, setup).hello().say(C, open()).say(S, ack);
        },
    },
    Case {
        name: "credentials_are_checked",
        id: "NEG-010",
        reading: None,
        trip: |s| {
            let setup = Setup { auth: "key".into(), ..Setup::default() };
            set_up(s, setup).say(C, auth(hello(), b"kex")).say(S, hello_ack());
        },
        legal: |s| {
            let setup = Setup { auth: "key".into(), ..Setup::default() };
            set_up(s, setup).say(C, auth(hello(), b"key")).say(S, hello_ack());
        },
    },
    Case {
        name: "credentials_are_checked",
        id: "SES-018",
        reading: None,
        trip: |s| {
            set_up(s, locked()).hello().say(C, open()).say(S, open_ack(7));
        },
        legal: |s| {
            set_up(s, locked()).hello().say(C, auth(open(), b"key")).say(S, open_ack(7));
        },
    },
    Case {
        name: "loss_tolerance_is_agreed",
        id: "NEG-016",
        reading: None,
        trip: |s| {
            s.say(C, hello()).say(S, level(hello_ack(), 0x04, 3));
        },
        legal: |s| {
            s.say(C, level(hello(), 0x03, 3)).say(S, level(hello_ack(), 0x04, 3));
        },
    },
    Case {
        name: "dead_sessions_take_no_updates",
        id: "FLOW-022",
        reading: Some("R-28"),
        trip: |s| {
            s.session(7).say(C, close(7, 0, 0)).say(S, close_ack(7, 2)).gets(C, &flow(7, 1, 3));
            let (conn, session, operation, credit) = (ConnId(0), 7, 0, 3);
            let (level, paused, epoch) = (0, false, 1);
            s.event(C, Event::Flow { conn, session, operation, credit, level, paused, epoch });
        },
        legal: |s| {
            s.session(7).say(C, close(7, 0, 0)).say(S, close_ack(7, 2)).gets(C, &flow(7, 1, 3));
        },
    },
];
