//! A whole frame: reading rows 10 to 12 of reference 2.4, and writing.

mod bare;
mod write;

use super::command::Tier;
use super::companion;
use super::frame_type::FrameType;
use super::frames::{Action, Anchor, Caps, Diff, Error, Hello, Query, Stream, Subscribe, Typed};
use super::header::Header;
use super::terms::{self, Terms};
use super::tier::{self, Intake, json, msgpack};
use super::value::Value;
use super::violation::Violation;
use alloc::vec;

pub use bare::{is_bare, read_bare};
pub use write::{Framing, Sealing, payload, write, write_members, write_sealed};

/// A decoded frame.
#[derive(Clone, Debug, PartialEq)]
pub enum Frame {
    /// AnchorFrame.
    Anchor(Anchor),
    /// DiffFrame.
    Diff(Diff),
    /// StreamFrame.
    Stream(Stream),
    /// CapsFrame.
    Caps(Caps),
    /// HelloFrame.
    Hello(Hello),
    /// QueryFrame.
    Query(Query),
    /// ActionFrame.
    Action(Action),
    /// SubscribeFrame.
    Subscribe(Subscribe),
    /// ErrorFrame.
    Error(Error),
    /// AlignFrame, or a frame of NIP, NDP or NOP.
    Companion(Companion),
}

/// A frame whose members stay a tree.
#[derive(Clone, Debug, PartialEq)]
pub struct Companion {
    /// Its type.
    pub kind: FrameType,
    /// Its members without `frame`.
    pub members: Value,
}

/// What may be said about a frame that is taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Remarks {
    /// `frame` is missing from the payload (NCP-TIER-010, a warning).
    pub unnamed: bool,
    /// FINAL does not fit the frame (NCP-HDR-008, NCP-HDR-009, `OP-03`).
    pub final_wrong: bool,
    /// A reserved flag is set (NCP-HDR-010, `OP-02`).
    pub reserved_flags: bool,
    /// Bytes 6 and 7 are not zero (NCP-HDR-025).
    pub reserved_bytes: bool,
}

/// Reads a payload that is no longer encrypted: rows 10 to 12 of reference 2.4 in their order, and
/// the rules of [`companion`].
pub fn read(header: &Header, payload: &[u8]) -> Result<Frame, Violation> {
    read_noting(header, payload).map(|(frame, _)| frame)
}

/// The same, with what was let pass.
pub fn read_noting(header: &Header, payload: &[u8]) -> Result<(Frame, Remarks), Violation> {
    let (Some(kind), Some(tier)) = (header.kind(), header.tier()) else {
        return Err(undecodable(header));
    };
    let (frame, named) = match kind {
        FrameType::Anchor => typed::<Anchor>(kind, tier, payload).map(of(Frame::Anchor)),
        FrameType::Diff => typed::<Diff>(kind, tier, payload).and_then(|(diff, named)| {
            diff.check_format(tier)?;
            Ok((Frame::Diff(diff), named))
        }),
        FrameType::Stream => typed::<Stream>(kind, tier, payload).map(of(Frame::Stream)),
        FrameType::Caps => typed::<Caps>(kind, tier, payload).map(of(Frame::Caps)),
        FrameType::Hello => typed::<Hello>(kind, tier, payload).map(of(Frame::Hello)),
        FrameType::Query => typed::<Query>(kind, tier, payload).map(of(Frame::Query)),
        FrameType::Action => typed::<Action>(kind, tier, payload).map(of(Frame::Action)),
        FrameType::Subscribe => typed::<Subscribe>(kind, tier, payload).map(of(Frame::Subscribe)),
        FrameType::Error => typed::<Error>(kind, tier, payload).map(of(Frame::Error)),
        _ => opaque(kind, tier, payload),
    }?;
    frame.check_rules()?;
    let remarks = Remarks {
        unnamed: !named,
        final_wrong: header.is_final() != frame.is_final(),
        reserved_flags: header.has_reserved(),
        reserved_bytes: header.reserved != 0,
    };
    Ok((frame, remarks))
}

fn of<T>(wrap: impl Fn(T) -> Frame) -> impl Fn((T, bool)) -> (Frame, bool) {
    move |(frame, named)| (wrap(frame), named)
}

/// The fault of a header that [`terms::check`] would have refused.
#[cold]
fn undecodable(header: &Header) -> Violation {
    let fault = terms::check(header, &Terms::HANDSHAKE).err();
    fault.unwrap_or_else(|| Violation::bad_frame(10, "NCP-HDR-006", "tier"))
}

/// A frame with a struct of its own, and whether it named itself.
fn typed<T: Typed>(kind: FrameType, tier: Tier, payload: &[u8]) -> Result<(T, bool), Violation> {
    let mut intake = Intake::new(T::MEMBERS);
    match tier {
        Tier::Json => json::intake(payload, &mut intake),
        Tier::Msgpack => msgpack::intake(payload, &mut intake),
    }
    .map_err(tier::Fault::violation)?;
    let named = check_name(kind, intake.frame.as_ref())?;
    T::take(&mut intake.slots).map(|frame| (frame, named)).map_err(|violation| {
        if kind == FrameType::Diff { soften(violation, &intake) } else { violation }
    })
}

