//! Structures below a frame: the identifier of a schema is the only one the crates have.

use crate::fault::Fault;
use nps_core::AnchorFrameCache;
use nps_core::codec::decode_json;
use serde_json::{Map, Value};

/// Bytes to fields.
pub fn decode(what: &str, bytes: &[u8]) -> Result<Map<String, Value>, Fault> {
    match what {
        "anchor_id" => {
            let id = AnchorFrameCache::compute_anchor_id(&decode_json(bytes)?);
            Ok([("anchor_id".to_owned(), id.into())].into_iter().collect())
        }
        _ => Err(Fault::Unsupported(what.into())),
    }
}
