//! CACHE_PUT, CACHE_ACK, CACHE_INVALIDATE, and the schemas they carry.

use crate::fixture::{Pair, Side};
use wireproof_wire::nnrp::code::{
    CACHE_MISS, LEASE_POLICY_REJECTED, LIMIT_EXCEEDED, SCHEMA_HASH_CONFLICT,
    SCHEMA_VERSION_UNKNOWN, UNSUPPORTED_CAPABILITY,
};
use wireproof_wire::nnrp::command::{Invalidate, Open, Put, Setup, Submit};
use wireproof_wire::nnrp::layout::Layout;
use wireproof_wire::nnrp::schema::{CACHEABLE, SchemaHeader, hash};
use wireproof_wire::nnrp::session::ALLOW_CACHE_LEASES;
use wireproof_wire::nnrp::submit::FrameSubmit;
use wireproof_wire::nnrp::{Command, Event, Frame};

fn put(key: u64, hex: &str) -> Put {
    Put { session: 1, key, hex: hex.into(), ..Put::default() }
}

fn cached(key: u64, status: u32, detail: u32) -> Event {
    Event::Cached { session: 1, namespace: 0, key, status, detail }
}

#[track_caller]
fn puts(pair: &mut Pair, put: Put, status: u32, detail: u32) {
    let key = put.key;
    let session = put.session;
    pair.client(Command::Put(put));
    pair.drive();
    let events = pair.take(Side::Client);
    let expected = Event::Cached { session, namespace: 0, key, status, detail };
    assert_eq!(events.last(), Some(&expected));
    pair.forget();
}

#[test]
fn puts_are_accepted_renewed_replaced_and_bounded() {
    let server = Setup { max_cache_entries: 2, max_cache_bytes: 4, ..Setup::default() };
    let mut pair = Pair::open(server, ALLOW_CACHE_LEASES);
    puts(&mut pair, put(1, "aabb"), 0, 0);
    puts(&mut pair, put(1, "aabb"), 0, 0);
    puts(&mut pair, put(1, "ccdd"), 2, 0);
    puts(&mut pair, put(2, "112233"), 1, LIMIT_EXCEEDED);
    puts(&mut pair, put(2, "1122"), 0, 0);
    puts(&mut pair, put(3, ""), 1, LIMIT_EXCEEDED);
    pair.client(Command::Invalidate(Invalidate { session: 1, key: 1, ..Invalidate::default() }));
    pair.drive();
    pair.check(Side::Server, &[Event::Invalidated { session: 1, objects: 1 }]);
    puts(&mut pair, put(3, ""), 0, 0);
}

/// The selector holds the kind in 32 bits, and no kind is that large.
#[test]
fn a_selector_that_is_no_kind_names_nothing() {
    let mut pair = Pair::open(Setup::default(), ALLOW_CACHE_LEASES);
    puts(&mut pair, Put { kind: 4, ..put(1, "aa") }, 0, 0);
    for (kind, objects) in [(0xA000_0004u64, 0), (0x0001_0004, 0), (4, 1)] {
        let (session, scope, key) = (1, 2, kind << 32);
        let wide = Invalidate { session, scope, key, ..Invalidate::default() };
        pair.client(Command::Invalidate(wide));
        pair.drive();
        pair.check(Side::Server, &[Event::Invalidated { session, objects }]);
    }
}

#[test]
fn leases_and_the_cache_itself_must_have_been_granted() {
    let mut pair = Pair::open(Setup::default(), 0);
    puts(&mut pair, put(1, "aa"), 1, LEASE_POLICY_REJECTED);
    let mut pair = Pair::open(Setup { lease_ttl_ms: 0, ..Setup::default() }, ALLOW_CACHE_LEASES);
    puts(&mut pair, put(1, "aa"), 1, LEASE_POLICY_REJECTED);
    let bare = Setup { max_cache_entries: 0, ..Setup::default() };
    let mut pair = Pair::open(bare, ALLOW_CACHE_LEASES);
    let put = wireproof_wire::nnrp::cache::CachePut {
        object_kind: 1,
        ..wireproof_wire::nnrp::cache::CachePut::default()
    };
    pair.inject_frame(Side::Server, &Frame::new(put, &[]).at(1, 0, 0));
    assert!(matches!(
        pair.take(Side::Server)[..],
        [Event::Rejected { session: 1, code: UNSUPPORTED_CAPABILITY, .. }]
    ));
}

/// A submit that refers to the camera block under key 1.
fn referring(frame: u32) -> Vec<u8> {
    let mut body = Vec::new();
    for length in [0u32, 16, 0, 0, 0, 0, 0, 0] {
        body.extend_from_slice(&length.to_le_bytes());
    }
    body.extend_from_slice(&[1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0]);
    let meta = FrameSubmit { submit_mode: 1, object_ref_mask: 1, ..FrameSubmit::default() };
    Frame::new(meta, &body).at(1, frame, 0).to_vec()
}

