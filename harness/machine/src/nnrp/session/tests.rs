extern crate std;

use super::{Event, State, admits, next};
use alloc::format;
use alloc::string::String;
use wireproof_wire::nnrp::MessageType;

#[test]
fn every_state_and_event() {
    let mut table = String::new();
    for &state in State::ALL {
        for &event in Event::ALL {
            let result = next(state, event).map_or("-", State::name);
            table += &format!("{:<18} {:<15} {result}\n", state.name(), event.name());
        }
    }
    insta::assert_snapshot!(table);
}

#[test]
fn every_state_and_message() {
    use MessageType as M;
    let kinds = [
        M::FrameSubmit,
        M::SessionPatch,
        M::CachePut,
        M::FrameCancel,
        M::CacheInvalidate,
        M::ResultPush,
        M::ResultDrop,
        M::ResultHint,
        M::FlowUpdate,
        M::SessionClose,
        M::SessionCloseAck,
        M::SessionMigrate,
        M::SessionPatchAck,
        M::CacheAck,
        M::SessionMigrateAck,
        M::Error,
        M::Ping,
        M::Pong,
    ];
    let mut table = String::new();
    for kind in kinds {
        let admitting: String = State::ALL
            .iter()
            .filter(|state| admits(**state, kind))
            .map(|state| format!(" {},", state.name()))
            .collect();
        table += &format!("{:<20}{}\n", kind.name(), admitting.trim_end_matches(','));
    }
    insta::assert_snapshot!(table);
}
