//! Numbers of GraphFrames and of AlignStream frames (NDP §6, NOP §3.4).

use alloc::string::String;
use alloc::vec::Vec;
use wireproof_wire::ncp::companion::{delegation, discovery};
use wireproof_wire::ncp::frame_type::FrameType;
use wireproof_wire::ncp::value::Value;
use wireproof_wire::ncp::violation::Violation;

/// The last numbers that have come on a connection.
#[derive(Debug, Default)]
pub struct Numbers {
    graph: Option<u64>,
    align: Vec<(String, u64)>,
}

impl Numbers {
    /// Whether a frame fits those before it, which it joins if it does.
    ///
    /// # Errors
    ///
    /// A number that does not follow. The frame does not count.
    pub fn take(&mut self, kind: FrameType, frame: &Value) -> Result<(), Violation> {
        let seq = frame.get("seq").and_then(Value::as_uint).unwrap_or_default();
        match kind {
            FrameType::Graph => {
                let initial = frame.get("initial_sync").and_then(Value::as_bool);
                discovery::follows(self.graph, seq, initial.unwrap_or_default())?;
                self.graph = Some(seq);
            }
            FrameType::AlignStream => {
                let stream = frame.get("stream_id").and_then(Value::as_text);
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
