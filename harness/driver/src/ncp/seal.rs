//! Sealing by scenarios, and opening for those who look at what was sent.

use super::defaults::{TEST_KEY, TEST_NONCE};
use super::spec::{bad, object, symbol, text};
use crate::{FrameError, hex};
use serde_json::{Map, Value};
use wireproof_wire::ncp::seal::{self, Algorithm, Key};

pub use wireproof_wire::ncp::seal::OVERHEAD;

/// How a frame is to be sealed.
pub struct Order {
    algorithm: Algorithm,
    key: Key,
    nonce: [u8; seal::NONCE],
    /// Byte of the payload to spoil afterwards.
    tamper: Option<usize>,
}

impl Order {
    /// What stands under `seal`: `true`, or a mapping with `algorithm`, `key`, `nonce`, `tamper`.
    pub fn of(spec: &Map<String, Value>) -> Result<Option<Self>, FrameError> {
        let empty = Map::new();
        let order = match spec.get("seal") {
            None | Some(Value::Bool(false)) => return Ok(None),
            Some(Value::Bool(true)) => &empty,
            Some(_) => object(spec, "seal")?.unwrap_or(&empty),
        };
        let known = ["algorithm", "key", "nonce", "tamper"];
        if let Some(key) = order.keys().find(|key| !known.contains(&key.as_str())) {
            return Err(FrameError::UnknownKey { key: format!("seal.{key}") });
        }
        let named = |key: &str, absent: &'static str| match order.get(key) {
            Some(value) => text(value, key).map(str::to_owned),
            None => Ok(absent.to_owned()),
        };
        let name = named("algorithm", Algorithm::Aes256Gcm.name())?;
        let algorithm =
            Algorithm::from_name(&name).ok_or_else(|| bad("algorithm", &name.into()))?;
        let digits = |key: &str| FrameError::BadHex { key: key.to_owned() };
        let key = Key::from_hex(&named("key", TEST_KEY)?).ok_or_else(|| digits("key"))?;
        let nonce = hex::decode(&named("nonce", TEST_NONCE)?);
        let nonce = nonce.and_then(|nonce| nonce.try_into().ok()).ok_or_else(|| digits("nonce"))?;
        let tamper = order.get("tamper").map(|at| symbol("tamper", at)).transpose()?;
        Ok(Some(Self { algorithm, key, nonce, tamper: tamper.map(|at| at as usize) }))
    }

    /// Appends the sealed form of `plain` to the header that stands in `out`.
    pub fn seal(&self, plain: &[u8], out: &mut Vec<u8>) {
        let header = out.clone();
        seal::seal(self.algorithm, &self.key, self.nonce, &header, plain, out);
        let spoilt = self.tamper.and_then(|at| out.get_mut(header.len() + at));
        if let Some(byte) = spoilt {
            *byte ^= 1;
        }
    }
}

/// The plaintext of a payload that was sealed with the secret of the tests, and the algorithm.
pub fn open(header: &[u8], payload: &[u8]) -> Option<(Algorithm, Vec<u8>)> {
    let key = Key::from_hex(TEST_KEY)?;
    Algorithm::ALL.into_iter().find_map(|algorithm| {
        seal::open(algorithm, &key, header, payload).ok().map(|plain| (algorithm, plain))
    })
}
