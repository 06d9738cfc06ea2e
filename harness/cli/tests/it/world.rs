//! Steps are executed as data: changing a step changes the verdict.

use crate::command::report;
use crate::root::root_with;
use serde_json::Value;

const HEAD: &str = "\
id: a.x
title: A dialogue of our own
protocol: nnrp-1-preview3
requirements: [NNRP-CON-010]
level: must
sut: [server]
";

/// Exit code and the only case of a scenario with these lines after the head.
fn play(name: &str, rest: &str) -> (i32, Value) {
    let root = root_with(name, &format!("{HEAD}{rest}"));
    let (code, report) = report(name, &["--root", &root]);
    assert_eq!(report["cases"].as_array().map(Vec::len), Some(1), "{report:#}");
    (code, report["cases"][0].clone())
}

fn steps(tail: &str) -> String {
    format!(
        "steps:
  - connect: {{}}
  - client: {{hello: {{}}}}
  - expect: {{node: client, event: ready, within: 1s}}
{tail}"
    )
}

#[test]
fn what_comes_is_seen() {
    let tail = "  - client: {ping: {}}\n  - expect: {node: client, event: pong, within: 10ms}\n";
    let (code, case) = play("seen", &steps(tail));
    assert_eq!((code, &case["verdict"]), (0, &Value::from("pass")), "{case:#}");
}

#[test]
fn what_does_not_come_fails_at_its_line() {
    let tail = "  - expect: {node: client, event: pong, within: 10ms}\n";
    let (code, case) = play("missed", &steps(tail));
    assert_eq!((code, &case["verdict"]), (1, &Value::from("fail")), "{case:#}");
    let failure = &case["failures"][0];
    assert_eq!(failure["requirement"], "NNRP-CON-010");
    let place = failure["place"].as_str().unwrap_or_default();
    assert!(place.ends_with("x.yaml:11:5") || place.ends_with("x.yaml:11:3"), "{place}");
    assert!(failure["observed"].as_str().is_some_and(|text| text.contains("no further event")));
}

#[test]
fn a_miss_on_a_reading_is_a_divergence() {
    let tail = "  - expect: {node: client, event: pong, within: 10ms, reading: R-41}\n";
    let (code, case) = play("reading", &steps(tail));
    assert_eq!((code, &case["verdict"]), (0, &Value::from("divergence")), "{case:#}");
}

#[test]
fn what_must_not_come_fails_when_it_does() {
    let tail = "  - client: {ping: {}}\n  - absent: {node: client, event: pong, for: 10ms}\n";
    let (code, case) = play("unwanted", &steps(tail));
    assert_eq!((code, &case["verdict"]), (1, &Value::from("fail")), "{case:#}");
    let early = "  - client: {ping: {}}\n  - absent: {node: client, event: pong, for: 1ms}\n";
    let (code, case) = play("too-early", &steps(early));
    assert_eq!((code, &case["verdict"]), (0, &Value::from("pass")), "{case:#}");
}

#[test]
fn a_partition_keeps_the_answer_away_until_it_ends() {
    let cut = "  - partition: {from: server, for: 50ms}\n  - client: {ping: {}}\n";
    let within = format!("{cut}  - expect: {{node: client, event: pong, within: 20ms}}\n");
    assert_eq!(play("cut", &steps(&within)).0, 1);
    let after = format!("{cut}  - expect: {{node: client, event: pong, within: 100ms}}\n");
    assert_eq!(play("healed", &steps(&after)).0, 0);
}

#[test]
fn reactions_answer_events() {
    let body = steps(
        "  - client: {open: {tag: 5}}
  - expect: {node: client, event: {opened: {tag: 5}}, within: 1s}
  - client: {submit: {session: 5, frame: 3}}
  - expect: {node: client, event: {result: {frame: 3, terminal: true}}, within: 1s}
",
    );
    let reaction = "reactions:\n  - {node: server, on: submitted, after: 5ms, do: [{push: {}}]}\n";
    assert_eq!(play("reacting", &format!("{reaction}{body}")).0, 0);
    assert_eq!(play("not-reacting", &body).0, 1);
}

#[test]
fn traffic_that_cannot_be_configured_is_the_authors_mistake() {
    let (code, case) = play("unplayable", "workload: {no_such_setting: 1}\n");
    assert_eq!((code, &case["verdict"]), (2, &Value::from("error")), "{case:#}");
    let observed = case["failures"][0]["observed"].as_str().unwrap_or_default();
    assert!(observed.contains("no_such_setting"), "{observed}");
}

#[test]
fn a_session_is_named_by_its_tag() {
    let tail = "  - client: {open: {tag: 9}}
  - expect: {node: client, event: {opened: {tag: 9}}, within: 1s}
  - client: {ping: {session: 9}}
  - expect: {node: client, event: {pong: {session: 1}}, within: 1s}
";
    let (code, case) = play("tagged", &steps(tail));
    assert_eq!(code, 0, "{case:#}");
}
