//! Subscriptions: the Node against a plain list of everything it ever numbered, and both ends with
//! connections that break between them.

use crate::cases;
use proptest::collection::vec;
use proptest::prelude::*;
use std::collections::VecDeque;
use wireproof_base::{Duration, Instant};
use wireproof_machine::ncp::subscription::{
    Config, Event, Follower, Kept, Order, Output, Publisher,
};

#[derive(Clone, Copy, Debug)]
enum Step {
    Subscribe(Option<u32>, Option<u64>),
    Unsubscribe,
    Ping,
    Change,
    Timeout,
    Lost,
    Wait(u64),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let subscribe = (proptest::option::of(0..8u32), proptest::option::of(0..12u64));
    let step = prop_oneof![
        6 => subscribe.prop_map(|(heartbeat, after)| Step::Subscribe(heartbeat, after)),
        1 => Just(Step::Unsubscribe),
        1 => Just(Step::Ping),
        8 => Just(Step::Change),
        6 => Just(Step::Timeout),
        2 => Just(Step::Lost),
        8 => (0..8u64).prop_map(Step::Wait),
    ];
    vec(step, 1..60)
}

/// The model: everything that was numbered, with the second, and whether it was a heartbeat.
struct Model {
    now: u64,
    state: &'static str,
    history: Vec<(u64, bool)>,
    interval: u64,
    beat: Option<u64>,
    events: u64,
    span: u64,
}

impl Model {
    fn last(&self) -> u64 {
        self.history.len() as u64
    }

    /// Whether everything after that number is still kept.
    fn holds_after(&self, after: u64) -> bool {
        after <= self.last()
            && self.last() - after <= self.events
            && self.history[after as usize..].iter().all(|(at, _)| self.now - at <= self.span)
    }

    fn subscribe(&mut self, heartbeat: Option<u32>, after: Option<u64>) -> Option<Output> {
        let live = matches!(self.state, "active" | "away");
        let resumed = live && after.is_some();
        let fits = match after {
            Some(after) if live => self.holds_after(after),
            Some(after) => after == 0,
            None => self.state != "active",
        };
        if !fits {
            return None;
        }
        if !resumed {
            self.history.clear();
        }
        self.state = "active";
        self.interval = heartbeat.map_or(30, u64::from);
        self.beat = (self.interval != 0).then(|| self.now + self.interval);
        let after = if resumed { after.unwrap_or(0) } else { 0 };
        Some(Output::Accept { resumed, after, last_seq: self.last() })
    }

    /// What comes of a step; nothing if it is refused.
    fn step(&mut self, step: Step) -> Option<Output> {
        match step {
            Step::Subscribe(heartbeat, after) => return self.subscribe(heartbeat, after),
            Step::Unsubscribe if self.state == "idle" => return None,
            Step::Unsubscribe if self.state != "over" => {
                (self.state, self.beat) = ("over", None);
                return Some(Output::Stop);
            }
            Step::Change => {
                let away = self.state == "away";
                if self.state != "active" && !away {
                    return None;
                }
                self.history.push((self.now, false));
                let seq = self.last();
                return Some(if away { Output::Keep { seq } } else { Output::Send { seq } });
            }
            Step::Timeout if self.beat.is_some_and(|beat| beat <= self.now) => {
                let base_seq = self.last();
                self.history.push((self.now, true));
                self.beat = Some(self.now + self.interval);
                return Some(Output::Heartbeat { seq: base_seq + 1, base_seq });
            }
            Step::Lost if self.state == "active" => (self.state, self.beat) = ("away", None),
            Step::Wait(seconds) => self.now += seconds,
            _ => {}
        }
        Some(Output::Nothing)
    }
}

fn at(seconds: u64) -> Instant {
    Instant::ZERO + Duration::from_millis(seconds * 1000)
}

proptest! {
    #![proptest_config(cases(3_000))]

    #[test]
    fn a_node_follows_its_table(steps in steps(), events in 0..6u32, span in 0..20u64) {
        let config = Config { events, span: Duration::from_millis(span * 1000) };
        let mut publisher = Publisher::new(config);
        let mut model = Model {
            now: 0,
            state: "idle",
            history: Vec::new(),
            interval: 0,
            beat: None,
            events: u64::from(events),
            span,
        };
        for step in steps {
            let now = at(model.now);
            let expected = model.step(step);
            let event = match step {
                Step::Subscribe(heartbeat, resume_from) => {
                    Event::Subscribe { heartbeat, resume_from }
                }
                Step::Unsubscribe => Event::Unsubscribe,
                Step::Ping => Event::Ping,
                Step::Change => Event::Change(model.last()),
                Step::Timeout => Event::Timeout,
                Step::Lost => Event::Lost,
                Step::Wait(_) => continue,
            };
            let result = publisher.apply(now, event);
            prop_assert_eq!(result.ok(), expected, "{:?}", step);
            prop_assert_eq!(publisher.state().name(), model.state);
            prop_assert_eq!(publisher.next_deadline(), model.beat.map(at));
            prop_assert_eq!(publisher.last_seq(), model.last());
            if let Ok(Output::Accept { after, last_seq, .. }) = result {
                let replayed: Vec<(u64, bool)> = publisher
                    .after(after)
                    .map(|(seq, kept)| (seq, matches!(kept, Kept::Heartbeat)))
                    .collect();
                let kind = |seq: u64| (seq, model.history[seq as usize - 1].1);
                let expected: Vec<(u64, bool)> = (after + 1..=last_seq).map(kind).collect();
                prop_assert_eq!(replayed, expected);
            }
        }
    }

    /// Nothing is skipped and nothing is seen twice, however often the connection breaks, as long
    /// as the buffer lasts.
    #[test]
    fn a_subscriber_that_resumes_misses_nothing(
        script in vec((0..5u8, 0..4usize), 1..60),
    ) {
        let mut publisher = Publisher::new(Config::default());
        let mut follower = Follower::new(0);
        let mut wire: VecDeque<u64> = VecDeque::new();
        let mut seen = Vec::new();
        let start = Event::Subscribe { heartbeat: Some(0), resume_from: None };
        publisher.apply(at(0), start).expect("idle");
        let resume = |publisher: &mut Publisher<()>, wire: &mut VecDeque<u64>, after| {
            let again = Event::Subscribe { heartbeat: Some(0), resume_from: Some(after) };
            publisher.apply(at(0), again).expect("the buffer is large");
            wire.extend(publisher.after(after).map(|(seq, _)| seq));
        };
        // The last step heals: nothing is lost after it, and one more event shows every gap.
        for (kind, place) in script.into_iter().chain([(4, 0), (0, 0)]) {
            match kind {
                0 | 1 => match publisher.apply(at(0), Event::Change(())) {
                    Ok(Output::Send { seq }) => wire.push_back(seq),
                    other => prop_assert!(matches!(other, Ok(Output::Keep { .. })), "{:?}", other),
                },
                2 => drop(wire.remove(place)),
                3 => {
                    publisher.apply(at(0), Event::Lost).expect("always");
                    wire.clear();
                }
                _ => {
                    wire.clear();
                    resume(&mut publisher, &mut wire, follower.last_seq());
                    follower = Follower::new(follower.last_seq());
                }
            }
            while let Some(seq) = if place == 0 { wire.pop_front() } else { None } {
                match follower.take(seq) {
                    Order::Next => seen.push(seq),
                    Order::Gap { after, new: true } => resume(&mut publisher, &mut wire, after),
                    Order::Gap { .. } | Order::Repeated => {}
                }
            }
        }
        prop_assert_eq!(seen, (1..=publisher.last_seq()).collect::<Vec<_>>());
    }
}
