//! The hello exchange, which the crate does not have (`R-08`): frames of the harness.
//!
//! It says what the crate can do: the token profile, one lane, no cache, no other limits.

use crate::line::{Line, Mail};
use nnrp_core::MessageType;
use nnrp_runtime::RuntimePacket;
use wireproof_wire::nnrp::command::Hello;
use wireproof_wire::nnrp::hello::{ClientHello, ServerHelloAck};
use wireproof_wire::nnrp::{Frame, Metadata};

/// Bit `profile - 1` of the token profile (`R-09`).
const TOKEN: u32 = 0x2;
const PAYLOAD_KINDS: u32 = 0x7F;
const RAW_CODEC: u32 = 0x1;
const LANES: u16 = 1;
/// `server_flags`: sessions can be resumed.
const RESUME: u32 = 0x2;

/// Client: says hello and waits for the answer. The credit of the connection, if it is usable.
pub async fn offer(line: &mut Line, mail: &Mail, hello: &Hello) -> Option<u16> {
    let offer = ClientHello {
        min_version_major: hello.min_version_major,
        max_version_major: hello.max_version_major,
        supported_wire_format_bitmap: 0x1,
        supported_profile_bitmap: hello.profiles & TOKEN,
        supported_payload_kind_bitmap: hello.payload_kinds,
        supported_codec_bitmap: RAW_CODEC,
        max_lane_count: hello.lanes.min(LANES),
        auth_bytes: hello.auth.len() as u32,
        ..ClientHello::default()
    };
    let bytes = Frame::new(offer, hello.auth.as_bytes()).to_vec();
    if line.write(&bytes).await.is_err() || mail.peek().await != Some(MessageType::ServerHelloAck) {
        return None;
    }
    let Some(Metadata::ServerHelloAck(ack)) = metadata(&mail.take().await.ok()?) else {
        return None;
    };
    let subsets = [
        (ack.accepted_profile_bitmap, offer.supported_profile_bitmap),
        (ack.accepted_payload_kind_bitmap, offer.supported_payload_kind_bitmap),
        (ack.accepted_codec_bitmap, offer.supported_codec_bitmap),
    ];
    let usable = ack.auth_status == 0
        && ack.selected_version_major == 1
        && ack.selected_wire_format == 0
        && subsets.into_iter().all(|(accepted, offered)| accepted & !offered == 0);
    // 0 is no limit.
    let credit = if ack.max_concurrent_frames == 0 { u16::MAX } else { ack.max_concurrent_frames };
    usable.then_some(credit)
}

/// Server: takes the hello that is next and answers it. Whether the connection is usable.
pub async fn accept(line: &mut Line, mail: &Mail, resume: bool) -> bool {
    let Ok(packet) = mail.take().await else { return false };
    let Some(Metadata::ClientHello(hello)) = metadata(&packet) else { return false };
    let version = hello.min_version_major <= 1 && 1 <= hello.max_version_major;
    if !version || hello.supported_wire_format_bitmap & 1 == 0 {
        return false;
    }
    let answer = ServerHelloAck {
        selected_version_major: 1,
        accepted_profile_bitmap: hello.supported_profile_bitmap & TOKEN,
        accepted_payload_kind_bitmap: hello.supported_payload_kind_bitmap & PAYLOAD_KINDS,
        accepted_codec_bitmap: hello.supported_codec_bitmap & RAW_CODEC,
        max_lane_count: hello.max_lane_count.min(LANES),
        target_cadence_x100: hello.target_cadence_x100,
        latency_budget_ms: hello.latency_budget_ms,
        quality_tier: hello.quality_tier,
        degrade_policy: hello.degrade_policy,
        server_flags: if resume { RESUME } else { 0 },
        ..ServerHelloAck::default()
    };
    let trace = packet.header.trace_id;
    line.write(&Frame::new(answer, &[]).traced(trace).to_vec()).await.is_ok()
}

fn metadata(packet: &RuntimePacket) -> Option<Metadata> {
    let bytes = packet.to_bytes().ok()?;
    Frame::decode(&bytes).ok().map(|frame| frame.meta)
}
