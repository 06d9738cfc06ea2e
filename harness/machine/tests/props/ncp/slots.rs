//! Slots: a list of streams, never longer than the limit.

use crate::cases;
use proptest::collection::vec;
use proptest::prelude::*;
use wireproof_machine::ncp::slots::{Event, Output, Slots};

fn event() -> impl Strategy<Value = Event<u8>> {
    prop_oneof![
        5 => (0..8u8).prop_map(Event::Take),
        4 => (0..8u8).prop_map(Event::Free),
        1 => Just(Event::Lost),
    ]
}

proptest! {
    #![proptest_config(cases(2_000))]

    #[test]
    fn the_slots_follow_their_rule(events in vec(event(), 1..40), limit in 0..6u32) {
        let (mut slots, mut open) = (Slots::new(limit), Vec::new());
        for event in events {
            let before = open.clone();
            let expected = match event {
                Event::Take(stream) if open.contains(&stream) => Some(Output::Unchanged),
                Event::Take(_) if open.len() == limit as usize => None,
                Event::Take(stream) => {
                    open.push(stream);
                    Some(Output::Taken)
                }
                Event::Free(stream) => {
                    open.retain(|&held| held != stream);
                    Some(if open == before { Output::Unchanged } else { Output::Freed })
                }
                Event::Lost => {
                    open.clear();
                    Some(if open == before { Output::Unchanged } else { Output::Freed })
                }
            };
            prop_assert_eq!(slots.apply(event).ok(), expected);
            prop_assert_eq!(slots.in_use() as usize, open.len());
            prop_assert!(slots.in_use() <= limit);
            prop_assert_eq!(slots.has_room(), open.len() < limit as usize);
        }
    }
}
