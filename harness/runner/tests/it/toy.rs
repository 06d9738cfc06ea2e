//! A protocol that exists for these tests alone.

use serde::{Deserialize, Serialize};
use wireproof_base::{Carrier, ConnId, Protocol, Role};
use wireproof_driver::{FrameError, FrameSpec};
use wireproof_runner::requirements::Requirements;
use wireproof_runner::scenario::Vocabulary;

#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Toy;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Command {
    Greet(Greet),
    Call(Call),
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Greet {
    pub conn: ConnId,
    pub name: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Call {
    pub session: u32,
    #[serde(default)]
    pub count: u8,
    #[serde(default)]
    pub urgent: Option<bool>,
    #[serde(default)]
    pub code: u16,
    #[serde(default)]
    pub hex: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Setup {
    pub role: Role,
    pub credit: u16,
}

impl Default for Setup {
    fn default() -> Self {
        Self { role: Role::Server, credit: 8 }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mood {
    Calm,
    Cross,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Event {
    Ready { conn: ConnId },
    Answered { session: u32, code: u16, last: bool, mood: Mood, total: u64 },
}

impl Protocol for Toy {
    const NAME: &'static str = "toy-1";
    type Command = Command;
    type Setup = Setup;
    type Event = Event;

    fn event_name(event: &Event) -> &'static str {
        match event {
            Event::Ready { .. } => "ready",
            Event::Answered { .. } => "answered",
        }
    }
}

/// What it runs over.
pub const CARRIERS: [Carrier; 3] = [Carrier::Stream, Carrier::Multistream, Carrier::Datagram];

/// What a frame of it takes; `conn` and `stream` are everybody's.
pub const FRAME_KEYS: [&str; 6] = ["frame", "conn", "stream", "set", "body", "truncate"];

/// The names of the toy protocol.
pub fn vocabulary(requirements: &Requirements) -> Vocabulary<'_> {
    Vocabulary {
        number: &|name| (name == "teapot").then_some(418),
        frame_keys: &FRAME_KEYS,
        check_frame: &check_frame,
        holds_text: &|field| field == "note",
        whole: &|_| true,
        carriers: &CARRIERS,
        sweeps: &[],
        requirements: Some(requirements),
    }
}

fn check_frame(spec: &FrameSpec) -> Result<(), FrameError> {
    let Some(name) = spec.rest.get("frame").and_then(|name| name.as_str()) else {
        return Err(FrameError::NoFrame);
    };
    let fields: &[&str] = match name {
        "CALL" => &["session", "count"],
        "ANSWER" => &["session", "code", "header.flags", "note"],
        _ => {
            let suggestion = name.starts_with("ANS").then(|| "ANSWER".to_owned());
            return Err(FrameError::UnknownFrame { name: name.to_owned(), suggestion });
        }
    };
    for key in spec.rest.keys() {
        if !FRAME_KEYS.contains(&key.as_str()) {
            return Err(FrameError::UnknownKey { key: key.clone() });
        }
    }
    for field in spec.rest.get("set").and_then(|set| set.as_object()).into_iter().flatten() {
        if !fields.contains(&field.0.as_str()) {
            let frame = name.to_owned();
            let field = field.0.clone();
            return Err(FrameError::UnknownField { frame, field, suggestion: None });
        }
    }
    let digits = spec.rest.get("body").map_or(Some(""), |body| body.as_str());
    if !digits.is_some_and(|text| text.bytes().all(|byte| byte.is_ascii_hexdigit())) {
        return Err(FrameError::BadHex { key: "body".into() });
    }
    Ok(())
}
