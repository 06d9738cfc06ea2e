//! The messages of the adapter protocol, as `PROTOCOL.md` describes them.
//!
//! One JSON object per line. A request is `{"id": n, "op": name, …}`, its reply `{"id": n, "ok":
//! {…}}` or `{"id": n, "error": {"code": …, "message": …}}`.

use crate::{Clock, Depth, DriverError, Refused, hex};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeSet;
use wireproof_base::{Carrier, ConnId, Input, Instant, Op, Outbox, Protocol, Role, StreamId};

/// Version of the adapter protocol.
pub const VERSION: u32 = 1;
/// Longest line in bytes, without the line end.
pub const MAX_LINE: usize = 64 << 20;

/// Error code: the operation, or this use of it, is not supported.
pub const UNSUPPORTED: &str = "unsupported";
/// Error code: the request makes no sense.
pub const BAD_REQUEST: &str = "bad_request";
/// Error code: no endpoint has been started.
pub const NOT_STARTED: &str = "not_started";
/// Error code: the SUT failed in itself.
pub const FAILED: &str = "failed";

/// What the harness asks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "op", rename_all = "snake_case", deny_unknown_fields)]
pub enum Request {
    /// First of all: who is there.
    Hello {
        /// [`VERSION`].
        version: u32,
        /// The protocol under test.
        protocol: String,
    },
    /// A fresh endpoint.
    Start {
        /// How it is set up.
        setup: Value,
        /// Where its own choices come from, as a decimal string.
        seed: String,
    },
    /// One input.
    Step {
        /// Virtual time in microseconds.
        now: u64,
        /// The input.
        input: StepInput,
    },
    /// A fresh server on loopback; the one before ends.
    Listen {
        /// How it is set up.
        setup: Value,
    },
    /// The end of that server.
    Stop {},
    /// Bytes to fields.
    Decode {
        /// `packet`, `metadata` or `structure`.
        kind: String,
        /// Which; empty for a packet.
        #[serde(default)]
        what: String,
        /// The bytes.
        hex: String,
    },
    /// Fields to bytes.
    Encode {
        /// `packet`, `metadata` or `structure`.
        kind: String,
        /// Which; empty for a packet.
        #[serde(default)]
        what: String,
        /// The fields.
        fields: Value,
    },
    /// A fresh state machine.
    Create {
        /// Which.
        machine: String,
        /// Its settings.
        config: Value,
    },
    /// One event to a state machine.
    Apply {
        /// Its number.
        machine: u32,
        /// The event.
        event: Value,
    },
    /// The state of a machine.
    State {
        /// Its number.
        machine: u32,
    },
}

impl Request {
    /// Every operation.
    pub const OPS: &'static [&'static str] = &[
        "hello", "start", "step", "listen", "stop", "decode", "encode", "create", "apply", "state",
    ];

    /// Its name.
    pub const fn op(&self) -> &'static str {
        match self {
            Self::Hello { .. } => "hello",
            Self::Start { .. } => "start",
            Self::Step { .. } => "step",
            Self::Listen { .. } => "listen",
            Self::Stop {} => "stop",
            Self::Decode { .. } => "decode",
            Self::Encode { .. } => "encode",
            Self::Create { .. } => "create",
            Self::Apply { .. } => "apply",
            Self::State { .. } => "state",
        }
    }
}

/// What reaches an endpoint.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum StepInput {
    /// A connection stands.
    Connected {
        /// The connection.
        conn: ConnId,
        /// What it promises.
        carrier: Carrier,
    },
    /// Bytes arrived.
    Bytes {
        /// The connection.
        conn: ConnId,
        /// The stream.
        stream: StreamId,
        /// The bytes.
        hex: String,
    },
    /// The connection is gone.
    Disconnected {
        /// The connection.
        conn: ConnId,
    },
    /// The application wants something.
    Command(Value),
    /// The instant asked for has come.
    Timeout {},
}

/// What an endpoint wants done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum StepOutput {
    /// Send these bytes.
    Bytes {
        /// The connection.
        conn: ConnId,
        /// The stream.
        stream: StreamId,
        /// The bytes.
        hex: String,
    },
    /// Tell the application.
    Event(Value),
    /// End the connection.
    Shutdown {
        /// The connection.
        conn: ConnId,
    },
}

/// Answer to `hello`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Hello {
    /// [`VERSION`].
    pub version: u32,
    /// What the SUT calls itself.
    pub name: String,
    /// Its version.
    #[serde(default)]
    pub release: String,
    /// Sides it can play.
    pub roles: Vec<Role>,
    /// Depths it offers.
    pub depths: Vec<Depth>,
    /// What it can do.
    #[serde(default)]
    pub capabilities: BTreeSet<String>,
    /// Where it takes the time from.
    pub clock: Clock,
}

/// Answer to `start`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Started {
    /// When the endpoint wants to be woken, in microseconds.
    #[serde(default)]
    pub timeout: Option<u64>,
}

/// Answer to `step`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Stepped {
    /// What came out, in order.
    pub out: Vec<StepOutput>,
    /// When the endpoint wants to be woken, in microseconds.
    #[serde(default)]
    pub timeout: Option<u64>,
}

/// Answer to `listen`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Listening {
    /// Where the server listens, as `127.0.0.1:4242`.
    pub address: String,
}

