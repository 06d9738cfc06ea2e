//! The plan as one printable word.
//!
//! `wp1-`, then base64 with the URL alphabet and without padding over: version, scenario, seed,
//! parameters, faults, CRC-32 (little-endian). Numbers are LEB128; fault keys are differences to
//! the key before. Every plan has exactly one token.

use super::{Fault, FaultKey, FaultKind, Plan, Site, TokenError};
use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

pub(super) fn encode(plan: &Plan) -> String {
    let mut out = Vec::new();
    put(&mut out, VERSION);
    put_text(&mut out, &plan.scenario);
    put(&mut out, u64::from(plan.seed.is_some()));
    if let Some(seed) = plan.seed {
        put(&mut out, seed);
    }
    put(&mut out, plan.parameters.len() as u64);
    for (name, value) in &plan.parameters {
        put_text(&mut out, name);
        put_text(&mut out, value);
    }
    put(&mut out, plan.faults.len() as u64);
    let mut last = None;
    for (&key, &fault) in &plan.faults {
        put_key(&mut out, last.replace(key), key);
        put(&mut out, fault.kind() as u64);
        let (a, b) = fault.parts();
        [a, b].iter().take(fault.kind().parameters()).for_each(|&part| put(&mut out, part));
    }
    let sum = crc32(&out);
    out.extend_from_slice(&sum.to_le_bytes());
    let mut token = String::from(PREFIX);
    armour(&out, &mut token);
    token
}

pub(super) fn decode(token: &str) -> Result<Plan, TokenError> {
    let armoured = token.strip_prefix(PREFIX).ok_or(TokenError::BadPrefix)?;
    let bytes = unarmour(armoured)?;
    let (body, sum) = bytes.split_last_chunk::<4>().ok_or(TokenError::Truncated)?;
    if crc32(body) != u32::from_le_bytes(*sum) {
        return Err(TokenError::Checksum);
    }
    let mut reader = Reader(body);
    let version = reader.number()?;
    if version != VERSION {
        return Err(TokenError::UnknownVersion(version));
    }
    let plan = Plan {
        scenario: reader.text()?,
        seed: match reader.number()? {
            0 => None,
            1 => Some(reader.number()?),
            _ => return Err(TokenError::BadNumber),
        },
        parameters: reader.parameters()?,
        faults: reader.faults()?,
    };
    if reader.0.is_empty() { Ok(plan) } else { Err(TokenError::TrailingBytes) }
}

struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn number(&mut self) -> Result<u64, TokenError> {
        let mut value = 0;
        for shift in (0..).step_by(7) {
            let (&byte, rest) = self.0.split_first().ok_or(TokenError::Truncated)?;
            self.0 = rest;
            let digit = u64::from(byte & 0x7f);
            // Ten digits hold 70 bits: the last one has room for a single bit. A zero at the end
            // of a longer number is a second way to write the same one.
            if shift > 63 || (shift == 63 && digit > 1) || (byte == 0 && shift > 0) {
                return Err(TokenError::BadNumber);
            }
            value |= digit << shift;
            if byte & 0x80 == 0 {
                break;
            }
        }
        Ok(value)
    }

    fn text(&mut self) -> Result<String, TokenError> {
        let len = usize::try_from(self.number()?).map_err(|_| TokenError::BadNumber)?;
        let (text, rest) = self.0.split_at_checked(len).ok_or(TokenError::Truncated)?;
        self.0 = rest;
        str::from_utf8(text).map(String::from).map_err(|_| TokenError::BadText)
    }

    fn parameters(&mut self) -> Result<BTreeMap<String, String>, TokenError> {
        let mut all = BTreeMap::new();
        for _ in 0..self.number()? {
            let (name, value) = (self.text()?, self.text()?);
            if all.last_key_value().is_some_and(|(last, _)| *last >= name) {
                return Err(TokenError::OutOfOrder);
            }
            all.insert(name, value);
        }
        Ok(all)
    }

    fn faults(&mut self) -> Result<BTreeMap<FaultKey, Fault>, TokenError> {
        let (mut all, mut last) = (BTreeMap::new(), None);
        for _ in 0..self.number()? {
            let key = self.key(last.take())?;
            last = Some(key);
            all.insert(key, self.fault()?);
        }
        Ok(all)
    }

    fn key(&mut self, last: Option<FaultKey>) -> Result<FaultKey, TokenError> {
        let (step, ordinal) = (self.number()?, self.number()?);
        let (from, next) = match last {
            Some(last) if step == 0 => (last.site.code(), u64::from(last.ordinal) + 1),
            Some(last) => (last.site.code(), 0),
            None => (0, 0),
        };
        let code = from.checked_add(step).ok_or(TokenError::BadNumber)?;
        let ordinal = next.checked_add(ordinal).ok_or(TokenError::BadNumber)?;
        let ordinal = u32::try_from(ordinal).map_err(|_| TokenError::BadNumber)?;
        Ok(FaultKey::new(Site::from_code(code).ok_or(TokenError::BadNumber)?, ordinal))
    }

    fn fault(&mut self) -> Result<Fault, TokenError> {
        let code = self.number()?;
        let kind = usize::try_from(code).ok().and_then(|code| FaultKind::ALL.get(code));
        let &kind = kind.ok_or(TokenError::UnknownKind(code))?;
        let mut parts = [0; 2];
        for part in parts.iter_mut().take(kind.parameters()) {
            *part = self.number()?;
        }
        let fault = kind.with(parts[0], parts[1]);
        // `with` cuts numbers to fit; here that would make two tokens of one plan.
        if fault.parts() == (parts[0], parts[1]) { Ok(fault) } else { Err(TokenError::BadNumber) }
    }
}

