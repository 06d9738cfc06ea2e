//! Every example line of `PROTOCOL.md` is executed, and the page leaves nothing out.

use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::net::SocketAddr;
use wireproof_base::Protocol;
use wireproof_driver::adapter::{
    Created, Hello, Listening, MachineState, Outcome, Reply, Request, Started, StepInput,
    StepOutput, Stepped, narrow, widen,
};
use wireproof_driver::{Speaks, serve};
use wireproof_wire::nnrp::{Command, Event, Nnrp};

const PAGE: &str = include_str!("../../PROTOCOL.md");

/// The lines of all `json` blocks, in order.
fn examples() -> Vec<Value> {
    let mut inside = false;
    let mut lines = Vec::new();
    for line in PAGE.lines() {
        match line {
            "```json" => inside = true,
            "```" => inside = false,
            line if inside => {
                let value = serde_json::from_str(line);
                lines.push(value.unwrap_or_else(|error| panic!("{error}: {line}")));
            }
            _ => {}
        }
    }
    lines
}

#[test]
fn every_request_gets_the_reply_that_stands_under_it() {
    let lines = examples();
    let dialogue: Vec<&Value> = lines.iter().filter(|line| line.get("id").is_some()).collect();
    assert!(dialogue.len() > 100, "{}", dialogue.len());
    let requests: String =
        dialogue.iter().filter(|line| line.get("op").is_some()).map(|l| format!("{l}\n")).collect();
    let mut replies = Vec::new();
    let mut reference = Nnrp::open("reference").expect("always there");
    let fresh = || Nnrp::open("reference");
    serve::serve_live(reference.as_mut(), &fresh, requests.as_bytes(), &mut replies)
        .expect("no pipe to break");
    let replies = String::from_utf8(replies).expect("JSON");
    let mut replies =
        replies.lines().map(|line| serde_json::from_str::<Value>(line).expect("a reply is JSON"));
    for pair in dialogue.chunks(2) {
        let [request, printed] = pair else { panic!("a request without reply: {pair:?}") };
        assert_eq!(request["id"], printed["id"], "{request}");
        let reply = replies.next().map(|reply| with_port_of(printed, reply));
        assert_eq!(reply.as_ref(), Some(*printed), "{request}");
        parse(request, printed);
    }
}

/// A server listens at any port that is free; all else is as printed.
fn with_port_of(printed: &Value, mut reply: Value) -> Value {
    let is_loopback = |address: &Value| {
        let address: Option<SocketAddr> = address.as_str().and_then(|text| text.parse().ok());
        address.is_some_and(|address| address.ip().is_loopback() && address.port() != 0)
    };
    let wanted = &printed["ok"]["address"];
    if let Some(address) = reply.pointer_mut("/ok/address")
        && is_loopback(address)
        && is_loopback(wanted)
    {
        *address = wanted.clone();
    }
    reply
}

/// Requests and replies have the forms that the harness itself reads and writes.
fn parse(request: &Value, printed: &Value) {
    let reply: Reply = serde_json::from_value(printed.clone()).expect("a reply");
    let Some(ok) = reply.ok else {
        assert!(reply.error.is_some_and(|error| !error.code.is_empty()));
        return;
    };
    let mut bare = request.clone();
    bare.as_object_mut().expect("a request").remove("id");
    let typed: Request = serde_json::from_value(bare).expect("a request");
    match typed {
        Request::Hello { .. } => drop(serde_json::from_value::<Hello>(ok).expect("hello")),
        Request::Start { setup, .. } => {
            serde_json::from_value::<<Nnrp as Protocol>::Setup>(setup).expect("a setup");
            serde_json::from_value::<Started>(ok).expect("start");
        }
        Request::Step { input, .. } => {
            if let StepInput::Command(mut command) = input {
                narrow(&mut command, Nnrp::WIDE);
                serde_json::from_value::<Command>(command).expect("a command");
            }
            serde_json::from_value::<Stepped>(ok).expect("step");
        }
        Request::Listen { setup } => {
            serde_json::from_value::<<Nnrp as Protocol>::Setup>(setup).expect("a setup");
            serde_json::from_value::<Listening>(ok).expect("listen");
        }
        Request::Stop {} => assert_eq!(ok, json!({})),
        Request::Decode { .. } | Request::Encode { .. } | Request::Apply { .. } => {
            serde_json::from_value::<Outcome>(ok).expect("an outcome");
        }
        Request::Create { .. } => drop(serde_json::from_value::<Created>(ok).expect("create")),
        Request::State { .. } => drop(serde_json::from_value::<MachineState>(ok).expect("state")),
    }
}

