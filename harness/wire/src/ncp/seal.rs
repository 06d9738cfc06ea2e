//! Encrypted payloads (NCP §7.4): nonce, ciphertext, tag, with the header as associated data.

use aes_gcm::aead::{Aead as _, KeyInit as _, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use alloc::vec::Vec;
use chacha20poly1305::ChaCha20Poly1305;
use core::fmt;

/// Bytes of a nonce.
pub const NONCE: usize = 12;
/// Bytes of an authentication tag.
pub const TAG: usize = 16;
/// What sealing adds to a payload.
pub const OVERHEAD: usize = NONCE + TAG;

/// How a payload is sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Algorithm {
    /// AES-256-GCM.
    Aes256Gcm,
    /// ChaCha20-Poly1305.
    ChaCha20Poly1305,
}

impl Algorithm {
    /// Every one.
    pub const ALL: [Self; 2] = [Self::Aes256Gcm, Self::ChaCha20Poly1305];

    /// Name as in HelloFrame.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Aes256Gcm => "aes-256-gcm",
            Self::ChaCha20Poly1305 => "chacha20-poly1305",
        }
    }

    /// The one called `name`.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| algorithm.name() == name)
    }
}

/// A secret of 256 bits.
#[derive(Clone, PartialEq, Eq)]
pub struct Key(pub [u8; 32]);

impl Key {
    /// Reads 64 hexadecimal digits.
    pub fn from_hex(digits: &str) -> Option<Self> {
        let mut key = [0; 32];
        if digits.len() != 64 {
            return None;
        }
        for (byte, pair) in key.iter_mut().zip(digits.as_bytes().chunks(2)) {
            let nibble = |digit: u8| char::from(digit).to_digit(16);
            *byte = u8::try_from(nibble(pair[0])? << 4 | nibble(pair[1])?).ok()?;
        }
        Some(Self(key))
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(..)")
    }
}

/// Why a sealed payload was not opened. Both are NCP-ENC-AUTH-FAILED (`OP-37`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Broken {
    /// Too short for a nonce and a tag.
    Short,
    /// The tag does not fit key, nonce, header and ciphertext.
    Tag,
}

/// Appends nonce, ciphertext and tag to `out`. `header` is the header as it will be sent, whose
/// length field counts [`OVERHEAD`] more than `plain`.
pub fn seal(
    algorithm: Algorithm,
    key: &Key,
    nonce: [u8; NONCE],
    header: &[u8],
    plain: &[u8],
    out: &mut Vec<u8>,
) {
    let payload = Payload { msg: plain, aad: header };
    let at = Nonce::from(nonce);
    let sealed = match algorithm {
        Algorithm::Aes256Gcm => Aes256Gcm::new(&key.0.into()).encrypt(&at, payload),
        Algorithm::ChaCha20Poly1305 => ChaCha20Poly1305::new(&key.0.into()).encrypt(&at, payload),
    };
    out.extend(nonce);
    // Both algorithms refuse only beyond 2^36 bytes, and a frame holds fewer than 2^32.
    out.extend(sealed.unwrap_or_default());
}

/// The plaintext of a sealed payload.
///
/// # Errors
///
/// [`Broken`], in which case nothing of the content may be used.
pub fn open(
    algorithm: Algorithm,
    key: &Key,
    header: &[u8],
    payload: &[u8],
) -> Result<Vec<u8>, Broken> {
    if payload.len() < OVERHEAD {
        return Err(Broken::Short);
    }
    let (nonce, msg) = payload.split_first_chunk::<NONCE>().ok_or(Broken::Short)?;
    let at = Nonce::from(*nonce);
    let payload = Payload { msg, aad: header };
    match algorithm {
        Algorithm::Aes256Gcm => Aes256Gcm::new(&key.0.into()).decrypt(&at, payload),
        Algorithm::ChaCha20Poly1305 => ChaCha20Poly1305::new(&key.0.into()).decrypt(&at, payload),
    }
    .map_err(|_| Broken::Tag)
}

#[cfg(test)]
mod tests;
