//! CLIENT_HELLO at the server, and probes (C1, C5 to C8; ).

use super::Server;
use crate::nnrp::connection::Event as Move;
use crate::nnrp::endpoint::Out;
use alloc::vec::Vec;
use wireproof_wire::nnrp::code::{AUTH_FAILED, UNSUPPORTED_CAPABILITY, UNSUPPORTED_VERSION};
use wireproof_wire::nnrp::extension::{self, LOSS_ACCEPTED, LOSS_WISHED, loss_tolerance};
use wireproof_wire::nnrp::hello::{ClientHello, ServerHelloAck};
use wireproof_wire::nnrp::submit::BEST_EFFORT;
use wireproof_wire::nnrp::transport::{TransportProbe, TransportProbeAck};
use wireproof_wire::nnrp::{Event, Frame, Header};

/// Tensor and token, bit `profile - 1`.
const PROFILES: u32 = 0x3;
const PAYLOAD_KINDS: u32 = 0x7F;
/// Codec 0, raw.
const CODECS: u32 = 0x1;
const DTYPES: u32 = 0xFF;
const LAYOUTS: u32 = 0x3;
const CACHE_KINDS: u32 = 0x1FF;
/// One bit each in `active_lane_mask`.
const MAX_LANES: u16 = 64;
const CACHE_ENABLED: u32 = 0x1;
const RESUME_SUPPORTED: u32 = 0x2;

impl Server {
    pub(super) fn on_hello(
        &mut self,
        link: usize,
        frame: &Frame<'_>,
        hello: &ClientHello,
        out: &mut Out,
    ) {
        let trace = frame.header.trace_id;
        self.core.links[link].step(Move::Hello);
        let auth_fits = self.core.setup.auth.is_empty()
            || self.core.setup.auth.as_bytes() == frame.blocks().auth;
        let window = hello.min_version_major <= 1 && 1 <= hello.max_version_major;
        let fault = if !window || hello.supported_wire_format_bitmap & 1 == 0 {
            Some(UNSUPPORTED_VERSION)
        } else if !auth_fits {
            Some(AUTH_FAILED)
        } else if hello.supported_profile_bitmap & PROFILES == 0
            || hello.supported_payload_kind_bitmap & PAYLOAD_KINDS == 0
        {
            Some(UNSUPPORTED_CAPABILITY)
        } else {
            None
        };
        if let Some(code) = fault {
            return self.core.refuse_fatally(link, trace, code, out);
        }
        let mut ack = self.answer(hello);
        let wish = loss_tolerance(frame.blocks().extensions, LOSS_WISHED);
        let mut body = Vec::new();
        if let Some(level) = wish {
            extension::write(&mut body, LOSS_ACCEPTED, 0, &[level, 0, 0, 0, 0, 0, 0, 0]);
            ack.control_extension_bytes = body.len() as u32;
        }
        let entry = &mut self.core.links[link];
        entry.outgoing = entry.accept(&ack);
        entry.agreed.loss = wish.unwrap_or(BEST_EFFORT);
        let conn = entry.conn;
        self.core.send(link, &Frame::new(ack, &body).traced(trace), out);
        out.event(Event::Ready { conn });
    }

    fn answer(&self, hello: &ClientHello) -> ServerHelloAck {
        let setup = &self.core.setup;
        let entries = hello.max_cache_entries.min(setup.max_cache_entries);
        let kinds = u32::from(hello.cache_object_bitmap) & CACHE_KINDS;
        let caches = entries > 0 && kinds != 0;
        let bytes = hello.max_cache_bytes.min(setup.max_cache_bytes);
        ServerHelloAck {
            selected_version_major: 1,
            accepted_profile_bitmap: hello.supported_profile_bitmap & PROFILES,
            accepted_payload_kind_bitmap: hello.supported_payload_kind_bitmap & PAYLOAD_KINDS,
            accepted_codec_bitmap: hello.supported_codec_bitmap & CODECS,
            accepted_dtype_bitmap: hello.supported_dtype_bitmap & DTYPES,
            accepted_layout_bitmap: hello.supported_layout_bitmap & LAYOUTS,
            cache_digest_bitmap: if caches { u32::from(hello.cache_digest_bitmap & 1) } else { 0 },
            cache_object_bitmap: if caches { kinds } else { 0 },
            max_cache_entries: if caches { entries } else { 0 },
            max_cache_bytes: if caches { bytes } else { 0 },
            max_lane_count: hello.max_lane_count.min(MAX_LANES),
            max_concurrent_frames: setup.connection_credit,
            target_cadence_x100: hello.target_cadence_x100,
            latency_budget_ms: hello.latency_budget_ms,
            quality_tier: hello.quality_tier,
            degrade_policy: hello.degrade_policy,
            max_body_bytes: setup.max_body_bytes,
            server_flags: if caches { CACHE_ENABLED } else { 0 }
                | if setup.resume_window_ms > 0 { RESUME_SUPPORTED } else { 0 },
            ..ServerHelloAck::default()
        }
    }

    pub(super) fn on_probe(
        &mut self,
        link: usize,
        header: &Header,
        probe: &TransportProbe,
        out: &mut Out,
    ) {
        let ack = TransportProbeAck {
            probe_id: probe.probe_id,
            server_recv_ts_us: self.core.now.as_micros(),
            ..TransportProbeAck::default()
        };
        self.core.send(link, &Frame::new(ack, &[]).traced(header.trace_id), out);
    }
}
