//! Schemas and records for unit tests, as reference 4.1 and 13 print them.

use alloc::format;
use wireproof_wire::ncp::Value;
use wireproof_wire::ncp::command::Tier;
use wireproof_wire::ncp::tier;

/// Identifier of [`product`].
pub const A1: &str = "sha256:d31c3734e35b4e3815cb281a6307786aa0c46136b5d3b2ab07183d0b541ca9fe";
/// Identifier of [`product_with_sku`].
pub const A2: &str = "sha256:429055b52cafae04601ac3b755d0d2e4ade7dbdc9e797ead036d55aa059c88be";

const PRODUCT: &str = r#"{"name":"id","semantic":"entity.id","type":"uint64"},
{"name":"name","semantic":"entity.label","type":"string"},
{"name":"price","semantic":"commerce.price.usd","type":"decimal"},
{"name":"stock","semantic":"commerce.inventory.count","type":"uint64"}"#;
const SKU: &str = r#"{"name":"sku","nullable":true,"semantic":"entity.sku","type":"string"}"#;

/// A value from its JSON text.
pub fn json(text: &str) -> Value {
    tier::decode_any(Tier::Json, text.as_bytes()).expect("well-formed JSON")
}

/// The four-field product schema.
pub fn product() -> Value {
    json(&format!(r#"{{"fields":[{PRODUCT}]}}"#))
}

/// The same and a nullable `sku`.
pub fn product_with_sku() -> Value {
    json(&format!(r#"{{"fields":[{PRODUCT},{SKU}]}}"#))
}

/// A schema of one field, to tell many apart.
pub fn named(name: &str) -> Value {
    json(&format!(r#"{{"fields":[{{"name":"{name}","type":"string"}}]}}"#))
}
