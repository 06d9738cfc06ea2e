//! The same for `PROTOCOL-ncp.md`.

use crate::page;
use wireproof_base::Protocol;
use wireproof_driver::ncp::STRUCTURES;
use wireproof_wire::ncp::{Event, Ncp};

const PAGE: &str = include_str!("../../PROTOCOL-ncp.md");

#[test]
fn every_request_gets_the_reply_that_stands_under_it() {
    page::dialogue::<Ncp>(PAGE);
}

#[test]
fn every_command_is_printed_with_all_its_fields_and_defaults() {
    page::commands::<Ncp>(PAGE);
}

/// Grows with the enumeration, or does not compile.
const fn name(event: &Event) -> &'static str {
    match event {
        Event::Ready { .. } => "ready",
        Event::Down { .. } => "down",
        Event::Anchored { .. } => "anchored",
        Event::Forgotten { .. } => "forgotten",
        Event::Requested { .. } => "requested",
        Event::Answered { .. } => "answered",
        Event::Failed { .. } => "failed",
        Event::Opened { .. } => "opened",
        Event::Chunk { .. } => "chunk",
        Event::Ended { .. } => "ended",
        Event::Window { .. } => "window",
        Event::Applied { .. } => "applied",
        Event::Unapplied { .. } => "unapplied",
        Event::Heartbeat { .. } => "heartbeat",
        Event::Received { .. } => "received",
        Event::Blocked { .. } => "blocked",
        Event::Noticed { .. } => "noticed",
    }
}

const EVENTS: usize = 17;

#[test]
fn every_event_is_printed_with_all_its_fields() {
    let down = Event::Down { conn: Default::default(), error: String::new() };
    assert_eq!(name(&down), Ncp::event_name(&down));
    page::events::<Ncp>(PAGE, EVENTS);
}

#[test]
fn every_field_of_the_setup_has_a_row_with_its_default() {
    page::setup::<Ncp>(PAGE);
}

#[test]
fn every_operation_capability_structure_and_machine_is_named() {
    page::names::<Ncp>(PAGE, STRUCTURES);
    let machines = wireproof_driver::ncp::CAPABILITIES.iter();
    for machine in machines.filter_map(|name| name.strip_prefix("machine.")) {
        assert!(PAGE.contains(&format!("\n### {machine}\n")), "{machine}");
    }
}
