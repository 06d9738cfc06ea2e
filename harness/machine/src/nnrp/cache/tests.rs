extern crate std;

use super::{Cache, Key, Limits, Owner, Put, Selector, State, Stored, Wanted, Wish};
use alloc::format;
use alloc::string::String;
use wireproof_base::{Duration, Instant};
use wireproof_wire::nnrp::code::{
    CACHE_MISS, DEPENDENCY_INVALID, LEASE_EXPIRED, LIMIT_EXCEEDED, SCHEMA_MISMATCH,
    VERSION_MISMATCH, name,
};

const ROOMY: Limits = Limits { entries: 8, bytes: 100 };
const TTL: Duration = Duration::from_nanos(10);
const OWNER: Owner = Owner::Session(1);

fn key(key: u64) -> Key {
    Key { owner: OWNER, namespace: 3, key, kind: 7 }
}

fn object(key: Key, hash: u64) -> Put<'static> {
    Put { key, bytes: 20, hash, ttl: TTL, profile: 0, schema: (0, 0), depends: &[] }
}

fn at(nanos: u64) -> Instant {
    Instant::from_nanos(nanos)
}

fn put(cache: &mut Cache, now: u64, put: &Put<'_>) -> Result<Stored, u32> {
    cache.put(at(now), put, ROOMY, |_| true)
}

/// Every state of table 4.6 against every event, with what the object is afterwards at time 5.
#[test]
fn every_state_and_event() {
    const DEPENDENT: &[Key] = &[Key { owner: OWNER, namespace: 3, key: 2, kind: 7 }];
    let prepared = |state: State| {
        let mut cache = Cache::default();
        put(&mut cache, 0, &object(key(2), 1)).expect("room");
        let depends: &[Key] = if state == State::Invalid { DEPENDENT } else { &[] };
        let ttl = if state == State::Expired { Duration::from_nanos(5) } else { TTL };
        if state != State::Absent {
            let stored = Put { depends, ttl, ..object(key(1), 1) };
            put(&mut cache, 0, &stored).expect("room");
        }
        if state == State::Invalid {
            cache.invalidate(OWNER, Selector::Key(3, 2));
        }
        assert_eq!(cache.state(at(5), &key(1)), state);
        cache
    };
    let mut table = String::new();
    for state in [State::Absent, State::Live, State::Expired, State::Invalid] {
        for (event, hash) in [("put same", 1), ("put other", 2)] {
            let mut cache = prepared(state);
            let before = cache.lease(&key(1));
            let result = put(&mut cache, 5, &object(key(1), hash));
            let (after, state_after) = (cache.lease(&key(1)), cache.state(at(5), &key(1)).name());
            table += &format!(
                "{:<8} {event:<10} {result:?} {before:?} -> {after:?} {state_after}\n",
                state.name()
            );
        }
        for (event, selector) in [
            ("whole", Selector::Whole),
            ("namespace", Selector::Namespace(3)),
            ("kind", Selector::Kind(3, 7)),
            ("key", Selector::Key(3, 1)),
            ("other key", Selector::Key(3, 9)),
            ("other kind", Selector::Kind(3, 6)),
            ("other ns", Selector::Namespace(4)),
        ] {
            let mut cache = prepared(state);
            cache.invalidate(OWNER, selector);
            let state_after = cache.state(at(5), &key(1)).name();
            table += &format!("{:<8} invalidate {event:<11} {state_after}\n", state.name());
        }
        let mut cache = prepared(state);
        cache.end_owner(OWNER);
        let state_after = cache.state(at(5), &key(1)).name();
        table += &format!("{:<8} owner ends {state_after}\n", state.name());
        let used = prepared(state).use_object(at(5), &key(1), &Wanted::default());
        let used = used.map_or_else(|code| name(code).expect("assigned"), |_| "usable");
        table += &format!("{:<8} used: {used}\n", state.name());
    }
    insta::assert_snapshot!(table);
}

#[test]
fn a_lease_ends_at_its_instant() {
    let mut cache = Cache::default();
    put(&mut cache, 5, &object(key(1), 1)).expect("room");
    assert_eq!(cache.state(at(14), &key(1)), State::Live);
    assert_eq!(cache.state(at(15), &key(1)), State::Expired);
    let timeless = Put { ttl: Duration::ZERO, ..object(key(2), 1) };
    put(&mut cache, 5, &timeless).expect("room");
    assert_eq!(cache.state(at(u64::MAX - 1), &key(2)), State::Live);
}

#[test]
fn versions_never_fall_back() {
    let mut cache = Cache::default();
    put(&mut cache, 0, &object(key(1), 1)).expect("room");
    cache.invalidate(OWNER, Selector::Whole);
    put(&mut cache, 0, &object(key(1), 1)).expect("room");
    assert_eq!(cache.lease(&key(1)), Some((2, 2)), "a new version under a new lease");
}

#[test]
fn limits_are_exact_and_a_refused_put_changes_nothing() {
    let mut cache = Cache::default();
    let limits = Limits { entries: 2, bytes: 50 };
    let put = |cache: &mut Cache, put: &Put<'_>| cache.put(at(0), put, limits, |_| true);
    put(&mut cache, &object(key(1), 1)).expect("room");
    let tight = Put { bytes: 31, ..object(key(2), 1) };
    assert_eq!(put(&mut cache, &tight), Err(LIMIT_EXCEEDED), "51 bytes");
    let exact = Put { bytes: 30, ..object(key(2), 1) };
    assert_eq!(put(&mut cache, &exact), Ok(Stored::Accepted), "50 bytes");
    let third = Put { bytes: 0, ..object(key(3), 1) };
    assert_eq!(put(&mut cache, &third), Err(LIMIT_EXCEEDED), "a third entry");
    let larger = Put { bytes: 31, ..object(key(2), 2) };
    assert_eq!(put(&mut cache, &larger), Err(LIMIT_EXCEEDED));
    assert_eq!(cache.lease(&key(2)), Some((1, 2)));
    let other = Put { bytes: 29, ..object(key(2), 2) };
    assert_eq!(put(&mut cache, &other), Ok(Stored::Replaced), "only the difference counts");
    let elsewhere = Put { key: Key { owner: Owner::Connection(9), ..key(3) }, ..third };
    let shares = |owner| owner == Owner::Connection(9);
    assert_eq!(cache.put(at(0), &elsewhere, limits, shares), Ok(Stored::Accepted));
}

