use super::Bench;
use crate::Machines;
use crate::ncp::defaults::{PRODUCT_ID, product};
use serde_json::{Value, json};

struct Story {
    bench: Bench,
    id: u32,
}

impl Story {
    fn of(machine: &str, config: Value) -> Self {
        let mut bench = Bench::default();
        let id = bench.create(machine, &config).expect("a machine");
        Self { bench, id }
    }

    fn ok(&mut self, event: Value) -> Value {
        let answer = self.bench.apply(self.id, &event).expect("an event");
        answer.unwrap_or_else(|refused| panic!("{event}: {refused:?}"))
    }

    fn refused(&mut self, event: Value) -> String {
        let before = self.bench.state(self.id);
        let answer = self.bench.apply(self.id, &event).expect("an event");
        let kind = answer.expect_err("a refusal").kind;
        assert_eq!(self.bench.state(self.id), before);
        kind
    }

    fn state(&mut self) -> Value {
        self.bench.state(self.id).expect("a state")
    }
}

#[test]
fn a_sender_counts_its_credit_and_takes_windows_as_they_are() {
    let mut story = Story::of("stream_sender", json!({}));
    assert_eq!(story.refused(json!({"start": {"slot": false}})), "streams");
    let opener = story.ok(json!({"start": {"window_size": 1}}));
    assert_eq!(opener, json!({"do": "send", "seq": 0, "last": false}));
    assert_eq!(story.ok(json!({"chunk": {}}))["seq"], 1);
    assert_eq!(story.ok(json!({"chunk": {}})), json!({"do": "wait"}));
    assert_eq!(story.state(), json!({"state": "paused", "credit": 0, "next_seq": 2}));
    assert_eq!(story.ok(json!({"reverse": {"window_size": 3}})), json!({"do": "window"}));
    assert_eq!(story.refused(json!({"reverse": {"records": 1}})), "NPS-CLIENT-BAD-FRAME");
    assert_eq!(story.ok(json!({"fail": {}})), json!({"do": "abort", "seq": 2}));
    assert_eq!(story.ok(json!({"error": {}})), json!({"do": "drop"}));
}

#[test]
fn the_greatest_number_ends_a_stream() {
    let config = json!({"open": true, "seq": u32::MAX});
    let mut story = Story::of("stream_sender", config);
    let chunk = story.ok(json!({"chunk": {}}));
    assert_eq!(chunk, json!({"do": "send", "seq": u32::MAX, "last": true}));
    assert_eq!(story.state()["state"], "closed");
}

#[test]
fn a_receiver_answers_what_does_not_fit() {
    let mut story = Story::of("stream_receiver", json!({}));
    assert_eq!(story.refused(json!({"chunk": {"seq": 3}})), "NCP-STREAM-NOT-FOUND");
    let full = json!({"chunk": {"seq": 0, "slot": false}});
    assert_eq!(story.refused(full), "NCP-STREAM-LIMIT-EXCEEDED");
    let opener = story.ok(json!({"chunk": {"seq": 0, "window_size": 1}}));
    assert_eq!(opener, json!({"do": "deliver", "opened": true, "last": false}));
    assert_eq!(story.ok(json!({"chunk": {"seq": 0}})), json!({"do": "drop"}));
    story.ok(json!({"chunk": {"seq": 1}}));
    assert_eq!(story.state(), json!({"state": "receiving", "expected": 2, "credit": 0}));
    let room = story.ok(json!({"room": {"size": 2}}));
    assert_eq!(room, json!({"do": "window", "window_size": 2}));
    let gap = story.ok(json!({"chunk": {"seq": 4}}));
    assert_eq!(gap, json!({"do": "error", "error": "NCP-STREAM-SEQ-GAP"}));
    assert_eq!(story.state(), json!({"state": "aborted"}));
    assert_eq!(story.refused(json!({"chunk": {"seq": 0}})), "NPS-CLIENT-CONFLICT");
}

