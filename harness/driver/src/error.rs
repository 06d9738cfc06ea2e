//! What can go wrong between harness and SUT, and whose fault it is.

use std::fmt;
use std::io::ErrorKind;
use wireproof_base::Instant;

/// Who has to act.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The SUT or its adapter.
    Sut,
    /// Whoever wrote the command line or the scenario.
    Caller,
    /// The machine the harness runs on.
    Environment,
}

/// Why a driver did not come up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StartError {
    /// No mutant has that name.
    UnknownMutant,
    /// The specification is empty.
    EmptySpec,
    /// The process could not be started.
    Spawn(ErrorKind),
    /// The address to wait at could not be bound.
    Listen(ErrorKind),
    /// Nobody connected back in time.
    NoConnection {
        /// The end of what the process wrote to stderr.
        stderr: String,
    },
    /// The server could not be reached.
    Connect(ErrorKind),
    /// The role is not among those the SUT declared.
    Role,
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownMutant => f.write_str("no mutant has that name"),
            Self::EmptySpec => f.write_str("the driver specification is empty"),
            Self::Spawn(kind) => write!(f, "the process could not be started: {kind}"),
            Self::Listen(kind) => write!(f, "the address could not be bound: {kind}"),
            Self::NoConnection { .. } => f.write_str("nobody connected back in time"),
            Self::Connect(kind) => write!(f, "the server could not be reached: {kind}"),
            Self::Role => f.write_str("the SUT does not declare that role"),
        }
    }
}

/// A driver that could not do what was asked. Never a protocol fault: those are in the trace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DriverError {
    /// The driver did not come up.
    Start {
        /// What was asked for.
        spec: String,
        /// Why not.
        reason: StartError,
    },
    /// The handshake of the adapter protocol failed.
    Negotiate {
        /// What the adapter answered, or what was wrong with it.
        detail: String,
    },
    /// Used before `start`, or after a failure without a new `start`.
    NotStarted,
    /// The process ended while an answer was due.
    Crash {
        /// Operation that was under way.
        op: String,
        /// Exit status, if it could be had.
        status: Option<i32>,
        /// Signal that ended it, if one did.
        signal: Option<i32>,
        /// The end of what it wrote to stderr.
        stderr: String,
    },
    /// No answer within the watchdog time.
    Hang {
        /// Operation that was under way.
        op: String,
        /// Watchdog time in ms.
        after_ms: u64,
        /// The end of what it wrote to stderr.
        stderr: String,
    },
    /// The answer was written and not sent: it came out only when the process was told to end.
    NoFlush {
        /// Operation that was under way.
        op: String,
        /// Start of the answer.
        excerpt: String,
    },
    /// A line that is no reply of the adapter protocol.
    Garbage {
        /// Operation that was under way.
        op: String,
        /// Start of the line.
        excerpt: String,
        /// What was expected instead.
        expected: String,
    },
    /// A reply to another request.
    WrongId {
        /// Id of the request.
        sent: u64,
        /// Id of the reply.
        got: u64,
    },
    /// A line beyond the limit.
    GiantLine {
        /// The limit in bytes.
        limit: usize,
    },
    /// The SUT wants to be woken at one instant again and again.
    Livelock {
        /// The instant.
        at: Instant,
        /// How often it was woken there.
        wakes: u32,
    },
    /// The operation is not supported.
    Unsupported {
        /// The operation.
        op: String,
        /// The SUT declared that it is: a failure. Else the case does not apply.
        declared: bool,
    },
    /// The adapter answered with an error of its own.
    Adapter {
        /// Its code.
        code: String,
        /// Its words.
        message: String,
    },
}

impl DriverError {
    /// Name of the variant, as stored in reports and compared in signatures.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Start { .. } => "start",
            Self::Negotiate { .. } => "negotiate",
            Self::NotStarted => "not_started",
            Self::Crash { .. } => "crash",
            Self::Hang { .. } => "hang",
            Self::NoFlush { .. } => "no_flush",
            Self::Garbage { .. } => "garbage",
            Self::WrongId { .. } => "wrong_id",
            Self::GiantLine { .. } => "giant_line",
            Self::Livelock { .. } => "livelock",
            Self::Unsupported { .. } => "unsupported",
            Self::Adapter { .. } => "adapter",
        }
    }

    /// Whose fault it is.
    pub const fn fault(&self) -> Fault {
        match self {
            Self::Start { reason: StartError::Spawn(_) | StartError::Listen(_), .. } => {
                Fault::Environment
            }
            Self::Start {
                reason: StartError::NoConnection { .. } | StartError::Connect(_),
                ..
            } => Fault::Sut,
            Self::Start { .. } | Self::NotStarted | Self::Unsupported { declared: false, .. } => {
                Fault::Caller
            }
            _ => Fault::Sut,
        }
    }

    /// Whether the case simply does not apply to this SUT.
    pub const fn is_not_applicable(&self) -> bool {
        matches!(self, Self::Unsupported { declared: false, .. })
    }

    /// The end of what the process wrote to stderr, if that was kept. Shown, never interpreted.
    pub fn stderr(&self) -> Option<&str> {
        match self {
            Self::Crash { stderr, .. }
            | Self::Hang { stderr, .. }
            | Self::Start { reason: StartError::NoConnection { stderr }, .. } => Some(stderr),
            _ => None,
        }
    }
}

impl fmt::Display for DriverError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Start { spec, reason } => write!(f, "driver `{spec}` did not start: {reason}"),
            Self::Negotiate { detail } => write!(f, "the handshake failed: {detail}"),
            Self::NotStarted => f.write_str("the endpoint was used before it was started"),
            Self::Crash { op, status: Some(code), .. } => {
                write!(f, "the process exited with status {code} during `{op}`")
            }
            Self::Crash { op, signal: Some(signal), .. } => {
                write!(f, "the process was ended by signal {signal} during `{op}`")
            }
            Self::Crash { op, .. } => write!(f, "the process ended during `{op}`"),
            Self::Hang { op, after_ms, .. } => {
                write!(f, "no answer to `{op}` within {after_ms} ms of real time")
            }
            Self::NoFlush { op, excerpt } => {
                write!(f, "the answer to `{op}` was written but not flushed: {excerpt}")
            }
            Self::Garbage { op, excerpt, expected } => {
                write!(f, "the answer to `{op}` is not {expected}: {excerpt}")
            }
            Self::WrongId { sent, got } => write!(f, "request {sent} was answered with id {got}"),
            Self::GiantLine { limit } => write!(f, "a line longer than {limit} bytes"),
            Self::Livelock { at, wakes } => {
                write!(f, "woken {wakes} times at {at} and still wants to be woken then")
            }
            Self::Unsupported { op, declared: true } => {
                write!(f, "`{op}` was declared and then answered with `unsupported`")
            }
            Self::Unsupported { op, .. } => write!(f, "`{op}` is not supported"),
            Self::Adapter { code, message } => write!(f, "the adapter reports {code}: {message}"),
        }
    }
}

impl std::error::Error for DriverError {}
