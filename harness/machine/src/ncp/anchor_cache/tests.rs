extern crate std;

use super::{Anchor, Cache, Event, Output, State};
use crate::ncp::Refusal;
use crate::ncp::samples::{A1, named, product};
use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;
use wireproof_base::{Duration, Instant};
use wireproof_wire::ncp::Value;
use wireproof_wire::ncp::anchor::anchor_id;

/// NG-12: the first digit changed.
const WRONG: &str = "sha256:e31c3734e35b4e3815cb281a6307786aa0c46136b5d3b2ab07183d0b541ca9fe";
/// As NG-13: two digits short of an identifier.
const SHORT: &str = "sha256:d31c3734e35b4e3815cb281a6307786aa0c46136b5d3b2ab07183d0b541ca9";

fn at(seconds: u64) -> Instant {
    Instant::ZERO + Duration::from_millis(seconds * 1000)
}

fn id(schema: &Value) -> String {
    anchor_id(schema).expect("it has a canonical form")
}

/// Stores the schema of one field called `name`.
fn store(cache: &mut Cache, now: Instant, name: &str, ttl: u32) -> Vec<String> {
    let schema = named(name);
    let anchor = Anchor { anchor_id: &id(&schema), schema: &schema, ttl };
    match cache.apply(now, Event::Anchor(anchor)) {
        Ok(Output::Stored { forgotten }) => forgotten,
        other => panic!("{other:?}"),
    }
}

fn refer(cache: &mut Cache, now: Instant, anchor_ref: &str) -> Output {
    cache.apply(now, Event::Refer(anchor_ref)).expect("a reference is never refused")
}

fn shown(result: &Result<Output, Refusal>, old: &str) -> String {
    let name = |id: &String| match id.as_str() {
        A1 => "A1",
        id if id == old => "old",
        _ => "other",
    };
    let names = |ids: &[String]| ids.iter().map(name).collect::<Vec<_>>().join(", ");
    match result {
        Ok(
            output @ (Output::Stored { forgotten }
            | Output::Passing { forgotten, .. }
            | Output::Cleared { forgotten }),
        ) if !forgotten.is_empty() => format!("{} without {}", output.name(), names(forgotten)),
        Ok(output) => output.name().to_string(),
        Err(refusal) => format!("{refusal:?}"),
    }
}

/// The product schema in every state, against every event that is about it.
#[test]
fn every_state_and_event() {
    let (product, other) = (product(), named("other"));
    let malformed = Value::Map(Vec::new());
    let old = id(&named("old"));
    let anchor = |anchor_id, schema, ttl| Anchor { anchor_id, schema, ttl };
    let inline = |anchor, anchor_ref| Event::Inline { anchor, anchor_ref, old: &old };
    let good = anchor(A1, &product, 60);
    let passing = anchor(A1, &product, 0);
    let events = [
        ("anchor", Event::Anchor(good)),
        ("anchor, ttl 0", Event::Anchor(passing)),
        ("anchor, other schema", Event::Anchor(anchor(A1, &other, 60))),
        ("anchor, malformed", Event::Anchor(anchor(A1, &malformed, 60))),
        ("anchor, wrong digest", Event::Anchor(anchor(WRONG, &product, 60))),
        ("anchor, no identifier", Event::Anchor(anchor(SHORT, &product, 60))),
        ("inline", inline(good, A1)),
        ("inline, ttl 0", inline(passing, A1)),
        ("inline, system reference", inline(good, "nps:system:subscribe:ack")),
        ("inline, other reference", inline(good, &old)),
        ("inline, other schema", inline(anchor(A1, &other, 60), A1)),
        ("inline, malformed", inline(anchor(A1, &malformed, 60), A1)),
        ("inline for itself", Event::Inline { anchor: good, anchor_ref: A1, old: A1 }),
        ("refer", Event::Refer(A1)),
        ("stale", Event::Stale(A1)),
        ("not found", Event::NotFound(A1)),
        ("closed", Event::Closed),
    ];
    let mut table = String::new();
    for state in [State::Absent, State::Fresh, State::Expired] {
        for (name, event) in events {
            let mut cache = Cache::new(4);
            store(&mut cache, at(0), "old", 1000);
            if state != State::Absent {
                let ttl = if state == State::Fresh { 100 } else { 50 };
                cache.apply(at(0), Event::Anchor(anchor(A1, &product, ttl))).expect("verified");
            }
            assert_eq!(cache.state(at(50), A1), state);
            let result = cache.apply(at(50), event);
            let after = (cache.state(at(50), A1).name(), cache.state(at(50), &old).name());
            let end = cache
                .entries()
                .find(|(id, _)| *id == A1)
                .map_or("-".into(), |(_, end)| end.to_string());
            table += &format!(
                "{:<8} {name:<24} {:<8} until {end:<5} old {:<7} {}\n",
                state.name(),
                after.0,
                after.1,
                shown(&result, &old)
            );
        }
    }
    insta::assert_snapshot!(table);
}

