//! What every page of the adapter protocol has to keep: its lines are executed, and it leaves
//! nothing out.

use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::net::SocketAddr;
use wireproof_driver::adapter::{
    Created, Hello, Listening, MachineState, Outcome, Reply, Request, Started, StepInput,
    StepOutput, Stepped, narrow, widen,
};
use wireproof_driver::{Speaks, serve};

/// The lines of all `json` blocks, in order.
fn examples(page: &str) -> Vec<Value> {
    let mut inside = false;
    let mut lines = Vec::new();
    for line in page.lines() {
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

/// Every request gets the reply that stands under it, from the reference.
pub fn dialogue<P: Speaks>(page: &str) {
    let lines = examples(page);
    let dialogue: Vec<&Value> = lines.iter().filter(|line| line.get("id").is_some()).collect();
    assert!(dialogue.len() > 100, "{}", dialogue.len());
    let requests: String =
        dialogue.iter().filter(|line| line.get("op").is_some()).map(|l| format!("{l}\n")).collect();
    let mut replies = Vec::new();
    let mut reference = P::open("reference").expect("always there");
    let fresh = || P::open("reference");
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
        parse::<P>(request, printed);
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
fn parse<P: Speaks>(request: &Value, printed: &Value) {
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
            serde_json::from_value::<P::Setup>(setup).expect("a setup");
            serde_json::from_value::<Started>(ok).expect("start");
        }
        Request::Step { input, .. } => {
            if let StepInput::Command(mut command) = input {
                narrow(&mut command, P::WIDE);
                serde_json::from_value::<P::Command>(command).expect("a command");
            }
            serde_json::from_value::<Stepped>(ok).expect("step");
        }
        Request::Listen { setup } => {
            serde_json::from_value::<P::Setup>(setup).expect("a setup");
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

/// Every command is printed with all its fields and defaults.
pub fn commands<P: Speaks>(page: &str) {
    let mut printed = BTreeSet::new();
    for line in examples(page) {
        let Some(value) = line.get("command") else { continue };
        let input: StepInput = serde_json::from_value(line.clone()).expect("an input");
        assert_eq!(input, StepInput::Command(value.clone()));
        let mut narrowed = value.clone();
        narrow(&mut narrowed, P::WIDE);
        let name = value.as_object().and_then(|map| map.keys().next()).expect("a name").clone();
        let default: P::Command = serde_json::from_value(json!({ &name: {} })).expect("defaults");
        assert_eq!(serde_json::from_value::<P::Command>(narrowed).expect("a command"), default);
        let mut full = serde_json::to_value(&default).expect("plain data");
        widen(&mut full, P::WIDE);
        assert_eq!(full, *value, "{name}");
        assert!(page.contains(&format!("\n| `{name}` | ")), "{name} has no row");
        assert_eq!(P::needs(&default), format!("command.{name}"));
        printed.insert(P::needs(&default));
    }
    let commands = P::capabilities().iter().filter(|name| name.starts_with("command."));
    assert_eq!(printed, commands.copied().collect());
}

/// Every event is printed with all its fields; `name` is exhaustive.
pub fn events<P: Speaks>(page: &str, count: usize) {
    let mut printed = BTreeSet::new();
    for line in examples(page) {
        let Some(value) = line.get("event").filter(|_| line.get("id").is_none()) else { continue };
        serde_json::from_value::<StepOutput>(line.clone()).expect("an output");
        let mut narrowed = value.clone();
        narrow(&mut narrowed, P::WIDE);
        let event: P::Event = serde_json::from_value(narrowed).expect("an event");
        let mut full = serde_json::to_value(&event).expect("plain data");
        widen(&mut full, P::WIDE);
        assert_eq!(full, *value);
        let name = P::event_name(&event);
        assert!(page.contains(&format!("\n| `{name}` | ")), "{value} has no row");
        printed.insert(name);
    }
    assert_eq!(printed.len(), count, "{printed:?}");
}

/// Every field of the setup has a row with its default.
pub fn setup<P: Speaks>(page: &str) {
    let setup = serde_json::to_value(P::Setup::default()).expect("plain data");
    for (field, default) in setup.as_object().expect("fields") {
        let plain = format!("\n| `{field}` | {default} | ");
        let quoted = format!("\n| `{field}` | `{default}` | ");
        assert!(page.contains(&plain) || page.contains(&quoted), "{field}: {default}");
    }
}

/// Every operation, capability and structure is named.
pub fn names<P: Speaks>(page: &str, structures: &[&str]) {
    for op in Request::OPS {
        assert!(page.contains(&format!("\"op\":\"{op}\"")), "{op}");
    }
    for capability in P::capabilities() {
        assert!(page.contains(&format!("\"{capability}\"")), "{capability}");
    }
    for structure in structures {
        assert!(page.contains(&format!("`{structure}")), "{structure}");
    }
}
