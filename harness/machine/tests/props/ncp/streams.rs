//! A sender and a receiver with a network between them: what the tables promise together.

use crate::cases;
use proptest::collection::vec;
use proptest::prelude::*;
use std::collections::VecDeque;
use wireproof_machine::ncp::Refusal;
use wireproof_machine::ncp::stream_receiver::{
    self as receiver, Chunk, Output as Received, Receiver,
};
use wireproof_machine::ncp::stream_sender::{Event as Sending, Output, Sender};

#[derive(Clone, Copy, Debug)]
enum Step {
    /// The application of the sender has a chunk.
    Chunk { last: bool },
    /// The sender gives up.
    Fail,
    /// The application of the receiver has room.
    Room(u32),
    /// The receiver gives up.
    GiveUp,
    /// The oldest chunk under way arrives.
    Forward,
    /// The oldest reverse frame under way arrives.
    Back,
    /// The oldest chunk under way is doubled, lost, or overtaken by the next.
    Fault(u8),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        40 => prop::bool::weighted(0.05).prop_map(|last| Step::Chunk { last }),
        1 => Just(Step::Fail),
        20 => (0..5u32).prop_map(Step::Room),
        1 => Just(Step::GiveUp),
        40 => Just(Step::Forward),
        20 => Just(Step::Back),
        4 => (0..3u8).prop_map(Step::Fault),
    ];
    vec(step, 1..80)
}

#[derive(Clone, Copy, Debug)]
struct Frame {
    seq: u32,
    last: bool,
    failed: bool,
    window: Option<u32>,
}

/// Both ends, and what is under way.
struct Pair {
    sender: Sender,
    receiver: Receiver,
    forward: VecDeque<Frame>,
    back: VecDeque<Sending>,
    /// Chunks since the last update that arrived, and that update.
    sent: u32,
    window: Option<u32>,
    delivered: Vec<u32>,
    refused: Vec<Refusal>,
}

impl Pair {
    fn new(window: Option<u32>) -> Self {
        let mut pair = Self {
            sender: Sender::new(),
            receiver: Receiver::new(),
            forward: VecDeque::new(),
            back: VecDeque::new(),
            sent: 0,
            window,
            delivered: Vec::new(),
            refused: Vec::new(),
        };
        let opened = pair.sender.apply(Sending::Start { window, last: false, slot: true });
        assert_eq!(opened, Ok(Output::Send { seq: 0, last: false }));
        pair.forward.push_back(Frame { seq: 0, last: false, failed: false, window });
        pair
    }

    fn step(&mut self, step: Step, faulty: bool) {
        match step {
            Step::Chunk { last } => {
                if let Ok(Output::Send { seq, last }) = self.sender.apply(Sending::Chunk { last }) {
                    self.sent += 1;
                    self.forward.push_back(Frame { seq, last, failed: false, window: None });
                }
            }
            Step::Fail => {
                if let Ok(Output::Abort { seq }) = self.sender.apply(Sending::Fail) {
                    self.forward.push_back(Frame { seq, last: true, failed: true, window: None });
                }
            }
            Step::Room(size) => {
                if let Ok(Received::Window { size, .. }) =
                    self.receiver.apply(receiver::Event::Room(size))
                {
                    self.back.push_back(Sending::Window(size));
                }
            }
            Step::GiveUp => {
                if self.receiver.apply(receiver::Event::GiveUp).is_ok() {
                    self.back.push_back(Sending::Ended);
                }
            }
            Step::Forward => self.arrive(),
            Step::Back => {
                if let Some(event) = self.back.pop_front() {
                    if let (Sending::Window(size), true) = (event, self.sender.is_alive()) {
                        (self.sent, self.window) = (0, Some(size));
                    }
                    self.sender.apply(event).expect("a reverse frame is never refused");
                }
            }
            Step::Fault(kind) if faulty => match (kind, self.forward.front().copied()) {
                (0, Some(frame)) => self.forward.push_front(frame),
                (1, Some(_)) => drop(self.forward.pop_front()),
                (2, Some(_)) if self.forward.len() > 1 => self.forward.swap(0, 1),
                _ => {}
            },
            Step::Fault(_) => {}
        }
    }

    fn arrive(&mut self) {
        let Some(frame) = self.forward.pop_front() else { return };
        let Frame { seq, last, failed, window } = frame;
        let chunk = Chunk { last, failed, window, ..Chunk::new(seq) };
        match self.receiver.apply(receiver::Event::Chunk(chunk)) {
            Ok(Received::Deliver { .. }) => self.delivered.push(seq),
            Ok(_) => {}
            Err(refusal) => {
                self.refused.push(refusal);
                // V09 and V11 tell the sender, which stops (T09). The answers to the rest do too.
                self.back.push_back(Sending::Ended);
            }
        }
    }
}

proptest! {
    #![proptest_config(cases(3_000))]

    /// NCP-FLOW-008 and the verdict on overflow: an obedient sender never exceeds the receiver's
    /// count, whatever is under way.
    #[test]
    fn without_faults_nothing_is_refused(
        steps in steps(),
        window in proptest::option::of(0..4u32),
    ) {
        let mut pair = Pair::new(window);
        for step in steps {
            let gone = pair.receiver.state() == receiver::State::Aborted;
            let refused = pair.refused.len();
            pair.step(step, false);
            if !gone {
                prop_assert_eq!(pair.refused.len(), refused, "{:?}: {:?}", step, pair.refused);
            }
            if let Some(window) = pair.window {
                prop_assert!(pair.sent <= window);
            }
        }
        while !pair.forward.is_empty() {
            pair.arrive();
        }
        let expected: Vec<u32> = (0..pair.delivered.len() as u32).collect();
        prop_assert_eq!(pair.delivered, expected);
        if pair.sender.state().name() == "closed" {
            prop_assert!(!pair.receiver.is_alive(), "the last chunk has arrived, or it gave up");
        }
    }

    /// NCP-STREAM-018: whatever the network does, numbers come up in order and once each.
    #[test]
    fn with_faults_nothing_is_delivered_twice(
        steps in steps(),
        window in proptest::option::of(0..4u32),
    ) {
        let mut pair = Pair::new(window);
        for step in steps {
            pair.step(step, true);
        }
        let expected: Vec<u32> = (0..pair.delivered.len() as u32).collect();
        prop_assert_eq!(pair.delivered, expected);
    }
}
