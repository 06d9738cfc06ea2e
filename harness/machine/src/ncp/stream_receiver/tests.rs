extern crate std;

use super::{Admission, Chunk, Event, Output, Receiver, State, after_refusal, next};
use crate::ncp::Refusal;
use alloc::format;
use alloc::string::String;

fn chunk(seq: u32) -> Event {
    Event::Chunk(Chunk::new(seq))
}

fn last(seq: u32) -> Event {
    Event::Chunk(Chunk { last: true, ..Chunk::new(seq) })
}

fn failed(seq: u32, last: bool) -> Event {
    Event::Chunk(Chunk { failed: true, last, ..Chunk::new(seq) })
}

fn opener(window: u32) -> Event {
    Event::Chunk(Chunk { window: Some(window), ..Chunk::new(0) })
}

fn unless(seq: u32, id: bool, slot: bool, anchor: bool) -> Event {
    Event::Chunk(Chunk { admission: Admission { id, slot, anchor }, ..Chunk::new(seq) })
}

fn deliver(opened: bool, last: bool) -> Result<Output, Refusal> {
    Ok(Output::Deliver { opened, last })
}

fn row(result: Result<Output, Refusal>) -> &'static str {
    result.expect_err("a refusal").row()
}

fn shown(state: State) -> String {
    match state {
        State::Receiving { expected, credit: None } => format!("receiving {expected} (unlimited)"),
        State::Receiving { expected, credit: Some(credit) } => {
            format!("receiving {expected} ({credit})")
        }
        other => String::from(other.name()),
    }
}

#[test]
fn every_state_and_event() {
    let receiving = |credit| State::Receiving { expected: 2, credit };
    let states = [
        State::None,
        receiving(None),
        receiving(Some(2)),
        receiving(Some(1)),
        receiving(Some(0)),
        State::Done,
        State::Aborted,
    ];
    let events = [
        ("seq 0", chunk(0)),
        ("seq 0, window 3", opener(3)),
        ("seq 0, last", last(0)),
        ("seq 0, error", failed(0, true)),
        ("seq 0, no v4 id", unless(0, false, true, true)),
        ("seq 0, no slot", unless(0, true, false, true)),
        ("seq 0, no anchor", unless(0, true, true, false)),
        ("seq 0, no slot, no anchor", unless(0, true, false, false)),
        ("seq 1", chunk(1)),
        ("seq 1, no v4 id", unless(1, false, true, true)),
        ("seq 1, no slot", unless(1, true, false, true)),
        ("seq 1, last", last(1)),
        ("seq 1, error", failed(1, true)),
        ("seq 2", chunk(2)),
        ("seq 2, last", last(2)),
        ("seq 2, error", failed(2, true)),
        ("seq 2, error, not last", failed(2, false)),
        ("seq 3", chunk(3)),
        ("seq 3, last", last(3)),
        ("seq 3, error", failed(3, true)),
        ("room 4", Event::Room(4)),
        ("room 0", Event::Room(0)),
        ("give up", Event::GiveUp),
        ("lost", Event::Lost),
    ];
    let mut table = String::new();
    for state in states {
        for (name, event) in events {
            let result = match next(state, event) {
                Ok((row, after)) => format!("{row}  {}", shown(after)),
                Err(Refusal::Peer { row, code }) => {
                    format!("{row}  {}  {code}", shown(after_refusal(state, event)))
                }
                Err(refusal) => {
                    assert_eq!(after_refusal(state, event), state, "a fault of this side");
                    format!("{refusal:?}")
                }
            };
            table += &format!("{:<23} {name:<26} {result}\n", shown(state));
        }
    }
    insta::assert_snapshot!(table);
}

/// NG-17: window 2, so `seq` 3 is one too many, and 2 is not.
#[test]
fn a_window_of_two_takes_two_chunks_after_the_opener() {
    let mut receiver = Receiver::new();
    assert_eq!(receiver.apply(opener(2)), deliver(true, false));
    assert_eq!(receiver.apply(chunk(1)), deliver(false, false));
    assert_eq!(receiver.apply(chunk(2)), deliver(false, false));
    assert_eq!(row(receiver.apply(chunk(3))), "V11");
    assert!(!receiver.is_alive(), "an overflow ends the stream");
}

