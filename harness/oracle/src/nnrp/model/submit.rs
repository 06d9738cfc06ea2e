//! What may be wrong with a submit (2.12, F9, table 1.5).

use super::heard::{
    CLOSE_TURNED_DOWN, EXTENSION_FRAMES, GRANTED_OVERRIDE, Heard, MIXED, NUMBER, UNKNOWN, is_here,
};
use super::{Causes, Lookup, Node, Op, Session, Stage};
use crate::nnrp::packet::{Packet, regions, typed_payloads};
use wireproof_base::{Citation, Instant, Role};
use wireproof_wire::nnrp::body::Regions;
use wireproof_wire::nnrp::code::{
    CACHE_MISS, FRAME_CANCELLED, FRAME_EXPIRED, INVALID_STATE, LEASE_EXPIRED, LIMIT_EXCEEDED,
    MALFORMED_BODY, UNSUPPORTED_CAPABILITY,
};
use wireproof_wire::nnrp::object;
use wireproof_wire::nnrp::schema::ANCHOR;
use wireproof_wire::nnrp::session::ALLOW_SCHEMA_OVERRIDE;
use wireproof_wire::nnrp::submit::{FrameSubmit, MODE_MIXED};
use wireproof_wire::nnrp::typed::{SCHEMA_OVERRIDE, TypedDescriptor};

const SUBMIT: Citation = Citation::must("NNRP-SUB-002").read("R-13");

impl Node {
    pub(super) fn weigh_submit(
        &self,
        packet: &Packet<'_>,
        submit: &FrameSubmit,
        at: Instant,
        heard: &mut Heard,
    ) {
        let header = packet.header();
        let Some(session) = packet.session_in(self) else {
            heard.causes = Causes::NONE.with(INVALID_STATE);
            heard.rule = if self.role == Role::Server { UNKNOWN } else { NUMBER };
            return;
        };
        let conn = &self.conns[packet.conn.0 as usize];
        let here = is_here(session, packet.conn);
        let closed = !here || !session.state.takes_work() || conn.closing();
        let op = packet.op_in(self);
        let repeat = op.is_some_and(|op| op.stage != Stage::Unknown);
        let cancelled = op.is_some_and(|op| op.cancelled);
        let moved = session.resumes != 0 || session.migrated_from.is_some();
        let most = u32::from(session.granted.max_in_flight_operations);
        let lanes = conn.answer.map_or(u16::MAX, |answer| answer.max_lane_count.max(1));
        let kinds = conn.answer.map_or(u32::MAX, |answer| answer.accepted_payload_kind_bitmap);
        let timed = submit.latency_budget_ms != 0 || session.asked.default_deadline_ms != 0;
        let foreign_lane = header.view_id >= lanes;
        heard.maybe = heard.maybe.when(moved, INVALID_STATE).when(timed, FRAME_EXPIRED);
        heard.causes = Causes::NONE
            .when(closed || repeat, INVALID_STATE)
            .when(misses_dependency(session, header.view_id, submit), INVALID_STATE)
            .when(cancelled, FRAME_CANCELLED)
            .when(foreign_lane || session.in_flight >= most, LIMIT_EXCEEDED)
            .when(foreign_lane, UNSUPPORTED_CAPABILITY)
            .when(submit.payload_kind_bitmap & !kinds != 0, UNSUPPORTED_CAPABILITY);
        if closed || repeat {
            heard.rule = SUBMIT;
        }
        if session.turned_down {
            heard.marks |= CLOSE_TURNED_DOWN;
        }
        self.weigh_body(packet, session, heard);
        if let Some(regions) = regions(&packet.frame) {
            if submit.submit_mode == MODE_MIXED {
                heard.marks |= MIXED;
            }
            self.weigh_references(packet, &regions, at, heard);
        }
    }

