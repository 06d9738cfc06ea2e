//! Streams as their application sees them.

use super::frames::*;
use super::story::{C, S, Story};
use super::{Case, case};
use alloc::string::String;
use alloc::vec;
use wireproof_wire::ncp::Event;
use wireproof_wire::ncp::event::{Hold, StreamEnd};
use wireproof_wire::ncp::seal::Algorithm;

const ORDER: &str = "chunks_are_delivered_once_and_in_order";
const HANDED: &str = "arrived_chunks_are_handed_on";
const ENDS: &str = "stream_ends_as_the_wire_says";
const ONCE: &str = "stream_is_reported_once";
const EVERY: &str = "every_stream_ends";
const SENT: &str = "credited_chunks_are_sent";

pub(super) const CASES: &[Case] = &[
    case(
        ORDER,
        "NCP-STREAM-005",
        None,
        |s| {
            s.session().open(S1).say(S, chunk(S1, 1)).say(S, chunk(S1, 2)).chunk_event(C, S1, 2);
        },
        |s| {
            s.session().open(S1).say(S, chunk(S1, 1)).say(S, chunk(S1, 2)).chunk_event(C, S1, 1);
            s.chunk_event(C, S1, 2);
        },
    ),
    case(
        ORDER,
        "NCP-STREAM-018",
        Some("OP-24"),
        |s| {
            s.session().open(S1).next(S1, 1).gets(C, &chunk(S1, 1)).chunk_event(C, S1, 1);
        },
        |s| {
            s.session().open(S1).next(S1, 1).gets(C, &chunk(S1, 1));
        },
    ),
    case(
        ORDER,
        "NCP-STREAM-019",
        Some("8.6"),
        |s| {
            let odd = chunk(S2, 1).with("data", v(vec![product(7)]));
            s.session().open(S1).open(S2).say(S, odd);
            s.event(C, chunk_of(S1, 1, 7));
            s.event(C, chunk_of(S2, 1, 7));
        },
        |s| {
            let odd = chunk(S2, 1).with("data", v(vec![product(7)]));
            s.session().open(S1).open(S2).say(S, odd);
            s.event(C, chunk_of(S2, 1, 7));
        },
    ),
    case(
        ORDER,
        "NCP-FLOW-003",
        Some("OP-22"),
        |s| {
            let records = window(S1, 2).with("data", v(vec![product(0)]));
            s.session().open(S1).gets(S, &records).chunk_event(S, S1, 0);
        },
        |s| {
            let records = window(S1, 2).with("data", v(vec![product(0)]));
            s.session().open(S1).gets(S, &records).sends(S, &chunk(S1, 1));
        },
    ),
    case(
        ORDER,
        "NCP-CONN-013",
        Some("8.6"),
        |s| {
            s.session().open(S1).say(S, chunk(S1, 1)).lose().chunk_event(C, S1, 1);
        },
        |s| {
            s.session().open(S1).say(S, chunk(S1, 1)).chunk_event(C, S1, 1).lose();
        },
    ),
    case(
        ORDER,
        "NCP-ENC-011",
        None,
        |s| {
            secret(s).gets(C, &open(S1).sealed(Algorithm::ChaCha20Poly1305, 1));
            s.chunk_event(C, S1, 0).sends(C, &error("NCP-ENC-AUTH-FAILED"));
        },
        |s| {
            secret(s).gets(C, &open(S1).sealed(Algorithm::Aes256Gcm, 1));
            s.opened(C, S1).chunk_event(C, S1, 0);
        },
    ),
    case(
        ORDER,
        "NCP-ENC-010",
        None,
        |s| {
            s.session().gets(C, &open(S1).byte(1, 0x09)).chunk_event(C, S1, 0);
            s.sends(C, &error("NCP-ENC-NOT-NEGOTIATED"));
        },
        |s| {
            s.session().gets(C, &open(S1).byte(1, 0x09));
            s.sends(C, &error("NCP-ENC-NOT-NEGOTIATED"));
        },
    ),
    case(
        HANDED,
        "NCP-FLOW-005",
        None,
        |s| {
            s.session().open(S1).say(S, chunk(S1, 1));
        },
        |s| {
            s.session().open(S1).next(S1, 1);
        },
    ),
    case(
        HANDED,
        "NCP-STREAM-005",
        None,
        |s| {
            s.session().open_with(S1, 4).say(S, chunk(S1, 1));
        },
        |s| {
            s.session().open_with(S1, 4).next(S1, 1);
        },
    ),
    case(
        HANDED,
        "NCP-STREAM-017",
        Some("8.6"),
        |s| {
            s.session().open(S1).open(S2).say(C, abort(S2, 0)).say(S, chunk(S1, 1));
        },
        |s| {
            s.session().open(S1).open(S2).say(C, abort(S2, 0)).next(S1, 1);
        },
    ),
    case(
        ENDS,
        "NCP-STREAM-004",
        None,
        |s| {
            s.session().open(S1).tick(C).ended(C, S1, StreamEnd::Complete);
        },
        |s| {
            s.session().open(S1).last(S1, 1);
        },
    ),
    case(
        ENDS,
        "NCP-STREAM-010",
        None,
        |s| {
            s.session().open(S1).say(S, last(S1, 1)).chunk_event(C, S1, 1);
            s.ended(C, S1, StreamEnd::Aborted);
        },
        |s| {
            s.session().open(S1).say(S, abort(S1, 1)).ended(C, S1, StreamEnd::Aborted);
        },
    ),
    case(
        ENDS,
        "NCP-STREAM-017",
        Some("8.6"),
        |s| {
            s.session().open(S1).tick(C).ended(C, S1, StreamEnd::Broken);
        },
        |s| {
            s.session().open(S1).gets(C, &chunk(S1, 5)).sends(C, &gap(S1));
            s.ended(C, S1, StreamEnd::Broken);
        },
    ),
    case(
        ENDS,
        "NCP-CONN-013",
        Some("8.6"),
        |s| {
            s.session().open(S1).tick(C).ended(C, S1, StreamEnd::Lost);
        },
        |s| {
            s.session().open(S1).lose().ended(C, S1, StreamEnd::Lost);
        },
    ),
    case(
        ONCE,
        "NCP-STREAM-020",
        Some("OP-24"),
        |s| {
            s.session().open(S1).opened(C, S1);
        },
        |s| {
            s.session().open(S1).open(S2);
        },
    ),
    case(
        ONCE,
        "NCP-STREAM-004",
        None,
        |s| {
            s.session().open(S1).last(S1, 1).ended(C, S1, StreamEnd::Complete);
        },
        |s| {
            s.session().open(S1).last(S1, 1);
        },
    ),
    case(
        ONCE,
        "NCP-STREAM-017",
        Some("8.6"),
        |s| {
            s.narrow(1).open(S1).gets(C, &open(S2));
            s.sends(C, &error_on("NCP-STREAM-LIMIT-EXCEEDED", "stream_id", S2)).opened(C, S2);
        },
        |s| {
            s.narrow(1).open(S1).gets(C, &open(S2));
            s.sends(C, &error_on("NCP-STREAM-LIMIT-EXCEEDED", "stream_id", S2));
        },
    ),
    // A stream that was turned away is none: it may be opened again, and be turned away again.
    case(
        ONCE,
        "NCP-STREAM-017",
        Some("8.6"),
        |s| {
            turned_away(s).gets(C, &open(S2));
            s.sends(C, &error_on("NPS-CLIENT-CONFLICT", "stream_id", S2)).opened(C, S2);
        },
        |s| {
            turned_away(s).last(S1, 1).gets(C, &open(S2)).opened(C, S2).chunk_event(C, S2, 0);
            s.gets(C, &last(S2, 1)).chunk_event(C, S2, 1).ended(C, S2, StreamEnd::Complete);
        },
    ),
    case(
        EVERY,
        "NCP-STREAM-016",
        Some("OP-26"),
        |s| {
            turned_away(s).last(S1, 1).gets(C, &open(S2)).opened(C, S2).chunk_event(C, S2, 0);
            s.gets(C, &last(S2, 1)).chunk_event(C, S2, 1);
        },
        |s| {
            turned_away(s).last(S1, 1).gets(C, &open(S2));
            s.sends(C, &error_on("NPS-CLIENT-CONFLICT", "stream_id", S2));
        },
    ),
    case(
        EVERY,
        "NCP-STREAM-016",
        Some("OP-26"),
        |s| {
            s.session().open(S1).last(S1, 1).open(S2).say(S, abort(S2, 1));
        },
        |s| {
            s.session().open(S1).last(S1, 1).open(S2).say(S, abort(S2, 1));
            s.ended(C, S2, StreamEnd::Aborted);
        },
    ),
    case(
        EVERY,
        "NCP-CONN-013",
        Some("8.6"),
        |s| {
            s.session().open(S1).last(S1, 1).open(S2).lose();
        },
        |s| {
            s.session().open(S1).last(S1, 1).open(S2).lose().ended(C, S2, StreamEnd::Lost);
        },
    ),
    case(
        "free_slots_are_used",
        "NCP-STREAM-016",
        Some("OP-26"),
        |s| {
            s.narrow(1).open(S1).last(S1, 1);
            no_slot(s);
        },
        |s| {
            s.narrow(1).open(S1);
            no_slot(s);
        },
    ),
    case(
        "streams_above_the_limit_stay_out",
        "NCP-STREAM-012",
        None,
        |s| {
            s.narrow(1).open(S1).gets(C, &open(S2)).opened(C, S2);
        },
        |s| {
            s.narrow(1).open(S1).last(S1, 1).open(S2);
        },
    ),
    case(
        SENT,
        "NCP-FLOW-005",
        None,
        |s| {
            s.session().open(S1).queue(S1);
        },
        |s| {
            s.session().open(S1).queue(S1).next(S1, 1);
        },
    ),
    case(
        SENT,
        "NCP-FLOW-002",
        None,
        |s| {
            s.session().open_with(S1, 4).queue(S1);
        },
        |s| {
            // The opener may have taken the only unit (OP-21).
            s.session().open_with(S1, 1).queue(S1);
        },
    ),
    case(
        SENT,
        "NCP-FLOW-011",
        Some("8.5"),
        |s| {
            s.session().open_with(S1, 1).next(S1, 1).queue(S1).say(C, window(S1, 1));
        },
        |s| {
            s.session().open_with(S1, 1).next(S1, 1).queue(S1).say(C, window(S1, 1)).next(S1, 2);
        },
    ),
    case(
        SENT,
        "NCP-FLOW-012",
        Some("8.5"),
        |s| {
            s.session().open_with(S1, 1).next(S1, 1).open(S2).queue(S2);
        },
        |s| {
            s.session().open_with(S1, 1).next(S1, 1).open(S2).queue(S1).queue(S2).next(S2, 1);
        },
    ),
    case(
        "windows_are_reported_as_received",
        "NCP-FLOW-003",
        None,
        |s| {
            s.session().open(S1).say(C, window(S1, 4));
            reported(s, 5);
        },
        |s| {
            s.session().open(S1).say(C, window(S1, 4));
            reported(s, 4);
        },
    ),
];

