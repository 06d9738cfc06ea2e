//! Frames of NIP, NDP and NOP, and the AlignFrame that nobody sends any more (reference 4.5, 5.3
//! to 5.5).
//!
//! Their forms are checked on reading. What needs the frames before, the identity of the peer, or
//! the keys that the setup knows is checked by its standing.

use super::core::{Core, Out, blocked, noticed};
use alloc::string::String;
use wireproof_wire::ncp::Event;
use wireproof_wire::ncp::command::Companion as Command;
use wireproof_wire::ncp::event::Hold;
use wireproof_wire::ncp::frame::{Companion, Frame};
use wireproof_wire::ncp::frame_type::{FrameType, Layer};

impl Core {
    /// Carries out [`Command`].
    pub fn companion(&mut self, command: &Command, out: &mut Out) {
        let conn = command.conn;
        let Some(link) = self.usable(conn, "", out) else { return };
        let sent = companion_type(&command.frame).ok_or(Hold::Malformed).and_then(|kind| {
            let frame = Frame::from_value(kind, &command.members).map_err(|_| Hold::Malformed)?;
            self.send_control(link, &frame, out)
        });
        if let Err(why) = sent {
            blocked(conn, "", why, out);
        }
    }

    /// A frame of a companion protocol arrived.
    pub fn on_companion(&mut self, link: usize, frame: &Companion, out: &mut Out) {
        let conn = self.links[link].conn;
        if frame.kind == FrameType::Align {
            return noticed(conn, "align_frame", out);
        }
        match self.links[link].standing.take(frame, &self.setup, self.now) {
            Ok(()) => out.event(Event::Received { conn, frame: String::from(frame.kind.name()) }),
            Err(violation) => self.refuse(link, violation.code, out),
        }
    }
}

/// The type of that name, if its frames have no command of their own and are not deprecated.
fn companion_type(name: &str) -> Option<FrameType> {
    FrameType::from_name(name)
        .filter(|kind| matches!(kind.layer(), Layer::Nip | Layer::Ndp | Layer::Nop))
}
