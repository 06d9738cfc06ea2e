//! The marker type that names the protocol to generic code.

use super::command::{Command, Setup};
use super::event::Event;
use wireproof_base::Protocol;

/// NPS NCP 0.4.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ncp;

impl Protocol for Ncp {
    const NAME: &'static str = "nps-ncp-0.4";
    type Command = Command;
    type Setup = Setup;
    type Event = Event;

    fn event_name(event: &Event) -> &'static str {
        event.name()
    }
}