fn chunk_of(stream: &str, seq: u32, id: u64) -> Event {
    let digest = wireproof_wire::ncp::digest::records(&[product(id)]);
    let conn = wireproof_base::ConnId(0);
    Event::Chunk { conn, stream_id: stream.into(), seq, count: 1, digest }
}

/// A session with encryption in which the product schema is known.
fn secret(s: &mut Story) -> &mut Story {
    for who in [C, S] {
        s.setup(who, |setup| setup.key = KEY.into());
    }
    let names = v(["aes-256-gcm"].as_slice());
    s.say(C, hello().with("e2e_enc_algorithms", names.clone()));
    s.say(S, reply_of(agreement().with("e2e_enc_algorithms", names)));
    s.publish(&schema(), "").gets(C, &pushed().sealed(Algorithm::Aes256Gcm, 9))
}

fn gap(stream: &str) -> Msg {
    error_on("NCP-STREAM-SEQ-GAP", "stream_id", stream)
}

/// One stream stands and another one was refused.
fn turned_away(s: &mut Story) -> &mut Story {
    s.narrow(1).open(S1).gets(C, &open(S2));
    s.sends(C, &error_on("NCP-STREAM-LIMIT-EXCEEDED", "stream_id", S2))
}

fn no_slot(s: &mut Story) {
    let (conn, stream_id, why) = (s.conn(), String::from(S2), Hold::Streams);
    s.event(S, Event::Blocked { conn, stream_id, why });
}

fn reported(s: &mut Story, size: u32) {
    let (conn, stream_id) = (s.conn(), String::from(S1));
    s.event(S, Event::Window { conn, stream_id, size });
}