/// NCP-ANCHOR-035, with the nanosecond before.
#[test]
fn an_entry_is_dead_from_its_expiry_on() {
    let mut cache = Cache::new(4);
    store(&mut cache, at(5), "one", 60);
    let one = id(&named("one"));
    let before = Instant::from_nanos(at(65).as_nanos() - 1);
    assert_eq!(refer(&mut cache, before, &one), Output::Hit);
    assert!(cache.schema(before, &one).is_some());
    assert_eq!(refer(&mut cache, at(65), &one), Output::Miss);
    assert!(cache.schema(at(65), &one).is_none());
    assert_eq!(cache.next_expiry(before), Some(at(65)));
    assert_eq!(cache.next_expiry(at(65)), None);
}

/// `OP-34`: use does not slide the expiry, arrival restarts it, also to an earlier time.
#[test]
fn only_arrival_restarts_the_time() {
    let mut cache = Cache::new(4);
    let one = id(&named("one"));
    store(&mut cache, at(0), "one", 60);
    refer(&mut cache, at(59), &one);
    assert_eq!(cache.state(at(60), &one), State::Expired);
    store(&mut cache, at(59), "one", 60);
    assert_eq!(cache.state(at(118), &one), State::Fresh);
    store(&mut cache, at(60), "one", 5);
    assert_eq!(cache.state(at(65), &one), State::Expired);
}

#[test]
fn the_greatest_ttl_is_kept_exactly() {
    let mut cache = Cache::new(1);
    store(&mut cache, at(0), "one", u32::MAX);
    assert_eq!(cache.next_expiry(at(0)), Some(at(u64::from(u32::MAX))));
}

#[test]
fn the_least_recently_used_goes_first() {
    let mut cache = Cache::new(2);
    let (one, two, three) = (id(&named("one")), id(&named("two")), id(&named("three")));
    assert!(store(&mut cache, at(0), "one", 60).is_empty());
    assert!(store(&mut cache, at(1), "two", 60).is_empty(), "at the limit");
    assert_eq!(refer(&mut cache, at(2), &one), Output::Hit);
    let gone = store(&mut cache, at(3), "three", 60);
    assert_eq!(gone, core::slice::from_ref(&two), "above it");
    assert_eq!(refer(&mut cache, at(4), &two), Output::Miss);
    assert!(store(&mut cache, at(5), "one", 60).is_empty(), "the same again needs no room");
    assert_eq!(store(&mut cache, at(6), "two", 60), [three]);
}

#[test]
fn the_expired_goes_before_the_fresh_and_is_not_missed() {
    let mut cache = Cache::new(2);
    let (one, two) = (id(&named("one")), id(&named("two")));
    store(&mut cache, at(0), "one", 60);
    store(&mut cache, at(1), "two", 5);
    assert!(store(&mut cache, at(10), "three", 60).is_empty());
    assert_eq!(cache.state(at(10), &one), State::Fresh);
    assert_eq!(cache.state(at(10), &two), State::Absent);
}

#[test]
fn a_cache_without_room_lets_everything_pass() {
    let mut cache = Cache::new(0);
    let schema = named("one");
    let anchor = Anchor { anchor_id: &id(&schema), schema: &schema, ttl: 60 };
    let result = cache.apply(at(0), Event::Anchor(anchor)).expect("verified");
    assert_eq!(result.name(), "passing");
    assert_eq!(cache.entries().count(), 0);
}
