//! Building a frame from the fields of a command and the members that have none.

use alloc::vec::Vec;
use wireproof_wire::ncp::event::Hold;
use wireproof_wire::ncp::frame::{Companion, Frame};
use wireproof_wire::ncp::frame_type::FrameType;
use wireproof_wire::ncp::value::{Name, Value};

/// The members of a frame that is being made.
#[derive(Debug, Default)]
pub(crate) struct Members(Vec<(Name, Value)>);

impl Members {
    /// The members of a frame that is complete but for what an application adds.
    pub fn of(frame: &Frame) -> Self {
        match frame.to_value() {
            Value::Map(members) => Self(members),
            _ => Self::default(),
        }
    }

    /// Adds a text unless it is empty.
    pub fn text(self, name: &str, text: &str) -> Self {
        self.some(name, (!text.is_empty()).then(|| Value::from(text)))
    }

    /// Adds a member that is there.
    pub fn some(mut self, name: &str, value: Option<Value>) -> Self {
        if let Some(value) = value {
            self.0.push((name.into(), value));
        }
        self
    }

    /// The frame, with every other member as the application wants it. Members that no table
    /// knows are sent too.
    ///
    /// # Errors
    ///
    /// It would break a rule.
    pub fn frame(mut self, kind: FrameType, with: &Value) -> Result<Frame, Hold> {
        let Value::Map(with) = with else { return Err(Hold::Malformed) };
        for (name, value) in with {
            match self.0.iter_mut().find(|(known, _)| known == name) {
                Some((_, known)) => known.clone_from(value),
                None => self.0.push((name.clone(), value.clone())),
            }
        }
        let members = Value::Map(self.0);
        let frame = Frame::from_value(kind, &members).map_err(|_| Hold::Malformed)?;
        if with.is_empty() {
            return Ok(frame);
        }
        Ok(Frame::Companion(Companion { kind, members }))
    }
}
