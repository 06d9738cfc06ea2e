extern crate std;

use super::{Admission, Event, State, admits, next};
use alloc::format;
use alloc::string::String;
use wireproof_base::Role;
use wireproof_wire::nnrp::MessageType;

#[test]
fn every_state_and_event() {
    let mut table = String::new();
    for &state in State::ALL {
        for &event in Event::ALL {
            let result = next(state, event).map_or("-", State::name);
            table += &format!("{:<12} {:<15} {result}\n", state.name(), event.name());
        }
    }
    insta::assert_snapshot!(table);
}

#[test]
fn every_state_and_message() {
    let mut table = String::new();
    for role in [Role::Client, Role::Server] {
        for &kind in MessageType::ALL {
            table += &format!("{:<7}{:<20}", role.name(), kind.name());
            for &state in State::ALL {
                let admission = match admits(state, role, kind) {
                    Admission::Process => "process",
                    Admission::Refuse => "refuse",
                    Admission::RefuseFatal => "fatal",
                    Admission::Discard => "discard",
                };
                table += &format!(" {admission:<8}");
            }
            table.truncate(table.trim_end().len());
            table += "\n";
        }
    }
    let states: String = State::ALL.iter().map(|s| format!(" {:<8.8}", s.name())).collect();
    insta::assert_snapshot!(format!("{:27}{}\n{table}", "", states.trim_end()));
}
