//! Diffs and the events of subscriptions.

use super::frames::*;
use super::story::{C, S, Story};
use super::{Case, case};
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use wireproof_wire::ncp::{Event, Value};

const DIFF: &str = "diffs_apply_to_their_base_alone";
const BITS: &str = "bitset_waits_for_an_agreement";

pub(super) const CASES: &[Case] = &[
    case(
        DIFF,
        "NCP-DIFF-011",
        Some("OP-29"),
        |s| {
            s.session().follow("e1").say(S, diff(4)).applied("e1", 5, &changed());
        },
        |s| {
            s.session().follow("e1").say(S, diff(0)).applied("e1", 1, &changed());
        },
    ),
    case(
        DIFF,
        "NCP-DIFF-012",
        Some("8.9"),
        |s| {
            s.session().follow("e1").say(S, failing()).applied("e1", 1, &changed());
        },
        |s| {
            s.session().follow("e1").say(S, failing()).sends(C, &error("NPS-CLIENT-UNPROCESSABLE"));
        },
    ),
    case(
        DIFF,
        "NCP-DIFF-013",
        Some("8.9"),
        |s| {
            s.session().follow("e1").gets(C, &odd_patch()).applied("e1", 1, &changed());
        },
        |s| {
            s.session().follow("e1").gets(C, &odd_patch());
            s.sends(C, &error("NPS-CLIENT-BAD-FRAME"));
        },
    ),
    case(
        DIFF,
        "NCP-DIFF-013",
        Some("OP-43"),
        |s| {
            s.session().follow("e1").say(C, subscribe(S1)).gets(C, &heartbeat());
            in_subscription(s, 1);
        },
        |s| {
            let (conn, stream_id, seq) = (s.conn(), String::from(S1), 1);
            s.session().say(C, subscribe(S1)).gets(C, &heartbeat());
            s.event(C, Event::Heartbeat { conn, stream_id, seq });
        },
    ),
    case(
        DIFF,
        "NCP-DIFF-014",
        Some("OP-58"),
        |s| {
            s.hello().follow("e1").gets(C, &diff(0)).applied("e1", 1, &changed());
        },
        |s| {
            s.hello().follow("e1").gets(C, &diff(0));
            s.sends(C, &not_found(A1));
        },
    ),
    case(
        DIFF,
        "NCP-DIFF-008",
        None,
        |s| {
            s.session().follow("e1").gets(C, &bits(&[0x08, 0x09])).applied("e1", 1, &changed());
            s.sends(C, &error("NCP-DIFF-FORMAT-UNSUPPORTED"));
        },
        |s| {
            s.setup(C, |setup| setup.binary_bitset = true).session().follow("e1");
            s.gets(C, &bits(&[0x08, 0x09])).applied("e1", 1, &changed());
        },
    ),
    case(
        DIFF,
        "NCP-DIFF-003",
        None,
        |s| {
            s.session().follow("e1").say(S, diff(0)).applied("e1", 1, &product(0));
        },
        |s| {
            s.session().follow("e1").say(S, diff(0)).applied("e1", 1, &changed());
        },
    ),
    case(
        BITS,
        "NCP-DIFF-009",
        None,
        |s| {
            s.session().sends(S, &bits(&[0x08, 0x09]));
        },
        |s| {
            agreed(s).sends(S, &bits(&[0x08, 0x09]));
        },
    ),
    case(BITS, "NCP-DIFF-004", None, |s| sent_bits(s, &[]), |s| sent_bits(s, &[0x08, 0x09])),
    case(
        BITS,
        "NCP-DIFF-006",
        None,
        |s| sent_bits(s, &[0x0C, 0x09]),
        |s| sent_bits(s, &[0x0C, 0x09, 0x09]),
    ),
    case(
        BITS,
        "NCP-DIFF-016",
        Some("OP-30"),
        |s| sent_bits(s, &[0x18, 0x09, 0x09]),
        |s| sent_bits(s, &[0x08, 0x09]),
    ),
    case(
        "subscription_events_are_numbered",
        "NWP-FRM-009",
        None,
        |s| {
            s.session().gets(S, &subscribe(S1)).sends(S, &event(1)).sends(S, &event(3));
        },
        |s| {
            s.session().gets(S, &subscribe(S1)).sends(S, &event(1)).sends(S, &event(2));
        },
    ),
];

/// A diff whose second operation fails.
fn failing() -> Msg {
    let set = [("op", v("replace")), ("path", v("/stock")), ("value", v(9u32))];
    let test = [("op", v("test")), ("path", v("/name")), ("value", v("b"))];
    diff(0).with("patch", v(vec![obj(&set), obj(&test)]))
}

fn odd_patch() -> Msg {
    diff(0).with("patch", v(vec![obj(&[("op", v("paint")), ("path", v("/stock"))])]))
}

fn event(seq: u32) -> Msg {
    diff(0).with("stream_id", v(S1)).with("seq", v(seq)).with("event_type", v("update"))
}

fn heartbeat() -> Msg {
    let members = event(1).without("event_type").without("entity_id");
    members.with("patch", v(Vec::new()))
}

fn in_subscription(s: &mut Story, version: u64) {
    let (conn, stream_id, entity) = (s.conn(), String::from(S1), String::new());
    s.event(C, Event::Applied { conn, stream_id, entity, version, digest: 0 });
}

fn bits(bytes: &[u8]) -> Msg {
    diff(0).with("patch_format", v("binary_bitset")).with("patch", Value::Bytes(bytes.to_vec()))
}

/// A session in which both sides know the binary form.
fn agreed(s: &mut Story) -> &mut Story {
    for who in [C, S] {
        s.setup(who, |setup| setup.binary_bitset = true);
    }
    s.session()
}

fn sent_bits(s: &mut Story, bytes: &[u8]) {
    agreed(s).sends(S, &bits(bytes));
}
