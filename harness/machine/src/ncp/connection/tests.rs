extern crate std;

use super::{Event, State, next};
use alloc::format;
use alloc::string::String;

#[test]
fn every_state_and_event() {
    let mut table = String::new();
    for &state in State::ALL {
        for &event in Event::ALL {
            let result = next(state, event).map_or("-", State::name);
            table += &format!("{:<17} {:<10} {result}\n", state.name(), event.name());
        }
    }
    insta::assert_snapshot!(table);
}

/// The rows of table 8.1, typed from it.
#[test]
fn the_rows_of_the_table() {
    use Event as E;
    use State::{AnchorNegotiate, Closed, Closing, Established, Failed};
    for (row, state, event, after) in [
        ("C01", Closed, E::Open, AnchorNegotiate),
        ("C02", AnchorNegotiate, E::AnchorOk, Established),
        ("C03", AnchorNegotiate, E::Timeout, Failed),
        ("C04", AnchorNegotiate, E::Error, Failed),
        ("C04", AnchorNegotiate, E::Lost, Failed),
        ("C05", AnchorNegotiate, E::Close, Closing),
        ("C06", AnchorNegotiate, E::Send, AnchorNegotiate),
        ("C07", Established, E::Frame, Established),
        ("C08", Established, E::Fault, Established),
        ("C09", Established, E::Fatal, Closing),
        ("C10", Established, E::Close, Closing),
        ("C11", Established, E::Lost, Closed),
        ("C12", Closing, E::Lost, Closed),
        ("C13", Closing, E::Frame, Closing),
        ("C15", Established, E::Foreign, Established),
    ] {
        assert_eq!(next(state, event), Some(after), "{row}");
    }
    for &event in Event::ALL {
        assert_eq!(next(Failed, event), Some(Failed), "C14");
    }
    // NCP-CONN-009: nothing is sent before the handshake is done, nor after the end.
    for state in [Closed, Closing] {
        assert_eq!(next(state, E::Send), None);
    }
}
