//! The server's half of the handshake (reference 8.2; `OP-06` to `OP-17`, `OP-42`).

use super::Node;
use crate::ncp::connection::Event as Move;
use crate::ncp::endpoint::{Out, noticed};
use crate::ncp::handshake::server::{Event as Step, next};
use crate::ncp::negotiation::{Offer, Session, decide};
use alloc::string::ToString;
use wireproof_wire::ncp::address::{Entity, Nid};
use wireproof_wire::ncp::code::{
    NCP_VERSION_INCOMPATIBLE, NPS_CLIENT_BAD_FRAME, NPS_SERVER_TIMEOUT,
};
use wireproof_wire::ncp::frame::Frame;
use wireproof_wire::ncp::frame_type::FrameType;
use wireproof_wire::ncp::frames::{Agreement, Caps, Error, Hello};
use wireproof_wire::ncp::header::Header;
use wireproof_wire::ncp::violation::Violation;

impl Node {
    /// C01: the Hello is awaited.
    pub(super) fn await_hello(&mut self, link: usize) {
        let deadline = self.core.deadline(self.core.setup.hello_timeout_ms);
        let entry = &mut self.core.links[link];
        entry.step(Move::Open);
        entry.deadline = Some(deadline);
    }

    /// A frame that is in order came before the reply went out (S02, S07).
    pub(super) fn on_greeting(&mut self, link: usize, frame: Frame, out: &mut Out) {
        match frame {
            Frame::Hello(hello) => self.on_hello(link, &hello, out),
            _ => self.turn_away(link, Step::Foreign, Error::of(NPS_CLIENT_BAD_FRAME), out),
        }
    }

    /// A frame that is not in order came instead of the Hello (S02 to S06).
    pub(super) fn on_misgreeting(
        &mut self,
        link: usize,
        header: &Header,
        violation: &Violation,
        out: &mut Out,
    ) {
        let (step, code) = match (header.kind(), violation.row) {
            (None, _) => (Step::Unassigned, violation.code),
            (Some(FrameType::Hello), 8) => (Step::Sealed, violation.code),
            (Some(FrameType::Hello), ..8) => (Step::Header, violation.code),
            (Some(FrameType::Hello), _) => (Step::Malformed, violation.code),
            (Some(_), _) => (Step::Foreign, NPS_CLIENT_BAD_FRAME),
        };
        self.turn_away(link, step, Error::of(code), out);
    }

    /// S01: nothing came in time.
    pub(super) fn hello_overdue(&mut self, link: usize, out: &mut Out) {
        let entry = &mut self.core.links[link];
        entry.server = next(entry.server, Step::Silence).unwrap_or(entry.server);
        self.core.refuse(link, NPS_SERVER_TIMEOUT, out);
        self.core.end(link, Move::Timeout, NPS_SERVER_TIMEOUT, out);
    }

    /// S07 to S11.
    fn on_hello(&mut self, link: usize, hello: &Hello, out: &mut Out) {
        let entry = &mut self.core.links[link];
        let conn = entry.conn;
        let Some(state) = next(entry.server, Step::Hello) else { return };
        entry.server = state;
        let agent = |id: &str| Nid::parse(id).is_ok_and(|id| id.entity == Entity::Agent);
        if hello.agent_id.as_deref().is_some_and(|id| !agent(id)) {
            noticed(conn, "agent_id", out);
        }
        let session = match decide(&offer(hello), &self.core.offer) {
            Ok(session) => session,
            Err(refusal) => {
                let mut error = Error::of(refusal.code());
                if refusal.code() == NCP_VERSION_INCOMPATIBLE {
                    error = error
                        .about("server_version", &self.core.offer.version)
                        .about("client_min_version", hello.lowest_version());
                }
                return self.turn_away(link, Step::Unfit, error, out);
            }
        };
        let reply = Caps::reply(&agreement(&session, &self.core.offer));
        if self.core.send_control(link, &Frame::Caps(reply), out).is_err() {
            return self.turn_away(link, Step::Unfit, Error::of(NCP_VERSION_INCOMPATIBLE), out);
        }
        let core = &mut self.core;
        let entry = &mut core.links[link];
        entry.server = next(entry.server, Step::Fits).unwrap_or(entry.server);
        entry.agree(session, core.key.as_ref(), core.role, core.setup.strict_flags);
        out.event(entry.ready());
    }

    fn turn_away(&mut self, link: usize, step: Step, error: Error, out: &mut Out) {
        let entry = &mut self.core.links[link];
        entry.server = next(entry.server, step).unwrap_or(entry.server);
        let code = error.error.clone();
        self.core.send_error(link, error, out);
        self.core.end(link, Move::Error, &code, out);
    }
}

/// What a Hello offers, defaults filled in (NCP-HELLO-007 to -010).
fn offer(hello: &Hello) -> Offer {
    Offer {
        version: hello.nps_version.clone(),
        min_version: hello.min_version.clone(),
        encodings: hello.supported_encodings.clone(),
        protocols: hello.supported_protocols.clone(),
        max_frame_payload: hello.payload_limit(),
        ext: hello.extends(),
        max_streams: hello.stream_limit(),
        algorithms: hello.algorithms().to_vec(),
    }
}

/// The record that tells a client what was agreed.
fn agreement(session: &Session, own: &Offer) -> Agreement {
    let algorithms = &session.algorithms;
    Agreement {
        e2e_enc_algorithms: (!algorithms.is_empty()).then(|| algorithms.clone()),
        ext_support: session.ext,
        max_concurrent_streams: session.max_streams,
        max_frame_payload: session.max_frame_payload,
        negotiated_encoding: session.encoding.name().to_string(),
        nps_version: own.version.clone(),
        session_version: session.version.clone(),
        supported_protocols: session.protocols.clone(),
    }
}