    /// Schemas and profiles of a submit.
    fn weigh_body(&self, packet: &Packet<'_>, session: &Session, heard: &mut Heard) {
        let default = (session.granted.schema_id, session.granted.schema_version);
        let granted = session.granted.session_flags_ack & u32::from(ALLOW_SCHEMA_OVERRIDE) != 0;
        let answer = self.conns[packet.conn.0 as usize].answer;
        let profiles = answer.map_or(u32::MAX, |answer| answer.accepted_profile_bitmap);
        let (mut len, mut end) = (0, 0);
        for part in typed_payloads(&packet.frame) {
            let descriptor = &part.descriptor;
            len += descriptor.length;
            end = descriptor.offset + descriptor.length;
            let named = (descriptor.schema_id, descriptor.schema_version);
            let known = default.0 == 0 || named == default || named.0 == 0;
            let flagged = descriptor.descriptor_flags & SCHEMA_OVERRIDE != 0;
            let overrides = !known && flagged && granted;
            let plain = is_plain(descriptor) && (known || overrides);
            heard.maybe = heard.maybe.family(!plain, 4);
            if plain && overrides {
                heard.marks |= GRANTED_OVERRIDE;
            }
            let profile = u32::from(descriptor.profile_id);
            let accepted = profile == 0 || profiles >> (profile - 1).min(31) & 1 != 0;
            heard.causes = heard.causes.when(!accepted, UNSUPPORTED_CAPABILITY);
        }
        // A receiver may refuse gaps.
        heard.maybe = heard.maybe.when(len != end, MALFORMED_BODY);
    }

    /// Extension frames and object references of a submit.
    fn weigh_references(
        &self,
        packet: &Packet<'_>,
        regions: &Regions<'_>,
        at: Instant,
        heard: &mut Heard,
    ) {
        if !regions.extension_descriptors.is_empty() {
            let mut frames = regions.extension_descriptors.chunks_exact(16);
            let critical = frames.any(|bytes| bytes[2] & 1 != 0);
            heard.causes = heard.causes.when(critical, UNSUPPORTED_CAPABILITY);
            heard.marks |= if critical { 0 } else { EXTENSION_FRAMES };
        }
        for reference in object::references(regions.object_references) {
            let session = packet.header().session_id;
            let found = self.store.resolve(session, packet.conn, &reference, at);
            heard.lookup = heard.lookup.max(found);
            if self.store.doubly_held(session, packet.conn, &reference) {
                heard.maybe = heard.maybe.family(true, 3);
            }
            match found {
                Lookup::Nothing => {}
                // It may have been thrown out (K12).
                Lookup::Live => heard.maybe = heard.maybe.with(CACHE_MISS),
                Lookup::Unsure => heard.maybe = heard.maybe.family(true, 3),
                Lookup::Expiring => heard.maybe = heard.maybe.with(CACHE_MISS).with(LEASE_EXPIRED),
                Lookup::Expired => heard.causes = heard.causes.with(LEASE_EXPIRED),
                Lookup::Invalidated | Lookup::Foreign | Lookup::Missing => {
                    heard.causes = heard.causes.with(CACHE_MISS);
                }
            }
        }
    }
}

/// Whether a submit depends on a frame that was not accepted (`R-43`).
fn misses_dependency(session: &Session, lane: u16, submit: &FrameSubmit) -> bool {
    let frame = submit.dependency_frame_id;
    let id = u64::from(lane) << 32 | u64::from(frame);
    let accepted = |op: &Op| op.reported || matches!(op.stage, Stage::Live);
    frame != 0 && session.find_op(id).is_none_or(|at| !accepted(&session.ops[at]))
}

/// A payload that binds to the one standard schema, or to none at all.
fn is_plain(descriptor: &TypedDescriptor) -> bool {
    let named = (descriptor.schema_id, descriptor.schema_version);
    let anchor = named == (ANCHOR.schema_id, ANCHOR.schema_version);
    match descriptor.profile_id {
        0 => named.0 == 0,
        profile => profile == ANCHOR.profile_id && anchor,
    }
}
