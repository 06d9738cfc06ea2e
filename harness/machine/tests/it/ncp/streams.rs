//! Streams row by row (reference 8.5, 8.6; `OP-14`, `OP-21` to `OP-27`).

use super::fixture::{CONN, Pair, S1, S2, S3, Side, product_id, records, stream, value};
use wireproof_wire::ncp::command::{Abort, Chunk, Open, Setup, Window};
use wireproof_wire::ncp::event::{Hold, StreamEnd};
use wireproof_wire::ncp::frame::Frame;
use wireproof_wire::ncp::frame_type::FrameType;
use wireproof_wire::ncp::frames::Stream;
use wireproof_wire::ncp::{Command, Event, Value};

pub(super) fn ended(id: &str, outcome: StreamEnd, error: &str) -> Event {
    Event::Ended { conn: CONN, stream_id: id.into(), outcome, error: error.into() }
}

pub(super) fn held(id: &str, why: Hold) -> Event {
    Event::Blocked { conn: CONN, stream_id: id.into(), why }
}

pub(super) fn chunk(id: &str, data: Vec<Value>, last: bool) -> Command {
    Command::Chunk(Chunk { stream_id: id.into(), data, last })
}

/// A chunk as a peer may send it; `rest` are further members.
fn frame(id: &str, seq: u32, last: bool, rest: &str) -> String {
    format!(r#"{{"stream_id":"{id}","seq":{seq},"is_last":{last},"data":[]{rest}}}"#)
}

pub(super) fn streams(pair: &Pair, side: Side) -> Vec<Stream> {
    let frames = pair.frames(side).into_iter().filter_map(|frame| match frame {
        Frame::Stream(stream) => Some(stream),
        _ => None,
    });
    frames.collect()
}

/// Codes that an Agent answers to chunks, and how the stream ended there.
fn answers(setup: Setup, chunks: &[String]) -> (Vec<String>, Vec<(StreamEnd, String)>) {
    let mut pair = Pair::with_cached_schema(setup);
    for chunk in chunks {
        pair.inject_frame(Side::Agent, FrameType::Stream, chunk);
    }
    let ends = pair.take(Side::Agent).into_iter().filter_map(|event| match event {
        Event::Ended { outcome, error, .. } => Some((outcome, error)),
        _ => None,
    });
    let ends = ends.collect();
    (pair.errors(Side::Agent), ends)
}

#[test]
fn t01_an_opener_names_schema_window_and_query() {
    let mut pair = Pair::with_cached_schema(Setup::default());
    pair.open(Side::Node, Open { window: Some(3), ..stream(S1) });
    let expected = Stream {
        stream_id: S1.into(),
        anchor_ref: Some(product_id()),
        data: records(1),
        window_size: Some(3),
        ..Stream::default()
    };
    assert_eq!(streams(&pair, Side::Node), [expected]);
}

#[test]
fn t02_v02_the_limit_counts_the_streams_of_both() {
    let mut pair = Pair::with_cached_schema(Setup { max_streams: 2, ..Setup::default() });
    pair.open(Side::Node, stream(S1));
    pair.open(Side::Agent, stream(S2));
    pair.forget();
    pair.open(Side::Node, stream(S3));
    pair.check(Side::Node, &[held(S3, Hold::Streams)]);
    assert!(pair.sent.is_empty());
    pair.inject_frame(Side::Agent, FrameType::Stream, &frame(S3, 0, true, ""));
    let error = pair.error_frames(Side::Agent).pop().expect("it is refused");
    assert_eq!(error.error, "NCP-STREAM-LIMIT-EXCEEDED");
    assert_eq!(error.status, "NPS-STREAM-LIMIT");
    assert_eq!(error.detail("stream_id"), Some(S3));
    // NCP-STREAM-016, -017: the end of one makes room, and nobody else was touched.
    pair.node(chunk(S1, Vec::new(), true));
    pair.drive();
    pair.forget();
    pair.open(Side::Node, Open { last: true, ..stream(S3) });
    pair.check(Side::Node, &[ended(S3, StreamEnd::Complete, "")]);
    assert!(pair.errors(Side::Agent).is_empty());
}

#[test]
fn t05_t07_zero_pauses_and_only_that_stream() {
    let mut pair = Pair::with_cached_schema(Setup::default());
    pair.open(Side::Node, Open { window: Some(0), ..stream(S1) });
    pair.open(Side::Node, stream(S2));
    pair.agent(Command::Window(Window { stream_id: S2.into(), size: 0 }));
    pair.drive();
    pair.open(Side::Node, stream(S3));
    pair.forget();
    for id in [S1, S2, S3] {
        pair.node(chunk(id, records(1), true));
    }
    pair.drive();
    let sent = streams(&pair, Side::Node);
    assert_eq!(sent.len(), 1);
    assert_eq!((sent[0].stream_id.as_str(), sent[0].seq), (S3, 1));
    // OP-23: a last chunk waits too; T08: an abort does not.
    pair.node(Command::Abort(Abort { stream_id: S1.into(), error: "NPS-SERVER-TIMEOUT".into() }));
    pair.agent(Command::Window(Window { stream_id: S2.into(), size: 1 }));
    pair.drive();
    let sent = streams(&pair, Side::Node);
    assert_eq!(sent[1].error_code.as_deref(), Some("NPS-SERVER-TIMEOUT"));
    assert!(sent[1].is_last && sent[1].data.is_empty());
    assert_eq!((sent[2].seq, sent[2].is_last), (1, true), "NCP-FLOW-011");
}

#[test]
fn t09_an_error_about_a_stream_stops_it() {
    let mut pair = Pair::with_cached_schema(Setup::default());
    pair.open(Side::Node, stream(S1));
    pair.forget();
    let error = format!(
        r#"{{"status":"NPS-STREAM-LIMIT","error":"NCP-STREAM-WINDOW-OVERFLOW",
            "details":{{"stream_id":"{S1}"}}}}"#
    );
    pair.inject_frame(Side::Node, FrameType::Error, &error);
    let events = pair.take(Side::Node);
    assert!(matches!(events[0], Event::Failed { .. }));
    assert_eq!(events[1], ended(S1, StreamEnd::Cancelled, "NCP-STREAM-WINDOW-OVERFLOW"));
    pair.node(chunk(S1, records(1), false));
    pair.check(Side::Node, &[held(S1, Hold::State)]);
    // T11.
    pair.inject_frame(Side::Node, FrameType::Error, &error);
    pair.inject_frame(Side::Node, FrameType::Stream, &frame(S1, 0, false, r#","window_size":3"#));
    assert!(pair.sent.is_empty());
}

#[test]
fn t13_a_reverse_frame_without_meaning() {
    let mut pair = Pair::with_cached_schema(Setup::default());
    pair.open(Side::Node, stream(S1));
    pair.forget();
    pair.inject_frame(Side::Node, FrameType::Stream, &frame(S1, 0, false, ""));
    let records = frame(S1, 1, false, r#","window_size":0"#).replace("[]", "[{}]");
    pair.inject_frame(Side::Node, FrameType::Stream, &records);
    assert_eq!(pair.errors(Side::Node), ["NPS-CLIENT-BAD-FRAME", "NPS-CLIENT-BAD-FRAME"]);
    pair.check(Side::Node, &[]);
    pair.forget();
    pair.node(chunk(S1, Vec::new(), true));
    assert_eq!(streams(&pair, Side::Node).len(), 1, "no window has changed");
}

#[test]
fn v03_v05_openers_that_are_none() {
    let setup = Setup::default;
    let not_found = "NCP-STREAM-NOT-FOUND".to_string();
    assert_eq!(answers(setup(), &[frame(S1, 1, false, "")]).0, [not_found]);
    let version_1 = "11111111-1111-1111-8111-111111111111";
    let answer = answers(setup(), &[frame(version_1, 0, false, "")]);
    assert_eq!(answer, (vec!["NPS-CLIENT-BAD-FRAME".to_string()], vec![]));
}

#[test]
fn v04_a_schema_that_is_not_known() {
    let mut pair = Pair::with_schema(Setup::default());
    pair.open(Side::Node, stream(S1));
    let error = pair.error_frames(Side::Agent).pop().expect("it is refused");
    assert_eq!(error.error, "NCP-ANCHOR-NOT-FOUND");
    assert_eq!(error.detail("anchor_ref"), Some(product_id().as_str()));
    assert_eq!(error.detail("stream_id"), Some(S1));
    // T09 at the sender.
    assert!(pair.take(Side::Node).contains(&ended(
        S1,
        StreamEnd::Cancelled,
        "NCP-ANCHOR-NOT-FOUND"
    )));
}

#[test]
fn v08_an_error_code_ends_whatever_is_last_says() {
    for last in [true, false] {
        let abort = frame(S1, 7, last, r#","error_code":"NPS-SERVER-INTERNAL""#);
        let (errors, ends) = answers(Setup::default(), &[frame(S1, 0, false, ""), abort]);
        assert!(errors.is_empty());
        assert_eq!(ends, [(StreamEnd::Aborted, "NPS-SERVER-INTERNAL".to_string())]);
    }
    // An empty text counts as absent.
    let chunks = [frame(S1, 0, false, ""), frame(S1, 1, false, r#","error_code":"""#)];
    assert_eq!(answers(Setup::default(), &chunks), (vec![], vec![]));
}

#[test]
fn v09_v10_numbers_out_of_order() {
    let gap = [frame(S1, 0, false, ""), frame(S1, 2, false, "")];
    let code = "NCP-STREAM-SEQ-GAP".to_string();
    let broken = (vec![code.clone()], vec![(StreamEnd::Broken, code)]);
    assert_eq!(answers(Setup::default(), &gap), broken);
    let doubled = [frame(S1, 0, false, ""), frame(S1, 0, false, ""), frame(S1, 1, true, "")];
    let (errors, ends) = answers(Setup::default(), &doubled);
    assert!(errors.is_empty());
    assert_eq!(ends, [(StreamEnd::Complete, String::new())]);
}

#[test]
fn v11_more_than_the_window() {
    let opener = frame(S1, 0, false, r#","window_size":1"#);
    let obedient = [opener.clone(), frame(S1, 1, false, "")];
    assert_eq!(answers(Setup::default(), &obedient), (vec![], vec![]));
    let excess = [opener, frame(S1, 1, false, ""), frame(S1, 2, false, "")];
    let code = "NCP-STREAM-WINDOW-OVERFLOW".to_string();
    let broken = (vec![code.clone()], vec![(StreamEnd::Broken, code)]);
    assert_eq!(answers(Setup::default(), &excess), broken);
}

#[test]
fn v12_v13_updates_have_a_row_of_their_own() {
    let mut pair = Pair::with_cached_schema(Setup::default());
    pair.open(Side::Node, Open { window: Some(1), ..stream(S1) });
    pair.forget();
    for size in [4, 0] {
        pair.agent(Command::Window(Window { stream_id: S1.into(), size }));
        pair.drive();
    }
    let update = |seq, size| Stream {
        stream_id: S1.into(),
        seq,
        window_size: Some(size),
        ..Stream::default()
    };
    assert_eq!(streams(&pair, Side::Agent), [update(0, 4), update(1, 0)]);
    let window = |size| Event::Window { conn: CONN, stream_id: S1.into(), size };
    pair.check(Side::Node, &[window(4), window(0)]);
    assert!(pair.sent.iter().all(|(_, _, bytes)| bytes[1] == 0x01), "FINAL stays 0");
}

#[test]
fn v14_what_comes_after_a_cancel_is_not_found() {
    let mut pair = Pair::with_cached_schema(Setup::default());
    pair.open(Side::Node, stream(S1));
    pair.forget();
    pair.agent(Command::Cancel(Abort { stream_id: S1.into(), ..Abort::default() }));
    let cancel = &streams(&pair, Side::Agent)[0];
    assert_eq!(cancel.error_code.as_deref(), Some("NPS-SERVER-UNAVAILABLE"));
    assert!(cancel.is_last && cancel.data.is_empty());
    // Under way when the cancel went out (V16); the sender drops the answer (T11).
    pair.node(chunk(S1, records(1), false));
    pair.drive();
    assert_eq!(pair.errors(Side::Agent), ["NCP-STREAM-NOT-FOUND"]);
    assert!(pair.errors(Side::Node).is_empty());
    pair.node(chunk(S1, records(1), false));
    assert_eq!(pair.take(Side::Node).last(), Some(&held(S1, Hold::State)));
}

#[test]
fn v15_v16_a_stream_that_is_over() {
    let done = [frame(S1, 0, true, ""), frame(S1, 0, true, ""), frame(S1, 1, true, "")];
    let (errors, ends) = answers(Setup::default(), &done);
    assert_eq!(errors, ["NPS-CLIENT-CONFLICT", "NCP-STREAM-NOT-FOUND"]);
    assert_eq!(ends.len(), 1);
}

#[test]
fn t12_v17_a_lost_connection_takes_its_streams() {
    let mut pair = Pair::with_cached_schema(Setup::default());
    pair.open(Side::Node, stream(S1));
    pair.open(Side::Agent, stream(S2));
    pair.forget();
    pair.kill(0);
    let down = Event::Down { conn: CONN, error: String::new() };
    let lost = |id| ended(id, StreamEnd::Lost, "");
    pair.check(Side::Node, &[lost(S1), lost(S2), down.clone()]);
    pair.check(Side::Agent, &[lost(S2), lost(S1), down]);
    pair.node(chunk(S1, Vec::new(), true));
    let unknown = Event::Blocked { conn: CONN, stream_id: S1.into(), why: Hold::Unknown };
    pair.check(Side::Node, &[unknown]);
}

#[test]
fn two_streams_do_not_touch_each_other() {
    let mut pair = Pair::with_cached_schema(Setup::default());
    pair.open(Side::Node, stream(S1));
    pair.open(Side::Node, stream(S2));
    pair.forget();
    for last in [false, true] {
        for id in [S1, S2] {
            pair.node(chunk(id, records(1), last));
        }
    }
    pair.drive();
    let got: Vec<(String, u32)> = pair
        .take(Side::Agent)
        .into_iter()
        .filter_map(|event| match event {
            Event::Chunk { stream_id, seq, .. } => Some((stream_id, seq)),
            _ => None,
        })
        .collect();
    let expected = [(S1, 1), (S2, 1), (S1, 2), (S2, 2)];
    assert_eq!(got, expected.map(|(id, seq)| (id.to_string(), seq)));
}

#[test]
fn streams_that_cannot_be_opened() {
    let mut pair = Pair::with_cached_schema(Setup::default());
    pair.open(Side::Node, Open { last: true, ..stream(S1) });
    pair.forget();
    for (open, why) in [
        (stream("x"), Hold::Malformed),
        // NCP-STREAM-020.
        (stream(S1), Hold::State),
        (Open { request_id: S3.into(), ..stream(S2) }, Hold::Unknown),
        (Open { anchor_ref: "sha256:0".into(), ..stream(S2) }, Hold::Anchor),
        (Open { data: vec![value(r#"{"id":"x"}"#)], ..stream(S2) }, Hold::Malformed),
    ] {
        let id = open.stream_id.clone();
        pair.open(Side::Node, open);
        pair.check(Side::Node, &[held(&id, why)]);
    }
    pair.node(chunk(S2, Vec::new(), false));
    let nowhere = Event::Blocked { conn: CONN, stream_id: S2.into(), why: Hold::Unknown };
    pair.check(Side::Node, &[nowhere]);
    pair.open(Side::Agent, stream(S2));
    pair.node(chunk(S2, Vec::new(), false));
    pair.agent(Command::Window(Window { stream_id: S2.into(), size: 1 }));
    assert_eq!(pair.take(Side::Node).last(), Some(&held(S2, Hold::Role)));
    pair.check(Side::Agent, &[held(S2, Hold::Role)]);
}
