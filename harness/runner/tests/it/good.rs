//! Good files become what they say.

use crate::toy::{Call, Command, Event, Greet, Mood, Toy, vocabulary};
use std::path::Path;
use wireproof_base::{Carrier, ConnId, Duration, Level, Role};
use wireproof_driver::Depth;
use wireproof_runner::requirements::{self, Class};
use wireproof_runner::scenario::model::{Outcome, Step};
use wireproof_runner::scenario::{Peer, Scenario, Sight, load_dir};
use wireproof_sim::Kind;

fn all() -> Vec<Scenario<Toy>> {
    let root = Path::new("tests/it/good");
    let requirements = requirements::load(&root.join("requirements.yaml")).expect("good catalogue");
    load_dir(root, &vocabulary(&requirements)).unwrap_or_else(|errors| {
        panic!("{}", wireproof_runner::scenario::render_all(&errors));
    })
}

fn one(id: &str) -> Scenario<Toy> {
    all().into_iter().find(|scenario| scenario.id == id).expect(id)
}

#[test]
fn variants_come_in_the_order_of_files_and_matrix() {
    let ids: Vec<String> = all().into_iter().map(|scenario| scenario.id).collect();
    assert_eq!(
        ids,
        [
            "area.counter",
            "area.frames",
            "area.traffic[carrier=stream]",
            "area.traffic[carrier=multistream]",
            "area.whole[credit=1,who=ann,carrier=stream]",
            "area.whole[credit=1,who=ann,carrier=multistream]",
            "area.whole[credit=20,who=ann,carrier=stream]",
            "area.whole[credit=20,who=ann,carrier=multistream]",
        ]
    );
}

#[test]
fn a_whole_scenario_is_read() {
    let scenario = one("area.whole[credit=20,who=ann,carrier=multistream]");
    assert_eq!((scenario.base.as_str(), scenario.area()), ("area.whole", "area"));
    assert_eq!(scenario.carrier, Carrier::Multistream);
    assert_eq!(scenario.level, Level::Must);
    assert_eq!(scenario.setup.of(Role::Server).credit, 20);
    assert_eq!(scenario.setup.of(Role::Client).role, Role::Client);
    assert_eq!(scenario.deadline, Duration::from_millis(5_000));
    let limits = scenario.faults.limits().expect("faults");
    assert_eq!(limits.kinds.get(&Kind::Loss), Some(&20_000));
    assert_eq!((limits.delay, scenario.seeds), (Duration::from_millis(5), 3));
    let names: Vec<&str> = scenario.steps.iter().map(|step| step.what.name()).collect();
    assert_eq!(
        names,
        [
            "connect",
            "client",
            "expect",
            "connect",
            "client",
            "expect",
            "absent",
            "advance",
            "kill",
            "partition",
            "rebind",
            "chunk",
            "disconnect",
            "hold",
            "kill",
            "heal"
        ]
    );
    let reaction = &scenario.reactions[0];
    assert_eq!(reaction.after, Duration::from_micros(250));
    assert_eq!(reaction.commands[0], Command::Greet(Greet::default()));
    assert_eq!(reaction.on.to_string(), "answered with code 418, last true");
}

#[test]
fn steps_know_their_place() {
    let scenario = one("area.whole[credit=1,who=ann,carrier=stream]");
    let hello = &scenario.steps[1];
    assert_eq!(hello.place.to_string(), "tests/it/good/common/hello.yaml:2:3");
    let Step::Command { node: Role::Client, command: Command::Greet(greet) } = &hello.what else {
        panic!("{:?}", hello.what);
    };
    assert_eq!((greet.name.as_str(), greet.conn), ("ann", ConnId(0)));
    let kill = &scenario.steps[8].place;
    assert_eq!(kill.to_string(), "tests/it/good/area/whole.yaml:21:5");
    assert_eq!(&*kill.text, "  - kill: {conn: 1, after_bytes: 17, from: server}");
}

#[test]
fn a_range_of_bytes_is_a_sweep_with_a_value_for_each_seed() {
    let scenario = one("area.whole[credit=1,who=ann,carrier=stream]");
    let swept = |index: usize| match scenario.steps[index].what {
        Step::Kill { after_bytes: Some(sweep), .. } => sweep,
        ref other => panic!("{other:?}"),
    };
    let values: Vec<u64> = (100..105).map(|seed| swept(14).at(seed)).collect();
    assert_eq!(values, [5, 6, 7, 8, 9]);
    assert_eq!((swept(14).at(105), swept(8).at(105), swept(8).count()), (5, 17, 1));
    assert_eq!(scenario.sweep(), 5);
}

