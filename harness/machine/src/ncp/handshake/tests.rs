extern crate std;

use super::{client, server};
use alloc::format;
use alloc::string::String;

#[test]
fn every_server_state_and_event() {
    let mut table = String::new();
    for &state in server::State::ALL {
        for &event in server::Event::ALL {
            let result = server::next(state, event).map_or("-", server::State::name);
            table += &format!("{:<11} {:<11} {result}\n", state.name(), event.name());
        }
    }
    insta::assert_snapshot!(table);
}

#[test]
fn every_client_state_and_event() {
    let mut table = String::new();
    for &state in client::State::ALL {
        for &event in client::Event::ALL {
            let result = client::next(state, event).map_or("-", client::State::name);
            table += &format!("{:<11} {:<11} {result}\n", state.name(), event.name());
        }
    }
    insta::assert_snapshot!(table);
}

/// Table 8.2, typed from it.
#[test]
fn the_rows_of_the_server() {
    use server::Event as E;
    use server::State::{Decide, Done, Refused, WaitHello};
    for (row, state, event, after) in [
        ("S01", WaitHello, E::Silence, Refused),
        ("S02", WaitHello, E::Foreign, Refused),
        ("S03", WaitHello, E::Unassigned, Refused),
        ("S04", WaitHello, E::Sealed, Refused),
        ("S05", WaitHello, E::Header, Refused),
        ("S06", WaitHello, E::Malformed, Refused),
        ("S07", WaitHello, E::Hello, Decide),
        ("S08", Decide, E::Unfit, Refused),
        ("S11", Decide, E::Fits, Done),
        ("S12", Decide, E::Slow, Refused),
        ("S14", WaitHello, E::Lost, Refused),
        ("S14", Decide, E::Lost, Refused),
        ("S14", Done, E::Lost, Refused),
    ] {
        assert_eq!(server::next(state, event), Some(after), "{row}");
    }
}

/// Table 8.3, typed from it.
#[test]
fn the_rows_of_the_client() {
    use client::Event as E;
    use client::State::{Done, Idle, Preload, Refused, WaitCaps};
    for (row, state, event, after) in [
        ("K01", Idle, E::Open, WaitCaps),
        ("K02", WaitCaps, E::Legal, Preload),
        ("K03", WaitCaps, E::Illegal, Refused),
        ("K04", WaitCaps, E::Error, Refused),
        ("K05", WaitCaps, E::Foreign, Refused),
        ("K06", WaitCaps, E::Silence, Refused),
        ("K07", Preload, E::Anchor, Preload),
        ("K08", Preload, E::Finished, Done),
        ("K09", Preload, E::Unfetched, Done),
        ("K10", WaitCaps, E::Fault, Refused),
    ] {
        assert_eq!(client::next(state, event), Some(after), "{row}");
    }
}
