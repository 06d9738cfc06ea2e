//! Frames of NIP, NDP and NOP, and the AlignFrame that nobody sends any more (reference 4.5, 5.3
//! to 5.5).
//!
//! Their forms are checked on reading. What needs the frames before, or the identity of the peer,
//! is checked here; what needs keys and certificates is the application's.

use super::core::{Core, Out, blocked, noticed};
use alloc::string::String;
use alloc::vec::Vec;
use wireproof_wire::ncp::Event;
use wireproof_wire::ncp::command::Companion as Command;
use wireproof_wire::ncp::companion::{delegation, discovery};
use wireproof_wire::ncp::event::Hold;
use wireproof_wire::ncp::frame::{Companion, Frame};
use wireproof_wire::ncp::frame_type::{FrameType, Layer};
use wireproof_wire::ncp::value::Value;
use wireproof_wire::ncp::violation::Violation;

/// Numbers of companion frames that have come on a connection.
#[derive(Debug, Default)]
pub(crate) struct Numbers {
    graph: Option<u64>,
    align: Vec<(String, u64)>,
}

impl Numbers {
    /// Whether a frame fits those before it, which it joins if it does.
    fn take(&mut self, frame: &Companion) -> Result<(), Violation> {
        let seq = frame.members.get("seq").and_then(Value::as_uint).unwrap_or_default();
        match frame.kind {
            FrameType::Graph => {
                let initial = frame.members.get("initial_sync").and_then(Value::as_bool);
                discovery::follows(self.graph, seq, initial.unwrap_or_default())?;
                self.graph = Some(seq);
            }
            FrameType::AlignStream => {
                let stream = frame.members.get("stream_id").and_then(Value::as_text);
                let stream = stream.unwrap_or_default();
                let last = self.align.iter_mut().find(|(id, _)| id == stream);
                delegation::follows(last.as_ref().map(|(_, last)| *last), seq)?;
                match last {
                    Some((_, last)) => *last = seq,
                    None => self.align.push((String::from(stream), seq)),
                }
            }
            _ => {}
        }
        Ok(())
    }
}

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
        let identity = &self.setup.peer_nid;
        let sent = if frame.kind == FrameType::AlignStream && !identity.is_empty() {
            delegation::sent_by(&frame.members, identity)
        } else {
            Ok(())
        };
        match sent.and_then(|()| self.links[link].numbers.take(frame)) {
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
