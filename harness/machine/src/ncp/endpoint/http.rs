//! HTTP mode: what both sides need (NCP §2.2, reference 1, 6.1, 6.4, 6.5; `OP-38`, `OP-41`).
//!
//! No handshake takes place. An Agent keeps one [`Link`] for its connection, a Node one more for
//! every request, which makes each of them a session of its own. Left out are subscriptions, whose
//! events would be the parts of a response without an end, the list of actions, for which no form
//! is given, and everything that a side would send without being asked.

use super::core::{Core, Out};
use super::link::Link;
use crate::ncp::agent::Waiting;
use crate::ncp::connection::Event as Move;
use crate::ncp::negotiation::{PLAIN_LIMIT, Session};
use crate::ncp::slots::Slots;
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use wireproof_base::{Carrier, ConnId, Instant, StreamId};
use wireproof_wire::ncp::Value;
use wireproof_wire::ncp::address::SubPath;
use wireproof_wire::ncp::code::NPS_CLIENT_BAD_FRAME;
use wireproof_wire::ncp::command::Tier;
use wireproof_wire::ncp::event::Hold;
use wireproof_wire::ncp::frame::{self, Frame, Framing, is_bare, read_bare};
use wireproof_wire::ncp::frame_type::FrameType;
use wireproof_wire::ncp::frames::Error;
use wireproof_wire::ncp::header::{Header, Split, split};
use wireproof_wire::ncp::http::{Message, content, header};
use wireproof_wire::ncp::terms::{Terms, check};
use wireproof_wire::ncp::violation::Violation;

/// Path of the Node that requests are sent to.
pub(crate) const NODE_PATH: &str = "/orders/";

/// What a link of HTTP mode keeps beside the rest.
#[derive(Debug)]
pub(crate) enum Http {
    /// The connection: at an Agent with the requests that wait for their response.
    Connection(Vec<Pending>),
    /// At a Node: one request.
    Exchange(Box<Exchange>),
}

/// A request of this side.
#[derive(Debug)]
pub(crate) struct Pending {
    pub stream: StreamId,
    /// When it is given up.
    pub deadline: Instant,
    pub waiting: Waiting,
}

/// A request of the peer, and its response as far as it is known.
#[derive(Debug)]
pub(crate) struct Exchange {
    pub stream: StreamId,
    pub request_id: Option<String>,
    pub body: Vec<u8>,
    /// Type of the body.
    pub kind: &'static str,
    /// Schema of the first answer in the body.
    pub schema: Option<String>,
    /// NPT of that answer.
    pub tokens: Option<u32>,
    pub error: Option<Error>,
}

impl Link {
    /// Lets frames flow without a handshake: encodings and limits are those nothing else was said
    /// about.
    pub fn open_exchange(&mut self, http: Http, encoding: Tier, max_streams: u32) {
        self.step(Move::Open);
        self.step(Move::AnchorOk);
        let session =
            Session { encoding, max_frame_payload: PLAIN_LIMIT, max_streams, ..Session::default() };
        self.slots = Slots::new(max_streams);
        self.terms = Terms { strict_flags: self.terms.strict_flags, ..Terms::HANDSHAKE };
        self.session = session;
        self.http = Some(http);
    }

    /// The requests that wait, if it is a connection in HTTP mode.
    pub fn pending(&mut self) -> Option<&mut Vec<Pending>> {
        match &mut self.http {
            Some(Http::Connection(pending)) => Some(pending),
            _ => None,
        }
    }

    /// The request of the peer, if it is one.
    pub fn exchange(&mut self) -> Option<&mut Exchange> {
        match &mut self.http {
            Some(Http::Exchange(exchange)) => Some(exchange),
            _ => None,
        }
    }

    /// Whether it is one request of the peer.
    pub const fn is_exchange(&self) -> bool {
        matches!(self.http, Some(Http::Exchange(_)))
    }

