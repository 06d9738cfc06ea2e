//! Entities under diffs, as the rows D01 to D09 and `OP-56` have it.

use super::sample::{object, schema};
use crate::cases;
use proptest::collection::vec;
use proptest::prelude::*;
use std::collections::BTreeMap;
use wireproof_machine::ncp::Refusal;
use wireproof_machine::ncp::entities::{Diff, Entities, Event, Output};
use wireproof_wire::ncp::Value;
use wireproof_wire::ncp::anchor::check_schema;
use wireproof_wire::ncp::command::Tier;

/// Subscriptions; the first stands for none.
const STREAMS: [&str; 3] = ["", "s1", "s2"];
const ENTITIES: [&str; 2] = ["", "e1"];

/// What is wrong with a patch, if anything.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    /// Adds one to what `n` is said to be.
    Set(u64),
    Empty,
    Malformed,
    Failing,
    Unfit,
}

#[derive(Clone, Copy, Debug)]
enum Step {
    Follow(usize, u64, u64),
    Subscribe(usize, Option<u64>),
    Unsubscribe(usize),
    /// Subscription, entity, distance of base and number from what fits, patch, what else.
    Diff {
        stream: usize,
        entity: usize,
        base: i64,
        seq: i64,
        kind: Kind,
        bitset: bool,
        known: bool,
    },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let kind = prop_oneof![
        12 => (0..100u64).prop_map(Kind::Set),
        2 => Just(Kind::Empty),
        1 => Just(Kind::Malformed),
        1 => Just(Kind::Failing),
        1 => Just(Kind::Unfit),
    ];
    let off = || prop_oneof![10 => Just(0i64), 1 => -1..3i64];
    let diff =
        (0..3usize, 0..2usize, off(), off(), kind, any::<bool>(), prop::bool::weighted(0.95))
            .prop_map(|(stream, entity, base, seq, kind, bitset, known)| Step::Diff {
                stream,
                entity,
                base,
                seq,
                kind,
                bitset,
                known,
            });
    let follow = (0..2usize, 0..9u64, 0..100u64).prop_map(|(of, v, n)| Step::Follow(of, v, n));
    let subscribe = (1..3usize, proptest::option::of(0..4u64));
    let step = prop_oneof![
        3 => follow,
        2 => subscribe.prop_map(|(stream, after)| Step::Subscribe(stream, after)),
        1 => (1..3usize).prop_map(Step::Unsubscribe),
        20 => diff,
    ];
    vec(step, 1..60)
}

/// The model: what each subscription knows of each entity, and the last number of each.
#[derive(Default)]
struct Model {
    agreed: bool,
    known: BTreeMap<(usize, usize), (u64, u64)>,
    last: BTreeMap<usize, u64>,
}

impl Model {
    fn see(&self, stream: usize, entity: usize) -> Option<(u64, u64)> {
        self.known.get(&(stream, entity)).or_else(|| self.known.get(&(0, entity))).copied()
    }

    /// What comes of a step: name of the output, or row.
    fn step(&mut self, step: Step, base_seq: u64, seq: u64) -> &'static str {
        let Step::Diff { stream, entity, kind, bitset, known, .. } = step else {
            match step {
                Step::Follow(entity, version, n) => {
                    self.known.retain(|(_, of), _| *of != entity);
                    self.known.insert((0, entity), (version, n));
                }
                Step::Subscribe(stream, after) => {
                    if after.is_none() {
                        self.known.retain(|(of, _), _| *of != stream);
                    }
                    self.last.insert(stream, after.unwrap_or(0));
                }
                Step::Unsubscribe(stream) => {
                    self.known.retain(|(of, _), _| *of != stream);
                    self.last.remove(&stream);
                }
                Step::Diff { .. } => unreachable!("taken above"),
            }
            return "noted";
        };
        let last = self.last.get(&stream).copied();
        if last.is_some_and(|last| seq == last + 1) {
            self.last.insert(stream, seq);
        }
        let seen = self.see(stream, entity);
        // A bitset has no operation that could fail, and one byte at least.
        let wrong_as_bitset = matches!(kind, Kind::Failing | Kind::Empty);
        let rows = [
            (bitset && !self.agreed, "D05"),
            (!known, "D04"),
            (stream != 0 && last.is_none(), "unapplied"),
            (stream != 0 && last.is_some_and(|last| seq > last + 1), "resubscribe"),
            (stream != 0 && last.is_some_and(|last| seq <= last), "repeated"),
            (stream != 0 && kind == Kind::Empty, "heartbeat"),
            // A bitset has no operation that could fail, and one byte at least.
            (kind == Kind::Malformed || bitset && wrong_as_bitset, "D06"),
            (seen.is_none(), "unapplied"),
            (seen.is_some_and(|(version, _)| version != base_seq), "D03"),
            (matches!(kind, Kind::Failing | Kind::Unfit), "D07"),
            (true, "applied"),
        ];
        let row = rows.into_iter().find(|(fits, _)| *fits).map_or("", |(_, row)| row);
        if let ("applied", Some((version, n))) = (row, seen) {
            let next = if stream == 0 { version + 1 } else { seq };
            let n = if let Kind::Set(n) = kind { n } else { n };
            self.known.insert((stream, entity), (next, n));
        }
        row
    }
}

