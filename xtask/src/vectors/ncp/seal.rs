//! Encrypted payloads: ChaCha20-Poly1305 (RFC 8439) and AES-256-GCM (FIPS 197, SP 800-38D), under
//! the key of the test frames.

use super::packet;
use super::tree::Tree;
use crate::vectors::bytes::Problem;
use std::fmt::Write as _;

mod aes;
mod chacha;

const NONCE: usize = 12;
const TAG: usize = 16;

/// The key of all test frames: 00 01 02 … 1f.
fn key() -> [u8; 32] {
    std::array::from_fn(|index| index as u8)
}

/// Header, nonce and plaintext of a whole frame, if its tag fits.
pub fn open(algorithm: &str, bytes: &[u8]) -> Result<Tree, Problem> {
    let ([_, flags, _], payload) = packet::split(bytes)?;
    if !packet::sealed(flags) {
        return Err("not encrypted".to_owned());
    }
    let header = &bytes[..bytes.len() - payload.len()];
    let (nonce, rest) = payload.split_at_checked(NONCE).ok_or("half a nonce")?;
    let at = rest.len().checked_sub(TAG).ok_or("half a tag")?;
    let (text, tag) = rest.split_at(at);
    let (plain, expected) = match algorithm {
        "aes-256-gcm" => aes::open(&key(), nonce, header, text),
        "chacha20-poly1305" => chacha::open(&key(), nonce, header, text),
        _ => return Err(format!("no algorithm {algorithm}")),
    };
    if expected != tag {
        return Err("the tag does not fit".to_owned());
    }
    let fields = [("header", header), ("nonce", nonce), ("plaintext", plain.as_slice())];
    let fields = fields.map(|(name, bytes)| (name.to_owned(), Tree::Text(hex(bytes))));
    Ok(Tree::Map(fields.to_vec()))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a `String` does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Associated data and ciphertext, each filled up to 16 bytes, and what comes last.
fn padded(data: &[u8], text: &[u8], lengths: [u8; 16]) -> Vec<u8> {
    let mut out = Vec::new();
    for part in [data, text] {
        out.extend(part);
        out.resize(out.len().div_ceil(16) * 16, 0);
    }
    out.extend(lengths);
    out
}
