//! CLIENT_HELLO and its answer (C3, C9, C10, C24; ).

use super::Client;
use crate::nnrp::connection::{Event as Move, State};
use crate::nnrp::endpoint::Out;
use wireproof_base::Duration;
use wireproof_wire::nnrp::code::{AUTH_FAILED, UNSUPPORTED_CAPABILITY};
use wireproof_wire::nnrp::command::Hello;
use wireproof_wire::nnrp::extension::{self, LOSS_WISHED, padded};
use wireproof_wire::nnrp::hello::{ClientHello, ServerHelloAck};
use wireproof_wire::nnrp::submit::INHERIT;
use wireproof_wire::nnrp::{Event, Frame, Header};

/// Every cacheable kind, bit `kind - 1`.
const CACHE_KINDS: u16 = 0x1FF;

impl Client {
    pub(super) fn hello(&mut self, hello: &Hello, out: &mut Out) {
        let Some(link) = self.core.link(hello.conn) else { return };
        let entry = &mut self.core.links[link];
        // A closed connection takes every step and goes nowhere (table 4.1).
        if entry.state == State::Closed || !entry.step(Move::Hello) {
            return;
        }
        let setup = &self.core.setup;
        let caches = setup.max_cache_entries > 0;
        let mut body = hello.auth.clone().into_bytes();
        if hello.loss_tolerance != INHERIT {
            // Filler between the blocks counts for neither.
            body.resize(padded(body.len()), 0);
            let payload = [hello.loss_tolerance, 0, 0, 0, 0, 0, 0, 0];
            extension::write(&mut body, LOSS_WISHED, 0, &payload);
        }
        let meta = ClientHello {
            min_version_major: hello.min_version_major,
            max_version_major: hello.max_version_major,
            supported_wire_format_bitmap: 0x1,
            supported_profile_bitmap: hello.profiles,
            supported_payload_kind_bitmap: hello.payload_kinds,
            supported_codec_bitmap: 0x1,
            supported_dtype_bitmap: 0xFF,
            supported_layout_bitmap: 0x3,
            cache_digest_bitmap: u16::from(caches),
            cache_object_bitmap: if caches { CACHE_KINDS } else { 0 },
            cache_namespace_count: if caches { u16::MAX } else { 0 },
            max_lane_count: hello.lanes,
            max_cache_entries: setup.max_cache_entries,
            max_cache_bytes: setup.max_cache_bytes,
            auth_bytes: hello.auth.len() as u32,
            control_extension_bytes: if hello.loss_tolerance == INHERIT { 0 } else { 16 },
            ..ClientHello::default()
        };
        let end = self.core.now + Duration::from_millis(u64::from(setup.handshake_timeout_ms));
        let trace = self.core.trace();
        self.core.send(link, &Frame::new(meta, &body).traced(trace), out);
        let entry = &mut self.core.links[link];
        entry.offer = meta;
        entry.deadline = Some(end);
        self.core.timers.arm(end);
    }

    pub(super) fn on_hello_ack(
        &mut self,
        link: usize,
        header: &Header,
        ack: &ServerHelloAck,
        out: &mut Out,
    ) {
        if ack.auth_status != 0 {
            // The server has refused already; nothing else in the answer counts.
            return self.core.begin_end(link, Move::Refused, AUTH_FAILED, out);
        }
        let entry = &mut self.core.links[link];
        if !within(&entry.offer, ack) {
            let trace = header.trace_id;
            return self.core.refuse_fatally(link, trace, UNSUPPORTED_CAPABILITY, out);
        }
        entry.incoming = entry.accept(ack);
        let conn = entry.conn;
        if let Some(deadline) = entry.deadline.take() {
            self.core.timers.disarm(deadline);
        }
        out.event(Event::Ready { conn });
    }
}

/// Whether the answer stays inside the offer (NNRP-NEG-007).
fn within(offer: &ClientHello, ack: &ServerHelloAck) -> bool {
    let subsets = [
        (ack.accepted_profile_bitmap, offer.supported_profile_bitmap),
        (ack.accepted_payload_kind_bitmap, offer.supported_payload_kind_bitmap),
        (ack.accepted_codec_bitmap, offer.supported_codec_bitmap),
        (ack.accepted_compression_bitmap, offer.supported_compression_bitmap),
        (ack.accepted_dtype_bitmap, offer.supported_dtype_bitmap),
        (ack.accepted_layout_bitmap, offer.supported_layout_bitmap),
        (ack.cache_digest_bitmap, u32::from(offer.cache_digest_bitmap)),
        (ack.cache_object_bitmap, u32::from(offer.cache_object_bitmap)),
    ];
    ack.selected_version_major == 1
        && ack.selected_wire_format == 0
        && subsets.into_iter().all(|(accepted, offered)| accepted & !offered == 0)
}
