//! Depth `vectors`: packets and structures through the codecs of nnrp-core.

use crate::fault::Fault;
use crate::message::{self, decode, encode};
use crate::record::Fields;
use nnrp_core::*;

/// Bytes to fields.
pub fn decode_any(kind: &str, what: &str, bytes: &[u8]) -> Result<Fields, Fault> {
    let mut fields = Fields::new();
    match (kind, what) {
        ("packet", _) => return message::decode_packet(bytes),
        ("structure", "body_prelude") => decode::<BodyRegionPrelude>(bytes, &mut fields)?,
        ("structure", "object_reference") => decode::<ObjectReferenceBlock>(bytes, &mut fields)?,
        ("structure", "schema_descriptor_header") => {
            decode::<SchemaDescriptorHeader>(bytes, &mut fields)?;
        }
        ("structure", "typed_payload_descriptor") => {
            decode::<TypedPayloadDescriptor>(bytes, &mut fields)?;
        }
        _ => return Err(Fault::Unsupported(format!("{kind} {what}"))),
    }
    Ok(fields)
}

/// Fields to bytes.
pub fn encode_any(kind: &str, what: &str, fields: &Fields) -> Result<Vec<u8>, Fault> {
    match (kind, what) {
        ("packet", _) => message::encode_packet(fields),
        ("structure", "body_prelude") => encode::<BodyRegionPrelude>(fields),
        ("structure", "object_reference") => encode::<ObjectReferenceBlock>(fields),
        ("structure", "schema_descriptor_header") => encode::<SchemaDescriptorHeader>(fields),
        ("structure", "typed_payload_descriptor") => encode::<TypedPayloadDescriptor>(fields),
        _ => Err(Fault::Unsupported(format!("{kind} {what}"))),
    }
}