fn put(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

fn put_text(out: &mut Vec<u8>, text: &str) {
    put(out, text.len() as u64);
    out.extend_from_slice(text.as_bytes());
}

/// Steps of the site and, on the same site, of the ordinal beyond the next one.
fn put_key(out: &mut Vec<u8>, last: Option<FaultKey>, key: FaultKey) {
    let from = last.map_or(0, |last| last.site.code());
    put(out, key.site.code() - from);
    let next = match last {
        Some(last) if last.site == key.site => last.ordinal + 1,
        _ => 0,
    };
    put(out, u64::from(key.ordinal - next));
}

fn armour(bytes: &[u8], out: &mut String) {
    for group in bytes.chunks(3) {
        let mut bits = 0_u32;
        for i in 0..3 {
            bits = bits << 8 | u32::from(group.get(i).copied().unwrap_or(0));
        }
        for i in 0..=group.len() {
            out.push(char::from(ALPHABET[(bits >> (18 - 6 * i)) as usize & 63]));
        }
    }
}

fn unarmour(text: &str) -> Result<Vec<u8>, TokenError> {
    let (mut out, mut bits, mut held) = (Vec::new(), 0_u32, 0);
    for (index, found) in text.chars().enumerate() {
        let digit = ALPHABET.iter().position(|&known| char::from(known) == found);
        let position = PREFIX.len() + index;
        let digit = digit.ok_or(TokenError::BadCharacter { position, found })?;
        bits = bits << 6 | digit as u32;
        held += 6;
        if held >= 8 {
            held -= 8;
            out.push((bits >> held) as u8);
            bits &= (1 << held) - 1;
        }
    }
    // Whatever is left over is less than one character of zeros, or something was cut off.
    match (held, bits) {
        (6, _) => Err(TokenError::Truncated),
        (_, 0) => Ok(out),
        _ => Err(TokenError::Checksum),
    }
}

/// CRC-32 as in IEEE 802.3.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |mut crc, &byte| {
        crc ^= u32::from(byte);
        for _ in 0..8 {
            crc = (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg());
        }
        crc
    })
}

#[cfg(test)]
pub(super) fn seal(body: &[u8]) -> String {
    let mut bytes = body.to_vec();
    bytes.extend_from_slice(&crc32(body).to_le_bytes());
    let mut token = String::from(PREFIX);
    armour(&bytes, &mut token);
    token
}

#[cfg(test)]
pub(super) fn checksum(bytes: &[u8]) -> u32 {
    crc32(bytes)
}

const PREFIX: &str = "wp1-";
const VERSION: u64 = 1;
const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
