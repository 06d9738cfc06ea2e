//! Signatures of NIP and NDP frames (NIP §5.1): what they cover, and Ed25519.
//!
//! ECDSA P-256, the fallback of the document, is not computed here and counts as unknown.

use super::super::canonical::Exact;
use super::super::frame_type::FrameType;
use super::super::value::{Name, Value};
use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;
use base64ct::{Base64UrlUnpadded, Encoding as _};
use core::fmt;
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};

/// Name of the algorithm in `pub_key` and `signature`.
pub const ED25519: &str = "ed25519";

/// Why a signature does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unsigned {
    /// It is not `{alg}:{base64url}`, or its bytes are no signature.
    Form,
    /// Its algorithm is another one.
    Algorithm,
    /// It is of another key or another frame.
    Mismatch,
}

impl fmt::Display for Unsigned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Form => "no signature of the form {alg}:{base64url}",
            Self::Algorithm => "unknown algorithm",
            Self::Mismatch => "signature of another key or frame",
        })
    }
}

impl core::error::Error for Unsigned {}

/// What a signature covers: the frame as canonical JSON without `signature` and `metadata`
/// (NIP-FRM-002). `frame` is always written as in Tier-1, so the tier makes no difference.
pub fn covered(kind: FrameType, frame: &Value) -> Vec<u8> {
    let outside = ["signature", "metadata", "frame"];
    let members = frame.as_map().unwrap_or_default().iter();
    let mut kept: Vec<(Name, Value)> =
        members.filter(|(name, _)| !outside.contains(&name.as_str())).cloned().collect();
    kept.push(("frame".into(), kind.token().into()));
    Exact(&Value::Map(kept)).to_string().into_bytes()
}

/// The value of `signature` for a frame.
pub fn sign(kind: FrameType, frame: &Value, secret: &[u8; 32]) -> String {
    let signature = SigningKey::from_bytes(secret).sign(&covered(kind, frame));
    format!("{ED25519}:{}", Base64UrlUnpadded::encode_string(&signature.to_bytes()))
}

/// The value of `pub_key` for a secret.
pub fn public_key(secret: &[u8; 32]) -> String {
    let key = SigningKey::from_bytes(secret).verifying_key();
    format!("{ED25519}:{}", Base64UrlUnpadded::encode_string(key.as_bytes()))
}

/// Checks `signature` of a frame against a key of the form `{alg}:{base64url}`.
///
/// # Errors
///
/// Why it does not hold.
pub fn verify(kind: FrameType, frame: &Value, key: &str) -> Result<(), Unsigned> {
    let signature = frame.get("signature").and_then(Value::as_text).ok_or(Unsigned::Form)?;
    let (algorithm, bytes) = split(signature).ok_or(Unsigned::Form)?;
    let (of_key, key) = split(key).ok_or(Unsigned::Form)?;
    if algorithm != ED25519 || of_key != ED25519 {
        return Err(Unsigned::Algorithm);
    }
    let bytes: [u8; 64] = bytes.try_into().map_err(|_| Unsigned::Form)?;
    let key: [u8; 32] = key.try_into().map_err(|_| Unsigned::Form)?;
    let key = VerifyingKey::from_bytes(&key).map_err(|_| Unsigned::Form)?;
    key.verify_strict(&covered(kind, frame), &Signature::from_bytes(&bytes))
        .map_err(|_| Unsigned::Mismatch)
}

/// Reads `{alg}:{base64url}`.
pub fn split(text: &str) -> Option<(&str, Vec<u8>)> {
    let (algorithm, digits) = text.split_once(':')?;
    let bytes = Base64UrlUnpadded::decode_vec(digits).ok()?;
    (!algorithm.is_empty() && !bytes.is_empty()).then_some((algorithm, bytes))
}