/// `OP-22`: what was under way still fits.
#[test]
fn an_update_adds_to_what_may_still_arrive() {
    let mut receiver = Receiver::new();
    receiver.apply(opener(2)).expect("opens");
    assert_eq!(receiver.apply(Event::Room(1)), Ok(Output::Window { seq: 0, size: 1 }));
    for seq in 1..4 {
        assert_eq!(receiver.apply(chunk(seq)), deliver(false, false));
    }
    assert_eq!(receiver.apply(Event::Room(0)), Ok(Output::Window { seq: 1, size: 0 }));
    assert_eq!(row(receiver.apply(chunk(4))), "V11");
}

#[test]
fn an_unlimited_stream_stays_unlimited() {
    let mut receiver = Receiver::new();
    receiver.apply(chunk(0)).expect("opens");
    receiver.apply(Event::Room(1)).expect("alive");
    for seq in 1..5 {
        assert_eq!(receiver.apply(chunk(seq)), deliver(false, false));
    }
}

/// NG-18, NG-19, and what `OP-24` says of a stream that is over.
#[test]
fn numbers_out_of_order() {
    let mut receiver = Receiver::new();
    assert_eq!(row(receiver.apply(last(1))), "V03");
    assert_eq!(receiver.apply(opener(2)), deliver(true, false), "a refusal opens nothing");
    assert_eq!(receiver.apply(chunk(0)), Ok(Output::Drop));
    assert_eq!(row(receiver.apply(chunk(2))), "V09");
    assert_eq!(row(receiver.apply(chunk(1))), "V16");
    assert_eq!(row(receiver.apply(chunk(0))), "V15");
    assert_eq!(receiver.state(), State::Aborted);
}

/// The order V08, V10, V09, V11, V07, V06 where several rows fit.
#[test]
fn the_first_row_in_order_decides() {
    let spent = State::Receiving { expected: 3, credit: Some(0) };
    let after = |event| next(spent, event).map_or_else(Refusal::row, |(row, _)| row);
    assert_eq!(after(failed(9, false)), "V08", "before V09 and V11");
    assert_eq!(after(failed(1, true)), "V08", "before V10");
    assert_eq!(after(last(2)), "V10", "before V11 and V07");
    assert_eq!(after(last(4)), "V09", "before V11 and V07");
    assert_eq!(after(last(3)), "V11", "before V07");
    assert_eq!(after(chunk(3)), "V11", "before V06");
}

#[test]
fn one_chunk_may_be_the_whole_stream() {
    let mut receiver = Receiver::new();
    assert_eq!(receiver.apply(last(0)), deliver(true, true));
    assert_eq!(row(receiver.apply(last(0))), "V15", "not delivered twice");
    let mut receiver = Receiver::new();
    assert_eq!(receiver.apply(failed(0, true)), Ok(Output::Abort { opened: true }));
    assert!(!receiver.is_alive());
}

/// `OP-25`.
#[test]
fn the_greatest_number_ends_the_stream() {
    let state = State::Receiving { expected: u32::MAX - 1, credit: None };
    let mut receiver = Receiver::at(state, 0);
    assert_eq!(receiver.apply(chunk(u32::MAX - 1)), deliver(false, false));
    assert_eq!(receiver.apply(chunk(u32::MAX)), deliver(false, true));
    assert_eq!(receiver.state(), State::Done);
}

#[test]
fn a_receiver_that_gives_up_says_so_once() {
    let mut receiver = Receiver::new();
    receiver.apply(opener(2)).expect("opens");
    receiver.apply(Event::Room(3)).expect("alive");
    assert_eq!(receiver.apply(Event::GiveUp), Ok(Output::Cancel { seq: 1 }));
    assert!(matches!(receiver.apply(Event::GiveUp), Err(Refusal::Local { row: "", .. })));
    assert_eq!(receiver.apply(Event::Lost), Ok(Output::Drop), "nothing was alive");
}
