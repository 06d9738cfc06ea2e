//! A client takes a connection into use only if the answer accepts it and lies inside its offer.

use super::prelude::*;

pub(in crate::nnrp) struct Rule;

const OUTSIDE: Citation = Citation::must("NNRP-NEG-008");
const REFUSED: Citation = Citation::must("NNRP-NEG-010").read("R-11");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "client_is_active_only_after_a_good_answer",
        says: "After an answer outside the offer, or one that refuses, a client does not \
               become active.",
        citations: &[OUTSIDE, REFUSED],
    };
    const EVENTS: u32 = events::OTHER;

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        let conn = cx.conn(packet.conn);
        if conn.active || conn.answers == 0 || cx.node.role != Role::Client {
            return;
        }
        let leaving = matches!(
            packet.kind(),
            MessageType::Ping
                | MessageType::Pong
                | MessageType::Close
                | MessageType::Error
                | MessageType::ClientHello
                | MessageType::TransportProbe
        );
        if !leaving {
            let state = conn.state();
            let expected = format_args!("a client that leaves, or says why");
            let observed = format_args!("{}", packet.kind().name());
            out.breach::<Self>(citation(conn), state, expected, observed);
        }
    }

    fn event(cx: &Cx<'_>, event: &Event, out: &mut Report<'_>) {
        let Event::Ready { conn } = *event else { return };
        let Some(known) = cx.node.conns.get(conn.0 as usize) else { return };
        if cx.node.role == Role::Client && !known.active {
            out.breach::<Self>(
                citation(known),
                known.state(),
                format_args!("no readiness without an answer that accepts inside the offer"),
                format_args!("ready on connection {conn}"),
            );
        }
    }
}

fn citation(conn: &Conn) -> Citation {
    match conn.answer {
        Some(answer) if answer.auth_status != 0 => REFUSED,
        _ => OUTSIDE,
    }
}
