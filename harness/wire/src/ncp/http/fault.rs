//! What can be wrong with a message.

use core::fmt;

/// Why bytes are no message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Request line, status line or header fields break the grammar of HTTP/1.1.
    Grammar,
    /// They end before the header fields do.
    Head,
    /// The body is shorter or longer than `Content-Length` says, or nothing says how long it is.
    Length,
    /// The body is encoded for transfer.
    Transfer,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Grammar => "no HTTP/1.1 message",
            Self::Head => "the header fields do not end",
            Self::Length => "the body does not have the length that is stated",
            Self::Transfer => "the body is encoded for transfer",
        })
    }
}

impl core::error::Error for Fault {}
