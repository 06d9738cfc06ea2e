use super::Bench;
use crate::{DriverError, Machines};
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
}

#[test]
fn operations_follow_the_table_and_cancel_by_scope() {
    let mut story = Story::of("operation", json!({}));
    story.ok(json!({"add": {"session": 1, "operation": 1}}));
    story.ok(json!({"add": {"session": 1, "operation": 2, "parent": 1, "group": "9"}}));
    story.ok(json!({"add": {"session": 1, "operation": 3, "group": 9}}));
    let wire = json!({"wire": {"session": 1, "operation": 3, "event": "result"}});
    assert_eq!(story.ok(wire)["state"], "completed");
    let back = json!({"advance": {"session": 1, "operation": 3, "to": "running"}});
    assert_eq!(story.refused(back), "not_allowed");
    let cancel = json!({"cancel": {"session": 1, "target": 1, "scope": "subtree"}});
    assert_eq!(story.ok(cancel)["cancelled"], json!([1, 2]));
    let other = json!({"cancel": {"session": 2, "target": 1, "scope": "operation"}});
    assert_eq!(story.refused(other), "unknown");
}

#[test]
fn flow_admits_up_to_the_credit_and_ignores_old_epochs() {
    let mut story = Story::of("flow", json!({"connection_credit": 2}));
    story.ok(json!({"open": {"session": 1, "credit": 1, "maximum": 4, "class": 1}}));
    story.ok(json!({"open": {"session": 2, "credit": 4, "maximum": 1, "class": 1}}));
    story.ok(json!({"start": {"session": 1, "operation": 1}}));
    assert_eq!(story.refused(json!({"start": {"session": 1, "operation": 2}})), "server_busy");
    story.ok(json!({"start": {"session": 2, "operation": 1}}));
    assert_eq!(story.refused(json!({"start": {"session": 2, "operation": 2}})), "limit_exceeded");
    let update = |epoch: u32, credit: u16| {
        json!({"update": {"session": 1, "fields": {
            "scope_kind": 1, "credit_epoch": epoch, "session_credit": credit, "flow_flags": 1}}})
    };
    assert_eq!(story.ok(update(5, 3))["verdict"], "applied");
    assert_eq!(story.ok(update(5, 9))["verdict"], "duplicate");
    assert_eq!(story.ok(update(4, 9))["credit"], 3);
    let unrouted = json!({"update": {"session": 0, "fields": {"scope_kind": 1}}});
    assert_eq!(story.refused(unrouted), "malformed_body");
    let nobody = json!({"update": {"session": 7, "fields": {"scope_kind": 1}}});
    assert_eq!(story.refused(nobody), "invalid_state");
}

#[test]
fn schemas_are_installed_once_and_bound_exactly() {
    let mut story = Story::of("schema", json!({}));
    let install = |hash: &str| {
        json!({"install": {"fields": {
            "schema_id": 7, "schema_version": 1, "profile_id": 2, "schema_flags": 4,
            "min_version_major": 1, "max_version_major": 1, "schema_hash": hash}}})
    };
    assert_eq!(story.ok(install("18446744073709551615"))["result"], "installed");
    assert_eq!(story.ok(install("18446744073709551615"))["result"], "unchanged");
    assert_eq!(story.refused(install("1")), "schema_hash_conflict");
    let bind = |profile: u16, version: u32| {
        let fields = json!({"profile_id": profile, "schema_id": 7, "schema_version": version});
        json!({ "bind": { "fields": fields } })
    };
    assert_eq!(story.ok(bind(2, 1))["bound"], "schema");
    assert_eq!(story.refused(bind(1, 1)), "schema_incompatible");
    assert_eq!(story.refused(bind(2, 2)), "schema_version_unknown");
    let fits = json!({"fits_default": {"profile": 2, "schema_id": 7, "schema_version": 1}});
    assert_eq!(story.ok(fits)["fits"], true);
    let gone = json!({"invalidate": {"schema_id": 7, "schema_version": 1}});
    assert_eq!(story.ok(gone)["state"], "tombstone");
}

#[test]
fn cache_objects_expire_exactly_when_their_time_is_reached() {
    let mut story = Story::of("cache", json!({"max_entries": 2, "max_bytes": 8}));
    let object = json!({"owner": {"session": 1}, "namespace": 1, "key": "5", "kind": 1});
    let put = json!({"put": {"object": object, "hex": "aabb", "ttl_ms": 10}});
    assert_eq!(story.ok(put)["version"], 1);
    let at = |now: u64| json!({"look": {"now": now, "object": object}});
    assert_eq!(story.ok(at(9_999))["state"], "live");
    assert_eq!(story.ok(at(10_000))["state"], "expired");
    let used = json!({"use": {"now": 10_000, "object": object}});
    assert_eq!(story.refused(used), "lease_expired");
    let stale = json!({"use": {"object": object, "version": 2}});
    assert_eq!(story.refused(stale), "version_mismatch");
    let big = json!({"put": {"object": object, "hex": "000000000000000000"}});
    assert_eq!(story.refused(big), "limit_exceeded");
}

