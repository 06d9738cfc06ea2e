extern crate std;

use super::{Event, Output, Registry, State};
use crate::ncp::Refusal;
use crate::ncp::samples::{A1, A2, named, product, product_with_sku};
use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;
use wireproof_wire::ncp::Value;
use wireproof_wire::ncp::code::{NCP_ANCHOR_NOT_FOUND, NCP_ANCHOR_STALE};
use wireproof_wire::ncp::event::Hold;

fn publish<'a>(schema: &'a Value, replaces: &'a str) -> Event<'a> {
    Event::Publish { schema, anchor_id: "", ttl: 60, replaces }
}

fn put(registry: &mut Registry, schema: &Value, replaces: &str) -> String {
    match registry.apply(publish(schema, replaces)) {
        Ok(Output::Published(id)) => id,
        other => panic!("{other:?}"),
    }
}

fn request(anchor_ref: &str, auto_anchor: Option<bool>) -> Event<'_> {
    Event::Request { anchor_ref, auto_anchor }
}

fn shown(result: Result<Output, Refusal>) -> String {
    match result {
        Ok(Output::Published(id)) => format!("published {}", short(&id)),
        Ok(Output::Replaced(id)) => format!("replaced by {}", short(&id)),
        Ok(other) => other.name().to_string(),
        Err(refusal) => format!("{refusal:?}"),
    }
}

fn short(id: &str) -> &str {
    match id {
        A1 => "A1",
        A2 => "A2",
        other => other,
    }
}

/// The first schema in every state, against every event that is about it.
#[test]
fn every_state_and_event() {
    let (first, second, third) = (product(), product_with_sku(), named("third"));
    type Prepare = fn(&mut Registry, &Value, &Value);
    let states: [(&str, Prepare); 4] = [
        ("unregistered", |_, _, _| {}),
        ("current", |registry, first, _| {
            put(registry, first, "");
        }),
        ("superseded", |registry, first, second| {
            put(registry, first, "");
            put(registry, second, A1);
        }),
        ("superseded, heir gone", |registry, first, second| {
            put(registry, first, "");
            put(registry, second, A1);
            registry.apply(Event::Drop(A2)).expect("registered");
        }),
    ];
    let claimed = |schema, anchor_id| Event::Publish { schema, anchor_id, ttl: 60, replaces: "" };
    let malformed = Value::Map(Vec::new());
    let events = [
        ("publish", publish(&first, "")),
        ("publish under its id", claimed(&first, A1)),
        ("publish under another id", claimed(&first, A2)),
        ("publish other under its id", claimed(&second, A1)),
        ("publish malformed", claimed(&malformed, "")),
        ("publish successor", publish(&second, A1)),
        ("publish other successor", publish(&third, A1)),
        ("publish as successor of A2", publish(&first, A2)),
        ("publish as its own successor", publish(&first, A1)),
        ("request", request(A1, None)),
        ("request, auto_anchor", request(A1, Some(true))),
        ("request, no auto_anchor", request(A1, Some(false))),
        ("drop", Event::Drop(A1)),
    ];
    let mut table = String::new();
    for (state, prepare) in states {
        for (name, event) in events {
            let mut registry = Registry::new();
            prepare(&mut registry, &first, &second);
            let result = shown(registry.apply(event));
            let after = (registry.state(A1).name(), registry.state(A2).name());
            table += &format!("{state:<21} {name:<28} {:<12} {:<12} {result}\n", after.0, after.1);
        }
    }
    insta::assert_snapshot!(table);
}

#[test]
fn identifiers_are_those_of_the_reference() {
    let mut registry = Registry::new();
    assert_eq!(put(&mut registry, &product(), ""), A1);
    assert_eq!(put(&mut registry, &product_with_sku(), A1), A2);
    assert_eq!(registry.get(A1).expect("still here").value, product());
    assert_eq!(registry.get(A2).expect("here").ttl, 60);
}

#[test]
fn publishing_again_keeps_the_first_ttl() {
    let mut registry = Registry::new();
    let schema = product();
    put(&mut registry, &schema, "");
    let again = Event::Publish { schema: &schema, anchor_id: A1, ttl: 7, replaces: "" };
    assert_eq!(registry.apply(again), Ok(Output::Published(A1.to_string())));
    assert_eq!(registry.get(A1).expect("here").ttl, 60);
}

/// `OP-59`.
#[test]
fn a_return_swaps_the_two() {
    let mut registry = Registry::new();
    put(&mut registry, &product(), "");
    put(&mut registry, &product_with_sku(), A1);
    put(&mut registry, &product(), "");
    assert_eq!(registry.state(A1), State::Superseded, "plain publishing changes nothing");
    put(&mut registry, &product(), A2);
    assert_eq!((registry.state(A1), registry.state(A2)), (State::Current, State::Superseded));
    assert_eq!(registry.apply(request(A2, None)), Ok(Output::Replaced(A1.to_string())));
    assert_eq!(registry.apply(request(A1, None)), Ok(Output::Answer));
}

#[test]
fn a_request_leads_to_the_end_of_the_lineage() {
    let mut registry = Registry::new();
    let one = put(&mut registry, &named("one"), "");
    let two = put(&mut registry, &named("two"), &one);
    let three = put(&mut registry, &named("three"), &two);
    let answer = |registry: &mut Registry| registry.apply(request(&one, None));
    assert_eq!(answer(&mut registry), Ok(Output::Replaced(three.clone())));
    registry.apply(Event::Drop(&two)).expect("registered");
    assert_eq!(answer(&mut registry), Ok(Output::Replaced(three.clone())), "the middle is bridged");
    registry.apply(Event::Drop(&three)).expect("registered");
    assert_eq!(answer(&mut registry), Err(Refusal::Peer { row: "N07", code: NCP_ANCHOR_STALE }));
    let gone = Err(Refusal::Peer { row: "N08", code: NCP_ANCHOR_NOT_FOUND });
    assert_eq!(registry.apply(request(&two, None)), gone);
}

#[test]
fn a_refused_publication_changes_nothing() {
    let mut registry = Registry::new();
    let one = put(&mut registry, &named("one"), "");
    let two = put(&mut registry, &named("two"), &one);
    let three = named("three");
    for (replaces, why) in [(A1, Hold::Unknown), (&one, Hold::State)] {
        let refused = registry.apply(publish(&three, replaces));
        assert_eq!(refused, Err(Refusal::Local { row: "N04", why }));
        assert_eq!(registry.anchors().count(), 2);
    }
    assert_eq!(registry.apply(request(&one, None)), Ok(Output::Replaced(two)));
}

#[test]
fn system_references_need_no_schema() {
    let mut registry = Registry::new();
    let system = request("nps:system:aggregate:result", Some(false));
    assert_eq!(registry.apply(system), Ok(Output::System));
    let gone = Err(Refusal::Peer { row: "N08", code: NCP_ANCHOR_NOT_FOUND });
    assert_eq!(registry.apply(request("nps:other", None)), gone);
}
