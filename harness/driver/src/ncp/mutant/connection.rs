//! Defects of a connection in its states (reference 8.1).

use super::defect::Defect;
use super::depths::{Applying, Taken};
use super::edit::Edit;
use super::memory::Memory;
use crate::DefectLevel::{Machine, Timing};
use serde_json::{Value, json};
use wireproof_base::Duration;
use wireproof_wire::ncp::frame_type::{FrameType, Layer};
use wireproof_wire::ncp::{Command, Event};

/// All of them.
pub const DEFECTS: &[Defect] = &[
    Defect::node(
        Machine,
        "node_serves_two_protocols",
        &["NCP-CONN-001"],
        "Frames of NIP, NDP and NOP come to nothing on the port of the Node.",
    )
    .incoming(|edit, _| {
        let layer = Layer::of(edit.header().frame);
        if edit.kind().is_some() && matches!(layer, Some(Layer::Nip | Layer::Ndp | Layer::Nop)) {
            edit.withhold();
        }
    }),
    Defect::node(
        Machine,
        "node_is_ready_with_the_hello",
        &["NCP-CONN-006"],
        "The Node reports a connection as ready when its HelloFrame comes, fit or not.",
    )
    .incoming(|edit, memory| {
        if edit.is(FrameType::Hello) {
            let event = ready(edit, memory);
            edit.added.events.push(event);
        }
    })
    .told(|telling, _| {
        if matches!(telling.what, Event::Ready { .. }) {
            telling.withhold();
        }
    })
    .machine(|machine, event| {
        let taken = machine.truth(event)?;
        if named(machine, event, "open") {
            machine.truth(&json!({"anchor_ok": {}}))?;
        }
        Ok(taken)
    }),
    Defect::agent(
        Machine,
        "agent_keeps_failed_connections",
        &["NCP-CONN-007"],
        "A handshake that fails leaves the connection as it was.",
    )
    .ends(|_, memory| memory.number == 1)
    .told(|telling, memory| {
        if matches!(telling.what, Event::Ready { .. }) {
            memory.number = 1;
        }
    })
    .state(|machine, _, state| {
        if machine == "connection" && state["state"] == json!("failed") {
            state["state"] = json!("anchor_negotiate");
        }
    }),
    Defect::agent(
        Machine,
        "agent_forgets_to_close",
        &["NCP-CONN-008"],
        "A connection that the application closes stays open.",
    )
    .ends(|_, memory| memory.number != 1)
    .asked(|asking, memory| {
        if matches!(asking.what, Command::Close(_)) {
            memory.number = 1;
        }
    })
    .machine(forgets),
    Defect::node(
        Timing,
        "node_wakes_up_late",
        &["NCP-HELLO-016"],
        "Whatever the Node wants to do at some time it does three seconds later.",
    )
    .wake(|wanted| wanted + Duration::from_millis(3_000)),
];

/// Whether it is that event of a connection.
fn named(machine: &Applying<'_>, event: &Value, name: &str) -> bool {
    machine.is("connection") && event.get(name).is_some()
}

/// An established connection that is to be closed stays as it is.
fn forgets(machine: &mut Applying<'_>, event: &Value) -> Taken {
    let stands = named(machine, event, "close") && machine.state()["state"] == json!("established");
    if stands { Ok(json!({"do": "moved"})) } else { machine.truth(event) }
}

fn ready(edit: &Edit<'_>, memory: &Memory) -> Event {
    let own = &memory.setup;
    Event::Ready {
        conn: edit.conn,
        version: own.nps_version.clone(),
        encoding: own.encodings.first().copied().unwrap_or_default(),
        max_frame_payload: own.max_frame_payload,
        max_streams: own.max_streams,
        ext: own.ext,
        algorithm: String::new(),
    }
}
