//! One stream, each side alone, as the rows T01 to T13 and V01 to V17 have it.

use crate::cases;
use proptest::collection::vec;
use proptest::prelude::*;
use wireproof_machine::ncp::Refusal;
use wireproof_machine::ncp::stream_receiver::{self as receiver, Admission, Chunk, Receiver};
use wireproof_machine::ncp::stream_sender::{self as sender, Sender};

/// The greatest number, three chunks away from where the histories below may start.
const NEAR: u32 = u32::MAX - 3;

fn sender_event() -> impl Strategy<Value = sender::Event> {
    use sender::Event as E;
    let window = proptest::option::of(0..4u32);
    prop_oneof![
        4 => (window, prop::bool::weighted(0.1), prop::bool::weighted(0.9))
            .prop_map(|(window, last, slot)| E::Start { window, last, slot }),
        9 => prop::bool::weighted(0.08).prop_map(|last| E::Chunk { last }),
        4 => (0..4u32).prop_map(E::Window),
        1 => prop_oneof![Just(E::Fail), Just(E::Ended), Just(E::Meaningless), Just(E::Lost)],
    ]
}

/// The model counts windows down by hand and keeps the state as the word of the table.
struct Sending {
    state: &'static str,
    credit: Option<u32>,
    seq: u64,
}

/// What the table says of a step: row, and what is sent.
type Told = (&'static str, Option<(u64, bool)>);

impl Sending {
    fn settle(&mut self) {
        self.state = if self.credit == Some(0) { "paused" } else { "open" };
    }

    fn step(&mut self, event: sender::Event) -> Told {
        use sender::Event as E;
        let alive = matches!(self.state, "open" | "paused");
        let ended = matches!(self.state, "closed" | "aborted");
        match event {
            E::Lost => {
                self.state = "aborted";
                ("T12", None)
            }
            E::Start { slot: false, .. } if self.state == "idle" => ("T02", None),
            E::Start { window, last, .. } if self.state == "idle" => {
                self.credit = window;
                self.settle();
                if last {
                    self.state = "closed";
                }
                self.seq += 1;
                ("T01", Some((self.seq - 1, last)))
            }
            E::Chunk { .. } if self.state == "paused" => ("T05", None),
            E::Chunk { last } if self.state == "open" => {
                let end = self.seq == u64::from(u32::MAX);
                self.credit = self.credit.map(|credit| credit - 1);
                self.settle();
                if last || end {
                    self.state = "closed";
                }
                self.seq += 1;
                let row = if last {
                    "T04"
                } else if end {
                    "T10"
                } else {
                    "T03"
                };
                (row, Some((self.seq - 1, last || end)))
            }
            E::Window(size) if alive => {
                self.credit = Some(size);
                self.settle();
                (if size == 0 { "T07" } else { "T06" }, None)
            }
            E::Fail if alive => {
                self.state = "aborted";
                ("T08", Some((self.seq, true)))
            }
            E::Ended if alive => {
                self.state = "aborted";
                ("T09", None)
            }
            E::Window(_) | E::Ended if ended => ("T11", None),
            E::Meaningless if alive || ended => ("T13", None),
            _ => ("", None),
        }
    }
}

fn receiver_event() -> impl Strategy<Value = receiver::Event> {
    use receiver::Event as E;
    let rarely = || prop::bool::weighted(0.06);
    let guards = (rarely(), rarely(), rarely());
    let chunk = (0..6u32, rarely(), rarely(), proptest::option::of(0..4u32), guards).prop_map(
        |(seq, last, failed, window, (id, slot, anchor))| {
            let admission = Admission { id: !id, slot: !slot, anchor: !anchor };
            E::Chunk(Chunk { seq, last, failed, window, admission })
        },
    );
    prop_oneof![
        20 => chunk,
        3 => (0..4u32).prop_map(E::Room),
        1 => Just(E::GiveUp),
        1 => Just(E::Lost),
    ]
}

/// The model keeps what has arrived and what may still come.
struct Receiving {
    state: &'static str,
    arrived: u64,
    credit: Option<u64>,
}

impl Receiving {
    fn chunk(&mut self, chunk: Chunk) -> &'static str {
        let Chunk { seq, last, failed, window, admission } = chunk;
        let seq = u64::from(seq);
        match self.state {
            "none" => {
                let refused = [
                    (!admission.id, "V05"),
                    (seq > 0, "V03"),
                    (!admission.slot, "V02"),
                    (!admission.anchor, "V04"),
                ];
                if let Some((_, row)) = refused.into_iter().find(|(holds, _)| *holds) {
                    return row;
                }
                self.arrived = 1;
                self.credit = window.map(u64::from);
                self.state = match (failed, last) {
                    (true, _) => "aborted",
                    (_, true) => "done",
                    _ => "receiving",
                };
                "V01"
            }
            "receiving" => {
                let rows = [
                    (failed, "V08"),
                    (seq < self.arrived, "V10"),
                    (seq > self.arrived, "V09"),
                    (self.credit == Some(0), "V11"),
                    (last, "V07"),
                    (true, "V06"),
                ];
                let row = rows.into_iter().find(|(fits, _)| *fits).map_or("", |(_, row)| row);
                if matches!(row, "V06" | "V07") {
                    self.arrived += 1;
                    self.credit = self.credit.map(|credit| credit - 1);
                }
                self.state = match row {
                    "V08" | "V09" | "V11" => "aborted",
                    "V07" => "done",
                    _ if self.arrived > u64::from(u32::MAX) => "done",
                    _ => "receiving",
                };
                row
            }
            _ if seq == 0 => "V15",
            _ => "V16",
        }
    }

    fn step(&mut self, event: receiver::Event) -> &'static str {
        use receiver::Event as E;
        match event {
            E::Chunk(chunk) => self.chunk(chunk),
            E::Lost => {
                self.state = "aborted";
                "V17"
            }
            _ if self.state != "receiving" => "",
            E::Room(0) => "V13",
            E::Room(size) => {
                self.credit = self.credit.map(|credit| credit + u64::from(size));
                "V12"
            }
            E::GiveUp => {
                self.state = "aborted";
                "V14"
            }
        }
    }
}

