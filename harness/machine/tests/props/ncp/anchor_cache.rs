//! The cache of an Agent, as the rows A01 to A14 have it.

use super::sample::schema;
use crate::cases;
use proptest::collection::vec;
use proptest::prelude::*;
use wireproof_base::{Duration, Instant};
use wireproof_machine::ncp::Refusal;
use wireproof_machine::ncp::anchor_cache::{Anchor, Cache, Event, Output};
use wireproof_wire::ncp::Value;
use wireproof_wire::ncp::anchor::anchor_id;

const NAMES: [&str; 6] = ["one", "two", "three", "four", "five", "six"];

#[derive(Clone, Copy, Debug)]
enum Step {
    /// An identifier, the schema it comes with, `ttl`.
    Anchor(usize, usize, u32),
    /// The same, the reference of the response, that of the request.
    Inline(usize, usize, u32, usize, usize),
    /// A schema that is malformed.
    Malformed(usize),
    Refer(usize),
    Stale(usize),
    NotFound(usize),
    Closed,
    Wait(u64),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let one = || 0..NAMES.len();
    let ttl = || 0..12u32;
    let pair = || {
        let honest = one().prop_map(|of| (of, of));
        prop_oneof![6 => honest, 1 => (one(), one())]
    };
    let step = prop_oneof![
        8 => (pair(), ttl()).prop_map(|((id, of), ttl)| Step::Anchor(id, of, ttl)),
        3 => (pair(), ttl(), one(), one()).prop_map(|((id, of), ttl, to, old)| {
            Step::Inline(id, of, ttl, if to % 2 == 0 { id } else { to }, old)
        }),
        1 => one().prop_map(Step::Malformed),
        6 => one().prop_map(Step::Refer),
        1 => one().prop_map(Step::Stale),
        1 => one().prop_map(Step::NotFound),
        4 => (0..6u64).prop_map(Step::Wait),
    ];
    let closing = prop_oneof![30 => step, 1 => Just(Step::Closed)];
    vec(closing, 1..60)
}

/// The model keeps the entries in the order of their last use, oldest first, with the second at
/// which each dies.
#[derive(Debug, Default)]
struct Model {
    now: u64,
    entries: Vec<(usize, u64)>,
    forgotten: Vec<usize>,
}

impl Model {
    fn state(&self, of: usize) -> &'static str {
        match self.entries.iter().find(|(known, _)| *known == of) {
            None => "absent",
            Some((_, end)) if self.now < *end => "fresh",
            Some(_) => "expired",
        }
    }

    fn remove(&mut self, of: usize) {
        if self.state(of) == "fresh" {
            self.forgotten.push(of);
        }
        self.entries.retain(|(known, _)| *known != of);
    }

    fn keep(&mut self, of: usize, ttl: u32, limit: usize) -> &'static str {
        if ttl == 0 || limit == 0 {
            self.remove(of);
            return "passing";
        }
        self.entries.retain(|(known, _)| *known != of);
        self.entries.push((of, self.now + u64::from(ttl)));
        while self.entries.len() > limit {
            let dead = self.entries.iter().find(|(_, end)| *end <= self.now);
            let (first, _) = *dead.unwrap_or(&self.entries[0]);
            self.remove(first);
        }
        "stored"
    }

    /// What comes of a step: name of the output, or row.
    fn step(&mut self, step: Step, limit: usize) -> &'static str {
        match step {
            Step::Malformed(_) => "A04",
            Step::Anchor(id, of, _) if id != of => {
                if self.state(id) == "fresh" {
                    "A06"
                } else {
                    "A03"
                }
            }
            Step::Anchor(id, _, ttl) => self.keep(id, ttl, limit),
            Step::Inline(id, of, ..) if id != of => "A10",
            Step::Inline(id, _, _, to, _) if id != to => "A09",
            Step::Inline(id, _, ttl, _, old) => {
                if old != id {
                    self.remove(old);
                }
                self.keep(id, ttl, limit)
            }
            Step::Refer(of) if self.state(of) == "fresh" => {
                let at = self.entries.iter().position(|(known, _)| *known == of);
                let entry = self.entries.remove(at.expect("it is fresh"));
                self.entries.push(entry);
                "hit"
            }
            Step::Refer(_) => "miss",
            Step::Stale(of) | Step::NotFound(of) if self.state(of) == "fresh" => {
                self.entries.retain(|(known, _)| *known != of);
                "forgotten"
            }
            Step::Stale(_) | Step::NotFound(_) => "unchanged",
            Step::Closed => {
                let fresh = self.entries.iter().filter(|(_, end)| self.now < *end);
                self.forgotten = fresh.map(|(of, _)| *of).collect();
                self.entries.clear();
                "cleared"
            }
            Step::Wait(seconds) => {
                self.now += seconds;
                ""
            }
        }
    }
}

