extern crate std;

use super::{Event, Output, Sender, State, next};
use crate::ncp::Refusal;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use wireproof_wire::ncp::event::Hold;

const START: Event = Event::Start { window: None, last: false, slot: true };
const MORE: Event = Event::Chunk { last: false };
const LAST: Event = Event::Chunk { last: true };

fn window(size: u32) -> Event {
    Event::Start { window: Some(size), last: false, slot: true }
}

fn sender(events: &[Event]) -> Sender {
    let mut sender = Sender::new();
    for event in events {
        sender.apply(*event).expect("a step of the table");
    }
    sender
}

fn shown(state: State) -> String {
    match state {
        State::Open { credit: None } => String::from("open (unlimited)"),
        State::Open { credit: Some(credit) } => format!("open ({credit})"),
        other => String::from(other.name()),
    }
}

#[test]
fn every_state_and_event() {
    let states = [
        State::Idle,
        State::Open { credit: None },
        State::Open { credit: Some(2) },
        State::Open { credit: Some(1) },
        State::Paused,
        State::Closed,
        State::Aborted,
    ];
    let events = [
        ("start", START),
        ("start, last", Event::Start { window: None, last: true, slot: true }),
        ("start, window 2", window(2)),
        ("start, window 0", window(0)),
        ("start, window 0, last", Event::Start { window: Some(0), last: true, slot: true }),
        ("start, no slot", Event::Start { window: None, last: false, slot: false }),
        ("chunk", MORE),
        ("last chunk", LAST),
        ("window 5", Event::Window(5)),
        ("window 0", Event::Window(0)),
        ("fail", Event::Fail),
        ("ended", Event::Ended),
        ("meaningless", Event::Meaningless),
        ("lost", Event::Lost),
    ];
    let mut table = String::new();
    for state in states {
        for (name, event) in events {
            let result = match next(state, event, false) {
                Ok((row, after)) => format!("{row}  {}", shown(after)),
                Err(refusal) => format!("{refusal:?}"),
            };
            table += &format!("{:<17} {name:<22} {result}\n", shown(state));
        }
    }
    for state in [State::Open { credit: None }, State::Open { credit: Some(1) }, State::Paused] {
        for (name, event) in [("chunk 0xFFFFFFFF", MORE), ("last chunk 0xFFFFFFFF", LAST)] {
            let (row, after) = next(state, event, true).expect("a row");
            table += &format!("{:<17} {name:<22} {row}  {}\n", shown(state), shown(after));
        }
    }
    insta::assert_snapshot!(table);
}

/// `OP-21`: W allows W chunks after the opener, which is free.
#[test]
fn a_window_of_two_allows_two_chunks_after_the_opener() {
    let mut sender = Sender::new();
    let outputs: Vec<_> = [window(2), MORE, MORE, MORE, LAST]
        .into_iter()
        .map(|event| sender.apply(event).expect("a row"))
        .collect();
    let sent = |seq| Output::Send { seq, last: false };
    assert_eq!(outputs, [sent(0), sent(1), sent(2), Output::Wait, Output::Wait]);
    assert_eq!(sender.state(), State::Paused);
}

/// NCP-FLOW-011: the chunk after the pause has the next number.
#[test]
fn a_window_replaces_what_is_left() {
    let mut sender = sender(&[window(9), MORE, Event::Window(1)]);
    assert_eq!(sender.state(), State::Open { credit: Some(1) }, "not 8 + 1");
    assert_eq!(sender.apply(MORE), Ok(Output::Send { seq: 2, last: false }));
    assert_eq!(sender.apply(MORE), Ok(Output::Wait));
    assert_eq!(sender.apply(Event::Window(1)), Ok(Output::Window));
    assert_eq!(sender.apply(LAST), Ok(Output::Send { seq: 3, last: true }));
    assert_eq!(sender.state(), State::Closed);
}

/// `OP-23`: the first update puts a stream without a window under control.
#[test]
fn an_update_controls_an_unlimited_stream() {
    let mut sender = sender(&[START, MORE, MORE, Event::Window(0)]);
    assert_eq!(sender.apply(MORE), Ok(Output::Wait));
    sender.apply(Event::Window(1)).expect("alive");
    assert_eq!(sender.apply(MORE), Ok(Output::Send { seq: 3, last: false }));
    assert_eq!(sender.state(), State::Paused);
}

#[test]
fn an_abort_needs_no_credit_and_takes_the_next_number() {
    let mut sender = sender(&[window(1), MORE]);
    assert_eq!(sender.state(), State::Paused);
    assert_eq!(sender.apply(Event::Fail), Ok(Output::Abort { seq: 2 }));
    assert_eq!(sender.apply(Event::Window(3)), Ok(Output::Drop), "T11");
    assert_eq!(sender.apply(MORE), Err(Refusal::Local { row: "", why: Hold::State }));
}

/// `OP-25`: 0xFFFFFFFF is used, and ends the stream whether it was meant to or not.
#[test]
fn the_greatest_number_is_the_last() {
    let before = Sender::at(State::Open { credit: None }, u32::MAX - 1);
    let mut sender = before;
    assert_eq!(sender.apply(MORE), Ok(Output::Send { seq: u32::MAX - 1, last: false }));
    assert_eq!(sender.state(), State::Open { credit: None });
    assert_eq!(sender.apply(MORE), Ok(Output::Send { seq: u32::MAX, last: true }));
    assert_eq!(sender.state(), State::Closed);
    let mut paused = Sender::at(State::Paused, u32::MAX);
    assert_eq!(paused.apply(MORE), Ok(Output::Wait));
    assert_eq!(paused.apply(Event::Window(4)), Ok(Output::Window));
    assert_eq!(paused.apply(MORE), Ok(Output::Send { seq: u32::MAX, last: true }));
}

#[test]
fn only_a_live_stream_is_stopped() {
    assert_eq!(sender(&[START]).apply(Event::Lost), Ok(Output::Stop));
    assert_eq!(sender(&[window(0)]).apply(Event::Ended), Ok(Output::Stop));
    assert_eq!(sender(&[START, LAST]).apply(Event::Lost), Ok(Output::Drop));
    assert_eq!(sender(&[]).apply(Event::Lost), Ok(Output::Drop));
    assert_eq!(sender(&[START, Event::Fail]).apply(Event::Ended), Ok(Output::Drop));
}

#[test]
fn reverse_frames_are_told_apart() {
    for (window, error, records, expected) in [
        (Some(4), "", 0, Event::Window(4)),
        (Some(0), "", 0, Event::Window(0)),
        (None, "", 0, Event::Meaningless),
        (Some(4), "", 1, Event::Meaningless),
        (None, "", 1, Event::Meaningless),
        (None, "NPS-SERVER-UNAVAILABLE", 0, Event::Ended),
        (Some(4), "NPS-SERVER-UNAVAILABLE", 0, Event::Ended),
    ] {
        assert_eq!(Event::reverse(window, error, records), expected);
    }
}
