//! How events and answers of machines are written.

use crate::Refused;
use serde::Serialize;
use serde_json::{Value, json};
use wireproof_machine::ncp::Refusal;

pub use crate::bench::{Created, Fault, Machine, read};

/// A refusal in the words of the driver: the code that answers the peer, or why this side may not
/// do that.
pub fn refused(refusal: Refusal) -> Fault {
    let kind = match refusal {
        Refusal::Peer { code, .. } => code.to_owned(),
        Refusal::Local { why, .. } => word(&why),
    };
    Fault::Refused(Refused::new(kind, refusal.row()))
}

/// An answer of the machine that also changes its state.
pub fn error(code: &str) -> Value {
    json!({ "do": "error", "error": code })
}

/// What an enumeration without content is called.
pub fn word<T: Serialize>(value: &T) -> String {
    // Names are plain text; nothing in them can fail to be written.
    serde_json::to_value(value).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default()
}

/// `answer` with the members of `more`.
pub fn with(mut answer: Value, more: Value) -> Value {
    if let (Some(answer), Value::Object(more)) = (answer.as_object_mut(), more) {
        answer.extend(more);
    }
    answer
}