/// Answer to `decode`, `encode` and `apply`: one of the three.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outcome {
    /// Fields of a decoded structure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fields: Option<Value>,
    /// An encoded structure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hex: Option<String>,
    /// What a machine answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<Value>,
    /// Why not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<Refused>,
}

/// Answer to `create`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Created {
    /// Number of the machine.
    pub machine: u32,
}

/// Answer to `state`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MachineState {
    /// The state.
    pub state: Value,
}

/// An error of the adapter itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdapterError {
    /// One of the codes above.
    pub code: String,
    /// For the reader.
    #[serde(default)]
    pub message: String,
}

impl AdapterError {
    /// An error with a message.
    pub fn new(code: &str, message: impl Into<String>) -> Self {
        Self { code: code.to_owned(), message: message.into() }
    }
}

impl From<DriverError> for AdapterError {
    fn from(error: DriverError) -> Self {
        match error {
            DriverError::Unsupported { op, .. } => Self::new(UNSUPPORTED, op),
            DriverError::NotStarted => Self::new(NOT_STARTED, error.to_string()),
            DriverError::Adapter { code, message } => Self { code, message },
            other => Self::new(FAILED, format!("{}: {other}", other.kind())),
        }
    }
}

/// A whole reply.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reply {
    /// Id of the request.
    pub id: u64,
    /// Success.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ok: Option<Value>,
    /// Failure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<AdapterError>,
}

/// Virtual time at the boundary, rounded up: nothing is told to be earlier than it is.
pub const fn to_micros(instant: Instant) -> u64 {
    instant.as_nanos().div_ceil(1_000)
}

/// The instant that a number of microseconds names.
pub const fn from_micros(micros: u64) -> Instant {
    Instant::from_nanos(micros.saturating_mul(1_000))
}

/// Turns the 64-bit fields of a command or an event into decimal strings.
pub fn widen(message: &mut Value, wide: &[&str]) {
    each_wide(message, wide, |value| {
        if let Some(number) = value.as_u64() {
            *value = Value::String(number.to_string());
        }
    });
}

/// The reverse of [`widen`]; plain numbers are taken as well.
pub fn narrow(message: &mut Value, wide: &[&str]) {
    each_wide(message, wide, |value| {
        if let Some(number) = value.as_str().and_then(|text| text.parse::<u64>().ok()) {
            *value = Value::from(number);
        }
    });
}

fn each_wide(message: &mut Value, wide: &[&str], change: impl Fn(&mut Value)) {
    let Some((variant, Value::Object(fields))) =
        message.as_object_mut().and_then(|message| message.iter_mut().next())
    else {
        return;
    };
    for path in wide {
        if let Some((owner, field)) = path.split_once('.')
            && owner == variant
            && let Some(value) = fields.get_mut(field)
        {
            change(value);
        }
    }
}

/// An input in the form of the protocol.
pub fn input<P: Protocol>(input: &Input<'_, P::Command>, wide: &[&str]) -> StepInput {
    match input {
        Input::Connected { conn, carrier } => {
            StepInput::Connected { conn: *conn, carrier: *carrier }
        }
        Input::Bytes { conn, stream, bytes } => {
            StepInput::Bytes { conn: *conn, stream: *stream, hex: hex::encode(bytes) }
        }
        Input::Disconnected { conn } => StepInput::Disconnected { conn: *conn },
        Input::Command(command) => StepInput::Command(message(command, wide)),
        Input::Timeout => StepInput::Timeout {},
    }
}

/// The output of one step in the form of the protocol.
pub fn output<P: Protocol>(out: &Outbox<P::Event>, wide: &[&str]) -> Vec<StepOutput> {
    let form = |op: &Op<P::Event>| match op {
        Op::Bytes { conn, stream, start, end } => StepOutput::Bytes {
            conn: *conn,
            stream: *stream,
            hex: hex::encode(out.bytes(*start, *end)),
        },
        Op::Event(event) => StepOutput::Event(message(event, wide)),
        Op::Shutdown { conn } => StepOutput::Shutdown { conn: *conn },
    };
    out.ops().iter().map(form).collect()
}

fn message<T: Serialize>(of: &T, wide: &[&str]) -> Value {
    // Commands and events are plain data; nothing in them can fail to be written.
    let mut value = serde_json::to_value(of).unwrap_or(Value::Object(Map::new()));
    widen(&mut value, wide);
    value
}

#[cfg(test)]
mod tests {
    use super::{from_micros, narrow, to_micros, widen};
    use serde_json::json;
    use wireproof_base::Instant;

    #[test]
    fn time_is_rounded_up_and_only_once() {
        let micros = |nanos| to_micros(Instant::from_nanos(nanos));
        assert_eq!([micros(0), micros(1), micros(1_000), micros(1_001)], [0, 1, 1, 2]);
        assert_eq!(to_micros(from_micros(7)), 7);
        assert_eq!(from_micros(u64::MAX), Instant::MAX);
    }

    #[test]
    fn fields_of_64_bits_travel_as_strings_and_no_others() {
        let plain = json!({"open": {"tag": u64::MAX, "requested": 7}});
        let mut wide = plain.clone();
        widen(&mut wide, &["open.tag", "opened.requested"]);
        assert_eq!(wide, json!({"open": {"tag": "18446744073709551615", "requested": 7}}));
        narrow(&mut wide, &["open.tag"]);
        assert_eq!(wide, plain);
        narrow(&mut wide, &["open.tag"]);
        assert_eq!(wide, plain, "numbers are taken as well");
    }
}