/// A heartbeat starts from no version, so one that names none may be taken (`OP-43`).
#[cold]
fn soften(violation: Violation, intake: &Intake) -> Violation {
    let empty = match intake.found("patch") {
        Some(Value::Array(items)) => items.is_empty(),
        Some(Value::Bytes(bytes)) => bytes.is_empty(),
        _ => false,
    };
    let heartbeat = empty && intake.found("stream_id").is_some_and(|id| !id.is_nil());
    if heartbeat && violation.field == "base_seq" { violation.lenient() } else { violation }
}

/// A frame that stays a tree.
fn opaque(kind: FrameType, tier: Tier, payload: &[u8]) -> Result<(Frame, bool), Violation> {
    let mut members = tier::decode(tier, payload)?;
    let named = check_name(kind, members.get("frame"))?;
    if let Value::Map(members) = &mut members {
        members.retain(|(name, _)| name != "frame");
    }
    let companion = Companion { kind, members };
    super::table::check(super::table::of(kind), &companion.members)?;
    Ok((Frame::Companion(companion), named))
}

/// Row 11: `frame` may be absent, may be a number or text, and must not say anything else than the
/// header (`OP-04`). Tells whether it is there.
fn check_name(kind: FrameType, frame: Option<&Value>) -> Result<bool, Violation> {
    match frame {
        None | Some(Value::Nil) => Ok(false),
        Some(value) if names(kind, value) => Ok(true),
        Some(_) => Err(Violation::bad_frame(11, "NCP-TIER-008", "frame").read("OP-04")),
    }
}

/// Whether a member `frame` means that type.
pub fn names(kind: FrameType, frame: &Value) -> bool {
    match frame {
        Value::Uint(number) => *number == u64::from(kind.to_u8()),
        Value::Text(text) => match text.as_bytes() {
            [b'0', b'x', digits @ ..] if digits.len() == 2 => {
                u8::from_str_radix(&text[2..], 16) == Ok(kind.to_u8())
                    && digits.iter().all(u8::is_ascii_hexdigit)
            }
            _ => false,
        },
        _ => false,
    }
}

impl Frame {
    /// Its type.
    pub const fn kind(&self) -> FrameType {
        match self {
            Self::Anchor(_) => FrameType::Anchor,
            Self::Diff(_) => FrameType::Diff,
            Self::Stream(_) => FrameType::Stream,
            Self::Caps(_) => FrameType::Caps,
            Self::Hello(_) => FrameType::Hello,
            Self::Query(_) => FrameType::Query,
            Self::Action(_) => FrameType::Action,
            Self::Subscribe(_) => FrameType::Subscribe,
            Self::Error(_) => FrameType::Error,
            Self::Companion(companion) => companion.kind,
        }
    }

    /// FINAL as it belongs: the last chunk of a stream, and every other frame (NCP-HDR-008, -009).
    pub fn is_final(&self) -> bool {
        match self {
            Self::Stream(stream) => stream.is_last,
            _ => true,
        }
    }

    /// Its members without `frame`.
    pub fn to_value(&self) -> Value {
        match self {
            Self::Anchor(frame) => frame.to_value(),
            Self::Diff(frame) => frame.to_value(),
            Self::Stream(frame) => frame.to_value(),
            Self::Caps(frame) => frame.to_value(),
            Self::Hello(frame) => frame.to_value(),
            Self::Query(frame) => frame.to_value(),
            Self::Action(frame) => frame.to_value(),
            Self::Subscribe(frame) => frame.to_value(),
            Self::Error(frame) => frame.to_value(),
            Self::Companion(companion) => companion.members.clone(),
        }
    }

    /// Takes the members of an object as a frame of that type: rows 11 and 12, apart from what
    /// depends on the encoding.
    pub fn from_value(kind: FrameType, members: &Value) -> Result<Self, Violation> {
        check_name(kind, members.get("frame"))?;
        let frame = match kind {
            FrameType::Anchor => Self::Anchor(Anchor::from_value(members)?),
            FrameType::Diff => Self::Diff(Diff::from_value(members)?),
            FrameType::Stream => Self::Stream(Stream::from_value(members)?),
            FrameType::Caps => Self::Caps(Caps::from_value(members)?),
            FrameType::Hello => Self::Hello(Hello::from_value(members)?),
            FrameType::Query => Self::Query(Query::from_value(members)?),
            FrameType::Action => Self::Action(Action::from_value(members)?),
            FrameType::Subscribe => Self::Subscribe(Subscribe::from_value(members)?),
            FrameType::Error => Self::Error(Error::from_value(members)?),
            _ => {
                super::table::check(super::table::of(kind), members)?;
                let rest = members.as_map().unwrap_or_default().iter();
                let rest = rest.filter(|(name, _)| name != "frame").cloned().collect();
                Self::Companion(Companion { kind, members: Value::Map(rest) })
            }
        };
        frame.check_rules()?;
        Ok(frame)
    }

    /// Rules between the members of a frame.
    fn check_rules(&self) -> Result<(), Violation> {
        match self {
            Self::Caps(caps) => caps.check_count(),
            Self::Query(query) if query.is_plain() => query.check_reference(),
            Self::Subscribe(subscribe) if subscribe.filter.is_none() => subscribe.check_reference(),
            // Arguments have no rules, so they need not be copied.
            Self::Action(action) => {
                let id = Value::from(action.action_id.as_str());
                companion::check(self.kind(), &Value::Map(vec![("action_id".into(), id)]))
            }
            Self::Query(_) | Self::Subscribe(_) => companion::check(self.kind(), &self.to_value()),
            Self::Companion(frame) => companion::check(frame.kind, &frame.members),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests;
