//! The client's half of the handshake (reference 8.3; `OP-06`, `OP-55`).

use super::Agent;
use crate::ncp::connection::Event as Move;
use crate::ncp::endpoint::{Out, blocked};
use crate::ncp::handshake::client::{Event as Step, State, next};
use crate::ncp::negotiation::{Session, within};
use wireproof_base::{ConnId, StreamId};
use wireproof_wire::ncp::command::Tier;
use wireproof_wire::ncp::event::Hold;
use wireproof_wire::ncp::frame::Frame;
use wireproof_wire::ncp::frames::{Caps, Error, Hello};
use wireproof_wire::ncp::violation::Violation;

impl Agent {
    /// C01, K01: the Hello goes out, first and alone.
    pub(super) fn hello(&mut self, conn: ConnId, out: &mut Out) {
        let Some(link) = self.core.link(conn) else {
            return blocked(conn, "", Hold::State, out);
        };
        let entry = &self.core.links[link];
        let waiting = next(entry.client, Step::Open).filter(|_| !entry.told);
        let Some(state) = waiting else { return blocked(conn, "", Hold::State, out) };
        let frame = Frame::Hello(self.offer());
        let tier = self.core.setup.hello_tier;
        if let Err(why) = self.core.send_as(link, StreamId::CONTROL, tier, &frame, out) {
            return blocked(conn, "", why, out);
        }
        let deadline = self.core.deadline(self.core.setup.caps_timeout_ms);
        let entry = &mut self.core.links[link];
        entry.client = state;
        entry.step(Move::Open);
        entry.deadline = Some(deadline);
    }

    fn offer(&self) -> Hello {
        let (setup, offer) = (&self.core.setup, &self.core.offer);
        Hello {
            agent_id: (!setup.agent_id.is_empty()).then(|| setup.agent_id.clone()),
            e2e_enc_algorithms: (!offer.algorithms.is_empty()).then(|| offer.algorithms.clone()),
            ext_support: Some(offer.ext),
            max_concurrent_streams: Some(offer.max_streams),
            max_frame_payload: Some(offer.max_frame_payload),
            min_version: offer.min_version.clone(),
            nps_version: offer.version.clone(),
            supported_encodings: offer.encodings.clone(),
            supported_protocols: offer.protocols.clone(),
        }
    }

    /// A frame that is in order came before the handshake was done (K02 to K05).
    pub(super) fn on_greeting(&mut self, link: usize, frame: Frame, out: &mut Out) {
        match frame {
            Frame::Caps(caps) if self.core.links[link].client == State::WaitCaps => {
                match session(&caps).filter(|session| within(session, &self.core.offer).is_ok()) {
                    Some(session) => self.agree(link, session, out),
                    None => self.give_up(link, Step::Illegal, "", out),
                }
            }
            Frame::Error(error) => {
                self.core.on_error(link, &error, out);
                self.give_up(link, Step::Error, &error.error, out);
            }
            _ => self.give_up(link, Step::Foreign, "", out),
        }
    }

    /// K10: a frame that is not in order. Before its own Hello an Agent says nothing
    /// (NCP-HELLO-001).
    pub(super) fn on_misgreeting(&mut self, link: usize, violation: &Violation, out: &mut Out) {
        if self.core.links[link].client == State::WaitCaps {
            self.core.send_error(link, Error::of(violation.code), out);
        }
        self.give_up(link, Step::Fault, violation.code, out);
    }

    /// K06: nothing came in time.
    pub(super) fn caps_overdue(&mut self, link: usize, out: &mut Out) {
        let entry = &mut self.core.links[link];
        entry.client = next(entry.client, Step::Silence).unwrap_or(entry.client);
        self.core.end(link, Move::Timeout, "", out);
    }

    /// K02 and, since nothing is preloaded, K08.
    fn agree(&mut self, link: usize, session: Session, out: &mut Out) {
        let core = &mut self.core;
        let entry = &mut core.links[link];
        for step in [Step::Legal, Step::Finished] {
            entry.client = next(entry.client, step).unwrap_or(entry.client);
        }
        entry.agree(session, core.key.as_ref(), core.role, core.setup.strict_flags);
        out.event(entry.ready());
    }

    fn give_up(&mut self, link: usize, step: Step, error: &str, out: &mut Out) {
        let entry = &mut self.core.links[link];
        entry.client = next(entry.client, step).unwrap_or(entry.client);
        self.core.end(link, Move::Error, error, out);
    }
}

/// What a handshake reply says; `None` if it is none.
fn session(caps: &Caps) -> Option<Session> {
    let agreed = caps.agreement().ok()?;
    let known = |tier: &Tier| tier.name() == agreed.negotiated_encoding;
    let encoding = [Tier::Json, Tier::Msgpack].into_iter().find(known)?;
    Some(Session {
        version: agreed.session_version,
        encoding,
        max_frame_payload: agreed.max_frame_payload,
        ext: agreed.ext_support,
        max_streams: agreed.max_concurrent_streams,
        protocols: agreed.supported_protocols,
        algorithms: agreed.e2e_enc_algorithms.unwrap_or_default(),
    })
}