#[test]
fn sessions_and_connections_take_only_the_steps_of_their_tables() {
    let mut story = Story::of("session", json!({}));
    assert_eq!(story.refused(json!({"step": "close"})), "invalid_state");
    story.ok(json!({"step": "open"}));
    assert_eq!(story.ok(json!({"step": "granted"}))["state"], "open");
    assert_eq!(story.ok(json!({"admits": "FRAME_SUBMIT"}))["admits"], true);
    assert_eq!(story.ok(json!({"step": "close"}))["state"], "closing");
    assert_eq!(story.ok(json!({"admits": "FRAME_SUBMIT"}))["admits"], false);
    let mut story = Story::of("connection", json!({"role": "server"}));
    assert_eq!(story.ok(json!({"admits": "SESSION_OPEN"}))["admits"], "refuse_fatal");
    story.ok(json!({"step": "hello"}));
    assert_eq!(story.ok(json!({"step": "accepted"}))["state"], "active");
}

#[test]
fn tokens_recover_their_own_session_within_its_window() {
    let config = json!({"session": 7, "profile": 2, "granted": 1, "window_ms": 10});
    let mut story = Story::of("recovery", config);
    let token = story.ok(json!({"issue": {}}))["token"].clone();
    story.ok(json!({"lose": {"now": 1_000}}));
    let attempt = |now: u64, session: u32, token: &Value| {
        json!({"attempt": {"now": now, "flags": 1, "session": session, "token": token,
            "profile": 2}})
    };
    assert_eq!(story.refused(attempt(2_000, 8, &token)), "resume_rejected");
    assert_eq!(story.refused(attempt(2_000, 7, &json!("00"))), "resume_rejected");
    assert_eq!(story.refused(attempt(11_000, 7, &token)), "resume_rejected");
    assert_eq!(story.ok(attempt(10_999, 7, &token))["state"], "resumed");
    let covers = json!({"covers": {"watermark": 5, "operation": 6}});
    assert_eq!(story.ok(covers)["covers"], false);
}

#[test]
fn what_is_no_event_is_the_callers_mistake() {
    let mut bench = Bench::default();
    let id = bench.create("session", &json!({})).expect("a machine");
    let nonsense = bench.apply(id, &json!({"jump": 1})).expect_err("no event");
    assert_eq!(nonsense.kind(), "adapter");
    let nobody = bench.state(id + 1).expect_err("no machine");
    assert_eq!(nobody.kind(), "adapter");
    let unknown = bench.create("toaster", &json!({})).expect_err("no machine");
    assert_eq!(unknown, DriverError::Unsupported { op: "create toaster".into(), declared: false });
}

#[test]
fn only_cacheable_schemas_go_into_the_cache_and_wishes_change_no_version() {
    let mut story = Story::of("policy", json!({"max_entries": 4, "max_bytes": 100}));
    let object = json!({"owner": {"session": 1}, "namespace": 1, "key": 5, "kind": 8});
    let install = |version: u32, flags: u32| {
        json!({"install": {"fields": {"schema_id": 9, "schema_version": version, "profile_id": 2,
            "schema_flags": flags, "min_version_major": 1, "max_version_major": 1}}})
    };
    let cache = |version: u32| {
        let put = json!({"object": object, "hex": "00", "ttl_ms": 10});
        json!({"cache": {"schema_id": 9, "schema_version": version, "put": put}})
    };
    assert_eq!(story.ok(install(1, 0))["result"], "installed");
    assert_eq!(story.ok(install(2, 1))["result"], "updated");
    assert_eq!(story.refused(cache(1)), "not_cacheable");
    assert_eq!(story.refused(cache(3)), "not_installed");
    assert_eq!(story.ok(cache(2))["state"], "live");
    let hint = json!({"hint": {"now": 5000, "object": object, "wish": "renew", "ttl_ms": 10}});
    assert_eq!(story.ok(hint)["lease"], 1);
    let used =
        |now: u64, version: u32| json!({"use": {"now": now, "object": object, "version": version}});
    assert_eq!(story.ok(used(14_999, 1))["version"], 1);
    assert_eq!(story.refused(used(14_999, 2)), "version_mismatch");
    assert_eq!(story.refused(used(15_000, 1)), "lease_expired");
}

#[test]
fn transports_are_ranked_by_what_probes_have_shown() {
    let mut story = Story::of("probing", json!({}));
    story.ok(json!({"failed": {"transport": 1}}));
    story.ok(json!({"answered": {"transport": 2, "bytes_per_s": "5", "rtt_us": 9}}));
    assert_eq!(story.ok(json!({"rank": {}}))["order"], json!([2, 1]));
}