#[test]
fn numbers_may_be_names_and_text_may_look_like_a_number() {
    let scenario = one("area.whole[credit=1,who=ann,carrier=stream]");
    let Step::Command { command, .. } = &scenario.steps[4].what else { panic!() };
    let call = Call { session: 1, count: 3, urgent: None, code: 418, hex: "12e4".into() };
    assert_eq!(*command, Command::Call(call));
}

#[test]
fn event_patterns_look_at_the_named_fields_only() {
    let scenario = one("area.whole[credit=1,who=ann,carrier=stream]");
    let Step::Expect(expect) = &scenario.steps[5].what else { panic!() };
    let Sight::Event { pattern, .. } = &expect.sight else { panic!() };
    let answered = |mood, total| Event::Answered { session: 9, code: 1, last: true, mood, total };
    assert!(pattern.matches(&answered(Mood::Cross, u64::MAX)));
    assert!(!pattern.matches(&answered(Mood::Calm, u64::MAX)));
    assert!(!pattern.matches(&answered(Mood::Cross, u64::MAX - 1)));
    assert!(!pattern.matches(&Event::Ready { conn: ConnId(0) }));
    assert_eq!((expect.within, expect.rests.requirement.as_str()), (None, "TOY-CALL-001"));
    let Step::Absent(absent) = &scenario.steps[6].what else { panic!() };
    assert_eq!(absent.span, Duration::from_nanos(7));
    assert_eq!(absent.rests.requirement, "TOY-CALL-002");
    assert_eq!(absent.rests.reading.as_deref(), Some("R-01"));
}

#[test]
fn a_tester_sends_and_sees_frames() {
    let scenario = one("area.frames");
    assert_eq!((scenario.peer, &scenario.sut[..]), (Peer::Tester, &[Role::Server][..]));
    let Step::Send(spec) = &scenario.steps[1].what else { panic!() };
    assert_eq!(spec.rest["body"], "00112233");
    let Step::Expect(expect) = &scenario.steps[2].what else { panic!() };
    let Sight::Frame { conn: Some(ConnId(0)), pattern } = &expect.sight else { panic!() };
    let good = serde_json::json!({
        "type": "ANSWER", "code": "418", "body.text": [1, "two"], "note": "cold", "x": 1,
    });
    assert!(pattern.matches(&good));
    let mut warm = good.clone();
    warm["note"] = "warm".into();
    assert_eq!(pattern.mismatch(&warm).map(|(name, ..)| name), Some("note"));
    let bad = serde_json::json!({"type": "ANSWER", "code": 417, "body.text": [1, "two"]});
    assert_eq!(pattern.mismatch(&bad).map(|(name, ..)| name), Some("code"));
    assert!(!pattern.matches(&serde_json::json!({"type": "CALL"})));
    let Step::Expect(expect) = &scenario.steps[4].what else { panic!() };
    assert!(matches!(expect.sight, Sight::Event { node: Role::Server, .. }));
}

#[test]
fn a_machine_is_told_events_and_outcomes() {
    let scenario = one("area.counter");
    assert_eq!(scenario.depth, Depth::Machines);
    assert_eq!(scenario.machine.as_ref().expect("machine").name, "counter");
    let outcome = |index: usize| match &scenario.steps[index].what {
        Step::Apply(apply) => apply.outcome.clone(),
        other => panic!("{other:?}"),
    };
    assert!(matches!(outcome(0), Outcome::Taken(values) if values["state"] == 3));
    assert_eq!(outcome(1), Outcome::Refused(vec!["below_zero".into()]));
    assert_eq!(outcome(2), Outcome::Refused(vec!["unknown".into(), "unsupported".into()]));
    assert_eq!(outcome(3), Outcome::Either(vec!["below_zero".into()]));
    assert_eq!(outcome(4), Outcome::Either(vec![]));
}

#[test]
fn a_parameter_may_name_the_carrier() {
    let scenario = one("area.traffic[carrier=multistream]");
    assert_eq!(scenario.carrier, Carrier::Multistream);
    let workload = scenario.workload.expect("workload");
    assert_eq!(workload, serde_json::json!({"carrier": "multistream", "kills": 0}));
    assert_eq!((scenario.steps.len(), scenario.seeds), (0, 8));
}

#[test]
fn a_catalogue_is_read() {
    let all = requirements::load(Path::new("tests/it/good/requirements.yaml")).expect("catalogue");
    assert_eq!(all.len(), 3);
    let second = all.get("TOY-CALL-002").expect("second");
    assert_eq!((second.level, second.class, second.area()), (Level::Should, Class::Codec, "CALL"));
    assert_eq!(second.readings[0].about, "short");
    assert!(all.has_reading("R-01") && !all.has_reading("R-02"));
}