proptest! {
    #![proptest_config(cases(4_000))]

    #[test]
    fn a_sender_follows_its_table(events in vec(sender_event(), 1..40), late in any::<bool>()) {
        let mut model = Sending { state: "idle", credit: None, seq: 0 };
        let mut found = Sender::new();
        if late {
            model = Sending { state: "open", credit: None, seq: u64::from(NEAR) };
            found = Sender::at(sender::State::Open { credit: None }, NEAR);
        }
        for event in events {
            let full = model.seq == u64::from(u32::MAX);
            let step = sender::next(found.state(), event, full);
            let row = step.map_or_else(Refusal::row, |(row, _)| row);
            let told = model.step(event);
            let result = found.apply(event);
            prop_assert_eq!(row, told.0, "{:?}", event);
            let sent = match result {
                Ok(sender::Output::Send { seq, last }) => Some((u64::from(seq), last)),
                Ok(sender::Output::Abort { seq }) => Some((u64::from(seq), true)),
                _ => None,
            };
            prop_assert_eq!(sent, told.1, "{:?}", event);
            prop_assert_eq!(result.is_err(), matches!(told.0, "" | "T02" | "T13"));
            prop_assert_eq!(found.state().name(), model.state);
            if model.state == "open" {
                prop_assert_eq!(found.state().credit(), model.credit);
            }
        }
    }

    #[test]
    fn a_receiver_follows_its_table(
        events in vec(receiver_event(), 1..40),
        late in any::<bool>(),
    ) {
        let mut model = Receiving { state: "none", arrived: 0, credit: None };
        let mut found = Receiver::new();
        let base = if late { NEAR } else { 0 };
        if late {
            model = Receiving { state: "receiving", arrived: u64::from(NEAR), credit: Some(3) };
            let state = receiver::State::Receiving { expected: NEAR, credit: Some(3) };
            found = Receiver::at(state, 0);
        }
        let mut reverse = 0;
        for event in events {
            let event = match event {
                receiver::Event::Chunk(Chunk { seq, last, failed, window, admission }) => {
                    let seq = base.saturating_add(seq);
                    receiver::Event::Chunk(Chunk { seq, last, failed, window, admission })
                }
                other => other,
            };
            let row =
                receiver::next(found.state(), event).map_or_else(Refusal::row, |(row, _)| row);
            let fresh = model.state == "none";
            let told = model.step(event);
            let result = found.apply(event);
            prop_assert_eq!(row, told, "{:?}", event);
            prop_assert_eq!(found.state().name(), model.state);
            if let receiver::State::Receiving { expected, credit } = found.state() {
                prop_assert_eq!(u64::from(expected), model.arrived);
                prop_assert_eq!(credit.map(u64::from), model.credit);
            }
            let delivered = matches!(result, Ok(receiver::Output::Deliver { .. }));
            let opened = told == "V01" && model.state != "aborted";
            prop_assert_eq!(delivered, opened || matches!(told, "V06" | "V07"));
            if let Ok(receiver::Output::Deliver { opened, last }) = result {
                prop_assert_eq!((opened, last), (fresh, model.state == "done"));
            }
            if let Ok(receiver::Output::Window { seq, .. } | receiver::Output::Cancel { seq }) =
                result
            {
                prop_assert_eq!(seq, reverse);
                reverse += 1;
            }
        }
    }
}
