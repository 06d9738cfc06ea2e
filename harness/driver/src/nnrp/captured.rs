//! Tokens from packets that were received: what a thief, or a client with an old copy, presents.
//!
//! `token_of: 1` is the token that session 1 was given last, `token_age: 1` beside it the one it
//! was given before that.

use super::build::number;
use crate::{FrameError, FrameSpec, hex};
use serde_json::Value;
use wireproof_wire::nnrp::{Frame, Metadata};

/// The frame with the token it asks for; `None` if it asks for none.
pub fn token(
    spec: &FrameSpec,
    resolve: &dyn Fn(u64) -> u32,
    received: &mut dyn DoubleEndedIterator<Item = &[u8]>,
) -> Result<Option<FrameSpec>, FrameError> {
    let Some(wanted) = spec.rest.get("token_of") else { return Ok(None) };
    let session = resolve(number(&spec.rest, "token_of", 0)?);
    let age = number(&spec.rest, "token_age", 0)? as usize;
    let mut tokens = received.rev().filter_map(|packet| given(packet, session));
    let token = tokens.nth(age).ok_or_else(|| FrameError::BadValue {
        key: "token_of".to_owned(),
        value: format!("{wanted}, which was given no token of age {age},"),
    })?;
    let mut spec = spec.clone();
    spec.rest.retain(|key, _| !KEYS.contains(&key.as_str()));
    spec.rest.insert("token".to_owned(), Value::String(hex::encode(&token)));
    Ok(Some(spec))
}

/// The token that a packet gives to `session`.
fn given(packet: &[u8], session: u32) -> Option<Vec<u8>> {
    let frame = Frame::decode(packet).ok()?;
    let Metadata::SessionOpenAck(ack) = &frame.meta else { return None };
    let token = frame.blocks().token;
    (ack.session_id == session && !token.is_empty()).then(|| token.to_vec())
}

/// Keys of a frame that name a token instead of holding it.
pub const KEYS: [&str; 2] = ["token_of", "token_age"];
