//! Messages of HTTP mode: one HTTP/1.1 request or response with a body (NCP §2.2, reference 6.4,
//! 6.5 and 9.1).
//!
//! A message is whole or it is none: the length it states is the length it has, so that one that
//! was cut short shows. Chunked bodies are the affair of whoever carries a message.

mod fault;
mod name;
mod read;
mod refusal;
mod write;

pub use fault::Fault;
pub use name::{content, header, reason, status};
pub use refusal::{Refusal, Unreadable};

use alloc::string::String;
use alloc::vec::Vec;

/// What a message starts with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Start {
    /// It asks.
    Request {
        /// Method, such as `POST`.
        method: String,
        /// Path and query.
        target: String,
    },
    /// It answers.
    Response {
        /// Status code.
        status: u16,
    },
}

/// One message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Request line or status line.
    pub start: Start,
    /// Header fields in the order they stand, `Content-Length` left out.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Message {
    /// A request without header fields and body.
    pub fn request(method: &str, target: &str) -> Self {
        let start = Start::Request { method: method.into(), target: target.into() };
        Self { start, headers: Vec::new(), body: Vec::new() }
    }

    /// A response without header fields and body.
    pub const fn response(status: u16) -> Self {
        Self { start: Start::Response { status }, headers: Vec::new(), body: Vec::new() }
    }

    /// The same with one more header field.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// The same with that body.
    pub fn carrying(mut self, body: Vec<u8>) -> Self {
        self.body = body;
        self
    }

    /// The first header field of that name, in whatever case it is written.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        headers.find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// Type of the body in lower case without its parameters; empty if nothing says it.
    pub fn content_type(&self) -> String {
        let value = self.header(header::CONTENT_TYPE).unwrap_or_default();
        let kind = value.split(';').next().unwrap_or_default();
        kind.trim().to_ascii_lowercase()
    }
}

/// Whether bytes are a message rather than a frame: `P`, `G` and `H`, with which `POST`, `GET` and
/// `HTTP` start, are no assigned types.
pub fn is_message(bytes: &[u8]) -> bool {
    matches!(bytes.first(), Some(b'P' | b'G' | b'H'))
}

#[cfg(test)]
mod tests;