#[test]
fn a_replaced_schema_is_answered_with_its_successor() {
    let mut story = Story::of("registry", json!({}));
    let published = story.ok(json!({"publish": {"schema": product()}}));
    assert_eq!(published, json!({"do": "published", "anchor_ref": PRODUCT_ID}));
    let request = |auto: bool| json!({"request": {"anchor_ref": PRODUCT_ID, "auto_anchor": auto}});
    assert_eq!(story.ok(request(false)), json!({"do": "answer"}));
    let next = json!({"fields": [{"name": "id", "type": "uint64"}]});
    let next = story.ok(json!({"publish": {"schema": next, "replaces": PRODUCT_ID}}));
    let replaced = json!({"do": "replaced", "anchor_ref": next["anchor_ref"]});
    assert_eq!(story.ok(request(true)), replaced);
    assert_eq!(story.refused(request(false)), "NCP-ANCHOR-STALE");
    story.ok(json!({"drop": {"anchor_ref": PRODUCT_ID}}));
    assert_eq!(story.refused(request(true)), "NCP-ANCHOR-NOT-FOUND");
    assert_eq!(story.refused(json!({"drop": {"anchor_ref": PRODUCT_ID}})), "unknown");
}

#[test]
fn a_schema_is_kept_for_its_time() {
    let mut story = Story::of("anchor_cache", json!({"limit": 1}));
    let anchor = json!({"anchor": {"anchor_id": PRODUCT_ID, "schema": product(), "ttl": 2}});
    assert_eq!(story.ok(anchor), json!({"do": "stored", "forgotten": []}));
    let refer = |now: u64| json!({"refer": {"now": now, "anchor_ref": PRODUCT_ID}});
    assert_eq!(story.ok(refer(1_999_999)), json!({"do": "hit"}));
    assert_eq!(story.ok(refer(2_000_000)), json!({"do": "miss"}));
    let entries = json!({"entries": [{"anchor_ref": PRODUCT_ID, "expires": 2_000_000}]});
    assert_eq!(story.state(), entries);
    let forged = json!({"anchor": {
        "now": 2_000_000, "anchor_id": PRODUCT_ID, "schema": {"fields": []},
    }});
    assert_eq!(story.refused(forged), "NCP-ANCHOR-ID-MISMATCH");
}

/// SHA-256 of `{"fields":[{"name":"id","type":"uint64"}]}`.
const OTHER_ID: &str = "sha256:5ad1967aeeddf5f9cf958935bcc427454bdb372038e560f2149e37c90204ba2c";

#[test]
fn a_schema_is_dropped_for_others_for_errors_and_with_the_connection() {
    let mut story = Story::of("anchor_cache", json!({"limit": 1}));
    let other = json!({"fields": [{"name": "id", "type": "uint64"}]});
    let first = json!({"anchor": {"anchor_id": PRODUCT_ID, "schema": product()}});
    let second = |ttl: u32| {
        let anchor = json!({"now": 5, "anchor_id": OTHER_ID, "schema": other, "ttl": ttl});
        json!({"anchor": anchor})
    };
    story.ok(first.clone());
    assert_eq!(story.ok(second(9)), json!({"do": "stored", "forgotten": [PRODUCT_ID]}));
    let about = |name: &str, id: &str| json!({name: {"now": 5, "anchor_ref": id}});
    assert_eq!(story.ok(about("look", PRODUCT_ID)), json!({"state": "absent"}));
    assert_eq!(story.ok(about("stale", OTHER_ID)), json!({"do": "forgotten"}));
    assert_eq!(story.ok(about("stale", OTHER_ID)), json!({"do": "unchanged"}));
    assert_eq!(story.ok(second(0)), json!({"do": "passing", "forgotten": []}));
    story.ok(second(9));
    assert_eq!(story.ok(about("not_found", OTHER_ID)), json!({"do": "forgotten"}));
    story.ok(first);
    let inline = json!({"inline": {
        "now": 6, "anchor_id": OTHER_ID, "schema": other, "anchor_ref": OTHER_ID, "old": PRODUCT_ID,
    }});
    assert_eq!(story.ok(inline), json!({"do": "stored", "forgotten": [PRODUCT_ID]}));
    let closed = story.ok(json!({"closed": {"now": 7}}));
    assert_eq!(closed, json!({"do": "cleared", "forgotten": [OTHER_ID]}));
}

