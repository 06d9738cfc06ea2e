//! Bodies of data packets, which the crate leaves to its application: one typed payload.

use nnrp_core::{
    BODY_REGION_PRELUDE_LEN, BodyRegionPrelude, NnrpError, PayloadKindBitmap,
    TypedPayloadDescriptor, TypedPayloadRegion,
};

/// `descriptor_flags`: the payload stream ends here.
pub const TERMINAL: u16 = 0x1;
/// `descriptor_flags`: more will follow.
pub const PARTIAL: u16 = 0x2;
const PROFILE_TENSOR: u16 = 1;
const PROFILE_TOKEN: u16 = 2;

/// The profile of a payload family.
pub const fn profile_of(kinds: u32) -> u16 {
    if kinds & PayloadKindBitmap::TOKEN_CHUNK != 0 {
        PROFILE_TOKEN
    } else if kinds & PayloadKindBitmap::TENSOR != 0 {
        PROFILE_TENSOR
    } else {
        0
    }
}

/// A body with one payload.
pub fn write(descriptor: TypedPayloadDescriptor, payload: &[u8]) -> Result<Vec<u8>, NnrpError> {
    let length = u32::try_from(payload.len()).map_err(|_| NnrpError::MessageLengthOverflow)?;
    let descriptor = TypedPayloadDescriptor { offset: 0, length, ..descriptor }.to_bytes()?;
    let prelude = BodyRegionPrelude {
        inline_object_bytes: 0,
        object_reference_bytes: 0,
        typed_payload_descriptor_bytes: descriptor.len() as u32,
        typed_payload_frame_bytes: length,
        extension_descriptor_bytes: 0,
        extension_payload_bytes: 0,
    };
    let mut body = prelude.to_bytes()?.to_vec();
    body.extend_from_slice(&descriptor);
    body.extend_from_slice(payload);
    Ok(body)
}

/// What an application makes of a body: bytes and FNV-1a 64 of the payloads in order, and
/// whether a descriptor says that more will follow. One that nnrp-core cannot take apart is
/// handed on as it is.
pub fn read(kinds: PayloadKindBitmap, frames: u16, body: &[u8]) -> (u32, u64, bool) {
    let start = (0, 0xcbf2_9ce4_8422_2325);
    let Ok(region) = take_apart(kinds, frames, body) else {
        let (bytes, hash) = fold(start, body);
        return (bytes, hash, false);
    };
    let more = region.descriptors().iter().any(|known| known.descriptor_flags & PARTIAL != 0);
    let views = region.frame_views().unwrap_or_default();
    let (bytes, hash) = views.iter().fold(start, |sum, view| fold(sum, view.payload));
    (bytes, hash, more)
}

fn take_apart(
    kinds: PayloadKindBitmap,
    frames: u16,
    body: &[u8],
) -> Result<TypedPayloadRegion<'_>, NnrpError> {
    let prelude = BodyRegionPrelude::parse(body)?;
    let rest = &body[BODY_REGION_PRELUDE_LEN..];
    let objects =
        u64::from(prelude.inline_object_bytes) + u64::from(prelude.object_reference_bytes);
    let descriptors = u64::from(prelude.typed_payload_descriptor_bytes);
    let short = NnrpError::MessageLengthOverflow;
    let rest = usize::try_from(objects).ok().and_then(|objects| rest.get(objects..));
    let rest = rest.ok_or(short)?;
    let short = NnrpError::MessageLengthOverflow;
    let (descriptors, rest) = rest.split_at_checked(descriptors as usize).ok_or(short)?;
    let short = NnrpError::MessageLengthOverflow;
    let payloads = rest.get(..prelude.typed_payload_frame_bytes as usize).ok_or(short)?;
    TypedPayloadRegion::parse(kinds, frames, descriptors, payloads)
}

fn fold((bytes, hash): (u32, u64), payload: &[u8]) -> (u32, u64) {
    let step = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3);
    (bytes.saturating_add(payload.len() as u32), payload.iter().fold(hash, step))
}
