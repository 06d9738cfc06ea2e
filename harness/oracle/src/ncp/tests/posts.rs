//! Messages of HTTP mode for stories.

use super::frames::*;
use super::story::{C, S, Story};
use alloc::string::String;
use alloc::vec::Vec;
use wireproof_base::{Crossing, Role, StreamId};
use wireproof_wire::ncp::Event;
use wireproof_wire::ncp::http::{Message, content, header};

/// A Node that is busy: its status and its code.
pub(super) const BUSY: (&str, &str) = ("NPS-SERVER-UNAVAILABLE", "NWP-NODE-UNAVAILABLE");

impl Story {
    /// The connection is one of HTTP mode from here on.
    pub fn http(&mut self) -> &mut Self {
        let (conn, carrier) = (self.conn(), wireproof_base::Carrier::Exchange);
        self.record(C, Crossing::Connected { conn, carrier });
        self.record(S, Crossing::Connected { conn, carrier });
        self
    }

    pub fn message(&mut self, who: Role, sent: bool, bytes: &[u8]) -> &mut Self {
        let (conn, stream) = (self.conn(), StreamId(1));
        let what = match sent {
            true => Crossing::Sent { conn, stream, bytes },
            false => Crossing::Received { conn, stream, bytes },
        };
        self.record(who, what);
        self
    }

    /// A message is sent.
    pub fn post(&mut self, who: Role, message: &Message) -> &mut Self {
        self.message(who, true, &written(message))
    }

    /// A message arrives.
    pub fn got(&mut self, who: Role, message: &Message) -> &mut Self {
        self.message(who, false, &written(message))
    }

    pub fn requested(&mut self, frame: &str, anchor: &str) -> &mut Self {
        let conn = self.conn();
        let (frame, anchor_ref, request_id) = (frame.into(), anchor.into(), String::new());
        self.event(S, Event::Requested { conn, frame, anchor_ref, stream: false, request_id })
    }
}

pub(super) fn written(message: &Message) -> Vec<u8> {
    let mut bytes = Vec::new();
    message.write(&mut bytes);
    bytes
}

pub(super) fn request(method: &str, sub: &str) -> Message {
    let mut target = String::from("/orders/");
    target.push_str(sub);
    Message::request(method, &target)
}

pub(super) fn framed(message: Message) -> Message {
    message.with(header::CONTENT_TYPE, content::FRAME)
}

pub(super) fn ask(frame: Msg) -> Message {
    framed(request("POST", "query")).carrying(frame.bytes())
}

/// An action without the header of its frame.
pub(super) fn bare() -> Message {
    let body = b"{\"frame\":\"0x11\",\"action_id\":\"orders.create\"}".to_vec();
    framed(request("POST", "invoke")).carrying(body)
}

pub(super) fn ok() -> Message {
    Message::response(200)
}

pub(super) fn capsule(frame: Msg) -> Message {
    ok().with(header::CONTENT_TYPE, content::CAPSULE).carrying(frame.bytes())
}

pub(super) fn error_under(http: u16, (status, error): (&str, &str)) -> Message {
    let body = alloc::format!("{{\"status\":\"{status}\",\"error\":\"{error}\"}}");
    Message::response(http).with(header::CONTENT_TYPE, content::ERROR).carrying(body.into_bytes())
}

pub(super) fn busy(http: u16) -> Message {
    error_under(http, BUSY)
}

pub(super) fn limited(budget: u32) -> Msg {
    query().with("token_budget", v(budget))
}

pub(super) fn greeting() -> Message {
    framed(request("POST", "")).carrying(hello().bytes())
}