#[test]
fn uses_fail_in_the_order_of_the_table() {
    let mut cache = Cache::default();
    let base = Put { ttl: Duration::ZERO, ..object(key(2), 1) };
    put(&mut cache, 0, &base).expect("room");
    let depends = [key(2)];
    let dependent = Put { profile: 2, schema: (5, 1), depends: &depends, ..object(key(1), 1) };
    put(&mut cache, 0, &dependent).expect("room");
    let use_at = |cache: &Cache, now, wanted| cache.use_object(at(now), &key(1), &wanted);
    let fits = Wanted { version: Some(1), profile: 2, schema: (5, 1) };
    let unfit = Wanted { profile: 1, ..fits };
    let newer = Wanted { version: Some(2), ..unfit };
    assert_eq!(use_at(&cache, 0, fits), Ok(1));
    assert_eq!(use_at(&cache, 0, unfit), Err(SCHEMA_MISMATCH));
    assert_eq!(use_at(&cache, 0, Wanted { schema: (5, 2), ..fits }), Err(SCHEMA_MISMATCH));
    put(&mut cache, 0, &Put { hash: 9, ..base }).expect("room");
    assert_eq!(use_at(&cache, 0, unfit), Err(DEPENDENCY_INVALID), "a dependency was replaced");
    assert_eq!(use_at(&cache, 0, newer), Err(VERSION_MISMATCH));
    assert_eq!(use_at(&cache, 10, newer), Err(LEASE_EXPIRED));
    cache.invalidate(OWNER, Selector::Key(3, 1));
    assert_eq!(use_at(&cache, 10, newer), Err(CACHE_MISS));
}

#[test]
fn a_session_looks_at_its_own_objects_first() {
    let mut cache = Cache::default();
    let shared = Key { owner: Owner::Connection(4), ..key(1) };
    assert_eq!(cache.resolve(at(0), 1, 4, (3, 1, 7)), Err(CACHE_MISS));
    put(&mut cache, 0, &object(shared, 1)).expect("room");
    assert_eq!(cache.resolve(at(0), 1, 4, (3, 1, 7)), Ok(1));
    assert_eq!(cache.resolve(at(0), 1, 5, (3, 1, 7)), Err(CACHE_MISS), "another connection");
    put(&mut cache, 0, &Put { ttl: Duration::from_nanos(1), ..object(key(1), 1) }).expect("room");
    let expired = cache.resolve(at(1), 1, 4, (3, 1, 7));
    assert_eq!(expired, Err(LEASE_EXPIRED), "an expired object is not passed over");
    assert_eq!(cache.resolve(at(1), 2, 4, (3, 1, 7)), Ok(1), "another session does not see it");
}

#[test]
fn operations_end_with_their_session() {
    let mut cache = Cache::default();
    let of_operation = Key { owner: Owner::Operation(1, 5), ..key(1) };
    put(&mut cache, 0, &object(of_operation, 1)).expect("room");
    cache.end_owner(Owner::Operation(1, 6));
    assert_eq!(cache.state(at(0), &of_operation), State::Live);
    cache.end_owner(Owner::Session(1));
    assert_eq!(cache.state(at(0), &of_operation), State::Absent);
}

/// NNRP-CACHE-021: a wish prolongs what is live, or lets go; it mends nothing.
#[test]
fn wishes_get_past_nothing() {
    let renew = Wish::Renew(Duration::from_nanos(20));
    for wish in [Wish::Prefetch, Wish::Touch, renew, Wish::Reuse, Wish::Evict] {
        let mut cache = Cache::default();
        let depends = &[key(1)];
        put(&mut cache, 0, &object(key(1), 1)).expect("room");
        put(&mut cache, 0, &Put { depends, ttl: Duration::ZERO, ..object(key(2), 1) })
            .expect("room");
        put(&mut cache, 1, &object(key(1), 2)).expect("room");
        cache.wish(at(2), &key(2), wish);
        cache.wish(at(2), &key(1), wish);
        let evicted = wish == Wish::Evict;
        let gone = |state| if evicted { State::Absent } else { state };
        assert_eq!(cache.state(at(3), &key(2)), gone(State::Invalid), "{wish:?}");
        assert_eq!(cache.state(at(3), &key(1)), gone(State::Live), "{wish:?}");
        let older = Wanted { version: Some(1), ..Wanted::default() };
        let missed = if evicted { CACHE_MISS } else { VERSION_MISMATCH };
        assert_eq!(cache.use_object(at(3), &key(1), &older), Err(missed), "{wish:?}");
        // Granted at 1 for 10, and perhaps renewed at 2 for 20.
        let lapsed = if wish == renew { State::Live } else { State::Expired };
        assert_eq!(cache.state(at(11), &key(1)), gone(lapsed), "{wish:?}");
        assert_eq!(cache.state(at(22), &key(1)), gone(State::Expired), "{wish:?}");
        cache.wish(at(23), &key(1), wish);
        assert_ne!(cache.state(at(24), &key(1)), State::Live, "{wish:?}");
    }
}