fn sorted(mut ids: Vec<String>) -> Vec<String> {
    ids.sort();
    ids
}

proptest! {
    #![proptest_config(cases(3_000))]

    #[test]
    fn the_cache_follows_its_table(steps in steps(), limit in 0..5u32) {
        let schemas: Vec<Value> = NAMES.iter().map(|name| schema(name, "string")).collect();
        let ids: Vec<String> =
            schemas.iter().map(|schema| anchor_id(schema).expect("a canonical form")).collect();
        let malformed = schema("one", "text");
        let anchor =
            |id: usize, of: usize, ttl| Anchor { anchor_id: &ids[id], schema: &schemas[of], ttl };
        let (mut cache, mut model) = (Cache::new(limit), Model::default());
        for step in steps {
            let now = Instant::ZERO + Duration::from_millis(model.now * 1000);
            model.forgotten.clear();
            let expected = model.step(step, limit as usize);
            let event = match step {
                Step::Anchor(id, of, ttl) => Event::Anchor(anchor(id, of, ttl)),
                Step::Inline(id, of, ttl, to, old) => Event::Inline {
                    anchor: anchor(id, of, ttl),
                    anchor_ref: &ids[to],
                    old: &ids[old],
                },
                Step::Malformed(id) => {
                    Event::Anchor(Anchor { anchor_id: &ids[id], schema: &malformed, ttl: 60 })
                }
                Step::Refer(of) => Event::Refer(&ids[of]),
                Step::Stale(of) => Event::Stale(&ids[of]),
                Step::NotFound(of) => Event::NotFound(&ids[of]),
                Step::Closed => Event::Closed,
                Step::Wait(_) => continue,
            };
            let result = cache.apply(now, event);
            let told = result.as_ref().map_or_else(|refusal| Refusal::row(*refusal), Output::name);
            prop_assert_eq!(told, expected, "{:?}", step);
            if let Ok(
                Output::Stored { forgotten }
                | Output::Passing { forgotten, .. }
                | Output::Cleared { forgotten },
            ) = result
            {
                let gone = model.forgotten.iter().map(|of| ids[*of].clone()).collect();
                prop_assert_eq!(sorted(forgotten), sorted(gone));
            }
            prop_assert!(cache.entries().count() <= limit as usize);
            for of in 0..NAMES.len() {
                let state = cache.state(now, &ids[of]).name();
                prop_assert_eq!(state, model.state(of), "{:?}", step);
                let schema = cache.schema(now, &ids[of]);
                prop_assert_eq!(schema.is_some(), state == "fresh");
                if let Some(schema) = schema {
                    prop_assert_eq!(schema.fields[0].name.as_str(), NAMES[of]);
                }
            }
            let fresh = model.entries.iter().map(|(_, end)| *end).filter(|end| model.now < *end);
            let next = cache.next_expiry(now).map(|at| at.as_nanos() / 1_000_000_000);
            prop_assert_eq!(next, fresh.min());
        }
    }
}
