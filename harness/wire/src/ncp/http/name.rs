//! Names of HTTP mode: header fields, types of bodies, status codes.

use crate::ncp::code;

/// Header fields (reference 6.5).
pub mod header {
    /// Type of the body.
    pub const CONTENT_TYPE: &str = "Content-Type";
    /// Length of the body.
    pub const CONTENT_LENGTH: &str = "Content-Length";
    /// Version of a manifest that is known.
    pub const IF_NONE_MATCH: &str = "If-None-Match";
    /// Identity of the Agent.
    pub const AGENT: &str = "X-NWP-Agent";
    /// Most NPT that a request may cost.
    pub const BUDGET: &str = "X-NWP-Budget";
    /// Tokenizer that the Agent declares.
    pub const TOKENIZER: &str = "X-NWP-Tokenizer";
    /// Depth, at most 5.
    pub const DEPTH: &str = "X-NWP-Depth";
    /// `json` or `msgpack`.
    pub const ENCODING: &str = "X-NWP-Encoding";
    /// UUID of the request, either way.
    pub const REQUEST_ID: &str = "X-NWP-Request-ID";
    /// Schema of the response.
    pub const SCHEMA: &str = "X-NWP-Schema";
    /// NPT consumed.
    pub const TOKENS: &str = "X-NWP-Tokens";
    /// Native tokens consumed.
    pub const TOKENS_NATIVE: &str = "X-NWP-Tokens-Native";
    /// Tokenizer that was applied.
    pub const TOKENIZER_USED: &str = "X-NWP-Tokenizer-Used";
    /// Whether the response came from the cache.
    pub const CACHED: &str = "X-NWP-Cached";
    /// Kind of the Node.
    pub const NODE_TYPE: &str = "X-NWP-Node-Type";
    /// Requests per window.
    pub const RATE_LIMIT: &str = "X-NWP-Rate-Limit";
    /// Requests left.
    pub const RATE_REMAINING: &str = "X-NWP-Rate-Remaining";
    /// When the window ends.
    pub const RATE_RESET: &str = "X-NWP-Rate-Reset";
}

/// Types of bodies (reference 6.4).
pub mod content {
    /// A request that carries a frame.
    pub const FRAME: &str = "application/nwp-frame";
    /// A normal response.
    pub const CAPSULE: &str = "application/nwp-capsule";
    /// An error.
    pub const ERROR: &str = "application/nwp-error+json";
    /// A manifest.
    pub const MANIFEST: &str = "application/nwp-manifest+json";
    /// Events of a subscription.
    pub const EVENTS: &str = "text/event-stream";
}

/// The HTTP status that a Node sends for an NPS status. Where reference 9.1 leaves the choice it
/// is that of a server which waited for something else.
pub fn status(nps: &str) -> u16 {
    code::http_of(nps).and_then(|choices| choices.last().copied()).unwrap_or(500)
}

/// The phrase of a status line.
pub const fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        202 => "Accepted",
        204 => "No Content",
        304 => "Not Modified",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        408 => "Request Timeout",
        409 => "Conflict",
        410 => "Gone",
        413 => "Content Too Large",
        415 => "Unsupported Media Type",
        422 => "Unprocessable Content",
        426 => "Upgrade Required",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        501 => "Not Implemented",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        _ => "",
    }
}
