//! A whole life in order, what it reaches, and what a judge forgets.

use super::frames::*;
use super::story::{C, S, Story};
use alloc::string::String;
use alloc::vec::Vec;
use wireproof_base::{Carrier, Judge as _, Role};
use wireproof_wire::ncp::Event;
use wireproof_wire::ncp::event::StreamEnd;

fn life(s: &mut Story) {
    s.session().query();
    // Two streams at once, one with a window that is used up and opened again.
    s.open_with(S1, 1).open(S2).next(S1, 1).next(S2, 1);
    s.say(C, window(S1, 2));
    let (conn, stream_id) = (s.conn(), String::from(S1));
    s.event(S, Event::Window { conn, stream_id, size: 2 });
    s.next(S1, 2).last(S2, 2).last(S1, 3);
    // A stream of the Agent that the Node gives up.
    s.say(C, open(S3)).opened(S, S3).chunk_event(S, S3, 0);
    s.say(S, abort(S3, 0)).ended(C, S3, StreamEnd::Cancelled).ended(S, S3, StreamEnd::Cancelled);
    // A diff, and one that starts from another version.
    s.follow("e1").say(S, diff(0)).applied("e1", 1, &changed());
    s.say(S, diff(5)).say(C, error("NCP-STREAM-SEQ-GAP"));
    failed(s, "NCP-STREAM-SEQ-GAP", S);
    // A replaced schema travels along, an unknown one is not found.
    s.publish(&schema2(), A1).say(C, query());
    s.say(S, records(A2, Vec::new()).with("inline_anchor", v(anchor_of(A2, schema2()))));
    s.anchored(A2, 3600);
    s.say(C, query().with("anchor_ref", v(UNKNOWN)));
    s.say(S, error_on("NCP-ANCHOR-NOT-FOUND", "anchor_ref", UNKNOWN));
    failed(s, "NCP-ANCHOR-NOT-FOUND", C);
    s.close(C);
}

fn failed(s: &mut Story, code: &str, who: Role) {
    let status = wireproof_wire::ncp::code::status_of(code).unwrap_or_default().into();
    let (conn, error) = (s.conn(), code.into());
    let (stream_id, anchor_ref) = (String::new(), String::new());
    s.event(who, Event::Failed { conn, status, error, stream_id, anchor_ref });
}

#[test]
fn a_whole_dialogue_trips_nothing() {
    let mut story = Story::new();
    life(&mut story);
    let reached = story.judge.reached().to_vec();
    let findings = story.end();
    assert_eq!(findings, Vec::new());
    let markers = [
        "handshake_done",
        "two_streams_at_once",
        "window_used_up",
        "window_reopened",
        "sequence_gap_reported",
        "diff_applied",
        "inline_anchor_seen",
        "anchor_not_found",
        "connection_lost",
    ];
    for marker in markers {
        assert!(reached.contains(&marker), "{marker} not in {reached:?}");
    }
}

#[test]
fn a_judge_that_was_reset_remembers_nothing() {
    let mut story = Story::new();
    story.session().sends(S, &open(S1).with("seq", v(7u32)));
    assert_eq!(story.findings.len(), 1);
    story.findings.clear();
    story.judge.reset(Carrier::Stream, &[C, S]);
    story.connect(0);
    story.setup(C, |_| {}).setup(S, |_| {});
    life(&mut story);
    assert_eq!(story.end(), Vec::new());
}

#[test]
fn a_frame_in_any_pieces_is_the_same_frame() {
    let mut story = Story::new();
    story.session();
    for byte in open(S1).with("seq", v(7u32)).bytes() {
        story.raw(S, true, &[byte]);
    }
    assert_eq!(story.findings.len(), 1);
}

#[test]
fn liveness_is_due_only_after_healing() {
    let mut story = Story::new();
    story.session().say(C, query().with("anchor_ref", v(UNKNOWN)));
    story.judge.finish(wireproof_base::Instant::ZERO, false, &mut story.findings);
    assert_eq!(story.findings, Vec::new());
    assert_eq!(story.end().len(), 1);
}

#[test]
fn bytes_of_http_mode_are_no_frames() {
    let mut story = Story::new();
    story.judge.reset(Carrier::Exchange, &[C, S]);
    story.raw(C, true, b"GET /orders/.schema HTTP/1.1\r\n\r\n");
    story.raw(C, false, b"HTTP/1.1 200\r\n");
    let (conn, error) = (story.conn(), String::new());
    story.event(C, Event::Down { conn, error });
    assert_eq!(story.end(), Vec::new());
    // A run after that is judged again.
    let mut story = Story::new();
    story.judge.reset(Carrier::Exchange, &[C, S]);
    story.judge.reset(Carrier::Stream, &[C, S]);
    story.connect(0).session().sends(S, &open(S1).with("seq", v(7u32)));
    assert_eq!(story.end().len(), 1);
}
