//! What the tests of this folder share: constants of section 13 of the reference and two readers.

use super::value::Value;
use alloc::vec::Vec;

/// The four-field product schema, written with its members in another order than the canonical one.
pub const PRODUCT: &str = r#"{"fields": [
    {"name": "id", "type": "uint64", "semantic": "entity.id"},
    {"name": "name", "type": "string", "semantic": "entity.label"},
    {"name": "price", "type": "decimal", "semantic": "commerce.price.usd"},
    {"name": "stock", "type": "uint64", "semantic": "commerce.inventory.count"}
]}"#;

/// Its identifier.
pub const A1: &str = "sha256:d31c3734e35b4e3815cb281a6307786aa0c46136b5d3b2ab07183d0b541ca9fe";

/// The value that a JSON text stands for; `{"$hex": ".."}` is bytes.
pub fn json(text: &str) -> Value {
    serde_json::from_str(text).expect("the test is JSON")
}

/// Bytes from hexadecimal digits.
pub fn hex(digits: &str) -> Vec<u8> {
    let digits: Vec<u32> = digits
        .chars()
        .filter(|char| !char.is_whitespace())
        .map(|char| char.to_digit(16).expect("the test is hexadecimal"))
        .collect();
    digits.chunks(2).map(|pair| (pair[0] << 4 | pair[1]) as u8).collect()
}
