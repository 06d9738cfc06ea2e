//! Connections: states and what they admit, as the rows C1 to C24 have it.

use crate::cases;
use proptest::collection::vec;
use proptest::prelude::*;
use wireproof_base::Role;
use wireproof_machine::nnrp::connection::{Admission, Event, State, admits, next};
use wireproof_wire::nnrp::MessageType as M;

/// Rows that move a connection: from, event, to.
const ROWS: [(&str, Event, &str); 23] = [
    ("init", Event::Hello, "negotiating"),
    ("negotiating", Event::Accepted, "active"),
    ("negotiating", Event::Refused, "closed"),
    ("negotiating", Event::HandshakeOver, "closed"),
    ("active", Event::Close, "draining"),
    ("active", Event::Fatal, "draining"),
    ("draining", Event::DrainOver, "closed"),
    ("draining", Event::Close, "closed"),
    ("init", Event::Close, "closed"),
    ("init", Event::Fatal, "closed"),
    ("negotiating", Event::Close, "closed"),
    ("negotiating", Event::Fatal, "closed"),
    // An ERROR is processed while draining and moves nothing.
    ("draining", Event::Fatal, "draining"),
    ("init", Event::Lost, "closed"),
    ("negotiating", Event::Lost, "closed"),
    ("active", Event::Lost, "closed"),
    ("draining", Event::Lost, "closed"),
    // Whatever comes after the end is discarded.
    ("closed", Event::Hello, "closed"),
    ("closed", Event::Accepted, "closed"),
    ("closed", Event::Refused, "closed"),
    ("closed", Event::HandshakeOver, "closed"),
    ("closed", Event::Close, "closed"),
    ("closed", Event::Fatal, "closed"),
];

fn moved(from: &str, event: Event) -> Option<&'static str> {
    let row = ROWS.iter().find(|(state, known, _)| *state == from && *known == event);
    let discarded = (from == "closed").then_some("closed");
    row.map(|(_, _, to)| *to).or(discarded)
}

/// Who sends a message: the client, the server, or both.
const FROM_CLIENT: [M; 7] = [
    M::ClientHello,
    M::SessionPatch,
    M::SessionOpen,
    M::FrameSubmit,
    M::FrameCancel,
    M::TransportProbe,
    M::SessionMigrate,
];
const FROM_SERVER: [M; 8] = [
    M::ServerHelloAck,
    M::SessionPatchAck,
    M::SessionOpenAck,
    M::ResultPush,
    M::ResultDrop,
    M::ResultHint,
    M::TransportProbeAck,
    M::SessionMigrateAck,
];

fn towards(role: Role, kind: M) -> bool {
    match role {
        Role::Server => !FROM_SERVER.contains(&kind),
        Role::Client => !FROM_CLIENT.contains(&kind),
    }
}

/// What a side does with a message: rows C1 to C4, C12, C15, C16, C19 to C23.
fn admission(state: &str, role: Role, kind: M) -> Admission {
    let always = [M::Ping, M::Pong, M::Close, M::Error, M::TransportProbeAck];
    match state {
        "closed" => Admission::Discard,
        "init" | "negotiating" => {
            let first = state == "init" && role == Role::Server;
            let awaited = state == "negotiating" && role == Role::Client;
            let named = always.contains(&kind)
                || (first && matches!(kind, M::ClientHello | M::TransportProbe))
                || (awaited && kind == M::ServerHelloAck);
            if named { Admission::Process } else { Admission::RefuseFatal }
        }
        _ => {
            let again = matches!(kind, M::ClientHello | M::ServerHelloAck);
            let starts = [
                M::SessionOpen,
                M::SessionPatch,
                M::FrameSubmit,
                M::CachePut,
                M::SessionMigrate,
                M::TransportProbe,
            ];
            let late = state == "draining" && starts.contains(&kind);
            if again || late || !towards(role, kind) {
                Admission::Refuse
            } else {
                Admission::Process
            }
        }
    }
}

proptest! {
    #![proptest_config(cases(1_000))]

    #[test]
    fn connections_move_as_the_table_has_it(history in vec(0..Event::ALL.len(), 0..30)) {
        let (mut state, mut expected) = (State::Init, "init");
        let mut over = false;
        for index in history {
            let event = Event::ALL[index];
            let lead = moved(expected, event);
            prop_assert_eq!(next(state, event).map(State::name), lead, "{:?}", event);
            if let Some(to) = next(state, event) {
                (state, expected) = (to, to.name());
            }
            prop_assert!(!over || state == State::Closed, "the end is final");
            over = state == State::Closed;
            for kind in M::ALL {
                for role in [Role::Client, Role::Server] {
                    let found = admits(state, role, *kind);
                    prop_assert_eq!(found, admission(expected, role, *kind), "{:?}", kind);
                }
            }
        }
    }
}