    /// Reads the frames of a body: whole ones, or a Tier-1 payload alone (`OP-38`).
    pub fn frames(&self, body: &[u8]) -> Result<Vec<Frame>, Violation> {
        if is_bare(body) {
            return read_bare(body).map(|frame| [frame].into());
        }
        let mut frames = Vec::new();
        let mut rest = body;
        while !rest.is_empty() {
            let cut = || Violation::bad_frame(1, "NCP-HDR-024", "length");
            let (header, _) = Header::read(rest).ok_or_else(cut)?;
            check(&header, &self.terms)?;
            let Split::Frame { header_len, payload_len } = split(rest) else { return Err(cut()) };
            let (frame, after) = rest.split_at(header_len + payload_len);
            frames.push(frame::read(&header, &frame[header_len..])?);
            rest = after;
        }
        Ok(frames)
    }
}

impl Core {
    /// Lets a connection begin without a handshake, in the encoding the setup names first.
    pub fn open_http(&mut self, link: usize) {
        let encoding = self.setup.encodings.first().copied().unwrap_or_default();
        let http = Http::Connection(Vec::new());
        self.links[link].open_exchange(http, encoding, self.setup.max_streams);
    }

    /// Files a frame in the response it belongs to, or sends it as a request. An Agent that is
    /// not to answer what came has nowhere to say what is wrong with it.
    ///
    /// # Errors
    ///
    /// Why nothing was sent.
    pub fn send_http(&mut self, link: usize, frame: &Frame, out: &mut Out) -> Result<(), Hold> {
        if let Frame::Error(error) = frame {
            if let Some(exchange) = self.links[link].exchange() {
                exchange.error.get_or_insert_with(|| error.clone());
            }
            return Ok(());
        }
        let tier = self.links[link].session.encoding;
        let mut body = Vec::new();
        frame::write(frame, tier, Framing::default(), &mut body).map_err(|_| Hold::Malformed)?;
        let conn = self.links[link].conn;
        if let Some(exchange) = self.links[link].exchange() {
            let members = frame.to_value();
            let text = |name| members.get(name).and_then(Value::as_text).map(String::from);
            exchange.schema = exchange.schema.take().or_else(|| text("anchor_ref"));
            let tokens = members.get("token_est").and_then(Value::as_uint);
            exchange.tokens = tokens.and_then(|tokens| u32::try_from(tokens).ok());
            exchange.body.extend_from_slice(&body);
            return Ok(());
        }
        let message = self.request(link, frame, body)?;
        let stream = self.links[link].new_stream();
        out.send(conn, stream, |bytes| message.write(bytes));
        Ok(())
    }

    /// Whether a connection is in HTTP mode.
    pub fn is_http(&self, conn: ConnId) -> bool {
        self.link(conn).is_some_and(|link| self.links[link].carrier == Carrier::Exchange)
    }

    /// The request that carries `frame`, whose bytes are `body`.
    ///
    /// # Errors
    ///
    /// A frame that no request carries.
    pub fn request(&self, link: usize, frame: &Frame, body: Vec<u8>) -> Result<Message, Hold> {
        let members = frame.to_value();
        let streams = members.get("stream").and_then(Value::as_bool);
        let sub_path = sub_path(frame, streams == Some(true)).ok_or(Hold::State)?;
        let mut target = String::from(NODE_PATH);
        target.push_str(sub_path.name());
        let encoding = self.links[link].session.encoding.name();
        let mut message = Message::request("POST", &target)
            .with(header::CONTENT_TYPE, content::FRAME)
            .with(header::ENCODING, encoding);
        if !self.setup.agent_id.is_empty() {
            message = message.with(header::AGENT, &self.setup.agent_id);
        }
        if let Some(id) = members.get("request_id").and_then(Value::as_text) {
            message = message.with(header::REQUEST_ID, id);
        }
        Ok(message.carrying(body))
    }
}

/// Where a frame is posted to; `None` if no request carries it.
pub(crate) fn sub_path(frame: &Frame, streams: bool) -> Option<SubPath> {
    match frame.kind() {
        FrameType::Query if streams => Some(SubPath::Stream),
        FrameType::Query => Some(SubPath::Query),
        FrameType::Action => Some(SubPath::Invoke),
        _ => None,
    }
}

/// A message that cannot be read.
pub(crate) fn unreadable() -> Error {
    Error::of(NPS_CLIENT_BAD_FRAME)
}
