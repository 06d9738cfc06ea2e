//! End-to-end encryption of one connection, NCP §7.4 (reference table 8.10, E01 to E09).
//!
//! The key is configured (`OP-37`). Nonces are not drawn but counted, so that a run can be
//! repeated and none comes twice: each names the side that sends, the connection and the frame,
//! and one key may serve both directions of every connection of a run.

use alloc::vec::Vec;
use wireproof_base::{ConnId, Role};
use wireproof_wire::ncp::seal::{self, Algorithm, Broken, Key, NONCE};

/// Frames under one key after which it should be replaced (E08).
pub const KEY_LIFE: u64 = 1 << 32;

/// What seals and opens the payloads of one connection.
#[derive(Clone, Debug, Default)]
pub struct Sealing {
    /// Algorithm and key; `None` is off.
    with: Option<(Algorithm, Key)>,
    prefix: [u8; 5],
    sealed: u64,
}

impl Sealing {
    /// Of the algorithms agreed on the first is used (NCP-ENC-017). Off without one that is known,
    /// and without a key (E01 to E03).
    pub fn new(
        agreed: &[alloc::string::String],
        key: Option<&Key>,
        role: Role,
        conn: ConnId,
    ) -> Self {
        let algorithm = agreed.first().and_then(|name| Algorithm::from_name(name));
        let side = match role {
            Role::Client => 0,
            Role::Server => 1,
        };
        let [a, b, c, d] = conn.0.to_be_bytes();
        Self { with: algorithm.zip(key.cloned()), prefix: [side, a, b, c, d], sealed: 0 }
    }

    /// The algorithm in force.
    pub fn algorithm(&self) -> Option<Algorithm> {
        self.with.as_ref().map(|(algorithm, _)| *algorithm)
    }

    /// Whether frames are sealed.
    pub const fn is_on(&self) -> bool {
        self.with.is_some()
    }

    /// Appends the sealed payload; `head` is the header as it is sent. Appends the plain one if
    /// nothing is agreed.
    pub fn seal(&mut self, head: &[u8], plain: &[u8], out: &mut Vec<u8>) {
        let nonce = self.nonce();
        match &self.with {
            Some((algorithm, key)) => seal::seal(*algorithm, key, nonce, head, plain, out),
            None => out.extend_from_slice(plain),
        }
    }

    /// The plaintext of a payload (E05, E06).
    ///
    /// # Errors
    ///
    /// It is too short or was not sealed by who holds the key; nothing of it may be used.
    pub fn open(&self, head: &[u8], payload: &[u8]) -> Result<Vec<u8>, Broken> {
        match &self.with {
            Some((algorithm, key)) => seal::open(*algorithm, key, head, payload),
            None => Err(Broken::Tag),
        }
    }

    /// Whether the frame just sealed was the last that the key should have sealed (E08).
    pub const fn is_worn(&self) -> bool {
        self.sealed == KEY_LIFE
    }

    fn nonce(&mut self) -> [u8; NONCE] {
        let mut nonce = [0; NONCE];
        nonce[..5].copy_from_slice(&self.prefix);
        nonce[5..].copy_from_slice(&self.sealed.to_be_bytes()[1..]);
        self.sealed += 1;
        nonce
    }
}

#[cfg(test)]
mod tests;
