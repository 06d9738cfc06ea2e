extern crate std;

use super::{Event, Output, Slots};
use crate::ncp::Refusal;
use alloc::format;
use alloc::string::String;
use wireproof_wire::ncp::event::Hold;

const FULL: Result<Output, Refusal> = Err(Refusal::Local { row: "T02", why: Hold::Streams });

/// Every number of open streams against every event, for the limits 0, 1 and 2.
#[test]
fn every_state_and_event() {
    let mut table = String::new();
    for limit in 0..3 {
        for open in 0..=limit {
            for event in [
                ("take another", Event::Take(9)),
                ("take a held one", Event::Take(0)),
                ("free a held one", Event::Free(0)),
                ("free another", Event::Free(9)),
                ("lost", Event::Lost),
            ] {
                let mut slots = Slots::new(limit);
                for stream in 0..open {
                    slots.apply(Event::Take(stream)).expect("below the limit");
                }
                let result = match slots.apply(event.1) {
                    Ok(output) => String::from(output.name()),
                    Err(refusal) => format!("{refusal:?}"),
                };
                table += &format!(
                    "{open} of {limit}  {:<16} {} of {limit}  {result}\n",
                    event.0,
                    slots.in_use()
                );
            }
        }
    }
    insta::assert_snapshot!(table);
}

#[test]
fn the_limit_is_exact() {
    let mut slots = Slots::new(2);
    assert_eq!(slots.apply(Event::Take("a")), Ok(Output::Taken));
    assert!(slots.has_room());
    assert_eq!(slots.apply(Event::Take("b")), Ok(Output::Taken), "at the limit");
    assert!(!slots.has_room());
    assert_eq!(slots.apply(Event::Take("c")), FULL, "above it");
    assert_eq!(slots.apply(Event::Free("a")), Ok(Output::Freed));
    assert_eq!(slots.apply(Event::Take("c")), Ok(Output::Taken));
    assert_eq!(slots.in_use(), 2);
}

#[test]
fn a_stream_gives_back_one_slot_however_often_it_ends() {
    let mut slots = Slots::new(2);
    slots.apply(Event::Take(1)).expect("free");
    slots.apply(Event::Take(2)).expect("free");
    assert_eq!(slots.apply(Event::Free(1)), Ok(Output::Freed));
    assert_eq!(slots.apply(Event::Free(1)), Ok(Output::Unchanged));
    assert_eq!(slots.in_use(), 1);
}
