//! A message to bytes.

use super::{Message, Start, header, reason};
use alloc::string::ToString as _;
use alloc::vec::Vec;

impl Message {
    /// Appends the message. Its length is added unless it is among the header fields, right or
    /// wrong, or the status has no body.
    pub fn write(&self, out: &mut Vec<u8>) {
        let mut put = |parts: &[&str]| {
            for part in parts {
                out.extend_from_slice(part.as_bytes());
            }
        };
        match &self.start {
            Start::Request { method, target } => put(&[method, " ", target, " HTTP/1.1\r\n"]),
            Start::Response { status } => {
                put(&["HTTP/1.1 ", &status.to_string(), " ", reason(*status), "\r\n"]);
            }
        }
        for (name, value) in &self.headers {
            put(&[name, ": ", value, "\r\n"]);
        }
        let bodiless = matches!(self.start, Start::Response { status: 204 | 304 });
        if self.header(header::CONTENT_LENGTH).is_none() && !bodiless {
            put(&[header::CONTENT_LENGTH, ": ", &self.body.len().to_string(), "\r\n"]);
        }
        put(&["\r\n"]);
        out.extend_from_slice(&self.body);
    }
}