#[test]
fn every_command_is_printed_with_all_its_fields_and_defaults() {
    let mut printed = BTreeSet::new();
    for line in examples() {
        let Some(value) = line.get("command") else { continue };
        let input: StepInput = serde_json::from_value(line.clone()).expect("an input");
        assert_eq!(input, StepInput::Command(value.clone()));
        let mut narrowed = value.clone();
        narrow(&mut narrowed, Nnrp::WIDE);
        let name = value.as_object().and_then(|map| map.keys().next()).expect("a name").clone();
        let default: Command = serde_json::from_value(json!({ &name: {} })).expect("defaults");
        assert_eq!(serde_json::from_value::<Command>(narrowed).expect("a command"), default);
        let mut full = serde_json::to_value(&default).expect("plain data");
        widen(&mut full, Nnrp::WIDE);
        assert_eq!(full, *value, "{name}");
        assert!(PAGE.contains(&format!("\n| `{name}` | ")), "{name} has no row");
        assert_eq!(Nnrp::needs(&default), format!("command.{name}"));
        printed.insert(Nnrp::needs(&default));
    }
    let commands = Nnrp::capabilities().iter().filter(|name| name.starts_with("command."));
    assert_eq!(printed, commands.copied().collect());
}

/// Grows with the enumeration, or does not compile.
const fn name(event: &Event) -> &'static str {
    match event {
        Event::Ready { .. } => "ready",
        Event::Down { .. } => "down",
        Event::Opened { .. } => "opened",
        Event::Refused { .. } => "refused",
        Event::Submitted { .. } => "submitted",
        Event::Blocked { .. } => "blocked",
        Event::Result { .. } => "result",
        Event::Ended { .. } => "ended",
        Event::Hinted { .. } => "hinted",
        Event::Flow { .. } => "flow",
        Event::Patched { .. } => "patched",
        Event::Cached { .. } => "cached",
        Event::Invalidated { .. } => "invalidated",
        Event::Draining { .. } => "draining",
        Event::Closed { .. } => "closed",
        Event::CloseRejected { .. } => "close_rejected",
        Event::Detached { .. } => "detached",
        Event::Migrated { .. } => "migrated",
        Event::Probed { .. } => "probed",
        Event::Pong { .. } => "pong",
        Event::Error { .. } => "error",
        Event::Rejected { .. } => "rejected",
    }
}

const EVENTS: usize = 22;

#[test]
fn every_event_is_printed_with_all_its_fields() {
    let mut printed = BTreeSet::new();
    for line in examples() {
        let Some(value) = line.get("event").filter(|_| line.get("id").is_none()) else { continue };
        serde_json::from_value::<StepOutput>(line.clone()).expect("an output");
        let mut narrowed = value.clone();
        narrow(&mut narrowed, Nnrp::WIDE);
        let event: Event = serde_json::from_value(narrowed).expect("an event");
        let mut full = serde_json::to_value(event).expect("plain data");
        widen(&mut full, Nnrp::WIDE);
        assert_eq!(full, *value);
        assert!(PAGE.contains(&format!("\n| `{}` | ", name(&event))), "{value} has no row");
        printed.insert(name(&event));
    }
    assert_eq!(printed.len(), EVENTS, "{printed:?}");
}

#[test]
fn every_field_of_the_setup_has_a_row_with_its_default() {
    let setup = serde_json::to_value(<Nnrp as Protocol>::Setup::default()).expect("plain data");
    for (field, default) in setup.as_object().expect("fields") {
        let plain = format!("\n| `{field}` | {default} | ");
        let quoted = format!("\n| `{field}` | `{default}` | ");
        assert!(PAGE.contains(&plain) || PAGE.contains(&quoted), "{field}: {default}");
    }
}

#[test]
fn every_operation_capability_structure_and_failure_is_named() {
    for op in Request::OPS {
        assert!(PAGE.contains(&format!("\"op\":\"{op}\"")), "{op}");
    }
    for capability in Nnrp::capabilities() {
        assert!(PAGE.contains(&format!("\"{capability}\"")), "{capability}");
    }
    for structure in wireproof_driver::nnrp::STRUCTURES {
        assert!(PAGE.contains(&format!("`{structure}`")), "{structure}");
    }
    for kind in [
        "crash",
        "hang",
        "no_flush",
        "garbage",
        "wrong_id",
        "giant_line",
        "livelock",
        "negotiate",
        "unsupported",
    ] {
        assert!(PAGE.contains(&format!("\n| `{kind}` | ")), "{kind}");
    }
}

/// The Python program of the page, run as it is printed.
#[test]
fn the_whole_adapter_of_the_page_is_one() {
    let program = PAGE.split("```python\n").nth(1).and_then(|rest| rest.split("```").next());
    let program = program.expect("a program");
    let file = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("adapter.py");
    std::fs::write(&file, program).expect("a folder for such files");
    let spec =
        format!("command -v python3 >/dev/null || exit 77; exec python3 '{}'", file.display());
    match Nnrp::open(&spec) {
        Ok(mut sut) => {
            assert_eq!(sut.identity().name, "my-nnrp");
            assert!(!sut.identity().claims_everything);
            let setup = <Nnrp as Protocol>::Setup::default();
            sut.start(&setup, Default::default()).expect("a start");
        }
        // Without Python on this machine there is nothing to run.
        Err(wireproof_driver::DriverError::Crash { status: Some(77), .. }) => {}
        Err(error) => panic!("{error}"),
    }
}
