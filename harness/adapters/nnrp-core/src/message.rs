//! The 25 message types: which codec and which checks nnrp-core has for each.

use crate::body;
use crate::fault::Fault;
use crate::record::{Codec, Fields, Record};
use nnrp_core::MessageType::*;
use nnrp_core::*;
use wireproof_driver::hex;

/// Calls one generic function with the metadata type of `kind`.
macro_rules! by_type {
    ($kind:expr, $function:ident($($argument:expr),*), empty: $empty:expr) => {
        match $kind {
            ClientHello => $function::<ClientHelloMetadata>($($argument),*),
            ServerHelloAck => $function::<ServerHelloAckMetadata>($($argument),*),
            SessionPatch => $function::<SessionPatchMetadata>($($argument),*),
            SessionPatchAck => $function::<SessionPatchAckMetadata>($($argument),*),
            Error => $function::<ErrorMetadata>($($argument),*),
            SessionOpen => $function::<SessionOpenMetadata>($($argument),*),
            SessionOpenAck => $function::<SessionOpenAckMetadata>($($argument),*),
            SessionClose => $function::<SessionCloseMetadata>($($argument),*),
            SessionCloseAck => $function::<SessionCloseAckMetadata>($($argument),*),
            FrameSubmit => $function::<FrameSubmitMetadata>($($argument),*),
            ResultPush => $function::<ResultPushMetadata>($($argument),*),
            CachePut => $function::<CachePutMetadata>($($argument),*),
            CacheAck => $function::<CacheAckMetadata>($($argument),*),
            CacheInvalidate => $function::<CacheInvalidateMetadata>($($argument),*),
            FlowUpdate => $function::<FlowUpdateMetadata>($($argument),*),
            ResultHint => $function::<ResultHintMetadata>($($argument),*),
            TransportProbe => $function::<TransportProbeMetadata>($($argument),*),
            TransportProbeAck => $function::<TransportProbeAckMetadata>($($argument),*),
            SessionMigrate => $function::<SessionMigrateMetadata>($($argument),*),
            SessionMigrateAck => $function::<SessionMigrateAckMetadata>($($argument),*),
            Close | FrameCancel | ResultDrop | Ping | Pong => $empty,
        }
    };
}

/// Metadata to fields.
fn decode_metadata(kind: MessageType, bytes: &[u8], out: &mut Fields) -> Result<(), Fault> {
    by_type!(kind, decode(bytes, out), empty: Ok(()))
}

/// Fields to metadata.
fn encode_metadata(kind: MessageType, fields: &Fields) -> Result<Vec<u8>, Fault> {
    by_type!(kind, encode(fields), empty: Ok(Vec::new()))
}

/// Any structure with a codec, from bytes.
pub fn decode<T: Codec>(bytes: &[u8], out: &mut Fields) -> Result<(), Fault> {
    T::parse(bytes).map_err(Fault::content)?.show(out, "");
    Ok(())
}

/// Any structure with a codec, to bytes.
pub fn encode<T: Codec>(fields: &Fields) -> Result<Vec<u8>, Fault> {
    T::take(fields, "")?.bytes().map_err(Fault::content)
}

/// A delimited packet to fields, with every check that nnrp-core has for its type.
pub fn decode_packet(bytes: &[u8]) -> Result<Fields, Fault> {
    let (header, metadata, body) = CommonHeader::parse_packet(bytes).map_err(Fault::header)?;
    let mut fields = Fields::new();
    header.show(&mut fields, "header.");
    check_header(&header).map_err(Fault::content)?;
    decode_metadata(header.message_type, metadata, &mut fields)?;
    let left = match header.message_type {
        FlowUpdate => {
            let update = FlowUpdateMetadata::parse(metadata).map_err(Fault::content)?;
            update.validate_routing(&header).map_err(Fault::content)?;
            !body.is_empty()
        }
        FrameSubmit => {
            let meta = FrameSubmitMetadata::parse(metadata).map_err(Fault::content)?;
            body::decode_submit(&meta, body, &mut fields)?
        }
        ResultPush => {
            let meta = ResultPushMetadata::parse(metadata).map_err(Fault::content)?;
            body::decode_result(&meta, body, &mut fields)?
        }
        _ => !body.is_empty(),
    };
    if left {
        fields.insert("body".into(), hex::encode(body).into());
    }
    Ok(fields)
}

/// The checks of header-only messages. FRAME_CANCEL has none of its own and goes through the one
/// that takes the expected type as an argument.
fn check_header(header: &CommonHeader) -> Result<(), NnrpError> {
    match header.message_type {
        Close => validate_close_header(header),
        ResultDrop => validate_result_drop_header(header),
        kind @ (FrameCancel | Ping | Pong) => validate_empty_control_header(header, kind),
        _ => Ok(()),
    }
}

/// Fields to a packet. Lengths come from the fields like everything else.
pub fn encode_packet(fields: &Fields) -> Result<Vec<u8>, Fault> {
    let header = CommonHeader::take(fields, "header.")?;
    let mut packet = header.bytes().map_err(Fault::header)?;
    packet.extend(encode_metadata(header.message_type, fields)?);
    packet.extend(body::encode(fields)?);
    Ok(packet)
}
