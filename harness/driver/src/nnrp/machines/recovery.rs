//! Tokens of one session and what they recover (reference 4.7, rows S3 and S6).

use super::bench::Machine;
use super::form::{Fault, Wide, code, read};
use crate::adapter::{from_micros, to_micros};
use crate::hex;
use serde::Deserialize;
use serde_json::{Value, json};
use wireproof_base::{Duration, Instant, Seed};
use wireproof_machine::nnrp::recovery::{Attempt, Held, Token, Tokens, covers, validate};
use wireproof_wire::nnrp::code::RESUME_REJECTED;

#[derive(Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
struct Config {
    session: u32,
    profile: u16,
    #[serde(default)]
    schema: (u32, u32),
    /// `session_flags_ack`.
    granted: u8,
    window_ms: u32,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum Event {
    /// A first token.
    Issue {},
    /// The connection is lost.
    Lose {
        #[serde(default)]
        now: u64,
    },
    /// SESSION_OPEN with a token.
    Attempt {
        #[serde(default)]
        now: u64,
        flags: u8,
        session: u32,
        token: String,
        profile: u16,
        #[serde(default)]
        schema: (u32, u32),
        #[serde(default)]
        here: bool,
    },
    /// A message of the client on the resumed session.
    Prove {},
    /// The session has ended.
    Close {},
    /// Whether a watermark acknowledges an operation.
    Covers { watermark: Wide, operation: Wide },
}

struct Recovery {
    config: Config,
    tokens: Tokens,
    issued: u32,
    window: Option<Instant>,
    live: bool,
}

pub fn create(config: Value) -> Result<Box<dyn Machine>, Fault> {
    let config = read(config)?;
    let tokens = Tokens::default();
    Ok(Box::new(Recovery { config, tokens, issued: 0, window: None, live: true }))
}

impl Recovery {
    fn fresh(&mut self) -> Token {
        self.issued += 1;
        Token::issue(Seed(0), self.config.session, self.issued)
    }
}

impl Machine for Recovery {
    fn apply(&mut self, event: Value) -> Result<Value, Fault> {
        match read(event)? {
            Event::Issue {} => {
                let token = self.fresh();
                self.tokens.issue(token);
                Ok(json!({ "token": hex::encode(&token.0) }))
            }
            Event::Lose { now } => {
                let window = Duration::from_millis(u64::from(self.config.window_ms));
                self.window = Some(from_micros(now) + window);
                Ok(self.state())
            }
            Event::Attempt { now, flags, session, token, profile, schema, here } => {
                let token = hex::decode(&token)
                    .ok_or_else(|| Fault::Event("`token` is not hexadecimal".to_owned()))?;
                let attempt = Attempt { flags, session, token: &token, profile, schema };
                let held = Held {
                    session: self.config.session,
                    tokens: &self.tokens,
                    window: self.window,
                    profile: self.config.profile,
                    schema: self.config.schema,
                    granted: self.config.granted,
                    resumable: self.live,
                    here,
                };
                validate(from_micros(now), &attempt, Some(&held))
                    .map_err(|rejected| code(RESUME_REJECTED, rejected.name()))?;
                let fresh = self.fresh();
                self.tokens.renew(&token, fresh);
                self.window = None;
                Ok(json!({ "state": "resumed", "token": hex::encode(&fresh.0) }))
            }
            Event::Prove {} => {
                self.tokens.prove();
                Ok(self.state())
            }
            Event::Close {} => {
                self.tokens.revoke();
                self.live = false;
                Ok(self.state())
            }
            Event::Covers { watermark, operation } => {
                Ok(json!({ "covers": covers(watermark.0, operation.0) }))
            }
        }
    }

    fn state(&self) -> Value {
        let state = match (self.live, self.window) {
            (false, _) => "closed",
            (true, Some(_)) => "detached",
            (true, None) => "attached",
        };
        json!({ "state": state, "window_end": self.window.map(to_micros) })
    }
}