#[test]
fn the_smaller_values_are_agreed() {
    let mut story = Story::of("negotiation", json!({}));
    let client = json!({"nps_version": "0.10", "min_version": "0.3", "ext_support": true,
        "max_frame_payload": 100_000, "e2e_enc_algorithms": ["chacha20-poly1305", "aes-256-gcm"]});
    let server = json!({"nps_version": "0.9", "max_concurrent_streams": 4,
        "max_frame_payload": 90_000, "e2e_enc_algorithms": ["aes-256-gcm", "chacha20-poly1305"]});
    let agreed = story.ok(json!({"decide": {"client": client, "server": server}}));
    let expected = json!({
        "session_version": "0.9",
        "negotiated_encoding": "msgpack",
        "max_frame_payload": 90_000,
        "usable_payload": 65_535,
        "ext_support": false,
        "max_concurrent_streams": 4,
        "supported_protocols": ["ncp", "nwp"],
        "e2e_enc_algorithms": ["aes-256-gcm", "chacha20-poly1305"],
    });
    assert_eq!(agreed, expected);
    let newer = json!({"decide": {"client": {"nps_version": "0.5"}, "server": {}}});
    assert_eq!(story.refused(newer), "NCP-VERSION-INCOMPATIBLE");
    let more = json!({"accept": {"client": {}, "reply": {"max_concurrent_streams": 33}}});
    assert_eq!(story.refused(more), "limit");
    assert_eq!(story.ok(json!({"accept": {"client": {}, "reply": {}}}))["session_version"], "0.4");
}

#[test]
fn a_connection_moves_by_its_table() {
    let mut story = Story::of("connection", json!({}));
    assert_eq!(story.state(), json!({"state": "closed"}));
    assert_eq!(story.refused(json!({"close": {}})), "state");
    assert_eq!(story.ok(json!({"open": {}})), json!({"do": "moved"}));
    assert_eq!(story.refused(json!({"send": {}})), "state");
    assert_eq!(story.state(), json!({"state": "anchor_negotiate"}));
    story.ok(json!({"anchor_ok": {}}));
    assert_eq!(story.ok(json!({"send": {}})), json!({"do": "stayed"}));
    assert_eq!(story.state(), json!({"state": "established"}));
    story.ok(json!({"fatal": {}}));
    assert_eq!(story.state(), json!({"state": "closing"}));
    story.ok(json!({"lost": {}}));
    story.ok(json!({"open": {}}));
    story.ok(json!({"timeout": {}}));
    assert_eq!(story.ok(json!({"open": {}})), json!({"do": "stayed"}));
    assert_eq!(story.state(), json!({"state": "failed"}));
}

#[test]
fn a_connection_takes_one_event_with_nothing_in_it() {
    let mut bench = Bench::default();
    let id = bench.create("connection", &json!({})).expect("a machine");
    for none in [json!({}), json!({"open": {}, "lost": {}}), json!({"open": {"now": 1}})] {
        assert!(bench.apply(id, &none).is_err(), "{none}");
    }
}

#[test]
fn what_is_no_event_is_no_refusal() {
    let mut bench = Bench::default();
    let id = bench.create("registry", &json!({})).expect("a machine");
    assert!(bench.apply(id, &json!({"nothing": {}})).is_err());
    assert!(bench.create("toaster", &json!({})).is_err());
}

#[test]
fn a_diff_changes_what_is_followed_and_nothing_else() {
    let config = json!({"schemas": [product()], "binary_bitset": true});
    let mut story = Story::of("entities", config);
    let record = json!({"id": 1, "name": "x", "price": 5, "stock": 2});
    let entity = json!({"anchor_ref": PRODUCT_ID, "entity_id": "e"});
    let with = |more: Value| {
        let mut all = entity.clone();
        all.as_object_mut().expect("an object").extend(more.as_object().expect("one").clone());
        all
    };
    let diff = |more: Value| json!({"diff": with(more)});
    let price = |value: u64| json!([{"op": "replace", "path": "/price", "value": value}]);
    let unknown = story.ok(diff(json!({"base_seq": 0, "patch": price(1)})));
    assert_eq!(unknown, json!({"do": "unapplied"}));
    story.ok(json!({"follow": with(json!({"version": 7, "record": record}))}));
    let applied = story.ok(diff(json!({"base_seq": 7, "patch": price(9)})));
    assert_eq!((&applied["do"], &applied["version"]), (&json!("applied"), &json!(8)));
    assert_eq!(applied["record"]["price"], 9);
    let late = diff(json!({"base_seq": 7, "patch": price(1)}));
    assert_eq!(story.refused(late), "NCP-STREAM-SEQ-GAP");
    let failing = json!([{"op": "replace", "path": "/none", "value": 1}]);
    let failing = diff(json!({"base_seq": 8, "patch": failing}));
    assert_eq!(story.refused(failing), "NPS-CLIENT-UNPROCESSABLE");
    let bits = |tier: &str| {
        diff(json!({"base_seq": 8, "patch_format": "binary_bitset", "tier": tier,
            "patch": {"$hex": "0ccd012b30"}}))
    };
    assert_eq!(story.refused(bits("json")), "NCP-DIFF-FORMAT-UNSUPPORTED");
    assert_eq!(story.ok(bits("msgpack"))["record"]["stock"], 48);
    let unknown = json!({"diff": {"anchor_ref": "sha256:0", "base_seq": 0, "patch": []}});
    assert_eq!(story.refused(unknown), "NCP-ANCHOR-NOT-FOUND");
}

