//! Frames of NIP, NDP and NOP (reference 4.5, 5.3 to 5.5; `OP-40`).

use super::fixture::{CONN, Pair, S1, S2, Side, value};
use wireproof_wire::ncp::command::{Companion, Setup};
use wireproof_wire::ncp::event::Hold;
use wireproof_wire::ncp::frame_type::FrameType;
use wireproof_wire::ncp::{Command, Event};

const AGENT: &str = "urn:nps:agent:example.com:a1";

fn align(seq: u64, sender: &str) -> String {
    format!(
        r#"{{"stream_id":"{S1}","task_id":"{S2}","subtask_id":"{S2}","seq":{seq},
            "is_final":false,"sender_nid":"{sender}"}}"#
    )
}

fn received(frame: &str) -> Event {
    Event::Received { conn: CONN, frame: frame.into() }
}

#[test]
fn a_valid_frame_is_handed_up_on_either_side() {
    for (from, to) in [(Side::Agent, Side::Node), (Side::Node, Side::Agent)] {
        let mut pair = Pair::ready(Setup::default());
        let members = value(r#"{"target":"nwp://example.com/orders"}"#);
        pair.command(
            from,
            Command::Companion(Companion { conn: CONN, frame: "RESOLVE".into(), members }),
        );
        pair.drive();
        pair.check(to, &[received("RESOLVE")]);
        assert_eq!(pair.names(from), ["RESOLVE"]);
    }
}

#[test]
fn a_frame_that_breaks_a_rule_is_not_sent() {
    let mut pair = Pair::ready(Setup::default());
    for (frame, members) in [
        ("RESOLVE", "{}"),
        ("IDENT", r#"{"nid":"x"}"#),
        ("NOTHING", "{}"),
        // These have commands of their own, or are no longer sent (OP-40).
        ("QUERY", r#"{"aggregate":{}}"#),
        ("ALIGN", "{}"),
        ("ERROR", r#"{"status":"NPS-OK","error":"NPS-OK"}"#),
    ] {
        let members = value(members);
        pair.agent(Command::Companion(Companion { conn: CONN, frame: frame.into(), members }));
        let held = Event::Blocked { conn: CONN, stream_id: String::new(), why: Hold::Malformed };
        pair.check(Side::Agent, &[held]);
    }
    assert!(pair.sent.is_empty());
}

#[test]
fn op40_an_align_frame_is_noted_and_not_answered() {
    let mut pair = Pair::ready(Setup::default());
    pair.inject_frame(Side::Node, FrameType::Align, r#"{"whatever":1}"#);
    pair.check(Side::Node, &[Event::Noticed { conn: CONN, what: "align_frame".into() }]);
    assert!(pair.sent.is_empty());
}

#[test]
fn faults_have_the_codes_of_their_protocols() {
    for (kind, members, code) in [
        (FrameType::Resolve, "{}", "NPS-CLIENT-BAD-FRAME"),
        (FrameType::Trust, "{}", "NIP-TRUST-FRAME-INVALID"),
        (
            FrameType::Task,
            r#"{"task_id":"22222222-2222-4222-8222-222222222222","dag":{"nodes":[],"edges":[]}}"#,
            "NOP-TASK-DAG-INVALID",
        ),
    ] {
        let mut pair = Pair::ready(Setup::default());
        pair.inject_frame(Side::Node, kind, members);
        pair.check(Side::Node, &[]);
        let codes = pair.errors(Side::Node);
        let plain = "NPS-CLIENT-BAD-FRAME".to_string();
        assert!(codes == [code] || codes == [plain], "{codes:?}");
    }
}

#[test]
fn nop_frm_006_numbers_of_an_align_stream_rise() {
    let mut pair = Pair::ready(Setup::default());
    for seq in [0, 1, 5] {
        pair.inject_frame(Side::Node, FrameType::AlignStream, &align(seq, AGENT));
        pair.check(Side::Node, &[received("ALIGN_STREAM")]);
    }
    pair.inject_frame(Side::Node, FrameType::AlignStream, &align(5, AGENT));
    assert_eq!(pair.errors(Side::Node), ["NOP-STREAM-SEQ-GAP"]);
    pair.check(Side::Node, &[]);
}

#[test]
fn nop_frm_007_the_sender_is_who_is_connected() {
    let mut pair = Pair::ready(Setup { peer_nid: AGENT.into(), ..Setup::default() });
    pair.inject_frame(Side::Node, FrameType::AlignStream, &align(0, AGENT));
    pair.check(Side::Node, &[received("ALIGN_STREAM")]);
    let other = align(1, "urn:nps:agent:example.com:a2");
    pair.inject_frame(Side::Node, FrameType::AlignStream, &other);
    assert_eq!(pair.errors(Side::Node), ["NOP-STREAM-NID-MISMATCH"]);
    pair.check(Side::Node, &[]);
}

#[test]
fn ndp_frm_005_graphs_have_no_gaps() {
    let graph = |seq: u64, initial: bool| {
        let body = if initial { r#""nodes":[]"# } else { r#""patch":[]"# };
        format!(r#"{{"initial_sync":{initial},"seq":{seq},{body}}}"#)
    };
    let mut pair = Pair::ready(Setup::default());
    for (seq, initial, fits) in
        [(3, true, true), (4, false, true), (6, false, false), (5, false, true), (9, true, true)]
    {
        pair.inject_frame(Side::Agent, FrameType::Graph, &graph(seq, initial));
        let events = if fits { vec![received("GRAPH")] } else { vec![] };
        pair.check(Side::Agent, &events);
    }
    assert_eq!(pair.errors(Side::Agent), ["NDP-GRAPH-SEQ-GAP"]);
}