fn patch(kind: Kind, bitset: bool) -> Value {
    let operation = |op: &str, path: &str, value: Value| {
        object(&[("op", op.into()), ("path", path.into()), ("value", value)])
    };
    if bitset {
        return Value::Bytes(match kind {
            Kind::Set(n) => vec![1, n as u8],
            Kind::Empty => vec![],
            // A value too few, a bit too many, a truth value for a number.
            Kind::Failing => vec![1],
            Kind::Malformed => vec![3, 1, 1],
            Kind::Unfit => vec![1, 0xc3],
        });
    }
    Value::Array(match kind {
        Kind::Set(n) => vec![operation("replace", "/n", Value::Uint(n))],
        Kind::Empty => vec![],
        Kind::Malformed => vec![operation("change", "/n", Value::Nil)],
        Kind::Failing => vec![
            operation("replace", "/n", Value::Uint(7)),
            operation("test", "/n", Value::Uint(8)),
        ],
        Kind::Unfit => vec![operation("replace", "/n", Value::Bool(true))],
    })
}

proptest! {
    #![proptest_config(cases(3_000))]

    #[test]
    fn entities_follow_their_table(steps in steps(), agreed in any::<bool>()) {
        let layout = check_schema(&schema("n", "uint64")).expect("a schema");
        let record = |n| object(&[("n", Value::Uint(n))]);
        let mut entities = Entities::new(agreed);
        let mut model = Model { agreed, ..Model::default() };
        for step in steps {
            let (mut base_seq, mut number) = (0, 0);
            let read;
            let changed;
            let event = match step {
                Step::Follow(entity, version, n) => {
                    read = record(n);
                    let entity = ENTITIES[entity];
                    Event::Follow { anchor_ref: "a", entity, version, record: &read }
                }
                Step::Subscribe(stream, resume_from) => {
                    Event::Subscribe { stream_id: STREAMS[stream], resume_from }
                }
                Step::Unsubscribe(stream) => Event::Unsubscribe(STREAMS[stream]),
                Step::Diff { stream, entity, base, seq, kind, bitset, known } => {
                    let version = model.see(stream, entity).map_or(0, |(version, _)| version);
                    base_seq = version.saturating_add_signed(base);
                    let last = model.last.get(&stream).copied().unwrap_or(0);
                    number = (last + 1).saturating_add_signed(seq);
                    changed = patch(kind, bitset);
                    Event::Received(Diff {
                        anchor_ref: "a",
                        schema: known.then_some(&layout),
                        entity: ENTITIES[entity],
                        base_seq,
                        format: if bitset { "binary_bitset" } else { "" },
                        patch: &changed,
                        tier: Tier::Msgpack,
                        event: (stream != 0).then_some((STREAMS[stream], number)),
                    })
                }
            };
            let result = entities.apply(event);
            let expected = model.step(step, base_seq, number);
            prop_assert_eq!(result.map_or_else(Refusal::row, Output::name), expected, "{:?}", step);
            for (stream, name) in STREAMS.iter().enumerate() {
                for (entity, id) in ENTITIES.iter().enumerate() {
                    let found = entities.get(name, "a", id);
                    let expected = model.see(stream, entity);
                    prop_assert_eq!(found.map(|entity| entity.version), expected.map(|(v, _)| v));
                    let records = (found.map(|entity| entity.record.clone()), expected);
                    prop_assert_eq!(records.0, records.1.map(|(_, n)| record(n)));
                }
                let last = entities.follower(name).map(|follower| follower.last_seq());
                prop_assert_eq!(last, model.last.get(&stream).copied());
            }
        }
    }
}
