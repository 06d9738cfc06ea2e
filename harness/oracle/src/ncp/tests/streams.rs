//! Streams and their windows.

use super::frames::*;
use super::story::{C, S};
use super::{Case, case};
use alloc::vec;
use alloc::vec::Vec;

const NUMBERS: &str = "chunks_are_numbered_without_gaps";
const AFTER: &str = "nothing_follows_the_last_chunk";
const WINDOW: &str = "window_is_never_overrun";
const FIT: &str = "records_fit_their_schema";

pub(super) const CASES: &[Case] = &[
    case(
        NUMBERS,
        "NCP-STREAM-003",
        None,
        |s| {
            s.session().open(S1).sends(S, &chunk(S1, 2));
        },
        |s| {
            s.session().open(S1).sends(S, &chunk(S1, 1));
        },
    ),
    case(
        NUMBERS,
        "NCP-FLOW-011",
        Some("8.5"),
        |s| {
            s.session().open_with(S1, 1).next(S1, 1).say(C, window(S1, 2)).sends(S, &chunk(S1, 1));
        },
        |s| {
            s.session().open_with(S1, 1).next(S1, 1).say(C, window(S1, 2)).next(S1, 2);
        },
    ),
    case(
        AFTER,
        "NCP-STREAM-004",
        None,
        |s| {
            s.session().open(S1).last(S1, 1).sends(S, &chunk(S1, 2));
        },
        |s| {
            s.session().open(S1).last(S1, 1);
        },
    ),
    case(
        AFTER,
        "NCP-STREAM-015",
        Some("8.5"),
        |s| {
            s.session().open(S1).say(S, abort(S1, 1)).sends(S, &chunk(S1, 2));
        },
        |s| {
            s.session().open(S1).say(S, abort(S1, 1));
        },
    ),
    case(
        AFTER,
        "NCP-STREAM-016",
        Some("OP-26"),
        |s| {
            s.session().open(S1).say(C, abort(S1, 0)).sends(S, &chunk(S1, 1));
        },
        |s| {
            s.session().open(S1).say(C, abort(S1, 0));
        },
    ),
    case(
        AFTER,
        "NCP-STREAM-020",
        Some("OP-24"),
        |s| {
            s.session().open(S1).last(S1, 1).sends(S, &open(S1));
        },
        |s| {
            s.session().open(S1).last(S1, 1).sends(S, &open(S2));
        },
    ),
    case(
        "error_code_ends_the_stream",
        "NCP-STREAM-010",
        None,
        |s| {
            s.session().open(S1).sends(S, &abort(S1, 1).with("is_last", v(false)));
        },
        |s| {
            // A receiver may write either (OP-26).
            s.session().open(S1).sends(C, &abort(S1, 0).with("is_last", v(false)));
        },
    ),
    case(
        "stream_limit_is_kept",
        "NCP-STREAM-014",
        Some("OP-14"),
        |s| {
            s.narrow(1).open(S1).sends(S, &open(S2));
        },
        |s| {
            // Streams of the other side need not count.
            s.narrow(1).open(S1).sends(C, &open(S2)).last(S1, 1).open(S3);
        },
    ),
    case(
        WINDOW,
        "NCP-FLOW-002",
        None,
        |s| {
            s.session().open_with(S1, 1).next(S1, 1).sends(S, &chunk(S1, 2));
        },
        |s| {
            s.session().open_with(S1, 1).next(S1, 1).sends(S, &abort(S1, 2));
        },
    ),
    case(
        WINDOW,
        "NCP-FLOW-004",
        None,
        |s| {
            s.session().open_with(S1, 4).say(C, window(S1, 0)).sends(S, &chunk(S1, 1));
        },
        |s| {
            // Without a window from the start updates may be disregarded (OP-23).
            s.session().open(S1).say(C, window(S1, 0)).sends(S, &chunk(S1, 1));
        },
    ),
    case(
        WINDOW,
        "NCP-FLOW-008",
        Some("OP-22"),
        |s| {
            s.session().open_with(S1, 1).next(S1, 1).say(C, window(S1, 1)).next(S1, 2);
            s.sends(S, &chunk(S1, 3));
        },
        |s| {
            s.session().open_with(S1, 1).next(S1, 1).say(C, window(S1, 2)).next(S1, 2);
            s.sends(S, &chunk(S1, 3));
        },
    ),
    case(
        WINDOW,
        "NCP-FLOW-009",
        Some("OP-22"),
        |s| {
            s.session().open_with(S1, 2).say(C, window(S1, 1)).next(S1, 1).sends(S, &chunk(S1, 2));
        },
        |s| {
            s.session().open_with(S1, 2).say(C, window(S1, 2)).next(S1, 1).next(S1, 2);
        },
    ),
    case(
        WINDOW,
        "NCP-FLOW-012",
        Some("8.5"),
        |s| {
            s.session().open_with(S1, 1).open_with(S2, 1).next(S1, 1).say(C, window(S2, 4));
            s.sends(S, &chunk(S1, 2));
        },
        |s| {
            s.session().open_with(S1, 1).open_with(S2, 1).next(S1, 1).say(C, window(S2, 4));
            s.next(S2, 1);
        },
    ),
    case(
        "flow_control_starts_with_the_opener",
        "NCP-FLOW-001",
        None,
        |s| {
            s.session().open(S1).sends(S, &chunk(S1, 1).with("window_size", v(4u32)));
        },
        |s| {
            s.session().open_with(S1, 4).sends(S, &chunk(S1, 1).with("window_size", v(4u32)));
        },
    ),
    case(
        "window_update_has_its_form",
        "NCP-FLOW-003",
        None,
        |s| {
            let records = window(S1, 2).with("data", v(vec![product(0)]));
            s.session().open(S1).sends(C, &records);
        },
        |s| {
            s.session().open(S1).sends(C, &window(S1, 2));
        },
    ),
    case(
        FIT,
        "NCP-CAPS-003",
        None,
        |s| {
            s.session().say(C, query()).sends(S, &records(A1, vec![obj(&[("id", v("x"))])]));
        },
        |s| {
            // A projection leaves fields out.
            s.session().say(C, query().with("fields", v(["id"].as_slice())));
            s.sends(S, &records(A1, vec![obj(&[("id", v(1u32))])]));
        },
    ),
    case(
        FIT,
        "NCP-STREAM-009",
        None,
        |s| {
            s.session().open(S1).sends(S, &chunk(S1, 1).with("data", v(vec![obj(&[])])));
        },
        |s| {
            s.session().open(S1).sends(S, &chunk(S1, 1).with("data", v(Vec::new())));
        },
    ),
    case(
        "records_name_their_schema",
        "NCP-STREAM-021",
        None,
        |s| {
            s.session().sends(S, &chunk(S1, 0));
        },
        |s| {
            s.session().sends(S, &chunk(S1, 0).with("data", v(Vec::new())));
        },
    ),
];