#[test]
fn events_of_a_subscription_follow_its_numbers() {
    let mut story = Story::of("entities", json!({"schemas": [product()]}));
    let record = json!({"id": 1, "name": "x", "price": 5, "stock": 2});
    story.ok(json!({"follow": {"anchor_ref": PRODUCT_ID, "record": record}}));
    story.ok(json!({"subscribe": {"stream_id": "s"}}));
    let event = |seq: u64, base: u64| {
        json!({"diff": {"anchor_ref": PRODUCT_ID, "stream_id": "s", "seq": seq, "base_seq": base,
            "patch": [{"op": "replace", "path": "/stock", "value": seq}]}})
    };
    assert_eq!(story.ok(event(1, 0))["version"], 1);
    let beat = json!({"diff": {"anchor_ref": PRODUCT_ID, "stream_id": "s", "seq": 2, "base_seq": 1,
        "patch": []}});
    assert_eq!(story.ok(beat), json!({"do": "heartbeat"}));
    let gap = story.ok(event(4, 1));
    assert_eq!(gap, json!({"do": "resubscribe", "resume_from_seq": 2}));
    assert_eq!(story.ok(event(2, 1)), json!({"do": "repeated"}));
    // Its number counts, although it does not apply: an answer and no refusal.
    let unfit = story.ok(event(3, 0));
    assert_eq!(unfit, json!({"do": "error", "error": "NCP-STREAM-SEQ-GAP"}));
    assert_eq!(story.state()["subscriptions"], json!([{"stream_id": "s", "last_seq": 3}]));
}

#[test]
fn a_subscriber_that_comes_back_in_time_finds_what_it_missed() {
    let mut story = Story::of("subscription", json!({"events": 2}));
    let subscribe = |now: u64, from: Option<u64>| {
        let asked = json!({"now": now, "heartbeat_interval": 1, "resume_from_seq": from});
        json!({ "subscribe": asked })
    };
    let accepted = json!({"do": "accept", "resumed": false, "last_seq": 0, "replay": []});
    assert_eq!(story.ok(subscribe(0, None)), accepted);
    assert_eq!(story.ok(json!({"change": {"now": 1}})), json!({"do": "send", "seq": 1}));
    assert_eq!(story.state()["heartbeat_at"], 1_000_000);
    let beat = story.ok(json!({"timeout": {"now": 1_000_000}}));
    assert_eq!(beat, json!({"do": "heartbeat", "seq": 2, "base_seq": 1}));
    story.ok(json!({"lost": {"now": 1_000_001}}));
    assert_eq!(story.ok(json!({"change": {"now": 1_000_002}})), json!({"do": "keep", "seq": 3}));
    let back = story.ok(subscribe(1_000_003, Some(1)));
    let replay = json!([{"seq": 2, "heartbeat": true}, {"seq": 3, "heartbeat": false}]);
    assert_eq!((&back["resumed"], &back["replay"]), (&json!(true), &replay));
    story.ok(json!({"change": {"now": 1_000_004}}));
    assert_eq!(story.refused(subscribe(1_000_005, Some(1))), "NWP-SUBSCRIBE-SEQ-TOO-OLD");
    assert_eq!(story.ok(json!({"unsubscribe": {"now": 1_000_006}})), json!({"do": "stop"}));
    assert_eq!(story.refused(json!({"change": {"now": 1_000_007}})), "state");
}