#[test]
fn a_reference_needs_a_live_object_of_its_session_or_connection() {
    for owner in [0, 1] {
        let mut pair = Pair::open(Setup::default(), ALLOW_CACHE_LEASES);
        pair.inject(Side::Server, 0, &referring(1));
        assert!(matches!(
            pair.take(Side::Server)[..],
            [Event::Rejected { session: 1, frame: 1, code: CACHE_MISS, .. }]
        ));
        pair.lose_everything();
        let object = Put { session: owner, ttl_ms: 10, ..put(1, "aa") };
        puts(&mut pair, object, 0, 0);
        pair.step_nanos(9_999_999);
        pair.inject(Side::Server, 0, &referring(2));
        assert!(matches!(pair.take(Side::Server)[..], [Event::Submitted { frame: 2, .. }]));
        pair.step_nanos(1);
        pair.inject(Side::Server, 0, &referring(3));
        assert!(matches!(
            pair.take(Side::Server)[..],
            [Event::Rejected { frame: 3, code: 0x0003_0002, .. }]
        ));
    }
}

fn schema(schema_hash: Option<u64>) -> String {
    let body = [7u8; 4];
    let header = SchemaHeader {
        schema_id: 0x2000,
        schema_version: 1,
        profile_id: 2,
        schema_flags: CACHEABLE,
        min_version_major: 1,
        max_version_major: 1,
        body_bytes: 4,
        schema_hash: schema_hash.unwrap_or_else(|| hash(&body)),
        ..SchemaHeader::default()
    };
    let mut bytes = Vec::new();
    header.write(&mut bytes);
    bytes.extend_from_slice(&body);
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn schemas_travel_as_cache_objects() {
    let mut pair = Pair::open(Setup { echo: true, ..Setup::default() }, ALLOW_CACHE_LEASES);
    let object = |hash| Put { kind: 9, ..put(5, &schema(hash)) };
    puts(&mut pair, object(None), 0, 0);
    puts(&mut pair, object(Some(1)), 1, SCHEMA_HASH_CONFLICT);
    let submit = Submit { session: 1, schema_id: 0x2000, schema_version: 1, ..Submit::default() };
    pair.client(Command::Submit(submit.clone()));
    pair.drive();
    assert!(matches!(pair.take(Side::Client)[..], [Event::Result { .. }, Event::Ended { .. }]));
    pair.client(Command::Invalidate(Invalidate { session: 1, key: 5, ..Invalidate::default() }));
    pair.client(Command::Submit(submit));
    pair.drive();
    assert!(matches!(
        pair.take(Side::Client)[..],
        [Event::Error { frame: 2, code: SCHEMA_VERSION_UNKNOWN, .. }, Event::Ended { .. }]
    ));
}

#[test]
fn a_server_puts_to_the_client_while_something_is_in_flight() {
    let mut pair = Pair::ready(Setup::default());
    pair.client(Command::Open(Open { flags: ALLOW_CACHE_LEASES, ..Open::default() }));
    pair.drive();
    pair.forget();
    pair.server(Command::Put(put(1, "aa")));
    pair.check(Side::Server, &[cached(1, 1, 3)]);
    pair.submit(1);
    pair.drive();
    pair.forget();
    pair.server(Command::Put(put(1, "aa")));
    pair.drive();
    pair.check(Side::Server, &[cached(1, 0, 0)]);
}

#[test]
fn a_submit_refers_to_an_object_by_its_name() {
    let mut pair = Pair::open(Setup { echo: true, ..Setup::default() }, ALLOW_CACHE_LEASES);
    puts(&mut pair, Put { kind: 4, namespace: 0, ..put(7 << 32 | 5, "aabb") }, 0, 0);
    let submit = Submit { session: 1, object_kind: 4, key: 7 << 32 | 5, ..Submit::default() };
    pair.client(Command::Submit(submit.clone()));
    pair.drive();
    assert!(matches!(
        pair.take(Side::Client)[..],
        [Event::Result { bytes: 6, .. }, Event::Ended { .. }]
    ));
    // A standard slot goes by the mask, any other kind without one; none of these is there.
    for other in [
        Submit { object_kind: 5, ..submit.clone() },
        Submit { object_kind: 1, ..submit.clone() },
        Submit { key: 7, ..submit.clone() },
        Submit { namespace: 1, ..submit },
    ] {
        pair.client(Command::Submit(other));
        pair.drive();
        assert!(matches!(
            pair.take(Side::Client)[..],
            [Event::Error { code: CACHE_MISS, .. }, Event::Ended { .. }]
        ));
    }
}
