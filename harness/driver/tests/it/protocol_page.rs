//! Every example line of `PROTOCOL.md` is executed, and the page leaves nothing out.

use crate::page;
use wireproof_base::Protocol;
use wireproof_driver::Speaks;
use wireproof_wire::nnrp::{Event, Nnrp};

const PAGE: &str = include_str!("../../PROTOCOL.md");

#[test]
fn every_request_gets_the_reply_that_stands_under_it() {
    page::dialogue::<Nnrp>(PAGE);
}

#[test]
fn every_command_is_printed_with_all_its_fields_and_defaults() {
    page::commands::<Nnrp>(PAGE);
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
    let ready = Event::Ready { conn: Default::default() };
    assert_eq!(name(&ready), Nnrp::event_name(&ready));
    page::events::<Nnrp>(PAGE, EVENTS);
}

#[test]
fn every_field_of_the_setup_has_a_row_with_its_default() {
    page::setup::<Nnrp>(PAGE);
}

#[test]
fn every_operation_capability_structure_and_failure_is_named() {
    page::names::<Nnrp>(PAGE, wireproof_driver::nnrp::STRUCTURES);
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
