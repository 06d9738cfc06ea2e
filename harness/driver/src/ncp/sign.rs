//! Signatures on frames that a scenario sends (NIP §5.1, NDP §7.1).

use super::spec::{bad, object, text};
use crate::FrameError;
use serde_json::{Map, Value};
use wireproof_wire::ncp;
use wireproof_wire::ncp::companion::signature;
use wireproof_wire::ncp::frame_type::FrameType;

/// Who signs in tests, and the byte that the secret of each consists of.
const SIGNERS: [(&str, u8); 3] = [("ca", 1), ("node", 2), ("stranger", 3)];

/// Puts `signature` into a frame as `sign` asks: the name of a signer, or a mapping with `key` and
/// `over`, the members that were others when the frame was signed.
pub fn sign(
    spec: &Map<String, Value>,
    kind: Option<FrameType>,
    members: &mut Map<String, Value>,
) -> Result<(), FrameError> {
    let Some(order) = spec.get("sign") else { return Ok(()) };
    let kind = kind.ok_or_else(|| bad("sign", order))?;
    let (name, mut signed) = (order.get("key").unwrap_or(order), members.clone());
    if let Value::Object(order) = order {
        if let Some(key) = order.keys().find(|key| !["key", "over"].contains(&key.as_str())) {
            return Err(FrameError::UnknownKey { key: format!("sign.{key}") });
        }
        let over = object(order, "over")?.cloned().unwrap_or_default();
        signed.extend(over);
    }
    let name = text(name, "sign")?;
    let signer = SIGNERS.iter().find(|(known, _)| *known == name);
    let (_, byte) = signer.ok_or_else(|| bad("sign", order))?;
    let frame: ncp::Value =
        serde_json::from_value(Value::Object(signed)).map_err(|_| bad("sign", order))?;
    members.insert("signature".to_owned(), signature::sign(kind, &frame, &[*byte; 32]).into());
    Ok(())
}
