use super::super::defect::Defect;
use super::super::interposer::Mutant;
use super::super::list::{all, open};
use crate::nnrp::Reference;
use crate::tests::{self, Vector};
use crate::{Driver, Refused, hex};
use serde_json::{Value, json};
use std::sync::OnceLock;
use wireproof_wire::nnrp::{MessageType, Nnrp};

type Sut = Box<dyn Driver<Nnrp>>;

/// Every vector, loaded once.
fn vectors() -> &'static [Vector] {
    static VECTORS: OnceLock<Vec<Vector>> = OnceLock::new();
    VECTORS.get_or_init(|| tests::vectors("nnrp"))
}

/// What a codec makes of every vector, both ways.
fn codec(sut: &mut Sut) -> Vec<String> {
    tests::story(sut.vectors().expect("depth `vectors`"), vectors()).expect("answers")
}

/// What the machines answer to the examples of the adapter protocol.
fn machines(sut: &mut Sut) -> Vec<String> {
    let examples = include_str!("../../../../PROTOCOL.md").lines();
    let machines = sut.machines().expect("depth `machines`");
    let (mut story, mut id) = (Vec::new(), 0);
    for line in examples.filter(|line| line.starts_with("{\"id\":")) {
        let example: Value = serde_json::from_str(line).expect("JSON");
        match (example["op"].as_str(), &example["event"], &example["config"]) {
            (Some("create"), _, config) => {
                if let Ok(created) =
                    machines.create(example["machine"].as_str().expect("a name"), config)
                {
                    id = created;
                }
            }
            (Some("apply"), event, _) => {
                story.push(format!("{:?}", machines.apply(id, event).map_err(|e| e.to_string())));
                story.push(format!("{}", machines.state(id).expect("a state")));
            }
            _ => {}
        }
    }
    assert!(story.len() > 60, "{}", story.len());
    story
}

fn reference() -> Sut {
    Box::new(Reference::new())
}

fn mutant(defect: &'static Defect) -> Sut {
    Box::new(Mutant::new(defect))
}

#[test]
fn hooks_without_a_defect_change_nothing() {
    static FLAWLESS: Defect = Defect::codec("flawless", &[], "")
        .decode(|seen| seen.truth())
        .encode(|seen| seen.truth())
        .machine(|machine, event| machine.truth(event))
        .state(|_, _, _| {});
    assert_eq!(codec(&mut mutant(&FLAWLESS)), codec(&mut reference()));
    assert_eq!(machines(&mut mutant(&FLAWLESS)), machines(&mut reference()));
    static ANEW: Defect = Defect::model("anew", &[], "").machine(|machine, event| {
        if !machine.is("recovery") {
            let past = machine.past().to_vec();
            machine.again(&past);
        }
        machine.truth(event)
    });
    assert_eq!(machines(&mut mutant(&ANEW)), machines(&mut reference()));
}

#[test]
fn a_check_can_be_left_out_and_a_value_changed() {
    static LAX: Defect = Defect::codec("lax", &[], "").decode(|seen| match seen.kind {
        "metadata" => seen.without(&["scope_kind"]),
        _ => seen.with("header.frame_id", |id| *id = json!(7)),
    });
    let (mut lax, mut sound) = (mutant(&LAX), reference());
    let mut flow = [0; 32];
    flow[0] = 9;
    let sound = sound.vectors().expect("vectors");
    let lax = lax.vectors().expect("vectors");
    let strict = sound.decode("metadata", "FLOW_UPDATE", &flow).expect("an answer");
    assert_eq!(strict.expect_err("a scope beyond the last").kind, "malformed_body");
    let taken = lax.decode("metadata", "FLOW_UPDATE", &flow).expect("an answer");
    assert_eq!(taken.expect("no check")["scope_kind"], json!(9));
    // Another field is checked as ever.
    (flow[0], flow[1]) = (0, 99);
    assert!(lax.decode("metadata", "FLOW_UPDATE", &flow).expect("an answer").is_err());

    let ping = MessageType::Ping as u8;
    let ping = format!("4e4e52500100{ping:02x}28{}", "00".repeat(32));
    let ping = hex::decode(&ping).expect("digits");
    let header = sound.decode("packet", "", &ping).expect("an answer").expect("a PING");
    assert_eq!(header["header.frame_id"], json!(0));
    let header = lax.decode("packet", "", &ping).expect("an answer").expect("a PING");
    assert_eq!(header["header.frame_id"], json!(7));
}

#[test]
fn an_encoder_is_reached() {
    static LOUD: Defect = Defect::codec("loud", &[], "").encode(|seen| {
        if seen.is(MessageType::Pong) {
            return Err(Refused::new("bad_fields", "not now"));
        }
        seen.changed(|fields| {
            fields.insert("header.view_id".to_owned(), json!(3));
        })
    });
    let mut sut = mutant(&LOUD);
    let codec = sut.vectors().expect("vectors");
    let ping = json!({"header.msg_type": MessageType::Ping as u8});
    let bytes = codec.encode("packet", "", &ping).expect("an answer").expect("a PING");
    assert!(bytes.contains(&3));
    let pong = json!({"header.msg_type": MessageType::Pong as u8});
    assert!(codec.encode("packet", "", &pong).expect("an answer").is_err());
}

#[test]
fn a_machine_forgets_and_remembers_what_the_defect_says() {
    static FORGETFUL: Defect = Defect::model("forgetful", &[], "")
        .machine(|machine, event| {
            let count = machine.notes().len();
            machine.notes().insert(format!("event {count}"), json!(true));
            if event.get("cancel").is_some() {
                machine.again(&[]);
                return Ok(json!({"cancelled": []}));
            }
            machine.truth(event)
        })
        .state(|name, notes, state| state["notes"] = json!(format!("{name} {}", notes.len())));
    let mut sut = mutant(&FORGETFUL);
    let machines = sut.machines().expect("machines");
    let id = machines.create("operation", &json!({})).expect("a machine");
    let add = json!({"add": {"session": 1, "operation": 1}});
    assert!(machines.apply(id, &add).expect("an answer").is_ok());
    assert_eq!(machines.state(id).expect("a state")["operations"][0]["state"], json!("accepted"));
    let cancel = json!({"cancel": {"session": 1, "target": 1, "scope": "session"}});
    assert!(machines.apply(id, &cancel).expect("an answer").is_ok());
    assert_eq!(
        machines.state(id).expect("a state"),
        json!({"operations": [], "notes": "operation 2"})
    );
    // What the harness asked wrongly stays an error of the harness.
    assert!(machines.apply(id, &json!({"add": 1})).is_err());
    assert!(machines.apply(id + 1, &add).is_err() && machines.state(id + 1).is_err());
}

/// Machines show theirs in the scenarios alone.
#[test]
fn every_defect_of_the_codec_alone_shows_in_some_vector() {
    let plain = codec(&mut reference());
    for defect in all().filter(|defect| defect.decode.is_some() || defect.encode.is_some()) {
        let mut sut = open(defect.info.name).expect("a mutant");
        assert_ne!(codec(&mut sut), plain, "{}", defect.info.name);
    }
}
