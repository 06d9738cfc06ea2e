//! Plans as words and as JSON.
//!
//! Input: a byte that picks what the rest is: a word, the inside of a word, a plan, JSON, or the
//! place of a fault.

use crate::draw::Draw;
use crate::plan;
use wireproof_sim::{FaultKey, Plan};

/// Checks one input.
pub fn check(input: &[u8]) {
    let mut draw = Draw::new(input);
    match draw.byte() % 5 {
        WORD => word(&String::from_utf8_lossy(draw.rest())),
        INSIDE => word(&sealed(draw.rest())),
        PLAN => whole(&plan::plan(&mut draw, u32::MAX)),
        JSON => json(&String::from_utf8_lossy(draw.rest())),
        _ => place(&String::from_utf8_lossy(draw.rest())),
    }
}

/// Any text; if it is a token, it is the only one of its plan.
fn word(text: &str) {
    match Plan::from_token(text) {
        Ok(plan) => {
            assert_eq!(plan.token(), text, "a plan has one token");
            whole(&plan);
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}

/// Every plan survives the way through its token and through a file.
fn whole(plan: &Plan) {
    let token = plan.token();
    assert!(token.starts_with(PREFIX));
    assert!(token.bytes().all(|byte| ALPHABET.contains(&byte)), "{token}");
    assert_eq!(Plan::from_token(&token).as_ref(), Ok(plan));
    let text = serde_json::to_string(plan).expect("a plan can be written");
    let read: Plan = serde_json::from_str(&text).expect("what was written can be read");
    assert_eq!(read, *plan);
    plan.faults.iter().for_each(|(key, fault)| {
        assert_eq!(key.to_string().parse(), Ok(*key));
        let (a, b) = fault.parts();
        assert_eq!(fault.kind().with(a, b), *fault);
        assert!(!fault.to_string().is_empty());
    });
}

fn json(text: &str) {
    if let Ok(plan) = serde_json::from_str::<Plan>(text) {
        whole(&plan);
    }
}

fn place(text: &str) {
    match text.parse::<FaultKey>() {
        Ok(key) => assert_eq!(key.to_string(), text, "a place has one name"),
        Err(error) => assert!(error.to_string().contains(text)),
    }
}

/// A word with a right checksum around `body`: the only way to what lies behind the checksum.
/// Written apart from the encoder, and compared with it by every token that is accepted.
pub(crate) fn sealed(body: &[u8]) -> String {
    let sum = !body.iter().fold(u32::MAX, |crc, &byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| {
            if crc & 1 == 1 { crc >> 1 ^ 0xEDB8_8320 } else { crc >> 1 }
        })
    });
    let sealed = [body, &sum.to_le_bytes()].concat();
    let bits: Vec<u8> =
        sealed.iter().flat_map(|byte| (0..8).rev().map(move |place| byte >> place & 1)).collect();
    let digits = bits.chunks(6).map(|digit| {
        let value = digit.iter().fold(0, |value, bit| value << 1 | bit);
        char::from(ALPHABET[usize::from(value << (6 - digit.len()))])
    });
    PREFIX.chars().chain(digits).collect()
}

pub(crate) const WORD: u8 = 0;
pub(crate) const INSIDE: u8 = 1;
pub(crate) const PLAN: u8 = 2;
pub(crate) const JSON: u8 = 3;
pub(crate) const PLACE: u8 = 4;
const PREFIX: &str = "wp1-";
const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
