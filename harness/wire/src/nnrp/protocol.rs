//! The marker type that names the protocol to generic code.

use super::command::{Command, Setup};
use super::event::Event;
use wireproof_base::Protocol;

/// NNRP/1-preview3.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Nnrp;

impl Protocol for Nnrp {
    const NAME: &'static str = "nnrp-1-preview3";
    type Command = Command;
    type Setup = Setup;
    type Event = Event;

    fn event_name(event: &Event) -> &'static str {
        event.name()
    }
}
