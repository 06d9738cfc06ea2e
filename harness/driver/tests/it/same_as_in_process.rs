//! The reference behind the adapter protocol cannot be told from the reference in this process.

use crate::testbed::{Sut, World};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use wireproof_base::Role;
use wireproof_driver::process::{Options, Process};
use wireproof_driver::{Depth, Driver, Speaks};
use wireproof_wire::nnrp::Nnrp;

const ADAPTER: &str = env!("CARGO_BIN_EXE_wireproof-adapter");

fn reference() -> Sut {
    Nnrp::open("reference").expect("always there")
}

fn outside() -> Sut {
    Nnrp::open(&format!("exec '{ADAPTER}'")).expect("the adapter speaks")
}

#[test]
fn byte_for_byte_in_either_role() {
    for seed in 0..4 {
        let inside = World::new(reference(), reference()).traffic(seed);
        assert!(inside.len() > 100);
        assert_eq!(World::new(outside(), reference()).traffic(seed), inside, "client, {seed}");
        assert_eq!(World::new(reference(), outside()).traffic(seed), inside, "server, {seed}");
    }
}

#[test]
fn a_session_moves_the_same_way() {
    let inside = World::new(reference(), reference()).migration();
    assert!(inside.iter().any(|line| line.contains("Migrated")), "{inside:#?}");
    assert_eq!(World::new(outside(), outside()).migration(), inside);
}

#[test]
fn connected_back_as_well() {
    let spec = format!("exec '{ADAPTER}' --connect {{connect}}");
    let back: Sut = Nnrp::open(&spec).expect("it connects");
    assert_eq!(back.identity().name, "reference");
    let inside = World::new(reference(), reference()).traffic(9);
    assert_eq!(World::new(reference(), back).traffic(9), inside);
}

#[test]
fn the_identity_is_the_same() {
    let (inside, outside) = (reference(), outside());
    assert_eq!(inside.identity(), outside.identity());
    assert!(!outside.identity().claims_everything);
    assert_eq!(outside.identity().roles, [Role::Client, Role::Server]);
    assert_eq!(outside.identity().depths, [Depth::Vectors, Depth::Machines, Depth::Stepped]);
}

#[test]
fn vectors_come_out_the_same() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../vectors/nnrp/session.json");
    let text = fs::read_to_string(path).expect("part of the repository");
    let file: Value = serde_json::from_str(&text).expect("JSON");
    let mut inside = reference();
    let mut outside = Process::<Nnrp>::open(ADAPTER, Options::default()).expect("it speaks");
    let outside: &mut dyn Driver<Nnrp> = &mut outside;
    for vector in file["vectors"].as_array().expect("a list") {
        let lines = vector["hex"].as_array().expect("lines");
        let digits: String = lines.iter().map(|line| line.as_str().expect("digits")).collect();
        let bytes = wireproof_driver::hex::decode(&digits).expect("digits");
        let kind = vector["kind"].as_str().expect("a kind");
        let decode = |driver: &mut dyn Driver<Nnrp>| {
            let vectors = driver.vectors().expect("depth vectors");
            vectors.decode(kind, "", &bytes).expect("an answer")
        };
        let (a, b) = (decode(inside.as_mut()), decode(outside));
        assert_eq!(a, b);
        let Ok(fields) = a else { continue };
        let encode = |driver: &mut dyn Driver<Nnrp>| {
            let vectors = driver.vectors().expect("depth vectors");
            vectors.encode(kind, "", &fields).expect("an answer")
        };
        assert_eq!(encode(inside.as_mut()), encode(outside));
    }
}

#[test]
fn machines_come_out_the_same() {
    let story = [
        json!({"open": {"session": 1, "credit": 1, "maximum": 4, "class": 1}}),
        json!({"start": {"session": 1, "operation": "1"}}),
        json!({"start": {"session": 1, "operation": "2"}}),
        json!({"end": {"session": 1, "operation": 1}}),
    ];
    let tell = |mut sut: Sut| {
        let machines = sut.machines().expect("depth machines");
        let id = machines.create("flow", &json!({})).expect("a machine");
        let answers: Vec<_> = story.iter().map(|event| machines.apply(id, event)).collect();
        (answers, machines.state(id))
    };
    assert_eq!(tell(outside()), tell(reference()));
}

#[test]
fn a_machine_that_does_not_exist_does_not_apply() {
    let mut sut = outside();
    let machines = sut.machines().expect("depth machines");
    let error = machines.create("toaster", &json!({})).expect_err("no such machine");
    assert!(error.is_not_applicable(), "{error}");
}
