//! Resume tokens, windows and watermarks, NNRP §11.2 (reference 4.7; R-37, R-58 to R-61).

use wireproof_base::{Instant, Seed};
use wireproof_wire::nnrp::session::ALLOW_RESUME;

#[cfg(test)]
mod tests;

/// Bytes of a token that our server issues. Receivers treat tokens as opaque.
pub const TOKEN_LEN: usize = 16;

/// Proof of the right to continue one session.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Token(pub [u8; TOKEN_LEN]);

impl Token {
    /// The `ordinal`-th token of `session` at a server started with `seed`; 0 is never a token.
    pub fn issue(seed: Seed, session: u32, ordinal: u32) -> Self {
        let low = mix(seed.0 ^ mix(u64::from(session) << 32 | u64::from(ordinal)));
        let high = mix(low ^ u64::from(session));
        let mut bytes = [0; TOKEN_LEN];
        bytes[..8].copy_from_slice(&low.to_le_bytes());
        bytes[8..].copy_from_slice(&(high | 1).to_le_bytes());
        Self(bytes)
    }
}

/// The finalizer of splitmix64: tokens differ, and guessing one is as good as drawing 64 bits.
const fn mix(value: u64) -> u64 {
    let value = value.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    value ^ (value >> 31)
}

/// The tokens of one session.
///
/// ```text
///  void --issue--> Current --resumed with t--> Current + Previous(t) --proof--> Current
///    ^                |                              |
///    +--- closed -----+------------------------------+
/// ```
///
/// The previous token lives until a message of the client on the resumed session shows that the
/// new one has arrived (R-37).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tokens {
    current: Option<Token>,
    previous: Option<Token>,
}

impl Tokens {
    /// Gives out a first token, or another one that makes the rest void.
    pub fn issue(&mut self, token: Token) {
        *self = Self { current: Some(token), previous: None };
    }

    /// Whether `presented` continues the session.
    pub fn accepts(&self, presented: &[u8]) -> bool {
        [self.current, self.previous]
            .into_iter()
            .flatten()
            .any(|token| token.0.as_slice() == presented)
    }

    /// A resume with `presented` succeeded and gave out `fresh`.
    pub fn renew(&mut self, presented: &[u8], fresh: Token) {
        let held = [self.current, self.previous].into_iter().flatten();
        let previous = held.into_iter().find(|token| token.0.as_slice() == presented);
        *self = Self { current: Some(fresh), previous };
    }

    /// The client has shown that it holds the current token.
    pub fn prove(&mut self) {
        self.previous = None;
    }

    /// Ends all tokens.
    pub fn revoke(&mut self) {
        *self = Self::default();
    }
}

/// What a recovering open asks for.
#[derive(Clone, Copy, Debug)]
pub struct Attempt<'a> {
    /// `session_flags`.
    pub flags: u8,
    /// `requested_session_id`.
    pub session: u32,
    /// `resume_token_block`.
    pub token: &'a [u8],
    /// `profile_id`.
    pub profile: u16,
    /// `schema_id` and `schema_version`.
    pub schema: (u32, u32),
}

/// What the server holds of the session the attempt names.
#[derive(Clone, Copy, Debug)]
pub struct Held<'a> {
    /// Its number.
    pub session: u32,
    /// Its tokens.
    pub tokens: &'a Tokens,
    /// End of its window; `None` while it is not detached.
    pub window: Option<Instant>,
    /// `profile_id` it was opened with.
    pub profile: u16,
    /// Default schema it was opened with.
    pub schema: (u32, u32),
    /// `session_flags_ack` bits 0 to 3 it was granted.
    pub granted: u8,
    /// Whether it is OPEN, RESUMED or DETACHED.
    pub resumable: bool,
    /// Whether it is bound to the connection the attempt came on (R-60).
    pub here: bool,
}

/// Why nothing is recovered; all of these are `resume_rejected` (NNRP-RES-006).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rejected {
    /// `allow_resume` is clear, no session is named, or there is no token (NNRP-RES-002).
    Incomplete,
    /// No such session, or it has ended (NNRP-RES-012).
    Unknown,
    /// The token is not one of the session (NNRP-RES-001).
    Token,
    /// The window is over (NNRP-RES-012).
    Window,
    /// Profile, schema or abilities do not fit (NNRP-RES-006).
    Unfit,
    /// The session lives on this very connection (R-60).
    Here,
}

/// Validates an attempt at `now` (S3 or S6).
pub fn validate(
    now: Instant,
    attempt: &Attempt<'_>,
    held: Option<&Held<'_>>,
) -> Result<(), Rejected> {
    if attempt.flags & ALLOW_RESUME == 0 || attempt.session == 0 || attempt.token.is_empty() {
        return Err(Rejected::Incomplete);
    }
    let Some(held) = held.filter(|held| held.session == attempt.session && held.resumable) else {
        return Err(Rejected::Unknown);
    };
    if !held.tokens.accepts(attempt.token) {
        return Err(Rejected::Token);
    }
    if held.window.is_some_and(|end| now >= end) {
        return Err(Rejected::Window);
    }
    let abilities = held.granted & !attempt.flags == 0;
    if held.profile != attempt.profile || held.schema != attempt.schema || !abilities {
        return Err(Rejected::Unfit);
    }
    if held.here {
        return Err(Rejected::Here);
    }
    Ok(())
}

/// Whether `watermark` acknowledges `operation`: same lane, at or below it (R-58).
pub const fn covers(watermark: u64, operation: u64) -> bool {
    watermark != 0 && watermark >> 32 == operation >> 32 && operation <= watermark
}

impl Rejected {
    /// Name as in machine cases.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Incomplete => "incomplete",
            Self::Unknown => "unknown",
            Self::Token => "token",
            Self::Window => "window",
            Self::Unfit => "unfit",
            Self::Here => "here",
        }
    }
}
